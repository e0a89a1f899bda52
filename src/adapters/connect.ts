import { randomUUID } from 'node:crypto';
import { createAuth } from '../channels/auth/create.js';
import type { Channel } from '../channels/channel.js';
import { createDropFolderChannel, type DropFolderSettings } from '../channels/drop-folder.js';
import type { ChannelEnvironment } from '../channels/environment.js';
import { createHttpChannel, type HttpSettings } from '../channels/http.js';
import { envelopeFamilies } from '../envelopes/catalogue.generated.js';
import type { Envelope } from '../envelopes/envelope.js';
import { YilianError } from '../errors.js';
import type { RecordKeys } from '../mapping/context.js';
import { type CompiledMapping, compileMapping } from '../mapping/engine.js';
import type { CodeTable, MappingDefinition } from '../mapping/mapping.js';
import { codeTables as shippedTables } from '../mapping/shipped.generated.js';
import type { Agency, Bilingual, Json } from '../model/index.js';
import type { Connection } from './adapter.js';
import { type InstitutionRow, institutionTable } from './institutions.js';

/** A feed's connection as plain data; the configuration makes it. */
export interface ConnectionConfig {
  agency: Agency;
  feed: string;
  /** `''` where the feed has one connection. */
  connection: string;
  channel: ({ kind: 'http' } & HttpSettings) | ({ kind: 'drop-folder' } & DropFolderSettings);
  auth: { kind: string; settings: Readonly<Record<string, Json>> };
  envelope: { id: string; settings: Readonly<Record<string, Json>> };
  mapping: MappingDefinition;
  /** The city's own, by name; they win over the shipped ones. */
  codeTables: Readonly<Record<string, CodeTable>>;
  settings: Readonly<Record<string, Json>>;
  regions?: readonly string[] | undefined;
}

/** Everything a connection takes from outside. */
export interface ConnectEnvironment {
  clock: () => Date;
  keys: RecordKeys;
  /** Rows of the table of institutions. */
  institutions: readonly InstitutionRow[];
  /** Private-use characters of the local police font, for comparing names. */
  privateUse?: ReadonlyMap<string, string> | undefined;
  /** Numbers used once. Default: a random UUID. */
  uniqueId?: (() => string) | undefined;
  /** Added to our clock when signing. */
  clockOffsetMs?: number | undefined;
  /** For tests: how a channel waits and what it takes for chance. */
  sleep?: ChannelEnvironment['sleep'];
  random?: ChannelEnvironment['random'];
}

/**
 * Puts channel, auth, envelope and mapping of one connection together. Nothing is sent.
 * Throws ERR_CONFIG for an unknown envelope or auth, a faulty mapping, or an address, certificate or header that cannot be used.
 */
export function connect(config: ConnectionConfig, environment: ConnectEnvironment): Connection {
  const { agency, feed } = config;
  const { clock, keys, uniqueId = randomUUID } = environment;
  const around: ChannelEnvironment = { clock, agency, feed, sleep: environment.sleep, random: environment.random };
  const envelope = envelopeOf(config);
  const mapping = mappingOf(config);
  const http = config.channel.kind === 'http' ? config.channel : undefined;
  const auth = createAuth(config.auth.kind, config.auth.settings, {
    ...around,
    http,
    uuid: uniqueId,
    clockOffsetMs: environment.clockOffsetMs,
  });
  const channel: Channel =
    config.channel.kind === 'http' ? createHttpChannel(config.channel, around) : createDropFolderChannel(config.channel, around);
  return {
    agency,
    feed,
    connection: config.connection,
    channel,
    auth,
    envelope,
    mapping,
    settings: config.settings,
    regions: config.regions,
    clock,
    uniqueId,
    keys,
    institutions: institutionTable(environment.institutions),
    privateUse: environment.privateUse,
    close: () => channel.close(),
  };
}

function envelopeOf(config: ConnectionConfig): Envelope {
  const family = Object.values(envelopeFamilies).find((candidate) => candidate.id === config.envelope.id);
  if (family === undefined) {
    const { id } = config.envelope;
    throw fault(config, { zh: `没有这种报文格式：${id}`, en: `there is no envelope ${id}` }, '/envelope');
  }
  return family.create(config.envelope.settings);
}

function mappingOf(config: ConnectionConfig): CompiledMapping {
  const compilation = compileMapping(config.mapping, { ...shippedTables, ...config.codeTables });
  if (compilation.ok) return compilation.mapping;
  const list = (language: keyof Bilingual): string =>
    compilation.faults.map(({ pointer, message }) => `\n  ${pointer === '' ? '/' : pointer}: ${message[language]}`).join('');
  const text = {
    zh: `映射 ${config.mapping.name} 有误：${list('zh')}`,
    en: `mapping ${config.mapping.name} is faulty:${list('en')}`,
  };
  throw fault(config, text, '/mapping');
}

function fault(config: ConnectionConfig, text: Bilingual, place: string): YilianError {
  return new YilianError('ERR_CONFIG', text, { agency: config.agency, feed: config.feed, place });
}
