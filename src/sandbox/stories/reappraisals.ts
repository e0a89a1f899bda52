import { type AppraisalCase, type Conclusion, formatDay } from '../../model/index.js';
import type { Biography } from '../biography.js';
import { digitsOf } from '../random.js';
import type { Reappraisal } from '../world.js';
import { again, reappraised } from './cases.js';
import type { Story } from './story.js';

/** Concluded twelve days before the beginning and received seven: a re-appraisal may be asked for. With all papers, as a dossier needs them. */
function delivered(life: Biography, grade: Conclusion['grade']): AppraisalCase {
  const case_ = life.closedCase({
    accident: 300,
    leaveUntil: 120,
    received: 60,
    exam: 30,
    concluded: 12,
    state: 'delivered',
    grade,
  });
  life.papers(case_);
  return case_;
}

/** Concluded long ago; the province took it up so many days before the beginning, and has perhaps concluded since. */
function takenUp(
  life: Biography,
  case_: AppraisalCase,
  plan: { opened: number; concluded?: number; grade?: Conclusion['grade'] },
): Reappraisal {
  const [challenged] = case_.conclusions;
  const reappraisal: Reappraisal = {
    provincialNo: digitsOf(16, 'reappraisal', case_.caseNo),
    caseNo: case_.caseNo,
    conclusionNo: challenged?.no ?? '',
    openedOn: life.ago(plan.opened),
  };
  if (plan.concluded !== undefined) {
    reappraisal.conclusion = provincialConclusion(case_, formatDay(life.ago(plan.concluded)), plan.grade);
  }
  life.life.reappraisals.push(reappraisal);
  return reappraisal;
}

/** What the province concludes of a case: final (终局). */
export function provincialConclusion(case_: AppraisalCase, on: string, grade: Conclusion['grade']): Conclusion {
  return {
    no: `虚省劳鉴〔${on.slice(0, 4)}〕${case_.caseNo.slice(-6)}号`,
    on,
    level: 'province',
    ...(grade === undefined ? {} : { grade }),
    care: 'none',
    standard: 'GB/T 16180-2014',
    clauses: ['5.7.2'],
    status: 'effective',
  };
}

/** Re-appraisals by the province: what it has concluded already, and what it will do when it is told to. */
export const reappraisalStories: readonly Story[] = [
  {
    id: 'reappraised-to-another-grade',
    says: {
      zh: '四级结论送达后按期申请再次鉴定，省级将改为六级，伤残津贴仍按原结论发放',
      en: 'grade 4 challenged in time; the province will conclude grade 6 while the allowance rests on the conclusion of the city',
    },
    finds: [{ rule: 'benefit-without-conclusion', severity: 'high', afterReappraisal: true }],
    reappraisal: {
      late: false,
      grade: 6,
      misdeeds: ['replay', 'tampered-body', 'tampered-digest', 'tampered-path', 'expired', 'not-yet'],
    },
    write: (life) => {
      delivered(life, 4);
      life.allowance({});
    },
  },
  {
    id: 'reappraised-to-the-same-grade',
    says: {
      zh: '按期申请再次鉴定，省级将维持七级，没有待遇以原结论为据',
      en: 'challenged in time; the province will conclude the same grade, and no benefit rests on the conclusion of the city',
    },
    finds: [],
    reappraisal: {
      late: false,
      grade: 7,
      misdeeds: ['unsigned', 'unknown-key', 'key-of-another', 'without-nonce', 'uncovered-body'],
    },
    write: (life) => {
      delivered(life, 7);
    },
  },
  {
    id: 'reappraised-out-of-time',
    says: {
      zh: '收到结论后第 17 日才申请再次鉴定，由省级决定是否受理',
      en: 're-appraisal asked for on the 17th day after receipt: the province decides whether it takes it up',
    },
    finds: [{ rule: 'challenge-out-of-time', severity: 'medium' }],
    reappraisal: { late: true },
    write: (life) => {
      const later = reappraised(life, 38);
      const before = life.file.cases.find(({ caseNo }) => caseNo === later.priorCaseNo);
      if (before !== undefined) life.papers(before);
    },
  },
  {
    id: 'asked-about-the-wrong-person',
    says: {
      zh: '省级以他人姓名、号码或不存在的结论调取卷宗，一律答复没有',
      en: 'the province asks under another name, number or conclusion, and is told each time that there is none',
    },
    finds: [],
    reappraisal: {
      late: false,
      misdeeds: [
        'wrong-person',
        'wrong-name',
        'unknown-conclusion',
        'wrong-provincial-number',
        'purpose-of-another',
        'out-of-scope-item',
      ],
    },
    write: (life) => {
      delivered(life, 9);
    },
  },
  {
    id: 'revoked-after-the-dossier',
    says: {
      zh: '卷宗调取后本市撤销结论，卷宗不再提供',
      en: 'the city revokes its conclusion after the dossier was pulled: the dossier is gone',
    },
    finds: [],
    reappraisal: { late: false, misdeeds: ['algorithm-named', 'hmac-with-public-key'], afterwards: 'revoke' },
    write: (life) => {
      delivered(life, 8);
    },
  },
  {
    id: 'supplemented-after-the-dossier',
    says: {
      zh: '卷宗调取后补入一份检查报告，卷宗出新版，旧版不再提供',
      en: 'an exam report is added after the dossier was pulled: a new version takes the place of the old, which is gone',
    },
    finds: [],
    reappraisal: { late: false, afterwards: 'supplement' },
    write: (life) => {
      delivered(life, 10);
    },
  },
  {
    id: 'superseded-by-the-province',
    says: {
      zh: '省级上月已改为五级，伤残津贴仍按本市三级结论发放',
      en: 'the province concluded grade 5 some days ago, and the allowance still rests on grade 3 of the city',
    },
    finds: [{ rule: 'benefit-without-conclusion', severity: 'high' }],
    write: (life) => {
      const case_ = life.closedCase({ grade: 3 });
      life.allowance({});
      takenUp(life, case_, { opened: 160, concluded: 20, grade: 5 });
    },
  },
  {
    id: 'first-appraisal-after-the-province',
    says: {
      zh: '省级已作出终局结论，又就同一工伤申请初次鉴定',
      en: 'a first appraisal asked for again after the province had concluded for good',
    },
    finds: [{ rule: 'first-appraisal-repeated', severity: 'high' }],
    write: (life) => {
      const before = life.closedCase({ grade: 8 });
      takenUp(life, before, { opened: 160, concluded: 110, grade: 9 });
      again(life, before, 16);
    },
  },
  {
    id: 'benefit-on-the-conclusion-of-the-province',
    says: {
      zh: '省级改为四级，伤残津贴已按省级结论发放',
      en: 'the province concluded grade 4, and the allowance rests on its conclusion',
    },
    finds: [],
    write: (life) => {
      const case_ = life.closedCase({ grade: 5 });
      const { conclusion } = takenUp(life, case_, { opened: 160, concluded: 60, grade: 4 });
      life.allowance({ basis: conclusion?.no.replace('〔', '[').replace('〕', ']') ?? '' });
    },
  },
  {
    id: 'pending-at-the-province-alone',
    says: {
      zh: '省级已受理再次鉴定、尚无结论，本市没有登记，津贴照发',
      en: 'a re-appraisal is pending that only the province knows of, and the allowance goes on',
    },
    finds: [],
    write: (life) => {
      const case_ = life.closedCase({ accident: 300, leaveUntil: 120, received: 100, exam: 70, concluded: 60, grade: 2 });
      life.allowance({});
      takenUp(life, case_, { opened: 44 });
    },
  },
];
