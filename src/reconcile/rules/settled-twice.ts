import type { Bilingual } from '../../model/index.js';
import { claimOf } from '../claims.js';
import { and, isWithin, type Truth } from '../dates.js';
import { feeds, file, settlement, weakLink } from '../example.js';
import { isSameHospital } from '../hospitals.js';
import * as needs from '../needs.js';
import type { KnownSettlement } from '../person-file.js';
import { doubt } from '../reasons.js';
import type { Doubt, PersonRule, RuleFinding } from '../rule.js';
import { haveOneNumber, nameOneStay, netSettlements, placeOfSettlement, servicePeriod, sharedInvoice } from '../settlements.js';
import { paymentText, serviceText } from '../texts.js';
import { verdictOf } from '../verdicts.js';

const first = (parts: Parameters<typeof settlement>[2] = {}) =>
  settlement('employee', 'Y1', { from: '2025-03-01', to: '2025-03-10', ...parts });
const second = (parts: Parameters<typeof settlement>[2] = {}) =>
  settlement('employee', 'Y2', { from: '2025-03-01', to: '2025-03-10', ...parts });
const otherDays = { from: '2025-05-01', to: '2025-05-02' };

const rule: PersonRule<{ toleranceDays: number }> = {
  scope: 'person',
  id: 'settled-twice',
  version: '2',
  severity: 'high',
  title: { zh: '同一基金重复结算', en: 'Settled twice by one fund' },
  description: {
    zh: '同一基金对同一次住院（住院记录相同，或者同一医院、起止日期各差不过一天）或同一发票结算了两次，两次都有支付且未冲回。中途结算不计。',
    en: 'One fund settled the same stay (the same record of a stay, or the same hospital with both dates within a day) or the same invoice twice, and paid both times without taking back. Interim settlements do not count.',
  },
  feeds: [needs.settlements],
  parameters: { toleranceDays: 1 },
  basis: ['社会保险经办条例（国务院令第765号）第二十六条、第四十六条'],
  action: 'ask-agency',
  readsDeathFact: false,

  check({ file, parameters }) {
    const paid = netSettlements(file.settlements)
      .filter(({ known: { record }, net }) => net > 0 && !record.interim && record.fund !== 'other')
      .map(({ known }) => known);
    return verdictOf(
      paid.flatMap((one, index) => paid.slice(index + 1).map((other) => judge(one, other, parameters.toleranceDays))),
    );
  },

  examples: [
    {
      name: { zh: '同一次住院两个结算编号', en: 'one stay under two settlement numbers' },
      file: file({ evidence: [first({ stayRecordId: 'S1' }), second({ stayRecordId: 'S1', ...otherDays })] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '同一发票', en: 'the same invoice' },
      file: file({ evidence: [first({ invoiceNo: 'F1' }), second({ invoiceNo: 'F1', ...otherDays })] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '同一医院，起止各差一天', en: 'the same hospital, both dates one day off' },
      file: file({ evidence: [first(), second({ from: '2025-03-02', to: '2025-03-09' })] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '同一医院，出院相差两天', en: 'the same hospital, the end two days off' },
      file: file({ evidence: [first(), second({ to: '2025-03-12' })] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '同一医院，入院相差两天', en: 'the same hospital, the beginning two days off' },
      file: file({ evidence: [first(), second({ from: '2025-03-03' })] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '同日两次门诊', en: 'two outpatient visits on one day' },
      file: file({ evidence: [first({ setting: 'outpatient' }), second({ setting: 'outpatient' })] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '更正：冲销后重新结算', en: 'a correction: taken back and settled anew' },
      file: file({
        evidence: [
          first({ stayRecordId: 'S1' }),
          settlement('employee', 'Y1R', { refund: true, refundOf: 'Y1', fundPaid: '-800.00', stayRecordId: 'S1' }),
          second({ stayRecordId: 'S1' }),
        ],
      }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '冲销差一分', en: 'taken back but for 0.01 yuan' },
      file: file({
        evidence: [first(), settlement('employee', 'Y1R', { refund: true, refundOf: 'Y1', fundPaid: '-799.99' }), second()],
      }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '中途结算与最终结算', en: 'an interim settlement and the final one' },
      file: file({ evidence: [first({ interim: true, stayRecordId: 'S1' }), second({ stayRecordId: 'S1' })] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '两个基金各结算一次', en: 'once by each of two funds' },
      file: file({ evidence: [first(), settlement('resident', 'Y2', { from: '2025-03-01', to: '2025-03-10' })] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '补充保险等其他基金', en: 'supplements and other funds' },
      file: file({
        evidence: [settlement('other', 'Y1', { invoiceNo: 'F1' }), settlement('other', 'Y2', { invoiceNo: 'F1' })],
      }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '对应关系不确定的结算', en: 'a settlement that is not certainly of the person' },
      file: file({ evidence: [first(), second({ link: weakLink })] }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '作废的结算', en: 'a void settlement' },
      file: file({ evidence: [first(), second({ status: 'void' })] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '同样日期，一方只有医院编码', en: 'the same days, but one side has a hospital code only' },
      file: file({ evidence: [first(), second({ hospital: { code: 'H370799001' } })] }),
      expect: { outcome: 'unknown', reason: 'hospital-uncertain' },
    },
    {
      name: { zh: '日期只写了月份', en: 'a month only' },
      file: file({ evidence: [first(), second({ from: '2025-03', to: '2025-03' })] }),
      expect: { outcome: 'unknown', reason: 'date-too-coarse' },
    },
    {
      name: { zh: '只有一次结算，医保结算取不到', en: 'one settlement only, and the feed is down' },
      file: file({ evidence: [first()], feeds: feeds({ 'medical-insurance/settlements': { state: 'down' } }) }),
      expect: { outcome: 'unknown', reason: 'feed-down' },
    },
    {
      name: { zh: '医保结算取不到不妨碍发现', en: 'a feed that is down does not hinder a finding' },
      file: file({ evidence: [first(), second()], feeds: feeds({ 'medical-insurance/settlements': { state: 'down' } }) }),
      expect: { outcome: 'finding', severity: 'high' },
    },
  ],
};

export default rule;

function judge(one: KnownSettlement, other: KnownSettlement, toleranceDays: number): RuleFinding | Doubt | undefined {
  if (one.record.fund !== other.record.fund || haveOneNumber(one, other)) return undefined;
  const invoice = sharedInvoice(one, other);
  if (invoice !== undefined) {
    const [a, b] = [serviceText(one), serviceText(other)];
    return findingOf(one, other, {
      zh: `同一发票 ${invoice}：${a.zh}、${b.zh}`,
      en: `the same invoice ${invoice}: ${a.en}, ${b.en}`,
    });
  }
  if (nameOneStay(one, other)) return findingOf(one, other, stayText(one));
  const days = areSameDays(one, other, toleranceDays);
  const isSame = days === 'no' ? 'no' : isSameHospital(placeOfSettlement(one), placeOfSettlement(other));
  const both = and(days, isSame);
  if (both === 'no') return undefined;
  if (both === 'maybe') return doubt(isSame === 'maybe' ? 'hospital-uncertain' : 'date-too-coarse');
  return findingOf(one, other, stayText(one));
}

/** `同一次就医：2025-03-01 至 2025-03-10 住院（演示医院，医保）`. */
function stayText(known: KnownSettlement): Bilingual {
  const service = serviceText(known);
  return { zh: `同一次就医：${service.zh}`, en: `the same stay: ${service.en}` };
}

/** Both inpatient, from and to within some days. */
function areSameDays(one: KnownSettlement, other: KnownSettlement, toleranceDays: number): Truth {
  const [a, b] = [servicePeriod(one), servicePeriod(other)];
  const areInpatient = one.record.setting === 'inpatient' && other.record.setting === 'inpatient';
  if (!areInpatient || a === undefined || b === undefined) return 'no';
  return and(isWithin(a.first, b.first, toleranceDays), isWithin(a.last, b.last, toleranceDays));
}

function findingOf(one: KnownSettlement, other: KnownSettlement, same: Bilingual): RuleFinding {
  const [a, b] = [paymentText(one), paymentText(other)];
  return {
    severity: 'high',
    explanation: {
      zh: `${a.zh}；${b.zh}；${same.zh}，均未全额冲回：同一基金可能结算了两次`,
      en: `${a.en}; ${b.en}; ${same.en}, neither wholly taken back: possibly settled twice by one fund`,
    },
    claims: [one, other].map(({ record }) => claimOf(record, 'fundPaid', record.fundPaid)),
    rests: [one, other],
  };
}
