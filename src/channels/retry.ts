import pRetry from 'p-retry';

/** When a question is asked again, and how long is waited before. The only door to p-retry, whose own timers, counts and guesses are off. */
export interface RetrySettings {
  /** How often at most one question is asked; 1 = never again. Default 3. */
  attempts?: number | undefined;
  /** Wait before the second attempt; doubles each time, with jitter. Default 500 ms. */
  firstWaitMs?: number | undefined;
  /** Default 10 s. */
  longestWaitMs?: number | undefined;
  /** Where the other side asks for a longer wait, it is not asked again now. Default 60 s. */
  longestRetryAfterMs?: number | undefined;
}

/**
 * Runs the operation until it gives something, `waitBeforeNext` says no more (undefined), or the attempts are used up; then throws what
 * the last attempt threw.
 */
export function retry<T>(
  operation: () => Promise<T>,
  plan: {
    attempts: number;
    /** Milliseconds to wait before attempt `next` (2, 3, …); undefined: give up. */
    waitBeforeNext(error: unknown, next: number): number | undefined;
    pause(ms: number): Promise<void>;
  },
): Promise<T> {
  return pRetry(operation, {
    retries: plan.attempts - 1,
    minTimeout: 0,
    maxTimeout: 0,
    async shouldRetry({ error, attemptNumber }) {
      const wait = plan.waitBeforeNext(error, attemptNumber + 1);
      if (wait === undefined) return false;
      await plan.pause(wait);
      return true;
    },
  });
}

/** Exponential with jitter over its upper half: before attempt 2 between 250 and 500 ms, before attempt 3 between 500 and 1000 ms, … */
export function backoffMs(next: number, random: number, { firstWaitMs = 500, longestWaitMs = 10_000 }: RetrySettings): number {
  return Math.round(Math.min(longestWaitMs, firstWaitMs * 2 ** (next - 2)) * (0.5 + random / 2));
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** However many digits it has: no agency means more than a year, and "never" must not read as "nothing said". */
const longestSeconds = 365 * 86_400;

/**
 * Retry-After (RFC 9110, 10.2.3) in milliseconds, from seconds or a date; a date is measured against the reply's own Date where there is
 * one, so that our clock does not matter. Undefined where absent or unreadable.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const value = headers['retry-after']?.trim();
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Math.min(Number(value), longestSeconds) * 1000;
  const at = httpDate(value);
  return at === undefined ? undefined : Math.max(0, at - (httpDate(headers.date ?? '') ?? now));
}

/** An HTTP date in its one current form, `Sun, 06 Nov 1994 08:49:37 GMT`. */
function httpDate(text: string): number | undefined {
  const match = /^[A-Z][a-z]{2}, (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/.exec(text.trim());
  if (!match) return undefined;
  const [, day, month, year, hour, minute, second] = match;
  const index = months.indexOf(month ?? '');
  return index < 0 ? undefined : Date.UTC(Number(year), index, Number(day), Number(hour), Number(minute), Number(second));
}
