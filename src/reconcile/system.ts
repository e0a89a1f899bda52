import type { CheckResult, Finding, RuleResult } from '../model/index.js';
import { rules as catalogue } from './catalogue.generated.js';
import { activeRules, type Checked, type CheckOptions, highest } from './check.js';
import { failedBecause, failureOf, type RuleFailure } from './failure.js';
import { fingerprint } from './fingerprint.js';
import { plainReasons } from './reasons.js';
import type { FeedNeed, RunFacts, RunRule } from './rule.js';

/** The key under which findings about a run live: about no person. */
const systemKey = 'system';

/** What the rules that look at a run as a whole say of one. Pure; the same facts give the same ids, run after run. */
export function systemFindings(facts: RunFacts, options: CheckOptions = {}): CheckResult {
  return systemTellingFailures(facts, options).result;
}

/** The same, with the exceptions of rules that threw: their result is `unknown` (`rule-failed`), and closes nothing. */
export function systemTellingFailures(facts: RunFacts, options: CheckOptions = {}): Checked {
  const active = activeRules(catalogue, options);
  const needed = facts.needed ?? neededFeeds(active.map(({ rule }) => rule));
  const results: RuleResult[] = [];
  const findings: Finding[] = [];
  const failures: RuleFailure[] = [];
  for (const { rule, parameters } of active) {
    if (rule.scope !== 'run') continue;
    try {
      const found = rule.check({ ...facts, needed }, parameters).map((finding) => findingOf(rule, finding));
      results.push(resultOf(rule, found));
      findings.push(...found);
    } catch (error) {
      failures.push({ rule: rule.id, ...failureOf(error, 'no-person') });
      results.push({ rule: rule.id, outcome: 'unknown', reason: 'rule-failed', because: failedBecause(rule) });
    }
  }
  const result: CheckResult = {
    asOf: facts.asOf,
    subject: { key: systemKey, caseNos: [] },
    deathFact: { level: 'none', kinds: [], evidence: [] },
    results,
    findings,
  };
  return { result, failures };
}

/** Every feed a rule over persons needs, with the rules that need it. */
function neededFeeds(rules: readonly (typeof catalogue)[number][]): (FeedNeed & { rules: string[] })[] {
  const byFeed = new Map<string, FeedNeed & { rules: string[] }>();
  for (const rule of rules) {
    if (rule.scope !== 'person') continue;
    for (const { agency, feed } of rule.feeds) {
      const known = byFeed.get(`${agency}/${feed}`) ?? { agency, feed, rules: [] };
      known.rules.push(rule.id);
      byFeed.set(`${agency}/${feed}`, known);
    }
  }
  return [...byFeed.values()];
}

function findingOf(rule: RunRule, found: ReturnType<RunRule['check']>[number]): Finding {
  return {
    id: fingerprint(rule.id, systemKey, found.about),
    rule: rule.id,
    ruleVersion: rule.version,
    severity: found.severity,
    subject: { key: systemKey, caseNos: [] },
    title: rule.title,
    explanation: found.explanation,
    claims: [...found.claims],
    action: rule.action,
    basis: [...rule.basis],
  };
}

function resultOf(rule: RunRule, found: readonly Finding[]): RuleResult {
  if (found.length === 0) {
    return {
      rule: rule.id,
      outcome: 'clear',
      reason: 'no-contradiction',
      because: { zh: `没有发现：${rule.title.zh}`, en: `not found: ${rule.title.en}` },
    };
  }
  const severity = highest(found.map((finding) => finding.severity));
  return { rule: rule.id, severity, outcome: 'finding', reason: 'contradiction', because: plainReasons.contradiction };
}
