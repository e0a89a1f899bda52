import { describe, expect, it } from 'vitest';
import { slipOf, slipsBetween, validNeighbours } from '../../src/identity/index.js';

/** 370799196001010018 is meant; what was written is one slip away. */

const meant = '370799196001010018';

describe('the neighbours of a number with one slip', () => {
  it('of one digit are these nineteen, each with a right check digit, worked out by hand from MOD 11-2', () => {
    expect(validNeighbours('370799196001010028').map(({ number }) => number)).toEqual([
      '970799196001010028',
      '380799196001010028',
      '372799196001010028',
      '370099196001010028',
      '370769196001010028',
      '370793196001010028',
      '370799096001010028',
      '370799176001010028',
      '370799192001010028',
      '370799196301010028',
      '370799196061010028',
      '370799196002010028',
      '370799196001210028',
      '370799196001050028',
      '370799196001018028',
      '370799196001010528',
      '370799196001010018',
      '370799196001010026',
      '370799196010010028',
    ]);
  });

  it.each([
    ['370799196001010028', 'one-digit'],
    ['370799196001010019', 'one-digit'],
    ['379799196001010018', 'one-digit'],
    ['370799196010010018', 'swapped'],
    ['370799196001010081', 'swapped'],
    ['37079919600101018', 'missing-digit'],
    ['3707991960001010018', 'extra-digit'],
  ] as const)('%s lead to the number that was meant, by %s', (written, slip) => {
    expect(validNeighbours(written)).toContainEqual({ number: meant, slip });
    expect(slipOf(meant, written)).toBe(slip);
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
