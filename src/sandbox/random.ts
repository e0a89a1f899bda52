import { createHash } from 'node:crypto';

/**
 * Chance that can be repeated: the same seed gives the same world, byte for byte. Every part of the world draws from its own stream (`fork`),
 * so that a story more or a person less changes nothing elsewhere.
 */
export interface Random {
  /** Whole number from `low` to `high`, both counted. */
  between(low: number, high: number): number;
  /** True in `share` of the cases, 0 to 1. */
  chance(share: number): boolean;
  /** One of a list that is not empty. Throws RangeError for an empty one. */
  pick<T>(list: readonly T[]): T;
  /** The same things in another order. */
  shuffle<T>(list: readonly T[]): T[];
  /** A stream of its own, told by a label. */
  fork(label: string): Random;
}

/** Draws from SHA-256 of seed, label and a counter: slow beside a generator made for it, fast enough for a city of thousands. */
export function createRandom(seed: number | string, label = ''): Random {
  let block = Buffer.alloc(0);
  let at = 0;
  let counter = 0;
  const next = (): number => {
    if (at + 6 > block.length) {
      block = createHash('sha256').update(`${seed}\u0000${label}\u0000${counter++}`).digest();
      at = 0;
    }
    const value = block.readUIntBE(at, 6) / 2 ** 48;
    at += 6;
    return value;
  };
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));

  return {
    between,
    chance: (share) => next() < share,
    pick(list) {
      if (list.length === 0) throw new RangeError('nothing to pick from');
      return list[between(0, list.length - 1)] as (typeof list)[number];
    },
    shuffle(list) {
      const copy = [...list];
      for (let last = copy.length - 1; last > 0; last--) {
        const other = between(0, last);
        [copy[last], copy[other]] = [copy[other] as (typeof copy)[number], copy[last] as (typeof copy)[number]];
      }
      return copy;
    },
    fork: (name) => createRandom(seed, `${label}/${name}`),
  };
}

/** A UUID made of what it names: the same parts, the same UUID. Throws nothing. */
export function uuidOf(...parts: readonly (string | number)[]): string {
  const hex = hexOf(...parts);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** 64 lower-case hexadecimal digits made of what they name. */
export function hexOf(...parts: readonly (string | number)[]): string {
  return createHash('sha256').update(parts.join('\u0000')).digest('hex');
}

/** Decimal digits made of what they name, `length` of them (at most 18). */
export function digitsOf(length: number, ...parts: readonly (string | number)[]): string {
  const value = BigInt(`0x${hexOf(...parts).slice(0, 30)}`) % 10n ** BigInt(length);
  return value.toString().padStart(length, '0');
}
