/**
 * The province's side with the library: asks for a dossier, waits until every item has come, downloads and verifies it, says that it has it, and keeps
 * it as one file that anybody can verify later without the city (`yilian dossier verify`).
 *
 *     node pull.ts REQUEST.json FOLDER               (Node 22.18 and later; for Node 20 compile it first)
 *
 * CITY, KEY, KEY_ID, KEY_TYPE, CITY_KEYS: as for pull.sh, which does the same with curl and openssl.
 */
import { randomUUID } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type DossierRequest, isYilianError } from 'yilian';
import { createDossierClient, createKeyRing, createSigner, packDossier, type SignatureAlgorithm } from 'yilian/dossier';

const [requestFile, folder] = process.argv.slice(2);
const { CITY, KEY, KEY_ID, KEY_TYPE = 'ecdsa-p256-sha256', CITY_KEYS } = process.env;
if (!requestFile || !folder || !CITY || !KEY || !KEY_ID || !CITY_KEYS) {
  console.error('usage: CITY= KEY= KEY_ID= CITY_KEYS= pull.ts REQUEST.json FOLDER');
  process.exit(2);
}

const cityKeys = readdirSync(CITY_KEYS)
  .filter((name) => name.endsWith('.pem'))
  .map((name) => {
    const id = name.slice(0, -'.pem'.length);
    const algorithm = readFileSync(join(CITY_KEYS, `${id}.type`), 'utf8').trim() as SignatureAlgorithm;
    return { id, algorithm, key: readFileSync(join(CITY_KEYS, name), 'utf8') };
  });
const client = createDossierClient({
  origin: CITY,
  signer: createSigner({ keyId: KEY_ID, algorithm: KEY_TYPE as SignatureAlgorithm, key: readFileSync(KEY, 'utf8') }),
  keys: createKeyRing(cityKeys),
});

// Ctrl-C ends the call under way; started again, it goes on with the same dossier.
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

try {
  const ask = JSON.parse(readFileSync(requestFile, 'utf8')) as DossierRequest;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const received = await client.fetch(ask, { idempotencyKey: keyOf(folder), signal: stop.signal });

  const { manifest, documents } = received;
  writeFileSync(join(folder, 'manifest.json'), received.bytes, { mode: 0o600 });
  await pipeline(
    Readable.from(packDossier(manifest, async ({ id }) => documents.get(id) ?? new Uint8Array())),
    createWriteStream(join(folder, 'dossier.zip'), { mode: 0o600 }),
  );
  for (const item of manifest.checklist) console.error(`${item.status.padEnd(9)} ${item.title.zh} / ${item.title.en}`);
  if (manifest.late)
    console.error('已过十五日：是否受理由省级决定 / after the 15 days: whether to take it is for the province to decide');
  console.error(`dossier ${manifest.id}, version ${manifest.version}, ${documents.size} documents, all as sealed`);
} catch (error) {
  // Says who can mend it; no text of the library holds a person's data.
  console.error(isYilianError(error) ? `${error.code}: ${error.text.zh} / ${error.text.en}` : error);
  process.exitCode = 1;
} finally {
  await client.close();
}

/** One key for one request: asked again after a broken line, the city gives the same dossier and not another. */
function keyOf(folder: string): string {
  const file = join(folder, 'idempotency-key');
  if (!existsSync(file)) writeFileSync(file, `${randomUUID()}\n`, { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}
