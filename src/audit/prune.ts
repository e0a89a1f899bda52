import type { AuditSeal } from '../model/index.js';
import { sealedContent } from '../store/audit-chain.js';
import type { AuditRow, AuditStore } from '../store/audit-store.js';
import type { AuditEnvironment } from './create.js';
import { Faults } from './faults.js';
import { parsed, rowsOf } from './rows.js';
import { verifyChain } from './verify.js';

/** Logs are kept for six months at least (Cybersecurity Law 网络安全法, article 21), whatever the configuration says. */
export const leastRetentionDays = 180;
const dayMs = 86_400_000;

/**
 * Removes what is older than the retention time, as a whole beginning of the chain up to a seal, and leaves a signed checkpoint in its place, from which
 * the rest is verified. Nothing is removed without a signing key, and nothing of a beginning in which something is wrong: that is evidence.
 *
 * Gives how many records went.
 */
export async function pruneAudit({
  audit,
  now,
  organisation,
  retentionDays,
  keys,
}: Omit<AuditEnvironment, 'store'> & { audit: AuditStore }): Promise<number> {
  const signer = keys?.signer?.();
  if (signer === undefined) return 0;
  const at = now();
  const before = new Date(at.getTime() - Math.max(leastRetentionDays, retentionDays) * dayMs).toISOString();
  const old = await oldThrough(audit.rows(), before);
  const seals = await audit.seals();
  const seal = seals.findLast(({ kind, seq }) => kind === 'seal' && seq <= old);
  if (seal === undefined) return 0;
  const faults = new Faults();
  const told = await verifyChain(
    rowsOf(audit.rows({ through: seal.seq }), faults),
    seals.filter(({ seq }) => seq <= seal.seq),
    keys?.verifier?.bind(keys) ?? (() => undefined),
    { head: seal, faults },
  );
  if (!told.ok || told.sealedThrough !== seal.seq) return 0;
  const unsigned = { kind: 'checkpoint' as const, seq: seal.seq, hash: seal.hash, at: at.toISOString(), keyId: signer.keyId };
  const checkpoint: AuditSeal = {
    ...unsigned,
    signature: Buffer.from(await signer.sign(sealedContent(unsigned))).toString('base64'),
  };
  return audit.prune(
    checkpoint,
    {
      kind: 'retention',
      actor: { organisation },
      purpose: 'retention',
      result: 'removed',
      detail: { through: seal.seq, hash: seal.hash, before, records: told.records },
    },
    at.toISOString(),
  );
}

/** The last of the records at the beginning that are all older than that. */
async function oldThrough(rows: AsyncIterable<AuditRow>, before: string): Promise<number> {
  let last = 0;
  for await (const { seq, content } of rows) {
    const at = (parsed(content) as { at?: unknown } | null | undefined)?.at;
    if (typeof at !== 'string' || at >= before) break;
    last = seq;
  }
  return last;
}
