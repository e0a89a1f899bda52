import type {
  Action,
  Agency,
  Bilingual,
  CaseFile,
  Claim,
  Day,
  Evidence,
  FeedRun,
  Instant,
  Outcome,
  RunManifest,
  Severity,
  UnknownCode,
} from '../model/index.js';
import type { PersonFile } from './person-file.js';

/** A feed a rule needs. */
export interface FeedNeed {
  readonly agency: Agency;
  readonly feed: string;
}

/** What a rule says of itself; a file of rules/ holds this, its check and its examples, as default export. The build lists the files. */
export interface RuleMeta<P> {
  readonly id: string;
  /** Raised when the rule would judge the same facts differently. */
  readonly version: string;
  /** The highest it gives. */
  readonly severity: Severity;
  /** Names the fault that is found. */
  readonly title: Bilingual;
  /** What it fires on, in one or two sentences for an officer. */
  readonly description: Bilingual;
  readonly feeds: readonly FeedNeed[];
  /** Every number and list is a parameter with the default given. */
  readonly parameters: P;
  /** Articles. */
  readonly basis: readonly string[];
  readonly action: Action;
}

export type Parameters = Readonly<Record<string, unknown>>;

/** A rule over one person's file: a pure function; it never asks an agency and never reads a clock. */
export interface PersonRule<P = Parameters> extends RuleMeta<P> {
  readonly scope: 'person';
  /** At a disputed death it says nothing but `death-disputed`. */
  readonly readsDeathFact: boolean;
  /** Decided by the city's own file alone, first of all. */
  notApplicable?(file: PersonFile): Doubt | undefined;
  check(context: RuleContext<P>): Verdict;
  /** The day its feeds must be complete through before it may say clear; undefined where it asks about the present. */
  dayInQuestion?(file: PersonFile): Day | undefined;
  readonly examples: readonly RuleExample[];
}

/** A rule over one run: the facts of its feeds, not of a person. */
export interface RunRule<P = Parameters> extends RuleMeta<P> {
  readonly scope: 'run';
  check(facts: RunFacts, parameters: P): RunFinding[];
  readonly examples: readonly RunExample[];
}

export type Rule = PersonRule | RunRule;

/** What a rule sees: one person's file, prepared once for all rules. */
export interface RuleContext<P = Parameters> {
  readonly file: PersonFile;
  readonly parameters: P;
  /** Configured reading of private-use characters in names. */
  readonly privateUse: ReadonlyMap<string, string>;
}

/** What a rule says. `findings` wins over `doubts`, and these over clear. */
export interface Verdict {
  readonly findings: readonly RuleFinding[];
  /** Things that look bad and cannot be told. */
  readonly doubts: readonly Doubt[];
}

/** Why something cannot be told, or need not be: a slug and a text. */
export interface Doubt {
  readonly reason: string;
  readonly because: Bilingual;
}

export interface RuleFinding {
  readonly severity: Severity;
  /** What contradicts what, with dates and agencies. */
  readonly explanation: Bilingual;
  /** The sides beside the death fact; at least two where it does not rest on that. */
  readonly claims: readonly Claim[];
  /** The evidence it rests on: it is as certain as the weakest link among these. */
  readonly rests: readonly { readonly record: Evidence; readonly certain: boolean }[];
  /** Rests on the death fact: all its records are claims too, and a fact made of uncertain links caps the severity. */
  readonly restsOnDeath?: boolean;
  /** What the fingerprint is made of, where that is not the claims' records: for contradictions that grow (one more month paid). */
  readonly about?: readonly string[];
  readonly action?: Action;
}

/** One example of a rule over a person: its test and its documentation. */
export interface RuleExample {
  readonly name: Bilingual;
  /** A case file, as little as it takes. */
  readonly file: CaseFile;
  readonly parameters?: Parameters;
  readonly expect: { readonly outcome: Outcome; readonly severity?: Severity; readonly reason?: string };
}

/** What a run knows of its feeds. */
export interface RunFacts {
  readonly asOf: Instant;
  readonly feeds: readonly FeedRun[];
  readonly unknownCodes: readonly UnknownCode[];
  readonly rejected: RunManifest['rejected'];
  /** The feeds of earlier runs, one list a run. */
  readonly history?: readonly (readonly FeedRun[])[];
  /** The band of one connection of a feed, where it has its own: 0.5 = ±50 %. */
  rowBand?(run: Pick<FeedRun, 'agency' | 'feed' | 'connection'>): number;
  /** The feeds the active rules need; the check fills it in. */
  readonly needed?: readonly (FeedNeed & { readonly rules: readonly string[] })[];
}

export interface RunFinding {
  readonly severity: Severity;
  readonly explanation: Bilingual;
  readonly claims: readonly Claim[];
  /** What the fingerprint is made of: stable from run to run. */
  readonly about: readonly string[];
}

/** One example of a rule over a run. */
export interface RunExample {
  readonly name: Bilingual;
  readonly facts: RunFacts;
  readonly parameters?: Parameters;
  readonly expect: { readonly findings: number; readonly severity?: Severity };
}
