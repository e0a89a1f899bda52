import { describe, expect, it } from 'vitest';
import { judgementsOf, type PairAnswer } from '../../src/linkage/judgements.js';

type Said = PairAnswer & { n: number };

/** `A same b`: persons are upper case, identities lower case. */
function of(...lines: string[]) {
  const answers = lines.map((line, n): Said => {
    const [a = '', answer = '', b = ''] = line.split(' ');
    return { between: [a, b], answer: answer as Said['answer'], n };
  });
  return judgementsOf(answers, (node) => node === node.toUpperCase());
}

const told = (judgement: { is: string; because: Said[] } | undefined) =>
  judgement && `${judgement.is} by ${judgement.because.map(({ n }) => n).join()}`;

describe('what follows from answers', () => {
  it('is nothing where nobody has said anything', () => {
    expect(of().between('A', 'b')).toBeUndefined();
    expect(of('A same b').between('A', 'c')).toBeUndefined();
    expect(of('A not-same b', 'b not-same c').between('A', 'c')).toBeUndefined();
  });

  it('is what was said, in either order', () => {
    expect(told(of('A same b').between('b', 'A'))).toBe('same by 0');
    expect(told(of('b not-same A').between('A', 'b'))).toBe('not-same by 0');
  });

  it('same as the same is the same', () => {
    expect(told(of('a same b', 'b same c', 'd same c').between('a', 'd'))).toBe('same by 0,1,2');
  });

  it('A same B and B not same C: A is not C', () => {
    expect(told(of('a same b', 'b not-same c').between('a', 'c'))).toBe('not-same by 0,1');
    expect(told(of('a same b', 'b not-same c', 'c same d').between('d', 'a'))).toBe('not-same by 2,1,0');
  });

  it('whose record it is, is nobody else’s: two persons on file are two', () => {
    expect(told(of('A same b').between('C', 'b'))).toBe('not-same by 0');
    expect(told(of('A same b', 'C same d').between('b', 'd'))).toBe('not-same by 0,1');
    expect(told(of().between('A', 'C'))).toBe('not-same by ');
  });

  it('is told by the shortest way', () => {
    const answers = of('A same b', 'b same c', 'c not-same d', 'A not-same d');

    expect(told(answers.between('A', 'd'))).toBe('not-same by 3');
    expect(told(answers.between('b', 'd'))).toBe('not-same by 0,3');
  });

  it('the newest answer about a pair counts, and undecided takes it back', () => {
    expect(told(of('A same b', 'A not-same b').between('A', 'b'))).toBe('not-same by 1');
    expect(of('A same b', 'A undecided b').between('A', 'b')).toBeUndefined();
    expect(of('A same b', 'b undecided A').between('C', 'b')).toBeUndefined();
  });

  it('leaves out the pair’s own answer where it is to be answered anew', () => {
    const answers = of('A same b');

    expect(answers.withoutOwn('A', 'b')).toBeUndefined();
    expect(told(answers.withoutOwn('C', 'b'))).toBe('not-same by 0');
  });
});
