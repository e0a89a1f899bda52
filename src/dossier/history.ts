import { isSameNumber } from '../identity/index.js';
import {
  type AppraisalCase,
  type AppraisalEvidence,
  type AppraisalHistoryEntry,
  type CaseFile,
  type Conclusion,
  dayInterval,
  type PartialDate,
} from '../model/index.js';

/**
 * The appraisals of one person: the city's own cases, and what the province's records say of others. Only records tied by the number itself count, for
 * any other may be another person's.
 */
export function appraisalsOf(file: Pick<CaseFile, 'cases' | 'evidence'>): AppraisalHistoryEntry[] {
  return merged(file.cases, recordsOf(file));
}

/**
 * Those before a case: what it goes back to (`priorCaseNo`), and every other that did not certainly come later. What came out of the case itself, and the
 * re-appraisal under `provincialNo`, are not prior to it.
 */
export function priorAppraisals(
  file: Pick<CaseFile, 'cases' | 'evidence'>,
  item: AppraisalCase,
  conclusion: Conclusion,
  provincialNo: string,
): AppraisalHistoryEntry[] {
  const before = chainOf(file.cases, item);
  const cases = file.cases.filter(
    (other) =>
      other.caseNo !== item.caseNo &&
      !isSameNumber(other.provincialNo, provincialNo) &&
      (before.has(other.caseNo) || (!chainOf(file.cases, other).has(item.caseNo) && !isLater(other.receivedOn, item.receivedOn))),
  );
  const kept = new Set(cases.map(({ caseNo }) => caseNo));
  const records = recordsOf(file).filter(
    (record) =>
      !isSameNumber(record.provincialNo, provincialNo) &&
      (kept.has(record.caseNo) || !file.cases.some(({ caseNo }) => caseNo === record.caseNo)) &&
      (kept.has(record.caseNo) || record.conclusion === undefined || !isLater(record.conclusion.on, conclusion.on)),
  );
  return merged(cases, records);
}

/** The numbers of the cases that one goes back to, however far; a loop ends where it would repeat. */
export function chainOf(cases: readonly AppraisalCase[], item: AppraisalCase): Set<string> {
  const chain = new Set<string>();
  for (let no = item.priorCaseNo; no !== undefined && no !== item.caseNo && !chain.has(no); ) {
    const found: AppraisalCase | undefined = cases.find(({ caseNo }) => caseNo === no);
    if (found === undefined) break;
    chain.add(no);
    no = found.priorCaseNo;
  }
  return chain;
}

function recordsOf({ evidence }: Pick<CaseFile, 'evidence'>): AppraisalEvidence[] {
  return evidence.filter(
    (record): record is AppraisalEvidence =>
      record.kind === 'appraisal' && record.status === 'current' && ['exact', 'upgraded'].includes(record.link?.level ?? ''),
  );
}

function merged(cases: readonly AppraisalCase[], records: readonly AppraisalEvidence[]): AppraisalHistoryEntry[] {
  const entries = new Map<string, AppraisalHistoryEntry>();
  for (const { caseNo, provincialNo, kind, state, receivedOn, recognition, conclusions } of cases)
    entries.set(caseNo, {
      caseNo,
      ...(provincialNo === undefined ? {} : { provincialNo }),
      kind,
      state,
      receivedOn,
      ...(recognition === undefined ? {} : { recognitionNo: recognition.no }),
      conclusions: conclusions.map(told),
    });
  for (const { caseNo, provincialNo, caseKind, state, recognitionNo, conclusion } of records) {
    const entry = entries.get(caseNo);
    if (entry === undefined) {
      entries.set(caseNo, {
        caseNo,
        ...(provincialNo === undefined ? {} : { provincialNo }),
        kind: caseKind,
        state,
        ...(recognitionNo === undefined ? {} : { recognitionNo }),
        conclusions: conclusion === undefined ? [] : [told(conclusion)],
      });
    } else if (
      conclusion !== undefined &&
      !entry.conclusions.some(({ no, level }) => level === conclusion.level && isSameNumber(no, conclusion.no))
    ) {
      entry.conclusions.push(told(conclusion));
    }
  }
  return [...entries.values()].sort((a, b) => compare(a.receivedOn ?? '', b.receivedOn ?? '') || compare(a.caseNo, b.caseNo));
}

function told({ no, on, level, grade, care, status }: Conclusion): AppraisalHistoryEntry['conclusions'][number] {
  return {
    no,
    on,
    level,
    ...(grade === undefined ? {} : { grade }),
    ...(care === undefined ? {} : { care }),
    status,
  };
}

function isLater(a: PartialDate, b: PartialDate): boolean {
  const [first, second] = [dayInterval(a), dayInterval(b)];
  return first !== undefined && second !== undefined && first.lo > second.hi;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
