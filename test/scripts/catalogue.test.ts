import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalogue } from '../../scripts/catalogue.mjs';

let root = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'yilian-catalogue-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const adapter = (agency: string) =>
  `const adapter: Adapter = { agency: '${agency}', title: { zh: '', en: '' }, feeds: {} };\nexport default adapter;\n`;
const rule = (id: string) =>
  `export default { id: '${id}', version: '1', severity: 'low', title, description, feeds: [], parameters: {}, basis: [], action: 'record', check, examples } satisfies Rule;\n`;
const family = (id: string) => `export default { id: '${id}', title, recognises, settings: {}, create } as const;\n`;

describe('the catalogue', () => {
  it('lists every folder and file there is, in order of name, and nobody changes a line elsewhere', () => {
    put('src/adapters/health/index.ts', adapter('health'));
    put('src/adapters/a-sixth-agency/index.ts', adapter('a-sixth-agency'));
    put('src/adapters/health/mappings/stay-hip.json', '{ "name": "stay-hip", "version": "1" }');
    put('src/adapters/health/codes/outcome.json', '{ "name": "outcome", "codes": { "5": "died" } }');
    put('src/envelopes/infno.ts', family('infno'));
    put('src/envelopes/xml.ts', 'export function parse() {}\n');
    put('src/reconcile/rules/zeta.ts', rule('zeta'));
    put('src/reconcile/rules/alpha.ts', rule('alpha'));

    expect(catalogue(root)).toEqual([]);

    expect(read('src/adapters/catalogue.generated.ts')).toContain("  'a-sixth-agency': _aSixthAgency,\n  'health': _health,\n");
    expect(read('src/adapters/catalogue.generated.ts')).toContain("import _aSixthAgency from './a-sixth-agency/index.js';\n");
    expect(read('src/mapping/shipped.generated.ts')).toContain('"version": "1"');
    expect(read('src/mapping/shipped.generated.ts')).toContain('"5": "died"');
    expect(read('src/envelopes/catalogue.generated.ts')).toContain("  'infno': _infno,\n");
    expect(read('src/envelopes/catalogue.generated.ts')).not.toContain('xml');
    expect(read('src/reconcile/catalogue.generated.ts')).toContain('[\n  _alpha,\n  _zeta,\n]');
  });

  it('is of an empty project an empty one', () => {
    expect(catalogue(root)).toEqual([]);
    expect(read('src/reconcile/catalogue.generated.ts')).toContain('[\n]');
  });

  it('writes nothing where nothing changed', () => {
    put('src/reconcile/rules/alpha.ts', rule('alpha'));
    catalogue(root);
    const file = join(root, 'src/reconcile/catalogue.generated.ts');
    utimesSync(file, 1, 1);

    catalogue(root);

    expect(statSync(file).mtimeMs).toBe(1000);
  });

  it.each([
    [
      'an agency without index.ts',
      'src/adapters/tax/README.md',
      '',
      'src/adapters/tax: index.ts is missing; it must default-export an Adapter',
    ],
    [
      'an agency without a default export',
      'src/adapters/tax/index.ts',
      "export const adapter = { agency: 'tax' };\n",
      'src/adapters/tax/index.ts: the default export is missing; it must be an Adapter',
    ],
    [
      'an agency without feeds',
      'src/adapters/tax/index.ts',
      "export default { agency: 'tax', title } satisfies Partial<Adapter>;\n",
      'src/adapters/tax/index.ts: `feeds` is missing; the default export must be an Adapter',
    ],
    [
      'an agency of another name',
      'src/adapters/tax/index.ts',
      adapter('customs'),
      "src/adapters/tax/index.ts: its `agency` is 'customs' and must be 'tax'",
    ],
    [
      'a folder that is no slug',
      'src/adapters/Tax_Office/index.ts',
      adapter('Tax_Office'),
      "src/adapters/Tax_Office: the folder's name must be a lower-case slug, for it is the agency's id",
    ],
    [
      'an envelope of another name',
      'src/envelopes/infno.ts',
      family('infnr'),
      "src/envelopes/infno.ts: its `id` is 'infnr' and must be 'infno'",
    ],
    [
      'a rule without a default export',
      'src/reconcile/rules/alpha.ts',
      'export const alpha = 1;\n',
      'src/reconcile/rules/alpha.ts: the default export is missing; it must be a Rule',
    ],
    [
      'a rule without examples',
      'src/reconcile/rules/alpha.ts',
      rule('alpha').replace(', examples', ''),
      'src/reconcile/rules/alpha.ts: `examples` is missing; the default export must be a Rule',
    ],
    [
      'a rule of another name',
      'src/reconcile/rules/alpha.ts',
      rule('beta'),
      "src/reconcile/rules/alpha.ts: its `id` is 'beta' and must be 'alpha'",
    ],
  ])('refuses %s by name', (_, path, text, complaint) => {
    put(path, text);

    expect(catalogue(root)).toEqual([complaint]);
  });

  it('refuses a mapping whose file is not named after it, one name twice, and what is no JSON', () => {
    put('src/adapters/health/index.ts', adapter('health'));
    put('src/adapters/health/mappings/a.json', '{ "name": "b" }');
    put('src/adapters/tax/index.ts', adapter('tax'));
    put('src/adapters/tax/mappings/a.json', '{ "name": "a" }');
    put('src/adapters/tax/codes/c.json', '{ "name": ');

    const complaints = catalogue(root);

    expect(complaints[0]).toBe('src/adapters/health/mappings/a.json: its "name" is "b" and must be "a", as the file');
    expect(complaints[1]).toBe('src/adapters/tax/mappings/a.json: the name "a" is taken by src/adapters/health/mappings/a.json');
    expect(complaints[2]).toMatch(/^src\/adapters\/tax\/codes\/c\.json: /);
    expect(existsSync(join(root, 'src/mapping/shipped.generated.ts'))).toBe(false);
  });

  it('as a draft names what does not fit and lists the rest', () => {
    put('src/adapters/tax/README.md', '');
    put('src/adapters/health/index.ts', adapter('health'));

    expect(catalogue(root, { draft: true })).toEqual([
      'src/adapters/tax: index.ts is missing; it must default-export an Adapter',
    ]);
    expect(read('src/adapters/catalogue.generated.ts')).toContain("'health'");
    expect(read('src/adapters/catalogue.generated.ts')).not.toContain('tax');
  });
});
