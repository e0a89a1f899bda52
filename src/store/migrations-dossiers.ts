import type { ColumnBuilderCallback, Kysely } from 'kysely';
import type { ColumnTypes } from './migrations.js';

/** 0009: dossiers made for the province, their generated documents, and who has which version. */
export async function dossiers(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const required: ColumnBuilderCallback = (column) => column.notNull();
  const primary: ColumnBuilderCallback = (column) => column.notNull().primaryKey();
  const dossier: ColumnBuilderCallback = (column) => column.notNull().references('dossiers.id');
  await db.schema
    .createTable('dossiers')
    .addColumn('id', 'text', primary)
    .addColumn('series', 'text', required)
    .addColumn('version', 'integer', required)
    .addColumn('partner', 'text', required)
    .addColumn('idempotency_key', 'text', required)
    .addColumn('request_sha256', 'text', required)
    .addColumn('state', 'text', required)
    .addColumn('manifest_sha256', 'text', required)
    .addColumn('person_key', 'text', required)
    .addColumn('made_at', 'text', required)
    .addColumn('kept_at', 'text', required)
    .addColumn('content', 'text', required)
    .addColumn('ended_at', 'text')
    .addColumn('ended_by', 'text')
    .addColumn('ended_because', 'text')
    .addUniqueConstraint('dossiers_version_once', ['series', 'version'])
    // Two requests with one key at the same time make one dossier.
    .addUniqueConstraint('dossiers_request_once', ['partner', 'idempotency_key', 'version'])
    .execute();
  await db.schema
    .createTable('dossier_cases')
    .addColumn('dossier', 'text', dossier)
    .addColumn('case_no', 'text', required)
    .addPrimaryKeyConstraint('dossier_cases_once', ['dossier', 'case_no'])
    .execute();
  await db.schema.createIndex('dossier_cases_by_case_no').on('dossier_cases').columns(['case_no']).execute();
  await db.schema
    .createTable('dossier_documents')
    .addColumn('dossier', 'text', dossier)
    .addColumn('document', 'text', required)
    .addColumn('bytes', types.bytes, required)
    .addPrimaryKeyConstraint('dossier_documents_once', ['dossier', 'document'])
    .execute();
  await db.schema
    .createTable('dossier_deliveries')
    .addColumn('id', types.id.type, types.id.build)
    .addColumn('dossier', 'text', dossier)
    .addColumn('at', 'text', required)
    .addColumn('what', 'text', required)
    .addColumn('organisation', 'text', required)
    .addColumn('document', 'text')
    .addColumn('manifest_sha256', 'text', required)
    .execute();
  await db.schema.createIndex('dossier_deliveries_by_dossier').on('dossier_deliveries').columns(['dossier']).execute();
}
