import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection, Feed, LookupAnswer, Page } from '../../src/adapters/adapter.js';
import { YilianError } from '../../src/errors.js';
import type { FeedRun, Subject } from '../../src/model/index.js';
import type { ConnectedFeed } from '../../src/reconcile/pull.js';
import { type ReconcileOptions, type RunOutcome, reconcile } from '../../src/reconcile/run.js';
import { openStore, type Store } from '../../src/store/index.js';
import { auditOf } from '../audit/logs.js';
import { appraisal, death, entry, li, wang } from '../store/examples.js';

/** What a run leaves of its feeds, of agencies that answer as the test says. */

const folder = mkdtempSync(join(tmpdir(), 'yilian-run-'));
afterAll(() => rmSync(folder, { recursive: true }));

let store: Store;
let count = 0;
beforeEach(async () => {
  count += 1;
  store = await openStore(`sqlite:./run-${count}.db`, { baseDir: folder });
});
afterEach(() => store.close());

const title = { zh: '演示', en: 'example' };
const day = 86_400_000;

function connected(feed: Omit<Feed, 'title' | 'gives' | 'shapes'>, policy: Partial<ConnectedFeed['policy']>): ConnectedFeed {
  return {
    feed: { title, gives: ['stay'], shapes: [], ...feed },
    connection: {} as Connection,
    concurrency: 1,
    policy: { agency: 'health', feed: 'stays', connection: '', mode: 'changes', refreshMs: day, lagMs: 3 * day, ...policy },
  };
}

function reconciled(at: string, feeds: ConnectedFeed[], more: { asOf?: string; dryRun?: boolean } = {}): Promise<RunOutcome> {
  return reconcile({ ...options(store, feeds), now: () => new Date(at), ...more });
}

function options(of: Store, feeds: ConnectedFeed[]): ReconcileOptions {
  return {
    store: of,
    audit: auditOf(of),
    feeds,
    check: {},
    operator: { name: '夜间核对', id: 'SYSTEM', organisation: '演示鉴定中心' },
    numberKey: ({ number }) => number,
    versions: { yilian: '0.0.0', mappings: {}, codeTables: {} },
    rowBand: () => 0.5,
    limits: { rejectedShare: 0.5, rejectedRows: 20 },
  };
}

/** One night: the feeds of its manifest, and the rules that found something amiss with them. */
async function night(
  at: string,
  feeds: ConnectedFeed[],
  more: { dryRun?: boolean } = {},
): Promise<{ feeds: FeedRun[]; amiss: string[]; exitCode: number }> {
  const { manifest, findings, exitCode } = await reconciled(at, feeds, more);
  const system = findings.filter(({ finding, state }) => finding.subject.key === 'system' && state === 'open');
  return { feeds: manifest.feeds, amiss: system.map(({ finding }) => finding.rule), exitCode };
}

function page(completeThrough: string): Page {
  const nothing = { messages: [], evidence: [], rejected: [], unknownCodes: [], rows: 0, sieved: 0 };
  return { ...nothing, cursor: { at: completeThrough }, completeThrough };
}

const outsideHours = {
  outcome: 'unavailable' as const,
  error: new YilianError('ERR_OUTSIDE_HOURS', { zh: '不在工作时间', en: 'outside hours' }),
};

function answered(persons: readonly Subject[]): LookupAnswer[] {
  return persons.map((person) => ({
    person,
    outcome: 'absent' as const,
    evidence: [],
    rejected: [],
    messages: [],
    unknownCodes: [],
  }));
}

describe('the window of a feed', () => {
  it('of changes runs from the day it was complete through to the day it now is', async () => {
    const days = ['2026-03-01', '2026-03-02', '2026-03-05'];
    const feed = connected(
      {
        async *changes({ since }) {
          for (const through of since === undefined ? days.slice(0, 2) : days.slice(2)) yield page(through);
        },
      },
      {},
    );
    const quiet = connected(
      {
        async *changes() {
          yield* [];
        },
      },
      {},
    );

    expect((await night('2026-03-02T18:00:00.000Z', [feed])).feeds[0]?.window).toEqual({ until: '2026-03-02' });
    expect((await night('2026-03-05T18:00:00.000Z', [feed])).feeds[0]?.window).toEqual({
      from: '2026-03-02',
      until: '2026-03-05',
    });
    expect((await night('2026-03-06T18:00:00.000Z', [quiet])).feeds[0]?.window).toBeUndefined();
  });

  it('of questions runs from the first day of interest of anybody asked to the Shanghai day of asking', async () => {
    await store.importCases(
      [
        entry(wang, { cases: [appraisal('A1', { receivedOn: '2026-02-01' })] }),
        entry(li, { cases: [appraisal('B1', { receivedOn: '2026-01-15' })] }),
      ],
      '2026-03-01T00:00:00.000Z',
    );
    const feed = connected({ lookup: async ({ persons }) => answered(persons as Subject[]) }, { mode: 'lookup' });

    expect((await night('2026-03-02T18:00:00.000Z', [feed])).feeds[0]?.window).toEqual({
      from: '2026-01-15',
      until: '2026-03-03',
    });
    expect((await night('2026-03-02T19:00:00.000Z', [feed])).feeds[0]?.window).toBeUndefined();
  });
});

describe('the first day of interest', () => {
  it('is that of a supplied record, where its admission came before the accident and the application', async () => {
    const document = { id: 'd1', kind: 'medical-record' as const, mediaType: 'application/pdf', sha256: '0'.repeat(64) };
    await store.importCases(
      [
        entry(wang, {
          cases: [appraisal('A1', { receivedOn: '2026-02-01', documents: [{ ...document, admittedOn: '2025-12-24' }] })],
        }),
      ],
      '2026-03-01T00:00:00.000Z',
    );
    const feed = connected({ lookup: async ({ persons }) => answered(persons as Subject[]) }, { mode: 'lookup' });

    expect((await night('2026-03-02T18:00:00.000Z', [feed])).feeds[0]?.window?.from).toBe('2025-12-24');
  });
});

describe('a count of rows that left its band', () => {
  it('stays said by a second run of the night, and is settled by the next count', async () => {
    const gives = (through: string, rows: number) =>
      connected(
        {
          async *changes() {
            const message = { id: through, sha256: through, agency: 'health', feed: 'stays', receivedAt: `${through}T02:00:00Z` };
            yield { ...page(through), rows, sieved: rows, messages: [message] };
          },
        },
        {},
      );
    const quiet = connected(
      {
        async *changes() {
          yield* [];
        },
      },
      {},
    );
    const at = (through: string) => `${through}T18:00:00.000Z`;
    for (const through of ['2026-03-01', '2026-03-02', '2026-03-03']) await night(at(through), [gives(through, 200)]);

    expect((await night(at('2026-03-04'), [gives('2026-03-04', 99)])).amiss).toEqual(['feed-not-usable']);
    expect((await night('2026-03-04T19:00:00.000Z', [quiet])).amiss).toEqual(['feed-not-usable']);
    expect((await night(at('2026-03-05'), [gives('2026-03-05', 200)])).amiss).toEqual([]);
  });
});

describe('a feed of changes that could not be read', () => {
  const unreachable = new YilianError('ERR_UNREACHABLE', { zh: '连不上', en: 'unreachable' });
  const gives = (pages: string[], failure?: YilianError) =>
    connected(
      {
        async *changes() {
          for (const through of pages) yield page(through);
          if (failure !== undefined) throw failure;
        },
      },
      {},
    );
  const status = async (at: string, feed: ConnectedFeed) => (await night(at, [feed])).feeds[0]?.status;

  it('is down until it can be read again, though nothing new has come', async () => {
    await night('2026-03-02T18:00:00.000Z', [gives(['2026-03-02'])]);

    expect((await status('2026-03-03T18:00:00.000Z', gives([], unreachable)))?.state).toBe('down');
    expect(await status('2026-03-04T18:00:00.000Z', gives([]))).toEqual({
      agency: 'health',
      feed: 'stays',
      state: 'fresh',
      completeThrough: '2026-03-02',
    });
  });

  it('stays complete through what was stored before it fell', async () => {
    await night('2026-03-02T18:00:00.000Z', [gives(['2026-03-02'])]);

    expect(await status('2026-03-04T18:00:00.000Z', gives(['2026-03-03'], unreachable))).toEqual({
      agency: 'health',
      feed: 'stays',
      state: 'down',
      reason: 'ERR_UNREACHABLE',
      completeThrough: '2026-03-03',
    });
  });
});

describe('a feed that is asked per person', () => {
  it('keeps what it refused said while nobody answers, and settles it when it is answered again', async () => {
    await store.importCases([entry(wang)], '2026-03-01T00:00:00.000Z');
    const message = {
      id: 'm1',
      sha256: 'a'.repeat(64),
      agency: 'health',
      feed: 'stays',
      receivedAt: '2026-03-01T18:00:00.000Z',
      bytes: Buffer.from('{}'),
    };
    const refused = [{ reason: 'no-identity', pointer: '/0', message: 'm1' }];
    const unreachable = new YilianError('ERR_UNREACHABLE', { zh: '连不上', en: 'unreachable' });
    const answering = (more: Partial<LookupAnswer>) =>
      connected(
        { lookup: async ({ persons }) => answered(persons as Subject[]).map((one) => ({ ...one, ...more })) },
        { mode: 'lookup' },
      );
    const rejected = async (at: string, more: Partial<LookupAnswer>) =>
      (await night(at, [answering(more)])).amiss.filter((rule) => rule === 'rejected-records').length;

    expect(await rejected('2026-03-01T18:00:00.000Z', { rejected: refused, messages: [message] })).toBe(1);
    expect(await rejected('2026-03-02T18:00:01.000Z', { outcome: 'unavailable', error: unreachable })).toBe(1);
    expect(await rejected('2026-03-03T18:00:02.000Z', {})).toBe(0);
  });

  it('is no fault where nobody is on file, be the night real or rehearsed', async () => {
    const feed = connected({ lookup: async ({ persons }) => answered(persons as Subject[]) }, { mode: 'lookup' });

    expect((await night('2026-03-02T18:00:00.000Z', [feed], { dryRun: true })).exitCode).toBe(0);
    expect((await night('2026-03-02T18:00:00.000Z', [feed])).exitCode).toBe(0);
  });

  it('is stale for the run where it is stale for somebody, though somebody else was never asked', async () => {
    const at = (time: string) => ({ at: time, run: 'earlier', agency: 'health', feed: 'stays', connection: '' });
    const nothing = { messages: [], evidence: [], rejected: [], unknownCodes: [], rows: 0, sieved: 0 };
    await store.importCases([entry(wang), entry(li)], '2026-03-01T00:00:00.000Z');
    await store.receive({
      ...nothing,
      ...at('2026-03-01T01:00:00.000Z'),
      lookups: [{ personKey: wang.key, outcome: 'absent', at: '2026-03-01T01:00:00.000Z' }],
    });
    const closed = connected(
      { lookup: async ({ persons }) => answered(persons as Subject[]).map((answer) => ({ ...answer, ...outsideHours })) },
      { mode: 'lookup' },
    );

    const { feeds, amiss } = await night('2026-03-05T18:00:00.000Z', [closed]);

    expect(feeds[0]).toMatchObject({ asked: 0, notAsked: 2, status: { state: 'stale', completeThrough: '2026-03-01' } });
    expect(amiss).toEqual(['feed-not-usable']);
  });
});

describe('the status for the run of a feed that is asked per person', () => {
  const closed = connected(
    { lookup: async ({ persons }) => answered(persons as Subject[]).map((answer) => ({ ...answer, ...outsideHours })) },
    { mode: 'lookup', refreshMs: 7 * day },
  );
  const answeredOn = (key: string, at: string) =>
    store.receive({
      ...{ messages: [], evidence: [], rejected: [], unknownCodes: [], rows: 0, sieved: 0 },
      ...{ at, run: 'earlier', agency: 'health', feed: 'stays', connection: '' },
      lookups: [{ personKey: key, outcome: 'absent', at }],
    });
  const status = async () => (await night('2026-03-05T18:00:00.000Z', [closed])).feeds[0]?.status;

  it('is complete through the day of the one answered longest ago, and not fresh while somebody was never asked', async () => {
    await store.importCases([entry(wang), entry(li)], '2026-03-01T00:00:00.000Z');
    await answeredOn(wang.key, '2026-03-02T01:00:00.000Z');
    expect(await status()).toMatchObject({ state: 'never' });

    await answeredOn(li.key, '2026-03-04T01:00:00.000Z');
    expect(await status()).toMatchObject({ state: 'fresh', completeThrough: '2026-03-02' });
  });
});

describe('the findings of a night', () => {
  const gives = (...pages: Page[]) =>
    connected(
      {
        async *changes() {
          yield* pages;
        },
      },
      { feed: 'death-certificates' },
    );
  const certificate = death('D1', '2026-03-02T18:00:00.000Z', { diedOn: '2026-02-20', eventOn: '2026-02-21' });
  const deathCame = gives({ ...page('2026-03-02'), evidence: [certificate], rows: 1 });
  const deathWent = gives({ ...page('2026-03-04'), retracted: [{ recordId: 'D1' }], rows: 1 });
  const told = ({ findings }: RunOutcome) => findings.map(({ finding, state }) => `${finding.rule} ${finding.severity} ${state}`);
  const [first, second, third] = ['2026-03-02T18:00:00.000Z', '2026-03-03T18:00:00.000Z', '2026-03-04T18:00:00.000Z'] as const;

  beforeEach(() =>
    store.importCases(
      [entry(wang, { numberKeys: ['370799196001010018'], cases: [appraisal('A1', { state: 'scheduled' })] }), entry(li)],
      '2026-03-01T00:00:00.000Z',
    ),
  );

  it('are new, then known already, then withdrawn with what they rested on', async () => {
    const opened = await reconciled(first, [deathCame]);
    expect(told(opened)).toEqual(['case-open-after-death medium open']);
    expect(opened.manifest).toMatchObject({
      persons: 2,
      findings: { new: 1, stillOpen: 0, changed: 0, reopened: 0, withdrawn: 0, resolved: 0, held: 0 },
      bySeverity: { critical: 0, high: 0, medium: 1, low: 0, info: 0 },
      rules: { 'case-open-after-death': { finding: 1, clear: 0, unknown: 0, 'not-applicable': 1, suppressed: 0 } },
      resumed: 0,
    });
    expect(opened.exitCode).toBe(0);

    const sent = death('D1', second, { diedOn: '2026-02-20', eventOn: '2026-02-21' });
    const again = await reconciled(second, [gives({ ...page('2026-03-03'), evidence: [sent], rows: 1 })]);
    expect(told(again)).toEqual(['case-open-after-death medium open']);
    expect(again.manifest.feeds[0]).toMatchObject({ received: 1, mapped: 1 });
    expect(again.manifest.findings).toMatchObject({ new: 0, stillOpen: 1 });

    const withdrawn = await reconciled(third, [deathWent]);
    expect(told(withdrawn).sort()).toEqual(['case-open-after-death medium withdrawn', 'death-retracted low open']);
    expect(withdrawn.manifest.findings).toMatchObject({ new: 1, stillOpen: 0, withdrawn: 1, resolved: 0 });

    const known = await store.findings({ rule: 'case-open-after-death' });
    expect(known.map(({ history }) => history.map(({ change, to, reason }) => [change, to, reason]))).toEqual([
      [
        ['new', 'open', undefined],
        ['withdrawn', 'withdrawn', 'evidence-void'],
      ],
    ]);
  });

  it('outlive a full load that holds their record in a row nobody could read, and not one that lacks it', async () => {
    const load = (through: string, except: string[]): Page => ({ ...page(through), voids: { recordIds: 'all-others', except } });
    await reconciled(first, [deathCame]);

    expect(told(await reconciled(second, [gives(load('2026-03-03', ['D1']))]))).toEqual(['case-open-after-death medium open']);
    expect(told(await reconciled(third, [gives(load('2026-03-04', []))]))).toContain('case-open-after-death medium withdrawn');
  });

  it('that are found again are counted as reopened, and not as still open', async () => {
    await reconciled(first, [deathCame]);
    await reconciled(second, [deathWent]);
    const back = { ...death('D1', third, { diedOn: '2026-02-20', eventOn: '2026-02-21' }) };

    const { manifest } = await reconciled(third, [gives({ ...page('2026-03-04'), evidence: [back], rows: 1 })]);

    expect(manifest.findings).toMatchObject({ new: 0, stillOpen: 0, reopened: 1 });
  });

  it('are told as they stood at an instant, asking nobody and storing nothing', async () => {
    await reconciled(first, [deathCame]);
    await reconciled(third, [deathWent]);
    const nobody = connected(
      {
        changes: () => {
          throw new Error('asked');
        },
      },
      { feed: 'death-certificates' },
    );

    const before = await reconciled('2026-03-06T18:00:00.000Z', [nobody], { asOf: '2026-03-01T12:00:00.000Z' });
    const then = await reconciled('2026-03-06T18:00:00.000Z', [nobody], { asOf: second });
    // An hour before the first night, as a clock in Shanghai shows it.
    const inShanghai = `${new Date(Date.parse(first) + 7 * 3_600_000).toISOString().slice(0, -1)}+08:00`;
    const shifted = await reconciled('2026-03-06T18:00:00.000Z', [nobody], { asOf: inShanghai });
    const now = await reconciled('2026-03-06T18:00:00.000Z', [nobody], { dryRun: true });

    expect(told(before)).toEqual([]);
    expect(before.exitCode).toBe(3);
    expect(told(then)).toEqual(['case-open-after-death medium open']);
    expect(told(shifted)).toEqual([]);
    expect(then.manifest.bySeverity.medium).toBe(1);
    expect(then.manifest.findings).toMatchObject({ new: 0, stillOpen: 1, reopened: 0 });
    expect(then.exitCode).toBe(0);
    expect(told(now)).toEqual(['death-retracted low open']);
    expect(now.due).toEqual([]);
    expect(await store.runs()).toHaveLength(2);
  });

  it('are not lost by a run that was cut: the next one takes it up under its own id, and says so', async () => {
    const cut = gives({ ...page('2026-03-02'), evidence: [certificate], rows: 1 });
    const broken = connected(
      {
        changes: () => {
          throw new Error('a fault of ours');
        },
      },
      {},
    );

    await expect(reconciled(first, [cut, broken])).rejects.toThrow('a fault of ours');
    const interrupted = await store.interruptedRun();
    const { manifest } = await reconciled(second, [gives()]);

    expect(manifest).toMatchObject({ id: interrupted?.id, startedAt: first, resumed: 1, findings: { new: 1 } });
    expect(manifest.feeds[0]).toMatchObject({ received: 1, mapped: 1, void: 0 });
    expect(await store.interruptedRun()).toBeUndefined();
  });

  it('are judged under a lock that gives a sign of life, however long it takes', async () => {
    let [signs, minutes] = [0, 0];
    const watched: Store = Object.assign(Object.create(store) as Store, {
      lock: async () => ({
        beat: async () => {
          signs += 1;
        },
        release: async () => undefined,
      }),
    });
    await reconcile({
      ...options(watched, []),
      now: () => {
        minutes += 1;
        return new Date(Date.parse(first) + minutes * 60_000);
      },
    });

    expect(signs).toBeGreaterThan(0);
  });
});
