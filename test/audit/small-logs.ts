import { createHash } from 'node:crypto';
import type { AuditSeal } from '../../src/model/index.js';
import type { TestKey } from './logs.js';

/** Small logs, and what can be done to them; hashed by these few lines alone, so that a fault in the product's own hashing would show. */

export type Row = Record<string, unknown> & { seq: number; previous: string; hash: string };

export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

export function hashed<T extends Row>(row: T): T {
  const { hash: _, ...rest } = row;
  return { ...row, hash: createHash('sha256').update(canonical(rest)).digest('hex') };
}

/** The same with the hash of each row made anew from a place on, so that each names the one before. */
export function chainedFrom(rows: readonly Row[], from: number): Row[] {
  const made = [...rows];
  for (let index = from; index < made.length; index += 1) {
    const before = made[index - 1];
    const row = made[index];
    if (row !== undefined) made[index] = hashed({ ...row, previous: before?.hash ?? '0'.repeat(64) });
  }
  return made;
}

export function log(length: number): Row[] {
  const rows = Array.from({ length }, (_, index) => ({
    seq: index + 1,
    at: `2026-03-01T00:00:${String(index).padStart(2, '0')}.000Z`,
    kind: 'agency-call',
    actor: { organisation: '演示鉴定中心', operator: '夜间核对 (SYSTEM)' },
    purpose: 'nightly-reconciliation',
    result: index % 2 === 0 ? 'asked' : 'found',
    agency: 'public-security',
    feed: 'population',
    subjects: [createHash('md5').update(String(index)).digest('hex')],
    caseNos: [`A-${index}`],
    detail: { run: 'r-1', count: index },
    previous: '',
    hash: '',
  }));
  return chainedFrom(rows, 0);
}

export async function sealOf(row: Row, { signer }: TestKey, kind: AuditSeal['kind'] = 'seal'): Promise<AuditSeal> {
  const unsigned = { kind, seq: row.seq, hash: row.hash, at: '2026-03-02T00:00:00.000Z', keyId: signer.keyId };
  const signature = await signer.sign(Buffer.from(canonical(unsigned)));
  return { ...unsigned, signature: Buffer.from(signature).toString('base64') };
}
