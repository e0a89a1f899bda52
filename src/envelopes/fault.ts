import type { Bilingual } from '../model/index.js';
import type { Opened } from './envelope.js';

/** Why bytes cannot be read, and where. The detail never quotes the bytes: they may hold an ID number or a name. */
export interface Fault {
  /** Machine-readable slug: `empty`, `bad-encoding`, `doctype`, `malformed-xml`, … */
  reason: string;
  /** JSON Pointer into the decoded message, as far as it could be decoded; empty for the whole message. */
  pointer: string;
  detail: Bilingual;
}

/** A value or the reason there is none. */
export type Readable<T> = ({ ok: true } & T) | { ok: false; fault: Fault };

/** A fault in one line. */
export function fault(reason: string, pointer: string, zh: string, en: string): { ok: false; fault: Fault } {
  return { ok: false, fault: { reason, pointer, detail: { zh, en } } };
}

/** What an envelope gives for bytes that nobody can read as it: failed, no records, and why. */
export function unreadable(because: Fault, warnings: readonly string[] = []): Opened {
  return { status: 'failed', records: [], unreadable: because, warnings: [...warnings] };
}

/** The message is a well-formed one of another protocol family. */
export function unknownEnvelope(id: string, pointer = ''): Fault {
  return {
    reason: 'unknown-envelope',
    pointer,
    detail: { zh: `这不是 ${id} 格式的报文`, en: `this is no message of the family ${id}` },
  };
}

/** The message asks; it was given where an answer is expected. */
export function requestNotAnswer(pointer = ''): Fault {
  return {
    reason: 'request-not-answer',
    pointer,
    detail: { zh: '这是请求报文，不是应答', en: 'this is a request, not an answer' },
  };
}

/** The part of the answer that says how it went is missing or empty. */
export function statusMissing(pointer: string): Fault {
  return {
    reason: 'status-missing',
    pointer,
    detail: { zh: '应答里没有状态码', en: 'the answer carries no status' },
  };
}

/** The answer counts rows that it does not carry: taking it for "nothing found" would make a loss an absence. */
export function totalWithoutRows(pointer: string): Fault {
  return {
    reason: 'total-without-rows',
    pointer,
    detail: { zh: '应答称有记录，却没有给出任何记录', en: 'the answer counts records and carries none' },
  };
}
