import type { DossierItemKind } from '../model/index.js';

/**
 * What of the city's file may leave it, by kind of item: the fields of the generated documents, of a scan's description in the checklist and of
 * the manifest's subject. A field that is not here is not in any dossier. PIPL articles 6 and 28: the least that the purpose needs.
 *
 * What is left out everywhere: telephone, address, household registration and former names of the person; name and number of the employer (a sole
 * trader's is a person's name); tracking numbers (they open the courier's page with the address); the place of an exam (of a home exam it
 * is the address); explanations and claims of findings and everything other agencies said (spouses, bearers of a number used twice, causes of death).
 */
export type Fields = { readonly [field: string]: true | Fields };

/** `known: false` tells that the code is as received and not understood. */
const coded: Fields = { code: true, system: true, known: true };
const stay: Fields = { hospital: true, admittedOn: true, dischargedOn: true, recordNo: true };
const conclusion: Fields = {
  no: true,
  on: true,
  level: true,
  grade: true,
  care: true,
  standard: true,
  clauses: true,
  status: true,
};

/** Field names at the first level are what `PartnerScope.fields` may name. */
export const dossierFields: Readonly<Record<DossierItemKind, Fields>> = {
  /** Of the manifest's subject. The number is what both sides know the person by. */
  'id-document': { type: true, number: true },
  application: {},
  /** What was recognised as the injury is what may be appraised (order 55 article 8). */
  'recognition-decision': {
    no: true,
    result: coded,
    accidentOn: true,
    decidedOn: true,
    parts: coded,
    diagnoses: { icd10: true, text: true },
    injuryDegree: coded,
    occupationalDisease: true,
  },
  /** Of the scans: which stay each is about. The diagnoses say what to look for in them. */
  'medical-records': { ...stay, diagnoses: { icd10: true, text: true }, parts: coded },
  'exam-reports': stay,
  /** Experts as a number; the case has no names of them. */
  'review-form': { size: true, drawnOn: true, signedOn: true },
  'exam-identity-check': { on: true, mode: true, identityCheck: true },
  conclusion,
  /** Each party's 15 days run from its own receipt. */
  deliveries: { to: true, sentOn: true, receivedOn: true },
  /** For the province's own check of doubles. */
  'prior-appraisals': {
    caseNo: true,
    provincialNo: true,
    kind: true,
    state: true,
    receivedOn: true,
    recognitionNo: true,
    conclusions: { no: true, on: true, level: true, grade: true, care: true, status: true },
  },
  'open-findings': { id: true, rule: true, severity: true, title: { zh: true, en: true }, state: true, firstSeenAt: true },
};

/** The kinds in the order of the checklist. */
export const dossierItemKinds = Object.keys(dossierFields) as DossierItemKind[];

/** The fields of a kind that a partner may have; names that the table does not have count for nothing. */
export function fieldsFor(kind: DossierItemKind, allowed: readonly string[] | undefined): Fields {
  const all = dossierFields[kind];
  return allowed === undefined ? all : Object.fromEntries(Object.entries(all).filter(([field]) => allowed.includes(field)));
}

/**
 * A copy with the allowed fields alone. Under a field without fields of its own texts, numbers and booleans pass, and lists of them; an object that
 * stands where a text is expected does not.
 */
export function keepFields(value: unknown, fields: true | Fields): unknown {
  if (Array.isArray(value)) return value.map((item) => keepFields(item, fields)).filter((item) => item !== undefined);
  if (fields === true) return ['string', 'number', 'boolean'].includes(typeof value) ? value : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  const kept: Record<string, unknown> = {};
  for (const [field, inner] of Object.entries(fields)) {
    if (!Object.hasOwn(value, field)) continue;
    const item = keepFields((value as Record<string, unknown>)[field], inner);
    if (item !== undefined) kept[field] = item;
  }
  return kept;
}
