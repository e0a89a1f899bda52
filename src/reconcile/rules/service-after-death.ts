import { byLevel, claimOf } from '../claims.js';
import { and, isAfterDeath, latestDay, or, sharesDay, type Truth } from '../dates.js';
import type { Death } from '../death-fact.js';
import { death, feeds, file, population, settlement, stay, weakLink } from '../example.js';
import { isSameHospital } from '../hospitals.js';
import * as needs from '../needs.js';
import type { KnownSettlement, KnownStay, PersonFile } from '../person-file.js';
import { doubt, type UnknownReason } from '../reasons.js';
import type { Doubt, PersonRule, RuleFinding } from '../rule.js';
import { namesStay, placeOfSettlement, servicePeriod, unreversed } from '../settlements.js';
import { placeOf } from '../stays.js';
import { dateText, deathText, joined, serviceText } from '../texts.js';
import { byCertainty, nothingFound } from '../verdicts.js';

const certificate = death({ diedOn: '2025-03-01' });
const cremation = death({ basis: 'cremation', eventOn: '2025-03-04' });
const visit = (from: string, parts: Parameters<typeof settlement>[2] = {}) =>
  settlement('employee', parts.settlementNo ?? 'Y1', { setting: 'outpatient', from, settledOn: from, ...parts });
const secondVisit = visit('2025-04-10', { settlementNo: 'Y2', setting: 'pharmacy' });
const inpatient = settlement('employee', 'Y3', { from: '2025-03-10', to: '2025-03-15', settledOn: '2025-03-15' });

const rule: PersonRule<{ marginDays: number; severeFromEvents: number }> = {
  scope: 'person',
  id: 'service-after-death',
  version: '2',
  severity: 'high',
  title: { zh: '死亡之后仍有就医结算', en: 'Medical service after death' },
  description: {
    zh: '死亡日期一天之后，仍有门诊、购药或其他就医的结算（住院结算只在没有同院住院记录时计入，有记录的由死亡后入院规则判断）。一笔多为录入或代开药，两笔起为高。',
    en: 'A settlement tells of a service that began more than a day after the death. Inpatient care counts only where no stay in that hospital is on record: a stay is for another rule to judge. One event may be a slip, from two on it is serious.',
  },
  feeds: [...needs.theThree, needs.settlements],
  parameters: { marginDays: 1, severeFromEvents: 2 },
  basis: ['社会保险法第八十八条', '社会保险经办条例（国务院令第765号）第二十六条、第四十六条'],
  action: 'refer',
  readsDeathFact: true,

  check({ file, parameters }) {
    const { death } = file;
    const looked = servicesLookedAt(file);
    if (death.fact.level === 'none' || looked.length === 0) return nothingFound;
    if (death.span === undefined) return { findings: [], doubts: [doubt('death-undated')] };
    const events: KnownSettlement[] = [];
    const doubts: Doubt[] = [];
    for (const { known, period, told } of looked) {
      const isAfter = isAfterDeath(period.first, death.span, parameters.marginDays);
      if (isAfter === 'no') continue;
      if (told !== undefined) doubts.push(doubt(told));
      else if (isAfter === 'maybe') doubts.push(doubt('date-too-coarse'));
      else events.push(known);
    }
    return { findings: byCertainty(events).map((some) => findingOf(death, some, parameters.severeFromEvents)), doubts };
  },

  /** The last service start it looks at. */
  dayInQuestion: (personFile) => latestDay(servicesLookedAt(personFile).map(({ period }) => period.first)),

  examples: [
    {
      name: { zh: '死亡两天后一次门诊，一个来源', en: 'one outpatient visit two days after the death, one source' },
      file: file({ evidence: [certificate, visit('2025-03-03')] }),
      expect: { outcome: 'finding', severity: 'info' },
    },
    {
      name: { zh: '死亡次日门诊', en: 'a visit on the day after the death' },
      file: file({ evidence: [certificate, visit('2025-03-02')] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '一次门诊，两个来源一致', en: 'one visit, two sources agree' },
      file: file({ evidence: [certificate, cremation, visit('2025-03-03')] }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '门诊和购药各一次，两个来源一致', en: 'a visit and a purchase, two sources agree' },
      file: file({ evidence: [certificate, cremation, visit('2025-03-03'), secondVisit] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '门诊和购药各一次，一个来源', en: 'a visit and a purchase, one source' },
      file: file({ evidence: [certificate, visit('2025-03-03'), secondVisit] }),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '基金没有支付也算就医', en: 'a service the fund paid nothing for' },
      file: file({ evidence: [certificate, cremation, visit('2025-03-03', { fundPaid: '0.00' })] }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '住院结算没有住院记录', en: 'inpatient care that no stay tells of' },
      file: file({ evidence: [certificate, inpatient], feeds: feeds({ 'health/stays': { state: 'down' } }) }),
      expect: { outcome: 'finding', severity: 'info' },
    },
    {
      name: { zh: '住院结算有同院住院记录，共有一天', en: 'inpatient care that shares a day with a stay of the hospital' },
      file: file({ evidence: [certificate, inpatient, stay('2025-03-15', '2025-03-20')] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '同院住院次日才开始', en: 'the stay of the hospital begins on the day after' },
      file: file({ evidence: [certificate, inpatient, stay('2025-03-16', '2025-03-20')] }),
      expect: { outcome: 'finding', severity: 'info' },
    },
    {
      name: { zh: '同期住院在另一家医院', en: 'a stay on the same days in another hospital' },
      file: file({ evidence: [certificate, inpatient, stay('2025-03-10', '2025-03-15', { hospital: { name: '演示二院' } })] }),
      expect: { outcome: 'finding', severity: 'info' },
    },
    {
      name: { zh: '同期住院的医院无从比较', en: 'a stay on the same days whose hospital cannot be compared' },
      file: file({ evidence: [certificate, inpatient, stay('2025-03-10', '2025-03-15', { hospital: { code: 'H370799001' } })] }),
      expect: { outcome: 'unknown', reason: 'hospital-uncertain' },
    },
    {
      name: { zh: '门诊结算已全额冲销', en: 'the visit was wholly reversed' },
      file: file({
        evidence: [certificate, visit('2025-03-03'), settlement('employee', 'Y9', { refundOf: 'Y1', fundPaid: '-800.00' })],
      }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '对应关系不确定的结算不计数', en: 'of two visits one is not certainly of the person' },
      file: file({
        evidence: [certificate, cremation, visit('2025-03-03'), visit('2025-04-10', { settlementNo: 'Y2', link: weakLink })],
      }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '死亡时间只精确到月', en: 'the death has a month only' },
      file: file({ evidence: [death({ diedOn: '2025-03' }), visit('2025-03-20')] }),
      expect: { outcome: 'unknown', reason: 'date-too-coarse' },
    },
    {
      name: { zh: '死亡没有日期', en: 'the death has no date' },
      file: file({ evidence: [population({ deathFlag: true }), visit('2025-03-20')] }),
      expect: { outcome: 'unknown', reason: 'death-undated' },
    },
    {
      name: { zh: '没有死亡，结算信息只完整到就医前一日', en: 'no death, and the settlements end on the day before the visit' },
      file: file({
        evidence: [visit('2025-03-03')],
        feeds: feeds({ 'medical-insurance/settlements': { completeThrough: '2025-03-02' } }),
      }),
      expect: { outcome: 'unknown', reason: 'feed-gap' },
    },
    {
      name: { zh: '没有死亡，结算信息完整到就医当日', en: 'no death, and the settlements reach the day of the visit' },
      file: file({
        evidence: [visit('2025-03-03')],
        feeds: feeds({ 'medical-insurance/settlements': { completeThrough: '2025-03-03' } }),
      }),
      expect: { outcome: 'clear' },
    },
  ],
};

export default rule;

interface Service {
  readonly known: KnownSettlement;
  readonly period: NonNullable<ReturnType<typeof servicePeriod>>;
  /** Why it cannot be told whether a stay tells of it; undefined where none does. */
  readonly told: UnknownReason | undefined;
}

/** Services with a beginning that no stay certainly tells of, in the order of their days. */
function servicesLookedAt({ settlements, stays, asOf }: PersonFile): Service[] {
  const services: Service[] = [];
  for (const known of unreversed(settlements)) {
    const period = servicePeriod(known);
    if (period === undefined) continue;
    const told = known.record.setting === 'inpatient' ? isTold(known, period, stays, asOf) : { is: 'no' as const };
    if (told.is !== 'yes') services.push({ known, period, told: told.reason });
  }
  return services.sort((a, b) => a.period.first.lo - b.period.first.lo);
}

/** Does a stay of the same hospital, told by any agency, share a day with inpatient care? An open stay runs to the day of the check. */
function isTold(
  known: KnownSettlement,
  period: Service['period'],
  stays: readonly KnownStay[],
  asOf: number,
): { is: Truth; reason?: UnknownReason } {
  let is: Truth = 'no';
  let reason: UnknownReason | undefined;
  for (const stay of stays) {
    if (stay.admitted === undefined) continue;
    const days = sharesDay(period, { first: stay.admitted, last: stay.discharged ?? { lo: asOf, hi: asOf } });
    if (days === 'no') continue;
    // The stay that a settlement names is its own, whatever the two records call the hospital.
    const place = namesStay(known, stay) ? 'yes' : isSameHospital(placeOfSettlement(known), placeOf(stay));
    const both = and(days, place);
    is = or(is, both);
    if (both === 'maybe')
      reason = place === 'maybe' || reason === 'hospital-uncertain' ? 'hospital-uncertain' : 'date-too-coarse';
  }
  return { is, ...(reason === undefined ? {} : { reason }) };
}

/** Events that are all certainly of the person are counted; those that are not stand as one, and the cap of their links comes after. */
function findingOf(death: Death, events: readonly KnownSettlement[], severeFromEvents: number): RuleFinding {
  const said = deathText(death.pieces);
  const services = joined(
    events.map((known) => {
      const [service, paid] = [serviceText(known), known.record.fundPaid];
      return { zh: `${service.zh}，基金支付 ${paid} 元`, en: `${service.en}, ${paid} yuan from the fund` };
    }),
  );
  const count = events.every(({ certain }) => certain) ? events.length : 1;
  return {
    severity:
      count >= severeFromEvents
        ? byLevel(death, { corroborated: 'high', conflicting: 'medium', reported: 'medium' })
        : byLevel(death, { corroborated: 'low', conflicting: 'info', reported: 'info' }),
    explanation: {
      zh: `${said.zh}；其后仍有就医结算 ${events.length} 笔：${services.zh}`,
      en: `${said.en}; ${events.length} ${events.length === 1 ? 'service' : 'services'} after it: ${services.en}`,
    },
    claims: events.map(({ record }) => claimOf(record, 'from', dateText(record.from))),
    rests: [...events],
    restsOnDeath: true,
  };
}
