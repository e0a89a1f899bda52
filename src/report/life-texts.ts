import {
  type Bilingual,
  type Decision,
  dayOfInstant,
  type FindingRecord,
  type FindingStep,
  formatDay,
  type HeldRule,
  informedOf,
} from '../model/index.js';
import { changes, punctuation, states } from './texts.js';

/** What is said of a finding's life: who decided what, why it moved, who must hear of it, why it is held. */

export const lifeWords = {
  recalled: { zh: '已确认的发现被撤回：须通知下列人员', en: 'Confirmed findings withdrawn: these persons must be told' },
  settled: {
    zh: '已处理的发现因事实变化而消除：须通知下列人员',
    en: 'Findings acted on that the facts no longer bear out: these persons must be told',
  },
  held: { zh: '异常增多，已搁置，未发布', en: 'Abnormally many: held and not published' },
  heldLead: {
    zh: '下列规则本次新增的发现远多于往常，多半是来源数据出了问题。请先查明共同点，再释放或请来源部门更正。',
    en: 'These rules raise far more than usual, most likely because of what a source sent. Look at what the findings have in common first; then release them, or have the agency correct it.',
  },
  mustHear: { zh: '须通知', en: 'to be told' },
  nobody: { zh: '没有登记在案的人员', en: 'nobody is on record' },
  decided: { zh: '认定', en: 'decision' },
  told: { zh: '已告知', en: 'told' },
  history: { zh: '经过', en: 'history' },
  common: { zh: '共同点', en: 'in common' },
  nothingCommon: { zh: '没有突出的共同点', en: 'nothing stands out' },
  until: { zh: '有效至', en: 'valid through' },
} satisfies Record<string, Bilingual>;

/** Why a run moved a finding, for the reasons that have words; others are shown as they are. */
const reasons: Record<string, Bilingual> = {
  'evidence-void': { zh: '依据的记录已作废', en: 'a record it rested on is void' },
  'facts-changed': { zh: '依据的事实已变化', en: 'the facts it rested on have changed' },
  'decided-before': { zh: '事实又与此前认定时相同', en: 'the facts are again those of the earlier decision' },
  expired: { zh: '认定已过有效期', en: 'the decision has expired' },
  'no-contradiction': { zh: '不再有矛盾', en: 'nothing contradicts any more' },
};

export function reasonText(reason: string): Bilingual {
  return Object.hasOwn(reasons, reason) ? (reasons[reason] ?? { zh: reason, en: reason }) : { zh: reason, en: reason };
}

/** `李科长 2026-03-02：误报，有效至 2027-03-02。同名`. */
export function decisionText({ as, by, at, until, reason }: Decision): Bilingual {
  const day = formatDay(dayOfInstant(at));
  const valid = (lang: 'zh' | 'en'): string =>
    until === undefined ? '' : `${punctuation.comma[lang]}${lifeWords.until[lang]} ${until}`;
  return {
    zh: `${by} ${day}：${states[as].zh}${valid('zh')}。${reason}`,
    en: `${by} ${day}: ${states[as].en}${valid('en')}. ${reason}`,
  };
}

/** Everybody who must hear that a finding was taken back, by name. */
export function mustHear(record: FindingRecord): Bilingual {
  const names = informedOf(record.history).map(({ whom }) => whom);
  return names.length === 0 ? lifeWords.nobody : { zh: names.join(punctuation.listed.zh), en: names.join(punctuation.listed.en) };
}

/** One step of a history: from where to where, by whom, why, until when, who was told. */
export function stepText({ from, to, change, by, reason, until, told }: FindingStep): Bilingual {
  const text = (lang: 'zh' | 'en'): string =>
    [
      `${from === undefined ? '' : `${states[from][lang]} `}→ ${states[to][lang]}`,
      change === undefined ? '' : changes[change][lang],
      by ?? '',
      until === undefined ? '' : `${lifeWords.until[lang]} ${until}`,
      reason === undefined ? '' : reasonText(reason)[lang],
      told === undefined ? '' : `${lifeWords.told[lang]} ${told.join(punctuation.listed[lang])}`,
    ]
      .filter((part) => part !== '')
      .join(' · ');
  return { zh: text('zh'), en: text('en') };
}

/** How many are held of a rule, and against what. */
export function heldText({ count, tonight, allowed, median }: HeldRule): Bilingual {
  return tonight > 0
    ? {
        zh: `本次搁置 ${tonight} 条（共搁置 ${count} 条）；近几次运行的中位数为 ${median} 条，上限 ${allowed} 条`,
        en: `${tonight} held by this run (${count} in all); the median of the last runs is ${median}, at most ${allowed} are let through`,
      }
    : { zh: `仍搁置 ${count} 条，等待释放`, en: `${count} still held, waiting for release` };
}
