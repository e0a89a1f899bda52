import type { Money } from '../model/index.js';
import type { Period } from './dates.js';
import type { Place } from './hospitals.js';
import type { KnownSettlement, KnownStay } from './person-file.js';

/** What is left of settlements once reversals are taken off. Amounts are whole fen (0.01 yuan), so that nothing is rounded. */

/** `12345.60` → 1234560. NaN for what is no amount. */
export function fen(money: Money): number {
  const match = /^(-?)(\d+)(?:\.(\d{1,2}))?$/.exec(money);
  if (match === null) return Number.NaN;
  const value = Number(match[2]) * 100 + Number((match[3] ?? '').padEnd(2, '0'));
  return match[1] === '-' ? -value : value;
}

/** 123456 → `1234.56`. */
export function yuan(amount: number): Money {
  const digits = String(Math.abs(amount)).padStart(3, '0');
  return `${amount < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** 退费: marked as a refund, naming what it refunds, or paying a negative amount. */
export function isReversal({ record }: KnownSettlement): boolean {
  return record.refund || filled(record.refundOf) !== undefined || fen(record.fundPaid) < 0;
}

/** A settlement that is no reversal, with what the fund paid after reversals. */
export interface NetSettlement {
  readonly known: KnownSettlement;
  /** Fen. */
  readonly net: number;
  /** Reversals were found and nothing is left: it never happened. One the fund paid nothing for, without a reversal, did happen. */
  readonly reversed: boolean;
}

/**
 * Every settlement that is no reversal, with its net. A reversal counts as −|fundPaid| against the settlement that its `refundOf` names, or,
 * without one, against each of the same fund with the same invoice number.
 */
export function netSettlements(settlements: readonly KnownSettlement[]): NetSettlement[] {
  const reversals = settlements.filter(isReversal);
  return settlements
    .filter((known) => !isReversal(known))
    .map((known) => {
      const against = reversals.filter((reversal) => reverses(reversal, known));
      const taken = against.reduce((sum, { record }) => sum + Math.abs(fen(record.fundPaid)), 0);
      const net = fen(known.record.fundPaid) - taken;
      return { known, net, reversed: against.length > 0 && net <= 0 };
    });
}

function reverses({ record: reversal }: KnownSettlement, { record }: KnownSettlement): boolean {
  const named = filled(reversal.refundOf);
  if (named !== undefined) return named === record.settlementNo;
  const invoice = filled(reversal.invoiceNo);
  return invoice !== undefined && reversal.fund === record.fund && invoice === record.invoiceNo;
}

/** Every settlement that is no reversal and was not wholly reversed, whether or not the fund paid anything. */
export function unreversed(settlements: readonly KnownSettlement[]): KnownSettlement[] {
  return netSettlements(settlements)
    .filter(({ reversed }) => !reversed)
    .map(({ known }) => known);
}

/** An interim settlement (中途结算) whose final one is among these: same fund, same stay. */
export function isSuperseded({ known }: NetSettlement, all: readonly NetSettlement[]): boolean {
  if (!known.record.interim) return false;
  return all.some(
    ({ known: other, reversed }) =>
      !reversed && !other.record.interim && other.record.fund === known.record.fund && nameOneStay(known, other),
  );
}

/** From the first to the last day of service; undefined without a first. */
export function servicePeriod({ from, to }: KnownSettlement): Period | undefined {
  return from === undefined ? undefined : { first: from, last: to ?? from };
}

/** The invoice two settlements share; undefined where they share none. */
export function sharedInvoice({ record: a }: KnownSettlement, { record: b }: KnownSettlement): string | undefined {
  const invoice = filled(a.invoiceNo);
  return invoice === b.invoiceNo ? invoice : undefined;
}

/** Do two settlements name the same stay (就诊ID)? */
export function nameOneStay({ record: a }: KnownSettlement, { record: b }: KnownSettlement): boolean {
  return filled(a.stayRecordId) !== undefined && a.stayRecordId === b.stayRecordId;
}

/** Do two records carry one settlement number of one agency? Then they are one settlement told twice; two agencies may well count alike. */
export function haveOneNumber({ record: a }: KnownSettlement, { record: b }: KnownSettlement): boolean {
  return a.source.agency === b.source.agency && filled(a.settlementNo) !== undefined && a.settlementNo === b.settlementNo;
}

/** Does a settlement name this very stay? A stayRecordId is one of its own agency. */
export function namesStay({ record }: KnownSettlement, { record: { source } }: KnownStay): boolean {
  return record.stayRecordId === source.recordId && record.source.agency === source.agency;
}

/** Where the service was. */
export function placeOfSettlement({ record }: KnownSettlement): Place {
  return { agency: record.source.agency, hospital: record.hospital };
}

function filled(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text;
}
