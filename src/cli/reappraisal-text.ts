import { punctuation } from '../report/texts.js';
import type { ReappraisalReport } from './commands/demo-reappraisal.js';
import type { Io } from './io.js';

/** The demo's ending in a few lines: what the province pulled, what was refused, what it concluded and what follows. */
export function reappraisalText(report: ReappraisalReport, io: Pick<Io, 'lang' | 'bold'>): string {
  const zh = io.lang === 'zh';
  const { dossiers, misdeeds, ended, concluded, superseded, findings, score, audit, wrong } = report;
  const sum = (pick: (dossier: ReappraisalReport['dossiers'][number]) => number): number =>
    dossiers.reduce((total, dossier) => total + pick(dossier), 0);
  const [included, missing, withheld] = [
    sum(({ items }) => items.included),
    sum(({ items }) => items.missing),
    sum(({ items }) => items.withheld),
  ];
  const late = dossiers.filter((dossier) => dossier.late).length;
  const statuses = Object.entries(misdeeds.statuses)
    .map(([status, count]) => `${status} × ${count}`)
    .join(punctuation.listed[io.lang]);
  const followed = findings.map(({ rule, caseNo }) => `${rule} ${caseNo}`).join(punctuation.listed[io.lang]);
  const [verified, broken] = zh ? ['完整无误', '有误'] : ['whole', 'NOT WHOLE'];
  const lines = zh
    ? [
        io.bold('再次鉴定：省级调卷'),
        `  省级受理 ${report.opened} 件，调取卷宗 ${dossiers.length} 份（逾期申请 ${late} 份），材料 ${included} 项、缺 ${missing} 项、不予提供 ${withheld} 项`,
        `  离线核验：签章 ${dossiers.length} 份，文件 ${report.documents} 个，答复签名 ${report.answers} 个`,
        `  伪造、重放、越权等请求 ${misdeeds.asked} 个，未给出任何材料 ${misdeeds.refused} 个（${statuses}）`,
        `  本市更改后旧卷宗不再提供 ${ended.length} 份，其中出新版 ${ended.filter(({ version }) => version !== undefined).length} 份`,
        `  省级作出结论 ${concluded.length} 件，市级结论被取代 ${superseded.length} 件；随之发现：${followed || '无'}`,
        `  第二夜对照真值：找到 ${score.found}，漏报 ${score.missed.length}，误报 ${score.false.length}`,
        `  审计日志 ${audit.records} 条，签封 ${audit.seals} 个，${audit.ok ? verified : broken}`,
      ]
    : [
        io.bold('re-appraisal: the province pulls dossiers'),
        `  ${report.opened} opened by the province, ${dossiers.length} dossiers pulled (${late} asked for out of time): ${included} items included, ${missing} missing, ${withheld} withheld`,
        `  verified offline: ${dossiers.length} seals, ${report.documents} documents, ${report.answers} signed answers`,
        `  ${misdeeds.asked} forged, replayed or unfitting requests, ${misdeeds.refused} of them given nothing (${statuses})`,
        `  ${ended.length} dossiers gone after the city changed its file, ${ended.filter(({ version }) => version !== undefined).length} of them for a new version`,
        `  ${concluded.length} concluded by the province, ${superseded.length} conclusions of the city superseded; found because of it: ${followed || 'nothing'}`,
        `  second night against the truth: found ${score.found}, missed ${score.missed.length}, false ${score.false.length}`,
        `  audit log: ${audit.records} records, ${audit.seals} seals, ${audit.ok ? verified : broken}`,
      ];
  const { kept } = report;
  if (kept !== undefined) {
    const command = `yilian dossier verify ${kept.file} --key ${kept.key}`;
    lines.push(zh ? `  其中一份卷宗可自行验证：${command}` : `  one of the dossiers, to be verified: ${command}`);
  }
  return `${[...lines, ...wrong.map((item) => `  ! ${item[io.lang]}`)].join('\n')}\n`;
}
