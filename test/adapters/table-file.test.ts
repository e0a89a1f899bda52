import { describe, expect, it } from 'vitest';
import type { Cursor, Page } from '../../src/adapters/adapter.js';
import { tableFileChanges } from '../../src/adapters/table-file.js';
import type { Evidence, Json } from '../../src/model/index.js';
import fc from '../seeded.js';
import { type ConnectionShape, caller } from './harness.js';
import { type File, receiving } from './scripted.js';

const mine = '370799196001010018';
const theirs = '370799195806150021';
const columns = ['UUID', 'SZXM', 'SZZJHM', 'XBDM', 'SWRQ', 'CD_BATCH', 'CD_OPERATION', 'CD_TIME'] as const;

type Row = Partial<Record<(typeof columns)[number], string>>;

function file(name: string, rows: readonly Row[]): File {
  const lines = rows.map((row) =>
    columns
      .map((column) => ({ SZXM: '测试甲', SZZJHM: mine, XBDM: '1', SWRQ: '2026-03-01', CD_OPERATION: 'I', ...row })[column] ?? '')
      .join(','),
  );
  return { name, text: `${[columns.join(','), ...lines].join('\n')}\n` };
}

const shape = (settings: Record<string, Json> = {}): ConnectionShape => ({
  agency: 'health',
  feed: 'death-certificates',
  envelope: 'table-exchange',
  mapping: 'death-certificate-table',
  settings,
});

interface Read {
  pages: Page[];
  evidence: Evidence[];
  cursor: Cursor | undefined;
}

async function read(
  files: readonly File[],
  options: { settings?: Record<string, Json>; since?: Cursor | undefined; seen?: ReadonlySet<string> } = {},
): Promise<Read> {
  const connection = receiving(shape(options.settings), files);
  const pages: Page[] = [];
  const ask = {
    ...(options.since === undefined ? {} : { since: options.since }),
    onFile: (number: string) => number === mine,
    seen: async (sha256: string) => options.seen?.has(sha256) ?? false,
  };
  for await (const page of tableFileChanges(ask, connection, caller)) pages.push(page);
  return { pages, evidence: pages.flatMap((page) => page.evidence), cursor: pages.at(-1)?.cursor };
}

/** Reads files day after day, each run with the bookmark of the one before. */
async function readDays(days: readonly (readonly File[])[], settings: Record<string, Json> = {}): Promise<Read[]> {
  const reads: Read[] = [];
  let since: Cursor | undefined;
  for (const files of days) {
    const run = await read(files, { settings, since });
    since = run.cursor ?? since;
    reads.push(run);
  }
  return reads;
}

const summary = (evidence: readonly Evidence[]) =>
  evidence.map((item) => [item.source.recordId, item.status, item.kind === 'death' ? item.diedOn : undefined]);

const insert: Row = { UUID: 'u1', CD_BATCH: '202603020001', CD_TIME: '2026-03-02T01:00:00+0000' };
const update: Row = {
  ...insert,
  SWRQ: '2026-02-28',
  CD_BATCH: '202603050001',
  CD_OPERATION: 'U',
  CD_TIME: '2026-03-05T01:00:00+0000',
};
const remove: Row = { ...update, CD_BATCH: '202603060001', CD_OPERATION: 'D', CD_TIME: '2026-03-06T01:00:00+0000' };

describe('rows are applied in the order of their batches', () => {
  const ordered = [
    ['u1', 'current', '2026-03-01'],
    ['u1', 'current', '2026-02-28'],
    ['u1', 'void', '2026-02-28'],
  ];

  it('within a file, whatever the order of its lines', async () => {
    const { evidence } = await read([file('a.csv', [remove, insert, update])]);

    expect(summary(evidence)).toEqual(ordered);
  });

  it('over files whose names say otherwise', async () => {
    const { evidence } = await read([file('a.csv', [remove]), file('b.csv', [update]), file('c.csv', [insert])]);

    expect(summary(evidence)).toEqual(ordered);
  });

  it('over files whose batches interlock, told in one page', async () => {
    const { pages, evidence } = await read([file('a.csv', [insert, remove]), file('b.csv', [update])]);

    expect(summary(evidence)).toEqual(ordered);
    expect(pages).toHaveLength(1);
    expect(pages[0]?.messages.map((message) => message.file)).toEqual(['a.csv', 'b.csv']);
  });

  it('files that do not interlock are a page each, so that a cut run loses little', async () => {
    const { pages } = await read([file('a.csv', [insert]), file('b.csv', [update]), file('c.csv', [remove])]);

    expect(pages.map((page) => page.messages.map((message) => message.file))).toEqual([['a.csv'], ['b.csv'], ['c.csv']]);
  });

  it('within a batch by time, then by file and line', async () => {
    const same = { CD_BATCH: '202603020001', CD_TIME: '2026-03-02T01:00:00+0000' };
    const { evidence } = await read([
      file('a.csv', [
        { ...same, UUID: 'u1', CD_TIME: '2026-03-02T02:00:00+0000', SWRQ: '2026-02-03' },
        { ...same, UUID: 'u1', SWRQ: '2026-02-01' },
        { ...same, UUID: 'u1', SWRQ: '2026-02-02' },
      ]),
    ]);

    expect(summary(evidence).map(([, , diedOn]) => diedOn)).toEqual(['2026-02-01', '2026-02-02', '2026-02-03']);
  });

  it('of rows sent at the same time those of the file that comes first go first, whatever else the files hold', async () => {
    const same = { CD_BATCH: '202603020001', CD_TIME: '2026-03-02T01:00:00+0000' };
    const earlier = { ...insert, UUID: 'u2', CD_BATCH: '202603010001', CD_TIME: '2026-03-01T01:00:00+0000' };
    const { evidence } = await read([
      file('a.csv', [{ ...same, UUID: 'u1', SWRQ: '2026-02-01' }]),
      file('b.csv', [earlier, { ...same, UUID: 'u1', SWRQ: '2026-02-02' }]),
    ]);

    expect(summary(evidence).map(([id, , diedOn]) => [id, diedOn])).toEqual([
      ['u2', '2026-03-01'],
      ['u1', '2026-02-01'],
      ['u1', '2026-02-02'],
    ]);
  });

  it('the same rows in any order and any files end the same', async () => {
    const rows = [
      insert,
      update,
      remove,
      { ...insert, UUID: 'u2', CD_BATCH: '202603030001', CD_TIME: '2026-03-03T01:00:00+0000' },
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(rows, { minLength: rows.length }),
        fc.array(fc.integer({ min: 0, max: 2 }), { minLength: rows.length, maxLength: rows.length }),
        async (shuffled, places) => {
          const files = [0, 1, 2].map((place) =>
            file(
              `${place}.csv`,
              shuffled.filter((_, index) => places[index] === place),
            ),
          );

          const { evidence } = await read(files);

          expect(summary(evidence)).toEqual([
            ['u1', 'current', '2026-03-01'],
            ['u2', 'current', '2026-03-01'],
            ['u1', 'current', '2026-02-28'],
            ['u1', 'void', '2026-02-28'],
          ]);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('what a row means', () => {
  it('D turns its record void from CD_TIME, and never dates the death by it', async () => {
    const { evidence } = await read([file('a.csv', [remove])]);

    expect(evidence).toMatchObject([
      {
        status: 'void',
        voidedAt: '2026-03-06T09:00:00+08:00',
        diedOn: '2026-02-28',
        source: { updatedAt: '2026-03-06T09:00:00+08:00' },
      },
    ]);
    expect(evidence[0]).not.toHaveProperty('eventOn');
  });

  it('a D that gives nothing but its key retracts the record without being refused', async () => {
    const { pages } = await read([file('a.csv', [{ ...remove, SZXM: '', SZZJHM: '', XBDM: '', SWRQ: '' }])]);

    const retracted = [{ recordId: 'u1', updatedAt: '2026-03-06T09:00:00+08:00' }];
    expect(pages[0]).toMatchObject({ evidence: [], rejected: [], retracted });
  });

  it('a D of the key alone, though it stands later in the file, does not take away what was sent after it', async () => {
    const again: Row = { ...insert, SWRQ: '2026-02-27', CD_BATCH: '202603070001', CD_TIME: '2026-03-07T01:00:00+0000' };
    const key: Row = { ...remove, SZXM: '', SZZJHM: '', XBDM: '', SWRQ: '' };
    const { pages, evidence } = await read([file('a.csv', [again, key])]);

    expect(summary(evidence)).toEqual([['u1', 'current', '2026-02-27']]);
    expect(pages[0]?.retracted).toBeUndefined();
  });

  it('a D retracts the record of its UUID, whoever the row says it was about', async () => {
    const { pages } = await read([file('a.csv', [{ ...remove, SZZJHM: theirs }])]);

    const retracted = [{ recordId: 'u1', updatedAt: '2026-03-06T09:00:00+08:00' }];
    expect(pages[0]).toMatchObject({ evidence: [], rejected: [], retracted, sieved: 1 });
  });

  it('a U that gives a record to somebody not on file takes it from whoever had it', async () => {
    const { pages } = await read([file('a.csv', [{ ...update, SZZJHM: theirs }])]);

    const retracted = [{ recordId: 'u1', updatedAt: '2026-03-05T09:00:00+08:00' }];
    expect(pages[0]).toMatchObject({ evidence: [], rejected: [], retracted, sieved: 1 });
  });

  it('an operation nobody has told us of is refused', async () => {
    const { pages } = await read([file('a.csv', [{ ...insert, CD_OPERATION: 'X' }])]);

    expect(pages[0]?.evidence).toEqual([]);
    expect(pages[0]?.rejected).toMatchObject([{ reason: 'unknown-operation', pointer: '/0/CD_OPERATION' }]);
  });

  it('a row without a number is refused, and its file’s bytes are not kept beside rows of others', async () => {
    const { pages } = await read([
      file('a.csv', [
        { ...insert, SZZJHM: '' },
        { ...insert, UUID: 'u2', SZZJHM: theirs },
      ]),
    ]);

    expect(pages[0]?.rejected.map((item) => item.reason)).toEqual(['no-identity']);
    expect(pages[0]?.messages[0]?.bytes).toBeUndefined();
  });
});

describe('rows of others are counted and forgotten', () => {
  it('nothing of them is left but their number', async () => {
    const { pages } = await read([
      file('a.csv', [
        insert,
        { ...insert, UUID: 'u2', SZXM: '样例乙', SZZJHM: theirs },
        { ...insert, UUID: 'u3', SZXM: '样例乙', SZZJHM: theirs, SWRQ: '2026-02-30' },
      ]),
    ]);

    expect(pages[0]).toMatchObject({ rows: 3, sieved: 2 });
    expect(pages[0]?.evidence).toHaveLength(1);
    expect(pages[0]?.rejected).toEqual([]);
    expect(pages[0]?.messages[0]).toMatchObject({ file: 'a.csv' });
    expect(JSON.stringify(pages)).not.toContain(theirs);
    expect(JSON.stringify(pages)).not.toContain('样例乙');
  });
});

describe('complete through which day', () => {
  it('that of the newest row in Shanghai, also of rows about others', async () => {
    const late = { ...insert, UUID: 'u2', SZZJHM: theirs, CD_TIME: '2026-03-08T17:00:00+0000' };
    const { pages } = await read([file('a.csv', [late, insert])]);

    expect(pages[0]?.completeThrough).toBe('2026-03-09');
  });

  it('never earlier than before', async () => {
    const [, second] = await readDays([[file('a.csv', [remove])], [file('b.csv', [insert])]]);

    expect(second?.pages[0]?.completeThrough).toBe('2026-03-06');
  });

  it.each([
    ['swyxzm_20260309.csv', '2026-03-09'],
    ['2026-03-09.csv', '2026-03-09'],
    ['swyxzm_370700_202603090001.csv', '2026-03-09'],
    ['swyxzm.csv', undefined],
    ['swyxzm_20260230.csv', undefined],
    ['20260301_20260309.csv', undefined],
  ])('a file without rows speaks by its name: %s', async (name, day) => {
    const { pages } = await read([file(name, [])]);

    expect(pages[0]?.completeThrough).toBe(day);
  });

  it('by the name always, where the settings say so', async () => {
    const { pages } = await read([file('swyxzm_20260310.csv', [insert])], { settings: { completeThrough: 'file-name' } });

    expect(pages[0]?.completeThrough).toBe('2026-03-10');
  });
});

describe('what is missing is a gap until it comes', () => {
  const day = (compact: string, serial = '0001'): File =>
    file(`f_${compact}_${serial}.csv`, [
      {
        UUID: `u${compact}${serial}`,
        CD_BATCH: `${compact}${serial}`,
        CD_TIME: `${compact.slice(0, 4)}-${compact.slice(4, 6)}-${compact.slice(6)}T01:00:00+0000`,
      },
    ]);
  const gaps = (reads: readonly Read[]) => reads.map((run) => run.pages.at(-1)?.gap?.detail.en ?? run.pages.at(-1)?.gap);

  it('nothing is missing where nobody said that every day has a batch', async () => {
    expect(gaps(await readDays([[day('20260301')], [day('20260305')]]))).toEqual([undefined, undefined]);
  });

  it('a day passed over, until its batch arrives late', async () => {
    const reads = await readDays(
      [[day('20260301')], [day('20260304')], [day('20260302')], [day('20260303')], [day('20260305')]],
      {
        sequence: 'day',
      },
    );

    expect(gaps(reads)).toEqual([
      undefined,
      'batches are missing: batch:20260302, batch:20260303',
      'batches are missing: batch:20260303',
      null,
      undefined,
    ]);
    expect(reads[1]?.pages[0]?.gap?.reason).toBe('batch-missing');
  });

  it('a serial passed over, where serials run without a hole', async () => {
    const reads = await readDays(
      [[day('20260301')], [day('20260301', '0003')], [day('20260302', '0002')], [day('20260301', '0002')], [day('20260302')]],
      {
        sequence: 'day-and-serial',
      },
    );

    expect(gaps(reads)).toEqual([
      undefined,
      'batches are missing: batch:202603010002',
      'batches are missing: batch:202603010002, batch:202603020001',
      'batches are missing: batch:202603020001',
      null,
    ]);
  });

  it('a file nobody can read, until it is sent again under its name', async () => {
    const reads = await readDays([
      [{ name: 'a.csv', text: '<html>404</html>' }],
      [file('b.csv', [insert])],
      [file('a.csv', [update])],
    ]);

    expect(gaps(reads)).toEqual([
      'files could not be read and must be sent again: file:a.csv',
      'files could not be read and must be sent again: file:a.csv',
      null,
    ]);
    expect(reads[0]?.pages[0]?.rejected.map((item) => item.reason)).toEqual(['html-page']);
    expect(reads[0]?.pages[0]?.messages[0]?.bytes?.length).toBeGreaterThan(0);
  });

  it('a file that ends in the middle of a row, until it is sent again: what it does hold is read', async () => {
    const whole = file('a.csv', [insert, { ...insert, UUID: 'u2' }]);
    const cut = { name: 'a.csv', text: whole.text.slice(0, -40) };
    const [first, second] = await readDays([[cut], [whole]]);

    expect(summary(first?.evidence ?? [])).toEqual([['u1', 'current', '2026-03-01']]);
    expect(first?.evidence).toHaveLength(1);
    expect(first?.pages[0]?.rejected.map((item) => item.reason)).toEqual(['ragged-row']);
    expect(first?.pages[0]?.gap).toEqual({
      reason: 'unreadable-file',
      detail: { zh: '文件无法读取，须重新发送：file:a.csv', en: 'files could not be read and must be sent again: file:a.csv' },
    });
    expect(second?.pages[0]?.gap).toBeNull();
  });

  it('a row with too few cells amid a file, or in its last line where that is whole, is no cut', async () => {
    const whole = file('a.csv', [insert]);
    const { pages } = await read([{ name: 'a.csv', text: `${whole.text}u2,测试甲\n` }]);

    expect(pages[0]?.rejected.map((item) => item.reason)).toEqual(['ragged-row']);
    expect(pages[0]?.gap).toBeUndefined();
  });

  it.each([
    ['a cell more than there are headings', 9, 'ragged-row'],
    ['as many cells as there are headings', 8, 'no-identity'],
  ])('rows shifted by a column, with %s, are nobody’s and not other people’s', async (_, cellsInRow, reason) => {
    const cells = (UUID: string, SZZJHM: string) => ['x', UUID, '01', SZZJHM, '1', '2026-03-01', '1', 'I', ''];
    const rows = [cells('u1', mine), cells('u2', theirs), cells('u3', theirs)];
    const text = [columns.join(','), ...rows.map((row) => row.slice(0, cellsInRow).join(','))].join('\n');
    const { pages } = await read([{ name: 'a.csv', text: `${text}\n` }]);

    expect(pages[0]?.rejected.map((item) => item.reason)).toEqual([reason, reason, reason]);
    expect(pages[0]?.sieved).toBe(0);
    expect(pages[0]?.gap).toMatchObject({ reason: 'unreadable-file' });
  });

  it('a file nobody can read completes nothing, whatever day its name bears', async () => {
    const [, second] = await readDays([[file('a.csv', [insert])], [{ name: 'b_20260310.csv', text: 'ID,NAME\n1,x\n' }]]);

    expect(second?.pages[0]?.gap?.reason).toBe('unreadable-file');
    expect(second?.pages[0]?.completeThrough).toBe('2026-03-02');
  });

  it('a file of a table with other columns is none of ours', async () => {
    const { pages } = await read([{ name: 'a.csv', text: 'ID,NAME\n1,x\n2,y\n' }]);

    expect(pages[0]?.gap?.reason).toBe('unreadable-file');
  });

  it('a gap the operator accepts is none', async () => {
    const reads = await readDays([[day('20260301')], [day('20260303')]], { sequence: 'day', acceptedGaps: ['batch:20260302'] });

    expect(gaps(reads)).toEqual([undefined, undefined]);
  });
});

describe('a full load', () => {
  const rows = (count: number, from = 0): Row[] =>
    Array.from({ length: count }, (_, index) => ({
      ...insert,
      UUID: `u${from + index}`,
      SZZJHM: index === 0 ? mine : theirs,
    }));
  const settings = { fullLoad: true };

  it('voids what it no longer holds once there is something to compare with', async () => {
    const [first, second] = await readDays([[file('a.csv', rows(10))], [file('b.csv', rows(9, 1))]], settings);

    expect(first?.pages[0]?.voids).toBeUndefined();
    expect(second?.pages[0]).toMatchObject({ voids: { recordIds: 'all-others', except: [] } });
    expect(second?.pages[0]?.gap).toBeUndefined();
    expect(summary(second?.evidence ?? [])).toEqual([['u1', 'current', '2026-03-01']]);
  });

  it.each([
    [5, true],
    [15, true],
    [4, false],
    [16, false],
  ])('of %i rows after one of 10: voids %s', async (count, voids) => {
    const [, second] = await readDays([[file('a.csv', rows(10))], [file('b.csv', rows(count, 1))]], settings);

    expect(second?.pages[0]?.voids !== undefined).toBe(voids);
    expect(second?.pages[0]?.gap?.reason).toBe(voids ? undefined : 'full-load-row-count');
  });

  it('the gap closes with the next credible load', async () => {
    const days = [rows(10), rows(10, 1), rows(2), rows(11)].map((list, index) => [file(`${index}.csv`, list)]);
    const reads = await readDays(days, settings);

    const gaps = reads.map((run) => run.pages[0]?.gap?.reason ?? run.pages[0]?.gap);
    expect(gaps).toEqual([undefined, undefined, 'full-load-row-count', null]);
  });

  it('as short as others that were not believed is not believed for that, until the operator says that so many are right', async () => {
    const days = [10, 10, 3, 3, 3, 3].map((count, index) => [file(`${index}.csv`, rows(count, index))]);
    const reads = await readDays(days, settings);
    const last = reads.at(-1);

    expect(reads.map((run) => run.pages[0]?.gap?.reason)).toEqual([
      undefined,
      undefined,
      ...Array(4).fill('full-load-row-count'),
    ]);
    expect(reads.map((run) => run.pages[0]?.voids !== undefined)).toEqual([false, true, false, false, false, false]);
    expect(last?.cursor?.rowCounts).toEqual([10, 10]);

    const since = last?.cursor as unknown as Cursor;
    const said = await read([file('6.csv', rows(4, 6))], { settings: { ...settings, acceptedGaps: ['full-load:3'] }, since });
    expect(said.pages[0]?.voids).toEqual({ recordIds: 'all-others', except: [] });
    expect(said.pages[0]?.gap).toBeNull();
    expect(said.cursor?.rowCounts).toEqual([4]);
    const after = await read([file('7.csv', rows(10, 7))], { settings, since: said.cursor as unknown as Cursor });
    expect(after.pages[0]?.gap?.reason).toBe('full-load-row-count');
  });

  it('without rows is not believed whatever the operator accepts', async () => {
    const { cursor } = await read([file('0.csv', rows(10))], { settings });
    const accepting = { settings: { ...settings, acceptedGaps: ['full-load:0'] }, since: cursor as unknown as Cursor };
    const { pages } = await read([file('1.csv', [])], accepting);

    expect(pages[0]?.voids).toBeUndefined();
  });

  it('spares the records of rows that could not be read', async () => {
    const bad = [...rows(9), { ...insert, UUID: 'u9', SWRQ: '2026-02-30' }];
    const [, second] = await readDays([[file('a.csv', rows(10))], [file('b.csv', bad)]], settings);

    expect(second?.pages[0]?.voids).toEqual({ recordIds: 'all-others', except: ['u9'] });
  });

  it('voids nothing where a row names neither person nor record', async () => {
    const bad = [...rows(9), { ...insert, UUID: '', SZZJHM: '' }];
    const [, second] = await readDays([[file('a.csv', rows(10))], [file('b.csv', bad)]], settings);

    expect(second?.pages[0]?.voids).toBeUndefined();
    expect(second?.pages[0]?.gap?.reason).toBe('full-load-unreadable-rows');
  });

  it('is measured by the last fourteen loads: the oldest count is forgotten', async () => {
    const counts = [2, ...Array<number>(13).fill(1)];
    const { cursor } = await read([file('full.csv', [insert])], {
      settings: { fullLoad: true },
      since: { missing: [], rowCounts: counts },
    });

    expect(cursor?.rowCounts).toEqual(Array(14).fill(1));
  });

  it('voids nothing where the file cannot be read', async () => {
    const [, second] = await readDays([[file('a.csv', rows(10))], [{ name: 'b.csv', text: '<html/>' }]], settings);

    expect(second?.pages[0]?.voids).toBeUndefined();
    expect(second?.pages[0]?.gap?.reason).toBe('unreadable-file');
  });
});

it('a file known by its content is not read again', async () => {
  const known = await read([file('a.csv', [insert])]);
  const sha256 = known.pages[0]?.messages[0]?.sha256 ?? '';

  const again = await read([file('a.csv', [insert])], { since: known.cursor, seen: new Set([sha256]) });

  expect(again.pages).toEqual([]);
});

it('the bookmark holds nothing about persons', async () => {
  const { cursor } = await read([file('a.csv', [insert, { ...insert, UUID: 'u2', SZZJHM: theirs }])], {
    settings: { sequence: 'day' },
  });

  expect(cursor).toEqual({ batchDay: '20260302', batchSerial: 1, missing: [], completeThrough: '2026-03-02' });
});

describe('a file that has come without being complete', () => {
  const waiting: File = { ...file('b.csv', [insert]), isWaiting: true };

  it('is a gap, although everything else was read', async () => {
    const { pages } = await read([file('a.csv', [insert]), waiting]);

    expect(pages.map((page) => page.gap?.reason)).toEqual([undefined, 'file-waiting']);
    expect(pages[1]?.cursor.missing).toEqual(['waiting:b.csv']);
    expect(pages[1]?.gap?.detail.en).toContain('b.csv');
  });

  it('closes the gap once it is complete, or gone', async () => {
    const [, complete] = await readDays([[waiting], [file('b.csv', [insert])]]);
    const [, gone] = await readDays([[waiting], []]);

    expect(complete?.pages.at(-1)?.gap).toBeNull();
    expect(gone?.pages.at(-1)?.gap).toBeNull();
    expect(gone?.cursor?.missing).toEqual([]);
  });
});
