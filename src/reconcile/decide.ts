import { personDecision } from '../audit/entries.js';
import { YilianError } from '../errors.js';
import {
  type AuditEntry,
  type Bilingual,
  type DecidedState,
  dayOfInstant,
  exactDay,
  type FindingRecord,
  type FindingState,
  formatDay,
  type Instant,
} from '../model/index.js';
import { redact } from '../redact.js';
import type { FindingWrite, Store } from '../store/store.js';
import { factsOf } from './facts.js';

/** What people decide: who, when and why go into a finding's history, and nothing of it is ever taken out. */

/** A decision on a finding; `open` takes the last one back. */
export interface DecideAsk {
  /** Of the finding, or the beginning of it. */
  id: string;
  as: DecidedState | 'open';
  by: string;
  reason: string;
  /**
   * Last day on which it holds, in Asia/Shanghai: `YYYY-MM-DD`. What closes a finding (`false-positive`, `resolved`) holds for a year where
   * nothing else is said; what keeps it open (`verifying`, `confirmed`) until something else is decided.
   */
  until?: string;
  /** Whom the decider told of the finding, in words; they are listed when it is taken back. */
  told?: readonly string[];
}

/** Which held findings are let go; all of them where none of `run`, `rule`, `id` is given, those that meet all that are. */
export interface ReleaseAsk {
  /** Those that this run held. */
  run?: string;
  rule?: string;
  /** One or several, by id or the beginning of one. */
  id?: string | readonly string[];
  by: string;
  reason: string;
}

/**
 * `decide` and its kind; the audit log has it in the same transaction, as done at the organisation. Throws ERR_INPUT for a finding that is not there,
 * ERR_USAGE for a move that is none.
 */
export async function decideFinding(store: Store, ask: DecideAsk, now: Instant, organisation: string): Promise<FindingRecord> {
  const said = saidBy(ask);
  if (!decidable.includes(ask.as))
    throw usage(
      `不能认定为 ${ask.as}；可用：${decidable.join('、')}`,
      `nobody decides ${ask.as}; there are: ${decidable.join(', ')}`,
    );
  const until = untilOf(ask, now);
  const told = [...new Set((ask.told ?? []).map((whom) => redact(whom.trim())))].filter((whom) => whom !== '');
  const move = (record: FindingRecord): FindingWrite => {
    refuse(record, ask.as);
    const { finding } = record;
    const decided = ask.as === 'open' ? {} : { facts: factsOf(finding), ...(until === undefined ? {} : { until }) };
    return { finding, state: ask.as, ...said, ...decided, told };
  };
  const [record] = await store.moveFindings([ask.id], now, move, (moved) => moved.map(entryOf(ask.as, said, organisation)));
  if (record === undefined) throw new YilianError('ERR_INTERNAL', { zh: '认定没有写入', en: 'the decision was not written' });
  return record;
}

/** Lets held findings go; they are published as new by the next run. Throws ERR_USAGE where one is not held, or none is meant. */
export async function releaseFindings(
  store: Store,
  ask: ReleaseAsk,
  now: Instant,
  organisation: string,
): Promise<FindingRecord[]> {
  const said = saidBy(ask);
  const ids = ask.id === undefined ? undefined : typeof ask.id === 'string' ? [ask.id] : ask.id;
  const isMeant = ({ finding, history }: FindingRecord): boolean =>
    (ask.rule === undefined || finding.rule === ask.rule) &&
    (ask.run === undefined || history.some((step) => step.run === ask.run && step.to === 'held'));
  const held: FindingState[] = ['held'];
  const which = ids ?? (await store.findings({ state: held })).filter(isMeant).map(({ finding }) => finding.id);
  if (which.length === 0) throw usage('没有这样搁置的发现', 'no such finding is held');
  const move = (record: FindingRecord): FindingWrite => {
    const { finding, state } = record;
    if (state !== 'held') throw illegal(record, '没有搁置，无从释放', 'is not held, so there is nothing to release');
    if (!isMeant(record)) throw illegal(record, '不属于所说的规则或运行', 'is not of the rule or run that was named');
    return { finding, state: 'open', ...said };
  };
  return store.moveFindings(which, now, move, (moved) => moved.map(entryOf('released', said, organisation)));
}

function entryOf(result: string, said: { by: string; reason: string }, organisation: string) {
  return ({ finding }: FindingRecord): AuditEntry => ({
    ...personDecision(finding.subject, { ...said, organisation, result, item: finding.id }),
    detail: { rule: finding.rule },
  });
}

const decidable: readonly FindingState[] = ['verifying', 'confirmed', 'false-positive', 'resolved', 'open'];

/** Who and why, without ID numbers. */
function saidBy({ by, reason }: { by: string; reason: string }): { by: string; reason: string } {
  if (by.trim() === '') throw usage('须写明由谁认定', 'who decides must be given');
  if (reason.trim() === '') throw usage('须写明理由', 'a reason must be given');
  return { by: redact(by.trim()), reason: redact(reason.trim()) };
}

function untilOf({ as, until }: DecideAsk, now: Instant): string | undefined {
  if (until === undefined) return as === 'false-positive' || as === 'resolved' ? yearAfter(now) : undefined;
  if (as === 'open') throw usage('收回认定没有有效期', 'taking a decision back has no expiry');
  const day = /^\d{4}-\d{2}-\d{2}$/.test(until) ? exactDay(until) : undefined;
  if (day === undefined)
    throw usage(`有效期须为日期（如 2027-03-01）：${until}`, `the expiry must be a day (2027-03-01): ${until}`);
  if (day < dayOfInstant(now)) throw usage(`有效期已过：${until}`, `the expiry is in the past: ${until}`);
  return until;
}

/** The same day of the next year in Shanghai; of 29 February the 28th. */
function yearAfter(now: Instant): string {
  const today = formatDay(dayOfInstant(now));
  const later = `${String(Number(today.slice(0, 4)) + 1).padStart(4, '0')}${today.slice(4)}`;
  return exactDay(later) === undefined ? later.replace(/29$/, '28') : later;
}

/** Moves that are none. What a person closed a person may open again; what a run closed only evidence may. */
function refuse(record: FindingRecord, as: DecideAsk['as']): void {
  const { state, decision } = record;
  if (state === 'held')
    throw illegal(record, '已搁置，须先释放（findings release）', 'is held: release it first (findings release)');
  if (state === 'withdrawn')
    throw illegal(record, '证据已作废而撤回，不能再认定', 'was withdrawn with its evidence: nobody can decide it');
  if (state === 'resolved' && (decision === undefined || as !== 'open'))
    throw illegal(record, '已消除，不能再认定', 'is resolved: nobody can decide it');
  if (as === 'open' && decision === undefined) throw illegal(record, '没有可以收回的认定', 'has no decision to take back');
}

function illegal({ finding }: FindingRecord, zh: string, en: string): YilianError {
  const id = finding.id.slice(0, 12);
  return usage(`发现 ${id} ${zh}`, `finding ${id} ${en}`, finding.id);
}

function usage(zh: string, en: string, place?: string): YilianError {
  const text: Bilingual = { zh, en };
  return new YilianError('ERR_USAGE', text, place === undefined ? {} : { place });
}
