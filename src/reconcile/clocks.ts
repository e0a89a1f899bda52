import type { AppraisalCase } from '../model/index.js';

/**
 * Statutory clocks of an appraisal, by the rules that govern the case. Numbers and articles from 劳动能力鉴定管理办法 (order 55 of 2025, in force
 * 2025-07-01), 工伤保险条例 and, for order 21 of 2014 (repealed by order 55), what its successor is known to have changed: 20 days of delivery
 * became 15. Where order 21 has no article here, its number is not on record and none is invented.
 */

export type Regime = AppraisalCase['regime'];

export interface Clock {
  readonly length: number;
  readonly unit: 'day' | 'year';
  /** The event it runs from; that day itself is not counted, and the last day is in time. */
  readonly from: 'receipt of the application' | 'conclusion' | 'delivery, for each party';
  readonly basis: string;
}

export interface Clocks {
  /** 作出鉴定结论. */
  readonly conclusion: Clock;
  /** At most so many days more for a conclusion (延长). */
  readonly extension: Clock;
  /** 送达. */
  readonly delivery: Clock;
  /** Until when a re-appraisal may be asked for (再次鉴定). */
  readonly reappraisal: Clock;
  /** From when a review may be asked for (复查鉴定). */
  readonly review: Clock;
}

const order55 = '劳动能力鉴定管理办法（人社部、国家卫生健康委令第55号）';
const order21 = '工伤职工劳动能力鉴定管理办法（令第21号，2025-07-01 废止）';
const regulation = '工伤保险条例（国务院令第586号）';

export const clocks: Readonly<Record<Regime, Clocks>> = {
  'order-55': {
    conclusion: { length: 60, unit: 'day', from: 'receipt of the application', basis: `${order55}第十条` },
    extension: { length: 30, unit: 'day', from: 'receipt of the application', basis: `${order55}第十条` },
    delivery: { length: 15, unit: 'day', from: 'conclusion', basis: `${order55}第十七条` },
    reappraisal: { length: 15, unit: 'day', from: 'delivery, for each party', basis: `${order55}第十九条` },
    review: { length: 1, unit: 'year', from: 'conclusion', basis: `${order55}第二十条` },
  },
  'order-21': {
    conclusion: { length: 60, unit: 'day', from: 'receipt of the application', basis: `${regulation}第二十五条` },
    extension: { length: 30, unit: 'day', from: 'receipt of the application', basis: `${regulation}第二十五条` },
    delivery: { length: 20, unit: 'day', from: 'conclusion', basis: order21 },
    reappraisal: { length: 15, unit: 'day', from: 'delivery, for each party', basis: `${regulation}第二十六条` },
    review: { length: 1, unit: 'year', from: 'conclusion', basis: `${regulation}第二十八条` },
  },
};

/** The articles of some clocks under both rules, each once: for a rule's `basis`. */
export function articlesOf(...names: readonly (keyof Clocks)[]): string[] {
  return [...new Set(Object.values(clocks).flatMap((of) => names.map((name) => of[name].basis)))];
}

/** A city's number under order 55, or that under order 21, by the rules that govern a case. */
export function byRegime(regime: Regime, under: { readonly order55: number; readonly order21: number }): number {
  return regime === 'order-21' ? under.order21 : under.order55;
}
