import type { PartialDate } from './primitives.js';

/**
 * Days as whole numbers (days since 1970-01-01 in Asia/Shanghai), so that "more than 15 days" is a subtraction.
 * China has kept +08:00 without summer time since 1991-09-15; days before are taken as the calendar day the source wrote.
 */
export type Day = number;

/** First and last day a partial date can mean, both counted. */
export interface DayInterval {
  lo: Day;
  hi: Day;
}

const dayMs = 86_400_000;
const shanghaiOffsetMs = 8 * 3_600_000;

/** The day of `year-month-day`, or undefined where the calendar has no such day. Month 1–12. */
export function dayOf(year: number, month: number, day: number): Day | undefined {
  const ms = Date.UTC(year, month - 1, day);
  const date = new Date(ms);
  if (year < 1000 || date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day)
    return undefined;
  return ms / dayMs;
}

/** The days of years of four digits. */
const [firstDay, lastDay] = [-719_528, 2_932_896];

/** `YYYY-MM-DD`; a day of no such year is `< 0000-01-01` or `> 9999-12-31`, and what is no day at all is `—`. */
export function formatDay(day: Day): string {
  if (Number.isNaN(day)) return '—';
  if (day < firstDay) return '< 0000-01-01';
  if (day > lastDay) return '> 9999-12-31';
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

/** The Asia/Shanghai calendar day of an instant. */
export function dayOfInstant(instant: string | Date): Day {
  const ms = typeof instant === 'string' ? Date.parse(instant) : instant.getTime();
  return Math.floor((ms + shanghaiOffsetMs) / dayMs);
}

const partial = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(T.*)?)?)?$/;

/** The days a partial date can mean, or undefined where it is no date. A year is the whole year; a time is cut to its Shanghai day. */
export function dayInterval(date: PartialDate | undefined): DayInterval | undefined {
  const match = date === undefined ? null : partial.exec(date);
  if (!match) return undefined;
  const year = Number(match[1]);
  if (match[2] === undefined) {
    const lo = dayOf(year, 1, 1);
    const hi = dayOf(year, 12, 31);
    return lo === undefined || hi === undefined ? undefined : { lo, hi };
  }
  const month = Number(match[2]);
  if (match[3] === undefined) {
    const lo = dayOf(year, month, 1);
    return lo === undefined ? undefined : { lo, hi: Date.UTC(year, month, 0) / dayMs };
  }
  const day = dayOf(year, month, Number(match[3]));
  if (day === undefined) return undefined;
  if (match[4] === undefined) return { lo: day, hi: day };
  const ms = Date.parse(date as string);
  if (Number.isNaN(ms)) return undefined;
  const shanghai = Math.floor((ms + shanghaiOffsetMs) / dayMs);
  return { lo: shanghai, hi: shanghai };
}

/** The day, where the date is precise to the day or better. */
export function exactDay(date: PartialDate | undefined): Day | undefined {
  const interval = dayInterval(date);
  return interval !== undefined && interval.lo === interval.hi ? interval.lo : undefined;
}
