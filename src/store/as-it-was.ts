import { type Finding, type FindingRecord, type Instant, withHistory } from '../model/index.js';
import { chunks, padded } from './batches.js';
import { findings } from './findings.js';
import { instant } from './order.js';
import { unseal } from './person-fields.js';
import type { FindingQuery } from './store.js';
import type { Db } from './tables.js';

/**
 * Findings as they stood at an instant, whatever became of them since. What a run did to them stands from the end of that run: until then
 * nobody had been told, and a question asked while it runs must be answered alike for ever. What a person decided stands at once.
 */

/** The same as `findings`, as of an instant; `state` asks for the state of then, and what was not found by then is none. */
export async function findingsAsOf(db: Db, query: FindingQuery & { asOf: Instant }): Promise<FindingRecord[]> {
  // Which cases it was about stands in what it said then.
  const { asOf, state, run, caseNo, ...rest } = query;
  const when = instant(asOf);
  const unfinished = await runsUnfinishedAt(db, when);
  const known = await findings(db, run === undefined ? rest : { ...rest, run });
  const said = await contentsAt(
    db,
    known.map((record) => record.finding.id),
    { when, unfinished },
  );
  return known.flatMap((record) => {
    const then = asItWas(record, { when, unfinished, said: said.get(record.finding.id) });
    if (then === undefined || (state !== undefined && !state.includes(then.state))) return [];
    return caseNo === undefined || then.finding.subject.caseNos.includes(caseNo) ? [then] : [];
  });
}

/** What an instant leaves of a finding's history, and what it said then. Undefined where it was not known yet. Pure. */
export function asItWas(
  record: FindingRecord,
  at: { when: string; unfinished: ReadonlySet<string>; said?: Finding | undefined },
): FindingRecord | undefined {
  const history = record.history.filter(
    (step) => instant(step.at) <= at.when && (step.run === undefined || !at.unfinished.has(step.run)),
  );
  const [first, last] = [history[0], history.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const then = { ...record, finding: at.said ?? record.finding, firstSeenAt: first.at, lastSeenAt: last.at };
  return withHistory(then, history);
}

/** Runs that had begun at some time and not ended by the instant. */
async function runsUnfinishedAt(db: Db, when: string): Promise<Set<string>> {
  const rows = await db
    .selectFrom('runs')
    .select('id')
    .where((eb) => eb.or([eb('finished_at', 'is', null), eb('finished_at', '>', when)]))
    .execute();
  return new Set(rows.map((row) => row.id));
}

/** What findings said at an instant, by id. */
async function contentsAt(
  db: Db,
  ids: readonly string[],
  { when, unfinished }: { when: string; unfinished: ReadonlySet<string> },
): Promise<Map<string, Finding>> {
  const said = new Map<string, Finding>();
  for (const chunk of chunks(ids)) {
    const rows = await db
      .selectFrom('finding_versions')
      .selectAll()
      .where('finding', 'in', padded(chunk))
      .where('at', '<=', when)
      .orderBy('at')
      .execute();
    for (const row of rows) if (row.run === null || !unfinished.has(row.run)) said.set(row.finding, unseal<Finding>(row.content));
  }
  return said;
}
