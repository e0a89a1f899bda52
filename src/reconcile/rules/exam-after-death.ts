import { byLevel, cityClaim } from '../claims.js';
import { isAfterDeath, latestDay } from '../dates.js';
import { appraisalCase, death, exam, feeds, file, population } from '../example.js';
import * as needs from '../needs.js';
import type { KnownExam, PersonFile } from '../person-file.js';
import { doubt, notApplicable } from '../reasons.js';
import type { PersonRule } from '../rule.js';
import { dateText, deathText } from '../texts.js';
import { againstDeath } from '../verdicts.js';

const examined = (...exams: Parameters<typeof exam>[]) => [
  appraisalCase({ state: 'examined', exams: exams.map((given) => exam(...given)) }),
];
const certificate = death({ diedOn: '2025-03-01' });

const rule: PersonRule = {
  scope: 'person',
  id: 'exam-after-death',
  version: '1',
  severity: 'critical',
  title: { zh: '死亡之后仍有鉴定检查', en: 'Examined after death' },
  description: {
    zh: '死亡日期之后仍有劳动能力鉴定检查，且未经人脸核验：可能冒名顶替，也可能死亡记录有误。',
    en: 'An exam without a face match took place after the day of death: somebody else may have come, or the record of the death is wrong.',
  },
  feeds: needs.theThree,
  parameters: {},
  basis: ['劳动能力鉴定管理办法（人社部、国家卫生健康委令第55号）第十二条、第十四条、第三十一条'],
  action: 'hold-step',
  readsDeathFact: true,
  notApplicable: ({ exams }) => (exams.length > 0 ? undefined : notApplicable('no-exam')),

  check({ file }) {
    const { death } = file;
    return againstDeath(death, examsWithoutFace(file), ({ caseNo, exam, on }, span) => {
      if (on === undefined) return undefined;
      const isAfter = isAfterDeath(on, span, 0);
      if (isAfter === 'no') return undefined;
      if (isAfter === 'maybe') return doubt('date-too-coarse');
      const said = deathText(death.pieces);
      const day = dateText(exam.on);
      return {
        severity: byLevel(death, { corroborated: 'critical', conflicting: 'high', reported: 'high' }),
        explanation: {
          zh: `${said.zh}；${day} 仍有鉴定检查（案件 ${caseNo}，${exam.identityCheck === 'manual' ? '人工核验身份' : '未核验身份'}）`,
          en: `${said.en}; examined on ${day} (case ${caseNo}, identity ${exam.identityCheck === 'manual' ? 'checked by hand' : 'not checked'})`,
        },
        claims: [cityClaim(caseNo, `exams/${day}/on`, day)],
        rests: [],
        restsOnDeath: true,
      };
    });
  },

  /** The last exam that is not face-matched. */
  dayInQuestion: (personFile) => latestDay(examsWithoutFace(personFile).map(({ on }) => on)),

  examples: [
    {
      name: { zh: '死亡次日检查', en: 'examined on the day after the death' },
      file: file({ cases: examined(['2025-03-02']), evidence: [certificate] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '死亡当日检查', en: 'examined on the day of death' },
      file: file({ cases: examined(['2025-03-01']), evidence: [certificate] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '两个来源一致，死亡后检查', en: 'two sources agree, examined after' },
      file: file({
        cases: examined(['2025-03-20']),
        evidence: [certificate, death({ basis: 'cremation', eventOn: '2025-03-04' })],
      }),
      expect: { outcome: 'finding', severity: 'critical' },
    },
    {
      name: { zh: '只有人脸核验的检查', en: 'only a face-matched exam' },
      file: file({ cases: examined(['2025-03-02', { identityCheck: 'face-match' }]), evidence: [certificate] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '检查只写了月份', en: 'the exam has a month only' },
      file: file({ cases: examined(['2025-03']), evidence: [certificate] }),
      expect: { outcome: 'unknown', reason: 'date-too-coarse' },
    },
    {
      name: { zh: '死亡没有日期', en: 'the death has no date' },
      file: file({ cases: examined(['2025-03-02']), evidence: [population({ deathFlag: true })] }),
      expect: { outcome: 'unknown', reason: 'death-undated' },
    },
    {
      name: { zh: '数据源恰好完整到检查当日', en: 'a feed complete through the day of the exam' },
      file: file({
        cases: examined(['2025-03-20']),
        feeds: feeds({ 'health/death-certificates': { completeThrough: '2025-03-20' } }),
      }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '数据源只完整到检查前一日', en: 'a feed complete through the day before the exam' },
      file: file({
        cases: examined(['2025-03-20']),
        feeds: feeds({ 'health/death-certificates': { completeThrough: '2025-03-19' } }),
      }),
      expect: { outcome: 'unknown', reason: 'feed-gap' },
    },
    {
      name: { zh: '没有检查', en: 'no exam' },
      file: file({ cases: [appraisalCase()], evidence: [certificate] }),
      expect: { outcome: 'not-applicable', reason: 'no-exam' },
    },
  ],
};

export default rule;

function examsWithoutFace({ exams }: PersonFile): readonly KnownExam[] {
  return exams.filter(({ exam }) => exam.identityCheck !== 'face-match');
}
