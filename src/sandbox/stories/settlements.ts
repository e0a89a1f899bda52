import { injuryStay } from './money.js';
import type { Story } from './story.js';

/** Settled twice, treated after death, settled long after death. */
export const settlementStories: readonly Story[] = [
  {
    id: 'settled-twice-one-stay',
    says: { zh: '同一次住院出院结算后又手工报销', en: 'one stay settled at discharge and once more by hand' },
    finds: [{ rule: 'settled-twice', severity: 'high' }],
    write: (life) => {
      life.closedCase({ grade: 9 });
      const stay = life.stay({ from: 130, until: 121 });
      life.settlement({ stay });
      life.settlement({ stay, settled: 95, manual: true, invoiceNo: '0000000095' });
    },
  },
  {
    id: 'settled-twice-one-invoice',
    says: { zh: '同一张门诊发票先后报销两次', en: 'one outpatient invoice paid twice, for two visits' },
    finds: [{ rule: 'settled-twice', severity: 'high' }],
    write: (life) => {
      life.closedCase({ grade: 10 });
      const { invoiceNo } = life.visit({ on: 90 });
      life.visit({ on: 62, settled: 40, manual: true, invoiceNo });
    },
  },
  {
    id: 'settled-twice-two-visit-numbers',
    says: {
      zh: '同一医院相差一日的住院以两个就诊号结算，只有一次住院记录',
      en: 'one stay settled under two visit numbers, a day apart; the hospitals know of one stay',
    },
    finds: [{ rule: 'settled-twice', severity: 'high' }],
    write: (life) => {
      life.closedCase({ grade: 8 });
      const stay = life.stay({ from: 118, until: 110 });
      life.settlement({ stay });
      const { hospital } = stay;
      life.settlement({ stay: life.stay({ from: 117, until: 109, hospital, health: false, insurance: false }) });
    },
  },
  {
    id: 'settled-twice-by-the-injury-fund',
    says: { zh: '工伤基金对同一次住院支付两次', en: 'the work-injury fund paid one stay twice' },
    finds: [{ rule: 'settled-twice', severity: 'high' }],
    write: (life) => {
      life.closedCase({ grade: 7 });
      life.workInjurySettlement({ stay: injuryStay(life), settled: 200, invoiceNo: '0000000200' });
    },
  },
  {
    id: 'services-after-death',
    says: { zh: '死亡后仍有门诊和药店购药结算', en: 'a visit and a purchase at a pharmacy settled weeks after the death' },
    finds: [{ rule: 'service-after-death', severity: 'high' }],
    write: (life) => {
      life.closedCase({ grade: 8 });
      life.agreedDeath(80);
      life.visit({ on: 60 });
      life.visit({ on: 45, setting: 'pharmacy' });
    },
  },
  {
    id: 'service-two-days-after-death',
    says: { zh: '死亡后第二日有一次门诊结算', en: 'one visit on the second day after the death' },
    finds: [{ rule: 'service-after-death', severity: 'low' }],
    write: (life) => {
      life.closedCase({ grade: 9 });
      life.agreedDeath(76);
      life.visit({ on: 74 });
    },
  },
  {
    id: 'service-after-certificate-only',
    says: { zh: '仅有死亡医学证明，其后一次门诊结算', en: 'one visit after a death of which only a certificate tells' },
    finds: [{ rule: 'service-after-death', severity: 'info' }],
    untold: [
      {
        rule: 'death-single-source',
        reason: { zh: '证明无签发日期，无从计日', en: 'the certificate has no issue day to count from' },
      },
    ],
    write: (life) => {
      life.closedCase({ grade: 10 });
      life.certificate({ died: 68 });
      life.visit({ on: 50 });
    },
  },
  {
    id: 'inpatient-after-death-without-a-stay',
    says: {
      zh: '死亡后有住院和门诊结算，而没有任何住院记录',
      en: 'inpatient care and a visit settled after the death, and no stay on record anywhere',
    },
    finds: [{ rule: 'service-after-death', severity: 'high' }],
    write: (life) => {
      life.closedCase();
      life.agreedDeath(95);
      life.settlement({ stay: life.stay({ from: 60, until: 52, health: false, insurance: false }) });
      life.visit({ on: 48 });
    },
  },
  {
    id: 'stay-after-death-settled',
    says: {
      zh: '死亡后的住院有住院记录也有结算，只作死亡后入院',
      en: 'a stay after the death is on record and was settled: told once, as an admission',
    },
    finds: [{ rule: 'admitted-after-death', severity: 'critical' }],
    write: (life) => {
      life.closedCase({ grade: 9 });
      life.agreedDeath(92);
      life.settlement({ stay: life.stay({ from: 62, until: 55 }) });
    },
  },
  {
    id: 'settled-a-month-after-death',
    says: { zh: '院内死亡的住院费用一个月后结算', en: 'the stay in which the person died was settled a month later' },
    finds: [{ rule: 'settled-after-death', severity: 'info' }],
    write: (life) => {
      life.closedCase({ grade: 10 });
      life.agreedDeath(90);
      const stay = life.stay({ from: 95, until: 90, way: '5', died: 90 });
      life.settlement({ stay, settled: 60 });
    },
  },
  {
    id: 'settled-four-months-after-death',
    says: { zh: '死亡四个月后手工报销', en: 'claimed by hand four months after the death' },
    finds: [{ rule: 'settled-after-death', severity: 'low' }],
    write: (life) => {
      life.closedCase({ grade: 8 });
      life.agreedDeath(150);
      const stay = life.stay({ from: 156, until: 150, way: '5', died: 150 });
      life.settlement({ stay, settled: 30, manual: true });
    },
  },
  {
    id: 'settled-seven-months-after-death',
    says: { zh: '死亡七个月后手工报销', en: 'claimed by hand seven months after the death' },
    finds: [{ rule: 'settled-after-death', severity: 'medium' }],
    write: (life) => {
      life.closedCase({ accident: 600, leaveUntil: 420, received: 410, exam: 390, concluded: 380, injuryStay: false });
      life.agreedDeath(260);
      const stay = life.stay({ from: 266, until: 260, way: '5', died: 260 });
      life.settlement({ stay, settled: 50, manual: true });
    },
  },
  {
    id: 'visit-booked-on-the-day-after-death',
    says: {
      zh: '死亡次日记账的门诊，不算死亡后就医',
      en: 'a visit booked on the day after the death: settled after it, no service after it',
    },
    finds: [{ rule: 'settled-after-death', severity: 'info' }],
    write: (life) => {
      life.closedCase({ grade: 7 });
      life.agreedDeath(65);
      life.visit({ on: 64 });
    },
  },
];
