import type { Day } from '../model/index.js';
import { interval } from './dates.js';
import type { DayLists } from './holidays.js';

/** Working days (工作日): Monday to Friday without the days off, and the make-up working days (调休上班). */
export interface WorkingCalendar {
  readonly holidays: ReadonlySet<Day>;
  readonly workdays: ReadonlySet<Day>;
}

/** Read once for each list of days off: the same lists are handed in for every person. */
const known = new WeakMap<readonly string[], { workdays: readonly string[]; calendar: WorkingCalendar }>();

/** Days that are none are left out. */
export function workingCalendar({ holidays, workdays }: DayLists): WorkingCalendar {
  const found = known.get(holidays);
  if (found?.workdays === workdays) return found.calendar;
  const calendar = { holidays: daysOf(holidays), workdays: daysOf(workdays) };
  known.set(holidays, { workdays, calendar });
  return calendar;
}

/** A day that is listed as both is worked. */
export function isWorkingDay(day: Day, { holidays, workdays }: WorkingCalendar): boolean {
  return workdays.has(day) || (!isWeekend(day) && !holidays.has(day));
}

/** The `count`-th working day after a day, which is not counted itself; that day where `count` is 0. */
export function workingDayAfter(day: Day, count: number, calendar: WorkingCalendar): Day {
  let [at, left] = [day, count];
  while (left > 0) {
    at += 1;
    if (isWorkingDay(at, calendar)) left -= 1;
  }
  return at;
}

/** What the calendar makes of days after `from` through `to` against Monday to Friday: weekdays off, weekend days worked. */
export function exceptionsBetween(from: Day, to: Day, calendar: WorkingCalendar): { off: Day[]; worked: Day[] } {
  const exceptions: { off: Day[]; worked: Day[] } = { off: [], worked: [] };
  for (let day = from + 1; day <= to; day += 1) {
    if (isWorkingDay(day, calendar) === !isWeekend(day)) continue;
    (isWeekend(day) ? exceptions.worked : exceptions.off).push(day);
  }
  return exceptions;
}

/** 1970-01-01 was a Thursday. */
function isWeekend(day: Day): boolean {
  const weekday = (((day + 4) % 7) + 7) % 7;
  return weekday === 0 || weekday === 6;
}

function daysOf(texts: readonly string[]): Set<Day> {
  const days = new Set<Day>();
  for (const text of texts) {
    const day = interval(text);
    if (day !== undefined && day.lo === day.hi) days.add(day.lo);
  }
  return days;
}
