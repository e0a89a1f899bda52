import { fifteenDigitsOf } from '../citizens.js';
import type { Story } from './story.js';

/** Numbers and names that look wrong and are not. */
export const quietPeopleStories: readonly Story[] = [
  {
    id: 'number-upgraded-from-15',
    says: { zh: '旧 15 位号码已升为 18 位', en: 'an old 15-digit number brought to 18 digits' },
    finds: [],
    write: (life) => {
      life.closedCase();
      life.file.subject.idDocuments = [
        { type: 'resident-id', number: life.citizen.number, raw: fifteenDigitsOf(life.citizen.number), validity: 'upgraded-15' },
      ];
    },
  },
  {
    id: 'number-upgraded-from-15-dead',
    says: {
      zh: '旧 15 位号码升位，三部门一致证明死亡，案件已结',
      en: 'a number brought to 18 digits; the agencies agree on the death and the case is closed',
    },
    finds: [],
    write: (life) => {
      life.closedCase({ grade: 9 });
      life.agreedDeath(95);
      life.file.subject.idDocuments = [
        { type: 'resident-id', number: life.citizen.number, raw: fifteenDigitsOf(life.citizen.number), validity: 'upgraded-15' },
      ];
    },
  },
  {
    id: 'dotted-name-bullet',
    says: { zh: '姓名间隔号：档案为“·”，人口库为“•”', en: 'the dot in a name is written · on file and • in the register' },
    wish: { style: 'dotted' },
    finds: [],
    write: (life) => {
      life.closedCase({ grade: 8 });
      life.life.register = { name: life.citizen.name.replace('·', '•') };
    },
  },
  {
    id: 'dotted-name-full-stop',
    says: {
      zh: '姓名间隔号：档案为“．”并有空格，人口库为“·”',
      en: 'the dot in a name is a full stop among blanks on file and · in the register',
    },
    wish: { style: 'dotted' },
    finds: [],
    write: (life) => {
      life.openCase({ received: 18 });
      life.file.subject.name = life.citizen.name.replace('·', ' ．');
    },
  },
  {
    id: 'rare-character',
    says: { zh: '姓名含生僻字', en: 'a name with a character outside the common fonts' },
    wish: { style: 'rare' },
    finds: [],
    write: (life) => {
      life.closedCase({ grade: 10 });
    },
  },
  {
    id: 'former-name',
    says: { zh: '曾改名，现用名各部门一致', en: 'once renamed; the agencies have the name borne now' },
    finds: [],
    write: (life) => {
      life.openCase({ received: 9 });
      life.file.subject.formerNames = ['演示旧名'];
    },
  },
  {
    id: 'moved-out-and-back',
    says: { zh: '户籍迁出后又恢复', en: 'the household registration was cancelled for a move, and restored' },
    finds: [],
    write: (life) => {
      life.openCase({ received: 13 });
      life.move({ moved: 28, restored: 12 });
    },
  },
  {
    id: 'residence-permit',
    says: { zh: '港澳台居民居住证，人口库查无此号', en: 'a residence permit, which the population register does not hold' },
    wish: { idType: 'hmt-residence-permit' },
    finds: [],
    write: (life) => {
      life.closedCase({ grade: 9 });
      delete life.life.register;
    },
  },
  {
    id: 'foreign-permanent-resident',
    says: { zh: '外国人永久居留证，人口库查无此号', en: "a foreigner's permit, which the population register does not hold" },
    wish: { idType: 'foreign-permanent-resident' },
    finds: [],
    write: (life) => {
      life.openCase({ received: 14 });
      delete life.life.register;
    },
  },
  {
    id: 'namesake-in-the-village',
    unanswered: true,
    says: { zh: '同名者火化，记录无身份证号', en: 'a cremation of a namesake, recorded without a number' },
    finds: [],
    reviews: [{ agency: 'civil-affairs', feed: 'cremations' }],
    write: (life) => {
      life.openCase({ received: 21 });
      life.cremation({ cremated: 16, died: 18, number: 'none' });
    },
  },
  {
    id: 'namesake-beside-the-dead',
    says: {
      zh: '本人火化之外另有同名者火化，记录无身份证号',
      en: 'beside the own cremation one of a namesake, recorded without a number',
    },
    finds: [],
    findsOfRun: ['rejected-records'],
    reviews: [{ agency: 'civil-affairs', feed: 'cremations' }],
    write: (life) => {
      life.closedCase({ grade: 9 });
      life.agreedDeath(105);
      life.cremation({ cremated: 40, died: 42, number: 'none' });
    },
  },
  {
    id: 'unknown-to-the-health-platform',
    unanswered: true,
    says: { zh: '卫健平台查无此人，返回他人记录', en: 'the health platform does not know the person and answers about others' },
    finds: [],
    write: (life) => {
      life.openCase({ received: 6, state: 'submitted', injuryStay: false });
      life.life.knownToHealth = false;
    },
  },
  {
    id: 'unknown-to-the-health-platform-closed',
    unanswered: true,
    says: {
      zh: '卫健平台查无此人，返回他人记录（已办结案件）',
      en: 'the health platform answers about others; the case is closed',
    },
    finds: [],
    write: (life) => {
      life.closedCase({ grade: 'below', injuryStay: false });
      life.life.knownToHealth = false;
    },
  },
];
