import type { Bilingual, CheckResult, Decision, Finding, FindingRecord, RuleResult } from '../model/index.js';
import { dayOfInstant, formatDay, holdsAt, lastDecisionOf } from '../model/index.js';
import { found } from './check.js';
import { factsOf } from './facts.js';
import { joined } from './texts.js';

/**
 * Whether a person's decision silences a finding that is found again: called false, or dealt with, on the same facts and not expired. Pure.
 * `facts-changed` and `expired` say why it does not any more; undefined where there is no such decision. Where other facts had raised the
 * finding again, and nobody has said anything of these, the decision silences once more when the facts are those again.
 */
export function silence(
  record: FindingRecord,
  finding: Finding,
  asOf: string,
): 'silent' | 'facts-changed' | 'expired' | undefined {
  const { decision } = record;
  if (decision === undefined) {
    const last = lastDecisionOf(record.history);
    return last !== undefined && holdsAt(last, asOf) && closes(last) && last.facts === factsOf(finding) ? 'silent' : undefined;
  }
  if (!holdsAt(decision, asOf)) return 'expired';
  if (!closes(decision)) return undefined;
  return (decision.facts ?? factsOf(record.finding)) === factsOf(finding) ? 'silent' : 'facts-changed';
}

function closes({ as }: Decision): boolean {
  return as === 'false-positive' || as === 'resolved';
}

/**
 * A person's result once what people decided is known: findings that are silenced are left out, and a rule that found nothing else says
 * `suppressed`, by whom, when, until when and why. `known`: the findings on file as they stood at the result's `asOf`.
 */
export function suppressed(result: CheckResult, known: readonly FindingRecord[]): CheckResult {
  const silent = new Map<string, Decision>();
  for (const finding of result.findings) {
    const record = known.find((other) => other.finding.id === finding.id);
    if (record === undefined || silence(record, finding, result.asOf) !== 'silent') continue;
    const decision = record.decision ?? lastDecisionOf(record.history);
    if (decision !== undefined) silent.set(finding.id, decision);
  }
  if (silent.size === 0) return result;
  return {
    ...result,
    results: result.results.map((rule) => resultWithout(rule, result.findings, silent)),
    findings: result.findings.filter((finding) => !silent.has(finding.id)),
  };
}

function resultWithout(result: RuleResult, findings: readonly Finding[], silent: ReadonlyMap<string, Decision>): RuleResult {
  const own = findings.filter((finding) => finding.rule === result.rule);
  const left = own.filter((finding) => !silent.has(finding.id));
  const [first] = left;
  if (left.length === own.length) return result;
  if (first !== undefined) return found({ id: result.rule, title: first.title }, left);
  const decisions = own.flatMap((finding) => silent.get(finding.id) ?? []);
  const reason = decisions.some((decision) => decision.as === 'false-positive') ? 'false-positive' : 'resolved';
  return { rule: result.rule, outcome: 'suppressed', reason, because: joined(decisions.map(because)) };
}

function because({ as, by, at, reason, until }: Decision): Bilingual {
  const day = formatDay(dayOfInstant(at));
  const what = as === 'false-positive' ? { zh: '认定为误报', en: 'a false positive' } : { zh: '认定为已处理', en: 'dealt with' };
  return {
    zh: `${by}于 ${day} ${what.zh}${until === undefined ? '' : `，有效至 ${until}`}，此后依据的事实未变：${reason}`,
    en: `called ${what.en} by ${by} on ${day}${until === undefined ? '' : `, valid through ${until}`}, and the facts are the same since: ${reason}`,
  };
}
