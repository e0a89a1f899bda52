import type { AppraisalCase, Bilingual, CaseDocument, Material, Procedure } from '../model/index.js';

/**
 * Which materials an application needs, by rule and procedure: data, for the lists differ by regime and by place, and where no public source has
 * one, it says so. 令55 = 劳动能力鉴定管理办法 (2025), 令21 = 工伤职工劳动能力鉴定管理办法 (2014).
 */

/** What can stand for a material, tried in this order. */
export type MaterialProof =
  /**
   * A document of the case; with `anyCase` also of the person's other cases, with `challenged` in a re-appraisal also of the case it is about; of a kind
   * that says little only with such a title.
   */
  | { by: 'document'; kinds: readonly CaseDocument['kind'][]; anyCase?: boolean; challenged?: boolean; titled?: RegExp }
  /** The police know the person under this number and name. */
  | { by: 'population' }
  /** The city's own file has the recognition, or an earlier conclusion. */
  | { by: 'recognition' }
  | { by: 'conclusion' }
  | { by: 'employer' }
  /** Enrolled in an insurance, by the register. */
  | { by: 'enrolment' };

export interface MaterialRow {
  id: string;
  title: Bilingual;
  regimes: readonly AppraisalCase['regime'][];
  procedures: readonly Procedure[];
  proofs: readonly MaterialProof[];
  /** The feed that provides it, where sharing does. */
  sharedBy?: { agency: string; feed: string };
  /** Days after which what was received is too old; absent: it does not age. */
  freshDays?: number;
  /** Why so many days. */
  freshBecause?: Bilingual;
  basis: string;
  certainty: Material['certainty'];
}

const injured: readonly Procedure[] = [
  'first',
  'review',
  'reappraisal',
  'leave-extension',
  'rehabilitation',
  'device',
  'recurrence',
  'causation',
];
const appraised: readonly Procedure[] = ['first', 'review', 'reappraisal', 'non-work'];
/** 确认 and the others: no public list of materials was found for them. */
const confirmed: readonly Procedure[] = [
  'leave-extension',
  'rehabilitation',
  'device',
  'recurrence',
  'causation',
  'dependant',
  'commissioned',
];

/** Order 21 was about work injuries only. */
const appraised21: readonly Procedure[] = ['first', 'review', 'reappraisal'];
const under21: readonly Procedure[] = [...injured, 'dependant', 'commissioned'];

const population = { agency: 'public-security', feed: 'population' };
const oncePerSession: Bilingual = {
  zh: '没有公开规定；一次鉴定会的间隔（30 天）之内',
  en: 'no public rule says; one interval between sessions (30 days)',
};
const titles = {
  form: { zh: '劳动能力鉴定申请表', en: 'application form' },
  records: { zh: '诊断证明、完整病历', en: 'diagnosis certificate, complete medical records' },
  identity: { zh: '身份证件', en: 'identity document' },
  decision: { zh: '工伤认定决定书', en: 'recognition decision' },
  conclusion: { zh: '此前的鉴定结论', en: 'the earlier conclusion' },
} satisfies Record<string, Bilingual>;

const article9 = '令55 第九条';
const article9Shared = '令55 第九条：通过信息共享能够获取的申请材料，不得要求重复提交';
const order21 = '令21（2025-07-01 废止；凭记忆，未见原文）';
const unlisted = '未见公开的材料清单，由市里核定';

const form = { id: 'application-form', title: titles.form, proofs: [{ by: 'document', kinds: ['application'] }] } as const;
const records = {
  id: 'medical-records',
  title: titles.records,
  proofs: [{ by: 'document', kinds: ['medical-record'], challenged: true }],
} as const;
const identity = {
  id: 'identity-document',
  title: titles.identity,
  proofs: [{ by: 'population' }, { by: 'document', kinds: ['id-card'], anyCase: true }],
  sharedBy: population,
  freshDays: 30,
  freshBecause: oncePerSession,
} as const;
const decision = {
  id: 'recognition-decision',
  title: titles.decision,
  proofs: [{ by: 'recognition' }, { by: 'document', kinds: ['recognition-decision'], anyCase: true }],
  sharedBy: { agency: 'city', feed: 'recognitions' },
} as const;
const conclusion = {
  id: 'earlier-conclusion',
  title: titles.conclusion,
  procedures: ['review', 'reappraisal'],
  proofs: [{ by: 'conclusion' }, { by: 'document', kinds: ['conclusion'], anyCase: true }],
  sharedBy: { agency: 'city', feed: 'appraisals' },
} as const;

export const materialTable: readonly MaterialRow[] = [
  { ...form, regimes: ['order-55'], procedures: appraised, basis: article9, certainty: 'text' },
  { ...records, regimes: ['order-55'], procedures: appraised, basis: article9, certainty: 'text' },
  { ...identity, regimes: ['order-55'], procedures: appraised, basis: article9, certainty: 'text' },
  { ...form, regimes: ['order-55'], procedures: confirmed, basis: unlisted, certainty: 'assumed' },
  { ...records, regimes: ['order-55'], procedures: confirmed, basis: unlisted, certainty: 'assumed' },
  { ...identity, regimes: ['order-55'], procedures: confirmed, basis: unlisted, certainty: 'assumed' },
  { ...decision, regimes: ['order-55'], procedures: injured, basis: article9Shared, certainty: 'text' },
  { ...conclusion, regimes: ['order-55'], basis: article9Shared, certainty: 'text' },
  { ...form, regimes: ['order-21'], procedures: under21, basis: order21, certainty: 'memory' },
  { ...records, regimes: ['order-21'], procedures: under21, basis: order21, certainty: 'memory' },
  { ...identity, regimes: ['order-21'], procedures: under21, basis: order21, certainty: 'memory' },
  { ...decision, regimes: ['order-21'], procedures: injured, basis: order21, certainty: 'memory' },
  { ...conclusion, regimes: ['order-21'], basis: order21, certainty: 'memory' },
  // What cities asked for before: more than ten materials, of which sharing replaces these. Which of them a city asked for is not public.
  {
    id: 'photo',
    title: { zh: '照片', en: 'photograph' },
    regimes: ['order-21'],
    procedures: appraised21,
    proofs: [{ by: 'population' }],
    sharedBy: population,
    freshDays: 30,
    freshBecause: oncePerSession,
    basis: unlisted,
    certainty: 'assumed',
  },
  {
    id: 'insurance-proof',
    title: { zh: '参保（劳动关系）证明', en: 'proof of enrolment (employment)' },
    regimes: ['order-21'],
    procedures: injured,
    proofs: [{ by: 'enrolment' }],
    sharedBy: { agency: 'medical-insurance', feed: 'enrolments' },
    freshDays: 90,
    freshBecause: { zh: '没有公开规定；一个季度', en: 'no public rule says; a quarter of a year' },
    basis: unlisted,
    certainty: 'assumed',
  },
  {
    id: 'exam-reports',
    title: { zh: '检查报告', en: 'examination reports' },
    regimes: ['order-21'],
    procedures: appraised21,
    proofs: [{ by: 'document', kinds: ['exam-report'], challenged: true }],
    basis: unlisted,
    certainty: 'assumed',
  },
  {
    id: 'employer-licence',
    title: { zh: '用人单位营业执照', en: "the employer's licence" },
    regimes: ['order-21'],
    procedures: injured,
    proofs: [{ by: 'employer' }],
    sharedBy: { agency: 'city', feed: 'recognitions' },
    basis: unlisted,
    certainty: 'assumed',
  },
  {
    id: 'enrolment',
    title: { zh: '参保情况', en: 'enrolment' },
    regimes: ['order-55'],
    procedures: ['non-work'],
    proofs: [{ by: 'enrolment' }],
    sharedBy: { agency: 'medical-insurance', feed: 'enrolments' },
    freshDays: 90,
    freshBecause: { zh: '没有公开规定；一个季度', en: 'no public rule says; a quarter of a year' },
    basis: `令55 第七条（待遇领取地、最后参保地）；${unlisted}`,
    certainty: 'assumed',
  },
  {
    id: 'dependency-proof',
    title: { zh: '供养关系证明', en: 'proof of dependency' },
    regimes: ['order-55', 'order-21'],
    procedures: ['dependant'],
    // Public security's table of relations and deaths of others are no part of a person's file.
    proofs: [{ by: 'document', kinds: ['other'], titled: /供养|亲属/u }],
    basis: `旧的省级规定要求供养关系证明；${unlisted}`,
    certainty: 'assumed',
  },
  {
    id: 'death-proof',
    title: {
      zh: '职工死亡证明（死亡医学证明、火化证明、户口注销证明之一）',
      en: "proof of the employee's death (certificate, cremation or cancelled registration)",
    },
    regimes: ['order-55', 'order-21'],
    procedures: ['dependant'],
    proofs: [{ by: 'document', kinds: ['other'], titled: /死亡|火化|注销/u }],
    basis: unlisted,
    certainty: 'assumed',
  },
  {
    id: 'authorisation',
    title: { zh: '委托书', en: 'commission or authorisation' },
    regimes: ['order-55', 'order-21'],
    procedures: ['commissioned'],
    proofs: [{ by: 'document', kinds: ['authorisation'] }],
    basis: unlisted,
    certainty: 'assumed',
  },
];
