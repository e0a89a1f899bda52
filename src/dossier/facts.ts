import { canonicalJson } from '../crypto/canonical-json.js';
import type {
  AppraisalCase,
  CaseFile,
  Conclusion,
  Diagnosis,
  DossierFinding,
  DossierItemKind,
  FindingRecord,
} from '../model/index.js';
import { redact } from '../redact.js';
import { type Fields, keepFields } from './fields.js';
import { priorAppraisals } from './history.js';

/** The facts of the city's own file that stand in a dossier as generated documents: canonical JSON of `{ kind, caseNo, facts }`. */

export interface FactsAsk {
  file: CaseFile;
  item: AppraisalCase;
  conclusion: Conclusion;
  provincialNo: string;
  findings: readonly FindingRecord[];
}

/** Undefined where the case has nothing of this kind; an empty list is an answer: there is none. */
const gathered: Readonly<Record<DossierItemKind, (ask: FactsAsk) => readonly object[] | undefined>> = {
  'id-document': () => undefined,
  application: () => undefined,
  'recognition-decision': ({ item: { recognition } }) =>
    recognition && [{ ...recognition, diagnoses: recognition.diagnoses.map(plain) }],
  'medical-records': ({ item: { recognition } }) =>
    recognition === undefined || recognition.diagnoses.length + recognition.parts.length === 0
      ? undefined
      : [{ diagnoses: recognition.diagnoses.map(plain), parts: recognition.parts }],
  'exam-reports': () => undefined,
  'review-form': ({ item: { panel } }) => panel && [panel],
  'exam-identity-check': ({ item: { exams } }) => someOf(exams),
  conclusion: ({ item, conclusion }) =>
    [conclusion, ...item.conclusions.filter((other) => other !== conclusion && other.level === 'city')].map((each) => ({
      ...each,
      status: standing(each.status),
    })),
  deliveries: ({ item: { deliveries } }) => someOf(deliveries),
  'prior-appraisals': ({ file, item, conclusion, provincialNo }) => priorAppraisals(file, item, conclusion, provincialNo),
  'open-findings': ({ file, findings }) => openFindings(file, findings),
};

/** The bytes of a kind's facts with the allowed fields alone; `none` where the case has none, `not-allowed` where none of their fields is allowed. */
export function factsDocument(kind: DossierItemKind, ask: FactsAsk, fields: Fields): Uint8Array | 'none' | 'not-allowed' {
  const facts = gathered[kind](ask);
  if (facts === undefined) return 'none';
  if (Object.keys(fields).length === 0) return 'not-allowed';
  const kept = facts.map((fact) => keepFields(fact, fields));
  return Buffer.from(canonicalJson(wellFormed({ kind, caseNo: ask.item.caseNo, facts: kept })), 'utf8');
}

/**
 * Half a surrogate pair, which has no UTF-8, becomes U+FFFD: a slip in one text of the city's file must not keep a whole dossier from being made.
 */
export function wellFormed<T>(value: T): T {
  // JSON writes half a pair as an escape, which is quickly looked for; nearly never is there one.
  return /\\ud[89a-f]/.test(JSON.stringify(value)) ? mended(value) : value;
}

function mended<T>(value: T): T {
  if (typeof value === 'string') return value.replace(/\p{Surrogate}/gu, '\ufffd') as T;
  if (Array.isArray(value)) return value.map(mended) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mended(item)])) as T;
}

/** Free text: a number that somebody wrote into it is not told. */
function plain({ icd10, text }: Diagnosis): Diagnosis {
  return { ...(icd10 === undefined ? {} : { icd10 }), text: redact(text) };
}

function someOf<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

/**
 * Issued, effective and challenged are one in a dossier: which of them holds follows from deliveries and from the province's own doing, and if it were
 * told, the province's request would itself make the next version.
 */
function standing(status: Conclusion['status']): 'stands' | 'superseded' | 'corrected' | 'revoked' {
  return status === 'superseded' || status === 'corrected' || status === 'revoked' ? status : 'stands';
}

/** What nobody has settled: open ones, those being verified, and those confirmed. Held ones were never opened. */
const openStates: readonly string[] = ['open', 'verifying', 'confirmed'];

function openFindings(file: CaseFile, records: readonly FindingRecord[]): DossierFinding[] {
  return records
    .filter(({ state, finding }) => openStates.includes(state) && finding.subject.key === file.subject.key)
    .map(({ finding: { id, rule, severity, title }, state, firstSeenAt }) => ({
      id,
      rule,
      severity,
      title,
      state,
      firstSeenAt,
    }))
    .sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
