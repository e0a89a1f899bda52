import type { AppraisalCase } from '../../model/index.js';
import { workingCalendar } from '../calendar.js';
import { isOpen } from '../cases.js';
import { appraisalCase, feeds, file, weakLink } from '../example.js';
import { appraisal, conclusion } from '../example-cases.js';
import { shippedCalendar } from '../holidays.js';
import * as needs from '../needs.js';
import type { PersonFile } from '../person-file.js';
import { type Compared, conclusionDifferences, type Difference, endDifference, lackedConclusions } from '../province.js';
import { mainDoubt, notApplicable } from '../reasons.js';
import type { Doubt, PersonRule, RuleFinding } from '../rule.js';
import { joined } from '../texts.js';
import { byCertainty, verdictOf } from '../verdicts.js';

type Days = {
  /** Of working days the province has after the city's conclusion. */
  workingDays: number;
  holidays: readonly string[];
  workdays: readonly string[];
};

const concluded = (on: string, parts: Partial<AppraisalCase> = {}) =>
  appraisalCase({ state: 'effective', conclusions: [conclusion(on)], ...parts });
const told = (parts: Parameters<typeof conclusion>[1] = {}, more: Parameters<typeof appraisal>[0] = {}) =>
  appraisal({ conclusion: conclusion('2025-05-20', parts), ...more });
const city = concluded('2025-05-20');
/** What is lacking by the end of a day. */
const lacking = (on: string, asOf = '2025-06-30') => file({ asOf: `${asOf}T23:00:00+08:00`, cases: [concluded(on)] });

const rule: PersonRule<Days> = {
  scope: 'person',
  id: 'province-differs',
  version: '4',
  severity: 'high',
  title: { zh: '与省级鉴定不一致', en: 'The province says otherwise' },
  description: {
    zh: '同一案件，同级结论的等级、护理程度或文号与省级不同；仅一方已撤销、纠正、因死亡终止或中止；或结论作出超过 3 个工作日省级仍没有。再次鉴定未结期间不比。',
    en: 'Of one case, grade, care or number of a conclusion of the same level differ; or only one side is revoked, corrected, ended by death or stopped; or the province lacks the conclusion more than 3 working days later. Not while a re-appraisal is pending.',
  },
  feeds: [needs.appraisals],
  parameters: { workingDays: 3, ...shippedCalendar },
  basis: ['劳动能力鉴定管理办法（人社部、国家卫生健康委令第55号）第十八条、第三十一条'],
  action: 'ask-agency',
  readsDeathFact: false,
  notApplicable: ({ cases }) => (cases.length === 0 ? notApplicable('no-case') : undefined),

  check({ file, parameters }) {
    const calendar = workingCalendar(parameters);
    return verdictOf(
      comparedCases(file).flatMap((compared): (RuleFinding | Doubt | undefined)[] => {
        const said = [
          ...conclusionDifferences(compared),
          endDifference(compared),
          ...lackedConclusions(compared, { file, calendar, workingDays: parameters.workingDays }),
        ].filter((item) => item !== undefined);
        const differences = said.filter((item) => 'claims' in item);
        if (differences.length === 0) return [mainDoubt(said.filter((item) => 'reason' in item))];
        const judged = differences.map((item) => ({ ...item, certain: item.rests.every(({ certain }) => certain) }));
        return byCertainty(judged).map((some) => findingOf(compared, some));
      }),
    );
  },

  examples: [
    {
      name: { zh: '等级不同', en: 'the grades differ' },
      file: file({ cases: [city], evidence: [told({ grade: 8 })] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '护理程度不同', en: 'the care differs' },
      file: file({ cases: [city], evidence: [told({ care: 'partial' })] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '文号不同', en: 'the numbers differ' },
      file: file({ cases: [city], evidence: [told({ no: '潍劳鉴〔2025〕101号' })] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '文号仅括号写法不同，省级未给护理程度', en: 'brackets written otherwise, and no care given' },
      file: file({
        cases: [city],
        evidence: [appraisal({ conclusion: withoutCare(conclusion('2025-05-20', { no: '潍劳鉴［2025］100 号' })) })],
      }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '另一级的结论', en: 'a conclusion of the other level' },
      file: file({ cases: [city], evidence: [told({ level: 'province', grade: 8, no: '鲁劳鉴〔2025〕9号' })] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '仅本市已撤销', en: 'revoked by the city alone' },
      file: file({ cases: [concluded('2025-05-20', { state: 'revoked' })], evidence: [told()] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '双方均已终止', en: 'stopped by both' },
      file: file({
        cases: [appraisalCase({ state: 'terminated' })],
        evidence: [appraisal({ state: 'abandoned' })],
      }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '第 4 个工作日省级仍无结论（跨周末）', en: 'lacking on the 4th working day, over a weekend' },
      file: lacking('2025-06-24'),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '第 3 个工作日省级尚无结论（跨周末）', en: 'lacking on the 3rd working day, over a weekend' },
      file: lacking('2025-06-25'),
      expect: { outcome: 'clear' },
    },
    {
      name: {
        zh: '本市结论早已逾期，省级结论昨日才作出',
        en: 'lacking of the city long ago, and of the province since yesterday',
      },
      file: file({
        cases: [
          appraisalCase({
            state: 'effective',
            conclusions: [conclusion('2025-06-10'), conclusion('2025-06-29', { level: 'province', no: '鲁劳鉴〔2025〕9号' })],
          }),
        ],
      }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '端午节放假不计，第 3 个工作日', en: 'the 3rd working day, a holiday between' },
      file: lacking('2025-05-30', '2025-06-05'),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '端午节放假不计，第 4 个工作日', en: 'the 4th working day, a holiday between' },
      file: lacking('2025-05-30', '2025-06-06'),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '调休上班的星期日计入，第 3 个工作日', en: 'the 3rd working day, a worked Sunday between' },
      file: lacking('2025-04-24', '2025-04-28'),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '调休上班的星期日计入，第 4 个工作日', en: 'the 4th working day, a worked Sunday between' },
      file: lacking('2025-04-24', '2025-04-29'),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '再次鉴定未结', en: 'a re-appraisal is pending' },
      file: file({
        cases: [city, appraisalCase({ caseNo: 'A-2025-002', kind: 'reappraisal', priorCaseNo: 'A-2025-001' })],
        evidence: [told({ grade: 8 })],
      }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '省级未受理再次鉴定，原结论不变', en: 'the province refused the re-appraisal: the conclusion stands' },
      file: file({
        cases: [city],
        evidence: [
          told({}, { source: { updatedAt: '2025-05-21T02:00:00.000Z' } }),
          appraisal({
            caseKind: 'reappraisal',
            provincialNo: 'SJ-2',
            state: 'rejected',
            source: { recordId: 'R2', updatedAt: '2025-06-10T02:00:00.000Z' },
          }),
        ],
      }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '省级记录与本人的对应不确定', en: 'the record of the province is not certainly about the person' },
      file: file({ cases: [city], evidence: [told({ grade: 8 }, { link: weakLink })] }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '省级没有结论，但数据源不可用', en: 'lacking, but the province is down' },
      file: file({ cases: [city], feeds: feeds({ 'provincial-appraisal/appraisals': { state: 'down' } }) }),
      expect: { outcome: 'unknown', reason: 'feed-down' },
    },
    {
      name: {
        zh: '省级的回答早于第 4 个工作日，数据源仍新鲜',
        en: 'lacking, by an answer from before the 4th working day that is still fresh',
      },
      file: file({
        cases: [concluded('2025-06-20')],
        feeds: feeds({ 'provincial-appraisal/appraisals': { completeThrough: '2025-06-25' } }),
      }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '结论只写了月份', en: 'lacking, and the conclusion has a month only' },
      file: lacking('2025-06'),
      expect: { outcome: 'unknown', reason: 'date-too-coarse' },
    },
    {
      name: { zh: '没有案件', en: 'no case' },
      file: file({ evidence: [told()] }),
      expect: { outcome: 'not-applicable', reason: 'no-case' },
    },
  ],
};

export default rule;

function withoutCare({ care: _, ...rest }: ReturnType<typeof conclusion>): ReturnType<typeof conclusion> {
  return rest;
}

/** Each case with what the province says of it: told apart by case number, else by the province's own. */
function comparedCases({ cases, appraisals }: PersonFile): Compared[] {
  const all = cases.map((known) => known.case);
  const ours = new Set(all.map(({ caseNo }) => caseNo));
  return all
    .map((item) => {
      const byCaseNo = appraisals.filter(({ record }) => record.caseNo === item.caseNo);
      const byProvincialNo = appraisals.filter(
        ({ record }) => item.provincialNo !== undefined && record.provincialNo === item.provincialNo && !ours.has(record.caseNo),
      );
      return { item, records: byCaseNo.length > 0 ? byCaseNo : byProvincialNo };
    })
    .filter((compared) => !isReappraisalPending(compared, all));
}

/** Until a re-appraisal is done the two sides may well differ. */
function isReappraisalPending({ item, records }: Compared, all: readonly AppraisalCase[]): boolean {
  return (
    item.state === 'challenged' ||
    item.conclusions.some(({ status }) => status === 'challenged') ||
    all.some((other) => other.kind === 'reappraisal' && other.priorCaseNo === item.caseNo && isOpen(other)) ||
    records.some(
      ({ record }) =>
        record.state === 'challenged' ||
        record.conclusion?.status === 'challenged' ||
        (record.caseKind === 'reappraisal' && item.kind !== 'reappraisal' && isOpen(record)),
    )
  );
}

function findingOf({ item }: Compared, differences: readonly Difference[]): RuleFinding {
  const text = joined(differences.map(({ text }) => text));
  const claims = new Map(differences.flatMap((difference) => difference.claims).map((claim) => [JSON.stringify(claim), claim]));
  return {
    severity: 'high',
    explanation: { zh: `案件 ${item.caseNo}：${text.zh}`, en: `Case ${item.caseNo}: ${text.en}` },
    claims: [...claims.values()],
    rests: differences.flatMap(({ rests }) => rests),
  };
}
