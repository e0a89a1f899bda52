import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { readExport } from '../../src/audit/export.js';
import { verifyChain } from '../../src/audit/verify.js';
import type { AuditEntry } from '../../src/model/index.js';
import { openStore, type Store } from '../../src/store/index.js';
import { errorOf } from '../channels/support.js';
import { auditOf, keysOf, testKey } from './logs.js';

/** The log over a real store: what is written together, sealed, removed and given out, and what happens when it cannot be. */

const folder = mkdtempSync(join(tmpdir(), 'yilian-audit-'));
afterAll(() => rmSync(folder, { recursive: true }));

const entry: AuditEntry = {
  kind: 'agency-call',
  actor: { organisation: '演示鉴定中心', operator: '甲 (E01)' },
  purpose: '劳动能力鉴定',
  result: 'asked',
  agency: 'health',
  feed: 'stays',
  subjects: ['a1'],
  caseNos: ['C-1'],
};
const key = testKey('audit-1');
const day = 86_400_000;

let store: Store;
const clock = { now: new Date('2026-03-01T00:00:00.000Z') };
let path = '';
let count = 0;
beforeEach(async () => {
  count += 1;
  clock.now = new Date('2026-03-01T00:00:00.000Z');
  path = join(folder, `log-${count}.db`);
  store = await openStore(`sqlite:${path}`, { waitMs: 200 });
  return () => store.close();
});
const sealing = (more: Parameters<typeof auditOf>[1] = {}) =>
  auditOf(store, { keys: keysOf(key), now: () => clock.now, sealEvery: 10, ...more });

/** What somebody with the database does behind our back. */
function behind(sql: string): void {
  const database = new Database(path);
  database.exec(sql);
  database.close();
}

describe('appending', () => {
  it('of many at once keeps their order, loses none, and writes them in few transactions', async () => {
    let transactions = 0;
    const counted = {
      audit: Object.assign(Object.create(store.audit) as Store['audit'], {
        append: (...given: Parameters<Store['audit']['append']>) => {
          transactions += 1;
          return store.audit.append(...given);
        },
      }),
    };
    const log = auditOf(store, { store: counted });
    const records = await Promise.all(Array.from({ length: 3000 }, (_, index) => log.append({ ...entry, detail: { index } })));

    expect(records.map(({ seq, detail }) => seq - Number(detail?.index))).toEqual(Array.from({ length: 3000 }, () => 1));
    expect(transactions).toBeLessThan(10);
    expect(await log.verify()).toMatchObject({ ok: true, records: 3000, seals: 0, faults: [] });
  });

  it('fails closed where the store is locked, and goes on when it is free again', async () => {
    const log = auditOf(store);
    await log.append(entry);
    const other = new Database(path);
    other.exec('begin immediate');
    const errors = await Promise.all([errorOf(log.append(entry)), errorOf(log.append(entry))]);
    other.exec('rollback');
    other.close();

    expect(errors).toMatchObject([{ code: 'ERR_AUDIT', retryable: true }, { code: 'ERR_AUDIT' }]);
    expect((await log.append(entry)).seq).toBe(2);
  });

  it('refuses an entry that cannot be kept, and no other that is written with it', async () => {
    const log = auditOf(store);
    const [good, bad, alsoGood] = await Promise.allSettled([
      log.append(entry),
      log.append({ ...entry, items: [undefined as never] }),
      log.append(entry),
    ]);
    expect([good?.status, bad?.status, alsoGood?.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(bad).toMatchObject({ reason: { code: 'ERR_AUDIT' } });
    expect(await log.verify()).toMatchObject({ ok: true, records: 2 });
  });

  it('does not write on behind a last record that cannot be read', async () => {
    const log = auditOf(store);
    await log.append(entry);
    behind("update audit_records set content = 'x' where seq = 1");
    expect(await errorOf(log.append(entry))).toMatchObject({ code: 'ERR_AUDIT' });
    expect((await log.verify()).faults.map(({ kind, seq }) => `${kind} ${seq}`)).toEqual(['changed 1']);
  });
});

describe('what somebody with the database does', () => {
  const told = async (sql: string): Promise<string[]> => {
    const log = sealing();
    for (let index = 0; index < 25; index += 1) await log.append({ ...entry, detail: { index } });
    await log.seal();
    behind(sql);
    return (await log.verify()).faults.map(
      ({ kind, seq, through }) => `${kind} ${seq}${through === undefined ? '' : `-${through}`}`,
    );
  };

  it.each([
    ["update audit_records set content = replace(content, '甲', '乙') where seq = 7", ['changed 7']],
    ['delete from audit_records where seq in (5, 6)', ['missing 5-6', 'inserted 5', 'inserted 6']],
    [
      'delete from audit_records where seq > 20; delete from audit_subjects where seq > 20; delete from audit_cases where seq > 20',
      ['cut-off 21-25'],
    ],
    [
      'update audit_records set seq = 1000 where seq = 3; update audit_records set seq = 3 where seq = 9; update audit_records set seq = 9 where seq = 1000',
      ['moved 3', 'moved 9'],
    ],
    ['insert into audit_records select 1000, kind, content from audit_records where seq = 4', ['inserted 4']],
    ["update audit_records set kind = 'decision' where seq = 8", ['changed 8']],
    ['delete from audit_subjects where seq = 11', ['changed 11']],
    ["update audit_cases set case_no = 'C-2' where seq = 12", ['changed 12']],
    ["update audit_seals set signature = 'AAAA' where seq = 10", ['seal-wrong 10']],
  ])('is told: %s', async (sql, expected) => {
    const said = await told(sql);
    expect(said.sort()).toEqual([...expected].sort());
  });
});

describe('seals', () => {
  it('come after every so many records and on demand, and none without a key', async () => {
    const log = sealing();
    for (let index = 0; index < 25; index += 1) await log.append(entry);
    expect((await store.audit.seals()).map(({ seq }) => seq)).toEqual([10, 20]);
    expect((await log.seal())?.seq).toBe(25);
    expect((await log.seal())?.seq).toBe(25);
    expect(await log.verify()).toMatchObject({ ok: true, seals: 3, sealedThrough: 25 });
    expect(await auditOf(store).seal()).toBeUndefined();
  });

  it('that cannot be made are made up for by the next, and said at the end of a run', async () => {
    let isBroken = true;
    const signer = {
      ...key.signer,
      sign: (content: Uint8Array) => (isBroken ? Promise.reject(new Error('no card')) : key.signer.sign(content)),
    };
    const log = sealing({ keys: { ...keysOf(key), signer: () => signer } });
    for (let index = 0; index < 12; index += 1) await log.append(entry);
    expect(await errorOf(log.endRun())).toMatchObject({ code: 'ERR_AUDIT' });
    isBroken = false;
    await log.append(entry);
    expect((await store.audit.seals()).map(({ seq }) => seq)).toEqual([13]);
  });
});

describe('what has grown old', () => {
  const aged = async (days: number, more: Parameters<typeof auditOf>[1] = {}) => {
    const log = sealing(more);
    for (let index = 0; index < 15; index += 1) await log.append(entry);
    clock.now = new Date(clock.now.getTime() + days * day);
    await log.append(entry);
    await log.endRun();
    return log;
  };

  it('goes as a whole sealed beginning, and the rest is verified from a signed checkpoint', async () => {
    const log = await aged(1100);
    const said = await log.verify();

    expect(said).toMatchObject({ ok: true, prunedThrough: 10, records: 7, sealedThrough: 17 });
    expect(await store.audit.last('retention')).toMatchObject({ result: 'removed', detail: { through: 10, records: 10 } });
    // Who removes more than that has no signature for it.
    behind(
      'delete from audit_records where seq = 11; delete from audit_subjects where seq = 11; delete from audit_cases where seq = 11',
    );
    expect((await log.verify()).faults.map(({ kind, seq }) => `${kind} ${seq}`)).toEqual(['missing 11']);
  });

  it.each([
    ['before its time', 1000, {}],
    ['before 180 days, whatever is configured', 179, { retentionDays: 1 }],
    ['without a signing key', 1100, { keys: { verifier: keysOf(key).verifier } as object }],
  ])('stays %s', async (_, days, more) => {
    const log = await aged(days, more);
    expect(await log.verify()).toMatchObject({ ok: true, records: 16 });
  });

  it('stays where something in it is wrong, for that is evidence', async () => {
    const log = sealing();
    for (let index = 0; index < 15; index += 1) await log.append(entry);
    behind("update audit_records set content = replace(content, '甲', '乙') where seq = 7");
    clock.now = new Date(clock.now.getTime() + 1100 * day);
    await log.endRun();
    expect((await log.verify()).faults.map(({ kind, seq }) => `${kind} ${seq}`)).toEqual(['changed 7']);
  });
});

describe('what is given out', () => {
  it('of a person holds who looked, when and why, and nothing of anybody else; and is noted', async () => {
    const log = sealing();
    await log.append({ ...entry, subjects: ['a1', 'b2'], caseNos: ['C-1', 'C-2'], detail: { other: 'b2' } });
    await log.append({ ...entry, subjects: ['b2'], caseNos: ['C-2'] });
    const told = await log.extract({
      operator: '乙',
      purpose: '本人申请',
      about: { personKey: 'a1', caseNos: ['C-1'] },
      from: '2026-03-01T00:00:00+00:00',
    });

    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ seq: 1, actor: entry.actor, purpose: '劳动能力鉴定', caseNos: ['C-1'] });
    expect(JSON.stringify(told)).not.toMatch(/b2|C-2/);
    expect(await store.audit.last('audit-export')).toMatchObject({
      actor: { operator: '乙' },
      purpose: '本人申请',
      subjects: ['a1'],
      detail: { records: 1 },
    });
    const none = await log.extract({ operator: '乙', purpose: 'x', about: { caseNo: 'C-1' }, until: '2026-02-01T00:00:00Z' });
    expect(none).toEqual([]);
  });

  it('as a whole is verified without the store, seals and all', async () => {
    const log = sealing();
    for (let index = 0; index < 12; index += 1) await log.append(entry);
    const lines: string[] = [];
    for await (const line of log.exportAll({ operator: '乙', purpose: '核验' })) lines.push(line);
    const { records, seals } = readExport(lines);

    expect(await verifyChain(records, seals, keysOf(key).verifier)).toMatchObject({ ok: true, records: 13, sealedThrough: 10 });
    const spoilt = readExport(lines.map((line) => line.replace('"seq":5,', '"seq":5, "x":1,')));
    expect((await verifyChain(spoilt.records, seals, undefined)).faults[0]).toMatchObject({ kind: 'changed', seq: 5 });
  });
});
