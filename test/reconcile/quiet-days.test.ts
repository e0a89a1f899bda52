import { describe, expect, it } from 'vitest';
import type { File } from '../adapters/scripted.js';
import { nights, table } from './folder-nights.js';

/** Days on which nothing happened have files all the same, and these are alike to the letter. */

const row = { UUID: 'a', CD_BATCH: '202603020001', CD_OPERATION: 'I', CD_TIME: '2026-03-02T01:00:00+0000' };
const busy = table('sw_20260302.csv', [row]);
const quiet = (day: string): File => table(`sw_202603${day}.csv`, []);
const statuses = (outcome: { manifest: { feeds: { status: object }[] } }) => outcome.manifest.feeds.map(({ status }) => status);

describe('a file without rows', () => {
  it('counts for the day of its name, although its bytes are known', async () => {
    const { night } = await nights([{ sequence: 'day' }]);
    await night('2026-03-03T18:00:00Z', [busy, quiet('03')]);
    const second = await night('2026-03-06T18:00:00Z', [busy, quiet('03'), quiet('04'), quiet('05'), quiet('06')]);
    const third = await night('2026-03-09T18:00:00Z', [busy, quiet('03'), quiet('06'), quiet('07'), quiet('08'), quiet('09')]);

    expect(statuses(second)).toMatchObject([{ state: 'fresh', completeThrough: '2026-03-06' }]);
    expect(statuses(third)).toMatchObject([{ state: 'fresh', completeThrough: '2026-03-09' }]);
  });

  it('is a file of its own, read once, and its day is missing where it has none', async () => {
    const { night, store } = await nights([{ sequence: 'day' }]);
    await night('2026-03-03T18:00:00Z', [busy, quiet('03')]);
    const second = await night('2026-03-06T18:00:00Z', [busy, quiet('03'), quiet('04'), quiet('06')]);
    const third = await night('2026-03-07T18:00:00Z', [busy, quiet('03'), quiet('04'), quiet('05'), quiet('06')]);
    const fourth = await night('2026-03-07T19:00:00Z', [busy, quiet('03'), quiet('04'), quiet('05'), quiet('06')]);

    expect(statuses(second)).toMatchObject([{ state: 'gap', reason: 'batch-missing' }]);
    expect(statuses(third)).toMatchObject([{ state: 'fresh', completeThrough: '2026-03-06' }]);
    const messages = await Promise.all([second, third, fourth].map(({ manifest }) => store.feedCounts(manifest.id)));
    expect(messages.map((counts) => counts.map((count) => count.messages))).toEqual([[2], [1], []]);
  });

  it('with a line of totals alone is without rows too', async () => {
    const { night } = await nights([{ sequence: 'day' }]);
    const totals = (day: string): File => ({ ...quiet(day), text: `${quiet(day).text}合计,0,,,,,,,\n` });
    await night('2026-03-03T18:00:00Z', [busy, totals('03')]);
    const outcome = await night('2026-03-05T18:00:00Z', [busy, totals('03'), totals('04'), totals('05')]);

    expect(statuses(outcome)).toMatchObject([{ state: 'fresh', completeThrough: '2026-03-05' }]);
  });

  it('and without a header is one nobody can read, whatever else was sent so', async () => {
    const { night } = await nights();
    const nothing = (day: string): File => ({ name: `sw_202603${day}.csv`, text: '' });
    await night('2026-03-03T18:00:00Z', [busy, nothing('03')]);
    const mended = table('sw_20260303.csv', [{ ...row, UUID: 'b' }]);
    const outcome = await night('2026-03-04T18:00:00Z', [busy, mended, nothing('04')]);

    expect(statuses(outcome)).toMatchObject([{ state: 'gap', reason: 'unreadable-file' }]);
  });
});

it('a file with rows that comes again under another name is read once', async () => {
  const { night, store, deaths } = await nights([{ sequence: 'day' }]);
  await night('2026-03-02T18:00:00Z', [busy, { ...busy, name: 'copy_20260302.csv' }]);
  const again = await night('2026-03-03T18:00:00Z', [busy, { ...busy, name: 'sw_20260303.csv' }]);

  expect(await store.feedCounts(again.manifest.id)).toEqual([]);
  expect(await deaths()).toEqual(['a current']);
});
