import type { Json } from '../model/index.js';
import { problemOf, type Refusal } from './problems.js';

/** An answer before it is signed. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

const nothing = new Uint8Array();

/** What is said of a version or a person is for this partner, now, and for nobody's cache. */
const unkept = { 'cache-control': 'no-store' };

export function empty(status: 204 | 304, headers: Record<string, string> = {}): Answer {
  return { status, headers: { ...unkept, ...headers }, body: nothing };
}

export function jsonAnswer(status: number, body: Uint8Array | string, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { ...unkept, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? Buffer.from(body) : body,
  };
}

/** The problem document of a refusal. Its bytes depend on the problem alone, never on which gate said no. */
export function problemAnswer({ slug, more }: Refusal): Answer {
  const document: { [key: string]: Json | undefined } = { ...problemOf(slug, more.document) };
  return {
    status: problemOf(slug).status,
    headers: { ...unkept, 'content-type': 'application/problem+json', ...more.headers },
    body: Buffer.from(JSON.stringify(document)),
  };
}
