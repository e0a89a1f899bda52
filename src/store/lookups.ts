import { sql } from 'kysely';
import type { Instant, Subject } from '../model/index.js';
import { insertAll } from './batches.js';
import { newestParts, readable } from './city-file.js';
import { instant } from './order.js';
import type { LookupOutcome, LookupState, LookupWrite, Store } from './store.js';
import type { Db, LookupTable } from './tables.js';

/** Who was asked where, how it was answered, and who is due. */

const answered: ReadonlySet<LookupOutcome> = new Set(['found', 'absent', 'mismatch']);

/** Adds lookups. Inside a transaction. */
export async function storeLookups(
  db: Db,
  where: { run: string; agency: string; feed: string; connection: string },
  lookups: readonly LookupWrite[],
): Promise<void> {
  const rows = lookups.map(({ personKey, outcome, at, error }) => ({
    ...where,
    person_key: personKey,
    outcome,
    at: instant(at),
    error: error ?? null,
  }));
  await insertAll(db, 'lookups', rows);
  for (const row of rows)
    await db
      .insertInto('lookup_heads')
      .values({ ...row, answered_at: answered.has(row.outcome) ? row.at : null })
      .onConflict((conflict) =>
        conflict.columns(['person_key', 'agency', 'feed', 'connection']).doUpdateSet((eb) => ({
          run: eb.ref('excluded.run'),
          outcome: eb.ref('excluded.outcome'),
          at: eb.ref('excluded.at'),
          error: eb.ref('excluded.error'),
          answered_at: eb.fn.coalesce('excluded.answered_at', 'lookup_heads.answered_at'),
        })),
      )
      .execute();
}

/** The newest lookup of each feed and connection for one person, and the newest that was answered, by `asOf`. */
export async function lookupsOf(db: Db, personKey: string, asOf: Instant): Promise<LookupState[]> {
  const when = instant(asOf);
  const heads = await db
    .selectFrom('lookup_heads')
    .selectAll()
    .where('person_key', '=', personKey)
    .orderBy('agency')
    .orderBy('feed')
    .orderBy('connection')
    .execute();
  const states: LookupState[] = [];
  for (const head of heads) {
    const state = head.at <= when ? stateOf(head, head.answered_at) : await earlier(db, head, when);
    if (state !== undefined) states.push(state);
  }
  return states;
}

type Attempt = Pick<LookupTable, 'agency' | 'feed' | 'connection' | 'outcome' | 'at' | 'error'>;

function stateOf({ agency, feed, connection, outcome, at, error }: Attempt, answeredAt: string | null): LookupState {
  return {
    agency,
    feed,
    connection,
    last: { outcome, at, ...(error === null ? {} : { error }) },
    ...(answeredAt === null ? {} : { answeredAt }),
  };
}

/** The same as it was before the newest lookup. */
async function earlier(db: Db, head: Attempt & { person_key: string }, when: string): Promise<LookupState | undefined> {
  const attempts = await db
    .selectFrom('lookups')
    .selectAll()
    .where('person_key', '=', head.person_key)
    .where('agency', '=', head.agency)
    .where('feed', '=', head.feed)
    .where('connection', '=', head.connection)
    .where('at', '<=', when)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  const last = attempts[0];
  return last && stateOf(last, attempts.find((attempt) => answered.has(attempt.outcome))?.at ?? null);
}

/**
 * Persons due: never answered first, then the longest ago; among equals those never tried, then the longest untried, so that nobody whose
 * lookup always fails stands in everybody's way.
 */
export async function due(db: Db, ask: Parameters<Store['due']>[0]): Promise<Subject[]> {
  const { agency, feed, connection } = ask;
  const freshSince = instant(ask.freshSince);
  const rows = await newestParts(db, instant(ask.at))
    .leftJoin('lookup_heads as head', (join) =>
      join
        .onRef('head.person_key', '=', 'file.person_key')
        .on('head.agency', '=', agency)
        .on('head.feed', '=', feed)
        .on('head.connection', '=', connection),
    )
    .select('file.content')
    .where('file.part', '=', 'subject')
    .where((eb) => eb.or([eb('head.answered_at', 'is', null), eb('head.answered_at', '<=', freshSince)]))
    .orderBy(sql`case when head.answered_at is null then 0 else 1 end`)
    .orderBy('head.answered_at')
    .orderBy(sql`case when head.at is null then 0 else 1 end`)
    .orderBy('head.at')
    .orderBy('file.name')
    .execute();
  return rows.flatMap((row) => readable(row.content));
}
