import type { Biography } from '../biography.js';
import { addMonths, monthOf } from '../calendar.js';
import type { Stay } from '../world.js';
import type { Story } from './story.js';

/** The stay after the accident; `closedCase` and `openCase` write it first. */
export function injuryStay(life: Biography): Stay {
  const stay = life.life.stays[0];
  if (stay === undefined) throw new Error('the life has no injury stay');
  return stay;
}

/** The invoice under which the work-injury fund paid the injury stay. */
export function workInjuryInvoice(life: Biography): string {
  const invoice = life.file.settlements[0]?.invoiceNo;
  if (invoice === undefined) throw new Error('the work-injury fund has paid nothing');
  return invoice;
}

/** Money paid twice, or to the dead. */
export const moneyStories: readonly Story[] = [
  {
    id: 'paid-twice-same-invoice',
    says: {
      zh: '同一发票由工伤基金与职工医保分别支付',
      en: 'one invoice paid by the work-injury fund and by the medical insurance',
    },
    finds: [{ rule: 'paid-twice', severity: 'high' }],
    write: (life) => {
      life.closedCase();
      life.settlement({ stay: injuryStay(life), invoiceNo: workInjuryInvoice(life) });
    },
  },
  {
    id: 'paid-twice-same-days',
    says: {
      zh: '同一医院同一时段，两个基金以不同发票支付',
      en: 'the same days in the same hospital paid by both funds under two invoices',
    },
    finds: [{ rule: 'paid-twice', severity: 'high' }],
    write: (life) => {
      life.closedCase({ grade: 9 });
      life.settlement({ stay: injuryStay(life) });
    },
  },
  {
    id: 'paid-twice-by-hand',
    says: {
      zh: '工伤基金已付，又在居民医保手工报销',
      en: 'paid by the work-injury fund and claimed by hand from the resident insurance',
    },
    finds: [{ rule: 'paid-twice', severity: 'high' }],
    write: (life) => {
      life.openCase({ received: 15 });
      life.life.insured = { fund: '390', since: life.ago(1500), name: life.citizen.name };
      life.settlement({ stay: injuryStay(life), settled: 140, manual: true });
    },
  },
  {
    id: 'paid-three-months-after-death',
    says: { zh: '死亡后继续发放伤残津贴三个月', en: 'the disability allowance was paid for three months after the death' },
    finds: [{ rule: 'paid-after-death', severity: 'critical' }],
    write: (life) => {
      life.closedCase({ grade: 2 });
      life.agreedDeath(130);
      life.allowance({ last: addMonths(monthOf(life.ago(130)), 3) });
    },
  },
  {
    id: 'paid-one-month-after-death',
    says: { zh: '死亡后多发放伤残津贴一个月', en: 'the disability allowance was paid for one month after the death' },
    finds: [{ rule: 'paid-after-death', severity: 'low' }],
    write: (life) => {
      life.closedCase({ grade: 3 });
      life.agreedDeath(75);
      life.allowance({ last: addMonths(monthOf(life.ago(75)), 1) });
    },
  },
  {
    id: 'paid-after-cremation-only',
    says: {
      zh: '仅民政有火化记录，其后仍发放伤残津贴三个月',
      en: 'paid for three months after a cremation of which only civil affairs tells',
    },
    finds: [
      { rule: 'paid-after-death', severity: 'medium' },
      { rule: 'death-single-source', severity: 'low' },
    ],
    write: (life) => {
      life.closedCase({ grade: 1 });
      life.cremation({ cremated: 120 });
      life.allowance({ last: addMonths(monthOf(life.ago(120)), 3) });
    },
  },
];
