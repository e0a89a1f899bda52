import { describe, expect, it } from 'vitest';
import { dayInterval, formatDay } from '../../src/model/index.js';
import { exceptionsBetween, isWorkingDay, workingCalendar, workingDayAfter } from '../../src/reconcile/calendar.js';
import { clocks } from '../../src/reconcile/clocks.js';
import { calendarWith, shippedCalendar } from '../../src/reconcile/holidays.js';

const day = (text: string): number => dayInterval(text)?.lo ?? Number.NaN;
const shipped = workingCalendar(shippedCalendar);
const plain = workingCalendar({ holidays: [], workdays: [] });
const nth = (text: string, count: number, calendar = shipped): string => formatDay(workingDayAfter(day(text), count, calendar));

describe('working days', () => {
  it.each([
    ['a Friday', '2025-06-27', true],
    ['a Saturday', '2025-06-28', false],
    ['a Sunday', '2025-06-29', false],
    ['a Monday', '2025-06-30', true],
    ['the eve of the year of the snake, a Tuesday', '2025-01-28', false],
    ['the last day of its holidays', '2025-02-04', false],
    ['the day after', '2025-02-05', true],
    ['the Sunday worked before it', '2025-01-26', true],
    ['the Saturday worked after it', '2025-02-08', true],
    ['a Wednesday of the national holidays of 2025, the 8th', '2025-10-08', false],
    ['the same of 2026, a Thursday', '2026-10-08', true],
    ['the Sunday worked in January 2026', '2026-01-04', true],
    ['the last day of Spring Festival 2026', '2026-02-23', false],
    ['Dragon Boat Monday of 2024', '2024-06-10', false],
    ['the Saturday worked for Mid-Autumn 2024', '2024-09-14', true],
    ['a day before 1970, a Wednesday', '1969-12-31', true],
    ['a New Year that is not published yet, a Friday', '2027-01-01', true],
  ])('%s: %s → %s', (_, text, expected) => {
    expect(isWorkingDay(day(text), shipped)).toBe(expected);
  });

  it('count from the day after, and only those that are worked', () => {
    expect(nth('2025-06-25', 3)).toBe('2025-06-30');
    expect(nth('2025-06-28', 1)).toBe('2025-06-30');
    expect(nth('2025-06-25', 0)).toBe('2025-06-25');
    // Friday before the Dragon Boat weekend: Monday is off.
    expect(nth('2025-05-30', 3)).toBe('2025-06-05');
    expect(nth('2025-05-30', 3, plain)).toBe('2025-06-04');
    // Thursday, Friday, and the worked Sunday.
    expect(nth('2025-04-24', 3)).toBe('2025-04-28');
    expect(nth('2025-04-24', 3, plain)).toBe('2025-04-29');
  });

  it('holds a day that is both off and worked for worked, and leaves out what is no day', () => {
    const calendar = workingCalendar({ holidays: ['2025-06-27', '2025-06-28', '2025-06'], workdays: ['2025-06-28', 'never'] });

    expect(['2025-06-26', '2025-06-27', '2025-06-28'].map((text) => isWorkingDay(day(text), calendar))).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('tells what the calendar made of some days against Monday to Friday', () => {
    const { off, worked } = exceptionsBetween(day('2025-04-25'), day('2025-05-06'), shipped);

    expect(off.map(formatDay)).toEqual(['2025-05-01', '2025-05-02', '2025-05-05']);
    expect(worked.map(formatDay)).toEqual(['2025-04-27']);
  });
});

describe('the shipped calendar', () => {
  // 国办发明电〔2023〕7号, 〔2024〕12号, 〔2025〕7号: days off and days worked, counted by hand.
  it.each([
    ['2024', 28, 8],
    ['2025', 28, 5],
    ['2026', 33, 6],
  ])('has the days of %s that were published', (year, off, worked) => {
    const of = (days: readonly string[]) => days.filter((text) => text.startsWith(year));

    expect([of(shippedCalendar.holidays).length, of(shippedCalendar.workdays).length]).toEqual([off, worked]);
  });

  it('has only weekend days as worked', () => {
    const weekdays = shippedCalendar.workdays.map((text) => new Date(`${text}T12:00:00Z`).getUTCDay());

    expect(weekdays.every((weekday) => weekday === 0 || weekday === 6)).toBe(true);
  });
});

describe("a city's own calendar", () => {
  it('adds its days and leaves the published ones', () => {
    const { holidays, workdays } = calendarWith({ holidays: ['2026-07-01'], workdays: ['2027-02-14'] });

    expect(holidays).toHaveLength(shippedCalendar.holidays.length + 1);
    expect(holidays).toContain('2026-02-17');
    expect(workdays).toContain('2027-02-14');
  });

  it('wins over the published one, day by day', () => {
    const { holidays, workdays } = calendarWith({ holidays: ['2026-02-14'], workdays: ['2026-02-16'] });

    expect([holidays.includes('2026-02-14'), workdays.includes('2026-02-14')]).toEqual([true, false]);
    expect([holidays.includes('2026-02-16'), workdays.includes('2026-02-16')]).toEqual([false, true]);
    expect(holidays).toContain('2026-02-17');
  });
});

describe('the statutory clocks', () => {
  it('are those of order 55 and of order 21, which gave 20 days for delivery', () => {
    const lengths = (regime: keyof typeof clocks) =>
      Object.fromEntries(Object.entries(clocks[regime]).map(([name, { length, unit }]) => [name, `${length} ${unit}`]));

    expect(lengths('order-55')).toEqual({
      conclusion: '60 day',
      extension: '30 day',
      delivery: '15 day',
      reappraisal: '15 day',
      review: '1 year',
    });
    expect(lengths('order-21')).toEqual({ ...lengths('order-55'), delivery: '20 day' });
  });
});
