import { describe, expect, it } from 'vitest';
import type { CaseFile, FeedStatus } from '../../src/model/index.js';
import { check, deathFact } from '../../src/reconcile/index.js';
import fc from '../seeded.js';
import { caseFile, shuffled } from './arbitrary.js';

const runs = { numRuns: 150 };
const bytes = (file: CaseFile): string => JSON.stringify(check(file));
const outcomes = (file: CaseFile): Map<string, string> =>
  new Map(check(file).results.map((result) => [result.rule, result.outcome]));

describe('laws of the cross-check', () => {
  it('gives the same bytes whatever the order of the lists', () => {
    fc.assert(
      fc.property(
        caseFile.chain((file) => fc.tuple(fc.constant(file), shuffled(file))),
        ([file, other]) => {
          expect(bytes(other)).toBe(bytes(file));
        },
      ),
      runs,
    );
  });

  it('gives the same bytes when evidence is there twice', () => {
    fc.assert(
      fc.property(caseFile, (file) => {
        expect(bytes({ ...file, evidence: [...file.evidence, ...file.evidence] })).toBe(bytes(file));
      }),
      runs,
    );
  });

  it('gives the same bytes when something is received after its instant', () => {
    fc.assert(
      fc.property(caseFile, caseFile, (file, later) => {
        const received = later.evidence.map((record) => ({
          ...record,
          source: { ...record.source, receivedAt: '2025-06-30T10:00:01+08:00' },
        }));
        expect(bytes({ ...file, evidence: [...file.evidence, ...received] })).toBe(bytes(file));
      }),
      runs,
    );
  });

  it('gives the same bytes the second time', () => {
    fc.assert(
      fc.property(caseFile, (file) => {
        const before = JSON.stringify(file);
        expect(bytes(file)).toBe(bytes(file));
        expect(JSON.stringify(file)).toBe(before);
      }),
      runs,
    );
  });

  it('never turns anything to clear when a feed becomes unusable', () => {
    const worse: Partial<FeedStatus>[] = [
      { state: 'down' },
      { state: 'stale' },
      { state: 'gap' },
      { state: 'never' },
      { regions: [] },
    ];
    fc.assert(
      fc.property(caseFile, fc.nat(8), fc.constantFrom(...worse), (file, index, change) => {
        const before = outcomes(file);
        const feeds = file.feeds.map((feed, at) => (at === index ? { ...feed, ...change } : feed));
        for (const [rule, outcome] of outcomes({ ...file, feeds })) {
          if (outcome === 'clear') expect([rule, before.get(rule)]).toEqual([rule, 'clear']);
        }
      }),
      runs,
    );
  });

  it('never turns anything to clear when a feed has no entry any more', () => {
    fc.assert(
      fc.property(caseFile, fc.nat(8), (file, index) => {
        const before = outcomes(file);
        const feeds = file.feeds.filter((_, at) => at !== index);
        for (const [rule, outcome] of outcomes({ ...file, feeds })) {
          if (outcome === 'clear') expect([rule, before.get(rule)]).toEqual([rule, 'clear']);
        }
      }),
      runs,
    );
  });

  it('takes void evidence for no evidence, but for retractions and the chains that run through them', () => {
    fc.assert(
      fc.property(caseFile, (file) => {
        const evidence = file.evidence.map(({ ...record }) => {
          if (record.kind === 'death') delete record.replaces;
          return record;
        });
        const ignoringRetractions = (which: CaseFile) => {
          const result = check(which, { rules: { 'death-retracted': 'off' } });
          return JSON.stringify(result);
        };
        const removed = evidence.filter((record) => record.status !== 'void');
        expect(ignoringRetractions({ ...file, evidence: removed })).toBe(ignoringRetractions({ ...file, evidence }));
      }),
      runs,
    );
  });

  it('never lets an uncertain link give more than low, nor another action than asking', () => {
    fc.assert(
      fc.property(caseFile, (file) => {
        const evidence = file.evidence.map((record) => ({ ...record, link: { level: 'weak' as const, reasons: ['name'] } }));
        for (const finding of check({ ...file, evidence }).findings) {
          const isOfEvidence = finding.claims.some((claim) => claim.source !== undefined);
          if (isOfEvidence)
            expect([finding.rule, finding.severity, finding.action]).toEqual([
              finding.rule,
              expect.stringMatching(/low|info/),
              'ask-agency',
            ]);
        }
      }),
      runs,
    );
  });

  it('shows both sides of every finding, in two languages, without an ID number', () => {
    fc.assert(
      fc.property(caseFile, (file) => {
        const { findings, results } = check(file);
        expect(new Set(findings.map((finding) => finding.id)).size).toBe(findings.length);
        for (const finding of findings) {
          expect(finding.claims.length).toBeGreaterThanOrEqual(2);
          expect(finding.explanation.zh).not.toBe('');
          expect(finding.explanation.en).not.toMatch(/undefined|NaN|[一-鿿]{12}/);
          expect(finding.explanation.zh).not.toMatch(/undefined|NaN/);
          const { claims: _, id: __, ...told } = finding;
          expect(JSON.stringify(told)).not.toMatch(/\d{17}[\dX]/);
          expect(JSON.stringify(finding.claims.map((claim) => claim.value))).not.toMatch(/\d{17}[\dX]/);
        }
        for (const result of results) {
          expect(result.outcome === 'finding').toBe(findings.some((finding) => finding.rule === result.rule));
          expect(result.outcome).not.toBe('suppressed');
        }
      }),
      runs,
    );
  });

  it('gives a death span that is a span, and a best day within reach of the records', () => {
    fc.assert(
      fc.property(caseFile, (file) => {
        const fact = deathFact(file);
        expect(fact.earliest === undefined).toBe(fact.latest === undefined);
        expect((fact.earliest ?? '') <= (fact.latest ?? '')).toBe(true);
        expect(fact.level === 'none').toBe(fact.kinds.length === 0);
        expect(fact.best === undefined).toBe(fact.earliest === undefined);
      }),
      runs,
    );
  });

  it('keeps the ids of findings when severity, text or time of receipt change', () => {
    fc.assert(
      fc.property(caseFile, (file) => {
        const resent = file.evidence.map((record) => ({
          ...record,
          source: {
            ...record.source,
            receivedAt: '2025-06-30T01:00:00+08:00',
            message: { id: 'another', sha256: '1'.repeat(64) },
          },
        }));
        const ids = (which: CaseFile) =>
          check(which)
            .findings.map((finding) => finding.id)
            .sort();
        expect(ids({ ...file, evidence: resent })).toEqual(ids(file));
      }),
      runs,
    );
  });
});
