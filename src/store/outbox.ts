import { YilianError } from '../errors.js';
import type {
  AppraisalCase,
  Bilingual,
  Conclusion,
  Instant,
  OutboxEntry,
  OutboxState,
  OutboxStep,
  OutboxSummary,
  Subject,
} from '../model/index.js';
import { instant } from './order.js';
import { conclusionToSend, idempotencyKeyOf, whatIs } from './outgoing.js';
import { seal, unseal } from './person-fields.js';
import type { Db, OutboxTable } from './tables.js';

/**
 * What is to be sent to the province. An entry is put here in the transaction that makes it necessary, its content never changes, and of one case
 * only the oldest unsettled entry may be taken: whatever dies when, nothing is lost and nothing overtakes.
 */
export interface OutboxStore {
  /** Queues a case by hand as the city's file has it; undefined where its last entry says the same, ERR_INPUT for a case not on file. */
  add(target: OutboxTarget, subject: Subject, item: AppraisalCase, at: Instant): Promise<OutboxEntry | undefined>;
  /** In the order queued. */
  list(query?: { state?: readonly OutboxState[]; caseNo?: string }): Promise<OutboxEntry[]>;
  entry(id: string): Promise<(OutboxEntry & { steps: OutboxStep[] }) | undefined>;
  /**
   * Takes the oldest entry that may be sent and that this sender has not taken before, and notes that it is `sending`. `due`: only what is due by
   * then; `retryable`: of what failed only what may be tried again at once.
   */
  take(ask: {
    target: OutboxTarget;
    sender: string;
    at: Instant;
    due: boolean;
    retryable: boolean;
  }): Promise<TakenEntry | undefined>;
  /** Notes what became of an entry this sender took; false where it is somebody else's by now. */
  settle(id: string, sender: string, result: OutboxResult, at: Instant): Promise<boolean>;
  /** What a sender who is gone had taken: nobody knows whether it arrived, so it is sent again as the same. Only under the lock of the outbox. */
  reclaim(at: Instant): Promise<number>;
  /** A person lets an entry be tried again or leaves it unsent. ERR_INPUT for one there is not, ERR_USAGE for one that is settled or being sent. */
  decide(id: string, what: 'retry' | 'skip', said: { by: string; reason: string }, at: Instant): Promise<OutboxEntry>;
  summary(): Promise<OutboxSummary>;
  /** Case number → the number the province gave it, as received by an instant. */
  provincialNos(personKey: string, asOf: Instant): Promise<ReadonlyMap<string, string>>;
}

export interface OutboxTarget {
  agency: string;
  feed: string;
}

/** An entry with what is sent; the content is the same at every attempt. */
export interface TakenEntry extends OutboxEntry {
  idempotencyKey: string;
  person: Subject;
  case: AppraisalCase;
  conclusion?: Conclusion;
}

export interface OutboxResult {
  state: 'accepted' | 'refused' | 'unavailable';
  error?: string;
  because?: Bilingual;
  provincialNo?: string;
  retryable?: boolean;
  notBefore?: Instant;
}

type Content = Pick<TakenEntry, 'person' | 'case' | 'conclusion'>;

const settled: readonly OutboxState[] = ['accepted', 'skipped', 'replaced'];
const unsent: readonly OutboxState[] = ['waiting', 'sending', 'unavailable'];

export function outboxStore(db: Db, write: <T>(action: (to: Db) => Promise<T>) => Promise<T>): OutboxStore {
  return {
    add: (target, subject, item, at) => write((to) => queue(to, target, { subject, item }, at)),
    list: (query) => list(db, query),
    entry: (id) => entryOf(db, id),
    take: (ask) => write((to) => take(to, ask)),
    settle: (id, sender, result, at) => write((to) => settle(to, { id, sender, result, at: instant(at) })),
    reclaim: (at) => write((to) => reclaim(to, instant(at))),
    decide: (id, what, said, at) => write((to) => decide(to, id, what, said, instant(at))),
    summary: () => summary(db),
    provincialNos: (personKey, asOf) => provincialNos(db, personKey, instant(asOf)),
  };
}

/**
 * Queues a case as it now is. Entries that never left are replaced by it; where the province has, or is being sent, the very same, nothing is
 * queued. Inside a transaction.
 */
export async function queue(
  db: Db,
  { agency, feed }: OutboxTarget,
  { subject, item }: { subject: Subject; item: AppraisalCase },
  at: Instant,
): Promise<OutboxEntry | undefined> {
  const when = instant(at);
  const conclusion = conclusionToSend(item);
  const hash = idempotencyKeyOf(item, conclusion);
  const known = await db
    .selectFrom('outbox')
    .select(['id', 'hash', 'state', 'attempts'])
    .where('agency', '=', agency)
    .where('feed', '=', feed)
    .where('case_no', '=', item.caseNo)
    .orderBy('id')
    .execute();
  const isUntried = (row: (typeof known)[number]): boolean => row.state === 'waiting' && row.attempts === 0;
  const last = known.findLast(({ state }) => state !== 'replaced');
  if (last?.hash === hash) return undefined;
  for (const row of known.filter(isUntried)) await move(db, row.id, { state: 'replaced', settled_at: when }, { at: when });
  if (known.findLast((row) => row.state !== 'replaced' && !isUntried(row))?.hash === hash) return undefined;
  // What the city says again after having said something else is news to the province: it must not pass for what was sent before.
  const nth = known.filter((row) => row.hash === hash).length;
  const content: Content = { person: subject, case: item, ...(conclusion === undefined ? {} : { conclusion }) };
  const row = await db
    .insertInto('outbox')
    .values({
      agency,
      feed,
      person_key: subject.key,
      case_no: item.caseNo,
      conclusion_no: conclusion?.no ?? null,
      what: whatIs(item, conclusion),
      hash,
      idempotency_key: nth === 0 ? hash : `${hash}-${nth + 1}`,
      content: seal(content),
      state: 'waiting',
      queued_at: when,
      attempts: 0,
      retryable: 1,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await step(db, row.id, { at: when, state: 'waiting' });
  return entry(row);
}

async function list(db: Db, { state, caseNo }: { state?: readonly OutboxState[]; caseNo?: string } = {}): Promise<OutboxEntry[]> {
  let query = db.selectFrom('outbox').selectAll().orderBy('id');
  if (state !== undefined) query = query.where('state', 'in', [...state]);
  if (caseNo !== undefined) query = query.where('case_no', '=', caseNo);
  return (await query.execute()).map(entry);
}

async function entryOf(db: Db, id: string): Promise<(OutboxEntry & { steps: OutboxStep[] }) | undefined> {
  const row = await rowOf(db, id);
  if (row === undefined) return undefined;
  const rows = await db.selectFrom('outbox_steps').selectAll().where('entry', '=', row.id).orderBy('id').execute();
  const steps = rows.map(
    ({ at, state, error, by_whom: by, reason }): OutboxStep => ({ at, state, ...optional({ error, by, reason }) }),
  );
  return { ...entry(row), steps };
}

async function take(db: Db, ask: Parameters<OutboxStore['take']>[0]): Promise<TakenEntry | undefined> {
  const { target, sender, due, retryable } = ask;
  const at = instant(ask.at);
  let query = db
    .selectFrom('outbox')
    .selectAll()
    .where('id', 'in', (of) =>
      of
        .selectFrom('outbox')
        .select((own) => own.fn.min('id').as('id'))
        .where('agency', '=', target.agency)
        .where('feed', '=', target.feed)
        .where('state', 'not in', settled)
        .groupBy('case_no'),
    )
    .where((is) =>
      retryable
        ? is.or([is('state', '=', 'waiting'), is.and([is('state', '=', 'unavailable'), is('retryable', '=', 1)])])
        : is('state', 'in', ['waiting', 'unavailable']),
    )
    .where((is) => is.or([is('sender', 'is', null), is('sender', '!=', sender)]))
    .orderBy('id')
    .limit(1);
  if (due) query = query.where((is) => is.or([is('not_before', 'is', null), is('not_before', '<=', at)]));
  const row = await query.executeTakeFirst();
  if (row === undefined) return undefined;
  const taken = { ...row, state: 'sending' as const, attempts: row.attempts + 1, sender, tried_at: at };
  await move(db, row.id, { state: 'sending', attempts: taken.attempts, sender, tried_at: at }, { at });
  return { ...entry(taken), idempotencyKey: row.idempotency_key, ...unseal<Content>(row.content) };
}

async function settle(
  db: Db,
  { id, sender, result, at }: { id: string; sender: string; result: OutboxResult; at: string },
): Promise<boolean> {
  const row = await rowOf(db, id);
  if (row === undefined || row.state !== 'sending' || row.sender !== sender) return false;
  const { state, error = null, because, provincialNo = null, retryable = false, notBefore } = result;
  await move(
    db,
    row.id,
    {
      state,
      error,
      because: because === undefined ? null : seal(because),
      retryable: retryable ? 1 : 0,
      not_before: notBefore === undefined ? null : instant(notBefore),
      ...(state === 'accepted' ? { settled_at: at, provincial_no: provincialNo } : {}),
    },
    { at, error },
  );
  return true;
}

async function reclaim(db: Db, at: string): Promise<number> {
  const rows = await db.selectFrom('outbox').select('id').where('state', '=', 'sending').execute();
  for (const { id } of rows)
    await move(
      db,
      id,
      { state: 'unavailable', error: 'ERR_ABORTED', because: null, retryable: 1, not_before: null },
      { at, error: 'ERR_ABORTED' },
    );
  return rows.length;
}

async function decide(
  db: Db,
  id: string,
  what: 'retry' | 'skip',
  { by, reason }: { by: string; reason: string },
  at: string,
): Promise<OutboxEntry> {
  if (by.trim() === '' || reason.trim() === '')
    throw new YilianError('ERR_USAGE', { zh: '须写明由谁决定及理由', en: 'say who decides and why' });
  const row = await rowOf(db, id);
  if (row === undefined)
    throw new YilianError('ERR_INPUT', { zh: `没有编号为 ${id} 的待报项`, en: `there is no outbox entry ${id}` }, { place: id });
  const movable: readonly OutboxState[] = what === 'retry' ? ['refused', 'unavailable'] : ['refused', 'unavailable', 'waiting'];
  if (!movable.includes(row.state))
    throw new YilianError(
      'ERR_USAGE',
      {
        zh: `待报项 ${id} 的状态为 ${row.state}，不能这样处理`,
        en: `outbox entry ${id} is ${row.state}: that cannot be done to it`,
      },
      { place: id },
    );
  const moved =
    what === 'retry'
      ? { state: 'waiting' as const, not_before: null, retryable: 1, sender: null }
      : { state: 'skipped' as const, settled_at: at };
  await move(db, row.id, moved, { at, by, reason });
  return entry({ ...row, ...moved });
}

async function summary(db: Db): Promise<OutboxSummary> {
  const waiting = await db
    .selectFrom('outbox')
    .select((of) => [of.fn.countAll().as('entries'), of.fn.min('queued_at').as('oldest')])
    .where('state', 'in', unsent)
    .executeTakeFirstOrThrow();
  const refused = await db.selectFrom('outbox').select('case_no').where('state', '=', 'refused').orderBy('id').execute();
  const cases = [...new Set(refused.map((row) => row.case_no))].slice(0, 20);
  return {
    waiting: Number(waiting.entries),
    ...(waiting.oldest === null ? {} : { oldest: waiting.oldest }),
    refused: refused.length,
    ...(cases.length === 0 ? {} : { refusedCases: cases }),
  };
}

async function provincialNos(db: Db, personKey: string, asOf: string): Promise<ReadonlyMap<string, string>> {
  const rows = await db
    .selectFrom('outbox')
    .select(['case_no', 'provincial_no'])
    .where('person_key', '=', personKey)
    .where('state', '=', 'accepted')
    .where('provincial_no', 'is not', null)
    .where('settled_at', '<=', asOf)
    .orderBy('id')
    .execute();
  return new Map(rows.map((row) => [row.case_no, row.provincial_no ?? '']));
}

// ---- rows ----------------------------------------------------------------------------------------------------------------------------------

function rowOf(db: Db, id: string): Promise<OutboxRow | undefined> {
  if (!/^[0-9]{1,15}$/.test(id)) return Promise.resolve(undefined);
  return db.selectFrom('outbox').selectAll().where('id', '=', Number(id)).executeTakeFirst();
}

type OutboxRow = Omit<OutboxTable, 'id'> & { id: number };

async function move(
  db: Db,
  id: number,
  to: Partial<Omit<OutboxTable, 'id'>> & { state: OutboxState },
  said: { at: string; error?: string | null; by?: string; reason?: string },
): Promise<void> {
  await db.updateTable('outbox').set(to).where('id', '=', id).execute();
  await step(db, id, { ...said, state: to.state });
}

async function step(
  db: Db,
  entryId: number,
  {
    at,
    state,
    error = null,
    by = null,
    reason = null,
  }: { at: string; state: OutboxState; error?: string | null; by?: string | null; reason?: string | null },
): Promise<void> {
  await db.insertInto('outbox_steps').values({ entry: entryId, at, state, error, by_whom: by, reason }).execute();
}

function entry(row: OutboxRow): OutboxEntry {
  const { id, agency, feed, person_key: personKey, case_no: caseNo, what, state, queued_at: queuedAt, attempts } = row;
  return {
    id: String(id),
    agency,
    feed,
    personKey,
    caseNo,
    what,
    state,
    queuedAt,
    attempts,
    ...optional({
      conclusionNo: row.conclusion_no,
      triedAt: row.tried_at,
      notBefore: row.not_before,
      error: row.error,
      settledAt: row.settled_at,
      provincialNo: row.provincial_no,
    }),
    ...(row.because === null ? {} : { because: unseal<Bilingual>(row.because) }),
  };
}

/** Only what there is. */
function optional<K extends string>(values: Record<K, string | null>): { [Key in K]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) as { [Key in K]?: string };
}
