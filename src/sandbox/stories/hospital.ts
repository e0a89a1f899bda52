import { type Hospital, hospitals } from '../hospitals.js';
import type { Story } from './story.js';

const hospital = (index: number): Hospital => hospitals[index] as Hospital;

/** Stays that deaths, exams, accidents, papers or each other contradict. */
export const hospitalStories: readonly Story[] = [
  {
    id: 'admitted-a-month-after-death',
    says: { zh: '死亡一个月后仍有入院记录', en: 'admitted a month after the death' },
    finds: [{ rule: 'admitted-after-death', severity: 'critical' }],
    write: (life) => {
      life.closedCase();
      life.agreedDeath(70);
      life.stay({ from: 40, until: 35 });
    },
  },
  {
    id: 'admitted-two-days-after-death',
    says: { zh: '死亡后第二日入院', en: 'admitted on the second day after the death' },
    finds: [{ rule: 'admitted-after-death', severity: 'critical' }],
    write: (life) => {
      life.closedCase({ grade: 9 });
      life.certificate({ died: 64 });
      life.deathFlag(50);
      life.stay({ from: 62, until: 58 });
    },
  },
  {
    id: 'admitted-after-death-insurance-only',
    says: { zh: '死亡后入院，仅医保有就诊记录', en: 'admitted after the death, told by the medical insurance alone' },
    finds: [{ rule: 'admitted-after-death', severity: 'critical' }],
    write: (life) => {
      life.closedCase({ grade: 8 });
      life.agreedDeath(90);
      life.stay({ from: 50, until: 45, health: false });
    },
  },
  {
    id: 'stay-spans-death',
    says: { zh: '住院期间死亡，却在十日后医嘱离院', en: 'died during a stay that ended ten days later with discharge home' },
    finds: [{ rule: 'stay-spans-death', severity: 'medium' }],
    write: (life) => {
      life.closedCase();
      life.agreedDeath(100);
      life.stay({ from: 110, until: 90 });
    },
  },
  {
    id: 'stay-spans-death-certificate-and-flag',
    says: {
      zh: '住院期间死亡（证明与户籍），却医嘱离院',
      en: 'died during a stay, by certificate and register, yet discharged home',
    },
    finds: [{ rule: 'stay-spans-death', severity: 'medium' }],
    write: (life) => {
      life.closedCase({ grade: 10 });
      life.certificate({ died: 125 });
      life.deathFlag(110);
      life.stay({ from: 130, until: 120 });
    },
  },
  {
    id: 'hospital-death-unconfirmed',
    says: {
      zh: '两个月前离院方式为死亡，其他部门均无记录',
      en: 'discharged dead two months ago, and no other agency knows of it',
    },
    finds: [
      { rule: 'hospital-death-unconfirmed', severity: 'medium' },
      { rule: 'death-single-source', severity: 'low' },
    ],
    write: (life) => {
      life.closedCase();
      life.stay({ from: 80, until: 60, way: '5', died: 60 });
    },
  },
  {
    id: 'hospital-death-unconfirmed-health-only',
    says: {
      zh: '医院死亡记录无人证实，医保亦无此次住院',
      en: 'a hospital death nobody confirms, of a stay the insurance does not know',
    },
    finds: [
      { rule: 'hospital-death-unconfirmed', severity: 'medium' },
      { rule: 'death-single-source', severity: 'low' },
    ],
    write: (life) => {
      life.closedCase({ grade: 9 });
      life.stay({ from: 75, until: 70, way: '5', died: 70, insurance: false });
    },
  },
  {
    id: 'stays-overlap',
    says: { zh: '两家医院住院时间重叠七日', en: 'in two hospitals at once for a week' },
    finds: [{ rule: 'stays-overlap', severity: 'high' }],
    write: (life) => {
      life.closedCase();
      life.stay({ from: 60, until: 50, hospital: hospital(0) });
      life.stay({ from: 54, until: 44, hospital: hospital(1), insurance: false });
    },
  },
  {
    id: 'stays-overlap-one-day',
    says: {
      zh: '医嘱离院当日另一家医院入院，并非转院',
      en: 'admitted elsewhere on the day of a discharge home that was no transfer',
    },
    finds: [{ rule: 'stays-overlap', severity: 'low' }],
    write: (life) => {
      life.closedCase({ grade: 10 });
      life.stay({ from: 60, until: 50, hospital: hospital(2) });
      life.stay({ from: 50, until: 44, hospital: hospital(3) });
    },
  },
  {
    id: 'stays-overlap-open',
    says: { zh: '尚在住院期间另有住院', en: 'another stay during one that is still open' },
    finds: [{ rule: 'stays-overlap', severity: 'high' }],
    write: (life) => {
      life.closedCase({ grade: 8 });
      life.stay({ from: 12, hospital: hospital(1) });
      life.stay({ from: 20, until: 9, hospital: hospital(2), insurance: false });
    },
  },
  {
    id: 'record-without-any-stay',
    says: { zh: '提交的病历无对应住院', en: 'a submitted medical record of a stay no hospital knows' },
    finds: [{ rule: 'record-without-stay', severity: 'high' }],
    write: (life) => {
      life.record(life.closedCase(), { hospital: hospital(3), from: 300, until: 290 });
    },
  },
  {
    id: 'record-with-other-days',
    says: { zh: '病历出院日期比住院记录晚八日', en: 'a submitted record ends eight days after the stay did' },
    finds: [{ rule: 'record-without-stay', severity: 'high' }],
    write: (life) => {
      const case_ = life.closedCase({ grade: 9 });
      const stay = life.stay({ from: 310, until: 300, hospital: hospital(4) });
      life.record(case_, { stay, until: 292 });
    },
  },
  {
    id: 'record-of-another-hospital',
    says: { zh: '病历所载医院与住院记录不同', en: 'a submitted record names another hospital than the stay' },
    finds: [{ rule: 'record-without-stay', severity: 'high' }],
    write: (life) => {
      const case_ = life.closedCase({ grade: 10 });
      life.stay({ from: 310, until: 300, hospital: hospital(4), insurance: false });
      life.record(case_, { hospital: hospital(5), from: 310, until: 300 });
    },
  },
  {
    id: 'examined-during-stay',
    says: { zh: '住院期间到场鉴定', en: 'examined on site in the middle of a stay' },
    finds: [{ rule: 'exam-during-stay', severity: 'medium' }],
    write: (life) => {
      life.closedCase();
      life.stay({ from: 195, until: 185 });
    },
  },
  {
    id: 'examined-during-open-stay',
    says: { zh: '尚在住院，其间到场鉴定', en: 'examined on site in the middle of a stay that is still open' },
    finds: [{ rule: 'exam-during-stay', severity: 'medium' }],
    write: (life) => {
      life.openCase({ state: 'examined', received: 36, exam: 10 });
      life.stay({ from: 20 });
    },
  },
  {
    id: 'record-before-accident',
    says: { zh: '事故前的住院病历充作工伤病历', en: 'the record of a stay before the accident' },
    finds: [{ rule: 'stay-before-accident', severity: 'medium' }],
    write: (life) => {
      const case_ = life.closedCase();
      life.record(case_, { stay: life.stay({ from: 430, until: 415 }) });
    },
  },
  {
    id: 'record-before-accident-open',
    says: { zh: '在办案件提交了事故前的住院病历', en: 'an open case holds the record of a stay before the accident' },
    finds: [{ rule: 'stay-before-accident', severity: 'medium' }],
    write: (life) => {
      const case_ = life.openCase({ received: 28 });
      life.record(case_, { stay: life.stay({ from: 260, until: 250 }) });
    },
  },
];
