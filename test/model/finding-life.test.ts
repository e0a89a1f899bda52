import { describe, expect, it } from 'vitest';
import { type FindingState, type FindingStep, informedOf, recallOf, toldOf } from '../../src/model/index.js';

/** What is read out of a finding's history. */

const step = (more: Partial<FindingStep>): FindingStep => ({ at: '2026-03-01T00:00:00.000Z', to: 'confirmed', ...more });
const history = [
  step({ run: 'run-1', to: 'open' }),
  step({ at: '2026-03-02T00:00:00.000Z', by: '赵科员', told: ['医保局'] }),
  step({ at: '2026-03-03T00:00:00.000Z', by: '李科长', told: ['待遇科', '医保局', '赵科员'] }),
];

describe('a history', () => {
  it('says who was told, when first and by whom', () => {
    expect(toldOf(history)).toEqual([
      { whom: '医保局', at: '2026-03-02T00:00:00.000Z', by: '赵科员' },
      { whom: '待遇科', at: '2026-03-03T00:00:00.000Z', by: '李科长' },
      { whom: '赵科员', at: '2026-03-03T00:00:00.000Z', by: '李科长' },
    ]);
  });

  it('says who must hear of a withdrawal: who acted and who was told, each once', () => {
    expect(informedOf(history).map(({ whom, as }) => [whom, as])).toEqual([
      ['赵科员', 'acted'],
      ['医保局', 'told'],
      ['李科长', 'acted'],
      ['待遇科', 'told'],
    ]);
  });

  it.each<[FindingState, FindingState, boolean]>([
    ['verifying', 'withdrawn', true],
    ['confirmed', 'withdrawn', true],
    ['resolved', 'withdrawn', true],
    ['verifying', 'resolved', true],
    ['confirmed', 'resolved', true],
    ['open', 'withdrawn', true],
    ['held', 'withdrawn', false],
    ['false-positive', 'withdrawn', true],
    ['confirmed', 'open', false],
  ])('in which a run takes a finding from %s to %s recalls it: %s', (from, to, isRecall) => {
    const last = step({ run: 'run-2', from, to });

    expect(recallOf({ history: [...history, last] })).toEqual(isRecall ? last : undefined);
    // Nobody had acted on it or been told.
    expect(recallOf({ history: [last] })).toBeUndefined();
    // What a person closes is no recall.
    expect(recallOf({ history: [step({ from, to, by: '李科长' })] })).toBeUndefined();
  });
});
