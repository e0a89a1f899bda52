import type { ColumnBuilderCallback, Kysely } from 'kysely';

/** 0008: the audit log with its seals, an index of whom and which cases its records are about, and the nonces of signed requests. */
export async function audit(db: Kysely<unknown>): Promise<void> {
  const required: ColumnBuilderCallback = (column) => column.notNull();
  await db.schema
    .createTable('audit_records')
    .addColumn('seq', 'integer', (column) => column.notNull().primaryKey())
    .addColumn('kind', 'text', required)
    .addColumn('content', 'text', required)
    .execute();
  await db.schema.createIndex('audit_records_by_kind').on('audit_records').columns(['kind', 'seq']).execute();
  for (const [table, column] of [
    ['audit_subjects', 'person_key'],
    ['audit_cases', 'case_no'],
  ] as const) {
    await db.schema
      .createTable(table)
      .addColumn(column, 'text', required)
      .addColumn('seq', 'integer', required)
      .addPrimaryKeyConstraint(`${table}_once`, [column, 'seq'])
      .execute();
    await db.schema.createIndex(`${table}_by_seq`).on(table).column('seq').execute();
  }
  await db.schema
    .createTable('audit_seals')
    .addColumn('kind', 'text', required)
    .addColumn('seq', 'integer', required)
    .addColumn('hash', 'text', required)
    .addColumn('at', 'text', required)
    .addColumn('key_id', 'text', required)
    .addColumn('signature', 'text', required)
    .addPrimaryKeyConstraint('audit_seals_once', ['kind', 'seq', 'key_id'])
    .execute();
  await db.schema
    .createTable('nonces')
    .addColumn('key_id', 'text', required)
    .addColumn('nonce', 'text', required)
    .addColumn('expires_at', 'text', required)
    .addPrimaryKeyConstraint('nonces_once', ['key_id', 'nonce'])
    .execute();
  await db.schema.createIndex('nonces_by_expires_at').on('nonces').column('expires_at').execute();
}
