import type { AppraisalCase, Conclusion, DayInterval } from '../../model/index.js';
import { lastDay, lastOf } from '../cases.js';
import { cityClaim, toldClaim } from '../claims.js';
import { articlesOf, byRegime, clocks } from '../clocks.js';
import { addYears, interval, isAfterDeath, isBefore, type Truth } from '../dates.js';
import { appraisalCase, file } from '../example.js';
import { conclusion } from '../example-cases.js';
import { doubt, notApplicable } from '../reasons.js';
import type { Doubt, PersonRule, RuleFinding } from '../rule.js';
import { isLaidOver, ownConclusions } from '../supersede.js';
import { dateText, spanText } from '../texts.js';
import { verdictOf } from '../verdicts.js';

type Times = {
  reappraisalDays: number;
  reappraisalDaysOrder21: number;
  reviewYears: number;
  reviewYearsOrder21: number;
};

const [order55, order21] = [clocks['order-55'], clocks['order-21']];

/** The case that is challenged: concluded 2025-03-01, received by both on 2025-03-05 unless said otherwise. */
const prior = (parts: Partial<AppraisalCase> = {}) =>
  appraisalCase({
    caseNo: 'A-2025-000',
    state: 'challenged',
    receivedOn: '2025-01-02',
    conclusions: [conclusion('2025-03-01')],
    deliveries: [
      { to: 'person', receivedOn: '2025-03-05' },
      { to: 'employer', receivedOn: '2025-03-05' },
    ],
    ...parts,
  });
const challenged = (receivedOn: string, parts: Partial<AppraisalCase> = {}, before: AppraisalCase[] = [prior()]) =>
  file({
    cases: [
      appraisalCase({ kind: 'reappraisal', receivedOn, applicant: 'person', priorCaseNo: 'A-2025-000', ...parts }),
      ...before,
    ],
  });
const reviewed = (receivedOn: string, concludedOn: string) =>
  challenged(receivedOn, { kind: 'review' }, [prior({ state: 'effective', conclusions: [conclusion(concludedOn)] })]);
const apart = prior({
  deliveries: [
    { to: 'person', receivedOn: '2025-03-05' },
    { to: 'employer', receivedOn: '2025-03-06' },
  ],
});

const rule: PersonRule<Times> = {
  scope: 'person',
  id: 'challenge-out-of-time',
  version: '2',
  severity: 'medium',
  title: { zh: '再次鉴定逾期或复查过早', en: 'Re-appraisal too late, or review too early' },
  description: {
    zh: '申请人收到结论超过 15 日才申请再次鉴定，或结论作出未满一年就申请复查鉴定。',
    en: 'A re-appraisal was asked for more than 15 days after its applicant received the conclusion, or a review within a year of the conclusion.',
  },
  feeds: [],
  parameters: {
    reappraisalDays: order55.reappraisal.length,
    reappraisalDaysOrder21: order21.reappraisal.length,
    reviewYears: order55.review.length,
    reviewYearsOrder21: order21.review.length,
  },
  basis: articlesOf('reappraisal', 'review'),
  action: 'ask-applicant',
  readsDeathFact: false,
  notApplicable: ({ cases }) =>
    cases.some(({ case: { kind } }) => isChallenge(kind)) ? undefined : notApplicable('no-challenge'),

  check({ file: { cases }, parameters }) {
    const all = cases.map((known) => known.case);
    return verdictOf(all.filter(({ kind }) => isChallenge(kind)).map((item) => judge(item, all, parameters)));
  },

  examples: [
    {
      name: { zh: '收到结论后第 16 日申请再次鉴定', en: 'a re-appraisal asked for on the 16th day after receipt' },
      file: challenged('2025-03-21'),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '收到结论后第 15 日申请再次鉴定', en: 'a re-appraisal asked for on the 15th day after receipt' },
      file: challenged('2025-03-20'),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '两次送达，按最后一次收到起算', en: 'delivered twice: the last receipt counts' },
      file: challenged('2025-03-23', {}, [
        prior({
          deliveries: [
            { to: 'person', receivedOn: '2025-03-08' },
            { to: 'person', receivedOn: '2025-03-05' },
          ],
        }),
      ]),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '一年届满前一日申请复查', en: 'a review asked for on the day before a year has passed' },
      file: reviewed('2025-03-01', '2024-03-02'),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '次年同日申请复查', en: 'a review asked for on the same date of the next year' },
      file: reviewed('2025-03-01', '2024-03-01'),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '2 月 29 日的结论，次年 2 月 28 日复查', en: 'of 29 February, on 28 February' },
      file: reviewed('2025-02-28', '2024-02-29'),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '2 月 29 日的结论，次年 2 月 27 日复查', en: 'of 29 February, on 27 February' },
      file: reviewed('2025-02-27', '2024-02-29'),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '申请人未载明，各方均逾期', en: 'the applicant is not given, and it is late for both parties' },
      file: file({
        cases: [appraisalCase({ kind: 'reappraisal', receivedOn: '2025-03-22', priorCaseNo: 'A-2025-000' }), apart],
      }),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '申请人未载明，仅一方逾期', en: 'the applicant is not given, and it is late for one party' },
      file: file({
        cases: [appraisalCase({ kind: 'reappraisal', receivedOn: '2025-03-21', priorCaseNo: 'A-2025-000' }), apart],
      }),
      expect: { outcome: 'unknown', reason: 'applicant-missing' },
    },
    {
      name: { zh: '原案件不在册', en: 'the prior case is not on file' },
      file: challenged('2025-03-21', {}, []),
      expect: { outcome: 'unknown', reason: 'prior-case-not-on-file' },
    },
    {
      name: { zh: '原结论已撤销', en: 'the prior conclusion is revoked' },
      file: challenged('2025-03-21', {}, [prior({ conclusions: [conclusion('2025-03-01', { status: 'revoked' })] })]),
      expect: { outcome: 'unknown', reason: 'conclusion-not-on-file' },
    },
    {
      name: { zh: '申请人没有收到日期', en: 'no day on which the applicant received it' },
      file: challenged('2025-03-21', {}, [prior({ deliveries: [{ to: 'person', sentOn: '2025-03-03' }] })]),
      expect: { outcome: 'unknown', reason: 'delivery-not-on-file' },
    },
    {
      name: { zh: '再次鉴定只写了月份', en: 'the re-appraisal has a month only' },
      file: challenged('2025-03'),
      expect: { outcome: 'unknown', reason: 'date-too-coarse' },
    },
    {
      name: { zh: '只有初次鉴定', en: 'a first appraisal only' },
      file: file({ cases: [appraisalCase()] }),
      expect: { outcome: 'not-applicable', reason: 'no-challenge' },
    },
  ],
};

export default rule;

function isChallenge(kind: AppraisalCase['kind']): boolean {
  return kind === 'reappraisal' || kind === 'review';
}

function judge(item: AppraisalCase, all: readonly AppraisalCase[], parameters: Times): RuleFinding | Doubt | undefined {
  const prior = item.priorCaseNo === undefined ? undefined : all.find(({ caseNo }) => caseNo === item.priorCaseNo);
  if (prior === undefined) return doubt('prior-case-not-on-file');
  // What the province answered was never challenged; a review may not be asked for before a year has passed since it.
  const before = item.kind === 'reappraisal' ? { ...prior, conclusions: [...ownConclusions(prior)] } : prior;
  const received = interval(item.receivedOn);
  if (received === undefined) return doubt('date-too-coarse');
  const last = challengedBy(received, before);
  const [made] = last;
  if (made === undefined) return doubt('conclusion-not-on-file');
  const { regime } = item;
  if (item.kind === 'review') {
    const on = lastDay(last.map((conclusion) => conclusion.on));
    const years = byRegime(regime, { order55: parameters.reviewYears, order21: parameters.reviewYearsOrder21 });
    return on === undefined ? doubt('date-too-coarse') : judgeReview(item, received, { before, made, on, years });
  }
  const days = byRegime(regime, { order55: parameters.reappraisalDays, order21: parameters.reappraisalDaysOrder21 });
  return judgeReappraisal(item, received, { before, made, on: lastDay(last.map((conclusion) => conclusion.on)), days });
}

/**
 * The last unrevoked conclusion of the case that is challenged, of those that had been made when the challenge came in: the province's own, put
 * on file in the same case later, is its answer and not its object.
 */
function challengedBy(received: DayInterval, { conclusions }: AppraisalCase): Conclusion[] {
  const unrevoked = conclusions.filter(({ status }) => status !== 'revoked');
  const made = unrevoked.filter(({ on }) => {
    const day = interval(on);
    return day === undefined || isBefore(received, day) !== 'yes';
  });
  return lastOf(made.length === 0 ? unrevoked : made);
}

function judgeReview(
  item: AppraisalCase,
  received: DayInterval,
  { before, made, on, years }: { before: AppraisalCase; made: Conclusion; on: DayInterval; years: number },
): RuleFinding | Doubt | undefined {
  const due = { lo: addYears(on.lo, years), hi: addYears(on.hi, years) };
  const isEarly = isBefore(received, due);
  if (isEarly === 'no') return undefined;
  if (isEarly === 'maybe') return doubt('date-too-coarse');
  const [asked, day] = [dateText(item.receivedOn), dateText(made.on)];
  return {
    severity: 'medium',
    explanation: {
      zh: `复查鉴定申请于 ${asked} 收到（案件 ${item.caseNo}），而原结论 ${made.no} 作于 ${day}（案件 ${before.caseNo}），自 ${spanText(due)} 起方可申请`,
      en: `A review was asked for on ${asked} (case ${item.caseNo}), while the conclusion ${made.no} is of ${day} (case ${before.caseNo}): it may be asked for from ${spanText(due)} on`,
    },
    claims: [
      cityClaim(item.caseNo, 'receivedOn', asked),
      toldClaim(
        isLaidOver(made) ? made.accordingTo : undefined,
        'conclusion/on',
        cityClaim(before.caseNo, `conclusions/${made.no}/on`, day),
      ),
    ],
    rests: [],
  };
}

interface Late {
  party: 'person' | 'employer';
  /** The last day on which the party received it. */
  on: DayInterval;
  isLate: Truth;
}

function judgeReappraisal(
  item: AppraisalCase,
  received: DayInterval,
  { before, made, on, days }: { before: AppraisalCase; made: Conclusion; on: DayInterval | undefined; days: number },
): RuleFinding | Doubt | undefined {
  const parties = item.applicant === undefined ? (['person', 'employer'] as const) : [item.applicant];
  const told = parties.flatMap((party): Late[] => {
    const day = lastReceipt(before, party, on, received);
    return day === undefined ? [] : [{ party, on: day, isLate: isAfterDeath(received, day, days) }];
  });
  if (told.length === 0) return doubt('delivery-not-on-file');
  if (told.every(({ isLate }) => isLate === 'no')) return undefined;
  if (!told.every(({ isLate }) => isLate === 'yes')) {
    return doubt(told.some(({ isLate }) => isLate === 'maybe') ? 'date-too-coarse' : 'applicant-missing');
  }
  const asked = dateText(item.receivedOn);
  const words = told.map(({ party, on: day }) => ({
    zh: `${party === 'person' ? '本人' : '用人单位'} ${spanText(day)} 收到，至 ${spanText({ lo: day.lo + days, hi: day.hi + days })} 届满`,
    en: `received by the ${party} on ${spanText(day)}, which leaves until ${spanText({ lo: day.lo + days, hi: day.hi + days })}`,
  }));
  return {
    severity: 'medium',
    explanation: {
      zh: `再次鉴定申请于 ${asked} 收到（案件 ${item.caseNo}），而原结论 ${made.no}（案件 ${before.caseNo}）由${words.map(({ zh }) => zh).join('；')}`,
      en: `A re-appraisal was asked for on ${asked} (case ${item.caseNo}), while the conclusion ${made.no} (case ${before.caseNo}) was ${words.map(({ en }) => en).join('; ')}`,
    },
    claims: [
      cityClaim(item.caseNo, 'receivedOn', asked),
      ...told.map(({ party, on: day }) => cityClaim(before.caseNo, `deliveries/${party}/receivedOn`, spanText(day))),
    ],
    rests: [],
  };
}

/**
 * The last day on which a party received the conclusion. Where the prior case has several, receipts from before this one was made are of another,
 * and so are those from after it was challenged, if there are earlier ones.
 */
function lastReceipt(
  { deliveries, conclusions }: AppraisalCase,
  party: 'person' | 'employer',
  on: DayInterval | undefined,
  challenged: DayInterval,
): DayInterval | undefined {
  const receipts = deliveries.filter(({ to }) => to === party).map(({ receivedOn }) => receivedOn);
  if (conclusions.length < 2) return lastDay(receipts);
  const isNotBefore = (receipt: string | undefined, day: DayInterval | undefined): boolean => {
    const received = interval(receipt);
    return received !== undefined && day !== undefined && isBefore(received, day) !== 'yes';
  };
  const own = on === undefined ? receipts : receipts.filter((receipt) => isNotBefore(receipt, on));
  const known = own.filter((receipt) => {
    const received = interval(receipt);
    return received !== undefined && isBefore(challenged, received) !== 'yes';
  });
  return lastDay(known) ?? lastDay(own);
}
