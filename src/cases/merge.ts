import type { Json } from '../model/index.js';

/** A tree of what is said; a path that nobody speaks of is not there. */
export type Said = { [key: string]: Said | Json | undefined };

/**
 * Three-way merge of what is on file with what a source says, knowing what it said before: where it says something new, that is the newest word;
 * where it says the same as before, what is on file stands; what it does not mention stays. A leaf is anything that is no plain object of parts.
 */
export function mergeSaid(onFile: Said, before: Said, now: Said): Said {
  const merged: Said = { ...onFile };
  for (const key of new Set([...Object.keys(before), ...Object.keys(now)])) {
    const [file, old, said] = [onFile[key], before[key], now[key]];
    if (isParts(said) || (said === undefined && isParts(old))) {
      const parts = mergeSaid(isParts(file) ? file : {}, isParts(old) ? old : {}, isParts(said) ? said : {});
      if (Object.keys(parts).length === 0) delete merged[key];
      else merged[key] = parts;
      continue;
    }
    const isNews = JSON.stringify(old) !== JSON.stringify(said);
    if (!isNews && file !== undefined) continue;
    if (said === undefined) delete merged[key];
    else merged[key] = said;
  }
  return merged;
}

/** A code is one thing, whatever it is made of. */
function isParts(value: Said[string]): value is Said {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('known' in value);
}

/** A list as parts by key, so that two lists can be merged; items of one key are numbered. */
export function keyed<T>(items: readonly T[], keyOf: (item: T) => string): Record<string, T> {
  const parts: Record<string, T> = {};
  for (const item of items) {
    const key = keyOf(item);
    let free = key;
    for (let count = 2; Object.hasOwn(parts, free); count += 1) free = `${key}#${count}`;
    parts[free] = item;
  }
  return parts;
}
