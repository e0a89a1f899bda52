import { isOpen, stateName } from '../cases.js';
import { byLevel, cityClaim } from '../claims.js';
import { appraisalCase, death, exam, feeds, file, marriage, population, weakLink } from '../example.js';
import * as needs from '../needs.js';
import type { KnownCase } from '../person-file.js';
import { notApplicable } from '../reasons.js';
import type { PersonRule } from '../rule.js';
import { deathText } from '../texts.js';
import { nothingFound } from '../verdicts.js';

const isOpenCase = ({ case: item }: KnownCase): boolean => isOpen(item);

const certificate = death({ diedOn: '2025-03-01', eventOn: '2025-03-02' });

const rule: PersonRule = {
  scope: 'person',
  id: 'case-open-after-death',
  version: '1',
  severity: 'critical',
  title: { zh: '已有死亡记录，案件仍在办', en: 'Case open although a death is on record' },
  description: {
    zh: '本人已有死亡记录，而劳动能力鉴定案件仍处于结论之前的环节。',
    en: 'A death of the person is on record while an appraisal case is still open.',
  },
  feeds: needs.theThree,
  parameters: {},
  basis: ['劳动能力鉴定管理办法（人社部、国家卫生健康委令第55号）第十八条', '社会保险经办条例（国务院令第765号）第二十六条'],
  action: 'hold-step',
  readsDeathFact: true,
  notApplicable: ({ cases }) => (cases.some(isOpenCase) ? undefined : notApplicable('case-not-open')),

  check({ file: { cases, death } }) {
    if (death.fact.level === 'none') return nothingFound;
    const said = deathText(death.pieces);
    const findings = cases.filter(isOpenCase).map(({ case: { caseNo, state } }) => ({
      severity: byLevel(death, { corroborated: 'critical', conflicting: 'high', reported: 'medium' }),
      explanation: {
        zh: `${said.zh}；案件 ${caseNo} 仍在办（${stateName(state).zh}）`,
        en: `${said.en}; case ${caseNo} is still open (${stateName(state).en})`,
      },
      claims: [cityClaim(caseNo, 'state', state)],
      rests: [],
      restsOnDeath: true,
    }));
    return { findings, doubts: [] };
  },

  examples: [
    {
      name: { zh: '一个来源说已死亡，案件已受理', en: 'one source says dead, the case is accepted' },
      file: file({ cases: [appraisalCase()], evidence: [certificate] }),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '两个来源一致', en: 'two sources agree' },
      file: file({
        cases: [appraisalCase({ state: 'examined' })],
        evidence: [certificate, death({ basis: 'cremation', eventOn: '2025-03-03' })],
      }),
      expect: { outcome: 'finding', severity: 'critical' },
    },
    {
      name: { zh: '两个来源日期相差两天', en: 'two sources are two days apart' },
      file: file({
        cases: [appraisalCase()],
        evidence: [certificate, death({ basis: 'cremation', diedOn: '2025-03-03' })],
      }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '只有死亡标识、没有日期', en: 'a flag without a date is enough' },
      file: file({ cases: [appraisalCase()], evidence: [population({ deathFlag: true })] }),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '对应关系不确定的死亡记录', en: 'a record that is not certainly about the person' },
      file: file({ cases: [appraisalCase()], evidence: [death({ diedOn: '2025-03-01', link: weakLink })] }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '没有死亡记录', en: 'no death on record' },
      file: file({ cases: [appraisalCase()] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '死亡记录已撤销', en: 'the record of the death is void' },
      file: file({ cases: [appraisalCase()], evidence: [death({ diedOn: '2025-03-01', status: 'void' })] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '没有死亡记录，但民政取不到', en: 'no death on record, but one of the three is down' },
      file: file({ cases: [appraisalCase()], feeds: feeds({ 'civil-affairs/cremations': { state: 'down' } }) }),
      expect: { outcome: 'unknown', reason: 'feed-down' },
    },
    {
      name: { zh: '死亡之后又登记结婚：有争议', en: 'married after the death: disputed' },
      file: file({ cases: [appraisalCase()], evidence: [certificate, marriage('2025-05-01')] }),
      expect: { outcome: 'unknown', reason: 'death-disputed' },
    },
    {
      name: { zh: '案件已有结论', en: 'the case is concluded' },
      file: file({ cases: [appraisalCase({ state: 'concluded', exams: [exam('2025-02-20')] })], evidence: [certificate] }),
      expect: { outcome: 'not-applicable', reason: 'case-not-open' },
    },
  ],
};

export default rule;
