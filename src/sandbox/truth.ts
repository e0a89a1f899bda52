import { type Bilingual, type Day, formatDay, type Severity } from '../model/index.js';
import { parseDay } from './calendar.js';
import type { ExpectedReappraisal, World } from './world.js';

/** What a complete night must find on one day of the sandbox, and what it must leave alone. */
export interface Truth {
  /** The sandbox's day. */
  today: string;
  seed: number;
  people: number;
  /** Exactly these; whatever else is found of a person is false. */
  expected: { rule: string; caseNo: string; severity: Severity; story: string; note: Bilingual }[];
  /** Rules about the run that must fire; a night in which another of them fires is not complete. */
  ofRun: { rule: string; story: string; note: Bilingual }[];
  /** Persons of whom nothing may be found although something looks bad. */
  quiet: { caseNo: string; story: string; lookAlike: Bilingual }[];
  /** Rules that must say `unknown` of a person. */
  unknown: { rule: string; caseNo: string; story: string; reason: Bilingual }[];
  /** Records that an officer must be asked about: perhaps this person's. Exactly these. */
  reviews: { caseNo: string; agency: string; feed: string; story: string; note: Bilingual }[];
  /** What later days will add, with the first day. */
  coming: { rule: string; caseNo: string; severity: Severity; story: string; note: Bilingual; from: string }[];
  /** What the province is going to do when it is told to, and what the dossier must say; `expected` changes with what it concludes. */
  reappraisals: readonly ExpectedReappraisal[];
}

export function truthOf(world: World, today: Day): Truth {
  const reappraised = new Set(
    world.onFile
      .filter(({ reappraisals }) =>
        reappraisals.some(({ conclusion }) => conclusion !== undefined && parseDay(conclusion.on) <= today),
      )
      .flatMap(({ file }) => file?.cases.map(({ caseNo }) => caseNo) ?? []),
  );
  const active = world.expected.filter(
    ({ from, until, afterReappraisal, caseNo }) =>
      (from === undefined || from <= today) &&
      (until === undefined || today <= until) &&
      (!afterReappraisal || reappraised.has(caseNo)),
  );
  const later = world.expected.filter(({ from }) => from !== undefined && from > today);
  const plain = ({ rule, caseNo, severity, story, note }: World['expected'][number]) => ({ rule, caseNo, severity, story, note });
  return {
    today: formatDay(today),
    seed: world.seed,
    people: world.onFile.length,
    expected: active.map(plain).sort(byRuleAndCase),
    ofRun: world.ofRun.map(({ rule, story, note }) => ({ rule, story, note })),
    quiet: world.quiet.map(({ caseNo, story, lookAlike }) => ({ caseNo, story, lookAlike })),
    unknown: world.unknown.map(({ rule, caseNo, story, reason }) => ({ rule, caseNo, story, reason })).sort(byRuleAndCase),
    reviews: world.reviews.map(({ caseNo, agency, feed, story, note }) => ({ caseNo, agency, feed, story, note })),
    reappraisals: world.reappraisals,
    coming: later.map((item) => ({ ...plain(item), from: formatDay(item.from ?? today) })).sort(byRuleAndCase),
  };
}

function byRuleAndCase(a: { rule: string; caseNo: string }, b: { rule: string; caseNo: string }): number {
  return a.rule === b.rule ? (a.caseNo < b.caseNo ? -1 : 1) : a.rule < b.rule ? -1 : 1;
}
