import { dayInterval, dayOfInstant } from './days.js';
import type { Instant } from './primitives.js';
import type { DecidedState, Decision, FindingRecord, FindingState, FindingStep, Told } from './run.js';

/** What a finding's history says: nothing of it is kept twice, so that it can be told as of any instant. */

const decided: readonly FindingState[] = ['verifying', 'confirmed', 'false-positive', 'resolved'];

function isDecided(state: FindingState): state is DecidedState {
  return decided.includes(state);
}

/** Why a run closes a finding as a person had: the facts are again those of the decision, which it takes up. */
export const decidedBefore = 'decided-before';

/** The decision of a person that holds at the end of a history: until another, or a run that moves the finding. */
export function decisionOf(history: readonly FindingStep[]): Decision | undefined {
  let decision: Decision | undefined;
  for (const [index, step] of history.entries()) {
    if (step.run === undefined) decision = decisionIn(step);
    else if (step.from !== step.to)
      decision = step.reason === decidedBefore ? lastDecisionOf(history.slice(0, index)) : undefined;
  }
  return decision;
}

/**
 * The last word a person had, also where a run has moved the finding since for other facts. Forgotten once the evidence went void; letting go
 * what was held decides nothing.
 */
export function lastDecisionOf(history: readonly FindingStep[]): Decision | undefined {
  let decision: Decision | undefined;
  for (const step of history) {
    if (step.run === undefined) decision = step.from === 'held' ? decision : decisionIn(step);
    else if (step.to === 'withdrawn') decision = undefined;
  }
  return decision;
}

function decisionIn({ at, to, by, reason, until, facts }: FindingStep): Decision | undefined {
  if (by === undefined || !isDecided(to)) return undefined;
  return {
    as: to,
    by,
    at,
    reason: reason ?? '',
    ...(until === undefined ? {} : { until }),
    ...(facts === undefined ? {} : { facts }),
  };
}

/** Whether a decision still holds at an instant: its last day counts. One without a last day holds. */
export function holdsAt({ until }: Pick<Decision, 'until'>, at: Instant): boolean {
  const last = dayInterval(until)?.hi;
  return last === undefined || dayOfInstant(at) <= last;
}

/** Who is recorded as told, the first time each. */
export function toldOf(history: readonly FindingStep[]): Told[] {
  const told = new Map<string, Told>();
  for (const { at, by = '', told: whom = [] } of history)
    for (const name of whom) if (!told.has(name)) told.set(name, { whom: name, at, by });
  return [...told.values()];
}

/** Everybody who must hear when a finding is taken back: who acted on it, and who is recorded as told. Each once, in order of time. */
export function informedOf(history: readonly FindingStep[]): { whom: string; at: Instant; as: 'acted' | 'told' }[] {
  const informed = new Map<string, { whom: string; at: Instant; as: 'acted' | 'told' }>();
  for (const { at, by, told = [] } of history) {
    if (by !== undefined && !informed.has(by)) informed.set(by, { whom: by, at, as: 'acted' });
    for (const whom of told) if (!informed.has(whom)) informed.set(whom, { whom, at, as: 'told' });
  }
  return [...informed.values()];
}

/**
 * The step by which a run took back what people were verifying, had confirmed, had dealt with or had told others of, also where that had
 * expired; undefined where the last step is another.
 */
export function recallOf({ history }: Pick<FindingRecord, 'history'>): FindingStep | undefined {
  const last = history.at(-1);
  if (last === undefined || !isTakenBack(last) || last.from === 'held') return undefined;
  // What was said before an earlier taking back went with that.
  const since = history.slice(history.slice(0, -1).findLastIndex(isTakenBack) + 1);
  const decisions = since.filter(({ run, from }) => run === undefined && from !== 'held');
  const isActedOn = ['verifying', 'confirmed', 'resolved'].includes(decisions.at(-1)?.to ?? '');
  return isActedOn || since.some(({ told = [] }) => told.length > 0) ? last : undefined;
}

function isTakenBack({ run, to, reason }: FindingStep): boolean {
  return run !== undefined && (to === 'withdrawn' || to === 'resolved') && reason !== decidedBefore;
}

/** The record with a history, and all that follows from it. */
export function withHistory(record: FindingRecord, history: FindingStep[]): FindingRecord {
  const { decision: _, told: __, ...rest } = record;
  const [decision, told] = [decisionOf(history), toldOf(history)];
  return {
    ...rest,
    state: history.at(-1)?.to ?? record.state,
    ...(decision === undefined ? {} : { decision }),
    ...(told.length === 0 ? {} : { told }),
    history,
  };
}
