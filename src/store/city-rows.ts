import type { AppraisalCase, Benefit, Bilingual, IdDocument, Instant, Json, Subject } from '../model/index.js';
import { chunks, padded } from './batches.js';
import { caseFile, importCases } from './city-file.js';
import { hashOf } from './content.js';
import { instant } from './order.js';
import type { OutboxTarget } from './outbox.js';
import { seal, unseal } from './person-fields.js';
import type { CaseEntry, ImportCounts } from './store.js';
import type { CityRowTable, Db } from './tables.js';

/**
 * Rows of the city's own systems (认定, 鉴定, 待遇): kept in versions, tied to a person by the number they carry or by what they are joined with,
 * and told together to whoever makes cases and benefits of them. What comes of it does not depend on the order in which rows came.
 */

/** What one row says. */
export interface CityRow {
  kind: CityRowTable['kind'];
  name: string;
  documents: IdDocument[];
  personName: string;
  /** Handled at, by its system. */
  updatedAt?: string;
  isVoid: boolean;
  fields: Readonly<Record<string, Json>>;
}

export interface CityRowWrite {
  row: CityRow;
  /** Of the number it carries. */
  personKey?: string;
  /** Keyed hashes of the numbers by which rows are joined. */
  personNo?: string;
  recognition?: string;
}

/** A person with every version of their rows, the oldest said first, and what is on file of them. */
export interface CityPerson {
  key: string;
  rows: readonly CityRow[];
  /** The same without what this import brought. */
  before: readonly CityRow[];
  onFile?: { subject: Subject; cases: AppraisalCase[]; benefits: Benefit[] };
}

/** A row that is kept and has not become part of a case or benefit yet. */
export interface CityWaiting {
  kind: CityRow['kind'];
  name: string;
  /** Machine-readable slug. */
  reason: string;
  detail: Bilingual;
}

export interface CityJoined {
  entry?: CaseEntry;
  waiting: CityWaiting[];
}

export interface CityImportCounts extends ImportCounts {
  rows: { new: number; changed: number; unchanged: number };
  /** Of the persons this import spoke of, and every row nobody can be found for. */
  waiting: CityWaiting[];
}

/**
 * Keeps rows and puts on file what they make together. The same again changes nothing; a changed row is a new version; one that its system dates
 * before another came late and only fills in. With `send` new and changed cases are queued as by an import of cases. Inside a transaction.
 */
export async function importCityRows(
  db: Db,
  writes: readonly CityRowWrite[],
  at: Instant,
  join: (person: CityPerson) => CityJoined,
  send?: OutboxTarget,
): Promise<CityImportCounts> {
  const when = instant(at);
  const rows = { new: 0, changed: 0, unchanged: 0 };
  const fresh = new Set<number>();
  const affected = new Set<string>();
  for (const chunk of chunks(writes)) await putRows(db, chunk, when, rows, fresh, affected);
  for (const key of await tieRows(db)) affected.add(key);

  const waiting: CityWaiting[] = [];
  const entries: CaseEntry[] = [];
  for (const key of [...affected].sort()) {
    const versions = await versionsOf(db, key);
    const file = await caseFile(db, key, when);
    const joined = join({
      key,
      rows: versions.map(({ row }) => row),
      before: versions.filter(({ id }) => !fresh.has(id)).map(({ row }) => row),
      ...(file === undefined ? {} : { onFile: { subject: file.subject, cases: file.cases, benefits: file.benefits } }),
    });
    waiting.push(...joined.waiting);
    if (joined.entry !== undefined) entries.push(joined.entry);
  }
  waiting.push(...(await withoutPerson(db)));
  const counts = await importCases(db, entries, at, send);
  return { ...counts, rows, waiting };
}

async function putRows(
  db: Db,
  writes: readonly CityRowWrite[],
  when: string,
  counts: CityImportCounts['rows'],
  fresh: Set<number>,
  affected: Set<string>,
): Promise<void> {
  const names = padded([...new Set(writes.map(({ row }) => row.name))]);
  const known = await db
    .selectFrom('city_rows')
    .select(['kind', 'name', 'person_key', 'hash', 'said_at'])
    .where('name', 'in', names)
    .orderBy('said_at')
    .orderBy('id')
    .execute();
  for (const { row, personKey = '', personNo = '', recognition = '' } of writes) {
    const versions = known.filter(({ kind, name }) => kind === row.kind && name === row.name);
    const newest = versions.at(-1);
    const hash = hashOf(row);
    // What does not date itself may go back to what it said before; what does was said once.
    const isKnown = row.updatedAt === undefined ? newest?.hash === hash : versions.some((version) => version.hash === hash);
    if (isKnown) {
      counts.unchanged += 1;
      continue;
    }
    counts[newest === undefined ? 'new' : 'changed'] += 1;
    const said_at = row.updatedAt === undefined ? when : instant(row.updatedAt);
    const values = {
      kind: row.kind,
      name: row.name,
      person_key: personKey,
      own_key: personKey,
      person_no: personNo,
      recognition,
      at: when,
      said_at,
      hash,
      content: seal(row),
    };
    const { id } = await db.insertInto('city_rows').values(values).returning('id').executeTakeFirstOrThrow();
    fresh.add(id);
    known.push({ kind: row.kind, name: row.name, person_key: personKey, hash, said_at });
    known.sort((a, b) => (a.said_at < b.said_at ? -1 : a.said_at > b.said_at ? 1 : 0));
    for (const key of [personKey, ...versions.map((version) => version.person_key)]) if (key !== '') affected.add(key);
  }
}

/**
 * Ties rows without a number to the person another version of the row names, else to whom their 个人编号 belongs, else to that of their
 * recognition; several persons tie nobody. Gives the keys of those who were found.
 */
async function tieRows(db: Db): Promise<string[]> {
  const found: string[] = [];
  for (;;) {
    const loose = await db
      .selectFrom('city_rows')
      .select(['id', 'kind', 'name', 'person_no', 'recognition'])
      .where('person_key', '=', '')
      .orderBy('id')
      .execute();
    let tied = 0;
    for (const { id, kind, name, person_no, recognition } of loose) {
      const key =
        (await ownerOf(db, 'name', name, kind)) ??
        (await ownerOf(db, 'person_no', person_no)) ??
        (await ownerOf(db, 'recognition', recognition));
      if (key === undefined) continue;
      await db.updateTable('city_rows').set({ person_key: key }).where('id', '=', id).execute();
      found.push(key);
      tied += 1;
    }
    if (tied === 0) return found;
  }
}

async function ownerOf(
  db: Db,
  column: 'name' | 'person_no' | 'recognition',
  value: string,
  kind?: CityRow['kind'],
): Promise<string | undefined> {
  if (value === '') return undefined;
  const rows = db.selectFrom('city_rows').select('person_key').distinct().where(column, '=', value);
  const owners = await (kind === undefined ? rows : rows.where('kind', '=', kind))
    .where('person_key', '!=', '')
    .limit(2)
    .execute();
  return owners.length === 1 ? owners[0]?.person_key : undefined;
}

/** Versions of the rows whose newest version is this person's, the oldest said first. */
async function versionsOf(db: Db, key: string): Promise<{ id: number; row: CityRow }[]> {
  const names = await db.selectFrom('city_rows').select('name').distinct().where('person_key', '=', key).execute();
  const versions: Version[] = [];
  for (const chunk of chunks(names)) {
    const found = await db
      .selectFrom('city_rows')
      .select(['id', 'kind', 'name', 'person_key', 'content', 'said_at'])
      .where('name', 'in', padded(chunk.map(({ name }) => name)))
      .orderBy('said_at')
      .orderBy('id')
      .execute();
    versions.push(...found);
  }
  const newest = new Map(versions.map((version) => [`${version.kind}/${version.name}`, version.person_key]));
  const order = ({ said_at, kind, name }: Version): string => JSON.stringify([said_at, kind, name]);
  return versions
    .sort((a, b) => (order(a) < order(b) ? -1 : order(a) > order(b) ? 1 : 0))
    .filter((version) => version.person_key === key && newest.get(`${version.kind}/${version.name}`) === key)
    .map(({ id, content }) => ({ id, row: unseal<CityRow>(content) }));
}

type Version = Pick<CityRowTable, 'kind' | 'name' | 'person_key' | 'content' | 'said_at'> & { id: number };

/** The same, for whoever reads them. */
export async function cityRows(db: Db, key: string): Promise<CityRow[]> {
  return (await versionsOf(db, key)).map(({ row }) => row);
}

/** Rows of which nobody can tell whose they are. */
async function withoutPerson(db: Db): Promise<CityWaiting[]> {
  const rows = await db
    .selectFrom('city_rows')
    .select(['kind', 'name', 'person_no', 'recognition'])
    .where('person_key', '=', '')
    .orderBy('kind')
    .orderBy('name')
    .execute();
  return rows.map(({ kind, name }) => ({
    kind,
    name,
    reason: 'no-person',
    detail: {
      zh: '没有证件号码，个人编号与认定信息ID也对不上任何人；留置，等有关的行到来',
      en: 'no ID number, and neither 个人编号 nor the recognition leads to one person; kept until a row comes that does',
    },
  }));
}
