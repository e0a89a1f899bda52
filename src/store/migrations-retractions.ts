import type { ColumnBuilderCallback, Kysely } from 'kysely';

/** 0006: what an agency took back, so that an older word that comes later does not stand. Nothing of a person: a hash of the record's id. */
export async function retractions(db: Kysely<unknown>): Promise<void> {
  const required: ColumnBuilderCallback = (column) => column.notNull();
  await db.schema
    .createTable('retractions')
    .addColumn('agency', 'text', required)
    .addColumn('feed', 'text', required)
    .addColumn('record', 'text', required)
    .addColumn('updated_at', 'text', required)
    .addColumn('received_at', 'text', required)
    .addPrimaryKeyConstraint('retractions_once', ['agency', 'feed', 'record'])
    .execute();
  await db.schema.createIndex('retractions_by_receipt').on('retractions').columns(['agency', 'feed', 'received_at']).execute();
}
