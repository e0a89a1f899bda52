import { type Bilingual, type DayInterval, formatDay } from '../../model/index.js';
import { cityClaim } from '../claims.js';
import { compareTexts } from '../current.js';
import { interval } from '../dates.js';
import { accident, appraisalCase, benefit, death, exam, file, population } from '../example.js';
import type { PersonFile } from '../person-file.js';
import type { PersonRule } from '../rule.js';
import { dateText, deathText, joined, spanText } from '../texts.js';
import { nothingFound } from '../verdicts.js';

const conflicting = [death({ diedOn: '2025-03-10' }), death({ basis: 'cremation', diedOn: '2025-03-20' })];

const rule: PersonRule = {
  scope: 'person',
  id: 'death-dates-conflict',
  version: '1',
  severity: 'high',
  title: { zh: '死亡日期互相矛盾', en: 'Days of death conflict' },
  description: {
    zh: '各来源记载的死亡日期相差超过一天。其间若有鉴定检查、结论、待遇发放月末或停工留薪期满，差别直接影响办理，为高。',
    en: 'Sources give days of death more than one day apart; high when an exam, a conclusion, the end of a paid month or of the leave period lies between.',
  },
  feeds: [],
  parameters: {},
  basis: ['工伤保险条例第三十九条', '社会保险经办条例（国务院令第765号）第二十六条'],
  action: 'ask-agency',
  readsDeathFact: true,

  check({ file }) {
    const { death } = file;
    if (death.fact.level !== 'conflicting' || death.span === undefined) return nothingFound;
    const decisive = datesWithin(file, death.span);
    const said = deathText(death.pieces);
    const span = spanText(death.span);
    const between = decisive.length === 0 ? undefined : joined(decisive.map((item) => item.text));
    return {
      findings: [
        {
          severity: decisive.length === 0 ? 'medium' : 'high',
          explanation: {
            zh: `${said.zh}；相差超过一天（${span}）${between === undefined ? '' : `，其间有：${between.zh}`}`,
            en: `${said.en}; more than a day apart (${span})${between === undefined ? '' : `; in between: ${between.en}`}`,
          },
          claims: decisive.map((item) => item.claim),
          // What lies between decides the severity, not what contradicts what.
          about: death.fact.evidence,
          rests: [],
          restsOnDeath: true,
        },
      ],
      doubts: [],
    };
  },

  examples: [
    {
      name: { zh: '相差十天', en: 'ten days apart' },
      file: file({ evidence: conflicting }),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '相差两天', en: 'two days apart' },
      file: file({ evidence: [death({ diedOn: '2025-03-10' }), death({ basis: 'cremation', diedOn: '2025-03-12' })] }),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '相差一天', en: 'one day apart' },
      file: file({ evidence: [death({ diedOn: '2025-03-10' }), death({ basis: 'cremation', diedOn: '2025-03-11' })] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '其间有鉴定检查', en: 'an exam in between' },
      file: file({ cases: [appraisalCase({ exams: [exam('2025-03-20')] })], evidence: conflicting }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '检查在区间之后一天', en: 'an exam one day past the last' },
      file: file({ cases: [appraisalCase({ exams: [exam('2025-03-21')] })], evidence: conflicting }),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '停工留薪期在最早之日届满', en: 'the leave period ends on the first of the days' },
      file: file({
        cases: [
          appraisalCase({
            recognition: accident('2024-03-01'),
            leavePeriod: { from: '2024-03-01', until: '2025-03-10' },
          }),
        ],
        evidence: conflicting,
      }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '发放月的月末不在其间', en: 'the end of the paid month is not in between' },
      file: file({ benefits: [benefit(['2025-03'])], evidence: conflicting }),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '只有一个来源', en: 'one source only' },
      file: file({ evidence: [death({ diedOn: '2025-03-10' })] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '死亡之后有人脸核验：有争议', en: 'a face match after the last day: disputed' },
      file: file({
        cases: [appraisalCase({ exams: [exam('2025-03-22', { identityCheck: 'face-match' })] })],
        evidence: [...conflicting, population()],
      }),
      expect: { outcome: 'unknown', reason: 'death-disputed' },
    },
  ],
};

export default rule;

/** What the day of death decides and what certainly lies within the days in question, both ends counted. */
function datesWithin({ cases, exams, payments }: PersonFile, span: DayInterval) {
  const found: { text: Bilingual; claim: ReturnType<typeof cityClaim> }[] = [];
  const add = (days: DayInterval | undefined, recordId: string, field: string, on: string, text: Bilingual): void => {
    if (days === undefined || days.lo < span.lo || days.hi > span.hi) return;
    found.push({ text: { zh: `${text.zh} ${on}`, en: `${text.en} ${on}` }, claim: cityClaim(recordId, field, on) });
  };
  for (const { caseNo, exam, on } of exams) {
    const day = dateText(exam.on);
    add(on, caseNo, `exams/${day}/on`, day, { zh: '鉴定检查', en: 'exam' });
  }
  for (const { case: item, leaveEnd } of cases) {
    for (const { no, on } of [...item.conclusions].sort((a, b) => compareTexts(a.no, b.no) || compareTexts(a.on, b.on)))
      add(interval(on), item.caseNo, `conclusions/${no}/on`, dateText(on), { zh: '鉴定结论', en: 'conclusion' });
    const until = dateText(item.leavePeriod?.until);
    add(leaveEnd, item.caseNo, 'leavePeriod/until', until, { zh: '停工留薪期满', en: 'end of the leave period' });
  }
  for (const { benefitId, period, days } of payments) {
    // The last day of the month must lie within, not the whole month.
    const lastDay = { lo: days.hi, hi: days.hi };
    add(lastDay, benefitId, `payments/${period}`, formatDay(days.hi), { zh: '待遇发放月末', en: 'end of a paid month' });
  }
  return found;
}
