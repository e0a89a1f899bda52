import type { Json } from '../model/index.js';

/**
 * When a full load (清表后装载) may be believed in what it does not hold. Deletion is inferred from a complete enumeration alone: whatever leaves a
 * doubt about that voids nothing, and is said.
 */
export interface Load {
  /** Different records it names, and rows that name none: a page that was written twice enumerates nothing twice. */
  enumerated: number;
  /** Names of its records. */
  ids: ReadonlySet<string>;
  isBroken: boolean;
  isCut: boolean;
  isShort: boolean;
  /** A row is perhaps about somebody on file, and names neither person nor record. */
  hasLostRows: boolean;
  day?: string;
}

export interface LoadVerdict {
  /** What it does not hold is gone. */
  voids: boolean;
  /** A newer load has been read already: this one says how things were, and nothing of it is applied. */
  isOutdated: boolean;
  /** Why nothing was voided by it, as an entry of what is missing. */
  doubt?: string;
  /** Counts of the last loads that were believed, this one among them if it was. */
  rowCounts: number[];
}

const keptCounts = 14;

/**
 * `rowCounts`: of the loads believed before, oldest first; `completeThrough`: the day of the newest that was read. A load that is not believed does
 * not make the next one like it believable, however often it comes: a city that has really shrunk or grown says so by accepting the gap
 * (`full-load:3`, about so many rows are right), and is measured by that load from then on.
 */
export function judgeLoad(
  load: Load,
  before: { rowCounts: readonly number[]; completeThrough: string | undefined; isPart: boolean },
  settings: { fullLoadBand?: Json; acceptedGaps?: Json },
): LoadVerdict {
  const { rowCounts: counts, completeThrough, isPart } = before;
  if (load.day !== undefined && completeThrough !== undefined && load.day < completeThrough)
    return { voids: false, isOutdated: true, rowCounts: [...counts] };
  if (load.isBroken) return { voids: false, isOutdated: false, rowCounts: [...counts] };
  const known = isCredible(load.enumerated, counts, settings.fullLoadBand) ? counts : acceptedFor(load.enumerated, settings);
  const doubt = doubtOf(load, counts, isPart, known !== undefined);
  const isWhole = known !== undefined && !isEmptied(load, counts) && !isPart && !load.isCut && !load.isShort;
  const rowCounts = isWhole ? [...known, load.enumerated].slice(-keptCounts) : [...counts];
  // Nothing can be missing from the first load: there is nothing yet to compare with.
  const voids = doubt === undefined && !load.isShort && counts.length > 0;
  return { voids, isOutdated: false, rowCounts, ...(doubt === undefined ? {} : { doubt }) };
}

function doubtOf(load: Load, counts: readonly number[], isPart: boolean, isUsual: boolean): string | undefined {
  if (isEmptied(load, counts) || !isUsual) return `full-load:${load.enumerated}`;
  if (isPart) return 'full-load:parts';
  if (load.hasLostRows || load.isCut) return 'full-load:unreadable-rows';
  return undefined;
}

/** An empty load cannot be told from one that failed, however often it comes. */
function isEmptied(load: Load, counts: readonly number[]): boolean {
  return load.enumerated === 0 && counts.some((count) => count > 0);
}

/** No counts to be measured by but its own, where the operator has said that about so many rows are right. */
function acceptedFor(rows: number, { fullLoadBand, acceptedGaps }: { fullLoadBand?: Json; acceptedGaps?: Json }): [] | undefined {
  const accepted = (Array.isArray(acceptedGaps) ? acceptedGaps : []).flatMap((entry) => {
    const count = /^full-load:([1-9]\d{0,11})$/.exec(String(entry))?.[1];
    return count === undefined ? [] : Number(count);
  });
  return accepted.some((count) => isCredible(rows, [count], fullLoadBand)) ? [] : undefined;
}

function isCredible(rows: number, counts: readonly number[], band: Json | undefined): boolean {
  if (counts.length === 0) return true;
  const sorted = [...counts].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? 0;
  const median = sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2;
  const share = typeof band === 'number' ? band : 0.5;
  return Math.abs(rows - median) <= share * median;
}

/** Loads of one day of which neither holds even half of what the smaller one does are parts of one load that was split over files. */
export function partsOfOne<L extends Load>(loads: readonly L[]): Set<L> {
  const parts = new Set<L>();
  for (const [index, one] of loads.entries())
    for (const other of loads.slice(index + 1)) {
      const [small, large] = one.ids.size <= other.ids.size ? [one, other] : [other, one];
      if (one.day !== other.day) continue;
      const shared = [...small.ids].filter((id) => large.ids.has(id)).length;
      if (shared * 2 < small.ids.size) parts.add(one).add(other);
    }
  return parts;
}
