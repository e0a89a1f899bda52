import { describe, expect, it } from 'vitest';
import type { CaseFile, Evidence } from '../../src/model/index.js';
import * as make from '../../src/reconcile/example.js';
import { check, deathFact } from '../../src/reconcile/index.js';
import * as arbitrary from '../reconcile/arbitrary.js';
import fc from '../seeded.js';
import { caseFileOf } from './case-file.js';
import { runsOf } from './seeds.js';
import { world } from './world.js';

/** Nothing critical may rest on one source: by the table of severities only a death that two kinds of record agree on makes anything critical. */

/** Any file at all, any file of the worlds, and any file in which some agencies agree that the person died in the first days of March. */
const agreed: fc.Arbitrary<CaseFile> = fc
  .record({
    file: arbitrary.caseFile,
    deaths: fc.subarray<Evidence>(
      [
        make.death({ diedOn: '2025-03-03', source: { recordId: 'D1' } }),
        make.death({ basis: 'cremation', eventOn: '2025-03-05', source: { recordId: 'D2' } }),
        make.population({ registration: 'unknown', deathFlag: true, source: { recordId: 'D3' } }),
        make.stay('2025-03-01', '2025-03-03', {
          outcome: { code: 'died', system: 's', known: true },
          source: { recordId: 'D4' },
        }),
        make.death({ basis: 'court', diedOn: '2025-03-03', source: { recordId: 'D5' } }),
      ],
      { minLength: 1 },
    ),
  })
  .map(({ file, deaths }) => ({
    ...file,
    evidence: [...file.evidence.filter((record) => !isOfDeath(record) || record.kind === 'stay'), ...deaths],
  }));
const fromWorlds: fc.Arbitrary<CaseFile> = fc
  .tuple(world, fc.constantFrom<(0 | 1)[]>(0, 1))
  .map(([city, person]) => caseFileOf(city, person));
const files = fc.oneof(arbitrary.caseFile, fromWorlds, agreed, agreed);

const criticalOf = (file: CaseFile) => check(file).findings.filter((finding) => finding.severity === 'critical');
const referenceOf = ({ source }: Evidence): string => `${source.agency}/${source.feed}/${source.recordId}`;

/** The file without all records of one kind of death evidence. */
function without(file: CaseFile, records: ReadonlySet<string>): CaseFile {
  return { ...file, evidence: file.evidence.filter((record) => !records.has(referenceOf(record))) };
}

describe('a critical finding', () => {
  it('rests on a death that two kinds of record agree on, and shows a record of each', () => {
    let critical = 0;
    fc.assert(
      fc.property(files, (file) => {
        const fact = deathFact(file);
        for (const finding of criticalOf(file)) {
          critical += 1;
          expect(fact.level).toBe('corroborated');
          expect(fact.kinds.length).toBeGreaterThanOrEqual(2);
          const shown = new Set(
            finding.claims.flatMap(({ source }) =>
              source === undefined ? [] : [`${source.agency}/${source.feed}/${source.recordId}`],
            ),
          );
          expect(fact.evidence.filter((record) => !shown.has(record))).toEqual([]);
          expect(fact.evidence.length).toBeGreaterThanOrEqual(2);
        }
      }),
      runsOf(1500, 'test/differential/severity.test.ts'),
    );
    expect(critical).toBeGreaterThan(0);
  });

  it('is none any more when all but one of the records of the death are taken away', () => {
    let critical = 0;
    fc.assert(
      fc.property(files, fc.nat(), (file, which) => {
        if (criticalOf(file).length === 0) return;
        critical += 1;
        const records = deathFact(file).evidence;
        const alone = records[which % records.length] ?? '';
        // A stay of the other agency may tell of the same death again: it goes too, as every other record of a death does.
        const others = new Set(
          file.evidence.filter((record) => isOfDeath(record) && referenceOf(record) !== alone).map(referenceOf),
        );
        expect(criticalOf(without(file, others))).toEqual([]);
      }),
      runsOf(1500, 'test/differential/severity.test.ts'),
    );
    expect(critical).toBeGreaterThan(0);
  });
});

function isOfDeath(record: Evidence): boolean {
  return record.kind === 'death' || record.kind === 'stay' || record.kind === 'population';
}
