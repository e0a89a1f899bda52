import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Connection, Page } from '../../src/adapters/adapter.js';
import { YilianError } from '../../src/errors.js';
import type { CaseFile, RunManifest } from '../../src/model/index.js';
import { check, checkTellingFailures } from '../../src/reconcile/check.js';
import { appraisalCase, death, file, marriage, population } from '../../src/reconcile/example.js';
import type { ConnectedFeed } from '../../src/reconcile/pull.js';
import caseOpenAfterDeath from '../../src/reconcile/rules/case-open-after-death.js';
import feedNotUsable from '../../src/reconcile/rules/feed-not-usable.js';
import paidTwice from '../../src/reconcile/rules/paid-twice.js';
import { type RunOutcome, reconcile } from '../../src/reconcile/run.js';
import { systemFindings } from '../../src/reconcile/system.js';
import { openStore, type Store } from '../../src/store/index.js';
import { auditOf } from '../audit/logs.js';
import { appraisal, death as certificate, entry, li, wang } from '../store/examples.js';

/** A rule that throws, and a person who cannot be judged: said, kept, and in nobody else's way. */

const folder = mkdtempSync(join(tmpdir(), 'yilian-failures-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

function breaks(rule: { check: unknown }, message = 'cannot read it'): void {
  vi.spyOn(rule as { check: () => unknown }, 'check').mockImplementation(() => {
    throw new TypeError(message);
  });
}

describe('a rule that throws', () => {
  it('is unknown and names itself, and the other rules judge as if nothing had happened', () => {
    const caseFile = file({ cases: [appraisalCase()], evidence: [death({ diedOn: '2025-03-01' })] });
    const whole = check(caseFile);
    breaks(paidTwice);

    const { results, findings } = check(caseFile);

    expect(results.find(({ rule }) => rule === 'paid-twice')).toEqual({
      rule: 'paid-twice',
      outcome: 'unknown',
      reason: 'rule-failed',
      because: {
        zh: `规则“${paidTwice.title.zh}”（paid-twice）执行出错，未能判断：是程序的缺陷，不是无异常`,
        en: `the rule "${paidTwice.title.en}" (paid-twice) failed and could not judge: a fault of the program, which makes nobody clear`,
      },
    });
    expect(results.filter(({ rule }) => rule !== 'paid-twice')).toEqual(
      whole.results.filter(({ rule }) => rule !== 'paid-twice'),
    );
    expect(findings).toEqual(whole.findings);
  });

  it('tells whoever must mend it error and place, without the names and numbers of the file', () => {
    const spouse = marriage('2020-01-01', { spouse: { name: 'Maria Lopez', idNumber: '370799195806150021' } });
    const caseFile = file({
      subject: { ...file().subject, name: '王测试' },
      evidence: [population({ person: { idDocuments: [], name: '王测验' } }), spouse],
    });
    breaks(paidTwice, 'bad row 王测试/王测验/Maria Lopez/370799196001010018/赵不在册');

    const { failures } = checkTellingFailures(caseFile, { rules: ['paid-twice'] });

    expect(failures).toMatchObject([
      { rule: 'paid-twice', error: { name: 'TypeError', message: 'bad row ***/***/M**********/******************/*' } },
    ]);
    expect(failures[0]?.place).toMatch(/^reconcile\/failures\.test\.ts:\d+$/);
  });

  it('is said of the run where it looks at the run', () => {
    breaks(feedNotUsable);

    const { results } = systemFindings({ asOf: '2026-03-01T00:00:00Z', feeds: [], unknownCodes: [], rejected: [] });

    expect(results.map(({ rule, outcome, reason }) => [rule, outcome, reason])).toContainEqual([
      'feed-not-usable',
      'unknown',
      'rule-failed',
    ]);
  });
});

describe('what is no case file', () => {
  const good = file({ cases: [appraisalCase()], evidence: [death({ diedOn: '2025-03-01' })] });
  it.each<[string, unknown, string]>([
    ['nothing', null, ''],
    ['a list', [], ''],
    ['a file without its instant', { ...good, asOf: undefined }, '/asOf'],
    ['a file without a subject', { ...good, subject: undefined }, '/subject'],
    ['a subject without documents', { ...good, subject: { key: 'k', name: '甲' } }, '/subject/idDocuments'],
    ['a file without evidence', { ...good, evidence: undefined }, '/evidence'],
    ['evidence without a source', { ...good, evidence: [{ ...death(), source: undefined }] }, '/evidence/0/source'],
    ['a case without exams', { ...good, cases: [{ ...appraisalCase(), exams: undefined }] }, '/cases/0/exams'],
    ['feeds that are no list', { ...good, feeds: {} }, '/feeds'],
  ])('is refused with its place: %s', (_, value, place) => {
    expect(() => check(value as CaseFile)).toThrowError(expect.objectContaining({ code: 'ERR_INPUT', place }));
  });

  it('is not what holds a date that nobody can read', () => {
    expect(check(file({ evidence: [death({ diedOn: 'some day' })] })).deathFact.level).toBe('reported');
  });
});

describe('a night', () => {
  let store: Store;
  let count = 0;
  beforeEach(async () => {
    count += 1;
    store = await openStore(`sqlite:./failures-${count}.db`, { baseDir: folder });
    await store.importCases(
      [
        entry(wang, { numberKeys: ['370799196001010018'], cases: [appraisal('A1', { state: 'scheduled' })] }),
        entry(li, { cases: [appraisal('B1')] }),
      ],
      '2026-03-01T00:00:00.000Z',
    );
  });
  afterEach(() => store.close());

  function gives(through: string, more: Partial<Page> = {}): ConnectedFeed {
    const nothing = { messages: [], evidence: [], rejected: [], unknownCodes: [], rows: 0, sieved: 0 };
    return {
      feed: {
        title: { zh: '演示', en: 'example' },
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
        refreshMs: 86_400_000,
        lagMs: 3 * 86_400_000,
      },
    };
  }
  const night = (
    at: string,
    feed: ConnectedFeed,
    more: { asOf?: string; on?: Store; signal?: AbortSignal } = {},
  ): Promise<RunOutcome> =>
    reconcile({
      store: more.on ?? store,
      audit: auditOf(more.on ?? store),
      feeds: [feed],
      check: {},
      operator: { name: '夜间核对', id: 'SYSTEM', organisation: '演示鉴定中心' },
      numberKey: ({ number }) => number,
      versions: { yilian: '0.0.0', mappings: {}, codeTables: {} },
      rowBand: () => 0.5,
      limits: { rejectedShare: 0.5, rejectedRows: 20 },
      now: () => new Date(at),
      ...(more.asOf === undefined ? {} : { asOf: more.asOf }),
      ...(more.signal === undefined ? {} : { signal: more.signal }),
    });
  const [first, second, third] = ['2026-03-02T18:00:00.000Z', '2026-03-03T18:00:00.000Z', '2026-03-04T18:00:00.000Z'] as const;
  const died = { evidence: [certificate('D1', first, { diedOn: '2026-02-20', eventOn: '2026-02-21' })], rows: 1 };
  const failed = ({ failedRules }: RunManifest) => failedRules?.map(({ place: _, ...rest }) => rest);

  it('goes on, keeps the case, says so in its manifest, and ends with 6; what the rule had found stays open', async () => {
    await night(first, gives('2026-03-02', died));
    breaks(caseOpenAfterDeath);

    const { manifest, findings, exitCode } = await night(second, gives('2026-03-03'));

    expect([exitCode, manifest.exitCode, manifest.state]).toEqual([6, 6, 'finished']);
    // Of two persons one has an open case that nobody can judge; the other's is judged, and thrown at, too.
    expect(failed(manifest)).toEqual([
      {
        rule: 'case-open-after-death',
        count: 2,
        firstKey: 'a1',
        firstCase: 'A1',
        error: { name: 'TypeError', message: 'cannot read it' },
      },
    ]);
    expect(manifest.rules['case-open-after-death']).toMatchObject({ unknown: 2, clear: 0, finding: 0 });
    expect(findings.map(({ finding, state }) => [finding.rule, state])).toEqual([['case-open-after-death', 'open']]);
    const kept = await store.failedFile(manifest.id, 'a1');
    expect([kept?.subject.name, kept?.cases[0]?.caseNo, kept?.evidence.length]).toEqual(['王测试', 'A1', 1]);
    expect((await store.runs(1))[0]).toEqual(manifest);

    vi.restoreAllMocks();
    expect((await night(third, gives('2026-03-04'))).exitCode).toBe(0);
  });

  it('ends with 6 where a rule about the run throws', async () => {
    breaks(feedNotUsable);

    const { manifest, exitCode } = await night(first, gives('2026-03-02'));

    expect(exitCode).toBe(6);
    expect(failed(manifest)).toEqual([
      { rule: 'feed-not-usable', count: 1, error: { name: 'TypeError', message: 'cannot read it' } },
    ]);
  });

  it('reads on where something is told of a person whose own file is damaged, and keeps what was told', async () => {
    const damaged: Store = Object.assign(Object.create(store) as Store, {
      subject: async (key: string, asOf: string) => {
        if (key === 'a1') throw new SyntaxError('Unexpected token in "王测…');
        return store.subject(key, asOf);
      },
      caseFile: async (key: string, asOf: string) => {
        if (key === 'a1') throw new SyntaxError('Unexpected token in "王测…');
        return store.caseFile(key, asOf);
      },
    });

    const { manifest, exitCode } = await night(first, gives('2026-03-02', died), { on: damaged });

    expect(exitCode).toBe(6);
    expect(manifest.failedPersons).toMatchObject({ count: 1, first: [{ key: 'a1', caseNos: ['A1'] }] });
    expect(await store.resultsOf(manifest.id, 'b2')).not.toEqual([]);
    const [record] = (await store.caseFile('a1', first))?.evidence ?? [];
    expect([record?.source.recordId, record?.link]).toEqual(['D1', { level: 'exact', reasons: ['number-equal'] }]);
  });

  it('judges the others where one person cannot be judged at all, and leaves the findings of that one as they are', async () => {
    await night(first, gives('2026-03-02', died));
    const damaged: Store = Object.assign(Object.create(store) as Store, {
      caseFile: async (key: string, asOf: string) => {
        if (key === 'a1') throw new SyntaxError('Unexpected token in "王测…');
        return store.caseFile(key, asOf);
      },
    });

    const { manifest, findings, exitCode } = await night(second, gives('2026-03-03'), { on: damaged });

    expect(exitCode).toBe(6);
    expect(manifest.failedPersons).toMatchObject({
      count: 1,
      first: [{ key: 'a1', caseNos: ['A1'], error: { name: 'SyntaxError', message: '' } }],
    });
    expect(manifest.failedRules).toBeUndefined();
    expect(await store.resultsOf(manifest.id, 'b2')).not.toEqual([]);
    expect(findings.map(({ finding, state }) => [finding.rule, state])).toEqual([['case-open-after-death', 'open']]);
  });

  it('ends where the store itself cannot be read, or it is stopped: nobody is called unjudgeable for that', async () => {
    const failing = (error: () => Error): Store =>
      Object.assign(Object.create(store) as Store, {
        caseFile: () => Promise.reject(error()),
      });
    const damaged = failing(() => new YilianError('ERR_STORE_DAMAGED', { zh: '损坏', en: 'damaged' }));
    const stop = new AbortController();
    const stopped = failing(() => {
      stop.abort();
      return new Error('cut short');
    });

    await expect(night(first, gives('2026-03-02'), { on: damaged })).rejects.toMatchObject({ code: 'ERR_STORE_DAMAGED' });
    await expect(night(first, gives('2026-03-02'), { on: stopped, signal: stop.signal })).rejects.toThrow('cut short');
    expect(await store.runs(9)).toEqual([]);
    expect((await night(first, gives('2026-03-02'))).manifest.failedPersons).toBeUndefined();
  });

  it('is told again with the failures of the telling', async () => {
    await night(first, gives('2026-03-02', died));
    breaks(caseOpenAfterDeath);

    const { manifest, findings, exitCode } = await night(third, gives('2026-03-04'), { asOf: second });

    expect([exitCode, failed(manifest)?.[0]?.count]).toEqual([6, 2]);
    expect(findings.map(({ finding, state }) => [finding.rule, state])).toEqual([['case-open-after-death', 'open']]);
  });
});
