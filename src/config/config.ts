import type { CodeTable, MappingDefinition } from '../mapping/mapping.js';
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
  /** Rule id → parameters with their defaults. */
  rules: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
