import type { Insertable } from 'kysely';
import type { Db, Tables } from './tables.js';

/** Many rows in few statements, in sizes that recur, so that the engine's prepared statements serve again and again. */

/** Values an `in (…)` takes and items that are looked at together; well below what any engine binds at once. */
export const chunkSize = 128;

/** `items` in runs of at most `size`. */
export function* chunks<T>(items: readonly T[], size = chunkSize): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** The same values, the last one repeated until there are as many as a power of two: few lengths, few different statements. */
export function padded<T>(values: readonly T[]): T[] {
  const all = [...values];
  const last = all.at(-1);
  if (last === undefined) return all;
  let size = 1;
  while (size < all.length) size *= 2;
  while (all.length < size) all.push(last);
  return all;
}

const insertSizes = [32, 8, 1];

/** Inserts all rows, in their order. */
export async function insertAll<T extends keyof Tables & string>(
  db: Db,
  table: T,
  rows: readonly Insertable<Tables[T]>[],
): Promise<void> {
  let start = 0;
  for (const size of insertSizes)
    for (; rows.length - start >= size; start += size)
      await db
        .insertInto(table)
        .values(rows.slice(start, start + size))
        .execute();
}
