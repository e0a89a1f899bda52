import { describe, expect, it } from 'vitest';
import { matchesPattern } from '../../src/channels/glob.js';
import fc from '../seeded.js';

describe('a pattern of file names', () => {
  it.each([
    ['a.csv', '*.csv', true],
    ['A.CSV', '*.csv', true],
    ['.csv', '*.csv', true],
    ['a.csv.tmp', '*.csv', false],
    ['a.csv', '?.csv', true],
    ['ab.csv', '?.csv', false],
    ['死亡20261123.csv', '死亡*.csv', true],
    ['𠮷.csv', '?.csv', true],
    ['a', '', false],
    ['', '', true],
    ['', '*', true],
    ['aXbXc', 'a*b*c', true],
    ['abcabd', '*abd', true],
    ['a[1].csv', 'a[1].csv', true],
    ['a1.csv', 'a[1].csv', false],
    ['axcsv', 'a.csv', false],
  ])('%j by %j: %s', (name, pattern, matches) => {
    expect(matchesPattern(name, pattern)).toBe(matches);
  });

  it('agrees with the plain definition', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
    const defined = (text: string, pattern: string): boolean => {
      if (pattern === '') return text === '';
      const rest = pattern.slice(1);
      if (pattern.startsWith('*')) return defined(text, rest) || (text !== '' && defined(text.slice(1), pattern));
      return text !== '' && (pattern.startsWith('?') || pattern[0] === text[0]) && defined(text.slice(1), rest);
    };
    fc.assert(
      fc.property(letters, patterns, (text, pattern) => matchesPattern(text, pattern) === defined(text, pattern)),
      { numRuns: 3000 },
    );
  });

  it('is quick also where it is meant to be slow', () => {
    const began = process.cpuUsage();

    expect(matchesPattern('a'.repeat(255), `${'*a'.repeat(100)}*b`)).toBe(false);

    // Time on the processor: trying every way to place a hundred stars would not end this year.
    expect(process.cpuUsage(began).user).toBeLessThan(1_000_000);
  });
});
