import { parse } from 'lossless-json';
import type { Json } from '../model/index.js';
import { fault, type Readable } from './fault.js';

/**
 * JSON in: numbers stay their text (`110101199003077758123` would be rounded), a key said twice with two values and `__proto__` are refused, and depth and size
 * are measured before the parser recurses.
 */

/** How much is accepted. */
export interface JsonLimits {
  characters: number;
  depth: number;
  /** Values of any kind. */
  values: number;
}

/** Room for a page of thousands of rows, none for nesting bombs. */
export const jsonLimits: JsonLimits = { characters: 64 * 1024 ** 2, depth: 64, values: 5_000_000 };

/** An object of a JSON tree. */
export type JsonObject = { [key: string]: Json };

/**
 * Reads one JSON text; every number becomes its text, so `0` and `"0"` are the same. Faults: `malformed-json`, `duplicate-key`,
 * `forbidden-key`, `html-page`, `too-large`, `too-deep`. Never throws.
 */
export function readJson(text: string, limits: JsonLimits = jsonLimits): Readable<{ value: Json }> {
  const plain = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (plain.length > limits.characters) return fault('too-large', '', 'JSON 过大', 'the JSON is too large');
  if (/^\s*<(?:!DOCTYPE|html)\b/i.test(plain))
    return fault('html-page', '', '这是网页，不是报文', 'this is a web page, not a message');
  const measured = measure(plain);
  if (measured.depth > limits.depth) return fault('too-deep', '', 'JSON 嵌套过深', 'the JSON is nested too deep');
  if (measured.values > limits.values) return fault('too-large', '', 'JSON 的值过多', 'the JSON has too many values');
  let refusal: { reason: string; at: number } | undefined;
  try {
    const value = parse(plain, undefined, {
      parseNumber: (digits) => digits,
      onDuplicateKey: ({ position }) => {
        refusal ??= { reason: 'duplicate-key', at: position };
      },
    });
    if (refusal) {
      return fault('duplicate-key', '', `第 ${refusal.at} 个字符处键名重复`, `a key is repeated at character ${refusal.at}`);
    }
    const kept = keep(value);
    return kept === undefined
      ? fault('forbidden-key', '', '含有不允许的键名', 'it holds a key that is not allowed')
      : { ok: true, value: kept };
  } catch (error) {
    // The parser's message quotes the text; only the position is taken from it.
    const at = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
    return at === undefined
      ? fault('malformed-json', '', '不是有效的 JSON', 'not valid JSON')
      : fault('malformed-json', '', `不是有效的 JSON（第 ${at} 个字符）`, `not valid JSON (character ${at})`);
  }
}

/** Copies into objects without prototype; undefined where a key would reach for one. */
function keep(value: unknown): Json | undefined {
  if (Array.isArray(value)) {
    const list: Json[] = [];
    for (const item of value) {
      const kept = keep(item);
      if (kept === undefined) return undefined;
      list.push(kept);
    }
    return list;
  }
  if (typeof value === 'object' && value !== null) {
    const object: JsonObject = Object.create(null);
    for (const [key, item] of Object.entries(value)) {
      if (key === '__proto__') return undefined;
      const kept = keep(item);
      if (kept === undefined) return undefined;
      object[key] = kept;
    }
    return object;
  }
  return typeof value === 'string' || typeof value === 'boolean' || value === null ? value : undefined;
}

/** Depth and number of values by brackets and commas outside strings; right for JSON, and for anything else merely a number. */
function measure(text: string): { depth: number; values: number } {
  let depth = 0;
  let deepest = 0;
  let values = 1;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (quoted) {
      if (code === 0x5c) at += 1;
      else if (code === 0x22) quoted = false;
    } else if (code === 0x22) quoted = true;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      values += 1;
      if (depth > deepest) deepest = depth;
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
    else if (code === 0x2c) values += 1;
  }
  return { depth: deepest, values };
}

/** Is this an object (not null, not an array)? */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value that stands for nothing: absent, null, or blank text. */
export function isBlank(value: Json | undefined): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

/** The text of a leaf, trimmed; undefined for blank, objects and arrays. */
export function leafText(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value.trim();
  return typeof value === 'boolean' || typeof value === 'number' ? String(value) : undefined;
}

/** An own member by name, ignoring case and underscores (population-civil J.5); the exact name wins. The key is as sent, for pointers. */
export function member(object: JsonObject, name: string): { key: string; value: Json } | undefined {
  const exact = Object.hasOwn(object, name) ? object[name] : undefined;
  if (exact !== undefined) return { key: name, value: exact };
  const plain = plainKey(name);
  for (const [key, value] of Object.entries(object)) {
    if (plainKey(key) === plain) return { key, value };
  }
  return undefined;
}

function plainKey(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

/**
 * Rows of a node that may be an array, one object, or either of them as JSON inside a text; undefined for anything else.
 * `null`, blank and `[]` are no rows.
 */
export function rowsOf(node: Json | undefined): { rows: Json[]; single: boolean; decoded: Json } | undefined {
  if (isBlank(node) || node === undefined) return { rows: [], single: false, decoded: node ?? null };
  if (Array.isArray(node)) return { rows: node, single: false, decoded: node };
  if (isObject(node)) {
    return Object.keys(node).length === 0
      ? { rows: [], single: false, decoded: node }
      : { rows: [node], single: true, decoded: node };
  }
  if (typeof node !== 'string') return undefined;
  const inner = readJson(node);
  return inner.ok && typeof inner.value === 'object' ? rowsOf(inner.value) : undefined;
}
