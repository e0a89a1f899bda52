import { canonicalJson } from '../crypto/canonical-json.js';
import { hmacSha256 } from '../crypto/digest.js';
import type { AuditEntry, AuditRecord } from '../model/index.js';
import type { AuditStore } from '../store/audit-store.js';
import { actorOf, type Operator } from './entries.js';

/** What the configuration was, without a value of it: each section as a keyed hash, so that a secret in it cannot be guessed from the log. */
export type Fingerprints = { [section: string]: string };

/** Fingerprints of sections by name; what JSON does not have (functions of a program's configuration) counts by its text. */
export function fingerprintsOf(sections: Readonly<Record<string, unknown>>, secret: string): Fingerprints {
  return Object.fromEntries(
    Object.entries(sections)
      .filter(([, value]) => value !== undefined)
      .map(([section, value]) => [
        section,
        hmacSha256(secret, canonicalJson(['audit-configuration', section, plain(value)]), 'hex'),
      ])
      .sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
  );
}

function plain(value: unknown): unknown {
  if (typeof value === 'function' || typeof value === 'bigint' || typeof value === 'symbol') return String(value);
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (typeof value === 'string') return wellFormed(value);
  if (value instanceof Map || value instanceof Set) return [...value].map(plain);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map((member) => plain(member ?? null));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [wellFormed(name), plain(member)]));
}

function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** The entry that says which sections are not what they were when the log last said; undefined where all are. */
export function configurationEntry(
  now: Fingerprints,
  last: AuditRecord | undefined,
  actor: AuditEntry['actor'],
): AuditEntry | undefined {
  const before = last?.detail?.fingerprints as Fingerprints | undefined;
  const sections = [...new Set([...Object.keys(before ?? {}), ...Object.keys(now)])].sort();
  const changed = sections.filter((section) => before?.[section] !== now[section]);
  if (changed.length === 0) return undefined;
  return {
    kind: 'configuration',
    actor,
    purpose: 'configuration',
    result: before === undefined ? 'first' : 'changed',
    ...(before === undefined ? {} : { items: changed }),
    detail: { fingerprints: now },
  };
}

/** Notes which sections of the configuration are not what they were when the store was last opened. Throws what the store throws. */
export async function noteConfiguration(
  sections: Readonly<Record<string, unknown>>,
  within: { store: { readonly audit: AuditStore }; secret: string; operator: Operator; at: Date },
): Promise<void> {
  const { audit } = within.store;
  const now = fingerprintsOf(sections, within.secret);
  const actor = actorOf(within.operator);
  if (configurationEntry(now, await audit.last('configuration'), actor) === undefined) return;
  // Asked again inside the transaction: of two processes that open the store at once one says it.
  await audit.appendAfter('configuration', (last) => configurationEntry(now, last, actor), within.at.toISOString());
}
