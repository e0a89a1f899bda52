import nock from 'nock';
import { afterEach, beforeEach, expect } from 'vitest';

/**
 * The one door to nock. While a test runs, nothing leaves the machine; the test fails on a request nobody expected (even where the code
 * under test swallows it) and on an expectation nobody used. For faults of the socket see `fault-server.ts`.
 */

/** A request as it was sent. */
export interface Sent {
  method: string;
  /** Path and query. */
  target: string;
  /** Names in lower case; without `connection`, which is nock's own. */
  headers: Record<string, string>;
  /** As text; bytes that are not UTF-8 as hexadecimal. */
  body: string;
}

export interface Answer {
  /** Default 200. */
  status?: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** No answer but this system error. */
  error?: { code: string };
}

export interface HttpMock {
  /** Expects one request to exactly this address (with its query) and answers it. Equal expectations are used up in order. */
  expect(method: 'GET' | 'POST', url: string, answer: Answer | ((sent: Sent) => Answer)): void;
  /** What was sent in this test, in order. */
  readonly sent: readonly Sent[];
}

/** To be called once at the top of a test file. */
export function mockHttp(): HttpMock {
  const sent: Sent[] = [];
  const unexpected: string[] = [];
  const onNoMatch = (request: unknown) => {
    const { method = '?', path = '?' } = request as { method?: string; path?: string };
    unexpected.push(`${method} ${path}`);
  };

  beforeEach(() => {
    sent.length = 0;
    unexpected.length = 0;
    if (!nock.isActive()) nock.activate();
    nock.disableNetConnect();
    nock.emitter.on('no match', onNoMatch);
  });
  afterEach(() => {
    const unused = nock.pendingMocks();
    nock.emitter.off('no match', onNoMatch);
    nock.cleanAll();
    nock.enableNetConnect();
    nock.restore();
    expect({ unexpected, unused }).toEqual({ unexpected: [], unused: [] });
  });

  return {
    sent,
    expect(method, url, answer) {
      const { origin, pathname, search } = new URL(url);
      const scope = nock(origin);
      let text = '';
      scope.on('request', (_request: unknown, _interceptor: unknown, body: string) => {
        text = body;
      });
      const interceptor = scope.intercept(pathname + search, method);
      const record = (target: string, headers: Record<string, string | string[]>): Sent => {
        const { connection: _, ...plain } = Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
        );
        const one: Sent = { method, target, headers: plain, body: text };
        sent.push(one);
        return one;
      };
      if (typeof answer !== 'function' && answer.error !== undefined) {
        scope.on('request', () => sent.push({ method, target: pathname + search, headers: {}, body: text }));
        interceptor.replyWithError(Object.assign(new Error(answer.error.code), answer.error));
        return;
      }
      interceptor.reply(function reply(target) {
        const given = record(target, this.req.headers);
        const { status = 200, headers = {}, body = '' } = typeof answer === 'function' ? answer(given) : answer;
        return [status, typeof body === 'string' ? body : Buffer.from(body), headers];
      });
    },
  };
}
