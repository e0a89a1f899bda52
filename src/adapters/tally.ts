import type { MappedElement } from '../mapping/context.js';
import { readDate } from '../mapping/dates.js';
import {
  type DayRows,
  dayOfInstant,
  type Evidence,
  type FeedTally,
  formatDay,
  type Json,
  type Message,
  noRows,
  type RowAccounts,
  sumShapes,
} from '../model/index.js';
import { redact } from '../redact.js';
import type { Reply } from './call.js';
import { groupOf } from './record-shapes.js';
import { textIn } from './row.js';
import { nameDay } from './table-batches.js';

/**
 * What is counted of every message, rows about others among them: shapes of fields, what became of each row, days and regions. Kept apart from
 * the rows themselves, of which those about others are forgotten.
 */

/** What became of one element. */
export type Fate = 'mapped' | 'rejected' | 'sieved' | 'void';

/** Of several elements at one place the first of these speaks for the row. */
const order: readonly Fate[] = ['mapped', 'void', 'rejected', 'sieved'];

/** `fateOf` gives undefined for an element nothing became of, which the accounts then show. */
export function tallyOf(
  replies: readonly Reply[],
  elements: readonly MappedElement[],
  fateOf: (element: MappedElement) => Fate | undefined,
  options: { evidence: number; byDay: boolean },
): FeedTally {
  const fates = new Map<string, Fate | undefined>();
  const kept = new Map<string, Evidence>();
  const regions = new Map<string, string>();
  const holders = new Set<string>();
  for (const element of elements) {
    const place = placeOf(element.message, element.pointer);
    const fate = fateOf(element);
    const before = fates.get(place);
    fates.set(place, before === undefined || (fate !== undefined && rank(fate) < rank(before)) ? fate : before);
    if (fate === 'mapped' && element.evidence !== undefined) kept.set(place, element.evidence);
    const region = regionOf(element.evidence);
    if (region !== undefined) regions.set(place, region);
    for (let end = place.length; end > 0; end = place.lastIndexOf('/', end - 1)) {
      const above = place.slice(0, end);
      if (holders.has(above)) break;
      holders.add(above);
    }
  }

  const rows: RowAccounts = { ...noRows(), evidence: options.evidence };
  for (const fate of fates.values()) {
    rows.read += 1;
    if (fate !== undefined) rows[fate] += 1;
  }
  for (const { opened, message } of replies) {
    const passed = opened.records.filter((record) => !holders.has(placeOf(message.id, record.pointer))).length;
    rows.read += passed;
    rows.passedOver += passed;
  }

  const shapes = replies.flatMap(({ opened, message, operation }) => {
    const told = (index: number): string => {
      const pointer = opened.records[index]?.pointer ?? '';
      const source = kept.get(placeOf(message.id, pointer))?.source;
      return redact(source === undefined ? `${message.id} ${pointer}` : `${source.agency}/${source.feed}/${source.recordId}`);
    };
    return groupOf(opened.operation ?? operation, opened.records, told) ?? [];
  });
  const days = options.byDay
    ? replies.flatMap((reply) =>
        dayRows(
          reply,
          (pointer) => regions.get(placeOf(reply.message.id, pointer)) ?? '',
          (pointer) => fates.get(placeOf(reply.message.id, pointer)) !== 'sieved',
        ),
      )
    : [];
  return { shapes: sumShapes(shapes.map((group) => [group])), rows, days };
}

function placeOf(message: string, pointer: string): string {
  return `${message}${pointer}`;
}

function rank(fate: Fate): number {
  return order.indexOf(fate);
}

/** Where it happened, as the record says it: the hospital's region, else the domicile's. Never that of an ID number. */
function regionOf(evidence: Evidence | undefined): string | undefined {
  if (evidence === undefined) return undefined;
  const hospital = evidence.kind === 'stay' || evidence.kind === 'settlement' ? evidence.hospital?.region : undefined;
  const region = hospital ?? evidence.person.domicile?.region;
  return region !== undefined && /^\d{6}/.test(region) ? region.slice(0, 6) : undefined;
}

function dayRows(
  { opened, message }: Reply,
  regionAt: (pointer: string) => string,
  isKept: (pointer: string) => boolean,
): DayRows[] {
  const file = message.file ?? '';
  const fallback = nameDay(file) ?? formatDay(dayOfInstant(message.receivedAt));
  if (opened.records.length === 0)
    return opened.unreadable === undefined ? [{ day: fallback, part: file, rows: 0, kept: 0, regions: {} }] : [];
  const parts = new Map<string, DayRows>();
  const partOf = partReader(message, fallback);
  for (const record of opened.records) {
    const { day, part } = partOf(record.value);
    const known = parts.get(`${day} ${part}`) ?? { day, part, rows: 0, kept: 0, regions: {} };
    parts.set(`${day} ${part}`, known);
    const region = regionAt(record.pointer);
    known.rows += 1;
    if (isKept(record.pointer)) known.kept += 1;
    known.regions[region] = (known.regions[region] ?? 0) + 1;
  }
  return [...parts.values()];
}

/** Day and part of a row; the same batch is read once. */
function partReader(message: Message, fallback: string): (row: Json) => { day: string; part: string } {
  const file = message.file ?? '';
  const known = new Map<string, { day: string; part: string }>();
  return (row) => {
    const batch = textIn(row, 'CD_BATCH');
    const time = /^\d{8}/.test(batch) ? '' : textIn(row, 'CD_TIME');
    const key = `${batch} ${time}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const part = {
      day: wholeDay(batch.slice(0, 8)) ?? wholeDay(time) ?? fallback,
      part: batch === '' ? file : redact(batch).slice(0, 40),
    };
    known.set(key, part);
    return part;
  };
}

function wholeDay(text: string): string | undefined {
  if (text === '') return undefined;
  const reading = readDate(text, 'day');
  return reading.read === 'date' && reading.date.length === 10 ? reading.date : undefined;
}
