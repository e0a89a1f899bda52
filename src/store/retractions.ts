import { createHmac } from 'node:crypto';
import { chunks, insertAll, padded } from './batches.js';
import { isOlder } from './order.js';
import type { Db } from './tables.js';

/**
 * What an agency took back by a record's key alone, perhaps before the record itself has come: files come late and out of order. It names nobody,
 * so it is kept of everybody's records: a keyed hash of the record's id and the agency's own time of it, for a while. A version that comes later
 * and that the agency dates before it is stored void. Without the agency's own time nothing is kept: whatever came last stands.
 */

/** For how many days a retraction waits for what it takes back. */
const keptDays = 90;
/** How many retractions of one feed wait, the newest ones; about 150 bytes each. */
const keptOfFeed = 500_000;

/** The hash a record is known by. With the city's secret nobody can try ids; without one it only keeps them out of sight. */
export type RecordHash = (agency: string, feed: string, recordId: string) => string;

export function recordHash(secret: string): RecordHash {
  return (agency, feed, recordId) =>
    createHmac('sha256', secret)
      .update(JSON.stringify([agency, feed, recordId]))
      .digest('hex')
      .slice(0, 32);
}

interface Feed {
  agency: string;
  feed: string;
}

/** Keeps the newest retraction of each record, and forgets what has waited too long. `at` as `instant` gives it. Inside a transaction. */
export async function keepRetractions(
  db: Db,
  hashOf: RecordHash,
  { agency, feed }: Feed,
  records: readonly { recordId: string; updatedAt?: string }[],
  { at, most = keptOfFeed }: { at: string; most?: number },
): Promise<void> {
  const dated = new Map<string, string>();
  for (const { recordId, updatedAt } of records.slice(-most)) {
    if (updatedAt === undefined) continue;
    const record = hashOf(agency, feed, recordId);
    if (!isOlder({ updatedAt }, { updatedAt: dated.get(record) })) dated.set(record, updatedAt);
  }
  if (dated.size === 0) return;
  for (const chunk of chunks([...dated])) {
    const known = await taken(
      db,
      { agency, feed },
      chunk.map(([record]) => record),
    );
    const newer = chunk.filter(([record, updatedAt]) => !isOlder({ updatedAt }, { updatedAt: known.get(record) }));
    if (newer.length === 0) continue;
    await db
      .deleteFrom('retractions')
      .where('agency', '=', agency)
      .where('feed', '=', feed)
      .where('record', 'in', padded(newer.map(([record]) => record)))
      .execute();
    const rows = newer.map(([record, updatedAt]) => ({ agency, feed, record, updated_at: updatedAt, received_at: at }));
    await insertAll(db, 'retractions', rows);
  }
  const oldest = new Date(Date.parse(at) - keptDays * 86_400_000).toISOString();
  const last = await db
    .selectFrom('retractions')
    .select('received_at')
    .where('agency', '=', agency)
    .where('feed', '=', feed)
    .orderBy('received_at', 'desc')
    .limit(1)
    .offset(most - 1)
    .executeTakeFirst();
  const from = last === undefined || last.received_at < oldest ? oldest : last.received_at;
  await db
    .deleteFrom('retractions')
    .where('agency', '=', agency)
    .where('feed', '=', feed)
    .where('received_at', '<', from)
    .execute();
}

/** Record id → the agency's own time at which it took the record back, of those it has. */
export async function retractionsOf(
  db: Db,
  hashOf: RecordHash,
  { agency, feed }: Feed,
  recordIds: readonly string[],
): Promise<Map<string, string>> {
  const byHash = new Map(recordIds.map((recordId) => [hashOf(agency, feed, recordId), recordId]));
  const known = await taken(db, { agency, feed }, [...byHash.keys()]);
  return new Map([...known].map(([record, updatedAt]) => [byHash.get(record) ?? '', updatedAt]));
}

async function taken(db: Db, { agency, feed }: Feed, hashes: readonly string[]): Promise<Map<string, string>> {
  if (hashes.length === 0) return new Map();
  const rows = await db
    .selectFrom('retractions')
    .select(['record', 'updated_at'])
    .where('agency', '=', agency)
    .where('feed', '=', feed)
    .where('record', 'in', padded(hashes))
    .execute();
  return new Map(rows.map((row) => [row.record, row.updated_at]));
}
