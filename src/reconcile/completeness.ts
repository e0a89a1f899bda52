import type { FeedRun, RowAccounts } from '../model/index.js';
import type { Store } from '../store/store.js';
import { driftOf } from './drift.js';

/** What a run's feeds gave, held against earlier runs and against itself: drifting shapes, and whether every row is accounted for. */
export async function withCompleteness(store: Store, run: string, feeds: readonly FeedRun[]): Promise<FeedRun[]> {
  const accounts = await store.completeness.rowAccounts(run);
  const told: FeedRun[] = [];
  for (const feed of feeds) {
    const place = { agency: feed.agency, feed: feed.feed, connection: feed.connection ?? '' };
    const { now, earlier } = await store.completeness.recordShapes(place, run);
    const drift = now === undefined ? [] : driftOf(now, earlier);
    if (now !== undefined) await store.completeness.keepDrift(place, run, drift);
    const rows = accounts.find(
      (item) => item.agency === place.agency && item.feed === place.feed && item.connection === place.connection,
    )?.rows;
    told.push({
      ...feed,
      ...(rows === undefined ? {} : { rows: { ...rows, unaccounted: unaccountedOf(rows, feed.mapped) } }),
      ...(drift.length === 0 ? {} : { drift }),
    });
  }
  return told;
}

/** Rows nothing became of, and evidence that was made and not stored. 0, unless something was lost without a word. */
function unaccountedOf(rows: RowAccounts, stored: number): number {
  const lost = rows.read - rows.mapped - rows.rejected - rows.sieved - rows.void - rows.passedOver;
  return lost + Math.abs(rows.evidence - stored);
}
