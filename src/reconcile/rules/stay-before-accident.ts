import type { DayInterval } from '../../model/index.js';
import { cityClaim } from '../claims.js';
import { isBefore } from '../dates.js';
import { accident, appraisalCase, file, medicalRecord } from '../example.js';
import type { KnownCase, KnownDocument, PersonFile } from '../person-file.js';
import { doubt, notApplicable } from '../reasons.js';
import type { Doubt, PersonRule, RuleFinding } from '../rule.js';
import { dateText } from '../texts.js';
import { verdictOf } from '../verdicts.js';

const supplied = (dischargedOn: string, accidentOn: string, occupationalDisease?: boolean) => [
  appraisalCase({
    documents: [medicalRecord('2024-01-01', dischargedOn)],
    recognition: accident(accidentOn, occupationalDisease === undefined ? {} : { occupationalDisease }),
  }),
];

const rule: PersonRule = {
  scope: 'person',
  id: 'stay-before-accident',
  version: '1',
  severity: 'medium',
  title: { zh: '病历早于事故', en: 'Medical record from before the accident' },
  description: {
    zh: '提交的住院病历在事故发生之前就已出院，不可能是这次工伤的治疗（职业病除外）。',
    en: 'A supplied hospital record ends before the accident of its case, so it cannot be of its treatment (occupational diseases aside).',
  },
  feeds: [],
  parameters: {},
  basis: ['劳动能力鉴定管理办法（人社部、国家卫生健康委令第55号）第九条、第三十一条'],
  action: 'ask-applicant',
  readsDeathFact: false,
  notApplicable: (personFile) => (judged(personFile).length === 0 ? notApplicable('no-dated-medical-record') : undefined),

  check({ file }) {
    return verdictOf(judged(file).map(judge));
  },

  examples: [
    {
      name: { zh: '事故前一日出院', en: 'discharged on the day before the accident' },
      file: file({ cases: supplied('2025-01-09', '2025-01-10') }),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '事故前一年出院', en: 'discharged the year before' },
      file: file({ cases: supplied('2024-01-09', '2025-01-10') }),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '事故当日出院', en: 'discharged on the day of the accident' },
      file: file({ cases: supplied('2025-01-10', '2025-01-10') }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '职业病', en: 'an occupational disease' },
      file: file({ cases: supplied('2025-01-09', '2025-01-10', true) }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '出院只写了月份', en: 'the discharge has a month only' },
      file: file({ cases: supplied('2025-01', '2025-01-10') }),
      expect: { outcome: 'unknown', reason: 'date-too-coarse' },
    },
    {
      name: { zh: '没有事故日期', en: 'no accident date' },
      file: file({ cases: [appraisalCase({ documents: [medicalRecord('2025-01-01', '2025-01-09')] })] }),
      expect: { outcome: 'not-applicable', reason: 'no-dated-medical-record' },
    },
  ],
};

export default rule;

interface Judged {
  readonly case: KnownCase['case'];
  readonly document: KnownDocument['document'];
  readonly discharged: DayInterval;
  readonly accident: DayInterval;
}

function judged({ cases }: PersonFile): Judged[] {
  return cases.flatMap(({ case: item, medicalRecords, accident }) =>
    medicalRecords.flatMap(({ document, discharged }) =>
      discharged === undefined || accident === undefined ? [] : [{ case: item, document, discharged, accident }],
    ),
  );
}

function judge({ case: item, document, discharged, accident }: Judged): RuleFinding | Doubt | undefined {
  // Of an occupational disease the day is that of the diagnosis, and treatment comes first.
  const isEarlier = item.recognition?.occupationalDisease === true ? 'no' : isBefore(discharged, accident);
  if (isEarlier === 'no') return undefined;
  if (isEarlier === 'maybe') return doubt('date-too-coarse');
  const [ended, happened] = [dateText(document.dischargedOn), dateText(item.recognition?.accidentOn)];
  return {
    severity: 'medium',
    explanation: {
      zh: `提交的病历 ${ended} 已出院，而事故发生于 ${happened}（案件 ${item.caseNo}）`,
      en: `The supplied record ends on ${ended}, before the accident on ${happened} (case ${item.caseNo})`,
    },
    claims: [
      cityClaim(item.caseNo, `documents/${document.id}/dischargedOn`, ended),
      cityClaim(item.caseNo, 'recognition/accidentOn', happened),
    ],
    rests: [],
  };
}
