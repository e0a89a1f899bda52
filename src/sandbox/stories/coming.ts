import { injuryStay } from './money.js';
import type { Story } from './story.js';

/** What the days after the beginning bring (`advance`): rows that arrive, rows that are taken back. */
export const comingStories: readonly Story[] = [
  {
    id: 'death-arrives-tomorrow',
    says: { zh: '死亡证明次日送达，案件在办', en: 'a certificate arrives on the first day after; the case is open' },
    finds: [{ rule: 'case-open-after-death', severity: 'medium', from: 1 }],
    write: (life) => {
      life.openCase({ received: 13 });
      life.certificate({ died: 1, sent: -1, served: -2 });
    },
  },
  {
    id: 'death-retracted-the-day-after-tomorrow',
    says: { zh: '死亡证明第二日被撤回，案件在办', en: 'a certificate is retracted on the second day after; the case is open' },
    finds: [
      { rule: 'case-open-after-death', severity: 'medium', until: 1 },
      { rule: 'death-retracted', severity: 'low', from: 2 },
    ],
    write: (life) => {
      life.openCase({ received: 17 });
      life.certificate({ died: 15, sent: 11, served: 'never', retracted: -2 });
    },
  },
  {
    id: 'paid-twice-on-the-third-day',
    says: { zh: '第三日送达的医保结算与工伤结算重复', en: 'a settlement arriving on the third day pays the injury stay again' },
    finds: [{ rule: 'paid-twice', severity: 'high', from: 3 }],
    write: (life) => {
      life.closedCase({ grade: 9 });
      life.settlement({ stay: injuryStay(life), settled: -2 });
    },
  },
  {
    id: 'paid-twice-until-reversed',
    says: { zh: '重复支付于第四日退费', en: 'a double payment that is taken back on the fourth day' },
    finds: [{ rule: 'paid-twice', severity: 'high', until: 3 }],
    write: (life) => {
      life.closedCase({ grade: 10 });
      const paid = life.settlement({ stay: injuryStay(life) });
      life.settlement({ stay: injuryStay(life), reverses: paid, settled: -3 });
    },
  },
];
