import { addMonths, monthOf } from '../calendar.js';
import { injuryStay, workInjuryInvoice } from './money.js';
import type { Story } from './story.js';

/** Payments that look wrong and are in order. */
export const quietMoneyStories: readonly Story[] = [
  {
    id: 'paid-in-the-month-of-death',
    says: { zh: '伤残津贴发至死亡当月', en: 'the disability allowance ended with the month of death' },
    finds: [],
    write: (life) => {
      life.closedCase({ grade: 2 });
      life.agreedDeath(100);
      life.allowance({ last: monthOf(life.ago(100)), status: 'ended' });
    },
  },
  {
    id: 'payments-after-death-reversed',
    says: { zh: '死亡后多发的津贴已全部冲回', en: 'what was paid after the death has all been taken back' },
    finds: [],
    write: (life) => {
      life.closedCase({ grade: 3 });
      life.agreedDeath(110);
      const month = monthOf(life.ago(110));
      const reversed = [addMonths(month, 1), addMonths(month, 2)];
      life.allowance({ last: addMonths(month, 2), reversed, status: 'ended' });
    },
  },
  {
    id: 'insurance-payment-reversed',
    says: { zh: '医保误付工伤发票，已全额退费', en: 'the medical insurance paid a work-injury invoice and took it all back' },
    finds: [],
    write: (life) => {
      life.closedCase();
      const paid = life.settlement({ stay: injuryStay(life), invoiceNo: workInjuryInvoice(life) });
      life.settlement({ stay: injuryStay(life), reverses: paid, settled: 360 });
    },
  },
  {
    id: 'insurance-payment-deleted',
    says: {
      zh: '医保误录的结算已删除（D 行）',
      en: 'a settlement the medical insurance entered by mistake and deleted by a D row',
    },
    finds: [],
    write: (life) => {
      life.closedCase({ grade: 7 });
      life.settlement({ stay: injuryStay(life), invoiceNo: workInjuryInvoice(life), deleted: 12 });
    },
  },
  {
    id: 'injury-stay-paid-by-the-person',
    says: { zh: '工伤住院在医保自费结算，基金未付', en: 'the injury stay was settled with the insurance at own expense' },
    finds: [],
    write: (life) => {
      life.closedCase({ grade: 9 });
      life.settlement({ stay: injuryStay(life), selfPaid: true });
    },
  },
  {
    id: 'interim-and-final-settlement',
    says: { zh: '同一次住院先中途结算后出院结算', en: 'one stay settled in between and again at discharge' },
    finds: [],
    write: (life) => {
      life.closedCase({ grade: 8 });
      const stay = life.stay({ from: 150, until: 120 });
      life.settlement({ stay, interim: true, settled: 135 });
      life.settlement({ stay, settled: 120 });
    },
  },
];
