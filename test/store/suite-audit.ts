import { describe, expect, it } from 'vitest';
import type { AuditEntry, AuditRecord } from '../../src/model/index.js';
import type { Store } from '../../src/store/index.js';
import { hashed, type Row } from '../audit/small-logs.js';
import { appraisal, batch, entry, finding, hour, wang } from './examples.js';
import type { CurrentStore } from './suite.js';

const mine = '370799196001010018';

const asked: AuditEntry = {
  kind: 'agency-call',
  actor: { organisation: '演示鉴定中心', operator: '夜间核对 (SYSTEM)' },
  purpose: 'nightly-reconciliation',
  result: 'asked',
  agency: 'health',
  feed: 'stays',
  subjects: ['a1'],
  caseNos: ['C-1'],
};

async function records(store: Store): Promise<AuditRecord[]> {
  const found: AuditRecord[] = [];
  for await (const { content } of store.audit.rows()) found.push(JSON.parse(content) as AuditRecord);
  return found;
}

async function about(store: Store, what: { personKey?: string; caseNos?: string[] }): Promise<number[]> {
  const found: number[] = [];
  for await (const { seq } of store.audit.about(what)) found.push(seq);
  return found;
}

/** The audit log as a store keeps it, and the numbers used once. */
export function auditSuite(store: CurrentStore, clock: { now: Date }): void {
  describe('the audit log', () => {
    it('is a chain from 1 on, each record naming the hash of the one before', async () => {
      expect(await store().audit.head()).toBeUndefined();
      const first = await store().audit.append([asked, { ...asked, result: 'found' }], hour(1));
      const [third] = await store().audit.append([{ ...asked, result: 'absent' }], hour(2));

      const all = await records(store());
      expect(all).toEqual([...first, third]);
      expect(all.map(({ seq, at }) => `${seq} ${at}`)).toEqual([`1 ${hour(1)}`, `2 ${hour(1)}`, `3 ${hour(2)}`]);
      expect(all.map(({ previous }) => previous)).toEqual(['0'.repeat(64), all[0]?.hash, all[1]?.hash]);
      // By lines of the test's own.
      for (const record of all) expect(hashed(record as unknown as Row).hash).toBe(record.hash);
      expect(await store().audit.head()).toEqual({ seq: 3, hash: all[2]?.hash });
      expect(await store().audit.append([], hour(3))).toEqual([]);
    });

    it('finds records by person and by case', async () => {
      await store().audit.append(
        [
          { ...asked, subjects: ['a1', 'b2', 'a1'], caseNos: [] },
          { ...asked, subjects: ['b2'], caseNos: ['C-2', 'C-3'] },
          { kind: 'configuration', actor: { organisation: '中心' }, purpose: 'configuration', result: 'first' },
        ],
        hour(1),
      );

      expect(await about(store(), { personKey: 'a1' })).toEqual([1]);
      expect(await about(store(), { personKey: 'b2' })).toEqual([1, 2]);
      expect(await about(store(), { personKey: 'a1', caseNos: ['C-3'] })).toEqual([1, 2]);
      expect(await about(store(), { caseNos: ['C-9'] })).toEqual([]);
      expect((await store().audit.last('agency-call'))?.seq).toBe(2);
      expect((await store().audit.last('decision'))?.seq).toBeUndefined();
    });

    it('adds after the last of a kind what is made of it, or nothing', async () => {
      const next = (last: AuditRecord | undefined): AuditEntry | undefined =>
        last === undefined ? { ...asked, kind: 'configuration' } : undefined;
      expect((await store().audit.appendAfter('configuration', next, hour(1)))?.seq).toBe(1);
      expect(await store().audit.appendAfter('configuration', next, hour(2))).toBeUndefined();
      expect(await records(store())).toHaveLength(1);
    });

    it('never holds an ID number, in whatever place, form or depth it is given', async () => {
      const given: AuditEntry = {
        ...asked,
        actor: { organisation: `演示${mine}中心`, operator: `张三 ${mine}` },
        purpose: `查询 ${mine}，电话 13800000000`,
        result: mine,
        partner: `GMSFHM${mine}`,
        agency: '３７０７９９１９６００１０１００１８',
        items: [mine, '370799 19600101 0018', '370799-19600101-0018', '370799600101001'],
        caseNos: [mine, '202503070012345678', 'A-2025-001'],
        detail: { [mine]: { deep: [[{ number: 370799196001010000, text: `x${mine}y` }]] } },
      };
      const [record] = await store().audit.append([given], hour(1));
      const text = JSON.stringify(await records(store()));

      expect(text).not.toMatch(/370799.?19600101|37079919600101|３７０|13800000000|370799600101001/);
      expect(record?.actor.operator).toBe('张三 370799********0018');
      // A case number that happens to be as long stays what it is, and is found.
      expect(record?.caseNos).toEqual(['370799********0018', '202503070012345678', 'A-2025-001']);
      expect(await about(store(), { caseNos: ['202503070012345678'] })).toEqual([1]);
      expect(await about(store(), { caseNos: [mine] })).toEqual([1]);
    });

    it('leaves keys, digests and UUIDs as they are, although digits in them may look like a number', async () => {
      const key = 'a370799196001010018bcdefabcdefab';
      const digest = `${'a'.repeat(23)}370799196001010018${'b'.repeat(23)}`;
      const [record] = await store().audit.append(
        [{ ...asked, subjects: [key], manifestSha256: digest, detail: { run: '0f0e0d0c-1111-4222-8333-444455556666' } }],
        hour(1),
      );

      expect([record?.subjects, record?.manifestSha256, record?.detail]).toEqual([
        [key],
        digest,
        { run: '0f0e0d0c-1111-4222-8333-444455556666' },
      ]);
      expect(await about(store(), { personKey: key })).toEqual([1]);
    });

    it('takes any text of a stranger, and no more of it than is of use', async () => {
      const nasty = `\u0000\ud800${'x'.repeat(100_000)}`;
      const [record] = await store().audit.append([{ ...asked, partner: nasty, caseNos: [nasty], items: [nasty] }], hour(1));

      expect(JSON.stringify(record).length).toBeLessThan(5000);
      expect((await records(store()))[0]).toEqual(record);
      expect(await about(store(), { caseNos: [nasty] })).toEqual([1]);
    });

    it('takes a decision, an answer and a batch in with it, or none of them', async () => {
      await store().importCases([entry(wang, { cases: [appraisal('C-1')] })], hour(0));
      const change = [{ finding: finding('f-1'), change: 'new' as const, state: 'open' as const }];
      await store().putFindings('run-1', hour(1), change, []);
      const decide = (audit: AuditEntry) =>
        store().moveFindings(
          ['f-1'],
          hour(2),
          ({ finding: found }) => ({ finding: found, state: 'confirmed', by: '甲', reason: '已核' }),
          ([moved]) => [{ ...audit, items: [moved?.state ?? ''] }],
        );
      const faulty = { ...asked, subjects: [undefined as never] };

      await expect(decide(faulty)).rejects.toThrow();
      expect((await store().finding('f-1'))?.state).toBe('open');
      await expect(store().receive(batch({ rows: 7, audit: [faulty] }))).rejects.toThrow();
      expect(await store().feedCounts('run-1')).toEqual([]);
      expect(await records(store())).toEqual([]);

      await decide({ ...asked, kind: 'decision' });
      await store().receive(batch({ rows: 7, audit: [asked] }));
      expect((await store().finding('f-1'))?.state).toBe('confirmed');
      expect((await records(store())).map(({ kind, items }) => [kind, items])).toEqual([
        ['decision', ['confirmed']],
        ['agency-call', undefined],
      ]);
    });

    it('removes a beginning at once with its index and seals, says so, and goes on behind it', async () => {
      const [, second] = await store().audit.append([asked, asked, asked], hour(1));
      const seal = { kind: 'seal' as const, seq: 2, hash: second?.hash ?? '', at: hour(1), keyId: 'k', signature: 'AA==' };
      await store().audit.putSeal(seal);
      await store().audit.putSeal(seal);
      expect(await store().audit.seals()).toEqual([seal]);
      const checkpoint = { ...seal, kind: 'checkpoint' as const };
      const removed: AuditEntry = { ...asked, kind: 'retention', result: 'removed', subjects: [], caseNos: [] };

      expect(await store().audit.prune(checkpoint, removed, hour(2))).toBe(2);
      expect(await store().audit.prune(checkpoint, removed, hour(2))).toBe(0);
      expect((await records(store())).map(({ seq, kind }) => `${seq} ${kind}`)).toEqual(['3 agency-call', '4 retention']);
      expect(await about(store(), { personKey: 'a1' })).toEqual([3]);
      expect(await store().audit.seals()).toEqual([checkpoint]);
    });
  });

  describe('numbers used once', () => {
    const later = (ms: number): Date => new Date(clock.now.getTime() + ms);

    it('are used once by a key, and another key may use the same', async () => {
      expect(await store().nonces.use('k1', 'n', later(300_000))).toBe(true);
      expect(await store().nonces.use('k1', 'n', later(600_000))).toBe(false);
      expect(await store().nonces.use('k2', 'n', later(300_000))).toBe(true);
      expect(await store().nonces.use('k1', 'N', later(300_000))).toBe(true);
      const many = await Promise.all(Array.from({ length: 20 }, () => store().nonces.use('k1', 'race', later(300_000))));
      expect(many.filter(Boolean)).toHaveLength(1);
    });

    it('are remembered long after they expired, and forgotten in the end', async () => {
      await store().nonces.use('k1', 'n', later(300_000));
      clock.now = later(300_000 + 23 * 3_600_000);
      expect(await store().nonces.use('k1', 'n', later(300_000))).toBe(false);
      clock.now = later(2 * 3_600_000);
      expect(await store().nonces.use('k1', 'n', later(300_000))).toBe(true);
    });
  });
}
