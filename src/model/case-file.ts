import type { Evidence, SettlementFacts } from './evidence.js';
import type { Person, Subject } from './person.js';
import type { Agency, Coded, Instant, Money, PartialDate, Source } from './primitives.js';

/** A diagnosis: its text, and an ICD-10 code where the source gives one. Compare codes on the first three characters only. */
export interface Diagnosis {
  icd10?: string;
  text: string;
}

/** What the applicant or a sharing platform supplied. */
export interface CaseDocument {
  id: string;
  kind:
    | 'id-card'
    | 'application'
    | 'recognition-decision'
    | 'medical-record'
    | 'exam-report'
    | 'review-form'
    | 'conclusion'
    | 'authorisation'
    | 'other';
  title?: string;
  mediaType: string;
  sha256: string;
  /**
   * @asType integer
   * @minimum 0
   */
  pages?: number;
  hospital?: string;
  hospitalCode?: string;
  hospitalRegion?: string;
  admittedOn?: PartialDate;
  dischargedOn?: PartialDate;
  /** 住院号. */
  recordNo?: string;
}

/** A conclusion (鉴定结论) by the city's or the province's committee. */
export interface Conclusion {
  no: string;
  on: PartialDate;
  level: 'city' | 'province';
  /** GB/T 16180: 1 is the worst; `below` = 未达到等级. */
  grade?: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 'below';
  /** 生活自理障碍 (护理依赖). */
  care?: 'none' | 'partial' | 'major' | 'total';
  standard: string;
  clauses: string[];
  status: 'issued' | 'effective' | 'challenged' | 'superseded' | 'corrected' | 'revoked';
  /**
   * The province's record that says it, where the city's own file does not: of a provincial conclusion the record it is from, of the city's the
   * record its status follows from. Laid over when a case file is read, never imported.
   */
  accordingTo?: Source;
}

export type CaseKind = 'first' | 'review' | 'reappraisal' | 'confirmation' | 'non-work' | 'dependant' | 'commissioned';

export type CaseState =
  | 'submitted'
  | 'supplement-requested'
  | 'accepted'
  | 'scheduled'
  | 'examined'
  | 'concluded'
  | 'delivered'
  | 'effective'
  | 'challenged'
  | 'rejected'
  | 'abandoned'
  | 'terminated'
  | 'withdrawn'
  | 'discontinued-death'
  | 'revoked'
  | 'corrected';

/** One appraisal case (劳动能力鉴定案件) of the city's own file. */
export interface AppraisalCase {
  caseNo: string;
  provincialNo?: string;
  kind: CaseKind;
  /** Order 21 of 2014, or order 55 of 2025 (in force 2025-07-01). */
  regime: 'order-21' | 'order-55';
  state: CaseState;
  /** The appraisal items asked for (3 大类 11 项): a data table, not a union. */
  items: Coded[];
  receivedOn: PartialDate;
  acceptedOn?: PartialDate;
  /**
   * @asType integer
   * @minimum 0
   */
  extendedDays?: number;
  /**
   * @asType integer
   * @minimum 0
   */
  rescheduledDays?: number;
  session?: string;
  greenChannel?: boolean;
  priorCaseNo?: string;
  applicant?: 'person' | 'employer';
  employer?: { name: string; uscc?: string };
  recognition?: {
    no: string;
    result: Coded;
    accidentOn: PartialDate;
    decidedOn?: PartialDate;
    parts: Coded[];
    diagnoses: Diagnosis[];
    injuryDegree?: Coded<'injured' | 'died' | 'missing'>;
    occupationalDisease?: boolean;
  };
  /** 停工留薪期. */
  leavePeriod?: { from: PartialDate; until: PartialDate; extensionConfirmed?: boolean };
  documents: CaseDocument[];
  exams: {
    on: PartialDate;
    mode: 'onsite' | 'home' | 'entrusted' | 'video';
    place?: string;
    identityCheck: 'face-match' | 'manual' | 'none';
  }[];
  panel?: { size: number; drawnOn: PartialDate; signedOn?: PartialDate };
  conclusions: Conclusion[];
  deliveries: { to: 'person' | 'employer'; sentOn?: PartialDate; receivedOn?: PartialDate; trackingNo?: string }[];
  /** The province's record that the state follows from, where the city's own file says another; laid over like that of a conclusion. */
  accordingTo?: Source;
}

/** A benefit (待遇) paid to the subject; what others get because the subject died is not here. */
export interface Benefit {
  id: string;
  kind: Coded;
  from: string;
  to?: string;
  status: 'active' | 'suspended' | 'ended';
  basisConclusionNo?: string;
  payments: {
    /**
     * `YYYY-MM`.
     *
     * @pattern ^\d{4}-(0[1-9]|1[0-2])$
     */
    period: string;
    amount: Money;
    paidOn?: PartialDate;
    reversed?: boolean;
  }[];
}

/** How fresh and complete a feed was. A feed without an entry is `never`. */
export interface FeedStatus {
  agency: Agency;
  feed: string;
  state: 'fresh' | 'stale' | 'gap' | 'down' | 'never';
  completeThrough?: PartialDate;
  /** GB/T 2260; trailing 00 pairs stand for everything below. None given = everywhere, empty list = nowhere. */
  regions?: string[];
  reason?: string;
}

/** One person, everything known at an instant. */
export interface CaseFile {
  /** The instant at which this was known. */
  asOf: Instant;
  subject: Subject;
  /** Usually one. */
  cases: AppraisalCase[];
  benefits: Benefit[];
  evidence: Evidence[];
  feeds: FeedStatus[];
}

/** One line of `cases import`: keys are computed, so the subject comes without one. */
export interface CaseImport {
  subject: Person;
  cases?: AppraisalCase[];
  benefits?: Benefit[];
  /** The work-injury fund's settlements; what the store adds may be left out. */
  settlements?: CaseImportSettlement[];
}

/** A settlement of the city's own fund as imported: the record without what the store adds. */
export interface CaseImportSettlement extends SettlementFacts {
  kind?: 'settlement';
  status?: 'current' | 'void';
  voidedAt?: string;
  source?: { recordId?: string; updatedAt?: string };
}
