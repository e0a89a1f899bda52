import { cityClaim, claimOf } from '../claims.js';
import { feeds, file, population } from '../example.js';
import * as needs from '../needs.js';
import { doubt, notApplicable } from '../reasons.js';
import type { Doubt, PersonRule, RuleFinding } from '../rule.js';
import { agencyName } from '../texts.js';
import { covers, feedDoubt } from '../usable.js';

const absent = population({ outcome: 'absent', registration: 'unknown' });

const rule: PersonRule = {
  scope: 'person',
  id: 'not-in-population',
  version: '1',
  severity: 'low',
  title: { zh: '人口信息中查无此人', en: 'Not in the population register' },
  description: {
    zh: '公安答复该居民身份证号码查无此人，而该数据源覆盖其户籍地区。',
    en: 'The police answer that nobody has this resident id, and the feed covers the region of the domicile.',
  },
  feeds: [needs.population],
  parameters: {},
  basis: ['社会保险法第五十七条、第五十八条', '劳动能力鉴定管理办法（人社部、国家卫生健康委令第55号）第十二条'],
  action: 'ask-agency',
  readsDeathFact: false,
  notApplicable: ({ subject }) =>
    subject.idDocuments.some((document) => document.type === 'resident-id') ? undefined : notApplicable('no-resident-id'),

  check({ file }) {
    const findings: RuleFinding[] = [];
    const doubts: Doubt[] = [];
    if (file.population.length === 0) doubts.push(doubt('not-asked'));
    for (const { record, certain } of file.population) {
      if (record.outcome !== 'absent') continue;
      // It answered: neither its freshness nor a missing entry matters, only whether it would know.
      if (!covers(file, needs.population, file.subject.domicile?.region)) {
        doubts.push(feedDoubt('feed-does-not-cover', needs.population));
        continue;
      }
      const who = agencyName(record.source.agency);
      findings.push({
        severity: 'low',
        explanation: {
          zh: `本市有此人的档案，${who.zh}答复该居民身份证号码查无此人`,
          en: `The city has a file of this person; ${who.en} answer that nobody has this resident id`,
        },
        claims: [cityClaim(file.subject.key, 'idDocuments', 'on-file'), claimOf(record, 'outcome', 'absent')],
        rests: [{ record, certain }],
      });
    }
    return { findings, doubts };
  },

  examples: [
    {
      name: { zh: '查无此人', en: 'the answer is: absent' },
      file: file({ evidence: [absent] }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '查无此人，数据源已过期也算', en: 'absent, though the feed has gone stale since' },
      file: file({ evidence: [absent], feeds: feeds({ 'public-security/population': { state: 'stale' } }) }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '查有此人', en: 'found' },
      file: file({ evidence: [population()] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '姓名不一致不是查无此人', en: 'another name is not absent' },
      file: file({ evidence: [population({ outcome: 'name-differs' })] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '只覆盖外省，查无不说明问题', en: 'absent from a register of another province says nothing' },
      file: file({ evidence: [absent], feeds: feeds({ 'public-security/population': { regions: ['320000'] } }) }),
      expect: { outcome: 'unknown', reason: 'feed-does-not-cover' },
    },
    {
      name: { zh: '省内登记，覆盖全省', en: 'absent from the register of the own province' },
      file: file({ evidence: [absent], feeds: feeds({ 'public-security/population': { regions: ['370000'] } }) }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '没有人口记录', en: 'no population record' },
      file: file(),
      expect: { outcome: 'unknown', reason: 'not-asked' },
    },
    {
      name: { zh: '只有护照', en: 'a passport only' },
      file: file({ subject: { idDocuments: [{ type: 'passport', number: 'E00000001', validity: 'not-checked' }] } }),
      expect: { outcome: 'not-applicable', reason: 'no-resident-id' },
    },
  ],
};

export default rule;
