import type { CheckResult, Finding, FindingRecord } from '../model/index.js';
import type { FindingWrite } from '../store/store.js';

/**
 * What becomes of one person's findings after a check: new, still open, changed, reopened, withdrawn, resolved.
 *
 * A finding that is no longer found is closed only when its rule could tell: while the rule is `unknown` (an agency is down) it stays open,
 * because unavailable is never clear. It is withdrawn where its evidence went void, resolved where the facts changed.
 * Decisions of people (`verifying`, `confirmed`, `false-positive`) are not touched by a run that finds the same facts.
 */
export function nextFindings(
  known: readonly FindingRecord[],
  checked: CheckResult,
  isVoid: (claimRecord: string) => boolean,
): FindingWrite[] {
  const writes: FindingWrite[] = [];
  const found = new Set<string>();
  const byId = new Map(known.map((record) => [record.finding.id, record]));
  const rules = new Map(checked.results.map((result) => [result.rule, result]));

  for (const finding of checked.findings) {
    found.add(finding.id);
    const record = byId.get(finding.id);
    if (record === undefined) writes.push({ finding, change: 'new', state: 'open' });
    else if (record.state === 'withdrawn' || record.state === 'resolved')
      writes.push({ finding, change: 'reopened', state: 'open' });
    else if (!sameFinding(record.finding, finding)) writes.push({ finding, change: 'changed', state: record.state });
    else writes.push({ finding, change: 'still-open', state: record.state });
  }

  for (const record of known) {
    const { finding, state } = record;
    if (found.has(finding.id) || state === 'withdrawn' || state === 'resolved') continue;
    const result = rules.get(finding.rule);
    if (result === undefined) continue;
    const withdrawn = finding.claims.some((claim) => claim.source !== undefined && isVoid(recordOf(claim.source)));
    if (withdrawn) writes.push({ finding, change: 'withdrawn', state: 'withdrawn', reason: 'evidence-void' });
    else if (result.outcome === 'unknown') writes.push({ finding, change: 'still-open', state, reason: result.reason });
    else if (state !== 'false-positive') writes.push({ finding, change: 'resolved', state: 'resolved', reason: result.reason });
  }
  return writes;
}

/** `agency/feed/recordId`. */
export function recordOf(source: { agency: string; feed: string; recordId: string }): string {
  return `${source.agency}/${source.feed}/${source.recordId}`;
}

/** The same but for when and in which message the records were received, and for the day of the check. */
function sameFinding(a: Finding, b: Finding): boolean {
  return essence(a) === essence(b);
}

/** What is another every night and says nothing new: the day of the check, and in which message something stood. */
const passing: ReadonlySet<string> = new Set(['asOf', 'message']);

function essence(finding: Finding): string {
  return JSON.stringify([
    finding.severity,
    finding.action,
    finding.explanation.zh,
    finding.explanation.en,
    finding.claims.map((claim) => [claim.agency, claim.recordId, claim.field, passing.has(claim.field) ? '' : claim.value]),
  ]);
}
