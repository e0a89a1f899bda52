import type { ColumnBuilderCallback, Kysely, Migration } from 'kysely';
import type { ColumnTypes } from './migrations.js';

/** Records tied to a person by something else than the number, and what people answered about them. */
export function linkageMigration(types: ColumnTypes): Migration {
  return {
    up: async (db: Kysely<unknown>) => {
      const required: ColumnBuilderCallback = (column) => column.notNull();
      const person: ColumnBuilderCallback = (column) => column.notNull().references('persons.key');
      await db.schema
        .createTable('link_ties')
        .addColumn('person_key', 'text', person)
        .addColumn('hash', 'text', required)
        .addColumn('item', 'text', required)
        .addColumn('identity', 'text', required)
        .addColumn('agency', 'text', required)
        .addColumn('feed', 'text', required)
        .addColumn('record_id', 'text', required)
        .addColumn('level', 'text', required)
        .addColumn('score', 'integer', required)
        .addColumn('received_at', 'text', required)
        .addColumn('run', 'text', required)
        .addColumn('content', 'text', required)
        .addPrimaryKeyConstraint('link_ties_once', ['person_key', 'hash'])
        .execute();
      await db.schema.createIndex('link_ties_by_item').on('link_ties').columns(['item']).execute();
      await db.schema
        .createTable('link_answers')
        .addColumn('id', types.id.type, types.id.build)
        .addColumn('at', 'text', required)
        .addColumn('item', 'text', required)
        .addColumn('person_key', 'text', person)
        .addColumn('identity', 'text', required)
        .addColumn('answer', 'text', required)
        .addColumn('by_whom', 'text', required)
        .addColumn('reason', 'text', required)
        .execute();
    },
  };
}
