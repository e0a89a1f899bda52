import type { Breaker, CallOutcome } from './breaker.js';
import type { HttpChannel } from './channel.js';
import type { Surroundings } from './environment.js';
import { type Bucket, type HoursSettings, nextOpening, type Slots } from './limits.js';

/** What every call of a feed passes before it is sent: working hours, breaker, number at a time, quota. */
export interface Gate {
  /**
   * Waits for a free place and a token. Throws ERR_OUTSIDE_HOURS, ERR_BREAKER_OPEN, ERR_QUOTA (a token is farther than the patience) or
   * ERR_ABORTED, all before anything was sent. `isRepeat` for a call that has already waited as long as the other side asked.
   */
  enter(signal: AbortSignal, isRepeat: boolean): Promise<Pass>;
  /** The other side asked not to be asked for so long. */
  hush(ms: number): void;
  readiness: HttpChannel['readiness'];
}

export interface Pass {
  /** To be called once, whatever happened. A call that was not sent costs no token. */
  leave(outcome: CallOutcome, wasSent: boolean): void;
}

export interface GateParts {
  hours: HoursSettings | undefined;
  bucket: Bucket;
  slots: Slots;
  breaker: Breaker;
  /** How long a call may wait for a token. */
  patienceMs: number;
}

/** A nonsense Retry-After must not silence a feed for as long as the process lives. */
const longestHushMs = 3_600_000;

export function createGate(parts: GateParts, around: Surroundings): Gate {
  const { hours, bucket, slots, breaker, patienceMs } = parts;
  const { fail, now } = around;
  let hushedUntil = 0;

  const outsideHours = (at: number) =>
    fail(
      'ERR_OUTSIDE_HOURS',
      {
        zh: `不在对方服务时间内，${shanghaiTime(at)} 起可查询`,
        en: `outside the agency's service hours; open from ${shanghaiTime(at)} (Asia/Shanghai)`,
      },
      { retryAfterMs: at - now() },
    );
  const breakerOpen = (until: number | undefined) =>
    fail(
      'ERR_BREAKER_OPEN',
      {
        zh: '对方接连无法通信，暂停查询，稍后自动试探',
        en: 'the agency could not be reached several times in a row; asking is paused and will be tried again by itself',
      },
      until === undefined ? {} : { retryAfterMs: until - now() },
    );
  const quota = (at: number) =>
    fail(
      'ERR_QUOTA',
      {
        zh: `调用配额已用完，${shanghaiTime(at)} 起可再查询`,
        en: `the quota is used up; more from ${shanghaiTime(at)} (Asia/Shanghai) on`,
      },
      { retryAfterMs: at - now() },
    );

  const refuse = (): void => {
    // Read once: between two looks at the clock a millisecond may pass, and open would read as closed.
    const start = now();
    const opening = nextOpening(hours, start);
    if (opening !== start) throw outsideHours(opening);
    const state = breaker.look(start);
    if (state.open) throw breakerOpen(state.until);
  };

  return {
    async enter(signal, isRepeat) {
      around.unlessAborted(signal);
      refuse();
      const free = await slots.take(signal, around.aborted);
      let token: number | undefined;
      try {
        refuse();
        const start = now();
        const earliest = isRepeat ? start : Math.max(start, hushedUntil);
        token = bucket.take(start, start + patienceMs, earliest);
        if (token === undefined) throw quota(Math.max(bucket.next(start), earliest));
        const opening = nextOpening(hours, token);
        if (opening !== token) throw outsideHours(opening);
        await around.pause(token - start, signal);
        const end = breaker.enter(now());
        if (end === undefined) throw breakerOpen(undefined);
        const used = token;
        return {
          leave(outcome, wasSent) {
            end(outcome, now());
            if (!wasSent) bucket.giveBack(used);
            free();
          },
        };
      } catch (error) {
        if (token !== undefined) bucket.giveBack(token);
        free();
        throw error;
      }
    },
    hush(ms) {
      hushedUntil = Math.max(hushedUntil, now() + Math.min(ms, longestHushMs));
    },
    readiness() {
      const start = now();
      const instant = (at: number) => new Date(at).toISOString();
      const opening = nextOpening(hours, start);
      if (opening !== start) return { ready: false, code: 'ERR_OUTSIDE_HOURS', until: instant(opening) };
      const state = breaker.look(start);
      if (state.open) {
        return { ready: false, code: 'ERR_BREAKER_OPEN', ...(state.until === undefined ? {} : { until: instant(state.until) }) };
      }
      const token = Math.max(bucket.next(start), hushedUntil);
      return token - start > patienceMs ? { ready: false, code: 'ERR_QUOTA', until: instant(token) } : { ready: true };
    },
  };
}

/** `2026-11-23 17:00`, as the wall clock in Shanghai shows it. */
function shanghaiTime(at: number): string {
  return new Date(at + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
}
