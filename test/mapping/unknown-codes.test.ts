import { describe, expect, it } from 'vitest';
import type { MappingContext } from '../../src/mapping/context.js';
import { unknownCodeList } from '../../src/mapping/unknown-codes.js';

describe('unknown codes of one record', () => {
  it('are counted by records: the same code of the same table in two of its fields is one', () => {
    const codes = unknownCodeList({ agency: 'health', feed: 'stays' } as MappingContext);
    for (const [table, code] of [
      ['outcome', '7'],
      ['outcome', '7'],
      ['outcome', '8'],
      ['sex', '7'],
    ] as const)
      codes.add(table, code);

    const told = { agency: 'health', feed: 'stays', count: 1, firstRecord: 'health/stays/S1' };
    expect(codes.named('S1')).toEqual([
      { ...told, table: 'outcome', code: '7' },
      { ...told, table: 'outcome', code: '8' },
      { ...told, table: 'sex', code: '7' },
    ]);
  });
});
