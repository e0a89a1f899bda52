import type { CaseFile, Instant } from '../model/index.js';
import { insertAll } from './batches.js';
import { summaryOf } from './failure-summary.js';
import { instant } from './order.js';
import { seal, unseal } from './person-fields.js';
import type { FailureWrite, RunFailures } from './store.js';
import type { Db } from './tables.js';

/**
 * What went wrong in judging: which rule threw for whom, where, and the case file it threw at, sealed. Failures stay for ever; the files of the
 * last runs only, and of one run at most so many, for a rule that throws for everybody must not fill the disk: evidence is append-only, so any
 * other file can be put together again as of the run.
 */
const keptFiles = 1000;
const keptRuns = 14;

/** Forgets what an interrupted attempt of a run noted: it judges everybody again. Inside a transaction. */
export async function clearFailures(db: Db, run: string): Promise<void> {
  await db.deleteFrom('failures').where('run', '=', run).execute();
  await db.deleteFrom('failed_files').where('run', '=', run).execute();
}

/** Notes failures of a run; the same noted again replaces what was noted. Inside a transaction. */
export async function putFailures(db: Db, run: string, at: Instant, failures: readonly FailureWrite[]): Promise<void> {
  const when = instant(at);
  for (const { rule = '', personKey = '', caseNos = [], error, place } of failures)
    await db
      .insertInto('failures')
      .values({
        run,
        rule,
        person_key: personKey,
        case_nos: JSON.stringify(caseNos),
        at: when,
        error: error.name,
        message: error.message,
        place: place ?? null,
      })
      .onConflict((conflict) => conflict.columns(['run', 'rule', 'person_key']).doNothing())
      .execute();
  await keepFiles(db, run, failures);
}

async function keepFiles(db: Db, run: string, failures: readonly FailureWrite[]): Promise<void> {
  const files = new Map(
    failures.flatMap(({ personKey, file }): [string, CaseFile][] =>
      personKey === undefined || file === undefined ? [] : [[personKey, file]],
    ),
  );
  if (files.size === 0) return;
  const kept = await db.selectFrom('failed_files').select('person_key').where('run', '=', run).execute();
  const known = new Set(kept.map((row) => row.person_key));
  const rows = [...files]
    .filter(([key]) => !known.has(key))
    .slice(0, keptFiles - known.size)
    .map(([key, file]) => ({ run, person_key: key, content: seal(file) }));
  await insertAll(db, 'failed_files', rows);
}

/** Forgets the case files of all but the last runs. Inside a transaction. */
export async function forgetOldFiles(db: Db): Promise<void> {
  const runs = await db
    .selectFrom('runs')
    .select('id')
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(keptRuns)
    .execute();
  if (runs.length < keptRuns) return;
  await db
    .deleteFrom('failed_files')
    .where(
      'run',
      'not in',
      runs.map((run) => run.id),
    )
    .execute();
}

// ---- reading ----------------------------------------------------------------------------------------------------------------------------

/** What went wrong in a run; only what did. */
export async function failuresOf(db: Db, run: string): Promise<RunFailures> {
  const rows = await db.selectFrom('failures').selectAll().where('run', '=', run).execute();
  return summaryOf(
    rows.map(({ rule, person_key: personKey, case_nos: caseNos, error, message, place }) => ({
      ...(rule === '' ? {} : { rule }),
      ...(personKey === '' ? {} : { personKey }),
      caseNos: JSON.parse(caseNos) as string[],
      error: { name: error, message },
      ...(place === null ? {} : { place }),
    })),
  );
}

/** The case file at which a run failed for a person, as it was judged; undefined where none was kept. */
export async function failedFile(db: Db, run: string, personKey: string): Promise<CaseFile | undefined> {
  const row = await db
    .selectFrom('failed_files')
    .select('content')
    .where('run', '=', run)
    .where('person_key', '=', personKey)
    .executeTakeFirst();
  return row && unseal<CaseFile>(row.content);
}
