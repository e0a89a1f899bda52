import { describe, expect, it } from 'vitest';
import { isAsDeclared } from '../../src/adapters/control-total.js';
import type { Opened } from '../../src/envelopes/envelope.js';

const opened = (amounts: readonly string[], total?: number): Opened => ({
  status: 'ok',
  records: amounts.map((ZFY, index) => ({ value: { ZFY }, pointer: `/${index}` })),
  warnings: [],
  ...(total === undefined ? {} : { total }),
});
const beside = (control: string) => isAsDeclared(opened(['800', '12.50', '']), { control });

describe('what a file declares', () => {
  it('in the message itself: fewer rows than stated are not all of them, more are no less', () => {
    expect(isAsDeclared(opened(['1', '2'], 3), {})).toBe(false);
    expect(isAsDeclared(opened(['1', '2'], 2), {})).toBe(true);
    expect(isAsDeclared(opened(['1', '2'], 0), {})).toBe(true);
    expect(isAsDeclared(opened(['1', '2']), {})).toBe(true);
  });

  it.each([
    ['3', true],
    ['rows=3\n', true],
    ['3\r\nZFY=812.50', true],
    ['3\nzfy = 812.5', true],
    ['2', false],
    ['4', false],
    ['3\nZFY=812.49', false],
    ['3\nZFY', false],
    ['', false],
    ['三', false],
  ])('in a control file beside it: %j', (control, isRight) => {
    expect(beside(control)).toBe(isRight);
  });

  it('does not count a row of totals', () => {
    const file = opened(['1']);
    const records = [...file.records, { value: {}, pointer: '/1', refused: { reason: 'total-row' } }];

    expect(isAsDeclared({ ...file, records }, { control: '1' })).toBe(true);
  });
});
