import { compareNames, isSameNumber, type PrivateUseTable } from '../identity/index.js';
import type { AppraisalCase, CaseFile, Conclusion, DossierRequest } from '../model/index.js';
import { cityConclusion } from './assemble.js';
import type { Gate } from './problems.js';

/**
 * The gates about the person and the case. Whichever says no, the caller is told one and the same; all of them are asked before any answer, so that
 * the answer's time tells no more than its bytes.
 */
export interface CaseGates {
  /** The first that says no. */
  closed?: { gate: Gate; fault: string };
  found?: { item: AppraisalCase; conclusion: Conclusion };
}

/** May it be told about this person? The number is the file's already; a name that is cut, or not readable, does not pass. */
export function isNamed(file: CaseFile, name: string, privateUse: PrivateUseTable | undefined): boolean {
  const { result, reason } = compareNames({ name }, file.subject, privateUse === undefined ? {} : { privateUse });
  return result === 'same' && reason !== 'truncated-at-20';
}

export function caseGates(
  file: CaseFile | undefined,
  ask: Pick<DossierRequest, 'conclusionNo' | 'subject'>,
  privateUse: PrivateUseTable | undefined,
): CaseGates {
  const named = file !== undefined && isNamed(file, ask.subject.name, privateUse);
  const found = file === undefined ? undefined : cityConclusion(file, ask.conclusionNo);
  const delivered = found !== undefined && isDelivered(found.item, found.conclusion);
  const known = found === undefined ? {} : { found };
  if (file === undefined) return { closed: { gate: 'subject', fault: 'not-on-file' } };
  if (!named) return { ...known, closed: { gate: 'name', fault: 'name-differs' } };
  if (found === undefined) return { closed: { gate: 'conclusion', fault: 'conclusion-unknown' } };
  if (!delivered) return { ...known, closed: { gate: 'delivery', fault: 'conclusion-not-delivered' } };
  return known;
}

/** Any party was sent or has received it, or the case or the conclusion is beyond that. */
function isDelivered(item: AppraisalCase, conclusion: Conclusion): boolean {
  return (
    item.deliveries.some(({ sentOn, receivedOn }) => sentOn !== undefined || receivedOn !== undefined) ||
    ['delivered', 'effective', 'challenged'].includes(item.state) ||
    ['effective', 'challenged'].includes(conclusion.status)
  );
}

/** `unverified`: the city knows no number of the province for this case, so that none can be held against it. */
export function provincialNumber(
  file: CaseFile,
  { item, conclusion }: { item: AppraisalCase; conclusion: Conclusion },
  asked: string,
): 'known' | 'other' | 'unverified' {
  const numbers = [
    item.provincialNo,
    ...file.cases
      .filter(({ kind, priorCaseNo }) => kind === 'reappraisal' && priorCaseNo === item.caseNo)
      .map(({ provincialNo }) => provincialNo),
    ...file.evidence.map((record) =>
      record.kind === 'appraisal' &&
      record.status === 'current' &&
      (record.caseNo === item.caseNo || isSameNumber(record.conclusion?.no, conclusion.no))
        ? record.provincialNo
        : undefined,
    ),
  ].filter((no) => no !== undefined && no.trim() !== '');
  if (numbers.length === 0) return 'unverified';
  return numbers.some((no) => isSameNumber(no, asked)) ? 'known' : 'other';
}
