import { YilianError } from '../errors.js';
import { dayInterval, type Instant } from '../model/index.js';

/** In which order versions of one record stand, and which of them is current. Pure; instants are compared as UTC text. */

const zoned = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/** The instant as UTC with milliseconds, so that text order is time order. Throws ERR_INPUT for what is no instant with a zone. */
export function instant(text: Instant): string {
  const ms = zoned.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms))
    throw new YilianError(
      'ERR_INPUT',
      { zh: `不是带时区的时刻：${text}`, en: `not an instant with a zone: ${text}` },
      { place: text },
    );
  return new Date(ms).toISOString();
}

/** The later of two instants as `instant` gives them. */
export function later(a: string, b: string): string {
  return a > b ? a : b;
}

/** What decides the order of two versions. */
export interface Ordered {
  /** As `instant` gives it. */
  readonly receivedAt: string;
  /** The agency's own update time, as sent. */
  readonly updatedAt: string | null;
}

/**
 * The current one of a record's versions, which come in order of receipt (`receivedAt`, then insertion): the newest received, except that
 * a version which the agency itself dates before the current one came late and does not become current.
 *
 * Judged step by step in order of receipt, so that the answer as of an instant depends only on what had been received by then.
 */
export function currentOf<V extends Ordered>(versions: readonly V[]): V | undefined {
  let current: V | undefined;
  for (const version of versions) if (current === undefined || !isOlder(version, current)) current = version;
  return current;
}

/** Whether the agency's own update times say for certain that `a` is older than `b`; false where one has none, or they are too coarse. */
export function isOlder(a: Ordered, b: Ordered): boolean {
  if (a.updatedAt === null || b.updatedAt === null || a.updatedAt === b.updatedAt) return false;
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
