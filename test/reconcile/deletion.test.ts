import { describe, expect, it } from 'vitest';
import type { File } from '../adapters/scripted.js';
import { headerOfDeaths, mine, nights, type Row, table, theirs } from './folder-nights.js';

/** A record that is not there any more is void only where everything is known to have been told. Through the real store. */

const load = (name: string, rows: readonly (string | Row)[]): File =>
  table(
    name,
    rows.map((row) => (typeof row === 'string' ? { UUID: row } : row)),
    headerOfDeaths.filter((column) => !column.startsWith('CD_')),
  );
const full = [{ fullLoad: true, completeThrough: 'file-name' }];
const gapOf = (outcome: { manifest: { feeds: { status: { state: string; reason?: string } }[] } }) =>
  outcome.manifest.feeds.map(({ status }) => `${status.state} ${status.reason ?? ''}`.trim());

const first = load('sw_20260302.csv', ['a', 'b', 'c', 'd']);

describe('a full load', () => {
  it('that is complete takes away what it no longer holds', async () => {
    const { night, deaths } = await nights(full);
    await night('2026-03-02T18:00:00Z', [first]);
    const second = await night('2026-03-03T18:00:00Z', [load('sw_20260303.csv', ['a', 'b', 'c'])]);

    expect(await deaths()).toEqual(['a current', 'b current', 'c current', 'd void']);
    expect(await deaths('2026-03-03T00:00:00Z')).toEqual(['a current', 'b current', 'c current', 'd current']);
    expect(gapOf(second)).toEqual(['fresh']);
  });

  it('that is the first takes nothing away, whatever was told before', async () => {
    const { night, deaths } = await nights(full);
    await night('2026-03-02T18:00:00Z', [load('sw_20260302.csv', ['a'])]);

    expect(await deaths()).toEqual(['a current']);
  });

  it('without rows takes nothing away, however often it comes', async () => {
    const { night, deaths } = await nights(full);
    await night('2026-03-02T18:00:00Z', [first]);
    for (const day of ['03', '04', '05', '06']) {
      const empty: File = { name: `sw_202603${day}.csv`, text: `UUID,SZXM,SZZJHM,XBDM,CSRQ,SWRQ${'\n'.repeat(Number(day))}` };
      const outcome = await night(`2026-03-${day}T18:00:00Z`, [empty]);
      expect(gapOf(outcome)).toEqual(['gap full-load-row-count']);
    }

    expect(await deaths()).toEqual(['a current', 'b current', 'c current', 'd current']);
  });

  it('of one page written again and again has the usual rows, and takes nothing away', async () => {
    const { night, deaths } = await nights(full);
    await night('2026-03-02T18:00:00Z', [first]);
    const outcome = await night('2026-03-03T18:00:00Z', [load('sw_20260303.csv', ['a', 'a', 'a', 'a'])]);

    expect(await deaths()).toEqual(['a current', 'b current', 'c current', 'd current']);
    expect(gapOf(outcome)).toEqual(['gap full-load-row-count']);
  });

  it('cut in the middle of a row takes nothing away', async () => {
    const { night, deaths } = await nights(full);
    await night('2026-03-02T18:00:00Z', [first]);
    const whole = String(load('sw_20260303.csv', ['a', 'b', 'c', 'e']).text);
    const outcome = await night('2026-03-03T18:00:00Z', [{ name: 'sw_20260303.csv', text: whole.slice(0, -20) }]);

    expect(await deaths()).toEqual(['a current', 'b current', 'c current', 'd current']);
    expect(gapOf(outcome)).toEqual(['gap unreadable-file']);
  });

  it('of fewer or more rows than its control file states takes nothing away', async () => {
    for (const stated of ['4', 'rows=2', 'no number']) {
      const { night, targets, deaths } = await nights(full);
      await night('2026-03-02T18:00:00Z', [first]);
      const short = { ...load('sw_20260303.csv', ['a', 'b', 'c']), control: stated };
      const outcome = await night('2026-03-03T18:00:00Z', [short]);

      expect(targets).toHaveLength(1);
      expect(await deaths()).toEqual(['a current', 'b current', 'c current', 'd current']);
      expect(gapOf(outcome)).toEqual(['gap row-count-differs']);
    }
  });

  it('older than one already read neither takes away nor brings back', async () => {
    const { night, deaths } = await nights(full);
    await night('2026-03-02T18:00:00Z', [first]);
    await night('2026-03-04T18:00:00Z', [load('sw_20260304.csv', ['a', 'b', 'c', 'e'])]);
    const late = await night('2026-03-05T18:00:00Z', [load('sw_20260303.csv', ['a', 'b', 'd'])]);

    expect(await deaths()).toEqual(['a current', 'b current', 'c current', 'd void', 'e current']);
    expect(late.manifest.rejected.map(({ reason }) => reason)).toEqual(['outdated-full-load']);
    expect(late.manifest.feeds[0]?.rows?.unaccounted).toBe(0);
  });

  it('two of them in one night are read in the order of their days', async () => {
    const { night, deaths } = await nights(full);
    await night('2026-03-02T18:00:00Z', [first]);
    await night('2026-03-04T18:00:00Z', [
      load('a_20260304.csv', ['a', 'b', 'c', 'e']),
      load('b_20260303.csv', ['a', 'b', 'c', 'd']),
    ]);

    expect(await deaths()).toEqual(['a current', 'b current', 'c current', 'd void', 'e current']);
  });

  it('split over two files of one day is no enumeration, in either of them', async () => {
    const { night, deaths } = await nights(full);
    await night('2026-03-02T18:00:00Z', [first]);
    const outcome = await night('2026-03-03T18:00:00Z', [
      load('sw_20260303_1.csv', ['a', 'b']),
      load('sw_20260303_2.csv', ['c', 'd', 'e']),
    ]);

    expect(await deaths()).toEqual(['a current', 'b current', 'c current', 'd current', 'e current']);
    expect(gapOf(outcome)).toEqual(['gap full-load-parts']);
  });

  it('in which a number was mistyped still holds the record', async () => {
    const { night, deaths } = await nights(full);
    await night('2026-03-02T18:00:00Z', [first]);
    const mistyped = `${mine.slice(0, -1)}7`;
    await night('2026-03-03T18:00:00Z', [load('sw_20260303.csv', ['a', 'b', 'c', { UUID: 'd', SZZJHM: mistyped }])]);

    expect(await deaths()).toEqual(['a current', 'b current', 'c current', 'd current']);
  });

  it('in which the record is now about somebody else takes it away', async () => {
    const { night, deaths } = await nights(full);
    await night('2026-03-02T18:00:00Z', [first]);
    await night('2026-03-03T18:00:00Z', [load('sw_20260303.csv', ['a', 'b', 'c', { UUID: 'd', SZZJHM: theirs }])]);

    expect(await deaths()).toEqual(['a current', 'b current', 'c current', 'd void']);
  });

  it('with a row of totals is as complete as one without', async () => {
    const { night, deaths } = await nights(full);
    await night('2026-03-02T18:00:00Z', [first]);
    const file = load('sw_20260303.csv', ['a', 'b', 'c']);
    const outcome = await night('2026-03-03T18:00:00Z', [{ ...file, text: `${file.text}合计,3,,,,\n` }]);

    expect(await deaths()).toEqual(['a current', 'b current', 'c current', 'd void']);
    expect(gapOf(outcome)).toEqual(['fresh']);
  });

  it('takes away nothing that another connection has told since', async () => {
    const { night, deaths } = await nights([...full, { completeThrough: 'file-name' }]);
    await night('2026-03-02T18:00:00Z', [first], []);
    await night('2026-03-02T20:00:00Z', [], [load('x_20260302.csv', ['x', 'd'])]);
    await night('2026-03-03T18:00:00Z', [load('sw_20260303.csv', ['a', 'b', 'c'])], []);

    expect(await deaths()).toEqual(['a current', 'b current', 'c current', 'd current', 'x current']);
  });
});

describe('a feed of changes', () => {
  it('that tells less than before has taken nothing away', async () => {
    const { night, deaths } = await nights();
    const changes = (name: string, batch: string, ids: string[]) =>
      table(
        name,
        ids.map((UUID) => ({ UUID, CD_BATCH: batch, CD_OPERATION: 'I', CD_TIME: '2026-03-02T01:00:00+0000' })),
      );
    await night('2026-03-02T18:00:00Z', [changes('a.csv', '202603020001', ['a', 'b'])]);
    await night('2026-03-03T18:00:00Z', [changes('b.csv', '202603030001', [])]);

    expect(await deaths()).toEqual(['a current', 'b current']);
  });

  it('that dates a row in the future is complete through no such day', async () => {
    const { night } = await nights();
    const row = { CD_BATCH: '202603020001', CD_OPERATION: 'I' };
    const outcome = await night('2026-03-02T18:00:00Z', [
      table('a.csv', [
        { ...row, UUID: 'a', CD_TIME: '2026-03-01T01:00:00+0000' },
        { ...row, UUID: 'b', CD_TIME: '2099-03-02T01:00:00+0000' },
      ]),
    ]);

    expect(outcome.manifest.feeds[0]?.status).toMatchObject({ state: 'fresh', completeThrough: '2026-03-01' });
  });

  it.each([
    ['deletes a record by its key alone', { SZXM: '', SZZJHM: '', XBDM: '', CSRQ: '', SWRQ: '', CD_OPERATION: 'D' }],
    ['deletes a record under a stranger’s number', { SZZJHM: theirs, CD_OPERATION: 'D' }],
    ['gives a record to a stranger', { SZZJHM: theirs, CD_OPERATION: 'U' }],
  ])('that %s, on a night before the record comes, takes it back all the same', async (_, row) => {
    const { night, deaths } = await nights();
    const gone = { UUID: 'a', CD_BATCH: '202603030001', CD_TIME: '2026-03-03T01:00:00+0000', ...row };
    await night('2026-03-03T18:00:00Z', [table('b.csv', [gone])]);
    const insert = { UUID: 'a', CD_BATCH: '202603020001', CD_OPERATION: 'I', CD_TIME: '2026-03-02T01:00:00+0000' };
    await night('2026-03-04T18:00:00Z', [table('a.csv', [insert])]);

    expect(await deaths('2026-03-03T20:00:00Z')).toEqual([]);
    expect(await deaths()).toEqual(['a void']);
  });

  it('that corrects a record with a number nobody can have leaves it with whom it had', async () => {
    const { night, deaths } = await nights();
    const row = { UUID: 'a', CD_BATCH: '202603020001', CD_OPERATION: 'I', CD_TIME: '2026-03-02T01:00:00+0000' };
    await night('2026-03-02T18:00:00Z', [table('a.csv', [row])]);
    const mistyped = { ...row, SZZJHM: `${mine.slice(0, -1)}7`, CD_OPERATION: 'U', CD_BATCH: '202603030001' };
    await night('2026-03-03T18:00:00Z', [table('b.csv', [mistyped])]);

    expect(await deaths()).toEqual(['a current']);
  });
});
