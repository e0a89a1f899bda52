import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createBucket, createSlots, nextOpening } from '../../src/channels/limits.js';
import fc from '../seeded.js';

describe('the bucket', () => {
  it('gives its tokens at once and each back after the period', () => {
    const bucket = createBucket({ count: 2, perMs: 100 });

    expect(bucket.take(0, 0)).toBe(0);
    expect(bucket.take(30, 30)).toBe(30);
    expect(bucket.take(50, 99)).toBeUndefined();
    expect(bucket.next(50)).toBe(100);
    expect(bucket.take(50, 100)).toBe(100);
    expect(bucket.take(50, 1000)).toBe(130);
  });

  it('takes back a token that was not used', () => {
    const bucket = createBucket({ count: 1, perMs: 100 });
    const token = bucket.take(0, 0);

    bucket.giveBack(token ?? Number.NaN);

    expect(bucket.take(1, 1)).toBe(1);
  });

  it('without a rate never makes anybody wait', () => {
    const bucket = createBucket(undefined);

    expect([bucket.take(5, 5), bucket.take(5, 5), bucket.take(5, 5)]).toEqual([5, 5, 5]);
  });

  it('does not give a token early because the clock looked ahead and was put back', () => {
    const bucket = createBucket({ count: 1, perMs: 100 });
    bucket.take(1000, 1000);

    expect(bucket.next(1100)).toBe(1100);

    expect(bucket.take(1099, 1099)).toBeUndefined();
  });

  const trace = fc.array(
    fc.record({
      wait: fc.integer({ min: -5, max: 60 }),
      patience: fc.integer({ min: 0, max: 120 }),
      giveBack: fc.boolean(),
      later: fc.integer({ min: 0, max: 30 }),
    }),
    { maxLength: 120, size: 'max' },
  );

  it('never lets more than its count pass in any window of its period, whatever is taken, given back, or done to the clock', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), trace, (count, steps) => {
        const perMs = 100;
        const bucket = createBucket({ count, perMs });
        const passed: number[] = [];
        let now = 1000;
        for (const { wait, patience, giveBack, later } of steps) {
          now += wait;
          const at = bucket.take(now, now + patience, now + later);
          if (at === undefined) continue;
          if (at < now + later || at > now + patience) throw new Error(`a token at ${at} was not asked for`);
          if (giveBack) bucket.giveBack(at);
          else passed.push(at);
        }
        passed.sort((one, other) => one - other);
        const tooSoon = passed.filter((at, index) => at - (passed[index - count] ?? Number.NEGATIVE_INFINITY) < perMs);
        expect(tooSoon).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives each token at the first instant a plain model would', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 80, size: 'max' }),
        (count, waits) => {
          const perMs = 100;
          const bucket = createBucket({ count, perMs });
          const taken: number[] = [];
          let now = 0;
          for (const wait of waits) {
            now += wait;
            // The model walks forward a millisecond at a time until fewer than `count` were taken within the period before.
            let at = Math.max(now, taken.at(-1) ?? 0);
            while (taken.filter((earlier) => earlier > at - perMs).length >= count) at += 1;
            expect(bucket.next(now)).toBe(at);
            expect(bucket.take(now, Number.POSITIVE_INFINITY)).toBe(at);
            taken.push(at);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('the slots', () => {
  const stopped = () => new Error('stopped');

  it('let as many in as there are, and the next in order of coming', async () => {
    const slots = createSlots(1);
    const order: string[] = [];
    const first = await slots.take(undefined, stopped);
    const second = slots.take(undefined, stopped).then((free) => {
      order.push('second');
      return free;
    });
    const third = slots.take(undefined, stopped).then((free) => {
      order.push('third');
      return free;
    });

    expect(order).toEqual([]);
    first();
    first();
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual(['second']);
    (await second)();
    (await third)();

    expect(order).toEqual(['second', 'third']);
  });

  it('leave nothing behind on the signal of a night, which lives as long as ten thousand calls', async () => {
    const slots = createSlots(1);
    const night = new AbortController();
    const first = await slots.take(night.signal, stopped);
    const second = slots.take(night.signal, stopped);

    first();
    (await second)();

    expect(getEventListeners(night.signal, 'abort')).toEqual([]);
  });

  it('do not keep a place for somebody who left the queue', async () => {
    const slots = createSlots(1);
    const stop = new AbortController();
    const free = await slots.take(undefined, stopped);
    const left = slots.take(stop.signal, stopped);

    stop.abort();
    await expect(left).rejects.toThrow('stopped');
    free();

    await expect(slots.take(undefined, stopped)).resolves.toBeTypeOf('function');
  });
});

describe('working hours', () => {
  const at = (text: string) => Date.parse(text);
  const office = { fromMinute: 540, untilMinute: 1020 };

  it.each([
    ['just before nine', '2026-11-23T08:59:59.999+08:00', '2026-11-23T09:00:00.000+08:00'],
    ['at nine', '2026-11-23T09:00:00.000+08:00', '2026-11-23T09:00:00.000+08:00'],
    ['a moment before five', '2026-11-23T16:59:59.999+08:00', '2026-11-23T16:59:59.999+08:00'],
    ['at five', '2026-11-23T17:00:00.000+08:00', '2026-11-24T09:00:00.000+08:00'],
    ['at night in Shanghai while it is day elsewhere', '2026-11-23T17:30:00.000Z', '2026-11-24T09:00:00.000+08:00'],
  ])('from nine to five: %s', (_when, now, opens) => {
    expect(nextOpening(office, at(now))).toBe(at(opens));
  });

  it.each([
    ['before midnight', '2026-11-23T23:00:00+08:00', '2026-11-23T23:00:00+08:00'],
    ['after midnight', '2026-11-24T05:59:00+08:00', '2026-11-24T05:59:00+08:00'],
    ['by day', '2026-11-24T06:00:00+08:00', '2026-11-24T22:00:00+08:00'],
  ])('from ten at night to six: %s', (_when, now, opens) => {
    expect(nextOpening({ fromMinute: 1320, untilMinute: 360 }, at(now))).toBe(at(opens));
  });

  it('none means always open', () => {
    expect(nextOpening(undefined, 5)).toBe(5);
  });
});
