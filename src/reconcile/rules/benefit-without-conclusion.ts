import type { Bilingual, Claim, Conclusion, Source } from '../../model/index.js';
import { cityClaim, claimOf, toldClaim } from '../claims.js';
import { plainDocumentNumber } from '../document-numbers.js';
import { appraisalCase, benefit, feeds, file, weakLink } from '../example.js';
import { appraisal, conclusion } from '../example-cases.js';
import { recordOfClaim } from '../fingerprint.js';
import type { PersonFile } from '../person-file.js';
import { doubt, notApplicable } from '../reasons.js';
import type { Doubt, PersonRule, RuleFinding } from '../rule.js';
import { isLaidOver, withReappraisals } from '../supersede.js';
import { agencyName, joined } from '../texts.js';
import { verdictOf } from '../verdicts.js';

/** What ends a conclusion's force. Issued, effective and challenged ones still carry a benefit. */
const ended: ReadonlyMap<Conclusion['status'], Bilingual> = new Map([
  ['superseded', { zh: '被取代', en: 'superseded' }],
  ['corrected', { zh: '被更正', en: 'corrected' }],
  ['revoked', { zh: '被撤销', en: 'revoked' }],
]);

const basedOn = (no: string) => [benefit(['2025-05'], { basisConclusionNo: no })];
const concluded = (status: Conclusion['status'], no = '潍劳鉴〔2025〕001号') => [
  appraisalCase({ state: 'effective', conclusions: [conclusion('2025-04-01', { no, status })] }),
];
const provincial = (status: Conclusion['status'], parts: Parameters<typeof appraisal>[0] = {}) =>
  appraisal({ conclusion: conclusion('2025-04-01', { no: '潍劳鉴[2025]001号', status }), ...parts });

const rule: PersonRule = {
  scope: 'person',
  id: 'benefit-without-conclusion',
  version: '2',
  severity: 'high',
  title: { zh: '在享待遇没有有效的鉴定结论', en: 'Benefit without a valid conclusion' },
  description: {
    zh: '正在享受的待遇没有写明依据的鉴定结论，或者所依据的结论已被取代、更正或撤销（先查案件，再查省级鉴定）。',
    en: 'An active benefit names no conclusion, or one that is superseded, corrected or revoked (looked up in the cases, then in the provincial appraisals).',
  },
  feeds: [],
  parameters: {},
  basis: [
    '工伤保险条例第四十二条',
    '劳动能力鉴定管理办法（人社部、国家卫生健康委令第55号）第三十一条',
    '社会保险经办条例（国务院令第765号）第二十六条、第四十六条',
  ],
  action: 'ask-agency',
  readsDeathFact: false,
  notApplicable: ({ benefits }) =>
    benefits.some(({ status }) => status === 'active') ? undefined : notApplicable('no-active-benefit'),

  check({ file }) {
    const active = file.benefits.filter(({ status }) => status === 'active');
    return verdictOf(active.map((item) => judge(file, item)));
  },

  examples: [
    {
      name: { zh: '没有写明结论', en: 'no conclusion is named' },
      file: file({ cases: concluded('effective'), benefits: [benefit(['2025-05'])] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '结论编号为空白', en: 'the number is blank' },
      file: file({ cases: concluded('effective'), benefits: basedOn(' ') }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '结论已撤销', en: 'the conclusion was revoked' },
      file: file({ cases: concluded('revoked'), benefits: basedOn('潍劳鉴〔2025〕001号') }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '结论已被再次鉴定取代', en: 'the conclusion was superseded' },
      file: file({ cases: concluded('superseded'), benefits: basedOn('潍劳鉴〔2025〕001号') }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '结论已更正', en: 'the conclusion was corrected' },
      file: file({ cases: concluded('corrected'), benefits: basedOn('潍劳鉴〔2025〕001号') }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: {
        zh: '结论有效，编号的括号与全角数字写法不同',
        en: 'an effective conclusion, written with other brackets and digits',
      },
      file: file({ cases: concluded('effective'), benefits: basedOn('潍劳鉴（２０２５） 001号') }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '结论正在申请再次鉴定', en: 'the conclusion is challenged' },
      file: file({ cases: concluded('challenged'), benefits: basedOn('潍劳鉴〔2025〕001号') }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '案件中没有，省级鉴定中已撤销', en: 'not in the cases, and revoked by the province' },
      file: file({ benefits: basedOn('潍劳鉴〔2025〕001号'), evidence: [provincial('revoked')] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '案件中没有，省级鉴定中有效', en: 'not in the cases, and effective with the province' },
      file: file({ benefits: basedOn('潍劳鉴〔2025〕001号'), evidence: [provincial('effective')] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '以案件为先', en: 'the cases are asked first' },
      file: file({
        cases: concluded('effective'),
        benefits: basedOn('潍劳鉴〔2025〕001号'),
        evidence: [provincial('revoked')],
      }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '省级鉴定的对应关系不确定', en: 'the provincial record is not certainly of the person' },
      file: file({ benefits: basedOn('潍劳鉴〔2025〕001号'), evidence: [provincial('revoked', { link: weakLink })] }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '写明的结论查不到', en: 'the conclusion named is not on file' },
      file: file({ cases: concluded('effective'), benefits: basedOn('潍劳鉴〔2025〕002号') }),
      expect: { outcome: 'unknown', reason: 'conclusion-not-on-file' },
    },
    {
      name: { zh: '省级记录已作废', en: 'the provincial record is void' },
      file: file({ benefits: basedOn('潍劳鉴〔2025〕001号'), evidence: [provincial('revoked', { status: 'void' })] }),
      expect: { outcome: 'unknown', reason: 'conclusion-not-on-file' },
    },
    {
      name: { zh: '结论有效，省级数据源取不到', en: 'an effective conclusion, and the province is down' },
      file: file({
        cases: concluded('effective'),
        benefits: basedOn('潍劳鉴〔2025〕001号'),
        feeds: feeds({ 'provincial-appraisal/appraisals': { state: 'down' } }),
      }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '省级再次鉴定已作结论', en: 'the province has concluded a re-appraisal' },
      file: withReappraisals(
        file({
          cases: concluded('effective'),
          benefits: basedOn('潍劳鉴〔2025〕001号'),
          evidence: [
            provincial('issued', {
              caseKind: 'reappraisal',
              conclusion: conclusion('2025-06-01', { no: '鲁劳鉴〔2025〕9号', level: 'province', grade: 8 }),
            }),
          ],
        }),
      ),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '省级已受理再次鉴定，尚无结论', en: 'a re-appraisal is pending at the province' },
      file: withReappraisals(
        file({
          cases: concluded('effective'),
          benefits: basedOn('潍劳鉴〔2025〕001号'),
          evidence: [appraisal({ caseKind: 'reappraisal', state: 'accepted' })],
        }),
      ),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '待遇已暂停', en: 'the benefit is suspended' },
      file: file({ benefits: [benefit(['2025-05'], { status: 'suspended' })] }),
      expect: { outcome: 'not-applicable', reason: 'no-active-benefit' },
    },
  ],
};

export default rule;

/** A conclusion on file, and who says so. */
interface Found {
  readonly status: Conclusion['status'];
  readonly where: Bilingual;
  readonly claim: Claim;
  /** What the finding is about, whoever says it: that the city takes note of what the province said is no other finding. */
  readonly about: string;
  readonly rests: RuleFinding['rests'];
}

function judge(file: PersonFile, { id, basisConclusionNo }: PersonFile['benefits'][number]): RuleFinding | Doubt | undefined {
  const number = plainDocumentNumber(basisConclusionNo);
  if (number === undefined) {
    return {
      severity: 'high',
      explanation: {
        zh: `待遇 ${id} 正在享受，未写明所依据的鉴定结论`,
        en: `Benefit ${id} is active and names no conclusion it rests on`,
      },
      claims: [cityClaim(id, 'status', 'active'), cityClaim(id, 'basisConclusionNo', 'none')],
      rests: [],
    };
  }
  const found = inCases(file, number);
  const all = found.length > 0 ? found : withProvince(file, number);
  if (all.length === 0) {
    return doubt('conclusion-not-on-file', {
      zh: '待遇所依据的鉴定结论，案件和省级鉴定中均查不到',
      en: 'the conclusion that a benefit rests on is neither in the cases nor with the province',
    });
  }
  // One number twice: a conclusion that was corrected under its old number stands.
  if (all.some(({ status }) => !ended.has(status))) return undefined;
  const each = [...new Map(all.map((one) => [`${one.where.zh} ${one.status}`, one])).values()];
  const basis = cityClaim(id, 'basisConclusionNo', basisConclusionNo ?? '');
  const said = joined(
    each.map(({ where, status }) => ({
      zh: `已${ended.get(status)?.zh}（${where.zh}）`,
      en: `${ended.get(status)?.en} (${where.en})`,
    })),
  );
  return {
    severity: 'high',
    explanation: {
      zh: `待遇 ${id} 正在享受，所依据的鉴定结论 ${basisConclusionNo} ${said.zh}`,
      en: `Benefit ${id} is active; the conclusion ${basisConclusionNo} it rests on is ${said.en}`,
    },
    claims: [basis, ...new Map(all.map(({ claim }) => [JSON.stringify(claim), claim])).values()],
    about: [recordOfClaim(basis), ...all.map(({ about }) => about)],
    rests: all.flatMap(({ rests }) => rests),
  };
}

function inCases({ cases }: PersonFile, number: string): Found[] {
  return cases.flatMap(({ case: { caseNo, conclusions } }) => {
    const named = conclusions.filter(({ no }) => plainDocumentNumber(no) === number);
    return [...new Set(named.map(({ status }) => status))].sort().map((status) => {
      const by = named.find((one) => one.status === status)?.accordingTo;
      const claim = cityClaim(caseNo, `conclusions/${number}/status`, status);
      const where = { zh: `案件 ${caseNo}`, en: `case ${caseNo}` };
      return {
        status,
        where: by === undefined ? where : both(where, answerText(conclusions, by)),
        claim: toldClaim(by, 'conclusion/status', claim),
        about: recordOfClaim(claim),
        rests: [],
      };
    });
  });
}

function both(where: Bilingual, who: Bilingual): Bilingual {
  return { zh: `${where.zh}，${who.zh}`, en: `${where.en}, ${who.en}` };
}

/** Who says it where the city's own file does not: the province's record, with the conclusion it gives where that is another. */
function answerText(conclusions: readonly Conclusion[], by: Source): Bilingual {
  const who = agencyName(by.agency);
  const answer = conclusions.find((one) => isLaidOver(one) && one.accordingTo?.recordId === by.recordId);
  const no = answer === undefined ? '' : ` ${answer.no}`;
  return {
    zh: `据${who.zh}再次鉴定${no === '' ? '' : `结论${no}`}（记录 ${by.recordId}）`,
    en: `by the re-appraisal${no === '' ? '' : ` with conclusion${no}`} of ${who.en} (record ${by.recordId})`,
  };
}

/** Of the provincial appraisals those that are certainly of the person, where there are any. */
function withProvince({ appraisals }: PersonFile, number: string): Found[] {
  const named = appraisals.filter(({ record }) => plainDocumentNumber(record.conclusion?.no) === number);
  const certain = named.filter((known) => known.certain);
  return (certain.length > 0 ? certain : named).flatMap((known) => {
    const { conclusion, source } = known.record;
    if (conclusion === undefined) return [];
    const claim = claimOf(known.record, 'conclusion/status', conclusion.status);
    return {
      status: conclusion.status,
      where: agencyName(source.agency),
      claim,
      about: recordOfClaim(claim),
      rests: [known],
    };
  });
}
