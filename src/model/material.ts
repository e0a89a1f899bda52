import type { Agency, Bilingual, PartialDate } from './primitives.js';

/** What an appraisal is asked for: each has its own list of materials. */
export type Procedure =
  | 'first'
  | 'review'
  | 'reappraisal'
  | 'leave-extension'
  | 'rehabilitation'
  | 'device'
  | 'recurrence'
  | 'causation'
  | 'non-work'
  | 'dependant'
  | 'commissioned';

/** What a material rests on. */
export interface MaterialSource {
  agency: Agency;
  feed: string;
  /** The agency's record, the document's id, or a number of the city's own file. */
  recordId: string;
  /** Day it was received, or is of; absent where the file does not say. */
  on?: PartialDate;
}

/** One material (申请材料) of an application, and whether it is there. */
export interface Material {
  /** `application-form`, `medical-records`, `identity-document`, … */
  id: string;
  title: Bilingual;
  /** `satisfied`: nothing to do. `stale`: there, and too old to rest on. `needed`: not there. */
  status: 'satisfied' | 'stale' | 'needed';
  because: Bilingual;
  /** What it is satisfied by, or was. */
  sources: MaterialSource[];
  /** `stale`: the first day it was too old, `YYYY-MM-DD`. */
  since?: string;
  /**
   * Where it is to be had while it is not satisfied. `from-agency`: sharing provides it, so that the applicant may not be asked for it again (order 55
   * article 9), also while the feed is down.
   */
  obtain?: 'from-agency' | 'from-applicant';
  /** Article, or the source it is known from. */
  basis: string;
  /** `text`: read in the rule itself. `memory`: known, not read again. `assumed`: no public source says it; the city decides. */
  certainty: 'text' | 'memory' | 'assumed';
}

/** Where one value of an application form is from. */
export interface PrefillSource {
  agency: Agency;
  feed: string;
  /** Day it was received; absent for the city's own file. */
  on?: string;
}

/** One field of the application form (申请表) with everything known of it. */
export interface PrefillField {
  id: string;
  title: Bilingual;
  /** One where all sources agree; several where they do not: then nobody has chosen. */
  values: { value: string; sources: PrefillSource[] }[];
}

/** What is already known of an applicant, for the form and for nothing else. */
export interface Prefill {
  asOf: string;
  /** Keyed hash of the person. */
  key: string;
  fields: PrefillField[];
  /** Fields of the form of which nothing is known. */
  unknown: { id: string; title: Bilingual }[];
}

/** A case at a session of the committee (鉴定会). Proposed: nobody is invited or turned away by it. */
export interface SessionCase {
  caseNo: string;
  /** Masked: `张*`. */
  name: string;
  key: string;
  kind: string;
  state: string;
  greenChannel: boolean;
  receivedOn: PartialDate;
  /** Last day for the conclusion, `YYYY-MM-DD`; of a coarse date the earliest it can be. Absent where the date cannot be read. */
  concludeBy?: string;
  /** Days from the session to that day; below 0 where it is over. @asType integer */
  daysLeft?: number;
  /** The time ends before the session after this one. */
  cannotWait: boolean;
  /** Findings to be settled first. */
  findings: { id: string; rule: string; severity: string; action: string; title: Bilingual }[];
  /** Materials that are not satisfied. */
  materials: Material[];
  /** Why the person cannot be examined, as records say: somebody has to verify it. */
  notExaminable?: Bilingual;
}

/** Who is due at a session, in the order in which to hear them. */
export interface SessionPlan {
  /** `YYYY-MM-DD`. */
  date: string;
  /** The session after this one. */
  next: string;
  asOf: string;
  /** Accepted or scheduled, and to be heard. */
  hear: SessionCase[];
  /** Examined, without a conclusion. */
  conclude: SessionCase[];
  /** Records say that they are dead or missing. */
  notExaminable: SessionCase[];
}
