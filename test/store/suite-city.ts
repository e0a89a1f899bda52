import { describe, expect, it } from 'vitest';
import { all, appraisal, benefit, entry, hour, li, settlement, wang } from './examples.js';
import type { CurrentStore } from './suite.js';

/** The city's own file: import, versions, who is on file. */
export function citySuite(store: CurrentStore): void {
  describe("the city's own file", () => {
    it('counts what an import puts on file, and finds the person by key, case and number', async () => {
      const counts = await store().importCases(
        [
          entry(wang, {
            numberKeys: ['a1', 'a1-passport'],
            cases: [appraisal('C-1')],
            benefits: [benefit('B-1')],
            settlements: [settlement('S-1', hour(1))],
          }),
          entry(li),
        ],
        hour(1),
      );

      expect(counts).toEqual({
        persons: { new: 2, changed: 0, unchanged: 0 },
        cases: { new: 1, changed: 0, unchanged: 0 },
        benefits: { new: 1, changed: 0, unchanged: 0 },
        settlements: { new: 1, changed: 0, unchanged: 0 },
      });
      expect(await all(store().subjects(hour(1)))).toEqual([wang, li]);
      expect(await store().countSubjects(hour(1))).toBe(2);
      expect(await store().subject('b2', hour(1))).toEqual(li);
      expect(await store().subject('c3', hour(1))).toBeUndefined();
      expect(await store().subjectOfCase('C-1', hour(1))).toEqual(wang);
      expect(await store().subjectOfCase('C-2', hour(1))).toBeUndefined();
      expect(await store().numberKeys(hour(1))).toEqual(
        new Map([
          ['a1', 'a1'],
          ['a1-passport', 'a1'],
          ['b2', 'b2'],
        ]),
      );
    });

    it('gives the case file as imported, and nobody one who is not on file', async () => {
      await store().importCases(
        [
          entry(wang, {
            cases: [appraisal('C-2'), appraisal('C-1')],
            benefits: [benefit('B-1')],
            settlements: [settlement('S-1', hour(1))],
          }),
        ],
        hour(1),
      );

      expect(await store().caseFile('a1', '2026-03-01T10:00:00+08:00')).toEqual({
        asOf: '2026-03-01T10:00:00+08:00',
        subject: wang,
        cases: [appraisal('C-1'), appraisal('C-2')],
        benefits: [benefit('B-1')],
        evidence: [settlement('S-1', hour(1))],
      });
      expect(await store().caseFile('b2', hour(2))).toBeUndefined();
    });

    it('changes nothing when the same import comes twice, whatever the order of fields', async () => {
      const import1 = entry(wang, {
        cases: [appraisal('C-1')],
        benefits: [benefit('B-1')],
        settlements: [settlement('S-1', hour(1))],
      });
      await store().importCases([import1], hour(1));
      const shuffled = Object.fromEntries(Object.entries(appraisal('C-1')).reverse()) as (typeof import1.cases)[number];

      const counts = await store().importCases(
        [{ ...import1, cases: [shuffled], settlements: [settlement('S-1', hour(5))] }],
        hour(5),
      );

      expect(counts).toEqual({
        persons: { new: 0, changed: 0, unchanged: 1 },
        cases: { new: 0, changed: 0, unchanged: 1 },
        benefits: { new: 0, changed: 0, unchanged: 1 },
        settlements: { new: 0, changed: 0, unchanged: 1 },
      });
      expect((await store().caseFile('a1', hour(6)))?.evidence).toEqual([settlement('S-1', hour(1))]);
    });

    it('keeps versions: the file of an earlier instant is as it was then', async () => {
      await store().importCases([entry(wang, { cases: [appraisal('C-1')], settlements: [settlement('S-1', hour(1))] })], hour(1));
      const renamed = { ...wang, name: '王改名' };
      const counts = await store().importCases(
        [
          entry(renamed, {
            cases: [appraisal('C-1', { state: 'examined' }), appraisal('C-2')],
            settlements: [settlement('S-1', hour(3), '120.00')],
          }),
        ],
        hour(3),
      );

      expect(counts.persons).toEqual({ new: 0, changed: 1, unchanged: 0 });
      expect(counts.cases).toEqual({ new: 1, changed: 1, unchanged: 0 });
      expect(counts.settlements).toEqual({ new: 0, changed: 1, unchanged: 0 });
      const before = await store().caseFile('a1', hour(2));
      expect(before?.subject.name).toBe('王测试');
      expect(before?.cases.map((item) => [item.caseNo, item.state])).toEqual([['C-1', 'accepted']]);
      expect(before?.evidence.map((item) => item.kind === 'settlement' && item.total)).toEqual(['100.00']);
      const after = await store().caseFile('a1', hour(3));
      expect(after?.subject.name).toBe('王改名');
      expect(after?.cases.map((item) => [item.caseNo, item.state])).toEqual([
        ['C-1', 'examined'],
        ['C-2', 'accepted'],
      ]);
      expect(after?.evidence.map((item) => item.kind === 'settlement' && item.total)).toEqual(['120.00']);
      expect(await all(store().subjects('2026-02-28T23:59:59Z'))).toEqual([]);
      expect(await store().countSubjects('2026-02-28T23:59:59Z')).toBe(0);
      expect(await store().subjectOfCase('C-2', hour(2))).toBeUndefined();
    });

    it('takes an import for the instant it is given for, also twice the same instant or before a later one', async () => {
      const named = (name: string) => [entry({ ...wang, name })];
      await store().importCases(named('甲'), hour(1));
      await store().importCases(named('乙'), hour(1));
      await store().importCases(named('丙'), hour(5));

      expect((await store().importCases(named('丙'), hour(3))).persons).toEqual({ new: 0, changed: 1, unchanged: 0 });

      const names = [];
      for (const h of [1, 2, 3, 5]) names.push((await store().subject('a1', hour(h)))?.name);
      expect(names).toEqual(['乙', '乙', '丙', '丙']);
    });

    it('leaves on file what a later import does not mention', async () => {
      await store().importCases([entry(wang, { cases: [appraisal('C-1')], benefits: [benefit('B-1')] })], hour(1));
      await store().importCases([entry(wang), entry(li)], hour(2));

      const file = await store().caseFile('a1', hour(3));
      expect(file?.cases.map((item) => item.caseNo)).toEqual(['C-1']);
      expect(file?.benefits.map((item) => item.id)).toEqual(['B-1']);
    });

    it('takes several lines about one person together, so that the same file again changes nothing', async () => {
      const lines = [
        entry({ ...wang, phone: '053600000001' }, { cases: [appraisal('C-1')] }),
        entry(wang, { numberKeys: ['a1', 'a1-passport'], cases: [appraisal('C-2')] }),
      ];
      const first = await store().importCases(lines, hour(1));
      const second = await store().importCases(lines, hour(2));

      expect(first.persons).toEqual({ new: 1, changed: 0, unchanged: 0 });
      expect(second.persons).toEqual({ new: 0, changed: 0, unchanged: 1 });
      expect(second.cases).toEqual({ new: 0, changed: 0, unchanged: 2 });
      expect((await store().caseFile('a1', hour(2)))?.subject).toEqual(wang);
      expect((await store().numberKeys(hour(2))).get('a1-passport')).toBe('a1');
      expect((await store().subjectOfNumber('a1-passport', hour(2)))?.key).toBe('a1');
      expect(await store().subjectOfNumber('a1-passport', hour(0))).toBeUndefined();
      expect(await store().subjectOfNumber('nobody', hour(2))).toBeUndefined();
    });

    it('moves a case that comes again under a corrected ID number, and still knows whose it was', async () => {
      await store().importCases([entry(wang, { cases: [appraisal('C-1')] })], hour(1));
      await store().importCases([entry(li, { cases: [appraisal('C-1')] })], hour(3));

      expect(await store().subjectOfCase('C-1', hour(2))).toEqual(wang);
      expect(await store().subjectOfCase('C-1', hour(3))).toEqual(li);
      expect((await store().caseFile('a1', hour(2)))?.cases).toHaveLength(1);
      expect((await store().caseFile('a1', hour(3)))?.cases).toEqual([]);
      expect((await store().caseFile('b2', hour(3)))?.cases).toHaveLength(1);
    });

    it('gives a case that one import tells of two persons to the latter, and the same import again changes nothing', async () => {
      const twice = [entry(wang, { cases: [appraisal('C-1')] }), entry(li, { cases: [appraisal('C-1')] })];
      await store().importCases(twice, hour(1));

      expect((await store().importCases(twice, hour(2))).cases).toEqual({ new: 0, changed: 0, unchanged: 1 });
      expect(await store().subjectOfCase('C-1', hour(2))).toEqual(li);
    });

    it("keeps benefits and the fund's settlements of two persons apart although their numbers are the same", async () => {
      await store().importCases(
        [
          entry(wang, { benefits: [benefit('1')], settlements: [settlement('1', hour(1), '10.00')] }),
          entry(li, { benefits: [benefit('1', { status: 'ended' })], settlements: [settlement('1', hour(1), '20.00')] }),
        ],
        hour(1),
      );

      const [a, b] = [await store().caseFile('a1', hour(1)), await store().caseFile('b2', hour(1))];
      expect([a?.benefits[0]?.status, b?.benefits[0]?.status]).toEqual(['active', 'ended']);
      expect(a?.evidence.map((item) => [item.status, item.kind === 'settlement' && item.total])).toEqual([['current', '10.00']]);
      expect(b?.evidence.map((item) => [item.status, item.kind === 'settlement' && item.total])).toEqual([['current', '20.00']]);
    });

    it('gives a number that two persons claim to the one it is the key of, and drops a number no longer told', async () => {
      await store().importCases(
        [entry(wang, { numberKeys: ['a1', 'b2', 'x'] }), entry(li, { numberKeys: ['b2', 'x'] })],
        hour(1),
      );
      expect(await store().numberKeys(hour(1))).toEqual(
        new Map([
          ['a1', 'a1'],
          ['b2', 'b2'],
          ['x', 'a1'],
        ]),
      );

      await store().importCases([entry(wang)], hour(2));

      expect(await store().numberKeys(hour(2))).toEqual(
        new Map([
          ['a1', 'a1'],
          ['b2', 'b2'],
          ['x', 'b2'],
        ]),
      );
    });

    it('lists more persons than one page in order of key, and lets others write meanwhile', async () => {
      const many = Array.from({ length: 1203 }, (_, index) => ({ ...wang, key: `p${String(index).padStart(5, '0')}` }));
      await store().importCases(many.map((subject) => entry(subject)).reverse(), hour(1));
      const keys: string[] = [];
      for await (const subject of store().subjects(hour(1))) {
        if (keys.length === 700) await store().importCases([entry({ ...wang, key: 'p00000-late' })], hour(2));
        keys.push(subject.key);
      }

      expect(keys).toEqual(many.map((subject) => subject.key));
      expect(await store().countSubjects(hour(2))).toBe(1204);
    });

    it('refuses an instant without a zone, because it would depend on where the program runs', async () => {
      await expect(store().countSubjects('2026-03-01T00:00:00')).rejects.toMatchObject({ code: 'ERR_INPUT' });
      await expect(store().importCases([], 'yesterday')).rejects.toMatchObject({ code: 'ERR_INPUT' });
    });
  });
}
