import { type ErrorCode, YilianError } from '../errors.js';
import type { Agency, Bilingual } from '../model/index.js';

/** Everything a channel takes from outside, so that a test decides what time it is and nobody waits. */
export interface ChannelEnvironment {
  clock: () => Date;
  /** Waits; may ignore the signal, `pause` does not. Default: a timer. */
  sleep?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
  /** From 0 to 1, for jitter. Default: `Math.random`. */
  random?: (() => number) | undefined;
  /** Named in every error. */
  agency?: Agency | undefined;
  feed?: string | undefined;
}

/** Makes an error that names the agency and the feed. */
export type Fail = (
  code: ErrorCode,
  text: Bilingual,
  more?: { httpStatus?: number | undefined; retryAfterMs?: number | undefined; retryable?: boolean; place?: string },
) => YilianError;

/** The environment with its defaults filled in. */
export interface Surroundings {
  /** Milliseconds since the epoch. */
  now(): number;
  random(): number;
  fail: Fail;
  /** Waits; throws ERR_ABORTED as soon as the signal says so, whatever the sleep handed in does. */
  pause(ms: number, signal: AbortSignal | undefined): Promise<void>;
  /** Throws ERR_ABORTED once the signal has said so. */
  unlessAborted(signal: AbortSignal | undefined): void;
  /** ERR_ABORTED, not thrown. */
  aborted(): YilianError;
}

export function surroundings(environment: ChannelEnvironment): Surroundings {
  const { clock, sleep = timer, random = Math.random, agency, feed } = environment;
  const fail: Fail = (code, text, more) => new YilianError(code, text, { agency, feed, ...more });
  const aborted = () => fail('ERR_ABORTED', { zh: '已按要求停止', en: 'stopped as asked' });
  const unlessAborted = (signal: AbortSignal | undefined): void => {
    if (signal?.aborted) throw aborted();
  };
  return {
    now: () => clock().getTime(),
    random,
    fail,
    unlessAborted,
    aborted,
    async pause(ms, signal) {
      unlessAborted(signal);
      if (ms > 0) await untilAborted(sleep(ms, signal), signal, aborted);
      unlessAborted(signal);
    },
  };
}

/** The promise's outcome, or `reason()` as soon as the signal says so; whatever the promise does later is nobody's concern. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined, reason: () => Error): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const stop = () => reject(reason());
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function timer(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(handle);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const handle = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}
