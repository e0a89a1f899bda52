import {
  type CheckResult,
  type FeedRun,
  type Finding,
  type FindingRecord,
  type Instant,
  type RunManifest,
  recordAsOf,
  withHistory,
} from '../model/index.js';
import type { FindingWrite } from '../store/store.js';
import { type Allowance, alertsOf, allowanceOf, BlastGuard } from './blast-guard.js';
import { check } from './check.js';
import { feedStatuses } from './feeds.js';
import { withoutLate } from './latecomers.js';
import { nextFindings, recordOf } from './lifecycle.js';
import type { ReconcileOptions } from './run.js';
import { suppressed } from './suppress.js';
import { systemFindings } from './system.js';

/** What was found of everybody on file. */
export interface Judged {
  persons: number;
  /** Only where nothing is recorded: everybody's results, and what would become of the findings. */
  results: CheckResult[];
  records: FindingRecord[];
  outcomes: RunManifest['rules'];
  /** What the guard lets through of each rule. */
  allowance: (rule: string) => Allowance;
}

/** Persons whose findings are stored in one transaction: few enough to lose little, many enough to be quick. */
const chunk = 100;

/** Judges everybody on file as of an instant, and with `write` records what is new, changed and gone. */
export async function judge(
  options: ReconcileOptions,
  ask: { run: string; asOf: Instant; write: boolean; progress: () => void },
): Promise<Judged> {
  const { store, feeds, signal } = options;
  const policies = feeds.map((target) => target.policy);
  const cursorsFor = await withoutLate(store, await store.cursors(ask.asOf), ask.asOf);
  const total = await store.countSubjects(ask.asOf);
  const allowance = allowanceOf(await store.runs(), { ...defaultLimits, ...options.limits });
  const judged: Judged = { persons: 0, results: [], records: [], outcomes: {}, allowance };
  const guard = await guardOf(options, ask, allowance);
  let writes: FindingWrite[] = [];
  let results: CheckResult[] = [];
  const flush = async (): Promise<void> => {
    if (results.length === 0) return;
    if (ask.write) await store.putFindings(ask.run, ask.asOf, writes, results);
    writes = [];
    results = [];
    ask.progress();
    options.progress?.({ step: 'judge', done: judged.persons, total });
  };
  // The list first: reading and writing the same store through one open cursor would hold a read transaction over every write.
  const keys: string[] = [];
  for await (const subject of store.subjects(ask.asOf)) keys.push(subject.key);
  for (const key of keys) {
    signal?.throwIfAborted();
    const file = await store.caseFile(key, ask.asOf);
    if (file === undefined) continue;
    const statuses = feedStatuses(policies, await store.lookupsOf(key, ask.asOf), cursorsFor(key), ask.asOf);
    const caseFile = { ...file, feeds: statuses };
    const checked = check(caseFile, options.check);
    const known = (await store.findings({ personKey: key })).flatMap((record) =>
      ask.write ? [record] : (recordAsOf(record, ask.asOf) ?? []),
    );
    const result = suppressed(checked, known);
    judged.persons += 1;
    for (const rule of result.results) {
      const counts = judged.outcomes[rule.rule] ?? { finding: 0, clear: 0, unknown: 0, 'not-applicable': 0, suppressed: 0 };
      counts[rule.outcome] += 1;
      judged.outcomes[rule.rule] = counts;
    }
    const voids = new Set(
      caseFile.evidence.filter((evidence) => evidence.status === 'void').map((evidence) => recordOf(evidence.source)),
    );
    const isVoid = (record: string): boolean => voids.has(record);
    const next = nextFindings(known, checked, isVoid).map((write) => withOrigin(write, known, checked, isVoid));
    const passed = guard.pass(next);
    if (ask.write) writes.push(...passed);
    else {
      judged.results.push(result);
      judged.records.push(...passed.map((write) => recordAfter(write, ask)));
    }
    results.push(result);
    if (results.length >= chunk) await flush();
  }
  await flush();
  // Nothing more can come: what waited is not too much. In one transaction, so that a run that is cut leaves all of it or nothing.
  const rest = guard.rest();
  if (!ask.write) judged.records.push(...rest.map((write) => recordAfter(write, ask)));
  else if (rest.length > 0) await store.putFindings(ask.run, ask.asOf, rest, []);
  return judged;
}

/** Where nothing else is configured. */
const defaultLimits = { blastFactor: 10, blastLeast: 50 };

/** A look back at an instant alerts nobody, so nothing is held in it but what was held then. */
async function guardOf(
  { store, asOf }: ReconcileOptions,
  { run, write }: { run: string; write: boolean },
  allowance: (rule: string) => Allowance,
): Promise<BlastGuard> {
  if (asOf !== undefined) return new BlastGuard(() => Number.POSITIVE_INFINITY);
  return new BlastGuard((rule) => allowance(rule).allowed, write ? alertsOf(await store.findings({ run }), run) : {});
}

/** What the write was judged from, and how to judge it again where a person has moved the finding meanwhile. */
function withOrigin(
  write: FindingWrite,
  known: readonly FindingRecord[],
  checked: CheckResult,
  isVoid: (record: string) => boolean,
): FindingWrite {
  const from = known.find((record) => record.finding.id === write.finding.id);
  if (from === undefined) return write;
  const again = (now: FindingRecord): FindingWrite | undefined =>
    nextFindings([now], checked, isVoid).find((other) => other.finding.id === write.finding.id);
  return { ...write, from, again };
}

/** The record that a write would leave. */
function recordAfter(
  { finding, change, state, reason, from: before }: FindingWrite,
  { run, asOf }: { run: string; asOf: Instant },
): FindingRecord {
  const step = {
    at: asOf,
    run,
    ...(before === undefined ? {} : { from: before.state }),
    to: state,
    ...(change === undefined ? {} : { change }),
    ...(reason === undefined ? {} : { reason }),
  };
  const base = { finding, state, firstSeenAt: before?.firstSeenAt ?? asOf, lastSeenAt: asOf, history: [] };
  return withHistory(base, [...(before?.history ?? []), step]);
}

/** The rules that look at the run as a whole; their findings live like any other. */
export async function judgeSystem(
  options: ReconcileOptions,
  run: string,
  asOf: Instant,
  feeds: readonly FeedRun[],
): Promise<void> {
  const { store } = options;
  const history = (await store.runs(14)).filter((manifest) => manifest.state === 'finished');
  const result = systemFindings(
    {
      asOf,
      feeds,
      unknownCodes: await store.unknownCodesOf(run),
      rejected: await store.rejectedOf(run),
      history: history.map((manifest) => manifest.feeds),
      rowBand: options.rowBand,
    },
    options.check,
  );
  // What a feed gave amiss stays said until the feed gives something again: a night that asked nothing, or in vain, has mended nothing.
  const quiet = feeds
    .filter(({ answers, received, sieved }) => answers.found + answers.absent + answers.mismatch + received + sieved === 0)
    .map((feed) => `${feed.agency}/${feed.feed}`);
  const isAboutQuiet = ({ agency, recordId, field }: Finding['claims'][number]): boolean => {
    const about = field === 'received' ? `${agency}/${recordId}` : recordId;
    return quiet.some((feed) => about === feed || about.startsWith(`${feed}/`));
  };
  const known = (await store.findings({ personKey: result.subject.key })).filter(
    ({ finding }) => !finding.claims.some(isAboutQuiet),
  );
  const isVoid = (): boolean => false;
  const writes = nextFindings(known, result, isVoid).map((write) => withOrigin(write, known, result, isVoid));
  await store.putFindings(run, asOf, writes, [suppressed(result, known)]);
}
