import { monthOf } from '../calendar.js';
import type { Story } from './story.js';

/** Certificates that were sent and taken back. */
export const retractionStories: readonly Story[] = [
  {
    id: 'retracted-after-case-discontinued',
    says: {
      zh: '案件因死亡终止后，死亡证明被撤回',
      en: 'the certificate was retracted after the case had been discontinued for death',
    },
    finds: [{ rule: 'death-retracted', severity: 'high' }],
    write: (life) => {
      life.closedCase({
        accident: 260,
        received: 60,
        leaveUntil: 90,
        state: 'discontinued-death',
        exam: 'none',
        concluded: 'none',
      });
      life.certificate({ died: 45, sent: 38, served: 'never', retracted: 5 });
    },
  },
  {
    id: 'retracted-after-benefit-suspended',
    says: { zh: '待遇暂停后，死亡证明被撤回', en: 'the certificate was retracted after the benefit had been suspended' },
    finds: [{ rule: 'death-retracted', severity: 'high' }],
    write: (life) => {
      life.closedCase({ grade: 3 });
      life.allowance({ last: monthOf(life.ago(70)), status: 'suspended' });
      life.certificate({ died: 70, sent: 60, served: 'never', retracted: 3 });
    },
  },
  {
    id: 'retracted-without-consequence',
    says: { zh: '死亡证明被撤回，尚未影响案件与待遇', en: 'the certificate was retracted before anything followed from it' },
    finds: [{ rule: 'death-retracted', severity: 'low' }],
    write: (life) => {
      life.closedCase({ grade: 9 });
      life.certificate({ died: 50, sent: 40, served: 'never', retracted: 10 });
    },
  },
  {
    id: 'reissued-with-another-day',
    says: { zh: '死亡证明撤回重开，死亡日期改晚两日', en: 'the certificate was reissued with a day of death two days later' },
    finds: [{ rule: 'death-retracted', severity: 'low' }],
    write: (life) => {
      life.closedCase({ grade: 8 });
      life.certificate({ died: 50, sent: 45, served: 'never', retracted: 20 });
      life.certificate({ died: 48, sent: 20, served: 20 });
      life.cremation({ cremated: 47, died: 48 });
      life.deathFlag(38);
    },
  },
];
