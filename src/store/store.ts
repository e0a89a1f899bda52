import type {
  Agency,
  CaseFile,
  CheckResult,
  Evidence,
  Finding,
  FindingChange,
  FindingRecord,
  FindingState,
  Instant,
  Json,
  Message,
  Outcome,
  PartialDate,
  Rejected,
  RunManifest,
  Subject,
  UnknownCode,
} from '../model/index.js';

/**
 * What has been received and found. Evidence, lookups and cursor moves are append-only: nothing is overwritten, only superseded, so that
 * every question can be answered as of an instant.
 *
 * One implementation in Kysely over a SQLite file (WAL, synchronous=FULL, write transactions begin immediate, foreign keys on, busy timeout);
 * its SQL stays portable to PostgreSQL. Throws ERR_STORE_LOCKED, ERR_STORE_DAMAGED, ERR_STORE_NEWER.
 */
export interface Store {
  // ---- persons, cases, benefits: the city's own file -----------------------------------------------------------------------------------
  /** Puts cases on file; the same import twice changes nothing. Versions are kept by `at`. */
  importCases(entries: readonly CaseEntry[], at: Instant): Promise<ImportCounts>;
  /** Everybody on file at `asOf`, in order of key. */
  subjects(asOf: Instant): AsyncIterable<Subject>;
  subject(key: string, asOf: Instant): Promise<Subject | undefined>;
  subjectOfCase(caseNo: string, asOf: Instant): Promise<Subject | undefined>;
  countSubjects(asOf: Instant): Promise<number>;
  /** Key of each of a subject's numbers → the subject's key; for the sieve. */
  numberKeys(asOf: Instant): Promise<Map<string, string>>;
  /** The case file without `feeds`: current versions of everything received by `asOf`, each `agency/feed/recordId` once. */
  caseFile(key: string, asOf: Instant): Promise<Omit<CaseFile, 'feeds'> | undefined>;

  // ---- what came ------------------------------------------------------------------------------------------------------------------------
  /** One immediate transaction: messages, evidence, rejections, lookups and the cursor together or not at all. */
  receive(batch: ReceiveBatch): Promise<ReceiveCounts>;
  /** Is a message with this hash stored for the feed? */
  hasMessage(agency: Agency, feed: string, sha256: string): Promise<boolean>;
  /** Record ids of the feed's current, not void evidence (for a full load). */
  currentRecordIds(agency: Agency, feed: string): Promise<{ recordId: string; personKey: string }[]>;
  /** The newest lookup of each feed for one person, and the newest that was answered, by `asOf`. */
  lookupsOf(personKey: string, asOf: Instant): Promise<LookupState[]>;
  /**
   * Persons due on a feed at `at`: never answered first, then the longest ago; not those answered after `freshSince`, nor those already
   * attempted in `run`.
   */
  due(ask: {
    agency: Agency;
    feed: string;
    connection: string;
    freshSince: Instant;
    run: string;
    at: Instant;
  }): Promise<Subject[]>;
  /** The newest cursor of each change feed by `asOf`. */
  cursors(asOf: Instant): Promise<CursorState[]>;

  // ---- what was found -------------------------------------------------------------------------------------------------------------------
  /** Stores what one run found of some persons, in one transaction. Twice the same changes nothing. */
  putFindings(run: string, at: Instant, changes: readonly FindingWrite[], results: readonly CheckResult[]): Promise<void>;
  findings(query?: FindingQuery): Promise<FindingRecord[]>;
  finding(idOrPrefix: string): Promise<FindingRecord | undefined>;
  /** The latest stored rule results of a run that are `unknown`, for the report; without names. */
  unknowns(
    run: string,
  ): AsyncIterable<{ personKey: string; caseNos: string[]; rule: string; reason: string; because: { zh: string; en: string } }>;
  /** Counts per rule and outcome of a run. */
  outcomes(run: string): Promise<Record<string, Record<Outcome, number>>>;

  // ---- runs -----------------------------------------------------------------------------------------------------------------------------
  /** Takes the one lock, or throws ERR_STORE_LOCKED naming owner and age. A dead owner's lock is taken over. */
  lock(name: string): Promise<Lock>;
  startRun(run: { id: string; startedAt: Instant; asOf: Instant }): Promise<void>;
  /** The run that was interrupted, if any. */
  interruptedRun(): Promise<{ id: string; startedAt: Instant; asOf: Instant; resumed: number } | undefined>;
  markResumed(run: string): Promise<void>;
  finishRun(manifest: RunManifest): Promise<void>;
  /** Newest first. */
  runs(limit?: number): Promise<RunManifest[]>;
  /** What the run received so far, per feed; survives a kill. */
  feedCounts(run: string): Promise<FeedCounts[]>;
  rejectedOf(
    run: string,
  ): Promise<{ agency: Agency; feed: string; reason: string; count: number; firstMessage: string; firstPointer: string }[]>;
  unknownCodesOf(run: string): Promise<UnknownCode[]>;
  close(): Promise<void>;
}

/** A person's file as imported, keys computed. */
export interface CaseEntry {
  subject: Subject;
  /** Keys of each of the subject's numbers, `subject.key` among them. */
  numberKeys: string[];
  cases: CaseFile['cases'];
  benefits: CaseFile['benefits'];
  /** The work-injury fund's settlements, as evidence of agency `city`, feed `settlements`. */
  settlements: Evidence[];
}

export interface ImportCounts {
  persons: { new: number; changed: number; unchanged: number };
  cases: { new: number; changed: number; unchanged: number };
  benefits: { new: number; changed: number; unchanged: number };
  settlements: { new: number; changed: number; unchanged: number };
}

export interface ReceiveBatch {
  run: string;
  agency: Agency;
  feed: string;
  /** Which of the feed's connections; `''` where there is one. */
  connection: string;
  at: Instant;
  messages: readonly Message[];
  /** Linked: `personKey` is the key of the subject on file. */
  evidence: readonly { personKey: string; evidence: Evidence }[];
  rejected: readonly Rejected[];
  unknownCodes: readonly UnknownCode[];
  lookups?: readonly LookupWrite[];
  /** A cursor move; with `failure` (an error code) the feed could not be read and the position stays where it was. */
  cursor?: { position: Record<string, Json>; completeThrough?: PartialDate; gap?: { reason: string }; failure?: string };
  /** From a full load: every other current record of the feed turns void. */
  voidAllOthers?: boolean;
  rows: number;
  sieved: number;
}

export interface ReceiveCounts {
  /** Records whose content was not known yet. */
  stored: number;
  /** Records already stored with the same content. */
  repeated: number;
  void: number;
}

export type LookupOutcome = 'found' | 'absent' | 'mismatch' | 'unavailable' | 'unauthorised';

export interface LookupWrite {
  personKey: string;
  outcome: LookupOutcome;
  at: Instant;
  /** Code of the error, for `unavailable` and `unauthorised`. */
  error?: string;
  /** Lookup feeds: record ids of current evidence of this person that this answer no longer holds stay as they are; absence is not a retraction. */
}

export interface LookupState {
  agency: Agency;
  feed: string;
  connection: string;
  /** The newest attempt. */
  last: { outcome: LookupOutcome; at: Instant; error?: string };
  /** The newest attempt that was answered (found, absent or mismatch). */
  answeredAt?: Instant;
}

export interface CursorState {
  agency: Agency;
  feed: string;
  connection: string;
  position: Record<string, Json>;
  movedAt: Instant;
  completeThrough?: PartialDate;
  gap?: { reason: string };
  /** Code of the error of the newest attempt to read the feed, when it failed. */
  failure?: string;
}

export interface FindingWrite {
  finding: Finding;
  change: FindingChange;
  state: FindingState;
  by?: string;
  reason?: string;
}

export interface FindingQuery {
  state?: FindingState[];
  rule?: string;
  personKey?: string;
  caseNo?: string;
  /** Only those whose history names this run. */
  run?: string;
}

export interface FeedCounts {
  agency: Agency;
  feed: string;
  connection: string;
  asked: number;
  answers: Record<LookupOutcome, number>;
  rows: number;
  stored: number;
  repeated: number;
  rejected: number;
  void: number;
  sieved: number;
  messages: number;
  /** SHA-256 over the messages' hashes, in order of receipt. */
  hash?: string;
}

export interface Lock {
  /** Renews it; throws ERR_STORE_LOCKED when somebody else has taken it meanwhile. */
  beat(): Promise<void>;
  release(): Promise<void>;
}
