import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gather } from '../../src/report/gather.js';
import type { Sandbox } from '../../src/sandbox/index.js';
import { ended, essence, freshStore, startSandbox, withExchange, yilian } from './night.js';

let sandbox: Sandbox;
let folder: string;

beforeAll(async () => {
  ({ sandbox, folder } = await startSandbox(40));
}, 60_000);

afterAll(() => sandbox?.stop());

describe('a night', () => {
  it('finds everything planted and nothing else, and a second one adds nothing and alerts nobody', async () => {
    const config = await freshStore(folder, 'twice');

    const first = await withExchange(config, (exchange) => exchange.reconcile());
    const again = await withExchange(config, (exchange) => exchange.reconcile());

    const found = new Set(first.findings.map(({ finding }) => `${finding.rule} ${finding.subject.caseNos.join()}`));
    for (const planted of sandbox.truth.expected) expect(found).toContain(`${planted.rule} ${planted.caseNo}`);
    expect(first.exitCode).toBe(0);
    expect(again.manifest.findings).toMatchObject({ new: 0, changed: 0, reopened: 0, withdrawn: 0, resolved: 0 });
    expect(essence(again.findings)).toEqual(essence(first.findings));
  }, 60_000);
});

describe('an agency that is switched off', () => {
  const needThree = [
    'case-open-after-death',
    'exam-after-death',
    'paid-after-death',
    'admitted-after-death',
    'death-single-source',
  ];

  it.each(['civil-affairs/cremations', 'public-security/population', 'health/stays', 'health/death-certificates/drop'])(
    'makes nobody clear while %s is down, ends with 3, and heals by itself',
    async (target) => {
      const config = await freshStore(folder, target.replaceAll('/', '-'));
      sandbox.setFault(target, 'down');

      const dark = await withExchange(config, (exchange) => exchange.reconcile());
      sandbox.setFault(target, undefined);
      const healed = await withExchange(config, (exchange) => exchange.reconcile());

      expect(dark.exitCode).toBe(3);
      const rules = target === 'health/stays' ? ['stays-overlap', 'record-without-stay', 'exam-during-stay'] : needThree;
      for (const rule of rules) expect(dark.manifest.rules[rule]?.clear, rule).toBe(0);
      expect(healed.exitCode).toBe(0);
      const found = new Set(healed.findings.map(({ finding }) => `${finding.rule} ${finding.subject.caseNos.join()}`));
      for (const planted of sandbox.truth.expected) expect(found).toContain(`${planted.rule} ${planted.caseNo}`);
    },
    60_000,
  );

  it('is said on the command line with exit code 3', async () => {
    const config = await freshStore(folder, 'told');
    sandbox.setFault('civil-affairs/cremations', 'down');

    const run = await ended(yilian('reconcile', '--config', config));
    sandbox.setFault('civil-affairs/cremations', undefined);

    expect(run.code).toBe(3);
    expect(run.stderr).toContain('nobody is clear because of it');
    expect(run.stderr).toContain('civil-affairs/cremations');
  }, 60_000);
});

describe('two runs at once', () => {
  it('are one: the second is told who holds the lock, and since when', async () => {
    const config = await freshStore(folder, 'lock');

    const ends = await Promise.all([
      ended(yilian('reconcile', '--config', config)),
      ended(yilian('reconcile', '--config', config)),
    ]);

    expect(ends.map((end) => end.code).sort()).toEqual([0, 5]);
    expect(ends.find((end) => end.code === 5)?.stderr).toMatch(/ERR_STORE_LOCKED/);
  }, 60_000);
});

describe('a run that stores nothing', () => {
  it('says what is new and what is known already, and what it could not tell', async () => {
    const config = await freshStore(folder, 'dry');
    await withExchange(config, async (exchange) => {
      const first = await exchange.reconcile();
      const open = first.findings.filter(({ finding }) => finding.subject.key !== 'system').length;

      const dry = await exchange.reconcile({ dryRun: true });
      const past = await exchange.reconcile({ asOf: first.manifest.startedAt });

      expect(dry.manifest.findings).toMatchObject({ new: 0, stillOpen: open, changed: 0 });
      expect(past.manifest.findings.stillOpen).toBe(0);
      const options = {
        store: exchange.store,
        city: exchange.config.city,
        rules: [],
        agencies: {},
        lang: 'en' as const,
        generatedAt: '',
      };
      const report = await gather({ ...options, manifest: past.manifest, findings: past.findings, results: past.results ?? [] });
      const unknown = Object.values(past.manifest.rules).reduce((sum, rule) => sum + rule.unknown, 0);
      expect(unknown).toBeGreaterThan(0);
      expect(report.unknowns.reduce((sum, group) => sum + group.persons.length, 0)).toBe(unknown);
    });
  }, 60_000);
});
