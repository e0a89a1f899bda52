import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCipher } from '../../src/crypto/cipher.js';
import { createFolderDocuments, type DocumentRef, importDocuments } from '../../src/dossier/index.js';
import { appraisalCase, bytesOf, scans, sha256 } from './examples.js';

const key = 'key of the documents, 2026';
const plain = bytesOf('370799196001010018 王测试 胫骨骨干骨折');
const ref: DocumentRef = { caseNo: 'WF-2026-101', documentId: '王测试-stay', sha256: sha256(plain) };

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yilian-documents-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const under = () => join(folder, 'documents');
const store = (more: { key?: string; oldKeys?: string[]; cipher?: 'aes-256-gcm' | 'sm4-ctr-hmac-sm3' } = {}) =>
  createFolderDocuments({ folder: under(), key, ...more });
const files = () =>
  readdirSync(under(), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

describe('documents in a folder', () => {
  it('come back as they were, after a restart too; what is not there is undefined', async () => {
    expect(await store().read(ref)).toBeUndefined();
    await store().write(ref, plain);

    expect(await store().read(ref)).toEqual({ state: 'here', bytes: Buffer.from(plain) });
    expect(await store().read({ ...ref, caseNo: 'WF-2026-102' })).toBeUndefined();
    expect(await store().read({ ...ref, documentId: 'x' })).toBeUndefined();
    expect(await store().read({ ...ref, sha256: '../../etc/passwd' })).toBeUndefined();
  });

  it.each(['sm4-ctr-hmac-sm3', 'aes-256-gcm'] as const)(
    'are encrypted with %s: neither name nor content tells anything',
    async (cipher) => {
      await store({ cipher }).write(ref, plain);
      const [path = ''] = files();
      const bytes = readFileSync(path);

      expect(files()).toHaveLength(1);
      for (const word of ['370799', '王测试', '胫骨', 'WF-2026', 'stay', ref.sha256.slice(0, 16)]) {
        expect([word, bytes.includes(Buffer.from(word)), path.slice(under().length).includes(word)]).toEqual([
          word,
          false,
          false,
        ]);
      }
      expect(path.slice(under().length)).toMatch(/^\/([0-9a-f]{2})\/\1[0-9a-f]{62}$/);
      expect(bytes.includes(Buffer.from(cipher))).toBe(true);
    },
  );

  it('can be read by their owner alone, and leave no half of a file behind', async () => {
    await store().write(ref, plain);
    const [path = ''] = files();

    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    expect(statSync(under()).mode & 0o777).toBe(0o700);
    chmodSync(dirname(path), 0o700);
    rmSync(path);
    mkdirSync(path);
    await expect(store().write(ref, plain)).rejects.toThrow();
    expect(readdirSync(dirname(path))).toHaveLength(1);
  });

  it('are not written where they are not what the case names', async () => {
    await expect(store().write(ref, bytesOf('other'))).rejects.toMatchObject({ code: 'ERR_INPUT', place: '/sha256' });
    await expect(store().write({ ...ref, sha256: ref.sha256.toUpperCase() }, plain)).rejects.toMatchObject({ code: 'ERR_INPUT' });
    expect(() => files()).toThrow();
  });

  it('of which any byte was changed are told, not served', async () => {
    await store().write(ref, plain);
    const [path = ''] = files();
    const right = readFileSync(path);
    const told = new Map<string, number>();
    for (let at = 0; at < right.length; at += 1) {
      const copy = Buffer.from(right);
      copy[at] = (copy[at] ?? 0) ^ 1;
      writeFileSync(path, copy);
      const code: unknown = await store()
        .read(ref)
        .then(
          () => 'served',
          (error: { code: string }) => error.code,
        );
      told.set(String(code), (told.get(String(code)) ?? 0) + 1);
    }

    // The kind (16) and the key's id (16) of the head: another key. One bit of their lengths: all after them is read otherwise.
    expect([...told.keys()].sort()).toEqual(['ERR_CONFIG', 'ERR_STORE_DAMAGED']);
    expect(told.get('ERR_CONFIG')).toBeLessThanOrEqual(34);
    for (const broken of [Buffer.alloc(0), right.subarray(0, 20), right.subarray(0, right.length - 1)]) {
      writeFileSync(path, broken);
      await expect(store().read(ref)).rejects.toMatchObject({ code: 'ERR_STORE_DAMAGED' });
    }
  });

  it('cannot stand for one another', async () => {
    const other = { ...ref, documentId: 'other' };
    await store().write(ref, plain);
    const [path = ''] = files();
    await store().write(other, plain);
    const second = files().find((each) => each !== path) ?? '';
    renameSync(path, second);

    await expect(store().read(other)).rejects.toMatchObject({ code: 'ERR_STORE_DAMAGED' });
    cpSync(second, `${path}.deferred`);
    await expect(store().read(ref)).rejects.toMatchObject({ code: 'ERR_STORE_DAMAGED' });
  });

  it('of another key are a fault of the configuration, said in two languages without the key', async () => {
    await store().write(ref, plain);
    const error: unknown = await store({ key: 'another key, as long' })
      .read(ref)
      .catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({ code: 'ERR_CONFIG', place: '/dossier/documents/key' });
    expect(String(error)).not.toContain(key);
    expect(() => store({ key: 'short' })).toThrow(expect.objectContaining({ code: 'ERR_CONFIG' }));
  });

  it('stay readable when the key or the cipher is changed, and have the new one once written anew', async () => {
    await store({ cipher: 'aes-256-gcm' }).write(ref, plain);
    const rotated = store({ key: 'key of the documents, 2027', oldKeys: [key] });

    expect(await store().read(ref)).toMatchObject({ state: 'here' });
    expect(await rotated.read(ref)).toMatchObject({ state: 'here' });
    await rotated.write(ref, plain);
    expect(files()).toHaveLength(1);
    expect(await store({ key: 'key of the documents, 2027' }).read(ref)).toMatchObject({ state: 'here' });
    await expect(store().read(ref)).rejects.toMatchObject({ code: 'ERR_CONFIG' });
  });

  it('can be encrypted by another’s cipher', async () => {
    const module = { ...createCipher('aes-256-gcm', key), kind: 'hsm-1', keyId: 'slot 7' };
    const documents = createFolderDocuments({ folder: under(), ciphers: [module] });
    await documents.write(ref, plain);

    expect(await documents.read(ref)).toMatchObject({ state: 'here' });
    await expect(store().read(ref)).rejects.toMatchObject({ code: 'ERR_CONFIG' });
  });

  it('that are still being fetched say until when, until they are here', async () => {
    await store().defer(ref, '2026-02-21T08:00:00+08:00');
    expect(await store().read(ref)).toEqual({ state: 'deferred', until: '2026-02-21T00:00:00.000Z' });
    await expect(store().defer(ref, 'soon')).rejects.toMatchObject({ code: 'ERR_INPUT' });

    await store().write(ref, plain);
    expect(await store().read(ref)).toMatchObject({ state: 'here' });
    expect(files()).toHaveLength(1);
  });

  it('are forgotten when removed, deferred or here, and twice does no harm', async () => {
    await store().write(ref, plain);
    await store().defer({ ...ref, documentId: 'other' }, '2026-02-21T00:00:00Z');
    for (const documentId of [ref.documentId, 'other', 'other']) await store().remove({ ...ref, documentId });

    expect(files()).toEqual([]);
  });
});

describe('an import of plain files', () => {
  it('puts each where a case names its hash, whatever it is called, and says what is over and what lacks', async () => {
    const from = join(folder, 'scans');
    mkdirSync(join(from, 'sub'), { recursive: true });
    writeFileSync(join(from, 'a.bin'), scans.id ?? '');
    writeFileSync(join(from, 'sub', 'b.pdf'), scans['stay-1'] ?? '');
    writeFileSync(join(from, 'copy of b.pdf'), scans['stay-1'] ?? '');
    writeFileSync(join(from, 'holiday.jpg'), 'a cat');
    symlinkSync('/etc/passwd', join(from, 'link'));
    const one = appraisalCase();
    const two = appraisalCase({
      caseNo: 'WF-2026-102',
      documents: one.documents.filter(({ id }) => id === 'id').map((each) => ({ ...each, sha256: each.sha256.toUpperCase() })),
    });
    const first = await importDocuments(from, [one, two], store());
    const named = (refs: DocumentRef[]) => refs.map(({ caseNo, documentId }) => `${caseNo} ${documentId}`);

    expect(named(first.imported)).toEqual(['WF-2026-101 id', 'WF-2026-102 id', 'WF-2026-101 stay-1']);
    expect(first.unmatched).toEqual(['holiday.jpg']);
    expect(named(first.absent)).toEqual(
      ['application', 'decision', 'stay-2', 'mri', 'form', 'conclusion', 'consent'].map((id) => `WF-2026-101 ${id}`),
    );
    expect(await store().read({ caseNo: 'WF-2026-102', documentId: 'id', sha256: sha256('scan of id') })).toMatchObject({
      state: 'here',
    });

    const again = await importDocuments(from, [one, two], store());
    expect([again.imported, named(again.unchanged).length, again.absent.length]).toEqual([[], 3, 7]);
  });
});
