import { describe, expect, it } from 'vitest';
import { createKeys, parseIdDocument } from '../../src/identity/index.js';
import type { DeathEvidence } from '../../src/model/index.js';
import { check } from '../../src/reconcile/check.js';
import { linkageOf } from '../../src/reconcile/resemble.js';
import { openStore, type Store } from '../../src/store/index.js';
import { appraisal, batch, death, entry, hour, li, wang } from '../store/examples.js';

/** A cremation with a name and no number, with which the agency answered the question about Wang. */

const keys = createKeys('a secret of the city, 32 bytes long');

const nameless = (name: string, more: Partial<DeathEvidence['person']> = {}): DeathEvidence => {
  const { link: _, ...record } = death('crem-1', hour(1), { basis: 'cremation', eventOn: '2026-02-21', diedOn: '2026-02-20' });
  return {
    ...record,
    person: { idDocuments: [], name, ...more },
    source: { ...record.source, agency: 'civil-affairs', feed: 'cremations' },
  };
};

async function city(): Promise<Store> {
  const store = await openStore('sqlite::memory:');
  await store.importCases([entry({ ...wang, sex: 'male' }, { cases: [appraisal('C-1')] })], hour(0));
  return store;
}

async function shown(store: Store, evidence: DeathEvidence): Promise<string[]> {
  const linkage = await linkageOf(store, hour(1), { identityKey: keys.identityKey });
  const lead = linkage.lead(wang.key, evidence);
  if (lead !== undefined)
    await store.receive(
      batch({
        agency: 'civil-affairs',
        feed: 'cremations',
        leads: [{ personKey: wang.key, evidence: { ...evidence, link: lead.link }, tie: lead.tie }],
      }),
    );
  return (await store.reviews(hour(2))).map(({ level, state, score, reasons }) => `${level} ${state} ${score} ${reasons.join()}`);
}

const found = async (store: Store, at: string): Promise<string[]> => {
  const file = await store.caseFile(wang.key, at);
  if (file === undefined) throw new Error('nobody on file');
  return check({ ...file, feeds: [] }).findings.map(({ rule, severity }) => `${rule} ${severity}`);
};

describe('a record that says a name and no number', () => {
  it('is shown to a person, is no evidence and changes no finding', async () => {
    const store = await city();

    expect(await shown(store, nameless('王测试', { sex: 'male' }))).toEqual(['lead open 7.3 name-same,sex-same']);
    expect(await store.reviews(hour(0))).toEqual([]);
    expect((await store.caseFile(wang.key, hour(2)))?.evidence).toEqual([]);
    expect(await found(store, hour(2))).toEqual([]);
    await store.close();
  });

  it.each([
    ['another name', nameless('样例乙')],
    ['another sex', nameless('王测试', { sex: 'female' })],
    ['another birth date', nameless('王测试', { birthDate: '1971-08-13' })],
    ['a mask that shows another', nameless('王测试', { idDocuments: [parseIdDocument('370799********0026')] })],
  ])('is not shown where it says %s', async (_, evidence) => {
    const store = await city();

    expect(await shown(store, evidence)).toEqual([]);
    await store.close();
  });

  it('is evidence in full once somebody has said whose it is, from then on', async () => {
    const store = await city();
    await shown(store, nameless('王测试'));
    const [item] = await store.reviews(hour(2));
    await store.answerReview({ id: item?.id ?? '', answer: 'same', by: '经办员甲', reason: '家属证实' }, hour(3));

    expect(await found(store, hour(2))).toEqual([]);
    expect(await found(store, hour(4))).toEqual(['case-open-after-death medium']);
    expect((await store.caseFile(wang.key, hour(4)))?.evidence).toMatchObject([
      { basis: 'cremation', link: { level: 'exact', reasons: ['name-same', 'confirmed-by-person'] } },
    ]);
    await store.close();
  });

  it('stands among the other records, and once only where it comes back with the number', async () => {
    const store = await city();
    await store.receive(batch({ evidence: [{ personKey: wang.key, evidence: death('D1', hour(1)) }] }));
    await shown(store, nameless('王测试'));
    const [item] = await store.reviews(hour(2));
    await store.answerReview({ id: item?.id ?? '', answer: 'same', by: '经办员甲', reason: '家属证实' }, hour(3));
    const records = async (at: string) =>
      (await store.caseFile(wang.key, at))?.evidence.map(({ source }) => `${source.agency} ${source.recordId}`);

    expect(await records(hour(4))).toEqual(['civil-affairs crem-1', 'health D1']);

    const numbered = nameless('王测试', { idDocuments: wang.idDocuments });
    const evidence = {
      ...numbered,
      link: { level: 'exact' as const, reasons: ['number-equal'] },
      source: { ...numbered.source, receivedAt: hour(5) },
    };
    await store.receive(
      batch({ agency: 'civil-affairs', feed: 'cremations', at: hour(5), evidence: [{ personKey: wang.key, evidence }] }),
    );
    expect(await records(hour(6))).toEqual(['civil-affairs crem-1', 'health D1']);
    await store.close();
  });

  it('takes nobody’s certain record away, whatever it says', async () => {
    const store = await city();
    await store.importCases([entry(li)], hour(0));
    const certain = death('D1', hour(1));
    const alike = { ...death('D1', hour(2), { diedOn: '2026-02-21' }), link: { level: 'weak' as const, reasons: [] } };
    await store.receive(batch({ at: hour(1), evidence: [{ personKey: wang.key, evidence: certain }] }));
    await store.receive(
      batch({ at: hour(2), evidence: [{ personKey: li.key, evidence: alike, tie: { identity: 'i', score: 15 } }] }),
    );

    expect((await store.caseFile(wang.key, hour(3)))?.evidence.map(({ status }) => status)).toEqual(['current']);
    await store.close();
  });

  it('is as likely as what it says now, where it was likelier before', async () => {
    const store = await city();
    const tied = (level: 'probable' | 'weak', h: number) => {
      const evidence = { ...death('D1', hour(h), { certificateNo: `N-${h}` }), link: { level, reasons: [] } };
      return store.receive(
        batch({ at: hour(h), evidence: [{ personKey: wang.key, evidence, tie: { identity: 'i', score: 20 - h } }] }),
      );
    };
    await tied('probable', 1);
    await tied('weak', 3);

    expect((await store.reviews(hour(2))).map(({ level, score }) => [level, score])).toEqual([['probable', 19]]);
    expect((await store.reviews(hour(4))).map(({ level, score }) => [level, score])).toEqual([['weak', 17]]);
    await store.close();
  });

  it('is not shown again once somebody has said that it is another’s', async () => {
    const store = await city();
    await shown(store, nameless('王测试'));
    const [item] = await store.reviews(hour(2));
    await store.answerReview({ id: item?.id ?? '', answer: 'not-same', by: '经办员甲', reason: '同名' }, hour(3));

    expect(
      (await linkageOf(store, hour(4), { identityKey: keys.identityKey })).lead(wang.key, nameless('王测试')),
    ).toBeUndefined();
    expect(await found(store, hour(4))).toEqual([]);
    await store.close();
  });
});
