import type { ReviewScore } from '../sandbox/index.js';
import type { Io } from './io.js';

/** The records put before an officer, against the truth; what is wrong is named with its story. */
export function reviewScoreText(points: ReviewScore, io: Pick<Io, 'lang'>): string {
  const zh = io.lang === 'zh';
  const lines = [
    zh
      ? `  待核对的对应关系：找到 ${points.found}，漏 ${points.missed.length}，误 ${points.false.length}`
      : `  records to be asked about: found ${points.found}, missed ${points.missed.length}, false ${points.false.length}`,
    ...points.missed.map(({ feed, caseNo, story }) =>
      zh ? `  漏 ${feed} ${caseNo}（${story}）` : `  missed ${feed} ${caseNo} (${story})`,
    ),
    ...points.false.map(({ feed, caseNos }) =>
      zh ? `  误 ${feed} ${caseNos.join('、')}` : `  false ${feed} ${caseNos.join(', ')}`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}
