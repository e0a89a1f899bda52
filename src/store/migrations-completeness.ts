import type { ColumnBuilderCallback, Kysely } from 'kysely';
import type { ColumnTypes } from './migrations.js';

/** 0003: what is counted of everything a feed gives, so that a night can be held against the nights before it. Nothing of a person. */
export async function completeness(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const required: ColumnBuilderCallback = (column) => column.notNull();
  const ofRun = (table: string) =>
    db.schema
      .createTable(table)
      .addColumn('run', 'text', required)
      .addColumn('agency', 'text', required)
      .addColumn('feed', 'text', required)
      .addColumn('connection', 'text', required);
  const place = ['run', 'agency', 'feed', 'connection'] as const;

  await ofRun('record_shapes')
    .addColumn('at', 'text', required)
    .addColumn('content', 'text', required)
    .addColumn('drift', 'text')
    .addPrimaryKeyConstraint('record_shapes_once', [...place])
    .execute();
  await db.schema
    .createIndex('record_shapes_by_place')
    .on('record_shapes')
    .columns(['agency', 'feed', 'connection', 'at'])
    .execute();
  await ofRun('row_accounts')
    .addColumn('read', 'integer', required)
    .addColumn('mapped', 'integer', required)
    .addColumn('rejected', 'integer', required)
    .addColumn('sieved', 'integer', required)
    .addColumn('voided', 'integer', required)
    .addColumn('passed_over', 'integer', required)
    .addColumn('evidence', 'integer', required)
    .addPrimaryKeyConstraint('row_accounts_once', [...place])
    .execute();
  await db.schema
    .createTable('feed_days')
    .addColumn('id', types.id.type, types.id.build)
    .addColumn('run', 'text', required)
    .addColumn('agency', 'text', required)
    .addColumn('feed', 'text', required)
    .addColumn('connection', 'text', required)
    .addColumn('at', 'text', required)
    .addColumn('day', 'text', required)
    .addColumn('part', 'text', required)
    .addColumn('rows', 'integer', required)
    .addColumn('kept', 'integer', required)
    .addColumn('regions', 'text', required)
    .execute();
  await db.schema.createIndex('feed_days_by_day').on('feed_days').columns(['day', 'at']).execute();
  // The days on which persons were asked are counted from what was asked.
  await db.schema.createIndex('lookups_by_at').on('lookups').column('at').execute();
}
