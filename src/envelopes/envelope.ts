import type { Bilingual } from '../model/index.js';
import type { Json } from '../model/json.js';

/**
 * How bytes are wrapped: where the records are, where the status is, and what means ok, nothing found, not authorised, busy.
 *
 * The records' vocabulary is stable and the envelope is not, so an envelope hands out plain records and a mapping reads them.
 * Opening is pure and never throws on bad bytes: bytes nobody can read are `unreadable`, with the place.
 */

/** A question in protocol-neutral form. */
export interface Question {
  /** The protocol's name of what is asked: `GK_GXFW_SFHC`, `InPatientInfoQuery`, `1101`, … */
  operation: string;
  /** Business parameters under the protocol's own names. */
  parameters: Readonly<Record<string, Json>>;
  /** For protocols that take several persons in one call: one entry a person. */
  items?: readonly Readonly<Record<string, Json>>[];
  /** A number used once, where the protocol wants one. */
  messageId: string;
  /** The instant of asking; rendered in Asia/Shanghai where the protocol wants local time. */
  at: Date;
  /** Who asks and why; protocols that have a place for it get it. */
  operator: { name: string; id: string; organisation: string };
  purpose: string;
  matterCode?: string | undefined;
}

/** A request as bytes, relative to the channel's base address; the channel's own request type has the same shape. */
export interface WrappedRequest {
  method: 'GET' | 'POST';
  path?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: Uint8Array;
}

/** The five ways an answer can go, told apart by the envelope and by nothing else. */
export type AnswerStatus = 'ok' | 'nothing-found' | 'not-authorised' | 'busy' | 'failed';

/** One record out of a message: any JSON tree, text values only where the source had text, numbers as strings. */
export interface DecodedRecord {
  value: Json;
  /** JSON Pointer of the record in the decoded message. */
  pointer: string;
  /**
   * Where the envelope gathered scattered parts into one flat record (a clinical document, say): pointer in `value` → pointer in the decoded
   * message. Values without an entry are at `pointer` + their own pointer.
   */
  origin?: Readonly<Record<string, string>>;
  /** The envelope's own refusal of this one record (`RECORD@code` not empty, ragged row). */
  refused?: { reason: string; detail?: Bilingual };
}

/** What an envelope made of bytes. */
export interface Opened {
  status: AnswerStatus;
  /** The status as sent: `FHDM`, `infcode`, `success`, … */
  code?: string;
  /** The other side's words, redacted. */
  message?: string;
  /** With `not-authorised`: a fresh secret may help (see `clarifications`: words such as 签名 密钥 令牌 token 过期). */
  refreshable?: boolean;
  /** With `not-authorised`: the other side says our clock is off. Never refreshed, never retried. */
  clock?: boolean;
  retryAfterMs?: number;
  /** The operation the message answers, where it says so. */
  operation?: string;
  records: DecodedRecord[];
  /** Bytes nobody can read as this envelope: why and where. Then `status` is `failed` and `records` empty. */
  unreadable?: { reason: string; pointer: string; detail: Bilingual };
  /** Things to tell the operator that lost nothing: a prolog that lied about its encoding, say. */
  warnings: string[];
  /** A total the message states, where it can be trusted. */
  total?: number;
  /** Where the message is one page of several: its number from 1, where it says so, and how many there are. */
  page?: { number?: number; of: number };
  /** The decoded message that every pointer points into; built when asked for, to look at and to test. */
  decoded?(): Json;
}

/** What an envelope needs beyond the question; from the feed's `envelope` configuration. */
export type EnvelopeSettings = Readonly<Record<string, Json>>;

/** An envelope with its settings applied. */
export interface Envelope {
  readonly id: string;
  /** Absent for families that only receive (files). Throws `YilianError` ERR_INPUT for a name that cannot be written in the encoding. */
  request?(question: Question, fields: Readonly<Record<string, string>>): WrappedRequest;
  open(bytes: Uint8Array, hints?: { contentType?: string; operation?: string }): Opened;
}

/** An envelope family: one file under `src/envelopes/`, named after it. */
export interface EnvelopeFamily {
  readonly id: string;
  readonly title: Bilingual;
  /** A cheap look at the bytes: could this be one of ours? For `map` without `--envelope`. */
  recognises(bytes: Uint8Array): boolean;
  /** JSON Schema of the settings, with defaults; checked with the configuration. */
  readonly settings: Json;
  create(settings: EnvelopeSettings): Envelope;
}
