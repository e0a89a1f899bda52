import type { AppraisalCase, Conclusion } from '../../model/index.js';
import type { Story } from './story.js';

/** Says what has become of the case's conclusion. */
function become(case_: AppraisalCase, status: Conclusion['status']): void {
  for (const conclusion of case_.conclusions) conclusion.status = status;
}

/** Benefits and the conclusions they rest on. */
export const benefitStories: readonly Story[] = [
  {
    id: 'benefit-without-basis',
    says: { zh: '在发伤残津贴未写明所依据的鉴定结论', en: 'an allowance is paid and names no conclusion' },
    finds: [{ rule: 'benefit-without-conclusion', severity: 'high' }],
    write: (life) => {
      life.closedCase({ grade: 3 });
      life.allowance({ basis: '' });
    },
  },
  {
    id: 'benefit-on-a-revoked-conclusion',
    says: { zh: '鉴定结论已撤销，伤残津贴仍在发放', en: 'the conclusion was revoked and the allowance is still paid' },
    finds: [{ rule: 'benefit-without-conclusion', severity: 'high' }],
    write: (life) => {
      become(life.closedCase({ grade: 4, state: 'revoked' }), 'revoked');
      life.allowance({});
    },
  },
  {
    id: 'benefit-on-a-corrected-conclusion',
    says: {
      zh: '鉴定结论已更正，伤残津贴仍按原结论发放',
      en: 'the conclusion was corrected and the allowance still rests on it',
    },
    finds: [{ rule: 'benefit-without-conclusion', severity: 'high' }],
    write: (life) => {
      become(life.closedCase({ grade: 2, state: 'corrected' }), 'corrected');
      life.allowance({});
    },
  },
  {
    id: 'benefit-on-a-revoked-conclusion-suspended',
    says: { zh: '鉴定结论已撤销，待遇已暂停', en: 'the conclusion was revoked and the benefit suspended' },
    finds: [],
    write: (life) => {
      become(life.closedCase({ grade: 1, state: 'revoked' }), 'revoked');
      life.allowance({ status: 'suspended' });
    },
  },
  {
    id: 'benefit-on-a-challenged-conclusion',
    says: { zh: '鉴定结论正在申请再次鉴定，待遇照发', en: 'the conclusion is challenged, and the benefit goes on' },
    finds: [],
    write: (life) => {
      become(life.closedCase({ grade: 3, state: 'challenged' }), 'challenged');
      life.allowance({});
    },
  },
  {
    id: 'benefit-with-other-brackets',
    says: {
      zh: '待遇所载结论编号的括号和数字写法与案件不同',
      en: 'the benefit writes the number of its conclusion with other brackets and digits',
    },
    finds: [],
    write: (life) => {
      const [conclusion] = life.closedCase({ grade: 4 }).conclusions;
      const wide = conclusion?.no.replace(/[0-9]/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))) ?? '';
      life.allowance({ basis: wide.replace('〔', '（').replace('〕', '） ') });
    },
  },
  {
    id: 'benefit-on-a-conclusion-of-elsewhere',
    says: { zh: '待遇所依据的结论在案件与省级均查不到', en: 'the benefit rests on a conclusion that nobody here has' },
    finds: [],
    untold: [
      {
        rule: 'benefit-without-conclusion',
        reason: { zh: '所载结论不在册', en: 'the conclusion named is not on file' },
      },
    ],
    write: (life) => {
      life.closedCase({ grade: 2 });
      life.allowance({ basis: '外劳鉴〔2024〕000001号' });
    },
  },
];
