import { describe, expect, it } from 'vitest';
import type { Connection, Feed, LookupAnswer } from '../../src/adapters/adapter.js';
import { YilianError } from '../../src/errors.js';
import type { Subject } from '../../src/model/index.js';
import { exitCodeOf, feedRuns } from '../../src/reconcile/manifest.js';
import { type ConnectedFeed, type PullEnvironment, pull } from '../../src/reconcile/pull.js';
import type { ReconcileOptions } from '../../src/reconcile/run.js';
import { openStore, type Store } from '../../src/store/index.js';
import { auditOf } from '../audit/logs.js';
import { entry, hour, manifest, wang } from '../store/examples.js';

const keys = Array.from({ length: 12 }, (_, index) => `p${String(index).padStart(2, '0')}`);

/** A feed asked per person, four at a time, that answers as `answer` says. */
function target(answer: (person: Subject) => Pick<LookupAnswer, 'outcome' | 'error'>): ConnectedFeed {
  const feed: Feed = {
    title: { zh: '人口', en: 'population' },
    gives: ['population'],
    shapes: [],
    lookup: async ({ persons }) => {
      await new Promise((resolve) => setImmediate(resolve));
      return persons.map((person) => ({
        person,
        evidence: [],
        rejected: [],
        unknownCodes: [],
        messages: [],
        ...answer(person as Subject),
      }));
    },
  };
  return {
    feed,
    connection: { settings: {} } as Connection,
    concurrency: 4,
    policy: {
      agency: 'public-security',
      feed: 'population',
      connection: '',
      mode: 'lookup',
      refreshMs: 7 * 86_400_000,
      lagMs: 0,
    },
  };
}

function environmentOf(store: Store): PullEnvironment {
  return {
    store,
    audit: auditOf(store),
    run: 'run-1',
    now: () => new Date(hour(2)),
    context: { purpose: 'test', operator: { name: '夜间核对', id: 'SYSTEM', organisation: '演示中心' } },
    numberKeys: new Map(),
    numbersAt: hour(2),
    numberKey: () => undefined,
    progress: () => undefined,
  };
}

async function night(answer: Parameters<typeof target>[0]) {
  const store = await openStore('sqlite::memory:');
  await store.importCases(
    keys.map((key) => entry({ ...wang, key })),
    hour(0),
  );
  const connected = target(answer);
  const environment = environmentOf(store);
  return { store, connected, environment, outcome: await pull(connected, environment) };
}

describe('a feed that falls in the middle of the night', () => {
  const refused = new YilianError('ERR_UNAUTHORISED', { zh: '未授权', en: 'not authorised' });

  it('leaves everybody who was due with a failure, and nobody between asked and not asked', async () => {
    const { store, connected, outcome } = await night(() => ({ outcome: 'unauthorised', error: refused }));

    const last = await Promise.all(keys.map(async (key) => (await store.lookupsOf(key, hour(3)))[0]?.last.error));
    expect(last).toEqual(keys.map(() => 'ERR_UNAUTHORISED'));
    expect(outcome).toMatchObject({ asked: 4, notAsked: 8 });
    const runs = await feedRuns(
      { store, feeds: [connected] } as unknown as ReconcileOptions,
      'run-1',
      hour(3),
      new Map([[connected, outcome]]),
    );
    expect(runs[0]).toMatchObject({ asked: 4, notAsked: 8, answers: { unauthorised: 4, unavailable: 0 } });
    await store.close();
  });

  it('is asked again about those it failed when the run is taken up again: it may have been mended', async () => {
    let mended = false;
    const { store, connected, environment } = await night(() =>
      mended ? { outcome: 'absent' } : { outcome: 'unauthorised', error: refused },
    );
    mended = true;

    expect(await pull(connected, environment)).toMatchObject({ asked: 12, notAsked: 0 });
    expect(await pull(connected, environment)).toMatchObject({ asked: 0, notAsked: 0 });
    await store.close();
  });
});

describe('a feed whose quota is used up', () => {
  const usedUp = new YilianError('ERR_QUOTA', { zh: '配额用尽', en: 'the quota is used up' });

  it('leaves who was not asked due, without a failure against their name', async () => {
    const { store, outcome } = await night(({ key }) =>
      key < 'p04' ? { outcome: 'absent' } : { outcome: 'unavailable', error: usedUp },
    );

    expect(outcome).toMatchObject({ asked: 4, notAsked: 8, fallen: 0, error: { code: 'ERR_QUOTA' } });
    const last = await Promise.all(
      keys.map(async (key) => (await store.lookupsOf(key, hour(3)))[0]?.last.outcome ?? 'not asked'),
    );
    expect(last).toEqual(keys.map((key) => (key < 'p04' ? 'absent' : 'not asked')));
    await store.close();
  });
});

describe('an answer that leaves somebody out', () => {
  it('is no answer about them', async () => {
    const store = await openStore('sqlite::memory:');
    await store.importCases(
      keys.slice(0, 3).map((key) => entry({ ...wang, key })),
      hour(0),
    );
    const { feed, ...rest } = target(() => ({ outcome: 'absent' }));
    const ask = feed.lookup;
    const short: Feed = { ...feed, batchSize: () => 3, lookup: async (...asked) => ((await ask?.(...asked)) ?? []).slice(0, 2) };

    await pull({ ...rest, feed: short }, environmentOf(store));

    const last = await Promise.all(keys.slice(0, 3).map(async (key) => (await store.lookupsOf(key, hour(3)))[0]?.last));
    expect(last).toEqual([
      { outcome: 'absent', at: hour(2) },
      { outcome: 'absent', at: hour(2) },
      { outcome: 'unavailable', at: hour(2), error: 'ERR_INCOMPLETE' },
    ]);
    await store.close();
  });
});

describe('a feed of changes', () => {
  const changing = (feed: Feed['changes']): ConnectedFeed => {
    const { feed: base, ...rest } = target(() => ({ outcome: 'absent' }));
    const { lookup: _, ...others } = base;
    return {
      ...rest,
      feed: { ...others, ...(feed === undefined ? {} : { changes: feed }) },
      policy: { ...rest.policy, mode: 'changes' },
    };
  };
  const page = (at: string) => ({
    messages: [],
    evidence: [],
    rejected: [],
    unknownCodes: [],
    rows: 0,
    sieved: 0,
    cursor: { at },
    completeThrough: at,
  });

  it('moves its cursor only with the records: a page that cannot be stored is read again', async () => {
    const store = await openStore('sqlite::memory:');
    const feed = changing(async function* () {
      yield page('2026-02-27');
      yield page('2026-02-28');
    });
    let pages = 0;
    const refusing: Store = Object.assign(Object.create(store) as Store, {
      receive: (batch: Parameters<Store['receive']>[0]) => {
        pages += 1;
        if (pages === 2) throw new YilianError('ERR_INPUT', { zh: '不能存', en: 'cannot be stored' });
        return store.receive(batch);
      },
    });

    expect(await pull(feed, environmentOf(refusing))).toMatchObject({ error: { code: 'ERR_INPUT' } });

    expect((await store.cursors(hour(3)))[0]).toMatchObject({
      position: { at: '2026-02-27' },
      completeThrough: '2026-02-27',
      failure: 'ERR_INPUT',
    });
    await store.close();
  });

  it('does not call a fault of the store, or a stop that was asked for, a failure of the agency', async () => {
    const store = await openStore('sqlite::memory:');
    const stopping = new AbortController();
    const damaged = changing(async function* () {
      yield page('2026-02-27');
      throw new YilianError('ERR_STORE_DAMAGED', { zh: '存储已损坏', en: 'the store is damaged' });
    });
    const stopped = changing(async function* () {
      yield page('2026-02-27');
      stopping.abort();
      throw new YilianError('ERR_ABORTED', { zh: '已按要求停止', en: 'stopped as asked' });
    });
    const environment = environmentOf(store);

    await expect(pull(damaged, environment)).rejects.toMatchObject({ code: 'ERR_STORE_DAMAGED' });
    await expect(
      pull(stopped, { ...environment, context: { ...environment.context, signal: stopping.signal } }),
    ).rejects.toMatchObject({ code: 'ERR_ABORTED' });

    const [cursor] = await store.cursors(hour(3));
    expect(cursor?.completeThrough).toBe('2026-02-27');
    expect(cursor?.failure).toBeUndefined();
    await store.close();
  });
});

describe('the exit code of a night', () => {
  const limits = { rejectedShare: 0.5, rejectedRows: 20 };
  const feed = { agency: 'health', feed: 'stays' };
  const run = (received: number, rejected: Record<string, number>, more: { notAsked?: number; held?: number } = {}) => {
    const { findings, ...rest } = manifest('r1', hour(1), { persons: 1 });
    return {
      ...rest,
      findings: { ...findings, held: more.held ?? 0 },
      feeds: [
        {
          ...feed,
          status: { ...feed, state: 'fresh' as const },
          asked: 1,
          answers: { found: 1, absent: 0, mismatch: 0, unavailable: 0, unauthorised: 0 },
          notAsked: more.notAsked ?? 0,
          received,
          mapped: 0,
          rejected: 0,
          void: 0,
          sieved: 0,
        },
      ],
      rejected: Object.entries(rejected).map(([reason, count]) => ({
        ...feed,
        reason,
        count,
        firstMessage: 'm',
        firstPointer: '',
      })),
    };
  };

  it.each([
    ['half of the rows, and enough of them', run(40, { 'bad-date': 20 }), 0],
    ['more than half, and enough of them, over all reasons', run(39, { 'bad-date': 15, 'no-identity': 5 }), 4],
    ['more than half, and few', run(19, { 'bad-date': 19 }), 0],
    ['many, and less than half', run(1000, { 'bad-date': 200 }), 0],
    ['rows about others only', run(100, { 'about-another-person': 100 }), 0],
    ['most of the rows that are not about others', run(129, { 'about-another-person': 100, 'bad-date': 20 }), 4],
  ] as const)('of which %s could not become evidence', (_, told, code) => {
    expect(exitCodeOf(told, limits)).toBe(code);
  });

  it('is 3 where somebody due was not asked, and 4 where findings are held, whatever else', () => {
    expect(exitCodeOf(run(10, {}, { notAsked: 1 }), limits)).toBe(3);
    expect(exitCodeOf(run(10, {}, { notAsked: 1, held: 1 }), limits)).toBe(4);
  });
});

describe('the exit code of a night with nobody on file', () => {
  it.each([
    ['never', 0],
    ['fresh', 0],
    ['down', 3],
    ['gap', 3],
  ] as const)('is, with a feed that is %s, %i', (state, code) => {
    const feed = { agency: 'health', feed: 'death-certificates' };
    const run = manifest('r1', hour(1), {
      persons: 0,
      feeds: [
        {
          ...feed,
          status: { ...feed, state },
          asked: 0,
          answers: { found: 0, absent: 0, mismatch: 0, unavailable: 0, unauthorised: 0 },
          notAsked: 0,
          received: 0,
          mapped: 0,
          rejected: 0,
          void: 0,
          sieved: 0,
        },
      ],
    });

    expect(exitCodeOf(run, { rejectedShare: 0.5, rejectedRows: 20 })).toBe(code);
  });
});
