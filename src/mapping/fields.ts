import type { EvidenceKind } from '../model/index.js';

/**
 * The model fields a mapping can fill, per kind of evidence: what each holds, whether it must be there, and what stands for "not known".
 *
 * Written by hand because a mapping needs more than a schema says (which union member means "not known", which empty value is honest);
 * a test proves it equal to the published JSON Schemas.
 */
export interface ModelField {
  readonly holds: 'text' | 'texts' | 'date' | 'instant' | 'money' | 'boolean' | 'union' | 'coded' | 'diagnoses';
  /** Of the record, or of its optional part (`cancellation`, `conclusion`) once that is there. */
  readonly required: boolean;
  /** Members of a union; codes a known `Coded` may take, where the model limits them. */
  readonly values?: readonly (string | number)[];
  /** The member that says "not known": used for an unknown code, which is reported. */
  readonly unknown?: string;
  /** A required field that may be declared absent, because the model has an honest empty value for it. */
  readonly absentable?: boolean;
}

const text: ModelField = { holds: 'text', required: false };
const textNeeded: ModelField = { holds: 'text', required: true };
const date: ModelField = { holds: 'date', required: false };
const dateNeeded: ModelField = { holds: 'date', required: true };
const flag: ModelField = { holds: 'boolean', required: false };
const flagNeeded: ModelField = { holds: 'boolean', required: true };
const moneyNeeded: ModelField = { holds: 'money', required: true };
const coded: ModelField = { holds: 'coded', required: false };
const diagnoses: ModelField = { holds: 'diagnoses', required: false };
const diagnosesNeeded: ModelField = { holds: 'diagnoses', required: true, absentable: true };
const union = (values: readonly (string | number)[], unknown?: string): ModelField => ({
  holds: 'union',
  required: true,
  values,
  ...(unknown === undefined ? {} : { unknown }),
});
const optional = (field: ModelField): ModelField => ({ ...field, required: false });

/** What every kind carries. `person.idNumber` and `person.idType` are virtual: together they become `person.idDocuments`. */
const common: Readonly<Record<string, ModelField>> = {
  'person.idNumber': textNeeded,
  'person.idType': optional(union(['resident-id', 'hmt-residence-permit', 'foreign-permanent-resident', 'passport', 'other'])),
  'person.name': { holds: 'text', required: true, absentable: true },
  'person.formerNames': { holds: 'texts', required: false },
  'person.sex': optional(union(['male', 'female', 'unknown'], 'unknown')),
  'person.birthDate': date,
  'person.ethnicity': coded,
  'person.domicile.region': text,
  'person.domicile.address': text,
  'person.phone': text,
  'source.recordId': textNeeded,
  'source.updatedAt': { holds: 'instant', required: false },
  voidedAt: { holds: 'instant', required: false },
};

const matchDegree = union(['exact', 'similar', 'different', 'not-compared'], 'not-compared');
const hospital = { 'hospital.code': text, 'hospital.name': text, 'hospital.region': text };

/** Own fields of each kind, by dotted path. */
const own: Readonly<Record<EvidenceKind, Readonly<Record<string, ModelField>>>> = {
  population: {
    outcome: union(['found', 'absent', 'name-differs']),
    'match.id': matchDegree,
    'match.name': matchDegree,
    registration: union(['active', 'cancelled', 'unknown'], 'unknown'),
    'cancellation.reason': union(['death', 'moved-out', 'emigrated', 'duplicate', 'court-declared', 'other']),
    'cancellation.registeredOn': date,
    'cancellation.diedOn': date,
    deathFlag: flag,
    nameDisclosed: flag,
  },
  stay: {
    ...hospital,
    recordNo: text,
    admittedOn: dateNeeded,
    dischargedOn: date,
    outcome: { ...coded, values: ['home', 'transfer', 'community', 'against-advice', 'died', 'other'] },
    diedOn: date,
    diagnoses: diagnosesNeeded,
    transferFrom: text,
    transferTo: text,
  },
  death: {
    basis: union(['medical-certificate', 'cremation', 'household-cancellation', 'hospital-discharge', 'court', 'benefit-claim']),
    diedOn: date,
    eventOn: date,
    certificateNo: text,
    replaces: text,
    place: text,
    cause: diagnoses,
  },
  settlement: {
    settlementNo: textNeeded,
    fund: union(['work-injury', 'employee', 'resident', 'other']),
    setting: union(['inpatient', 'outpatient', 'pharmacy', 'other']),
    stayRecordId: text,
    ...hospital,
    from: date,
    to: date,
    settledOn: dateNeeded,
    total: moneyNeeded,
    fundPaid: moneyNeeded,
    invoiceNo: text,
    interim: flagNeeded,
    refund: flagNeeded,
    refundOf: text,
    advance: flag,
    manual: flagNeeded,
    thirdParty: flag,
    diagnoses: diagnosesNeeded,
  },
  enrolment: {
    insurance: { ...coded, required: true },
    state: { ...coded, required: true },
    from: date,
    to: date,
    employer: text,
  },
  marriage: {
    event: union(['married', 'divorced', 'annulled', 'certificate-reissued']),
    on: dateNeeded,
    'spouse.name': textNeeded,
    'spouse.idNumber': text,
  },
  appraisal: {
    caseNo: textNeeded,
    provincialNo: text,
    caseKind: union(['first', 'review', 'reappraisal', 'confirmation', 'non-work', 'dependant', 'commissioned']),
    state: union([
      'submitted',
      'supplement-requested',
      'accepted',
      'scheduled',
      'examined',
      'concluded',
      'delivered',
      'effective',
      'challenged',
      'rejected',
      'abandoned',
      'terminated',
      'withdrawn',
      'discontinued-death',
      'revoked',
      'corrected',
    ]),
    recognitionNo: text,
    'conclusion.no': textNeeded,
    'conclusion.on': dateNeeded,
    'conclusion.level': union(['city', 'province']),
    'conclusion.grade': optional(union([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 'below'])),
    'conclusion.care': optional(union(['none', 'partial', 'major', 'total'])),
    'conclusion.standard': textNeeded,
    'conclusion.clauses': { holds: 'texts', required: true, absentable: true },
    'conclusion.status': union(['issued', 'effective', 'challenged', 'superseded', 'corrected', 'revoked']),
  },
};

/** Objects a record must have, even empty, and those that are there only when one of their fields is. */
export const requiredParts: Readonly<Partial<Record<EvidenceKind, readonly string[]>>> = { stay: ['hospital'] };

/** Parts that may be missing as a whole; their required fields are required only once one of their fields has a value. */
const optionalParts = ['match', 'cancellation', 'spouse', 'conclusion'];

/** All fields of a kind, by dotted path; undefined for an unknown kind. */
export function modelFields(kind: string): Readonly<Record<string, ModelField>> | undefined {
  if (!Object.hasOwn(own, kind)) return undefined;
  return { ...common, ...own[kind as EvidenceKind] };
}

/** The optional part a path belongs to (`cancellation` of `cancellation.reason`), if any. */
export function optionalPart(path: string): string | undefined {
  const part = path.split('.')[0] ?? '';
  return path.includes('.') && optionalParts.includes(part) ? part : undefined;
}

/** The kinds of evidence the model has. */
export const evidenceKinds = Object.keys(own) as readonly EvidenceKind[];
