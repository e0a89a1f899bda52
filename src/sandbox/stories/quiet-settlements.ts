import type { Story } from './story.js';

/** Settlements that look doubled or too late and are in order, or cannot be told. */
export const quietSettlementStories: readonly Story[] = [
  {
    id: 'settlement-corrected',
    says: { zh: '结算有误，冲销后重新结算', en: 'a settlement was taken back and made anew' },
    finds: [],
    write: (life) => {
      life.closedCase({ grade: 9 });
      const stay = life.stay({ from: 126, until: 118 });
      const paid = life.settlement({ stay });
      life.settlement({ stay, reverses: paid, settled: 110 });
      life.settlement({ stay, settled: 109, invoiceNo: '0000000109' });
    },
  },
  {
    id: 'settled-again-at-own-expense',
    says: { zh: '同一次住院补录自费项目，基金未再支付', en: 'one stay settled again for what the fund does not pay' },
    finds: [],
    write: (life) => {
      life.closedCase({ grade: 10 });
      const stay = life.stay({ from: 124, until: 117 });
      life.settlement({ stay });
      life.settlement({ stay, settled: 112, selfPaid: true });
    },
  },
  {
    id: 'two-stays-in-one-hospital',
    says: { zh: '同一医院一周内两次住院，各自结算', en: 'two stays in one hospital within a fortnight, each settled' },
    finds: [],
    write: (life) => {
      life.closedCase({ grade: 8 });
      const stay = life.stay({ from: 128, until: 124 });
      life.settlement({ stay });
      life.settlement({ stay: life.stay({ from: 122, until: 118, hospital: stay.hospital }) });
    },
  },
  {
    id: 'visit-after-death-reversed',
    says: { zh: '死亡后误记的门诊已全额退费', en: 'a visit entered after the death by mistake and wholly taken back' },
    finds: [],
    write: (life) => {
      life.closedCase({ grade: 9 });
      life.agreedDeath(84);
      const paid = life.visit({ on: 70 });
      life.settlement({ stay: paid.stay, reverses: paid, settled: 66 });
    },
  },
  {
    id: 'visit-after-death-deleted',
    says: { zh: '死亡后误录的门诊结算已删除（D 行）', en: 'a visit entered after the death by mistake and deleted by a D row' },
    finds: [],
    write: (life) => {
      life.closedCase({ grade: 7 });
      life.agreedDeath(82);
      life.visit({ on: 71, deleted: 14 });
    },
  },
  {
    id: 'settled-on-the-day-of-death',
    says: { zh: '院内死亡，当日结算', en: 'died in hospital, and settled on the same day' },
    finds: [],
    write: (life) => {
      life.closedCase({ grade: 10 });
      life.agreedDeath(88);
      life.settlement({ stay: life.stay({ from: 92, until: 88, way: '5', died: 88 }) });
    },
  },
  {
    id: 'visit-around-an-unknown-day-of-death',
    says: {
      zh: '火化未载死亡日期，火化前五日有一次门诊',
      en: 'cremated without a day of death, and a visit five days before the cremation',
    },
    finds: [],
    untold: [
      { rule: 'service-after-death', reason: { zh: '死亡日期不确定', en: 'the person may have died before or after the visit' } },
      { rule: 'settled-after-death', reason: { zh: '死亡日期不确定', en: 'the person may have died before or after the visit' } },
    ],
    write: (life) => {
      life.closedCase({ grade: 9 });
      life.cremation({ cremated: 72 });
      life.deathFlag(61);
      life.visit({ on: 77 });
    },
  },
];
