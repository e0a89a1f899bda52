import { randomUUID } from 'node:crypto';
import type { Json } from '../../model/index.js';
import type { SandboxKey } from './keys.js';
import { type Answered, type Forgery, faultOfAnswer, type Message, type SigningTimes, signMessage } from './sign.js';

/** What came back, and whether it is the city's answer to what was asked. */
export interface Reply extends Answered {
  /** Why the answer is not believed; absent: it is. */
  fault?: string;
  /** Of a problem document (RFC 9457). */
  problem?: string;
}

export interface Ask {
  method: 'GET' | 'POST';
  /** Path and query. */
  path: string;
  body?: Json;
  idempotencyKey?: string;
}

/** Asks a city's dossier service over HTTP, signed, and looks at the signature of every answer. */
export interface Caller {
  ask(origin: string, ask: Ask): Promise<Reply>;
  /** A request that is not sent yet: signed rightly, unless told otherwise. */
  prepare(origin: string, ask: Ask, wrong?: Wrong): Message;
  /** Sends it as it is. */
  send(message: Message): Promise<Reply>;
}

export interface Wrong extends Forgery {
  key?: SandboxKey;
  /** Seconds by which the clock of the signature is off. */
  shift?: number;
  nonce?: false;
}

/** Seconds for which a signature holds. */
const lifetime = 120;

export function createCaller({ key, city, clock }: { key: SandboxKey; city: SandboxKey; clock: () => Date }): Caller {
  const seconds = () => Math.floor(clock().getTime() / 1000);

  const prepare: Caller['prepare'] = (origin, ask, wrong = {}) => {
    const body = ask.body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(ask.body));
    const headers: Record<string, string> = {
      ...(ask.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(ask.idempotencyKey === undefined ? {} : { 'idempotency-key': ask.idempotencyKey }),
    };
    const message: Message = { method: ask.method, url: new URL(ask.path, origin), headers, body };
    const created = seconds() + (wrong.shift ?? 0);
    const times: SigningTimes = {
      created,
      expires: created + lifetime,
      ...(wrong.nonce === false ? {} : { nonce: randomUUID() }),
    };
    signMessage(message, wrong.key ?? key, times, wrong);
    return message;
  };

  const send: Caller['send'] = async (message) => {
    const response = await fetch(message.url, {
      method: message.method,
      headers: message.headers,
      redirect: 'manual',
      ...(message.method === 'GET' ? {} : { body: new Uint8Array(message.body) }),
    });
    const answer = { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
    const fault = faultOfAnswer(answer, message, city, seconds());
    const problem = problemOf(answer);
    return { ...answer, ...(fault === undefined ? {} : { fault }), ...(problem === undefined ? {} : { problem }) };
  };

  return {
    prepare,
    send,
    ask: (origin, ask) => send(prepare(origin, ask)),
  };
}

function problemOf({ headers, body }: Answered): string | undefined {
  if (!/^application\/problem\+json/i.test(headers.get('content-type') ?? '')) return undefined;
  const { type } = JSON.parse(body.toString('utf8')) as { type?: string };
  return type;
}
