import type { DayInterval } from '../../model/index.js';
import { claimOf } from '../claims.js';
import { latestDay, type Truth } from '../dates.js';
import { death, feeds, file, population, stay } from '../example.js';
import * as needs from '../needs.js';
import type { KnownStay } from '../person-file.js';
import { doubt } from '../reasons.js';
import type { Doubt, PersonRule } from '../rule.js';
import { oncePerStay, type StayFinding } from '../stays.js';
import { dateText, deathText, dischargeText, hospitalText } from '../texts.js';
import { againstDeath } from '../verdicts.js';

const certificate = death({ diedOn: '2025-03-05' });
const ended = (code: string, known = true) => ({ outcome: { code, system: 'RC028', known } });

/** A stay whose record says nothing of how it ended. */
function withoutOutcome(admittedOn: string, dischargedOn?: string) {
  const { outcome: _, ...rest } = stay(admittedOn, dischargedOn);
  return rest;
}

const rule: PersonRule<{ marginDays: number }> = {
  scope: 'person',
  id: 'stay-spans-death',
  version: '2',
  severity: 'medium',
  title: { zh: '住院跨越死亡日期', en: 'Hospital stay spans the death' },
  description: {
    zh: '死亡前入院，死亡一天之后才出院，而离院方式不是死亡。',
    en: 'Admitted before the death and discharged more than a day after it, and not as dead.',
  },
  feeds: [...needs.theThree, needs.stays],
  parameters: { marginDays: 1 },
  basis: ['劳动能力鉴定管理办法（人社部、国家卫生健康委令第55号）第十八条', '社会保险法第八十八条'],
  action: 'ask-agency',
  readsDeathFact: true,

  check({ file, parameters }) {
    const { death } = file;
    // A stay that ended as dead spans nothing, so its days need no comparing: a death without a date leaves no doubt about it.
    const stays = file.stays.filter(({ outcome }) => !(outcome?.known === true && outcome.code === 'died'));
    const found = againstDeath(death, stays, (known, span): Doubt | StayFinding | undefined => {
      const { outcome, record } = known;
      const spans = spansDeath(known, span, parameters.marginDays);
      if (spans === 'no') return undefined;
      if (outcome?.known === false) return doubt('unknown-code');
      if (spans === 'maybe') return doubt('date-too-coarse');
      if (outcome === undefined) return doubt('outcome-missing');
      const said = deathText(death.pieces);
      const where = hospitalText(record.hospital, record.source.agency);
      const [from, to] = [dateText(record.admittedOn), dischargeText(known)];
      return {
        stay: known,
        severity: 'medium',
        explanation: {
          zh: `${said.zh}；住院 ${from} 至 ${to} 跨越死亡日期，离院方式不是死亡（${where.zh}）`,
          en: `${said.en}; in hospital from ${from} to ${to} across the death, and not discharged as dead (${where.en})`,
        },
        claims: [claimOf(record, 'dischargedOn', to), claimOf(record, 'outcome', outcome.code)],
        rests: [known],
        restsOnDeath: true,
      };
    });
    return { findings: oncePerStay(found.findings), doubts: found.doubts };
  },

  /** The last discharge. */
  dayInQuestion: ({ stays }) => latestDay(stays.map(({ discharged }) => discharged)),

  examples: [
    {
      name: { zh: '死亡两天后才出院回家', en: 'discharged home two days after the death' },
      file: file({ evidence: [certificate, stay('2025-03-01', '2025-03-07')] }),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '死亡次日出院', en: 'discharged on the day after the death' },
      file: file({ evidence: [certificate, stay('2025-03-01', '2025-03-06')] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '死亡当日入院', en: 'admitted on the day of death' },
      file: file({ evidence: [certificate, stay('2025-03-05', '2025-03-09')] }),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '死亡次日入院不算跨越', en: 'admitted on the day after: spans nothing' },
      file: file({ evidence: [certificate, stay('2025-03-06', '2025-03-09')] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '离院方式为死亡', en: 'discharged as dead' },
      file: file({ evidence: [certificate, stay('2025-03-01', '2025-03-06', ended('died'))] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '未载离院方式', en: 'how it ended is not given' },
      file: file({ evidence: [certificate, withoutOutcome('2025-03-01', '2025-03-07')] }),
      expect: { outcome: 'unknown', reason: 'outcome-missing' },
    },
    {
      name: { zh: '离院方式代码不认识', en: 'how it ended is an unknown code' },
      file: file({ evidence: [certificate, stay('2025-03-01', '2025-03-07', ended('7', false))] }),
      expect: { outcome: 'unknown', reason: 'unknown-code' },
    },
    {
      name: { zh: '尚未出院', en: 'not discharged yet' },
      file: file({ evidence: [certificate, withoutOutcome('2025-03-01')] }),
      expect: { outcome: 'unknown', reason: 'date-too-coarse' },
    },
    {
      name: { zh: '出院日期只对部分可能的死亡日期成立', en: 'holds for some of the possible days of death only' },
      file: file({
        evidence: [certificate, death({ basis: 'cremation', diedOn: '2025-03-08' }), stay('2025-03-01', '2025-03-08')],
      }),
      expect: { outcome: 'unknown', reason: 'date-too-coarse' },
    },
    {
      name: { zh: '死亡没有日期', en: 'the death has no date' },
      file: file({ evidence: [population({ deathFlag: true }), stay('2025-03-01', '2025-03-07')] }),
      expect: { outcome: 'unknown', reason: 'death-undated' },
    },
    {
      name: {
        zh: '死亡没有日期，但唯一的住院正以死亡告终',
        en: 'the death has no date, but the only stay ended as dead: nothing to compare',
      },
      file: file({ evidence: [population({ deathFlag: true }), stay('2025-03-01', undefined, ended('died'))] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '没有死亡记录，住院信息从未查询', en: 'no death on record, the stays were never asked' },
      file: file({ feeds: feeds({ 'health/stays': { state: 'never' } }) }),
      expect: { outcome: 'unknown', reason: 'feed-never' },
    },
  ],
};

export default rule;

/** Judged for each day of the death: admitted by then, discharged more than the margin after. An open stay ends on some day not yet known. */
function spansDeath({ admitted, discharged }: KnownStay, span: DayInterval, margin: number): Truth {
  if (admitted === undefined) return 'no';
  const [earliestEnd, latestEnd] = [discharged?.lo ?? admitted.lo, discharged?.hi ?? Number.POSITIVE_INFINITY];
  if (admitted.hi <= span.lo && earliestEnd > span.hi + margin) return 'yes';
  const [firstFitting, lastFitting] = [Math.max(span.lo, admitted.lo), Math.min(span.hi, latestEnd - margin - 1)];
  return firstFitting <= lastFitting ? 'maybe' : 'no';
}
