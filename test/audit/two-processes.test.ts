import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { openStore, type Store } from '../../src/store/index.js';
import { endOthers, OtherProcess } from '../store/processes.js';
import { auditOf } from './logs.js';

/** One chain, whoever writes: two processes at once, and one that is killed in the middle. */

vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'yilian-audit-two-'));
const url = (name: string) => `sqlite:${join(folder, name)}`;
const opened: Store[] = [];
async function open(name: string): Promise<Store> {
  const store = await openStore(url(name));
  opened.push(store);
  return store;
}
afterEach(async () => {
  await endOthers();
  for (const store of opened.splice(0)) await store.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

const entry = (by: string, index: number) => ({
  kind: 'agency-call' as const,
  actor: { organisation: '演示鉴定中心', operator: by },
  purpose: 'test',
  result: 'asked',
  subjects: ['a1'],
  detail: { index },
});
const script = (name: string) => `
  const { createAuditLog } = await import('./audit/create.js');
  const store = await openStore(${JSON.stringify(url(name))});
  const log = createAuditLog({ store, now: () => new Date(), organisation: '演示鉴定中心', sealEvery: 1000, retentionDays: 1095 });
  const entry = (index) => ({ ...${JSON.stringify(entry('theirs', 0))}, detail: { index } });
`;

async function operators(store: Store): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for await (const { content } of store.audit.rows()) {
    const by = (JSON.parse(content) as { actor: { operator: string } }).actor.operator;
    counts[by] = (counts[by] ?? 0) + 1;
  }
  return counts;
}

it('two processes that write at once make one chain, and nothing is lost', async () => {
  const store = await open('both.db');
  const log = auditOf(store);
  const other = new OtherProcess(`${script('both.db')}
    tell('ready');
    await ask();
    for (let index = 0; index < 40; index += 1)
      await Promise.all(Array.from({ length: 5 }, (_, each) => log.append(entry(index * 5 + each))));
    tell('done');
    await store.close();
  `);
  await other.next();
  other.say('go');
  for (let index = 0; index < 40; index += 1)
    await Promise.all(Array.from({ length: 5 }, (_, each) => log.append(entry('ours', index * 5 + each))));
  expect(await other.next()).toBe('done');

  expect(await operators(store)).toEqual({ ours: 200, theirs: 200 });
  expect(await log.verify()).toMatchObject({ ok: true, records: 400, head: { seq: 400 }, faults: [] });
});

it('of two processes that use one number at once, one has used it', async () => {
  const store = await open('nonces.db');
  const other = new OtherProcess(`${script('nonces.db')}
    tell('ready');
    await ask();
    const used = [];
    for (let index = 0; index < 50; index += 1)
      used.push(await store.nonces.use('k', 'n-' + index, new Date(Date.now() + 300000)));
    tell(used);
    await store.close();
  `);
  await other.next();
  other.say('go');
  const ours: boolean[] = [];
  for (let index = 0; index < 50; index += 1)
    ours.push(await store.nonces.use('k', `n-${index}`, new Date(Date.now() + 300_000)));
  const theirs = (await other.next()) as boolean[];

  expect(ours.map((is, index) => is !== theirs[index])).toEqual(Array.from({ length: 50 }, () => true));
});

// Inside a transaction of several statements, between transactions, and after many of them.
it.each([3, 5, 8, 20, 77])('a process killed before its statement %i leaves a chain that holds', async (killAt) => {
  const name = `killed-${killAt}.db`;
  const store = await open(name);
  await auditOf(store).append(entry('ours', 0));
  const other = new OtherProcess(`${script(name)}
    statements.killAt = statements.count + ${killAt};
    for (let index = 0; ; index += 1) {
      await Promise.all(Array.from({ length: 40 }, (_, each) => log.append(entry(each))));
      tell(index);
    }
  `);
  expect(await other.ended).toBe('SIGKILL');

  const log = auditOf(store);
  expect(await log.verify()).toMatchObject({ ok: true, faults: [] });
  const { seq } = await log.append(entry('ours', 1));
  expect(await log.verify()).toMatchObject({ ok: true, records: seq });
});
