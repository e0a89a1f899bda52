import { describe, expect, it } from 'vitest';
import { checkWith, rules } from '../../src/reconcile/index.js';

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
