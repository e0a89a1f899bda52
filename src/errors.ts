import type { Agency, Bilingual } from './model/index.js';

/** Who can mend it. */
export type Who = 'operator' | 'agency' | 'developer' | 'nobody';

/**
 * Every failure a caller can meet. Bad data is not among them: that is a rejection or a finding.
 *
 * Codes are stable; texts are not. No text holds an ID number, a name or a secret.
 */
export const errorCodes = {
  // configuration and use
  ERR_CONFIG: { retryable: false, who: 'operator' },
  ERR_USAGE: { retryable: false, who: 'operator' },
  ERR_INPUT: { retryable: false, who: 'operator' },
  // talking
  ERR_UNREACHABLE: { retryable: true, who: 'agency' },
  ERR_TIMEOUT: { retryable: true, who: 'agency' },
  ERR_TLS: { retryable: false, who: 'operator' },
  ERR_HTTP_STATUS: { retryable: false, who: 'agency' },
  ERR_TOO_LARGE: { retryable: false, who: 'agency' },
  ERR_REDIRECT: { retryable: false, who: 'operator' },
  ERR_BUSY: { retryable: true, who: 'agency' },
  ERR_QUOTA: { retryable: true, who: 'nobody' },
  ERR_OUTSIDE_HOURS: { retryable: true, who: 'nobody' },
  ERR_BREAKER_OPEN: { retryable: true, who: 'agency' },
  ERR_ABORTED: { retryable: true, who: 'nobody' },
  // being allowed
  ERR_UNAUTHORISED: { retryable: false, who: 'operator' },
  ERR_CLOCK: { retryable: false, who: 'operator' },
  // what came back
  ERR_ENVELOPE: { retryable: false, who: 'agency' },
  ERR_ENCODING: { retryable: false, who: 'agency' },
  ERR_AGENCY: { retryable: false, who: 'agency' },
  ERR_ANSWERED_ABOUT_OTHERS: { retryable: false, who: 'agency' },
  ERR_IDENTITY_NOT_VERIFIABLE: { retryable: false, who: 'agency' },
  ERR_INCOMPLETE: { retryable: true, who: 'agency' },
  // what we keep
  ERR_STORE_LOCKED: { retryable: true, who: 'operator' },
  ERR_STORE_DAMAGED: { retryable: false, who: 'operator' },
  ERR_STORE_NEWER: { retryable: false, who: 'operator' },
  /** The audit log cannot be written: what was to be noted does not happen. */
  ERR_AUDIT: { retryable: true, who: 'operator' },
  // us
  ERR_INTERNAL: { retryable: false, who: 'developer' },
} as const satisfies Record<string, { retryable: boolean; who: Who }>;

export type ErrorCode = keyof typeof errorCodes;

const brand = Symbol.for('yilian.error');

/** Any failure of this library. Branded rather than tested by `instanceof`, so two copies of the package understand each other. */
export class YilianError extends Error {
  override readonly name = 'YilianError';
  readonly code: ErrorCode;
  /** The same in Chinese and English; `message` is both. */
  readonly text: Bilingual;
  readonly agency?: Agency;
  readonly feed?: string;
  readonly httpStatus?: number;
  /** Wait this long before asking again, where the other side said so. */
  readonly retryAfterMs?: number;
  readonly retryable: boolean;
  readonly who: Who;
  /** Where in the input: a JSON Pointer, a file name, a line. */
  readonly place?: string;

  constructor(
    code: ErrorCode,
    text: Bilingual,
    more: {
      agency?: Agency | undefined;
      feed?: string | undefined;
      httpStatus?: number | undefined;
      retryAfterMs?: number | undefined;
      retryable?: boolean | undefined;
      place?: string | undefined;
    } = {},
  ) {
    super(`${text.zh} / ${text.en}`);
    Object.defineProperty(this, brand, { value: true });
    this.code = code;
    this.text = text;
    this.retryable = more.retryable ?? errorCodes[code].retryable;
    this.who = errorCodes[code].who;
    if (more.agency !== undefined) this.agency = more.agency;
    if (more.feed !== undefined) this.feed = more.feed;
    if (more.httpStatus !== undefined) this.httpStatus = more.httpStatus;
    if (more.retryAfterMs !== undefined) this.retryAfterMs = more.retryAfterMs;
    if (more.place !== undefined) this.place = more.place;
  }

  /** Safe to log. */
  toJSON(): Record<string, unknown> {
    return {
      code: this.code,
      message: this.message,
      text: this.text,
      agency: this.agency,
      feed: this.feed,
      httpStatus: this.httpStatus,
      retryable: this.retryable,
      who: this.who,
      place: this.place,
    };
  }
}

export function isYilianError(error: unknown): error is YilianError {
  return typeof error === 'object' && error !== null && brand in error;
}
