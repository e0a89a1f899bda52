import type { Delivery, Sent } from './nights.js';
import type { World } from './world.js';

/**
 * How the messages of a world may arrive: in any order, some twice, over two or three nights, older versions after newer ones or never, one person put
 * on file late, one night cut short. All of it drawn from one number, so that a failing case is told by a seed.
 */
export function anyhow(world: World, seed: number): Delivery {
  const random = randomOf(seed);
  const chance = (share: number): boolean => random() < share;
  const isWhole = Object.values(world.feeds).every((plan) => plan.state === 'fresh');
  const one = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const held: Delivery['nights'] = chance(0.5) ? [1, 2] : [0, 1, 2];
  const sent: Sent[] = [];
  for (const record of world.records) {
    // What does not answer on the last night has told everything by then.
    const possible = world.feeds[record.feed]?.state === 'fresh' ? held : held.filter((night) => night < 2);
    record.versions.forEach((evidence, at) => {
      const isLast = at === record.versions.length - 1;
      const isOfOthers = record.about[at] !== record.about.at(-1);
      if (!isLast && !isOfOthers && !record.isGoneByKey && chance(0.15)) return;
      for (let times = chance(0.3) ? 2 : 1; times > 0; times--) {
        const night = one(possible);
        sent.push({ feed: record.feed, night, evidence, isGoneByKey: record.isGoneByKey && isLast });
      }
    });
  }
  const secondPerson = one(isWhole ? held : held.filter((night) => night < 2));
  const cut = { night: one(held), after: Math.floor(random() * 12) };
  return { sent: shuffledBy(random)(sent), secondPerson, nights: held, ...(chance(0.4) ? { cut } : {}) };
}

export function shuffledBy(random: () => number): <T>(items: readonly T[]) => T[] {
  return (items) => {
    const mixed = [...items];
    for (let end = mixed.length - 1; end > 0; end--) {
      const other = Math.floor(random() * (end + 1));
      [mixed[end], mixed[other]] = [mixed[other] as never, mixed[end] as never];
    }
    return mixed;
  };
}

/** Mulberry32: numbers from 0 up to 1, the same for the same seed everywhere. */
export function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
