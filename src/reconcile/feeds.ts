import { dayInterval, dayOfInstant, type FeedStatus, formatDay, isPartOf } from '../model/index.js';
import type { CursorState, LookupState } from '../store/store.js';

/** What the status of a feed is computed from, besides what the store remembers. */
export interface FeedPolicy {
  agency: string;
  feed: string;
  connection: string;
  mode: 'lookup' | 'changes';
  refreshMs: number;
  lagMs: number;
  regions?: readonly string[];
}

/**
 * How fresh and complete each feed was for one person at `asOf`, from what was asked and received by then.
 *
 * A feed that is asked per person: answered within its `refresh` = fresh, complete through the day of the answer; older = stale;
 * due and failed = down; never asked, or not to be asked about this person = never. A feed of changes: complete through its cursor's day, fresh within its lag; gap where a
 * page, batch or day is missing; down where it could not be read. A feed with several connections is as good as the worst of them.
 */
export function feedStatuses(
  policies: readonly FeedPolicy[],
  lookups: readonly LookupState[],
  cursors: readonly CursorState[],
  asOf: string,
): FeedStatus[] {
  const byFeed = new Map<string, FeedStatus>();
  for (const policy of policies) {
    const status = policy.mode === 'lookup' ? lookupStatus(policy, lookups, asOf) : changesStatus(policy, cursors, asOf);
    const id = `${policy.agency}/${policy.feed}`;
    const other = byFeed.get(id);
    byFeed.set(id, other === undefined ? status : worse(other, status));
  }
  return [...byFeed.values()];
}

/** The status without an entry for the person: what a feed of changes says, and `never` for a feed that is asked per person. */
function lookupStatus(policy: FeedPolicy, lookups: readonly LookupState[], asOf: string): FeedStatus {
  const state = lookups.find(
    (item) => item.agency === policy.agency && item.feed === policy.feed && item.connection === policy.connection,
  );
  const base = baseOf(policy);
  if (state === undefined) return { ...base, state: 'never' };
  const answered = state.answeredAt;
  const failed = state.last.outcome === 'unavailable' || state.last.outcome === 'unauthorised';
  const complete = answered === undefined ? {} : { completeThrough: formatDay(dayOfInstant(answered)) };
  if (answered !== undefined && Date.parse(asOf) - Date.parse(answered) <= policy.refreshMs)
    return { ...base, ...complete, state: 'fresh' };
  // A question that could not be put was not asked: the agency is not down because somebody has only a passport.
  if (failed && answered === undefined && state.last.error === 'ERR_INPUT')
    return { ...base, state: 'never', reason: state.last.error };
  if (failed) return { ...base, ...complete, state: 'down', reason: state.last.error ?? state.last.outcome };
  return { ...base, ...complete, state: 'stale' };
}

function changesStatus(policy: FeedPolicy, cursors: readonly CursorState[], asOf: string): FeedStatus {
  const cursor = cursors.find(
    (item) => item.agency === policy.agency && item.feed === policy.feed && item.connection === policy.connection,
  );
  const base = baseOf(policy);
  if (cursor === undefined) return { ...base, state: 'never' };
  const complete = cursor.completeThrough === undefined ? {} : { completeThrough: cursor.completeThrough };
  if (cursor.failure !== undefined) return { ...base, ...complete, state: 'down', reason: cursor.failure };
  if (cursor.gap !== undefined) return { ...base, ...complete, state: 'gap', reason: cursor.gap.reason };
  const through = dayInterval(cursor.completeThrough)?.hi;
  if (through === undefined) return { ...base, state: 'gap', reason: 'complete-through-unknown' };
  const lagDays = Math.ceil(policy.lagMs / 86_400_000);
  return { ...base, ...complete, state: dayOfInstant(asOf) - through <= lagDays ? 'fresh' : 'stale' };
}

function baseOf(policy: FeedPolicy): Pick<FeedStatus, 'agency' | 'feed' | 'regions'> {
  return { agency: policy.agency, feed: policy.feed, ...(policy.regions === undefined ? {} : { regions: [...policy.regions] }) };
}

const rank: readonly FeedStatus['state'][] = ['fresh', 'stale', 'gap', 'down', 'never'];

/** Two connections of one feed: the worse state, the earlier completeness, and only regions that both cover. */
function worse(a: FeedStatus, b: FeedStatus): FeedStatus {
  const worst = rank.indexOf(a.state) >= rank.indexOf(b.state) ? a : b;
  const through = [a.completeThrough, b.completeThrough];
  const earlier = through.every((day) => day !== undefined) ? (through as string[]).sort()[0] : undefined;
  const { completeThrough: _, regions: __, ...rest } = worst;
  const regions = a.regions === undefined ? b.regions : b.regions === undefined ? a.regions : common(a.regions, b.regions);
  return {
    ...rest,
    ...(earlier === undefined ? {} : { completeThrough: earlier }),
    ...(regions === undefined ? {} : { regions }),
  };
}

/** What two lists of regions both cover. */
function common(a: readonly string[], b: readonly string[]): string[] {
  const within = (regions: readonly string[], others: readonly string[]) =>
    regions.filter((region) => others.some((other) => isPartOf(region, other)));
  return [...new Set([...within(a, b), ...within(b, a)])];
}
