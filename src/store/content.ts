import { createHash } from 'node:crypto';
import type { Evidence } from '../model/index.js';

/**
 * What two versions of a record are compared by: a SHA-256 over everything the agency said, whatever the order of its fields. When, in which
 * message and where in it the record came is not what the agency said, nor is the moment a retraction was noticed.
 */
export function contentHash(evidence: Evidence): string {
  const { voidedAt: _voidedAt, source, ...said } = evidence;
  const { receivedAt: _receivedAt, message: _message, pointers: _pointers, ...origin } = source;
  return hashOf({ ...said, source: origin });
}

/** SHA-256, in hex, of a JSON value; fields in any order and fields that are `undefined` make no difference. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = value as Record<string, unknown>;
  const parts: string[] = [];
  for (const name of Object.keys(fields).sort())
    if (fields[name] !== undefined) parts.push(`${JSON.stringify(name)}:${canonical(fields[name])}`);
  return `{${parts.join(',')}}`;
}

/**
 * A text that any SQL engine keeps as it is: NUL, which ends a text in SQLite and is refused by PostgreSQL, becomes its picture U+2400, half
 * a surrogate pair becomes U+FFFD. Agencies' keys are the only such texts that we compare with what we read back.
 */
export function storable(text: string): string {
  return text.replaceAll('\u0000', '\u2400').replace(/\p{Surrogate}/gu, '\ufffd');
}
