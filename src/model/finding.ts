import type { Agency, Bilingual, Instant, PartialDate, Source } from './primitives.js';

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';

/** What all death evidence together says. Computed, never stored as a source. */
export interface DeathFact {
  level: 'none' | 'reported' | 'corroborated' | 'conflicting' | 'disputed';
  best?: PartialDate;
  /** `YYYY-MM-DD`. */
  earliest?: string;
  /** `YYYY-MM-DD`. */
  latest?: string;
  /** Kinds of death evidence, sorted, no doubles. */
  kinds: string[];
  /** `agency/feed/recordId`, sorted, no doubles. */
  evidence: string[];
}

export type Outcome = 'finding' | 'clear' | 'unknown' | 'not-applicable' | 'suppressed';

/** What one rule says of one person: silence is explained too. */
export interface RuleResult {
  rule: string;
  /** The highest of its findings. */
  severity?: Severity;
  outcome: Outcome;
  /** Machine-readable slug. */
  reason: string;
  because: Bilingual;
}

/** One side of a contradiction. */
export interface Claim {
  agency: Agency;
  recordId: string;
  field: string;
  value: string;
  /** None for the city's own file. */
  source?: Source;
}

export type Action =
  | 'record'
  | 'ask-applicant'
  | 'ask-agency'
  | 'hold-step'
  | 'propose-suspension'
  | 'propose-recovery'
  | 'refer';

/** A lead for a person to verify, never a decision. The strongest action that leaves the library by itself is `hold-step`. */
export interface Finding {
  /** Fingerprint: same rule, subject and contradicting records ⇒ same id, run after run. */
  id: string;
  rule: string;
  ruleVersion: string;
  severity: Severity;
  subject: { key: string; caseNos: string[] };
  title: Bilingual;
  /** Says what contradicts what, with dates and agencies. */
  explanation: Bilingual;
  /** At least the two sides. */
  claims: Claim[];
  action: Action;
  /** Articles. */
  basis: string[];
}

/** The cross-check of one person. */
export interface CheckResult {
  asOf: Instant;
  subject: { key: string; caseNos: string[] };
  deathFact: DeathFact;
  /** One per rule that is switched on. */
  results: RuleResult[];
  findings: Finding[];
}
