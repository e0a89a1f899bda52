import type { YilianError } from '../errors.js';
import type {
  DossierChange,
  FeedPreflight,
  FeedRun,
  FindingRecord,
  FindingState,
  FindingStep,
  Instant,
  OutboxRun,
  RunManifest,
  Severity,
} from '../model/index.js';
import { summaryOf } from '../store/failure-summary.js';
import type { FeedCounts, Store } from '../store/store.js';
import { alertsOf } from './blast-guard.js';
import { ruleVersions } from './check.js';
import { feedStatuses } from './feeds.js';
import { heldRules } from './held.js';
import type { Judged } from './judge.js';
import type { ConnectedFeed, PullOutcome } from './pull.js';
import type { ReconcileOptions } from './run.js';

/** Per feed: its status for the persons on file, what was asked and what came. */
export async function feedRuns(
  options: ReconcileOptions,
  run: string,
  asOf: Instant,
  outcomes: ReadonlyMap<ConnectedFeed, PullOutcome>,
  before: ReadonlyMap<ConnectedFeed, FeedPreflight[]> = new Map(),
): Promise<FeedRun[]> {
  const counts = await options.store.feedCounts(run);
  const cursors = await options.store.cursors(asOf);
  const runs: FeedRun[] = [];
  for (const target of options.feeds) {
    const { policy } = target;
    const count = counts.find(
      (item) => item.agency === policy.agency && item.feed === policy.feed && item.connection === policy.connection,
    );
    const outcome = outcomes.get(target);
    const status =
      policy.mode === 'changes'
        ? feedStatuses([policy], [], cursors, asOf)[0]
        : await lookupFeedStatus(options, target, asOf, outcome);
    if (status === undefined) continue;
    const which = policy.connection === '' ? {} : { connection: policy.connection };
    const seen = before.get(target);
    const preflight = seen === undefined ? {} : { preflight: seen };
    runs.push({ ...feedRunOf(count, outcome), agency: policy.agency, feed: policy.feed, ...which, status, ...preflight });
  }
  return runs;
}

/** A feed that is asked per person is as fresh as its least fresh person; who was never asked hides nobody whose answer is amiss. */
async function lookupFeedStatus(
  options: ReconcileOptions,
  target: ConnectedFeed,
  asOf: Instant,
  outcome: PullOutcome | undefined,
): Promise<FeedRun['status']> {
  const { policy } = target;
  const states = new Map<string, number>();
  let worst: FeedRun['status'] | undefined;
  const rank = ['fresh', 'never', 'stale', 'gap', 'down'];
  for (const key of await options.store.subjectKeys(asOf)) {
    const status = feedStatuses([policy], await options.store.lookupsOf(key, asOf), [], asOf)[0];
    if (status === undefined) continue;
    states.set(status.state, (states.get(status.state) ?? 0) + 1);
    if (worst === undefined || rank.indexOf(status.state) > rank.indexOf(worst.state)) worst = status;
    else if (status.state === worst.state && (status.completeThrough ?? '') < (worst.completeThrough ?? '')) worst = status;
  }
  const reason = outcome?.error?.code;
  const base = worst ?? { agency: policy.agency, feed: policy.feed, state: 'never' as const };
  return { ...base, ...(base.reason === undefined && reason !== undefined && base.state !== 'fresh' ? { reason } : {}) };
}

function feedRunOf(count: FeedCounts | undefined, outcome: PullOutcome | undefined): Omit<FeedRun, 'agency' | 'feed' | 'status'> {
  const error: YilianError | undefined = outcome?.error;
  const fallen = outcome?.fallen ?? 0;
  const answers = count?.answers ?? { found: 0, absent: 0, mismatch: 0, unavailable: 0, unauthorised: 0 };
  return {
    asked: (count?.asked ?? 0) - fallen,
    answers: { ...answers, unavailable: answers.unavailable - fallen },
    notAsked: outcome?.notAsked ?? 0,
    received: count?.rows ?? 0,
    mapped: (count?.stored ?? 0) + (count?.repeated ?? 0),
    rejected: count?.rejected ?? 0,
    void: count?.void ?? 0,
    sieved: count?.sieved ?? 0,
    ...(error === undefined ? {} : { error: { code: error.code, message: error.text } }),
    ...(outcome?.window === undefined ? {} : { window: outcome.window }),
    ...(count?.hash === undefined ? {} : { hash: count.hash }),
  };
}

const openStates: FindingState[] = ['open', 'verifying', 'confirmed', 'held'];

/** The manifest: enough to say what was asked, what came, and what it led to. */
export async function manifestOf(
  options: ReconcileOptions,
  facts: {
    run: string;
    startedAt: Instant;
    finishedAt: Instant;
    asOf: Instant;
    feeds: FeedRun[];
    resumed: number;
    /** Left out of what a clock has no part in. */
    durationMs?: number;
    judged: Judged;
    /** Whether what was judged is on file: then the store says it. */
    isStored: boolean;
    /** Where nothing was asked: what the run that did ask could not read. */
    told?: Pick<RunManifest, 'unknownCodes' | 'rejected'>;
    outbox?: OutboxRun | undefined;
    dossiers?: DossierChange[] | undefined;
  },
): Promise<RunManifest> {
  const { store } = options;
  const { judged, isStored } = facts;
  const touched = isStored ? await store.findings({ run: facts.run }) : judged.records;
  // What is held is nobody's business yet, and goes as quietly as it came.
  const of = (change: string): number =>
    touched.filter((record) => record.history.some((step) => step.run === facts.run && step.change === change && !isQuiet(step)))
      .length;
  const unclosed = isStored
    ? await store.findings({ state: openStates })
    : judged.records.filter((record) => openStates.includes(record.state));
  const open = unclosed.filter((record) => record.state !== 'held');
  const held = await heldRules(
    store,
    unclosed.filter((record) => record.state === 'held'),
    { ...facts, allowance: judged.allowance },
  );
  const bySeverity: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const { finding } of open) bySeverity[finding.severity] += 1;
  const created = of('new');
  return {
    id: facts.run,
    startedAt: facts.startedAt,
    finishedAt: facts.finishedAt,
    asOf: facts.asOf,
    state: held.some((rule) => rule.tonight > 0) ? 'held' : 'finished',
    resumed: facts.resumed,
    versions: { ...options.versions, rules: ruleVersions(options.check) },
    feeds: facts.feeds,
    ...(facts.outbox === undefined ? {} : { outbox: facts.outbox }),
    ...(facts.dossiers === undefined || facts.dossiers.length === 0 ? {} : { dossiers: facts.dossiers }),
    persons: await store.countSubjects(facts.asOf),
    rules: isStored ? await store.outcomes(facts.run) : judged.outcomes,
    findings: {
      new: created,
      stillOpen: open.length - created - of('reopened'),
      changed: of('changed'),
      reopened: of('reopened'),
      withdrawn: of('withdrawn'),
      resolved: of('resolved'),
      held: unclosed.length - open.length,
    },
    alerts: alertsOf(touched, facts.run),
    ...(held.length === 0 ? {} : { held }),
    bySeverity,
    unknownCodes: facts.told?.unknownCodes ?? (await store.unknownCodesOf(facts.run)),
    rejected: facts.told?.rejected ?? (await store.rejectedOf(facts.run)),
    ...(isStored ? await store.failuresOf(facts.run) : summaryOf(judged.failures)),
    ...(facts.durationMs === undefined ? {} : { durationMs: facts.durationMs }),
  };
}

/** Whether a step is of something held, before or after it. */
function isQuiet({ from, to }: FindingStep): boolean {
  return from === 'held' || to === 'held';
}

/** Findings that are not closed, and those this run touched. */
export async function openOrTouched(store: Store, run: string): Promise<FindingRecord[]> {
  const records = new Map<string, FindingRecord>();
  for (const record of await store.findings({ state: openStates })) records.set(record.finding.id, record);
  for (const record of await store.findings({ run })) records.set(record.finding.id, record);
  return [...records.values()];
}

/**
 * 3: a feed was not usable, somebody due was not asked, something could not be sent to the province, or a dossier could not be held against its case
 * file; 4: too many rows could not become evidence; 6: a rule threw or somebody could not be judged, which is a fault of ours. The more serious wins.
 */
export function exitCodeOf(manifest: RunManifest, limits: ReconcileOptions['limits']): 0 | 3 | 4 | 6 {
  if (manifest.failedRules !== undefined || manifest.failedPersons !== undefined) return 6;
  if (manifest.findings.held > 0 || manifest.feeds.some((feed) => isFlooded(manifest, feed, limits))) return 4;
  if ((manifest.outbox?.failed ?? 0) > 0) return 3;
  if (manifest.dossiers?.some(({ change }) => change === 'failed') === true) return 3;
  return manifest.feeds.some((feed) => feed.notAsked > 0 || isUnusable(feed, manifest.persons)) ? 3 : 0;
}

/** Where nobody is on file nobody is asked: that alone is no fault. */
function isUnusable({ status }: FeedRun, persons: number): boolean {
  return status.state !== 'fresh' && (persons > 0 || status.state !== 'never');
}

/** Rows about others are left out: an answer about everybody makes the feed unusable for the person asked about, and is said as that. */
function isFlooded(manifest: RunManifest, feed: FeedRun, limits: ReconcileOptions['limits']): boolean {
  const ours = manifest.rejected.filter((item) => item.agency === feed.agency && item.feed === feed.feed);
  const others = ours.filter((item) => item.reason === 'about-another-person').reduce((sum, item) => sum + item.count, 0);
  const rejected = ours.reduce((sum, item) => sum + item.count, 0) - others;
  return rejected >= limits.rejectedRows && rejected > (feed.received - others) * limits.rejectedShare;
}
