import { describe, expect, it } from 'vitest';
import { groupOf } from '../../src/adapters/record-shapes.js';
import type { Json, RecordShapes, SchemaDrift } from '../../src/model/index.js';
import { driftOf, type EarlierShapes } from '../../src/reconcile/drift.js';

/** Shapes of a night's records. */
function shapes(records: readonly { [key: string]: Json }[]): RecordShapes {
  const rows = records.map((value, index) => ({ value, pointer: `/${index}` }));
  return [groupOf('', rows, (index) => `m /${index}`) ?? []].flat();
}

const times = (count: number, record: (index: number) => { [key: string]: Json }) =>
  Array.from({ length: count }, (_, i) => record(i));
const row = (more: { [key: string]: Json } = {}) => ({ XM: '样例乙', SWRQ: '2026-03-01', XB: '1', ...more });
const night = (records: readonly { [key: string]: Json }[]): EarlierShapes => ({ shapes: shapes(records), drift: [] });
const told = (drift: readonly SchemaDrift[]) => drift.map(({ kind, field, count, first }) => [kind, field, count, first]);

/** Night after night, each with the drift told of it; what each of them tells. */
function nights(all: readonly { [key: string]: Json }[][]): SchemaDrift[][] {
  const earlier: EarlierShapes[] = [];
  return all.map((records) => {
    const now = shapes(records);
    const drift = driftOf(now, earlier);
    earlier.unshift({ shapes: now, drift });
    return drift;
  });
}

describe('a field', () => {
  it('that is new is named, counted, with the first record that has it', () => {
    const now = shapes([row(), row({ SFSW: '1' }), row({ SFSW: '0' })]);

    expect(told(driftOf(now, [night(times(10, () => row()))]))).toEqual([['new-field', 'SFSW', 2, 'm /1']]);
  });

  it('that is seldom there is not new for having been away on a few records', () => {
    const now = shapes([...times(9, () => row()), row({ BZ: '无' })]);

    // One in ten: of 20 records 2 would have had it, of 30 there would have been 3.
    expect(driftOf(now, [night(times(20, () => row()))])).toEqual([]);
    expect(told(driftOf(now, [night(times(30, () => row()))]))).toEqual([['new-field', 'BZ', 1, 'm /9']]);
  });

  it('that practically all records had is missed when none has it', () => {
    const now = shapes(times(3, () => ({ XM: '样例乙', XB: '1' })));

    expect(told(driftOf(now, [night(times(20, () => row()))]))).toEqual([['missing-field', 'SWRQ', 3, 'm /0']]);
  });

  it('that is optional is not missed, on a quiet night or a busy one', () => {
    const before = night(times(100, (index) => (index % 10 === 0 ? row() : row({ BZ: '无' }))));

    expect(driftOf(shapes(times(2, () => row())), [before])).toEqual([]);
    expect(driftOf(shapes(times(50, () => row())), [before])).toEqual([]);
  });

  it('is not missed on one record, and is after three quiet nights', () => {
    const without = [{ XM: '样例乙', XB: '1' }];

    expect(nights([times(20, () => row()), without, without, without]).map(told)).toEqual([
      [],
      [],
      [],
      [['missing-field', 'SWRQ', 1, 'm /0']],
    ]);
  });

  it('is the same whatever the case and underscores of its name', () => {
    expect(
      driftOf(shapes(times(5, () => ({ xm: '样例乙', sw_rq: '2026-03-01', xb: '1' }))), [night(times(9, () => row()))]),
    ).toEqual([]);
  });

  it('that was renamed is one missing and one new', () => {
    const now = shapes(times(4, () => ({ XM: '样例乙', SIWANGRQ: '2026-03-01', XB: '1' })));

    expect(told(driftOf(now, [night(times(9, () => row()))]))).toEqual([
      ['missing-field', 'SWRQ', 4, 'm /0'],
      ['new-field', 'SIWANGRQ', 4, 'm /0'],
    ]);
  });
});

describe('the type of a field', () => {
  it('that changed says what it was and is', () => {
    const now = shapes(times(3, () => row({ SWRQ: '样例' })));

    expect(driftOf(now, [night(times(9, () => row()))])).toEqual([
      { kind: 'changed-type', field: 'SWRQ', count: 3, first: 'm /0', was: 'yyyy-MM-dd', now: 'text' },
    ]);
  });

  it('of a text that is sometimes digits does not change by being digits tonight', () => {
    const before = night(times(40, (index) => row({ ZYH: index % 8 === 0 ? '00990031' : 'ZY0099003' })));

    expect(driftOf(shapes(times(6, () => row({ ZYH: '00990032' }))), [before])).toEqual([]);
  });

  it('does not change by a few values that look otherwise', () => {
    const now = shapes(times(10, (index) => row({ SWRQ: index < 4 ? '不详' : '2026-03-01' })));

    expect(driftOf(now, [night(times(40, () => row()))])).toEqual([]);
  });

  it('does not change with the size of a number or the form of a date that varied before', () => {
    const before = night(
      times(40, (index) => row({ JE: index % 2 === 0 ? '800' : '12.5', SWRQ: index % 2 === 0 ? '20260301' : '2026-03-01' })),
    );

    expect(driftOf(shapes(times(9, () => row({ JE: '123456', SWRQ: '2026/03/01' }))), [before])).toEqual([]);
  });

  it('changes with the length of a code, or the form of a date, that was one alone in 30 values', () => {
    const now = shapes(times(3, () => row({ XB: '01', SWRQ: '20260301' })));

    expect(driftOf(now, [night(times(30, () => row()))]).map(({ field, was, now: is }) => [field, was, is])).toEqual([
      ['SWRQ', 'yyyy-MM-dd', 'yyyyMMdd'],
      ['XB', 'digits-1', 'digits-2'],
    ]);
    expect(driftOf(now, [night(times(29, () => row()))])).toEqual([]);
  });

  it('of a field that was always filled changes when it is empty everywhere', () => {
    const now = shapes(times(3, () => row({ SWRQ: '' })));

    expect(driftOf(now, [night(times(9, () => row()))])).toEqual([
      { kind: 'changed-type', field: 'SWRQ', count: 3, first: 'm /0', was: 'yyyy-MM-dd', now: 'empty' },
    ]);
  });

  it('of several fields at once, a shift of columns, is told by a single row', () => {
    const shifted = shapes([{ XM: '2026-03-01', SWRQ: '样例乙', XB: '脑梗死' }]);

    expect(driftOf(shifted, [night(times(9, () => row()))]).map(({ field }) => field)).toEqual(['XM', 'SWRQ', 'XB']);
    expect(driftOf(shapes([row({ XB: '男' })]), [night(times(9, () => row()))])).toEqual([]);
  });
});

describe('what was told', () => {
  it('stays told for three runs, and is usual from then on', () => {
    const usual = times(9, () => row());
    const shifted = times(9, () => row({ SWRQ: '样例', NEW: '1' }));
    const kinds = nights([usual, shifted, shifted, shifted, shifted, usual]).map((drift) => drift.map(({ kind }) => kind));

    const both = ['new-field', 'changed-type'];
    expect(kinds.map((list) => [...list].sort().reverse())).toEqual([[], both, both, both, [], []]);
  });

  it('is nothing on the first night, and nothing of an operation that was never asked before', () => {
    expect(driftOf(shapes([row()]), [])).toEqual([]);
    const [group] = shapes(times(3, () => ({ OTHER: '1' })));
    expect(
      driftOf(group === undefined ? [] : [{ ...group, operation: 'DocumentRetrieve' }], [night(times(9, () => row()))]),
    ).toEqual([]);
  });
});

describe('the shapes that are kept', () => {
  it('hold names and shapes and no value, and a key made of a number is masked', () => {
    const kept = JSON.stringify(shapes([{ persons: { '370799196001010018': { 姓名: '样例乙', days: ['2026-03-01', null] } } }]));

    expect(kept).not.toMatch(/370799|样例乙|2026-03-01/);
    expect(kept).toContain('persons/******************/姓名');
    expect(kept).toContain('persons/******************/days/*');
  });
});
