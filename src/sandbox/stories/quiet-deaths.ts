import type { Story } from './story.js';

/** Deaths that look contradictory and are told rightly by everybody. */
export const quietDeathStories: readonly Story[] = [
  {
    id: 'cremation-without-death-date',
    says: { zh: '火化记录无死亡日期，与证明相符', en: 'a cremation without a day of death, two days after the certified one' },
    finds: [],
    write: (life) => {
      life.closedCase();
      life.certificate({ died: 80 });
      life.cremation({ cremated: 78 });
      life.deathFlag(70);
    },
  },
  {
    id: 'died-around-midnight',
    says: {
      zh: '证明与火化所载死亡日期相差一日（午夜前后）',
      en: 'certificate and cremation differ by one day, around midnight',
    },
    finds: [],
    write: (life) => {
      life.closedCase({ grade: 9 });
      life.certificate({ died: 66 });
      life.cremation({ cremated: 63, died: 65 });
      life.deathFlag(55);
    },
  },
  {
    id: 'reissued-with-the-same-day',
    says: { zh: '死亡证明撤回重开，死亡日期未变', en: 'the certificate was reissued with the same day of death' },
    finds: [],
    write: (life) => {
      life.closedCase({ grade: 8 });
      life.certificate({ died: 58, sent: 50, served: 'never', retracted: 25 });
      life.certificate({ died: 58, sent: 25, served: 25 });
      life.deathFlag(40);
    },
  },
  {
    id: 'certificate-corrected',
    says: { zh: '死亡证明更正（U 行），与其他部门一致', en: 'a certificate corrected by a U row, now in step with the others' },
    finds: [],
    write: (life) => {
      life.closedCase({ grade: 10 });
      life.certificate({ died: 85, sent: 80, served: 70, update: { sent: 70, died: 83 } });
      life.cremation({ cremated: 81, died: 83 });
      life.deathFlag(72);
    },
  },
  {
    id: 'cremation-with-15-digits',
    says: { zh: '火化记录用 15 位旧号码', en: 'a cremation recorded under the old 15-digit number' },
    finds: [],
    write: (life) => {
      life.closedCase({ grade: 9 });
      life.certificate({ died: 110 });
      life.cremation({ cremated: 108, died: 110, number: 'fifteen' });
      life.deathFlag(100);
    },
  },
  {
    id: 'certificate-with-15-digits',
    says: { zh: '死亡证明用 15 位旧号码', en: 'a certificate issued under the old 15-digit number' },
    finds: [],
    write: (life) => {
      life.closedCase({ grade: 8 });
      life.certificate({ died: 140, fifteenDigits: true });
      life.cremation({ cremated: 138, died: 140 });
      life.deathFlag(125);
    },
  },
  {
    id: 'died-eight-days-after-leave-period',
    says: { zh: '停工留薪期满后第八日死亡', en: 'died on the eighth day after the paid leave ended' },
    finds: [],
    write: (life) => {
      life.closedCase({ state: 'discontinued-death', received: 230, exam: 'none', concluded: 'none' });
      life.agreedDeath(212);
    },
  },
  {
    id: 'admitted-on-the-day-of-death',
    says: { zh: '入院当日死亡', en: 'admitted and dead on the same day' },
    finds: [],
    write: (life) => {
      life.closedCase();
      life.agreedDeath(75);
      life.stay({ from: 75, until: 75, way: '5', died: 75 });
    },
  },
  {
    id: 'discharge-booked-a-day-late',
    says: { zh: '院内死亡，次日办理出院', en: 'died in hospital, the discharge booked on the next day' },
    finds: [],
    write: (life) => {
      life.closedCase({ grade: 9 });
      life.agreedDeath(85);
      life.stay({ from: 88, until: 84, way: '5', died: 85 });
    },
  },
  {
    id: 'examined-on-the-day-of-death',
    says: { zh: '人工核验鉴定当日死亡', en: 'died on the day of an exam whose identity check was by eye' },
    finds: [],
    write: (life) => {
      life.closedCase({ grade: 8, identityCheck: 'manual' });
      life.agreedDeath(190);
    },
  },
  {
    id: 'died-with-the-case-discontinued',
    says: { zh: '申请后死亡，案件已因死亡终止', en: 'died while the application was worked on; the case was discontinued' },
    finds: [],
    write: (life) => {
      life.closedCase({
        accident: 300,
        received: 70,
        leaveUntil: 120,
        state: 'discontinued-death',
        exam: 'none',
        concluded: 'none',
      });
      life.agreedDeath(45);
    },
  },
];
