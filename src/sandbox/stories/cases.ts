import { type AppraisalCase, formatDay } from '../../model/index.js';
import type { Biography } from '../biography.js';
import type { Story } from './story.js';

/** A later case about the injury of an earlier one (复查, 再次, or a first appraisal asked for once more). */
export function again(life: Biography, before: AppraisalCase, received: number): AppraisalCase {
  const later = life.openCase({ received, injuryStay: false });
  if (before.recognition) later.recognition = structuredClone(before.recognition);
  if (before.leavePeriod) later.leavePeriod = { ...before.leavePeriod };
  return later;
}

/** A re-appraisal (再次鉴定) asked for by the person, who received the conclusion 55 days before the beginning. */
export function reappraised(life: Biography, received: number): AppraisalCase {
  const before = life.closedCase({ received: 100, exam: 70, concluded: 60, accident: 300, leaveUntil: 120, state: 'challenged' });
  for (const conclusion of before.conclusions) conclusion.status = 'challenged';
  const later = again(life, before, received);
  later.kind = 'reappraisal';
  later.priorCaseNo = before.caseNo;
  later.applicant = 'person';
  return later;
}

/** A review (复查鉴定) of a conclusion made so many days before the beginning. */
export function reviewed(life: Biography, concluded: number, received: number): AppraisalCase {
  const before = life.closedCase({
    accident: 700,
    leaveUntil: 520,
    received: concluded + 40,
    exam: concluded + 20,
    concluded,
    injuryStay: false,
  });
  const later = again(life, before, received);
  later.kind = 'review';
  later.priorCaseNo = before.caseNo;
  return later;
}

/** What the province has of a case: the same, but for what a story changes in it. */
export function atProvince(life: Biography, item: AppraisalCase, change: (copy: AppraisalCase) => void): void {
  const copy = structuredClone(item);
  change(copy);
  life.life.provincial = [{ case: copy }];
}

/** Concluded so many days before the beginning and not delivered yet. */
function undelivered(life: Biography, concluded: number): AppraisalCase {
  return life.closedCase({
    accident: 300,
    leaveUntil: 120,
    received: concluded + 40,
    exam: concluded + 10,
    concluded,
    state: 'concluded',
  });
}

/** Cases that are late, out of order, asked for twice or out of time, or told otherwise by the province. */
export const caseStories: readonly Story[] = [
  {
    id: 'overdue-on-the-75th-day',
    says: { zh: '收到申请 75 日仍未作出结论', en: 'no conclusion 75 days after the application' },
    finds: [{ rule: 'case-overdue', severity: 'medium' }],
    write: (life) => {
      life.openCase({ received: 75, accident: 250, leaveUntil: 40, state: 'scheduled' });
    },
  },
  {
    id: 'nearly-overdue',
    says: { zh: '收到申请 50 日，期限已过八成，第 61 日起逾期', en: '50 of 60 days have passed; overdue from the 61st on' },
    finds: [
      { rule: 'case-overdue', severity: 'info', until: 10 },
      { rule: 'case-overdue', severity: 'medium', from: 11 },
    ],
    write: (life) => {
      life.openCase({ received: 50, accident: 240, leaveUntil: 60 });
    },
  },
  {
    id: 'not-delivered-to-the-employer',
    says: { zh: '结论作出 20 日，只送达本人', en: 'delivered to the person alone, 20 days after the conclusion' },
    finds: [{ rule: 'case-overdue', severity: 'medium' }],
    write: (life) => {
      const case_ = undelivered(life, 20);
      case_.deliveries.push({ to: 'person', sentOn: formatDay(life.ago(18)), receivedOn: formatDay(life.ago(15)) });
    },
  },
  {
    id: 'not-delivered-under-order-21',
    says: {
      zh: '令第21号案件结论作出 18 日未送达，期限 20 日',
      en: 'not delivered 18 days after a conclusion under order 21, which gives 20',
    },
    finds: [
      { rule: 'case-overdue', severity: 'info', until: 2 },
      { rule: 'case-overdue', severity: 'medium', from: 3 },
    ],
    write: (life) => {
      undelivered(life, 18).regime = 'order-21';
    },
  },
  {
    id: 'recognised-before-the-accident',
    says: { zh: '认定决定早于事故五日', en: 'recognised five days before the accident' },
    finds: [{ rule: 'impossible-case-sequence', severity: 'high' }],
    write: (life) => {
      const { recognition } = life.closedCase();
      if (recognition) recognition.decidedOn = formatDay(life.ago(405));
    },
  },
  {
    id: 'concluded-before-the-recognition',
    says: { zh: '鉴定结论早于认定决定十日', en: 'concluded ten days before the recognition' },
    finds: [{ rule: 'impossible-case-sequence', severity: 'high' }],
    write: (life) => {
      const { recognition } = life.closedCase({ grade: 9 });
      if (recognition) recognition.decidedOn = formatDay(life.ago(170));
    },
  },
  {
    id: 'accepted-before-receipt',
    says: { zh: '受理早于收到申请两日', en: 'accepted two days before the application came' },
    finds: [{ rule: 'impossible-case-sequence', severity: 'high' }],
    write: (life) => {
      life.openCase({ received: 10 }).acceptedOn = formatDay(life.ago(12));
    },
  },
  {
    id: 'first-appraisal-asked-for-again',
    says: { zh: '同一工伤已有结论，又申请初次鉴定', en: 'a first appraisal asked for again after its conclusion' },
    finds: [{ rule: 'first-appraisal-repeated', severity: 'high' }],
    write: (life) => {
      again(life, life.closedCase(), 12);
    },
  },
  {
    id: 'appraised-in-another-city',
    says: {
      zh: '同一工伤在外市已作初次鉴定，仅省级系统有记录',
      en: 'the injury was appraised in another city, as only the province knows',
    },
    finds: [{ rule: 'first-appraisal-repeated', severity: 'high' }],
    write: (life) => {
      const case_ = life.openCase({ received: 14 });
      atProvince(life, case_, (copy) => {
        copy.caseNo = `WS${case_.caseNo.slice(2)}`;
        copy.state = 'effective';
        copy.conclusions.push({
          no: `虚劳鉴〔${formatDay(life.ago(70)).slice(0, 4)}〕${case_.caseNo.slice(-4)}号`,
          on: formatDay(life.ago(70)),
          level: 'city',
          grade: 8,
          care: 'none',
          standard: 'GB/T 16180-2014',
          clauses: ['5.8.2'],
          status: 'effective',
        });
      });
    },
  },
  {
    id: 'reappraisal-on-the-16th-day',
    says: {
      zh: '收到结论后第 16 日申请再次鉴定',
      en: 're-appraisal asked for on the 16th day after the conclusion was received',
    },
    finds: [{ rule: 'challenge-out-of-time', severity: 'medium' }],
    write: (life) => {
      reappraised(life, 39);
    },
  },
  {
    id: 'review-within-a-year',
    says: { zh: '结论作出未满一年即申请复查', en: 'review asked for a day or two before a year had passed' },
    finds: [{ rule: 'challenge-out-of-time', severity: 'medium' }],
    write: (life) => {
      reviewed(life, 372, 8);
    },
  },
  {
    id: 'grade-differs-at-the-province',
    says: { zh: '同一结论，本市七级、省级八级', en: 'one conclusion: grade 7 in the city, grade 8 at the province' },
    finds: [{ rule: 'province-differs', severity: 'high' }],
    write: (life) => {
      atProvince(life, life.closedCase({ grade: 7 }), ({ conclusions: [conclusion] }) => {
        if (conclusion) conclusion.grade = 8;
      });
    },
  },
  {
    id: 'revoked-by-the-city-alone',
    says: { zh: '本市已撤销结论，省级仍为有效', en: 'revoked by the city, in effect at the province' },
    finds: [{ rule: 'province-differs', severity: 'high' }],
    write: (life) => {
      const case_ = life.closedCase({ grade: 6 });
      atProvince(life, case_, () => undefined);
      case_.state = 'revoked';
      for (const conclusion of case_.conclusions) conclusion.status = 'revoked';
    },
  },
  {
    id: 'lacking-at-the-province',
    says: { zh: '结论作出五十日，省级仍没有', en: 'the province lacks a conclusion made fifty days ago' },
    finds: [{ rule: 'province-differs', severity: 'high' }],
    write: (life) => {
      life.closedCase({ accident: 300, leaveUntil: 120, received: 100, exam: 60, concluded: 50 });
      life.life.provincial = [];
    },
  },
];
