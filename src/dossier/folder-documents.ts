import { createHmac, randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Cipher, type CipherKind, cipherKinds, createCipher } from '../crypto/cipher.js';
import { sha256Hex } from '../crypto/digest.js';
import { YilianError } from '../errors.js';
import type { DeferredDocument, DocumentRef, DocumentStore, StoredDocument } from './document-store.js';

/** Documents in a folder, each encrypted in a file of its own. */
export interface FolderDocuments extends DocumentStore {
  /** Notes that a document is still being fetched, and by when it should be here; `read` says so until it is written. */
  defer(document: DocumentRef, until: string): Promise<void>;
}

export type FolderDocumentsOptions = { folder: string } & (
  | {
      /** Secret of at least 16 bytes. */
      key: string | Uint8Array;
      /** Secrets that documents may still be encrypted with; written anew they have the new one. */
      oldKeys?: readonly (string | Uint8Array)[];
      /** What is written; both kinds are read. `sm4-ctr-hmac-sm3` where left out. */
      cipher?: CipherKind;
    }
  /** A hardware module's: the first seals, all of them open. */
  | { ciphers: readonly [Cipher, ...Cipher[]] }
);

/**
 * Files are named by an HMAC of case and document whose key is the document's own hash: nothing can be read from a name, and nobody who has not the
 * document can look for it. Rights 0600 and 0700; a file appears whole or not at all, and is on the disk when `write` returns. Before its content
 * stand the kind of cipher and the id of the key; both are authenticated, together with the file's name, so that no file can stand for another.
 *
 * Throws ERR_CONFIG for keys that are too short, and for a document encrypted with a key that is not given; ERR_STORE_DAMAGED for one that was changed.
 */
export function createFolderDocuments(options: FolderDocumentsOptions): FolderDocuments {
  const { folder } = options;
  const ciphers = ciphersOf(options);
  const [current] = ciphers;
  const pathOf = (document: DocumentRef, suffix: '' | '.deferred') => {
    const name = nameOf(document);
    return { name: `${name}${suffix}`, path: join(folder, name.slice(0, 2), `${name}${suffix}`) };
  };
  const read = async ({ name, path }: { name: string; path: string }): Promise<Uint8Array | undefined> => {
    const bytes = await fileAt(path);
    return bytes === undefined ? undefined : opened(bytes, name, ciphers);
  };
  const write = async ({ name, path }: { name: string; path: string }, content: Uint8Array) => {
    const head = headOf(current);
    await writeWhole(path, Buffer.concat([head, await current.seal(content, boundTo(head, name))]));
  };

  return {
    async read(document): Promise<StoredDocument | DeferredDocument | undefined> {
      if (!isHash(document.sha256)) return undefined;
      const bytes = await read(pathOf(document, ''));
      if (bytes !== undefined) return { state: 'here', bytes };
      const until = await read(pathOf(document, '.deferred'));
      return until === undefined ? undefined : { state: 'deferred', until: Buffer.from(until).toString('utf8') };
    },
    async write(document, bytes) {
      if (!isHash(document.sha256) || sha256Hex(bytes) !== document.sha256)
        throw refused('文件与案卷登记的摘要不符', 'the bytes do not have the hash that the case names', '/sha256');
      await write(pathOf(document, ''), bytes);
      await removeFile(pathOf(document, '.deferred').path);
    },
    async defer(document, until) {
      const at = new Date(until);
      if (!isHash(document.sha256) || Number.isNaN(at.getTime()))
        throw refused(
          '须有文件摘要与带时区的时刻',
          'a document that is deferred needs a hash and an instant by which it comes',
          '/until',
        );
      await write(pathOf(document, '.deferred'), Buffer.from(at.toISOString(), 'utf8'));
    },
    async remove(document) {
      if (!isHash(document.sha256)) return;
      for (const suffix of ['', '.deferred'] as const) await removeFile(pathOf(document, suffix).path);
    },
  };
}

function ciphersOf(options: FolderDocumentsOptions): readonly [Cipher, ...Cipher[]] {
  if ('ciphers' in options) return options.ciphers;
  const { key, oldKeys = [], cipher = 'sm4-ctr-hmac-sm3' } = options;
  const others = cipherKinds.filter((kind) => kind !== cipher).map((kind) => createCipher(kind, key));
  const old = oldKeys.flatMap((secret) => cipherKinds.map((kind) => createCipher(kind, secret)));
  return [createCipher(cipher, key), ...others, ...old];
}

function isHash(sha256: string): boolean {
  return /^[0-9a-f]{64}$/.test(sha256);
}

function nameOf({ caseNo, documentId, sha256 }: DocumentRef): string {
  return createHmac('sha256', Buffer.from(sha256, 'hex'))
    .update(JSON.stringify([caseNo, documentId]))
    .digest('hex');
}

// ---- a file's form: YLDOC1, then kind and key id, each after its length, then what the cipher made ---------------------------------------------

const mark = Buffer.from('YLDOC1', 'latin1');

function headOf({ kind, keyId }: Cipher): Buffer {
  const parts = [kind, keyId].map((text) => Buffer.from(text, 'latin1'));
  return Buffer.concat([mark, ...parts.flatMap((part) => [Buffer.from([part.length]), part])]);
}

function boundTo(head: Uint8Array, name: string): Uint8Array {
  return Buffer.concat([head, Buffer.from(`\0${name}`, 'latin1')]);
}

async function opened(bytes: Buffer, name: string, ciphers: readonly Cipher[]): Promise<Uint8Array> {
  const [kind, keyId, end] = readHead(bytes) ?? [];
  if (kind === undefined || keyId === undefined || end === undefined) throw damaged(name);
  const cipher = ciphers.find((each) => each.kind === kind && each.keyId === keyId);
  if (cipher === undefined)
    throw new YilianError(
      'ERR_CONFIG',
      {
        zh: '文件由未配置的密钥加密：检查文件库密钥，轮换后须保留旧密钥',
        en: 'a document is encrypted with a key that is not configured: check the key of the documents, and keep the old one when keys are rotated',
      },
      { place: '/dossier/documents/key' },
    );
  const content = await cipher.open(bytes.subarray(end), boundTo(bytes.subarray(0, end), name));
  if (content === undefined) throw damaged(name);
  return content;
}

function readHead(bytes: Buffer): [string, string, number] | undefined {
  if (!bytes.subarray(0, mark.length).equals(mark)) return undefined;
  let at = mark.length;
  const texts: string[] = [];
  for (let part = 0; part < 2; part += 1) {
    const length = bytes[at];
    if (length === undefined || at + 1 + length > bytes.length) return undefined;
    texts.push(bytes.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const [kind = '', keyId = ''] = texts;
  return [kind, keyId, at];
}

function damaged(name: string): YilianError {
  return new YilianError(
    'ERR_STORE_DAMAGED',
    {
      zh: '文件库中的文件被改动或损坏，不予提供：请重新导入',
      en: 'a document in the store was changed or is damaged and is not served: import it again',
    },
    { place: name },
  );
}

function refused(zh: string, en: string, place: string): YilianError {
  return new YilianError('ERR_INPUT', { zh, en }, { place });
}

// ---- files ----------------------------------------------------------------------------------------------------------------------------------

async function fileAt(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
}

/** The name is on the disk too; where a system cannot sync a folder its rename is as good as it gets. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
