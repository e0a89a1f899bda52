import { describe, expect, it } from 'vitest';
import type { AppraisalCase, CaseFile, Conclusion, Evidence, FeedStatus, Finding } from '../../src/model/index.js';
import { accident, appraisalCase, feeds, file, weakLink } from '../../src/reconcile/example.js';
import { appraisal, conclusion } from '../../src/reconcile/example-cases.js';
import { factsOf } from '../../src/reconcile/facts.js';
import { check } from '../../src/reconcile/index.js';
import fc from '../seeded.js';

/** What one rule says of a file: the severity of a finding, the reason of an unknown, else the outcome. */
const says = (rule: string, caseFile: CaseFile, parameters: Record<string, unknown> = {}): string | undefined => {
  const [result] = check(caseFile, { rules: [rule], parameters: { [rule]: parameters } }).results;
  if (result?.outcome === 'finding') return result.severity;
  return result?.outcome === 'unknown' ? `? ${result.reason}` : result?.outcome;
};
const findingsOf = (rule: string, caseFile: CaseFile) => check(caseFile, { rules: [rule] }).findings;
const province = (change: Partial<FeedStatus>) => feeds({ 'provincial-appraisal/appraisals': change });

describe('case-overdue', () => {
  it.each<[string, Partial<AppraisalCase>]>([
    ['a conclusion', { state: 'accepted', receivedOn: '2025-05-01' }],
    ['a delivery', { state: 'concluded', receivedOn: '2025-04-01', conclusions: [conclusion('2025-06-15')] }],
  ])('of %s is one finding before and after the last day, and other facts: dealt with before, it is raised again', (_, parts) => {
    const [near, over] = ['2025-06-30', '2025-07-01'].map(
      (day) => findingsOf('case-overdue', file({ asOf: `${day}T10:00:00+08:00`, cases: [appraisalCase(parts)] }))[0] as Finding,
    );

    expect([near?.severity, over?.severity, near?.id]).toEqual(['info', 'medium', over?.id]);
    expect(factsOf(near as Finding)).not.toBe(factsOf(over as Finding));
  });

  // Of 2025-06-30.
  const open = (parts: Partial<AppraisalCase>) => says('case-overdue', file({ cases: [appraisalCase(parts)] }));
  const undelivered = (on: string, parts: Partial<AppraisalCase> = {}) =>
    open({ state: 'concluded', conclusions: [conclusion(on)], receivedOn: '2025-04-01', ...parts });

  it.each<[string, Partial<AppraisalCase>, string]>([
    ['every step before a conclusion: submitted', { state: 'submitted', receivedOn: '2025-04-30' }, 'medium'],
    ['… supplement-requested', { state: 'supplement-requested', receivedOn: '2025-04-30' }, 'medium'],
    ['… scheduled', { state: 'scheduled', receivedOn: '2025-04-30' }, 'medium'],
    ['… examined', { state: 'examined', receivedOn: '2025-04-30' }, 'medium'],
    ['not a case that was rejected', { state: 'rejected', receivedOn: '2025-01-01' }, 'clear'],
    ['not a discontinued one', { state: 'discontinued-death', receivedOn: '2025-01-01' }, 'clear'],
    ['not one that was challenged', { state: 'challenged', receivedOn: '2025-01-01' }, 'clear'],
    [
      'not one whose conclusion is there',
      { state: 'examined', receivedOn: '2025-01-01', conclusions: [conclusion('2025-06-01')] },
      'clear',
    ],
    // 60 + 30 = 90 days, of which 72 are 80 %.
    ['an extension: day 90', { receivedOn: '2025-04-01', extendedDays: 30 }, 'info'],
    ['an extension: day 91', { receivedOn: '2025-03-31', extendedDays: 30 }, 'medium'],
    ['an extension: day 72', { receivedOn: '2025-04-19', extendedDays: 30 }, 'info'],
    ['an extension: day 71', { receivedOn: '2025-04-20', extendedDays: 30 }, 'clear'],
    // 60 + 7 = 67 days, of which 53.6 are 80 %.
    ['rescheduled: day 54', { receivedOn: '2025-05-07', rescheduledDays: 7 }, 'info'],
    ['rescheduled: day 53', { receivedOn: '2025-05-08', rescheduledDays: 7 }, 'clear'],
    ['a month all of whose days are late', { receivedOn: '2025-04' }, 'medium'],
    ['a month all of whose days are within 47', { receivedOn: '2025-06' }, 'clear'],
    ['a receipt that cannot be read', { receivedOn: 'soon' }, '? date-too-coarse'],
    ['a re-appraisal runs like any other', { kind: 'reappraisal', receivedOn: '2025-04-30' }, 'medium'],
  ])('looks at %s', (_, parts, expected) => {
    expect(open(parts)).toBe(expected);
  });

  it('says for information what is certain, where only the lateness is not', () => {
    const some = file({ asOf: '2025-07-25T10:00:00+08:00', cases: [appraisalCase({ receivedOn: '2025-05' })] });

    expect(says('case-overdue', some)).toBe('info');
  });

  it.each<[string, ReturnType<typeof undelivered>, string]>([
    ['day 12 of 15', undelivered('2025-06-18'), 'info'],
    ['day 11 of 15', undelivered('2025-06-19'), 'clear'],
    ['day 15 of 15', undelivered('2025-06-15'), 'info'],
    ['day 16 of 15', undelivered('2025-06-14'), 'medium'],
    ['day 15 under order 21', undelivered('2025-06-15', { regime: 'order-21' }), 'clear'],
    ['day 16 under order 21', undelivered('2025-06-14', { regime: 'order-21' }), 'info'],
    ['day 21 under order 21', undelivered('2025-06-09', { regime: 'order-21' }), 'medium'],
    [
      'sent to the person, no employer',
      undelivered('2025-06-01', { deliveries: [{ to: 'person', sentOn: '2025-06-30' }] }),
      'clear',
    ],
    [
      'sent to the employer alone',
      undelivered('2025-06-01', { employer: { name: '演示公司' }, deliveries: [{ to: 'employer', sentOn: '2025-06-02' }] }),
      'medium',
    ],
    ['a delivery without a day', undelivered('2025-06-01', { deliveries: [{ to: 'person', trackingNo: 'X1' }] }), 'medium'],
    ['a conclusion that is not on file', undelivered('2025-06-01', { conclusions: [] }), '? conclusion-not-on-file'],
    ['delivered, by state', undelivered('2025-06-01', { state: 'delivered' }), 'clear'],
    [
      'the delivery of a superseded conclusion is not one of the last',
      undelivered('2025-06-01', {
        conclusions: [conclusion('2025-06-01', { no: '2号' }), conclusion('2025-04-20', { no: '1号', status: 'superseded' })],
        deliveries: [{ to: 'person', receivedOn: '2025-04-25' }],
      }),
      'medium',
    ],
  ])('looks at a conclusion that is not delivered: %s', (_, said, expected) => {
    expect(said).toBe(expected);
  });

  it('takes a city’s numbers, also those of order 21', () => {
    const item = appraisalCase({ receivedOn: '2025-05-30' });
    const old = appraisalCase({ receivedOn: '2025-05-30', regime: 'order-21' });

    expect(says('case-overdue', file({ cases: [item] }), { conclusionDays: 30 })).toBe('medium');
    expect(says('case-overdue', file({ cases: [item] }), { conclusionDays: 31 })).toBe('info');
    expect(says('case-overdue', file({ cases: [old] }), { conclusionDays: 30 })).toBe('clear');
    expect(says('case-overdue', file({ cases: [old] }), { conclusionDaysOrder21: 30 })).toBe('medium');
  });

  it('names day, days, last day and article, and stays the same finding while the case moves on', () => {
    const found = (state: 'accepted' | 'examined') =>
      findingsOf('case-overdue', file({ cases: [appraisalCase({ receivedOn: '2025-04-30', state })] }))[0];

    expect(found('accepted')?.explanation.zh).toBe(
      '2025-04-30 收到申请，60 日至 2025-06-29 届满（劳动能力鉴定管理办法（人社部、国家卫生健康委令第55号）第十条）；已逾期，未作出结论（案件 A-2025-001，已受理）',
    );
    expect(found('examined')?.id).toBe(found('accepted')?.id);
  });
});

describe('impossible-case-sequence', () => {
  const of = (parts: Partial<AppraisalCase>) => file({ cases: [appraisalCase({ state: 'effective', ...parts })] });

  it.each<[string, Partial<AppraisalCase>, string]>([
    [
      'delivered before the accident',
      { recognition: accident('2025-02-02'), deliveries: [{ to: 'person', receivedOn: '2025-02-01' }] },
      'high',
    ],
    [
      'delivered before the recognition',
      { recognition: accident('2025-01-01', { decidedOn: '2025-02-02' }), deliveries: [{ to: 'person', sentOn: '2025-02-01' }] },
      'high',
    ],
    [
      'received before the conclusion',
      { conclusions: [conclusion('2025-02-02')], deliveries: [{ to: 'employer', receivedOn: '2025-02-01' }] },
      'high',
    ],
    [
      'the day of a night hour',
      { conclusions: [conclusion('2025-02-02')], deliveries: [{ to: 'person', sentOn: '2025-02-01T16:30:00Z' }] },
      'clear',
    ],
    [
      'a second conclusion before the recognition',
      {
        recognition: accident('2025-01-01', { decidedOn: '2025-02-02' }),
        conclusions: [conclusion('2025-03-01'), conclusion('2025-02-01')],
      },
      'high',
    ],
    [
      'a revoked conclusion was made all the same',
      { recognition: accident('2025-02-02'), conclusions: [conclusion('2025-02-01', { status: 'revoked' })] },
      'high',
    ],
    ['accepted in the month of receipt', { receivedOn: '2025-02-10', acceptedOn: '2025-02' }, '? date-too-coarse'],
    ['accepted in the month before', { receivedOn: '2025-02-01', acceptedOn: '2025-01' }, 'high'],
    [
      'received before sent is not asked',
      { conclusions: [conclusion('2025-02-01')], deliveries: [{ to: 'person', sentOn: '2025-02-09', receivedOn: '2025-02-05' }] },
      'clear',
    ],
    [
      'applied before the recognition is not asked',
      { receivedOn: '2025-01-15', recognition: accident('2025-01-10', { decidedOn: '2025-02-02' }) },
      'clear',
    ],
  ])('%s', (_, parts, expected) => {
    expect(says('impossible-case-sequence', of(parts))).toBe(expected);
  });

  it('is one finding for a case, with every pair and each side once', () => {
    const wrong = of({
      recognition: accident('2025-05-01', { decidedOn: '2025-02-02' }),
      conclusions: [conclusion('2025-03-01', { no: '1号' })],
    });
    const [found, ...others] = findingsOf('impossible-case-sequence', wrong);

    expect(others).toEqual([]);
    expect(found?.claims.map(({ field, value }) => `${field} ${value}`)).toEqual([
      'recognition/accidentOn 2025-05-01',
      'recognition/decidedOn 2025-02-02',
      'conclusions/1号/on 2025-03-01',
    ]);
    expect(found?.explanation.zh).toBe(
      '认定决定（2025-02-02），早于事故（2025-05-01）；结论 1号（2025-03-01），早于事故（2025-05-01）（案件 A-2025-001）',
    );
  });
});

describe('first-appraisal-repeated', () => {
  const no = '潍人社工认〔2025〕7号';
  const first = (parts: Partial<AppraisalCase> = {}) => appraisalCase({ recognition: accident('2025-01-10', { no }), ...parts });
  const made = [conclusion('2025-05-01')];
  const other = (parts: Partial<AppraisalCase>) => first({ caseNo: 'A-2', state: 'effective', conclusions: made, ...parts });
  const told = (parts: Parameters<typeof appraisal>[0]) =>
    appraisal({ caseNo: 'B-1', recognitionNo: no, conclusion: conclusion('2025-05-01', { no: 'B号' }), ...parts });
  const of = (cases: AppraisalCase[], ...evidence: Evidence[]) => says('first-appraisal-repeated', file({ cases, evidence }));

  it.each<[string, string | undefined, string]>([
    [
      'white space and full-width forms in the number',
      of([first()], told({ recognitionNo: ' 潍人社工认［２０２５］ 7 号' })),
      'high',
    ],
    ['round and lenticular brackets', of([first()], told({ recognitionNo: '潍人社工认【2025】7号' })), 'high'],
    ['a void record of the province', of([first()], told({ status: 'void' })), 'clear'],
    ['a provincial case that is revoked, its conclusion is not', of([first()], told({ state: 'revoked' })), 'high'],
    [
      'a provincial case whose conclusion is revoked',
      of([first()], told({ conclusion: conclusion('2025-05-01', { no: 'B号', status: 'revoked' }) })),
      'clear',
    ],
    ['another case that is revoked, its conclusion is not', of([first(), other({ state: 'revoked' })]), 'high'],
    ['a provincial case without a conclusion', of([first()], appraisal({ caseNo: 'B-1', recognitionNo: no })), 'clear'],
    [
      'a blank number is no number',
      of([first({ recognition: accident('2025-01-10', { no: ' ' }) })], told({ recognitionNo: ' ' })),
      'not-applicable',
    ],
    [
      'a superseded conclusion still was one',
      of([first(), other({ conclusions: [conclusion('2025-05-01', { status: 'superseded' })] })]),
      'high',
    ],
    ['the case itself under the province’s number', of([first({ provincialNo: 'P1' })], told({ provincialNo: 'P1' })), 'clear'],
    ['a review of the concluded case', of([first({ conclusions: made }), other({ kind: 'review' })]), 'clear'],
    [
      'a re-appraisal at the province of the concluded case',
      of([first({ conclusions: made })], told({ caseKind: 'reappraisal' })),
      'clear',
    ],
    ['a review already concluded, of a case still without a conclusion', of([first(), other({ kind: 'review' })]), 'high'],
    ['a confirmation of the leave period', of([first(), other({ kind: 'confirmation' })]), 'clear'],
    ['the case itself was withdrawn', of([first({ state: 'withdrawn' }), other({})]), 'high'],
    ['the case itself was rejected', of([first({ state: 'rejected' }), other({})]), 'high'],
    ['the case itself was discontinued', of([first({ state: 'discontinued-death' }), other({})]), 'high'],
    [
      'the case itself is revoked',
      of([first({ state: 'revoked', conclusions: [conclusion('2025-02-01', { status: 'revoked' })] }), other({})]),
      'high',
    ],
    [
      'its own conclusion is revoked, and it is open again',
      of([first({ state: 'accepted', conclusions: [conclusion('2025-02-01', { status: 'revoked' })] }), other({})]),
      'high',
    ],
    [
      'both conclusions are revoked',
      of([
        first({ conclusions: [conclusion('2025-02-01', { status: 'revoked' })] }),
        other({ conclusions: [conclusion('2025-05-01', { status: 'revoked' })] }),
      ]),
      'clear',
    ],
    ['only a review on file', of([other({ kind: 'review' })], told({})), 'not-applicable'],
  ])('%s', (_, said, expected) => {
    expect(said).toBe(expected);
  });

  it('is one finding for two cases, whoever tells of the other', () => {
    const both = [first({ conclusions: made }), other({})];
    const evidence = [told({ caseNo: 'A-2' })];

    expect(findingsOf('first-appraisal-repeated', file({ cases: both, evidence }))).toHaveLength(1);
  });

  it('fires on what is there whatever the feed, and is not clear without it', () => {
    const stale = province({ state: 'down' });

    expect(says('first-appraisal-repeated', file({ cases: [first()], evidence: [told({})], feeds: stale }))).toBe('high');
    expect(says('first-appraisal-repeated', file({ cases: [first()], feeds: stale }))).toBe('? feed-down');
    expect(says('first-appraisal-repeated', file({ cases: [first()], feeds: province({ regions: [] }) }))).toBe('clear');
  });
});

describe('challenge-out-of-time', () => {
  const prior = (parts: Partial<AppraisalCase> = {}) =>
    appraisalCase({
      caseNo: 'A-0',
      state: 'effective',
      conclusions: [conclusion('2025-03-01')],
      deliveries: [{ to: 'person', receivedOn: '2025-03-05' }],
      ...parts,
    });
  const challenge = (receivedOn: string, before: AppraisalCase, parts: Partial<AppraisalCase> = {}) =>
    says(
      'challenge-out-of-time',
      file({
        cases: [before, appraisalCase({ kind: 'reappraisal', applicant: 'person', priorCaseNo: 'A-0', receivedOn, ...parts })],
      }),
    );
  const review = (receivedOn: string, on: string) =>
    challenge(receivedOn, prior({ conclusions: [conclusion(on)] }), { kind: 'review' });

  it.each<[string, string | undefined, string]>([
    [
      'the employer’s own receipt counts for the employer',
      challenge(
        '2025-03-25',
        prior({
          deliveries: [
            { to: 'person', receivedOn: '2025-03-01' },
            { to: 'employer', receivedOn: '2025-03-10' },
          ],
        }),
        { applicant: 'employer' },
      ),
      'clear',
    ],
    ['nothing delivered to the applicant', challenge('2025-03-25', prior(), { applicant: 'employer' }), '? delivery-not-on-file'],
    [
      'a revoked last conclusion: the one before',
      challenge(
        '2025-03-21',
        prior({ conclusions: [conclusion('2025-03-01'), conclusion('2025-03-10', { no: '2号', status: 'revoked' })] }),
      ),
      'medium',
    ],
    [
      'the last of two conclusions and its receipt',
      challenge(
        '2025-04-20',
        prior({
          conclusions: [conclusion('2025-03-01', { status: 'superseded' }), conclusion('2025-04-01', { no: '2号' })],
          deliveries: [
            { to: 'person', receivedOn: '2025-03-05' },
            { to: 'person', receivedOn: '2025-04-05' },
          ],
        }),
      ),
      'clear',
    ],
    [
      'a late challenge, though the province has answered since',
      challenge(
        '2025-03-21',
        prior({
          conclusions: [
            conclusion('2025-03-01', { status: 'superseded' }),
            conclusion('2025-05-01', { no: 'P号', level: 'province' }),
          ],
          deliveries: [
            { to: 'person', receivedOn: '2025-03-05' },
            { to: 'person', receivedOn: '2025-05-05' },
          ],
        }),
      ),
      'medium',
    ],
    [
      'no prior case named',
      says('challenge-out-of-time', file({ cases: [prior(), appraisalCase({ kind: 'reappraisal' })] })),
      '? prior-case-not-on-file',
    ],
    [
      'a receipt in a month that is late for all its days',
      challenge('2025-04-16', prior({ deliveries: [{ to: 'person', receivedOn: '2025-03' }] })),
      'medium',
    ],
    [
      'a receipt in a month that is late for some',
      challenge('2025-04-15', prior({ deliveries: [{ to: 'person', receivedOn: '2025-03' }] })),
      '? date-too-coarse',
    ],
    ['a review in a leap year, of 1 March', review('2024-03-01', '2023-03-01'), 'clear'],
    ['a review on 29 February, of 1 March', review('2024-02-29', '2023-03-01'), 'medium'],
    ['a review on 28 February, of 28 February', review('2025-02-28', '2024-02-28'), 'clear'],
    ['a review in the month of the day', review('2026-03', '2025-03-15'), '? date-too-coarse'],
    ['a review needs no delivery', challenge('2026-03-01', prior({ deliveries: [] }), { kind: 'review' }), 'clear'],
  ])('%s', (_, said, expected) => {
    expect(said).toBe(expected);
  });

  it('names both days and the last one in time', () => {
    const cases = [
      prior(),
      appraisalCase({ kind: 'reappraisal', applicant: 'person', priorCaseNo: 'A-0', receivedOn: '2025-03-21' }),
    ];

    expect(findingsOf('challenge-out-of-time', file({ cases }))[0]?.explanation.zh).toBe(
      '再次鉴定申请于 2025-03-21 收到（案件 A-2025-001），而原结论 潍劳鉴〔2025〕100号（案件 A-0）由本人 2025-03-05 收到，至 2025-03-20 届满',
    );
  });
});

describe('province-differs', () => {
  const city = (parts: Partial<AppraisalCase> = {}, made: Partial<Conclusion> = {}) =>
    appraisalCase({ state: 'effective', conclusions: [conclusion('2025-05-20', made)], ...parts });
  const told = (made: Partial<Conclusion> = {}, more: Parameters<typeof appraisal>[0] = {}) =>
    appraisal({ conclusion: conclusion('2025-05-20', made), ...more });
  const of = (cases: AppraisalCase[], ...evidence: Evidence[]) => says('province-differs', file({ cases, evidence }));
  const second = { source: { recordId: 'A2' } };

  it.each<[string, string | undefined, string]>([
    ['alike', of([city()], told()), 'clear'],
    ['below the scale against grade 10', of([city({}, { grade: 'below' })], told({ grade: 10 })), 'high'],
    [
      'matched by the province’s number',
      of([city({ provincialNo: 'P1' })], told({ grade: 8 }, { caseNo: 'elsewhere', provincialNo: 'P1' })),
      'high',
    ],
    [
      'the province’s number, but another case of the city by case number',
      of(
        [city({ provincialNo: 'P1' }), city({ caseNo: 'A-2' })],
        told({}, {}),
        told({}, { caseNo: 'A-2', provincialNo: 'P1', ...second }),
      ),
      'clear',
    ],
    ['a case the city does not have', of([city()], told(), told({ grade: 1 }, { caseNo: 'B-1', ...second })), 'clear'],
    [
      'the last that stands: the province’s first is superseded',
      of([city()], told({ grade: 8, on: '2025-05-01', no: '0号', status: 'superseded' }), told({}, second)),
      'clear',
    ],
    [
      'the last that stands: the city’s last is revoked',
      of(
        [city({ conclusions: [conclusion('2025-05-20'), conclusion('2025-06-01', { no: '2号', grade: 5, status: 'revoked' })] })],
        told(),
      ),
      'clear',
    ],
    [
      'grade and care in two conclusions of one day',
      of(
        [
          city({
            conclusions: [
              conclusion('2025-05-20', { no: '2号', care: 'major' }),
              conclusion('2025-05-20', { no: '1号', grade: 7 }),
            ],
          }),
        ],
        told({ no: '2号', care: 'partial' }),
        told({ no: '1号' }, second),
      ),
      'high',
    ],
    ['corrected by the city alone', of([city({ state: 'corrected' })], told()), 'high'],
    ['corrected by the province alone', of([city()], told({}, { state: 'corrected' })), 'high'],
    [
      'discontinued by the city, still examined at the province',
      of([appraisalCase({ state: 'discontinued-death' })], appraisal({ state: 'examined' })),
      'high',
    ],
    ['the conclusion revoked, the state not', of([city({}, { status: 'revoked' })], told()), 'high'],
    ['ended on both sides, in two ways', of([city({ state: 'revoked' })], told({}, { state: 'corrected' })), 'clear'],
    ['open here and concluded there', of([appraisalCase({ state: 'examined' })], told()), 'clear'],
    [
      'the newest of two records counts',
      of(
        [city()],
        told({}, { state: 'terminated', source: { updatedAt: '2025-05-01T00:00:00+08:00' } }),
        told({}, { source: { recordId: 'A2', updatedAt: '2025-06-01T00:00:00+08:00' } }),
      ),
      'clear',
    ],
    [
      'two records of one time that disagree',
      of([city()], told({}, { state: 'terminated' }), told({}, second)),
      '? date-too-coarse',
    ],
    ['a challenged state', of([city({ state: 'challenged' })], told({ grade: 8 })), 'clear'],
    ['a challenged conclusion at the province', of([city()], told({ grade: 8, status: 'challenged' })), 'clear'],
    [
      'an open re-appraisal of the province under the city’s number',
      of([city()], told({ grade: 8 }), appraisal({ caseKind: 'reappraisal', state: 'accepted', ...second })),
      'clear',
    ],
    [
      'a re-appraisal that is over',
      of(
        [city(), appraisalCase({ caseNo: 'A-2', kind: 'reappraisal', priorCaseNo: 'A-2025-001', state: 'withdrawn' })],
        told({ grade: 8 }),
      ),
      'high',
    ],
    [
      'coarse days that do not tell the last',
      of(
        [
          city({
            conclusions: [conclusion('2025-05', { no: '1号', grade: 7 }), conclusion('2025-05-20', { no: '2号', grade: 8 })],
          }),
        ],
        told({ no: '1号' }),
      ),
      '? date-too-coarse',
    ],
    ['an uncertain record of the province is no lack', of([city()], told({}, { link: weakLink })), 'clear'],
    ['a record without a conclusion is one', of([city()], appraisal({ state: 'concluded' })), 'high'],
    ['a revoked conclusion lacks nowhere', of([city({ state: 'revoked' }, { status: 'revoked' })]), 'clear'],
    ['a conclusion that is not revoked lacks, whatever the state', of([city({ state: 'revoked' })]), 'high'],
    [
      'grades that differ, both cases revoked but not their conclusions',
      of([city({ state: 'revoked' })], told({ grade: 8 }, { state: 'revoked' })),
      'high',
    ],
    ['corrected conclusions, neither state is', of([city({}, { status: 'corrected' })], told()), 'clear'],
    ['corrected by the province, by its conclusion alone', of([city()], told({ status: 'corrected' })), 'clear'],
    ['a corrected state and corrected conclusions', of([city({ state: 'corrected' }, { status: 'corrected' })], told()), 'high'],
    [
      'all of several conclusions revoked, the state not',
      of(
        [
          city({
            conclusions: [
              conclusion('2025-05-20', { status: 'revoked' }),
              conclusion('2025-06-01', { no: '2号', status: 'revoked' }),
            ],
          }),
        ],
        told(),
      ),
      'high',
    ],
    [
      'some of several conclusions revoked, none stands',
      of(
        [
          city({
            conclusions: [
              conclusion('2025-05-20', { status: 'superseded' }),
              conclusion('2025-06-01', { no: '2号', status: 'revoked' }),
            ],
          }),
        ],
        told(),
      ),
      'clear',
    ],
  ])('%s', (_, said, expected) => {
    expect(said).toBe(expected);
  });

  it('lacks nothing while the province cannot be asked, and tells what is there all the same', () => {
    for (const [change, reason] of [
      [{ state: 'stale' }, '? feed-stale'],
      [{ state: 'never' }, '? feed-never'],
      [{ state: 'gap' }, '? feed-gap'],
    ] as const) {
      expect(says('province-differs', file({ cases: [city()], feeds: province(change) }))).toBe(reason);
      expect(says('province-differs', file({ cases: [city()], evidence: [told({ grade: 8 })], feeds: province(change) }))).toBe(
        'high',
      );
    }
    const { completeThrough: _, ...unsaid } = {
      agency: 'provincial-appraisal',
      feed: 'appraisals',
      state: 'fresh',
      completeThrough: '',
    } as const;
    expect(says('province-differs', file({ cases: [city()], feeds: [unsaid] }))).toBe('high');
  });

  it('makes what only an uncertain record says a finding of its own, which lowers no other', () => {
    const early = { source: { updatedAt: '2025-05-21T00:00:00+08:00' } };
    const later = { source: { recordId: 'A2', updatedAt: '2025-06-01T00:00:00+08:00' } };
    const stopped = appraisal({ state: 'terminated', link: weakLink, ...later });
    const found = (...evidence: Evidence[]) =>
      findingsOf('province-differs', file({ cases: [city()], evidence })).map(({ severity, action, claims }) => [
        severity,
        action,
        ...claims.map(({ recordId, field }) => `${recordId} ${field}`),
      ]);

    expect(found(told({ grade: 8 }, early), stopped)).toEqual([
      ['high', 'ask-agency', 'A-2025-001 conclusions/潍劳鉴〔2025〕100号/grade', 'A1 conclusion/grade'],
      ['low', 'ask-agency', 'A-2025-001 state', 'A2 state', 'A2 link'],
    ]);
    expect(found(told({ grade: 8 }, { link: weakLink, ...early }), stopped).map(([severity]) => severity)).toEqual(['low']);
    expect(found(told({}, early), stopped).map(([severity]) => severity)).toEqual(['low']);
  });

  it('takes what a certain record lacks for certain, whatever uncertain ones there are', () => {
    const empty = (recordId: string, parts = {}) => appraisal({ state: 'concluded', source: { recordId }, ...parts });

    expect(of([city()], empty('A1', { link: weakLink }), empty('A2'))).toBe('high');
    expect(of([city()], empty('A1', { link: weakLink }))).toBe('low');
  });

  it('counts the days of each level by itself, and once the province has any conclusion nothing lacks', () => {
    // On Friday 23 May; three working days after Monday 19 May are over on the 22nd.
    const levels = (...made: [level: 'city' | 'province', on: string][]) =>
      city({ conclusions: made.map(([level, on], index) => conclusion(on, { level, no: `${index}号` })) });
    const asked = (item: AppraisalCase, ...evidence: Evidence[]) =>
      file({ asOf: '2025-05-23T10:00:00+08:00', cases: [item], evidence });
    const late = asked(levels(['city', '2025-05-06'], ['province', '2025-05-22']));

    expect(says('province-differs', late)).toBe('high');
    expect(findingsOf('province-differs', late)[0]?.claims.map(({ field }) => field)).toEqual([
      'conclusions/0号/on',
      'conclusion',
    ]);
    expect(says('province-differs', asked(levels(['city', '2025-05-22'], ['province', '2025-05-06'])))).toBe('high');
    // Of one level the last counts.
    expect(says('province-differs', asked(levels(['city', '2025-05-06'], ['city', '2025-05-22'])))).toBe('clear');
    expect(says('province-differs', asked(levels(['city', '2025-05-20'], ['province', '2025-05-21'])))).toBe('clear');
    expect(says('province-differs', asked(levels(['city', '2025-05'], ['province', '2025-05-22'])))).toBe('? date-too-coarse');
    // A record of the province has room for one conclusion.
    const answer = appraisal({
      conclusion: conclusion('2025-05-22', { level: 'province', no: '1号' }),
      source: { receivedAt: '2025-05-23T02:00:00+08:00' },
    });
    expect(says('province-differs', asked(levels(['city', '2025-05-06'], ['province', '2025-05-22']), answer))).toBe('clear');
  });

  it('names every level that lacks', () => {
    const both = city({ conclusions: [conclusion('2025-05-06'), conclusion('2025-05-07', { level: 'province', no: '鲁号' })] });
    const [found, ...others] = findingsOf('province-differs', file({ cases: [both] }));

    expect(others).toEqual([]);
    expect(found?.claims.map(({ field }) => field)).toEqual([
      'conclusions/潍劳鉴〔2025〕100号/on',
      'conclusion',
      'conclusions/鲁号/on',
    ]);
  });

  it('asks the province about the present: no day is in question', () => {
    const some = { asOf: '2025-05-23T10:00:00+08:00', cases: [city({}, { on: '2025-05-19' })] };

    expect(says('province-differs', file({ ...some, feeds: province({ completeThrough: '2025-05-22' }) }))).toBe('high');
    expect(says('province-differs', file({ ...some, feeds: province({ completeThrough: '2025-04-30' }) }))).toBe('high');
  });

  it('counts by the days that it is handed, and says which it left out', () => {
    const lacking = file({ cases: [city({}, { on: '2025-06-24' })] });

    expect(says('province-differs', lacking)).toBe('high');
    expect(says('province-differs', lacking, { holidays: ['2025-06-26'] })).toBe('clear');
    expect(says('province-differs', lacking, { workingDays: 4 })).toBe('clear');
    expect(says('province-differs', file({ cases: [city({}, { on: '2025-06-25' })] }), { workdays: ['2025-06-28'] })).toBe(
      'high',
    );
    const dragonBoat = file({ asOf: '2025-06-06T10:00:00+08:00', cases: [city({}, { on: '2025-05-30' })] });
    expect(findingsOf('province-differs', dragonBoat)[0]?.explanation.zh).toBe(
      '案件 A-2025-001：结论 潍劳鉴〔2025〕100号 作于 2025-05-30，第 3 个工作日为 2025-06-05（2025-06-02 放假不计），省级此后仍没有结论',
    );
  });

  it('claims both sides, with the record of the province', () => {
    const [found] = findingsOf('province-differs', file({ cases: [city()], evidence: [told({ grade: 8, care: 'total' })] }));

    expect(found?.claims.map(({ agency, field, value }) => `${agency} ${field} ${value}`)).toEqual([
      'city conclusions/潍劳鉴〔2025〕100号/grade 7',
      'provincial-appraisal conclusion/grade 8',
      'city conclusions/潍劳鉴〔2025〕100号/care none',
      'provincial-appraisal conclusion/care total',
    ]);
  });
});

describe('the rules about cases', () => {
  const date = fc.constantFrom('2025-03-01', '2025-03-15', '2025-03-16', '2025-03', '2025', '2024-03-15', '2025-06-25', 'never');
  const made = fc
    .record({
      no: fc.constantFrom('1号', '2号'),
      on: date,
      grade: fc.constantFrom<(7 | 8)[]>(7, 8),
      level: fc.constantFrom<('city' | 'province')[]>('city', 'province'),
      status: fc.constantFrom<Conclusion['status'][]>('issued', 'superseded', 'revoked', 'corrected', 'challenged'),
    })
    .map(({ on, ...rest }) => conclusion(on, rest));
  const state = fc.constantFrom<AppraisalCase['state'][]>('accepted', 'concluded', 'effective', 'revoked', 'withdrawn');
  const delivery = fc.record({
    to: fc.constantFrom<('person' | 'employer')[]>('person', 'employer'),
    sentOn: date,
    receivedOn: date,
  });
  const someCase = (caseNo: string) =>
    fc
      .record({
        kind: fc.constantFrom<AppraisalCase['kind'][]>('first', 'review', 'reappraisal'),
        state,
        receivedOn: date,
        conclusions: fc.array(made, { maxLength: 3 }),
        deliveries: fc.array(delivery, { maxLength: 3 }),
        recognition: fc.tuple(date, date).map(([on, decidedOn]) => accident(on, { decidedOn })),
      })
      .map((parts) => appraisalCase({ caseNo, priorCaseNo: 'A1', ...parts }));
  const record = (recordId: string) =>
    fc
      .record({ caseNo: fc.constantFrom('A1', 'A2', 'B1'), state, conclusion: made })
      .map((parts) => appraisal({ recognitionNo: 'R-2025-001', source: { recordId }, ...parts }));
  const files = fc
    .tuple(someCase('A1'), someCase('A2'), record('R1'), record('R2'))
    .map(([one, two, ...evidence]) => file({ cases: [one, two], evidence }));
  const rules = [
    'case-overdue',
    'challenge-out-of-time',
    'first-appraisal-repeated',
    'impossible-case-sequence',
    'province-differs',
  ];

  it('say the same whatever the order of the lists, and never throw', () => {
    fc.assert(
      fc.property(files, (some) => {
        const turned = {
          ...some,
          evidence: some.evidence.toReversed(),
          cases: some.cases
            .map((item) => ({ ...item, conclusions: item.conclusions.toReversed(), deliveries: item.deliveries.toReversed() }))
            .reverse(),
        };

        expect(JSON.stringify(check(turned, { rules }))).toBe(JSON.stringify(check(some, { rules })));
      }),
      { numRuns: 300 },
    );
  });

  it('are left out where they are switched off', () => {
    const off = Object.fromEntries(rules.map((rule) => [rule, 'off' as const]));
    const named = check(file(), { rules: off }).results.map(({ rule }) => rule);

    expect(named.filter((rule) => rules.includes(rule))).toEqual([]);
    expect(named.length).toBeGreaterThan(15);
  });
});
