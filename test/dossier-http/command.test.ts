import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../cli/run.js';
import { caseNo, caseOf, keys, organisation, subject, type World, world } from './world.js';

let city: World;
let key: string;
beforeAll(async () => {
  city = await world();
  key = join(city.folder, 'city.pub.pem');
  writeFileSync(key, keys.city.public);
});
afterAll(() => city.close());

const dossier = (...argv: string[]) => run('dossier', ...argv, '--config', city.config, '--lang', 'en');

describe('the command dossier', () => {
  it('builds an archive that verifies with nothing but the public key, lists it, corrects it and says whom to tell', async () => {
    const out = join(city.folder, 'out', 'dossier.zip');
    const built = await dossier('build', '--case', caseNo, '--provincial-no', 'SJ-1', '--partner', 'province', '--out', out);
    const right = await run('dossier', 'verify', out, '--key', key, '--lang', 'en');
    const listed = await dossier('list', '--case', caseNo);

    expect(built).toMatchObject({ code: 0 });
    expect(right).toMatchObject({ code: 0 });
    expect(right.stdout).toMatch(/^it holds: dossier-\w+ version 1, \d+ documents/);
    expect(listed.stdout).toMatch(/v1 {2}sealed {2}province {2}K2026-001 {2}SJ-1/);
    expect((await city.audit()).at(-1)).toMatchObject({ result: 'built', partner: 'province' });

    const corrected = join(city.folder, 'corrected.jsonl');
    writeFileSync(corrected, JSON.stringify({ subject, cases: [caseOf({ deliveries: [] })] }));
    const imported = await run('cases', 'import', corrected, '--config', city.config, '--lang', 'en');
    expect(imported.stderr).toMatch(
      new RegExp(`^dossier of case K2026-001, version 1: new version 2: .*; to be told: ${organisation}$`, 'm'),
    );
    expect(imported.code).toBe(0);
    expect((await dossier('revise')).stdout).toBe('');
  });

  it('names every fault of an archive that was changed, with exit code 1', async () => {
    const out = join(city.folder, 'changed.zip');
    await dossier('build', '--case', caseNo, '--provincial-no', 'SJ-1', '--partner', 'province', '--out', out);
    const bytes = readFileSync(out);
    const at = bytes.indexOf('scan of id-card');
    bytes.write('X', at);
    writeFileSync(out, bytes);

    const wrong = await run('dossier', 'verify', out, '--key', key, '--lang', 'en', '--json');

    expect(wrong.code).toBe(1);
    expect(JSON.parse(wrong.stdout)).toMatchObject({ ok: false });
    expect(wrong.stdout).not.toContain('样例甲');
  });

  it('verifies a folder, and wants all of it', async () => {
    const folder = join(city.folder, 'unpacked');
    mkdirSync(folder);
    const { manifest, archive } = await city.exchange.buildDossier({ caseNo, provincialNo: 'SJ-1', partner: 'province' });
    void archive;
    const { canonicalJson } = await import('../../src/crypto/canonical-json.js');
    writeFileSync(join(folder, 'manifest.json'), canonicalJson(manifest));

    const half = await run('dossier', 'verify', folder, '--key', key, '--lang', 'en');

    expect(half.code).toBe(1);
    expect(half.stdout).toContain('not given');
  });

  it('says which partner must be named, and what is not on file, as faults of usage', async () => {
    const which = await dossier('build', '--case', caseNo, '--provincial-no', 'SJ-1');
    const none = await dossier('build', '--case', 'K-none', '--provincial-no', 'SJ-1', '--partner', 'province');

    expect([which.code, none.code]).toEqual([2, 2]);
    expect(which.stderr).toContain('province, other, through');
  });

  it('imports documents by their hashes', async () => {
    const told = await dossier('documents', 'import', join(city.folder, 'scans'));

    expect(told).toMatchObject({ code: 0, stdout: 'put 0, there already 6, named by no case 0, still absent 0\n' });
  });
});
