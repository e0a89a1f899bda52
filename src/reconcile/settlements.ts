import type { DayInterval, Money } from '../model/index.js';
import type { KnownSettlement } from './person-file.js';

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

/** An interim settlement (中途结算) whose final one is among these: same fund, same stay. */
export function isSuperseded({ known: { record } }: NetSettlement, all: readonly NetSettlement[]): boolean {
  const stay = filled(record.stayRecordId);
  if (!record.interim || stay === undefined) return false;
  return all.some(
    ({ known: other, reversed }) =>
      !reversed && !other.record.interim && other.record.fund === record.fund && other.record.stayRecordId === stay,
  );
}

/** From the first to the last day of service; undefined without a first. */
export function servicePeriod({ from, to }: KnownSettlement): { first: DayInterval; last: DayInterval } | undefined {
  return from === undefined ? undefined : { first: from, last: to ?? from };
}

function filled(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text;
}
