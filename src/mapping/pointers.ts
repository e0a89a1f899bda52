import type { Json } from '../model/index.js';

/**
 * Pointers of mappings: RFC 6901, and beyond it `$` (the record instead of the element), `*` (every element of an array), `[key=value]` (those
 * whose key has that value). Keys match exactly first, else ignoring case and underscores, because one service was seen to send `GMSFHM_PPDDM`,
 * `gmsfzh_ppddm` and `gmsfzhppddm`. A single object counts as an array of one, because XML cannot tell the two apart.
 */
export interface Pointer {
  /** Starts at the record, not at the element. */
  readonly fromRecord: boolean;
  readonly segments: readonly Segment[];
  readonly text: string;
}

type Segment =
  | { kind: 'every' }
  | { kind: 'key'; name: string; folded: string; where?: { key: string; folded: string; value: string } };

/** A place in a tree: what is there, and its RFC 6901 pointer with the keys as they are. */
export interface Place {
  value: Json;
  pointer: string;
}

/** Names that would reach an object's prototype. */
const forbidden = new Set(['__proto__', 'constructor', 'prototype']);

/** Compiles a pointer, or says what is wrong with it. */
export function compilePointer(text: string): Pointer | { fault: { zh: string; en: string } } {
  const fromRecord = text.startsWith('$');
  const path = fromRecord ? text.slice(1) : text;
  if (path !== '' && !path.startsWith('/'))
    return fault(`指针须为空或以 / 或 $/ 开头：${text}`, `a pointer is empty or starts with / or $/: ${text}`);
  const segments: Segment[] = [];
  for (const part of split(path)) {
    if (part === '*') {
      segments.push({ kind: 'every' });
      continue;
    }
    const match = /^(.*?)(?:\[([^=\]]+)=([^\]]*)\])?$/s.exec(part);
    const name = unescapeKey(match?.[1] ?? '');
    const key = match?.[2];
    if (match === null || name === undefined || name === '' || /[[\]]/.test(name))
      return fault(`指针中的段不正确：${part}`, `a segment of the pointer is malformed: ${part}`);
    if (forbidden.has(name) || (key !== undefined && forbidden.has(key)))
      return fault(`指针不得经过 ${name}`, `a pointer must not pass through ${name}`);
    const where = key === undefined ? {} : { where: { key, folded: fold(key), value: match[3] ?? '' } };
    segments.push({ kind: 'key', name, folded: fold(name), ...where });
  }
  return { fromRecord, segments, text };
}

/** Every place the pointer leads to, in order. */
export function* places(from: Place, segments: readonly Segment[], index = 0): Generator<Place> {
  const segment = segments[index];
  if (segment === undefined) {
    yield from;
    return;
  }
  const step = segment.kind === 'every' ? everyElement(from) : children(from, segment);
  for (const place of step) yield* places(place, segments, index + 1);
}

/** RFC 6901 escaping of one key. */
function escapeKey(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** How keys are compared when they are not equal: without case and underscores. */
export function fold(key: string): string {
  return key.toLowerCase().replaceAll('_', '');
}

function everyElement(from: Place): Place[] {
  if (!Array.isArray(from.value)) return from.value === null || from.value === '' ? [] : [from];
  return from.value.map((value, position) => ({ value, pointer: `${from.pointer}/${position}` }));
}

function* children(from: Place, segment: Extract<Segment, { kind: 'key' }>): Generator<Place> {
  const { value, pointer } = from;
  if (Array.isArray(value)) {
    if (/^(0|[1-9]\d*)$/.test(segment.name)) {
      const item = value[Number(segment.name)];
      if (item !== undefined) yield { value: item, pointer: `${pointer}/${segment.name}` };
    } else if (value.length === 1 && value[0] !== undefined) {
      yield* children({ value: value[0], pointer: `${pointer}/0` }, segment);
    }
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  if (segment.name === '0' && !Object.hasOwn(value, '0')) {
    yield from;
    return;
  }
  for (const key of keysOf(value, segment.name, segment.folded)) {
    const child: Place = { value: value[key] as Json, pointer: `${pointer}/${escapeKey(key)}` };
    if (segment.where === undefined) {
      yield child;
      continue;
    }
    for (const sibling of everyElement(child)) if (chosen(sibling.value, segment.where)) yield sibling;
  }
}

function chosen(value: Json, where: { key: string; folded: string; value: string }): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  for (const key of keysOf(value, where.key, where.folded)) {
    const found = value[key];
    if (found !== undefined && found !== null && typeof found !== 'object' && String(found).trim() === where.value) return true;
  }
  return false;
}

/** The key itself, and after it those that differ in case and underscores only. */
function* keysOf(value: JsonObject, name: string, folded: string): Generator<string> {
  if (Object.hasOwn(value, name)) yield name;
  for (const key of keyIndex(value).get(folded) ?? []) if (key !== name) yield key;
}

type JsonObject = { [key: string]: Json };

/** Rows of wide tables are read by name hundreds of times: their keys are folded once a row, and each key once for all rows. */
const keyIndexes = new WeakMap<JsonObject, ReadonlyMap<string, readonly string[]>>();
const foldedKeys = new Map<string, string>();
const mostFoldedKeys = 20_000;

function keyIndex(value: JsonObject): ReadonlyMap<string, readonly string[]> {
  const known = keyIndexes.get(value);
  if (known !== undefined) return known;
  const index = new Map<string, string[]>();
  for (const key of Object.keys(value)) {
    if (key === '__proto__') continue;
    const folded = foldOnce(key);
    const alike = index.get(folded);
    if (alike === undefined) index.set(folded, [key]);
    else alike.push(key);
  }
  keyIndexes.set(value, index);
  return index;
}

function foldOnce(key: string): string {
  const known = foldedKeys.get(key);
  if (known !== undefined) return known;
  // Keys come from messages; whoever sends ever new ones must not fill the memory.
  if (foldedKeys.size >= mostFoldedKeys) foldedKeys.clear();
  const folded = fold(key);
  foldedKeys.set(key, folded);
  return folded;
}

/** Splits at `/` outside brackets, because values such as `[root=1.2/3]` may hold one. */
function split(path: string): string[] {
  if (path === '') return [];
  const parts: string[] = [];
  let depth = 0;
  let start = 1;
  for (let index = 1; index < path.length; index += 1) {
    const character = path[index];
    if (character === '[') depth += 1;
    if (character === ']') depth -= 1;
    if (character === '/' && depth <= 0) {
      parts.push(path.slice(start, index));
      start = index + 1;
    }
  }
  parts.push(path.slice(start));
  return parts;
}

function unescapeKey(segment: string): string | undefined {
  if (/~(?![01])/.test(segment)) return undefined;
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}

function fault(zh: string, en: string): { fault: { zh: string; en: string } } {
  return { fault: { zh, en } };
}
