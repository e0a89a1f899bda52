import type { Explanation, FeedContact, Instant } from '../model/index.js';
import type { CursorState, LookupState, Store } from '../store/store.js';
import type { CheckOptions } from './check.js';
import { explain } from './explain.js';
import { type FeedPolicy, feedStatuses } from './feeds.js';
import { knownFile } from './known-file.js';
import { withoutLate } from './latecomers.js';

/** Explains persons on file as of an instant, from what the store remembers of then. */
export interface Explainer {
  /** Undefined for somebody not on file by then. */
  person(key: string, rules?: readonly string[]): Promise<Explanation | undefined>;
}

/**
 * An explainer of one instant: what is the same for everybody (cursors, who came late) is asked of the store once. `findingsAsOf`: until when
 * what became of findings is told, where that is not the same instant.
 */
export async function explainer(
  options: { store: Store; policies: readonly FeedPolicy[]; check: CheckOptions },
  asOf: Instant,
  findingsAsOf: Instant = asOf,
): Promise<Explainer> {
  const { store, policies } = options;
  const cursors = await store.cursors(asOf);
  const cursorsFor = await withoutLate(store, cursors, asOf);
  return {
    async person(key, rules) {
      const file = await knownFile(store, key, asOf);
      if (file === undefined) return undefined;
      const lookups = await store.lookupsOf(key, asOf);
      const known = cursorsFor(key);
      return explain(
        { ...file, feeds: feedStatuses(policies, lookups, known, asOf) },
        {
          check: options.check,
          ...(rules === undefined ? {} : { rules }),
          contacts: policies.map((policy) => contactOf(policy, lookups, cursors, known)),
          versions: await store.versionsOf(key, asOf),
          imported: await store.importsOf(key, asOf),
          findings: await store.findings({ personKey: key, asOf: findingsAsOf }),
        },
      );
    },
  };
}

/** How one connection was last asked about a person, or last read. */
function contactOf(
  policy: FeedPolicy,
  lookups: readonly LookupState[],
  cursors: readonly CursorState[],
  known: readonly CursorState[],
): FeedContact {
  const isOf = (item: Pick<FeedPolicy, 'agency' | 'feed' | 'connection'>): boolean =>
    item.agency === policy.agency && item.feed === policy.feed && item.connection === policy.connection;
  const base = {
    agency: policy.agency,
    feed: policy.feed,
    ...(policy.connection === '' ? {} : { connection: policy.connection }),
  };
  if (policy.mode === 'lookup') {
    const state = lookups.find(isOf);
    if (state === undefined) return { ...base, way: 'asked' };
    const { last, answeredAt } = state;
    return {
      ...base,
      way: 'asked',
      lastAt: last.at,
      outcome: last.outcome,
      ...(last.error === undefined ? {} : { error: last.error }),
      ...(answeredAt === undefined ? {} : { answeredAt }),
    };
  }
  const cursor = cursors.find(isOf);
  if (cursor === undefined) return { ...base, way: 'read' };
  return {
    ...base,
    way: 'read',
    lastAt: cursor.movedAt,
    ...(cursor.failure === undefined ? { answeredAt: cursor.movedAt } : { error: cursor.failure }),
    ...(cursor.completeThrough === undefined ? {} : { completeThrough: cursor.completeThrough }),
    ...(known.some(isOf) ? {} : { readTooEarly: true }),
  };
}
