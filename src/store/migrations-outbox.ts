import type { Kysely } from 'kysely';
import type { ColumnTypes } from './migrations.js';

/** What is to be sent to the province, in the order in which the city's file made it necessary, and every move of it. */
export async function outbox(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('outbox')
    .addColumn('id', types.id.type, types.id.build)
    .addColumn('agency', 'text', (column) => column.notNull())
    .addColumn('feed', 'text', (column) => column.notNull())
    .addColumn('person_key', 'text', (column) => column.notNull().references('persons.key'))
    .addColumn('case_no', 'text', (column) => column.notNull())
    .addColumn('conclusion_no', 'text')
    .addColumn('what', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('idempotency_key', 'text', (column) => column.notNull())
    .addColumn('content', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('queued_at', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('sender', 'text')
    .addColumn('tried_at', 'text')
    .addColumn('not_before', 'text')
    .addColumn('retryable', 'integer', (column) => column.notNull())
    .addColumn('error', 'text')
    .addColumn('because', 'text')
    .addColumn('settled_at', 'text')
    .addColumn('provincial_no', 'text')
    .addUniqueConstraint('outbox_once', ['agency', 'feed', 'idempotency_key'])
    .execute();
  await db.schema.createIndex('outbox_by_case_no').on('outbox').columns(['case_no', 'id']).execute();
  await db.schema.createIndex('outbox_by_person_key').on('outbox').column('person_key').execute();
  await db.schema.createIndex('outbox_by_state').on('outbox').columns(['state', 'id']).execute();
  await db.schema
    .createTable('outbox_steps')
    .addColumn('id', types.id.type, types.id.build)
    .addColumn('entry', 'integer', (column) => column.notNull().references('outbox.id'))
    .addColumn('at', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('error', 'text')
    .addColumn('by_whom', 'text')
    .addColumn('reason', 'text')
    .execute();
  await db.schema.createIndex('outbox_steps_by_entry').on('outbox_steps').column('entry').execute();
}
