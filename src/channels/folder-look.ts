import { lstat } from 'node:fs/promises';
import { redact } from '../redact.js';
import { type DropFolderSettings, list } from './drop-folder.js';
import { type ChannelEnvironment, surroundings } from './environment.js';
import { matchesPattern } from './glob.js';

/** What lies in a drop folder, by name alone: nothing is opened, nothing is waited for. */
export interface FolderLook {
  /** Files that fit the pattern, complete as far as markers tell. */
  files: { name: string; modifiedMs: number }[];
  /** Files without their marker or control file. */
  waiting: string[];
  /** Markers and control files whose file is not there. */
  orphans: string[];
}

/** Throws ERR_UNREACHABLE as the channel does. */
export async function lookInto(
  settings: DropFolderSettings,
  environment: Omit<ChannelEnvironment, 'clock'> = {},
): Promise<FolderLook> {
  const { folder, marker, control, pattern = '*' } = settings;
  const entries = await list(folder, surroundings({ ...environment, clock: () => new Date() }));
  const names = new Set(entries.map(({ name }) => name));
  const suffixes = [marker, control].filter((suffix) => suffix !== undefined);
  const look: FolderLook = { files: [], waiting: [], orphans: [] };
  const stems = new Set<string>();
  for (const { name, path } of entries) {
    if (name.startsWith('.') || suffixes.some((suffix) => name.endsWith(suffix)) || !matchesPattern(name, pattern)) continue;
    const stats = await lstat(path).catch(() => undefined);
    if (stats?.isFile() !== true) continue;
    stems.add(name).add(stemOf(name));
    const isComplete = suffixes.every((suffix) => names.has(name + suffix) || names.has(stemOf(name) + suffix));
    if (isComplete) look.files.push({ name: redact(name), modifiedMs: stats.mtimeMs });
    else look.waiting.push(redact(name));
  }
  for (const { name } of entries)
    for (const suffix of suffixes)
      if (name.endsWith(suffix) && !stems.has(name.slice(0, -suffix.length))) look.orphans.push(redact(name));
  return look;
}

function stemOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}
