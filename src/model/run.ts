import type { AuditHead } from './audit.js';
import type { FeedStatus } from './case-file.js';
import type { FeedCoverage, FeedPreflight, FeedTally, RowAccounts } from './completeness.js';
import type { DossierChange } from './dossier.js';
import type { Evidence, EvidenceKind } from './evidence.js';
import type { Finding, Outcome, Severity } from './finding.js';
import type { OutboxRun } from './outbox.js';
import type { Agency, Bilingual, Instant } from './primitives.js';

/**
 * What could not become evidence: why, where in the message, and which message.
 * The bytes are kept, except of rows about other persons: of those only hash, pointer and reason.
 */
export interface Rejected {
  /** Machine-readable slug, for instance `bad-date`, `no-identity`, `about-another-person`. */
  reason: string;
  /** JSON Pointer into the decoded message; empty for the whole message. */
  pointer: string;
  /** Id of the message. */
  message: string;
  /** What an operator reads; never holds an ID number. */
  detail?: Bilingual;
}

/** A message as received. `bytes` is left out where it must not be kept (rows about other persons). */
export interface Message {
  id: string;
  sha256: string;
  agency: Agency;
  feed: string;
  receivedAt: Instant;
  /** A file's base name, where the message was a file; never holds an ID number. */
  file?: string;
  bytes?: Uint8Array;
}

/** A code a record carried that its table does not have. */
export interface UnknownCode {
  agency: Agency;
  feed: string;
  table: string;
  code: string;
  count: number;
  /** `agency/feed/recordId` of the first record that carried it. */
  firstRecord: string;
}

/** Where a finding stands. `held`: more than the blast-radius guard allows, waiting for a person. */
export type FindingState = 'open' | 'verifying' | 'confirmed' | 'false-positive' | 'withdrawn' | 'resolved' | 'held';

/** What one run did to a finding. */
export type FindingChange = 'new' | 'still-open' | 'changed' | 'reopened' | 'withdrawn' | 'resolved';

/** A finding with its life. */
export interface FindingRecord {
  finding: Finding;
  state: FindingState;
  firstSeenAt: Instant;
  lastSeenAt: Instant;
  /** What a person decided, while it holds. */
  decision?: Decision;
  /** Who is recorded as told of it; absent where nobody is. */
  told?: Told[];
  /** Who moved it, when and why, oldest first; only added to. */
  history: FindingStep[];
}

/** One move of a finding: by a run (`run`, `change`) or by a person (`by`). */
export interface FindingStep {
  at: Instant;
  run?: string;
  from?: FindingState;
  to: FindingState;
  change?: FindingChange;
  by?: string;
  reason?: string;
  /** Last day on which a person's decision holds, in Asia/Shanghai: `YYYY-MM-DD`. */
  until?: string;
  /** Digest of the facts it was decided on. */
  facts?: string;
  /** Who was told of it, with this step. */
  told?: string[];
}

/** What a person may say a finding is. */
export type DecidedState = 'verifying' | 'confirmed' | 'false-positive' | 'resolved';

/** A person's decision on a finding. */
export interface Decision {
  as: DecidedState;
  by: string;
  at: Instant;
  reason: string;
  /** Last day on which it holds, in Asia/Shanghai: `YYYY-MM-DD`. */
  until?: string;
  /** Digest of the facts it was decided on: a false positive is remembered by its evidence. */
  facts?: string;
}

/** Somebody who was told of a finding, and must hear when it is taken back. */
export interface Told {
  whom: string;
  at: Instant;
  by: string;
}

/** New findings of one rule that the blast-radius guard keeps back until a person has looked. */
export interface HeldRule {
  rule: string;
  /** Findings of the rule that are held. */
  count: number;
  /** How many of them this run held; 0 where they are held since an earlier one. */
  tonight: number;
  /** How many alerts the guard lets through in a run, and the median of the last finished runs it was made of. */
  allowed: number;
  median: number;
  /** What they have in common and others have not, the most telling first. */
  common: HeldTrait[];
}

/** Something that many of the held findings share and few persons on file do. */
export interface HeldTrait {
  kind: 'agency' | 'feed' | 'file' | 'hospital' | 'district' | 'value' | 'received' | 'drift';
  value: string;
  /** Of the held findings, from 0 to 1. */
  share: number;
  /** Of the persons on file, from 0 to 1; absent for `drift`, which is of the feed's records. */
  onFile?: number;
  text: Bilingual;
}

/** A record shape that is not what it was: an agency changed its side, or a file's columns have moved. */
export interface SchemaDrift {
  kind: 'new-field' | 'missing-field' | 'changed-type';
  /** Name of the field in the decoded record, as the source writes it. */
  field: string;
  /** Records of the run in which it was seen. */
  count: number;
  /** `agency/feed/recordId`, or the message and place, of the first of them; never holds an ID number. */
  first: string;
  /** What the field's values looked like before and look like now, for `changed-type`. */
  was?: string;
  now?: string;
}

/** What one run did with one feed. */
export interface FeedRun {
  agency: Agency;
  feed: string;
  /** Which of several connections of the feed, in the order of the configuration from 1; absent where there is one. */
  connection?: string;
  status: FeedStatus;
  /** Persons asked, and how they were answered. */
  asked: number;
  answers: { found: number; absent: number; mismatch: number; unavailable: number; unauthorised: number };
  /** Persons due who were not asked (outside hours, quota, a feed that fell). */
  notAsked: number;
  received: number;
  mapped: number;
  rejected: number;
  void: number;
  /** Rows about persons not on file: counted and forgotten. */
  sieved: number;
  /** First error, for the operator. */
  error?: { code: string; message: Bilingual };
  window?: { from?: string; until?: string };
  /** SHA-256 over the received messages' hashes, in order. */
  hash?: string;
  /** How the shape of its records differs from what it was in earlier runs. */
  drift?: SchemaDrift[];
  /** What became of every row read; `unaccounted` is 0 unless rows were lost without a word. Left out where nothing was read. */
  rows?: RowAccounts & { unaccounted: number };
  /** What was seen of it before the run began. */
  preflight?: FeedPreflight[];
}

/** An exception of ours, without names and numbers of persons. */
export interface FailureCause {
  error: { name: string; message: string };
  /** File and line it was thrown at. */
  place?: string;
}

/** A rule that threw in a run, and for how many persons; their case files are kept in the store. */
export interface FailedRule extends FailureCause {
  rule: string;
  /** Persons; 1 for a rule about the run. */
  count: number;
  /** The first person it failed for: key, and a case number where there is one. Neither for a rule about the run. */
  firstKey?: string;
  firstCase?: string;
}

/** Persons who could not be judged at all: their file could not be put together. */
export interface FailedPersons {
  count: number;
  /** The first of them, at most 20. */
  first: ({ key: string; caseNos: string[] } & FailureCause)[];
}

/** What is left of a run: enough to say what was asked, what came, and what it led to. */
export interface RunManifest {
  id: string;
  startedAt: Instant;
  finishedAt?: Instant;
  asOf: Instant;
  /** `held`: the blast-radius guard kept findings of this run back. */
  state: 'running' | 'finished' | 'held' | 'failed';
  /** How often it was taken up again after an interruption. */
  resumed: number;
  versions: {
    yilian: string;
    rules: Record<string, string>;
    mappings: Record<string, string>;
    codeTables: Record<string, string>;
  };
  feeds: FeedRun[];
  /** Which days and regions each feed had told of. */
  coverage?: FeedCoverage[];
  /** What was sent to the province and what is left to send; absent where there was nothing to send. */
  outbox?: OutboxRun;
  /** Dossiers of which this run made a new version, which it withdrew, or which it could not look at; absent where there were none. */
  dossiers?: DossierChange[];
  persons: number;
  rules: Record<string, Record<Outcome, number>>;
  findings: {
    new: number;
    stillOpen: number;
    changed: number;
    reopened: number;
    withdrawn: number;
    resolved: number;
    held: number;
  };
  /** Per rule, how many findings this run would alert with (new, or found again), and how many of them the guard held. Absent in older manifests. */
  alerts?: Record<string, { raised: number; held: number }>;
  /** What is held, rule by rule; absent where nothing is. */
  held?: HeldRule[];
  bySeverity: Record<Severity, number>;
  unknownCodes: UnknownCode[];
  rejected: { agency: Agency; feed: string; reason: string; count: number; firstMessage: string; firstPointer: string }[];
  /** Rules that threw; absent where none did. */
  failedRules?: FailedRule[];
  /** Absent where everybody could be judged. */
  failedPersons?: FailedPersons;
  durationMs?: number;
  exitCode?: number;
  /** Where the audit log ended: kept elsewhere it shows later whether its end was cut off or all of it written anew. */
  audit?: AuditHead;
}

/** The kinds of evidence a feed gives. */
export type Gives = readonly EvidenceKind[];

/** A page of evidence with what was refused. */
export interface Received {
  messages: Message[];
  evidence: Evidence[];
  rejected: Rejected[];
  unknownCodes: UnknownCode[];
  /** Rows read, rows about persons not on file. */
  rows: number;
  sieved: number;
  /** What is counted of all of them; left out where rows are read a second time. */
  tally?: FeedTally;
}
