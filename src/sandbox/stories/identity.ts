import { formatDay } from '../../model/index.js';
import type { Story } from './story.js';

/** Numbers and names that contradict each other. */
export const identityStories: readonly Story[] = [
  {
    id: 'wrong-check-digit',
    says: { zh: '身份证号码校验码错误，各部门沿用同一错号', en: 'an ID number with a wrong check digit, used by every agency' },
    wish: { wrongCheckDigit: true },
    finds: [{ rule: 'invalid-id-number', severity: 'medium' }],
    write: (life) => {
      life.closedCase();
    },
  },
  {
    id: 'birth-date-contradicts-number',
    says: { zh: '档案出生日期与身份证号码不一致', en: 'the birth date on file contradicts the ID number' },
    finds: [{ rule: 'invalid-id-number', severity: 'medium' }],
    write: (life) => {
      life.openCase({ received: 20 });
      life.file.subject.birthDate = formatDay(life.citizen.bornOn + 31);
    },
  },
  {
    id: 'sex-contradicts-number',
    says: { zh: '档案性别与身份证号码不一致', en: 'the sex on file contradicts the ID number' },
    finds: [{ rule: 'invalid-id-number', severity: 'medium' }],
    write: (life) => {
      life.closedCase({ grade: 9 });
      life.file.subject.sex = life.citizen.sex === 'male' ? 'female' : 'male';
    },
  },
  {
    id: 'name-differs-open',
    says: { zh: '号码在库、姓名不符（在办案件）', en: 'the number is registered under another name; the case is open' },
    // The register only echoes the name asked, and what it says of the number is tied to the person weakly: low by ground rule 7.
    finds: [{ rule: 'name-differs', severity: 'low' }],
    reviews: [{ agency: 'public-security', feed: 'population' }],
    write: (life) => {
      life.openCase({ received: 12, state: 'scheduled' });
      life.life.register = { name: '示例另有其人' };
    },
  },
  {
    id: 'name-differs-closed',
    says: { zh: '号码在库、姓名不符（已办结案件）', en: 'the number is registered under another name; the case is closed' },
    finds: [{ rule: 'name-differs', severity: 'low' }],
    reviews: [{ agency: 'public-security', feed: 'population' }],
    write: (life) => {
      life.closedCase({ grade: 8 });
      life.life.register = { name: '虚构他人' };
    },
  },
  {
    id: 'name-differs-and-dead',
    says: { zh: '号码在库、姓名不符，且该号码已标死亡', en: 'the number is registered under another name, and as dead' },
    finds: [
      { rule: 'name-differs', severity: 'low' },
      { rule: 'case-open-after-death', severity: 'low' },
    ],
    reviews: [{ agency: 'public-security', feed: 'population' }],
    write: (life) => {
      life.openCase({ received: 25 });
      life.life.register = { name: '演示已故之人', deadSince: life.ago(90) };
    },
  },
  {
    id: 'moved-out-open',
    says: {
      zh: '户籍已迁出注销（在办案件）',
      en: 'the household registration was cancelled because the person moved; the case is open',
    },
    finds: [{ rule: 'registration-cancelled', severity: 'low' }],
    write: (life) => {
      life.openCase({ received: 16 });
      life.move({ moved: 20 });
    },
  },
  {
    // Cancelled is not dead: exam, stay and allowance after the day of the cancellation must raise nothing.
    id: 'moved-out-and-alive',
    says: {
      zh: '户籍迁出注销之后仍有鉴定、住院、津贴',
      en: 'examined, in hospital and paid after the household registration was cancelled because the person moved',
    },
    finds: [{ rule: 'registration-cancelled', severity: 'low' }],
    write: (life) => {
      life.closedCase({ grade: 3, identityCheck: 'manual' });
      life.allowance({});
      life.move({ moved: 200 });
      life.settlement({ stay: life.stay({ from: 60, until: 52 }) });
    },
  },
  {
    id: 'settled-abroad',
    says: { zh: '因出国（境）定居注销户籍', en: 'the household registration was cancelled because the person settled abroad' },
    finds: [{ rule: 'registration-cancelled', severity: 'low' }],
    write: (life) => {
      life.closedCase({ grade: 9 });
      life.move({ moved: 45, abroad: true });
    },
  },
  {
    id: 'not-in-population-open',
    says: {
      zh: '号码有效但人口库查无此号（在办案件）',
      en: 'a well-formed number the population register does not know; the case is open',
    },
    finds: [{ rule: 'not-in-population', severity: 'low' }],
    write: (life) => {
      life.openCase({ received: 8, state: 'submitted' });
      delete life.life.register;
    },
  },
  {
    id: 'not-in-population-closed',
    says: {
      zh: '号码有效但人口库查无此号（已办结案件）',
      en: 'a well-formed number the population register does not know; the case is closed',
    },
    finds: [{ rule: 'not-in-population', severity: 'low' }],
    write: (life) => {
      life.closedCase({ grade: 10 });
      delete life.life.register;
    },
  },
];
