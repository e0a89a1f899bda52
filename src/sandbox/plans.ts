import type { AppraisalCase, Benefit, Conclusion, Diagnosis } from '../model/index.js';
import type { Hospital } from './hospitals.js';
import type { Certificate, Cremation, Settlement, Stay } from './world.js';

/** What a story says of a case, a stay, a death, a payment; everything it leaves out is ordinary. Days are days before the world begins. */

export interface ClosedCase {
  accident?: number;
  leaveUntil?: number;
  received?: number;
  exam?: number | 'none';
  identityCheck?: 'face-match' | 'manual';
  concluded?: number | 'none';
  state?: AppraisalCase['state'];
  grade?: Conclusion['grade'];
  /** The injury stay and the record that tells of it; default true. */
  injuryStay?: boolean;
  injuryDegree?: 'injured' | 'died';
  occupationalDisease?: boolean;
}

export interface OpenCase {
  state?: 'submitted' | 'supplement-requested' | 'accepted' | 'scheduled' | 'examined';
  received?: number;
  accident?: number;
  leaveUntil?: number;
  exam?: number;
  identityCheck?: 'face-match' | 'manual';
  injuryStay?: boolean;
}

export interface StayPlan {
  from: number;
  /** Absent: still in hospital. */
  until?: number;
  way?: Stay['way'];
  died?: number;
  hospital?: Hospital;
  diagnosis?: Required<Diagnosis>;
  medType?: Stay['medType'];
  health?: boolean;
  insurance?: boolean;
  insuranceShift?: number;
  repeated?: boolean;
}

export interface RecordPlan {
  stay?: Stay;
  hospital?: Hospital;
  from?: number;
  until?: number;
  /** Leave out the hospital's code, its region. */
  nameOnly?: boolean;
}

export interface MovePlan {
  moved: number;
  abroad?: boolean;
  restored?: number;
}

export interface CertificatePlan {
  died: number;
  /** Days before the beginning on which the table sends it; `never`. */
  sent?: number | 'never';
  served?: number | 'never';
  retracted?: number;
  update?: { sent: number; died: number };
  fifteenDigits?: boolean;
  /** What the table writes instead of number, name and birth date (`YYYY-MM-DD`); an empty text: nothing. */
  written?: Certificate['written'];
}

export interface CremationPlan {
  cremated: number;
  died?: number;
  number?: Cremation['number'];
  registered?: number;
}

export interface AllowancePlan {
  /** First and last month paid; default: the month after the last conclusion, and the month before the world begins. */
  first?: string;
  last?: string;
  status?: Benefit['status'];
  /** Months whose payment was taken back. */
  reversed?: readonly string[];
  amount?: string;
  /** Number of the conclusion it rests on, empty for none; default: the last conclusion. */
  basis?: string;
}

export interface WorkInjuryPlan {
  stay: Stay;
  invoiceNo?: string;
  settled?: number;
}

export interface SettlementPlan {
  stay: Stay;
  settled?: number;
  invoiceNo?: string;
  interim?: boolean;
  reverses?: Settlement;
  manual?: boolean;
  /** Nothing from the fund: all paid by the person. */
  selfPaid?: boolean;
  /** A D row takes it back. */
  deleted?: number;
}

export interface VisitPlan {
  on: number;
  /** Default: outpatient. */
  setting?: NonNullable<Settlement['setting']>;
  settled?: number;
  invoiceNo?: string;
  manual?: boolean;
  deleted?: number;
}
