import { type Day, type DayInterval, dayInterval, dayOf, formatDay, type PartialDate } from '../model/index.js';

/**
 * Days compared where a date may be a month or a year: yes, no, or maybe. Only certain contradictions fire, so every comparison of the rules
 * goes through here.
 */
export type Truth = 'yes' | 'no' | 'maybe';

/** Days are few and files are many: a hundred years have 36 525. Emptied when full, so that no input can make it grow. */
const known = new Map<string, DayInterval | undefined>();
const knownAtMost = 50_000;

/** The days a date can mean, both ends counted; the same date read twice is read once. Undefined where it is no date. */
export function interval(date: PartialDate | undefined): DayInterval | undefined {
  if (date === undefined) return undefined;
  if (date.length > 10) return dayInterval(date);
  const found = known.get(date);
  if (found !== undefined) return found;
  const read = dayInterval(date);
  if (read === undefined) return undefined;
  if (known.size >= knownAtMost) known.clear();
  known.set(date, read);
  return read;
}

/** The date cut to the day, at the precision it has: `2025-03-01T23:30Z` is `2025-03-02` in Shanghai. */
export function cutToDay(date: PartialDate): PartialDate {
  if (date.length <= 10) return date;
  const read = dayInterval(date);
  return read === undefined ? date : formatDay(read.lo);
}

export function and(a: Truth, b: Truth): Truth {
  if (a === 'no' || b === 'no') return 'no';
  return a === 'yes' && b === 'yes' ? 'yes' : 'maybe';
}

export function or(a: Truth, b: Truth): Truth {
  if (a === 'yes' || b === 'yes') return 'yes';
  return a === 'no' && b === 'no' ? 'no' : 'maybe';
}

/** Is every, some or no day of `a` before every day of `b`? */
export function isBefore(a: DayInterval, b: DayInterval): Truth {
  if (a.hi < b.lo) return 'yes';
  return a.lo >= b.hi ? 'no' : 'maybe';
}

/** Is `date` more than `days` after a death on some day of `span`? */
export function isAfterDeath(date: DayInterval, span: DayInterval, days: number): Truth {
  if (date.lo > span.hi + days) return 'yes';
  return date.hi <= span.lo + days ? 'no' : 'maybe';
}

/** Are two days at most `days` apart? */
export function isWithin(a: DayInterval, b: DayInterval, days: number): Truth {
  const furthest = Math.max(a.hi - b.lo, b.hi - a.lo);
  if (furthest <= days) return 'yes';
  const nearest = Math.max(a.lo - b.hi, b.lo - a.hi, 0);
  return nearest > days ? 'no' : 'maybe';
}

/** From the first to the last day, both counted. */
export interface Period {
  readonly first: DayInterval;
  readonly last: DayInterval;
}

/**
 * How many days two periods share, at least and at most. Whichever days of a month a period had, it never ends before it begins, so a month that
 * lies within the other period shares a day with it.
 */
export function daysShared(a: Period, b: Period): { least: number; most: number } {
  const most = Math.min(a.last.hi, b.last.hi) - Math.max(a.first.lo, b.first.lo) + 1;
  if (most < 1) return { least: 0, most: 0 };
  const own = [a, b].map(({ first, last }) => Math.max(1, last.lo - first.hi + 1));
  return { least: Math.max(0, Math.min(a.last.lo - b.first.hi + 1, b.last.lo - a.first.hi + 1, ...own)), most };
}

/** Do two periods share at least one day? */
export function sharesDay(a: Period, b: Period): Truth {
  const { least, most } = daysShared(a, b);
  if (most < 1) return 'no';
  return least >= 1 ? 'yes' : 'maybe';
}

/** Have more than `days` days passed from `date` to `asOf`? */
export function isOlderThan(date: DayInterval, asOf: Day, days: number): Truth {
  if (asOf - date.hi > days) return 'yes';
  return asOf - date.lo > days ? 'maybe' : 'no';
}

/** The last day any of some dates can mean; undefined where there is none. */
export function latestDay(dates: readonly (DayInterval | undefined)[]): Day | undefined {
  let latest: Day | undefined;
  for (const date of dates) if (date !== undefined && (latest === undefined || date.hi > latest)) latest = date.hi;
  return latest;
}

/** Do two days mean the same? Two equal months may be two days. */
export function isSameDay(a: DayInterval, b: DayInterval): Truth {
  return isWithin(a, b, 0);
}

/** Same first and same last day. */
export function areEqual(a: DayInterval, b: DayInterval): boolean {
  return a.lo === b.lo && a.hi === b.hi;
}

/** The same day so many years later; 29 February becomes 28 February where the year has none. */
export function addYears(day: Day, years: number): Day {
  const date = new Date(day * 86_400_000);
  const [year, month] = [date.getUTCFullYear() + years, date.getUTCMonth() + 1];
  return dayOf(year, month, date.getUTCDate()) ?? Date.UTC(year, month, 0) / 86_400_000;
}

/** Months since year 0, so that "a later month" is a comparison. */
export function monthOf(day: Day): number {
  const date = new Date(day * 86_400_000);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}
