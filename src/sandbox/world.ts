import type {
  AppraisalCase,
  Benefit,
  Bilingual,
  CaseImport,
  CaseImportSettlement,
  Conclusion,
  Day,
  Diagnosis,
  Person,
  Severity,
} from '../model/index.js';
import type { Citizen } from './citizens.js';
import type { Scan } from './documents.js';
import type { Hospital } from './hospitals.js';
import type { Misdeed } from './province/misdeeds.js';

/**
 * What really happened in the made-up city, and what each agency has of it. A `Life` is one person's; the agencies' own rows are derived from it,
 * so that they agree wherever no story says otherwise.
 */
export interface Life {
  citizen: Citizen;
  /** Only lives on file have a city file; strangers have none. */
  file?: CityFile;
  /** How the population register has the person; absent: the register does not know the number. */
  register?: { name: string; deadSince?: Day };
  /** Cancellations of the household registration that are no death (迁出注销), as the city's own register has them. */
  moves: Move[];
  stays: Stay[];
  certificates: Certificate[];
  /** Certificates of others whose rows look like this person's. */
  lookAlikes: Certificate[];
  cremations: Cremation[];
  settlements: Settlement[];
  /** Absent: not insured. */
  insured?: { fund: '310' | '390'; since: Day; employer?: string; name: string };
  /** What the province has of the person, where that is not simply what the city has, taken on the day after each conclusion. */
  provincial?: ProvincialCase[];
  /** Re-appraisals the province has opened about the person, beside what it has of the city's cases. */
  reappraisals: Reappraisal[];
  /** Files of the documents that the cases name; most documents have none. */
  scans: Scan[];
  /** False: the health platform has never seen the person and drops the filter when asked. */
  knownToHealth: boolean;
}

/** What the appraisal centre holds itself: one line of `cases.jsonl`. */
export interface CityFile {
  subject: Person;
  cases: AppraisalCase[];
  benefits: Benefit[];
  settlements: CaseImportSettlement[];
}

/** A hospital stay as it happened. */
export interface Stay {
  /** 就诊流水号 at the health platform; also names the stay in the world. */
  visitNo: string;
  /** 住院号: told by both agencies. */
  recordNo: string;
  /** 就诊ID at the medical insurance. */
  insuranceVisitNo: string;
  hospital: Hospital;
  admittedOn: Day;
  dischargedOn?: Day;
  /** 离院方式 (CV06.00.226, the same in insurance): 1 home, 2 transfer, 3 community, 4 against advice, 5 died, 9 other; 7 is in no list: a hospital's own. */
  way: '1' | '2' | '3' | '4' | '5' | '7' | '9';
  diedOn?: Day;
  diagnosis: Required<Diagnosis>;
  /** 22 外伤住院, 21 普通住院. */
  medType: '21' | '22';
  /** Which agencies tell it. */
  health: boolean;
  insurance: boolean;
  /** Days by which the insurance writes admission later than the hospital. */
  insuranceShift: number;
  /** The health platform sends the same stay twice. */
  repeated: boolean;
}

/** The household registration cancelled because the person moved out or settled abroad. */
export interface Move {
  /** 人员ID of the row. */
  rowId: string;
  /** RYZT: 2 moved out (迁出), 4 settled abroad (出国（境）定居). */
  state: '2' | '4';
  on: Day;
  sentOn: Day;
  /** When the registration was restored (恢复户口): the row is changed. */
  restoredOn?: Day;
}

/** A medical certificate of death (居民死亡医学证明). */
export interface Certificate {
  uuid: string;
  diedOn: Day;
  /** When its row is sent with the table; absent: never. */
  sentOn?: Day;
  /** From when the lookup service knows it; absent: never. */
  servedFrom?: Day;
  /** When the table retracts it. */
  retractedOn?: Day;
  /** A corrected version of the same row. */
  update?: { sentOn: Day; diedOn: Day };
  /** The table writes the number in its 15-digit form. */
  fifteenDigits?: boolean;
  /** The table writes these instead of the person's own; an empty text: nothing. */
  written?: { number?: string; name?: string; bornOn?: string };
  cause: Required<Diagnosis>;
}

/** A cremation (火化). */
export interface Cremation {
  crematedOn: Day;
  /** 死亡时间; often left empty. */
  diedOn?: Day;
  /** How the row names the dead: their number, its 15-digit form, or nothing. */
  number: 'full' | 'fifteen' | 'none';
  registeredOn: Day;
}

/** A case as the province has it. */
export interface ProvincialCase {
  case: AppraisalCase;
  /** When the province took it; absent: on the day after each conclusion. */
  takenOn?: Day;
}

/** A re-appraisal (再次鉴定) by the province of what the city concluded. The province's conclusion is final. */
export interface Reappraisal {
  /** AAZ151. */
  provincialNo: string;
  /** The city's case and the conclusion that is challenged. */
  caseNo: string;
  conclusionNo: string;
  openedOn: Day;
  /** Absent: still open. */
  conclusion?: Conclusion;
}

/** A settlement of the medical insurance (结算). */
export interface Settlement {
  settlementNo: string;
  /** What was settled; a visit or a purchase is a stay of one day that nobody tells of. */
  stay: Stay;
  /** Absent: inpatient care. */
  setting?: 'outpatient' | 'pharmacy';
  fund: '310' | '390';
  settledOn: Day;
  /** Fen; negative for a reversal. */
  total: number;
  fundPaid: number;
  invoiceNo: string;
  interim: boolean;
  /** Settlement number of what it takes back. */
  reversalOf?: string;
  manual: boolean;
  sentOn: Day;
  /** When a D row takes the row itself back: it was entered by mistake. */
  deletedOn?: Day;
}

/** Something a complete night must find. `from` and `until` are days of the sandbox, both counted; absent = always. */
export interface Expected {
  story: string;
  rule: string;
  caseNo: string;
  severity: Severity;
  note: Bilingual;
  from?: Day;
  until?: Day;
  /** Found once the province has concluded its re-appraisal of the person, whichever day that is. */
  afterReappraisal?: true;
}

/** What the province is going to do about a person, when it is told to, and what must come of it. */
export interface ExpectedReappraisal {
  story: string;
  /** The case that is challenged, and its conclusion. */
  caseNo: string;
  conclusionNo: string;
  note: Bilingual;
  /** What the dossier must say. */
  late: boolean;
  /** What it concludes, where it gets that far. */
  grade?: Conclusion['grade'];
  misdeeds: readonly Misdeed[];
  /** What the city does with its file after the dossier was pulled. */
  afterwards?: 'revoke' | 'supplement';
}

/** What a night must say of its own messages, about nobody in particular. */
export interface ExpectedOfRun {
  story: string;
  rule: string;
  note: Bilingual;
}

/** A person about whom nothing may be found, although something looks bad. */
export interface Quiet {
  story: string;
  caseNo: string;
  lookAlike: Bilingual;
}

/** Something that cannot be told: the rule must say `unknown`, never `clear` and never a finding. */
export interface Unknown {
  story: string;
  rule: string;
  caseNo: string;
  reason: Bilingual;
}

/** A record that must be put before an officer: perhaps this person's. */
export interface ExpectedReview {
  story: string;
  caseNo: string;
  agency: string;
  feed: string;
  note: Bilingual;
}

export interface World {
  seed: number;
  /** The day the world begins; `advance` moves on from here. */
  start: Day;
  onFile: Life[];
  strangers: Life[];
  expected: Expected[];
  ofRun: ExpectedOfRun[];
  quiet: Quiet[];
  unknown: Unknown[];
  reviews: ExpectedReview[];
  reappraisals: ExpectedReappraisal[];
}

/** How many days of files there are when the world begins: the first of them holds everything before. */
export const daysOfFiles = 30;

/** Everybody the agencies know of. */
export function everybody(world: World): Life[] {
  return [...world.onFile, ...world.strangers];
}

/** The lines of `cases.jsonl`. */
export function importsOf(world: World): CaseImport[] {
  return world.onFile.flatMap((life) => (life.file === undefined ? [] : [life.file]));
}
