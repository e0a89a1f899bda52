import type { Kysely, Migration } from 'kysely';
import type { ColumnTypes } from './migrations.js';

/** Rows of the city's own systems as they were received, so that rows about one case can be joined whenever they come. */
export function cityRows(types: ColumnTypes): Migration {
  return {
    async up(db: Kysely<unknown>) {
      const required = (column: Parameters<Parameters<ReturnType<typeof db.schema.createTable>['addColumn']>[2] & object>[0]) =>
        column.notNull();
      await db.schema
        .createTable('city_rows')
        .addColumn('id', types.id.type, types.id.build)
        .addColumn('kind', 'text', required)
        .addColumn('name', 'text', required)
        .addColumn('person_key', 'text', required)
        .addColumn('own_key', 'text', required)
        .addColumn('person_no', 'text', required)
        .addColumn('recognition', 'text', required)
        .addColumn('at', 'text', required)
        .addColumn('said_at', 'text', required)
        .addColumn('hash', 'text', required)
        .addColumn('content', 'text', required)
        .execute();
      for (const columns of [['kind', 'name'], ['person_key'], ['person_no'], ['recognition']])
        await db.schema
          .createIndex(`city_rows_by_${columns.join('_')}`)
          .on('city_rows')
          .columns(columns)
          .execute();
    },
  };
}
