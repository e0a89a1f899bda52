import type { Bilingual, ReviewAnswer, ReviewItem } from '../model/index.js';
import { confirmedReason, separatedReason } from './answers.js';
import type { LinkReason } from './compare.js';

/** What an officer reads of a link: why it was made, how sure it is, what was answered. */

/** Reasons that the guard of answers gives. */
type AnswerReason = 'number-equal' | 'number-upgraded-15' | 'number-similar';

const reasons: Record<LinkReason | AnswerReason | typeof confirmedReason | typeof separatedReason, Bilingual> = {
  'number-equal': { zh: '证件号码相同', en: 'the same number' },
  'number-upgraded-15': { zh: '15 位号码升位后相同', en: 'the same number in its 15-digit form' },
  'number-similar': { zh: '来源部门称号码相似', en: 'the agency says the number is a similar one' },
  'number-one-digit': { zh: '证件号码相差一位', en: 'the number differs in one digit' },
  'number-swapped': { zh: '证件号码相邻两位颠倒', en: 'two neighbouring digits of the number are swapped' },
  'number-missing-digit': { zh: '证件号码少一位', en: 'the number lacks one digit' },
  'number-extra-digit': { zh: '证件号码多一位', en: 'the number has one digit too many' },
  'number-mask-fits': { zh: '遮盖后的号码可见部分一致', en: 'what can be seen of the masked number fits' },
  'number-mask-differs': { zh: '遮盖后的号码可见部分不同', en: 'what can be seen of the masked number differs' },
  'number-far': { zh: '证件号码有误，相差两三位', en: 'the number is faulty and differs in two or three places' },
  'number-unlike': { zh: '证件号码有误，且相差很多', en: 'the number is faulty and differs in many places' },
  'number-of-another': { zh: '是另一个有效号码', en: 'another valid number' },
  'number-of-another-region': { zh: '另一个有效号码的地区也不同', en: 'the other valid number is of another region' },
  'name-same': { zh: '姓名相同', en: 'the same name' },
  'name-rare': { zh: '姓名相同且在册人员中少见', en: 'the same name, rare on file' },
  'name-one-character': { zh: '姓名差一个字', en: 'the name differs in one character' },
  'name-uncertain': { zh: '姓名含无法识读的字', en: 'a character of the name cannot be read' },
  'name-differs': { zh: '姓名不同', en: 'another name' },
  'birth-date-same': { zh: '出生日期相同', en: 'the same birth date' },
  'birth-date-agrees': { zh: '出生年月相符', en: 'the birth dates agree as far as they go' },
  'birth-date-near': { zh: '出生日期相差一位或月日颠倒', en: 'the birth dates are one slip apart' },
  'birth-date-differs': { zh: '出生日期不同', en: 'another birth date' },
  'sex-same': { zh: '性别相同', en: 'the same sex' },
  'sex-differs': { zh: '性别不同', en: 'another sex' },
  'several-on-file': { zh: '在册不止一人相符', en: 'several persons on file fit' },
  [confirmedReason]: { zh: '经人工确认为同一人', en: 'a person said that it is the same' },
  [separatedReason]: { zh: '经人工确认不是同一人', en: 'a person said that it is not the same' },
};

/** A reason in words; one that is none of ours (an adapter's own) as it is. */
export function linkReasonText(reason: string): Bilingual {
  return (reasons as Partial<Record<string, Bilingual>>)[reason] ?? { zh: reason, en: reason };
}

export const levelTexts: Record<ReviewItem['level'], Bilingual> = {
  probable: { zh: '较可能', en: 'probable' },
  weak: { zh: '较弱', en: 'weak' },
  lead: { zh: '仅有姓名，不作证据', en: 'a name only, no evidence' },
};

export const reviewStates: Record<ReviewItem['state'], Bilingual> = {
  open: { zh: '待核对', en: 'open' },
  same: { zh: '同一人', en: 'same' },
  'not-same': { zh: '不是同一人', en: 'not the same' },
  closed: { zh: '已失效（记录作废或更正）', en: 'closed (the record is void or corrected)' },
};

export const answerTexts: Record<ReviewAnswer, Bilingual> = {
  same: { zh: '同一人', en: 'same' },
  'not-same': { zh: '不是同一人', en: 'not the same' },
  undecided: { zh: '未定', en: 'undecided' },
};
