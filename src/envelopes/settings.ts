import { YilianError } from '../errors.js';
import type { Json } from '../model/index.js';
import type { EnvelopeSettings } from './envelope.js';

/**
 * Settings of a family, said once: from the same list come the JSON Schema that the configuration is checked against and the typed values that
 * the family works with. An unknown key is refused in both.
 */

/** One setting: its schema and its reader. */
export interface Setting<T> {
  readonly schema: { [key: string]: Json };
  /** The default where `value` is undefined; undefined where the value has the wrong type. */
  read(value: Json | undefined): T | undefined;
}

/** Name → setting. */
export type SettingList = Readonly<Record<string, Setting<unknown>>>;
/** The typed values of a list. */
export type SettingValues<L extends SettingList> = { readonly [Key in keyof L]: L[Key] extends Setting<infer T> ? T : never };

/** A text; `secret` ones are marked `writeOnly` in the schema and must come from the environment or a file. */
export function text(otherwise: string, description: string, more: { secret?: boolean; pattern?: string } = {}): Setting<string> {
  return {
    schema: {
      type: 'string',
      default: otherwise,
      description,
      ...(more.secret ? { writeOnly: true } : {}),
      ...(more.pattern === undefined ? {} : { pattern: more.pattern }),
    },
    read: (value) => (value === undefined ? otherwise : typeof value === 'string' ? value : undefined),
  };
}

/** Yes or no. */
export function flag(otherwise: boolean, description: string): Setting<boolean> {
  return {
    schema: { type: 'boolean', default: otherwise, description },
    read: (value) => (value === undefined ? otherwise : typeof value === 'boolean' ? value : undefined),
  };
}

/** A whole number from `minimum` on. */
export function count(otherwise: number, minimum: number, description: string): Setting<number> {
  return {
    schema: { type: 'integer', minimum, default: otherwise, description },
    read: (value) =>
      value === undefined
        ? otherwise
        : typeof value === 'number' && Number.isInteger(value) && value >= minimum
          ? value
          : undefined,
  };
}

/** One of a few words. */
export function choice<C extends string>(otherwise: C, choices: readonly C[], description: string): Setting<C> {
  return {
    schema: { type: 'string', enum: [...choices], default: otherwise, description },
    read: (value) => (value === undefined ? otherwise : choices.find((item) => item === value)),
  };
}

/** A list of texts, replacing the default as a whole. */
export function texts(otherwise: readonly string[], description: string): Setting<readonly string[]> {
  return {
    schema: { type: 'array', items: { type: 'string' }, default: [...otherwise], description },
    read: (value) => (value === undefined ? otherwise : listOfTexts(value)),
  };
}

/** A list of words out of a few. */
export function choices<C extends string>(
  otherwise: readonly C[],
  allowed: readonly C[],
  description: string,
): Setting<readonly C[]> {
  return {
    schema: {
      type: 'array',
      items: { type: 'string', enum: [...allowed] },
      uniqueItems: true,
      default: [...otherwise],
      description,
    },
    read: (value) => {
      if (value === undefined) return otherwise;
      const list = listOfTexts(value)?.map((item) => allowed.find((word) => word === item));
      return list?.every((item) => item !== undefined) ? list : undefined;
    },
  };
}

/** Name → text; given `names`, only those. */
export function textMap(
  otherwise: Readonly<Record<string, string>>,
  description: string,
  names?: readonly string[],
): Setting<Readonly<Record<string, string>>> {
  const properties = Object.fromEntries((names ?? []).map((name) => [name, { type: 'string' }]));
  return {
    schema: {
      type: 'object',
      ...(names === undefined ? { additionalProperties: { type: 'string' } } : { properties, additionalProperties: false }),
      default: { ...otherwise },
      description,
    },
    read: (value) => {
      if (value === undefined) return otherwise;
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
      const entries: [string, string][] = [];
      for (const [name, item] of Object.entries(value)) {
        if (typeof item !== 'string' || (names !== undefined && !names.includes(name))) return undefined;
        entries.push([name, item]);
      }
      return Object.fromEntries(entries);
    },
  };
}

/** The JSON Schema (draft 2020-12) of a list of settings. */
export function settingsSchema(list: SettingList): Json {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(Object.entries(list).map(([name, setting]) => [name, setting.schema])),
  };
}

/** The values, defaults filled in. Throws ERR_CONFIG for an unknown key or a wrong type, naming the key. */
export function readSettings<L extends SettingList>(list: L, settings: EnvelopeSettings): SettingValues<L> {
  for (const name of Object.keys(settings)) {
    if (!Object.hasOwn(list, name)) throw wrong(name, '没有这个设置', 'there is no such setting');
  }
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(list)) {
    const value = setting.read(Object.hasOwn(settings, name) ? settings[name] : undefined);
    if (value === undefined) throw wrong(name, '设置的值不对', 'the setting has a wrong value');
    values[name] = value;
  }
  return values as SettingValues<L>;
}

function wrong(name: string, zh: string, en: string): YilianError {
  return new YilianError('ERR_CONFIG', { zh: `${zh}：${name}`, en: `${en}: ${name}` }, { place: `/${name}` });
}

function listOfTexts(value: Json): readonly string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const list = value.filter((item) => typeof item === 'string');
  return list.length === value.length ? list : undefined;
}
