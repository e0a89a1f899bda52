import type { CaseState } from './case-file.js';
import type { Bilingual } from './primitives.js';

/** What an officer calls each state of a case: the words of the rules (当次终止, 撤销, 纠正: order 55 articles 14 and 31), the same wherever they are read. */
export const caseStates: Readonly<Record<CaseState, Bilingual>> = {
  submitted: { zh: '已提交', en: 'submitted' },
  'supplement-requested': { zh: '待补正', en: 'supplement requested' },
  accepted: { zh: '已受理', en: 'accepted' },
  scheduled: { zh: '已安排检查', en: 'scheduled' },
  examined: { zh: '已检查', en: 'examined' },
  concluded: { zh: '已作结论', en: 'concluded' },
  delivered: { zh: '已送达', en: 'delivered' },
  effective: { zh: '已生效', en: 'effective' },
  challenged: { zh: '已申请再次鉴定', en: 'challenged' },
  rejected: { zh: '不予受理', en: 'rejected' },
  abandoned: { zh: '视为放弃', en: 'abandoned' },
  terminated: { zh: '当次终止', en: 'terminated' },
  withdrawn: { zh: '已撤回', en: 'withdrawn' },
  'discontinued-death': { zh: '因死亡终止', en: 'ended by death' },
  revoked: { zh: '已撤销', en: 'revoked' },
  corrected: { zh: '已纠正', en: 'corrected' },
};
