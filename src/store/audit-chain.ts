import { canonicalJson } from '../crypto/canonical-json.js';
import { sha256Hex } from '../crypto/digest.js';
import type { AuditEntry, AuditHead, AuditRecord, AuditSeal, Instant } from '../model/index.js';

/** How records of the audit log are chained, and what of the chain is signed. Pure; a verifier elsewhere needs nothing else. */

/** What stands before the first record. */
export const beforeFirst: AuditHead = { seq: 0, hash: '0'.repeat(64) };

/** SHA-256 of the canonical JSON (RFC 8785) of a record without its `hash`. Throws TypeError for what JSON does not have. */
export function auditHash(record: Readonly<Record<string, unknown>>): string {
  const { hash: _, ...rest } = record;
  return sha256Hex(canonicalText(rest));
}

/** An entry as the record that follows a head, its members in canonical order. */
export function chained(entry: AuditEntry, after: AuditHead, at: Instant): AuditRecord {
  const record = inOrder({ ...entry, seq: after.seq + 1, at, previous: after.hash }) as unknown as AuditRecord;
  return topInOrder({ ...record, hash: auditHash({ ...record }) }) as unknown as AuditRecord;
}

/**
 * The canonical JSON of a value; of one whose members stand in canonical order already, as those of records do, what the engine itself makes of it, which
 * is several times faster.
 */
export function canonicalText(value: unknown): string {
  if (!isInOrder(value)) return canonicalJson(value);
  const text = JSON.stringify(value);
  // Half a surrogate pair, which canonical JSON refuses, is written as an escape.
  return text.includes('\\ud') ? canonicalJson(value) : text;
}

function isInOrder(value: unknown): boolean {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.every(isInOrder);
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  let before = '';
  for (const name of Object.keys(value)) {
    if (name < before || !isInOrder((value as Record<string, unknown>)[name])) return false;
    before = name;
  }
  return true;
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const members: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(topInOrder(value))) members[name] = inOrder(member);
  return members;
}

function topInOrder(value: object): Record<string, unknown> {
  const given = value as Record<string, unknown>;
  const members: Record<string, unknown> = {};
  for (const name of Object.keys(given).sort()) if (given[name] !== undefined) members[name] = given[name];
  return members;
}

/** The bytes that a seal's signature is over. */
export function sealedContent({ kind, seq, hash, at, keyId }: Omit<AuditSeal, 'signature'>): Uint8Array {
  return Buffer.from(canonicalJson({ kind, seq, hash, at, keyId }));
}
