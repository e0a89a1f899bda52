import { stringify } from 'csv-stringify/sync';
import type { Finding } from '../model/index.js';
import { maskIdNumber, maskName, redact, redactValue } from '../redact.js';
import { namesOf } from './finding.js';
import type { ReportFinding, ReportInput } from './input.js';
import { maskClaims, maskText } from './mask.js';
import { actions, agencyName, changes, fieldName, punctuation, severities, states, valueName } from './texts.js';

/** The findings for other programs and for a spreadsheet; identities are masked as in the page. */

/** JSON Lines: one finding a line, with its state and what the run did to it. */
export function findingsJsonLines(input: ReportInput): string {
  return input.findings.map((finding) => `${JSON.stringify(redactValue(masked(finding)))}\n`).join('');
}

function masked(finding: ReportFinding): { change?: string; state: string; finding: Finding } {
  const { finding: it, state } = finding.record;
  const names = namesOf(finding);
  const values = maskClaims(it.claims, names);
  return {
    ...(finding.change === undefined ? {} : { change: finding.change }),
    state,
    finding: {
      ...it,
      explanation: { zh: maskText(it.explanation.zh, names), en: maskText(it.explanation.en, names) },
      claims: it.claims.map((claim, index) => ({ ...claim, value: values[index] ?? '' })),
    },
  };
}

const columns = {
  zh: ['变化', '状态', '级别', '规则', '标题', '案件', '姓名', '证件号码', '说明', '双方记录', '下一步', '依据', '编号'],
  en: [
    'change',
    'state',
    'severity',
    'rule',
    'title',
    'case',
    'name',
    'id number',
    'explanation',
    'claims',
    'next step',
    'basis',
    'id',
  ],
};

/** CSV with a byte order mark for spreadsheets; no cell can become a formula (ASVS 5.0 1.2.10). */
export function findingsCsv(input: ReportInput): string {
  const { lang } = input;
  const rows = input.findings.map((finding) => {
    const { finding: it, state } = finding.record;
    const names = namesOf(finding);
    const values = maskClaims(it.claims, names);
    return [
      finding.change === undefined ? '' : changes[finding.change][lang],
      states[state][lang],
      severities[it.severity][lang],
      it.rule,
      it.title[lang],
      it.subject.caseNos.join(punctuation.listed[lang]),
      finding.subject.name === undefined ? '' : maskName(finding.subject.name),
      finding.subject.idNumber === undefined ? '' : maskIdNumber(finding.subject.idNumber),
      maskText(it.explanation[lang], names),
      it.claims
        .map(
          (claim, index) =>
            `${agencyName(claim.agency, input.agencies)[lang]} ${fieldName(claim.field)[lang]} ${valueName(values[index] ?? '')[lang]} (${claim.recordId})`,
        )
        .join(' | '),
      actions[it.action][lang],
      it.basis.join(punctuation.semicolon[lang]),
      it.id,
    ];
  });
  return `\uFEFF${stringify(
    [columns[lang], ...rows].map((row) => row.map((cell) => inert(redact(cell)))),
    { record_delimiter: 'windows' },
  )}`;
}

/** A cell that a spreadsheet would run is put behind an apostrophe; full-width signs count, and so do leading blanks before one. */
export function inert(cell: string): string {
  return /^[\s\p{Cc}]*[=+\-@＝＋－＠]/u.test(cell) || /^[\t\r\n\p{Cc}]/u.test(cell) ? `'${cell}` : cell;
}
