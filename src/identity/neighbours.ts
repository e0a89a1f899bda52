/**
 * Numbers one slip of the keyboard away. The check digit (GB 11643, MOD 11-2) finds every slip of one digit and every swap of two neighbours, so a
 * valid number has no valid neighbour, and a number with such a slip has about 19: few enough to list them all and look each up exactly, instead
 * of measuring distances between everybody and everybody.
 */

/** What may have happened between the number meant and the number written. */
export type Slip = 'one-digit' | 'swapped' | 'missing-digit' | 'extra-digit';

export interface Neighbour {
  /** 18 places with a right check digit; whether its places 7–14 are a day is not looked at. */
  number: string;
  slip: Slip;
}

/** Weights of the 18 places; the last is the check digit's own. With a right check digit the weighted sum is 1 modulo 11. */
const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1] as const;
/** Inverses modulo 11 of 1 to 10. */
const inverses = [0, 1, 6, 4, 3, 9, 2, 8, 7, 5, 10] as const;
const digits = '0123456789X';
const shape = /^[0-9]{16,18}[0-9X]$/;

/**
 * Every number with a right check digit that is one slip away from what was written (normalised): one digit changed, two neighbours swapped, one
 * digit left out of 18 (17 were written) or put in (19). Empty for anything that is not 17 to 19 digits, the last perhaps `X`.
 */
export function validNeighbours(written: string): Neighbour[] {
  if (!shape.test(written)) return [];
  const values = [...written].map((digit) => digits.indexOf(digit));
  const found = new Map<string, Slip>();
  const add = (number: readonly number[], slip: Slip): void => {
    const isWhole = number.every((value, place) => value >= 0 && (value < 10 || place === 17));
    if (!isWhole || number[0] === 0 || remainder(number) !== 1) return;
    const text = number.map((value) => digits[value]).join('');
    if (text !== written && !found.has(text)) found.set(text, slip);
  };
  for (const { number, slip } of slips(values)) add(number, slip);
  return [...found].map(([number, slip]) => ({ number, slip }));
}

function* slips(values: readonly number[]): Generator<{ number: number[]; slip: Slip }> {
  if (values.length === 18) {
    for (let place = 0; place < 18; place += 1) yield { number: values.with(place, fitting(values, place)), slip: 'one-digit' };
    for (let place = 0; place < 17; place += 1) yield { number: swapped(values, place), slip: 'swapped' };
  } else if (values.length === 17) {
    for (let place = 0; place < 18; place += 1) {
      const number = values.toSpliced(place, 0, 0);
      yield { number: number.with(place, fitting(number, place)), slip: 'missing-digit' };
    }
  } else for (let place = 0; place < 19; place += 1) yield { number: values.toSpliced(place, 1), slip: 'extra-digit' };
}

function remainder(number: readonly number[]): number {
  let sum = 0;
  for (let place = 0; place < 18; place += 1) sum += (weights[place] ?? 0) * (number[place] ?? 0);
  return sum % 11;
}

/** The one value of a place with which the check digit is right; 10 is a digit of the last place alone. */
function fitting(number: readonly number[], place: number): number {
  const lacking = (1 - remainder(number) + 11) % 11;
  return ((number[place] ?? 0) + lacking * (inverses[weights[place] ?? 1] ?? 0)) % 11;
}

function swapped(values: readonly number[], place: number): number[] {
  return values.with(place, values[place + 1] ?? 0).with(place + 1, values[place] ?? 0);
}

/** How many slips (a place changed, two neighbours swapped, one place more or less) lie between two texts: optimal string alignment. */
export function slipsBetween(a: string, b: string): number {
  let [before, last]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      let least = Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, (last[column - 1] ?? 0) + (isSame ? 0 : 1));
      const isSwap = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (isSwap) least = Math.min(least, (before[column - 2] ?? 0) + 1);
      current.push(least);
    }
    [before, last] = [last, current];
  }
  return last[b.length] ?? 0;
}

/** Which slip makes `written` of `meant`; undefined where it takes none or several. */
export function slipOf(meant: string, written: string): Slip | undefined {
  if (slipsBetween(meant, written) !== 1) return undefined;
  if (written.length < meant.length) return 'missing-digit';
  if (written.length > meant.length) return 'extra-digit';
  const differing = [...meant].filter((digit, place) => digit !== written[place]).length;
  return differing === 1 ? 'one-digit' : 'swapped';
}
