import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createHttpChannel, type HttpSettings } from '../../src/channels/http.js';
import type { ErrorCode } from '../../src/errors.js';
import { mockHttp } from '../http-mock.js';
import { errorOf, fakeTime, judgeByBody, question, textOf } from './support.js';

const http = mockHttp();
const base = 'http://gw.example:8181/httpproxy';

function channel(settings: Partial<HttpSettings> = {}) {
  const { time, environment } = fakeTime();
  return { time, channel: createHttpChannel({ baseUrl: base, ...settings }, environment) };
}

describe('a question over http', () => {
  it('sends the type of a body, in whatever letters its name is, and none where none was said', async () => {
    const { channel: one } = channel();
    const types = [];
    for (const headers of [{ 'content-type': 'application/json' }, { 'Content-Type': 'text/xml' }, {}]) {
      http.expect('POST', `${base}/ask`, { status: 200, body: Uint8Array.of(0x7b) });
      const body = Uint8Array.of(0x7b, 0x7d);
      const build = async () => ({ method: 'POST' as const, path: 'ask', headers: headers as Record<string, string>, body });
      await one.exchange({ repeatable: true, judge: judgeByBody, build });
      types.push(http.sent.at(-1)?.headers['content-type']);
    }

    expect(types).toEqual(['application/json', 'text/xml', undefined]);
  });

  it('sends what the envelope built, under the base address, and gives back bytes, status and lower-case header names', async () => {
    http.expect('POST', `${base}/ask?a=1`, {
      status: 200,
      headers: { 'Content-Type': 'text/xml; charset=GBK' },
      body: Uint8Array.of(0x7b, 0xd5, 0xc5, 0xff),
    });
    const { channel: one } = channel({ headers: { 'X-Static': 's', SOAPAction: 'base' }, userAgent: 'city' });
    const pool = new TextEncoder().encode('secret<body/>more secrets');

    const reply = await one.exchange({
      repeatable: true,
      judge: judgeByBody,
      build: async () => ({
        method: 'POST',
        path: 'ask',
        query: { a: '1' },
        headers: { soapaction: '""', 'Content-Type': 'text/xml' },
        body: pool.subarray(6, 13),
      }),
    });

    expect(reply).toEqual({
      status: 200,
      headers: { 'content-type': 'text/xml; charset=GBK' },
      bytes: Buffer.from([0x7b, 0xd5, 0xc5, 0xff]),
      receivedAt: '2026-11-23T02:00:00.000Z',
    });
    expect(http.sent).toEqual([
      {
        method: 'POST',
        target: '/httpproxy/ask?a=1',
        body: '<body/>',
        headers: {
          accept: '*/*',
          'accept-encoding': 'gzip',
          'content-length': '7',
          'content-type': 'text/xml',
          host: 'gw.example:8181',
          soapaction: '""',
          'user-agent': 'city',
          'x-static': 's',
        },
      },
    ]);
  });

  it('sends no content type nobody asked for', async () => {
    http.expect('POST', base, { body: '{}' });

    await channel().channel.exchange(question({ build: async () => ({ method: 'POST', body: new Uint8Array([49]) }) }));

    expect(http.sent[0]?.headers['content-type']).toBeUndefined();
  });

  it('ignores a proxy of the environment', async () => {
    const before = process.env.http_proxy;
    process.env.http_proxy = 'http://proxy.example:3128';
    try {
      http.expect('GET', `${base}/ask`, { body: '{}' });

      expect(textOf(await channel().channel.exchange(question()))).toBe('{}');
    } finally {
      if (before === undefined) delete process.env.http_proxy;
      else process.env.http_proxy = before;
    }
  });

  it.each([
    ['a path that leaves the base', { path: '../admin' }, 'ERR_USAGE'],
    ['a header that cannot be sent', { headers: { 'X-Name': '张三' } }, 'ERR_INPUT'],
  ] as const)('does not send %s, and does not spend a token on it', async (_what, request, code) => {
    const { channel: one } = channel({ rate: { count: 1, perMs: 3_600_000 } });

    const error = await errorOf(one.exchange(question({ build: async () => ({ method: 'GET', ...request }) })));

    expect(error.code).toBe(code);
    expect(inspect(error)).not.toContain('张三');
    expect(one.readiness()).toEqual({ ready: true });
  });

  it('shows neither certificates nor headers when it is printed', () => {
    const { channel: one } = channel({ headers: { apikey: 'demo-api-key-0001' } });

    expect(inspect(one, { depth: null, showHidden: true })).not.toContain('demo-api-key-0001');
  });

  it('a name that cannot be resolved is ERR_UNREACHABLE', async () => {
    http.expect('GET', `${base}/ask`, { error: { code: 'ENOTFOUND' } });

    const error = await errorOf(channel({ attempts: 1 }).channel.exchange(question()));

    expect(error.code).toBe('ERR_UNREACHABLE');
    expect(error.text.en).toBe('cannot reach gw.example:8181: the name could not be resolved (ENOTFOUND)');
  });

  it.each<[string, Partial<HttpSettings>]>([
    ['/channel/http', { baseUrl: 'gw.example' }],
    ['/channel/tls', { tls: { cert: 'x' } }],
    ['/channel/tls/ca', { tls: { ca: 'not a certificate' } }],
    ['/channel/tls/ca', { tls: { ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' } }],
  ])('a fault of the settings is ERR_CONFIG at %s', (place, settings) => {
    expect(() => channel(settings)).toThrowError(expect.objectContaining({ code: 'ERR_CONFIG', place }));
  });
});

describe('asking again', () => {
  it('builds every attempt anew and waits twice as long each time, with jitter', async () => {
    for (const body of ['busy', 'busy', '{"n":3}']) http.expect('GET', `${base}/ask`, { body });
    const { channel: one, time } = channel();
    const built: number[] = [];

    const reply = await one.exchange(
      question({
        build: async (attempt) => {
          built.push(attempt);
          return { method: 'GET', path: 'ask' };
        },
      }),
    );

    expect(textOf(reply)).toBe('{"n":3}');
    expect(built).toEqual([1, 2, 3]);
    expect(time.slept).toEqual([250, 500]);
  });

  it('stops after the attempts configured, with what the last one met', async () => {
    for (let n = 0; n < 3; n += 1) http.expect('GET', `${base}/ask`, { body: 'busy' });

    const error = await errorOf(channel().channel.exchange(question()));

    expect(error).toMatchObject({ code: 'ERR_BUSY', httpStatus: 200, retryable: true });
    expect(error.text.zh).toBe('对方忙，请稍后再问：系统繁忙');
  });

  it.each([
    ['seconds', { 'Retry-After': '7' }, [7000]],
    [
      'a date, against the date of the reply',
      { Date: 'Mon, 23 Nov 2026 09:00:00 GMT', 'Retry-After': 'Mon, 23 Nov 2026 09:00:20 GMT' },
      [20_000],
    ],
    ['a date, against our clock', { 'Retry-After': 'Mon, 23 Nov 2026 02:00:05 GMT' }, [5000]],
    ['a date that has passed', { 'Retry-After': 'Mon, 23 Nov 2026 01:00:00 GMT' }, [250]],
    ['nothing readable', { 'Retry-After': 'soon' }, [250]],
  ])('waits as long as Retry-After says: %s', async (_what, headers, slept) => {
    http.expect('GET', `${base}/ask`, { status: 503, headers: headers as unknown as Record<string, string>, body: 'x' });
    http.expect('GET', `${base}/ask`, { body: '{}' });
    const { channel: one, time } = channel();

    await one.exchange(question());

    expect(time.slept).toEqual(slept);
  });

  it('is left to later where Retry-After is longer than the cap, and others do not ask meanwhile', async () => {
    http.expect('GET', `${base}/ask`, { status: 429, headers: { 'Retry-After': '600' }, body: 'x' });
    const { channel: one, time } = channel();

    const error = await errorOf(one.exchange(question()));
    const next = await errorOf(one.exchange(question()));

    expect(error).toMatchObject({ code: 'ERR_BUSY', httpStatus: 429, retryAfterMs: 600_000 });
    expect(next).toMatchObject({ code: 'ERR_QUOTA', retryAfterMs: 600_000 });
    expect(one.readiness()).toEqual({ ready: false, code: 'ERR_QUOTA', until: '2026-11-23T02:10:00.000Z' });
    expect(time.slept).toEqual([]);
  });

  it.each(['9999999999', '9'.repeat(400)])('is left to later however long Retry-After says (%s)', async (seconds) => {
    http.expect('GET', `${base}/ask`, { status: 503, headers: { 'Retry-After': seconds }, body: 'x' });
    const { channel: one } = channel();

    const error = await errorOf(one.exchange(question()));

    expect(error).toMatchObject({ code: 'ERR_BUSY', httpStatus: 503, retryAfterMs: 31_536_000_000 });
    // Told as said, and believed for an hour: a nonsense header must not silence a feed for as long as the process lives.
    expect(one.readiness()).toEqual({ ready: false, code: 'ERR_QUOTA', until: '2026-11-23T03:00:00.000Z' });
  });

  it('a wait the envelope read is honoured like a Retry-After', async () => {
    http.expect('GET', `${base}/ask`, { body: 'later' });
    http.expect('GET', `${base}/ask`, { body: '{}' });
    const { channel: one, time } = channel();

    await one.exchange(
      question({ judge: (reply) => (textOf(reply) === 'later' ? { verdict: 'busy', retryAfterMs: 9000 } : { verdict: 'done' }) }),
    );

    expect(time.slept).toEqual([9000]);
  });

  it.each([
    ['busy', { body: 'busy' }, 'ERR_BUSY'],
    ['503', { status: 503, body: 'x' }, 'ERR_BUSY'],
    ['500', { status: 500, body: 'x' }, 'ERR_HTTP_STATUS'],
    ['cut', { error: { code: 'ECONNRESET' } }, 'ERR_UNREACHABLE'],
  ] as const)('never happens where it might do harm: %s', async (_what, answer, code) => {
    http.expect('GET', `${base}/ask`, answer);

    const error = await errorOf(channel().channel.exchange(question({ repeatable: false })));

    expect(error.code).toBe(code satisfies ErrorCode);
    expect(http.sent).toHaveLength(1);
  });

  it('never happens for what the making of the question threw, which is handed on as it is', async () => {
    const fault = new TypeError('no such name');

    const outcome = await channel()
      .channel.exchange(question({ build: () => Promise.reject(fault) }))
      .catch((error: unknown) => error);

    expect(outcome).toBe(fault);
  });

  it('a wait ends at once when the caller stops it', async () => {
    http.expect('GET', `${base}/ask`, { body: 'busy' });
    const stop = new AbortController();
    const { environment } = fakeTime();
    const sleep = () => {
      stop.abort();
      return new Promise<void>(() => undefined);
    };
    const one = createHttpChannel({ baseUrl: base }, { ...environment, sleep });

    expect((await errorOf(one.exchange(question({ signal: stop.signal })))).code).toBe('ERR_ABORTED');
  });
});

describe('a secret that is no longer good', () => {
  const ask = (bodies: readonly string[], more: { repeatable?: boolean; refresh?: () => Promise<void> } = {}) => {
    for (const body of bodies) http.expect('GET', `${base}/ask`, { body });
    const built: number[] = [];
    let refreshed = 0;
    const exchange = question({
      refresh: async () => {
        refreshed += 1;
      },
      build: async (attempt) => {
        built.push(attempt);
        return { method: 'GET', path: 'ask' };
      },
      ...more,
    });
    return { exchange, built, refreshed: () => refreshed };
  };

  it('is renewed once and the question asked once more, without a wait', async () => {
    const { exchange, built, refreshed } = ask(['expired', '{"ok":1}']);
    const { channel: one, time } = channel();

    const reply = await one.exchange(exchange);

    expect(textOf(reply)).toBe('{"ok":1}');
    expect(built).toEqual([1, 2]);
    expect(refreshed()).toBe(1);
    expect(time.slept).toEqual([]);
  });

  it('a second refusal is handed back', async () => {
    const { exchange, refreshed } = ask(['expired', 'expired']);

    const reply = await channel().channel.exchange(exchange);

    expect(textOf(reply)).toBe('expired');
    expect(refreshed()).toBe(1);
  });

  it('is renewed at most once an exchange, whatever comes between', async () => {
    const { exchange, refreshed } = ask(['expired', 'busy', 'expired']);

    const reply = await channel().channel.exchange(exchange);

    expect(textOf(reply)).toBe('expired');
    expect(refreshed()).toBe(1);
  });

  it('is renewed also for a question that must not be asked twice: it was turned away unread', async () => {
    const { exchange, built } = ask(['expired', '{}'], { repeatable: false });

    await channel().channel.exchange(exchange);

    expect(built).toEqual([1, 2]);
  });

  it('is handed back at once where there is nothing to renew', async () => {
    http.expect('GET', `${base}/ask`, { body: 'expired' });

    expect(textOf(await channel().channel.exchange(question()))).toBe('expired');
  });

  it('a renewal that fails is what the caller learns', async () => {
    const fault = new Error('refused');
    const { exchange } = ask(['expired'], { refresh: () => Promise.reject(fault) });

    await expect(channel().channel.exchange(exchange)).rejects.toBe(fault);
  });
});
