import {
  type CheckResult,
  decidedBefore,
  type Finding,
  type FindingRecord,
  lastDecisionOf,
  type RuleResult,
} from '../model/index.js';
import type { FindingWrite } from '../store/store.js';
import { factsOf, passing } from './facts.js';
import { silence } from './suppress.js';

/**
 * What becomes of one person's findings after a check: new, still open, changed, reopened, withdrawn, resolved.
 *
 * A finding that is no longer found is closed only when its rule could tell: while the rule is `unknown` (an agency is down) it stays open,
 * because unavailable is never clear. It is withdrawn where its evidence went void, whether or not its rule can tell or is on; resolved where
 * the facts changed.
 * Decisions of people are not touched by a run that finds the same facts: what was called false, or dealt with, stays silent until the facts
 * change or the decision expires. A finding released from being held is said as new by the first run that finds it.
 */
export function nextFindings(
  known: readonly FindingRecord[],
  checked: CheckResult,
  isVoid: (claimRecord: string) => boolean,
): FindingWrite[] {
  const found = new Set(checked.findings.map((finding) => finding.id));
  const byId = new Map(known.map((record) => [record.finding.id, record]));
  const rules = new Map(checked.results.map((result) => [result.rule, result]));
  const writes: FindingWrite[] = [];
  for (const finding of checked.findings) {
    const record = byId.get(finding.id);
    writes.push(record === undefined ? { finding, change: 'new', state: 'open' } : foundAgain(record, finding, checked.asOf));
  }
  for (const record of known) {
    if (found.has(record.finding.id)) continue;
    const write = notFound(record, rules.get(record.finding.rule), isVoid);
    if (write !== undefined) writes.push(write);
  }
  return writes;
}

function foundAgain(record: FindingRecord, finding: Finding, asOf: string): FindingWrite {
  const { state } = record;
  const silenced = silence(record, finding, asOf);
  if (silenced === 'silent') {
    const as = record.decision?.as ?? lastDecisionOf(record.history)?.as ?? state;
    if (as === state) return { finding, change: 'still-open', state, seen: true };
    return { finding, change: 'changed', state: as, reason: decidedBefore };
  }
  if (silenced !== undefined) return { finding, change: 'reopened', state: 'open', reason: silenced };
  if (state === 'withdrawn' || state === 'resolved') return { finding, change: 'reopened', state: 'open' };
  if (state === 'false-positive') {
    // Called false by a program that kept neither who nor until when: remembered as long as the facts are the same.
    if (factsOf(record.finding) !== factsOf(finding))
      return { finding, change: 'reopened', state: 'open', reason: 'facts-changed' };
    return { finding, change: 'still-open', state, seen: true };
  }
  if (isReleased(record)) return { finding, change: 'new', state };
  return { finding, change: sameFinding(record.finding, finding) ? 'still-open' : 'changed', state };
}

function notFound(
  record: FindingRecord,
  result: RuleResult | undefined,
  isVoid: (claimRecord: string) => boolean,
): FindingWrite | undefined {
  const { finding, state, decision } = record;
  if (state === 'withdrawn' || (state === 'resolved' && decision === undefined)) return undefined;
  if (finding.claims.some((claim) => restsOnCurrent(claim) && isVoid(recordOf(claim.source))))
    return { finding, change: 'withdrawn', state: 'withdrawn', reason: 'evidence-void' };
  // A rule that is off says nothing; that the evidence went void needs no rule. What people closed is remembered for when it comes again.
  if (result === undefined || state === 'resolved' || state === 'false-positive') return undefined;
  if (result.outcome === 'unknown') return { finding, change: 'still-open', state, reason: result.reason };
  // Where the rule still fires it does so on other records.
  const reason = result.outcome === 'finding' ? 'facts-changed' : result.reason;
  return { finding, change: 'resolved', state: 'resolved', reason };
}

/** Of a record that was void already when the finding was made it is no news that it is void. */
function restsOnCurrent(claim: Finding['claims'][number]): claim is typeof claim & { source: NonNullable<typeof claim.source> } {
  return claim.source !== undefined && !(claim.field === 'status' && claim.value === 'void');
}

/** Whether a person let the finding go and no run has said it since. */
function isReleased({ history }: FindingRecord): boolean {
  const last = history.at(-1);
  return last?.from === 'held' && last.to === 'open';
}

/** `agency/feed/recordId`. */
export function recordOf(source: { agency: string; feed: string; recordId: string }): string {
  return `${source.agency}/${source.feed}/${source.recordId}`;
}

/** The same but for when and in which message the records were received, and for the day of the check. */
function sameFinding(a: Finding, b: Finding): boolean {
  return essence(a) === essence(b);
}

function essence(finding: Finding): string {
  return JSON.stringify([
    finding.severity,
    finding.action,
    finding.explanation.zh,
    finding.explanation.en,
    finding.claims.map((claim) => [claim.agency, claim.recordId, claim.field, passing.has(claim.field) ? '' : claim.value]),
  ]);
}
