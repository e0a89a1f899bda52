import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { YilianError } from '../errors.js';
import type { DossierDocument, DossierItem, DossierManifest } from '../model/index.js';
import { type DossierFault, type DossierFaultKind, dossierFault } from './faults.js';
import { manifestBytes } from './seal.js';

/**
 * `dossier.zip`: `manifest.json`, then `documents/<id>.<ending>` in the order of the checklist. Any unzip program opens it, and it is written in one way
 * only: stored and not compressed (scans are compressed already, and so no archive can grow when it is opened), no times, no extra fields, no comments.
 * So what is read can be compared with what would have been written, byte by byte, and there is no room for anything else: no traversal, no link,
 * no second entry of a name, no size that lies, no bytes between.
 */

export interface ArchiveLimits {
  /** Files in the archive; 5000 where nothing else is said. */
  entries: number;
  /** Bytes of the whole; 2 GiB where nothing else is said. Without ZIP64 it cannot be more than 4 GiB. */
  bytes: number;
}

export const archiveLimits: ArchiveLimits = { entries: 5000, bytes: 2 ** 31 };

const endings: Readonly<Record<string, string>> = {
  'application/json': 'json',
  'application/ofd': 'ofd',
  'application/pdf': 'pdf',
  'application/dicom': 'dcm',
  'application/xml': 'xml',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/tiff': 'tif',
  'text/plain': 'txt',
  'text/xml': 'xml',
};

/** Where a document lies in the archive; its name tells the kind of item and nothing of the person. */
export function archivePath({ id, mediaType }: Pick<DossierDocument, 'id' | 'mediaType'>): string {
  return `documents/${id}.${Object.hasOwn(endings, mediaType) ? endings[mediaType] : 'bin'}`;
}

/** Every document of a manifest, in the order of the checklist. */
export function documentsOf(manifest: Pick<DossierManifest, 'checklist'>): DossierDocument[] {
  return manifest.checklist.flatMap(documentsOfItem);
}

/** What a withheld item has beside its rule is none of ours. */
export function documentsOfItem(item: DossierItem): DossierDocument[] {
  return item.status === 'withheld' ? [] : (item.documents ?? []);
}

/**
 * The archive's bytes, a document at a time. The same manifest and documents always give the same bytes. Throws ERR_TOO_LARGE beyond what a zip without
 * ZIP64 can hold, and what `read` throws.
 */
export async function* packDossier(
  manifest: DossierManifest,
  read: (document: DossierDocument) => Promise<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const directory: Buffer[] = [];
  let at = 0;
  async function* entry(name: string, bytes: Uint8Array) {
    if (at + bytes.length > 0xff00_0000 || directory.length >= 0xfffe) throw tooLarge();
    const record = recordOf(name, bytes);
    directory.push(central(record, at));
    const head = local(record);
    at += head.length + bytes.length;
    yield head;
    yield bytes;
  }
  yield* entry('manifest.json', manifestBytes(manifest));
  for (const document of documentsOf(manifest)) yield* entry(archivePath(document), await read(document));
  yield ending(directory, at);
}

/** What an archive holds, by name in its order; the bytes are views into the archive's. */
export type DossierFiles = Map<string, Uint8Array>;

export type ReadDossier = { ok: true; files: DossierFiles } | { ok: false; faults: DossierFault[] };

/** Reads an archive from its bytes or a file. Never throws for what is in it. */
export async function readDossier(source: Uint8Array | string, limits: Partial<ArchiveLimits> = {}): Promise<ReadDossier> {
  const { entries, bytes } = { ...archiveLimits, ...limits };
  const archive = typeof source === 'string' ? await bytesOfFile(source, bytes) : source;
  if (!(archive instanceof Uint8Array)) return { ok: false, faults: [dossierFault(archive, '')] };
  if (archive.length > bytes) return { ok: false, faults: [dossierFault('too-large', '')] };
  const files: DossierFiles = new Map();
  const fault = readEntries(Buffer.from(archive.buffer, archive.byteOffset, archive.length), files, entries);
  return fault === undefined ? { ok: true, files } : { ok: false, faults: [fault] };
}

async function bytesOfFile(path: string, atMost: number): Promise<Uint8Array | DossierFaultKind> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      if (size > atMost) return 'too-large';
      const chunks: Buffer[] = [];
      let total = 0;
      // A file may grow while it is read.
      for await (const chunk of createReadStream('', { fd: file, autoClose: false })) {
        total += (chunk as Buffer).length;
        if (total > atMost) return 'too-large';
        chunks.push(chunk as Buffer);
      }
      return Buffer.concat(chunks);
    } finally {
      await file.close();
    }
  } catch {
    return 'unreadable';
  }
}

const allowedName = /^(?:manifest\.json|documents\/[a-z0-9][a-z0-9-]{0,99}\.[a-z0-9]{1,8})$/;

/** Fills `files` from front to back, then asks for the very directory and end that would have been written. */
function readEntries(archive: Buffer, files: DossierFiles, atMost: number): DossierFault | undefined {
  const directory: Buffer[] = [];
  let at = 0;
  while (archive.length - at >= 4 && archive.readUInt32LE(at) === localSignature) {
    if (files.size >= atMost) return dossierFault('too-large', `@${at}`);
    if (archive.length - at < localLength) return dossierFault('archive-cut-off', `@${at}`);
    const [flags, method] = [archive.readUInt16LE(at + 6), archive.readUInt16LE(at + 8)];
    const [packed, size] = [archive.readUInt32LE(at + 18), archive.readUInt32LE(at + 22)];
    const [nameLength, extraLength] = [archive.readUInt16LE(at + 26), archive.readUInt16LE(at + 28)];
    if (flags !== 0 || method !== 0 || extraLength !== 0 || packed !== size) return dossierFault('archive-entry-form', `@${at}`);
    const [start, end] = [at + localLength + nameLength, at + localLength + nameLength + size];
    if (end > archive.length) return dossierFault('archive-cut-off', `@${at}`);
    const name = archive.toString('latin1', at + localLength, start);
    // The name itself may be anything: only where it stands is told.
    if (!allowedName.test(name)) return dossierFault('archive-entry-name', `@${at}`);
    if (files.has(name)) return dossierFault('archive-entry-twice', name);
    const bytes = archive.subarray(start, end);
    const record = recordOf(name, bytes);
    if (record.crc !== archive.readUInt32LE(at + 14)) return dossierFault('archive-checksum', name);
    if (!local(record).equals(archive.subarray(at, start))) return dossierFault('archive-entry-form', name);
    files.set(name, bytes);
    directory.push(central(record, at));
    at = end;
  }
  if (directory.length === 0) return dossierFault('archive-malformed', `@${at}`);
  const expected = ending(directory, at);
  const rest = archive.subarray(at);
  if (rest.equals(expected)) return undefined;
  return dossierFault(
    rest.length < expected.length && expected.subarray(0, rest.length).equals(rest) ? 'archive-cut-off' : 'archive-malformed',
    `@${at}`,
  );
}

// ---- the few records of a zip (APPNOTE 4.3.7, 4.3.12, 4.3.16) -------------------------------------------------------------------------------

const localSignature = 0x0403_4b50;
const localLength = 30;

interface ZipRecord {
  name: Buffer;
  crc: number;
  size: number;
}

function recordOf(name: string, bytes: Uint8Array): ZipRecord {
  return { name: Buffer.from(name, 'latin1'), crc: crc32(bytes), size: bytes.length };
}

/** Version 2.0, no flags, stored, 1980-01-01 00:00, checksum, both sizes, lengths of name and extra fields: the same in both records. */
function common({ name, crc, size }: ZipRecord): Buffer {
  const bytes = Buffer.alloc(26);
  bytes.writeUInt16LE(20, 0);
  bytes.writeUInt16LE(0x21, 8);
  bytes.writeUInt32LE(crc, 10);
  bytes.writeUInt32LE(size, 14);
  bytes.writeUInt32LE(size, 18);
  bytes.writeUInt16LE(name.length, 22);
  return bytes;
}

function local(record: ZipRecord): Buffer {
  const signature = Buffer.alloc(4);
  signature.writeUInt32LE(localSignature);
  return Buffer.concat([signature, common(record), record.name]);
}

function central(record: ZipRecord, at: number): Buffer {
  const [head, tail] = [Buffer.alloc(6), Buffer.alloc(14)];
  head.writeUInt32LE(0x0201_4b50);
  head.writeUInt16LE(20, 4);
  tail.writeUInt32LE(at, 10);
  return Buffer.concat([head, common(record), tail, record.name]);
}

function ending(directory: readonly Buffer[], at: number): Buffer {
  const end = Buffer.alloc(22);
  const size = directory.reduce((sum, record) => sum + record.length, 0);
  end.writeUInt32LE(0x0605_4b50);
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...directory, end]);
}

function tooLarge(): YilianError {
  return new YilianError('ERR_TOO_LARGE', {
    zh: '卷宗太大，无法打包为一个 zip（上限 4 GB）：请逐份下载',
    en: 'the dossier is too large for one zip (4 GB): fetch its documents one by one',
  });
}
