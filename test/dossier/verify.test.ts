import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../src/crypto/canonical-json.js';
import type { Signer, Verifier } from '../../src/crypto/signer.js';
import {
  archivePath,
  assembleDossier,
  documentOf,
  documentsOf,
  manifestBytes,
  manifestSha256,
  packDossier,
  sealDossier,
  verifyDossier,
} from '../../src/dossier/index.js';
import { sealedContent } from '../../src/dossier/seal.js';
import type { DossierManifest, UnsealedManifest } from '../../src/model/index.js';
import { validateDossierManifest } from '../../src/schema.js';
import { allScans, appraisalCase, ask, bytesOf, caseFile, keyPair, sha256, surroundings } from './examples.js';
import { zip } from './zip-writer.js';

const now = new Date('2026-02-20T03:00:01Z');
const city = keyPair('city-2026');
const stranger = keyPair('city-2026');

async function sealed(unsealedOf: (unsealed: UnsealedManifest) => UnsealedManifest = (same) => same) {
  // A small one: its every byte is going to be changed.
  const items = ['conclusion', 'deliveries', 'medical-records'] as const;
  const { unsealed, documents } = await assembleDossier(caseFile(), ask({ items }), surroundings());
  const manifest = await sealDossier(unsealedOf(unsealed), city.signer, now);
  const stores = { dossiers: { generated: async () => undefined }, documents: allScans() };
  const kept = { id: unsealed.id, documents } as Parameters<typeof documentOf>[0];
  const read = async ({ id }: { id: string }) => (await documentOf(kept, id, stores))?.bytes ?? bytesOf('gone');
  return { manifest, read };
}

async function packed(manifest: DossierManifest, read: (document: { id: string }) => Promise<Uint8Array>) {
  const chunks: Uint8Array[] = [];
  for await (const chunk of packDossier(manifest, read)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Signed again by the city itself, whatever it says. */
async function resealed(change: (manifest: Record<string, unknown>) => void): Promise<Uint8Array> {
  const { manifest } = await sealed();
  const copy = structuredClone(manifest) as unknown as Record<string, unknown>;
  change(copy);
  const seal = copy.seal as DossierManifest['seal'];
  const signature = await city.signer.sign(sealedContent(copy as unknown as DossierManifest));
  return Buffer.from(canonicalJson({ ...copy, seal: { ...seal, signature: Buffer.from(signature).toString('base64') } }));
}

const faultsOf = async (...given: Parameters<typeof verifyDossier>) =>
  (await verifyDossier(...given)).faults.map(({ kind, place }) => `${kind} ${place}`);

describe('a sealed dossier', () => {
  it('has the shape of its schema, and its hash is of the bytes that are served', async () => {
    const { manifest } = await sealed();

    expect(validateDossierManifest(JSON.parse(JSON.stringify(manifest)))).toMatchObject({ ok: true });
    expect(manifest.seal).toMatchObject({ algorithm: 'ed25519', keyId: 'city-2026', signedAt: '2026-02-20T03:00:01.000Z' });
    expect(manifestSha256(manifest)).toBe(sha256(manifestBytes(manifest)));
    expect(Buffer.from(manifestBytes(manifest)).toString()).toBe(canonicalJson(manifest));
  });

  it('is verified with nothing but its bytes and the public key: manifest alone, with documents, or the archive', async () => {
    const { manifest, read } = await sealed();
    const alone = await verifyDossier({ manifest: manifestBytes(manifest) }, [city.verifier]);
    const documents = Object.fromEntries(
      await Promise.all(documentsOf(manifest).map(async (document) => [document.id, await read(document)] as const)),
    );
    const whole = await verifyDossier({ manifest: manifestBytes(manifest), documents }, [city.verifier]);
    const archive = await verifyDossier({ archive: await packed(manifest, read) }, [city.verifier]);

    expect(alone).toMatchObject({ ok: true, complete: false, keyId: 'city-2026', manifest, faults: [] });
    expect(alone.manifestSha256).toBe(manifestSha256(manifest));
    expect(alone.documents.map(({ state }) => state)).toEqual(Array(6).fill('not-given'));
    expect(whole).toMatchObject({ ok: true, complete: true });
    expect(archive).toMatchObject({ ok: true, complete: true, manifest });
    expect(archive.documents.map(({ state }) => state)).toEqual(Array(6).fill('right'));
  });

  it.each(['hmac-sha256', 'hmac-sm3'] as const)(
    'is never sealed with %s: who could verify it could forge it',
    async (algorithm) => {
      const { unsealed } = await assembleDossier(caseFile(), ask(), surroundings());
      const signer: Signer = { ...city.signer, algorithm };

      await expect(sealDossier(unsealed, signer, now)).rejects.toMatchObject({ code: 'ERR_CONFIG' });
    },
  );

  it('is not sealed where the signer cannot sign', async () => {
    const { unsealed } = await assembleDossier(caseFile(), ask(), surroundings());
    const signer: Signer = { ...city.signer, sign: () => Promise.reject(new Error('the module is locked')) };

    await expect(sealDossier(unsealed, signer, now)).rejects.toThrow('the module is locked');
  });
});

describe('a changed dossier is told from a right one', () => {
  it('whichever byte of the manifest was changed', async () => {
    const bytes = manifestBytes((await sealed()).manifest);
    const passed: number[] = [];
    for (let at = 0; at < bytes.length; at += 1) {
      const copy = Uint8Array.from(bytes);
      copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8));
      if ((await verifyDossier({ manifest: copy }, [city.verifier])).ok) passed.push(at);
    }

    expect([bytes.length > 2000, passed]).toEqual([true, []]);
  });

  it('whichever byte of the archive was changed, cut off or added', async () => {
    const { manifest, read } = await sealed();
    const bytes = await packed(manifest, read);
    const passed: string[] = [];
    for (let at = 0; at < bytes.length; at += 1) {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8));
      if ((await verifyDossier({ archive: copy }, [city.verifier])).ok) passed.push(`changed ${at}`);
      if (at % 7 === 0 && (await verifyDossier({ archive: bytes.subarray(0, at) }, [city.verifier])).ok) passed.push(`cut ${at}`);
      if (at % 7 !== 0) continue;
      const longer = Buffer.concat([bytes.subarray(0, at), Buffer.from([at % 256]), bytes.subarray(at)]);
      if ((await verifyDossier({ archive: longer }, [city.verifier])).ok) passed.push(`added ${at}`);
    }
    const after = await verifyDossier({ archive: Buffer.concat([bytes, Buffer.from('x')]) }, [city.verifier]);

    expect([bytes.length > 3000, passed, after.ok]).toEqual([true, [], false]);
  });

  it('where somebody else signed it under the same key id, or the key is not known', async () => {
    const { unsealed } = await assembleDossier(caseFile(), ask(), surroundings());
    const manifest = manifestBytes(await sealDossier(unsealed, stranger.signer, now));

    expect(await faultsOf({ manifest }, [city.verifier])).toEqual(['seal-wrong /seal/signature']);
    expect(await faultsOf({ manifest }, [])).toEqual(['key-unknown /seal/keyId']);
    expect(await faultsOf({ manifest }, [keyPair('city-2025').verifier])).toEqual(['key-unknown /seal/keyId']);
  });

  it('where the seal names another algorithm than the key has, whatever the signature', async () => {
    const always = (algorithm: Verifier['algorithm']): Verifier => ({ keyId: 'city-2026', algorithm, verify: async () => true });
    const manifest = manifestBytes((await sealed()).manifest);

    expect(await faultsOf({ manifest }, [always('sm2-sm3')])).toEqual(['algorithm-differs /seal/algorithm']);
    expect(await faultsOf({ manifest }, [always('hmac-sha256')])).toEqual(['algorithm-differs /seal/algorithm']);
  });

  it('where the key was not valid when it was signed; a key that was retired since still verifies', async () => {
    const manifest = manifestBytes((await sealed()).manifest);
    const asked: string[] = [];
    const ring = (valid: boolean) => (_: string, at: Date) => {
      asked.push(at.toISOString());
      return valid ? city.verifier : ('not-valid-now' as const);
    };

    expect(await faultsOf({ manifest }, ring(true))).toEqual([]);
    expect(await faultsOf({ manifest }, ring(false))).toEqual(['key-not-valid-then /seal/keyId']);
    expect(asked).toEqual(['2026-02-20T03:00:01.000Z', '2026-02-20T03:00:01.000Z']);
  });

  it('where it says the same in other bytes', async () => {
    const { manifest } = await sealed();
    const texts = [
      JSON.stringify(manifest),
      JSON.stringify(manifest, null, 2),
      `${canonicalJson(manifest)}\n`,
      canonicalJson(manifest).replace('"version":1', '"version":1.0'),
      canonicalJson(manifest).replace('"late":', '"late":true,"late":'),
      canonicalJson(manifest).replace('王', '\\u738b'),
    ];

    for (const text of texts)
      expect(await faultsOf({ manifest: Buffer.from(text) }, [city.verifier])).toEqual(['manifest-not-canonical manifest.json']);
    const marked = Buffer.concat([Buffer.from('efbbbf', 'hex'), manifestBytes(manifest)]);
    expect(await faultsOf({ manifest: marked }, [city.verifier])).toEqual(['manifest-not-json manifest.json']);
  });

  it('where a signature is written in another way', async () => {
    const { manifest } = await sealed();
    const { signature } = manifest.seal;
    for (const other of [signature.replace(/=*$/, ''), ` ${signature}`, `${signature}AAAA`, ''])
      expect(
        await faultsOf({ manifest: manifestBytes({ ...manifest, seal: { ...manifest.seal, signature: other } }) }, [
          city.verifier,
        ]),
      ).toEqual(['seal-wrong /seal/signature']);
  });

  it('where its documents are others, fewer or more than it lists', async () => {
    const { manifest, read } = await sealed();
    const bytes = manifestBytes(manifest);
    const [first, second, third] = documentsOf(manifest);
    if (first === undefined || second === undefined || third === undefined) throw new Error('too few documents');
    const documents = {
      [first.id]: bytesOf('scan of stay-X'),
      [second.id]: bytesOf('short'),
      [third.id]: await read(third),
      stranger: bytesOf('x'),
    };
    const result = await verifyDossier({ manifest: bytes, documents }, [city.verifier]);

    expect(result.faults.map(({ kind, place }) => `${kind} ${place}`)).toEqual([
      `document-hash ${archivePath(first)}`,
      `document-size ${archivePath(second)}`,
      'document-not-listed stranger',
    ]);
    expect(result.documents.map(({ state }) => state).slice(0, 4)).toEqual(['wrong', 'wrong', 'right', 'not-given']);
  });

  it('where the archive lacks a document, has one more, or has them in another order', async () => {
    const { manifest, read } = await sealed();
    const [first, ...others] = documentsOf(manifest);
    if (first === undefined) throw new Error('no document');
    // The manifest is the right one: only what lies beside it differs.
    const faults = async (list: typeof others) => {
      const entries = list.map(async (document) => ({ name: archivePath(document), bytes: await read(document) }));
      const head = { name: 'manifest.json', bytes: manifestBytes(manifest) };
      return faultsOf({ archive: zip([head, ...(await Promise.all(entries))]) }, [city.verifier]);
    };

    expect(await faults([first, ...others])).toEqual([]);
    expect(await faults(others)).toEqual([`document-missing ${archivePath(first)}`]);
    expect(await faults([...others, first])).toEqual(['archive-malformed documents/']);
    expect(await faults([first, ...others, { ...first, id: 'one-more' }])).toEqual([
      'document-not-listed documents/one-more.pdf',
    ]);
  });
});

describe('a dossier that its own city sealed wrongly is told so', () => {
  it.each<[string, (manifest: Record<string, unknown>) => void, string[]]>([
    ['a kind is missing', (m) => (m.checklist as unknown[]).pop(), ['checklist-order /checklist']],
    ['kinds are in another order', (m) => (m.checklist as unknown[]).reverse(), ['checklist-order /checklist']],
    ['something it does not know is in it', (m) => Object.assign(m, { more: 1 }), []],
    ['a field is missing', (m) => delete m.caseNos, ['manifest-schema /caseNos']],
    ['a hash is none', (m) => setFirst(m, { sha256: 'F'.repeat(64) }), ['manifest-schema /checklist/3/documents/0/sha256']],
    [
      'an id would lead out of the folder',
      (m) => setFirst(m, { id: '../../etc/passwd' }),
      ['document-id /checklist/3/documents/0/id'],
    ],
    ['two documents have one id', (m) => setFirst(m, { id: 'conclusion-facts' }), ['document-twice /checklist/7/documents/1/id']],
    ['a withheld item has what are no documents', (m) => Object.assign((m.checklist as object[])[0] ?? {}, { documents: 7 }), []],
  ])('%s', async (_, change, expected) => {
    const manifest = await resealed(change);

    expect(await faultsOf({ manifest }, [city.verifier])).toEqual(expected);
  });

  function setFirst(manifest: Record<string, unknown>, more: object): void {
    const item = (manifest.checklist as { documents?: object[] }[])[3];
    Object.assign(item?.documents?.[0] ?? {}, more);
  }
});

describe('hostile bytes', () => {
  const texts = [
    '',
    'null',
    '7',
    '[]',
    '{}',
    '{"seal":null}',
    '{"seal":{}}',
    `{"__proto__":{"ok":true},"checklist":[]}`,
    '['.repeat(200_000),
    `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
    `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
    '"\\ud800"',
    '1e999',
  ];

  it.each(texts.map((text, index) => [index, text] as const))('never make it throw (%i)', async (_, text) => {
    const result = await verifyDossier({ manifest: Buffer.from(text) }, [city.verifier]);

    expect(result.ok).toBe(false);
    expect(result.faults.length).toBeGreaterThan(0);
    for (const fault of result.faults) expect([fault.zh.length > 0, fault.en.length > 0]).toEqual([true, true]);
    expect(({} as { ok?: boolean }).ok).toBeUndefined();
  });

  it('that are too many are not read', async () => {
    expect(await faultsOf({ manifest: new Uint8Array(16 * 2 ** 20 + 1) }, [city.verifier])).toEqual(['too-large manifest.json']);
  });

  it('make no verifier that throws end it', async () => {
    const thrower: Verifier = { ...city.verifier, verify: () => Promise.reject(new Error('bad curve')) };

    expect(await faultsOf({ manifest: manifestBytes((await sealed()).manifest) }, [thrower])).toEqual([
      'seal-wrong /seal/signature',
    ]);
  });
});

it('a slip in one text of the city’s file does not keep a dossier from being made', async () => {
  const one = appraisalCase();
  const cases = [appraisalCase({ documents: one.documents.map((each) => ({ ...each, title: 'half \ud800' })) })];
  const { unsealed } = await assembleDossier(caseFile({ cases }), ask({ provincialNo: '\udfff' }), surroundings());
  const manifest = manifestBytes(await sealDossier(unsealed, city.signer, now));

  expect(await faultsOf({ manifest }, [city.verifier])).toEqual([]);
  expect(unsealed.provincialNo).toBe('\ufffd');
});
