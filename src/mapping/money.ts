import type { Money } from '../model/index.js';
import { isBlank } from './dates.js';

/**
 * Amounts by decimal string arithmetic, never through a float: what a sender's float left behind (`38.61000000000001`) is rounded away, what
 * it did not (`12.345`) is refused. Source: insurance interfaces send amounts as numbers, as strings, and with float noise.
 */

/** `none`: the source says there is nothing. `bad`: no amount, or a third place that means something. */
export type MoneyReading = { read: 'money'; money: Money } | { read: 'none' } | { read: 'bad' };

const plain = /^([+-])?(\d+|\d{1,3}(?:,\d{3})+)?(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;

/** Yuan with two places. More places are rounded half up, and only where that moves the amount by less than 0.0001 yuan. */
export function readMoney(raw: string): MoneyReading {
  if (isBlank(raw)) return { read: 'none' };
  const match = plain.exec(raw.normalize('NFKC').trim());
  if (!match || (match[2] === undefined && match[3] === undefined)) return { read: 'bad' };
  const [, sign, whole = '', fraction = '', exponent] = match;
  const shift = Number(exponent ?? 0);
  if (Math.abs(shift) > 30) return { read: 'bad' };

  let digits = whole.replace(/,/g, '') + fraction;
  let places = fraction.length - shift;
  if (places < 2) {
    digits += '0'.repeat(2 - places);
    places = 2;
  }
  digits = digits.padStart(places + 1, '0');
  const kept = digits.slice(0, digits.length - places + 2);
  const rest = digits.slice(digits.length - places + 2);
  const cents = rest === '' ? BigInt(kept) : rounded(BigInt(kept), rest);
  if (cents === undefined) return { read: 'bad' };
  const text = cents.toString().padStart(3, '0');
  const negative = sign === '-' && cents !== 0n;
  return { read: 'money', money: `${negative ? '-' : ''}${text.slice(0, -2)}.${text.slice(-2)}` };
}

/** Rounds to a cent where `rest` (the places after it) is less than 0.01 of a cent from the nearest; else undefined. */
function rounded(cents: bigint, rest: string): bigint | undefined {
  if (/^0(0|$)/.test(rest)) return cents;
  return /^990*[1-9]/.test(rest) ? cents + 1n : undefined;
}
