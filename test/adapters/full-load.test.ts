import { describe, expect, it } from 'vitest';
import { judgeLoad, type Load, partsOfOne } from '../../src/adapters/full-load.js';

/** When a full load may be believed in what it does not hold. */

const load = (more: Partial<Load> = {}): Load => ({
  enumerated: 100,
  ids: new Set(),
  isBroken: false,
  isCut: false,
  isShort: false,
  hasLostRows: false,
  day: '2026-03-02',
  ...more,
});
const before = { rowCounts: [100], completeThrough: '2026-03-01', isPart: false };

describe('a full load', () => {
  it('that is whole and of the usual size voids what it lacks', () => {
    expect(judgeLoad(load(), before, {})).toEqual({ voids: true, isOutdated: false, rowCounts: [100, 100] });
  });

  it.each<[string, Partial<Load>, Partial<typeof before>, string | undefined, number[]]>([
    ['the first', {}, { rowCounts: [] }, undefined, [100]],
    ['one that is not what was declared', { isShort: true }, {}, undefined, [100]],
    ['one that cannot be read, which is no usual count either', { isBroken: true, enumerated: 0 }, {}, undefined, [100]],
    ['one that was cut off', { isCut: true }, {}, 'full-load:unreadable-rows', [100]],
    ['one with rows nobody can name', { hasLostRows: true }, {}, 'full-load:unreadable-rows', [100, 100]],
    ['a part of one', {}, { isPart: true }, 'full-load:parts', [100]],
    ['an empty one', { enumerated: 0 }, {}, 'full-load:0', [100]],
    ['an empty one after many empty ones', { enumerated: 0 }, { rowCounts: [9, 0, 0, 0] }, 'full-load:0', [9, 0, 0, 0]],
    ['one below the band', { enumerated: 49 }, {}, 'full-load:49', [100]],
    ['one above the band', { enumerated: 151 }, {}, 'full-load:151', [100]],
    ['one below the band of the mean of two', { enumerated: 74 }, { rowCounts: [200, 100] }, 'full-load:74', [200, 100]],
  ])('%s voids nothing', (_, more, earlier, doubt, rowCounts) => {
    expect(judgeLoad(load(more), { ...before, ...earlier }, { fullLoadBand: 0.5 })).toEqual({
      voids: false,
      isOutdated: false,
      rowCounts,
      ...(doubt === undefined ? {} : { doubt }),
    });
  });

  it('is believed at the edges of the band', () => {
    const voids = (enumerated: number, rowCounts = [100]) =>
      judgeLoad(load({ enumerated }), { ...before, rowCounts }, { fullLoadBand: 0.5 }).voids;

    expect([voids(50), voids(150), voids(75, [200, 100]), voids(225, [200, 100])]).toEqual([true, true, true, true]);
  });

  it('is outdated on a day before the newest read, not on that day', () => {
    const of = (day: string | undefined) => {
      const { day: _, ...rest } = load();
      return judgeLoad(day === undefined ? rest : load({ day }), before, {});
    };

    expect(of('2026-02-28')).toEqual({ voids: false, isOutdated: true, rowCounts: [100] });
    expect([of('2026-03-01').isOutdated, of(undefined).isOutdated]).toEqual([false, false]);
  });

  it('counts among the last 14', () => {
    const rowCounts = Array.from({ length: 14 }, (_, index) => 90 + index);

    expect(judgeLoad(load(), { ...before, rowCounts }, {}).rowCounts).toEqual([...rowCounts.slice(1), 100]);
  });
});

describe('several full loads', () => {
  const named = (ids: string, day = '2026-03-02') => load({ ids: new Set(ids), day });
  const areParts = (...loads: Load[]) => partsOfOne(loads).size;

  it('of one day are parts of one where they share less than half of the smaller', () => {
    expect(areParts(named('abcd'), named('efgh'))).toBe(2);
    expect(areParts(named('abcd'), named('cdefgh'))).toBe(0);
    expect(areParts(named('abcd'), named('defgh'))).toBe(2);
    expect(areParts(named('abcd'), named('abcd'), named('wxyz'))).toBe(3);
  });

  it('are none where they are of different days, or where one names nothing', () => {
    expect(areParts(named('abcd'), named('efgh', '2026-03-03'))).toBe(0);
    expect(areParts(named('abcd'), named(''))).toBe(0);
  });
});
