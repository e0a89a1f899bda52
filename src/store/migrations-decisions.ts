import type { Kysely, Migration } from 'kysely';

/** What a decision of a person carries besides who, when and why: until when it holds, on which facts it was made, who was told. */
export const decisions: Migration = {
  async up(db: Kysely<unknown>) {
    for (const column of ['until_day', 'facts', 'told'])
      await db.schema.alterTable('finding_history').addColumn(column, 'text').execute();
  },
};
