import { createHash } from 'node:crypto';
import type { Instant, RunManifest, UnknownCode } from '../model/index.js';
import { forgetOldFiles } from './failures.js';
import { instant } from './order.js';
import { forgetOldResults } from './results.js';
import type { FeedCounts, Store } from './store.js';
import type { Db, RunFeedTable } from './tables.js';

/** Runs: begun, interrupted, taken up again, finished; and what each received, counted as it came. */

/** Notes that a run has begun; told twice it has begun once. */
export async function startRun(db: Db, run: { id: string; startedAt: Instant; asOf: Instant }): Promise<void> {
  const started = { id: run.id, started_at: instant(run.startedAt), as_of: instant(run.asOf) };
  await db
    .insertInto('runs')
    .values({ ...started, state: 'running', resumed: 0, finished_at: null, manifest: null })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

/** The newest run that has begun and not ended. Whoever holds the lock knows that nobody is at it any more. */
export async function interruptedRun(db: Db): ReturnType<Store['interruptedRun']> {
  const row = await db
    .selectFrom('runs')
    .selectAll()
    .where('state', '=', 'running')
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && { id: row.id, startedAt: row.started_at, asOf: row.as_of, resumed: row.resumed };
}

/** Notes that a run was taken up again. */
export async function markResumed(db: Db, run: string): Promise<void> {
  await db
    .updateTable('runs')
    .set((eb) => ({ resumed: eb('resumed', '+', 1) }))
    .where('id', '=', run)
    .execute();
}

/** Notes how a run ended, and forgets what is only kept of the last runs. Inside a transaction. */
export async function finishRun(db: Db, manifest: RunManifest): Promise<void> {
  const ended = {
    state: manifest.state,
    finished_at: manifest.finishedAt === undefined ? null : instant(manifest.finishedAt),
    manifest: JSON.stringify(manifest),
  };
  await startRun(db, manifest);
  await db.updateTable('runs').set(ended).where('id', '=', manifest.id).execute();
  await forgetOldResults(db);
  await forgetOldFiles(db);
}

/** Manifests of the runs that have ended, by an instant where one is given, newest first. */
export async function runs(db: Db, limit = 100, endedBy?: Instant): Promise<RunManifest[]> {
  let query = db
    .selectFrom('runs')
    .select('manifest')
    .where('manifest', 'is not', null)
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  if (endedBy !== undefined) query = query.where('finished_at', '<=', instant(endedBy));
  const rows = await query.execute();
  return rows.map((row) => JSON.parse(row.manifest ?? '') as RunManifest);
}

/** What a run received so far, per feed and connection. */
export async function feedCounts(db: Db, run: string): Promise<FeedCounts[]> {
  const rows = await db
    .selectFrom('run_feeds')
    .selectAll()
    .where('run', '=', run)
    .orderBy('agency')
    .orderBy('feed')
    .orderBy('connection')
    .execute();
  const asked = await db
    .selectFrom('lookups')
    .select((eb) => ['agency', 'feed', 'connection', 'outcome', eb.fn.countAll().as('persons')])
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('lookups')
        .select((own) => own.fn.max('id').as('id'))
        .where('run', '=', run)
        .groupBy(['agency', 'feed', 'connection', 'person_key']),
    )
    .groupBy(['agency', 'feed', 'connection', 'outcome'])
    .execute();
  const hashes = await messageHashes(db, run);
  return rows.map((row) => {
    const answers: FeedCounts['answers'] = { found: 0, absent: 0, mismatch: 0, unavailable: 0, unauthorised: 0 };
    for (const item of asked)
      if (item.agency === row.agency && item.feed === row.feed && item.connection === row.connection)
        answers[item.outcome] = Number(item.persons);
    const hash = hashes.get(`${row.agency}/${row.feed}/${row.connection}`);
    return countsOf(row, answers, hash);
  });
}

function countsOf(row: RunFeedTable, answers: FeedCounts['answers'], hash: string | undefined): FeedCounts {
  const { agency, feed, connection, rows, stored, repeated, rejected, sieved, messages } = row;
  const asked = Object.values(answers).reduce((sum, count) => sum + count, 0);
  const counts = {
    agency,
    feed,
    connection,
    asked,
    answers,
    rows,
    stored,
    repeated,
    rejected,
    void: row.voided,
    sieved,
    messages,
  };
  return hash === undefined ? counts : { ...counts, hash };
}

/** Per feed and connection a SHA-256 over the hashes of the run's messages, in order of receipt. */
async function messageHashes(db: Db, run: string): Promise<Map<string, string>> {
  const digests = new Map<string, ReturnType<typeof createHash>>();
  let last = 0;
  for (;;) {
    const page = await db
      .selectFrom('messages')
      .select(['id', 'agency', 'feed', 'connection', 'sha256'])
      .where('run', '=', run)
      .where('id', '>', last)
      .orderBy('id')
      .limit(5000)
      .execute();
    for (const { agency, feed, connection, sha256 } of page) {
      const place = `${agency}/${feed}/${connection}`;
      const digest = digests.get(place) ?? createHash('sha256');
      digests.set(place, digest.update(sha256));
    }
    const end = page.at(-1);
    if (end === undefined) break;
    last = end.id;
  }
  return new Map([...digests].map(([place, digest]) => [place, digest.digest('hex')]));
}

/** What a run could not read, by reason, with the first place. */
export async function rejectedOf(db: Db, run: string): Promise<RunManifest['rejected']> {
  const groups = await db
    .selectFrom('rejections')
    .select((eb) => [eb.fn.countAll().as('count'), eb.fn.min('id').as('first')])
    .where('run', '=', run)
    .groupBy(['agency', 'feed', 'reason'])
    .orderBy('agency')
    .orderBy('feed')
    .orderBy('reason')
    .execute();
  const rejected: RunManifest['rejected'] = [];
  for (const group of groups) {
    const { agency, feed, reason, message, pointer } = await db
      .selectFrom('rejections')
      .selectAll()
      .where('id', '=', group.first)
      .executeTakeFirstOrThrow();
    rejected.push({ agency, feed, reason, count: Number(group.count), firstMessage: message, firstPointer: pointer });
  }
  return rejected;
}

/** Codes a run met that their tables do not have. */
export async function unknownCodesOf(db: Db, run: string): Promise<UnknownCode[]> {
  return db
    .selectFrom('unknown_codes')
    .select(['agency', 'feed', 'code_table as table', 'code', 'count', 'first_record as firstRecord'])
    .where('run', '=', run)
    .orderBy('agency')
    .orderBy('feed')
    .orderBy('code_table')
    .orderBy('code')
    .execute();
}
