import type { Action, Bilingual, CaseFile, Claim, DeathFact, RuleResult, Severity } from '../model/index.js';

/** A feed a rule needs. */
export interface FeedNeed {
  agency: string;
  feed: string;
}

/** What a rule file exports as default: meta, check and examples in one place. The build lists the files of `rules/`. */
export interface Rule {
  readonly id: string;
  /** Raised when the rule would judge the same facts differently. */
  readonly version: string;
  readonly severity: Severity;
  readonly title: Bilingual;
  /** What it fires on, in one or two sentences for an officer. */
  readonly description: Bilingual;
  readonly feeds: readonly FeedNeed[];
  /** Every number and list is a parameter with the default given. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Articles. */
  readonly basis: readonly string[];
  readonly action: Action;
  /** Decided by the city's own file alone, first of all. */
  notApplicable?(context: RuleContext): { reason: string; because: Bilingual } | undefined;
  check(context: RuleContext): Verdict;
  readonly examples: readonly RuleExample[];
}

/** What a rule sees: one person's file, prepared once for all rules. */
export interface RuleContext {
  readonly file: CaseFile;
  readonly deathFact: DeathFact;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** What a rule says. `findings` wins over `doubts`, and these over clear. */
export interface Verdict {
  findings: readonly RuleFinding[];
  /** Things that look bad and cannot be told: each a reason slug and a text. */
  doubts: readonly { reason: string; because: Bilingual }[];
}

export interface RuleFinding {
  severity: Severity;
  /** What contradicts what, with dates and agencies. */
  explanation: Bilingual;
  /** At least the two sides; the fingerprint is made of their agency, recordId and field. */
  claims: Claim[];
  action?: Action;
}

export interface RuleExample {
  name: string;
  /** A case file, as little as it takes. */
  file: CaseFile;
  parameters?: Record<string, unknown>;
  expect: Pick<RuleResult, 'outcome'> & { severity?: Severity; reason?: string };
}
