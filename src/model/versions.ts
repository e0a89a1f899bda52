import { dayInterval } from './days.js';

/** Which of several versions of one record stands: one answer for the store, the cross-check and whoever else holds more than one of them. */

/** A version with the agency's own update time, as sent; null or absent where it sends none. */
export interface Dated {
  readonly updatedAt?: string | null | undefined;
}

/**
 * The current one of a record's versions, which come in order of receipt (among those received at the same instant in order of insertion): the
 * newest received, except that a version which the agency itself dates before the current one came late and does not become current.
 *
 * Judged step by step in order of receipt, so that the answer as of an instant depends only on what had been received by then.
 */
export function currentOf<V extends Dated>(versions: readonly V[]): V | undefined {
  let current: V | undefined;
  for (const version of versions) if (current === undefined || !isOlder(version, current)) current = version;
  return current;
}

/** Whether the agency's own update times say for certain that `a` is older than `b`; false where one has none, or they are too coarse. */
export function isOlder(a: Dated, b: Dated): boolean {
  if (a.updatedAt == null || b.updatedAt == null || a.updatedAt === b.updatedAt) return false;
  const [first, second] = [moments(a.updatedAt), moments(b.updatedAt)];
  return first !== undefined && second !== undefined && first.hi < second.lo;
}

const dayMs = 86_400_000;
const shanghaiMs = 8 * 3_600_000;
const timed = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(\.\d+)?(Z|[+-]\d{2}:\d{2})?$/;

/** First and last millisecond an update time can mean; one without a zone is Shanghai's. */
function moments(text: string): { lo: number; hi: number } | undefined {
  const match = timed.exec(text);
  if (match === null) {
    const days = dayInterval(text);
    return days && { lo: days.lo * dayMs - shanghaiMs, hi: (days.hi + 1) * dayMs - shanghaiMs - 1 };
  }
  const [, day, minutes, seconds, fraction, zone] = match;
  const lo = Date.parse(`${day}T${minutes}${seconds ?? ':00'}${fraction ?? ''}${zone ?? '+08:00'}`);
  if (Number.isNaN(lo)) return undefined;
  return { lo, hi: lo + (seconds === undefined ? 59_999 : fraction === undefined ? 999 : 0) };
}
