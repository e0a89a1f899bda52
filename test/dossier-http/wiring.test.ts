import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { YilianError } from '../../src/errors.js';
import type { AppraisalCase } from '../../src/model/index.js';
import { run } from '../cli/run.js';
import { startProvince, sweepLater } from '../outbox/province.js';
import { asking, caseNo, caseOf, conclusionNo, number, organisation, scan, type World, world } from './world.js';

/** What follows from a changed file without anybody's doing, and what the city asks of the province before it refuses. */

async function city(more: Parameters<typeof world>[0] = {}): Promise<World> {
  const made = await world(more);
  sweepLater(() => made.close());
  return made;
}

let keys = 0;
function pull(at: World, provincialNo = 'SJ2026-7') {
  keys += 1;
  return at.send({
    method: 'POST',
    path: '/v1/dossiers',
    body: asking({ provincialNo }),
    headers: { 'idempotency-key': `wiring-${keys}` },
  });
}

describe('a case that changes', () => {
  const revoked = (): AppraisalCase => {
    const [conclusion] = caseOf().conclusions;
    return caseOf({ state: 'revoked', conclusions: conclusion === undefined ? [] : [{ ...conclusion, status: 'revoked' }] });
  };

  it('ends its dossier with the import, which says what became of it and whom to tell; the same again says nothing', async () => {
    const at = await city();
    const { json } = await pull(at);
    const first = await at.importCase(revoked());
    const second = await at.importCase(revoked());

    expect(first.dossiers).toMatchObject([{ id: json.id, change: 'withdrawn', caseNos: [caseNo], tell: [{ organisation }] }]);
    expect(second).not.toHaveProperty('dossiers');
    expect((await at.send({ path: `/v1/dossiers/${json.id}` })).status).toBe(410);
  });

  it('gets a new version in the night where a document has come, told in manifest, text and report', async () => {
    const at = await city();
    const late = scan('second record');
    const { createHash } = await import('node:crypto');
    const sha256 = createHash('sha256').update(late).digest('hex');
    const item = caseOf();
    item.documents = [...item.documents, { id: 'D-2', kind: 'medical-record', mediaType: 'application/pdf', sha256 }];
    await at.importCase(item);
    const { json } = await pull(at);
    mkdirSync(join(at.folder, 'late'));
    writeFileSync(join(at.folder, 'late', 'second.pdf'), late);
    await at.exchange.importDocuments(join(at.folder, 'late'));

    const night = await run('reconcile', '--config', at.config, '--report', join(at.folder, 'report'), '--lang', 'en');
    const [manifest] = await at.exchange.store.runs(1);
    const again = await at.exchange.reconcile();

    expect(manifest?.dossiers).toMatchObject([
      {
        id: json.id,
        version: 1,
        change: 'new-version',
        caseNos: [caseNo],
        next: { version: 2, state: 'sealed' },
        tell: [organisation],
      },
    ]);
    const line = new RegExp(`dossier of case ${caseNo}, version 1: new version 2: .*; to be told: ${organisation}`);
    expect(night.stdout).toMatch(line);
    expect(readFileSync(join(at.folder, 'report', 'report.html'), 'utf8')).toMatch(line);
    expect(night.stdout + night.stderr).not.toMatch(/样例甲|370799/);
    expect(again.manifest).not.toHaveProperty('dossiers');
    expect(night.code).toBe(0);
  });

  it('is done for the other dossiers where one is damaged, and the night goes on and says so', async () => {
    const at = await city();
    const damaged = await pull(at);
    const other = await pull(at);
    const { dossiers } = at.exchange.store;
    const get = dossiers.get.bind(dossiers);
    vi.spyOn(dossiers, 'get').mockImplementation((id) =>
      id === damaged.json.id ? Promise.reject(new YilianError('ERR_STORE_DAMAGED', { zh: '损坏', en: 'damaged' })) : get(id),
    );
    const imported = await at.importCase(revoked());
    const night = await at.exchange.reconcile();
    vi.restoreAllMocks();

    expect(imported.dossiers?.map(({ id, change, reason }) => [id, change, change === 'failed' ? reason : ''])).toEqual(
      expect.arrayContaining([
        [damaged.json.id, 'failed', 'ERR_STORE_DAMAGED'],
        [other.json.id, 'withdrawn', ''],
      ]),
    );
    expect(night.manifest.dossiers).toMatchObject([{ id: damaged.json.id, change: 'failed', caseNos: [caseNo], tell: [] }]);
    expect([night.exitCode, night.manifest.state]).toEqual([3, 'finished']);
    // Once it can be read again the next night catches up.
    const next = await at.exchange.reconcile();
    expect(next.manifest.dossiers).toMatchObject([{ id: damaged.json.id, change: 'withdrawn' }]);
    expect(next.exitCode).toBe(0);
  });
});

describe('a number of the province that is not known', () => {
  const row = { CITY_CASE_NO: caseNo, AAC002: number, AAC003: '样例甲', AAE036: '2026-06-19 09:00:00' };
  const ofCity = {
    ...row,
    AAZ151: '3700000000000101',
    ALA019: '1',
    CASE_STATE: '06',
    ALC034: '20260601',
    ALC035: conclusionNo,
    CONCLUSION_LEVEL: '1',
    ALA040: '07',
    STANDARD: 'GB/T 16180-2014',
    CONCLUSION_STATUS: '1',
  };
  const opened = (no: string) => ({ ...row, AAZ151: no, ALA019: '3', CASE_STATE: '03', AAE036: '2026-06-20 09:00:00' });

  async function asked() {
    const province = await startProvince();
    let rows: Record<string, string>[] = [ofCity];
    let lookups = 0;
    Object.defineProperty(province, 'rows', {
      get: () => {
        lookups += 1;
        return rows;
      },
    });
    const at = await city({
      agencies: `
  provincial-appraisal:
    appraisals:
      channel: { http: '${province.url}', attempts: 1, proxy: none }
      envelope: { jinbao-json: { paths: { lookup: /lookup, changes: /changes, push: /push } } }
      mapping: appraisal-jinbao`,
    });
    const knows = (...more: Record<string, string>[]) => {
      rows = [ofCity, ...more];
    };
    return { province, at, knows, lookups: () => lookups };
  }

  it('is asked for, once a case and minute: an opening since the night is evidence, noted as any call, and the dossier is pulled', async () => {
    const { at, knows, lookups } = await asked();
    await at.exchange.reconcile();
    const night = lookups();
    const unknown = await pull(at, '3700000000000202');
    const first = lookups();
    knows(opened('3700000000000202'));
    const tooSoon = await pull(at, '3700000000000202');
    const flooded = await Promise.all([1, 2, 3].map(() => pull(at, '3700000000000999')));
    const second = lookups();
    at.clock.now = new Date(at.clock.now.getTime() + 60_000);
    const pulled = await pull(at, '3700000000000202');
    const third = lookups();
    const known = await pull(at, '3700000000000202');

    expect([unknown.status, tooSoon.status, pulled.status, known.status]).toEqual([404, 404, 201, 201]);
    expect(flooded.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect([first - night, second - first, third - second, lookups() - third]).toEqual([1, 0, 1, 0]);
    const file = await at.exchange.caseFile(caseNo);
    expect(file.evidence.map((record) => record.kind === 'appraisal' && record.provincialNo)).toContain('3700000000000202');
    expect(file.cases[0]?.state).toBe('challenged');
    const calls = (await at.audit()).filter(({ kind, text }) => kind === 'agency-call' && text.includes('"reappraisal"'));
    expect(calls.map(({ result }) => result)).toEqual(['asked', 'found', 'asked', 'found']);
    expect(calls.every(({ text }) => text.includes(caseNo) && !/370799|样例/.test(text))).toBe(true);
  });

  it('is no more known where the province cannot be asked: the same 404, and the log says so', async () => {
    const { province, at } = await asked();
    await at.exchange.reconcile();
    const unknown = await pull(at, '3700000000000998');
    at.clock.now = new Date(at.clock.now.getTime() + 60_000);
    await province.close();
    const down = await pull(at, '3700000000000999');

    expect([down.status, down.body.equals(unknown.body)]).toEqual([404, true]);
    expect((await at.audit()).at(-1)).toMatchObject({
      gate: 'provincial-number',
      text: expect.stringContaining('"refresh":"failed"'),
    });
  });

  it('is taken as unverified where none is known and no province is connected', async () => {
    const at = await city();

    expect((await pull(at, 'anything')).status).toBe(201);
    expect((await at.audit()).at(-1)?.text).toContain('provincial-number-unverified');
  });
});
