import { describe, expect, it } from 'vitest';
import type { CaseFile, FindingRecord, StayEvidence } from '../../src/model/index.js';
import { checkWith, rules } from '../../src/reconcile/index.js';
import { nextFindings } from '../../src/reconcile/lifecycle.js';

describe('every rule judges its own examples as it says', () => {
  for (const rule of rules) {
    if (rule.scope === 'person') {
      it.each(rule.examples.map((example) => [example.name.en, example] as const))(`${rule.id}: %s`, (_, example) => {
        const result = checkWith([rule], example.file, {
          ...(example.parameters === undefined ? {} : { parameters: { [rule.id]: example.parameters } }),
        });

        expect(result.results).toHaveLength(1);
        const [said] = result.results;
        expect({
          outcome: said?.outcome,
          severity: said?.severity,
          ...(example.expect.reason && { reason: said?.reason }),
        }).toEqual({
          outcome: example.expect.outcome,
          severity: example.expect.severity,
          ...(example.expect.reason && { reason: example.expect.reason }),
        });
        expect(result.findings.length > 0).toBe(said?.outcome === 'finding');
        for (const finding of result.findings) expect(finding.claims.length).toBeGreaterThanOrEqual(2);
      });
    } else {
      it.each(rule.examples.map((example) => [example.name.en, example] as const))(`${rule.id}: %s`, (_, example) => {
        const found = rule.check(example.facts, { ...rule.parameters, ...example.parameters });

        expect(found).toHaveLength(example.expect.findings);
        for (const finding of found) expect(finding.severity).toBe(example.expect.severity);
      });
    }
  }
});

describe('a day that passes is no news', () => {
  const shifted = (file: CaseFile, days: number): CaseFile => ({
    ...file,
    asOf: new Date(Date.parse(file.asOf) + days * 86_400_000).toISOString(),
  });
  const open = ({ dischargedOn: _, ...stay }: StayEvidence): StayEvidence => stay;
  const allOpen = (file: CaseFile): CaseFile => ({
    ...file,
    evidence: file.evidence.map((item) => (item.kind === 'stay' ? open(item) : item)),
  });

  for (const rule of rules) {
    if (rule.scope !== 'person') continue;
    it(`${rule.id} says of the same facts what it said on the day before`, () => {
      const files = rule.examples.flatMap(({ file }) => [file, shifted(file, -1), allOpen(file)]);
      for (const file of files) {
        const before = checkWith([rule], file).findings.map(
          (finding): FindingRecord => ({ finding, state: 'open', firstSeenAt: '', lastSeenAt: '', history: [] }),
        );
        const severity = new Map(before.map(({ finding }) => [finding.id, finding.severity]));
        const later = nextFindings(before, checkWith([rule], shifted(file, 1)), () => false);
        const changed = later.filter(
          ({ change, finding }) => change === 'changed' && severity.get(finding.id) === finding.severity,
        );

        expect(changed.map(({ finding }) => finding.explanation.en)).toEqual([]);
      }
    });
  }
});
