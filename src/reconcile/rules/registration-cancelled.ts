import type { Bilingual, PopulationEvidence } from '../../model/index.js';
import { cityClaim, claimOf } from '../claims.js';
import { feeds, file, population } from '../example.js';
import * as needs from '../needs.js';
import { doubt } from '../reasons.js';
import type { Doubt, PersonRule, RuleFinding } from '../rule.js';
import { agencyName, dateText } from '../texts.js';

type Reason = NonNullable<PopulationEvidence['cancellation']>['reason'];

const reasonWords: Readonly<Record<Reason, Bilingual>> = {
  death: { zh: '死亡', en: 'death' },
  'court-declared': { zh: '宣告死亡', en: 'declared dead by a court' },
  'moved-out': { zh: '迁出', en: 'moved out' },
  emigrated: { zh: '出国（境）定居', en: 'emigrated' },
  duplicate: { zh: '重复户口', en: 'registered twice' },
  other: { zh: '其他', en: 'other' },
};

const rule: PersonRule = {
  scope: 'person',
  id: 'registration-cancelled',
  version: '1',
  severity: 'low',
  title: { zh: '户籍已注销（非死亡）', en: 'Registration cancelled, not for death' },
  description: {
    zh: '公安已注销本人户籍，原因不是死亡或宣告死亡：迁出、出国（境）定居、重复户口或其他。',
    en: 'The household registration was cancelled for another reason than death or a court declaration.',
  },
  feeds: [needs.population],
  parameters: {},
  basis: ['社会保险法第五十七条', '社会保险经办条例（国务院令第765号）第二十六条'],
  action: 'record',
  readsDeathFact: false,

  check({ file }) {
    const findings: RuleFinding[] = [];
    const doubts: Doubt[] = [];
    if (file.population.length === 0) doubts.push(doubt('not-asked'));
    for (const { record, certain } of file.population) {
      if (record.registration === 'unknown') doubts.push(doubt('registration-unknown'));
      if (record.registration !== 'cancelled') continue;
      const given = record.cancellation?.reason;
      // A reason of no known meaning may be any, also a death.
      const isKnown =
        given === 'death' || given === 'court-declared' || (given !== undefined && Object.hasOwn(reasonWords, given));
      const reason = isKnown ? given : undefined;
      if (reason === undefined) doubts.push(doubt('cancellation-reason-missing'));
      if (reason === undefined || reason === 'death' || reason === 'court-declared') continue;
      const who = agencyName(record.source.agency);
      const on = record.cancellation?.registeredOn;
      findings.push({
        severity: 'low',
        explanation: {
          zh: `${who.zh}${on === undefined ? '' : ` ${dateText(on)} `}已注销户籍，原因：${reasonWords[reason].zh}；本市档案仍以原户籍登记`,
          en: `${who.en} cancelled the registration${on === undefined ? '' : ` on ${dateText(on)}`}, reason: ${reasonWords[reason].en}; the city's file still has it`,
        },
        claims: [cityClaim(file.subject.key, 'domicile', 'on-file'), claimOf(record, 'cancellation/reason', reason)],
        rests: [{ record, certain }],
      });
    }
    return { findings, doubts };
  },

  examples: [
    {
      name: { zh: '迁出注销', en: 'cancelled because moved out' },
      file: file({ evidence: [population({ registration: 'cancelled', cancellation: { reason: 'moved-out' } })] }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '其他原因注销', en: 'cancelled for another reason' },
      file: file({ evidence: [population({ registration: 'cancelled', cancellation: { reason: 'other' } })] }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '死亡注销由死亡规则处理', en: 'cancelled for death: the rules on death speak' },
      file: file({ evidence: [population({ registration: 'cancelled', cancellation: { reason: 'death' } })] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '宣告死亡由死亡规则处理', en: 'declared dead: the rules on death speak' },
      file: file({ evidence: [population({ registration: 'cancelled', cancellation: { reason: 'court-declared' } })] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '户籍有效', en: 'active' },
      file: file({ evidence: [population()] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '户籍有效，但数据源已过期', en: 'active, but the feed is stale' },
      file: file({ evidence: [population()], feeds: feeds({ 'public-security/population': { state: 'stale' } }) }),
      expect: { outcome: 'unknown', reason: 'feed-stale' },
    },
    {
      name: { zh: '注销而未说明原因', en: 'cancelled without a reason' },
      file: file({ evidence: [population({ registration: 'cancelled' })] }),
      expect: { outcome: 'unknown', reason: 'cancellation-reason-missing' },
    },
    {
      name: { zh: '户籍状态未知', en: 'registration unknown' },
      file: file({ evidence: [population({ registration: 'unknown' })] }),
      expect: { outcome: 'unknown', reason: 'registration-unknown' },
    },
    {
      name: { zh: '没有人口记录', en: 'no population record' },
      file: file(),
      expect: { outcome: 'unknown', reason: 'not-asked' },
    },
  ],
};

export default rule;
