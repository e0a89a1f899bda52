import type { Bilingual, CaseDocument, DossierItemKind } from '../model/index.js';

/** What the kinds of items are called, which scans belong to them, and why one is not there. */

export const itemTitles: Readonly<Record<DossierItemKind, Bilingual>> = {
  'id-document': { zh: '身份证件', en: 'identity document' },
  application: { zh: '鉴定申请表', en: 'application' },
  'recognition-decision': { zh: '工伤认定决定', en: 'recognition decision' },
  'medical-records': { zh: '诊断与病历', en: 'diagnosis and medical records' },
  'exam-reports': { zh: '检查检验报告', en: 'exam reports' },
  'review-form': { zh: '专家组与鉴定评审表', en: 'panel and review form' },
  'exam-identity-check': { zh: '现场检查身份核验', en: 'identity check at the exam' },
  conclusion: { zh: '鉴定结论', en: 'conclusion' },
  deliveries: { zh: '结论送达', en: 'deliveries' },
  'prior-appraisals': { zh: '既往鉴定', en: 'prior appraisals' },
  'open-findings': { zh: '未结核对发现', en: 'open findings' },
};

/** Documents of the case by item. An authorisation and what is `other` was not asked for. */
export const scansOf: Readonly<Partial<Record<DossierItemKind, CaseDocument['kind']>>> = {
  'id-document': 'id-card',
  application: 'application',
  'recognition-decision': 'recognition-decision',
  'medical-records': 'medical-record',
  'exam-reports': 'exam-report',
  'review-form': 'review-form',
  conclusion: 'conclusion',
};

/** The paper itself is asked for: facts of the city's file are no id card, and a panel is no review form. */
export const needsScan: ReadonlySet<DossierItemKind> = new Set([
  'id-document',
  'application',
  'medical-records',
  'exam-reports',
  'review-form',
]);

/** Why an item or one of its documents is missing, by slug; the first that applies is told. */
export const missingReasons = {
  'hash-differs': {
    zh: '所存文件与案卷登记的摘要不符，不予提供',
    en: 'the bytes kept do not have the hash that the case names; they are not served',
  },
  'hash-not-named': { zh: '案卷未登记有效的文件摘要', en: 'the case names no proper hash of the document' },
  'bytes-absent': { zh: '案卷登记了文件，但文件库中没有', en: 'the case names a document that is not in the document store' },
  'not-fetched-in-time': { zh: '应于期限内取得的文件仍未取得', en: 'a document that was to be fetched by now has not come' },
  'not-a-work-injury': { zh: '非工伤鉴定，无工伤认定决定', en: 'not a work injury: there is no recognition decision' },
  'not-on-file': { zh: '案卷中没有', en: 'not in the case' },
} as const satisfies Record<string, Bilingual>;

export type MissingReason = keyof typeof missingReasons;

/** Which rule withholds an item. */
export const withholdingRules = {
  'not-in-partner-scope': { zh: '不在对该机构开放的范围内', en: "not within this partner's scope" },
  'not-asked-for': { zh: '本次请求未索取', en: 'not asked for in this request' },
  'fields-not-in-partner-scope': { zh: '该项各字段均不对该机构开放', en: "none of its fields is within this partner's scope" },
} as const satisfies Record<string, Bilingual>;

export type WithholdingRule = keyof typeof withholdingRules;

export const deferredBecause: Bilingual = { zh: '文件仍在调取中', en: 'a document is still being fetched' };
