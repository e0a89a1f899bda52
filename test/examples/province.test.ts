import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DossierManifest } from '../../src/model/index.js';
import { makeKey } from '../dossier/by-hand.js';
import { ask, type City, startCity, type Who } from '../dossier/conformance.js';
import { compiled, scratch } from './consumer.js';

/** The province's program with the library, against a city that serves dossiers on the loopback. */

let city: City;
let program = '';
beforeAll(async () => {
  city = await startCity({ clock: () => new Date(), direct: true, deferredMs: 1000 });
  program = join(compiled('province'), 'pull.js');
}, 120_000);
afterAll(() => city.stop());

/** What the city told beforehand. */
function cityKeys(): string {
  const folder = scratch();
  for (const [id, { algorithm, public: pem }] of Object.entries(city.cityKeys)) {
    writeFileSync(join(folder, `${id}.pem`), pem);
    writeFileSync(join(folder, `${id}.type`), `${algorithm}\n`);
  }
  return folder;
}

function pull(who: Who, into: string, more: NodeJS.ProcessEnv = {}): Promise<{ code: number | null; said: string }> {
  const folder = scratch();
  const key = city.keys['province-sm2-sm3/1'];
  writeFileSync(join(folder, 'ours.pem'), key?.private ?? '');
  writeFileSync(join(folder, 'request.json'), JSON.stringify(ask(who)));
  const environment = {
    CITY: `http://127.0.0.1:${city.port}`,
    KEY: join(folder, 'ours.pem'),
    KEY_ID: 'province-sm2-sm3/1',
    KEY_TYPE: 'sm2-sm3',
    CITY_KEYS: cityKeys(),
  };
  const child = spawn(process.execPath, [program, join(folder, 'request.json'), into], {
    env: { ...process.env, ...environment, ...more },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (part) => {
    said += part;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, said })));
}

describe("the province's program", () => {
  it('pulls a dossier, keeps it as one file for its owner alone, and the city knows that it arrived', async () => {
    const into = join(scratch(), 'pulled');
    const { code, said } = await pull('whole', into);
    const bytes = readFileSync(join(into, 'manifest.json'));
    const manifest = JSON.parse(bytes.toString('utf8')) as DossierManifest;
    const told = await city.behind.deliveries(manifest.id);

    expect([code, said]).toEqual([0, expect.stringMatching(/included .* all as sealed\n$/s)]);
    expect(said).not.toMatch(/林试一|370799\d/);
    expect(readdirSync(into).sort()).toEqual(['dossier.zip', 'idempotency-key', 'manifest.json']);
    expect(readdirSync(into).map((name) => statSync(join(into, name)).mode & 0o077)).toEqual([0, 0, 0]);
    expect(told).toContainEqual(
      expect.objectContaining({ what: 'receipt', manifestSha256: createHash('sha256').update(bytes).digest('hex') }),
    );
  });

  it('waits while an item is still being fetched, and asks for the same dossier when it is started again', async () => {
    const into = join(scratch(), 'pulled');
    city.fetched = false;
    const first = pull('fetching', into);
    await expect.poll(() => city.behind.audit().some(({ result }) => result === 'preparing'), { timeout: 20_000 }).toBe(true);
    city.fetched = true;
    const done = await first;
    const { id } = JSON.parse(readFileSync(join(into, 'manifest.json'), 'utf8')) as DossierManifest;
    const again = await pull('fetching', into);

    expect([done.code, again.code]).toEqual([0, 0]);
    expect((JSON.parse(readFileSync(join(into, 'manifest.json'), 'utf8')) as DossierManifest).id).toBe(id);
  });

  it('keeps nothing of a city that signs with another key than it told, and says what a city refuses', async () => {
    const [strange, refused] = [join(scratch(), 'pulled'), join(scratch(), 'pulled')];
    const keys = cityKeys();
    for (const id of Object.keys(city.cityKeys))
      writeFileSync(join(keys, `${id}.pem`), makeKey(city.cityKeys[id]?.algorithm ?? 'ed25519').public);
    const wrong = await pull('whole', strange, { CITY_KEYS: keys });
    const nothing = await pull('undelivered', refused);

    expect([wrong.code, wrong.said]).toEqual([1, expect.stringContaining('ERR_ENVELOPE')]);
    expect([nothing.code, nothing.said]).toEqual([1, expect.stringMatching(/ERR_AGENCY.*404/)]);
    expect([strange, refused].map((into) => existsSync(join(into, 'manifest.json')))).toEqual([false, false]);
  });
});
