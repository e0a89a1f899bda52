import { describe, expect, it } from 'vitest';
import { slipOf, slipsBetween, validNeighbours } from '../../src/identity/index.js';

/** 370799196001010018 is meant; what was written is one slip away. */

const meant = '370799196001010018';

describe('the neighbours of a number with one slip', () => {
  it('of one digit are these nineteen, each with a right check digit, worked out by hand from MOD 11-2', () => {
    expect(
      validNeighbours('370799196001010028').map(
        ({ number }) => `${number.slice(0, 6)} ${number.slice(6, 14)} ${number.slice(14)}`,
      ),
    ).toEqual([
      '970799 19600101 0028',
      '380799 19600101 0028',
      '372799 19600101 0028',
      '370099 19600101 0028',
      '370769 19600101 0028',
      '370793 19600101 0028',
      '370799 09600101 0028',
      '370799 17600101 0028',
      '370799 19200101 0028',
      '370799 19630101 0028',
      '370799 19606101 0028',
      '370799 19600201 0028',
      '370799 19600121 0028',
      '370799 19600105 0028',
      '370799 19600101 8028',
      '370799 19600101 0528',
      '370799 19600101 0018',
      '370799 19600101 0026',
      '370799 19601001 0028',
    ]);
  });

  it('are numbers: an X stands in the last place alone, and no number begins with 0', () => {
    const written = Array.from({ length: 100 }, (_, serial) => `3707991960010${String(serial).padStart(2, '0')}00`);
    for (const end of ['', '1', '18', 'X', '0X', '018'])
      for (const start of written)
        for (const { number } of validNeighbours(`${start}${end}`)) expect(number).toMatch(/^[1-9][0-9]{16}[0-9X]$/);
    for (const { number } of validNeighbours('037079919600101018')) expect(number).toMatch(/^[1-9]/);
  });

  it.each([
    ['370799196001010028', 'one-digit'],
    ['370799196001010019', 'one-digit'],
    ['379799 19600101 0018', 'one-digit'],
    ['370799196010010018', 'swapped'],
    ['370799196001010081', 'swapped'],
    ['37079919600101018', 'missing-digit'],
    ['3707991960001010018', 'extra-digit'],
  ] as const)('%s lead to the number that was meant, by %s', (written, slip) => {
    const number = written.replaceAll(' ', '');

    expect(validNeighbours(number)).toContainEqual({ number: meant, slip });
    expect(slipOf(meant, number)).toBe(slip);
  });

  it('of a valid number are none: the check digit finds every slip', () => {
    expect(validNeighbours(meant)).toEqual([]);
    expect(validNeighbours('37079919820304005X')).not.toContainEqual({ number: meant, slip: 'one-digit' });
  });

  it.each(['', 'E12345678', '370799600101001', '370799********0018', '37079919600101X018', '3707991960010100180000'])(
    'of %j are none',
    (written) => {
      expect(validNeighbours(written)).toEqual([]);
    },
  );
});

describe('slips between two texts', () => {
  it.each([
    ['abc', 'abc', 0],
    ['abc', 'acb', 1],
    ['abc', 'ab', 1],
    ['abc', 'abcd', 1],
    ['abc', 'xbz', 2],
    ['', 'ab', 2],
  ])('%j and %j: %i', (a, b, slips) => {
    expect(slipsBetween(a, b)).toBe(slips);
    expect(slipsBetween(b, a)).toBe(slips);
  });

  it('two of them are no slip', () => {
    expect(slipOf(meant, '370799196001010927')).toBeUndefined();
    expect(slipOf(meant, meant)).toBeUndefined();
  });
});
