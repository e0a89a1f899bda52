import type { Json } from '../../model/index.js';

/** A member as trimmed text, whatever the case and underscores of its key; empty where there is none. Numbers come from the envelope as their text. */
export function textIn(row: Json | undefined, name: string): string {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return '';
  const fold = (key: string) => key.toLowerCase().replaceAll('_', '');
  const key = Object.keys(row).find((candidate) => fold(candidate) === fold(name));
  const found = key === undefined ? undefined : row[key];
  return typeof found === 'string' ? found.trim() : '';
}
