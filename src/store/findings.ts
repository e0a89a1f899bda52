import { YilianError } from '../errors.js';
import { type CheckResult, type Finding, type FindingRecord, type Instant, withHistory } from '../model/index.js';
import { chunks, insertAll, padded } from './batches.js';
import { hashOf } from './content.js';
import { instant, later } from './order.js';
import { seal, unseal } from './person-fields.js';
import { storeResults } from './results.js';
import type { FindingQuery, FindingWrite } from './store.js';
import type { Db, FindingHistoryTable, FindingTable } from './tables.js';

/** Findings as they stand, and their history, which is only added to. */

/** Stores what one run found of some persons, or with an empty `run` what a person decided. Inside a transaction. */
export async function putFindings(
  db: Db,
  run: string,
  at: Instant,
  changes: readonly FindingWrite[],
  results: readonly CheckResult[],
): Promise<void> {
  const when = instant(at);
  const checked = new Map(results.map((result) => [result.subject.key, new Set(result.findings.map((finding) => finding.id))]));
  for (const chunk of chunks(changes)) {
    const ids = padded(chunk.map((change) => change.finding.id));
    const rows = await db.selectFrom('findings').selectAll().where('id', 'in', ids).execute();
    const known = new Map(rows.map((row) => [row.id, row]));
    const steps = await db.selectFrom('finding_history').selectAll().where('finding', 'in', ids).orderBy('id').execute();
    const history = grouped(steps);
    for (const judged of chunk) {
      const { finding } = judged;
      const before = known.get(finding.id);
      const write = stillRight(judged, before && recordOf(before, history.get(finding.id) ?? []));
      if (write === undefined) continue;
      const isSeen = write.seen ?? checked.get(finding.subject.key)?.has(finding.id) ?? isFound(write);
      known.set(finding.id, await putFinding(db, { run, when, isSeen, write, before }, history));
    }
  }
  await storeResults(db, run, results);
}

/** What a run judged, where no person has moved the finding since; else what becomes of it now. */
function stillRight(write: FindingWrite, now: FindingRecord | undefined): FindingWrite | undefined {
  if (write.from === undefined || now === undefined) return write;
  return decidedSteps(now) === decidedSteps(write.from) ? write : write.again?.(now);
}

function decidedSteps({ history }: FindingRecord): number {
  return history.filter((step) => step.run === undefined).length;
}

/** Moves findings as a person decides. Inside a transaction. */
export async function moveFindings(
  db: Db,
  which: readonly string[] | FindingQuery,
  at: Instant,
  move: (record: FindingRecord) => FindingWrite,
): Promise<FindingRecord[]> {
  const records = isList(which) ? await named(db, which) : await findings(db, which);
  await putFindings(db, '', at, records.map(move), []);
  return named(
    db,
    records.map((record) => record.finding.id),
  );
}

function isList(which: readonly string[] | FindingQuery): which is readonly string[] {
  return Array.isArray(which);
}

/** Each once, in the order given. */
async function named(db: Db, ids: readonly string[]): Promise<FindingRecord[]> {
  const records = new Map<string, FindingRecord>();
  for (const id of ids) {
    const record = await finding(db, id);
    if (record === undefined)
      throw new YilianError('ERR_INPUT', { zh: `没有编号为 ${id} 的发现`, en: `no finding ${id}` }, { place: id });
    records.set(record.finding.id, record);
  }
  return [...records.values()];
}

/** Whether the change itself says that the finding was found again. */
function isFound({ change }: FindingWrite): boolean {
  return change !== undefined && change !== 'withdrawn' && change !== 'resolved';
}

async function putFinding(
  db: Db,
  put: { run: string; when: string; isSeen: boolean; write: FindingWrite; before: FindingTable | undefined },
  history: Map<string, Step[]>,
): Promise<FindingTable> {
  const { run, when, isSeen, write, before } = put;
  const { finding, state } = write;
  const row: FindingTable = {
    id: finding.id,
    rule: finding.rule,
    person_key: finding.subject.key,
    state,
    first_seen_at: before === undefined || before.first_seen_at > when ? when : before.first_seen_at,
    last_seen_at: before === undefined ? when : isSeen ? later(when, before.last_seen_at) : before.last_seen_at,
    hash: hashOf(finding),
    content: before?.hash === hashOf(finding) ? before.content : seal(finding),
  };
  if (before === undefined) await db.insertInto('findings').values(row).execute();
  else await db.updateTable('findings').set(row).where('id', '=', row.id).execute();
  if (before?.content !== row.content) {
    await db.deleteFrom('finding_cases').where('finding', '=', row.id).execute();
    const cases = [...new Set(finding.subject.caseNos)].map((caseNo) => ({ finding: row.id, case_no: caseNo }));
    await insertAll(db, 'finding_cases', cases);
  }
  const step: Step = {
    finding: row.id,
    at: when,
    run: run === '' ? null : run,
    from_state: before?.state ?? null,
    to_state: state,
    change: write.change ?? null,
    by_whom: write.by ?? null,
    reason: write.reason ?? null,
    until_day: write.until ?? null,
    facts: write.facts ?? null,
    told: write.told === undefined || write.told.length === 0 ? null : JSON.stringify(write.told),
  };
  const steps = history.get(row.id) ?? [];
  // A run that is taken up again may find anew what it had changed; and what a person decided on is kept whether or not that run ever ends.
  const isSaid = before === undefined || step.run === null || (isFound(write) && write.change !== 'still-open');
  if (isToldAlready(step, steps)) {
    if (isSaid && before?.content !== row.content) await keepVersion(db, step, row.content);
    return row;
  }
  await db.insertInto('finding_history').values(step).execute();
  if (isSaid) await keepVersion(db, step, row.content);
  history.set(row.id, [...steps, step]);
  return row;
}

/** What it says from this step on, so that it can be told as it was. */
async function keepVersion(db: Db, { finding, run, at }: Step, content: string): Promise<void> {
  await db
    .insertInto('finding_versions')
    .values({ finding, run, at, content })
    .onConflict((conflict) => conflict.columns(['finding', 'at']).doUpdateSet({ run, content }))
    .execute();
}

type Step = Omit<FindingHistoryTable, 'id'>;

/** What a person says with a step. */
const said = ['to_state', 'by_whom', 'reason', 'until_day', 'told'] as const;

/** A run that finds things as they were moves nothing, and a run or a person saying the same again adds nothing. */
function isToldAlready(step: Step, steps: readonly Step[]): boolean {
  if (step.change === 'still-open' && step.from_state === step.to_state) return true;
  if (step.run !== null)
    return steps.some((other) => other.run === step.run && other.change === step.change && other.to_state === step.to_state);
  const last = steps.at(-1);
  return last?.run === null && said.every((column) => last[column] === step[column]);
}

function grouped<T extends { finding: string }>(rows: readonly T[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(row.finding);
    if (group === undefined) groups.set(row.finding, [row]);
    else group.push(row);
  }
  return groups;
}

// ---- reading ----------------------------------------------------------------------------------------------------------------------------

/** Findings with their history, the first seen first. */
export async function findings(db: Db, query: FindingQuery = {}): Promise<FindingRecord[]> {
  const { state, rule, personKey, caseNo, run } = query;
  if (state?.length === 0) return [];
  let select = db.selectFrom('findings').selectAll('findings').orderBy('first_seen_at').orderBy('findings.id');
  if (state !== undefined) select = select.where('state', 'in', state);
  if (rule !== undefined) select = select.where('rule', '=', rule);
  if (personKey !== undefined) select = select.where('person_key', '=', personKey);
  if (caseNo !== undefined)
    select = select.where('findings.id', 'in', (eb) =>
      eb.selectFrom('finding_cases').select('finding').where('case_no', '=', caseNo),
    );
  if (run !== undefined)
    select = select.where('findings.id', 'in', (eb) => eb.selectFrom('finding_history').select('finding').where('run', '=', run));
  return withSteps(db, await select.execute());
}

/** A finding by its id or the beginning of it. Throws ERR_USAGE where several begin so. */
export async function finding(db: Db, idOrPrefix: string): Promise<FindingRecord | undefined> {
  if (idOrPrefix === '') return undefined;
  const rows = await db
    .selectFrom('findings')
    .selectAll()
    .where((eb) => eb(eb.fn<string>('substr', ['id', eb.val(1), eb.val([...idOrPrefix].length)]), '=', idOrPrefix))
    .orderBy('id')
    .limit(2)
    .execute();
  const exact = rows.find((row) => row.id === idOrPrefix);
  if (exact === undefined && rows.length > 1)
    throw new YilianError(
      'ERR_USAGE',
      { zh: `有多个发现以 ${idOrPrefix} 开头，请写长一些`, en: `several findings begin with ${idOrPrefix}: write more of it` },
      { place: idOrPrefix },
    );
  const row = exact ?? rows[0];
  return row && (await withSteps(db, [row]))[0];
}

async function withSteps(db: Db, rows: readonly FindingTable[]): Promise<FindingRecord[]> {
  const records: FindingRecord[] = [];
  for (const chunk of chunks(rows)) {
    const steps = await db
      .selectFrom('finding_history')
      .selectAll()
      .where('finding', 'in', padded(chunk.map((row) => row.id)))
      .orderBy('id')
      .execute();
    const history = grouped(steps);
    for (const row of chunk) records.push(recordOf(row, history.get(row.id) ?? []));
  }
  return records;
}

function recordOf(row: FindingTable, steps: readonly Step[]): FindingRecord {
  const record = {
    finding: unseal<Finding>(row.content),
    state: row.state,
    firstSeenAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    history: [],
  };
  return { ...withHistory(record, steps.map(stepOf)), state: row.state };
}

function stepOf(step: Step): FindingRecord['history'][number] {
  return {
    at: step.at,
    ...(step.run === null ? {} : { run: step.run }),
    ...(step.from_state === null ? {} : { from: step.from_state }),
    to: step.to_state,
    ...(step.change === null ? {} : { change: step.change }),
    ...(step.by_whom === null ? {} : { by: step.by_whom }),
    ...(step.reason === null ? {} : { reason: step.reason }),
    ...(step.until_day === null ? {} : { until: step.until_day }),
    ...(step.facts === null ? {} : { facts: step.facts }),
    ...(step.told === null ? {} : { told: JSON.parse(step.told) as string[] }),
  };
}
