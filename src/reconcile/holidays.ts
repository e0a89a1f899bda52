import { type Day, dayOf, formatDay } from '../model/index.js';

/** Days off and make-up working days (调休), each `YYYY-MM-DD`. */
export interface DayLists {
  readonly holidays: readonly string[];
  readonly workdays: readonly string[];
}

interface Arrangement {
  readonly year: number;
  /** The State Council's notice (国务院办公厅关于…年部分节假日安排的通知). */
  readonly source: string;
  /** First and last day off of each holiday, `MM-DD`, both counted. */
  readonly off: readonly (readonly [first: string, last: string])[];
  /** Weekend days worked instead. */
  readonly worked: readonly string[];
}

/** What has been published. Days of other years are plain Monday to Friday, until a city's own calendar says otherwise. */
export const arrangements: readonly Arrangement[] = [
  {
    year: 2024,
    source: '国办发明电〔2023〕7号',
    off: [
      ['01-01', '01-01'],
      ['02-10', '02-17'],
      ['04-04', '04-06'],
      ['05-01', '05-05'],
      ['06-10', '06-10'],
      ['09-15', '09-17'],
      ['10-01', '10-07'],
    ],
    worked: ['02-04', '02-18', '04-07', '04-28', '05-11', '09-14', '09-29', '10-12'],
  },
  {
    year: 2025,
    source: '国办发明电〔2024〕12号',
    off: [
      ['01-01', '01-01'],
      ['01-28', '02-04'],
      ['04-04', '04-06'],
      ['05-01', '05-05'],
      ['05-31', '06-02'],
      ['10-01', '10-08'],
    ],
    worked: ['01-26', '02-08', '04-27', '09-28', '10-11'],
  },
  {
    year: 2026,
    source: '国办发明电〔2025〕7号',
    off: [
      ['01-01', '01-03'],
      ['02-15', '02-23'],
      ['04-04', '04-06'],
      ['05-01', '05-05'],
      ['06-19', '06-21'],
      ['09-25', '09-27'],
      ['10-01', '10-07'],
    ],
    worked: ['01-04', '02-14', '02-28', '05-09', '09-20', '10-10'],
  },
];

/** The published arrangements as days: the defaults of every rule that counts working days. */
export const shippedCalendar: DayLists = {
  holidays: arrangements.flatMap(({ year, off }) => off.flatMap(([first, last]) => daysBetween(year, first, last))),
  workdays: arrangements.flatMap(({ year, worked }) => worked.map((day) => `${year}-${day}`)),
};

/**
 * A city's own calendar laid over the shipped one: what it says of a day wins, and of every other day the published arrangement stands. So a file
 * with one local holiday does not make a working week of Spring Festival, and every shipped day can still be taken back by name.
 */
export function calendarWith(own: DayLists): DayLists {
  const named = new Set([...own.holidays, ...own.workdays]);
  const laid = (shipped: readonly string[], added: readonly string[]): string[] =>
    [...new Set([...shipped.filter((day) => !named.has(day)), ...added])].sort();
  return {
    holidays: laid(shippedCalendar.holidays, own.holidays),
    workdays: laid(shippedCalendar.workdays, own.workdays),
  };
}

function daysBetween(year: number, first: string, last: string): string[] {
  const days: string[] = [];
  for (let day = dayIn(year, first); day <= dayIn(year, last); day += 1) days.push(formatDay(day));
  return days;
}

function dayIn(year: number, monthAndDay: string): Day {
  const [month = 0, date = 0] = monthAndDay.split('-').map(Number);
  return dayOf(year, month, date) ?? Number.NaN;
}
