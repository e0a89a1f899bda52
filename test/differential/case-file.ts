import type { CaseFile, Evidence, FeedStatus } from '../../src/model/index.js';
import { type FeedPlan, lastNight, nights, type World } from './world.js';

/** The plain rendering: what is known of one person in the end, written down as a case file without a store or a feed. */
export function caseFileOf(world: World, person: 0 | 1): CaseFile {
  const { subject, cases, benefits, settlements } = world.persons[person];
  return {
    asOf: lastNight,
    subject,
    cases,
    benefits,
    evidence: [...settlements, ...evidenceOf(world, person)],
    feeds: feedsOf(world),
  };
}

function evidenceOf(world: World, person: 0 | 1): Evidence[] {
  return world.records.flatMap(({ versions, about }): Evidence[] => {
    const last = about.lastIndexOf(person);
    const version = versions[last];
    if (version === undefined) return [];
    // It turned out to be about somebody else: for this person it is void.
    if (last < versions.length - 1) return [{ ...version, status: 'void' }];
    return [version];
  });
}

/** The same with every version that was ever sent, in any order: `check` itself knows which one stands. */
export function withAllVersions(world: World, person: 0 | 1, order: <T>(items: readonly T[]) => T[]): CaseFile {
  const file = caseFileOf(world, person);
  const current = new Map(file.evidence.map((record) => [record.source.recordId, record]));
  const older = world.records
    .filter((record) => record.about.every((whom) => whom === person))
    .flatMap(({ versions }) => versions.slice(0, -1));
  const all = order([...older, ...older, ...current.values()]);
  // Received in that order, a minute apart.
  const evidence = all.map((record, place) => ({
    ...record,
    source: { ...record.source, receivedAt: new Date(Date.parse(nights[0]) + place * 60_000).toISOString() },
  }));
  return { ...file, evidence };
}

/** By hand from the specification's *The run*. */
function feedsOf(world: World): FeedStatus[] {
  return Object.entries(world.feeds).map(([id, plan]) => {
    const [agency = '', feed = ''] = id.split('/');
    return { agency, feed, ...stateOf(plan), ...(plan.regions === undefined ? {} : { regions: [...plan.regions] }) };
  });
}

function stateOf(plan: FeedPlan): Pick<FeedStatus, 'state' | 'completeThrough'> {
  if (plan.mode === 'changes') return { state: plan.state, completeThrough: plan.through };
  // Asked on the last night in Shanghai, or answered on the night before, which is the 29th there.
  return plan.state === 'fresh'
    ? { state: 'fresh', completeThrough: '2025-06-30' }
    : { state: plan.state, completeThrough: '2025-06-29' };
}
