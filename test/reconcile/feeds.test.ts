import { describe, expect, it } from 'vitest';
import { type FeedPolicy, feedStatuses } from '../../src/reconcile/feeds.js';
import type { CursorState, LookupState } from '../../src/store/store.js';

const day = 86_400_000;
const policy: FeedPolicy = {
  agency: 'civil-affairs',
  feed: 'cremations',
  connection: '',
  mode: 'lookup',
  refreshMs: 30 * day,
  lagMs: 3 * day,
};
const changes: FeedPolicy = {
  agency: 'health',
  feed: 'death-certificates',
  connection: '2',
  mode: 'changes',
  refreshMs: 0,
  lagMs: 3 * day,
};
const asOf = '2026-03-10T18:00:00.000Z'; // 2026-03-11 02:00 in Shanghai

function lookup(outcome: LookupState['last']['outcome'], at: string, answeredAt?: string, error?: string): LookupState {
  return {
    agency: 'civil-affairs',
    feed: 'cremations',
    connection: '',
    last: { outcome, at, ...(error === undefined ? {} : { error }) },
    ...(answeredAt === undefined ? {} : { answeredAt }),
  };
}

function cursor(more: Partial<CursorState>): CursorState {
  return { agency: 'health', feed: 'death-certificates', connection: '2', position: {}, movedAt: asOf, ...more };
}

describe('a feed that is asked per person', () => {
  it('is never, and not down, for somebody it cannot be asked about: a passport is no resident id', () => {
    expect(feedStatuses([policy], [lookup('unavailable', asOf, undefined, 'ERR_INPUT')], [], asOf)).toEqual([
      { agency: 'civil-affairs', feed: 'cremations', state: 'never', reason: 'ERR_INPUT' },
    ]);
  });

  it('is never where nobody asked', () => {
    expect(feedStatuses([policy], [], [], asOf)).toEqual([{ agency: 'civil-affairs', feed: 'cremations', state: 'never' }]);
  });

  it('is fresh within its refresh, complete through the Shanghai day of the answer', () => {
    const states = [lookup('absent', '2026-03-09T17:00:00.000Z', '2026-03-09T17:00:00.000Z')];

    expect(feedStatuses([policy], states, [], asOf)).toEqual([
      { agency: 'civil-affairs', feed: 'cremations', state: 'fresh', completeThrough: '2026-03-10' },
    ]);
  });

  it('is stale one millisecond after its refresh', () => {
    const answered = new Date(Date.parse(asOf) - 30 * day).toISOString();
    const earlier = new Date(Date.parse(asOf) - 30 * day - 1).toISOString();

    expect(feedStatuses([policy], [lookup('found', answered, answered)], [], asOf)[0]?.state).toBe('fresh');
    expect(feedStatuses([policy], [lookup('found', earlier, earlier)], [], asOf)[0]?.state).toBe('stale');
  });

  it('is down where it was due and failed, with the reason', () => {
    expect(feedStatuses([policy], [lookup('unavailable', asOf, undefined, 'ERR_UNREACHABLE')], [], asOf)).toEqual([
      { agency: 'civil-affairs', feed: 'cremations', state: 'down', reason: 'ERR_UNREACHABLE' },
    ]);
  });
});

describe('a feed that is asked per person, and refuses', () => {
  it('is down where we were not let in, and where it was answered long ago and fails now', () => {
    const refused = lookup('unauthorised', asOf, undefined, 'ERR_UNAUTHORISED');
    const fallen = lookup('unavailable', asOf, '2026-01-01T17:00:00.000Z', 'ERR_UNREACHABLE');

    expect(feedStatuses([policy], [refused], [], asOf)).toEqual([
      { agency: 'civil-affairs', feed: 'cremations', state: 'down', reason: 'ERR_UNAUTHORISED' },
    ]);
    expect(feedStatuses([policy], [fallen], [], asOf)).toEqual([
      { agency: 'civil-affairs', feed: 'cremations', state: 'down', completeThrough: '2026-01-02', reason: 'ERR_UNREACHABLE' },
    ]);
  });

  it('is judged by the lookups of its own connection', () => {
    const elsewhere = { ...lookup('absent', asOf, asOf), connection: '1' };

    expect(feedStatuses([policy], [elsewhere], [], asOf)[0]?.state).toBe('never');
  });
});

describe('a feed of changes', () => {
  it('is fresh within its lag and stale a day later', () => {
    expect(feedStatuses([changes], [], [cursor({ completeThrough: '2026-03-08' })], asOf)[0]?.state).toBe('fresh');
    expect(feedStatuses([changes], [], [cursor({ completeThrough: '2026-03-07' })], asOf)[0]?.state).toBe('stale');
  });

  it('counts a lag of a day and a half as two days', () => {
    const slow: FeedPolicy = { ...changes, lagMs: 1.5 * day };

    expect(feedStatuses([slow], [], [cursor({ completeThrough: '2026-03-09' })], asOf)[0]?.state).toBe('fresh');
    expect(feedStatuses([slow], [], [cursor({ completeThrough: '2026-03-08' })], asOf)[0]?.state).toBe('stale');
  });

  it('is not fresh where nobody can say through which day it is complete', () => {
    expect(feedStatuses([changes], [], [cursor({})], asOf)[0]).toEqual({
      agency: 'health',
      feed: 'death-certificates',
      state: 'gap',
      reason: 'complete-through-unknown',
    });
  });

  it('is judged by the cursor of its own connection', () => {
    const cursors = [cursor({ connection: '1', completeThrough: '2026-03-10' })];

    expect(feedStatuses([changes], [], cursors, asOf)[0]?.state).toBe('never');
  });

  it('has a gap where something is missing, even when it is recent', () => {
    expect(
      feedStatuses([changes], [], [cursor({ completeThrough: '2026-03-10', gap: { reason: 'batch-missing' } })], asOf)[0],
    ).toEqual({
      agency: 'health',
      feed: 'death-certificates',
      state: 'gap',
      completeThrough: '2026-03-10',
      reason: 'batch-missing',
    });
  });

  it('is down where it could not be read, even when it is recent', () => {
    expect(
      feedStatuses([changes], [], [cursor({ completeThrough: '2026-03-10', failure: 'ERR_UNREACHABLE' })], asOf)[0]?.state,
    ).toBe('down');
  });
});

describe('a feed with two connections', () => {
  it('is as good as the worse of them, complete through the earlier day', () => {
    const other: FeedPolicy = { ...policy, agency: 'health', feed: 'death-certificates', connection: '1' };
    const answered = lookup('absent', '2026-03-10T17:00:00.000Z', '2026-03-10T17:00:00.000Z');

    expect(
      feedStatuses(
        [other, changes],
        [{ ...answered, agency: 'health', feed: 'death-certificates', connection: '1' }],
        [cursor({ completeThrough: '2026-03-07' })],
        asOf,
      ),
    ).toEqual([{ agency: 'health', feed: 'death-certificates', state: 'stale', completeThrough: '2026-03-07' }]);
  });

  it('covers what both cover, where one names the province and the other the city', () => {
    const other: FeedPolicy = { ...policy, connection: '1', regions: ['370000', '320100'] };
    const regions = (own: string[] | undefined) =>
      feedStatuses([other, { ...policy, connection: '2', ...(own === undefined ? {} : { regions: own }) }], [], [], asOf)[0]
        ?.regions;

    expect(regions(['370700', '110000'])).toEqual(['370700']);
    expect(regions(['370000'])).toEqual(['370000']);
    expect(regions(['110000'])).toEqual([]);
    expect(regions(undefined)).toEqual(['370000', '320100']);
  });
});
