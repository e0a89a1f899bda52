import { describe, expect, it } from 'vitest';
import { parameterFaults } from '../../src/config/parameters.js';

const defaults = {
  days: 3,
  share: 0.5,
  list: ['2025-01-01'],
  words: ['a'],
  free: [] as string[],
  on: true,
  text: 'x',
  map: { a: 1 },
};
const faults = (settings: Record<string, unknown>) =>
  parameterFaults('a-rule', defaults, settings).map(({ pointer, message }) => [pointer, message.zh, message.en]);

describe('a rule’s configured parameters', () => {
  it('may be anything like the default', () => {
    expect(faults({ days: 0, share: 0.25, list: [], words: ['b', 'c'], free: ['d'], on: false, text: '', map: {} })).toEqual([]);
    expect(faults({ share: 1 })).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, string[]]>([
    ['a name the rule does not have', { dayz: 3 }, ['/dayz', '规则 a-rule 没有参数 dayz', 'rule a-rule has no parameter dayz']],
    [
      'a name of every object',
      { toString: 3 },
      ['/toString', '规则 a-rule 没有参数 toString', 'rule a-rule has no parameter toString'],
    ],
    ['a text for a number', { days: 'two' }, ['/days', '参数应为数', 'the parameter must be a number']],
    ['nothing for a number', { days: null }, ['/days', '参数应为数', 'the parameter must be a number']],
    ['a number below 0', { days: -1 }, ['/days', '参数应为不小于 0 的整数', 'the parameter must be a whole number, 0 or more']],
    ['a part of a day', { days: 1.5 }, ['/days', '参数应为不小于 0 的整数', 'the parameter must be a whole number, 0 or more']],
    ['no number', { share: Number.NaN }, ['/share', '参数应为不小于 0 的数', 'the parameter must be a number, 0 or more']],
    ['a number for yes or no', { on: 1 }, ['/on', '参数应为 true 或 false', 'the parameter must be true or false']],
    ['a mapping for a list', { list: { a: 1 } }, ['/list', '参数应为列表', 'the parameter must be a list']],
    ['a list for a mapping', { map: [1] }, ['/map', '参数应为对照表', 'the parameter must be a mapping']],
    ['a day that is none', { list: ['2025-01-01', '2025-02-30'] }, ['/list/1', '2025-02-30 不是日期', '2025-02-30 is no day']],
    ['a month for a day', { list: ['2025-01'] }, ['/list/0', '2025-01 不是日期', '2025-01 is no day']],
    ['a number in a list of texts', { words: [7] }, ['/words/0', '参数应为文字', 'the parameter must be a text']],
  ])('are refused with their place: %s', (_, settings, fault) => {
    expect(faults(settings)).toEqual([fault]);
  });
});
