import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection, LookupAnswer, Page } from '../../src/adapters/adapter.js';
import { YilianError } from '../../src/errors.js';
import type { Explanation, Subject } from '../../src/model/index.js';
import { check } from '../../src/reconcile/check.js';
import { explainer } from '../../src/reconcile/explain-person.js';
import { ruleTexts } from '../../src/reconcile/index.js';
import type { ConnectedFeed } from '../../src/reconcile/pull.js';
import { type ReconcileOptions, reconcile } from '../../src/reconcile/run.js';
import { gather } from '../../src/report/gather.js';
import { writeReport } from '../../src/report/write.js';
import { openStore, type Store } from '../../src/store/index.js';
import { auditOf } from '../audit/logs.js';
import { errorOf } from '../channels/support.js';
import { appraisal, death, entry, li, wang } from '../store/examples.js';
import { ended, freshStore, startSandbox, withExchange, yilianIn } from './night.js';

/** The same instant gives the same bytes, whatever came since, and whoever asks where. */

const folder = mkdtempSync(join(tmpdir(), 'yilian-replay-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a replay', () => {
  let store: Store;
  let count = 0;
  beforeEach(async () => {
    count += 1;
    store = await openStore(`sqlite:./replay-${count}.db`, { baseDir: folder });
    await store.importCases(
      [
        entry(wang, { numberKeys: ['370799196001010018'], cases: [appraisal('A1', { state: 'scheduled' })] }),
        entry(li, { numberKeys: ['370799196505050021'], cases: [appraisal('B1')] }),
      ],
      '2026-03-01T00:00:00.000Z',
    );
  });
  afterEach(() => store.close());

  const title = { zh: '演示', en: 'example' };
  const dayMs = 86_400_000;
  const nothing = { messages: [], evidence: [], rejected: [], unknownCodes: [], rows: 0, sieved: 0 };

  function certificates(through: string, more: Partial<Page> = {}): ConnectedFeed {
    return {
      feed: {
        title,
        gives: ['death'],
        shapes: [],
        async *changes() {
          yield { ...nothing, cursor: { at: through }, completeThrough: through, ...more };
        },
      },
      connection: {} as Connection,
      concurrency: 1,
      policy: {
        agency: 'health',
        feed: 'death-certificates',
        connection: '',
        mode: 'changes',
        refreshMs: dayMs,
        lagMs: 3 * dayMs,
      },
    };
  }
  function population(answer: Partial<LookupAnswer>): ConnectedFeed {
    return {
      feed: {
        title,
        gives: ['population'],
        shapes: [],
        lookup: async ({ persons }) =>
          (persons as Subject[]).map((person) => ({
            person,
            outcome: 'absent' as const,
            evidence: [],
            rejected: [],
            messages: [],
            unknownCodes: [],
            ...answer,
          })),
      },
      connection: {} as Connection,
      concurrency: 1,
      policy: {
        agency: 'public-security',
        feed: 'population',
        connection: '',
        mode: 'lookup',
        refreshMs: 20 * 3_600_000,
        lagMs: 0,
      },
    };
  }
  const options = (feeds: ConnectedFeed[], at: string): ReconcileOptions => ({
    store,
    audit: auditOf(store),
    feeds,
    check: {},
    operator: { name: '夜间核对', id: 'SYSTEM', organisation: '演示鉴定中心' },
    numberKey: ({ number }) => number,
    versions: { yilian: '0.0.0', mappings: {}, codeTables: {} },
    rowBand: () => 0.5,
    limits: { rejectedShare: 0.5, rejectedRows: 20 },
    now: () => new Date(at),
  });
  const usual = [certificates('2026-03-02'), population({})];
  const night = (at: string, feeds: ConnectedFeed[]) => reconcile(options(feeds, at));
  const later = '2026-04-01T00:00:00.000Z';

  /** Everything that is told as of an instant, as the bytes that leave: run, report, check, explanation. */
  async function told(asOf: string, clock = later): Promise<Record<string, string>> {
    const outcome = await reconcile({ ...options(usual, clock), asOf });
    const { manifest } = outcome;
    const policies = usual.map((feed) => feed.policy);
    const people = await explainer({ store, policies, check: {} }, manifest.asOf);
    const out = mkdtempSync(join(folder, 'report-'));
    await writeReport(
      await gather({
        store,
        manifest,
        findings: outcome.findings,
        ...(outcome.results === undefined ? {} : { results: outcome.results }),
        city: { name: '演示市', organisation: '演示市劳动能力鉴定中心' },
        rules: ruleTexts(),
        agencies: {},
        lang: 'zh',
        generatedAt: manifest.asOf,
        explain: (key) => people.person(key),
      }),
      out,
    );
    const files = readdirSync(out).map((name): [string, string] => [name, readFileSync(join(out, name), 'utf8')]);
    const file = await store.caseFile('a1', manifest.asOf);
    return {
      ...Object.fromEntries(files),
      outcome: JSON.stringify(outcome),
      check: file === undefined ? '' : JSON.stringify(check({ ...file, feeds: [] })),
      explanation: JSON.stringify(await people.person('a1')),
    };
  }

  const first = '2026-03-02T18:00:00.000Z';
  const second = '2026-03-03T18:00:00.000Z';
  const third = '2026-03-04T18:00:00.000Z';
  const fourth = '2026-03-12T18:00:00.000Z';
  const certificate = death('D1', first, { diedOn: '2026-02-20', eventOn: '2026-02-21' });
  const code = {
    agency: 'health',
    feed: 'death-certificates',
    table: 't',
    code: '9',
    count: 1,
    firstRecord: 'health/death-certificates/D1',
  };
  const unreachable = new YilianError('ERR_UNREACHABLE', { zh: '连不上', en: 'unreachable' });

  it('is the same to the byte after nights, corrections, retractions, decisions, imports and outages', async () => {
    const instants = ['2026-02-01T00:00:00.000Z', '2026-03-01T12:00:00.000Z', first, '2026-03-03T00:00:00.000Z', second, third];
    const kept = new Map<string, Record<string, string>>();
    const keepAndCompare = async (until: string): Promise<void> => {
      for (const asOf of instants.filter((instant) => instant <= until)) {
        const now = await told(asOf, new Date(Date.parse(later) + kept.size * 1000).toISOString());
        expect([asOf, now]).toEqual([asOf, kept.get(asOf) ?? now]);
        kept.set(asOf, now);
      }
    };
    await keepAndCompare('2026-03-01T12:00:00.000Z');

    await night(first, [
      certificates('2026-03-02', { evidence: [certificate], rows: 1, unknownCodes: [code] }),
      population({ rejected: [{ reason: 'no-identity', pointer: '/0', message: 'm1' }] }),
    ]);
    await keepAndCompare('2026-03-03T00:00:00.000Z');

    const corrected = { ...death('D1', second, { diedOn: '2026-02-25', eventOn: '2026-02-26' }) };
    await store.importCases(
      [
        entry(wang, { numberKeys: ['370799196001010018'], cases: [appraisal('A1', { state: 'examined', exams: [] })] }),
        entry({ key: 'c3', idDocuments: [], name: '周测试' }, { cases: [appraisal('C1')] }),
      ],
      '2026-03-03T06:00:00.000Z',
    );
    await night(second, [
      certificates('2026-03-03', { evidence: [corrected], rows: 1 }),
      population({ outcome: 'unavailable', error: unreachable }),
    ]);
    await keepAndCompare(second);

    const [found] = await store.findings({ rule: 'case-open-after-death' });
    if (found === undefined) throw new Error('nothing was found');
    const decision = { finding: found.finding, state: 'confirmed' as const, by: '审核员', reason: '已核实' };
    await store.putFindings('', '2026-03-04T02:00:00.000Z', [decision], []);
    await night(third, [certificates('2026-03-04', { retracted: [{ recordId: 'D1' }], rows: 1 }), population({})]);
    await keepAndCompare(third);

    await night(fourth, [certificates('2026-03-12', { evidence: [death('D2', fourth)], rows: 1 }), population({})]);
    await keepAndCompare(third);

    // What was told differs from instant to instant, and says what was known then.
    expect(new Set([...kept.values()].map(({ outcome }) => outcome)).size).toBe(instants.length);
    const states = (asOf: string) =>
      (JSON.parse(kept.get(asOf)?.outcome ?? '') as { findings: { finding: { rule: string }; state: string }[] }).findings
        .filter(({ finding }) => finding.rule === 'case-open-after-death')
        .map(({ state }) => state);
    expect([states('2026-03-01T12:00:00.000Z'), states('2026-03-03T00:00:00.000Z'), states(third)]).toEqual([[], ['open'], []]);
    // By then it had been confirmed and withdrawn; the night after, when it was found again by another certificate, has no part in that.
    const explained = JSON.parse(kept.get(third)?.explanation ?? '') as Explanation;
    expect(explained.findings.find(({ rule }) => rule === 'case-open-after-death')).toMatchObject({
      state: 'withdrawn',
      found: false,
    });
    expect(explained.timeline.filter(({ kind }) => kind === 'finding').map(({ on, says }) => [on, says.zh])).toContainEqual([
      '2026-03-04T02:00:00.000Z',
      '发现“已有死亡记录，案件仍在办”（case-open-after-death）：人工处理，已确认（审核员：已核实）',
    ]);
    expect(kept.get('2026-03-03T00:00:00.000Z')?.explanation).toContain('2026-02-20 死亡');
    expect(kept.get('2026-03-03T00:00:00.000Z')?.explanation).not.toContain('2026-02-25');
  });

  it('holds no clock, and says what the last run ended by then could not read', async () => {
    await night(first, [
      certificates('2026-03-02', { evidence: [certificate], rows: 1, unknownCodes: [code] }),
      population({ outcome: 'unavailable', error: unreachable }),
    ]);

    const { manifest, findings } = await reconcile({ ...options(usual, later), asOf: '2026-03-03T00:00:00.000Z' });

    expect(manifest).toMatchObject({
      id: 'replay-2026-03-03T00:00:00.000Z',
      startedAt: '2026-03-03T00:00:00.000Z',
      finishedAt: '2026-03-03T00:00:00.000Z',
      unknownCodes: [code],
      exitCode: 3,
    });
    expect(manifest.durationMs).toBeUndefined();
    expect(manifest.feeds.map(({ feed, status, asked, received }) => [feed, status.state, asked, received])).toEqual([
      ['death-certificates', 'fresh', 0, 1],
      ['population', 'down', 2, 0],
    ]);
    // The rules about the run are told too.
    expect(findings.map(({ finding, state }) => [finding.rule, state]).sort()).toEqual([
      ['case-open-after-death', 'open'],
      ['feed-not-usable', 'open'],
      ['unknown-code', 'open'],
    ]);
  });

  it('at the very instant a night judged tells that night: what it found is new', async () => {
    const minutes = { now: Date.parse(first) };
    const outcome = await reconcile({
      ...options([certificates('2026-03-02', { evidence: [certificate], rows: 1 }), population({})], first),
      now: () => {
        minutes.now += 1000;
        return new Date(minutes.now);
      },
    });

    const again = await reconcile({ ...options(usual, later), asOf: outcome.manifest.asOf });
    const after = await reconcile({ ...options(usual, later), asOf: outcome.manifest.finishedAt ?? '' });

    expect([outcome.manifest.findings.new, again.manifest.findings.new, after.manifest.findings.new]).toEqual([1, 1, 0]);
    expect(after.manifest.findings.stillOpen).toBe(1);
    expect(again.findings.map(({ finding }) => finding)).toEqual(outcome.findings.map(({ finding }) => finding));
  });

  it('is the same in whatever zone the instant is written, and refuses one that has not come', async () => {
    await night(first, [certificates('2026-03-02', { evidence: [certificate], rows: 1 }), population({})]);

    expect(await told('2026-03-03T20:00:00+08:00')).toEqual(await told('2026-03-03T12:00:00.000Z'));
    const error = await errorOf(reconcile({ ...options(usual, first), asOf: second }));
    expect(error).toMatchObject({ code: 'ERR_USAGE' });
  });
});

describe('the command line', () => {
  it('prints and writes the same bytes in another process, zone and locale, after another night', async () => {
    const { sandbox, folder: dir } = await startSandbox(130);
    try {
      const config = await freshStore(dir, 'replay');
      await withExchange(config, (exchange) => exchange.reconcile());
      const asOf = new Date().toISOString();
      const caseNo = JSON.parse(readFileSync(join(dir, 'cases.jsonl'), 'utf8').split('\n')[0] ?? '').cases[0].caseNo as string;
      const all = async (environment: NodeJS.ProcessEnv): Promise<Record<string, string>> => {
        const report = mkdtempSync(join(folder, 'cli-'));
        const run = async (...args: string[]) => (await ended(yilianIn(environment, ...args))).stdout;
        const printed = {
          reconcile: await run('reconcile', '--config', config, '--as-of', asOf, '--json', '--report', report),
          check: await run('check', '--config', config, '--case', caseNo, '--as-of', asOf, '--json'),
          explain: await run('explain', '--config', config, '--case', caseNo, '--as-of', asOf, '--json'),
        };
        const files = readdirSync(report).map((name): [string, string] => [name, readFileSync(join(report, name), 'utf8')]);
        return { ...printed, ...Object.fromEntries(files) };
      };
      const before = await all({ TZ: 'Asia/Shanghai', LANG: 'zh_CN.UTF-8' });

      await withExchange(config, (exchange) => exchange.reconcile());
      const after = await all({ TZ: 'America/New_York', LANG: 'C' });

      expect(Object.keys(before)).toContain('report.html');
      expect(before.explain).toContain(caseNo);
      for (const name of Object.keys(before)) expect([name, after[name] === before[name]]).toEqual([name, true]);
    } finally {
      await sandbox.stop();
      rmSync(dir, { recursive: true, force: true });
    }
  }, 300_000);
});
