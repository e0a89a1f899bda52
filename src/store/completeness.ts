import { sql } from 'kysely';
import {
  type Agency,
  type DayRows,
  dayOfInstant,
  formatDay,
  type Instant,
  type RecordShapes,
  type RowAccounts,
  type SchemaDrift,
  sumShapes,
} from '../model/index.js';
import { insertAll } from './batches.js';
import { instant } from './order.js';
import type { ReceiveBatch } from './store.js';
import type { Db } from './tables.js';

/** What was counted of everything a feed gave: shapes of records, accounts of rows, days and regions. */
export interface CompletenessStore {
  /** Shapes of a run's records, and of up to 14 earlier runs that gave any, the newest first, with the drift told of each. */
  recordShapes(place: FeedPlace, run: string): Promise<{ now?: RecordShapes; earlier: EarlierShapes[] }>;
  /** Notes what was told of a run's shapes; told twice the second holds. */
  keepDrift(place: FeedPlace, run: string, drift: readonly SchemaDrift[]): Promise<void>;
  /** What became of the rows of a run. */
  rowAccounts(run: string): Promise<(FeedPlace & { rows: RowAccounts })[]>;
  /** Rows of each day and part from `from` on, as received by `asOf`. */
  feedDays(from: string, asOf: Instant): Promise<(FeedPlace & DayRows)[]>;
  /** Persons answered and asked in vain on each Shanghai day from `from` on, by `asOf`; who was answered counts as answered. */
  askedDays(from: string, asOf: Instant): Promise<(FeedPlace & { day: string; answered: number; failed: number })[]>;
}

export interface FeedPlace {
  agency: Agency;
  feed: string;
  connection: string;
}

export interface EarlierShapes {
  shapes: RecordShapes;
  drift: SchemaDrift[];
}

const earlierRuns = 14;
/** Shapes of runs beyond these are forgotten: what is usual changes. */
const keptRuns = 60;

/** Adds what was counted of a batch to what its run has counted so far. Inside a transaction. */
export async function storeTally(db: Db, batch: ReceiveBatch, at: string): Promise<void> {
  const { run, agency, feed, connection, tally } = batch;
  if (tally === undefined) return;
  const place = { run, agency, feed, connection };
  if (tally.shapes.length > 0) {
    const known = await shapesOf(db, place);
    const content = JSON.stringify(known === undefined ? tally.shapes : sumShapes([known, tally.shapes]));
    await db
      .insertInto('record_shapes')
      .values({ ...place, at, content, drift: null })
      .onConflict((conflict) => conflict.columns(['run', 'agency', 'feed', 'connection']).doUpdateSet({ content }))
      .execute();
  }
  const { read, mapped, rejected, sieved, void: voided, passedOver, evidence } = tally.rows;
  await db
    .insertInto('row_accounts')
    .values({ ...place, read, mapped, rejected, sieved, voided, passed_over: passedOver, evidence })
    .onConflict((conflict) =>
      conflict.columns(['run', 'agency', 'feed', 'connection']).doUpdateSet((eb) => ({
        read: eb('row_accounts.read', '+', eb.ref('excluded.read')),
        mapped: eb('row_accounts.mapped', '+', eb.ref('excluded.mapped')),
        rejected: eb('row_accounts.rejected', '+', eb.ref('excluded.rejected')),
        sieved: eb('row_accounts.sieved', '+', eb.ref('excluded.sieved')),
        voided: eb('row_accounts.voided', '+', eb.ref('excluded.voided')),
        passed_over: eb('row_accounts.passed_over', '+', eb.ref('excluded.passed_over')),
        evidence: eb('row_accounts.evidence', '+', eb.ref('excluded.evidence')),
      })),
    )
    .execute();
  await insertAll(
    db,
    'feed_days',
    tally.days.map(({ regions, ...day }) => ({ ...place, at, ...day, regions: JSON.stringify(regions) })),
  );
}

async function shapesOf(db: Db, place: FeedPlace & { run: string }): Promise<RecordShapes | undefined> {
  const row = await db
    .selectFrom('record_shapes')
    .select('content')
    .where('run', '=', place.run)
    .where('agency', '=', place.agency)
    .where('feed', '=', place.feed)
    .where('connection', '=', place.connection)
    .executeTakeFirst();
  return row && (JSON.parse(row.content) as RecordShapes);
}

export async function recordShapes(db: Db, place: FeedPlace, run: string): ReturnType<CompletenessStore['recordShapes']> {
  const now = await shapesOf(db, { ...place, run });
  const rows = await ofPlace(db, place).where('run', '<>', run).limit(earlierRuns).execute();
  const earlier = rows.map(({ content, drift }) => ({
    shapes: JSON.parse(content) as RecordShapes,
    drift: drift === null ? [] : (JSON.parse(drift) as SchemaDrift[]),
  }));
  return { ...(now === undefined ? {} : { now }), earlier };
}

function ofPlace(db: Db, { agency, feed, connection }: FeedPlace) {
  return db
    .selectFrom('record_shapes')
    .select(['run', 'content', 'drift'])
    .where('agency', '=', agency)
    .where('feed', '=', feed)
    .where('connection', '=', connection)
    .orderBy('at', 'desc')
    .orderBy('run', 'desc');
}

/** Inside a transaction. */
export async function keepDrift(db: Db, place: FeedPlace, run: string, drift: readonly SchemaDrift[]): Promise<void> {
  const { agency, feed, connection } = place;
  const own = { agency, feed, connection };
  const table = (of: string) =>
    db
      .updateTable('record_shapes')
      .set({ drift: JSON.stringify(drift) })
      .where('run', '=', of)
      .where('agency', '=', agency)
      .where('feed', '=', feed)
      .where('connection', '=', connection);
  await table(run).execute();
  const old = await ofPlace(db, own).limit(1).offset(keptRuns).executeTakeFirst();
  if (old === undefined) return;
  await db
    .deleteFrom('record_shapes')
    .where('run', '=', old.run)
    .where('agency', '=', agency)
    .where('feed', '=', feed)
    .where('connection', '=', connection)
    .execute();
}

export async function rowAccounts(db: Db, run: string): ReturnType<CompletenessStore['rowAccounts']> {
  const rows = await db.selectFrom('row_accounts').selectAll().where('run', '=', run).execute();
  return rows.map(({ agency, feed, connection, voided, passed_over, run: _, ...counts }) => ({
    agency,
    feed,
    connection,
    rows: { ...counts, void: voided, passedOver: passed_over },
  }));
}

export async function feedDays(db: Db, from: string, asOf: Instant): ReturnType<CompletenessStore['feedDays']> {
  const rows = await db
    .selectFrom('feed_days')
    .select(['agency', 'feed', 'connection', 'day', 'part', 'rows', 'kept', 'regions'])
    .where('day', '>=', from)
    .where('at', '<=', instant(asOf))
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ ...row, regions: JSON.parse(row.regions) as Record<string, number> }));
}

const answeredOutcomes = ['found', 'absent', 'mismatch'];

export async function askedDays(db: Db, from: string, asOf: Instant): ReturnType<CompletenessStore['askedDays']> {
  // A Shanghai day begins at 16:00 UTC, so hours are told apart here and put together as days below.
  const hour = sql<string>`substr(at, 1, 13)`;
  const rows = await db
    .selectFrom('lookups')
    .select(['agency', 'feed', 'connection', 'person_key', hour.as('hour')])
    .select(sql<number>`max(case when outcome in (${sql.join(answeredOutcomes)}) then 1 else 0 end)`.as('answered'))
    .where('at', '>=', instant(`${from}T00:00:00+08:00`))
    .where('at', '<=', instant(asOf))
    .groupBy(['agency', 'feed', 'connection', 'person_key', hour])
    .execute();
  const days = new Map<string, FeedPlace & { day: string; persons: Map<string, boolean> }>();
  for (const { agency, feed, connection, person_key: person, hour: at, answered } of rows) {
    const day = formatDay(dayOfInstant(`${at}:00:00.000Z`));
    const key = `${agency} ${feed} ${connection} ${day}`;
    const known = days.get(key) ?? { agency, feed, connection, day, persons: new Map<string, boolean>() };
    days.set(key, known);
    known.persons.set(person, known.persons.get(person) === true || Number(answered) === 1);
  }
  return [...days.values()].map(({ persons, ...place }) => {
    const answered = [...persons.values()].filter(Boolean).length;
    return { ...place, answered, failed: persons.size - answered };
  });
}
