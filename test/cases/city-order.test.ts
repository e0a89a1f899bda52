import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { importCityRows } from '../../src/cases/city-import.js';
import { mergeSaid } from '../../src/cases/merge.js';
import { cityCodeTables, cityMappings } from '../../src/cases/shipped.generated.js';
import { createKeys } from '../../src/identity/index.js';
import type { CityMapping, CodeTable } from '../../src/mapping/mapping.js';
import { openStore } from '../../src/store/index.js';
import type { Store } from '../../src/store/store.js';
import fc from '../seeded.js';

/** Rows come in any order, split into any files, and make the same file; a changed row is a version; what an officer imported is not lost. */

const scratch = mkdtempSync(join(tmpdir(), 'yilian-city-order-'));
const secret = 'a secret of the city, 32 bytes long';
const keys = createKeys(secret);
afterAll(() => rmSync(scratch, { recursive: true }));
let count = 0;

const table = (name: string): CodeTable => cityCodeTables[name] as CodeTable;
const codes = {
  ALA019: table('ala019-2-review-3-reappraisal'),
  ALA040: table('ala040-number-is-grade'),
  ALC060: table('alc060-0-none-3-total'),
  AAE116: { name: 'own', version: '1', system: 'demo', source: 'made up', codes: { '1': 'active', '3': 'ended' } } as CodeTable,
};

type Kind = 'recognition' | 'appraisal' | 'benefit';
type Row = { kind: Kind; row: Record<string, string> };
const [one, two] = ['370799196001010018', '370799197503150023'];

const all: Row[] = [
  {
    kind: 'recognition',
    row: {
      AAC001: '1',
      AAC002: one,
      AAC003: '测试甲',
      AAZ127: 'R1',
      ALC011: '认1',
      ALC020: '20250301',
      ALC014: '骨折',
      AAE036: '20250401',
    },
  },
  {
    kind: 'recognition',
    row: {
      AAC001: '1',
      AAC002: one,
      AAC003: '测试甲',
      AAZ127: 'R1',
      ALC020: '20250302',
      AAC067: '13800000000',
      AAE036: '20250402',
    },
  },
  { kind: 'appraisal', row: { AAC001: '1', AAZ127: 'R1', AAZ151: 'C1', ALA019: '1', AAE127: '20250501', AAE036: '20250501' } },
  {
    kind: 'appraisal',
    row: { AAC001: '1', AAZ127: 'R1', AAZ151: 'C1', ALC034: '20250620', ALC035: '鉴1', ALA040: '7', AAE036: '20250620' },
  },
  { kind: 'appraisal', row: { AAZ127: 'R2', AAZ151: 'C2', ALA019: '2', AAE127: '20250801', AAE036: '20250801' } },
  {
    kind: 'recognition',
    row: { AAC002: two, AAC003: '测试乙', AAZ127: 'R2', ALC011: '认2', ALC020: '20240101', AAE036: '20240201' },
  },
  {
    kind: 'benefit',
    row: {
      AAC002: one,
      AAC003: '测试甲',
      AAZ122: 'B1',
      AAE116: '1',
      AAE041: '202507',
      AAE003: '202507',
      AAE208: '202507',
      AAE019: '100',
      AAZ151: 'C1',
      AAE036: '20250701',
    },
  },
  {
    kind: 'benefit',
    row: { AAC001: '1', AAZ122: 'B1', AAE116: '1', AAE003: '202508', AAE208: '202508', AAE019: '100', AAE036: '20250801' },
  },
  {
    kind: 'benefit',
    row: {
      AAC002: one,
      AAC003: '测试甲',
      AAZ122: 'B1',
      AAE116: '3',
      AAE042: '202509',
      AAE003: '202509',
      AAE208: '202509',
      AAE019: '100',
      AAE036: '20250901',
    },
  },
];

async function put(store: Store, rows: readonly Row[], at: string): Promise<Awaited<ReturnType<typeof importCityRows>>[]> {
  const results = [];
  for (const kind of ['benefit', 'recognition', 'appraisal'] as const) {
    const lines = rows.filter((item) => item.kind === kind).map(({ row }) => JSON.stringify(row));
    if (lines.length === 0) continue;
    const mapping = cityMappings[`city-${kind}-jinbao`] as CityMapping;
    const bytes = Buffer.from(lines.join('\n'));
    results.push(await importCityRows([{ name: `${kind}.jsonl`, bytes }], { mapping, codes }, { keys, store, at }));
  }
  return results;
}

async function withStore<T>(use: (store: Store) => Promise<T>): Promise<T> {
  count += 1;
  const store = await openStore(`sqlite:${join(scratch, `${count}.db`)}`, { baseDir: scratch, secret });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

async function told(store: Store): Promise<string> {
  const persons = [];
  for await (const { key } of store.subjects('2027-01-01T00:00:00.000Z')) {
    const file = await store.caseFile(key, '2027-01-01T00:00:00.000Z');
    persons.push([file?.subject, file?.cases, file?.benefits]);
  }
  return JSON.stringify(persons, sorted);
}

/** Fields in any order are the same file. */
function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const instantOf = (minute: number): string => `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z`;

describe('rows of the city’s own systems', () => {
  it('make the same file in any order and any split', async () => {
    const usual = await withStore(async (store) => {
      await put(store, all, instantOf(0));
      return told(store);
    });
    expect(JSON.parse(usual)).toMatchObject([
      [{ name: expect.any(String) }, expect.any(Array), expect.any(Array)],
      [{ name: expect.any(String) }, expect.any(Array), expect.any(Array)],
    ]);
    expect(usual).toContain('"accidentOn":"2025-03-02"');
    expect(usual).toContain('"basisConclusionNo":"鉴1"');

    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(all, { minLength: all.length }),
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 9, maxLength: 9 }),
        async (rows, sizes) => {
          const made = await withStore(async (store) => {
            let start = 0;
            for (const [minute, size] of sizes.entries()) {
              await put(store, rows.slice(start, start + size), instantOf(minute));
              start += size;
            }
            return told(store);
          });
          expect(made).toBe(usual);
        },
      ),
      { numRuns: 8 },
    );
  });

  it('once on file stand as they were then, and a changed row is a new version', async () => {
    await withStore(async (store) => {
      await put(store, all.slice(0, 3), instantOf(1));
      await put(store, all.slice(3, 4), instantOf(2));
      const [before, after] = [
        await store.subjectOfCase('C1', instantOf(1)).then((subject) => store.caseFile(subject?.key ?? '', instantOf(1))),
        await store.subjectOfCase('C1', instantOf(2)).then((subject) => store.caseFile(subject?.key ?? '', instantOf(2))),
      ];

      expect(before?.cases).toMatchObject([{ state: 'submitted', regime: 'order-55', conclusions: [] }]);
      expect(after?.cases).toMatchObject([
        { state: 'concluded', regime: 'order-21', conclusions: [{ no: '鉴1', grade: 7, status: 'issued' }] },
      ]);
    });
  });

  it('leave what somebody imported since, until they say something new', async () => {
    await withStore(async (store) => {
      await put(store, all.slice(0, 4), instantOf(1));
      const subject = await store.subjectOfCase('C1', instantOf(2));
      const [item] = (await store.caseFile(subject?.key ?? '', instantOf(2)))?.cases ?? [];
      if (subject === undefined || item === undefined) throw new Error('C1 is not on file');
      const entry = { subject, numberKeys: [subject.key], benefits: [], settlements: [] };
      await store.importCases([{ ...entry, cases: [{ ...item, state: 'effective', receivedOn: '2025-05-02' }] }], instantOf(3));
      await put(store, all.slice(0, 4), instantOf(4));
      const said = { ...all[3]?.row, CLC019: 'MAIL-1', AAE036: '20250701' } as Record<string, string>;
      await put(store, [{ kind: 'appraisal', row: said }], instantOf(5));

      const file = await store.caseFile(subject.key, instantOf(6));
      expect(file?.cases).toMatchObject([
        { state: 'effective', receivedOn: '2025-05-02', deliveries: [{ to: 'person', trackingNo: 'MAIL-1' }] },
      ]);
    });
  });

  it('that two persons could own are tied to nobody', async () => {
    await withStore(async (store) => {
      const shared = all.map(({ kind, row }) => ({ kind, row: 'AAC001' in row ? { ...row, AAC001: '9' } : row }));
      const other = { kind: 'recognition' as const, row: { AAC001: '9', AAC002: two, AAC003: '测试乙', AAZ127: 'R9' } };
      const loose = { kind: 'appraisal' as const, row: { AAC001: '9', AAZ151: 'C9', ALA019: '1', AAE127: '20250501' } };
      const results = await put(store, [shared[0] as Row, other, loose], instantOf(1));

      expect(results.at(-1)?.waiting).toMatchObject([{ name: 'C9', reason: 'no-person', file: 'appraisal.jsonl', line: 1 }]);
      expect(await store.countSubjects(instantOf(2))).toBe(0);
    });
  });
});

describe('the merge of what is said with what is on file', () => {
  it('takes news, leaves the rest, and takes back what is said no more', () => {
    const merged = mergeSaid(
      { a: '1', b: 'mine', list: ['x'], part: { keep: '1', gone: '2' } },
      { a: '0', b: 'theirs', part: { gone: '2' } },
      { a: '2', b: 'theirs', list: ['x', 'y'], part: {} },
    );

    expect(merged).toEqual({ a: '2', b: 'mine', list: ['x', 'y'], part: { keep: '1' } });
  });
});
