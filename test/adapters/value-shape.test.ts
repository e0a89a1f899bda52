import { describe, expect, it } from 'vitest';
import { shapeOf } from '../../src/adapters/value-shape.js';

describe('the shape of a value', () => {
  it.each([
    [null, 'empty'],
    ['', 'empty'],
    ['  ', 'empty'],
    ['NULL', 'empty'],
    [true, 'true-false'],
    ['1', 'digits-1'],
    ['370783', 'digits-6'],
    ['00000000', 'digits-8'],
    ['202603020001', 'digits-12'],
    ['99999999999999', 'digits-14'],
    ['1234.50', 'decimal'],
    ['-12', 'decimal'],
    ['12,345.60', 'decimal'],
    ['370799196001010018', 'id-number'],
    ['37079919600101001x', 'id-number'],
    ['３７０７９９１９６００１０１００１８', 'id-number'],
    ['370799600101001', 'id-number'],
    ['3707**********0018', 'masked'],
    ['20260302', 'yyyyMMdd'],
    ['20261302', 'digits-8'],
    ['20260302083000', 'yyyyMMddHHmmss'],
    ['2026-03-02', 'yyyy-MM-dd'],
    ['2026/3/2', 'yyyy/MM/dd'],
    ['2026年3月2日', 'yyyy-MM-dd'],
    ['2026-03-02 08:30:00', 'yyyy-MM-dd HH:mm:ss'],
    ['2026-03-02T01:00:00+0000', 'yyyy-MM-ddTHH:mm:ssZ'],
    ['02/03/2026', 'dd/MM/yyyy'],
    ['I21.9', 'word'],
    ['00000000-0000-4000-8000-000000000011', 'word'],
    ['样例乙', 'text'],
    ['3号楼', 'text'],
  ])('%j is %s', (value, shape) => {
    expect(shapeOf(value)).toBe(shape);
  });
});
