import type { Day } from '../../model/index.js';
import { cityClaim, claimOf } from '../claims.js';
import { latestDay, type Truth } from '../dates.js';
import { appraisalCase, exam, feeds, file, stay } from '../example.js';
import * as needs from '../needs.js';
import type { KnownExam, KnownStay, PersonFile } from '../person-file.js';
import { doubt, notApplicable } from '../reasons.js';
import type { Doubt, PersonRule } from '../rule.js';
import { oncePerStay, type StayFinding } from '../stays.js';
import { dateText, dischargeText, hospitalText } from '../texts.js';

const examined = (...given: Parameters<typeof exam>) => [appraisalCase({ state: 'examined', exams: [exam(...given)] })];
const inHospital = stay('2025-03-01', '2025-03-10');

const rule: PersonRule = {
  scope: 'person',
  id: 'exam-during-stay',
  version: '1',
  severity: 'medium',
  title: { zh: '住院期间到现场鉴定', en: 'Examined onsite while in hospital' },
  description: {
    zh: '现场鉴定检查之日正在住院（入院、出院当日不算）：挂床住院，或者来的不是本人。',
    en: 'An onsite exam lies strictly inside a hospital stay: a bed only on paper, or somebody else came to the exam.',
  },
  feeds: [needs.stays],
  parameters: {},
  basis: ['劳动能力鉴定管理办法（人社部、国家卫生健康委令第55号）第十二条、第十八条'],
  action: 'ask-agency',
  readsDeathFact: false,
  notApplicable: (personFile) => (onsiteExams(personFile).length === 0 ? notApplicable('no-onsite-exam') : undefined),

  check({ file }) {
    const doubts: Doubt[] = [];
    const findings = onsiteExams(file).flatMap(({ exam, on, caseNo }) => {
      const found: StayFinding[] = [];
      for (const known of file.stays) {
        const inside = on === undefined ? 'no' : isInside(on, known, file.asOf);
        if (inside === 'maybe') doubts.push(doubt('date-too-coarse'));
        if (inside === 'yes') found.push(findingOf(caseNo, exam, known));
      }
      return oncePerStay(found);
    });
    return { findings, doubts };
  },

  /** The last onsite exam. */
  dayInQuestion: (personFile) => latestDay(onsiteExams(personFile).map(({ on }) => on)),

  examples: [
    {
      name: { zh: '入院次日检查', en: 'examined on the day after admission' },
      file: file({ cases: examined('2025-03-02'), evidence: [inHospital] }),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '入院当日检查', en: 'examined on the day of admission' },
      file: file({ cases: examined('2025-03-01'), evidence: [inHospital] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '出院前一日检查', en: 'examined on the day before discharge' },
      file: file({ cases: examined('2025-03-09'), evidence: [inHospital] }),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '出院当日检查', en: 'examined on the day of discharge' },
      file: file({ cases: examined('2025-03-10'), evidence: [inHospital] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '尚未出院，核对前一日检查', en: 'an open stay, examined on the day before the check' },
      file: file({ cases: examined('2025-06-29'), evidence: [stay('2025-06-01')] }),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '尚未出院，核对当日检查', en: 'an open stay, examined on the day of the check' },
      file: file({ cases: examined('2025-06-30'), evidence: [stay('2025-06-01')] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '上门检查', en: 'examined at home' },
      file: file({ cases: examined('2025-03-02', { mode: 'home' }), evidence: [inHospital] }),
      expect: { outcome: 'not-applicable', reason: 'no-onsite-exam' },
    },
    {
      name: { zh: '检查只写了月份', en: 'the exam has a month only' },
      file: file({ cases: examined('2025-03'), evidence: [inHospital] }),
      expect: { outcome: 'unknown', reason: 'date-too-coarse' },
    },
    {
      name: { zh: '住院信息只完整到检查前一日', en: 'the stays are complete through the day before the exam' },
      file: file({ cases: examined('2025-03-12'), feeds: feeds({ 'health/stays': { completeThrough: '2025-03-11' } }) }),
      expect: { outcome: 'unknown', reason: 'feed-gap' },
    },
    {
      name: { zh: '住院信息完整到检查当日', en: 'the stays are complete through the day of the exam' },
      file: file({ cases: examined('2025-03-12'), feeds: feeds({ 'health/stays': { completeThrough: '2025-03-12' } }) }),
      expect: { outcome: 'clear' },
    },
  ],
};

export default rule;

function onsiteExams({ exams }: PersonFile): readonly KnownExam[] {
  return exams.filter(({ exam }) => exam.mode === 'onsite');
}

/** Strictly between admission and discharge; an open stay runs to `asOf`, its last day. */
function isInside(on: { lo: Day; hi: Day }, { admitted, discharged }: KnownStay, asOf: Day): Truth {
  if (admitted === undefined) return 'no';
  const end = discharged ?? { lo: asOf, hi: asOf };
  if (admitted.hi < on.lo && on.hi < end.lo) return 'yes';
  return Math.max(on.lo, admitted.lo + 1) <= Math.min(on.hi, end.hi - 1) ? 'maybe' : 'no';
}

function findingOf(caseNo: string, { on }: KnownExam['exam'], stay: KnownStay): StayFinding {
  const { record } = stay;
  const where = hospitalText(record.hospital, record.source.agency);
  const [day, from, to] = [dateText(on), dateText(record.admittedOn), dischargeText(stay)];
  return {
    stay,
    severity: 'medium',
    explanation: {
      zh: `${day} 到现场接受鉴定检查（案件 ${caseNo}），而 ${from} 至 ${to === 'open' ? '今' : to} 正在住院（${where.zh}）`,
      en: `Examined onsite on ${day} (case ${caseNo}) while in hospital from ${from} to ${to === 'open' ? 'now' : to} (${where.en})`,
    },
    claims: [cityClaim(caseNo, `exams/${day}/on`, day), claimOf(record, 'admittedOn', from), claimOf(record, 'dischargedOn', to)],
    rests: [stay],
  };
}
