import { describe, expect, it } from 'vitest';
import { readMoney } from '../../src/mapping/money.js';
import fc from '../seeded.js';

describe('an amount', () => {
  it.each([
    ['22440', '22440.00'],
    ['22440.0', '22440.00'],
    ['32680.55', '32680.55'],
    ['0', '0.00'],
    ['0.5', '0.50'],
    ['.5', '0.50'],
    ['-500', '-500.00'],
    ['-0', '0.00'],
    ['+12.30', '12.30'],
    ['1,234.50', '1234.50'],
    ['12,345,678.9', '12345678.90'],
    ['００１２．３０', '12.30'],
    [' 12.30 ', '12.30'],
    ['38.61000000000001', '38.61'],
    ['38.609999999999996', '38.61'],
    ['-38.609999999999996', '-38.61'],
    ['0.30000000000000004', '0.30'],
    ['12.340', '12.34'],
    ['12.99999999', '13.00'],
    ['99999999999999999.99', '99999999999999999.99'],
    ['3.261055e4', '32610.55'],
    ['1E3', '1000.00'],
    ['5e-1', '0.50'],
    ['-0.00001', '0.00'],
  ])('%s is %s', (text, money) => {
    expect(readMoney(text)).toEqual({ read: 'money', money });
  });

  it.each(['', ' ', 'null', '-', '－', '无'])('%j is none', (text) => {
    expect(readMoney(text)).toEqual({ read: 'none' });
  });

  it.each([
    ['a third place that means something', '12.345'],
    ['noise of exactly 0.0001', '12.3401'],
    ['noise of exactly 0.0001 below', '12.3499'],
    ['separators in the wrong place', '12,34.50'],
    ['a unit', '12.30元'],
    ['a sign of currency', '¥12.30'],
    ['words', '免费'],
    ['two points', '1.2.3'],
    ['a lone point', '.'],
    ['hexadecimal', '0x10'],
    ['an exponent out of all proportion', '1e400'],
  ])('%s is refused', (_, text) => {
    expect(readMoney(text)).toEqual({ read: 'bad' });
  });

  it('never goes through a float: cents of any size survive', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), (cents) => {
        const size = cents < 0n ? -cents : cents;
        const text = size.toString().padStart(3, '0');
        const money = `${cents < 0n ? '-' : ''}${text.slice(0, -2)}.${text.slice(-2)}`;

        expect(readMoney(money)).toEqual({ read: 'money', money });
        expect(readMoney(`${money}0000`)).toEqual({ read: 'money', money });
      }),
    );
  });

  it('a float of cents prints with noise and is read back without it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000_000 }), fc.integer({ min: 1, max: 7 }), (cents, times) => {
        let sum = 0;
        for (let index = 0; index < times; index += 1) sum += cents / 100;
        const exact = (cents * times).toString().padStart(3, '0');

        expect(readMoney(String(sum))).toEqual({ read: 'money', money: `${exact.slice(0, -2)}.${exact.slice(-2)}` });
      }),
    );
  });
});
