import type { ModelField } from '../mapping/fields.js';
import type { CityRecordKind } from '../mapping/mapping.js';

/**
 * What rows of the city's own systems can say. Everything whose value list is not the same everywhere is `coded`: what its table does not have is
 * kept as it came, and nothing is concluded from it.
 */

const text: ModelField = { holds: 'text', required: false };
const needed: ModelField = { holds: 'text', required: true };
const date: ModelField = { holds: 'date', required: false };
const coded: ModelField = { holds: 'coded', required: false };
const codedAs = (values: readonly string[]): ModelField => ({ ...coded, values });

const common: Readonly<Record<string, ModelField>> = {
  'source.recordId': needed,
  'source.updatedAt': { holds: 'instant', required: false },
  /** 个人编号: joins rows that carry no ID number. */
  personId: text,
  'person.idNumber': text,
  'person.idType': {
    holds: 'union',
    required: false,
    values: ['resident-id', 'hmt-residence-permit', 'foreign-permanent-resident', 'passport', 'other'],
  },
  'person.name': text,
  'person.sex': { holds: 'union', required: false, values: ['male', 'female', 'unknown'], unknown: 'unknown' },
  'person.birthDate': date,
  'person.phone': text,
  'person.domicile.region': text,
  'person.domicile.address': text,
  livingState: codedAs(['alive', 'dead']),
  'recognition.id': text,
  'recognition.no': text,
};

const employer: Readonly<Record<string, ModelField>> = {
  'employer.id': text,
  'employer.name': text,
  'employer.uscc': text,
};

/** Fields of each kind of row, by dotted path. */
export const cityFields: Readonly<Record<CityRecordKind, Readonly<Record<string, ModelField>>>> = {
  recognition: {
    ...common,
    ...employer,
    'recognition.result': coded,
    'recognition.accidentOn': date,
    'recognition.decidedOn': date,
    'recognition.appliedOn': date,
    'recognition.acceptedOn': date,
    'recognition.part1': coded,
    'recognition.part2': coded,
    'recognition.part3': coded,
    'recognition.part4': coded,
    'recognition.diagnoses': { holds: 'diagnoses', required: false },
    'recognition.injuryDegree': codedAs(['injured', 'died', 'missing']),
    'recognition.occupationalDisease': text,
    'recognition.class': coded,
    'recognition.goneOn': date,
  },
  appraisal: {
    ...common,
    ...employer,
    'recognition.accidentOn': date,
    'case.kind': codedAs(['first', 'review', 'reappraisal', 'confirmation', 'non-work', 'dependant', 'commissioned']),
    'case.state': codedAs([
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
    'case.receivedOn': date,
    'case.acceptedOn': date,
    'case.provincialNo': text,
    'case.priorCaseNo': text,
    'conclusion.no': text,
    'conclusion.on': date,
    'conclusion.grade': codedAs(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10', 'below']),
    'conclusion.care': codedAs(['none', 'partial', 'major', 'total']),
    'conclusion.standard': text,
    'careConclusion.no': text,
    'careConclusion.on': date,
    'delivery.person.trackingNo': text,
    'delivery.person.sentOn': date,
    'delivery.person.receivedOn': date,
    'delivery.employer.trackingNo': text,
    'delivery.employer.sentOn': date,
    'delivery.employer.receivedOn': date,
  },
  benefit: {
    ...common,
    'benefit.id': needed,
    'benefit.kind': coded,
    'benefit.insurance': coded,
    'benefit.status': codedAs(['active', 'suspended', 'ended']),
    'benefit.from': date,
    'benefit.to': date,
    'benefit.basisConclusionNo': text,
    'benefit.appraisal': text,
    'payment.period': date,
    'payment.settlementPeriod': date,
    'payment.paidOn': date,
    'payment.amount': { holds: 'money', required: false },
    'payment.reversed': { holds: 'boolean', required: false },
  },
};
