import { farHospital } from '../hospitals.js';
import type { Story } from './story.js';

/** What a complete night cannot tell, and must say so: neither a finding nor clear. */
export const untellableStories: readonly Story[] = [
  {
    id: 'name-with-missing-glyph',
    says: {
      zh: '档案姓名有缺字，人口库答姓名不符',
      en: 'a glyph is missing in the name on file, and the register says the name differs',
    },
    wish: { style: 'rare' },
    finds: [],
    untold: [{ rule: 'name-differs', reason: { zh: '姓名有缺字', en: 'the name holds a missing glyph' } }],
    reviews: [{ agency: 'public-security', feed: 'population' }],
    write: (life) => {
      life.closedCase();
      const characters = [...life.citizen.name];
      life.file.subject.name = `${characters.slice(0, -1).join('')}□`;
      life.life.register = { name: life.citizen.name };
    },
  },
  {
    id: 'name-similar',
    says: { zh: '人口库答姓名相似', en: 'the register says the name is similar' },
    finds: [],
    untold: [{ rule: 'name-differs', reason: { zh: '只知相似，不知其名', en: 'similar is all that is known' } }],
    write: (life) => {
      life.openCase({ received: 11 });
      life.file.subject.name = '虚构相似甲';
      life.life.register = { name: '虚构相似乙' };
      if (life.life.insured) life.life.insured.name = '虚构相似甲';
    },
  },
  {
    id: 'death-flag-only',
    says: { zh: '仅人口库标死亡，无日期，案件已结', en: 'only the register says dead, without a day; the case is closed' },
    finds: [],
    untold: [{ rule: 'death-single-source', reason: { zh: '无事件日期，无从计日', en: 'there is no event day to count from' } }],
    write: (life) => {
      life.closedCase({ grade: 9 });
      life.deathFlag(40);
    },
  },
  {
    id: 'discharge-mode-of-no-list',
    says: { zh: '离院方式代码不在代码表中', en: 'discharged in a way that is in no code list' },
    finds: [],
    findsOfRun: ['unknown-code'],
    untold: [
      {
        rule: 'hospital-death-unconfirmed',
        reason: { zh: '离院方式代码未知，或为死亡', en: 'the way of discharge is unknown and may be death' },
      },
    ],
    write: (life) => {
      life.closedCase({ grade: 8 });
      life.stay({ from: 130, until: 122, way: '7' });
    },
  },
  {
    id: 'registered-elsewhere',
    unanswered: true,
    says: {
      zh: '户籍在外省，死亡证明来源不覆盖',
      en: 'registered in another province, which the source of certificates does not cover',
    },
    wish: { region: '320102' },
    finds: [],
    untold: [
      {
        rule: 'case-open-after-death',
        reason: { zh: '死亡证明来源不覆盖户籍地', en: 'the source of certificates does not cover the domicile' },
      },
    ],
    write: (life) => {
      life.openCase({ received: 19 });
    },
  },
  {
    id: 'record-of-a-hospital-elsewhere',
    says: {
      zh: '外省医院病历，本市平台不覆盖',
      en: 'the record of a hospital in another province, which the platform does not cover',
    },
    finds: [],
    untold: [
      {
        rule: 'record-without-stay',
        reason: { zh: '医院所在地不在平台范围内', en: "the platform does not cover the hospital's region" },
      },
    ],
    write: (life) => {
      life.record(life.closedCase({ grade: 8 }), { hospital: farHospital, from: 280, until: 270 });
    },
  },
];
