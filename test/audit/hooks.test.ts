import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { YilianError } from '../../src/errors.js';
import { createExchange, type Exchange } from '../../src/exchange.js';
import type { AuditEntry, AuditRecord, Evidence } from '../../src/model/index.js';
import { pull } from '../../src/reconcile/pull.js';
import { openStore, type Store } from '../../src/store/index.js';
import { errorOf } from '../channels/support.js';
import { run as yilian } from '../cli/run.js';
import { given, night, options, run } from '../reconcile/nights.js';
import { appraisal, death, entry, finding, hour, wang } from '../store/examples.js';
import { auditOf, keysOf, testKey } from './logs.js';

/** What is written of the things the library does, and that none of them happens where it cannot be written. */

const folder = mkdtempSync(join(tmpdir(), 'yilian-audit-hooks-'));
afterAll(() => rmSync(folder, { recursive: true }));
const mine = '370799196001010018';

let requests = 0;
const server = createServer((_, response) => {
  requests += 1;
  response.writeHead(500).end();
});
beforeAll(() => new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening)));
afterAll(() => new Promise((closed) => server.close(closed)));

let count = 0;
function configuration(more = ''): string {
  count += 1;
  const path = join(folder, `${count}.config.yaml`);
  const { port } = server.address() as AddressInfo;
  writeFileSync(
    path,
    `city: { name: 演示市, region: '370700', organisation: 演示市劳动能力鉴定中心 }
store: sqlite:./${count}.db
personKey: \${PERSON_KEY}
operator: { name: 夜间核对, id: SYSTEM }
${more}agencies:
  civil-affairs:
    cremations:
      channel: { http: 'http://127.0.0.1:${port}/httpproxy', attempts: 1 }
      envelope: inspur-sdk
      mapping: cremation-national
`,
  );
  return path;
}
const environment = { PERSON_KEY: 'a secret of the city, 32 bytes long' };
const key = testKey('audit-1');
const opened: Exchange[] = [];
async function exchangeOf(path: string, env: Record<string, string> = environment): Promise<Exchange> {
  const exchange = await createExchange(path, { environment: env, auditKeys: keysOf(key) });
  opened.push(exchange);
  return exchange;
}
afterEach(async () => {
  for (const exchange of opened.splice(0)) await exchange.close();
});

async function recordsOf(store: Store): Promise<AuditRecord[]> {
  const found: AuditRecord[] = [];
  for await (const { content } of store.audit.rows()) found.push(JSON.parse(content) as AuditRecord);
  return found;
}
const context = {
  purpose: '劳动能力鉴定',
  caseNo: 'A-1',
  operator: { name: '甲', id: mine, organisation: '演示市劳动能力鉴定中心' },
};
const ask = { agency: 'civil-affairs', feed: 'cremations', person: { name: '样例甲', idNumber: mine } };

describe('a question to an agency', () => {
  it('is noted before and after, by whom, about whom, why; never with a number', async () => {
    const exchange = await exchangeOf(configuration());
    const { outcome } = await exchange.lookup(ask, context);
    const calls = (await recordsOf(exchange.store)).filter(({ kind }) => kind === 'agency-call');

    expect(calls.map(({ result }) => result)).toEqual(['asked', outcome]);
    expect(calls[0]).toMatchObject({
      actor: { organisation: '演示市劳动能力鉴定中心', operator: '甲 (370799********0018)' },
      purpose: '劳动能力鉴定',
      agency: 'civil-affairs',
      feed: 'cremations',
      caseNos: ['A-1'],
    });
    expect(calls[0]?.subjects?.[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(JSON.stringify(calls)).not.toMatch(/样例甲|370799196001010018/);
  });

  it('is not asked where that cannot be noted', async () => {
    const exchange = await exchangeOf(configuration());
    const database = new Database(join(folder, `${count}.db`));
    database.exec("create trigger no before insert on audit_records begin select raise(abort, 'no'); end");
    database.close();
    requests = 0;

    expect(await errorOf(exchange.lookup(ask, context))).toMatchObject({ code: 'ERR_AUDIT' });
    expect(requests).toBe(0);
  });
});

describe('the configuration', () => {
  it('is noted once, and again with the names of the sections that changed, without a value of it', async () => {
    const path = configuration();
    for (const _ of [1, 2]) await (await exchangeOf(path)).close();
    opened.splice(0);
    writeFileSync(path, `${readFileSync(path, 'utf8').replace('attempts: 1', 'attempts: 2')}rules: { stays-overlap: 'off' }\n`);
    const exchange = await exchangeOf(path, { PERSON_KEY: 'another secret of the city, as long' });
    const noted = (await recordsOf(exchange.store)).filter(({ kind }) => kind === 'configuration');

    expect(noted.map(({ result }) => result)).toEqual(['first', 'changed']);
    expect(JSON.stringify(noted)).not.toMatch(/secret|127\.0\.0\.1|stays-overlap/);
    await exchange.close();
    opened.splice(0);
    // The person key keys the fingerprints: with another one all of them differ. With the same only what changed does.
    writeFileSync(path, readFileSync(path, 'utf8').replace('attempts: 2', 'attempts: 3').replace("'off'", '{ minDays: 3 }'));
    const third = await exchangeOf(path, { PERSON_KEY: 'another secret of the city, as long' });
    expect((await third.store.audit.last('configuration'))?.items).toEqual(['agencies/civil-affairs/cremations', 'rules']);
  });
});

describe('decisions', () => {
  it('are noted with who, why and about whom', async () => {
    const exchange = await exchangeOf(configuration());
    await exchange.store.importCases([entry(wang, { cases: [appraisal('C-1')] })], hour(0));
    await exchange.store.putFindings('r', hour(1), [{ finding: finding('f-1'), change: 'new', state: 'held' }], []);
    await exchange.release({ id: 'f-1', by: '值班员', reason: `已查明 ${mine}` });
    await exchange.decide({ id: 'f-1', as: 'confirmed', by: '李科长', reason: '已核' });
    const noted = (await recordsOf(exchange.store)).filter(({ kind }) => kind === 'decision');

    expect(noted).toMatchObject([
      { actor: { operator: '值班员' }, purpose: '已查明 ******************', result: 'released', items: ['f-1'] },
      { actor: { operator: '李科长' }, purpose: '已核', result: 'confirmed', subjects: ['a1'], caseNos: ['C-1'] },
    ]);
  });
});

describe('a night', () => {
  it('notes every feed that is read, with counts and no persons, and leaves the head in its manifest', async () => {
    const store = await openStore('sqlite::memory:');
    await store.importCases([entry(wang)], hour(0));
    const evidence: Evidence[] = [death('D1', hour(1))];
    const audit = auditOf(store, { keys: keysOf(key) });
    const { manifest } = await run(store, 2, [{ agency: 'health', feed: 'death-certificates', evidence }], { audit });
    const noted = (await recordsOf(store)).filter(({ feed }) => feed === 'death-certificates');

    expect(noted.map(({ result }) => result)).toEqual(['asked', 'read']);
    expect(noted[1]).toMatchObject({ purpose: 'nightly-reconciliation', detail: { pages: 1, rows: 1, kept: 1, sieved: 0 } });
    expect(noted[1]?.subjects).toBeUndefined();
    expect(manifest.audit).toEqual(await store.audit.head());
    expect(await audit.verify()).toMatchObject({ ok: true, sealedThrough: manifest.audit?.seq });
    await store.close();
  });

  it('asks nobody and reads nothing where it cannot be noted, and that is no failure of the agency', async () => {
    const store = await openStore('sqlite::memory:');
    await store.importCases([entry(wang)], hour(0));
    const refusing = {
      ...auditOf(store),
      append: () => Promise.reject(Object.assign(new Error('no'), { code: 'ERR_AUDIT' })),
    };
    const changes = given(2, { agency: 'health', feed: 'death-certificates', evidence: [death('D1', hour(1))] });
    let asked = 0;
    const lookups = {
      ...changes,
      feed: {
        ...changes.feed,
        lookup: async () => {
          asked += 1;
          return [];
        },
      },
      policy: { ...changes.policy, mode: 'lookup' as const },
    };
    for (const target of [changes, lookups]) {
      const { numberKey } = options(store, []);
      const read = pull(target, {
        store,
        audit: refusing,
        run: 'r',
        now: () => new Date(night(2)),
        context,
        numberKeys: new Map(),
        numbersAt: night(2),
        numberKey,
        progress: () => undefined,
      });
      await expect(read).rejects.toMatchObject({ code: 'ERR_AUDIT' });
    }
    expect(asked).toBe(0);
    expect(await store.feedCounts('r')).toEqual([]);
    await store.close();
  });

  it('stops where what came of a feed cannot be noted: that is no failure of the agency either', async () => {
    const store = await openStore('sqlite::memory:');
    await store.importCases([entry(wang)], hour(0));
    const log = auditOf(store);
    const refusing = {
      ...log,
      append: (noted: AuditEntry) =>
        noted.result === 'read'
          ? Promise.reject(new YilianError('ERR_AUDIT', { zh: '不可用', en: 'unavailable' }))
          : log.append(noted),
    };
    const read = run(store, 2, [{ agency: 'health', feed: 'death-certificates' }], { audit: refusing });

    expect(await errorOf(read)).toMatchObject({ code: 'ERR_AUDIT' });
    expect((await store.cursors(night(3))).filter(({ failure }) => failure !== undefined)).toEqual([]);
    await store.close();
  });
});

describe('yilian audit', () => {
  it('verifies a store and an export, and tells a person who looked', async () => {
    const path = configuration();
    process.env.PERSON_KEY = environment.PERSON_KEY;
    const exchange = await exchangeOf(path);
    await exchange.lookup(ask, context);
    await exchange.audit.seal();
    const pem = join(folder, 'key.pem');
    writeFileSync(pem, key.publicKey.export({ type: 'spki', format: 'pem' }));

    const sound = await yilian('audit', 'verify', '--config', path, '--public-key', pem, '--json');
    expect(sound.code).toBe(0);
    expect(JSON.parse(sound.stdout)).toMatchObject({ ok: true, records: 3, seals: 1, sealedThrough: 3 });
    const plain = await yilian('audit', 'verify', '--config', path, '--lang', 'en');
    expect(plain.stdout).toContain('no public key to check them with');

    const told = await yilian(
      'audit',
      'export',
      '--config',
      path,
      '--id-number',
      mine,
      '--name',
      '样例甲',
      '--reason',
      '本人申请',
      '--lang',
      'zh',
    );
    expect(told.code).toBe(0);
    expect(told.stdout).toContain(
      '向部门查询  civil-affairs/cremations  演示市劳动能力鉴定中心 甲 (370799********0018)  劳动能力鉴定  asked',
    );
    expect(`${told.stdout}${told.stderr}`).not.toContain(mine);
    expect(await exchange.store.audit.last('audit-export')).toMatchObject({ purpose: '本人申请', detail: { records: 2 } });

    const file = join(folder, 'export.jsonl');
    const all = (await yilian('audit', 'export', '--config', path, '--all')).stdout;
    writeFileSync(file, all);
    expect((await yilian('audit', 'verify', '--input', file, '--public-key', pem, '--key-id', 'audit-1')).code).toBe(0);
    writeFileSync(file, all.replace('"result":"asked"', '"result":"absent"'));
    const spoilt = await yilian('audit', 'verify', '--input', file, '--lang', 'en');
    expect([spoilt.code, spoilt.stdout]).toEqual([1, expect.stringContaining('[changed] record 2 was changed')]);
    const head = await yilian('audit', 'verify', '--config', path, '--head', `99:${'a'.repeat(64)}`, '--lang', 'en');
    expect([head.code, head.stdout]).toEqual([1, expect.stringContaining('[cut-off]')]);
    expect((await yilian('audit', 'verify', '--config', path, '--head', 'x')).code).toBe(2);
    expect((await yilian('audit', 'export', '--config', path)).code).toBe(2);
  }, 60_000);
});
