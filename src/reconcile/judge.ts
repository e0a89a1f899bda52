import type { CheckResult, FeedRun, Finding, FindingRecord, Instant, RunManifest } from '../model/index.js';
import type { FindingWrite } from '../store/store.js';
import { check } from './check.js';
import { feedStatuses } from './feeds.js';
import { withoutLate } from './latecomers.js';
import { nextFindings, recordOf } from './lifecycle.js';
import type { ReconcileOptions } from './run.js';
import { systemFindings } from './system.js';

/** What was found of everybody on file. */
export interface Judged {
  persons: number;
  /** Only where nothing is recorded: everybody's results, and what would become of the findings. */
  results: CheckResult[];
  records: FindingRecord[];
  outcomes: RunManifest['rules'];
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
  const judged: Judged = { persons: 0, results: [], records: [], outcomes: {} };
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
    const result = check(caseFile, options.check);
    judged.persons += 1;
    for (const rule of result.results) {
      const counts = judged.outcomes[rule.rule] ?? { finding: 0, clear: 0, unknown: 0, 'not-applicable': 0, suppressed: 0 };
      counts[rule.outcome] += 1;
      judged.outcomes[rule.rule] = counts;
    }
    const voids = new Set(
      caseFile.evidence.filter((evidence) => evidence.status === 'void').map((evidence) => recordOf(evidence.source)),
    );
    const known = (await store.findings({ personKey: key })).flatMap((record) =>
      ask.write ? [record] : asItWas(record, ask.asOf),
    );
    const next = nextFindings(known, result, (record) => voids.has(record));
    if (ask.write) writes.push(...next);
    else {
      judged.results.push(result);
      judged.records.push(...next.map((write) => recordAfter(write, known, ask)));
    }
    results.push(result);
    if (results.length >= chunk) await flush();
  }
  await flush();
  return judged;
}

/** A finding as it stood at an instant; none where it was not known yet. */
function asItWas(record: FindingRecord, asOf: Instant): FindingRecord[] {
  const isLater = (at: Instant): boolean => Date.parse(at) > Date.parse(asOf);
  if (isLater(record.firstSeenAt)) return [];
  const history = record.history.filter((step) => !isLater(step.at));
  return [{ ...record, history, state: history.at(-1)?.to ?? record.state }];
}

/** The record that a write would leave. */
function recordAfter(
  { finding, change, state, reason }: FindingWrite,
  known: readonly FindingRecord[],
  { run, asOf }: { run: string; asOf: Instant },
): FindingRecord {
  const before = known.find((record) => record.finding.id === finding.id);
  const step = {
    at: asOf,
    run,
    to: state,
    ...(change === undefined ? {} : { change }),
    ...(reason === undefined ? {} : { reason }),
  };
  return {
    finding,
    state,
    firstSeenAt: before?.firstSeenAt ?? asOf,
    lastSeenAt: asOf,
    history: [...(before?.history ?? []), step],
  };
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
  await store.putFindings(
    run,
    asOf,
    nextFindings(known, result, () => false),
    [result],
  );
}
