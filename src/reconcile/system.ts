import type { CheckResult, Finding, RuleResult } from '../model/index.js';
import { rules as catalogue } from './catalogue.generated.js';
import { activeRules, type CheckOptions, highest } from './check.js';
import { fingerprint } from './fingerprint.js';
import { plainReasons } from './reasons.js';
import type { FeedNeed, RunFacts, RunRule } from './rule.js';

/** The key under which findings about a run live: about no person. */
const systemKey = 'system';

/** What the rules that look at a run as a whole say of one. Pure; the same facts give the same ids, run after run. */
export function systemFindings(facts: RunFacts, options: CheckOptions = {}): CheckResult {
  const active = activeRules(catalogue, options);
  const needed = facts.needed ?? neededFeeds(active.map(({ rule }) => rule));
  const results: RuleResult[] = [];
  const findings: Finding[] = [];
  for (const { rule, parameters } of active) {
    if (rule.scope !== 'run') continue;
    const found = rule.check({ ...facts, needed }, parameters).map((finding) => findingOf(rule, finding));
    findings.push(...found);
    results.push(resultOf(rule, found));
  }
  return {
    asOf: facts.asOf,
    subject: { key: systemKey, caseNos: [] },
    deathFact: { level: 'none', kinds: [], evidence: [] },
    results,
    findings,
  };
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
