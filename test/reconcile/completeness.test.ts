import { describe, expect, it } from 'vitest';
import { coverageOf } from '../../src/reconcile/coverage.js';
import { headerOfDeaths, mine, nights, table, theirs } from './folder-nights.js';

/** What a run tells of the completeness of its feeds, through the real reader and the real store. */

const batch = (day: string, serial = '0001') => ({
  CD_BATCH: `${day.replaceAll('-', '')}${serial}`,
  CD_OPERATION: 'I',
  CD_TIME: `${day}T01:00:00+0000`,
});
const stranger = (id: string, day: string, serial?: string) => ({
  UUID: id,
  SZXM: '样例乙',
  SZZJHM: theirs,
  ...batch(day, serial),
});

describe('records that look different', () => {
  const usual = table(
    'sw_20260302.csv',
    Array.from({ length: 6 }, (_, index) => stranger(`u${index}`, '2026-03-02')),
  );

  it('are told in the manifest, also where all rows are about others, and no value of theirs is kept', async () => {
    const { night, store } = await nights();
    const first = await night('2026-03-02T18:00:00Z', [usual]);
    // The header says name, number; the rows bring number, name.
    const shifted = table(
      'sw_20260303.csv',
      Array.from({ length: 6 }, (_, index) => ({ ...stranger(`v${index}`, '2026-03-03'), SZXM: theirs, SZZJHM: '样例乙' })),
    );
    const second = await night('2026-03-03T18:00:00Z', [shifted]);

    expect(first.manifest.feeds[0]?.drift).toBeUndefined();
    const [message] = second.manifest.rejected.map(({ firstMessage }) => firstMessage);
    expect(second.manifest.feeds[0]?.drift).toEqual([
      { kind: 'changed-type', field: 'SZXM', count: 6, first: `${message} /0`, was: 'text', now: 'id-number' },
      { kind: 'changed-type', field: 'SZZJHM', count: 6, first: `${message} /0`, was: 'id-number', now: 'text' },
    ]);
    const place = { agency: 'health', feed: 'death-certificates', connection: '' };
    const kept = await store.completeness.recordShapes(place, second.manifest.id);
    expect(JSON.stringify(kept)).not.toMatch(/3707|样例|2026-03-01|v0/);
  });

  it('name the first record of a person on file by its id, masked where that is a number of a person', async () => {
    const { night } = await nights();
    await night('2026-03-02T18:00:00Z', [usual]);
    const header = [...headerOfDeaths, 'SWDD'];
    const rows = [mine, 'w2', 'w3'].map((UUID) => ({ UUID, ...batch('2026-03-03'), SWDD: '1' }));
    const outcome = await night('2026-03-03T18:00:00Z', [table('sw_20260303.csv', rows, header)]);

    expect(outcome.manifest.feeds[0]?.drift).toEqual([
      { kind: 'new-field', field: 'SWDD', count: 3, first: 'health/death-certificates/******************' },
    ]);
  });
});

describe('the accounts of rows', () => {
  it('tell what became of each', async () => {
    const { night } = await nights();
    const { manifest } = await night('2026-03-02T18:00:00Z', [
      table('sw_20260302.csv', [
        { UUID: 'a', ...batch('2026-03-02') },
        { UUID: 'b', ...batch('2026-03-02'), SWRQ: '2026-02-30' },
        { UUID: 'c', ...batch('2026-03-02'), SZXM: '', SZZJHM: '', XBDM: '', CSRQ: '', SWRQ: '', CD_OPERATION: 'D' },
        stranger('d', '2026-03-02'),
        stranger('e', '2026-03-02'),
      ]),
    ]);

    expect(manifest.feeds[0]?.rows).toEqual({
      read: 5,
      mapped: 1,
      rejected: 1,
      void: 1,
      sieved: 2,
      passedOver: 0,
      evidence: 1,
      unaccounted: 0,
    });
  });

  it('show evidence that was made and not stored', async () => {
    const { night, targets, store } = await nights();
    await night('2026-03-02T18:00:00Z', []);
    const [target] = targets;
    const read = target?.feed.changes?.bind(target.feed);
    if (target === undefined || read === undefined) throw new Error('no feed');
    const receive = store.receive.bind(store);
    Object.assign(store, { receive: (all: Parameters<typeof receive>[0]) => receive({ ...all, evidence: [] }) });
    const { manifest } = await night('2026-03-03T18:00:00Z', [table('a.csv', [{ UUID: 'a', ...batch('2026-03-02') }])]);

    expect(manifest.feeds[0]?.rows).toMatchObject({ read: 1, mapped: 1, unaccounted: 1 });
  });
});

describe('the map of days and regions', () => {
  const settings = [{ sequence: 'day-and-serial' }];
  const files = [
    table('sw_20260302.csv', [{ UUID: 'a', ...batch('2026-03-02') }, stranger('b', '2026-03-02')]),
    table('sw_20260304.csv', [stranger('c', '2026-03-04', '0002'), stranger('d', '2026-03-04', '0003')]),
    { name: 'sw_20260305.csv', text: `${headerOfDeaths.join(',')}\n` },
  ];

  it('says which came, with how much, and which are missing', async () => {
    const { night, store, targets } = await nights(settings, { regions: ['370700'] });
    const { manifest } = await night('2026-03-05T18:00:00Z', files);

    expect(await coverageOf(store, targets, '2026-03-06T01:00:00Z', 5)).toEqual([
      {
        agency: 'health',
        feed: 'death-certificates',
        mode: 'changes',
        covers: ['370700'],
        days: [
          { day: '2026-03-02', state: 'came', parts: 1, rows: 2, kept: 1 },
          { day: '2026-03-03', state: 'missing' },
          { day: '2026-03-04', state: 'missing', parts: 2, rows: 2, kept: 0 },
          { day: '2026-03-05', state: 'came', parts: 1, rows: 0, kept: 0 },
          { day: '2026-03-06', state: 'none' },
        ],
        missing: ['batch:202603040001', 'batch:20260303'],
        regions: [{ region: '', rows: 4 }],
      },
    ]);
    expect(manifest.coverage?.[0]?.days).toHaveLength(14);
  });

  it('counts days as missing that are due and later than the lag, where every day must have a batch', async () => {
    const { night, store, targets } = await nights(settings);
    await night('2026-03-02T18:00:00Z', files.slice(0, 1));

    const [map] = await coverageOf(store, targets, '2026-03-07T10:00:00Z', 5);
    expect(map?.days.map(({ state }) => state)).toEqual(['missing', 'missing', 'none', 'none', 'none']);
    expect(map?.missing).toEqual(['batch:20260303', 'batch:20260304']);
  });

  it('is that of any earlier instant, and the same for the same instant', async () => {
    const { night, replay, store, targets } = await nights(settings);
    await night('2026-03-02T18:00:00Z', files.slice(0, 1));
    const then = JSON.stringify((await replay('2026-03-02T20:00:00Z')).manifest.coverage);
    await night('2026-03-05T18:00:00Z', files);

    expect(JSON.stringify((await replay('2026-03-02T20:00:00Z')).manifest.coverage)).toBe(then);
    const [before] = await coverageOf(store, targets, '2026-03-02T17:00:00Z', 3);
    expect(before?.days.every(({ state }) => state === 'none')).toBe(true);
  });
});
