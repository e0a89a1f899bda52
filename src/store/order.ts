import { YilianError } from '../errors.js';
import type { Instant } from '../model/index.js';

export { currentOf, isOlder } from '../model/index.js';

/** In which order versions of one record stand; which of them is current `model/versions.ts` says. Pure; instants are compared as UTC text. */

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
