/**
 * The smallest parts of the common case model: dates as precise as their source, money, codes, where a record came from.
 *
 * A value keeps its source; a date keeps the precision it came with; a code keeps its raw value and code system; unknown is not false.
 */

/**
 * A day or instant exactly as precise as its source: `1960`, `1960-01`, `1960-01-01`, or `1960-01-01T08:30[:00]+08:00`.
 * Days are Asia/Shanghai calendar days. The pattern knows the calendar: there is no 30 February, and 29 February in leap years only.
 *
 * @pattern ^([1-9]\d{3}|[1-9]\d{3}-(0[1-9]|1[0-2])|([1-9]\d{3}-((0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|(0[469]|11)-(0[1-9]|[12]\d|30)|02-(0[1-9]|1\d|2[0-8]))|([1-9]\d(0[48]|[2468][048]|[13579][26])|([2468][048]|[13579][26])00)-02-29)(T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d))?)$
 */
export type PartialDate = string;

/**
 * Yuan with two places, as a decimal string: `12345.60`; negative for a reversal.
 *
 * @pattern ^-?\d+\.\d{2}$
 */
export type Money = string;

/**
 * An instant: RFC 3339 with a zone, `2026-11-23T02:00:00.000Z`.
 *
 * @pattern ^([1-9]\d{3}-((0[13578]|1[02])-(0[1-9]|[12]\d|3[01])|(0[469]|11)-(0[1-9]|[12]\d|30)|02-(0[1-9]|1\d|2[0-8]))|([1-9]\d(0[48]|[2468][048]|[13579][26])|([2468][048]|[13579][26])00)-02-29)T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$
 */
export type Instant = string;

/** A text an officer reads, in Chinese and in English. */
export interface Bilingual {
  zh: string;
  en: string;
}

/** A code as received and as understood. `known: false` means `code` is the raw value and nobody may branch on it. */
export interface Coded<C extends string = string> {
  code: C | (string & {});
  /** The code system, for instance `GB/T 2261.1` or `insurance/dscg_way`. */
  system: string;
  raw?: string;
  known: boolean;
}

/**
 * Who said it. The five agencies and the city itself; a further agency is a lower-case slug.
 *
 * @pattern ^[a-z][a-z0-9]*(-[a-z0-9]+)*$
 */
export type Agency =
  | 'provincial-appraisal'
  | 'public-security'
  | 'health'
  | 'civil-affairs'
  | 'medical-insurance'
  | 'city'
  | (string & {});

/** Where a record came from. Every evidence record carries exactly one. */
export interface Source {
  agency: Agency;
  /** The feed within the agency, for instance `stays`. */
  feed: string;
  /**
   * The agency's own key, stable over re-sends. Where it has none: a keyed hash of feed, normalised id number and the fields that make
   * the fact, so that a changed day is a new version and not a second death.
   */
  recordId: string;
  receivedAt: Instant;
  /** The agency's own update time, where it sends one. */
  updatedAt?: string;
  /** The bytes the record was read from. */
  message: { id: string; sha256: string };
  /** Model field → JSON Pointer (RFC 6901) into the decoded message. */
  pointers?: Record<string, string>;
}
