import type { AuditRow } from '../store/audit-store.js';
import type { Faults } from './faults.js';

/**
 * The rows of a store as records, and what of a row the chain does not hold: that the index of persons and cases, by which records are found, says the
 * same as the record. Who only takes a person out of the index hides from that person who looked.
 */
export async function* rowsOf(rows: AsyncIterable<AuditRow>, faults: Faults): AsyncGenerator<unknown> {
  for await (const row of rows) {
    if (row.content === '' && row.kind === '') {
      faults.add('inserted', row.seq, {
        zh: `人员与案件索引中有第 ${row.seq} 条，而日志中没有`,
        en: `the index of persons and cases has record ${row.seq}, and the log has not`,
      });
      continue;
    }
    const record = parsed(row.content);
    if (!isIndexed(record, row))
      faults.changed(row.seq, {
        zh: `第 ${row.seq} 条记录与其人员、案件或类别索引不符`,
        en: `record ${row.seq} is not indexed as it says: persons, cases or kind`,
      });
    yield record;
  }
}

export function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

function isIndexed(record: unknown, row: AuditRow): boolean {
  if (typeof record !== 'object' || record === null) return true;
  const { seq, kind, subjects, caseNos } = record as Partial<Record<string, unknown>>;
  return seq !== row.seq || (kind === row.kind && isSame(subjects, row.subjects) && isSame(caseNos, row.caseNos));
}

function isSame(said: unknown, indexed: readonly string[]): boolean {
  if (said === undefined) return indexed.length === 0;
  if (!Array.isArray(said)) return false;
  if (said.length === 1) return indexed.length === 1 && said[0] === indexed[0];
  const once = [...new Set(said)].sort();
  return once.length === indexed.length && once.every((value, index) => value === indexed[index]);
}
