import type { DayInterval, Severity } from '../../model/index.js';
import { claimOf } from '../claims.js';
import type { Death } from '../death-fact.js';
import { death, feeds, file, marriage, population, settlement, weakLink } from '../example.js';
import type { KnownSettlement } from '../person-file.js';
import { doubt } from '../reasons.js';
import type { Doubt, PersonRule, RuleFinding } from '../rule.js';
import { servicePeriod, unreversed } from '../settlements.js';
import { dateText, deathText, joined, serviceText } from '../texts.js';
import { againstDeath, byCertainty } from '../verdicts.js';

const certificate = death({ diedOn: '2025-03-01' });
const cremation = death({ basis: 'cremation', eventOn: '2025-03-04' });
const lastDays = (settledOn: string, parts: Parameters<typeof settlement>[2] = {}) =>
  settlement('employee', parts.settlementNo ?? 'Y1', { from: '2025-02-20', to: '2025-03-01', settledOn, ...parts });

interface Limits {
  marginDays: number;
  infoDays: number;
  lowDays: number;
}

const rule: PersonRule<Limits> = {
  scope: 'person',
  id: 'settled-after-death',
  version: '1',
  severity: 'medium',
  title: { zh: '死亡前的就医在死亡后结算', en: 'Settled after death' },
  description: {
    zh: '就医开始于死亡之前（至迟死亡次日），结算晚于死亡。头三个月属正常，仅作提示；拖得越久越须留意。',
    en: 'A service began before the death, or on the day after it at the latest, and was settled after the death. That is normal in the first months and only said; the longer the delay, the more it is worth a look.',
  },
  feeds: [],
  parameters: { marginDays: 1, infoDays: 90, lowDays: 180 },
  basis: ['社会保险经办条例（国务院令第765号）第二十二条、第二十六条'],
  action: 'record',
  readsDeathFact: true,

  check({ file: { death, settlements }, parameters }) {
    const late: Late[] = [];
    const { doubts } = againstDeath(death, datedBoth(settlements), (item, span): Doubt | undefined => {
      if (isCertain(item, span, parameters)) late.push({ ...item, delay: item.settled.lo - span.hi });
      else if (isPossible(item, span, parameters)) return doubt('date-too-coarse');
      return undefined;
    });
    late.sort((a, b) => a.settled.lo - b.settled.lo);
    return { findings: byCertainty(late).map((some) => findingOf(death, some, parameters)), doubts };
  },

  examples: [
    {
      name: { zh: '死亡后第90天结算', en: 'settled on the 90th day' },
      file: file({ evidence: [certificate, lastDays('2025-05-30')] }),
      expect: { outcome: 'finding', severity: 'info' },
    },
    {
      name: { zh: '死亡后第91天结算', en: 'settled on the 91st day' },
      file: file({ evidence: [certificate, lastDays('2025-05-31')] }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '死亡后第180天结算', en: 'settled on the 180th day' },
      file: file({
        evidence: [death({ diedOn: '2024-12-01' }), lastDays('2025-05-30', { from: '2024-11-20', to: '2024-12-01' })],
      }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '死亡后第181天结算', en: 'settled on the 181st day' },
      file: file({
        evidence: [death({ diedOn: '2024-12-01' }), lastDays('2025-05-31', { from: '2024-11-20', to: '2024-12-01' })],
      }),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '死亡次日结算', en: 'settled on the day after the death' },
      file: file({ evidence: [certificate, lastDays('2025-03-02')] }),
      expect: { outcome: 'finding', severity: 'info' },
    },
    {
      name: { zh: '死亡当日结算', en: 'settled on the day of death' },
      file: file({ evidence: [certificate, lastDays('2025-03-01')] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '就医开始于死亡次日', en: 'the service began on the day after the death' },
      file: file({ evidence: [certificate, lastDays('2025-03-09', { from: '2025-03-02', to: '2025-03-09' })] }),
      expect: { outcome: 'finding', severity: 'info' },
    },
    {
      name: { zh: '就医开始于死亡后第二日，由另一规则判断', en: 'the service began two days after: for another rule' },
      file: file({ evidence: [certificate, lastDays('2025-03-09', { from: '2025-03-03', to: '2025-03-09' })] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '以最长的拖延为准', en: 'the longest delay counts' },
      file: file({
        evidence: [certificate, cremation, lastDays('2025-03-20'), lastDays('2025-06-20', { settlementNo: 'Y2', manual: true })],
      }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '已全额冲销', en: 'wholly reversed' },
      file: file({
        evidence: [certificate, lastDays('2025-03-20'), settlement('employee', 'Y9', { refundOf: 'Y1', fundPaid: '-800.00' })],
      }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '对应关系不确定的结算，拖延很久', en: 'a long delay of a settlement that is not certainly of the person' },
      file: file({
        evidence: [
          death({ diedOn: '2024-12-01' }),
          lastDays('2025-06-20', { from: '2024-11-20', to: '2024-12-01', link: weakLink }),
        ],
      }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '没有死亡记录，数据源取不到', en: 'no death on record, and feeds that are down' },
      file: file({ evidence: [lastDays('2025-03-20')], feeds: feeds({ 'medical-insurance/settlements': { state: 'down' } }) }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '死亡时间只精确到月，结算在当月', en: 'a death with a month only, settled in that month' },
      file: file({ evidence: [death({ diedOn: '2025-03' }), lastDays('2025-03-20')] }),
      expect: { outcome: 'unknown', reason: 'date-too-coarse' },
    },
    {
      name: { zh: '死亡没有日期', en: 'the death has no date' },
      file: file({ evidence: [population({ deathFlag: true }), lastDays('2025-03-20')] }),
      expect: { outcome: 'unknown', reason: 'death-undated' },
    },
    {
      name: { zh: '死亡存疑', en: 'a disputed death' },
      file: file({ evidence: [certificate, lastDays('2025-03-20'), marriage('2025-05-01')] }),
      expect: { outcome: 'unknown', reason: 'death-disputed' },
    },
  ],
};

export default rule;

interface Dated {
  readonly known: KnownSettlement;
  readonly certain: boolean;
  readonly began: DayInterval;
  readonly settled: DayInterval;
}

interface Late extends Dated {
  /** Days that certainly passed from the death to the settlement. */
  readonly delay: number;
}

/** Settlements of which both the beginning of the service and the day of settling are told. */
function datedBoth(settlements: readonly KnownSettlement[]): Dated[] {
  return unreversed(settlements).flatMap((known) => {
    const [began, settled] = [servicePeriod(known)?.first, known.settled];
    return began === undefined || settled === undefined ? [] : [{ known, certain: known.certain, began, settled }];
  });
}

/** Settled after, and begun before the death or on the day after it, whichever day of the span it was. */
function isCertain({ began, settled }: Dated, span: DayInterval, { marginDays }: Limits): boolean {
  return settled.lo > span.hi && began.hi <= span.lo + marginDays;
}

/** The same for at least one day of the span. */
function isPossible({ began, settled }: Dated, span: DayInterval, { marginDays }: Limits): boolean {
  return Math.max(span.lo, began.lo - marginDays) <= Math.min(span.hi, settled.hi - 1);
}

function severityOf(delay: number, { infoDays, lowDays }: Limits): Severity {
  if (delay <= infoDays) return 'info';
  return delay <= lowDays ? 'low' : 'medium';
}

function findingOf(death: Death, late: readonly Late[], limits: Limits): RuleFinding {
  const longest = Math.max(...late.map(({ delay }) => delay));
  const said = deathText(death.pieces);
  const services = joined(
    late.map(({ known }) => {
      const { settledOn, fundPaid } = known.record;
      const [service, on] = [serviceText(known), dateText(settledOn)];
      return {
        zh: `${service.zh}，${on} 结算，基金支付 ${fundPaid} 元`,
        en: `${service.en}, settled on ${on}, ${fundPaid} yuan from the fund`,
      };
    }),
  );
  return {
    severity: severityOf(longest, limits),
    explanation: {
      zh: `${said.zh}；死亡后才结算的就医 ${late.length} 笔，最迟在死亡后 ${longest} 天：${services.zh}`,
      en: `${said.en}; ${late.length} ${late.length === 1 ? 'service' : 'services'} settled after it, up to ${longest} ${longest === 1 ? 'day' : 'days'} later: ${services.en}`,
    },
    claims: late.map(({ known: { record } }) => claimOf(record, 'settledOn', dateText(record.settledOn))),
    rests: late.map(({ known }) => known),
    restsOnDeath: true,
  };
}
