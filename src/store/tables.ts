import type { Generated, Kysely } from 'kysely';
import type { FindingChange, FindingState, Outcome, ReviewAnswer, ReviewItem, RunManifest, Severity } from '../model/index.js';
import type { LookupOutcome } from './store.js';
import type {
  AuditRecordTable,
  AuditSealTable,
  DossierDeliveryTable,
  DossierTable,
  NonceTable,
  OutboxStepTable,
  OutboxTable,
} from './tables-province.js';

export type * from './tables-province.js';

/** The store's tables as the queries see them. Instants are UTC text, JSON is text, numbers are integers; see `migrations.ts`. */
export type Db = Kysely<Tables>;

export interface Tables {
  persons: PersonTable;
  city_file: CityFileTable;
  city_rows: CityRowTable;
  subject_numbers: { version: number; number_key: string };
  messages: MessageTable;
  records: RecordTable;
  evidence: EvidenceTable;
  rejections: RejectionTable;
  unknown_codes: UnknownCodeTable;
  lookups: LookupTable;
  lookup_heads: LookupHeadTable;
  cursors: CursorTable;
  findings: FindingTable;
  finding_cases: { finding: string; case_no: string };
  finding_history: FindingHistoryTable;
  verdicts: VerdictTable;
  results: ResultTable;
  failures: FailureTable;
  failed_files: { run: string; person_key: string; content: string };
  finding_versions: FindingVersionTable;
  retractions: RetractionTable;
  runs: RunTable;
  run_feeds: RunFeedTable;
  run_received: { run: string; at: string; content: string };
  locks: LockTable;
  link_ties: LinkTieTable;
  link_answers: LinkAnswerTable;
  record_shapes: RecordShapesTable;
  row_accounts: RowAccountsTable;
  feed_days: FeedDaysTable;
  dossiers: DossierTable;
  dossier_cases: { dossier: string; case_no: string };
  dossier_documents: { dossier: string; document: string; bytes: Uint8Array | ArrayBuffer };
  dossier_deliveries: DossierDeliveryTable;
  outbox: OutboxTable;
  outbox_steps: OutboxStepTable;
  audit_records: AuditRecordTable;
  audit_subjects: { person_key: string; seq: number };
  audit_cases: { case_no: string; seq: number };
  audit_seals: AuditSealTable;
  nonces: NonceTable;
}

/** Everybody who is or was on file. */
export interface PersonTable {
  key: string;
  first_at: string;
}

/** Append-only versions of the city's own file: a subject, a case, a benefit. The newest of `part` and `name` by an instant is current. */
export interface CityFileTable {
  id: Generated<number>;
  part: 'subject' | 'case' | 'benefit';
  /** The subject's key, the case number, or the subject's key and the benefit's id. */
  name: string;
  person_key: string;
  at: string;
  hash: string;
  content: string;
}

/** Append-only versions of rows of the city's own systems; only whose a row is found to be is written later. */
export interface CityRowTable {
  id: Generated<number>;
  kind: 'recognition' | 'appraisal' | 'benefit';
  /** The system's own key; of a benefit's row with period and month. */
  name: string;
  /** Whose it is: by its own number, else by what it is joined with; empty while nobody can tell. */
  person_key: string;
  /** Whose it is by the number it carries; empty where it carries none. */
  own_key: string;
  /** Keyed hashes of 个人编号 and 工伤认定信息ID; empty where the row has none. */
  person_no: string;
  recognition: string;
  at: string;
  /** When its system says it was handled, else when it came: UTC. */
  said_at: string;
  hash: string;
  content: string;
}

/** Messages in order of receipt. */
export interface MessageTable {
  id: Generated<number>;
  agency: string;
  feed: string;
  /** Which connection it came by first. */
  connection: string;
  message: string;
  sha256: string;
  received_at: string;
  file: string | null;
  /** Null where bytes must not be kept. SQLite gives back an ArrayBuffer. */
  bytes: Uint8Array | ArrayBuffer | null;
  run: string;
}

/** One per agency, feed, record id and person: an index over the versions, which can be computed from them again. */
export interface RecordTable {
  id: Generated<number>;
  agency: string;
  feed: string;
  record_id: string;
  person_key: string;
  kind: string;
  /** Which connection brought the current version. */
  connection: string;
  status: 'current' | 'void';
  /** When the record was last received, whether or not it said anything new. */
  seen_at: string;
}

/** Append-only versions of a record. */
export interface EvidenceTable {
  id: Generated<number>;
  record: number;
  status: 'current' | 'void';
  received_at: string;
  updated_at: string | null;
  hash: string;
  /** 1 where the record is tied to the person by the number itself (exact, upgraded). */
  certain: number;
  /** 1 where the version was written because the record turned out to be about another person. */
  moved: number;
  run: string;
  content: string;
}

export interface RejectionTable {
  id: Generated<number>;
  run: string;
  agency: string;
  feed: string;
  reason: string;
  pointer: string;
  message: string;
  detail: string | null;
}

export interface UnknownCodeTable {
  run: string;
  agency: string;
  feed: string;
  code_table: string;
  code: string;
  count: number;
  first_record: string;
}

/** Append-only: every person asked and how it was answered. */
export interface LookupTable {
  id: Generated<number>;
  run: string;
  agency: string;
  feed: string;
  connection: string;
  person_key: string;
  outcome: LookupOutcome;
  at: string;
  error: string | null;
}

/** The newest lookup of each person and connection, an index over `lookups`. */
export interface LookupHeadTable {
  person_key: string;
  agency: string;
  feed: string;
  connection: string;
  run: string;
  outcome: LookupOutcome;
  at: string;
  error: string | null;
  answered_at: string | null;
}

/** Append-only moves; each row says everything that holds from then on. */
export interface CursorTable {
  id: Generated<number>;
  run: string;
  agency: string;
  feed: string;
  connection: string;
  position: string;
  moved_at: string;
  complete_through: string | null;
  gap: string | null;
  failure: string | null;
}

export interface FindingTable {
  id: string;
  rule: string;
  person_key: string;
  state: FindingState;
  first_seen_at: string;
  last_seen_at: string;
  hash: string;
  content: string;
}

/** Append-only. */
export interface FindingHistoryTable {
  id: Generated<number>;
  finding: string;
  at: string;
  run: string | null;
  from_state: FindingState | null;
  to_state: FindingState;
  change: FindingChange | null;
  by_whom: string | null;
  reason: string | null;
  /** Last day on which a person's decision holds. */
  until_day: string | null;
  /** Digest of the facts a person decided on. */
  facts: string | null;
  /** JSON list of whom a person told. */
  told: string | null;
}

/** What rules said in a run, each thing said once, with the number of persons of whom it was said. */
export interface VerdictTable {
  id: Generated<number>;
  run: string;
  hash: string;
  rule: string;
  outcome: Outcome;
  reason: string;
  severity: Severity | null;
  /** Only where something was found or could not be told. */
  zh: string | null;
  en: string | null;
  persons: number;
}

/** What was said of one person in a run: ids of `verdicts`. */
export interface ResultTable {
  run: string;
  person_key: string;
  case_nos: string;
  verdicts: string;
}

/** A rule that threw for a person in a run; `rule` is empty where the person's file could not be judged at all, `person_key` for a rule about the run. */
export interface FailureTable {
  run: string;
  rule: string;
  person_key: string;
  case_nos: string;
  at: string;
  error: string;
  message: string;
  place: string | null;
}

/** Append-only: what a finding said from an instant on. */
export interface FindingVersionTable {
  finding: string;
  run: string | null;
  at: string;
  content: string;
}

export interface RunTable {
  id: string;
  started_at: string;
  as_of: string;
  state: RunManifest['state'];
  resumed: number;
  finished_at: string | null;
  manifest: string | null;
}

export interface RunFeedTable {
  run: string;
  agency: string;
  feed: string;
  connection: string;
  rows: number;
  sieved: number;
  stored: number;
  repeated: number;
  voided: number;
  rejected: number;
  messages: number;
}

export interface LockTable {
  name: string;
  token: string;
  host: string;
  pid: number;
  process: string;
  taken_at: string;
  beat_at: string;
}

/** One per person and version of a record (its content hash) that is tied by something else than the number; append-only. */
export interface LinkTieTable {
  person_key: string;
  hash: string;
  /** Id of the review item: of the pair of person and identity. */
  item: string;
  /** Keyed hash of the person as the record knows them. */
  identity: string;
  agency: string;
  feed: string;
  record_id: string;
  level: ReviewItem['level'];
  /** Tenths of a bit. */
  score: number;
  received_at: string;
  run: string;
  /** The evidence; of `lead` ones it is nowhere else. */
  content: string;
}

/** Append-only: who said what about a pair. */
export interface LinkAnswerTable {
  id: Generated<number>;
  at: string;
  item: string;
  person_key: string;
  identity: string;
  answer: ReviewAnswer;
  by_whom: string;
  reason: string;
}

/** What the records of a run looked like, per feed and connection; `drift` is what was told of it. */
export interface RecordShapesTable {
  run: string;
  agency: string;
  feed: string;
  connection: string;
  at: string;
  content: string;
  drift: string | null;
}

export interface RowAccountsTable {
  run: string;
  agency: string;
  feed: string;
  connection: string;
  read: number;
  mapped: number;
  rejected: number;
  sieved: number;
  voided: number;
  passed_over: number;
  evidence: number;
}

/** The newest word by key alone that a record is gone; forgotten after a while. */
export interface RetractionTable {
  agency: string;
  feed: string;
  /** Keyed hash of the record's id. */
  record: string;
  /** The agency's own time of it, as sent. */
  updated_at: string;
  received_at: string;
}

/** Append-only: rows of one day that came in one batch or file. */
export interface FeedDaysTable {
  id: Generated<number>;
  run: string;
  agency: string;
  feed: string;
  connection: string;
  at: string;
  day: string;
  part: string;
  rows: number;
  kept: number;
  regions: string;
}
