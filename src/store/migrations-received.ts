import { type Kysely, type Migration, sql } from 'kysely';

/** What each run had received when it began to judge, so that a look back at that very instant tells that night and not the one before. */
export const received: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable('run_received')
      .addColumn('run', 'text', (column) => column.notNull())
      .addColumn('at', 'text', (column) => column.notNull())
      .addColumn('content', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('run_received_once', ['run', 'at'])
      .execute();
    await db.schema.createIndex('run_received_by_at').on('run_received').column('at').execute();
    // Of runs before this it is known from their end on: their manifest says the same, and more.
    await sql`insert into run_received (run, at, content)
      select id, finished_at, manifest from runs where manifest is not null and finished_at is not null`.execute(db);
  },
};
