import { type Kysely, sql } from 'kysely';

/**
 * What went wrong in judging, and what findings said before they said what they say: both so that a night can be told again as it was.
 */
export async function failures(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('failures')
    .addColumn('run', 'text', (column) => column.notNull())
    .addColumn('rule', 'text', (column) => column.notNull())
    .addColumn('person_key', 'text', (column) => column.notNull())
    .addColumn('case_nos', 'text', (column) => column.notNull())
    .addColumn('at', 'text', (column) => column.notNull())
    .addColumn('error', 'text', (column) => column.notNull())
    .addColumn('message', 'text', (column) => column.notNull())
    .addColumn('place', 'text')
    .addPrimaryKeyConstraint('failures_once', ['run', 'rule', 'person_key'])
    .execute();
  await db.schema
    .createTable('failed_files')
    .addColumn('run', 'text', (column) => column.notNull())
    .addColumn('person_key', 'text', (column) => column.notNull())
    .addColumn('content', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('failed_files_once', ['run', 'person_key'])
    .execute();
  await db.schema
    .createTable('finding_versions')
    .addColumn('finding', 'text', (column) => column.notNull().references('findings.id'))
    .addColumn('run', 'text')
    .addColumn('at', 'text', (column) => column.notNull())
    .addColumn('content', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('finding_versions_once', ['finding', 'at'])
    .execute();
  // What findings said before this is not known any more: what they say now is taken for what they always said.
  await sql`insert into finding_versions (finding, run, at, content) select id, null, first_seen_at, content from findings`.execute(
    db,
  );
}
