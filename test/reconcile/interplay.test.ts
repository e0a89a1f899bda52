import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recallOf } from '../../src/model/index.js';
import { decideFinding, releaseFindings } from '../../src/reconcile/decide.js';
import { reconcile } from '../../src/reconcile/run.js';
import { openStore, type Store } from '../../src/store/index.js';
import { appraisal, death, entry, li, wang } from '../store/examples.js';
import { folder, given, night, options, run, told } from './nights.js';

/** Where decisions, corrections, held nights, rules that are off and looks back meet. */

afterAll(() => rmSync(folder, { recursive: true, force: true }));

let store: Store;
let count = 0;
beforeEach(async () => {
  count += 1;
  store = await openStore(`sqlite:./interplay-${count}.db`, { baseDir: folder });
  await store.importCases(
    [
      entry(wang, { numberKeys: ['370799196001010018'], cases: [appraisal('A1', { state: 'scheduled' })] }),
      entry(li, { numberKeys: ['370799196505050021'], cases: [appraisal('B1', { state: 'scheduled' })] }),
    ],
    '2026-03-01T00:00:00.000Z',
  );
});
afterEach(() => store.close());

const certificates = { agency: 'health', feed: 'death-certificates' };
const rule = 'case-open-after-death';
const died = (diedOn: string) => ({
  ...certificates,
  evidence: [death('D1', '', { diedOn, eventOn: '2026-02-21' })],
});

async function decide(as: Parameters<typeof decideFinding>[1]['as'], at: string, more: { until?: string; told?: string[] } = {}) {
  const [record] = await store.findings({ rule });
  return decideFinding(store, { id: record?.finding.id ?? '', as, by: '李科长', reason: '同名', ...more }, at, '演示鉴定中心');
}

describe('a false positive whose facts change and change back', () => {
  it('is raised for the new facts and falls silent again with those it was called false on', async () => {
    await run(store, 2, [died('2026-02-20')]);
    await decide('false-positive', night(2));

    const other = await run(store, 3, [died('2026-02-19')]);
    const back = await run(store, 4, [died('2026-02-20')]);
    const after = await run(store, 5, []);

    expect(told(other.findings)).toEqual([`${rule} open facts-changed`]);
    expect(told(back.findings)).toEqual([`${rule} false-positive decided-before`]);
    expect([back, after].map(({ manifest }) => manifest.rules[rule]?.suppressed)).toEqual([1, 1]);
    expect(told(after.findings)).toEqual([]);
    const [record] = await store.findings({ rule });
    expect([record?.state, record?.decision?.by, record?.decision?.until]).toEqual(['false-positive', '李科长', '2027-03-03']);
  });

  it('stays raised where a person has said something else of it since, or the evidence was void meanwhile', async () => {
    await run(store, 2, [died('2026-02-20')]);
    await decide('false-positive', night(2));
    await run(store, 3, [died('2026-02-19')]);
    await decide('verifying', night(3));
    const back = await run(store, 4, [died('2026-02-20')]);
    expect(told(back.findings)).toEqual([`${rule} verifying`]);

    await decide('false-positive', night(4));
    await run(store, 5, [{ ...certificates, retracted: ['D1'] }]);
    const again = await run(store, 6, [died('2026-02-20')]);
    expect(told(again.findings, rule)).toEqual([`${rule} open`]);
  });

  it('is raised again on the day after its last day, though the facts are the same again', async () => {
    await run(store, 2, [died('2026-02-20')]);
    await decide('false-positive', night(2), { until: '2026-03-05' });
    await run(store, 3, [died('2026-02-19')]);

    expect(told((await run(store, 4, [died('2026-02-20')])).findings)).toEqual([`${rule} false-positive decided-before`]);
    expect(told((await run(store, 5, [])).findings)).toEqual([`${rule} open expired`]);
  });
});

describe('who must hear', () => {
  it('is said also where the decision had expired before the evidence went void, and once', async () => {
    await run(store, 2, [died('2026-02-20')]);
    await decide('confirmed', night(2), { until: '2026-03-03', told: ['待遇科'] });
    expect(told((await run(store, 3, [])).findings)).toEqual([`${rule} open expired`]);

    const gone = await run(store, 4, [{ ...certificates, retracted: ['D1'] }]);
    expect(gone.findings.filter((record) => recallOf(record)?.run === gone.manifest.id)).toHaveLength(1);

    await run(store, 5, [died('2026-02-20')]);
    const again = await run(store, 6, [{ ...certificates, retracted: ['D1'] }]);
    expect(told(again.findings, rule)).toEqual([`${rule} withdrawn evidence-void`]);
    expect(again.findings.filter((record) => recallOf(record)?.run === again.manifest.id)).toEqual([]);
  });

  it('is said of who was told, also where the decision was taken back; of a decision taken back alone nobody', async () => {
    await run(store, 2, [died('2026-02-20')]);
    await decide('confirmed', night(2), { told: ['待遇科'] });
    await decide('open', night(2));
    const gone = await run(store, 3, [{ ...certificates, retracted: ['D1'] }]);
    expect(gone.findings.filter((record) => recallOf(record) !== undefined)).toHaveLength(1);

    await run(store, 4, [died('2026-02-20')]);
    await decide('confirmed', night(4));
    await decide('open', night(4));
    const later = await run(store, 5, [{ ...certificates, retracted: ['D1'] }]);
    expect(later.findings.filter((record) => recallOf(record)?.run === later.manifest.id)).toEqual([]);
  });
});

describe('a rule that is switched off', () => {
  const off = { check: { rules: { [rule]: 'off' as const } } };

  it('closes nothing, but what its finding rested on goes void all the same', async () => {
    await run(store, 2, [died('2026-02-20')]);
    await decide('confirmed', night(2), { told: ['待遇科'] });
    expect(told((await run(store, 3, [], off)).findings)).toEqual([`${rule} confirmed 同名`]);

    const gone = await run(store, 4, [{ ...certificates, retracted: ['D1'] }], off);
    expect(told(gone.findings, rule)).toEqual([`${rule} withdrawn evidence-void`]);
    expect(gone.findings.filter((record) => recallOf(record) !== undefined)).toHaveLength(1);
  });

  it('and on again finds the same without a word, and a false positive silent', async () => {
    await run(store, 2, [died('2026-02-20')]);
    await run(store, 3, [], off);
    expect((await run(store, 4, [])).manifest.findings).toMatchObject({ new: 0, stillOpen: 1, reopened: 0 });
    await decide('false-positive', night(4));
    await run(store, 5, [], off);
    expect(told((await run(store, 6, [])).findings)).toEqual([]);
  });
});

describe('a look back at the instant of a night', () => {
  /** A clock that goes on, so that a night begins, judges and ends at different instants. */
  const ticking = (at: string) => {
    let ms = Date.parse(at);
    return () => {
      ms += 1000;
      return new Date(ms);
    };
  };
  const later = () => new Date('2026-04-01T00:00:00.000Z');
  const stable = ({ manifest }: Awaited<ReturnType<typeof run>>) => {
    const { id: _, startedAt: __, finishedAt: ___, durationMs: ____, resumed: _____, audit: ______, ...rest } = manifest;
    return { ...rest, held: rest.held?.map((rule) => ({ ...rule })) };
  };
  const findingsOf = ({ findings }: Awaited<ReturnType<typeof run>>) =>
    findings
      .map(({ finding, state, history }) => [finding.rule, finding.subject.key, state, history.at(-1)?.change, finding.severity])
      .sort();

  it.each([50, 0])(
    'tells what the night said: feeds, counts, findings, suppressed and held ones (at least %i)',
    async (blastLeast) => {
      const limits = { rejectedShare: 0.5, rejectedRows: 20, blastFactor: 1, blastLeast };
      const code = { ...certificates, table: 't', code: '9', count: 1, firstRecord: 'health/death-certificates/D1' };
      const feeds = (n: number, evidence: ReturnType<typeof death>[]) => {
        const feed = given(n, { ...certificates, evidence });
        const changes = feed.feed.changes;
        return [
          {
            ...feed,
            feed: {
              ...feed.feed,
              async *changes(...ask: Parameters<NonNullable<typeof changes>>) {
                for await (const page of changes?.(...ask) ?? [])
                  yield {
                    ...page,
                    rows: page.rows + 1,
                    unknownCodes: [code],
                    rejected: [{ reason: 'bad-date', pointer: '/1', message: page.messages[0]?.id ?? '' }],
                  };
              },
            },
          },
        ];
      };
      const person = { idDocuments: li.idDocuments, name: li.name };
      const second = death('D2', '', { diedOn: '2026-02-22', person });
      const nights = [];
      nights.push(await reconcile(options(store, feeds(2, died('2026-02-20').evidence), { limits, now: ticking(night(2)) })));
      if (blastLeast > 0) await decide('false-positive', night(3));
      nights.push(await reconcile(options(store, feeds(4, [second]), { limits, now: ticking(night(4)) })));

      for (const said of nights) {
        const asOf = said.manifest.asOf;
        const back = await reconcile(options(store, feeds(9, []), { limits, now: later, asOf }));
        expect(stable(back)).toEqual(stable(said));
        expect(findingsOf(back)).toEqual(findingsOf(said));
        expect(back.exitCode).toBe(said.exitCode);
      }
      if (blastLeast === 0) expect(nights.map(({ manifest }) => manifest.findings.held)).toEqual([1, 2]);
      else expect(nights[1]?.manifest.rules[rule]).toMatchObject({ finding: 1, suppressed: 1 });
    },
  );

  it('is the same after what was held was released, decided and found no more', async () => {
    const limits = { rejectedShare: 0.5, rejectedRows: 20, blastFactor: 1, blastLeast: 0 };
    const said = await run(store, 2, [died('2026-02-20')], { limits });
    const ask = (asOf: string) => reconcile(options(store, [given(9, certificates)], { limits, now: later, asOf }));
    const instants = [said.manifest.asOf, '2026-03-03T01:00:00.000Z'];
    const before = [];
    for (const asOf of instants) before.push(JSON.stringify(await ask(asOf)));

    await releaseFindings(store, { by: '李科长', reason: '属实' }, '2026-03-03T02:00:00.000Z', '演示鉴定中心');
    await decide('confirmed', '2026-03-03T03:00:00.000Z');
    await run(store, 4, [{ ...certificates, retracted: ['D1'] }], { limits });

    for (const [index, asOf] of instants.entries()) expect(JSON.stringify(await ask(asOf))).toBe(before[index]);
    expect(JSON.parse(before[1] ?? '').manifest.findings.held).toBe(1);
  });
});

describe('a decision on what a cut night had found', () => {
  it('is told as of then with what the finding said then, whatever it says since', async () => {
    const cut: Store = Object.assign(Object.create(store) as Store, {
      finishRun: () => Promise.reject(new Error('cut')),
    });
    await expect(reconcile(options(cut, [given(2, died('2026-02-20'))], { now: () => new Date(night(2)) }))).rejects.toThrow(
      'cut',
    );
    await decide('confirmed', '2026-03-03T02:00:00.000Z');
    const asOf = '2026-03-03T03:00:00.000Z';
    const before = JSON.stringify(await store.findings({ rule, asOf }));

    await run(store, 4, [died('2026-02-18')]);

    expect(before).toContain('2026-02-20');
    expect(JSON.stringify(await store.findings({ rule, asOf }))).toBe(before);
  });
});

describe('the findings of a case as of an instant', () => {
  it('are those that were about the case then, whichever cases the person has since', async () => {
    await run(store, 2, [died('2026-02-20')]);
    const asOf = '2026-03-03T03:00:00.000Z';
    const before = JSON.stringify(await store.findings({ caseNo: 'A1', asOf }));
    const numberKeys = ['370799196001010018'];
    await store.importCases([entry(wang, { numberKeys, cases: [appraisal('A2', { state: 'scheduled' })] })], night(3));
    await run(store, 4, [died('2026-02-18')]);

    expect(await store.findings({ caseNo: 'A2', asOf })).toEqual([]);
    expect((await store.findings({ caseNo: 'A2' })).length).toBeGreaterThan(0);
    expect(JSON.stringify(await store.findings({ caseNo: 'A1', asOf }))).toBe(before);
  });
});

describe('a night that is taken up twice', () => {
  it('keeps what its findings said last, for those who look back at its end', async () => {
    await run(store, 2, [died('2026-02-20')]);
    const cut: Store = Object.assign(Object.create(store) as Store, {
      finishRun: () => Promise.reject(new Error('cut')),
    });
    const at = (n: number) => ({ now: () => new Date(night(n)) });
    await expect(reconcile(options(cut, [given(3, died('2026-02-19'))], at(3)))).rejects.toThrow('cut');
    const ended = await reconcile(options(store, [given(4, died('2026-02-18'))], at(4)));

    const [then] = await store.findings({ rule, asOf: ended.manifest.finishedAt ?? '' });
    expect([ended.manifest.resumed, then?.finding.explanation.zh.includes('2026-02-18')]).toEqual([1, true]);
  });
});

describe('a record without a number that a person had called this one’s', () => {
  it.each(['undecided', 'not-same'] as const)(
    'withdraws what rested on it, with who was told, once the answer is %s',
    async (answer) => {
      const record = death('K1', night(2), { diedOn: '2026-02-20', person: { idDocuments: [], name: wang.name } });
      const lead = { ...record, link: { level: 'weak' as const, reasons: ['name-same'] } };
      await store.receive({
        run: 'r',
        ...certificates,
        connection: '',
        at: night(2),
        messages: [],
        evidence: [],
        leads: [{ personKey: wang.key, evidence: lead, tie: { identity: 'i1', score: 7 } }],
        rejected: [],
        unknownCodes: [],
        rows: 1,
        sieved: 0,
      });
      const [item] = await store.reviews(night(2));
      const say = (as: typeof answer | 'same', at: string) =>
        store.answerReview({ id: item?.id ?? '', answer: as, by: '经办员甲', reason: '已核实' }, at);
      await say('same', night(2));
      expect(told((await run(store, 3, [])).findings)).toEqual([`${rule} open`]);
      await decide('confirmed', night(3), { told: ['待遇科'] });
      await say(answer, night(3));

      const gone = await run(store, 4, []);

      expect(told(gone.findings, rule)).toEqual([`${rule} withdrawn evidence-void`]);
      expect(gone.findings.filter((found) => recallOf(found) !== undefined)).toHaveLength(1);
    },
  );
});
