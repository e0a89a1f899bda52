import type { CityMapping, CodeTable, MappingDefinition } from '../mapping/mapping.js';
import type { Agency, Json } from '../model/index.js';
import type { Hours, Rate } from './units.js';

/** A configuration, checked, with secrets resolved, durations in milliseconds and mappings loaded. */
export interface Config {
  /** Where it was read from. */
  path: string;
  /** Relative paths in it start here. */
  folder: string;
  city: { name: string; region: string; organisation: string };
  /** `sqlite:./state/yilian.db`. */
  store: string;
  /** Keys person hashes. */
  personKey: string;
  operator: { name: string; id: string; organisation: string };
  rules: Record<string, 'off' | Record<string, unknown>>;
  institutions: readonly Institution[];
  calendar: { holidays: readonly string[]; workdays: readonly string[] };
  /** Private-use characters of the local police font → the Unicode character; supplied by the city, none ships. */
  privateUse: ReadonlyMap<string, string>;
  limits: Limits;
  connections: readonly ConnectionConfig[];
  /** The city's own systems: recognition, appraisal, benefits. */
  cityFeeds?: readonly CityFeedConfig[];
  /** By material: `off`, or after how many days what was received is too old. */
  materials?: Readonly<Record<string, 'off' | { freshDays: number }>>;
  /** The city's own signing keys, newest last; the newest that is valid signs responses, dossiers and the audit log. */
  signing: readonly SigningKeyConfig[];
  audit: AuditConfig;
  /** Absent: no dossier is served. */
  dossier?: DossierConfig;
}

/** How rows of one of the city's own systems come in. */
export interface CityFeedConfig {
  /** `recognitions`, `appraisals`, `benefits`. */
  feed: string;
  /** Where its files lie; absent where they are named on the command line only. */
  folder?: string;
  pattern?: string;
  mapping: CityMapping;
  /** The lists the city has named, by indicator (`ALC060`). */
  codes: Readonly<Record<string, CodeTable>>;
  /** Absent: as the bytes look. */
  envelope?: { id: string; settings: Record<string, Json> };
}

/** A key of ours. `from` and `until` (instants) let keys overlap. */
export interface SigningKeyConfig {
  id: string;
  algorithm: 'ecdsa-p256-sha256' | 'ed25519' | 'sm2-sm3' | 'hmac-sha256' | 'hmac-sm3';
  /** PEM of the private key, or the shared secret; from the environment or a file only. */
  key: string;
  from?: string;
  until?: string;
}

export interface AuditConfig {
  /** A seal is put into the log after so many records, and at the end of every run. */
  sealEvery: number;
  /** Days; never fewer than 180 (Cybersecurity Law article 21: logs at least six months). */
  retentionDays: number;
}

export interface DossierConfig {
  /** `127.0.0.1:8443`. */
  listen: { host: string; port: number };
  /** As partners address us, where a proxy stands before us: `https://dossier.example.gov.cn`. */
  origin?: string;
  /** PEM texts; absent: plain HTTP, for a proxy on the same machine that ends TLS. */
  tls?: { cert: string; key: string };
  /** Where documents are, and the key they are encrypted with. */
  documents: { folder: string; key: string };
  partners: readonly PartnerConfig[];
  /** Seconds that a `202` asks a partner to wait; 60 where nothing else is said. */
  retryAfterSeconds: number;
}

/** Who may call, with which keys, for what. */
export interface PartnerConfig {
  id: string;
  organisation: string;
  /** PEM of the public key, or the shared secret. */
  keys: readonly { id: string; algorithm: SigningKeyConfig['algorithm']; key: string; from?: string; until?: string }[];
  /** `reappraisal`, `appraisal-history`. */
  purposes: readonly string[];
  /** Kinds of dossier items; all where left out. */
  items?: readonly string[];
  fields?: Readonly<Record<string, readonly string[]>>;
  /** Requests it may make; more are answered 429. */
  rate?: Rate;
  /** A partner that calls through its sharing platform: how its requests look when they arrive. */
  gateway?: GatewayConfig;
}

/** The sharing platform in front of a partner (`gjzwfwpt_*`, reference population-civil A.2). */
export interface GatewayConfig {
  /** Origin and path under which the partner addressed us; what it signed. */
  origin: string;
  pathPrefix: string;
  rid: string;
  sid: string;
  appSecret: string;
  /** Default `gjzwfwpt_`. */
  prefix: string;
}

/** When a run says that something is wrong with its input as a whole. */
export interface Limits {
  /** Exit code 4 when more than this share of a feed's rows could not become evidence (and at least `rejectedRows`). */
  rejectedShare: number;
  rejectedRows: number;
  /** A rule's alerts of one run are held when they are more than this times the median of the last 14 finished runs, and more than `blastLeast`. */
  blastFactor: number;
  blastLeast: number;
}

/** A hospital: most sources give only its code or only its name. */
export interface Institution {
  code: string;
  name: string;
  /** GB/T 2260. */
  region?: string;
}

/** One connection of one feed, as plain data; `connect` turns it into channel, auth, envelope and mapping. */
export interface ConnectionConfig {
  agency: Agency;
  feed: string;
  /** `''` where the feed has one connection, else its position: `1`, `2`. */
  connection: string;
  channel: HttpChannelConfig | DropFolderConfig;
  /** Asked per person, or read for what changed. */
  mode: 'lookup' | 'changes';
  auth: { kind: string; settings: Record<string, Json> };
  envelope: { id: string; settings: Record<string, Json> };
  mapping: MappingDefinition;
  /** The city's own code tables, by name; they win over the shipped ones. */
  codeTables: Readonly<Record<string, CodeTable>>;
  settings: Record<string, Json>;
  /** Lookup feeds: ask again about a person no more often than this. */
  refreshMs: number;
  /** Change feeds: `fresh` while complete through a day no older than this. */
  lagMs: number;
  regions?: readonly string[];
  /** Expected row count of a run, as a share around the median of the last 14: `0.5` = ±50 %. */
  rowBand: number;
}

export interface HttpChannelConfig {
  kind: 'http';
  baseUrl: string;
  rate?: Rate;
  concurrency: number;
  deadlineMs: number;
  hours?: Hours;
  attempts: number;
  maxBytes: number;
  /** PEM texts. */
  tls?: { ca?: string; cert?: string; key?: string };
  headers: Record<string, string>;
}

export interface DropFolderConfig {
  kind: 'drop-folder';
  folder: string;
  /** Suffix of the marker file that says a file is complete; absent: a file is complete when its size and time stand still. */
  marker?: string;
  /** Suffix of the file that states how many rows another has; absent: there are none. */
  control?: string;
  stableMs: number;
  pattern: string;
  maxBytes: number;
}

/** What the configuration is checked against; handed in, because this room knows neither adapters nor envelopes. */
export interface Catalogue {
  /** `agency/feed` → what it can do and the JSON Schema of its settings. */
  feeds: Readonly<Record<string, { lookup: boolean; changes: boolean; settings?: Json; refreshDays?: number }>>;
  /** Envelope id → JSON Schema of its settings. */
  envelopes: Readonly<Record<string, Json>>;
  /** Auth kind → JSON Schema of its settings. */
  auths: Readonly<Record<string, Json>>;
  mappings: Readonly<Record<string, MappingDefinition>>;
  /** What of an address, its certificates and headers cannot be used, with its place below the channel. */
  channelFaults(channel: HttpChannelConfig): readonly { pointer: string; message: { zh: string; en: string } }[];
  /** Compiles a mapping with the city's code tables and names every fault. */
  mappingFaults(
    mapping: MappingDefinition,
    codeTables: Readonly<Record<string, CodeTable>>,
  ): readonly { pointer: string; message: { zh: string; en: string } }[];
  /** Ids of the materials an application may need. */
  materials?: readonly string[];
  /** What of a key cannot be used: it is not of its algorithm, or no key at all. Never repeats the key. */
  keyFault?(
    key: Pick<SigningKeyConfig, 'id' | 'algorithm' | 'key'>,
    use: 'sign' | 'verify',
  ): { zh: string; en: string } | undefined;
  /** Rule id → parameters with their defaults. */
  rules: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** What may be named for the city's own systems. */
  city?: {
    mappings: Readonly<Record<string, CityMapping>>;
    codeTables: Readonly<Record<string, CodeTable>>;
    faults(
      mapping: CityMapping,
      codes: Readonly<Record<string, CodeTable>>,
    ): readonly { pointer: string; message: { zh: string; en: string } }[];
  };
}
