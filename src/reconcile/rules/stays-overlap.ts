import type { DayInterval, Severity } from '../../model/index.js';
import { claimOf } from '../claims.js';
import { and, daysShared, isSameDay, or, type Truth } from '../dates.js';
import { feeds, file, stay, weakLink } from '../example.js';
import { isSameHospital, namesStay } from '../hospitals.js';
import * as needs from '../needs.js';
import type { KnownStay } from '../person-file.js';
import { doubt, type UnknownReason } from '../reasons.js';
import type { Doubt, PersonRule, RuleFinding } from '../rule.js';
import { isSameStay, placeOf } from '../stays.js';
import { dateText, dischargeText, hospitalText } from '../texts.js';

const other = { hospital: { code: 'H370799002', name: '演示二院' } };
const ended = (code: string, known = true) => ({ outcome: { code, system: 'RC028', known } });

const rule: PersonRule<{ minDays: number; highFromDays: number }> = {
  scope: 'person',
  id: 'stays-overlap',
  version: '2',
  severity: 'high',
  title: { zh: '两次住院日期重叠', en: 'Hospital stays overlap' },
  description: {
    zh: '两次不同的住院有共同的日期（首尾都算）；一天且属转院的除外。可能挂床或冒名住院。',
    en: 'Two different stays share days, both ends counted, a transfer on one day aside: a bed only on paper, or somebody else under the same name.',
  },
  feeds: [needs.stays],
  parameters: { minDays: 1, highFromDays: 2 },
  basis: ['社会保险法第八十八条', '劳动能力鉴定管理办法（人社部、国家卫生健康委令第55号）第十八条'],
  action: 'refer',
  readsDeathFact: false,

  check({ file, parameters }) {
    const found: Overlap[] = [];
    const doubts: Doubt[] = [];
    for (const [index, a] of file.stays.entries()) {
      for (const b of file.stays.slice(index + 1)) {
        const said = compare(a, b, file.asOf, parameters);
        if (said !== undefined) 'reason' in said ? doubts.push(said) : found.push(said);
      }
    }
    return { findings: oncePerPair(found).map(findingOf), doubts };
  },

  examples: [
    {
      name: { zh: '两院重叠两天', en: 'two hospitals share two days' },
      file: file({ evidence: [stay('2025-03-01', '2025-03-10'), stay('2025-03-09', '2025-03-20', other)] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '两院重叠一天', en: 'two hospitals share one day' },
      file: file({ evidence: [stay('2025-03-01', '2025-03-10'), stay('2025-03-10', '2025-03-20', other)] }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '次日入院，不重叠', en: 'admitted on the next day' },
      file: file({ evidence: [stay('2025-03-01', '2025-03-10'), stay('2025-03-11', '2025-03-20', other)] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '当日转院', en: 'transferred on the same day' },
      file: file({
        evidence: [stay('2025-03-01', '2025-03-10', ended('transfer')), stay('2025-03-10', '2025-03-20', other)],
      }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '转院但重叠两天', en: 'transferred, but two days are shared' },
      file: file({
        evidence: [stay('2025-03-01', '2025-03-10', ended('transfer')), stay('2025-03-09', '2025-03-20', other)],
      }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '转入医院写明名称', en: 'the second names the first as where it came from' },
      file: file({
        evidence: [stay('2025-03-01', '2025-03-10'), stay('2025-03-10', '2025-03-20', { ...other, transferFrom: '演示 医院' })],
      }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '同一次住院由卫健和医保各报一次', en: 'one stay told by health and by medical insurance' },
      file: file({
        evidence: [
          stay('2025-03-01', '2025-03-10'),
          stay('2025-03-02', '2025-03-11', {
            source: { agency: 'medical-insurance', recordId: 'Y1' },
            hospital: { name: '演示医院' },
          }),
        ],
      }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '入院相差两天，不是同一次', en: 'two days apart at admission: not the same stay' },
      file: file({
        evidence: [
          stay('2025-03-01', '2025-03-10'),
          stay('2025-03-03', '2025-03-11', {
            source: { agency: 'medical-insurance', recordId: 'Y1' },
            hospital: { name: '演示医院' },
          }),
        ],
      }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '尚未出院，算到核对之日', en: 'an open stay runs to the day of the check' },
      file: file({ evidence: [stay('2025-06-01'), stay('2025-06-29', '2025-06-30', other)] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '对应关系不确定', en: 'one of them is not certainly of the person' },
      file: file({
        evidence: [stay('2025-03-01', '2025-03-10'), stay('2025-03-05', '2025-03-20', { ...other, link: weakLink })],
      }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '当日交接，离院方式代码不认识', en: 'handed over on one day by an unknown code' },
      file: file({
        evidence: [stay('2025-03-01', '2025-03-10', ended('7', false)), stay('2025-03-10', '2025-03-20', other)],
      }),
      expect: { outcome: 'unknown', reason: 'unknown-code' },
    },
    {
      name: { zh: '医保记录没有医院，可能是同一次', en: 'a record without hospital may be the same stay' },
      file: file({
        evidence: [
          stay('2025-03-01', '2025-03-10'),
          stay('2025-03-01', '2025-03-10', { source: { agency: 'medical-insurance', recordId: 'Y1' }, hospital: {} }),
        ],
      }),
      expect: { outcome: 'unknown', reason: 'hospital-uncertain' },
    },
    {
      name: { zh: '只有一次住院，数据源取不到', en: 'one stay only, and the feed is down' },
      file: file({ evidence: [stay('2025-03-01', '2025-03-10')], feeds: feeds({ 'health/stays': { state: 'down' } }) }),
      expect: { outcome: 'unknown', reason: 'feed-down' },
    },
  ],
};

export default rule;

interface Overlap {
  readonly pair: readonly [KnownStay, KnownStay];
  readonly days: number;
  /** Coarse dates leave open whether it was more. */
  readonly isMore: boolean;
  readonly severity: Severity;
}

function compare(
  a: KnownStay,
  b: KnownStay,
  asOf: number,
  { minDays, highFromDays }: typeof rule.parameters,
): Overlap | Doubt | undefined {
  if (a.admitted === undefined || b.admitted === undefined) return undefined;
  const [endA, endB] = [a.discharged ?? { lo: asOf, hi: asOf }, b.discharged ?? { lo: asOf, hi: asOf }];
  const { least, most } = daysShared({ first: a.admitted, last: endA }, { first: b.admitted, last: endB });
  if (most < minDays) return undefined;

  const isSame = isSameStay(a, b);
  if (isSame === 'yes') return undefined;
  const handovers = least < 2 ? [handover(a, endA, b), handover(b, endB, a)] : [];
  if (handovers.some((item) => item.is === 'yes')) return undefined;
  if (isSame === 'maybe') {
    return doubt(isSameHospital(placeOf(a), placeOf(b)) === 'maybe' ? 'hospital-uncertain' : 'date-too-coarse');
  }
  if (least < minDays) return doubt('date-too-coarse');
  const possibly = handovers.find((item) => item.is === 'maybe');
  if (possibly !== undefined) return doubt(possibly.reason);
  return { pair: [a, b], days: least, isMore: most > least, severity: least >= highFromDays ? 'high' : 'low' };
}

/** Does the first end on the day the second begins, and is that a transfer? With the reason, where it cannot be told. */
function handover(first: KnownStay, end: DayInterval, second: KnownStay): { is: Truth; reason: UnknownReason } {
  // Where the last day of the one is the first of the other, that is the only day they can share.
  const isTheOnlyDay = second.admitted !== undefined && end.hi === second.admitted.lo;
  const day: Truth = isTheOnlyDay ? 'yes' : second.admitted === undefined ? 'no' : isSameDay(end, second.admitted);
  const isUnread = first.outcome?.known === false;
  const outcome: Truth = isUnread ? 'maybe' : first.outcome?.code === 'transfer' ? 'yes' : 'no';
  const told = or(names(first.record.transferTo, first, second), names(second.record.transferFrom, second, first));
  const reason = day === 'maybe' ? 'date-too-coarse' : isUnread ? 'unknown-code' : 'hospital-uncertain';
  return { is: and(day, or(outcome, told)), reason };
}

function names(value: string | undefined, teller: KnownStay, named: KnownStay): Truth {
  return namesStay(value, teller.record.source.agency, { ...placeOf(named), recordId: named.record.source.recordId });
}

/** The same two stays told several times overlap once; the telling that is certain, and overlaps longest, stands for them. */
function oncePerPair(overlaps: readonly Overlap[]): Overlap[] {
  const certainty = ({ pair }: Overlap): number => Number(pair[0].certain && pair[1].certain);
  const kept: Overlap[] = [];
  for (const item of [...overlaps].sort((a, b) => certainty(b) - certainty(a) || b.days - a.days)) {
    const [a, b] = item.pair;
    const isTold = kept.some(({ pair: [c, d] }) => (isOne(a, c) && isOne(b, d)) || (isOne(a, d) && isOne(b, c)));
    if (!isTold) kept.push(item);
  }
  return kept;
}

function isOne(a: KnownStay, b: KnownStay): boolean {
  return a === b || isSameStay(a, b) === 'yes';
}

function findingOf({ pair, days, isMore, severity }: Overlap): RuleFinding {
  const texts = pair.map((known) => {
    const where = hospitalText(known.record.hospital, known.record.source.agency);
    const [from, to] = [dateText(known.record.admittedOn), dischargeText(known)];
    return {
      zh: `${from} 至 ${to === 'open' ? '今未出院' : to}（${where.zh}）`,
      en: `${from} to ${to === 'open' ? 'now, still open' : to} (${where.en})`,
    };
  });
  // Of two open stays the days grow every night: that is no news.
  const share = pair.every((known) => dischargeText(known) === 'open')
    ? { zh: '仍在重叠', en: 'overlap to this day' }
    : {
        zh: `重叠${isMore ? '至少' : ''} ${days} 天`,
        en: `share ${isMore ? 'at least ' : ''}${days} ${days === 1 ? 'day' : 'days'}`,
      };
  return {
    severity,
    explanation: {
      zh: `两次住院${share.zh}：${texts.map((text) => text.zh).join('；')}`,
      en: `Two stays ${share.en}: ${texts.map((text) => text.en).join('; ')}`,
    },
    claims: pair.flatMap((known) => [
      claimOf(known.record, 'admittedOn', dateText(known.record.admittedOn)),
      claimOf(known.record, 'dischargedOn', dischargeText(known)),
    ]),
    rests: [...pair],
  };
}
