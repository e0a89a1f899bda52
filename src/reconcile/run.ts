import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { CallContext } from '../adapters/adapter.js';
import type { RunAudit } from '../audit/log.js';
import { isYilianError } from '../errors.js';
import type { Bilingual, CheckResult, DossierChange, FindingRecord, Instant, OutboxRun, RunManifest } from '../model/index.js';
import type { Lock, Store } from '../store/store.js';
import { pastInstant } from './as-of.js';
import type { CheckOptions } from './check.js';
import { withCompleteness } from './completeness.js';
import { coverageOf } from './coverage.js';
import { judge, judgeSystem } from './judge.js';
import { exitCodeOf, feedRuns, manifestOf, openOrTouched } from './manifest.js';
import { preflight } from './preflight.js';
import { type ConnectedFeed, type PullEnvironment, type PullOutcome, pull } from './pull.js';
import { replay } from './replay.js';
import { type LinkageOptions, linkageOf } from './resemble.js';
import type { RunFacts } from './rule.js';

/** What the nightly job needs. */
export interface ReconcileOptions {
  store: Store;
  /** Every call is noted before it is made; where that fails (ERR_AUDIT) the run stops. */
  audit: RunAudit;
  feeds: readonly ConnectedFeed[];
  check: CheckOptions;
  operator: CallContext['operator'];
  numberKey: PullEnvironment['numberKey'];
  /** Records whose number is wrong or missing become review items; absent: the number alone counts. */
  linkage?: LinkageOptions;
  /** Versions of package, mappings and code tables, for the manifest. */
  versions: Omit<RunManifest['versions'], 'rules'>;
  /** How far the row count of a feed's connection may be from the median of the last 14 runs. */
  rowBand: NonNullable<RunFacts['rowBand']>;
  /** When too much could not become evidence; and when the alerts of a rule are too many (10 times the usual and at least 50 where left out). */
  limits: { rejectedShare: number; rejectedRows: number; blastFactor?: number; blastLeast?: number };
  /** Sends what is due to the province before anybody is asked; absent where nothing is sent by itself. */
  deliver?: (signal: AbortSignal | undefined) => Promise<OutboxRun>;
  /** Holds the dossiers the province has against the case files, once they are judged; absent where there are no dossiers. Throws ERR_AUDIT. */
  revise?: () => Promise<DossierChange[]>;
  now?: () => Date;
  signal?: AbortSignal;
  /** Judge what had been received by then: nobody is asked, nothing is stored, and the outcome is the same whenever it is asked for. */
  asOf?: Instant;
  /** Ask nobody and store nothing; say who would be asked and what the present evidence leads to. */
  dryRun?: boolean;
  progress?: (step: Progress) => void;
}

/** Where the job is, for a live line. */
export type Progress =
  | { step: 'pull'; agency: string; feed: string; done: number; total: number }
  | { step: 'judge'; done: number; total: number }
  | { step: 'resumed'; run: string }
  /** Something amiss with a feed, said before anybody is asked; the run goes on. */
  | { step: 'preflight'; agency: string; feed: string; connection: string; trouble: string; message: Bilingual };

/** What a run comes back with. */
export interface RunOutcome {
  manifest: RunManifest;
  /** All findings that are not closed, and those this run touched. */
  findings: FindingRecord[];
  /**
   * 0, 3 (a feed not usable, somebody due not asked, or a dossier that could not be looked at), 4 (findings are held, or too many rejections), 6 (a rule threw, or somebody could not be
   * judged).
   */
  exitCode: 0 | 3 | 4 | 6;
  /** Everybody's results; only where nothing was stored. */
  results?: CheckResult[];
  /** Persons due per feed; only with `dryRun`. */
  due?: { agency: string; feed: string; connection: string; persons: number }[];
}

/**
 * The nightly job: pull what changed, look up who is due, link, check, record what is new, and leave a manifest.
 *
 * Interrupted anywhere it is taken up again by the next call and adds nothing twice: a cursor moves only with its records, a person who was
 * answered is not asked again before time, findings are keyed by what they rest on. One run at a time: throws ERR_STORE_LOCKED naming the owner.
 */
export async function reconcile(options: ReconcileOptions): Promise<RunOutcome> {
  const now = options.now ?? (() => new Date());
  // Every call under way listens for the stop: many feeds at once are no leak.
  if (options.signal !== undefined) setMaxListeners(0, options.signal);
  if (options.asOf !== undefined) return replay(options, pastInstant(options.asOf, now()));
  if (options.dryRun === true) return rehearse(options, now);
  const lock = await options.store.lock('reconcile');
  try {
    return await locked(options, now, lock);
  } finally {
    await lock.release();
  }
}

async function locked(options: ReconcileOptions, now: () => Date, lock: Lock): Promise<RunOutcome> {
  const { store } = options;
  const interrupted = await store.interruptedRun();
  const run = interrupted?.id ?? randomUUID();
  const startedAt = interrupted?.startedAt ?? now().toISOString();
  if (interrupted === undefined) await store.startRun({ id: run, startedAt, asOf: startedAt });
  else {
    await store.markResumed(run);
    options.progress?.({ step: 'resumed', run });
  }
  const began = now().getTime();

  const outbox = await delivered(options);
  const before = await preflight({ ...options, now });
  const numbersAt = now().toISOString();
  const numberKeys = await store.numberKeys(numbersAt);
  const linkage = options.linkage && (await linkageOf(store, numbersAt, options.linkage));
  const outcomes = new Map<ConnectedFeed, PullOutcome>();
  const beat = throttle(() => lock.beat(), 30_000, now);
  const settled = await Promise.allSettled(
    options.feeds.map(async (target) => {
      const outcome = await pull(target, {
        store,
        run,
        now,
        numberKeys,
        numbersAt,
        audit: options.audit,
        numberKey: options.numberKey,
        ...(linkage === undefined ? {} : { linkage }),
        context: {
          purpose: 'nightly-reconciliation',
          operator: options.operator,
          ...(options.signal === undefined ? {} : { signal: options.signal }),
        },
        progress: (done, total) => {
          options.progress?.({ step: 'pull', agency: target.policy.agency, feed: target.policy.feed, done, total });
          beat();
        },
      });
      outcomes.set(target, outcome);
    }),
  );
  // Every feed has come to rest before a fault of ours is told, so that nothing is still writing.
  for (const result of settled) if (result.status === 'rejected') throw result.reason;

  const asOf = now().toISOString();
  const feeds = await withCompleteness(store, run, await feedRuns(options, run, asOf, outcomes, before));
  const told = { unknownCodes: await store.unknownCodesOf(run), rejected: await store.rejectedOf(run) };
  await store.keepReceived(run, asOf, { feeds, ...told });
  const judged = await judge(options, { run, asOf, write: true, progress: beat });
  await judgeSystem(options, run, asOf, feeds);
  const dossiers = await options.revise?.();
  const manifest = await manifestOf(options, {
    run,
    startedAt,
    asOf,
    feeds,
    resumed: (interrupted?.resumed ?? -1) + 1,
    finishedAt: now().toISOString(),
    durationMs: now().getTime() - began,
    judged,
    isStored: true,
    outbox,
    dossiers,
  });
  manifest.coverage = await coverageOf(store, options.feeds, asOf);
  const exitCode = exitCodeOf(manifest, options.limits);
  manifest.exitCode = exitCode;
  const head = await options.audit.endRun();
  if (head !== undefined) manifest.audit = head;
  await store.finishRun(manifest);
  return { manifest, findings: await openOrTouched(store, run), exitCode };
}

/** What was sent to the province, or what is left to send; undefined where there is neither. */
async function delivered({ deliver, signal, store }: ReconcileOptions): Promise<OutboxRun | undefined> {
  const left = async (): Promise<OutboxRun> => ({ ...(await store.outbox.summary()), sent: 0, refusedNow: 0, failed: 0 });
  const run =
    deliver === undefined
      ? await left()
      : await deliver(signal).catch((error: unknown) => {
          // Somebody else is just delivering: that is no reason for a night without cross-check.
          if (isYilianError(error) && error.code === 'ERR_STORE_LOCKED') return left();
          throw error;
        });
  return run.sent + run.waiting + run.refused > 0 ? run : undefined;
}

/** What the present evidence leads to, and who would be asked; nothing is asked or stored. */
async function rehearse(options: ReconcileOptions, now: () => Date): Promise<RunOutcome> {
  const { store } = options;
  const asOf = now().toISOString();
  const run = `rehearsal-${asOf}`;
  const due: RunOutcome['due'] = [];
  const before = await preflight({ ...options, now });
  for (const { policy } of options.feeds.filter((target) => target.policy.mode === 'lookup')) {
    const freshSince = new Date(now().getTime() - policy.refreshMs).toISOString();
    const persons = await store.due({ ...policy, freshSince, at: asOf });
    due.push({ agency: policy.agency, feed: policy.feed, connection: policy.connection, persons: persons.length });
  }
  const judged = await judge(options, { run, asOf, write: false, progress: () => undefined });
  const feeds = await feedRuns(options, run, asOf, new Map(), before);
  const finishedAt = now().toISOString();
  const manifest = await manifestOf(options, {
    run,
    startedAt: asOf,
    finishedAt,
    asOf,
    feeds,
    resumed: 0,
    durationMs: Date.parse(finishedAt) - Date.parse(asOf),
    judged,
    isStored: false,
  });
  manifest.coverage = await coverageOf(store, options.feeds, asOf);
  const exitCode = exitCodeOf(manifest, options.limits);
  manifest.exitCode = exitCode;
  return { manifest, findings: judged.records, results: judged.results, exitCode, due };
}

/** Calls `action` at most once per `everyMs`; a failure is told by the next call. */
function throttle(action: () => Promise<void>, everyMs: number, now: () => Date): () => void {
  let last = now().getTime();
  let failure: unknown;
  return () => {
    if (failure !== undefined) throw failure;
    if (now().getTime() - last < everyMs) return;
    last = now().getTime();
    action().catch((error: unknown) => {
      failure = error;
    });
  };
}
