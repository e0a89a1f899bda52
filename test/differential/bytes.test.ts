import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, it } from 'vitest';
import type { CaseFile, Evidence, Subject } from '../../src/model/index.js';
import { check } from '../../src/reconcile/index.js';
import * as arbitrary from '../reconcile/arbitrary.js';
import fc from '../seeded.js';
import { runsOf } from './seeds.js';
import { type CityFile, feedOf, heldOver, lastNight } from './table-files.js';
import { fundSettlement, rowsOf, type TableRow, tableNames } from './table-world.js';
import { expectSame, toldBy } from './told.js';

/** The same, through real bytes: exchanged tables in drop folders, read by the shipped mappings under a city's own configuration. */

const folder = mkdtempSync(join(tmpdir(), 'yilian-bytes-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** By hand: the last version of every row, and void for whoever it was about before. */
function caseFileOf(rows: readonly TableRow[], own: CityFile, subject: Subject, person: 0 | 1): CaseFile {
  const evidence = rows.flatMap(({ table, recordId, versions }): Evidence[] => {
    const last = versions.findLastIndex((version) => version.person === person);
    const version = versions[last]?.evidence;
    if (version === undefined) return [];
    const isStill = last === versions.length - 1;
    return [
      {
        ...version,
        ...(isStill ? {} : { status: 'void' as const }),
        source: { ...version.source, ...feedOf(table), recordId },
      } as Evidence,
    ];
  });
  const feeds = tableNames.map((table) => ({ ...feedOf(table), state: 'fresh' as const, completeThrough: '2025-06-08' }));
  const ofFund = person === 0 ? [fundSettlement()] : [];
  const received = [...ofFund, ...evidence].map(
    (record) => ({ ...record, source: { ...record.source, receivedAt: lastNight } }) as Evidence,
  );
  return { asOf: lastNight, subject, ...own, evidence: received, feeds };
}

const cityFile = (person: number): fc.Arbitrary<CityFile> =>
  fc
    .record({
      cases: fc.array(arbitrary.appraisalCase, { minLength: 1, maxLength: 1 }),
      benefits: fc.array(arbitrary.benefit, { maxLength: 1 }),
    })
    .map((own) => ({
      cases: own.cases.map((item) => ({ ...item, caseNo: `A${person}` })),
      benefits: own.benefits.map((item) => ({ ...item, id: `B${person}` })),
    }));

describe('exchanged tables', () => {
  it('give the same as a case file, read in one night, and with files late, doubled and out of order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1_000_000 }), fc.tuple(cityFile(0), cityFile(1)), async (seed, own) => {
        const rows = rowsOf(seed);
        const plain = await heldOver(rows, own, { folder: join(folder, 'plain') });
        const direct = plain.subjects.map((subject, person) =>
          toldBy(check(caseFileOf(rows, own[person] as CityFile, subject, person as 0 | 1))),
        );
        expectSame('in one night', plain.told, direct);
        const replay = await heldOver(rows, own, { folder: join(folder, 'shuffled'), shuffledWith: seed });
        expectSame('shuffled', replay.told, direct);
      }),
      runsOf(100, 'test/differential/bytes.test.ts'),
    );
  }, 600_000);
});
