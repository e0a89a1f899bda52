import { describe, expect, it } from 'vitest';
import type { Connection, Feed, LookupAnswer } from '../../src/adapters/adapter.js';
import { YilianError } from '../../src/errors.js';
import type { Subject } from '../../src/model/index.js';
import { exitCodeOf, feedRuns } from '../../src/reconcile/manifest.js';
import { type ConnectedFeed, type PullEnvironment, pull } from '../../src/reconcile/pull.js';
import type { ReconcileOptions } from '../../src/reconcile/run.js';
import { openStore } from '../../src/store/index.js';
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

async function night(answer: Parameters<typeof target>[0]) {
  const store = await openStore('sqlite::memory:');
  await store.importCases(
    keys.map((key) => entry({ ...wang, key })),
    hour(0),
  );
  const connected = target(answer);
  const environment: PullEnvironment = {
    store,
    run: 'run-1',
    now: () => new Date(hour(2)),
    context: { purpose: 'test', operator: { name: '夜间核对', id: 'SYSTEM', organisation: '演示中心' } },
    numberKeys: new Map(),
    numberKey: () => undefined,
    progress: () => undefined,
  };
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
