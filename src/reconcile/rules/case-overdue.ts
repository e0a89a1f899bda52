import type { AppraisalCase, Bilingual, Claim, Day, DayInterval } from '../../model/index.js';
import { isOpen, lastDay, lastOf, standing, stateName } from '../cases.js';
import { cityClaim } from '../claims.js';
import { articlesOf, byRegime, clocks } from '../clocks.js';
import { interval, isBefore, isOlderThan, type Truth } from '../dates.js';
import { appraisalCase, file } from '../example.js';
import { conclusion } from '../example-cases.js';
import { doubt, notApplicable } from '../reasons.js';
import type { Doubt, PersonRule, RuleFinding } from '../rule.js';
import { dateText, spanText } from '../texts.js';
import { verdictOf } from '../verdicts.js';

type Days = {
  conclusionDays: number;
  conclusionDaysOrder21: number;
  extensionDays: number;
  extensionDaysOrder21: number;
  deliveryDays: number;
  deliveryDaysOrder21: number;
  /** The finding is for information from this share of the days on, rounded up. */
  warnFromPercent: number;
};

const [order55, order21] = [clocks['order-55'], clocks['order-21']];

// The files are of 2025-06-30: the 60th day after 2025-05-01, the 48th after 2025-05-13.
const received = (receivedOn: string, parts: Partial<AppraisalCase> = {}) =>
  file({ cases: [appraisalCase({ receivedOn, ...parts })] });
const toBoth: AppraisalCase['deliveries'] = [
  { to: 'person', receivedOn: '2025-06-20' },
  { to: 'employer', sentOn: '2025-06-19' },
];
const concluded = (on: string, parts: Partial<AppraisalCase> = {}) =>
  received('2025-04-01', {
    state: 'concluded',
    employer: { name: '演示公司' },
    conclusions: [conclusion(on)],
    ...parts,
  });

const rule: PersonRule<Days> = {
  scope: 'person',
  id: 'case-overdue',
  version: '2',
  severity: 'medium',
  title: { zh: '办理超过法定期限', en: 'Statutory time exceeded' },
  description: {
    zh: '尚未作出结论而已超过自收到申请起的期限，或结论作出后未按期送达本人或用人单位；临近期限时先予提示。已补办的不再提示。',
    en: 'No conclusion within the time from receipt of the application, or a conclusion not delivered to the person or the employer in time; said for information when the time is nearly over. What came late is history.',
  },
  feeds: [],
  parameters: {
    conclusionDays: order55.conclusion.length,
    conclusionDaysOrder21: order21.conclusion.length,
    extensionDays: order55.extension.length,
    extensionDaysOrder21: order21.extension.length,
    deliveryDays: order55.delivery.length,
    deliveryDaysOrder21: order21.delivery.length,
    warnFromPercent: 80,
  },
  basis: articlesOf('conclusion', 'extension', 'delivery'),
  action: 'record',
  readsDeathFact: false,
  notApplicable: ({ cases }) => (cases.length === 0 ? notApplicable('no-case') : undefined),

  check({ file: { cases, asOf }, parameters }) {
    return verdictOf(cases.map(({ case: item }) => judge(item, asOf, parameters)));
  },

  examples: [
    {
      name: { zh: '收到申请后第 61 日', en: 'the 61st day after receipt' },
      file: received('2025-04-30'),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '收到申请后第 60 日', en: 'the 60th day after receipt' },
      file: received('2025-05-01'),
      expect: { outcome: 'finding', severity: 'info' },
    },
    {
      name: { zh: '第 48 日，已过八成', en: 'the 48th of 60 days' },
      file: received('2025-05-13'),
      expect: { outcome: 'finding', severity: 'info' },
    },
    {
      name: { zh: '第 47 日', en: 'the 47th of 60 days' },
      file: received('2025-05-14'),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '延长 40 日只计 30 日，第 91 日', en: 'extended by 40 days, of which 30 count: the 91st day' },
      file: received('2025-03-31', { extendedDays: 40 }),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '延长 30 日、本人改期 10 日，第 100 日', en: 'extended by 30 days and rescheduled by 10: the 100th day' },
      file: received('2025-03-22', { extendedDays: 30, rescheduledDays: 10 }),
      expect: { outcome: 'finding', severity: 'info' },
    },
    {
      name: { zh: '结论已作出，迟作属既往', en: 'a conclusion that came late' },
      file: received('2025-01-01', { state: 'effective', conclusions: [conclusion('2025-06-01')] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '结论后第 16 日，用人单位未送达', en: 'not delivered to the employer on the 16th day' },
      file: concluded('2025-06-14', { deliveries: toBoth.slice(0, 1) }),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '结论后第 15 日，均未送达', en: 'delivered to nobody on the 15th day' },
      file: concluded('2025-06-15'),
      expect: { outcome: 'finding', severity: 'info' },
    },
    {
      name: { zh: '结论后第 11 日，均未送达', en: 'delivered to nobody on the 11th day' },
      file: concluded('2025-06-19'),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '双方均已寄出或收到', en: 'sent to one and received by the other' },
      file: concluded('2025-06-14', { deliveries: toBoth }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '没有用人单位，本人已收到', en: 'no employer, and the person has received it' },
      file: received('2025-04-01', {
        state: 'concluded',
        conclusions: [conclusion('2025-06-14')],
        deliveries: toBoth.slice(0, 1),
      }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '令第21号案件第 20 日', en: 'the 20th day under order 21' },
      file: concluded('2025-06-10', { regime: 'order-21' }),
      expect: { outcome: 'finding', severity: 'info' },
    },
    {
      name: { zh: '令第21号案件第 21 日', en: 'the 21st day under order 21' },
      file: concluded('2025-06-09', { regime: 'order-21' }),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '只写了收到月份', en: 'received in a month only' },
      file: received('2025-05'),
      expect: { outcome: 'unknown', reason: 'date-too-coarse' },
    },
    {
      name: { zh: '没有案件', en: 'no case' },
      file: file(),
      expect: { outcome: 'not-applicable', reason: 'no-case' },
    },
  ],
};

export default rule;

function judge(item: AppraisalCase, asOf: Day, parameters: Days): RuleFinding | Doubt | undefined {
  if (item.state === 'concluded') return judgeDelivery(item, asOf, parameters);
  // A conclusion on file ends the step, whatever the state still says.
  return isOpen(item) && item.conclusions.length === 0 ? judgeConclusion(item, asOf, parameters) : undefined;
}

function judgeConclusion(item: AppraisalCase, asOf: Day, parameters: Days): RuleFinding | Doubt | undefined {
  const { caseNo, regime, receivedOn, state } = item;
  const extension = Math.min(
    countOf(item.extendedDays),
    byRegime(regime, { order55: parameters.extensionDays, order21: parameters.extensionDaysOrder21 }),
  );
  const lawful = byRegime(regime, { order55: parameters.conclusionDays, order21: parameters.conclusionDaysOrder21 });
  const rescheduled = countOf(item.rescheduledDays);
  const time = timeOf(interval(receivedOn), asOf, lawful + extension + rescheduled, parameters.warnFromPercent);
  if (time === undefined || 'reason' in time) return time;
  const added = addedText(extension, rescheduled);
  const step = stateName(state);
  const on = dateText(receivedOn);
  return {
    severity: time.severity,
    explanation: {
      zh: `${on} 收到申请，${lawful} 日${added.zh}至 ${time.due} 届满（${clock(regime).conclusion.basis}）；${time.words.zh}未作出结论（案件 ${caseNo}，${step.zh}）`,
      en: `Received on ${on}; ${lawful} days${added.en} end on ${time.due} (${clock(regime).conclusion.basis}); ${time.words.en}, without a conclusion (case ${caseNo}, ${step.en})`,
    },
    claims: [cityClaim(caseNo, 'receivedOn', on), cityClaim(caseNo, 'state', state), deadlineClaim(caseNo, time.severity)],
    rests: [],
  };
}

function judgeDelivery(item: AppraisalCase, asOf: Day, parameters: Days): RuleFinding | Doubt | undefined {
  const { caseNo, regime } = item;
  const last = lastOf(standing(item.conclusions));
  if (last.length === 0) return doubt('conclusion-not-on-file');
  const on = lastDay(last.map((conclusion) => conclusion.on));
  const parties = (['person', 'employer'] as const).filter((party) => party === 'person' || item.employer !== undefined);
  const without = parties.filter((party) => isDelivered(item, party, on) === 'no');
  const unsure = parties.filter((party) => isDelivered(item, party, on) === 'maybe');
  if (without.length + unsure.length === 0) return undefined;

  const days = byRegime(regime, { order55: parameters.deliveryDays, order21: parameters.deliveryDaysOrder21 });
  const time = timeOf(on, asOf, days, parameters.warnFromPercent);
  if (time === undefined || 'reason' in time) return time;
  if (without.length === 0) return doubt('date-too-coarse');
  const { no, on: made } = last[0] as (typeof last)[number];
  const [day, whom] = [dateText(made), partiesText(without)];
  return {
    severity: time.severity,
    explanation: {
      zh: `结论 ${no} 于 ${day} 作出，${days} 日至 ${time.due} 届满（${clock(regime).delivery.basis}）；${time.words.zh}未送达${whom.zh}（案件 ${caseNo}）`,
      en: `Conclusion ${no} was made on ${day}; ${days} days end on ${time.due} (${clock(regime).delivery.basis}); ${time.words.en}, neither sent to nor received by ${whom.en} (case ${caseNo})`,
    },
    claims: [
      cityClaim(caseNo, `conclusions/${no}/on`, day),
      ...without.map((party): Claim => cityClaim(caseNo, `deliveries/${party}`, 'absent')),
      deadlineClaim(caseNo, time.severity),
    ],
    // One delivery of two is news of the same lateness, not another one.
    about: [`city/${caseNo}#conclusions/${no}/delivery`],
    rests: [],
  };
}

/** Days as given; what is no whole number of days lengthens no time and shortens none. */
function countOf(days: number | undefined): number {
  return days !== undefined && Number.isInteger(days) && days > 0 ? days : 0;
}

/** Was it sent to a party, or received? Where there are several conclusions, a delivery from before the last was of another. */
function isDelivered({ deliveries, conclusions }: AppraisalCase, to: 'person' | 'employer', on: DayInterval | undefined): Truth {
  let best: Truth = 'no';
  for (const delivery of deliveries) {
    const date = delivery.receivedOn ?? delivery.sentOn;
    if (delivery.to !== to || date === undefined) continue;
    const day = interval(date);
    const isOfAnother = conclusions.length < 2 || day === undefined || on === undefined ? 'no' : isBefore(day, on);
    if (isOfAnother === 'no') return 'yes';
    if (isOfAnother === 'maybe') best = 'maybe';
  }
  return best;
}

/** That a time is over is another fact than that it was nearly over: whoever dealt with the one has not dealt with the other. */
function deadlineClaim(caseNo: string, severity: 'medium' | 'info'): Claim {
  return cityClaim(caseNo, 'deadline', severity === 'medium' ? 'over' : 'near');
}

/** Is a time over, nearly over, or neither? The day itself is not counted, and the last day is in time. */
function timeOf(
  from: DayInterval | undefined,
  asOf: Day,
  days: number,
  warnFromPercent: number,
): { severity: 'medium' | 'info'; due: string; words: Bilingual } | Doubt | undefined {
  if (from === undefined) return doubt('date-too-coarse');
  const due = spanText({ lo: from.lo + days, hi: from.hi + days });
  if (isOlderThan(from, asOf, days) === 'yes') {
    return { severity: 'medium', due, words: { zh: '已逾期，', en: 'that is over' } };
  }
  const isNear = isOlderThan(from, asOf, Math.ceil((days * warnFromPercent) / 100) - 1);
  if (isNear === 'maybe') return doubt('date-too-coarse');
  if (isNear === 'no') return undefined;
  return {
    severity: 'info',
    due,
    words: { zh: `期限已过 ${warnFromPercent} %，`, en: `${warnFromPercent} % of the time has passed` },
  };
}

function clock(regime: AppraisalCase['regime']) {
  return regime === 'order-21' ? order21 : order55;
}

function addedText(extension: number, rescheduled: number): Bilingual {
  const zh = [extension > 0 ? `延长 ${extension} 日` : '', rescheduled > 0 ? `改期 ${rescheduled} 日` : ''].filter(Boolean);
  const en = [extension > 0 ? `${extension} of extension` : '', rescheduled > 0 ? `${rescheduled} rescheduled` : ''].filter(
    Boolean,
  );
  return zh.length === 0 ? { zh: '', en: '' } : { zh: `（另${zh.join('、')}）`, en: ` (and ${en.join(', ')})` };
}

function partiesText(parties: readonly ('person' | 'employer')[]): Bilingual {
  const names = { person: { zh: '本人', en: 'the person' }, employer: { zh: '用人单位', en: 'the employer' } };
  return {
    zh: parties.map((party) => names[party].zh).join('、'),
    en: parties.map((party) => names[party].en).join(' and '),
  };
}
