import type { CheckResult, FailureCause, FindingRecord, RunManifest, Severity } from '../model/index.js';
import { redact } from '../redact.js';
import { dossierTexts } from '../report/dossier-texts.js';
import { outboxTexts } from '../report/outbox-texts.js';
import { feedLabel, feedStates, outcomes, punctuation, severities, severityOrder, shanghai, states } from '../report/texts.js';
import type { Score } from '../sandbox/index.js';
import { standingText } from './finding-text.js';
import type { Io, Language } from './io.js';

/** How a terminal is told what was found. Texts only; nothing here decides. */

export function severityText(severity: Severity, lang: Language): string {
  return severities[severity][lang];
}

/** One person's result: findings first, then what could not be told, then the rest in one line. */
export function checkText(result: CheckResult, io: Pick<Io, 'lang' | 'bold'>): string {
  const { lang } = io;
  const lines: string[] = [];
  const cases = result.subject.caseNos.join(punctuation.listed[lang]) || result.subject.key;
  lines.push(
    io.bold(lang === 'zh' ? `案件 ${cases}（截至 ${shanghai(result.asOf)}）` : `case ${cases} (as of ${shanghai(result.asOf)})`),
  );
  for (const finding of result.findings) {
    lines.push(`  [${severityText(finding.severity, lang)}] ${finding.title[lang]} (${finding.rule})`);
    lines.push(`      ${finding.explanation[lang]}`);
  }
  for (const rule of result.results.filter((item) => item.outcome === 'unknown' || item.outcome === 'suppressed')) {
    lines.push(`  [${outcomes[rule.outcome][lang]}] ${rule.rule}: ${rule.because[lang]} (${rule.reason})`);
  }
  for (const outcome of ['clear', 'not-applicable'] as const) {
    const rules = result.results.filter((item) => item.outcome === outcome).map((item) => item.rule);
    if (rules.length > 0) lines.push(`  ${outcomes[outcome][lang]}: ${rules.join(', ')}`);
  }
  return redact(`${lines.join('\n')}\n`);
}

/** One line a finding, the most severe first. */
export function findingsText(records: readonly FindingRecord[], io: Pick<Io, 'lang' | 'bold'>): string {
  const sorted = [...records].sort(
    (a, b) =>
      severityOrder.indexOf(a.finding.severity) - severityOrder.indexOf(b.finding.severity) ||
      (a.finding.id < b.finding.id ? -1 : 1),
  );
  const lines = sorted.map((record) => {
    const { finding, state } = record;
    return `${finding.id.slice(0, 12)}  ${severityText(finding.severity, io.lang)}  ${states[state][io.lang]}  ${aboutOf(finding, io.lang)}  ${finding.title[io.lang]} (${finding.rule})${standingText(record, io.lang)}`;
  });
  return lines.length === 0 ? (io.lang === 'zh' ? '没有发现。\n' : 'no findings.\n') : `${redact(lines.join('\n'))}\n`;
}

/** The cases a finding is about; of one about the run the feeds or records. */
function aboutOf({ subject, claims }: FindingRecord['finding'], lang: Language): string {
  const places = claims
    .filter(({ agency }) => agency !== 'city')
    .map(({ agency, recordId }) => (recordId.startsWith(`${agency}/`) ? recordId : `${agency}/${recordId}`));
  return subject.caseNos.join(punctuation.listed[lang]) || [...new Set(places)].join(punctuation.listed[lang]);
}

/** What the morning wants to know of a run. */
export function runText(manifest: RunManifest, io: Pick<Io, 'lang' | 'bold'>): string {
  const zh = io.lang === 'zh';
  const { findings: f } = manifest;
  const lines = [
    io.bold(
      manifest.durationMs === undefined
        ? zh
          ? `截至 ${shanghai(manifest.asOf)} 核对 ${manifest.persons} 人`
          : `${manifest.persons} persons cross-checked as of ${shanghai(manifest.asOf)}`
        : zh
          ? `核对 ${manifest.persons} 人，用时 ${seconds(manifest.durationMs)}`
          : `${manifest.persons} persons cross-checked in ${seconds(manifest.durationMs)}`,
    ),
    zh
      ? `  新发现 ${f.new}，仍未处理 ${f.stillOpen}，有变化 ${f.changed}，重新出现 ${f.reopened}，撤回 ${f.withdrawn}，消除 ${f.resolved}`
      : `  new ${f.new}, still open ${f.stillOpen}, changed ${f.changed}, reopened ${f.reopened}, withdrawn ${f.withdrawn}, resolved ${f.resolved}`,
  ];
  if (manifest.resumed > 0) lines.push(zh ? '  接着一次中断的核对做完' : '  an interrupted run was taken up again');
  for (const feed of manifest.feeds) {
    const trouble = feed.status.state === 'fresh' ? '' : `${zh ? '；' : '; '}${feedStates[feed.status.state][io.lang]}`;
    const left = feed.notAsked === 0 ? '' : zh ? `；尚有 ${feed.notAsked} 人未询` : `; ${feed.notAsked} not asked`;
    const error = feed.error === undefined ? '' : `${zh ? '；' : '; '}${feed.error.code}`;
    lines.push(
      zh
        ? `  ${feed.agency}/${feedLabel(feed)}：询 ${feed.asked} 人，收 ${feed.received} 条，拒 ${feed.rejected} 条${feed.sieved > 0 ? `，筛除他人 ${feed.sieved} 条` : ''}${trouble}${left}${error}`
        : `  ${feed.agency}/${feedLabel(feed)}: asked ${feed.asked}, received ${feed.received}, rejected ${feed.rejected}${feed.sieved > 0 ? `, others sieved out ${feed.sieved}` : ''}${trouble}${left}${error}`,
    );
  }
  if (manifest.outbox !== undefined) lines.push(...outboxTexts(manifest.outbox).map((text) => `  ${text[io.lang]}`));
  lines.push(...dossierTexts(manifest.dossiers ?? []).map((text) => `  ${text[io.lang]}`));
  lines.push(...failureLines(manifest, io.lang).map((line) => `  ${line}`));
  return redact(`${lines.join('\n')}\n`);
}

/** Rules that threw and persons who could not be judged, one line each. */
export function failureLines(
  { failedRules = [], failedPersons }: Pick<RunManifest, 'failedRules' | 'failedPersons'>,
  lang: Language,
): string[] {
  const zh = lang === 'zh';
  const cause = ({ error, place }: FailureCause): string =>
    `${error.name}${error.message === '' ? '' : `: ${error.message}`}${place === undefined ? '' : ` (${place})`}`;
  const lines = failedRules.map((failed) => {
    const first = failed.firstCase ?? failed.firstKey;
    const who = first === undefined ? '' : zh ? `，首例 ${first}` : `, first ${first}`;
    return zh
      ? `规则 ${failed.rule} 执行出错：${failed.count} 人${who}：${cause(failed)}`
      : `rule ${failed.rule} failed for ${failed.count} persons${who}: ${cause(failed)}`;
  });
  for (const person of failedPersons?.first ?? []) {
    const name = person.caseNos.join(punctuation.listed[lang]) || person.key;
    lines.push(zh ? `无法比对 ${name}：${cause(person)}` : `could not judge ${name}: ${cause(person)}`);
  }
  const more = (failedPersons?.count ?? 0) - (failedPersons?.first.length ?? 0);
  if (more > 0) lines.push(zh ? `另有 ${more} 人无法比对` : `${more} more persons could not be judged`);
  return lines;
}

/** Per rule and in all: planted and found, planted and missed, found though not planted; what is wrong is named with its story. */
export function scoreText(points: Score, io: Pick<Io, 'lang' | 'bold'>): string {
  const zh = io.lang === 'zh';
  const width = Math.max(...Object.keys(points.perRule).map((rule) => rule.length), 10) + 2;
  const row = (name: string, cells: readonly (string | number)[]): string =>
    `  ${name}${blanks(name, width)}${cells.map((cell) => `${blanks(String(cell), 8)}${cell}`).join('')}`;
  const lines = [
    io.bold(zh ? '对照真值' : 'against the truth'),
    row('', zh ? ['找到', '漏报', '误报'] : ['found', 'missed', 'false']),
    ...Object.entries(points.perRule)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([rule, counts]) => row(rule, [counts.found, counts.missed, counts.false])),
    row(zh ? '合计' : 'total', [points.found, points.missed.length, points.false.length]),
    ...points.missed.map((item) =>
      zh ? `  漏报 ${item.rule} ${item.caseNo}（${item.story}）` : `  missed ${item.rule} ${item.caseNo} (${item.story})`,
    ),
    ...points.false.map((item) =>
      zh ? `  误报 ${item.rule} ${item.caseNos.join('、')}` : `  false ${item.rule} ${item.caseNos.join(', ')}`,
    ),
    ...points.severities.map((item) => {
      const [found, expected] = [severityText(item.found, io.lang), severityText(item.expected, io.lang)];
      return zh
        ? `  ${item.rule} ${item.caseNo}：级别为${found}，应为${expected}`
        : `  ${item.rule} ${item.caseNo}: found as ${found}, planted as ${expected}`;
    }),
  ];
  return `${lines.join('\n')}\n`;
}

/** What fills a cell up to its width; a Chinese character is two columns wide. */
function blanks(text: string, width: number): string {
  const columns = [...text].reduce((sum, character) => sum + (/\p{Script=Han}/u.test(character) ? 2 : 1), 0);
  return ' '.repeat(Math.max(0, width - columns));
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
