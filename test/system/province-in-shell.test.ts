import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { DossierManifest } from '../../src/model/index.js';
import { makeKey } from '../dossier/by-hand.js';
import { ask, type City, documents, type PartnerId, startCity, type Who } from '../dossier/conformance.js';

/** The same with curl and openssl alone: what a client in another language must do, done by programs that know nothing of ours. */

let city: City | undefined;
const folders: string[] = [];
afterEach(async () => {
  await city?.stop();
  city = undefined;
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'yilian-shell-'));
  folders.push(folder);
  return folder;
}

interface Pulled {
  code: number | null;
  said: string;
  into: string;
}

async function pull(here: City, as: PartnerId, who: Who, change: (keys: string) => void = () => undefined): Promise<Pulled> {
  const [folder, keys] = [scratch(), scratch()];
  for (const [id, { algorithm, public: pem }] of Object.entries(here.cityKeys)) {
    writeFileSync(join(keys, `${id}.pem`), pem);
    writeFileSync(join(keys, `${id}.type`), algorithm);
  }
  change(keys);
  const own = here.keys[`${as}/1`];
  writeFileSync(join(folder, 'ours.pem'), own?.private ?? '');
  writeFileSync(join(folder, 'request.json'), JSON.stringify(ask(who)));
  const into = join(folder, 'pulled');
  const child = spawn(resolve('examples/province/pull.sh'), [join(folder, 'request.json'), into], {
    env: {
      ...process.env,
      CITY: `http://127.0.0.1:${here.port}`,
      KEY: join(folder, 'ours.pem'),
      KEY_ID: `${as}/1`,
      KEY_TYPE: own?.algorithm,
      CITY_KEYS: keys,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (part) => {
    said += part;
  });
  return new Promise((done) => child.on('close', (code) => done({ code, said, into })));
}

const start = async (onlyKey: 'city-old' | 'city-new'): Promise<City> => {
  city = await startCity({ clock: () => new Date(), direct: true, onlyKey, deferredMs: 1000 });
  return city;
};

describe('the province in the shell', () => {
  // city-old signs with ECDSA, city-new with SM2.
  it.each<[PartnerId, 'city-old' | 'city-new']>([
    ['province-ecdsa-p256-sha256', 'city-old'],
    ['province-sm2-sm3', 'city-new'],
    ['province-sm2-sm3', 'city-old'],
  ])('pulls and verifies a whole dossier as %s from %s', async (as, onlyKey) => {
    const here = await start(onlyKey);
    const { code, said, into } = await pull(here, as, 'whole');
    const bytes = readFileSync(join(into, 'manifest.json'));
    const manifest = JSON.parse(bytes.toString('utf8')) as DossierManifest;
    const named = manifest.checklist.flatMap((item) => ('documents' in item ? (item.documents ?? []) : []));

    expect([code, said]).toEqual([0, expect.stringContaining(`${named.length} documents, all as sealed`)]);
    expect(readdirSync(join(into, 'documents')).sort()).toEqual(named.map(({ id }) => id).sort());
    expect(named.map(({ sha256 }) => sha256)).toContain(createHash('sha256').update(documents.recordOne).digest('hex'));
    expect(await here.behind.deliveries(manifest.id)).toContainEqual(
      expect.objectContaining({ what: 'receipt', manifestSha256: createHash('sha256').update(bytes).digest('hex') }),
    );
  });

  it('polls while an item is being fetched', async () => {
    const here = await start('city-old');
    const waiting = pull(here, 'province-ecdsa-p256-sha256', 'fetching');
    await expect.poll(() => here.behind.audit().some(({ result }) => result === 'preparing'), { timeout: 30_000 }).toBe(true);
    here.fetched = true;

    expect(await waiting).toMatchObject({ code: 0 });
  });

  it('believes nobody but the city', async () => {
    const here = await start('city-old');
    const strange = await pull(here, 'province-ecdsa-p256-sha256', 'whole', (keys) =>
      writeFileSync(join(keys, 'city-old.pem'), makeKey('ecdsa-p256-sha256').public),
    );
    const untold = await pull(here, 'province-ecdsa-p256-sha256', 'whole', (keys) => rmSync(join(keys, 'city-old.pem')));
    const refused = await pull(here, 'province-ecdsa-p256-sha256', 'undelivered');

    expect([strange.code, untold.code, refused.code]).toEqual([1, 1, 1]);
    expect(strange.said).toContain('a signature of city-old is wrong');
    expect(untold.said).toContain('a key that the city did not tell: city-old');
    expect(refused.said).toContain('the city says 404');
  });
});
