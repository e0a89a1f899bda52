import type { ColumnBuilderCallback, ColumnDataType, Kysely, Migration } from 'kysely';
import { audit } from './migrations-audit.js';
import { cityRows } from './migrations-city-rows.js';
import { completeness } from './migrations-completeness.js';
import { decisions } from './migrations-decisions.js';
import { dossiers } from './migrations-dossiers.js';
import { failures } from './migrations-failures.js';
import { linkageMigration } from './migrations-linkage.js';
import { outbox } from './migrations-outbox.js';
import { received } from './migrations-received.js';
import { retractions } from './migrations-retractions.js';

/** The tables' history: one migration per change of shape, in code, so that nothing is looked for on a disk. */

/** The few column types an engine names its own way. */
export interface ColumnTypes {
  /** A number that the engine hands out, rising with every row. */
  id: { type: ColumnDataType; build: ColumnBuilderCallback };
  bytes: ColumnDataType;
}

/** Migrations by name; names sort in the order they are applied. A store that carries a name not among these is newer than the program. */
export function migrations(types: ColumnTypes): Record<string, Migration> {
  return {
    '0001-first': { up: (db) => first(db, types) },
    '0002-decisions': decisions,
    '0003-completeness': { up: (db) => completeness(db, types) },
    '0004-linkage': linkageMigration(types),
    '0005-failures': { up: failures },
    '0006-received': received,
    '0007-retractions': { up: retractions },
    '0008-audit': { up: audit },
    '0009-dossiers': { up: (db) => dossiers(db, types) },
    '0010-outbox': { up: (db) => outbox(db, types) },
    '0011-city-rows': cityRows(types),
    '0012-numbers': { up: numbers },
  };
}

const required: ColumnBuilderCallback = (column) => column.notNull();
const primary: ColumnBuilderCallback = (column) => column.notNull().primaryKey();
const person: ColumnBuilderCallback = (column) => column.notNull().references('persons.key');

async function first(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const numbered = (table: string) => db.schema.createTable(table).addColumn('id', types.id.type, types.id.build);

  await db.schema.createTable('persons').addColumn('key', 'text', primary).addColumn('first_at', 'text', required).execute();
  await numbered('city_file')
    .addColumn('part', 'text', required)
    .addColumn('name', 'text', required)
    .addColumn('person_key', 'text', person)
    .addColumn('at', 'text', required)
    .addColumn('hash', 'text', required)
    .addColumn('content', 'text', required)
    .execute();
  await index(db, 'city_file', ['part', 'name', 'at', 'id']);
  await index(db, 'city_file', ['person_key']);
  await db.schema
    .createTable('subject_numbers')
    .addColumn('version', 'integer', (column) => column.notNull().references('city_file.id'))
    .addColumn('number_key', 'text', required)
    .addPrimaryKeyConstraint('subject_numbers_once', ['version', 'number_key'])
    .execute();

  await numbered('messages')
    .addColumn('agency', 'text', required)
    .addColumn('feed', 'text', required)
    .addColumn('connection', 'text', required)
    .addColumn('message', 'text', required)
    .addColumn('sha256', 'text', required)
    .addColumn('received_at', 'text', required)
    .addColumn('file', 'text')
    .addColumn('bytes', types.bytes)
    .addColumn('run', 'text', required)
    .addUniqueConstraint('messages_once', ['agency', 'feed', 'message'])
    .execute();
  await index(db, 'messages', ['agency', 'feed', 'sha256']);
  await index(db, 'messages', ['run']);

  await numbered('records')
    .addColumn('agency', 'text', required)
    .addColumn('feed', 'text', required)
    .addColumn('record_id', 'text', required)
    .addColumn('person_key', 'text', person)
    .addColumn('kind', 'text', required)
    .addColumn('connection', 'text', required)
    .addColumn('status', 'text', required)
    .addColumn('seen_at', 'text', required)
    .addUniqueConstraint('records_once', ['agency', 'feed', 'record_id', 'person_key'])
    .execute();
  await index(db, 'records', ['person_key']);
  await numbered('evidence')
    .addColumn('record', 'integer', (column) => column.notNull().references('records.id'))
    .addColumn('status', 'text', required)
    .addColumn('received_at', 'text', required)
    .addColumn('updated_at', 'text')
    .addColumn('hash', 'text', required)
    .addColumn('certain', 'integer', required)
    .addColumn('moved', 'integer', required)
    .addColumn('run', 'text', required)
    .addColumn('content', 'text', required)
    .execute();
  await index(db, 'evidence', ['record']);

  await numbered('rejections')
    .addColumn('run', 'text', required)
    .addColumn('agency', 'text', required)
    .addColumn('feed', 'text', required)
    .addColumn('reason', 'text', required)
    .addColumn('pointer', 'text', required)
    .addColumn('message', 'text', required)
    .addColumn('detail', 'text')
    .addUniqueConstraint('rejections_once', ['run', 'agency', 'feed', 'message', 'pointer', 'reason'])
    .execute();
  await db.schema
    .createTable('unknown_codes')
    .addColumn('run', 'text', required)
    .addColumn('agency', 'text', required)
    .addColumn('feed', 'text', required)
    .addColumn('code_table', 'text', required)
    .addColumn('code', 'text', required)
    .addColumn('count', 'integer', required)
    .addColumn('first_record', 'text', required)
    .addPrimaryKeyConstraint('unknown_codes_once', ['run', 'agency', 'feed', 'code_table', 'code'])
    .execute();

  await numbered('lookups')
    .addColumn('run', 'text', required)
    .addColumn('agency', 'text', required)
    .addColumn('feed', 'text', required)
    .addColumn('connection', 'text', required)
    .addColumn('person_key', 'text', person)
    .addColumn('outcome', 'text', required)
    .addColumn('at', 'text', required)
    .addColumn('error', 'text')
    .execute();
  await index(db, 'lookups', ['person_key']);
  await index(db, 'lookups', ['run']);
  await db.schema
    .createTable('lookup_heads')
    .addColumn('person_key', 'text', person)
    .addColumn('agency', 'text', required)
    .addColumn('feed', 'text', required)
    .addColumn('connection', 'text', required)
    .addColumn('run', 'text', required)
    .addColumn('outcome', 'text', required)
    .addColumn('at', 'text', required)
    .addColumn('error', 'text')
    .addColumn('answered_at', 'text')
    .addPrimaryKeyConstraint('lookup_heads_once', ['person_key', 'agency', 'feed', 'connection'])
    .execute();
  await numbered('cursors')
    .addColumn('run', 'text', required)
    .addColumn('agency', 'text', required)
    .addColumn('feed', 'text', required)
    .addColumn('connection', 'text', required)
    .addColumn('position', 'text', required)
    .addColumn('moved_at', 'text', required)
    .addColumn('complete_through', 'text')
    .addColumn('gap', 'text')
    .addColumn('failure', 'text')
    .execute();
  await index(db, 'cursors', ['agency', 'feed', 'connection', 'moved_at', 'id']);

  await findingsAndRuns(db, numbered);
}

async function findingsAndRuns(
  db: Kysely<unknown>,
  numbered: (table: string) => ReturnType<Kysely<unknown>['schema']['createTable']>,
): Promise<void> {
  await db.schema
    .createTable('findings')
    .addColumn('id', 'text', primary)
    .addColumn('rule', 'text', required)
    .addColumn('person_key', 'text', required)
    .addColumn('state', 'text', required)
    .addColumn('first_seen_at', 'text', required)
    .addColumn('last_seen_at', 'text', required)
    .addColumn('hash', 'text', required)
    .addColumn('content', 'text', required)
    .execute();
  await index(db, 'findings', ['person_key']);
  await index(db, 'findings', ['state']);
  await db.schema
    .createTable('finding_cases')
    .addColumn('finding', 'text', (column) => column.notNull().references('findings.id'))
    .addColumn('case_no', 'text', required)
    .addPrimaryKeyConstraint('finding_cases_once', ['finding', 'case_no'])
    .execute();
  await index(db, 'finding_cases', ['case_no']);
  await numbered('finding_history')
    .addColumn('finding', 'text', (column) => column.notNull().references('findings.id'))
    .addColumn('at', 'text', required)
    .addColumn('run', 'text')
    .addColumn('from_state', 'text')
    .addColumn('to_state', 'text', required)
    .addColumn('change', 'text')
    .addColumn('by_whom', 'text')
    .addColumn('reason', 'text')
    .execute();
  await index(db, 'finding_history', ['finding']);
  await index(db, 'finding_history', ['run']);

  await numbered('verdicts')
    .addColumn('run', 'text', required)
    .addColumn('hash', 'text', required)
    .addColumn('rule', 'text', required)
    .addColumn('outcome', 'text', required)
    .addColumn('reason', 'text', required)
    .addColumn('severity', 'text')
    .addColumn('zh', 'text')
    .addColumn('en', 'text')
    .addColumn('persons', 'integer', required)
    .addUniqueConstraint('verdicts_once', ['run', 'hash'])
    .execute();
  await db.schema
    .createTable('results')
    .addColumn('run', 'text', required)
    .addColumn('person_key', 'text', required)
    .addColumn('case_nos', 'text', required)
    .addColumn('verdicts', 'text', required)
    .addPrimaryKeyConstraint('results_once', ['run', 'person_key'])
    .execute();

  await db.schema
    .createTable('runs')
    .addColumn('id', 'text', primary)
    .addColumn('started_at', 'text', required)
    .addColumn('as_of', 'text', required)
    .addColumn('state', 'text', required)
    .addColumn('resumed', 'integer', required)
    .addColumn('finished_at', 'text')
    .addColumn('manifest', 'text')
    .execute();
  await db.schema
    .createTable('run_feeds')
    .addColumn('run', 'text', required)
    .addColumn('agency', 'text', required)
    .addColumn('feed', 'text', required)
    .addColumn('connection', 'text', required)
    .addColumn('rows', 'integer', required)
    .addColumn('sieved', 'integer', required)
    .addColumn('stored', 'integer', required)
    .addColumn('repeated', 'integer', required)
    .addColumn('voided', 'integer', required)
    .addColumn('rejected', 'integer', required)
    .addColumn('messages', 'integer', required)
    .addPrimaryKeyConstraint('run_feeds_once', ['run', 'agency', 'feed', 'connection'])
    .execute();
  await db.schema
    .createTable('locks')
    .addColumn('name', 'text', primary)
    .addColumn('token', 'text', required)
    .addColumn('host', 'text', required)
    .addColumn('pid', 'integer', required)
    .addColumn('process', 'text', required)
    .addColumn('taken_at', 'text', required)
    .addColumn('beat_at', 'text', required)
    .execute();
}

async function index(db: Kysely<unknown>, table: string, columns: string[]): Promise<void> {
  await db.schema
    .createIndex(`${table}_by_${columns.join('_')}`)
    .on(table)
    .columns(columns)
    .execute();
}

/** A request names a person by number: found by an index, known and unknown numbers alike. */
async function numbers(db: Kysely<unknown>): Promise<void> {
  await db.schema.createIndex('subject_numbers_by_key').on('subject_numbers').column('number_key').execute();
}
