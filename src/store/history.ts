import type { Evidence, Instant } from '../model/index.js';
import { newestParts } from './city-file.js';
import { currentOf, instant } from './order.js';
import { unseal } from './person-fields.js';
import type { EvidenceVersion, ImportedPart } from './store.js';
import type { Db } from './tables.js';

/** What was ever told of one person, superseded versions too. */

/** Every version of every record of one person received by an instant, record by record in order of receipt. */
export async function versionsOf(db: Db, personKey: string, asOf: Instant): Promise<EvidenceVersion[]> {
  const when = instant(asOf);
  const rows = await db
    .selectFrom('records as record')
    .innerJoin('evidence as version', 'version.record', 'record.id')
    .select(['record.id', 'version.received_at as receivedAt', 'version.updated_at as updatedAt', 'version.content'])
    .where('record.person_key', '=', personKey)
    .where('version.received_at', '<=', when)
    .orderBy('record.agency')
    .orderBy('record.feed')
    .orderBy('record.record_id')
    .orderBy('version.received_at')
    .orderBy('version.id')
    .execute();
  const records = new Map<number, typeof rows>();
  for (const row of rows) records.set(row.id, [...(records.get(row.id) ?? []), row]);
  return [...records.values()].flatMap((versions) => {
    const current = currentOf(versions);
    return versions.map((row) => ({ evidence: unseal<Evidence>(row.content), isCurrent: row === current }));
  });
}

/** The parts of the city's own file about one person by an instant, and when each was last told; nothing of them is read. */
export async function importsOf(db: Db, personKey: string, asOf: Instant): Promise<ImportedPart[]> {
  const parts = await newestParts(db, instant(asOf))
    .select(['file.part', 'file.name', 'file.at'])
    .where('file.person_key', '=', personKey)
    .orderBy('file.part')
    .orderBy('file.name')
    .execute();
  return parts.map(({ part, name, at }) => ({ part, name: part === 'benefit' ? name.slice(personKey.length + 1) : name, at }));
}

/** Keys of persons about whom something came in a window that can change what the province's re-appraisals make of their cases. */
export async function changedPersons(db: Db, since: Instant, until: Instant): Promise<string[]> {
  const [from, to] = [instant(since), instant(until)];
  const told = db
    .selectFrom('records as record')
    .innerJoin('evidence as version', 'version.record', 'record.id')
    .select('record.person_key as key')
    .where('record.kind', '=', 'appraisal')
    .where('version.received_at', '>', from)
    .where('version.received_at', '<=', to);
  const imported = db.selectFrom('city_file').select('person_key as key').where('at', '>', from).where('at', '<=', to);
  const answered = db.selectFrom('link_answers').select('person_key as key').where('at', '>', from).where('at', '<=', to);
  const rows = await told.union(imported).union(answered).execute();
  return [...new Set(rows.map((row) => row.key))].sort();
}
