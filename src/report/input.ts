import type {
  Bilingual,
  Explanation,
  FeedRun,
  FindingChange,
  FindingRecord,
  ReviewItem,
  RunManifest,
  Severity,
} from '../model/index.js';

/** Everything the report shows, as plain data; gathered from the store by `gather`. Identities are masked by the report, not here. */
export interface ReportInput {
  lang: 'zh' | 'en';
  generatedAt: string;
  city: { name: string; organisation: string };
  manifest: RunManifest;
  /** Findings the run touched or left open, with the person's mask-to-be. */
  findings: ReportFinding[];
  /** What could not be told: grouped by rule and reason, with the persons it stands for. */
  unknowns: { rule: string; reason: string; because: Bilingual; persons: { key: string; caseNos: string[] }[] }[];
  feeds: FeedRun[];
  rules: RuleText[];
  /** Agency → the title its adapter gives. */
  agencies: Readonly<Record<string, Bilingual>>;
  /** How many persons the cross-check judged. */
  persons: number;
  /** Records that are perhaps about somebody on file; the open ones are shown. */
  reviews?: ReviewItem[];
  /** Persons explained one by one: those with findings, the gravest first, then some who are unknown. */
  people?: Explanation[];
  /** How many more there are. */
  peopleLeft?: number;
  /** The counts of the last runs, oldest first, this one included. */
  history: { startedAt: string; new: number; open: number }[];
}

export interface ReportFinding {
  record: FindingRecord;
  /** What the run did to it; absent for one it did not touch. */
  change?: FindingChange;
  subject: { key: string; name?: string; idNumber?: string; caseNos: string[] };
}

/** What the report says about a rule. */
export interface RuleText {
  id: string;
  version: string;
  severity: Severity;
  title: Bilingual;
  description: Bilingual;
  basis: string[];
  scope: 'person' | 'run';
}
