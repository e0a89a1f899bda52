import { isYilianError } from '../errors.js';
import {
  type CaseFile,
  type CheckResult,
  type FeedRun,
  type Finding,
  type FindingRecord,
  type FindingState,
  type Instant,
  type RunManifest,
  withHistory,
} from '../model/index.js';
import type { FailureWrite, FindingWrite } from '../store/store.js';
import { type Allowance, alertsOf, allowanceOf, BlastGuard } from './blast-guard.js';
import { checkTellingFailures } from './check.js';
import { failureOf } from './failure.js';
import { feedStatuses } from './feeds.js';
import { knownFile } from './known-file.js';
import { withoutLate } from './latecomers.js';
import { nextFindings, recordOf } from './lifecycle.js';
import type { ReconcileOptions } from './run.js';
import { suppressed } from './suppress.js';
import { systemTellingFailures } from './system.js';

/** What was found of everybody on file. */
export interface Judged {
  persons: number;
  /** Only where nothing is recorded: everybody's results, and what would become of the findings. */
  results: CheckResult[];
  records: FindingRecord[];
  /** Rules that threw, and persons who could not be judged. */
  failures: FailureWrite[];
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
  const earlier = await store.runs(100, ask.write ? undefined : ask.asOf);
  const allowance = allowanceOf(earlier, { ...defaultLimits, ...options.limits });
  const judged: Judged = { persons: 0, results: [], records: [], failures: [], outcomes: {}, allowance };
  const guard = await guardOf(options, ask, allowance);
  let writes: FindingWrite[] = [];
  let results: CheckResult[] = [];
  let failures: FailureWrite[] = [];
  if (ask.write) await store.clearFailures(ask.run);
  const flush = async (): Promise<void> => {
    if (results.length + failures.length === 0) return;
    if (ask.write) {
      await store.putFindings(ask.run, ask.asOf, writes, results);
      await store.putFailures(ask.run, ask.asOf, failures);
    } else judged.failures.push(...failures);
    writes = [];
    results = [];
    failures = [];
    ask.progress();
    options.progress?.({ step: 'judge', done: judged.persons, total });
  };
  // The list first: reading and writing the same store through one open cursor would hold a read transaction over every write.
  for (const key of await store.subjectKeys(ask.asOf)) {
    signal?.throwIfAborted();
    let caseFile: CaseFile | undefined;
    let known: readonly FindingRecord[] = [];
    try {
      known = await store.findings({ personKey: key, ...(ask.write ? {} : { asOf: ask.asOf }) });
      const file = await knownFile(store, key, ask.asOf);
      if (file === undefined) continue;
      const statuses = feedStatuses(policies, await store.lookupsOf(key, ask.asOf), cursorsFor(key), ask.asOf);
      caseFile = { ...file, feeds: statuses };
      const { result: checked, failures: thrown } = checkTellingFailures(caseFile, options.check);
      for (const failure of thrown)
        failures.push({ ...failure, personKey: key, caseNos: checked.subject.caseNos, file: caseFile });
      const result = suppressed(checked, known);
      const isVoid = isVoidIn(caseFile);
      const next = nextFindings(known, checked, isVoid).map((write) => withOrigin(write, known, checked, isVoid));
      const passed = guard.pass(next);
      if (ask.write) writes.push(...passed);
      else {
        judged.results.push(result);
        judged.records.push(...recordsAfter(passed, ask), ...untouched(known, next));
      }
      judged.persons += 1;
      count(judged.outcomes, result);
      results.push(result);
    } catch (error) {
      if (signal?.aborted === true || isOfTheStore(error)) throw error;
      // One person's file that cannot be judged must not keep the others from being judged. Their findings stay as they are.
      const caseNos = (await store.importsOf(key, ask.asOf)).filter(({ part }) => part === 'case').map(({ name }) => name);
      const kept = caseFile === undefined ? {} : { file: caseFile };
      failures.push({ personKey: key, caseNos, ...failureOf(error, caseFile), ...kept });
      if (!ask.write) judged.records.push(...untouched(known, []));
    }
    if (results.length + failures.length >= chunk) await flush();
  }
  await flush();
  // Nothing more can come: what waited is not too much. In one transaction, so that a run that is cut leaves all of it or nothing.
  const rest = guard.rest();
  if (!ask.write) judged.records.push(...recordsAfter(rest, ask));
  else if (rest.length > 0) await store.putFindings(ask.run, ask.asOf, rest, []);
  return judged;
}

/** Where nothing else is configured. */
const defaultLimits = { blastFactor: 10, blastLeast: 50 };

/** A look back holds what a night at that instant would: it must publish nothing that the night itself kept back. */
async function guardOf(
  { store }: ReconcileOptions,
  { run, write }: { run: string; write: boolean },
  allowance: (rule: string) => Allowance,
): Promise<BlastGuard> {
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

/** Locked, damaged or newer: nobody else could be judged either. */
function isOfTheStore(error: unknown): boolean {
  return isYilianError(error) && (error.code.startsWith('ERR_STORE') || error.code === 'ERR_ABORTED');
}

/** What was received stays on file for ever, so a record that is there no more was evidence only by an answer that was taken back. */
function isVoidIn({ evidence }: CaseFile): (record: string) => boolean {
  const standing = new Set(evidence.filter((record) => record.status !== 'void').map((record) => recordOf(record.source)));
  return (record) => !standing.has(record);
}

/** Counts what each rule said. */
export function count(outcomes: Judged['outcomes'], result: CheckResult): void {
  for (const rule of result.results) {
    const counts = outcomes[rule.rule] ?? { finding: 0, clear: 0, unknown: 0, 'not-applicable': 0, suppressed: 0 };
    counts[rule.outcome] += 1;
    outcomes[rule.rule] = counts;
  }
}

/** States of findings that somebody has yet to deal with, or that are held. */
const openStates: readonly FindingState[] = ['open', 'verifying', 'confirmed', 'held'];

/** Findings that are not closed and that nothing was done to: their rule is off, or could not be asked. */
export function untouched(known: readonly FindingRecord[], next: readonly FindingWrite[]): FindingRecord[] {
  const touched = new Set(next.map((write) => write.finding.id));
  return known.filter(({ finding, state }) => openStates.includes(state) && !touched.has(finding.id));
}

/** The records that writes would leave; without those that stay as silent as a person made them. */
export function recordsAfter(writes: readonly FindingWrite[], at: { run: string; asOf: Instant }): FindingRecord[] {
  return writes
    .filter(({ change, state }) => change !== 'still-open' || openStates.includes(state))
    .map((write) => recordAfter(write, at));
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
  // As in the store: what is as it was is no step.
  const isMoved = change !== 'still-open' || before?.state !== state;
  return withHistory(base, [...(before?.history ?? []), ...(isMoved ? [step] : [])]);
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
  const { result, failures } = systemTellingFailures(
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
  const known = (await store.findings({ personKey: result.subject.key })).filter(isToldBy(feeds));
  await store.putFindings(run, asOf, systemWrites(known, result), [suppressed(result, known)]);
  await store.putFailures(run, asOf, failures);
}

/** What becomes of findings about the run. No record of theirs turns void. */
export function systemWrites(known: readonly FindingRecord[], result: CheckResult): FindingWrite[] {
  const isVoid = (): boolean => false;
  return nextFindings(known, result, isVoid).map((write) => withOrigin(write, known, result, isVoid));
}

/** What a feed gave amiss stays said until the feed gives something again: a night that asked nothing, or in vain, has mended nothing. */
export function isToldBy(feeds: readonly FeedRun[]): (record: FindingRecord) => boolean {
  const quiet = feeds
    .filter(({ answers, received, sieved }) => answers.found + answers.absent + answers.mismatch + received + sieved === 0)
    .map((feed) => `${feed.agency}/${feed.feed}`);
  const isAboutQuiet = ({ agency, recordId, field }: Finding['claims'][number]): boolean => {
    const about = field === 'received' ? `${agency}/${recordId}` : recordId;
    return quiet.some((feed) => about === feed || about.startsWith(`${feed}/`));
  };
  return ({ finding }) => !finding.claims.some(isAboutQuiet);
}
