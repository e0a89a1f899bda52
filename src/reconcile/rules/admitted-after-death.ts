import { byLevel, claimOf } from '../claims.js';
import { isAfterDeath, latestDay } from '../dates.js';
import { death, feeds, file, population, stay, weakLink } from '../example.js';
import * as needs from '../needs.js';
import { doubt } from '../reasons.js';
import type { Doubt, PersonRule } from '../rule.js';
import { oncePerStay, type StayFinding } from '../stays.js';
import { dateText, deathText, hospitalText } from '../texts.js';
import { againstDeath } from '../verdicts.js';

const certificate = death({ diedOn: '2025-03-01' });

const rule: PersonRule<{ marginDays: number }> = {
  scope: 'person',
  id: 'admitted-after-death',
  version: '1',
  severity: 'critical',
  title: { zh: '死亡之后仍有入院', en: 'Admitted after death' },
  description: {
    zh: '死亡日期一天之后，仍有入院记录：可能冒名住院，也可能死亡记录有误。',
    en: 'A hospital admission lies more than a day after the death: somebody else may have used the identity, or the record of the death is wrong.',
  },
  feeds: [...needs.theThree, needs.stays],
  parameters: { marginDays: 1 },
  basis: ['社会保险法第八十八条', '劳动能力鉴定管理办法（人社部、国家卫生健康委令第55号）第十八条'],
  action: 'refer',
  readsDeathFact: true,

  check({ file, parameters }) {
    const { death } = file;
    const found = againstDeath(death, file.stays, (known, span): Doubt | StayFinding | undefined => {
      if (known.admitted === undefined) return undefined;
      const isAfter = isAfterDeath(known.admitted, span, parameters.marginDays);
      if (isAfter === 'no') return undefined;
      if (isAfter === 'maybe') return doubt('date-too-coarse');
      const { record } = known;
      const said = deathText(death.pieces);
      const where = hospitalText(record.hospital, record.source.agency);
      const day = dateText(record.admittedOn);
      return {
        stay: known,
        severity: byLevel(death, { corroborated: 'critical', conflicting: 'high', reported: 'high' }),
        explanation: { zh: `${said.zh}；${day} 仍有入院记录（${where.zh}）`, en: `${said.en}; admitted on ${day} (${where.en})` },
        claims: [claimOf(record, 'admittedOn', day)],
        rests: [known],
        restsOnDeath: true,
      };
    });
    return { findings: oncePerStay(found.findings), doubts: found.doubts };
  },

  /** The last admission. */
  dayInQuestion: ({ stays }) => latestDay(stays.map(({ admitted }) => admitted)),

  examples: [
    {
      name: { zh: '死亡两天后入院', en: 'admitted two days after the death' },
      file: file({ evidence: [certificate, stay('2025-03-03', '2025-03-09')] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '死亡次日入院', en: 'admitted on the day after the death' },
      file: file({ evidence: [certificate, stay('2025-03-02', '2025-03-09')] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '两个来源一致', en: 'two sources agree' },
      file: file({
        evidence: [certificate, death({ basis: 'cremation', eventOn: '2025-03-04' }), stay('2025-05-10', '2025-05-20')],
      }),
      expect: { outcome: 'finding', severity: 'critical' },
    },
    {
      name: { zh: '住院记录的对应关系不确定', en: 'the stay is not certainly of the person' },
      file: file({ evidence: [certificate, stay('2025-03-03', '2025-03-09', { link: weakLink })] }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '没有死亡记录', en: 'no death on record' },
      file: file({ evidence: [stay('2025-03-03', '2025-03-09')] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '死亡时间只精确到月', en: 'the death has a month only' },
      file: file({ evidence: [death({ diedOn: '2025-03' }), stay('2025-03-20', '2025-03-29')] }),
      expect: { outcome: 'unknown', reason: 'date-too-coarse' },
    },
    {
      name: { zh: '死亡没有日期', en: 'the death has no date' },
      file: file({ evidence: [population({ deathFlag: true }), stay('2025-03-20', '2025-03-29')] }),
      expect: { outcome: 'unknown', reason: 'death-undated' },
    },
    {
      name: { zh: '火化信息只完整到入院前一日', en: 'the cremations are complete through the day before the admission only' },
      file: file({
        evidence: [stay('2025-03-03', '2025-03-09')],
        feeds: feeds({ 'civil-affairs/cremations': { completeThrough: '2025-03-02' } }),
      }),
      expect: { outcome: 'unknown', reason: 'feed-gap' },
    },
    {
      name: { zh: '火化信息完整到入院当日', en: 'the cremations are complete through the day of the admission' },
      file: file({
        evidence: [stay('2025-03-03', '2025-03-09')],
        feeds: feeds({ 'civil-affairs/cremations': { completeThrough: '2025-03-03' } }),
      }),
      expect: { outcome: 'clear' },
    },
  ],
};

export default rule;
