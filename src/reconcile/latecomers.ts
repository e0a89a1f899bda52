import type { Instant } from '../model/index.js';
import type { CursorState, Store } from '../store/store.js';

/**
 * Who was put on file after a feed of changes had been read: what it told of them was sieved away, so until it is read again for them,
 * nobody has looked. A bookmark carries the instant whose persons on file it was read for.
 */

const readFor = '#readFor';

/** The adapter's own part of a bookmark, and the instant whose persons it was read for. */
export function unmarked({ [readFor]: at, ...position }: CursorState['position']): {
  position: CursorState['position'];
  readFor?: Instant;
} {
  return { position, ...(typeof at === 'string' ? { readFor: at } : {}) };
}

export function marked(position: CursorState['position'], at: Instant): CursorState['position'] {
  return { ...position, [readFor]: at };
}

/** Of a person, the cursors that speak of the person as of an instant: those read when all numbers of the person were on file. */
export async function withoutLate(
  store: Pick<Store, 'numberKeys'>,
  cursors: readonly CursorState[],
  asOf: Instant,
): Promise<(personKey: string) => CursorState[]> {
  const instants = new Set(cursors.flatMap((cursor) => unmarked(cursor.position).readFor ?? []));
  if (instants.size === 0) return () => [...cursors];
  const now = await store.numberKeys(asOf);
  const late = new Map<Instant, Set<string>>();
  for (const at of instants) {
    const numbers = await lateNumbers(store, now, at);
    late.set(at, new Set([...numbers].flatMap((number) => now.get(number) ?? [])));
  }
  return (personKey) => cursors.filter((cursor) => late.get(unmarked(cursor.position).readFor ?? '')?.has(personKey) !== true);
}

/** Numbers that have come on file since an instant. */
export async function lateNumbers(
  store: Pick<Store, 'numberKeys'>,
  numbers: ReadonlyMap<string, string>,
  since: Instant,
): Promise<Set<string>> {
  const before = await store.numberKeys(since);
  return new Set([...numbers.keys()].filter((number) => !before.has(number)));
}
