import type { AuditExtract } from '../audit/log.js';
import type { AuditVerification, Bilingual } from '../model/index.js';
import { redact } from '../redact.js';
import { shanghai } from '../report/texts.js';
import type { Io } from './io.js';

/** What a terminal is told of the audit log. */

const kinds: Readonly<Record<string, Bilingual>> = {
  'agency-call': { zh: '向部门查询', en: 'an agency was asked' },
  'dossier-access': { zh: '调取卷宗', en: 'a dossier was fetched' },
  'appraisal-history': { zh: '查询鉴定历史', en: 'appraisal history was asked for' },
  decision: { zh: '人工认定', en: 'somebody decided' },
  configuration: { zh: '配置变更', en: 'the configuration changed' },
  push: { zh: '上报', en: 'a case was sent' },
  'audit-export': { zh: '导出审计日志', en: 'the audit log was exported' },
  retention: { zh: '到期清除', en: 'old records were removed' },
  seal: { zh: '封印', en: 'a seal' },
};

/** Who looked, when and why: one line a record. */
export function extractText(records: readonly AuditExtract[], { lang }: Pick<Io, 'lang'>): string {
  if (records.length === 0) return lang === 'zh' ? '没有记录。\n' : 'no records.\n';
  const lines = records.map(({ seq, at, kind, actor, purpose, result, agency, feed, partner }) =>
    [
      shanghai(at),
      kinds[kind]?.[lang] ?? kind,
      agency === undefined ? '' : `${agency}/${feed ?? ''}`,
      partner ?? '',
      `${actor.organisation}${actor.operator === undefined ? '' : ` ${actor.operator}`}`,
      purpose,
      result,
      `#${seq}`,
    ]
      .filter((cell) => cell !== '')
      .join('  '),
  );
  return `${lines.map(redact).join('\n')}\n`;
}

/** Whether the log holds, what is wrong with it, and how much of that anybody else vouches for. */
export function verificationText(said: AuditVerification, { lang, bold }: Pick<Io, 'lang' | 'bold'>): string {
  const { ok, records, head, faults, moreFaults = 0 } = said;
  const count = faults.length + moreFaults;
  const first = ok
    ? { zh: `审计日志完好：${records} 条记录`, en: `the audit log is sound: ${records} records` }
    : { zh: `审计日志有 ${count} 处问题（共 ${records} 条记录）`, en: `${count} faults in the audit log of ${records} records` };
  const lines = [bold(first[lang]), ...faults.map((fault) => `  [${fault.kind}] ${fault[lang]}`)];
  if (moreFaults > 0) lines.push(lang === 'zh' ? `  另有 ${moreFaults} 处` : `  and ${moreFaults} more`);
  lines.push(`  ${sealText(said)[lang]}`);
  if (head !== undefined)
    lines.push(
      lang === 'zh'
        ? `  链尾 ${head.seq}:${head.hash}（请另处保存，下次用 --head 核对）`
        : `  head ${head.seq}:${head.hash} (keep it elsewhere and give it as --head next time)`,
    );
  return `${lines.join('\n')}\n`;
}

function sealText({ records, head, seals, sealedThrough, sealsUnchecked = 0, prunedThrough }: AuditVerification): Bilingual {
  const pruned =
    prunedThrough === undefined
      ? { zh: '', en: '' }
      : { zh: `第 ${prunedThrough} 条及之前已到期清除；`, en: `records through ${prunedThrough} were removed by retention; ` };
  if (sealedThrough !== undefined) {
    const open = (head?.seq ?? 0) - sealedThrough;
    return {
      zh: `${pruned.zh}${seals} 个封印有效，至第 ${sealedThrough} 条${open > 0 ? `；其后 ${open} 条尚未封印` : ''}`,
      en: `${pruned.en}${seals} seals hold, through record ${sealedThrough}${open > 0 ? `; ${open} behind it are not sealed yet` : ''}`,
    };
  }
  if (sealsUnchecked > 0)
    return {
      zh: `${pruned.zh}有 ${sealsUnchecked} 个封印，但没有公钥可供核对（--public-key）`,
      en: `${pruned.en}${sealsUnchecked} seals are there, and no public key to check them with (--public-key)`,
    };
  return {
    zh: `${pruned.zh}没有有效封印：能写入此文件的人可以重写全部 ${records} 条记录而不被发现，除非用 --head 核对`,
    en: `${pruned.en}no seal holds: whoever can write the file could write all ${records} records anew and nobody would see, except by --head`,
  };
}
