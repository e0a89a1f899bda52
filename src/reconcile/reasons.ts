import type { Bilingual } from '../model/index.js';
import type { Doubt } from './rule.js';

/**
 * Why a rule cannot tell, in the order in which one of several is named: first what is wrong with the death, then with the records that are
 * there, last with the feeds. The feeds of a rule are looked at in the order of its table, each for its state, its region, its completeness.
 */
export const unknownReasons = {
  'rule-failed': {
    zh: '规则执行出错，未能判断：是程序的缺陷，不是无异常',
    en: 'the rule failed and could not judge: a fault of the program, which makes nobody clear',
  },
  'death-disputed': {
    zh: '死亡事实有争议：记载的死亡之后仍有生存迹象',
    en: 'the death is disputed: there is a sign of life after it',
  },
  'death-undated': { zh: '有死亡记录，但没有任何日期可比', en: 'a death is on record, but without any date to compare' },
  'not-asked': { zh: '没有可比的公安人口记录', en: 'there is no population record to look at' },
  'unknown-code': { zh: '结论取决于代码表中没有的代码', en: 'the result depends on a code that its table does not have' },
  'name-uncertain': { zh: '姓名含有无法辨认的字，或对方未给出姓名', en: 'a name cannot be read, or was not given' },
  'registration-unknown': { zh: '户籍状态未知', en: 'the state of the registration is unknown' },
  'cancellation-reason-missing': { zh: '户籍已注销，但未说明原因', en: 'the registration was cancelled without a reason' },
  'outcome-missing': { zh: '住院跨越死亡日期，但未载离院方式', en: 'the stay spans the death, but how it ended is not given' },
  'hospital-uncertain': {
    zh: '无法判断是否同一医院：编码不可比，且缺名称',
    en: 'whether it is the same hospital cannot be told: codes cannot be compared and a name is missing',
  },
  'event-day-missing': {
    zh: '唯一的死亡记录没有登记、签发或出院日期',
    en: 'the only kind of death record has no day of issue, registration or discharge',
  },
  'prior-case-not-on-file': {
    zh: '所针对的原案件不在册',
    en: 'the case that is challenged is not on file',
  },
  'conclusion-not-on-file': { zh: '有关的鉴定结论不在册', en: 'the conclusion in question is not on file' },
  'delivery-not-on-file': { zh: '没有送达日期', en: 'no day of delivery is on file' },
  'applicant-missing': {
    zh: '未载明申请人，而各方送达日期不同，无法判断是否逾期',
    en: 'the applicant is not given, and it is late for some of the parties only',
  },
  'date-too-coarse': { zh: '日期不够精确，无法确定先后', en: 'the dates are too coarse to tell' },
  'feed-stale': { zh: '所需数据源已过期', en: 'a needed feed is stale' },
  'feed-gap': { zh: '所需数据源有缺口', en: 'a needed feed has a gap' },
  'feed-down': { zh: '所需数据源不可用', en: 'a needed feed is down' },
  'feed-never': { zh: '所需数据源从未查询', en: 'a needed feed was never asked' },
  'feed-does-not-cover': { zh: '所需数据源不覆盖该地区', en: 'a needed feed does not cover the region' },
} as const satisfies Record<string, Bilingual>;

export type UnknownReason = keyof typeof unknownReasons;

/** Why a rule has nothing to look at in the city's own file. */
export const notApplicableReasons = {
  'no-id-document': { zh: '本人没有证件号码', en: 'the subject has no identity document' },
  'no-resident-id': { zh: '本人没有居民身份证号码', en: 'the subject has no resident id' },
  'case-not-open': { zh: '没有在办案件', en: 'no case is open' },
  'no-exam': { zh: '没有鉴定检查', en: 'there was no exam' },
  'no-onsite-exam': { zh: '没有现场鉴定检查', en: 'there was no onsite exam' },
  'no-accident-or-leave-period': {
    zh: '没有事故日期，也没有停工留薪期',
    en: 'there is neither an accident date nor a leave period',
  },
  'no-medical-record': {
    zh: '没有写明医院和入出院日期的病历材料',
    en: 'no medical record was supplied with a hospital and both dates',
  },
  'no-dated-medical-record': {
    zh: '有事故日期的案件中没有写明出院日期的病历材料',
    en: 'no case with an accident date has a medical record with a discharge day',
  },
  'no-active-benefit': { zh: '没有正在享受的待遇', en: 'no benefit is active' },
  'no-case': { zh: '没有鉴定案件', en: 'there is no appraisal case' },
  'no-first-case': {
    zh: '没有载明认定决定书编号的初次鉴定案件',
    en: 'there is no first appraisal with a recognition number',
  },
  'no-challenge': { zh: '没有再次鉴定或复查鉴定案件', en: 'there is no re-appraisal and no review' },
  'no-payment': { zh: '没有未冲回的待遇发放', en: 'there is no unreversed payment' },
} as const satisfies Record<string, Bilingual>;

export type NotApplicableReason = keyof typeof notApplicableReasons;

/** Reasons of the two outcomes that need none of their own. */
export const plainReasons = {
  contradiction: { zh: '有互相矛盾的记录', en: 'records contradict each other' },
  'no-contradiction': { zh: '所需数据源可用，没有发现矛盾', en: 'every needed feed is usable and nothing contradicts' },
} as const satisfies Record<string, Bilingual>;

const rank = new Map(Object.keys(unknownReasons).map((reason, index) => [reason, index]));

/** A reason for `unknown`, with its usual text or one of its own. */
export function doubt(reason: UnknownReason, because: Bilingual = unknownReasons[reason]): Doubt {
  return { reason, because };
}

export function notApplicable(reason: NotApplicableReason): Doubt {
  return { reason, because: notApplicableReasons[reason] };
}

/** The one that is named where several hold, whatever their order. */
export function mainDoubt(doubts: readonly Doubt[]): Doubt | undefined {
  let main: Doubt | undefined;
  for (const item of doubts) if (main === undefined || compare(item, main) < 0) main = item;
  return main;
}

function compare(a: Doubt, b: Doubt): number {
  const byRank = (rank.get(a.reason) ?? rank.size) - (rank.get(b.reason) ?? rank.size);
  if (byRank !== 0) return byRank;
  return a.because.zh < b.because.zh ? -1 : a.because.zh > b.because.zh ? 1 : 0;
}
