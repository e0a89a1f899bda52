import type { FeedStatus } from './case-file.js';
import type { Agency, Bilingual, Instant } from './primitives.js';

/** What is counted of everything a feed gives, rows about others too: names of fields and shapes of values, days, regions. Never a value. */
export interface FeedTally {
  shapes: RecordShapes;
  rows: RowAccounts;
  /** Of feeds of changes. */
  days: DayRows[];
}

/** What records looked like, by the operation that gave them; `''` where the protocol has none. */
export type RecordShapes = ShapeGroup[];

export interface ShapeGroup {
  operation: string;
  records: number;
  /** The first record, as in `SchemaDrift.first`. */
  first: string;
  fields: FieldShapes[];
}

/** One field: how many records have it, and what its values look like. */
export interface FieldShapes {
  /** As the source writes it; fields inside others are parted by `/`, elements of a list are `*`. */
  name: string;
  count: number;
  first: string;
  /** `empty`, `digits-6`, `yyyy-MM-dd`, `text` …: see `adapters/value-shape.ts`. */
  shapes: { shape: string; count: number; first: string }[];
}

/** What became of every row that was read, each counted once. */
export interface RowAccounts {
  read: number;
  mapped: number;
  rejected: number;
  /** About persons not on file. */
  sieved: number;
  /** Retracted by their key alone. */
  void: number;
  /** Records the mapping has no element for: joined with another, a heading, not of the feed's kind. */
  passedOver: number;
  /** Pieces of evidence made of the mapped rows: a row may give several. */
  evidence: number;
}

/** Rows of one day that came in one part: a batch, a file. */
export interface DayRows {
  /** `YYYY-MM-DD`: of the batch, else of the row's own time, else of the file's name, else of receipt. */
  day: string;
  /** Number of the batch, or name of the file; `''` where neither is known. */
  part: string;
  rows: number;
  /** Of them about persons on file. */
  kept: number;
  /** Six-digit region → rows; rows that give none are under `''`. */
  regions: Record<string, number>;
}

/** Which days and regions one connection of a feed has told of, by an instant. */
export interface FeedCoverage {
  agency: Agency;
  feed: string;
  connection?: string;
  mode: 'lookup' | 'changes';
  /** The last days up to the instant's, oldest first, without a hole. */
  days: CoverageDay[];
  /** What is known to be missing: `batch:20250303`, `file:name.csv`, …, as accepted in `settings.acceptedGaps`. */
  missing: string[];
  /** Regions the configuration says it covers; absent = everywhere. */
  covers?: string[];
  /** Rows told of each six-digit region in those days, most first; `region: ''` for rows that give none. Of feeds of changes. */
  regions?: { region: string; rows: number }[];
  /** Persons on file by region of domicile (`''` = unknown), and how fresh the feed is for them. Of feeds that are asked per person. */
  persons?: { region: string; states: Partial<Record<FeedStatus['state'], number>> }[];
}

export interface CoverageDay {
  day: string;
  /** `none`: nothing came, nobody was asked, and nothing says that it had to be. */
  state: 'came' | 'missing' | 'none';
  /** Batches or files, rows, rows about persons on file. Of feeds of changes. */
  parts?: number;
  rows?: number;
  kept?: number;
  /** Persons answered and persons asked in vain. Of feeds that are asked per person. */
  answered?: number;
  failed?: number;
}

/** What was seen of a feed before the run began its work. It stops nothing and is no status. */
export interface FeedPreflight {
  /**
   * `unreachable`, `outside-hours`, `quota`, `breaker-open`, `clock`, `folder-unreadable`, `file-waiting`, `marker-without-file`,
   * `batch-not-there`, `never-before`, `failed-last-run`.
   */
  trouble: string;
  message: Bilingual;
  at: Instant;
}
