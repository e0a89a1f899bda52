import type { FeedRun, Instant, RunManifest } from '../model/index.js';
import { coverageOf } from './coverage.js';
import { count, isToldBy, type Judged, judge, recordsAfter, systemWrites, untouched } from './judge.js';
import { exitCodeOf, feedRuns, manifestOf } from './manifest.js';
import type { ReconcileOptions, RunOutcome } from './run.js';
import { suppressed } from './suppress.js';
import { systemTellingFailures } from './system.js';

/**
 * A night told again as of an instant: what had been received by then, the findings and decisions as they stood, and of the feeds what the last
 * run that had begun to judge by then had received. Nobody is asked and nothing is stored, and nothing that came later and no clock has a part in it: for the
 * same instant, configuration and program the outcome is the same to the byte, whenever and wherever it is asked for.
 */
export async function replay(options: ReconcileOptions, asOf: Instant): Promise<RunOutcome> {
  const { store } = options;
  const run = `replay-${asOf}`;
  const last = await store.receivedBy(asOf);
  // One more than the history of a night, for the night itself is none of its history.
  const earlier = (await store.runs(15, asOf)).filter(({ id }) => id !== last?.run).slice(0, 14);
  const judged = await judge(options, { run, asOf, write: false, progress: () => undefined });
  const statuses = await feedRuns(options, run, asOf, new Map());
  const feeds = statuses.map((feed) => asLastRun(feed, last));
  const told = { unknownCodes: last?.unknownCodes ?? [], rejected: last?.rejected ?? [] };
  await judgeSystemThen(options, judged, { run, asOf, feeds, told, earlier });
  const manifest = await manifestOf(options, {
    run,
    startedAt: asOf,
    finishedAt: asOf,
    asOf,
    feeds,
    resumed: 0,
    judged,
    isStored: false,
    told,
  });
  manifest.coverage = await coverageOf(store, options.feeds, asOf);
  const exitCode = exitCodeOf(manifest, options.limits);
  manifest.exitCode = exitCode;
  return { manifest, findings: judged.records, results: judged.results, exitCode };
}

/** What the last run did with a feed, with the feed's status as of the instant. */
function asLastRun(feed: FeedRun, last: Pick<RunManifest, 'feeds'> | undefined): FeedRun {
  const done = last?.feeds.find(
    (item) => item.agency === feed.agency && item.feed === feed.feed && item.connection === feed.connection,
  );
  if (done === undefined) return feed;
  // Why nobody was asked is known to the run alone.
  const { reason } = done.status;
  const isAsItWas = feed.status.state === done.status.state && reason !== undefined;
  return { ...done, status: isAsItWas ? { reason, ...feed.status } : feed.status };
}

async function judgeSystemThen(
  options: ReconcileOptions,
  judged: Judged,
  at: {
    run: string;
    asOf: Instant;
    feeds: readonly FeedRun[];
    told: Pick<RunManifest, 'unknownCodes' | 'rejected'>;
    earlier: readonly RunManifest[];
  },
): Promise<void> {
  const history = at.earlier.filter((manifest) => manifest.state === 'finished').map((manifest) => manifest.feeds);
  const { result, failures } = systemTellingFailures(
    { asOf: at.asOf, feeds: at.feeds, ...at.told, history, rowBand: options.rowBand },
    options.check,
  );
  const known = await options.store.findings({ personKey: result.subject.key, asOf: at.asOf });
  const told = known.filter(isToldBy(at.feeds));
  const next = systemWrites(told, result);
  judged.records.push(...recordsAfter(next, at), ...untouched(known, next));
  judged.failures.push(...failures);
  count(judged.outcomes, suppressed(result, told));
}
