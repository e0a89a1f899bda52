import { describe, expect, it } from 'vitest';
import { parseIdDocument } from '../../src/identity/index.js';
import type { ReviewItem } from '../../src/model/index.js';
import { reportHtml } from '../../src/report/html.js';
import { maskedReview, reviewLines } from '../../src/report/reviews.js';
import { input } from './sample.js';

const item = (more: Partial<ReviewItem> = {}): ReviewItem => ({
  id: 'a'.repeat(32),
  state: 'open',
  level: 'probable',
  score: 26.3,
  reasons: ['number-one-digit', 'name-same'],
  subject: { key: 'k1', caseNos: ['CASE-1'], name: '王测试', idNumber: '370799196001010018', birthDate: '1960-01-01' },
  record: {
    agency: 'health',
    feed: 'death-certificates',
    recordId: 'r1',
    kind: 'death',
    person: {
      key: 'x',
      idDocuments: [parseIdDocument('370799196001010028')],
      name: '王侧试',
      birthDate: '1960-01-01',
      phone: '053600000001',
    },
    receivedAt: '2026-03-02T01:00:00.000Z',
    days: { diedOn: '2026-02-20' },
  },
  records: 2,
  firstSeenAt: '2026-03-02T01:00:00.000Z',
  answers: [],
  ...more,
});

const section = (page: string): string => page.split('<section id="reviews">')[1]?.split('</section>')[0] ?? '';
const of = (reviews: ReviewItem[], lang: 'zh' | 'en' = 'zh') => reportHtml({ ...input([], lang), reviews });

describe('the report on records whose number does not say whose they are', () => {
  it('shows both sides masked, but for what differs, with score and reasons', () => {
    const text = section(of([item()])).replace(/<[^>]*>/g, ' ');

    expect(text).toContain('较可能');
    expect(text).toContain('得分 26.3 · 证件号码相差一位，姓名相同');
    expect(text).toContain('王测* · 370799********0018 · 出生 1960-01-01');
    expect(text).toContain('王侧* · 370799********0028 · 出生 1960-01-01');
    expect(text).toContain('死亡日期 2026-02-20');
    expect(text).not.toMatch(/19600101|053600000001/);
    expect(section(of([item()], 'en'))).toContain('score 26.3 · the number differs in one digit, the same name');
  });

  it('shows the likeliest first and what is no evidence last, and only what is open', () => {
    const page = section(
      of([
        item({ id: 'lead', level: 'lead', score: 30 }),
        item({ id: 'low', score: 15 }),
        item({ id: 'said', state: 'same' }),
        item(),
      ]),
    );
    const ids = [...page.matchAll(/<dd class="small">([^<]*)<\/dd>/g)].map((match) => match[1]);

    expect(ids).toEqual(['a'.repeat(32), 'low', 'lead']);
  });

  it('has no such section where nobody has to be asked', () => {
    expect(of([])).not.toContain('id="reviews"');
    expect(of([item({ state: 'closed' })])).not.toContain('id="reviews"');
  });
});

describe('a review item for a terminal', () => {
  it('names nobody whole', () => {
    const told = JSON.stringify(maskedReview(item()));

    expect(told).not.toMatch(/19600101|测试|侧试|053600000001/);
    expect(told).toContain('370799********0028');
  });

  it('tells who said what, when and why, and from what it follows', () => {
    const lines = reviewLines(
      item({
        state: 'not-same',
        answers: [{ at: '2026-03-03T01:00:00.000Z', answer: 'undecided', by: '甲', reason: '存疑' }],
        follows: ['b'.repeat(32)],
      }),
      {},
      'en',
    );

    expect(lines).toContain('[probable 26.3] not the same · CASE-1');
    expect(lines).toContain('  2026-03-03 09:00 undecided 甲 (存疑)');
    expect(lines).toContain(`  follows from ${'b'.repeat(32)}`);
  });
});
