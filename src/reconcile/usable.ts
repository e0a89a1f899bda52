import type { Day, FeedStatus } from '../model/index.js';
import { coversRegion, formatDay } from '../model/index.js';
import { interval } from './dates.js';
import { theThree } from './needs.js';
import type { PersonFile } from './person-file.js';
import { doubt, type UnknownReason } from './reasons.js';
import type { Doubt, FeedNeed } from './rule.js';
import { feedName } from './texts.js';

/** What a rule wants of its feeds before it may say clear. */
export interface Ask {
  /** Complete through this day; left out where the present is meant, for which `fresh` is enough. */
  readonly day?: Day | undefined;
  /** The region of a feed that is asked about a place of its own (a document's hospital); `region: undefined` is an unknown one. */
  readonly place?: { readonly region: string | undefined };
}

/**
 * Why one of the feeds is not usable, or undefined when all are: the first of them, in their order, that is not fresh, does not cover the region
 * or is not complete through the day. The three are asked about the subject's domicile, other feeds about `place` where one is given.
 */
export function unusable(file: PersonFile, needs: readonly FeedNeed[], ask: Ask = {}): Doubt | undefined {
  for (const need of needs) {
    const place = isOfTheThree(need) ? { region: file.subject.domicile?.region } : ask.place;
    const reason = reasonAgainst(statusesOf(file, need), place, ask.day);
    if (reason !== undefined) return feedDoubt(reason, need, ask.day);
  }
  return undefined;
}

function isOfTheThree(need: FeedNeed): boolean {
  return theThree.some((one) => one.agency === need.agency && one.feed === need.feed);
}

/** Does a feed cover a region? One without an entry, or without regions, covers all; one with regions never an unknown one. */
export function covers(file: PersonFile, need: FeedNeed, region: string | undefined): boolean {
  return statusesOf(file, need).every((status) => coversRegion(status.regions, region));
}

/** The doubt that a feed raises. */
export function feedDoubt(reason: UnknownReason, need: FeedNeed, day?: Day): Doubt {
  const name = feedName(need.agency, need.feed);
  const through = reason === 'feed-gap' && day !== undefined ? formatDay(day) : undefined;
  const words = {
    'feed-stale': { zh: '已过期', en: 'is stale' },
    'feed-gap':
      through === undefined
        ? { zh: '有缺口', en: 'has a gap' }
        : { zh: `未完整到 ${through}`, en: `is not complete through ${through}` },
    'feed-down': { zh: '取不到', en: 'is down' },
    'feed-never': { zh: '从未查询', en: 'was never asked' },
    'feed-does-not-cover': { zh: '不覆盖该地区，或地区未知', en: 'does not cover the region, or the region is unknown' },
  }[reason as string];
  return words === undefined ? doubt(reason) : doubt(reason, { zh: `${name.zh}${words.zh}`, en: `${name.en}: ${words.en}` });
}

const byBadness: readonly FeedStatus['state'][] = ['never', 'down', 'gap', 'stale', 'fresh'];
const stateReasons = { stale: 'feed-stale', gap: 'feed-gap', down: 'feed-down', never: 'feed-never' } as const;

/** A feed should have one entry; where it has several, all must be usable. The worst is first. */
function statusesOf(file: PersonFile, need: FeedNeed): readonly FeedStatus[] {
  const found = file.feeds.filter((status) => status.feed === need.feed && status.agency === need.agency);
  return found.length < 2 ? found : found.sort((a, b) => byBadness.indexOf(a.state) - byBadness.indexOf(b.state));
}

function reasonAgainst(statuses: readonly FeedStatus[], place: Ask['place'], day: Day | undefined): UnknownReason | undefined {
  const worst = statuses[0];
  if (worst === undefined) return 'feed-never';
  // A state that is none says of no answer that it was given.
  if (worst.state !== 'fresh') return Object.hasOwn(stateReasons, worst.state) ? stateReasons[worst.state] : 'feed-never';
  if (place !== undefined && !statuses.every((status) => coversRegion(status.regions, place.region)))
    return 'feed-does-not-cover';
  if (day === undefined) return undefined;
  return statuses.every((status) => (interval(status.completeThrough)?.hi ?? Number.NEGATIVE_INFINITY) >= day)
    ? undefined
    : 'feed-gap';
}
