/** What `yilian/reconcile` gives: the cross-check of one person, its parts, and the rules it is made of. */
export { type CheckOptions, check, checkWith, deathFact, ruleVersions } from './check.js';
export { type Clock, type Clocks, clocks } from './clocks.js';
export { type ExplainOptions, explain } from './explain.js';
export { arrangements, calendarWith, type DayLists, shippedCalendar } from './holidays.js';
export { linkTo } from './link.js';
export { notApplicableReasons, plainReasons, unknownReasons } from './reasons.js';
export type {
  Doubt,
  FeedNeed,
  PersonRule,
  Rule,
  RuleContext,
  RuleExample,
  RuleFinding,
  RunExample,
  RunFacts,
  RunFinding,
  RunRule,
  Verdict,
} from './rule.js';
export { rules, ruleTexts } from './rule-texts.js';
export { systemFindings } from './system.js';
