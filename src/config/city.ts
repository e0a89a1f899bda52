import { resolve } from 'node:path';
import type { CityMapping, CodeTable } from '../mapping/mapping.js';
import type { Bilingual, Json } from '../model/index.js';
import { compile } from '../schema.js';
import type { Catalogue, CityFeedConfig } from './config.js';
import { readData } from './connection.js';
import { type Fault, own } from './read.js';

/** The city's own systems: `agencies.city.{recognitions, appraisals, benefits}`. They are read from folders and by `cases import`. */
const feeds: Readonly<Record<string, string>> = {
  recognitions: 'city-recognition-jinbao',
  appraisals: 'city-appraisal-jinbao',
  benefits: 'city-benefit-jinbao',
};

interface RawCityFeed {
  channel?: { folder: string; pattern?: string };
  envelope?: string | Record<string, Record<string, Json>>;
  mapping?: string;
  codes?: Record<string, string>;
}

const validateCityFeed = compile<RawCityFeed>({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  properties: {
    channel: {
      type: 'object',
      additionalProperties: false,
      required: ['folder'],
      properties: { folder: { type: 'string', minLength: 1 }, pattern: { type: 'string', minLength: 1 } },
    },
    envelope: { anyOf: [{ type: 'string' }, { type: 'object', minProperties: 1, maxProperties: 1 }] },
    mapping: { type: 'string', minLength: 1 },
    codes: { type: 'object', additionalProperties: { type: 'string', minLength: 1 } },
  },
});

/** Reads one entry; every fault with its pointer, nothing thrown. */
export async function readCityFeed(entry: {
  feed: string;
  pointer: string;
  folder: string;
  raw: unknown;
  catalogue: Catalogue;
}): Promise<{ config?: CityFeedConfig; faults: Fault[] }> {
  const { feed, pointer, folder } = entry;
  const city = entry.catalogue.city;
  const faults: Fault[] = [];
  const fault = (path: string, message: Bilingual): undefined => {
    faults.push({ pointer: `${pointer}${path}`, message });
    return undefined;
  };
  const usual = own(feeds, feed);
  if (usual === undefined || city === undefined) {
    const names = Object.keys(feeds);
    fault('', {
      zh: `市本级没有数据源 ${feed}；可用：${names.join('、')}`,
      en: `the city has no source ${feed}; there are: ${names.join(', ')}`,
    });
    return { faults };
  }
  const shape = validateCityFeed(entry.raw);
  if (!shape.ok) {
    faults.push(...shape.faults.map((item) => ({ pointer: `${pointer}${item.pointer}`, message: item.message })));
    return { faults };
  }
  const raw = shape.value;
  const read = <T extends { name: string }>(path: string, at: string): Promise<T | undefined> =>
    readData<T>(resolve(folder, path), (zh, en) => fault(at, { zh, en }));
  const mappingName = raw.mapping ?? usual;
  const mapping = isPath(mappingName)
    ? await read<CityMapping>(mappingName, '/mapping')
    : (own(city.mappings, mappingName) ??
      fault('/mapping', {
        zh: `没有随包的映射 ${mappingName}；可用：${Object.keys(city.mappings).join('、')}`,
        en: `no shipped mapping ${mappingName}; there are: ${Object.keys(city.mappings).join(', ')}`,
      }));
  const codes: Record<string, CodeTable> = {};
  for (const [indicator, named] of Object.entries(raw.codes ?? {})) {
    const table = isPath(named)
      ? await read<CodeTable>(named, `/codes/${indicator}`)
      : (own(city.codeTables, named) ??
        fault(`/codes/${indicator}`, {
          zh: `没有随包的代码表 ${named}；可用：${Object.keys(city.codeTables).join('、')}`,
          en: `no shipped code table ${named}; there are: ${Object.keys(city.codeTables).join(', ')}`,
        }));
    if (table !== undefined) codes[indicator] = table;
  }
  const [envelopeId, settings] =
    raw.envelope === undefined || typeof raw.envelope === 'string'
      ? [raw.envelope, {}]
      : (Object.entries(raw.envelope)[0] ?? [undefined, {}]);
  const known = envelopeId === undefined ? undefined : own(entry.catalogue.envelopes, envelopeId);
  if (envelopeId !== undefined && known === undefined)
    fault('/envelope', { zh: `没有这种报文格式：${envelopeId}`, en: `there is no envelope ${envelopeId}` });
  const checked = known === undefined ? undefined : compile<Record<string, Json>>(known, { useDefaults: true })(settings);
  if (checked?.ok === false) for (const item of checked.faults) fault(`/envelope/${envelopeId}${item.pointer}`, item.message);
  if (mapping !== undefined) for (const item of city.faults(mapping, codes)) fault(`/mapping#${item.pointer}`, item.message);
  if (faults.length > 0 || mapping === undefined) return { faults };
  return {
    faults,
    config: {
      feed,
      ...(raw.channel === undefined ? {} : { folder: resolve(folder, raw.channel.folder), pattern: raw.channel.pattern ?? '*' }),
      mapping,
      codes,
      ...(envelopeId === undefined || checked?.ok !== true ? {} : { envelope: { id: envelopeId, settings: checked.value } }),
    },
  };
}

function isPath(name: string): boolean {
  return /[/\\]|\.(json|ya?ml)$/.test(name);
}
