import type { FeedStatus } from './case-file.js';
import type { EvidenceKind, Link } from './evidence.js';
import type { Action, DeathFact, Outcome, Severity } from './finding.js';
import type { Agency, Bilingual, Instant, PartialDate } from './primitives.js';
import type { FindingState } from './run.js';

/**
 * One person explained as of an instant: what every rule said and why, which feeds were asked and how fresh they are, what the death fact is
 * made of, and everything known in order of time. For an officer and for a court: names and numbers are masked.
 */
export interface Explanation {
  asOf: Instant;
  /** `name` and `idNumber` masked. */
  subject: { key: string; caseNos: string[]; name: string; idNumber?: string };
  deathFact: DeathFact;
  /** The records the death fact is made of, in order of reference. */
  deathPieces: DeathPieceExplanation[];
  /** Every rule of the catalogue in its order, those switched off too. */
  rules: RuleExplanation[];
  feeds: FeedExplanation[];
  /** In order of the days things happened on; what has no day stands at the day it was received. */
  timeline: TimelineEntry[];
  /** What is found, and what is on file as found before. */
  findings: FindingExplanation[];
}

export interface DeathPieceExplanation {
  /** `agency/feed/recordId`. */
  record: string;
  /** Kind of death evidence, for instance `medical-certificate`. */
  kind: string;
  /** Tied by the number itself. */
  certain: boolean;
  /** The days it leaves open for the death, `YYYY-MM-DD`; absent where it has no date. */
  earliest?: string;
  latest?: string;
  says: Bilingual;
}

export interface RuleExplanation {
  rule: string;
  version: string;
  title: Bilingual;
  /** `off`: switched off by the configuration. */
  outcome: Outcome | 'off';
  severity?: Severity;
  /** Machine-readable slug. */
  reason: string;
  because: Bilingual;
  /** `agency/feed` of the feeds it needs before it may say clear, each with its state. */
  feeds: { feed: string; state: FeedStatus['state'] }[];
}

export interface FeedExplanation {
  agency: Agency;
  feed: string;
  name: Bilingual;
  status: FeedStatus;
  /** How it was asked or read, connection by connection; empty where that is not known. */
  contacts: FeedContact[];
  /** Rules that need it. */
  neededBy: string[];
}

/** What was last done with one connection of a feed for one person. */
export interface FeedContact {
  agency: Agency;
  feed: string;
  /** Absent where the feed has one connection. */
  connection?: string;
  /** `asked`: about this person; `read`: for what changed. */
  way: 'asked' | 'read';
  /** The last attempt. */
  lastAt?: Instant;
  /** How the last question was answered. */
  outcome?: 'found' | 'absent' | 'mismatch' | 'unavailable' | 'unauthorised';
  /** Code of the error of the last attempt, where it failed. */
  error?: string;
  /** The last attempt that was answered. */
  answeredAt?: Instant;
  completeThrough?: PartialDate;
  /** It was read before this person was on file, and not again since: nobody has looked. */
  readTooEarly?: boolean;
}

export type TimelineKind =
  | EvidenceKind
  | 'accident'
  | 'recognition'
  | 'leave-period'
  | 'application'
  | 'acceptance'
  | 'document'
  | 'exam'
  | 'panel'
  | 'conclusion'
  | 'delivery'
  | 'benefit'
  | 'payment'
  | 'finding';

export interface TimelineEntry {
  kind: TimelineKind;
  /** As precise as the source; absent where the source gives no day: then it stands at the day of receipt. */
  on?: PartialDate;
  until?: PartialDate;
  agency: Agency;
  /** `agency/feed/recordId`; of the city's own file `city/cases/<caseNo>` or `city/benefits/<id>`, of a finding `city/findings/<id>`. */
  record: string;
  /** When the record, or this part of the city's file, was received; absent where that is not known. */
  receivedAt?: Instant;
  /** `superseded`: a newer version of the record holds. `not-linked`: not certainly about anybody, so no rule looked at it. */
  standing: 'current' | 'void' | 'superseded' | 'not-linked';
  /** How surely it is about this person, where that is not certain. */
  link?: Link['level'];
  /** What it says, without names. */
  says: Bilingual;
}

export interface FindingExplanation {
  id: string;
  rule: string;
  severity: Severity;
  /** Where it stands on file; absent where it is found now and not on file. */
  state?: FindingState;
  /** Found by this very check. */
  found: boolean;
  title: Bilingual;
  explanation: Bilingual;
  action: Action;
}
