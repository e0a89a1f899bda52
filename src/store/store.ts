import type {
  Agency,
  AuditEntry,
  Bilingual,
  CaseFile,
  CheckResult,
  Evidence,
  FailedPersons,
  FailedRule,
  FailureCause,
  FeedTally,
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
  ReviewAnswer,
  ReviewItem,
  RuleResult,
  RunManifest,
  Subject,
  UnknownCode,
} from '../model/index.js';
import type { AuditStore, NonceStore } from './audit-store.js';
import type { CityImportCounts, CityJoined, CityPerson, CityRow, CityRowWrite } from './city-rows.js';
import type { CompletenessStore } from './completeness.js';
import type { DossierStore } from './dossier-store.js';
import type { OutboxStore, OutboxTarget } from './outbox.js';
import type { Received } from './received.js';

/**
 * What has been received and found. Evidence, lookups and cursor moves are append-only: nothing is overwritten, only superseded, so that
 * every question can be answered as of an instant. Instants may be given in any zone, and come back as UTC with milliseconds where the store
 * computes them.
 *
 * One implementation in Kysely over a SQLite file (WAL, synchronous=FULL, write transactions begin immediate, foreign keys on, busy timeout);
 * its SQL stays portable to PostgreSQL. Throws ERR_STORE_LOCKED, ERR_STORE_DAMAGED, ERR_STORE_NEWER.
 */
export interface Store {
  // ---- persons, cases, benefits: the city's own file -----------------------------------------------------------------------------------
  /**
   * Puts cases on file; the same import twice changes nothing. Versions are kept by `at`. What an import does not mention stays; a case that
   * comes under another subject (a corrected ID number) moves there. `send`: new and changed cases are queued there, but for those that are the
   * province's own re-appraisals. One transaction.
   */
  importCases(entries: readonly CaseEntry[], at: Instant, send?: OutboxTarget): Promise<ImportCounts>;
  /** Keeps rows of the city's own systems and puts on file what `join` makes of each person's rows together; `send` as above. One transaction. */
  importCityRows(
    rows: readonly CityRowWrite[],
    at: Instant,
    join: (person: CityPerson) => CityJoined,
    send?: OutboxTarget,
  ): Promise<CityImportCounts>;
  /** Every version of the rows of the city's own systems about one person, the oldest said first. */
  cityRows(personKey: string): Promise<CityRow[]>;
  /** Keys of everybody on file at `asOf`, in order: nothing of the persons is read. */
  subjectKeys(asOf: Instant): Promise<string[]>;
  /** Everybody on file at `asOf`, in order of key, whose row can be read. */
  subjects(asOf: Instant): AsyncIterable<Subject>;
  subject(key: string, asOf: Instant): Promise<Subject | undefined>;
  subjectOfCase(caseNo: string, asOf: Instant): Promise<Subject | undefined>;
  /** Who has this number at `asOf`, by its key (`Keys.numberKey`): any number of theirs that is on file. */
  subjectOfNumber(numberKey: string, asOf: Instant): Promise<Subject | undefined>;
  countSubjects(asOf: Instant): Promise<number>;
  /** Key of each of a subject's numbers → the subject's key; for the sieve. */
  numberKeys(asOf: Instant): Promise<Map<string, string>>;
  /**
   * The case file without `feeds`: current versions, void ones too, of everything received by `asOf`, each `agency/feed/recordId` once;
   * cases by number, evidence by agency, feed and record id. Of a record's versions the newest received is current, except that one which
   * the agency's own `updatedAt` certainly dates before it came late and is not. Undefined for somebody not on file by then.
   */
  caseFile(key: string, asOf: Instant): Promise<Omit<CaseFile, 'feeds'> | undefined>;

  /** What the evidence of `caseFile` is chosen from: every version received by `asOf`, by agency, feed, record id and receipt. */
  versionsOf(personKey: string, asOf: Instant): Promise<EvidenceVersion[]>;
  /** Keys of persons of whom an appraisal, a part of the city's own file or an answer about whose a record is came after `since` and by `until`. */
  changedPersons(since: Instant, until: Instant): Promise<string[]>;
  /** The parts of the city's own file about a person, and when each was last told; nothing of them is read. */
  importsOf(personKey: string, asOf: Instant): Promise<ImportedPart[]>;

  // ---- what came ------------------------------------------------------------------------------------------------------------------------
  /**
   * One immediate transaction: messages, evidence, rejections, lookups and the cursor together or not at all. Evidence and lookups must be of
   * persons on file. A record tied by the number itself that was tied to somebody else before turns void for that person.
   */
  receive(batch: ReceiveBatch): Promise<ReceiveCounts>;
  /** Is a message with this hash stored for the feed, as a file of this base name where one is given? */
  hasMessage(agency: Agency, feed: string, sha256: string, file?: string): Promise<boolean>;
  /** Base name of the file a message came as; undefined where it was none or is not stored. */
  messageFile(agency: Agency, feed: string, id: string): Promise<string | undefined>;
  /** The bytes of a message as received; undefined where it is not stored or they were not to be kept. */
  messageBytes(agency: Agency, feed: string, id: string): Promise<Uint8Array | undefined>;
  /** Record ids of the feed's current, not void evidence (for a full load); of one connection where given. */
  currentRecordIds(agency: Agency, feed: string, connection?: string): Promise<{ recordId: string; personKey: string }[]>;
  /** The newest lookup of each feed for one person, and the newest that was answered, by `asOf`. */
  lookupsOf(personKey: string, asOf: Instant): Promise<LookupState[]>;
  /**
   * Persons due on a feed at `at`: never answered first, then the longest ago, among equals the longest untried; not those answered after
   * `freshSince`. A failed attempt is no answer, not even one of a run that was interrupted: what failed then may have been mended since.
   */
  due(ask: { agency: Agency; feed: string; connection: string; freshSince: Instant; at: Instant }): Promise<Subject[]>;
  /** The newest cursor of each change feed by `asOf`. */
  cursors(asOf: Instant): Promise<CursorState[]>;

  // ---- whose it is, where the number does not say ---------------------------------------------------------------------------------------
  /** Every pair of a person on file and a record that is perhaps about them, as known and answered by `asOf`; the oldest first. */
  reviews(asOf: Instant): Promise<ReviewItem[]>;
  /**
   * Keeps a person's answer. Throws ERR_INPUT for an item there is not, an empty name or reason, and for an answer that contradicts earlier ones,
   * which it names. What `audit` makes of it goes into the audit log in the same transaction.
   */
  answerReview(
    ask: { id: string; answer: ReviewAnswer; by: string; reason: string },
    at: Instant,
    audit?: (item: ReviewItem) => AuditEntry[],
  ): Promise<ReviewItem>;
  /** What was answered about pairs by `asOf`, oldest first. */
  linkAnswers(asOf: Instant): Promise<LinkAnswer[]>;

  // ---- what was found -------------------------------------------------------------------------------------------------------------------
  /**
   * Stores what one run found of some persons, in one transaction. Twice the same changes nothing: a run adds a step to a finding's history
   * once per change and state, `still-open` in the same state adds none, and a person's results of the same run are replaced. `lastSeenAt`
   * moves where the person's result has the finding, or without a result where the change says it was found.
   * With an empty `run` it is a person's decision, which a run that judged before it never overwrites (see `FindingWrite.from`).
   */
  putFindings(run: string, at: Instant, changes: readonly FindingWrite[], results: readonly CheckResult[]): Promise<void>;
  /**
   * Moves findings as a person decides, in one transaction: `move` sees each as it stands and says what becomes of it; where it throws, nothing
   * is moved. Findings are named by id or the beginning of one (ERR_INPUT where there is none, ERR_USAGE where several begin so) or asked for.
   * Gives them as they then are. What `audit` makes of them goes into the audit log in the same transaction.
   */
  moveFindings(
    which: readonly string[] | FindingQuery,
    at: Instant,
    move: (record: FindingRecord) => FindingWrite,
    audit?: (records: readonly FindingRecord[]) => AuditEntry[],
  ): Promise<FindingRecord[]>;
  findings(query?: FindingQuery): Promise<FindingRecord[]>;
  /** By id, or by the beginning of one; ERR_USAGE where several begin so. */
  finding(idOrPrefix: string): Promise<FindingRecord | undefined>;
  /** The latest stored rule results of a run that are `unknown`, for the report; without names. */
  unknowns(run: string): AsyncIterable<UnknownResult>;
  /** What each rule said of one person in a run; kept for the last runs. */
  resultsOf(run: string, personKey: string): Promise<StoredResult[]>;
  /** Counts per rule and outcome of a run. */
  outcomes(run: string): Promise<Record<string, Record<Outcome, number>>>;

  // ---- what went wrong ------------------------------------------------------------------------------------------------------------------
  /** Forgets what an interrupted attempt of a run noted. */
  clearFailures(run: string): Promise<void>;
  /** Notes rules that threw and persons who could not be judged, and keeps the case files. The same again changes nothing. */
  putFailures(run: string, at: Instant, failures: readonly FailureWrite[]): Promise<void>;
  failuresOf(run: string): Promise<RunFailures>;
  /** The case file a run failed at, as it was judged; kept of the last runs. */
  failedFile(run: string, personKey: string): Promise<CaseFile | undefined>;

  // ---- runs -----------------------------------------------------------------------------------------------------------------------------
  /**
   * Takes the one lock of that name, or throws ERR_STORE_LOCKED naming owner and age. Taken over from a process of this host that is gone, and
   * from anybody who has given no sign for 10 minutes.
   */
  lock(name: string): Promise<Lock>;
  /** Told twice it has begun once. */
  startRun(run: { id: string; startedAt: Instant; asOf: Instant }): Promise<void>;
  /** The run that was interrupted, if any. */
  interruptedRun(): Promise<{ id: string; startedAt: Instant; asOf: Instant; resumed: number } | undefined>;
  markResumed(run: string): Promise<void>;
  finishRun(manifest: RunManifest): Promise<void>;
  /** Keeps what a run has received when it begins to judge. */
  keepReceived(run: string, at: Instant, told: Received): Promise<void>;
  /** What the newest run had received that had begun to judge by then, whether or not it ever ended. */
  receivedBy(asOf: Instant): Promise<(Received & { run: string }) | undefined>;
  /** Those that have ended, by an instant where one is given, newest first; 100 where no limit is given. */
  runs(limit?: number, endedBy?: Instant): Promise<RunManifest[]>;
  /** What the run received so far, per feed; survives a kill. */
  feedCounts(run: string): Promise<FeedCounts[]>;
  rejectedOf(
    run: string,
  ): Promise<{ agency: Agency; feed: string; reason: string; count: number; firstMessage: string; firstPointer: string }[]>;
  unknownCodesOf(run: string): Promise<UnknownCode[]>;
  /** Shapes of records, accounts of rows, days and regions. */
  readonly completeness: CompletenessStore;
  /** Dossiers made for the province, and who has which version. */
  readonly dossiers: DossierStore;
  /** What is to be sent to the province. */
  readonly outbox: OutboxStore;
  /** Who did what about whom: the hash-chained log. */
  readonly audit: AuditStore;
  /** Numbers that signed requests used once. */
  readonly nonces: NonceStore;
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
  /** Linked: `personKey` is the key of the subject on file; with `tie` where something else than the number says so. */
  evidence: readonly { personKey: string; evidence: Evidence; tie?: LinkTie }[];
  /** Records that are no evidence, and are to be shown to a person: the name asked about, and no number. */
  leads?: readonly { personKey: string; evidence: Evidence; tie: LinkTie }[];
  rejected: readonly Rejected[];
  unknownCodes: readonly UnknownCode[];
  lookups?: readonly LookupWrite[];
  /**
   * A cursor move; with `failure` (an error code) the feed could not be read and the position stays where it was. What it does not say stays:
   * without `completeThrough` the last one holds, and a gap stays a gap until `gap: null` says that what was missing has come, or a full load.
   */
  cursor?: {
    position: Record<string, Json>;
    completeThrough?: PartialDate;
    gap?: { reason: string } | null;
    failure?: string;
  };
  /**
   * From a full load: every other current record that this connection brought turns void, except the record ids given: those on other pages
   * of the load, and those it holds in rows that could not become evidence.
   */
  voidAllOthers?: boolean | { except: readonly string[] };
  /**
   * Records that turn void without evidence: deleted by key alone, or now about somebody who is not on file. With the agency's own time of it
   * a newer version stands, and an older one that comes later does not, also where the record was not on file yet (for 90 days).
   */
  voidRecords?: readonly { recordId: string; updatedAt?: string }[];
  rows: number;
  sieved: number;
  /** What is counted of all of it, for the completeness of feeds. */
  tally?: FeedTally;
  /** What goes into the audit log with it: without it nothing of the batch is kept. */
  audit?: readonly AuditEntry[];
}

/** How a record was tied to a person by something else than the number. */
export interface LinkTie {
  /** Keyed hash of the person as the record knows them. */
  identity: string;
  /** In bits, one decimal place. */
  score: number;
}

/** One answer of a person about a pair. */
export interface LinkAnswer {
  at: Instant;
  item: string;
  personKey: string;
  identity: string;
  answer: ReviewAnswer;
  by: string;
  reason: string;
}

export interface ReceiveCounts {
  /** Records whose content was not known yet. */
  stored: number;
  /** Records already stored with the same content. */
  repeated: number;
  /** Versions by which a record turned void: as received (counted in `stored` too), or concluded by the store. */
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
  /** What a run did; left out for a person's decision. */
  change?: FindingChange;
  state: FindingState;
  by?: string;
  reason?: string;
  /** Last day on which a person's decision holds: `YYYY-MM-DD`. */
  until?: string;
  /** Digest of the facts a person decided on. */
  facts?: string;
  /** Whom a person told of it. */
  told?: readonly string[];
  /** Found again, although the person's result says nothing of it. */
  seen?: boolean;
  /** The finding as it stood when a run judged it. Where a person has moved it since, `again` says what becomes of it now; without, it stays. */
  from?: FindingRecord;
  again?: (now: FindingRecord) => FindingWrite | undefined;
}

/** Something that went wrong in judging; without `rule` the person could not be judged at all, without `personKey` a rule about the run threw. */
export interface FailureWrite extends FailureCause {
  rule?: string;
  personKey?: string;
  caseNos?: string[];
  file?: CaseFile;
}

/** What went wrong in a run; only what did. */
export interface RunFailures {
  failedRules?: FailedRule[];
  failedPersons?: FailedPersons;
}

/** One version of a record, and whether it is the one that holds. */
export interface EvidenceVersion {
  evidence: Evidence;
  isCurrent: boolean;
}

/** A part of the city's own file: the subject by key, a case by number, a benefit by id. */
export interface ImportedPart {
  part: 'subject' | 'case' | 'benefit';
  name: string;
  at: Instant;
}

/** Something a rule could not tell of a person. */
export interface UnknownResult {
  personKey: string;
  caseNos: string[];
  rule: string;
  reason: string;
  because: Bilingual;
}

/** A rule's result as kept: the text only where something was found or could not be told. */
export type StoredResult = Omit<RuleResult, 'because'> & { because?: Bilingual };

export interface FindingQuery {
  state?: FindingState[];
  rule?: string;
  personKey?: string;
  caseNo?: string;
  /** Only those whose history names this run. */
  run?: string;
  /** As they stood then; what a run did to them stands from its end. */
  asOf?: Instant;
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
