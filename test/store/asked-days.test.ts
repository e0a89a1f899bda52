import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { coverageOf } from '../../src/reconcile/coverage.js';
import { openStore, type Store } from '../../src/store/index.js';
import type { LookupWrite } from '../../src/store/store.js';
import { batch, entry, li, wang } from './examples.js';

/** On which days of Shanghai persons were answered, and on which they were asked in vain. */

let store: Store;
beforeEach(async () => {
  store = await openStore('sqlite::memory:');
  await store.importCases([entry(wang), entry(li)], '2026-02-01T00:00:00.000Z');
});
afterEach(() => store.close());

const asked = (personKey: string, outcome: LookupWrite['outcome'], at: string, connection = '') =>
  store.receive(batch({ at, connection, lookups: [{ personKey, outcome, at }] }));
const days = async (asOf = '2026-03-09T00:00:00.000Z') =>
  (await store.completeness.askedDays('2026-03-02', asOf))
    .map(({ day, answered, failed }) => `${day} ${answered} ${failed}`)
    .sort();

describe('a day on which persons were asked', () => {
  it('counts everybody once, as answered where any answer came: found, absent or another name', async () => {
    await asked('a1', 'mismatch', '2026-03-02T01:00:00.000Z');
    await asked('a1', 'unavailable', '2026-03-02T02:00:00.000Z');
    await asked('b2', 'unavailable', '2026-03-02T01:00:00.000Z');
    await asked('b2', 'absent', '2026-03-02T03:00:00.000Z');
    await asked('a1', 'unauthorised', '2026-03-03T01:00:00.000Z');
    await asked('b2', 'found', '2026-03-03T01:00:00.000Z');

    expect(await days()).toEqual(['2026-03-02 2 0', '2026-03-03 1 1']);
  });

  it('begins and ends at midnight in Shanghai, and is known up to the instant asked about', async () => {
    await asked('a1', 'found', '2026-03-01T15:59:59.000Z');
    await asked('a1', 'found', '2026-03-01T16:00:00.000Z');
    await asked('a1', 'found', '2026-03-02T16:00:00.000Z');

    expect(await days()).toEqual(['2026-03-02 1 0', '2026-03-03 1 0']);
    expect(await days('2026-03-02T15:59:59.000Z')).toEqual(['2026-03-02 1 0']);
  });

  it('is missing in the map where everybody was asked in vain, connection by connection', async () => {
    await asked('a1', 'unavailable', '2026-03-02T01:00:00.000Z', 'east');
    await asked('a1', 'found', '2026-03-02T01:00:00.000Z', 'west');
    const feed = (connection: string) => ({
      policy: {
        agency: 'health',
        feed: 'death-certificates',
        connection,
        mode: 'lookup' as const,
        refreshMs: 86_400_000,
        lagMs: 86_400_000,
      },
      connection: {},
    });

    const map = await coverageOf(store, [feed('east'), feed('west')], '2026-03-03T01:00:00.000Z', 3);

    expect(map.map(({ days: each }) => each.map(({ day, state }) => `${day} ${state}`))).toEqual([
      ['2026-03-01 none', '2026-03-02 missing', '2026-03-03 none'],
      ['2026-03-01 none', '2026-03-02 came', '2026-03-03 none'],
    ]);
  });
});
