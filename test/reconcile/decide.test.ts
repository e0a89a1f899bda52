import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FindingState } from '../../src/model/index.js';
import { type DecideAsk, decideFinding, type ReleaseAsk, releaseFindings } from '../../src/reconcile/decide.js';
import { factsOf } from '../../src/reconcile/facts.js';
import { openStore, type Store } from '../../src/store/index.js';
import { errorOf } from '../channels/support.js';
import { finding } from '../store/examples.js';

/** Moves of people: who, when and why are kept, and what is no move is told in both languages and moves nothing. */

let store: Store;
beforeEach(async () => {
  store = await openStore('sqlite::memory:');
});
afterEach(() => store.close());

// 2026-03-02 in Shanghai already.
const now = '2026-03-01T17:00:00.000Z';

async function known(id: string, state: FindingState, run = 'run-1'): Promise<void> {
  await store.putFindings(run, '2026-03-01T00:00:00.000Z', [{ finding: finding(id), change: 'new', state }], []);
}

const decide = (ask: Partial<DecideAsk> = {}, at = now) =>
  decideFinding(store, { id: 'f-1', as: 'confirmed', by: '李科长', reason: '已核', ...ask }, at, '演示鉴定中心');
const release = (ask: Partial<ReleaseAsk> = {}) =>
  releaseFindings(store, { by: '值班员', reason: '已查明', ...ask }, now, '演示鉴定中心');

async function refused(call: Promise<unknown>): Promise<[string, string, string]> {
  const { code, text } = await errorOf(call);
  return [code, text.zh, text.en];
}

describe('a decision', () => {
  it('is kept with who, when, why, until when and who was told, and the history only grows', async () => {
    await known('f-1', 'open');

    await decide({ as: 'verifying' });
    await decide({ as: 'confirmed', by: '赵主任', told: ['医保局', '医保局', ' '] });
    const record = await decide({ as: 'confirmed', by: '赵主任', told: ['待遇科'], reason: '又通知' });

    expect(record).toMatchObject({
      state: 'confirmed',
      decision: { as: 'confirmed', by: '赵主任', at: now, reason: '又通知' },
      told: [
        { whom: '医保局', at: now, by: '赵主任' },
        { whom: '待遇科', at: now, by: '赵主任' },
      ],
    });
    expect(record.history.map(({ from, to, by, reason }) => [from, to, by, reason])).toEqual([
      [undefined, 'open', undefined, undefined],
      ['open', 'verifying', '李科长', '已核'],
      ['verifying', 'confirmed', '赵主任', '已核'],
      ['confirmed', 'confirmed', '赵主任', '又通知'],
    ]);
  });

  it('that closes holds for a year, that day counted in Shanghai; one that keeps open until another', async () => {
    await known('f-1', 'open');

    expect((await decide({ as: 'false-positive' })).decision?.until).toBe('2027-03-02');
    expect((await decide({ as: 'verifying' })).decision?.until).toBeUndefined();
    expect((await decide({ as: 'resolved' }, '2028-02-29T01:00:00.000Z')).decision?.until).toBe('2029-02-28');
  });

  it('keeps a digest of the facts it was made on; taking it back keeps none', async () => {
    await known('f-1', 'open');

    expect((await decide({ as: 'false-positive' })).decision?.facts).toBe(factsOf(finding('f-1')));
    expect((await decide({ as: 'open' })).history.at(-1)?.facts).toBeUndefined();
  });

  it('may expire today at the earliest', async () => {
    await known('f-1', 'open');

    expect((await decide({ as: 'false-positive', until: '2026-03-02' })).decision?.until).toBe('2026-03-02');
    expect(await refused(decide({ as: 'false-positive', until: '2026-03-01' }))).toEqual([
      'ERR_USAGE',
      '有效期已过：2026-03-01',
      'the expiry is in the past: 2026-03-01',
    ]);
  });

  it.each(['2026-02-30', '2027', '2027-03', 'tomorrow', '2027-03-01T00:00:00Z', ''])(
    'has a day for an expiry, not %j',
    async (until) => {
      await known('f-1', 'open');

      expect((await refused(decide({ as: 'false-positive', until })))[0]).toBe('ERR_USAGE');
    },
  );

  it('holds no ID number, whoever wrote it where', async () => {
    await known('f-1', 'open');

    const record = await decide({
      by: '李370799196001010018',
      reason: '与370799196001010018核实',
      told: ['家属 370799196001010018'],
    });

    expect(JSON.stringify(record.history)).not.toContain('370799196001010018');
    expect(record.decision).toMatchObject({ by: '李******************', reason: '与******************核实' });
  });

  it('names the finding by its beginning, where only one begins so', async () => {
    await known('abc1', 'open');
    await known('abc2', 'open');

    expect((await decide({ id: 'abc1' })).state).toBe('confirmed');
    expect((await refused(decide({ id: 'abc' })))[0]).toBe('ERR_USAGE');
    expect((await refused(decide({ id: 'x' })))[0]).toBe('ERR_INPUT');
  });

  it.each<[string, Partial<DecideAsk>, FindingState, string]>([
    ['on a withdrawn finding', {}, 'withdrawn', 'finding f-1 was withdrawn with its evidence: nobody can decide it'],
    ['on a resolved finding', {}, 'resolved', 'finding f-1 is resolved: nobody can decide it'],
    ['opening what a run resolved', { as: 'open' }, 'resolved', 'finding f-1 is resolved: nobody can decide it'],
    ['on a held finding', {}, 'held', 'finding f-1 is held: release it first (findings release)'],
    ['taking back what was never decided', { as: 'open' }, 'open', 'finding f-1 has no decision to take back'],
    ['without a name', { by: ' ' }, 'open', 'who decides must be given'],
    ['without a reason', { reason: '\n' }, 'open', 'a reason must be given'],
    ['taking back until a day', { as: 'open', until: '2027-01-01' }, 'open', 'taking a decision back has no expiry'],
    [
      'to what is none',
      { as: 'held' as 'open' },
      'open',
      'nobody decides held; there are: verifying, confirmed, false-positive, resolved, open',
    ],
  ])('%s is refused, and moves nothing', async (_, ask, state, en) => {
    await known('f-1', state);

    const [code, zh, said] = await refused(decide(ask));

    expect([code, said]).toEqual(['ERR_USAGE', en]);
    expect(zh).toMatch(/\p{Script=Han}/u);
    expect(await store.finding('f-1')).toMatchObject({ state, history: [{ to: state }] });
  });

  it('of a person to close may be taken back by a person', async () => {
    await known('f-1', 'open');
    await decide({ as: 'resolved' });

    expect((await refused(decide({ as: 'confirmed' })))[0]).toBe('ERR_USAGE');
    expect(await decide({ as: 'open' })).toMatchObject({ state: 'open' });
    expect((await store.finding('f-1'))?.decision).toBeUndefined();
  });
});

describe('a release', () => {
  it('lets go what a run held, or a rule, or those named, and says who and why', async () => {
    for (const [id, run] of [
      ['f-1', 'run-1'],
      ['f-2', 'run-2'],
      ['f-3', 'run-2'],
      ['f-4', 'run-2'],
    ] as const)
      await known(id, 'held', run);
    const ids = async (ask: Partial<ReleaseAsk>) => (await release(ask)).map((record) => [record.finding.id, record.state]);

    expect(await ids({ run: 'run-1' })).toEqual([['f-1', 'open']]);
    expect(await ids({ id: ['f-3'] })).toEqual([['f-3', 'open']]);
    expect(await ids({ rule: 'exam-after-death' })).toEqual([
      ['f-2', 'open'],
      ['f-4', 'open'],
    ]);
    expect((await store.finding('f-1'))?.history.at(-1)).toEqual({
      at: now,
      from: 'held',
      to: 'open',
      by: '值班员',
      reason: '已查明',
    });
  });

  it('of a run lets go what that run held, and not what it only touched', async () => {
    await known('f-1', 'open', 'run-1');
    await store.putFindings(
      'run-2',
      '2026-03-01T01:00:00.000Z',
      [{ finding: finding('f-1'), change: 'reopened', state: 'held' }],
      [],
    );

    expect((await refused(release({ run: 'run-1' })))[2]).toBe('no such finding is held');
    expect((await refused(release({ run: 'run-1', id: 'f-1' })))[0]).toBe('ERR_USAGE');
    expect((await release({ run: 'run-2' })).map(({ state }) => state)).toEqual(['open']);
  });

  it('of what is not held is refused, and lets none of the others go', async () => {
    await known('f-1', 'held');
    await known('f-2', 'open');

    expect((await refused(release({ id: ['f-1', 'f-2'] })))[2]).toBe('finding f-2 is not held, so there is nothing to release');
    expect((await refused(release({ rule: 'stays-overlap' })))[2]).toBe('no such finding is held');
    expect((await refused(release({ id: 'f-1', rule: 'stays-overlap' })))[0]).toBe('ERR_USAGE');
    expect((await refused(release({ by: '' })))[0]).toBe('ERR_USAGE');
    expect((await store.finding('f-1'))?.state).toBe('held');
  });
});
