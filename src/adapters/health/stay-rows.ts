import { isYilianError, type YilianError } from '../../errors.js';
import { matchIdentity } from '../../identity/index.js';
import type { MappableRecord, MappedElement } from '../../mapping/context.js';
import { dayInterval, type Json, type Person, type StayEvidence } from '../../model/index.js';
import type { CallContext, Connection } from '../adapter.js';
import { mapReply } from '../answers.js';
import type { Reply } from '../call.js';

/** What one lookup of stays carries along. */
export interface Asking {
  connection: Connection;
  context: CallContext;
  person: Person;
  /** Asks about the person; the parameters are added to number and name. */
  ask(operation: string, parameters: Readonly<Record<string, string>>): Promise<Reply>;
}

/** One record of a reply with what the mapping made of it. */
export interface Row {
  reply: Reply;
  record: MappableRecord;
  element: MappedElement;
}

/** The records of a reply that the mapping has a place for. */
export function rowsOf(connection: Connection, reply: Reply): Row[] {
  return reply.opened.records.flatMap((record) =>
    mapReply(connection, reply, [record]).elements.map((element) => ({ reply, record, element })),
  );
}

/** A value of a record, as text; empty where there is none. */
export function textOf(row: Row, key: string): string {
  const { value } = row.record;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return '';
  const found = value[key];
  return typeof found === 'string' ? found.trim() : '';
}

/** Does the element speak of the person asked about? Masked and missing numbers do not. */
export function isOwn(person: Person, element: MappedElement): boolean {
  if (element.identity.state !== 'given') return false;
  const { result } = matchIdentity(person, { idDocuments: element.identity.documents });
  return result === 'same' || result === 'upgraded';
}

/** Does it speak of somebody else, with a whole number? */
export function isStranger(person: Person, element: MappedElement): boolean {
  return element.identity.state === 'given' && !isOwn(person, element);
}

/** The day of admission; of a month or year its first. */
export function admittedDay(stay: StayEvidence): number | undefined {
  return dayInterval(stay.admittedOn)?.lo;
}

/**
 * Admissions and discharges as stays. A discharge belongs to the admission of the same person, hospital, 住院号 and visit; an admission without
 * one is an open stay, a discharge without one stays the rejection that the mapping made of it (`admission-not-found`).
 */
export function joinEncounters(
  connection: Connection,
  person: Person,
  rows: { admissions: readonly Row[]; discharges: readonly Row[]; earlierDischarges: readonly Row[] },
): MappedElement[] {
  const own = (row: Row) => isOwn(person, row.element);
  const discharges = [...rows.discharges, ...rows.earlierDischarges].filter(own);
  const used = new Set<Row>();
  const admissions = [...rows.admissions].filter(own).sort((a, b) => compare(textOf(b, 'admittedAt'), textOf(a, 'admittedAt')));
  const stays = new Map<Row, MappedElement>();
  // The latest admission first: where visits have no number, a discharge belongs to the last admission before it.
  for (const admission of admissions) {
    const discharge = discharges
      .filter((row) => !used.has(row) && isSameVisit(admission, row) && !isBefore(row, admission))
      .sort((a, b) => compare(textOf(a, 'dischargedAt'), textOf(b, 'dischargedAt')))[0];
    if (discharge !== undefined) for (const row of discharges) if (isSameDischarge(row, discharge)) used.add(row);
    stays.set(admission, discharge === undefined ? admission.element : joined(connection, admission, discharge));
  }
  return [
    ...rows.admissions.map((row) => stays.get(row) ?? row.element),
    ...rows.discharges.filter((row) => !used.has(row)).map((row) => row.element),
  ];
}

function isSameVisit(one: Row, other: Row): boolean {
  const agree = (key: string): boolean | undefined => {
    const [a, b] = [textOf(one, key), textOf(other, key)];
    return a === '' || b === '' ? undefined : a === b;
  };
  if (agree('hospitalCode') === false || agree('recordNo') === false) return false;
  // Without a 住院号 only the visit's own serial tells.
  if (agree('recordNo') === undefined) return agree('visitSerial') === true;
  return agree('visitNo') ?? agree('visitSerial') ?? true;
}

/** The same discharge sent again: once joined, the copy is no discharge without an admission. */
function isSameDischarge(one: Row, other: Row): boolean {
  return isSameVisit(one, other) && textOf(one, 'dischargedAt') === textOf(other, 'dischargedAt');
}

/** A numbered visit is joined whatever its dates say, so that the mapping can refuse dates in the wrong order; otherwise times decide, as far as both go. */
function isBefore(discharge: Row, admission: Row): boolean {
  const numbered = ['visitNo', 'visitSerial'].some((key) => textOf(discharge, key) !== '' && textOf(admission, key) !== '');
  if (numbered) return false;
  const [left, came] = [digits(textOf(discharge, 'dischargedAt')), digits(textOf(admission, 'admittedAt'))];
  const precision = Math.min(left.length, came.length);
  return left.slice(0, precision) < came.slice(0, precision);
}

function joined(connection: Connection, admission: Row, discharge: Row): MappedElement {
  const record = withValues(admission, discharge, ['dischargedAt', 'diagnoses']);
  return mapReply(connection, admission.reply, [record]).elements[0] ?? admission.element;
}

/** The base row's record with values of another message laid over it, each pointing to where it came from. */
function withValues(base: Row, other: Row, keys: readonly string[]): MappableRecord {
  const value = { ...(base.record.value as { [key: string]: Json }) };
  const from = other.record.value as { [key: string]: Json };
  const origin: Record<string, string> = { ...base.record.origin };
  for (const key of keys) {
    const taken = from[key];
    if (taken === undefined) continue;
    value[key] = taken;
    origin[`/${key}`] = foreignPointer(other.reply, other.record.origin?.[`/${key}`] ?? `${other.record.pointer}/${key}`);
    for (const [inside, pointer] of Object.entries(other.record.origin ?? {}))
      if (inside.startsWith(`/${key}/`)) origin[inside] = foreignPointer(other.reply, pointer);
  }
  return { ...base.record, value, origin };
}

/** A pointer into another message than the one the evidence names as its source: the message's id, `#`, and the JSON Pointer. */
export function foreignPointer(reply: Reply, pointer: string): string {
  return `${reply.message.id}#${pointer}`;
}

/** A failure of the agency; anything else is a fault of ours and goes on up. */
export function agencyFailure(error: unknown): YilianError {
  if (isYilianError(error) && error.code !== 'ERR_INTERNAL') return error;
  throw error;
}

function compare(a: string, b: string): number {
  const [one, other] = [digits(a), digits(b)];
  return one < other ? -1 : one > other ? 1 : 0;
}

function digits(text: string): string {
  return text.replace(/\D/g, '');
}
