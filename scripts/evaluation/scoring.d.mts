import type { FindingRecord, Severity } from '../../src/model/index.js';

export interface Scored {
  planted: { rule: string; caseNo: string; story: string; severity: Severity; found?: Severity; as: string }[];
  given: { id: string; rule: string; severity: Severity; caseNos: string[]; isTrue: boolean; isOutdated: boolean }[];
}

export interface Counts {
  planted: number;
  found: number;
  unknown: number;
  spoiled: number;
  unasked: number;
  clear: number;
  outdated: number;
  false: number;
}

export function scoreTrial(trial: {
  expected: readonly { rule: string; caseNo: string; severity: Severity; story: string }[];
  before: readonly { rule: string; caseNo: string }[];
  records: readonly FindingRecord[];
  outcomeOf: (caseNo: string, rule: string) => string | undefined;
  feedsOf: (rule: string) => readonly string[];
  disturbed: ReadonlySet<string>;
  spoiled: ReadonlySet<string>;
}): Scored;

export function summed(trials: readonly Scored[]): {
  rules: Record<string, Counts>;
  bySeverity: Record<
    Severity,
    { given: number; true: number; planted: number; asPlanted: number; lower: number; higher: number }
  >;
};

export function sharesOf(counts: Pick<Counts, 'planted' | 'found' | 'unknown' | 'false'>): {
  precision: number | undefined;
  recall: number | undefined;
  unknown: number | undefined;
};
