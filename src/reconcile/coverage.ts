import { missingOf } from '../adapters/table-batches.js';
import { type CoverageDay, dayOfInstant, type FeedCoverage, formatDay, type Instant, type Json } from '../model/index.js';
import type { Store } from '../store/store.js';
import { type FeedPolicy, feedStatuses } from './feeds.js';

/** The map of what each feed has told of, by day and region, from what had been received by an instant. */

/** A connection of a feed, as far as the map needs it. */
export interface Mapped {
  policy: FeedPolicy;
  connection: { readonly settings?: Readonly<Record<string, Json>> };
}

const shownDays = 14;

/** The last `days` (default 14) days up to that of `asOf`, for each connection in their order. */
export async function coverageOf(
  store: Store,
  feeds: readonly Mapped[],
  asOf: Instant,
  days: number = shownDays,
): Promise<FeedCoverage[]> {
  const today = dayOfInstant(asOf);
  const window = Array.from({ length: days }, (_, index) => formatDay(today - days + 1 + index));
  const from = window[0] ?? formatDay(today);
  const rows = await store.completeness.feedDays(from, asOf);
  const asked = await store.completeness.askedDays(from, asOf);
  const cursors = await store.cursors(asOf);
  const persons = await personsByRegion(store, feeds, asOf);
  return feeds.map(({ policy, connection }, index): FeedCoverage => {
    const isSame = (other: { agency: string; feed: string; connection: string }) =>
      other.agency === policy.agency && other.feed === policy.feed && other.connection === policy.connection;
    const base = {
      agency: policy.agency,
      feed: policy.feed,
      ...(policy.connection === '' ? {} : { connection: policy.connection }),
      mode: policy.mode,
      ...(policy.regions === undefined ? {} : { covers: [...policy.regions] }),
    };
    if (policy.mode === 'lookup') {
      const own = new Map(asked.filter(isSame).map((item) => [item.day, item]));
      const byDay = window.map((day): CoverageDay => {
        const item = own.get(day);
        if (item === undefined) return { day, state: 'none' };
        return { day, state: item.answered > 0 ? 'came' : 'missing', answered: item.answered, failed: item.failed };
      });
      return { ...base, days: byDay, missing: [], persons: persons[index] ?? [] };
    }
    const known = missingOf(cursors.find(isSame)?.position, connection.settings ?? {}, today - lagDays(policy));
    const own = rows.filter(isSame);
    return {
      ...base,
      days: window.map((day) => changesDay(day, own, known.days)),
      missing: known.missing,
      regions: regionsOf(own),
    };
  });
}

function lagDays(policy: FeedPolicy): number {
  return Math.ceil(policy.lagMs / 86_400_000);
}

type Rows = Awaited<ReturnType<Store['completeness']['feedDays']>>;

function changesDay(day: string, rows: Rows, missing: ReadonlySet<string>): CoverageDay {
  const own = rows.filter((item) => item.day === day);
  if (own.length === 0) return { day, state: missing.has(day) ? 'missing' : 'none' };
  return {
    day,
    state: missing.has(day) ? 'missing' : 'came',
    parts: new Set(own.map((item) => item.part)).size,
    rows: own.reduce((sum, item) => sum + item.rows, 0),
    kept: own.reduce((sum, item) => sum + item.kept, 0),
  };
}

function regionsOf(rows: Rows): NonNullable<FeedCoverage['regions']> {
  const counts = new Map<string, number>();
  for (const item of rows)
    for (const [region, count] of Object.entries(item.regions)) counts.set(region, (counts.get(region) ?? 0) + count);
  return [...counts]
    .map(([region, count]) => ({ region, rows: count }))
    .sort((a, b) => b.rows - a.rows || (a.region < b.region ? -1 : 1));
}

type ByRegion = Map<string, NonNullable<FeedCoverage['persons']>[number]['states']>;

/** For each feed that is asked per person: persons on file by region of domicile and state, regions in order. */
async function personsByRegion(
  store: Store,
  feeds: readonly Mapped[],
  asOf: Instant,
): Promise<NonNullable<FeedCoverage['persons']>[]> {
  const regions: ByRegion[] = feeds.map(() => new Map());
  if (feeds.every(({ policy }) => policy.mode !== 'lookup')) return [];
  for await (const subject of store.subjects(asOf)) {
    const lookups = await store.lookupsOf(subject.key, asOf);
    const region = /^\d{6}/.exec(subject.domicile?.region ?? '')?.[0] ?? '';
    for (const [index, { policy }] of feeds.entries()) {
      const state = policy.mode === 'lookup' ? feedStatuses([policy], lookups, [], asOf)[0]?.state : undefined;
      if (state === undefined) continue;
      const states = regions[index]?.get(region) ?? {};
      states[state] = (states[state] ?? 0) + 1;
      regions[index]?.set(region, states);
    }
  }
  return regions.map((byRegion) =>
    [...byRegion].map(([region, states]) => ({ region, states })).sort((a, b) => (a.region < b.region ? -1 : 1)),
  );
}
