import { dayOf, type PartialDate } from '../model/index.js';

/**
 * Dates in every format met, read exactly as precise as they were written.
 *
 * Formats: `yyyy`, `yyyyMM`, `yyyyMMdd`, `yyyyMMddHH`, `yyyyMMddHHmm`, `yyyyMMddHHmmss` and with milliseconds; the same with `-`, `.`, `/` or
 * 年月日 between, with or without a time, a fraction, a zone, and blanks beside the separators ("2019 - 04 - 08"). Sources: the date formats of
 * table exchange, the population and health feeds, the insurance platform. A time with a zone is shifted to Asia/Shanghai before the day is
 * taken; without one it is Asia/Shanghai. Midnight is how databases write a day, so `00:00:00` means the day only.
 */

/** `none`: the source says there is nothing (empty, `-`, 无, all zeros, the open end 9999…). `bad`: no such day, or no date at all. */
export type DateReading = { read: 'date'; date: PartialDate } | { read: 'none' } | { read: 'bad' };

/** How much of the time to keep. */
export type DatePrecision = 'day' | 'minute' | 'instant';

const blanks = new Set(['', 'null', 'undefined', '-', '--', '—', '无', '/']);

/** Does the text stand for nothing? `null`, `"null"`, blanks, `-`, `－`, 无. */
export function isBlank(text: string): boolean {
  const plain = text.normalize('NFKC').trim();
  return blanks.has(plain) || blanks.has(plain.toLowerCase());
}

const separated = /^(\d{4})(?:[-./年](\d{1,2})(?:月$|[-./月](\d{1,2})日?)?|年)?(?:[T ](.+))?$/;
const compact = /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:\d{3})?(?:\.\d+)?)?)?([+-]\d{4})?)?)?)?$/;
const compactWithTime = /^(\d{4})(\d{2})(\d{2})[T ](.+)$/;
const clock = /^(\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?$/;

interface Parts {
  year: number;
  month?: number | undefined;
  day?: number | undefined;
  time?: Clock | undefined;
}

interface Clock {
  hour: number;
  minute: number;
  second?: number | undefined;
  /** Minutes east of Greenwich; none given = Asia/Shanghai. */
  offset?: number | undefined;
}

/**
 * Reads a date. `hourText` is a separate hour column (`7`, `07`, `07:30`), used where the date itself has no time.
 * With `instant` a day is its midnight in Asia/Shanghai and months and years are `bad`.
 */
export function readDate(raw: string, precision: DatePrecision, hourText?: string): DateReading {
  if (isBlank(raw)) return { read: 'none' };
  const text = tidy(raw);
  const digits = text.replace(/\D/g, '');
  if (/^0+$/.test(digits) && /^[0-9:.\-/ T]+$/.test(text)) return { read: 'none' };
  if (/^9{8,}$/.test(digits) || digits.startsWith('99991231')) return { read: 'none' };

  const parts = parse(text);
  if (parts === undefined || parts.year < 1800 || parts.year > 2199) return { read: 'bad' };
  if (hourText !== undefined && !isBlank(hourText) && parts.day !== undefined) {
    const hour = readClock(tidy(hourText));
    if (hour === undefined) return { read: 'bad' };
    if (parts.time === undefined || isMidnight(parts.time)) parts.time = hour;
  }
  return render(parts, precision);
}

/** NFKC, no blanks beside separators, single blanks elsewhere. */
function tidy(raw: string): string {
  return raw
    .normalize('NFKC')
    .trim()
    .replace(/\s*([-./:年月日])\s*/g, (_, separator: string) => (separator === '日' ? '日 ' : separator))
    .replace(/\s+/g, ' ')
    .trim();
}

function parse(text: string): Parts | undefined {
  const short = compact.exec(text);
  if (short) {
    const [, year, month, day, hour, minute, second, zone] = short;
    const time =
      hour === undefined
        ? undefined
        : readClock(`${hour}:${minute ?? '00'}${second === undefined ? '' : `:${second}`}${zone ?? ''}`);
    if (hour !== undefined && time === undefined) return undefined;
    return { year: Number(year), month: number(month), day: number(day), time };
  }
  const match = compactWithTime.exec(text) ?? separated.exec(text);
  if (!match) return undefined;
  const [, year, month, day, rest] = match;
  if (rest === undefined) return { year: Number(year), month: number(month), day: number(day) };
  const time = day === undefined ? undefined : readClock(rest.replace(/ /g, ''));
  return time === undefined ? undefined : { year: Number(year), month: number(month), day: number(day), time };
}

function readClock(text: string): Clock | undefined {
  const match = clock.exec(text);
  if (!match) return undefined;
  const time: Clock = {
    hour: Number(match[1]),
    minute: Number(match[2] ?? 0),
    second: number(match[3]),
    offset: readOffset(match[4]),
  };
  return time.hour > 23 || time.minute > 59 || (time.second ?? 0) > 59 ? undefined : time;
}

function readOffset(zone: string | undefined): number | undefined {
  if (zone === undefined) return undefined;
  if (zone === 'Z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  const digits = zone.replace(/\D/g, '');
  return sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2)));
}

function render(given: Parts, precision: DatePrecision): DateReading {
  const { year, month, day } = given;
  if (month === undefined || day === undefined) {
    if (precision === 'instant') return { read: 'bad' };
    if (month === undefined) return { read: 'date', date: pad(year, 4) };
    return month < 1 || month > 12 ? { read: 'bad' } : { read: 'date', date: `${pad(year, 4)}-${pad(month, 2)}` };
  }
  if (dayOf(year, month, day) === undefined) return { read: 'bad' };
  const { date, time } = inShanghai(year, month, day, given.time);
  if (precision === 'instant') {
    const at = time ?? { hour: 0, minute: 0, second: 0 };
    return { read: 'date', date: `${date}T${pad(at.hour, 2)}:${pad(at.minute, 2)}:${pad(at.second ?? 0, 2)}+08:00` };
  }
  if (precision === 'day' || time === undefined || isMidnight(time)) return { read: 'date', date };
  const seconds = time.second === undefined ? '' : `:${pad(time.second, 2)}`;
  return { read: 'date', date: `${date}T${pad(time.hour, 2)}:${pad(time.minute, 2)}${seconds}+08:00` };
}

function inShanghai(
  year: number,
  month: number,
  day: number,
  time: Clock | undefined,
): { date: string; time?: Clock | undefined } {
  const date = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
  if (time?.offset === undefined || time.offset === 480) return { date, time };
  const shifted = new Date(
    Date.UTC(year, month - 1, day, time.hour, time.minute, time.second ?? 0) + (480 - time.offset) * 60_000,
  );
  return {
    date: shifted.toISOString().slice(0, 10),
    time: { hour: shifted.getUTCHours(), minute: shifted.getUTCMinutes(), second: time.second },
  };
}

function isMidnight(time: Clock): boolean {
  return time.hour === 0 && time.minute === 0 && (time.second ?? 0) === 0;
}

function number(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
