import { describe, expect, it } from 'vitest';
import type { RuleResult } from '../../src/model/index.js';
import { all, checked, finding, hour, manifest } from './examples.js';
import type { CurrentStore } from './suite.js';

/** Findings with their life, and what the rules said of everybody. */
export function findingsSuite(store: CurrentStore): void {
  describe('findings', () => {
    it('are stored with when and how they came', async () => {
      await store().putFindings('run-1', hour(1), [{ finding: finding('f-1'), change: 'new', state: 'open' }], []);

      expect(await store().findings()).toEqual([
        {
          finding: finding('f-1'),
          state: 'open',
          firstSeenAt: hour(1),
          lastSeenAt: hour(1),
          history: [{ at: hour(1), run: 'run-1', to: 'open', change: 'new' }],
        },
      ]);
    });

    it('add nothing when a run says the same twice, also when it was taken up again and finds them open', async () => {
      const change = { finding: finding('f-1'), change: 'new' as const, state: 'open' as const };
      await store().putFindings('run-1', hour(1), [change], []);
      await store().putFindings('run-1', hour(2), [change], []);
      await store().putFindings('run-1', hour(2), [{ ...change, change: 'still-open' }], []);

      expect((await store().findings())[0]?.history).toEqual([{ at: hour(1), run: 'run-1', to: 'open', change: 'new' }]);
    });

    it('that are found again are seen again, and their history says nothing of it', async () => {
      await store().putFindings('run-1', hour(1), [{ finding: finding('f-1'), change: 'new', state: 'open' }], []);
      await store().putFindings('run-2', hour(2), [{ finding: finding('f-1'), change: 'still-open', state: 'open' }], []);

      const [record] = await store().findings();
      expect(record).toMatchObject({ firstSeenAt: hour(1), lastSeenAt: hour(2) });
      expect(record?.history).toHaveLength(1);
      expect(await store().findings({ run: 'run-2' })).toEqual([]);
    });

    it('that stay open because the rule cannot tell are not seen again', async () => {
      await store().putFindings(
        'run-1',
        hour(1),
        [{ finding: finding('f-1'), change: 'new', state: 'open' }],
        [checked('a1', [], [finding('f-1')])],
      );
      await store().putFindings(
        'run-2',
        hour(2),
        [{ finding: finding('f-1'), change: 'still-open', state: 'open' }],
        [checked('a1', [])],
      );

      expect((await store().findings())[0]?.lastSeenAt).toBe(hour(1));
    });

    it('change, close and reopen, each with the state before and after', async () => {
      const changed = finding('f-1', { severity: 'critical', subject: { key: 'a1', caseNos: ['C-2'] } });
      await store().putFindings('run-1', hour(1), [{ finding: finding('f-1'), change: 'new', state: 'open' }], []);
      await store().putFindings('run-2', hour(2), [{ finding: changed, change: 'changed', state: 'open' }], []);
      await store().putFindings(
        'run-3',
        hour(3),
        [{ finding: changed, change: 'withdrawn', state: 'withdrawn', reason: 'evidence-void' }],
        [],
      );
      await store().putFindings('run-4', hour(4), [{ finding: changed, change: 'reopened', state: 'open' }], []);

      await store().putFindings('run-5', hour(5), [{ finding: finding('f-1'), change: 'changed', state: 'open' }], []);
      await store().putFindings('run-6', hour(6), [{ finding: changed, change: 'resolved', state: 'resolved' }], []);

      const record = await store().finding('f-1');
      expect(record?.finding).toEqual(changed);
      expect(record).toMatchObject({ state: 'resolved', firstSeenAt: hour(1), lastSeenAt: hour(5) });
      expect(record?.history.slice(1)).toEqual([
        { at: hour(2), run: 'run-2', from: 'open', to: 'open', change: 'changed' },
        { at: hour(3), run: 'run-3', from: 'open', to: 'withdrawn', change: 'withdrawn', reason: 'evidence-void' },
        { at: hour(4), run: 'run-4', from: 'withdrawn', to: 'open', change: 'reopened' },
        { at: hour(5), run: 'run-5', from: 'open', to: 'open', change: 'changed' },
        { at: hour(6), run: 'run-6', from: 'open', to: 'resolved', change: 'resolved' },
      ]);
      expect(await store().findings({ caseNo: 'C-1' })).toEqual([]);
      expect(await store().findings({ caseNo: 'C-2' })).toHaveLength(1);
    });

    it('can be held, and released or decided by a person, who is named once', async () => {
      await store().putFindings('run-1', hour(1), [{ finding: finding('f-1'), change: 'new', state: 'held' }], []);
      await store().putFindings('', hour(2), [{ finding: finding('f-1'), state: 'open', by: '李科长', reason: '已核' }], []);
      const decision = { finding: finding('f-1'), state: 'false-positive' as const, by: '李科长', reason: '同名' };
      await store().putFindings('', hour(3), [decision], []);
      await store().putFindings('', hour(4), [decision], []);
      await store().putFindings('', hour(5), [{ ...decision, by: '赵主任' }], []);

      expect((await store().finding('f-1'))?.history.slice(1)).toEqual([
        { at: hour(2), from: 'held', to: 'open', by: '李科长', reason: '已核' },
        { at: hour(3), from: 'open', to: 'false-positive', by: '李科长', reason: '同名' },
        { at: hour(5), from: 'false-positive', to: 'false-positive', by: '赵主任', reason: '同名' },
      ]);
    });

    it('keep until when a decision holds, on which facts it was made and who was told, and say them of the finding', async () => {
      await store().putFindings('run-1', hour(1), [{ finding: finding('f-1'), change: 'new', state: 'open' }], []);
      const decision = { finding: finding('f-1'), state: 'confirmed' as const, by: '李科长', reason: '已核' };
      const more = { until: '2027-03-01', facts: 'abc', told: ['待遇科', '医保局'] };

      const [moved] = await store().moveFindings(['f-1'], hour(2), () => ({ ...decision, ...more }));
      await store().putFindings('run-2', hour(3), [{ finding: finding('f-1'), change: 'still-open', state: 'confirmed' }], []);
      const kept = await store().finding('f-1');
      await store().putFindings('run-3', hour(4), [{ finding: finding('f-1'), change: 'withdrawn', state: 'withdrawn' }], []);

      const { told, ...decided } = more;
      expect(moved?.history.at(-1)).toEqual({
        at: hour(2),
        from: 'open',
        to: 'confirmed',
        by: '李科长',
        reason: '已核',
        ...more,
      });
      expect(kept?.decision).toEqual({ as: 'confirmed', by: '李科长', reason: '已核', at: hour(2), ...decided });
      expect(kept?.told).toEqual(told.map((whom) => ({ whom, at: hour(2), by: '李科长' })));
      const gone = await store().finding('f-1');
      expect(gone?.decision).toBeUndefined();
      expect(gone?.told).toHaveLength(2);
    });

    it('are moved together or not at all', async () => {
      for (const id of ['f-1', 'f-2'])
        await store().putFindings('run-1', hour(1), [{ finding: finding(id), change: 'new', state: 'held' }], []);
      const release = (record: { finding: { id: string } }) => {
        if (record.finding.id === 'f-2') throw new Error('no');
        return { finding: finding(record.finding.id), state: 'open' as const, by: '甲', reason: '乙' };
      };

      await expect(store().moveFindings({ state: ['held'] }, hour(2), release)).rejects.toThrow('no');
      await expect(store().moveFindings(['f-1', 'f-9'], hour(2), release)).rejects.toMatchObject({ code: 'ERR_INPUT' });
      expect((await store().findings()).map(({ state }) => state)).toEqual(['held', 'held']);
    });

    it('that a person moved after a run judged them are left to the person, or judged again', async () => {
      await store().putFindings('run-1', hour(1), [{ finding: finding('f-1'), change: 'new', state: 'open' }], []);
      const from = await store().finding('f-1');
      const write = { finding: finding('f-1'), change: 'resolved' as const, state: 'resolved' as const, ...(from && { from }) };
      const decision = { finding: finding('f-1'), state: 'false-positive' as const, by: '李科长', reason: '同名' };
      await store().moveFindings(['f-1'], hour(2), () => decision);

      await store().putFindings('run-2', hour(3), [write], []);
      expect(await store().finding('f-1')).toMatchObject({ state: 'false-positive', lastSeenAt: hour(1) });

      const again = () => ({ finding: finding('f-1'), change: 'withdrawn' as const, state: 'withdrawn' as const });
      await store().putFindings('run-2', hour(3), [{ ...write, again }], []);
      expect((await store().finding('f-1'))?.history.map(({ from, to }) => [from, to])).toEqual([
        [undefined, 'open'],
        ['open', 'false-positive'],
        ['false-positive', 'withdrawn'],
      ]);
    });

    it('are asked for by state, rule, person, case and run, each and together, the first seen first', async () => {
      await store().putFindings('run-1', hour(2), [{ finding: finding('f-1'), change: 'new', state: 'open' }], []);
      await store().putFindings(
        'run-0',
        hour(1),
        [
          { finding: finding('f-2', { rule: 'stays-overlap' }), change: 'new', state: 'resolved' },
          { finding: finding('f-3', { subject: { key: 'b2', caseNos: ['C-2', 'C-2', 'C-3'] } }), change: 'new', state: 'held' },
        ],
        [],
      );
      const ids = async (query: Parameters<ReturnType<CurrentStore>['findings']>[0]) =>
        (await store().findings(query)).map((record) => record.finding.id);

      expect(await ids({})).toEqual(['f-2', 'f-3', 'f-1']);
      expect(await ids({ state: ['open', 'held'] })).toEqual(['f-3', 'f-1']);
      expect(await ids({ state: [] })).toEqual([]);
      expect(await ids({ rule: 'stays-overlap' })).toEqual(['f-2']);
      expect(await ids({ personKey: 'b2' })).toEqual(['f-3']);
      expect(await ids({ caseNo: 'C-3' })).toEqual(['f-3']);
      expect(await ids({ run: 'run-0' })).toEqual(['f-2', 'f-3']);
      expect(await ids({ run: 'run-0', state: ['held'], caseNo: 'C-2', rule: 'exam-after-death', personKey: 'b2' })).toEqual([
        'f-3',
      ]);
      expect(await ids({ run: 'run-9' })).toEqual([]);
    });

    it('are found by the beginning of the id, unless several begin so', async () => {
      for (const id of ['abc1', 'abc2', 'abc', 'x%y'])
        await store().putFindings('r', hour(1), [{ finding: finding(id), change: 'new', state: 'open' }], []);

      expect((await store().finding('abc1'))?.finding.id).toBe('abc1');
      expect((await store().finding('abc'))?.finding.id).toBe('abc');
      expect((await store().finding('x'))?.finding.id).toBe('x%y');
      expect(await store().finding('%')).toBeUndefined();
      expect(await store().finding('')).toBeUndefined();
      await expect(store().finding('ab')).rejects.toMatchObject({ code: 'ERR_USAGE' });
    });

    it('of many persons are stored and found again, all of them', async () => {
      const many = Array.from({ length: 300 }, (_, index) => finding(`f-${index}`));
      await store().putFindings(
        'r',
        hour(1),
        many.map((item) => ({ finding: item, change: 'new' as const, state: 'open' as const })),
        [],
      );

      const records = await store().findings({ state: ['open'] });
      expect(records).toHaveLength(300);
      expect(records.every((record) => record.history.length === 1)).toBe(true);
    });
  });

  describe('results', () => {
    const because = { zh: '来源不够新', en: 'the feed is stale' };
    const unknown: RuleResult = { rule: 'stays-overlap', outcome: 'unknown', reason: 'feed-stale', because };
    const clear: RuleResult = {
      rule: 'stays-overlap',
      outcome: 'clear',
      reason: 'nothing-found',
      because: { zh: '无', en: 'none' },
    };
    const found: RuleResult = {
      rule: 'exam-after-death',
      outcome: 'finding',
      reason: 'found',
      severity: 'high',
      because: { zh: '有', en: 'some' },
    };

    it('are counted per rule and outcome', async () => {
      await store().putFindings('run-1', hour(1), [], [checked('a1', [unknown, found]), checked('b2', [clear])]);

      const none = { finding: 0, clear: 0, unknown: 0, 'not-applicable': 0, suppressed: 0 };
      expect(await store().outcomes('run-1')).toEqual({
        'exam-after-death': { ...none, finding: 1 },
        'stays-overlap': { ...none, unknown: 1, clear: 1 },
      });
      expect(await store().outcomes('run-2')).toEqual({});
    });

    it("of a person judged again in the same run replace the person's earlier ones", async () => {
      await store().putFindings('run-1', hour(1), [], [checked('a1', [unknown, found]), checked('b2', [unknown])]);
      await store().putFindings('run-1', hour(2), [], [checked('a1', [clear])]);
      await store().putFindings('run-1', hour(3), [], [checked('a1', [clear])]);

      const counts = await store().outcomes('run-1');
      expect(counts['stays-overlap']).toMatchObject({ clear: 1, unknown: 1 });
      expect(counts['exam-after-death']).toMatchObject({ finding: 0 });
      expect(await store().resultsOf('run-1', 'a1')).toEqual([
        { rule: 'stays-overlap', outcome: 'clear', reason: 'nothing-found' },
      ]);
    });

    it('that could not be told are listed person by person, with their cases and the reason', async () => {
      await store().putFindings(
        'run-1',
        hour(1),
        [],
        [checked('b2', [unknown]), checked('a1', [unknown, found]), checked('c3', [clear])],
      );

      expect(await all(store().unknowns('run-1'))).toEqual([
        { personKey: 'a1', caseNos: ['C-1'], rule: 'stays-overlap', reason: 'feed-stale', because },
        { personKey: 'b2', caseNos: ['C-1'], rule: 'stays-overlap', reason: 'feed-stale', because },
      ]);
      expect(await all(store().unknowns('run-2'))).toEqual([]);
    });

    it('say again what each rule said of a person, in the order it was said', async () => {
      await store().putFindings('run-1', hour(1), [], [checked('a1', [unknown, clear, found])]);

      expect(await store().resultsOf('run-1', 'a1')).toEqual([
        unknown,
        { rule: 'stays-overlap', outcome: 'clear', reason: 'nothing-found' },
        found,
      ]);
      expect(await store().resultsOf('run-1', 'b2')).toEqual([]);
    });

    it('of more persons than one page are all listed', async () => {
      const many = Array.from({ length: 1100 }, (_, index) => checked(`p${index}`, [unknown]));
      await store().putFindings('run-1', hour(1), [], many);

      expect(await all(store().unknowns('run-1'))).toHaveLength(1100);
      expect((await store().outcomes('run-1'))['stays-overlap']?.unknown).toBe(1100);
    });

    it('are kept person by person for the last 14 runs, and counted for ever', async () => {
      for (let run = 1; run <= 15; run += 1) {
        const id = `run-${String(run).padStart(2, '0')}`;
        await store().startRun({ id, startedAt: hour(run), asOf: hour(run) });
        await store().putFindings(id, hour(run), [], [checked('a1', [unknown])]);
        await store().finishRun(manifest(id, hour(run)));
      }

      expect(await all(store().unknowns('run-01'))).toEqual([]);
      expect(await all(store().unknowns('run-02'))).toHaveLength(1);
      expect((await store().outcomes('run-01'))['stays-overlap']?.unknown).toBe(1);
    });
  });
}
