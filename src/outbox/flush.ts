import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Receipt } from '../adapters/adapter.js';
import { isYilianError, type YilianError } from '../errors.js';
import type { OutboxRun } from '../model/index.js';
import type { OutboxResult, TakenEntry } from '../store/outbox.js';
import { type FlushOptions, note, type OutboxEnvironment, type SendTarget } from './outbox.js';

/**
 * One delivery. Of each case the oldest entry goes first and the next one only when that is accepted, skipped or replaced; different cases go at
 * the same time. One process delivers at a time, and an entry is taken before it is sent: what a process that was killed had taken is sent again
 * under the same key, which the province takes for the same.
 */
export async function flush(
  environment: OutboxEnvironment & { target: SendTarget },
  { due = false, signal }: FlushOptions = {},
): Promise<OutboxRun> {
  const { store, now, wait = pause } = environment;
  const lock = await store.lock('outbox');
  const counts: Counts = { sent: 0, refusedNow: 0, failed: new Set() };
  try {
    await store.outbox.reclaim(now().toISOString());
    let beatAt = now().getTime();
    const beat = async (): Promise<void> => {
      if (now().getTime() - beatAt < beatMs) return;
      beatAt = now().getTime();
      await lock.beat();
    };
    for (const [index, ms] of [0, ...roundWaitsMs].entries()) {
      if (index > 0) await wait(ms, signal);
      const again = await round({ ...environment, beat, signal, counts }, { due: due && index === 0, retryable: index > 0 });
      if (!again) break;
    }
  } finally {
    await lock.release();
  }
  const { sent, refusedNow, failed, error } = counts;
  const told = error === undefined || failed.size === 0 ? {} : { error: { code: error.code, message: error.text } };
  return { ...(await store.outbox.summary()), sent, refusedNow, failed: failed.size, ...told };
}

const beatMs = 30_000;
/** What fails by chance has the channel's own attempts first; these are for an agency that restarts meanwhile. */
const roundWaitsMs = [2_000, 10_000];
/** Between nights and repeated calls of one night. */
const backoffMs = { first: 5 * 60_000, most: 20 * 3_600_000 };

/** Nothing would be different for the next entry: the rest waits. */
const stops = new Set([
  'ERR_QUOTA',
  'ERR_OUTSIDE_HOURS',
  'ERR_BREAKER_OPEN',
  'ERR_UNAUTHORISED',
  'ERR_CLOCK',
  'ERR_TLS',
  'ERR_CONFIG',
  'ERR_ABORTED',
]);

interface Counts {
  sent: number;
  refusedNow: number;
  /** Ids of entries that were tried in vain and have not been accepted since. */
  failed: Set<string>;
  error?: YilianError;
}

type Surroundings = OutboxEnvironment & {
  target: SendTarget;
  beat: () => Promise<void>;
  signal: AbortSignal | undefined;
  counts: Counts;
};

/** Sends whatever may be sent once; true where something failed that may go better in a moment. */
async function round(around: Surroundings, what: { due: boolean; retryable: boolean }): Promise<boolean> {
  const { store, target, now, signal, counts } = around;
  const { agency, feed } = target.connection;
  const sender = randomUUID();
  let isStopped = false;
  let isWorthAnother = false;
  const worker = async (): Promise<void> => {
    while (!isStopped) {
      signal?.throwIfAborted();
      const entry = await store.outbox.take({ target: { agency, feed }, sender, at: now().toISOString(), ...what });
      if (entry === undefined) return;
      try {
        const result = await deliver(around, entry, sender);
        if (result.state === 'unavailable' && stops.has(result.error ?? '')) isStopped = true;
        else if (result.state === 'unavailable' && result.retryable === true) isWorthAnother = true;
      } catch (error) {
        isStopped = true;
        throw error;
      }
      await around.beat();
    }
  };
  const settled = await Promise.allSettled(Array.from({ length: Math.max(1, target.concurrency) }, worker));
  // Every worker has come to rest before a fault is told, so that nothing is still being sent.
  for (const result of settled) if (result.status === 'rejected') throw result.reason;
  return isWorthAnother && !isStopped && counts.failed.size > 0;
}

async function deliver(around: Surroundings, entry: TakenEntry, sender: string): Promise<OutboxResult> {
  const { store, target, now, signal, counts, operator } = around;
  const settle = (result: OutboxResult): Promise<boolean> => store.outbox.settle(entry.id, sender, result, now().toISOString());
  try {
    await note(around, entry, { result: 'sending', purpose });
  } catch (error) {
    // What cannot be noted is not sent.
    await settle(failure(entry, error, now()));
    throw error;
  }
  let result: OutboxResult;
  let fault: unknown;
  try {
    const receipt = await target.feed.push?.(
      {
        idempotencyKey: entry.idempotencyKey,
        person: entry.person,
        case: entry.case,
        ...(entry.conclusion === undefined ? {} : { conclusion: entry.conclusion }),
      },
      target.connection,
      { purpose, caseNo: entry.caseNo, operator, ...(signal === undefined ? {} : { signal }) },
    );
    result = receipt === undefined ? failure(entry, undefined, now()) : resultOf(entry, receipt, now());
    if (receipt?.error !== undefined) counts.error ??= receipt.error;
  } catch (error) {
    fault = error;
    result = failure(entry, error, now());
  }
  // Noted before it is kept: where the log cannot be written the entry is sent again, as the same.
  const said = result.error === undefined ? {} : { error: result.error };
  await note(around, entry, { result: result.state, purpose, ...said });
  await settle(result);
  if (result.state === 'unavailable') counts.failed.add(entry.id);
  else counts.failed.delete(entry.id);
  if (result.state === 'accepted') counts.sent += 1;
  if (result.state === 'refused') counts.refusedNow += 1;
  if (fault !== undefined) throw fault;
  return result;
}

const purpose = 'provincial-push';

function resultOf(entry: TakenEntry, { outcome, error, provincialNo }: Receipt, now: Date): OutboxResult {
  if (outcome === 'accepted') return { state: 'accepted', ...(provincialNo === undefined ? {} : { provincialNo }) };
  if (error === undefined || isOurs(error) || outcome === 'refused') {
    return { state: 'refused', ...(error === undefined ? {} : { error: error.code, because: error.text }) };
  }
  return failure(entry, error, now);
}

/** This case cannot be sent as it is: a person without a whole number, a value that no code is configured for. */
function isOurs({ code, place }: YilianError): boolean {
  return code === 'ERR_INPUT' || (code === 'ERR_CONFIG' && place?.startsWith('/settings/push/') === true);
}

function failure(entry: TakenEntry, error: unknown, now: Date): OutboxResult {
  const known = isYilianError(error) ? error : undefined;
  const ms = Math.min(backoffMs.most, backoffMs.first * 2 ** Math.min(20, entry.attempts - 1));
  // Hours and quota are ours to keep: nothing failed, and the next night need not wait.
  const isHeldByUs = known?.code === 'ERR_QUOTA' || known?.code === 'ERR_OUTSIDE_HOURS';
  return {
    state: 'unavailable',
    error: known?.code ?? 'ERR_INTERNAL',
    retryable: known?.retryable === true && !isHeldByUs,
    ...(known === undefined ? {} : { because: known.text }),
    ...(isHeldByUs ? {} : { notBefore: new Date(now.getTime() + ms).toISOString() }),
  };
}

async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, signal === undefined ? {} : { signal }).catch(() => signal?.throwIfAborted());
}
