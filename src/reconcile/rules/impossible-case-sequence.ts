import type { AppraisalCase, Bilingual, Claim, DayInterval } from '../../model/index.js';
import { firstDay } from '../cases.js';
import { cityClaim } from '../claims.js';
import { interval, isBefore } from '../dates.js';
import { accident, appraisalCase, file } from '../example.js';
import { conclusion } from '../example-cases.js';
import { doubt, notApplicable } from '../reasons.js';
import type { Doubt, PersonRule, RuleFinding } from '../rule.js';
import { ownConclusions } from '../supersede.js';
import { dateText } from '../texts.js';
import { verdictOf } from '../verdicts.js';

/** In order: accident 2025-01-10, recognition 2025-02-10, application 2025-03-01, conclusion 2025-04-10, delivery 2025-04-15. */
const ordered = (parts: Partial<AppraisalCase> = {}) =>
  file({
    cases: [
      appraisalCase({
        state: 'effective',
        receivedOn: '2025-03-01',
        acceptedOn: '2025-03-02',
        recognition: accident('2025-01-10', { decidedOn: '2025-02-10' }),
        conclusions: [conclusion('2025-04-10')],
        deliveries: [{ to: 'person', sentOn: '2025-04-11', receivedOn: '2025-04-15' }],
        ...parts,
      }),
    ],
  });

const rule: PersonRule = {
  scope: 'person',
  id: 'impossible-case-sequence',
  version: '2',
  severity: 'high',
  title: { zh: '案件日期次序不可能', en: 'Impossible order of a case' },
  description: {
    zh: '事故、工伤认定、鉴定结论、送达的日期次序颠倒，或受理早于收到申请。同一日不算颠倒。',
    en: 'Accident, recognition, conclusion and delivery are not in this order, or the case was accepted before it was received. One day for two of them is right.',
  },
  feeds: [],
  parameters: {},
  basis: ['劳动能力鉴定管理办法（人社部、国家卫生健康委令第55号）第十条、第十七条、第三十一条', '工伤保险条例第二十条'],
  action: 'ask-applicant',
  readsDeathFact: false,
  notApplicable: ({ cases }) => (cases.length === 0 ? notApplicable('no-case') : undefined),

  check({ file: { cases } }) {
    return verdictOf(cases.map(({ case: item }) => judge(item)));
  },

  examples: [
    {
      name: { zh: '认定决定早于事故一日', en: 'recognised on the day before the accident' },
      file: ordered({ recognition: accident('2025-01-10', { decidedOn: '2025-01-09' }) }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '认定决定与事故同日', en: 'recognised on the day of the accident' },
      file: ordered({ recognition: accident('2025-01-10', { decidedOn: '2025-01-10' }) }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '结论早于认定决定一日', en: 'concluded on the day before the recognition' },
      file: ordered({ conclusions: [conclusion('2025-02-09')] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '结论早于事故，没有认定日期', en: 'concluded before the accident, and no day of recognition' },
      file: ordered({ recognition: accident('2025-04-11') }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '寄出早于结论一日', en: 'sent on the day before the conclusion' },
      file: ordered({ deliveries: [{ to: 'employer', sentOn: '2025-04-09' }] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '结论当日送达', en: 'delivered on the day of the conclusion' },
      file: ordered({ deliveries: [{ to: 'person', sentOn: '2025-04-10', receivedOn: '2025-04-10' }] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '在第二份结论之前送达的是第一份', en: 'delivered before the second conclusion: it was the first' },
      file: ordered({ conclusions: [conclusion('2025-05-10'), conclusion('2025-04-10', { status: 'superseded' })] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '受理早于收到申请一日', en: 'accepted on the day before receipt' },
      file: ordered({ acceptedOn: '2025-02-28' }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '收到申请当日受理', en: 'accepted on the day of receipt' },
      file: ordered({ acceptedOn: '2025-03-01' }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '认定只写了事故的当月', en: 'recognised in the month of the accident, no day given' },
      file: ordered({ recognition: accident('2025-01-10', { decidedOn: '2025-01' }) }),
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

/** Something that happened in a case: what it is called, where it stands, when it was. */
interface Step {
  readonly name: Bilingual;
  readonly field: string;
  readonly date: string;
  readonly day: DayInterval | undefined;
}

function judge(item: AppraisalCase): RuleFinding | Doubt | undefined {
  const pairs = pairsOf(item).map(([earlier, later]) => ({
    earlier,
    later,
    isReversed: earlier.day === undefined || later.day === undefined ? 'no' : isBefore(later.day, earlier.day),
  }));
  const reversed = pairs.filter(({ isReversed }) => isReversed === 'yes');
  if (reversed.length === 0) {
    return pairs.some(({ isReversed }) => isReversed === 'maybe') ? doubt('date-too-coarse') : undefined;
  }
  const claims = new Map<string, Claim>();
  for (const step of reversed.flatMap(({ earlier, later }) => [earlier, later])) {
    claims.set(step.field, cityClaim(item.caseNo, step.field, dateText(step.date)));
  }
  return {
    severity: 'high',
    explanation: {
      zh: `${reversed.map(({ earlier, later }) => `${textOf(later).zh}，早于${textOf(earlier).zh}`).join('；')}（案件 ${item.caseNo}）`,
      en: `${reversed.map(({ earlier, later }) => `${textOf(later).en}, before ${textOf(earlier).en}`).join('; ')} (case ${item.caseNo})`,
    },
    claims: [...claims.values()],
    rests: [],
  };
}

/** Every two steps that have an order, in one order whatever that of the lists. */
function pairsOf(item: AppraisalCase): [earlier: Step, later: Step][] {
  const { recognition } = item;
  const accidents = step({ zh: '事故', en: 'the accident' }, 'recognition/accidentOn', recognition?.accidentOn);
  const decisions = step({ zh: '认定决定', en: 'the recognition' }, 'recognition/decidedOn', recognition?.decidedOn);
  const conclusions = inOrder(
    ownConclusions(item).flatMap(({ no, on }) => step({ zh: `结论 ${no}`, en: `conclusion ${no}` }, `conclusions/${no}/on`, on)),
  );
  const deliveries = inOrder(
    item.deliveries.flatMap(({ to, sentOn, receivedOn }) => [
      ...step({ zh: '寄出', en: 'sent' }, `deliveries/${to}/${dateText(sentOn)}/sentOn`, sentOn),
      ...step({ zh: '收到', en: 'delivered' }, `deliveries/${to}/${dateText(receivedOn)}/receivedOn`, receivedOn),
    ]),
  );
  const receipts = step({ zh: '收到申请', en: 'the receipt' }, 'receivedOn', item.receivedOn);
  const acceptances = step({ zh: '受理', en: 'accepted' }, 'acceptedOn', item.acceptedOn);
  return [
    ...each(accidents, decisions),
    ...each(accidents, conclusions),
    ...each(accidents, deliveries),
    ...each(decisions, conclusions),
    ...each(decisions, deliveries),
    ...each(firstOf(conclusions), deliveries),
    ...each(receipts, acceptances),
  ];
}

function step(name: Bilingual, field: string, date: string | undefined): Step[] {
  return date === undefined ? [] : [{ name, field, date, day: interval(date) }];
}

/** The first conclusion: whatever was delivered before it was not a conclusion. Coarse dates make its day coarse. */
function firstOf(conclusions: readonly Step[]): Step[] {
  const day = firstDay(conclusions.map(({ date }) => date));
  const first = conclusions.find((item) => item.day?.lo === day?.lo);
  return first === undefined || day === undefined ? [] : [{ ...first, day }];
}

function each(earlier: readonly Step[], later: readonly Step[]): [Step, Step][] {
  return earlier.flatMap((one) => later.map((other): [Step, Step] => [one, other]));
}

function inOrder(steps: readonly Step[]): Step[] {
  return [...steps].sort((a, b) => (`${a.date} ${a.field}` < `${b.date} ${b.field}` ? -1 : 1));
}

function textOf({ name, date }: Step): Bilingual {
  return { zh: `${name.zh}（${dateText(date)}）`, en: `${name.en} (${dateText(date)})` };
}
