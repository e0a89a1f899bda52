/** How much a feed may be asked: a bucket of tokens, a number of calls at a time, working hours. Pure but for the queue of `createSlots`. */

export interface RateSettings {
  count: number;
  perMs: number;
}

/** Minutes since midnight in Asia/Shanghai; `untilMinute` is not included; may run over midnight. */
export interface HoursSettings {
  fromMinute: number;
  untilMinute: number;
}

export interface Bucket {
  /** Takes the next free token and tells at which instant it may be used, not before `earliest`; undefined if that is after `latest`. */
  take(now: number, latest: number, earliest?: number): number | undefined;
  /** Puts back a token that was not used. */
  giveBack(at: number): void;
  /** When the next token could be used, without taking it. */
  next(now: number): number;
}

/**
 * A bucket of `count` tokens, each of which comes back `perMs` after it was used. So in no window of `perMs`, wherever it begins, are there
 * more than `count` calls: interfaces are registered as "1000次/小时", and a bucket that drips would allow nearly twice that in its first hour.
 */
export function createBucket(rate: RateSettings | undefined): Bucket {
  const { count, perMs } = rate ?? { count: Number.POSITIVE_INFINITY, perMs: 0 };
  /** Instants at which tokens were or will be used, ascending from `first` on. */
  const used: number[] = [];
  let first = 0;

  const next = (now: number): number => {
    // Kept a period longer than they count: the clock may be put back.
    while (first < used.length && (used[first] ?? 0) + 2 * perMs <= now) first += 1;
    if (first > 1024 && first * 2 > used.length) {
      used.splice(0, first);
      first = 0;
    }
    return used.length - first < count ? now : Math.max(now, (used[used.length - count] ?? 0) + perMs);
  };

  return {
    next,
    take(now, latest, earliest = now) {
      const at = Math.max(next(now), earliest);
      if (at > latest) return undefined;
      // Nearly always the end; not where the clock went back or a later token was given back.
      let place = used.length;
      while (place > first && (used[place - 1] ?? 0) > at) place -= 1;
      used.splice(place, 0, at);
      return at;
    },
    giveBack(at) {
      const index = used.lastIndexOf(at);
      if (index >= first) used.splice(index, 1);
    },
  };
}

export interface Slots {
  /** Resolves with a function that frees the slot. Rejects with `reason()` once the signal says so. First come, first served. */
  take(signal: AbortSignal | undefined, reason: () => Error): Promise<() => void>;
}

/** At most `count` calls at a time. */
export function createSlots(count: number): Slots {
  let free = count;
  const queue = new Set<() => void>();
  const release = (): void => {
    const [first] = queue;
    if (first === undefined) free += 1;
    else {
      queue.delete(first);
      first();
    }
  };
  return {
    take(signal, reason) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(reason());
        let held = true;
        const grant = () => {
          signal?.removeEventListener('abort', leave);
          resolve(() => {
            if (held) release();
            held = false;
          });
        };
        const leave = () => {
          queue.delete(grant);
          reject(reason());
        };
        if (free > 0) {
          free -= 1;
          grant();
        } else {
          queue.add(grant);
          signal?.addEventListener('abort', leave, { once: true });
        }
      });
    },
  };
}

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;
/** Asia/Shanghai has had no summer time since 1991. */
const shanghaiMs = 8 * 60 * minuteMs;

/** When the feed is next open: `now` if it is open. */
export function nextOpening(hours: HoursSettings | undefined, now: number): number {
  if (hours === undefined) return now;
  const midnight = Math.floor((now + shanghaiMs) / dayMs) * dayMs - shanghaiMs;
  const from = hours.fromMinute * minuteMs;
  const until = hours.untilMinute * minuteMs;
  const sinceMidnight = now - midnight;
  const isOpen = from < until ? sinceMidnight >= from && sinceMidnight < until : sinceMidnight >= from || sinceMidnight < until;
  if (isOpen) return now;
  return sinceMidnight < from ? midnight + from : midnight + dayMs + from;
}
