import { YilianError } from '../errors.js';
import type { AuditEntry, AuditHead, AuditRecord, AuditSeal, Instant } from '../model/index.js';
import { beforeFirst, canonicalText, chained } from './audit-chain.js';
import { auditCaseNo, cleanEntry } from './audit-clean.js';
import type { AuditRow, AuditStore } from './audit-store.js';
import { chunks, insertAll, padded } from './batches.js';
import { instant } from './order.js';
import type { AuditRecordTable, AuditSealTable, Db } from './tables.js';

/** The rows of the audit log. Whatever adds to the chain reads its end in the same immediate transaction. */

/** Adds entries at the end. Inside a transaction. */
export async function appendAudit(db: Db, entries: readonly AuditEntry[], at: Instant): Promise<AuditRecord[]> {
  if (entries.length === 0) return [];
  const when = instant(at);
  let last = (await head(db)) ?? beforeFirst;
  const records = entries.map((entry) => {
    const record = chained(cleanEntry(entry), last, when);
    last = record;
    return record;
  });
  await insertAll(
    db,
    'audit_records',
    records.map((record) => ({ seq: record.seq, kind: record.kind, content: canonicalText(record) })),
  );
  await insertAll(
    db,
    'audit_subjects',
    records.flatMap(({ seq, subjects }) => [...new Set(subjects)].map((key) => ({ person_key: key, seq }))),
  );
  await insertAll(
    db,
    'audit_cases',
    records.flatMap(({ seq, caseNos }) => [...new Set(caseNos)].map((caseNo) => ({ case_no: caseNo, seq }))),
  );
  return records;
}

/** What takes a transaction back that did all it should. */
class TakenBack extends Error {}

/** `write` runs an action in one immediate transaction. */
export async function probe(
  write: (action: (db: Db) => Promise<never>) => Promise<never>,
  entry: AuditEntry,
  at: Instant,
): Promise<void> {
  try {
    await write(async (db) => {
      await appendAudit(db, [entry], at);
      throw new TakenBack();
    });
  } catch (error) {
    if (!(error instanceof TakenBack)) throw error;
  }
}

/** Inside a transaction. */
export async function appendAfter(db: Db, ...[kind, entryOf, at]: Parameters<AuditStore['appendAfter']>) {
  const entry = entryOf(await last(db, kind));
  return entry === undefined ? undefined : (await appendAudit(db, [entry], at))[0];
}

export async function head(db: Db): Promise<AuditHead | undefined> {
  const row = await db.selectFrom('audit_records').selectAll().orderBy('seq', 'desc').limit(1).executeTakeFirst();
  if (row !== undefined) {
    const { hash } = read(row) ?? {};
    // To write on behind it would make two chains of one.
    if (typeof hash !== 'string') throw damaged(row.seq);
    return { seq: row.seq, hash };
  }
  const checkpoint = await db
    .selectFrom('audit_seals')
    .select(['seq', 'hash'])
    .where('kind', '=', 'checkpoint')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return checkpoint;
}

export async function last(db: Db, kind: AuditEntry['kind']): Promise<AuditRecord | undefined> {
  const row = await db
    .selectFrom('audit_records')
    .selectAll()
    .where('kind', '=', kind)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && read(row);
}

function read(row: Pick<AuditRecordTable, 'content'>): AuditRecord | undefined {
  try {
    return JSON.parse(row.content) as AuditRecord;
  } catch {
    return undefined;
  }
}

function damaged(seq: number): YilianError {
  return new YilianError('ERR_AUDIT', {
    zh: `审计日志的末条记录（${seq}）无法读取：请运行 yilian audit verify`,
    en: `the last record of the audit log (${seq}) cannot be read: run yilian audit verify`,
  });
}

const page = 1000;

export async function* rows(
  db: Db,
  { after = -1, through = Number.MAX_SAFE_INTEGER }: { after?: number; through?: number } = {},
): AsyncGenerator<AuditRow> {
  for (let from = after; ; ) {
    const found = await db
      .selectFrom('audit_records')
      .selectAll()
      .where('seq', '>', from)
      .where('seq', '<=', through)
      .orderBy('seq')
      .limit(page)
      .execute();
    // Of the last page everything behind it too: an index may name a record that is not there.
    const until = found.length < page ? through : (found.at(-1)?.seq ?? through);
    const within = { from, until };
    const subjects = grouped(await indexed(db, 'audit_subjects', 'person_key', within));
    const cases = grouped(await indexed(db, 'audit_cases', 'case_no', within));
    for (const row of found) {
      yield { ...row, subjects: subjects.get(row.seq) ?? [], caseNos: cases.get(row.seq) ?? [] };
      subjects.delete(row.seq);
      cases.delete(row.seq);
    }
    for (const seq of new Set([...subjects.keys(), ...cases.keys()]))
      yield { seq, kind: '', content: '', subjects: subjects.get(seq) ?? [], caseNos: cases.get(seq) ?? [] };
    if (found.length < page) return;
    from = until;
  }
}

async function indexed(
  db: Db,
  table: 'audit_subjects' | 'audit_cases',
  column: 'person_key' | 'case_no',
  { from, until }: { from: number; until: number },
): Promise<{ seq: number; value: string }[]> {
  const found = await db
    .selectFrom(table as 'audit_subjects')
    .select(['seq', `${column as 'person_key'} as value`])
    .where('seq', '>', from)
    .where('seq', '<=', until)
    .orderBy('seq')
    .execute();
  return found;
}

function grouped(found: readonly { seq: number; value: string }[]): Map<number, string[]> {
  const groups = new Map<number, string[]>();
  for (const { seq, value } of found) {
    const group = groups.get(seq);
    if (group === undefined) groups.set(seq, [value]);
    else group.push(value);
  }
  for (const group of groups.values()) group.sort();
  return groups;
}

export async function* about(
  db: Db,
  { personKey, caseNos = [] }: { personKey?: string; caseNos?: readonly string[] },
): AsyncGenerator<AuditRecord> {
  const places = new Set<number>();
  if (personKey !== undefined)
    for (const { seq } of await db.selectFrom('audit_subjects').select('seq').where('person_key', '=', personKey).execute())
      places.add(seq);
  for (const chunk of chunks(caseNos))
    for (const { seq } of await db
      .selectFrom('audit_cases')
      .select('seq')
      .where('case_no', 'in', padded(chunk.map(auditCaseNo)))
      .execute())
      places.add(seq);
  for (const chunk of chunks([...places].sort((a, b) => a - b))) {
    const found = await db
      .selectFrom('audit_records')
      .select('content')
      .where('seq', 'in', padded(chunk))
      .orderBy('seq')
      .execute();
    for (const row of found) {
      const record = read(row);
      if (record !== undefined) yield record;
    }
  }
}

export async function seals(db: Db): Promise<AuditSeal[]> {
  const found = await db.selectFrom('audit_seals').selectAll().orderBy('seq').orderBy('kind').orderBy('key_id').execute();
  return found.map(({ key_id: keyId, ...seal }) => ({ ...seal, keyId }));
}

/** Told twice it is kept once. */
export async function putSeal(db: Db, seal: AuditSeal): Promise<void> {
  await db
    .insertInto('audit_seals')
    .values(sealRow(seal))
    .onConflict((conflict) => conflict.columns(['kind', 'seq', 'key_id']).doNothing())
    .execute();
}

function sealRow({ keyId, ...seal }: AuditSeal): AuditSealTable {
  return { ...seal, key_id: keyId };
}

/** Inside a transaction. */
export async function prune(db: Db, checkpoint: AuditSeal, entry: AuditEntry, at: Instant): Promise<number> {
  const { seq } = checkpoint;
  const removed = await db.deleteFrom('audit_records').where('seq', '<=', seq).executeTakeFirst();
  const count = Number(removed.numDeletedRows);
  if (count === 0) return 0;
  await db.deleteFrom('audit_subjects').where('seq', '<=', seq).execute();
  await db.deleteFrom('audit_cases').where('seq', '<=', seq).execute();
  await db.deleteFrom('audit_seals').where('seq', '<=', seq).execute();
  await putSeal(db, checkpoint);
  await appendAudit(db, [entry], at);
  return count;
}
