import { compareNames, containsUncertainGlyph } from '../../identity/index.js';
import type { Bilingual, PopulationEvidence } from '../../model/index.js';
import { cityClaim, claimOf } from '../claims.js';
import { death, file, population, weakLink } from '../example.js';
import * as needs from '../needs.js';
import type { Known } from '../person-file.js';
import { doubt } from '../reasons.js';
import type { Doubt, PersonRule, RuleContext, RuleFinding } from '../rule.js';
import { agencyName } from '../texts.js';

const rule: PersonRule = {
  scope: 'person',
  id: 'name-differs',
  version: '2',
  severity: 'high',
  title: { zh: '同一号码，姓名不同', en: 'Same number, different name' },
  description: {
    zh: '公安人口信息中同一身份证号码的姓名与本市登记的不同（曾用名、异体点号、缺字除外）。有死亡记录时更须先核实是不是同一人。',
    en: 'The population register has another name under the same number (former names, variants of the dot and unreadable characters aside).',
  },
  feeds: [needs.population],
  parameters: {},
  basis: ['劳动能力鉴定管理办法（人社部、国家卫生健康委令第55号）第十二条、第十八条', '社会保险法第五十八条'],
  action: 'ask-agency',
  readsDeathFact: false,

  check(context) {
    const findings: RuleFinding[] = [];
    const doubts: Doubt[] = [];
    const records = context.file.population.filter(({ record }) => record.outcome !== 'absent');
    if (records.length === 0) doubts.push(doubt('not-asked'));
    for (const known of records) {
      const opinion = compare(context, known.record);
      if (opinion === 'uncertain') doubts.push(doubt('name-uncertain'));
      if (opinion === 'differs') findings.push(findingOf(context, known));
    }
    return { findings, doubts };
  },

  examples: [
    {
      name: { zh: '姓名不同', en: 'the names differ' },
      file: file({ evidence: [population({ person: { name: '测试乙' } })] }),
      expect: { outcome: 'finding', severity: 'medium' },
    },
    {
      name: { zh: '有死亡记录时为高', en: 'high when a death is on record' },
      file: file({ evidence: [population({ person: { name: '测试乙' } }), death({ diedOn: '2025-03-01' })] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '公安只回显姓名并判为不一致', en: 'the agency only echoes the name, and says it differs' },
      file: file({
        evidence: [
          population({
            outcome: 'name-differs',
            nameDisclosed: false,
            match: { id: 'exact', name: 'different' },
            link: weakLink,
          }),
        ],
      }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '曾用名相符', en: 'a former name matches' },
      file: file({ evidence: [population({ person: { name: '测试乙', formerNames: ['测试甲'] } })] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '只是间隔点不同', en: 'only the dot differs' },
      file: file({
        subject: { name: '测试·甲' },
        evidence: [population({ person: { name: '测试．甲' } })],
      }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '缺字，无法判断', en: 'a missing glyph: cannot be told' },
      file: file({ evidence: [population({ person: { name: '测试□' } })] }),
      expect: { outcome: 'unknown', reason: 'name-uncertain' },
    },
    {
      name: { zh: '只回显姓名且未比对', en: 'the name is only echoed and was not compared' },
      file: file({ evidence: [population({ nameDisclosed: false })] }),
      expect: { outcome: 'unknown', reason: 'name-uncertain' },
    },
    {
      name: { zh: '没有人口记录', en: 'no population record' },
      file: file(),
      expect: { outcome: 'unknown', reason: 'not-asked' },
    },
  ],
};

export default rule;

type Opinion = 'same' | 'differs' | 'uncertain';

function compare({ file: { subject }, privateUse }: RuleContext, record: PopulationEvidence): Opinion {
  const saysDifferent = record.outcome === 'name-differs' || record.match?.name === 'different';
  if (record.nameDisclosed !== false && !saysDifferent && subject.name !== '' && subject.name === record.person.name)
    return 'same';
  const unreadable = containsUncertainGlyph(subject.name) || containsUncertainGlyph(record.person.name);
  if (record.nameDisclosed === false) {
    // The name in the answer is the one that was asked: only the agency's own verdict says anything.
    if (record.match?.name === 'exact') return 'same';
    return record.match?.name === 'different' && !unreadable ? 'differs' : 'uncertain';
  }
  const saysSimilar = record.match?.name === 'similar';
  if (record.person.name.trim() === '') {
    if (saysSimilar) return 'uncertain';
    if (saysDifferent) return unreadable ? 'uncertain' : 'differs';
    return record.match?.name === 'exact' ? 'same' : 'uncertain';
  }
  const names = compareNames(subject, record.person, { privateUse });
  if (names.result === 'uncertain') return 'uncertain';
  if (names.reason === 'former-name') return 'same';
  // Against `similar` only equal names help: one that was cut may go on otherwise. Nor does it bear out a `name-differs` beside it.
  const areEqual = names.result === 'same' && names.reason !== 'truncated-at-20';
  if (saysSimilar && !areEqual) return 'uncertain';
  if (saysDifferent) return unreadable ? 'uncertain' : 'differs';
  return names.result === 'same' ? 'same' : 'differs';
}

/** The names stand in the claims, where the report masks them; the explanation has none. */
function findingOf({ file }: RuleContext, { record, certain }: Known<PopulationEvidence>): RuleFinding {
  const isDead = file.death.fact.level !== 'none';
  const disclosed = record.nameDisclosed !== false && record.person.name.trim() !== '';
  const who = agencyName(record.source.agency);
  const said: Bilingual =
    disclosed && record.outcome !== 'name-differs' && record.match?.name !== 'different'
      ? { zh: `${who.zh}登记的姓名与本市登记的不同`, en: `the name that ${who.en} have is not the one on file` }
      : { zh: `${who.zh}答复姓名不一致`, en: `${who.en} answer that the name differs` };
  const dead: Bilingual = isDead
    ? {
        zh: '；该号码另有死亡记录，须先确认是否同一人',
        en: '; a death is on record too: make sure first that it is the same person',
      }
    : { zh: '', en: '' };
  return {
    severity: isDead ? 'high' : 'medium',
    explanation: { zh: `身份证号码相同，${said.zh}${dead.zh}`, en: `Same number, but ${said.en}${dead.en}` },
    claims: [
      cityClaim(file.subject.key, 'name', file.subject.name),
      disclosed
        ? claimOf(record, 'person/name', record.person.name)
        : claimOf(record, 'match/name', record.match?.name ?? record.outcome),
    ],
    rests: [{ record, certain }],
  };
}
