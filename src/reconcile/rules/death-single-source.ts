import type { DayInterval } from '../../model/index.js';
import { absenceClaim } from '../claims.js';
import { isOlderThan } from '../dates.js';
import type { Death } from '../death-fact.js';
import { death, feeds, file, population, stay } from '../example.js';
import * as needs from '../needs.js';
import { doubt } from '../reasons.js';
import type { PersonRule } from '../rule.js';
import { deathText, feedName, spanText } from '../texts.js';
import { unusable } from '../usable.js';
import { nothingFound } from '../verdicts.js';

const rule: PersonRule<{ afterDays: number }> = {
  scope: 'person',
  id: 'death-single-source',
  version: '1',
  severity: 'low',
  title: { zh: '死亡只有一类来源', en: 'Death known from one kind of source only' },
  description: {
    zh: '死亡只有一类记录，且登记、签发或出院已超过30天，其他部门仍没有记录。',
    en: 'One kind of record only tells of the death, its event is more than 30 days ago, and the other agencies still have nothing.',
  },
  feeds: needs.theThree,
  parameters: { afterDays: 30 },
  basis: ['社会保险法第五十七条', '社会保险经办条例（国务院令第765号）第二十六条'],
  action: 'ask-agency',
  readsDeathFact: true,

  check({ file, parameters }) {
    const { death } = file;
    if (death.fact.level !== 'reported') return nothingFound;
    const event = earliestEvent(death);
    if (event === undefined) return { findings: [], doubts: [doubt('event-day-missing')] };
    const isOld = isOlderThan(event, file.asOf, parameters.afterDays);
    if (isOld === 'no') return nothingFound;
    if (isOld === 'maybe') return { findings: [], doubts: [doubt('date-too-coarse')] };

    const reported = new Set(death.pieces.map((piece) => piece.record.source.agency));
    const silent = needs.theThree.filter((need) => !reported.has(need.agency));
    const reason = unusable(file, silent);
    if (reason !== undefined) return { findings: [], doubts: [reason] };
    const said = deathText(death.pieces);
    const names = silent.map((need) => feedName(need.agency, need.feed));
    return {
      findings: [
        {
          severity: 'low',
          explanation: {
            zh: `${said.zh}；最早于 ${spanText(event)} 登记，已超过 ${parameters.afterDays} 天，${names.map((name) => name.zh).join('、')}均无记录`,
            en: `${said.en}; its first event, ${spanText(event)}, is more than ${parameters.afterDays} days ago, and nothing is in ${names.map((name) => name.en).join(', ')}`,
          },
          claims: silent.map((need) => absenceClaim(need, 'death')),
          rests: [],
          restsOnDeath: true,
        },
      ],
      doubts: [],
    };
  },

  examples: [
    {
      name: { zh: '31天前签发', en: 'issued 31 days ago' },
      file: file({ evidence: [death({ diedOn: '2025-05-28', eventOn: '2025-05-30' })] }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '30天前签发', en: 'issued 30 days ago' },
      file: file({ evidence: [death({ diedOn: '2025-05-28', eventOn: '2025-05-31' })] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '只有户籍注销', en: 'a household cancellation only' },
      file: file({
        evidence: [population({ registration: 'cancelled', cancellation: { reason: 'death', registeredOn: '2025-03-01' } })],
      }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '已有另一类记录', en: 'another kind has come' },
      file: file({
        evidence: [death({ diedOn: '2025-03-01', eventOn: '2025-03-02' }), death({ basis: 'cremation', eventOn: '2025-03-03' })],
      }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '未报告的民政取不到', en: 'a feed of an agency that is silent is down' },
      file: file({
        evidence: [death({ diedOn: '2025-03-01', eventOn: '2025-03-02' })],
        feeds: feeds({ 'civil-affairs/cremations': { state: 'down' } }),
      }),
      expect: { outcome: 'unknown', reason: 'feed-down' },
    },
    {
      name: { zh: '已报告的卫生健康过期不妨碍', en: 'the feed of the agency that reported is stale: no matter' },
      file: file({
        evidence: [death({ diedOn: '2025-03-01', eventOn: '2025-03-02' })],
        feeds: feeds({ 'health/death-certificates': { state: 'stale' } }),
      }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '证明没有签发日期', en: 'a certificate without a day of issue' },
      file: file({ evidence: [death({ diedOn: '2025-03-01' })] }),
      expect: { outcome: 'unknown', reason: 'event-day-missing' },
    },
    {
      name: { zh: '只有离院死亡', en: 'a hospital discharge only' },
      file: file({
        evidence: [stay('2025-02-20', '2025-03-01', { outcome: { code: 'died', system: 'RC028', known: true } })],
      }),
      expect: { outcome: 'finding', severity: 'low' },
    },
  ],
};

export default rule;

/** Issue, registration, cremation or discharge: of several records the earliest. */
function earliestEvent(death: Death): DayInterval | undefined {
  const events = death.pieces.map((piece) => piece.event).filter((event) => event !== undefined);
  if (events.length === 0) return undefined;
  return { lo: Math.min(...events.map((event) => event.lo)), hi: Math.min(...events.map((event) => event.hi)) };
}
