import { type Day, dayOf, dayOfInstant, formatDay } from '../model/index.js';

/**
 * Days, months and the shapes in which agencies write them. A day is a whole number (see `model/days.ts`); nothing here reads a clock or a time
 * zone of the machine.
 */

/** `20260310`. */
export function compactDay(day: Day): string {
  return formatDay(day).replaceAll('-', '');
}

/** `2026-03-10 08:30:00`; hour, minute and second as given. */
export function dayTime(day: Day, time = '00:00:00'): string {
  return `${formatDay(day)} ${time}`;
}

/** `20260310083000`. */
export function compactDayTime(day: Day, time = '00:00:00'): string {
  return `${compactDay(day)}${time.replaceAll(':', '')}`;
}

/** `2026-03`. */
export function monthOf(day: Day): string {
  return formatDay(day).slice(0, 7);
}

/** The month `count` months after (before, when negative) a month `YYYY-MM`. */
export function addMonths(month: string, count: number): string {
  const index = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + count;
  return `${String(Math.floor(index / 12)).padStart(4, '0')}-${String((index % 12) + 1).padStart(2, '0')}`;
}

/** The months from `first` to `last`, both counted; none when `last` is earlier. */
export function months(first: string, last: string): string[] {
  const list: string[] = [];
  for (let month = first; month <= last; month = addMonths(month, 1)) list.push(month);
  return list;
}

/** The day of `YYYY-MM-DD`. Throws RangeError where the calendar has no such day. */
export function parseDay(text: string): Day {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  const day = match ? dayOf(Number(match[1]), Number(match[2]), Number(match[3])) : undefined;
  if (day === undefined) throw new RangeError(`no such day: ${text}`);
  return day;
}

/** An instant as the clock on a wall in Shanghai shows it. */
export interface WallClock {
  day: Day;
  /** `08:30:00`. */
  time: string;
  milliseconds: number;
}

/** The Shanghai wall clock of an instant. */
export function wallClock(instant: Date): WallClock {
  const shifted = new Date(instant.getTime() + 8 * 3_600_000).toISOString();
  return { day: dayOfInstant(instant), time: shifted.slice(11, 19), milliseconds: Number(shifted.slice(20, 23)) };
}

/** `20260310083000` in Shanghai. */
export function compactInstant(instant: Date): string {
  const clock = wallClock(instant);
  return compactDayTime(clock.day, clock.time);
}
