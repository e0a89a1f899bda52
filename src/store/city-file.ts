import type { AppraisalCase, Benefit, CaseFile, Evidence, Instant, Subject } from '../model/index.js';
import { chunks, insertAll, padded } from './batches.js';
import { hashOf } from './content.js';
import { storeEvidence } from './evidence.js';
import { answered } from './link-overlay.js';
import { currentOf, instant } from './order.js';
import { type OutboxTarget, queue } from './outbox.js';
import { seal, unseal } from './person-fields.js';
import type { CaseEntry, ImportCounts } from './store.js';
import type { CityFileTable, Db } from './tables.js';

/**
 * The city's own file: who is on file, with which cases and benefits, in versions by the instant of import; and the case file of a person.
 *
 * A case belongs to the subject of its newest version, so a case imported again under a corrected ID number moves.
 */

type Part = Pick<CityFileTable, 'part' | 'name' | 'person_key' | 'hash' | 'content'> & { numbers?: readonly string[] };

/**
 * Puts entries on file; several of one person are taken together, the last word on each thing counts. With `send` what is new to the province is
 * queued, so that it is on its way or not on file at all. Inside a transaction.
 */
export async function importCases(
  db: Db,
  entries: readonly CaseEntry[],
  at: Instant,
  send?: OutboxTarget,
): Promise<ImportCounts> {
  const when = instant(at);
  const persons = merged(entries);
  const none = () => ({ new: 0, changed: 0, unchanged: 0 });
  const counts: ImportCounts = { persons: none(), cases: none(), benefits: none(), settlements: none() };
  for (const chunk of chunks(persons)) {
    for (const { subject } of chunk)
      await db
        .insertInto('persons')
        .values({ key: subject.key, first_at: when })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    await putParts(db, chunk.map(subjectPart), when, counts.persons);
    const fresh = new Set(await putParts(db, chunk.flatMap(caseParts), when, counts.cases));
    if (send !== undefined) {
      // A re-appraisal is the province's own case: it knows more of it than the city.
      for (const { subject, cases } of chunk)
        for (const item of cases.values())
          if (fresh.has(item.caseNo) && item.kind !== 'reappraisal') await queue(db, send, { subject, item }, when);
    }
    await putParts(db, chunk.flatMap(benefitParts), when, counts.benefits);
  }
  const settlements = persons.flatMap(({ subject, settlements: own }) =>
    [...own.values()].map((evidence) => ({ personKey: subject.key, evidence })),
  );
  const stored = await storeEvidence(db, { run: '', connection: '' }, settlements);
  counts.settlements = { new: stored.new, changed: stored.changed, unchanged: stored.repeated };
  return counts;
}

interface Merged {
  subject: Subject;
  numbers: Set<string>;
  cases: Map<string, AppraisalCase>;
  benefits: Map<string, Benefit>;
  settlements: Map<string, Evidence>;
}

/** One per person: a file may tell of one person in several lines, and telling it again must change nothing. */
function merged(entries: readonly CaseEntry[]): Merged[] {
  const persons = new Map<string, Merged>();
  const caseOwners = new Map<string, Merged>();
  for (const entry of entries) {
    const { subject } = entry;
    const person: Merged = persons.get(subject.key) ?? {
      subject,
      numbers: new Set(),
      cases: new Map(),
      benefits: new Map(),
      settlements: new Map(),
    };
    persons.set(subject.key, person);
    person.subject = subject;
    for (const number of entry.numberKeys) person.numbers.add(number);
    for (const item of entry.cases) {
      const owner = caseOwners.get(item.caseNo);
      if (owner !== person) owner?.cases.delete(item.caseNo);
      caseOwners.set(item.caseNo, person);
      person.cases.set(item.caseNo, item);
    }
    for (const item of entry.benefits) person.benefits.set(item.id, item);
    for (const item of entry.settlements) person.settlements.set(`${item.source.feed}/${item.source.recordId}`, item);
  }
  return [...persons.values()];
}

function subjectPart({ subject, numbers }: Merged): Part {
  const keys = [...numbers].sort();
  const hash = hashOf({ subject, keys });
  return { part: 'subject', name: subject.key, person_key: subject.key, hash, content: seal(subject), numbers: keys };
}

function caseParts({ subject, cases }: Merged): Part[] {
  return [...cases.values()].map((item) => ({
    part: 'case',
    name: item.caseNo,
    person_key: subject.key,
    hash: hashOf({ key: subject.key, case: item }),
    content: seal(item),
  }));
}

function benefitParts({ subject, benefits }: Merged): Part[] {
  return [...benefits.values()].map((item) => ({
    part: 'benefit',
    name: `${subject.key}/${item.id}`,
    person_key: subject.key,
    hash: hashOf(item),
    content: seal(item),
  }));
}

/** Gives the names of those that are new or changed. */
async function putParts(db: Db, parts: readonly Part[], at: string, counts: ImportCounts['persons']): Promise<string[]> {
  const names: string[] = [];
  for (const chunk of chunks(parts)) {
    const part = chunk[0]?.part ?? 'subject';
    const known = await db
      .selectFrom('city_file')
      .select(['name', 'hash'])
      .where('part', '=', part)
      .where('name', 'in', padded(chunk.map((item) => item.name)))
      .where('at', '<=', at)
      .orderBy('at')
      .orderBy('id')
      .execute();
    const newest = new Map(known.map((row) => [row.name, row.hash]));
    const fresh = chunk.filter((item) => newest.get(item.name) !== item.hash);
    counts.unchanged += chunk.length - fresh.length;
    for (const item of fresh) counts[newest.has(item.name) ? 'changed' : 'new'] += 1;
    names.push(...fresh.map(({ name }) => name));
    const rows = fresh.map(({ numbers: _numbers, ...row }) => ({ ...row, at }));
    if (part !== 'subject') await insertAll(db, 'city_file', rows);
    else
      for (const [index, row] of rows.entries()) {
        const { id } = await db.insertInto('city_file').values(row).returning('id').executeTakeFirstOrThrow();
        const numbers = fresh[index]?.numbers ?? [];
        await insertAll(
          db,
          'subject_numbers',
          numbers.map((key) => ({ version: id, number_key: key })),
        );
      }
  }
  return names;
}

// ---- reading ----------------------------------------------------------------------------------------------------------------------------

/** The newest version of each part by `asOf`; the caller restricts it further. */
export function newestParts(db: Db, asOf: string) {
  return db
    .selectFrom('city_file as file')
    .where('file.at', '<=', asOf)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('city_file as newer')
            .select('newer.id')
            .whereRef('newer.part', '=', 'file.part')
            .whereRef('newer.name', '=', 'file.name')
            .where('newer.at', '<=', asOf)
            .where(({ or, and, eb, ref }) =>
              or([
                eb('newer.at', '>', ref('file.at')),
                and([eb('newer.at', '=', ref('file.at')), eb('newer.id', '>', ref('file.id'))]),
              ]),
            ),
        ),
      ),
    );
}

/** Everybody on file at `asOf`, in order of key, read page by page so that others may write meanwhile. */
export async function* subjects(db: Db, asOf: Instant): AsyncGenerator<Subject> {
  const when = instant(asOf);
  let last = '';
  for (;;) {
    const page = await newestParts(db, when)
      .select(['file.name', 'file.content'])
      .where('file.part', '=', 'subject')
      .where('file.name', '>', last)
      .orderBy('file.name')
      .limit(500)
      .execute();
    for (const row of page) yield* readable(row.content);
    const end = page.at(-1);
    if (end === undefined) return;
    last = end.name;
  }
}

/** Nobody can be asked about or compared with a person whose row cannot be read; the others must not wait for that, and judging says who it is. */
export function readable(content: string): Subject[] {
  try {
    const subject = unseal<Subject>(content);
    return Array.isArray(subject.idDocuments) ? [subject] : [];
  } catch {
    return [];
  }
}

/** Keys of everybody on file at `asOf`, in order. */
export async function subjectKeys(db: Db, asOf: Instant): Promise<string[]> {
  const rows = await db
    .selectFrom('city_file')
    .select('name')
    .distinct()
    .where('part', '=', 'subject')
    .where('at', '<=', instant(asOf))
    .orderBy('name')
    .execute();
  return rows.map((row) => row.name);
}

/** One person on file at `asOf`. */
export async function subject(db: Db, key: string, asOf: Instant): Promise<Subject | undefined> {
  const row = await newestParts(db, instant(asOf))
    .select('file.content')
    .where('file.part', '=', 'subject')
    .where('file.name', '=', key)
    .executeTakeFirst();
  return row && unseal<Subject>(row.content);
}

/** Whose case it was at `asOf`. */
export async function subjectOfCase(db: Db, caseNo: string, asOf: Instant): Promise<Subject | undefined> {
  const row = await newestParts(db, instant(asOf))
    .select('file.person_key')
    .where('file.part', '=', 'case')
    .where('file.name', '=', caseNo)
    .executeTakeFirst();
  return row && subject(db, row.person_key, asOf);
}

/** How many persons were on file at `asOf`. */
export async function countSubjects(db: Db, asOf: Instant): Promise<number> {
  const row = await db
    .selectFrom('city_file')
    .select((eb) => eb.fn.count('name').distinct().as('persons'))
    .where('part', '=', 'subject')
    .where('at', '<=', instant(asOf))
    .executeTakeFirstOrThrow();
  return Number(row.persons);
}

/** Key of each number on file at `asOf` → whose it is; where two persons claim one, the one it is the key of, else the smaller key. */
export async function numberKeys(db: Db, asOf: Instant): Promise<Map<string, string>> {
  const rows = await newestParts(db, instant(asOf))
    .innerJoin('subject_numbers as number', 'number.version', 'file.id')
    .select(['number.number_key', 'file.person_key'])
    .where('file.part', '=', 'subject')
    .execute();
  const owners = new Map<string, string>();
  for (const { number_key: number, person_key: person } of rows) {
    const other = owners.get(number);
    if (other === undefined || person === number || (other !== number && person < other)) owners.set(number, person);
  }
  return owners;
}

/** Whose number this is at `asOf`, by the number's key: as `numberKeys` says it. */
export async function subjectOfNumber(db: Db, numberKey: string, asOf: Instant): Promise<Subject | undefined> {
  const rows = await newestParts(db, instant(asOf))
    .innerJoin('subject_numbers as number', 'number.version', 'file.id')
    .select(['file.person_key', 'file.content'])
    .where('number.number_key', '=', numberKey)
    .where('file.part', '=', 'subject')
    .orderBy('file.person_key')
    .execute();
  const row = rows.find(({ person_key: person }) => person === numberKey) ?? rows[0];
  return row === undefined ? undefined : unseal<Subject>(row.content);
}

/** Everything known of one person by `asOf`, but for the state of the feeds; undefined for somebody not on file by then. */
export async function caseFile(db: Db, key: string, asOf: Instant): Promise<Omit<CaseFile, 'feeds'> | undefined> {
  const when = instant(asOf);
  const parts = await newestParts(db, when)
    .select(['file.part', 'file.content'])
    .where('file.person_key', '=', key)
    .orderBy('file.name')
    .execute();
  const of = <T>(part: CityFileTable['part']): T[] =>
    parts.filter((row) => row.part === part).map((row) => unseal<T>(row.content));
  const owner = of<Subject>('subject')[0];
  if (owner === undefined) return undefined;
  const evidence = await evidenceOf(db, key, when);
  return { asOf, subject: owner, cases: of<AppraisalCase>('case'), benefits: of<Benefit>('benefit'), evidence };
}

/** The current version, by an instant, of every record about a person, as answered by then: by agency, feed and record id. */
async function evidenceOf(db: Db, key: string, when: string): Promise<Evidence[]> {
  const versions = await currentVersions(db, key, when);
  return answered(
    db,
    key,
    when,
    versions.map(({ content }) => unseal<Evidence>(content)),
  );
}

/** The same as stored, whatever was answered. */
export async function currentVersions(db: Db, key: string, when: string) {
  const rows = await db
    .selectFrom('records as record')
    .innerJoin('evidence as version', 'version.record', 'record.id')
    .select(['record.id', 'version.received_at as receivedAt', 'version.updated_at as updatedAt', 'version.content'])
    .select(['version.hash', 'version.status'])
    .where('record.person_key', '=', key)
    .where('version.received_at', '<=', when)
    .orderBy('record.agency')
    .orderBy('record.feed')
    .orderBy('record.record_id')
    .orderBy('version.received_at')
    .orderBy('version.id')
    .execute();
  const records = new Map<number, typeof rows>();
  for (const row of rows) {
    const versions = records.get(row.id);
    if (versions === undefined) records.set(row.id, [row]);
    else versions.push(row);
  }
  return [...records.values()].flatMap((versions) => currentOf(versions) ?? []);
}
