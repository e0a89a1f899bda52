import type { Finding, Severity } from '../model/index.js';
import type { Truth } from './truth.js';

/** How a night's findings compare with what was planted; counted by rule and case, those about the run (of no case) by rule. */
export interface Score {
  found: number;
  /** Planted and not found. */
  missed: { rule: string; caseNo: string; story: string }[];
  /** Found and not planted. `lookAlike` names the story where the person was planted to look bad. */
  false: { rule: string; caseNos: string[]; lookAlike?: string }[];
  /** Found, but as another severity than the specification gives; not counted as missed. */
  severities: { rule: string; caseNo: string; expected: Severity; found: Severity }[];
  perRule: Record<string, { expected: number; found: number; missed: number; false: number }>;
}

/** Scores the findings that are open after a complete night. */
export function score(
  findings: readonly Pick<Finding, 'rule' | 'severity' | 'subject'>[],
  truth: Pick<Truth, 'expected' | 'ofRun' | 'quiet'>,
): Score {
  const result: Score = { found: 0, missed: [], false: [], severities: [], perRule: {} };
  const of = (rule: string) => {
    result.perRule[rule] ??= { expected: 0, found: 0, missed: 0, false: 0 };
    return result.perRule[rule];
  };
  for (const planted of truth.expected) {
    const counts = of(planted.rule);
    counts.expected++;
    const matching = findings.filter(({ rule, subject }) => rule === planted.rule && subject.caseNos.includes(planted.caseNo));
    const [first] = matching;
    if (first === undefined) {
      counts.missed++;
      result.missed.push({ rule: planted.rule, caseNo: planted.caseNo, story: planted.story });
      continue;
    }
    counts.found++;
    result.found++;
    if (!matching.some(({ severity }) => severity === planted.severity)) {
      result.severities.push({ rule: planted.rule, caseNo: planted.caseNo, expected: planted.severity, found: first.severity });
    }
  }
  const isOfRun = (subject: Finding['subject']) => subject.caseNos.length === 0;
  for (const planted of truth.ofRun) {
    const counts = of(planted.rule);
    counts.expected++;
    if (findings.some(({ rule, subject }) => rule === planted.rule && isOfRun(subject))) {
      counts.found++;
      result.found++;
    } else {
      counts.missed++;
      result.missed.push({ rule: planted.rule, caseNo: '', story: planted.story });
    }
  }
  for (const { rule, subject } of findings) {
    if (isOfRun(subject) && truth.ofRun.some((planted) => planted.rule === rule)) continue;
    if (truth.expected.some((planted) => planted.rule === rule && subject.caseNos.includes(planted.caseNo))) continue;
    of(rule).false++;
    const lookAlike = truth.quiet.find(({ caseNo }) => subject.caseNos.includes(caseNo))?.story;
    result.false.push({ rule, caseNos: [...subject.caseNos], ...(lookAlike === undefined ? {} : { lookAlike }) });
  }
  return result;
}
