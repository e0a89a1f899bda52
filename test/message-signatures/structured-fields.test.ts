import { describe, expect, it } from 'vitest';
import {
  type Dictionary,
  isInnerList,
  longestField,
  parseDictionary,
  serializeInnerList,
  serializeItem,
} from '../../src/message-signatures/structured-fields.js';
import fc from '../seeded.js';

const written = (members: Dictionary | undefined) =>
  members &&
  [...members].map(([key, member]) => `${key}=${isInnerList(member) ? serializeInnerList(member) : serializeItem(member)}`);

describe('a dictionary', () => {
  // RFC 8941 sections 3.1.1, 3.1.2 and 3.2.
  it.each([
    ['', []],
    ['   ', []],
    ['a=1', ['a=1']],
    [' a=1 \t', ['a=1']],
    ['a=1,b=2', ['a=1', 'b=2']],
    ['a=1 \t,\t b=2', ['a=1', 'b=2']],
    ['a', ['a=?1']],
    ['a;x, b', ['a=?1;x', 'b=?1']],
    ['a=?0', ['a=?0']],
    ['a=-5;b;c=?0', ['a=-5;b;c=?0']],
    ['a=0012', ['a=12']],
    ['a=-0', ['a=0']],
    ['a=999999999999999', ['a=999999999999999']],
    ['en="Applepie", da=:w4ZibGV0w6ZydGU=:', ['en="Applepie"', 'da=:w4ZibGV0w6ZydGU=:']],
    ['a="b\\"c\\\\d"', ['a="b\\"c\\\\d"']],
    ['a=::', ['a=::']],
    ['rating=1, feelings=(joy   sadness )', ['rating=1', 'feelings=(joy sadness)']],
    ['a=()', ['a=()']],
    ['a=(  )', ['a=()']],
    ['a=("x";req "y";key="k");created=1;  keyid="k"', ['a=("x";req "y";key="k");created=1;keyid="k"']],
    ['a=*foo/bar:1', ['a=*foo/bar:1']],
    ['*a_-.*9=1', ['*a_-.*9=1']],
  ])('is read from «%s»', (text, members) => {
    expect(written(parseDictionary(text))).toEqual(members);
  });

  it.each([
    ',',
    'a=1,',
    'a=1,,b=2',
    'a=1 b=2',
    'a=1, a=2',
    'a=1;b=2;b=3',
    'a=("x");created=1;created=1',
    'A=1',
    '1=1',
    'a=',
    'a= 1',
    'a =1',
    'a=1 ;b',
    'a=(',
    'a=("x"',
    'a=("x""y")',
    'a=("x",)',
    'a=(("x"))',
    'a=("x"\t"y")',
    'a="',
    'a="\\a"',
    'a="b',
    'a="\u00e9"',
    'a="\t"',
    'a=:',
    'a=:AAA:',
    'a=:QR==:',
    'a=:QQ:',
    'a=:Q=Q=:',
    'a=:Q Q=:',
    'a=:-_==:',
    'a=1.5',
    'a=1000000000000000',
    'a=1e3',
    'a=+1',
    'a=--1',
    'a=?2',
    'a=?',
    'a=@1659578233',
    'a=%"x"',
    'a=1\n',
    'a=1\u00a0',
    '\u00e9=1',
  ])('is not «%s»', (text) => {
    expect(parseDictionary(text)).toBeUndefined();
  });

  it('is not longer than its limit', () => {
    expect(parseDictionary(`a="${'x'.repeat(longestField - 4)}"`)?.size).toBe(1);
    expect(parseDictionary(`a="${'x'.repeat(longestField - 3)}"`)).toBeUndefined();
  });

  it('is read in a time that grows with its length alone', () => {
    const hostile = [
      `a=(${' '.repeat(4000)}`,
      `a="${'\\"'.repeat(2000)}`,
      'a;'.repeat(2000),
      `a=1${' '.repeat(4000)}x`,
      `a=:${'='.repeat(4000)}`,
    ];
    const started = performance.now();
    for (let times = 0; times < 200; times++) for (const text of hostile) expect(parseDictionary(text)).toBeUndefined();

    // A thousand of 4,000 characters: some 50 ms; a quadratic reader takes minutes.
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('is the same when it is written and read again', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (noise) => {
        const members = written(parseDictionary(noise));

        if (members !== undefined) expect(written(parseDictionary(members.join(', ')))).toEqual(members);
      }),
      { numRuns: 3000 },
    );
  });
});
