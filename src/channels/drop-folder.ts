import { constants, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, readdir, realpath } from 'node:fs/promises';
import { sha256Hex } from '../crypto/digest.js';
import type { Bilingual } from '../model/index.js';
import { redact } from '../redact.js';
import type { DropFolderChannel, DroppedFile, SkippedFile } from './channel.js';
import { type ChannelEnvironment, type Surroundings, surroundings } from './environment.js';
import { matchesPattern } from './glob.js';

/** A folder where an agency, or its exchange software, puts files. Only `folder` must be given. */
export interface DropFolderSettings {
  folder: string;
  /**
   * Suffix of the marker file (`.ok`): `a.csv` is complete once `a.csv.ok` or `a.ok` lies beside it. Absent: a file is complete once two
   * looks `stableMs` apart find the same size and time.
   */
  marker?: string | undefined;
  /** Suffix of the file that says how many rows another has (`.count`): `a.csv` is complete once `a.csv.count` or `a.count` lies beside it too. */
  control?: string | undefined;
  /** Default 2 s. */
  stableMs?: number | undefined;
  /** See `matchesPattern`. Default `*`. */
  pattern?: string | undefined;
  /** Files are read whole. Default 2 GiB. */
  maxBytes?: number | undefined;
}

/**
 * A drop folder. Only regular files directly in the folder are read, dot files, markers and names that do not fit are passed over, nothing
 * is ever deleted, moved or written. Links are not followed, so that a file dropped by somebody else cannot point out of the folder.
 */
export function createDropFolderChannel(settings: DropFolderSettings, environment: ChannelEnvironment): DropFolderChannel {
  const { folder, marker, control, stableMs = 2000, pattern = '*', maxBytes = 2 * 1024 ** 3 } = settings;
  const around = surroundings(environment);
  let left: SkippedFile[] = [];
  let isClosed = false;

  async function* files(...[seen, signal, saysNothing]: Parameters<DropFolderChannel['files']>): AsyncIterable<DroppedFile> {
    const skipped: SkippedFile[] = [];
    left = skipped;
    const given = new Set<string>();
    const skip: Skip = (name, reason) => {
      skipped.push({ name: safeName(name), reason, detail: whyLeft[reason] });
    };
    const all = await list(folder, around);
    const complete = await completeFiles(all, { marker, control, stableMs, pattern }, around, skip, signal);
    for (const entry of complete) {
      around.unlessAborted(signal);
      if (isClosed) throw around.aborted();
      const content = await readUnchanged(entry, maxBytes);
      if ('reason' in content) {
        skip(entry.name, content.reason);
        continue;
      }
      const sha256 = sha256Hex(content.bytes);
      const name = safeName(entry.name);
      const isKnown = given.has(sha256) || (await seen(sha256));
      if (isKnown && (saysNothing === undefined || (await seen(sha256, name)) || !saysNothing(content.bytes))) continue;
      const stated = control === undefined ? undefined : await controlOf(entry.name, control, all);
      if (control !== undefined && stated === undefined) {
        skip(entry.name, 'no-control');
        continue;
      }
      given.add(sha256);
      const receivedAt = new Date(around.now()).toISOString();
      const file = { name, sha256, size: content.bytes.length, receivedAt, bytes: content.bytes };
      yield stated === undefined ? file : { ...file, control: stated };
    }
    skipped.sort((a, b) => byCodePoint(a.name, b.name));
  }

  return {
    kind: 'drop-folder',
    files,
    skipped: () => left,
    readiness: () => ({ ready: true }),
    async close() {
      isClosed = true;
    },
  };
}

const whyLeft: Readonly<Record<SkippedFile['reason'], Bilingual>> = {
  'no-marker': { zh: '完成标记文件尚未到达', en: 'its marker file has not come yet' },
  'no-control': {
    zh: '说明行数的控制文件尚未到达或读不了',
    en: 'the control file that states its rows has not come or cannot be read',
  },
  'still-changing': { zh: '文件仍在写入', en: 'it is still being written' },
  'replaced-while-read': { zh: '读取过程中文件被改动', en: 'it was changed while it was read' },
  vanished: { zh: '列出后文件已不在', en: 'it was gone when it was to be read' },
  'too-large': { zh: '超过文件大小上限', en: 'it is larger than the limit' },
  'not-a-regular-file': {
    zh: '不是普通文件（链接或设备不读取）',
    en: 'it is not a regular file; links and devices are not read',
  },
  unreadable: { zh: '无权读取或读取失败', en: 'it cannot be read' },
};

interface Entry {
  name: string;
  path: Buffer;
  stats: Stats;
}

/** Checks that the folder is there and can be listed. Throws ERR_UNREACHABLE naming it as configured: a missing folder is never "no files". */
export async function list(folder: string, around: Pick<Surroundings, 'fail'>): Promise<Omit<Entry, 'stats'>[]> {
  try {
    const root = await realpath(folder);
    // As bytes: a name packed on Windows is GBK, and decoding it would lose the way to its file.
    const names = await readdir(root, { encoding: 'buffer' });
    return names
      .map((raw) => ({ name: nameOf(raw), path: Buffer.concat([Buffer.from(`${root}/`), raw]) }))
      .sort((a, b) => byCodePoint(a.name, b.name));
  } catch (error) {
    const { code } = error as { code?: unknown };
    const why: Bilingual =
      code === 'ENOENT'
        ? { zh: '不存在', en: 'does not exist' }
        : code === 'ENOTDIR'
          ? { zh: '不是文件夹', en: 'is not a folder' }
          : { zh: '无法读取', en: 'cannot be read' };
    const shown = redact(folder);
    throw around.fail('ERR_UNREACHABLE', { zh: `投递文件夹 ${shown} ${why.zh}`, en: `the drop folder ${shown} ${why.en}` });
  }
}

type Skip = (name: string, reason: SkippedFile['reason']) => void;

/** The files of the pattern that are complete, in order of name. Waits at most once, for all of them together. */
async function completeFiles(
  all: readonly Omit<Entry, 'stats'>[],
  rule: { marker: string | undefined; control: string | undefined; stableMs: number; pattern: string },
  around: Surroundings,
  skip: Skip,
  signal: AbortSignal | undefined,
): Promise<Entry[]> {
  const { marker, control, stableMs, pattern } = rule;
  const isBeside = (name: string) => [marker, control].some((suffix) => suffix !== undefined && name.endsWith(suffix));
  const byName = new Map(all.map((entry) => [entry.name, entry]));
  const ready: Entry[] = [];
  const toWatch: Entry[] = [];
  for (const { name, path } of all) {
    if (name.startsWith('.') || isBeside(name) || !matchesPattern(name, pattern)) continue;
    const stats = await look(path);
    if (typeof stats === 'string') {
      skip(name, stats);
      continue;
    }
    if (stats.isDirectory()) continue;
    if (!stats.isFile()) {
      skip(name, 'not-a-regular-file');
      continue;
    }
    const entry = { name, path, stats };
    if (marker === undefined) {
      toWatch.push(entry);
      continue;
    }
    const markedAt = await markerTime(name, marker, byName);
    if (markedAt === undefined) skip(name, 'no-marker');
    // A marker older than its file is left from an earlier delivery under the same name: then the file must also stand still.
    else if (markedAt + stableMs < stats.mtimeMs) toWatch.push(entry);
    else ready.push(entry);
  }
  if (toWatch.length > 0) {
    await around.pause(stableMs, signal);
    for (const entry of toWatch) {
      const stats = await look(entry.path);
      if (typeof stats === 'string') skip(entry.name, stats);
      else if (isSame(entry.stats, stats)) ready.push(entry);
      else skip(entry.name, 'still-changing');
    }
  }
  return ready.sort((a, b) => byCodePoint(a.name, b.name));
}

/** A control file is a few lines. */
const mostControlBytes = 64 * 1024;

/** What the control file of a file says: `a.csv.count`, else `a.count`; undefined where it is not there or cannot be read. */
async function controlOf(
  name: string,
  suffix: string,
  all: readonly { name: string; path: Buffer }[],
): Promise<string | undefined> {
  const dot = name.lastIndexOf('.');
  for (const candidate of new Set([name + suffix, (dot > 0 ? name.slice(0, dot) : name) + suffix])) {
    const entry = all.find((other) => other.name === candidate);
    const stats = entry === undefined ? undefined : await look(entry.path);
    if (entry === undefined || stats === undefined || typeof stats === 'string' || !stats.isFile()) continue;
    const content = await readUnchanged({ ...entry, stats }, mostControlBytes);
    if (!('reason' in content)) return Buffer.from(content.bytes).toString('utf8');
  }
  return undefined;
}

/** When the newest marker of a file was written: `a.csv.ok` or `a.ok`; a folder of that name is none. */
async function markerTime(
  name: string,
  marker: string,
  byName: ReadonlyMap<string, { path: Buffer }>,
): Promise<number | undefined> {
  const dot = name.lastIndexOf('.');
  const times: number[] = [];
  for (const candidate of new Set([name + marker, (dot > 0 ? name.slice(0, dot) : name) + marker])) {
    const entry = byName.get(candidate);
    if (entry === undefined) continue;
    const stats = await look(entry.path);
    if (typeof stats !== 'string' && stats.isFile()) times.push(stats.mtimeMs);
  }
  return times.length === 0 ? undefined : Math.max(...times);
}

async function look(path: Buffer): Promise<Stats | 'vanished' | 'unreadable'> {
  try {
    return await lstat(path);
  } catch (error) {
    return reasonOf(error);
  }
}

function reasonOf(error: unknown): 'vanished' | 'unreadable' {
  return (error as { code?: unknown }).code === 'ENOENT' ? 'vanished' : 'unreadable';
}

function isSame(a: Stats, b: Stats): boolean {
  return a.ino === b.ino && a.dev === b.dev && a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;
}

/** The whole file, if it is the one that was looked at and stayed so from then until its last byte was read. */
async function readUnchanged(
  { path, stats }: Entry,
  maxBytes: number,
): Promise<{ bytes: Uint8Array } | { reason: SkippedFile['reason'] }> {
  if (stats.size > maxBytes) return { reason: 'too-large' };
  let file: FileHandle | undefined;
  try {
    // O_NONBLOCK: a pipe put in the file's place meanwhile must not hold us for ever.
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if (!isSame(stats, await file.stat())) return { reason: 'replaced-while-read' };
    const bytes = Buffer.allocUnsafeSlow(stats.size);
    let size = 0;
    while (size < bytes.length) {
      const { bytesRead } = await file.read(bytes, size, Math.min(bytes.length - size, 8 * 1024 ** 2), size);
      if (bytesRead === 0) break;
      size += bytesRead;
    }
    if (size !== stats.size || !isSame(stats, await file.stat()) || !isSame(stats, await lstat(path))) {
      return { reason: 'replaced-while-read' };
    }
    return { bytes };
  } catch (error) {
    return { reason: (error as { code?: unknown }).code === 'ELOOP' ? 'replaced-while-read' : reasonOf(error) };
  } finally {
    await file?.close();
  }
}

/** UTF-8 where it is, else GB18030, else byte by byte. */
function nameOf(raw: Uint8Array): string {
  for (const encoding of ['utf-8', 'gb18030']) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(raw);
    } catch {}
  }
  return Buffer.from(raw).toString('latin1');
}

/** An ID number glued to letters or to a date is no ID number to `redact`; in a file name any run of 15 digits and more is taken for one. */
function safeName(name: string): string {
  return redact(name.replace(/[0-9０-９]{15,}[xXｘＸ]?/gu, (run) => '*'.repeat([...run].length)));
}

function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
