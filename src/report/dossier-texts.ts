import type { Bilingual, DossierChange } from '../model/index.js';
import { punctuation } from './texts.js';

/** What is told of dossiers that were corrected: whoever has one must hear of it. */

const changes: Readonly<Record<DossierChange['change'], Bilingual>> = {
  'new-version': { zh: '已制作新版本', en: 'new version' },
  withdrawn: { zh: '已撤回', en: 'withdrawn' },
  failed: { zh: '未能核对，仍为旧版本', en: 'could not be looked at, the old version stands' },
};

const shown = 20;

/** One line a dossier, what failed first; at most 20, and how many more there are. */
export function dossierTexts(dossiers: readonly DossierChange[]): Bilingual[] {
  const sorted = [...dossiers].sort((a, b) => Number(b.change === 'failed') - Number(a.change === 'failed'));
  const texts = sorted.slice(0, shown).map(dossierText);
  const more = sorted.length - texts.length;
  if (more > 0) texts.push({ zh: `另有 ${more} 份卷宗有变化`, en: `${more} more dossiers have changed` });
  return texts;
}

export function dossierText({ caseNos, version, change, next, reason, tell }: DossierChange): Bilingual {
  const line = (lang: 'zh' | 'en'): string => {
    const zh = lang === 'zh';
    const cases = caseNos.join(punctuation.listed[lang]);
    const to = next === undefined ? '' : zh ? `（第 ${next.version} 版）` : ` ${next.version}`;
    const waits = next?.state === 'preparing' ? (zh ? '，材料齐后生效' : ', once its documents are there') : '';
    const what = `${changes[change][lang]}${to}${waits}${zh ? '：' : ': '}${reason}`;
    const whom =
      change === 'failed'
        ? ''
        : zh
          ? `；须告知：${tell.join(punctuation.listed.zh) || '无'}`
          : `; to be told: ${tell.join(punctuation.listed.en) || 'nobody'}`;
    return zh
      ? `卷宗（案件 ${cases}，第 ${version} 版）${what}${whom}`
      : `dossier of case ${cases}, version ${version}: ${what}${whom}`;
  };
  return { zh: line('zh'), en: line('en') };
}
