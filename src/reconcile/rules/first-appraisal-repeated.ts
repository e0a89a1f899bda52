import type { AppraisalCase, AppraisalEvidence, Claim, Conclusion } from '../../model/index.js';
import { lastOf } from '../cases.js';
import { cityClaim, claimOf } from '../claims.js';
import { isSameNumber, plainDocumentNumber } from '../document-numbers.js';
import { accident, appraisalCase, feeds, file, weakLink } from '../example.js';
import { appraisal, conclusion } from '../example-cases.js';
import * as needs from '../needs.js';
import type { Known, PersonFile } from '../person-file.js';
import { notApplicable } from '../reasons.js';
import type { PersonRule, RuleFinding } from '../rule.js';
import { ownConclusions } from '../supersede.js';
import { agencyName, dateText } from '../texts.js';

const first = (parts: Partial<AppraisalCase> = {}) =>
  appraisalCase({ recognition: accident('2025-01-10', { no: '潍人社工认〔2025〕7号' }), ...parts });
const earlier = (parts: Partial<AppraisalCase> = {}) =>
  first({ caseNo: 'A-2024-900', state: 'effective', conclusions: [conclusion('2025-02-20')], ...parts });
const elsewhere = (parts: Parameters<typeof appraisal>[0] = {}) =>
  appraisal({
    caseNo: 'B-2025-031',
    recognitionNo: '潍人社工认[2025]7号',
    conclusion: conclusion('2025-05-20', { no: '青劳鉴〔2025〕31号' }),
    ...parts,
  });

const rule: PersonRule = {
  scope: 'person',
  id: 'first-appraisal-repeated',
  version: '3',
  severity: 'high',
  title: { zh: '同一工伤重复初次鉴定', en: 'First appraisal made twice' },
  description: {
    zh: '同一认定决定书的工伤，在另一案件或省级系统的另一鉴定中已有未撤销的结论。',
    en: 'The injury of a first appraisal already has a conclusion that stands, in another case or in another appraisal the province knows of.',
  },
  feeds: [needs.appraisals],
  parameters: {},
  basis: [
    '工伤保险条例第二十六条、第二十八条',
    '劳动能力鉴定管理办法（人社部、国家卫生健康委令第55号）第十九条、第二十条、第三十一条',
  ],
  action: 'hold-step',
  readsDeathFact: false,
  notApplicable: (personFile) => (firsts(personFile).length === 0 ? notApplicable('no-first-case') : undefined),

  check({ file }) {
    const findings = firsts(file).flatMap((item) => [
      ...file.cases.flatMap((other) => againstCase(item, other.case) ?? []),
      ...file.appraisals.flatMap((known) => againstAppraisal(item, known) ?? []),
    ]);
    return { findings, doubts: [] };
  },

  examples: [
    {
      name: { zh: '本市另一案件已有结论', en: 'another case of the city has a conclusion' },
      file: file({ cases: [first(), earlier()] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: {
        zh: '省级系统另有鉴定结论，括号写法不同',
        en: 'the province knows a conclusion elsewhere, brackets written otherwise',
      },
      file: file({ cases: [first()], evidence: [elsewhere()] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '省级数据源过期也仍成立', en: 'found although the province is stale' },
      file: file({
        cases: [first()],
        evidence: [elsewhere()],
        feeds: feeds({ 'provincial-appraisal/appraisals': { state: 'stale' } }),
      }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '省级记录与本人的对应不确定', en: 'the record of the province is not certainly about the person' },
      file: file({ cases: [first()], evidence: [elsewhere({ link: weakLink })] }),
      expect: { outcome: 'finding', severity: 'low' },
    },
    {
      name: { zh: '另一结论已撤销', en: 'the other conclusion is revoked' },
      file: file({ cases: [first(), earlier({ conclusions: [conclusion('2025-02-20', { status: 'revoked' })] })] }),
      expect: { outcome: 'clear' },
    },
    {
      name: {
        zh: '本案结论已撤销、又在办理，另一案件已有结论',
        en: 'its conclusion was revoked, it is open again, and another case has one',
      },
      file: file({ cases: [first({ conclusions: [conclusion('2025-02-10', { status: 'revoked' })] }), earlier()] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '另一案件已撤销，其结论未撤销', en: 'the other case is revoked, its conclusion is not' },
      file: file({ cases: [first(), earlier({ state: 'revoked' })] }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '本案已有结论，又申请初次鉴定', en: 'concluded, and asked for once more' },
      file: file({
        cases: [
          first({ state: 'effective', conclusions: [conclusion('2025-05-01')] }),
          earlier({ state: 'submitted', conclusions: [] }),
        ],
      }),
      expect: { outcome: 'finding', severity: 'high' },
    },
    {
      name: { zh: '两案均尚无结论', en: 'neither has a conclusion' },
      file: file({ cases: [first(), earlier({ state: 'accepted', conclusions: [] })] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '省级系统中的本案', en: 'the case itself at the province' },
      file: file({
        cases: [first({ state: 'effective', conclusions: [conclusion('2025-05-20')] })],
        evidence: [elsewhere({ caseNo: 'A-2025-001' })],
      }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '初次鉴定之后的复查', en: 'a review that followed' },
      file: file({ cases: [earlier(), first({ kind: 'review', conclusions: [conclusion('2025-06-20')] })] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '另一工伤', en: 'another injury' },
      file: file({ cases: [first()], evidence: [elsewhere({ recognitionNo: '潍人社工认[2025]8号' })] }),
      expect: { outcome: 'clear' },
    },
    {
      name: { zh: '省级从未查询', en: 'the province was never asked' },
      file: file({ cases: [first()], feeds: feeds({ 'provincial-appraisal/appraisals': { state: 'never' } }) }),
      expect: { outcome: 'unknown', reason: 'feed-never' },
    },
    {
      name: { zh: '没有认定决定书编号', en: 'no recognition number' },
      file: file({ cases: [appraisalCase()] }),
      expect: { outcome: 'not-applicable', reason: 'no-first-case' },
    },
  ],
};

export default rule;

/** First appraisals that say which recognised injury they are about, in whatever state: what became of one is for a person to see. */
function firsts({ cases }: PersonFile): AppraisalCase[] {
  return cases
    .map((known) => known.case)
    .filter(({ kind, recognition }) => kind === 'first' && plainDocumentNumber(recognition?.no) !== undefined);
}

/** A review or re-appraisal lawfully follows a first conclusion; where there is none yet, it shows that there was one before. */
function couldRepeat(kind: AppraisalCase['kind'], item: AppraisalCase): boolean {
  return kind === 'first' || ((kind === 'review' || kind === 'reappraisal') && item.conclusions.length === 0);
}

function againstCase(item: AppraisalCase, other: AppraisalCase): RuleFinding | undefined {
  if (other.caseNo === item.caseNo || !isSameNumber(item.recognition?.no, other.recognition?.no)) return undefined;
  if (!couldRepeat(other.kind, item)) return undefined;
  const made = lastOf(ownConclusions(other).filter(isNotRevoked))[0];
  return made === undefined
    ? undefined
    : findingOf(item, other.caseNo, made, {
        claims: [cityClaim(other.caseNo, `conclusions/${made.no}/on`, dateText(made.on))],
        agency: 'city',
        rests: [],
      });
}

function againstAppraisal(item: AppraisalCase, known: Known<AppraisalEvidence>): RuleFinding | undefined {
  const { record } = known;
  const isThisCase =
    record.caseNo === item.caseNo || (record.provincialNo !== undefined && record.provincialNo === item.provincialNo);
  if (isThisCase || !isSameNumber(item.recognition?.no, record.recognitionNo)) return undefined;
  if (!couldRepeat(record.caseKind, item)) return undefined;
  const made = record.conclusion;
  return made === undefined || !isNotRevoked(made)
    ? undefined
    : findingOf(item, record.caseNo, made, {
        claims: [claimOf(record, 'recognitionNo', record.recognitionNo), claimOf(record, 'conclusion/on', dateText(made.on))],
        agency: record.source.agency,
        rests: [known],
      });
}

/** A conclusion is revoked by its own status, whatever the state of its case. */
function isNotRevoked({ status }: Conclusion): boolean {
  return status !== 'revoked';
}

function findingOf(
  item: AppraisalCase,
  otherNo: string,
  made: Conclusion,
  told: { claims: Claim[]; agency: string; rests: RuleFinding['rests'] },
): RuleFinding {
  const who = agencyName(told.agency);
  const [no, on] = [item.recognition?.no ?? '', dateText(made.on)];
  return {
    severity: 'high',
    explanation: {
      zh: `认定决定书 ${no} 的工伤在案件 ${item.caseNo} 中申请初次鉴定，而案件 ${otherNo} 已于 ${on} 作出结论 ${made.no}（${who.zh}），未撤销`,
      en: `The injury of recognition ${no} is in first appraisal in case ${item.caseNo}, while case ${otherNo} has conclusion ${made.no} of ${on} (${who.en}), which is not revoked`,
    },
    claims: [cityClaim(item.caseNo, 'recognition/no', no), ...told.claims],
    // Two cases are one contradiction, whichever is looked at first and whoever tells of the other.
    about: [item.caseNo, otherNo].map((caseNo) => `case/${caseNo}`),
    rests: told.rests,
  };
}
