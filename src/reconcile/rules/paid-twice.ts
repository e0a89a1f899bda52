import { claimOf } from '../claims.js';
import { and, latestDay, sharesDay } from '../dates.js';
import { feeds, file, settlement, weakLink } from '../example.js';
import { isSameHospital } from '../hospitals.js';
import * as needs from '../needs.js';
import type { KnownSettlement, PersonFile } from '../person-file.js';
import { doubt } from '../reasons.js';
import type { Doubt, PersonRule, RuleFinding } from '../rule.js';
import { isSuperseded, netSettlements, placeOfSettlement, servicePeriod, sharedInvoice } from '../settlements.js';
import { paymentText } from '../texts.js';
import { verdictOf } from '../verdicts.js';

const march = { from: '2025-03-01', to: '2025-03-10' };
const injury = (parts: Parameters<typeof settlement>[2] = {}) => settlement('work-injury', 'W1', { ...march, ...parts });
const medical = (parts: Parameters<typeof settlement>[2] = {}) => settlement('employee', 'Y1', { ...march, ...parts });

const rule: PersonRule = {
  scope: 'person',
  id: 'paid-twice',
  version: '2',
  severity: 'high',
  title: { zh: '工伤与医保可能重复支付', en: 'Possibly paid by work injury and by medical insurance' },
  description: {
    zh: '同一发票，或者同一医院、服务日期重叠，工伤基金与医疗保险都有支付。医保可依法先行支付再追偿，因此只是线索。',
    en: 'The same invoice, or the same hospital on the same days, was paid by the work-injury fund and by medical insurance. The law lets medical insurance advance and claim back, so this is a lead only.',
  },
  feeds: [needs.settlements],
  parameters: {},
  basis: ['社会保险法第三十条', '社会保险法第四十一条、第四十二条', '社会保险经办条例（国务院令第765号）第二十六条'],
  action: 'ask-agency',
  readsDeathFact: false,

  check({ file }) {
    const { injuries, medicals } = payments(file);
    return verdictOf(injuries.flatMap((ours) => medicals.map((theirs) => judge(ours, theirs))));
  },

  /** The last day of service the work-injury fund paid for. */
  dayInQuestion: (personFile) => latestDay(payments(personFile).injuries.map((known) => servicePeriod(known)?.last)),

  examples: [
    {
      name: { zh: '同一发票', en: 'the same invoice' },
      file: file({
        evidence: [settlement('work-injury', 'W1', { invoiceNo: 'F1' }), settlement('resident', 'Y1', { invoiceNo: 'F1' })],
      }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '同一医院，最后一天重叠', en: 'the same hospital, one shared day' },
      file: file({ evidence: [injury(), medical({ from: '2025-03-10', to: '2025-03-15' })] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '同一医院，次日开始', en: 'the same hospital, beginning on the next day' },
      file: file({ evidence: [injury(), medical({ from: '2025-03-11', to: '2025-03-15' })] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '医保为先行支付', en: 'medical insurance paid in advance' },
      file: file({ evidence: [injury(), medical({ advance: true })] }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '医保已全额退费', en: 'wholly reversed by medical insurance' },
      file: file({
        evidence: [injury(), medical(), settlement('employee', 'Y2', { refund: true, refundOf: 'Y1', fundPaid: '-800.00' })],
      }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '医保退费差一分', en: 'reversed but for 0.01 yuan' },
      file: file({
        evidence: [injury(), medical(), settlement('employee', 'Y2', { refund: true, refundOf: 'Y1', fundPaid: '-799.99' })],
      }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '中途结算已由最终结算取代，最终结算没有基金支付', en: 'an interim settlement whose final one exists' },
      file: file({
        evidence: [
          injury(),
          medical({ interim: true, stayRecordId: 'S1' }),
          settlement('employee', 'Y2', { stayRecordId: 'S1', fundPaid: '0.00' }),
        ],
      }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '另一家医院', en: 'another hospital' },
      file: file({ evidence: [injury(), medical({ hospital: { name: '演示二院' } })] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '对应关系不确定的结算', en: 'a settlement that is not certainly of the person' },
      file: file({ evidence: [injury(), medical({ link: weakLink })] }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '日期重叠而医院只有编码', en: 'shared days, but one side has a hospital code only' },
      file: file({ evidence: [injury(), medical({ hospital: { code: 'H370799001' } })] }),
      expect: { outcome: 'unknown', reason: 'hospital-uncertain' },
    },
    {
      name: { zh: '日期只写了月份', en: 'a month only' },
      file: file({ evidence: [injury(), medical({ from: '2025-03', to: '2025-03' })] }),
      expect: { outcome: 'unknown', reason: 'date-too-coarse' },
    },
    {
      name: {
        zh: '医保结算只完整到服务末日前一日',
        en: 'the settlements are complete through the day before the last of service',
      },
      file: file({ evidence: [injury()], feeds: feeds({ 'medical-insurance/settlements': { completeThrough: '2025-03-09' } }) }),
      expect: { outcome: 'unknown', reason: 'feed-gap' },
    },
    {
      name: { zh: '医保结算完整到服务末日', en: 'the settlements are complete through the last day of service' },
      file: file({ evidence: [injury()], feeds: feeds({ 'medical-insurance/settlements': { completeThrough: '2025-03-10' } }) }),
      expect: { outcome: 'clear' },
    },
  ],
};

export default rule;

/** What the two sides paid and did not take back: the work-injury fund, and employee or resident medical insurance. */
function payments({ settlements }: PersonFile): { injuries: KnownSettlement[]; medicals: KnownSettlement[] } {
  const all = netSettlements(settlements);
  const paid = all.filter((item) => item.net > 0 && !isSuperseded(item, all)).map((item) => item.known);
  return {
    injuries: paid.filter(({ record }) => record.fund === 'work-injury'),
    medicals: paid.filter(({ record }) => record.fund === 'employee' || record.fund === 'resident'),
  };
}

function judge(ours: KnownSettlement, theirs: KnownSettlement): RuleFinding | Doubt | undefined {
  const invoice = sharedInvoice(ours, theirs);
  if (invoice !== undefined) {
    return findingOf(ours, theirs, {
      zh: `同一发票 ${invoice}`,
      en: `the same invoice ${invoice}`,
    });
  }
  const [our, their] = [servicePeriod(ours), servicePeriod(theirs)];
  const days = our === undefined || their === undefined ? 'no' : sharesDay(our, their);
  const isSame = days === 'no' ? 'no' : isSameHospital(placeOfSettlement(ours), placeOfSettlement(theirs));
  const both = and(days, isSame);
  if (both === 'no') return undefined;
  if (both === 'maybe') return doubt(isSame === 'maybe' ? 'hospital-uncertain' : 'date-too-coarse');
  const name = theirs.record.hospital?.name ?? theirs.record.hospital?.code ?? '';
  return findingOf(ours, theirs, { zh: `同一医院（${name}），服务日期重叠`, en: `the same hospital (${name}) on the same days` });
}

function findingOf(ours: KnownSettlement, theirs: KnownSettlement, same: { zh: string; en: string }): RuleFinding {
  const isAdvance = theirs.record.advance === true;
  const [a, b] = [paymentText(ours), paymentText(theirs)];
  return {
    severity: isAdvance ? 'low' : 'high',
    explanation: {
      zh: `${a.zh}；${b.zh}；${same.zh}：可能重复支付${isAdvance ? '，医保已标明先行支付' : '，医保也可能是依法先行支付'}`,
      en: `${a.en}; ${b.en}; ${same.en}: possibly paid twice${isAdvance ? ', though marked as paid in advance' : ', unless medical insurance paid in advance'}`,
    },
    claims: [ours, theirs].map(({ record }) => claimOf(record, 'fundPaid', record.fundPaid)),
    rests: [ours, theirs],
  };
}
