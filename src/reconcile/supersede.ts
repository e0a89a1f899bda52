import {
  type AppraisalCase,
  type AppraisalEvidence,
  type CaseFile,
  type CaseState,
  type Conclusion,
  type DayInterval,
  dayOfInstant,
  type Evidence,
  type Source,
} from '../model/index.js';
import { isOpen, isStopped, lastOf } from './cases.js';
import { compareTexts, currentEvidence } from './current.js';
import { interval, isBefore } from './dates.js';
import { isSameNumber } from './document-numbers.js';

/**
 * What the province's re-appraisal (再次鉴定) makes of the city's cases: order 55 article 19, the province's conclusion is final.
 *
 * An opened re-appraisal makes the conclusion and its case `challenged`. A provincial conclusion that is not revoked makes the city's it answers
 * `superseded`, stands among the conclusions of the case and of the city's own case of that re-appraisal, and the case is `effective`. Everything
 * laid over names the record that says it (`accordingTo`). The records speak only as long as they stand: a retraction, a revocation or an answer
 * that a record is about somebody else takes all of it away, and as of an instant only what had been received by then speaks.
 *
 * Nothing is overwritten: the city's own file stays as it was told, and where it says the same the city's word is kept. Pure; the file itself
 * comes back where nothing is to be laid over, and laying over twice is laying over once.
 */
export function withReappraisals<F extends Omit<CaseFile, 'feeds'>>(file: F): F {
  // Most persons have none: nothing is sorted or copied for them.
  if (!file.evidence.some(isReappraisal)) return file;
  const records = currentEvidence({ ...file, evidence: file.evidence.filter(isReappraisal), feeds: [] })
    .flatMap(({ record, certain }) => (certain && record.status === 'current' && record.kind === 'appraisal' ? [record] : []))
    .sort(newestFirst);
  let { cases } = file;
  for (const record of records) if (isAnswer(record)) cases = answered(cases, record, record.conclusion);
  // An opening that was answered finds nothing left to challenge.
  for (const record of records) if (isOpening(record)) cases = opened(cases, record);
  return cases.every((item, index) => item === file.cases[index]) ? file : { ...file, cases };
}

/** The conclusions that the city's own file tells. */
export function ownConclusions({ conclusions }: Pick<AppraisalCase, 'conclusions'>): readonly Conclusion[] {
  return conclusions.some(isLaidOver) ? conclusions.filter((conclusion) => !isLaidOver(conclusion)) : conclusions;
}

/** Is it the province's word alone? A conclusion of the city's whose status follows from the province is still the city's. */
export function isLaidOver({ level, accordingTo }: Conclusion): boolean {
  return level === 'province' && accordingTo !== undefined;
}

function isReappraisal(record: Evidence): record is AppraisalEvidence {
  return record.kind === 'appraisal' && record.caseKind === 'reappraisal';
}

type Answer = AppraisalEvidence & { conclusion: Conclusion };

/** Revoked, or stopped although it holds a conclusion: then nobody may rest on it. One that was corrected has still taken the city's place. */
function isAnswer(record: AppraisalEvidence): record is Answer {
  const { conclusion, state } = record;
  return (
    conclusion !== undefined &&
    conclusion.level === 'province' &&
    conclusion.status !== 'revoked' &&
    state !== 'revoked' &&
    !isStopped(record)
  );
}

function isOpening(record: AppraisalEvidence): boolean {
  return !isAnswer(record) && (isOpen(record) || record.state === 'challenged');
}

/** One conclusion that comes under two record ids is the newer record's. */
function newestFirst(a: AppraisalEvidence, b: AppraisalEvidence): number {
  const at = ({ source }: AppraisalEvidence): number => Date.parse(source.updatedAt ?? source.receivedAt);
  return at(b) - at(a) || compareTexts(a.source.recordId, b.source.recordId);
}

// ---- which cases a record speaks of --------------------------------------------------------------------------------------------------------

interface Named {
  /** The case whose conclusion is challenged. */
  readonly challenged?: AppraisalCase | undefined;
  /** The city's own case of the re-appraisal, where it keeps one. */
  readonly own?: AppraisalCase | undefined;
}

/**
 * By the case number, else by the province's number, as `province-differs` compares; a re-appraisal the city keeps a case of leads on to its prior
 * case. Else by the recognition number: of the cases of that injury the one with the last conclusion of the city by that day.
 */
function namedBy(record: AppraisalEvidence, cases: readonly AppraisalCase[], by: DayInterval | undefined): Named {
  const named =
    cases.find(({ caseNo }) => caseNo === record.caseNo) ??
    cases.find(({ provincialNo }) => provincialNo !== undefined && provincialNo === record.provincialNo);
  if (named?.kind === 'reappraisal') {
    return { own: named, challenged: cases.find(({ caseNo }) => caseNo === named.priorCaseNo) };
  }
  const challenged = named ?? byRecognition(record, cases, by);
  if (challenged === undefined) return {};
  const kept = cases.filter(({ kind, priorCaseNo }) => kind === 'reappraisal' && priorCaseNo === challenged.caseNo);
  const own = kept.find(({ provincialNo }) => provincialNo !== undefined && provincialNo === record.provincialNo);
  return { challenged, own: own ?? (kept.length === 1 ? kept[0] : undefined) };
}

function byRecognition(
  { recognitionNo }: AppraisalEvidence,
  cases: readonly AppraisalCase[],
  by: DayInterval | undefined,
): AppraisalCase | undefined {
  const made = cases
    .filter(({ kind, recognition }) => kind !== 'reappraisal' && isSameNumber(recognition?.no, recognitionNo))
    .flatMap((item) => inQuestion(item, by).map((conclusion) => ({ item, conclusion })));
  const last = lastOf(made.map(({ conclusion }) => conclusion));
  const found = new Set(made.filter(({ conclusion }) => last.includes(conclusion)).map(({ item }) => item));
  // Two cases, and nobody can say which was the last: nothing is guessed.
  return found.size === 1 ? [...found][0] : undefined;
}

/** The city's conclusions that a re-appraisal of that day can be about: not those certainly made after it. */
function inQuestion({ conclusions }: AppraisalCase, by: DayInterval | undefined): Conclusion[] {
  return conclusions.filter(({ level, on }) => {
    const day = interval(on);
    return level === 'city' && !(by !== undefined && day !== undefined && isBefore(by, day) === 'yes');
  });
}

// ---- laying over ---------------------------------------------------------------------------------------------------------------------------

type Cases = AppraisalCase[];

function answered(cases: Cases, record: Answer, conclusion: Conclusion): Cases {
  const by = interval(conclusion.on);
  const { challenged, own } = namedBy(record, cases, by);
  const { source } = record;
  const told: Conclusion = { ...conclusion, accordingTo: source };
  return cases.map((item) => {
    if (item === own) return concluded(item, told, openOrLive, source);
    // Where the city's own file has no conclusion yet there is nothing that could be answered.
    if (item !== challenged || inQuestion(item, by).length === 0) return item;
    const ended = new Set(inQuestion(item, by).filter(({ status }) => live.has(status)));
    const conclusions = item.conclusions.map(
      (one): Conclusion => (ended.has(one) ? { ...one, status: 'superseded', accordingTo: source } : one),
    );
    return concluded({ ...item, conclusions }, told, liveStates, source);
  });
}

function opened(cases: Cases, record: AppraisalEvidence): Cases {
  const { source } = record;
  const day = dayOfInstant(source.updatedAt ?? source.receivedAt);
  const by = { lo: day, hi: day };
  const { challenged } = namedBy(record, cases, by);
  if (challenged === undefined) return cases;
  const asked = new Set(inQuestion(challenged, by).filter(({ status }) => status === 'issued' || status === 'effective'));
  if (asked.size === 0) return cases;
  return cases.map((item) => {
    if (item !== challenged) return item;
    const conclusions = item.conclusions.map(
      (one): Conclusion => (asked.has(one) ? { ...one, status: 'challenged', accordingTo: source } : one),
    );
    return followed({ ...item, conclusions }, 'challenged', liveStates, source);
  });
}

const live: ReadonlySet<Conclusion['status']> = new Set(['issued', 'effective', 'challenged']);

/** States after a conclusion in which the case goes on. What was revoked, corrected, stopped or ended by death the province does not revive. */
const liveStates = ({ state }: AppraisalCase): boolean => ['concluded', 'delivered', 'effective', 'challenged'].includes(state);
const openOrLive = (item: AppraisalCase): boolean => isOpen(item) || liveStates(item);

/** The case with a provincial conclusion, which the city may have on file already: then its own word stays. The province's is final: effective. */
function concluded(item: AppraisalCase, told: Conclusion, may: (item: AppraisalCase) => boolean, source: Source): AppraisalCase {
  const isKnown = item.conclusions.some(({ level, no }) => level === 'province' && isSameNumber(no, told.no));
  const conclusions = isKnown ? item.conclusions : [...item.conclusions, told];
  return followed({ ...item, conclusions }, 'effective', may, source);
}

function followed(item: AppraisalCase, state: CaseState, may: (item: AppraisalCase) => boolean, source: Source): AppraisalCase {
  return item.state === state || !may(item) ? item : { ...item, state, accordingTo: source };
}
