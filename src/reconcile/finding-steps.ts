import type { Bilingual, Finding, FindingRecord, FindingState } from '../model/index.js';

/** What became of a finding at one time, in a sentence. */

const states: Readonly<Record<FindingState, Bilingual>> = {
  open: { zh: '未处理', en: 'open' },
  verifying: { zh: '核实中', en: 'being verified' },
  confirmed: { zh: '已确认', en: 'confirmed' },
  'false-positive': { zh: '误报', en: 'a false positive' },
  withdrawn: { zh: '已撤回', en: 'withdrawn' },
  resolved: { zh: '已消除', en: 'resolved' },
  held: { zh: '搁置', en: 'held' },
};

const changes: Readonly<Record<string, Bilingual>> = {
  new: { zh: '新发现', en: 'raised' },
  changed: { zh: '内容有变化', en: 'changed' },
  reopened: { zh: '重新出现', en: 'found again' },
  'still-open': { zh: '仍在', en: 'still there' },
  withdrawn: { zh: '撤回', en: 'withdrawn' },
  resolved: { zh: '消除', en: 'resolved' },
};

/** `发现“死亡后仍有鉴定”：新发现，未处理`. Who decided and why is said; these are the centre's own people. */
export function stepText({ title, rule }: Pick<Finding, 'title' | 'rule'>, step: FindingRecord['history'][number]): Bilingual {
  const what =
    step.change === undefined
      ? { zh: '人工处理', en: 'decided' }
      : (changes[step.change] ?? { zh: step.change, en: step.change });
  const state = states[step.to] ?? { zh: step.to, en: step.to };
  const why = [step.by, step.reason].filter((part) => part !== undefined && part !== '');
  return {
    zh: `发现“${title.zh}”（${rule}）：${what.zh}，${state.zh}${why.length === 0 ? '' : `（${why.join('：')}）`}`,
    en: `finding "${title.en}" (${rule}): ${what.en}, ${state.en}${why.length === 0 ? '' : ` (${why.join(': ')})`}`,
  };
}
