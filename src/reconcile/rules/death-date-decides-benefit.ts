import type { Bilingual, DayInterval } from '../../model/index.js';
import { cityClaim } from '../claims.js';
import { accident, appraisalCase, death, file, marriage, population } from '../example.js';
import type { KnownCase } from '../person-file.js';
import { notApplicable } from '../reasons.js';
import type { PersonRule } from '../rule.js';
import { dateText, deathText, spanText } from '../texts.js';
import { againstDeath } from '../verdicts.js';

const leave = (until: string) => [appraisalCase({ leavePeriod: { from: '2024-03-01', until } })];
const injured = (on: string) => [appraisalCase({ recognition: accident(on) })];
const certificate = death({ diedOn: '2025-03-10' });

const rule: PersonRule<{ leaveDays: number; afterAccidentFrom: number; afterAccidentTo: number }> = {
  scope: 'person',
  id: 'death-date-decides-benefit',
  version: '1',
  severity: 'high',
  title: { zh: '死亡日期决定待遇', en: 'The day of death decides the benefit' },
  description: {
    zh: '死亡日期的某个可能日在停工留薪期满前后7天之内，或在事故后第2、3天（48小时之界）：差一天即差一大笔待遇，须先核准日期。',
    en: 'A possible day of death is within 7 days of the end of the leave period, or 2 or 3 days after the accident (the limit of 48 hours): a day decides a large benefit.',
  },
  feeds: [],
  parameters: { leaveDays: 7, afterAccidentFrom: 2, afterAccidentTo: 3 },
  basis: ['工伤保险条例第十五条', '工伤保险条例第三十九条'],
  action: 'hold-step',
  readsDeathFact: true,
  notApplicable: ({ cases }) =>
    cases.some((item) => item.leaveEnd !== undefined || item.accident !== undefined)
      ? undefined
      : notApplicable('no-accident-or-leave-period'),

  check({ file, parameters }) {
    const { death } = file;
    return againstDeath(
      death,
      file.cases.flatMap((item) => turningPoints(item, parameters)),
      (point, span) => {
        if (point.days.hi < span.lo || point.days.lo > span.hi) return undefined;
        const said = deathText(death.pieces);
        const days = spanText(span);
        return {
          severity: 'high',
          explanation: {
            zh: `${said.zh}，死亡日期为 ${days}；${point.text.zh}`,
            en: `${said.en}: died ${days}; ${point.text.en}`,
          },
          claims: [cityClaim(point.caseNo, point.field, point.on)],
          rests: [],
          restsOnDeath: true,
        };
      },
    );
  },

  examples: [
    {
      name: { zh: '死亡后第7天停工留薪期满', en: 'the leave period ends 7 days after the death' },
      file: file({ cases: leave('2025-03-17'), evidence: [certificate] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '死亡后第8天停工留薪期满', en: 'the leave period ends 8 days after the death' },
      file: file({ cases: leave('2025-03-18'), evidence: [certificate] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '停工留薪期满后第7天死亡', en: 'died 7 days after the end of the leave period' },
      file: file({ cases: leave('2025-03-03'), evidence: [certificate] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '停工留薪期满后第8天死亡', en: 'died 8 days after the end of the leave period' },
      file: file({ cases: leave('2025-03-02'), evidence: [certificate] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '事故后第2天死亡', en: 'died 2 days after the accident' },
      file: file({ cases: injured('2025-03-08'), evidence: [certificate] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '事故次日死亡', en: 'died on the day after the accident' },
      file: file({ cases: injured('2025-03-09'), evidence: [certificate] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '事故后第3天死亡', en: 'died 3 days after the accident' },
      file: file({ cases: injured('2025-03-07'), evidence: [certificate] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '事故后第4天死亡', en: 'died 4 days after the accident' },
      file: file({ cases: injured('2025-03-06'), evidence: [certificate] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '死亡没有日期', en: 'the death has no date' },
      file: file({ cases: injured('2025-03-06'), evidence: [population({ deathFlag: true })] }),
      expect: { outcome: 'unknown', reason: 'death-undated' },
    },
    {
      name: { zh: '死亡有争议', en: 'the death is disputed' },
      file: file({ cases: injured('2025-03-07'), evidence: [certificate, marriage('2025-05-01')] }),
      expect: { outcome: 'unknown', reason: 'death-disputed' },
    },
    {
      name: { zh: '既无停工留薪期也无事故', en: 'neither a leave period nor an accident' },
      file: file({ cases: [appraisalCase()], evidence: [certificate] }),
      expect: { outcome: 'not-applicable', reason: 'no-accident-or-leave-period' },
    },
  ],
};

export default rule;

interface TurningPoint {
  caseNo: string;
  field: string;
  on: string;
  /** Days of death on which a day more or less changes the benefit. */
  days: DayInterval;
  text: Bilingual;
}

function turningPoints(
  { case: item, leaveEnd, accident }: KnownCase,
  { leaveDays, afterAccidentFrom, afterAccidentTo }: typeof rule.parameters,
): TurningPoint[] {
  const points: TurningPoint[] = [];
  if (leaveEnd !== undefined) {
    const on = dateText(item.leavePeriod?.until);
    points.push({
      caseNo: item.caseNo,
      field: 'leavePeriod/until',
      on,
      days: { lo: leaveEnd.lo - leaveDays, hi: leaveEnd.hi + leaveDays },
      text: {
        zh: `停工留薪期 ${on} 届满（案件 ${item.caseNo}），前后不过 ${leaveDays} 天：期内死亡另有一次性工亡补助金`,
        en: `the leave period ends on ${on} (case ${item.caseNo}), within ${leaveDays} days: a death inside it brings the one-off grant`,
      },
    });
  }
  if (accident !== undefined) {
    const on = dateText(item.recognition?.accidentOn);
    points.push({
      caseNo: item.caseNo,
      field: 'recognition/accidentOn',
      on,
      days: { lo: accident.lo + afterAccidentFrom, hi: accident.hi + afterAccidentTo },
      text: {
        zh: `事故日期 ${on}（案件 ${item.caseNo}），相隔 ${afterAccidentFrom} 至 ${afterAccidentTo} 天：正在48小时之界`,
        en: `accident on ${on} (case ${item.caseNo}), ${afterAccidentFrom} to ${afterAccidentTo} days before: at the limit of 48 hours`,
      },
    });
  }
  return points;
}
