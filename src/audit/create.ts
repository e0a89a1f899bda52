import { isYilianError, YilianError } from '../errors.js';
import type { AuditEntry, AuditRecord, AuditSeal, AuditVerification } from '../model/index.js';
import { sealedContent } from '../store/audit-chain.js';
import type { AuditStore } from '../store/audit-store.js';
import { exportAll, extract } from './export.js';
import { Faults } from './faults.js';
import type { AuditKeys, FullAudit } from './log.js';
import { pruneAudit } from './prune.js';
import { rowsOf } from './rows.js';
import { verifyChain } from './verify.js';

export interface AuditEnvironment {
  store: { readonly audit: AuditStore };
  now: () => Date;
  organisation: string;
  /** A seal after so many records. */
  sealEvery: number;
  /** Days; 180 where fewer are said. */
  retentionDays: number;
  keys?: AuditKeys;
}

/** Entries written together at most: one transaction is never long. */
const most = 1000;

/**
 * The audit log over a store. Entries that are given while others are being written share the next transaction, so that thousands of calls a second
 * cost few writes to the disk; each caller hears when its own record is there.
 */
export function createAuditLog(environment: AuditEnvironment): FullAudit {
  const { now, sealEvery, keys } = environment;
  const { audit } = environment.store;
  const waiting: Waiting[] = [];
  let isWriting = false;
  let sealedThrough: number | undefined;

  const write = async (): Promise<void> => {
    isWriting = true;
    try {
      while (waiting.length > 0) await writeTogether(waiting.splice(0, most));
    } finally {
      isWriting = false;
    }
  };

  const writeTogether = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const records = await audit.append(
        batch.map(({ entry }) => entry),
        now().toISOString(),
      );
      await sealWhenDue(records.at(-1)?.seq ?? 0);
      for (const [index, { resolve, reject }] of batch.entries()) {
        const record = records[index];
        if (record === undefined) reject(refused(undefined));
        else resolve(record);
      }
    } catch (error) {
      // One entry that cannot be kept must not take others with it; a store that cannot be written takes all.
      if (batch.length > 1 && !isStoreError(error)) for (const one of batch) await writeTogether([one]);
      else for (const { reject } of batch) reject(refused(error));
    }
  };

  /** A seal that could not be made is made up for by the next one: what it would have said, that says too. */
  const sealWhenDue = async (seq: number): Promise<void> => {
    if (keys?.signer?.() === undefined) return;
    sealedThrough ??= (await audit.seals()).at(-1)?.seq ?? 0;
    if (seq - sealedThrough < sealEvery) return;
    await sealNow().catch(() => undefined);
  };

  const sealNow = async (): Promise<AuditSeal | undefined> => {
    const signer = keys?.signer?.();
    const head = signer && (await audit.head());
    if (signer === undefined || head === undefined) return undefined;
    const seals = await audit.seals();
    if ((seals.at(-1)?.seq ?? 0) >= head.seq && seals.at(-1)?.keyId === signer.keyId) return seals.at(-1);
    const unsigned = { kind: 'seal' as const, ...head, at: now().toISOString(), keyId: signer.keyId };
    const signature = Buffer.from(await signer.sign(sealedContent(unsigned))).toString('base64');
    const seal = { ...unsigned, signature };
    await audit.putSeal(seal);
    sealedThrough = head.seq;
    return seal;
  };

  const append = (entry: AuditEntry): Promise<AuditRecord> =>
    new Promise((resolve, reject) => {
      waiting.push({ entry, resolve, reject });
      if (!isWriting) void write();
    });

  const log: FullAudit = {
    append,
    head: () => failing(() => audit.head()),
    seal: () => failing(sealNow),
    endRun: () =>
      failing(async () => {
        await pruneAudit({ ...environment, audit });
        await sealNow();
        return audit.head();
      }),
    verify: ({ head } = {}) =>
      failing(async () => {
        for (;;) {
          const seals = await audit.seals();
          const faults = new Faults();
          const rows = rowsOf(audit.rows(), faults);
          const told: AuditVerification = await verifyChain(rows, seals, keys?.verifier?.bind(keys), {
            faults,
            ...(head === undefined ? {} : { head }),
          });
          // Records that were pruned meanwhile would be told as missing.
          if (checkpointOf(await audit.seals()) === checkpointOf(seals)) return told;
        }
      }),
    extract: (ask) => failing(() => extract(ask, { ...environment, audit, append })),
    exportAll: (by) => exportAll(by, { ...environment, audit, append }),
  };
  return log;
}

interface Waiting {
  entry: AuditEntry;
  resolve: (record: AuditRecord) => void;
  reject: (error: YilianError) => void;
}

function checkpointOf(seals: readonly AuditSeal[]): number {
  return seals.findLast(({ kind }) => kind === 'checkpoint')?.seq ?? 0;
}

function isStoreError(error: unknown): boolean {
  return isYilianError(error) && error.code.startsWith('ERR_STORE');
}

async function failing<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw refused(error);
  }
}

/** Whatever keeps the log from being written or read: the caller must not go on. */
function refused(error: unknown): YilianError {
  if (isYilianError(error) && error.code === 'ERR_AUDIT') return error;
  const why = isYilianError(error) ? error.text : { zh: '内部错误', en: 'an internal error' };
  return new YilianError(
    'ERR_AUDIT',
    { zh: `审计日志不可用，操作未进行：${why.zh}`, en: `the audit log cannot be used, so nothing was done: ${why.en}` },
    { place: 'audit' },
  );
}
