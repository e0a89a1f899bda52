import { describe, expect, it } from 'vitest';
import { createHttpChannel, type HttpSettings } from '../../src/channels/http.js';
import { mockHttp } from '../http-mock.js';
import { errorOf, fakeTime, morning, question, textOf } from './support.js';

const http = mockHttp();
const base = 'http://gw.example:8181/httpproxy';

function channel(settings: Partial<HttpSettings> = {}) {
  const { time, environment } = fakeTime();
  return { time, channel: createHttpChannel({ baseUrl: base, ...settings }, environment) };
}
const minutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
const hours = (from: string, until: string) => ({ fromMinute: minutes(from), untilMinute: minutes(until) });

describe('the limits of a feed', () => {
  it('a question outside the hours is not asked, and the error says from when', async () => {
    const { channel: one, time } = channel({ hours: hours('09:00', '17:00') });
    time.now = Date.parse('2026-11-23T17:00:00+08:00');

    const error = await errorOf(one.exchange(question()));

    expect(error).toMatchObject({ code: 'ERR_OUTSIDE_HOURS', retryAfterMs: 16 * 3_600_000 });
    expect(error.text.zh).toBe('不在对方服务时间内，2026-11-24 09:00 起可查询');
    expect(one.readiness()).toEqual({ ready: false, code: 'ERR_OUTSIDE_HOURS', until: '2026-11-24T01:00:00.000Z' });
  });

  it('a question whose turn would come after closing time is not asked', async () => {
    http.expect('GET', `${base}/ask`, { body: '{}' });
    const { channel: one, time } = channel({ hours: hours('09:00', '17:00'), rate: { count: 1, perMs: 20_000 } });
    time.now = Date.parse('2026-11-23T16:59:50+08:00');
    await one.exchange(question());

    const error = await errorOf(one.exchange(question()));

    expect(error.code).toBe('ERR_OUTSIDE_HOURS');
    expect(time.slept).toEqual([]);
  });

  it('waits for its turn where that comes soon, and otherwise says the quota is used up and until when', async () => {
    for (let n = 0; n < 2; n += 1) http.expect('GET', `${base}/ask`, { body: '{}' });
    const { channel: one, time } = channel({ rate: { count: 1, perMs: 60_000 }, concurrency: 1 });
    await one.exchange(question());

    const error = await errorOf(one.exchange(question()));
    expect(error).toMatchObject({ code: 'ERR_QUOTA', retryAfterMs: 60_000 });
    expect(one.readiness()).toEqual({ ready: false, code: 'ERR_QUOTA', until: '2026-11-23T02:01:00.000Z' });
    time.now += 40_000;
    expect(one.readiness()).toEqual({ ready: true });
    await one.exchange(question());

    expect(time.slept).toEqual([20_000]);
    expect(time.now).toBe(morning + 60_000);
  });

  it('every attempt takes a token; where none is left, the reason of the attempt before stands', async () => {
    http.expect('GET', `${base}/ask`, { body: 'busy' });
    const { channel: one } = channel({ rate: { count: 1, perMs: 3_600_000 } });

    const error = await errorOf(one.exchange(question()));

    expect(error.code).toBe('ERR_BUSY');
    expect(http.sent).toHaveLength(1);
  });

  it('a question whose making failed costs no token', async () => {
    http.expect('GET', `${base}/ask`, { body: '{}' });
    const { channel: one } = channel({ rate: { count: 1, perMs: 3_600_000 } });

    await one.exchange(question({ build: () => Promise.reject(new Error('no')) })).catch(() => undefined);

    expect(textOf(await one.exchange(question()))).toBe('{}');
  });

  it('no more are on their way than may be', async () => {
    let running = 0;
    let most = 0;
    const { channel: one } = channel({ concurrency: 2 });
    for (let n = 0; n < 6; n += 1) http.expect('GET', `${base}/ask`, { body: '{}' });

    await Promise.all(
      Array.from({ length: 6 }, () =>
        one.exchange(
          question({
            build: async () => {
              running += 1;
              most = Math.max(most, running);
              await new Promise((resolve) => setImmediate(resolve));
              return { method: 'GET', path: 'ask' };
            },
            judge: () => {
              running -= 1;
              return { verdict: 'done' };
            },
          }),
        ),
      ),
    );

    expect(most).toBe(2);
  });

  it('somebody who waits for a place can leave', async () => {
    const { channel: one } = channel({ concurrency: 1 });
    const stop = new AbortController();
    const first = new AbortController();
    const blocking = errorOf(one.exchange(question({ build: () => new Promise(() => undefined), signal: first.signal })));
    const waiting = errorOf(one.exchange(question({ signal: stop.signal })));

    stop.abort();
    expect((await waiting).code).toBe('ERR_ABORTED');
    first.abort();
    expect((await blocking).code).toBe('ERR_ABORTED');
  });
});

describe('the breaker of a feed', () => {
  const down = { error: { code: 'ECONNREFUSED' } };
  const open = async (settings: Partial<HttpSettings> = {}) => {
    const { channel: one, time } = channel({ attempts: 1, ...settings });
    for (let n = 0; n < 5; n += 1) {
      http.expect('GET', `${base}/ask`, down);
      await errorOf(one.exchange(question()));
    }
    return { one, time };
  };

  it('opens after five failures to talk: nobody is asked, and the error says for how long', async () => {
    const { one } = await open();

    const error = await errorOf(one.exchange(question()));

    expect(error).toMatchObject({ code: 'ERR_BREAKER_OPEN', retryAfterMs: 30_000 });
    expect(one.readiness()).toEqual({ ready: false, code: 'ERR_BREAKER_OPEN', until: '2026-11-23T02:00:30.000Z' });
    expect(http.sent).toHaveLength(5);
  });

  it('closes when the probe after the cool-down is answered', async () => {
    const { one, time } = await open();
    time.now += 30_000;
    http.expect('GET', `${base}/ask`, { body: '{}' });
    http.expect('GET', `${base}/ask`, { body: '{}' });

    expect(one.readiness()).toEqual({ ready: true });
    await one.exchange(question());

    expect(textOf(await one.exchange(question()))).toBe('{}');
  });

  it('is not opened by what an agency says: busy, expired, refusals and faults of its business', async () => {
    const { channel: one } = channel({ attempts: 1, breaker: { failures: 1 } });
    const answers = [
      { body: 'busy' },
      { body: 'expired' },
      { body: '{"code":"-1"}' },
      { status: 500, body: '{"code":"E01"}' },
      { status: 404, body: 'x' },
      { status: 401, body: 'x' },
      { status: 429, body: 'x' },
      { status: 302, body: 'x' },
    ];

    for (const answer of answers) {
      http.expect('GET', `${base}/ask`, answer);
      await one.exchange(question()).catch(() => undefined);
      expect(one.readiness()).toEqual({ ready: true });
    }
  });

  it('is opened by a gateway whose back end is away', async () => {
    const { channel: one } = channel({ attempts: 1, breaker: { failures: 1 } });
    http.expect('GET', `${base}/ask`, { status: 502, body: '<html>' });

    await errorOf(one.exchange(question()));

    expect(one.readiness()).toMatchObject({ ready: false, code: 'ERR_BREAKER_OPEN' });
  });

  it('opening between two attempts leaves the first reason standing', async () => {
    const { channel: one } = channel({ attempts: 3, breaker: { failures: 1 } });
    http.expect('GET', `${base}/ask`, down);

    const error = await errorOf(one.exchange(question()));

    expect(error.code).toBe('ERR_UNREACHABLE');
    expect(http.sent).toHaveLength(1);
  });
});
