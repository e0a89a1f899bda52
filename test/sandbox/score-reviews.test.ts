import { describe, expect, it } from 'vitest';
import type { ReviewItem } from '../../src/model/index.js';
import { scoreReviews, type Truth } from '../../src/sandbox/index.js';

const note = { zh: '说明', en: 'note' };
const truth: Pick<Truth, 'reviews' | 'quiet'> = {
  reviews: [
    { caseNo: 'LJ2026-000011', agency: 'health', feed: 'death-certificates', story: 'mistyped', note },
    { caseNo: 'LJ2026-000021', agency: 'health', feed: 'death-certificates', story: 'nameless', note },
  ],
  quiet: [{ caseNo: 'LJ2026-000031', story: 'namesake', lookAlike: note }],
};

const item = (caseNo: string, agency = 'health', feed = 'death-certificates') =>
  ({ subject: { caseNos: [caseNo] }, record: { agency, feed } }) as Pick<ReviewItem, 'subject' | 'record'>;

describe('scoring of what an officer is asked', () => {
  it('counts by case and feed, and names what is missed and what is false with their stories', () => {
    const items = [item('LJ2026-000011'), item('LJ2026-000011', 'civil-affairs', 'cremations'), item('LJ2026-000031')];

    expect(scoreReviews(items, truth)).toEqual({
      found: 1,
      missed: [{ caseNo: 'LJ2026-000021', feed: 'health/death-certificates', story: 'nameless' }],
      false: [
        { caseNos: ['LJ2026-000011'], feed: 'civil-affairs/cremations' },
        { caseNos: ['LJ2026-000031'], feed: 'health/death-certificates', lookAlike: 'namesake' },
      ],
    });
  });
});
