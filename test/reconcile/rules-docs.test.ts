import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rulesPage } from '../../scripts/rules-page.mjs';
import * as reconcile from '../../src/reconcile/index.js';

const slug = /^[a-z]+(-[a-z]+)*$/;

describe('the page of the rules', () => {
  it('is what the rules say: run `node scripts/rules-docs.mjs` after a change', () => {
    const page = readFileSync(new URL('../../docs/rules.md', import.meta.url), 'utf8');
    expect(page).toBe(rulesPage(reconcile));
  });
});

describe('the catalogue of rules', () => {
  it('gives every rule two languages, articles, and examples that fire and that stay clear', () => {
    for (const rule of reconcile.rules) {
      expect(rule.id).toMatch(slug);
      for (const text of [rule.title, rule.description]) {
        expect(text.zh).toMatch(/[一-鿿]/);
        expect(text.en).not.toMatch(/[一-鿿]/);
      }
      expect(rule.basis.length).toBeGreaterThan(0);
      const outcomes = rule.examples.map(({ expect: said }) =>
        'findings' in said ? (said.findings > 0 ? 'finding' : 'clear') : said.outcome,
      );
      const count = (outcome: string) => outcomes.filter((other) => other === outcome).length;
      expect([
        rule.id,
        count('finding') >= 2,
        count('clear') >= (rule.id === 'unknown-code' || rule.id === 'rejected-records' ? 1 : 2),
      ]).toEqual([rule.id, true, true]);
      expect(new Set(rule.examples.map((example) => example.name.en)).size).toBe(rule.examples.length);
    }
  });

  it('has an example that cannot be told, for every rule that can be in doubt', () => {
    const certain = ['invalid-id-number'];
    for (const rule of reconcile.rules) {
      if (rule.scope !== 'person' || certain.includes(rule.id)) continue;
      const unknown = rule.examples.some(
        (example) => example.expect.outcome === 'unknown' && example.expect.reason !== undefined,
      );
      expect([rule.id, unknown]).toEqual([rule.id, true]);
    }
  });

  it('gives only reasons that are written down', () => {
    const written = new Set([
      ...Object.keys(reconcile.unknownReasons),
      ...Object.keys(reconcile.notApplicableReasons),
      ...Object.keys(reconcile.plainReasons),
    ]);
    for (const rule of reconcile.rules) {
      if (rule.scope !== 'person') continue;
      for (const { file } of rule.examples) {
        for (const { reason } of reconcile.check(file).results) expect(written).toContain(reason);
      }
    }
  });
});
