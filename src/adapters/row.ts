import type { Json } from '../model/index.js';

/** A member of a row, whatever the case and underscores of its key; undefined where there is none. */
export function memberOf(row: Json | undefined, name: string): Json | undefined {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return undefined;
  if (Object.hasOwn(row, name)) return row[name];
  const fold = (key: string) => key.toLowerCase().replaceAll('_', '');
  const key = Object.keys(row).find((candidate) => fold(candidate) === fold(name));
  return key === undefined ? undefined : row[key];
}

/** The same as trimmed text; empty where there is none. Numbers come from the envelope as their text. */
export function textIn(row: Json | undefined, name: string): string {
  const found = memberOf(row, name);
  return typeof found === 'string' ? found.trim() : '';
}
