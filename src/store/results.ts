import type { CheckResult, Outcome, RuleResult } from '../model/index.js';
import { chunks, padded } from './batches.js';
import { hashOf } from './content.js';
import type { StoredResult, UnknownResult } from './store.js';
import type { Db, VerdictTable } from './tables.js';

/**
 * What every rule said of every person in a run. Rules say the same of most persons, so each thing said is stored once and counted; a person
 * has a list of numbers. Counts stay for ever, the persons' lists for the last runs.
 */

/** Runs whose results per person are kept. */
const keptRuns = 14;

type Verdict = Omit<VerdictTable, 'id' | 'persons' | 'run'>;

/** Stores results; a person's earlier ones of the same run are replaced. Inside a transaction. */
export async function storeResults(db: Db, run: string, results: readonly CheckResult[]): Promise<void> {
  for (const chunk of chunks([...new Map(results.map((result) => [result.subject.key, result])).values()])) {
    const deltas = new Map<number, number>();
    const add = (id: number, by: number) => deltas.set(id, (deltas.get(id) ?? 0) + by);
    const keys = padded(chunk.map((result) => result.subject.key));
    const earlier = await db
      .selectFrom('results')
      .select(['person_key', 'verdicts'])
      .where('run', '=', run)
      .where('person_key', 'in', keys)
      .execute();
    for (const row of earlier) for (const id of JSON.parse(row.verdicts) as number[]) add(id, -1);
    const ids = await verdictIds(db, run, chunk);
    for (const { subject, results: said } of chunk) {
      const own = said.map((result) => ids.get(textOf(verdictOf(result))) ?? -1);
      for (const id of own) add(id, 1);
      const row = { case_nos: JSON.stringify(subject.caseNos), verdicts: JSON.stringify(own) };
      await db
        .insertInto('results')
        .values({ run, person_key: subject.key, ...row })
        .onConflict((conflict) => conflict.columns(['run', 'person_key']).doUpdateSet(row))
        .execute();
    }
    for (const [id, delta] of deltas)
      if (delta !== 0)
        await db
          .updateTable('verdicts')
          .set((eb) => ({ persons: eb('persons', '+', delta) }))
          .where('id', '=', id)
          .execute();
  }
}

/** Why something was found or could not be told is worth keeping; why all is well is in the rule. */
function verdictOf({ rule, outcome, reason, severity, because }: RuleResult): Omit<Verdict, 'hash'> {
  const isSilent = outcome === 'clear' || outcome === 'not-applicable';
  return {
    rule,
    outcome,
    reason,
    severity: severity ?? null,
    zh: isSilent ? null : because.zh,
    en: isSilent ? null : because.en,
  };
}

function textOf({ rule, outcome, reason, severity, zh, en }: Omit<Verdict, 'hash'>): string {
  return JSON.stringify([rule, outcome, reason, severity, zh, en]);
}

/** Number of each thing said, by its text; what was not said before in the run is added. */
async function verdictIds(db: Db, run: string, results: readonly CheckResult[]): Promise<Map<string, number>> {
  const verdicts = new Map<string, Verdict>();
  for (const { results: said } of results)
    for (const result of said) {
      const verdict = verdictOf(result);
      const text = textOf(verdict);
      if (!verdicts.has(text)) verdicts.set(text, { ...verdict, hash: hashOf(text) });
    }
  const ids = new Map<string, number>();
  for (const chunk of chunks([...verdicts])) {
    const known = await db
      .selectFrom('verdicts')
      .select(['id', 'hash'])
      .where('run', '=', run)
      .where('hash', 'in', padded(chunk.map(([, verdict]) => verdict.hash)))
      .execute();
    const byHash = new Map(known.map((row) => [row.hash, row.id]));
    for (const [text, verdict] of chunk) {
      const id = byHash.get(verdict.hash);
      if (id !== undefined) ids.set(text, id);
      else {
        const row = { run, ...verdict, persons: 0 };
        ids.set(text, (await db.insertInto('verdicts').values(row).returning('id').executeTakeFirstOrThrow()).id);
      }
    }
  }
  return ids;
}

/** Forgets the persons' results of all but the last runs; the counts stay. Inside a transaction. */
export async function forgetOldResults(db: Db): Promise<void> {
  const kept = await db
    .selectFrom('runs')
    .select('id')
    .orderBy('started_at', 'desc')
    .orderBy('id', 'desc')
    .limit(keptRuns)
    .execute();
  const ids = kept.map((run) => run.id);
  if (ids.length < keptRuns) return;
  await db.deleteFrom('results').where('run', 'not in', ids).execute();
}

// ---- reading ----------------------------------------------------------------------------------------------------------------------------

/** Counts per rule and outcome of a run. */
export async function outcomes(db: Db, run: string): Promise<Record<string, Record<Outcome, number>>> {
  const rows = await db
    .selectFrom('verdicts')
    .select((eb) => ['rule', 'outcome', eb.fn.sum('persons').as('persons')])
    .where('run', '=', run)
    .groupBy(['rule', 'outcome'])
    .orderBy('rule')
    .execute();
  const counts: Record<string, Record<Outcome, number>> = {};
  for (const row of rows) {
    const rule = counts[row.rule] ?? { finding: 0, clear: 0, unknown: 0, 'not-applicable': 0, suppressed: 0 };
    rule[row.outcome] = Number(row.persons);
    counts[row.rule] = rule;
  }
  return counts;
}

/** What could not be told, person by person in order of key; without names. */
export async function* unknowns(db: Db, run: string): AsyncGenerator<UnknownResult> {
  const said = await verdictsOf(db, run, 'unknown');
  let last = '';
  while (said.size > 0) {
    const page = await db
      .selectFrom('results')
      .select(['person_key', 'case_nos', 'verdicts'])
      .where('run', '=', run)
      .where('person_key', '>', last)
      .orderBy('person_key')
      .limit(500)
      .execute();
    for (const row of page)
      for (const id of JSON.parse(row.verdicts) as number[]) {
        const verdict = said.get(id);
        if (verdict === undefined) continue;
        const { rule, reason, because } = verdict;
        const caseNos = JSON.parse(row.case_nos) as string[];
        yield { personKey: row.person_key, caseNos, rule, reason, because: because ?? { zh: '', en: '' } };
      }
    const end = page.at(-1);
    if (end === undefined) return;
    last = end.person_key;
  }
}

/** What each rule said of one person in a run; empty where the run did not judge them or is too long ago. */
export async function resultsOf(db: Db, run: string, personKey: string): Promise<StoredResult[]> {
  const row = await db
    .selectFrom('results')
    .select('verdicts')
    .where('run', '=', run)
    .where('person_key', '=', personKey)
    .executeTakeFirst();
  if (row === undefined) return [];
  const said = await verdictsOf(db, run);
  return (JSON.parse(row.verdicts) as number[]).map((id) => said.get(id)).filter((verdict) => verdict !== undefined);
}

async function verdictsOf(db: Db, run: string, outcome?: Outcome): Promise<Map<number, StoredResult>> {
  let query = db.selectFrom('verdicts').selectAll().where('run', '=', run);
  if (outcome !== undefined) query = query.where('outcome', '=', outcome);
  const verdicts = new Map<number, StoredResult>();
  for (const { id, rule, outcome: told, reason, severity, zh, en } of await query.execute())
    verdicts.set(id, {
      rule,
      outcome: told,
      reason,
      ...(severity === null ? {} : { severity }),
      ...(zh === null || en === null ? {} : { because: { zh, en } }),
    });
  return verdicts;
}
