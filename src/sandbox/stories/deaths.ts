import type { Story } from './story.js';

/** Deaths that a case, an exam or another agency's day contradicts. */
export const deathStories: readonly Story[] = [
  {
    id: 'open-case-three-agencies-agree',
    says: { zh: '案件在办，三部门一致证明已死亡', en: 'a case is open although three agencies agree on the death' },
    finds: [{ rule: 'case-open-after-death', severity: 'critical' }],
    write: (life) => {
      life.openCase();
      life.agreedDeath(20);
    },
  },
  {
    id: 'open-case-certificate-only',
    says: { zh: '案件在办，仅有死亡医学证明', en: 'a case is open, and only a medical certificate tells of the death' },
    finds: [{ rule: 'case-open-after-death', severity: 'medium' }],
    // A certificate comes without an issue day, so nobody can say how long the others have been silent.
    untold: [
      {
        rule: 'death-single-source',
        reason: { zh: '证明无签发日期，无从计日', en: 'the certificate has no issue day to count from' },
      },
    ],
    write: (life) => {
      life.openCase({ received: 22, state: 'scheduled' });
      life.certificate({ died: 12 });
    },
  },
  {
    id: 'open-case-dates-conflict',
    says: {
      zh: '案件在办，证明与火化所载死亡日期相差十日',
      en: 'a case is open; certificate and cremation put the death ten days apart',
    },
    finds: [
      { rule: 'case-open-after-death', severity: 'high' },
      { rule: 'death-dates-conflict', severity: 'medium' },
    ],
    write: (life) => {
      life.openCase({ received: 38 });
      life.certificate({ died: 25 });
      life.cremation({ cremated: 13, died: 15 });
    },
  },
  {
    id: 'open-case-examined-after-death',
    says: {
      zh: '死亡十日后仍有人工核验的现场鉴定，案件未结',
      en: 'examined on site ten days after the death, identity checked by eye; the case is open',
    },
    finds: [
      { rule: 'case-open-after-death', severity: 'critical' },
      { rule: 'exam-after-death', severity: 'critical' },
    ],
    write: (life) => {
      life.openCase({ state: 'examined', received: 35, exam: 10, identityCheck: 'manual' });
      life.agreedDeath(20);
    },
  },
  {
    id: 'closed-case-examined-after-death',
    says: {
      zh: '死亡后十日的人工核验鉴定，案件已生效',
      en: 'examined ten days after the death, identity checked by eye; the conclusion took effect',
    },
    finds: [{ rule: 'exam-after-death', severity: 'critical' }],
    write: (life) => {
      life.closedCase({ identityCheck: 'manual' });
      life.agreedDeath(200);
    },
  },
  {
    id: 'examined-after-cremation-only',
    says: {
      zh: '火化后十日仍有人工核验鉴定，仅民政有记录',
      en: 'examined ten days after a cremation of which only civil affairs tells',
    },
    finds: [
      { rule: 'exam-after-death', severity: 'high' },
      { rule: 'death-single-source', severity: 'low' },
    ],
    write: (life) => {
      life.closedCase({ received: 90, exam: 60, concluded: 50, identityCheck: 'manual' });
      life.cremation({ cremated: 70 });
    },
  },
  {
    id: 'dates-conflict',
    says: { zh: '证明与火化所载死亡日期相差十日', en: 'certificate and cremation put the death ten days apart' },
    finds: [{ rule: 'death-dates-conflict', severity: 'medium' }],
    write: (life) => {
      life.closedCase();
      life.certificate({ died: 90 });
      life.cremation({ cremated: 79, died: 80 });
      life.deathFlag(70);
    },
  },
  {
    id: 'dates-conflict-around-conclusion',
    says: { zh: '两个死亡日期之间作出了鉴定结论', en: 'the conclusion lies between two days of death' },
    finds: [{ rule: 'death-dates-conflict', severity: 'high' }],
    write: (life) => {
      life.closedCase({ received: 120, exam: 95, concluded: 85 });
      life.certificate({ died: 90 });
      life.cremation({ cremated: 78, died: 80 });
    },
  },
  {
    id: 'single-source-cremation-undated',
    says: { zh: '火化两个月，其他部门均无死亡记录', en: 'cremated two months ago, and no other agency knows of a death' },
    finds: [{ rule: 'death-single-source', severity: 'low' }],
    write: (life) => {
      life.closedCase({ grade: 9 });
      life.cremation({ cremated: 60 });
    },
  },
  {
    id: 'single-source-cremation-dated',
    says: {
      zh: '火化记录载明死亡日期，其他部门均无记录',
      en: 'a cremation with a day of death, and no other agency knows of it',
    },
    finds: [{ rule: 'death-single-source', severity: 'low' }],
    write: (life) => {
      life.closedCase({ grade: 10 });
      life.cremation({ cremated: 54, died: 55 });
    },
  },
  {
    id: 'cremated-before-death',
    says: { zh: '火化日期早于死亡日期', en: 'cremated two days before the death' },
    finds: [{ rule: 'impossible-death-sequence', severity: 'high' }],
    write: (life) => {
      life.closedCase();
      life.certificate({ died: 50 });
      life.cremation({ cremated: 52, died: 50, registered: 49 });
      life.deathFlag(40);
    },
  },
  {
    id: 'died-before-accident',
    says: { zh: '死亡日期早于事故日期，认定为伤而非亡', en: 'dead twenty days before the accident that is said to have injured' },
    finds: [{ rule: 'impossible-death-sequence', severity: 'high' }],
    write: (life) => {
      life.closedCase({
        accident: 40,
        received: 30,
        leaveUntil: -60,
        state: 'rejected',
        exam: 'none',
        concluded: 'none',
        injuryStay: false,
      });
      life.certificate({ died: 60 });
      life.deathFlag(50);
    },
  },
  {
    id: 'dies-next-year',
    says: { zh: '死亡日期年份误填为将来', en: 'the year of the death was mistyped and lies ahead' },
    finds: [{ rule: 'impossible-death-sequence', severity: 'high' }],
    write: (life) => {
      life.closedCase({ grade: 8 });
      life.certificate({ died: -300, sent: 26, served: 26 });
      life.deathFlag(24);
    },
  },
  {
    id: 'alive-after-certificate',
    says: {
      zh: '死亡证明之后人脸比对通过并到场鉴定',
      en: 'examined with a face match three weeks after a certificate says dead',
    },
    finds: [{ rule: 'alive-after-death', severity: 'high' }],
    untold: [{ rule: 'case-open-after-death', reason: { zh: '死亡存疑', en: 'the death is disputed' } }],
    write: (life) => {
      life.openCase({ state: 'examined', received: 33, exam: 8 });
      life.certificate({ died: 30 });
    },
  },
  {
    id: 'alive-after-cremation',
    says: { zh: '火化之后四十日人脸比对通过并到场鉴定', en: 'examined with a face match forty days after a cremation' },
    finds: [{ rule: 'alive-after-death', severity: 'high' }],
    untold: [{ rule: 'death-single-source', reason: { zh: '死亡存疑', en: 'the death is disputed' } }],
    write: (life) => {
      life.closedCase();
      life.cremation({ cremated: 230 });
    },
  },
  {
    id: 'died-days-after-leave-period',
    says: { zh: '停工留薪期满后四日死亡', en: 'died four days after the paid leave ended' },
    finds: [{ rule: 'death-date-decides-benefit', severity: 'high' }],
    write: (life) => {
      life.closedCase({ state: 'discontinued-death', received: 240, exam: 'none', concluded: 'none' });
      life.agreedDeath(216);
    },
  },
  {
    id: 'died-seven-days-after-leave-period',
    says: { zh: '停工留薪期满后第七日死亡', en: 'died on the seventh day after the paid leave ended' },
    finds: [{ rule: 'death-date-decides-benefit', severity: 'high' }],
    write: (life) => {
      life.closedCase({ state: 'discontinued-death', received: 235, exam: 'none', concluded: 'none' });
      life.agreedDeath(213);
    },
  },
  {
    id: 'died-two-days-after-accident',
    says: { zh: '事故后第二日在院死亡', en: 'died in hospital two days after the accident' },
    finds: [{ rule: 'death-date-decides-benefit', severity: 'high' }],
    write: (life) => {
      life.closedCase({
        accident: 100,
        received: 60,
        leaveUntil: -80,
        state: 'withdrawn',
        exam: 'none',
        concluded: 'none',
        injuryStay: false,
        injuryDegree: 'died',
      });
      life.stay({ from: 100, until: 98, way: '5', died: 98, medType: '22' });
      life.agreedDeath(98);
    },
  },
];
