import { type Bilingual, type CaseState, type Conclusion, caseStates, type DayInterval } from '../model/index.js';
import { interval, isBefore } from './dates.js';

/** What several rules ask of a case: its step, its conclusions. */

/** What an officer calls a state; one that is none by its slug. */
export function stateName(state: CaseState): Bilingual {
  return Object.hasOwn(caseStates, state) ? caseStates[state] : { zh: state, en: state };
}

const beforeConclusion: ReadonlySet<CaseState> = new Set([
  'submitted',
  'supplement-requested',
  'accepted',
  'scheduled',
  'examined',
]);

/** Is a case in one of the steps before a conclusion? */
export function isOpen({ state }: { state: CaseState }): boolean {
  return beforeConclusion.has(state);
}

const stopped: ReadonlySet<CaseState> = new Set(['rejected', 'abandoned', 'terminated', 'withdrawn']);

/** Did a case end without a conclusion: 不予受理, 视为放弃, 当次终止, 撤回? */
export function isStopped({ state }: { state: CaseState }): boolean {
  return stopped.has(state);
}

/** The conclusions that stand by their own status: neither superseded nor revoked. */
export function standing(conclusions: readonly Conclusion[]): Conclusion[] {
  return conclusions.filter(({ status }) => status !== 'superseded' && status !== 'revoked');
}

/**
 * The last of some conclusions, in order of their numbers: several where they were made on one day (grade and care under two numbers) or where
 * coarse dates do not tell which was later.
 */
export function lastOf(conclusions: readonly Conclusion[]): Conclusion[] {
  const dated = conclusions.map((conclusion) => ({ conclusion, on: interval(conclusion.on) }));
  return dated
    .filter(({ on }) => !dated.some((other) => on !== undefined && other.on !== undefined && isBefore(on, other.on) === 'yes'))
    .map(({ conclusion }) => conclusion)
    .sort((a, b) => (byText(a) < byText(b) ? -1 : 1));
}

function byText(conclusion: Conclusion): string {
  return `${conclusion.no} ${JSON.stringify(conclusion)}`;
}

/** The day of the last of some dates: undefined where none can be read. */
export function lastDay(dates: readonly (string | undefined)[]): DayInterval | undefined {
  return extreme(dates, Math.max);
}

/** The day of the first of some dates. */
export function firstDay(dates: readonly (string | undefined)[]): DayInterval | undefined {
  return extreme(dates, Math.min);
}

function extreme(dates: readonly (string | undefined)[], of: (...days: number[]) => number): DayInterval | undefined {
  const days = dates.map(interval).filter((day) => day !== undefined);
  return days.length === 0 ? undefined : { lo: of(...days.map(({ lo }) => lo)), hi: of(...days.map(({ hi }) => hi)) };
}
