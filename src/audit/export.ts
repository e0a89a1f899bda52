import { canonicalJson } from '../crypto/canonical-json.js';
import type { AuditEntry, AuditRecord, AuditSeal } from '../model/index.js';
import { auditCaseNo } from '../store/audit-clean.js';
import type { AuditStore } from '../store/audit-store.js';
import { instant } from '../store/order.js';
import type { AuditEnvironment } from './create.js';
import type { AuditExporter, AuditExtract, AuditExtractAsk, AuditLog } from './log.js';
import { parsed } from './rows.js';

/** What leaves the log: what a person or a case is told of it, and the whole of it to be verified elsewhere. That it leaves is noted first. */

interface Within extends Omit<AuditEnvironment, 'store'>, AuditLog {
  audit: AuditStore;
}

/** Who looked, when and why, in order. */
export async function extract(ask: AuditExtractAsk, within: Within): Promise<AuditExtract[]> {
  const { about } = ask;
  const from = ask.from === undefined ? '' : instant(ask.from);
  const until = ask.until === undefined ? undefined : instant(ask.until);
  const records: AuditRecord[] = [];
  const which = 'caseNo' in about ? { caseNos: [about.caseNo] } : about;
  for await (const record of within.audit.about(which))
    if (record.at >= from && (until === undefined || record.at < until)) records.push(record);
  await within.append({
    ...exportEntry(ask, within),
    ...('caseNo' in about ? { caseNos: [about.caseNo] } : { subjects: [about.personKey] }),
    detail: { records: records.length },
  });
  const mine = new Set(which.caseNos?.map(auditCaseNo));
  return records.map(({ subjects: _subjects, previous: _previous, detail: _detail, caseNos, ...rest }) => {
    const own = caseNos?.filter((caseNo) => mine.has(caseNo)) ?? [];
    return { ...rest, ...(own.length === 0 ? {} : { caseNos: own }) };
  });
}

/** One line a record, in order; then the seals. */
export async function* exportAll(by: AuditExporter, within: Within): AsyncGenerator<string> {
  const { seq } = await within.append({ ...exportEntry(by, within), items: ['whole-chain'] });
  for await (const { content } of within.audit.rows({ through: seq })) if (content !== '') yield `${content}\n`;
  for (const seal of await within.audit.seals()) if (seal.seq <= seq) yield `${canonicalJson({ ...seal })}\n`;
}

function exportEntry({ operator, purpose }: AuditExporter, { organisation }: Within): AuditEntry {
  return { kind: 'audit-export', actor: { organisation, operator }, purpose, result: 'exported' };
}

/** The lines of such an export, apart: records (what cannot be read too) and seals. */
export function readExport(lines: Iterable<string>): { records: unknown[]; seals: AuditSeal[] } {
  const records: unknown[] = [];
  const seals: AuditSeal[] = [];
  for (const line of lines) {
    if (line.trim() === '') continue;
    const value = parsed(line);
    if (isSeal(value)) seals.push(value);
    else records.push(value);
  }
  return { records, seals };
}

function isSeal(value: unknown): value is AuditSeal {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, seq, hash, at, keyId, signature } = value as Partial<Record<string, unknown>>;
  return (
    (kind === 'seal' || kind === 'checkpoint') &&
    typeof seq === 'number' &&
    [hash, at, keyId, signature].every((member) => typeof member === 'string')
  );
}
