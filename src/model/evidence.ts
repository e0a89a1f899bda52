import type { AppraisalCase, Conclusion, Diagnosis } from './case-file.js';
import type { Person } from './person.js';
import type { Coded, Money, PartialDate, Source } from './primitives.js';

/** Why a record was tied to the subject. Only `exact` and `upgraded` may produce a finding above `low`; a name alone never links. */
export interface Link {
  level: 'exact' | 'upgraded' | 'probable' | 'weak';
  reasons: string[];
}

/** What every kind of evidence carries. */
export interface EvidenceBase {
  source: Source;
  /** The person as that agency knows them. */
  person: Person;
  /** A retraction keeps the record and turns it `void`. */
  status: 'current' | 'void';
  voidedAt?: string;
  /** Absent until linked, for instance in the output of `map`. */
  link?: Link;
}

/** A hospital; many sources give only half, the table of institutions fills the rest. */
export interface Hospital {
  code?: string;
  name?: string;
  /** GB/T 2260 code. */
  region?: string;
}

/** What the police say of a person (人口信息). */
export interface PopulationEvidence extends EvidenceBase {
  kind: 'population';
  outcome: 'found' | 'absent' | 'name-differs';
  match?: {
    id: 'exact' | 'similar' | 'different' | 'not-compared';
    name: 'exact' | 'similar' | 'different' | 'not-compared';
  };
  registration: 'active' | 'cancelled' | 'unknown';
  cancellation?: {
    reason: 'death' | 'moved-out' | 'emigrated' | 'duplicate' | 'court-declared' | 'other';
    registeredOn?: PartialDate;
    diedOn?: PartialDate;
  };
  /** 死亡标识: the register says the person is dead, without a day. */
  deathFlag?: boolean;
  /** False when the agency only echoes the name asked: then nothing but `match.name` speaks of the name. */
  nameDisclosed?: boolean;
}

export type DischargeOutcome = 'home' | 'transfer' | 'community' | 'against-advice' | 'died' | 'other';

/** A hospital stay (住院). Without `dischargedOn` it is open. */
export interface StayEvidence extends EvidenceBase {
  kind: 'stay';
  hospital: Hospital;
  /** 住院号. */
  recordNo?: string;
  admittedOn: PartialDate;
  dischargedOn?: PartialDate;
  /** 离院方式. */
  outcome?: Coded<DischargeOutcome>;
  diedOn?: PartialDate;
  diagnoses: Diagnosis[];
  /** The other hospital's code or name, or the other stay's recordId or recordNo. */
  transferFrom?: string;
  transferTo?: string;
}

export type DeathBasis =
  | 'medical-certificate'
  | 'cremation'
  | 'household-cancellation'
  | 'hospital-discharge'
  | 'court'
  | 'benefit-claim';

/** A record of a death. */
export interface DeathEvidence extends EvidenceBase {
  kind: 'death';
  basis: DeathBasis;
  diedOn?: PartialDate;
  /** Issue, cremation, acceptance; never the day a row was sent. */
  eventOn?: PartialDate;
  certificateNo?: string;
  /** The certificateNo, or without one the recordId, of the record this one replaces. */
  replaces?: string;
  place?: string;
  cause?: Diagnosis[];
}

/** What a settlement (结算) says. */
export interface SettlementFacts {
  settlementNo: string;
  fund: 'work-injury' | 'employee' | 'resident' | 'other';
  setting: 'inpatient' | 'outpatient' | 'pharmacy' | 'other';
  stayRecordId?: string;
  hospital?: Hospital;
  from?: PartialDate;
  to?: PartialDate;
  settledOn: PartialDate;
  total: Money;
  fundPaid: Money;
  invoiceNo?: string;
  /** 中途结算. */
  interim: boolean;
  /** 退费. */
  refund: boolean;
  refundOf?: string;
  /** 先行支付: paid in advance, to be claimed back. */
  advance?: boolean;
  /** 手工报销. */
  manual: boolean;
  thirdParty?: boolean;
  diagnoses: Diagnosis[];
}

/** A settlement (结算) by medical insurance or by the work-injury fund. */
export interface SettlementEvidence extends EvidenceBase, SettlementFacts {
  kind: 'settlement';
}

/** An enrolment in an insurance (参保). */
export interface EnrolmentEvidence extends EvidenceBase {
  kind: 'enrolment';
  insurance: Coded;
  state: Coded;
  from?: PartialDate;
  to?: PartialDate;
  employer?: string;
}

/** A marriage registration event (婚姻登记). */
export interface MarriageEvidence extends EvidenceBase {
  kind: 'marriage';
  event: 'married' | 'divorced' | 'annulled' | 'certificate-reissued';
  on: PartialDate;
  spouse?: { name: string; idNumber?: string };
}

/** What the province knows of an appraisal (省级鉴定). */
export interface AppraisalEvidence extends EvidenceBase {
  kind: 'appraisal';
  caseNo: string;
  provincialNo?: string;
  caseKind: AppraisalCase['kind'];
  state: AppraisalCase['state'];
  recognitionNo?: string;
  conclusion?: Conclusion;
}

/** What an agency said. */
export type Evidence =
  | PopulationEvidence
  | StayEvidence
  | DeathEvidence
  | SettlementEvidence
  | EnrolmentEvidence
  | MarriageEvidence
  | AppraisalEvidence;

export type EvidenceKind = Evidence['kind'];
