import { type Bilingual, dayOf, formatDay, type Json } from '../model/index.js';

/**
 * Which batches of an exchanged table have come, and which are missing. CD_BATCH is a day and a serial number (`202503020001`); that every day
 * has one, and that serials run without a hole, is known of no table in public, so it is believed only where the settings say so.
 */
export interface BatchState {
  /** The newest day of which a batch has come, `YYYYMMDD`. */
  batchDay?: string;
  /** The highest serial of that day. */
  batchSerial?: number;
  /** What is missing: `batch:20250303`, `batch:202503020002`, `file:name.csv`, `rows:name.csv`, `waiting:name.csv`, `full-load:12`. */
  missing: string[];
}

/** How much of a gap is written down, so that a wrong batch number cannot fill the store. */
const mostMissing = 400;

/** The state once these batches have come. A batch that was missing is no longer; days and serials passed over are. */
export function batchesAfter(before: Partial<BatchState>, batches: readonly string[], sequence: Json | undefined): BatchState {
  const { batchDay, batchSerial } = before;
  const missing = new Set(before.missing ?? []);
  if (sequence !== 'day' && sequence !== 'day-and-serial') return { missing: [...missing] };
  const serials = new Map<string, Set<number>>();
  for (const batch of batches) {
    const match = /^(\d{8})(\d{4})?$/.exec(batch);
    if (match?.[1] === undefined || dayNumber(match[1]) === undefined) continue;
    const known = serials.get(match[1]) ?? new Set();
    serials.set(match[1], known.add(Number(match[2] ?? 0)));
  }
  const days = [...serials.keys()].sort();
  for (const day of days) missing.delete(`batch:${day}`);
  if (sequence === 'day-and-serial') {
    for (const [day, seen] of serials) {
      for (const serial of seen) missing.delete(entryOf(day, serial));
      // Of an earlier day only what was written down as missing can still come.
      if (batchDay !== undefined && day < batchDay) continue;
      const from = day === batchDay ? (batchSerial ?? 0) + 1 : 1;
      for (let serial = from; serial < Math.max(...seen); serial += 1) if (!seen.has(serial)) missing.add(entryOf(day, serial));
    }
  }
  const newest = days.at(-1);
  if (newest === undefined)
    return { ...(batchDay === undefined ? {} : { batchDay, batchSerial: batchSerial ?? 0 }), missing: [...missing] };
  for (const day of daysBetween(batchDay ?? days[0] ?? newest, newest)) if (!serials.has(day)) missing.add(`batch:${day}`);
  const highest = Math.max(...(serials.get(newest) ?? [0]), batchDay === newest ? (batchSerial ?? 0) : 0);
  const isNewer = batchDay === undefined || newest >= batchDay;
  return {
    batchDay: isNewer ? newest : batchDay,
    batchSerial: isNewer ? highest : (batchSerial ?? 0),
    missing: [...missing].slice(0, mostMissing),
  };
}

/** What an operator reads of what is missing; undefined where nothing is, beyond what the settings accept as lost. */
export function gapOf(missing: readonly string[], accepted: Json | undefined): { reason: string; detail: Bilingual } | undefined {
  const open = missing.filter((entry) => !(Array.isArray(accepted) && accepted.includes(entry)));
  const first = open[0];
  if (first === undefined) return undefined;
  const list = open.slice(0, 5).join(', ') + (open.length > 5 ? ' …' : '');
  const [reason, zh, en] = first.startsWith('batch:')
    ? ['batch-missing', '缺少批次', 'batches are missing']
    : isWaiting(first)
      ? ['file-waiting', '文件已到但不完整或读不了', 'files have come that are not complete or cannot be read']
      : first.startsWith('file:')
        ? ['unreadable-file', '文件无法读取，须重新发送', 'files could not be read and must be sent again']
        : first.startsWith('rows:')
          ? [
              'row-count-differs',
              '文件的行数或金额合计与声明的不符，须重新发送',
              'rows or sums of files are not what was declared; they must be sent again',
            ]
          : first === 'full-load:parts'
            ? [
                'full-load-parts',
                '同一天的几个全量文件各说各的，像是一份拆成了几个，未据其作废',
                'full loads of one day hold different records, as if one had been split, so nothing was voided by them',
              ]
            : first === 'full-load:unreadable-rows'
              ? [
                  'full-load-unreadable-rows',
                  '全量文件有无法辨认的行，未据其作废',
                  'a full load has rows nobody can name, so nothing was voided by it',
                ]
              : [
                  'full-load-row-count',
                  '全量文件行数异常，未据其作废',
                  'the row count of a full load is out of its band, so nothing was voided by it',
                ];
  return { reason, detail: { zh: `${zh}：${list}`, en: `${en}: ${list}` } };
}

/** How a file that could not be read is written down. */
export function fileEntry(name: string): string {
  return `file:${name}`;
}

/** How a file is written down whose rows or sums are not what was declared. */
export function countEntry(name: string): string {
  return `rows:${name}`;
}

/** How a file that lies in the folder without being complete is written down. */
export function waitingEntry(name: string): string {
  return `waiting:${name}`;
}

export function isWaiting(entry: string): boolean {
  return entry.startsWith('waiting:');
}

/** `YYYY-MM-DD` out of a file's name (`swyxzm_20250302.csv`, `2025-03-02.csv`, `setl_d_202503020001.csv`), where it bears exactly one day. */
export function nameDay(name: string): string | undefined {
  const days = [...name.matchAll(/(?<!\d)((?:19|20)\d{2})[-_.]?(\d{2})[-_.]?(\d{2})(?:\d{4}|\d{6})?(?!\d)/g)].flatMap(
    ([, year, month, day]) => dayOf(Number(year), Number(month), Number(day)) ?? [],
  );
  const only = days[0];
  return days.length === 1 && only !== undefined ? formatDay(only) : undefined;
}

function entryOf(day: string, serial: number): string {
  return `batch:${day}${String(serial).padStart(4, '0')}`;
}

function dayNumber(compact: string): number | undefined {
  return dayOf(Number(compact.slice(0, 4)), Number(compact.slice(4, 6)), Number(compact.slice(6, 8)));
}

/** Days strictly between two compact days. */
function daysBetween(from: string, until: string): string[] {
  const first = dayNumber(from);
  const last = dayNumber(until);
  if (first === undefined || last === undefined) return [];
  const days: string[] = [];
  for (let day = first + 1; day < last && days.length <= mostMissing; day += 1) days.push(formatDay(day).replaceAll('-', ''));
  return days;
}

/** What a bookmark knows to be missing and nobody has accepted as lost, and the days of it; with `sequence` also days due (through `dueThrough`) after the last that came. */
export function missingOf(
  position: { readonly [key: string]: Json } | undefined,
  settings: Readonly<Record<string, Json>>,
  dueThrough: number,
): { missing: string[]; days: Set<string> } {
  const { acceptedGaps, sequence } = settings;
  const listed = Array.isArray(position?.missing) ? position.missing : [];
  const missing = listed.filter(
    (entry) => typeof entry === 'string' && !(Array.isArray(acceptedGaps) && acceptedGaps.includes(entry)),
  );
  const newest = typeof position?.batchDay === 'string' ? dayNumber(position.batchDay) : undefined;
  const isDaily = sequence === 'day' || sequence === 'day-and-serial';
  for (
    let day = newest === undefined || !isDaily ? dueThrough + 1 : newest + 1;
    day <= dueThrough && missing.length < mostMissing;
    day += 1
  )
    missing.push(`batch:${formatDay(day).replaceAll('-', '')}`);
  const days = missing.flatMap((entry) => {
    const day = /^batch:(\d{8})/.exec(String(entry))?.[1];
    const at = day === undefined ? nameDay(String(entry)) : dayNumber(day);
    return at === undefined ? [] : typeof at === 'string' ? at : formatDay(at);
  });
  return { missing: missing.map(String), days: new Set(days) };
}
