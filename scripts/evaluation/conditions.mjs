/**
 * Under which conditions one trial is held, drawn from its seed: how many people, which feeds fail in which way and when, which files are late,
 * missing or hold rows that somebody has mistyped.
 */
import { randomOf } from './random.mjs';

/** In turn, so that few seeds meet all of them. */
const kinds = ['complete', 'outage', 'outage-after-a-good-night', 'spoiled-files', 'late-files'];

/** Faults that end within a night's patience: `slow` answers wait for a deadline, which is measured elsewhere. */
const tooLong = new Set(['slow']);

/** The folders of exchanged tables; their faults are drawn with the files. */
const feedOfTable = {
  'household-register': 'public-security/population',
  'death-certificates': 'health/death-certificates',
  settlements: 'medical-insurance/settlements',
};
const tables = Object.keys(feedOfTable);

export function conditionsOf(seed, { feedFaults, stories }) {
  const random = randomOf(seed);
  const kind = kinds[(seed - 1) % kinds.length];
  const conditions = {
    seed,
    kind,
    people: stories + random.between(0, 30),
    faults: {},
    /** Days between the first night and the second; 0: one night. */
    days: 0,
    /** Share of table rows with a mistyped field. */
    mistyped: 0,
    /** Folder whose file of one day never comes, or comes before the second night. */
    missing: undefined,
    late: undefined,
  };
  if (kind === 'complete') return conditions;
  if (kind === 'late-files') return { ...conditions, days: 1, late: random.pick(tables) };
  if (kind === 'spoiled-files')
    return {
      ...conditions,
      mistyped: random.pick([0.002, 0.005, 0.01, 0.02]),
      ...(random.chance(0.5) ? { missing: random.pick(tables) } : {}),
    };
  const feeds = Object.keys(feedFaults);
  const share = random.pick([0.15, 0.3, 0.6]);
  const failing = feeds.filter(() => random.chance(share));
  if (failing.length === 0) failing.push(random.pick(feeds));
  for (const feed of failing) {
    const able = feedFaults[feed].filter(
      (fault) => !tooLong.has(fault) || feed.endsWith('/drop') || feed.endsWith('/settlements'),
    );
    const fault = random.pick(able);
    // Some agencies fail in the middle of a night, some come back.
    const isFile = feed.endsWith('/drop') || feed.endsWith('/settlements');
    conditions.faults[feed] = isFile
      ? { kind: fault }
      : { kind: fault, ...(random.chance(0.2) ? { after: random.between(1, 60) } : {}) };
  }
  return { ...conditions, days: kind === 'outage' ? 0 : random.between(1, 4) };
}

/** The feeds that these conditions disturb, as `agency/feed`. */
export function disturbedBy({ faults, missing, late }) {
  const ofTables = [missing, late].flatMap((table) => (table === undefined ? [] : [feedOfTable[table]]));
  return [...Object.keys(faults).map((feed) => feed.replace(/\/drop$/, '')), ...ofTables];
}

/** For people: what was drawn, in a few words. */
export function conditionsText({ kind, people, faults, days, mistyped, missing, late }) {
  const told = Object.entries(faults).map(
    ([feed, { kind: fault, after }]) => `${feed} ${fault}${after === undefined ? '' : ` after ${after}`}`,
  );
  return [
    `${kind}, ${people} people, ${days === 0 ? '1 night' : `2 nights ${days} d apart`}`,
    ...told,
    ...(mistyped === 0 ? [] : [`${mistyped * 100} % of rows mistyped`]),
    ...(missing === undefined ? [] : [`a file of ${missing} missing`]),
    ...(late === undefined ? [] : [`a file of ${late} late`]),
  ].join('; ');
}
