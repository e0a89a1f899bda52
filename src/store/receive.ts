import type { Agency } from '../model/index.js';
import { appendAudit } from './audit.js';
import { storeTally } from './completeness.js';
import { storable } from './content.js';
import { moveCursor } from './cursors.js';
import { type EvidenceCounts, noCounts, storeEvidence, voidRecords } from './evidence.js';
import { storeTies } from './link-ties.js';
import { storeLookups } from './lookups.js';
import { instant } from './order.js';
import { sealBytes, unsealBytes } from './person-fields.js';
import { keepRetractions, type RecordHash } from './retractions.js';
import type { ReceiveBatch, ReceiveCounts } from './store.js';
import type { Db } from './tables.js';

/** What came from a feed: stored together or not at all, and counted for the run. */

/** Stores a batch. Inside a transaction. */
export async function receive(db: Db, batch: ReceiveBatch, hashOf: RecordHash): Promise<ReceiveCounts> {
  const at = instant(batch.at);
  const { run, agency, feed, connection } = batch;
  const origin = { run, connection, hashOf };
  const messages = await storeMessages(db, batch);
  const stored = await storeEvidence(db, origin, batch.evidence);
  await storeTies(db, run, batch);
  const gone = await voidGone(db, batch, at, hashOf);
  const rejected = await storeRejections(db, batch);
  await storeUnknownCodes(db, batch);
  await storeTally(db, batch, at);
  if (batch.lookups !== undefined) await storeLookups(db, { run, agency, feed, connection }, batch.lookups);
  if (batch.cursor !== undefined) await moveCursor(db, batch, batch.cursor, at);
  const counts = { stored: stored.new + stored.changed, repeated: stored.repeated, void: stored.void + gone.void };
  await count(db, batch, { ...counts, messages, rejected });
  if (batch.audit !== undefined) await appendAudit(db, batch.audit, at);
  return counts;
}

/** How many were not stored before. */
async function storeMessages(db: Db, batch: ReceiveBatch): Promise<number> {
  let added = 0;
  for (const message of batch.messages) {
    const result = await db
      .insertInto('messages')
      .values({
        agency: message.agency,
        feed: message.feed,
        connection: batch.connection,
        message: message.id,
        sha256: message.sha256,
        received_at: instant(message.receivedAt),
        file: message.file ?? null,
        bytes: message.bytes === undefined ? null : sealBytes(message.bytes),
        run: batch.run,
      })
      .onConflict((conflict) => conflict.columns(['agency', 'feed', 'message']).doNothing())
      .executeTakeFirst();
    added += Number(result.numInsertedOrUpdatedRows ?? 0);
  }
  return added;
}

/** Records the feed says are gone: named ones, and after a full load all that this connection brought and the load does not hold. */
async function voidGone(db: Db, batch: ReceiveBatch, at: string, hashOf: RecordHash): Promise<EvidenceCounts> {
  const { run, agency, feed, connection, voidAllOthers = false } = batch;
  const total = noCounts();
  const named = (batch.voidRecords ?? []).map((record) => ({ ...record, recordId: storable(record.recordId) }));
  if (named.length > 0) {
    total.void += (await voidRecords(db, { run, connection }, { agency, feed, records: named, at })).void;
    await keepRetractions(db, hashOf, { agency, feed }, named, { at });
  }
  if (voidAllOthers === false) return total;
  const held = new Set(batch.evidence.map(({ evidence }) => storable(evidence.source.recordId)));
  if (voidAllOthers !== true) for (const id of voidAllOthers.except) held.add(storable(id));
  const current = await currentRecordIds(db, agency, feed, connection);
  const gone = [...new Set(current.map((record) => record.recordId))].filter((id) => !held.has(id));
  const records = gone.map((recordId) => ({ recordId }));
  total.void += (await voidRecords(db, { run, connection }, { agency, feed, records, connection, at })).void;
  return total;
}

/** How many were not told before in this run: the same place of the same message, refused for the same reason, is one rejection. */
async function storeRejections(db: Db, batch: ReceiveBatch): Promise<number> {
  let added = 0;
  for (const { reason, pointer, message, detail } of batch.rejected) {
    const { run, agency, feed } = batch;
    const result = await db
      .insertInto('rejections')
      .values({ run, agency, feed, reason, pointer, message, detail: detail === undefined ? null : JSON.stringify(detail) })
      .onConflict((conflict) => conflict.columns(['run', 'agency', 'feed', 'message', 'pointer', 'reason']).doNothing())
      .executeTakeFirst();
    added += Number(result.numInsertedOrUpdatedRows ?? 0);
  }
  return added;
}

async function storeUnknownCodes(db: Db, batch: ReceiveBatch): Promise<void> {
  for (const { agency, feed, table, code, count: times, firstRecord } of batch.unknownCodes)
    await db
      .insertInto('unknown_codes')
      .values({ run: batch.run, agency, feed, code_table: table, code, count: times, first_record: firstRecord })
      .onConflict((conflict) =>
        conflict
          .columns(['run', 'agency', 'feed', 'code_table', 'code'])
          .doUpdateSet((eb) => ({ count: eb('unknown_codes.count', '+', eb.ref('excluded.count')) })),
      )
      .execute();
}

async function count(db: Db, batch: ReceiveBatch, counts: ReceiveCounts & { messages: number; rejected: number }): Promise<void> {
  const { run, agency, feed, connection, rows, sieved } = batch;
  const { stored, repeated, messages, rejected } = counts;
  await db
    .insertInto('run_feeds')
    .values({ run, agency, feed, connection, rows, sieved, stored, repeated, voided: counts.void, rejected, messages })
    .onConflict((conflict) =>
      conflict.columns(['run', 'agency', 'feed', 'connection']).doUpdateSet((eb) => ({
        rows: eb('run_feeds.rows', '+', eb.ref('excluded.rows')),
        sieved: eb('run_feeds.sieved', '+', eb.ref('excluded.sieved')),
        stored: eb('run_feeds.stored', '+', eb.ref('excluded.stored')),
        repeated: eb('run_feeds.repeated', '+', eb.ref('excluded.repeated')),
        voided: eb('run_feeds.voided', '+', eb.ref('excluded.voided')),
        rejected: eb('run_feeds.rejected', '+', eb.ref('excluded.rejected')),
        messages: eb('run_feeds.messages', '+', eb.ref('excluded.messages')),
      })),
    )
    .execute();
}

/** Is a message with this hash stored for the feed, as a file of this name where one is given? */
export async function hasMessage(db: Db, agency: Agency, feed: string, sha256: string, file?: string): Promise<boolean> {
  let query = db
    .selectFrom('messages')
    .select('id')
    .where('agency', '=', agency)
    .where('feed', '=', feed)
    .where('sha256', '=', sha256)
    .limit(1);
  if (file !== undefined) query = query.where('file', '=', file);
  const row = await query.executeTakeFirst();
  return row !== undefined;
}

/** The bytes of a message as received; undefined where it is not stored or its bytes were not to be kept. */
export async function messageBytes(db: Db, agency: Agency, feed: string, id: string): Promise<Uint8Array | undefined> {
  const row = await db
    .selectFrom('messages')
    .select('bytes')
    .where('agency', '=', agency)
    .where('feed', '=', feed)
    .where('message', '=', id)
    .executeTakeFirst();
  return row?.bytes ? unsealBytes(row.bytes) : undefined;
}

/** Base name of the file a message came as; undefined where it was none or is not stored. */
export async function messageFile(db: Db, agency: Agency, feed: string, id: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('messages')
    .select('file')
    .where('agency', '=', agency)
    .where('feed', '=', feed)
    .where('message', '=', id)
    .executeTakeFirst();
  return row?.file ?? undefined;
}

/** Current, not void records of a feed, of one connection where given. */
export async function currentRecordIds(
  db: Db,
  agency: Agency,
  feed: string,
  connection?: string,
): Promise<{ recordId: string; personKey: string }[]> {
  let query = db
    .selectFrom('records')
    .select(['record_id as recordId', 'person_key as personKey'])
    .where('agency', '=', agency)
    .where('feed', '=', feed)
    .where('status', '=', 'current')
    .orderBy('record_id')
    .orderBy('person_key');
  if (connection !== undefined) query = query.where('connection', '=', connection);
  return query.execute();
}
