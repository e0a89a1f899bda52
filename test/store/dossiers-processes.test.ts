import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { openStore } from '../../src/store/index.js';
import { dossier, hour } from './examples.js';
import { endOthers, OtherProcess } from './processes.js';

/** The service and the nightly job both write dossiers, in processes of their own. */

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const folder = mkdtempSync(join(tmpdir(), 'yilian-dossiers-'));
const url = (name: string) => `sqlite:${join(folder, name)}`;
afterEach(endOthers);
afterAll(() => rmSync(folder, { recursive: true }));

it('two processes asked with one key make one dossier, and both find it', async () => {
  const store = await openStore(url('race.db'));
  const other = new OtherProcess(`
    const store = await openStore(${JSON.stringify(url('race.db'))});
    const made = ${JSON.stringify(dossier({ documents: [] }))};
    tell('ready');
    for (let round = 0; round < 20; round += 1) {
      await ask();
      const mine = { ...made, id: 'theirs-' + round, series: 'theirs-' + round, idempotencyKey: 'key-' + round };
      const result = await store.dossiers.put(mine, ${JSON.stringify(hour(1))}).then(() => 'kept', (error) => error.code);
      tell([result, (await store.dossiers.byRequest('province', 'key-' + round)).id]);
    }
    await store.close();
  `);
  await other.next();
  for (let round = 0; round < 20; round += 1) {
    other.say('go');
    const ours = dossier({ id: `ours-${round}`, series: `ours-${round}`, idempotencyKey: `key-${round}`, documents: [] });
    const result = await store.dossiers.put(ours, hour(1)).then(
      () => 'kept',
      (error: { code: string }) => error.code,
    );
    const found = (await store.dossiers.byRequest('province', `key-${round}`))?.id;
    const theirs = await other.next();

    expect([theirs, result].map((each) => (Array.isArray(each) ? each[0] : each)).sort()).toEqual(['ERR_INPUT', 'kept']);
    expect(theirs).toEqual([result === 'kept' ? 'ERR_INPUT' : 'kept', found]);
  }
  await store.close();
});

it('a process that is killed while it keeps a version leaves all of it or nothing, and the old one in force until then', async () => {
  const replaces = { id: 'd-1', version: 1, manifestSha256: 'm-1', reason: 'r' };
  const next = dossier({ id: 'd-2', version: 2, documents: [], manifest: { ...dossier().manifest, replaces } });
  const seen = new Set<string>();
  for (const killAt of [2, 4, 6, 8, 14]) {
    const name = `killed-${killAt}.db`;
    const before = await openStore(url(name));
    await before.dossiers.put(dossier(), hour(1));
    await before.close();
    const other = new OtherProcess(`
      const store = await openStore(${JSON.stringify(url(name))});
      statements.killAt = statements.count + ${killAt};
      await store.dossiers.put(${JSON.stringify(next)}, ${JSON.stringify(hour(2))});
      statements.killAt = 0;
      await store.close();
    `);
    await other.ended;
    const after = await openStore(url(name));
    const states = [(await after.dossiers.get('d-1'))?.state, (await after.dossiers.get('d-2'))?.state];
    seen.add(states.join());
    expect(await after.dossiers.generated('d-1', 'deliveries-facts')).toEqual(new Uint8Array([1, 2, 3]));
    await after.dossiers.put(next, hour(3));
    expect((await after.dossiers.live()).map(({ id }) => id)).toEqual(['d-2']);
    await after.close();
  }

  expect([...seen].sort()).toEqual(['sealed,', 'superseded,sealed']);
});
