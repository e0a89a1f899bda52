import { dayInterval, dayOfInstant } from './days.js';
import type { Instant } from './primitives.js';
import type { DecidedState, Decision, FindingRecord, FindingState, FindingStep, Told } from './run.js';

/** What a finding's history says: nothing of it is kept twice, so that it can be told as of any instant. */

const decided: readonly FindingState[] = ['verifying', 'confirmed', 'false-positive', 'resolved'];

function isDecided(state: FindingState): state is DecidedState {
  return decided.includes(state);
}

/** The decision of a person that holds at the end of a history: until another, or a run that moves the finding. */
export function decisionOf(history: readonly FindingStep[]): Decision | undefined {
  let decision: Decision | undefined;
  for (const { at, run, from, to, by, reason, until, facts } of history) {
    if (run === undefined)
      decision =
        by === undefined || !isDecided(to)
          ? undefined
          : {
              as: to,
              by,
              at,
              reason: reason ?? '',
              ...(until === undefined ? {} : { until }),
              ...(facts === undefined ? {} : { facts }),
            };
    else if (from !== to) decision = undefined;
  }
  return decision;
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

/** The step by which a run took back what people were verifying, had confirmed or had dealt with; undefined where the last step is another. */
export function recallOf({ history }: Pick<FindingRecord, 'history'>): FindingStep | undefined {
  const last = history.at(-1);
  if (last?.run === undefined || (last.to !== 'withdrawn' && last.to !== 'resolved')) return undefined;
  return last.from === 'verifying' || last.from === 'confirmed' || last.from === 'resolved' ? last : undefined;
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
