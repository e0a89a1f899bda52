import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

  it('verifies an archive that was unpacked, and wants all of it, nothing more, and nothing else', async () => {
    const folder = join(city.folder, 'unpacked');
    mkdirSync(join(folder, 'documents'), { recursive: true });
    const { manifest, archive } = await city.exchange.buildDossier({ caseNo, provincialNo: 'SJ-1', partner: 'province' });
    const parts: Uint8Array[] = [];
    for await (const part of archive()) parts.push(part);
    const files = unpacked(Buffer.concat(parts));
    for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
    const verify = () => run('dossier', 'verify', folder, '--key', key, '--lang', 'en');
    const whole = await verify();
    const [scan = ''] = [...files.keys()].filter((name) => name.endsWith('.pdf'));
    writeFileSync(join(folder, scan), 'another scan');
    const changed = await verify();
    writeFileSync(join(folder, scan), files.get(scan) ?? '');
    writeFileSync(join(folder, 'documents', 'notes.pdf'), 'nobody listed it');
    const more = await verify();
    rmSync(join(folder, 'documents'), { recursive: true });
    const bare = await verify();

    const count = files.size - 1;
    expect([...files.keys()][0]).toBe('manifest.json');
    expect(count).toBeGreaterThan(6);
    expect(whole).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`it holds: ${manifest.id} version 1, ${count} documents`),
    });
    expect([changed.code, changed.stdout]).toEqual([1, expect.stringContaining('size is not that of the checklist')]);
    expect([more.code, more.stdout]).toEqual([1, expect.stringContaining('a file that the checklist does not list')]);
    expect([bare.code, bare.stdout.match(/not given\n/g)?.length]).toEqual([1, count]);
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

/** A zip file of stored entries, read from its local headers (APPNOTE 4.3.7). */
function unpacked(zip: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (let at = 0; zip.readUInt32LE(at) === 0x04034b50; ) {
    const [size, nameLength, extraLength] = [zip.readUInt32LE(at + 18), zip.readUInt16LE(at + 26), zip.readUInt16LE(at + 28)];
    const from = at + 30 + nameLength + extraLength;
    files.set(zip.toString('utf8', at + 30, at + 30 + nameLength), zip.subarray(from, from + size));
    at = from + size;
  }
  return files;
}
