import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DecideAsk, decideFinding } from '../../src/reconcile/decide.js';
import { openStore, type Store } from '../../src/store/index.js';
import { appraisal, death, entry, wang } from '../store/examples.js';
import { folder, night, run } from './nights.js';

/** What a person decides while a night judges: between its judgement and its writing. */

afterAll(() => rmSync(folder, { recursive: true, force: true }));

let store: Store;
let count = 0;
beforeEach(async () => {
  count += 1;
  store = await openStore(`sqlite:./meanwhile-${count}.db`, { baseDir: folder });
  const cases = [appraisal('A1', { state: 'scheduled' })];
  await store.importCases([entry(wang, { numberKeys: ['370799196001010018'], cases })], '2026-03-01T00:00:00.000Z');
  await run(store, 2, [{ ...certificates, evidence: [certificate()] }]);
});
afterEach(() => store.close());

const certificates = { agency: 'health', feed: 'death-certificates' };
const certificate = (diedOn = '2026-02-20') => death('D1', '', { diedOn, certificateNo: 'N1' });

async function decide(as: DecideAsk['as'], more: Partial<DecideAsk> = {}, at = night(2)) {
  const [record] = await store.findings({ rule: 'case-open-after-death' });
  return decideFinding(store, { id: record?.finding.id ?? '', as, by: '李科长', reason: '已核', ...more }, at, '演示鉴定中心');
}

/** The store, where somebody decides just before the night first writes what it found. */
function interrupted(decision: () => Promise<unknown>): Store {
  let decided = false;
  return Object.assign(Object.create(store) as Store, {
    putFindings: async (...given: Parameters<Store['putFindings']>) => {
      if (!decided) await decision();
      decided = true;
      return store.putFindings(...given);
    },
  });
}

const standing = async () => {
  const [record] = await store.findings({ rule: 'case-open-after-death' });
  return [record?.state, record?.history.map(({ to }) => to)];
};

describe('a decision taken while a night judges', () => {
  it('stands, whatever the night found before', async () => {
    await run(
      interrupted(() => decide('false-positive', {}, night(3))),
      3,
      [{ ...certificates, evidence: [certificate()] }],
    );

    expect(await standing()).toEqual(['false-positive', ['open', 'false-positive']]);
  });

  it('that renews an expired one is not undone by the expiry', async () => {
    await decide('false-positive', { until: '2026-03-03' });

    await run(
      interrupted(() => decide('false-positive', { until: '2026-12-31' }, night(4))),
      4,
      [],
    );

    expect(await standing()).toEqual(['false-positive', ['open', 'false-positive', 'false-positive']]);
  });

  it('does not keep standing what rests on void evidence: it is withdrawn in the same night, with the decider named', async () => {
    await run(
      interrupted(() => decide('confirmed', {}, night(3))),
      3,
      [{ ...certificates, retracted: ['D1'] }],
    );

    expect(await standing()).toEqual(['withdrawn', ['open', 'confirmed', 'withdrawn']]);
  });

  it('on facts that have changed since is taken up again in the same night', async () => {
    await run(
      interrupted(() => decide('false-positive', {}, night(3))),
      3,
      [{ ...certificates, evidence: [certificate('2026-02-19')] }],
    );

    expect(await standing()).toEqual(['open', ['open', 'false-positive', 'open']]);
  });
});
