import type { Exchange, HttpReply, Judgement } from '../../src/channels/channel.js';
import type { ChannelEnvironment } from '../../src/channels/environment.js';
import { isYilianError, type YilianError } from '../../src/errors.js';

/** 2026-11-23 10:00 in Shanghai, a Monday. */
export const morning = Date.parse('2026-11-23T02:00:00.000Z');

/** A clock that moves only when somebody sleeps, and remembers how long they did. */
export function fakeTime(start = morning) {
  const time = { now: start, slept: [] as number[] };
  const environment = {
    clock: () => new Date(time.now),
    sleep: async (ms: number) => {
      time.slept.push(ms);
      time.now += ms;
    },
    random: () => 0,
    agency: 'civil-affairs',
    feed: 'cremations',
  } satisfies ChannelEnvironment;
  return { time, environment };
}

/** Judges by the body alone: `busy`, `expired`, anything beginning with `{` is done. */
export function judgeByBody(reply: HttpReply): Judgement {
  const text = Buffer.from(reply.bytes).toString('utf8');
  if (text === 'busy') return { verdict: 'busy', message: '系统繁忙' };
  if (text === 'expired') return { verdict: 'expired', message: '密钥已过期' };
  return text.startsWith('{') ? { verdict: 'done' } : { verdict: 'unrecognised' };
}

/** A question that may be asked again. */
export function question(more: Partial<Exchange> = {}): Exchange {
  return { repeatable: true, judge: judgeByBody, build: async () => ({ method: 'GET', path: '/ask' }), ...more };
}

/** The error a promise ends with; fails where it does not, or where it is none of ours. */
export async function errorOf(promise: Promise<unknown>): Promise<YilianError> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!isYilianError(outcome)) throw new Error(`expected a YilianError, got ${String(outcome)}`);
  return outcome;
}

/**
 * Fails where the promise has not ended `ms` from now. Measured by a timer of this process and not by the clock: timers run in the order in
 * which they fall due, so a machine busy with other things delays the call's deadline and this one alike.
 */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not ended within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

export function textOf(reply: HttpReply): string {
  return Buffer.from(reply.bytes).toString('utf8');
}
