import type { Bilingual, Claim, DayInterval } from '../../model/index.js';
import { cityClaim, claimOf } from '../claims.js';
import { isAfterDeath } from '../dates.js';
import { isSignOfLife, signOfLifeAfterDays } from '../death-fact.js';
import { appraisalCase, death, exam, file, marriage, population, weakLink } from '../example.js';
import type { Known, PersonFile } from '../person-file.js';
import { doubt } from '../reasons.js';
import type { PersonRule } from '../rule.js';
import { agencyName, dateText, deathText } from '../texts.js';
import { againstDeath } from '../verdicts.js';

const certificate = death({ diedOn: '2025-03-01' });
const faceMatched = (on: string) => [appraisalCase({ state: 'examined', exams: [exam(on, { identityCheck: 'face-match' })] })];

const rule: PersonRule = {
  scope: 'person',
  id: 'alive-after-death',
  version: '1',
  severity: 'high',
  title: { zh: '死亡之后仍有生存迹象', en: 'Sign of life after death' },
  description: {
    zh: '死亡日期一天之后，仍有人脸核验通过的鉴定检查，或者登记结婚、离婚：死亡记录很可能有误。',
    en: 'More than a day after the death there is a face-matched exam, a marriage or a divorce: the record of the death is probably wrong.',
  },
  feeds: [],
  parameters: {},
  basis: ['社会保险经办条例（国务院令第765号）第二十六条', '劳动能力鉴定管理办法（人社部、国家卫生健康委令第55号）第十二条'],
  action: 'ask-agency',
  readsDeathFact: false,

  check({ file }) {
    const { death } = file;
    return againstDeath(death, signsOfLife(file), (sign, span) => {
      const isAfter = isAfterDeath(sign.on, span, signOfLifeAfterDays);
      if (isAfter === 'no') return undefined;
      if (isAfter === 'maybe') return doubt('date-too-coarse');
      const said = deathText(death.pieces);
      return {
        severity: 'high',
        explanation: { zh: `${said.zh}；${sign.text.zh}`, en: `${said.en}; ${sign.text.en}` },
        claims: [sign.claim],
        rests: sign.rests,
        restsOnDeath: true,
      };
    });
  },

  examples: [
    {
      name: { zh: '死亡两天后人脸核验通过', en: 'a face match two days after the death' },
      file: file({ cases: faceMatched('2025-03-03'), evidence: [certificate] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '死亡次日人脸核验通过', en: 'a face match on the day after the death' },
      file: file({ cases: faceMatched('2025-03-02'), evidence: [certificate] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '死亡之后离婚', en: 'divorced after the death' },
      file: file({ evidence: [certificate, marriage('2025-05-01', { event: 'divorced' })] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '补发结婚证不是生存迹象', en: 'a reissued marriage certificate is no sign of life' },
      file: file({ evidence: [certificate, marriage('2025-05-01', { event: 'certificate-reissued' })] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '对应关系不确定的结婚登记', en: 'a marriage that is not certainly of the person' },
      file: file({ evidence: [certificate, marriage('2025-05-01', { link: weakLink })] }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '只晚于部分可能的死亡日期', en: 'after some of the possible days of death only' },
      file: file({
        cases: faceMatched('2025-03-05'),
        evidence: [certificate, death({ basis: 'cremation', diedOn: '2025-03-10' })],
      }),
      expect: { outcome: 'unknown', reason: 'date-too-coarse' },
    },
    {
      name: { zh: '死亡没有日期', en: 'the death has no date' },
      file: file({ cases: faceMatched('2025-03-05'), evidence: [population({ deathFlag: true })] }),
      expect: { outcome: 'unknown', reason: 'death-undated' },
    },
    {
      name: { zh: '没有死亡记录', en: 'no death on record' },
      file: file({ cases: faceMatched('2025-03-05') }),
      expect: { outcome: 'clear' },
    },
  ],
};

export default rule;

interface Sign {
  on: DayInterval;
  text: Bilingual;
  claim: Claim;
  rests: readonly Known[];
}

function signsOfLife({ exams, marriages }: PersonFile): Sign[] {
  const signs: Sign[] = [];
  for (const { caseNo, exam, on } of exams) {
    if (exam.identityCheck !== 'face-match' || on === undefined) continue;
    const day = dateText(exam.on);
    signs.push({
      on,
      text: {
        zh: `${day} 鉴定检查人脸核验通过（案件 ${caseNo}）`,
        en: `examined with a face match on ${day} (case ${caseNo})`,
      },
      claim: cityClaim(caseNo, `exams/${day}/identityCheck`, 'face-match'),
      rests: [],
    });
  }
  for (const known of marriages) {
    const { record, on } = known;
    if (!isSignOfLife(record) || on === undefined) continue;
    const day = dateText(record.on);
    const who = agencyName(record.source.agency);
    signs.push({
      on,
      text:
        record.event === 'divorced'
          ? { zh: `${day} 登记离婚（${who.zh}）`, en: `divorced on ${day} (${who.en})` }
          : { zh: `${day} 登记结婚（${who.zh}）`, en: `married on ${day} (${who.en})` },
      claim: claimOf(record, 'on', day),
      rests: [known],
    });
  }
  return signs;
}
