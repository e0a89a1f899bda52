import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { parse } from 'yaml';
import type { CodeTable, MappingDefinition } from '../mapping/mapping.js';
import type { Bilingual, Json } from '../model/index.js';
import { compile } from '../schema.js';
import type { Catalogue, ConnectionConfig, DropFolderConfig, HttpChannelConfig } from './config.js';
import { type Fault, own, without } from './read.js';
import { connectionShape } from './shape.js';
import { parseDuration, parseHours, parseRate, parseSize } from './units.js';

interface RawConnection {
  channel: {
    http?: string;
    rate?: string;
    concurrency?: number;
    deadline?: string;
    hours?: string;
    attempts?: number;
    maxBytes?: string | number;
    tls?: { ca?: string; cert?: string; key?: string };
    proxy?: 'none';
    headers?: Record<string, string>;
    folder?: string;
    marker?: string;
    control?: string;
    stable?: string;
    pattern?: string;
  };
  auth?: string | Record<string, unknown>;
  envelope: string | Record<string, unknown>;
  mapping: string;
  mode?: 'lookup' | 'changes';
  codes?: string[];
  settings?: Record<string, Json>;
  refresh?: string;
  lag?: string;
  regions?: string[];
  rowBand?: number;
}

const validateConnection = compile<RawConnection>(connectionShape);
const dayMs = 86_400_000;

/** Reads one connection entry; every fault with its pointer, nothing thrown. */
export async function readConnection(entry: {
  agency: string;
  feed: string;
  connection: string;
  pointer: string;
  folder: string;
  raw: unknown;
  catalogue: Catalogue;
}): Promise<{ config?: ConnectionConfig; faults: Fault[] }> {
  const { agency, feed, pointer, folder, catalogue } = entry;
  const faults: Fault[] = [];
  const fault = (path: string, zh: string, en: string): undefined => {
    faults.push({ pointer: `${pointer}${path}`, message: { zh, en } });
    return undefined;
  };
  const ability = own(catalogue.feeds, `${agency}/${feed}`);
  if (ability === undefined) {
    fault('', `没有这个数据源：${agency}/${feed}`, `there is no feed ${agency}/${feed}`);
    return { faults };
  }
  const shape = validateConnection(entry.raw);
  if (!shape.ok) faults.push(...shape.faults.map((item) => ({ pointer: `${pointer}${item.pointer}`, message: item.message })));
  // What is wrongly shaped is told and put aside, so that everything else is still checked in the same go.
  const raw = shape.ok ? shape.value : without<RawConnection>(entry.raw, shape.faults);
  if (raw?.channel === undefined || raw.envelope === undefined || raw.mapping === undefined) return { faults };
  if ((raw.channel.http === undefined) === (raw.channel.folder === undefined)) {
    fault('/channel', '须为 http 或 folder 之一', 'must be either http or folder');
  }

  const duration = (path: string, text: string | undefined, otherwise: number): number => {
    if (text === undefined) return otherwise;
    const ms = parseDuration(text);
    return ms ?? fault(path, `不是时长（如 20s、30d）：${text}`, `not a duration (20s, 30d): ${text}`) ?? otherwise;
  };
  const channel =
    raw.channel.http !== undefined
      ? await readHttp(raw.channel, raw.channel.http, folder, fault, duration)
      : readFolder(raw.channel, raw.channel.folder ?? '.', folder, fault, duration);
  if (channel.kind === 'http' && faults.length === 0) {
    for (const item of catalogue.channelFaults(channel))
      faults.push({ pointer: `${pointer}/channel${item.pointer}`, message: item.message });
  }
  // A folder is read for what changed; an interface is asked per person where it can be, unless the configuration says otherwise.
  const mode = raw.mode ?? (channel.kind === 'drop-folder' || !ability.lookup ? 'changes' : 'lookup');
  if (!ability[mode]) fault('/mode', `此数据源不能按 ${mode} 方式读取`, `this feed cannot be read by ${mode}`);
  if (mode === 'lookup' && channel.kind === 'drop-folder')
    fault('/mode', '文件夹不能按人查询', 'a folder cannot be asked about persons');

  for (const [path, value] of Object.entries({ '/auth': raw.auth, '/envelope': raw.envelope })) {
    if (typeof value === 'object' && Object.keys(value).length > 1) fault(path, '只能写一种', 'must name one kind only');
  }
  const auth = pick(raw.auth ?? 'none');
  const authSchema = own(catalogue.auths, auth.id);
  if (authSchema === undefined) {
    fault(
      '/auth',
      `没有这种签名方式：${auth.id}；可用：${Object.keys(catalogue.auths).join('、')}`,
      `there is no auth ${auth.id}; there are: ${Object.keys(catalogue.auths).join(', ')}`,
    );
  }
  const envelope = pick(raw.envelope);
  const envelopeSchema = own(catalogue.envelopes, envelope.id);
  if (envelopeSchema === undefined) {
    fault(
      '/envelope',
      `没有这种报文格式：${envelope.id}；可用：${Object.keys(catalogue.envelopes).join('、')}`,
      `there is no envelope ${envelope.id}; there are: ${Object.keys(catalogue.envelopes).join(', ')}`,
    );
  }
  const checked = (schema: Json | undefined, value: Record<string, Json>, path: string): Record<string, Json> => {
    if (schema === undefined) return value;
    const result = compile<Record<string, Json>>(schema, { useDefaults: true })(structuredClone(value));
    if (result.ok) return result.value;
    for (const item of result.faults) faults.push({ pointer: `${pointer}${path}${item.pointer}`, message: item.message });
    return value;
  };

  const codeTables: Record<string, CodeTable> = {};
  for (const [index, path] of (raw.codes ?? []).entries()) {
    const table = await readData<CodeTable>(resolve(folder, path), (zh, en) => fault(`/codes/${index}`, zh, en));
    if (table) codeTables[table.name] = table;
  }
  const isPath = /[/\\]|\.(json|ya?ml)$/.test(raw.mapping);
  const mapping = isPath
    ? await readData<MappingDefinition>(resolve(folder, raw.mapping), (zh, en) => fault('/mapping', zh, en))
    : (own(catalogue.mappings, raw.mapping) ??
      fault(
        '/mapping',
        `没有随包的映射 ${raw.mapping}；可用：${Object.keys(catalogue.mappings).join('、')}`,
        `no shipped mapping ${raw.mapping}; there are: ${Object.keys(catalogue.mappings).join(', ')}`,
      ));
  if (mapping)
    for (const item of catalogue.mappingFaults(mapping, codeTables))
      faults.push({ pointer: `${pointer}/mapping#${item.pointer}`, message: item.message });

  const settings = checked(ability.settings, raw.settings ?? {}, '/settings');
  const authSettings = checked(authSchema, auth.settings, `/auth/${auth.id}`);
  const envelopeSettings = checked(envelopeSchema, envelope.settings, `/envelope/${envelope.id}`);
  const refreshMs = duration('/refresh', raw.refresh, (ability.refreshDays ?? 7) * dayMs);
  const lagMs = duration('/lag', raw.lag, 3 * dayMs);
  if (faults.length > 0 || !mapping) return { faults };
  return {
    faults,
    config: {
      agency,
      feed,
      connection: entry.connection,
      channel,
      mode,
      auth: { kind: auth.id, settings: authSettings },
      envelope: { id: envelope.id, settings: envelopeSettings },
      mapping,
      codeTables,
      settings,
      refreshMs,
      lagMs,
      ...(raw.regions === undefined ? {} : { regions: raw.regions }),
      rowBand: raw.rowBand ?? 0.5,
    },
  };
}

type FaultAt = (path: string, zh: string, en: string) => undefined;
type DurationAt = (path: string, text: string | undefined, otherwise: number) => number;

async function readHttp(
  raw: RawConnection['channel'],
  url: string,
  folder: string,
  fault: FaultAt,
  duration: DurationAt,
): Promise<HttpChannelConfig> {
  if (!/^https?:\/\/[^/\s@]+(\/\S*)?$/.test(url) || !URL.canParse(url)) {
    fault('/channel/http', '须为不带用户名的 http(s) 地址', 'must be an http(s) address without credentials');
  }
  const rate = raw.rate === undefined ? undefined : parseRate(raw.rate);
  if (raw.rate !== undefined && rate === undefined)
    fault('/channel/rate', `不是配额（如 1000/hour）：${raw.rate}`, `not a rate (1000/hour): ${raw.rate}`);
  const hours = raw.hours === undefined ? undefined : parseHours(raw.hours);
  if (raw.hours !== undefined && hours === undefined)
    fault('/channel/hours', `不是时段（如 09:00-17:00）：${raw.hours}`, `not hours (09:00-17:00): ${raw.hours}`);
  const deadlineMs = duration('/channel/deadline', raw.deadline, 20_000);
  if (deadlineMs <= 0 || deadlineMs > dayMs)
    fault(
      '/channel/deadline',
      `须大于 0 且不超过一天：${raw.deadline}`,
      `must be more than 0 and at most a day: ${raw.deadline}`,
    );
  const tls: { ca?: string; cert?: string; key?: string } = {};
  for (const part of ['ca', 'cert', 'key'] as const) {
    const value = raw.tls?.[part];
    if (value === undefined) continue;
    try {
      tls[part] = value.includes('-----BEGIN') ? value : await readFile(resolve(folder, value), 'utf8');
    } catch {
      fault(`/channel/tls/${part}`, `读不到证书文件 ${value}`, `cannot read the certificate file ${value}`);
    }
  }
  if ((tls.cert === undefined) !== (tls.key === undefined))
    fault('/channel/tls', '客户端证书与私钥须成对', 'a client certificate and its key come together');
  return {
    kind: 'http',
    baseUrl: url,
    ...(rate === undefined ? {} : { rate }),
    concurrency: raw.concurrency ?? 4,
    deadlineMs,
    ...(hours === undefined ? {} : { hours }),
    attempts: raw.attempts ?? 3,
    maxBytes: size(raw.maxBytes, 32 * 1024 ** 2, fault),
    ...(raw.tls === undefined ? {} : { tls }),
    headers: raw.headers ?? {},
  };
}

function readFolder(
  raw: RawConnection['channel'],
  path: string,
  folder: string,
  fault: FaultAt,
  duration: DurationAt,
): DropFolderConfig {
  return {
    kind: 'drop-folder',
    folder: resolve(folder, path),
    ...(raw.marker === undefined || raw.marker === 'none' ? {} : { marker: raw.marker }),
    ...(raw.control === undefined || raw.control === 'none' ? {} : { control: raw.control }),
    stableMs: duration('/channel/stable', raw.stable, 2000),
    pattern: raw.pattern ?? '*',
    maxBytes: size(raw.maxBytes, 2 * 1024 ** 3, fault),
  };
}

function size(raw: string | number | undefined, otherwise: number, fault: FaultAt): number {
  if (raw === undefined) return otherwise;
  const bytes = parseSize(String(raw));
  return (
    (bytes === 0 ? undefined : bytes) ??
    fault('/channel/maxBytes', `不是大小（如 32MiB）：${raw}`, `not a size (32MiB): ${raw}`) ??
    otherwise
  );
}

/** `none` or `{ kind: { …settings } }`. */
function pick(value: string | Record<string, unknown>): { id: string; settings: Record<string, Json> } {
  if (typeof value === 'string') return { id: value, settings: {} };
  const [id = '', settings] = Object.entries(value)[0] ?? [];
  return { id, settings: (settings ?? {}) as Record<string, Json> };
}

export async function readData<T extends { name: string }>(
  path: string,
  fault: (zh: string, en: string) => undefined,
): Promise<T | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    const data = (extname(path) === '.json' ? JSON.parse(text) : parse(text)) as T;
    if (typeof data?.name !== 'string') return fault(`${path} 没有 name`, `${path} has no name`);
    return data;
  } catch (error) {
    const text: Bilingual = { zh: `读不到 ${path}`, en: `cannot read ${path}` };
    const reason = error instanceof Error ? error.message : String(error);
    return fault(`${text.zh}（${reason}）`, `${text.en} (${reason})`);
  }
}
