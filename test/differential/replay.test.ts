import { describe, it } from 'vitest';
import { check } from '../../src/reconcile/index.js';
import { openStore } from '../../src/store/index.js';
import fc from '../seeded.js';
import { caseFileOf, withAllVersions } from './case-file.js';
import { anyhow, randomOf, shuffledBy } from './delivery.js';
import { type Delivery, hold, plainly } from './nights.js';
import { runsOf } from './seeds.js';
import { expectSame, type Told, toldBy, toldOf } from './told.js';
import { type World, world } from './world.js';

/** The same messages lead to the same findings: as a case file, in one night, or in any order over several. */

const persons = [0, 1] as const;

async function nightly(city: World, delivery: Delivery): Promise<Told[]> {
  const store = await openStore('sqlite::memory:');
  try {
    const { manifest } = await hold(city, delivery, store);
    return await Promise.all(persons.map((person) => toldOf(store, manifest.id, city.persons[person].subject.key)));
  } finally {
    await store.close();
  }
}

describe('the same messages', () => {
  it('give the same as a case file, by night, and shuffled, doubled, late and interrupted', async () => {
    await fc.assert(
      fc.asyncProperty(world, fc.integer(), async (city, seed) => {
        const direct = persons.map((person) => toldBy(check(caseFileOf(city, person))));
        const order = shuffledBy(randomOf(seed));
        const versions = persons.map((person) => toldBy(check(withAllVersions(city, person, order))));
        expectSame('as a case file of all versions', versions, direct);
        expectSame('by night', await nightly(city, plainly(city)), direct);
        expectSame('shuffled', await nightly(city, anyhow(city, seed)), direct);
      }),
      runsOf(1000, 'test/differential/replay.test.ts'),
    );
  }, 600_000);
});
