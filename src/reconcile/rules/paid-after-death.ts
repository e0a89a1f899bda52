import { byLevel, cityClaim } from '../claims.js';
import { latestDay, monthOf } from '../dates.js';
import { benefit, death, feeds, file, marriage, population, weakLink } from '../example.js';
import * as needs from '../needs.js';
import type { KnownPayment, PersonFile } from '../person-file.js';
import { doubt, notApplicable } from '../reasons.js';
import type { PersonRule, RuleFinding } from '../rule.js';
import { yuan } from '../settlements.js';
import { deathText } from '../texts.js';
import { nothingFound } from '../verdicts.js';

const certificate = death({ diedOn: '2025-03-10' });
const cremation = death({ basis: 'cremation', eventOn: '2025-03-12' });

const rule: PersonRule<{ severeFromMonths: number }> = {
  scope: 'person',
  id: 'paid-after-death',
  version: '1',
  severity: 'critical',
  title: { zh: '死亡之后仍发放待遇', en: 'Benefit paid after death' },
  description: {
    zh: '死亡次月及以后仍有未冲回的待遇发放。一个月多为报告滞后，两个月起为高。须先核实再停发。',
    en: 'A benefit was paid, and not reversed, for months after the month of death. One month is mostly a late report; from two on it is serious. Investigate before stopping.',
  },
  feeds: needs.theThree,
  parameters: { severeFromMonths: 2 },
  basis: ['工伤保险条例第四十二条', '社会保险经办条例（国务院令第765号）第二十五条、第二十六条、第四十六条'],
  action: 'propose-suspension',
  readsDeathFact: true,
  notApplicable: ({ payments }) => (payments.length === 0 ? notApplicable('no-payment') : undefined),

  check({ file, parameters }) {
    const { death } = file;
    if (death.fact.level === 'none') return nothingFound;
    const paid = file.payments.filter((payment) => payment.amount > 0);
    if (paid.length === 0) return nothingFound;
    if (death.span === undefined) return { findings: [], doubts: [doubt('death-undated')] };
    const [first, last] = [monthOf(death.span.lo), monthOf(death.span.hi)];
    const after = paid.filter((payment) => monthOf(payment.days.lo) > last);
    if (after.length > 0) return { findings: [findingOf(file, after, parameters.severeFromMonths)], doubts: [] };
    const mayBeAfter = paid.some((payment) => monthOf(payment.days.lo) > first);
    return { findings: [], doubts: mayBeAfter ? [doubt('date-too-coarse')] : [] };
  },

  /** The last day of the month before the last unreversed period. */
  dayInQuestion({ payments }) {
    const last = latestDay(payments.map(({ days }) => ({ lo: days.lo, hi: days.lo })));
    return last === undefined ? undefined : last - 1;
  },

  examples: [
    {
      name: { zh: '死亡次月发放', en: 'paid for the month after the death' },
      file: file({ benefits: [benefit(['2025-02', '2025-03', '2025-04'])], evidence: [certificate] }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '死亡当月发放', en: 'paid for the month of the death' },
      file: file({ benefits: [benefit(['2025-02', '2025-03'])], evidence: [certificate] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '多发两个月，一个来源', en: 'two months, one source' },
      file: file({ benefits: [benefit(['2025-04', '2025-05'])], evidence: [certificate] }),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '多发两个月，两个来源一致', en: 'two months, two sources agree' },
      file: file({ benefits: [benefit(['2025-04', '2025-05'])], evidence: [certificate, cremation] }),
      expect: { outcome: 'finding', severity: 'critical' },
    },
    {
      name: { zh: '多发两个月，两个来源矛盾', en: 'two months, two sources conflict' },
      file: file({
        benefits: [benefit(['2025-04', '2025-05'])],
        evidence: [certificate, death({ basis: 'cremation', diedOn: '2025-03-20' })],
      }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '两项待遇同一个月算一个月', en: 'two benefits for one month are one month' },
      file: file({
        benefits: [benefit(['2025-04']), benefit(['2025-04'], { id: 'B2' })],
        evidence: [certificate, cremation],
      }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '已冲回', en: 'reversed' },
      file: file({
        benefits: [
          benefit([], {
            payments: [
              { period: '2025-02', amount: '3000.00' },
              { period: '2025-04', amount: '3000.00', reversed: true },
            ],
          }),
        ],
        evidence: [certificate],
      }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '死亡可能在两个月中的任一个', en: 'the death may lie in either of two months' },
      file: file({
        benefits: [benefit(['2025-04'])],
        evidence: [certificate, death({ basis: 'cremation', diedOn: '2025-04-02' })],
      }),
      expect: { outcome: 'unknown', reason: 'date-too-coarse' },
    },
    {
      name: { zh: '死亡没有日期', en: 'the death has no date' },
      file: file({ benefits: [benefit(['2025-04'])], evidence: [population({ deathFlag: true })] }),
      expect: { outcome: 'unknown', reason: 'death-undated' },
    },
    {
      name: { zh: '死亡有争议', en: 'the death is disputed' },
      file: file({ benefits: [benefit(['2025-04'])], evidence: [certificate, marriage('2025-05-01')] }),
      expect: { outcome: 'unknown', reason: 'death-disputed' },
    },
    {
      name: { zh: '对应关系不确定的死亡记录', en: 'the record of the death is not certainly about the person' },
      file: file({ benefits: [benefit(['2025-04', '2025-05'])], evidence: [death({ diedOn: '2025-03-10', link: weakLink })] }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '数据源完整到发放月前一月末', en: 'complete through the end of the month before the last paid' },
      file: file({
        benefits: [benefit(['2025-05'])],
        feeds: feeds({ 'public-security/population': { completeThrough: '2025-04-30' } }),
      }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '数据源只完整到其前一日', en: 'complete through the day before that only' },
      file: file({
        benefits: [benefit(['2025-05'])],
        feeds: feeds({ 'public-security/population': { completeThrough: '2025-04-29' } }),
      }),
      expect: { outcome: 'unknown', reason: 'feed-gap' },
    },
    {
      name: { zh: '没有发放', en: 'nothing was paid' },
      file: file({ evidence: [certificate] }),
      expect: { outcome: 'not-applicable', reason: 'no-payment' },
    },
  ],
};

export default rule;

function findingOf({ death }: PersonFile, after: readonly KnownPayment[], severeFrom: number): RuleFinding {
  const months = [...new Set(after.map((payment) => payment.period))].sort();
  const sum = yuan(after.reduce((total, payment) => total + payment.amount, 0));
  const said = deathText(death.pieces);
  const benefits = [...new Set(after.map((payment) => payment.benefitId))];
  return {
    severity:
      months.length >= severeFrom ? byLevel(death, { corroborated: 'critical', conflicting: 'high', reported: 'medium' }) : 'low',
    explanation: {
      zh: `${said.zh}；其后仍发放待遇 ${months.length} 个月（${months.join('、')}），共 ${sum} 元`,
      en: `${said.en}; paid for ${months.length} ${months.length === 1 ? 'month' : 'months'} after it (${months.join(', ')}), ${sum} yuan in all`,
    },
    claims: benefits.map((id) => {
      const own = after.filter((payment) => payment.benefitId === id).map((payment) => payment.period);
      return cityClaim(id, 'payments', [...new Set(own)].sort().join(' '));
    }),
    rests: [],
    restsOnDeath: true,
  };
}
