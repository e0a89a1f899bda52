import type {
  AppraisalCase,
  Benefit,
  Bilingual,
  Coded,
  Conclusion,
  MarriageEvidence,
  SettlementEvidence,
} from '../model/index.js';

/** What the timeline calls the closed lists of the model. */

export const caseKinds: Record<AppraisalCase['kind'], Bilingual> = {
  first: { zh: '初次鉴定', en: 'first appraisal' },
  review: { zh: '复查鉴定', en: 'review' },
  reappraisal: { zh: '再次鉴定', en: 'reappraisal' },
  confirmation: { zh: '确认', en: 'confirmation' },
  'non-work': { zh: '非因工鉴定', en: 'appraisal of a non-work illness' },
  dependant: { zh: '供养亲属鉴定', en: 'appraisal of a dependant' },
  commissioned: { zh: '委托鉴定', en: 'commissioned appraisal' },
};

export const conclusionStates: Record<Conclusion['status'], Bilingual> = {
  issued: { zh: '已作出', en: 'issued' },
  effective: { zh: '已生效', en: 'effective' },
  challenged: { zh: '已申请再次鉴定', en: 'challenged' },
  superseded: { zh: '已被取代', en: 'superseded' },
  corrected: { zh: '已纠正', en: 'corrected' },
  revoked: { zh: '已撤销', en: 'revoked' },
};

export const examModes: Record<AppraisalCase['exams'][number]['mode'], Bilingual> = {
  onsite: { zh: '现场', en: 'onsite' },
  home: { zh: '上门', en: 'at home' },
  entrusted: { zh: '委托', en: 'entrusted' },
  video: { zh: '视频', en: 'by video' },
};

export const identityChecks: Record<AppraisalCase['exams'][number]['identityCheck'], Bilingual> = {
  'face-match': { zh: '人脸比对', en: 'face match' },
  manual: { zh: '人工核验', en: 'identity checked by hand' },
  none: { zh: '未核验身份', en: 'identity not checked' },
};

export const benefitStates: Record<Benefit['status'], Bilingual> = {
  active: { zh: '发放中', en: 'active' },
  suspended: { zh: '已暂停', en: 'suspended' },
  ended: { zh: '已停发', en: 'ended' },
};

export const funds: Record<SettlementEvidence['fund'], Bilingual> = {
  'work-injury': { zh: '工伤保险', en: 'work-injury fund' },
  employee: { zh: '职工医保', en: 'employee insurance' },
  resident: { zh: '居民医保', en: 'resident insurance' },
  other: { zh: '其他险种', en: 'another fund' },
};

export const settings: Record<SettlementEvidence['setting'], Bilingual> = {
  inpatient: { zh: '住院', en: 'inpatient' },
  outpatient: { zh: '门诊', en: 'outpatient' },
  pharmacy: { zh: '药店', en: 'pharmacy' },
  other: { zh: '其他', en: 'other' },
};

export const marriageEvents: Record<MarriageEvidence['event'], Bilingual> = {
  married: { zh: '结婚登记', en: 'marriage registered' },
  divorced: { zh: '离婚登记', en: 'divorce registered' },
  annulled: { zh: '撤销婚姻', en: 'marriage annulled' },
  'certificate-reissued': { zh: '补领婚姻证件', en: 'marriage certificate reissued' },
};

export const cancellationReasons: Readonly<Record<string, Bilingual>> = {
  death: { zh: '死亡', en: 'death' },
  'moved-out': { zh: '迁出', en: 'moved out' },
  emigrated: { zh: '出国（境）定居', en: 'emigrated' },
  duplicate: { zh: '重复户口', en: 'registered twice' },
  'court-declared': { zh: '宣告死亡', en: 'declared dead by a court' },
  other: { zh: '其他原因', en: 'another reason' },
};

const dischargeOutcomes: Readonly<Record<string, Bilingual>> = {
  home: { zh: '医嘱离院', en: 'discharged home' },
  transfer: { zh: '转院', en: 'transferred' },
  community: { zh: '转社区机构', en: 'to a community hospital' },
  'against-advice': { zh: '非医嘱离院', en: 'left against advice' },
  died: { zh: '死亡', en: 'died' },
  other: { zh: '其他', en: 'other' },
};

/** How a stay ended, by the code's meaning; a code of no known meaning is shown as it came. */
export function outcomeName(outcome: Coded): Bilingual {
  const known = outcome.known ? dischargeOutcomes[outcome.code] : undefined;
  return known ?? codeName(outcome);
}

const insurances: Readonly<Record<string, string>> = {
  employee: '职工基本医疗保险',
  'civil-servant': '公务员医疗补助',
  'large-amount': '大额医疗费用补助',
  'retired-cadre': '离休人员医疗保障',
  'disabled-soldier': '一至六级残废军人医疗补助',
  'red-army-veteran': '老红军医疗保障',
  'enterprise-supplement': '企业补充医疗保险',
  'rural-cooperative': '新型农村合作医疗',
  resident: '城乡居民基本医疗保险',
  'urban-resident': '城镇居民基本医疗保险',
  'resident-serious-illness': '城乡居民大病医疗保险',
  'other-special': '其他特殊人员医疗保障',
  'long-term-care': '长期照护保险',
  maternity: '生育保险',
};

const enrolmentStates: Readonly<Record<string, string>> = {
  'not-insured': '未参保',
  active: '正常参保',
  suspended: '暂停参保',
  invalid: '无效',
  ended: '终止参保',
};

/** What an enrolment is in, and how it stands; a code of no known meaning is shown as it came. */
export function insuranceName(insurance: Coded): Bilingual {
  return meaningOf(insurances, insurance);
}

export function enrolmentState(state: Coded): Bilingual {
  return meaningOf(enrolmentStates, state);
}

function meaningOf(names: Readonly<Record<string, string>>, coded: Coded): Bilingual {
  const zh = coded.known && Object.hasOwn(names, coded.code) ? names[coded.code] : undefined;
  return zh === undefined ? codeName(coded) : { zh, en: coded.code.replaceAll('-', ' ') };
}

/** A code as it came. */
export function codeName({ code, known }: Coded): Bilingual {
  return known ? { zh: code, en: code } : { zh: `${code}（未知代码）`, en: `${code} (unknown code)` };
}
