import { type Hospital, hospitals } from '../hospitals.js';
import type { Story } from './story.js';

const hospital = (index: number): Hospital => hospitals[index] as Hospital;

/** Stays and records that look contradictory and are ordinary. */
export const quietStayStories: readonly Story[] = [
  {
    id: 'transferred-on-the-same-day',
    says: { zh: '当日转院', en: 'transferred to another hospital on the same day' },
    finds: [],
    write: (life) => {
      life.closedCase();
      life.stay({ from: 300, until: 290, way: '2', hospital: hospital(0) });
      life.stay({ from: 290, until: 280, hospital: hospital(1) });
    },
  },
  {
    id: 'transferred-twice',
    says: { zh: '两次当日转院', en: 'transferred on the same day, twice' },
    finds: [],
    write: (life) => {
      life.openCase({ received: 16 });
      life.stay({ from: 200, until: 190, way: '2', hospital: hospital(2) });
      life.stay({ from: 190, until: 182, way: '2', hospital: hospital(3) });
      life.stay({ from: 182, until: 175, hospital: hospital(4) });
    },
  },
  {
    id: 'readmitted-on-the-next-day',
    says: { zh: '出院次日再次入院', en: 'readmitted on the day after a discharge' },
    finds: [],
    write: (life) => {
      life.closedCase({ grade: 9 });
      life.stay({ from: 300, until: 291, hospital: hospital(2) });
      life.stay({ from: 290, until: 284, hospital: hospital(2) });
    },
  },
  {
    id: 'told-twice-a-day-apart',
    says: { zh: '同一次住院，卫健与医保入院日相差一日', en: 'one stay, told by health and insurance a day apart' },
    finds: [],
    write: (life) => {
      life.closedCase({ grade: 8 });
      life.stay({ from: 250, until: 243, insuranceShift: 1 });
    },
  },
  {
    id: 'sent-twice-by-the-platform',
    says: { zh: '卫健平台重复返回同一次住院', en: 'the health platform sends one stay twice' },
    finds: [],
    write: (life) => {
      life.closedCase({ grade: 10 });
      life.stay({ from: 260, until: 252, repeated: true });
    },
  },
  {
    id: 'record-a-day-off',
    says: { zh: '病历日期与住院记录相差一日', en: 'the days of a submitted record differ from the stay by one' },
    finds: [],
    write: (life) => {
      const case_ = life.closedCase({ grade: 9 });
      const stay = life.stay({ from: 320, until: 310 });
      life.record(case_, { stay, from: 319, until: 309 });
    },
  },
  {
    id: 'record-without-hospital-code',
    says: { zh: '病历只写医院名称', en: 'a submitted record names the hospital without its code' },
    finds: [],
    write: (life) => {
      const case_ = life.closedCase({ grade: 8 });
      life.record(case_, { stay: life.stay({ from: 330, until: 318 }), nameOnly: true });
    },
  },
  {
    id: 'examined-on-the-day-of-discharge',
    says: { zh: '出院当日鉴定', en: 'examined on the day of discharge' },
    finds: [],
    write: (life) => {
      life.closedCase();
      life.stay({ from: 200, until: 190 });
    },
  },
  {
    id: 'examined-on-the-day-of-admission',
    says: { zh: '入院当日鉴定', en: 'examined on the day of admission' },
    finds: [],
    write: (life) => {
      life.closedCase({ grade: 9 });
      life.stay({ from: 190, until: 186 });
    },
  },
  {
    id: 'occupational-disease-with-earlier-record',
    says: { zh: '职业病诊断日之前的住院病历', en: 'an occupational disease, with the record of a stay before its diagnosis' },
    finds: [],
    write: (life) => {
      const case_ = life.closedCase({ occupationalDisease: true });
      life.record(case_, { stay: life.stay({ from: 430, until: 415 }) });
    },
  },
  {
    id: 'still-in-hospital',
    says: { zh: '目前仍在住院', en: 'in hospital at this moment' },
    finds: [],
    write: (life) => {
      life.closedCase({ grade: 10 });
      life.stay({ from: 6 });
    },
  },
];
