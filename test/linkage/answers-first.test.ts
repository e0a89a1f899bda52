import { describe, expect, it } from 'vitest';
import { createKeys, parseIdDocument } from '../../src/identity/index.js';
import type { DeathEvidence, Person, ReviewAnswer, Subject } from '../../src/model/index.js';
import { type Linkage, linkageOf } from '../../src/reconcile/resemble.js';
import type { LinkAnswer } from '../../src/store/store.js';
import { death, hour, li, wang } from '../store/examples.js';

/** Whom a record is tied to: what people have answered comes before what can be compared. */

const { identityKey } = createKeys('a secret of the city, 32 bytes long');

/** One digit of Wang's number is another. */
const row: Person = { idDocuments: [parseIdDocument('370799196001010028')], name: '王测试', birthDate: '1960-01-01' };
const record = (person: Person): DeathEvidence => ({ ...death('D1', hour(1)), person });

const said = (answer: ReviewAnswer, of: Person | string, n = 0): LinkAnswer => ({
  at: hour(2 + n),
  item: `item-${n}`,
  personKey: 'a1',
  identity: typeof of === 'string' ? of : identityKey(of),
  answer,
  by: '经办员甲',
  reason: '已核实',
});

function linkage(onFile: readonly Subject[], answers: readonly LinkAnswer[] = []): Promise<Linkage> {
  const subjects = async function* () {
    yield* onFile;
  };
  return linkageOf({ subjects, linkAnswers: async () => [...answers] }, hour(9), { identityKey });
}

const tied = (of: Linkage, person: Person, among?: ReadonlySet<string>) =>
  of.ties(record(person), among).map(({ personKey, link }) => `${personKey} ${link.level}`);

describe('a record that resembles somebody', () => {
  it('is tied to those that are asked about and to nobody else', async () => {
    const links = await linkage([wang, li]);

    expect(tied(links, row)).toEqual(['a1 probable']);
    expect(tied(links, row, new Set(['a1', 'b2']))).toEqual(['a1 probable']);
    expect(tied(links, row, new Set(['b2']))).toEqual([]);
    expect([links.resembles(row, new Set(['b2'])), links.resembles(row)]).toEqual([false, true]);
  });

  it('is not tied to whom a person has ruled out, and is again where that is taken back', async () => {
    expect(tied(await linkage([wang, li], [said('not-same', row)]), row)).toEqual([]);
    expect(tied(await linkage([wang, li], [said('not-same', row), said('undecided', row, 1)]), row)).toEqual(['a1 probable']);
  });

  it('is tied to whom a person has named, though nothing on file is alike any more; not once that is taken back', async () => {
    const corrected = { ...wang, name: '样例乙', birthDate: '1971-08-13' };

    expect(tied(await linkage([corrected, li]), row)).toEqual([]);
    expect(tied(await linkage([corrected, li], [said('same', row)]), row)).toEqual(['a1 weak']);
    expect(tied(await linkage([corrected, li], [said('same', row)]), row, new Set(['b2']))).toEqual([]);
    expect(tied(await linkage([corrected, li], [said('same', row), said('undecided', row, 1)]), row)).toEqual([]);
    expect(tied(await linkage([corrected, li], [said('same', row), said('not-same', row, 1)]), row)).toEqual([]);
  });
});

describe('a record with a name and no number, with which an agency answered', () => {
  const nameless = (recordId: string): DeathEvidence => ({
    ...death(recordId, hour(1)),
    person: { idDocuments: [], name: '王测试' },
  });

  it('is not shown where the name is common on file', async () => {
    const crowd = Array.from({ length: 100 }, (_, index) => ({ ...wang, key: `k${index}` }));

    expect((await linkage([wang])).lead('a1', nameless('D1'))?.link).toEqual({ level: 'weak', reasons: ['name-same'] });
    expect((await linkage([wang, ...crowd])).lead('a1', nameless('D1'))).toBeUndefined();
    expect((await linkage([wang])).lead('nobody', nameless('D1'))).toBeUndefined();
  });

  it('is answered for by itself: another record of the same name may be of a namesake', async () => {
    const [first, second] = ['D1', 'D2'].map(nameless) as [DeathEvidence, DeathEvidence];
    const identity = (await linkage([wang])).lead('a1', first)?.tie.identity ?? '';
    const links = await linkage([wang], [said('not-same', identity)]);

    expect(links.lead('a1', first)).toBeUndefined();
    expect(links.lead('a1', second)?.link.level).toBe('weak');
    expect(links.lead('a1', second)?.tie.identity).not.toBe(identity);
  });
});
