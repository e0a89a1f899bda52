import { indicatorNotice, indicatorsOf } from '../cases/city-codes.js';
import type { CityImport } from '../cases/city-import.js';
import type { Config } from '../config/index.js';
import type { Bilingual, Material, Prefill, SessionCase, SessionPlan } from '../model/index.js';
import { stateTitle } from '../procedure/session.js';
import { redact } from '../redact.js';
import { agencyName, punctuation, severities } from '../report/texts.js';
import type { Io, Language } from './io.js';

/** How a terminal is told of what the city's own systems know. Texts only. */

export function cityImportText(
  { counts, waiting, refused, unknownCodes, skipped, warnings }: CityImport,
  lang: Language,
): string {
  const zh = lang === 'zh';
  const names: Record<'rows' | 'persons' | 'cases' | 'benefits', Bilingual> = {
    rows: { zh: '行', en: 'rows' },
    persons: { zh: '人员', en: 'persons' },
    cases: { zh: '案件', en: 'cases' },
    benefits: { zh: '待遇', en: 'benefits' },
  };
  const lines = Object.entries(names).map(([kind, name]) => {
    const count = counts[kind as keyof typeof names];
    return zh
      ? `${name.zh}：新增 ${count.new}，变更 ${count.changed}，未变 ${count.unchanged}`
      : `${name.en}: new ${count.new}, changed ${count.changed}, unchanged ${count.unchanged}`;
  });
  if (skipped > 0) lines.push(zh ? `不在映射条件之内：${skipped} 行` : `outside the conditions of the mapping: ${skipped} rows`);
  for (const { file, line, pointer, reason, detail } of refused)
    lines.push(
      `✗ ${placeOf(file, line)}${line === undefined ? ` ${pointer}` : ''}${zh ? '：' : ': '}${detail[lang]} (${reason})`,
    );
  for (const { kind, name, file, line, reason, detail } of waiting)
    lines.push(
      `… ${file === undefined ? `${kind} ${name}` : `${placeOf(file, line)} ${name}`}${zh ? '：' : ': '}${detail[lang]} (${reason})`,
    );
  for (const { table, code, count } of unknownCodes)
    lines.push(
      zh ? `! 代码表 ${table} 没有 ${code}（${count} 次）` : `! code table ${table} does not have ${code} (${count} times)`,
    );
  lines.push(...warnings.map((warning) => `! ${warning}`));
  return redact(`${lines.join('\n')}\n`);
}

function placeOf(file: string, line: number | undefined): string {
  return line === undefined ? file : `${file}:${line}`;
}

interface ListLine {
  what: string;
  state: 'ok' | 'warning';
  text: Bilingual;
}

/** For `doctor`: the lists of each of the city's sources that nobody has named. */
export function cityLines(config: Config): ListLine[] {
  return (config.cityFeeds ?? []).flatMap(({ feed, mapping, codes }): ListLine[] => {
    const open = indicatorsOf(mapping).filter(({ code }) => !Object.hasOwn(codes, code));
    const what = `city/${feed}`;
    if (open.length === 0)
      return [{ what, state: 'ok', text: { zh: '各指标的代码表均已指明', en: 'the list of every indicator is named' } }];
    return open.map((indicator) => ({ what, state: 'warning', text: indicatorNotice(indicator) }));
  });
}

const statuses: Record<Material['status'], Bilingual> = {
  satisfied: { zh: '已有', en: 'satisfied' },
  stale: { zh: '过期', en: 'stale' },
  needed: { zh: '缺', en: 'needed' },
};

const certainties: Record<Material['certainty'], Bilingual> = {
  text: { zh: '见原文', en: 'read in the text' },
  memory: { zh: '凭记忆', en: 'from memory' },
  assumed: { zh: '无公开依据，由市里核定', en: 'no public source, for the city to settle' },
};

export function materialsText(list: readonly Material[], lang: Language): string {
  if (list.length === 0)
    return lang === 'zh' ? '该规章下没有这种申请的材料清单。\n' : 'there is no list of materials for this.\n';
  const lines = list.flatMap(({ status, title, because, basis, certainty }) => [
    `${statuses[status][lang]}  ${title[lang]}`,
    `    ${because[lang]}`,
    `    ${basis} (${certainties[certainty][lang]})`,
  ]);
  return redact(`${lines.join('\n')}\n`);
}

/** The person's own data, as asked for: not redacted. */
/** What the form's codes are in words; `--json` gives the codes. */
const formWords: Readonly<Record<string, Readonly<Record<string, Bilingual>>>> = {
  sex: { male: { zh: '男', en: 'male' }, female: { zh: '女', en: 'female' }, unknown: { zh: '未说明', en: 'not stated' } },
  'id-type': {
    'resident-id': { zh: '居民身份证', en: 'resident identity card' },
    'hmt-residence-permit': { zh: '港澳台居民居住证', en: 'residence permit for Hong Kong, Macao and Taiwan residents' },
    'foreign-permanent-resident': { zh: '外国人永久居留身份证', en: 'foreign permanent resident identity card' },
    passport: { zh: '护照', en: 'passport' },
    other: { zh: '其他', en: 'other' },
  },
};

export function prefillText({ fields, unknown }: Prefill, lang: Language): string {
  const lines = fields.map(({ id, title, values }) => {
    const told = values.map(({ value, sources }) => {
      const from = sources.map(({ agency, on }) => `${agencyName(agency, {})[lang]}${on === undefined ? '' : ` ${on}`}`);
      return `${formWords[id]?.[value]?.[lang] ?? value} [${from.join(punctuation.listed[lang])}]`;
    });
    return `${title[lang]}: ${told.join(' | ')}`;
  });
  if (unknown.length > 0)
    lines.push(
      `${lang === 'zh' ? '未知' : 'not known'}: ${unknown.map(({ title }) => title[lang]).join(punctuation.listed[lang])}`,
    );
  return `${lines.join('\n')}\n`;
}

export function sessionText(plan: SessionPlan, { lang, bold }: Pick<Io, 'lang' | 'bold'>): string {
  const zh = lang === 'zh';
  const head = bold(
    zh
      ? `${plan.date} 鉴定会（下一次 ${plan.next}）：建议，不作决定`
      : `session of ${plan.date} (next ${plan.next}): proposed, nothing is decided`,
  );
  const parts: [Bilingual, SessionCase[]][] = [
    [{ zh: '待鉴定', en: 'to be heard' }, plan.hear],
    [{ zh: '已检查，待作结论', en: 'examined, to be concluded' }, plan.conclude],
    [{ zh: '不能检查，须先核实', en: 'cannot be examined, verify first' }, plan.notExaminable],
  ];
  const lines = [head];
  for (const [title, cases] of parts) {
    lines.push(zh ? `${title.zh}：${cases.length}` : `${title.en}: ${cases.length}`);
    for (const item of cases) lines.push(...caseLines(item, lang).map((line) => `  ${line}`));
  }
  return redact(`${lines.join('\n')}\n`);
}

function caseLines(item: SessionCase, lang: Language): string[] {
  const zh = lang === 'zh';
  const due =
    item.concludeBy === undefined
      ? zh
        ? '期限不明（收到日期读不出）'
        : 'time not known (the day of receipt cannot be read)'
      : item.daysLeft !== undefined && item.daysLeft < 0
        ? zh
          ? `期限 ${item.concludeBy}，已超过 ${-item.daysLeft} 天`
          : `by ${item.concludeBy}, ${-item.daysLeft} days over`
        : zh
          ? `期限 ${item.concludeBy}，余 ${item.daysLeft} 天`
          : `by ${item.concludeBy}, ${item.daysLeft} days left`;
  const marks = [
    item.greenChannel ? (zh ? '绿色通道' : 'green channel') : '',
    item.cannotWait ? (zh ? '不能等到下一次' : 'cannot wait for the next') : '',
  ].filter(Boolean);
  const first = [item.caseNo, item.name, stateTitle(item.state)[lang], due, ...marks].join('  ');
  return [
    first,
    ...(item.notExaminable === undefined ? [] : [`    ! ${item.notExaminable[lang]}`]),
    ...item.findings.map(
      ({ id, severity, title }) =>
        `    ! [${severities[severity as keyof typeof severities][lang]}] ${title[lang]} (${id.slice(0, 12)})`,
    ),
    ...item.materials.map(({ status, title, obtain }) => {
      const from =
        obtain === 'from-agency' ? (zh ? '由共享取得' : 'from the agency') : zh ? '由申请人提供' : 'from the applicant';
      return `    · ${statuses[status][lang]} ${title[lang]} (${from})`;
    }),
  ];
}
