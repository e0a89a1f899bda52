import type { Instant, Json } from '../model/index.js';
import { instant } from './order.js';
import type { CursorState, ReceiveBatch } from './store.js';
import type { CursorTable, Db } from './tables.js';

/** How far each feed of changes has been read. Every move is kept. */

type Where = Pick<CursorTable, 'agency' | 'feed' | 'connection'>;

/**
 * Adds a move. What it does not say stays as it was: a page in the middle of a load tells no completeness and takes none away, and a gap
 * stays a gap until it is said to be closed or a full load has come. A failure is that of this attempt alone. Inside a transaction.
 */
export async function moveCursor(
  db: Db,
  batch: ReceiveBatch,
  cursor: NonNullable<ReceiveBatch['cursor']>,
  at: string,
): Promise<void> {
  const { run, agency, feed, connection } = batch;
  const before = await newest(db, { agency, feed, connection });
  const isFullLoad = batch.voidAllOthers !== undefined && batch.voidAllOthers !== false;
  const kept = isFullLoad ? null : (before?.gap ?? null);
  await db
    .insertInto('cursors')
    .values({
      run,
      agency,
      feed,
      connection,
      position: JSON.stringify(cursor.position),
      moved_at: at,
      complete_through: cursor.completeThrough ?? before?.complete_through ?? null,
      gap: cursor.gap === undefined ? kept : (cursor.gap?.reason ?? null),
      failure: cursor.failure ?? null,
    })
    .execute();
}

/** Where each feed and connection stood at `asOf`. */
export async function cursors(db: Db, asOf: Instant): Promise<CursorState[]> {
  const when = instant(asOf);
  const places = await db
    .selectFrom('cursors')
    .select(['agency', 'feed', 'connection'])
    .distinct()
    .orderBy('agency')
    .orderBy('feed')
    .orderBy('connection')
    .execute();
  const states: CursorState[] = [];
  for (const place of places) {
    const row = await newest(db, place, when);
    if (row !== undefined) states.push(stateOf(row));
  }
  return states;
}

function newest(db: Db, { agency, feed, connection }: Where, when?: string) {
  let query = db
    .selectFrom('cursors')
    .selectAll()
    .where('agency', '=', agency)
    .where('feed', '=', feed)
    .where('connection', '=', connection)
    .orderBy('moved_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1);
  if (when !== undefined) query = query.where('moved_at', '<=', when);
  return query.executeTakeFirst();
}

function stateOf(row: Omit<CursorTable, 'id'>): CursorState {
  return {
    agency: row.agency,
    feed: row.feed,
    connection: row.connection,
    position: JSON.parse(row.position) as Record<string, Json>,
    movedAt: row.moved_at,
    ...(row.complete_through === null ? {} : { completeThrough: row.complete_through }),
    ...(row.gap === null ? {} : { gap: { reason: row.gap } }),
    ...(row.failure === null ? {} : { failure: row.failure }),
  };
}
