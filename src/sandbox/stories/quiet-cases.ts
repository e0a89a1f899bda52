import { formatDay } from '../../model/index.js';
import { again, atProvince, reappraised, reviewed } from './cases.js';
import type { Story } from './story.js';

/** Cases that look late, repeated or different, and are right. */
export const quietCaseStories: readonly Story[] = [
  {
    id: 'late-but-history',
    says: { zh: '结论迟了四十日才作出，早已送达', en: 'concluded forty days late, and delivered long ago' },
    finds: [],
    write: (life) => {
      life.closedCase({ received: 280, concluded: 180 });
    },
  },
  {
    id: 'long-but-extended',
    says: { zh: '收到申请 65 日，已延长 30 日', en: '65 days after the application, the time extended by 30' },
    finds: [],
    write: (life) => {
      life.openCase({ received: 65, accident: 260, leaveUntil: 50, state: 'scheduled' }).extendedDays = 30;
    },
  },
  {
    id: 'everything-on-one-day',
    says: {
      zh: '事故当日认定，结论当日送达，收到当日受理',
      en: 'recognised on the day of the accident, accepted on that of receipt, delivered on that of the conclusion',
    },
    finds: [],
    write: (life) => {
      const case_ = life.closedCase({ grade: 10 });
      case_.acceptedOn = case_.receivedOn;
      if (case_.recognition) case_.recognition.decidedOn = case_.recognition.accidentOn;
      const on = case_.conclusions[0]?.on;
      if (on !== undefined) case_.deliveries = case_.deliveries.map(({ to }) => ({ to, sentOn: on, receivedOn: on }));
    },
  },
  {
    id: 'appraised-again-after-revocation',
    says: {
      zh: '首次结论已撤销，重新申请初次鉴定',
      en: 'a first appraisal asked for again because the earlier conclusion was revoked',
    },
    finds: [],
    write: (life) => {
      const before = life.closedCase({ state: 'revoked' });
      for (const conclusion of before.conclusions) conclusion.status = 'revoked';
      again(life, before, 11);
    },
  },
  {
    id: 'asked-for-again-after-withdrawal',
    says: { zh: '撤回申请后重新申请，尚无结论', en: 'withdrawn and asked for again, neither concluded' },
    finds: [],
    write: (life) => {
      const before = life.closedCase({ state: 'withdrawn', received: 300, exam: 'none', concluded: 'none' });
      again(life, before, 13);
    },
  },
  {
    id: 'reappraisal-on-the-15th-day',
    says: {
      zh: '收到结论后第 15 日申请再次鉴定',
      en: 're-appraisal asked for on the 15th day after the conclusion was received',
    },
    finds: [],
    write: (life) => {
      reappraised(life, 40);
    },
  },
  {
    id: 'review-after-a-year',
    says: { zh: '结论满一年后数日内申请复查', en: 'review asked for when a year had just passed' },
    finds: [],
    write: (life) => {
      reviewed(life, 380, 14);
    },
  },
  {
    id: 'differs-while-reappraised',
    says: { zh: '等级与省级不同，但再次鉴定未结', en: 'the grade differs at the province while a re-appraisal is pending' },
    finds: [],
    write: (life) => {
      reappraised(life, 45);
      const [before] = life.file.cases;
      if (before === undefined) return;
      before.state = 'effective';
      for (const conclusion of before.conclusions) conclusion.status = 'effective';
      atProvince(life, before, ({ conclusions: [conclusion] }) => {
        if (conclusion) conclusion.grade = 5;
      });
    },
  },
  {
    id: 'not-yet-taken-by-the-province',
    says: { zh: '结论作出两日，省级次日才入库', en: 'concluded two days ago; the province takes it tomorrow' },
    finds: [],
    write: (life) => {
      const case_ = life.closedCase({ accident: 260, leaveUntil: 100, received: 42, exam: 12, concluded: 2, state: 'concluded' });
      life.life.provincial = [{ case: structuredClone(case_), takenOn: life.ago(-1) }];
    },
  },
  {
    id: 'review-of-a-case-not-on-file',
    says: { zh: '复查所针对的原案件不在册', en: 'a review of a case that is not on file' },
    finds: [],
    untold: [{ rule: 'challenge-out-of-time', reason: { zh: '原案件不在册', en: 'the prior case is not on file' } }],
    write: (life) => {
      const case_ = life.openCase({ received: 9 });
      case_.kind = 'review';
      case_.priorCaseNo = `WS${formatDay(life.ago(900)).slice(0, 4)}-000001`;
    },
  },
  {
    id: 'reappraisal-without-a-delivery',
    says: { zh: '再次鉴定的原结论没有送达日期', en: 're-appraisal of a conclusion whose delivery is not on file' },
    finds: [],
    untold: [{ rule: 'challenge-out-of-time', reason: { zh: '没有送达日期', en: 'no day of delivery is on file' } }],
    write: (life) => {
      reappraised(life, 30);
      for (const case_ of life.file.cases) case_.deliveries = [];
    },
  },
];
