import type { Bilingual, CoverageDay, FeedCoverage, FeedRun } from '../model/index.js';
import { redact } from '../redact.js';
import { driftPlace, driftText, missingText, unaccountedText } from './completeness-texts.js';
import { html, type Markup } from './escape.js';
import type { ReportInput } from './input.js';
import { feedLabel, feedStates, feedTitle, punctuation, words as reportWords } from './texts.js';

/** The section on completeness: what was amiss before the run, records that look different, and which days and regions each feed told of. */

export const coverageTitle: Bilingual = { zh: '数据完整性', en: 'Completeness of the feeds' };

const words = {
  before: { zh: '核对开始前', en: 'Before the run' },
  drift: { zh: '记录结构的变化', en: 'Records that look different' },
  rows: { zh: '去向不明的行', en: 'Rows that do not add up' },
  days: { zh: '按日与按地区', en: 'By day and region' },
  came: { zh: '到', en: 'came' },
  missing: { zh: '缺', en: 'missing' },
  none: { zh: '无', en: 'none' },
  rowCount: { zh: '行', en: 'rows' },
  kept: { zh: '在册', en: 'on file' },
  parts: { zh: '批', en: 'parts' },
  answered: { zh: '答复', en: 'answered' },
  failed: { zh: '未得答复', en: 'in vain' },
  regions: { zh: '地区', en: 'regions' },
  covers: { zh: '配置覆盖', en: 'configured to cover' },
  unknownRegion: { zh: '未注明', en: 'not stated' },
  what: { zh: '情况', en: 'what' },
} as const satisfies Record<string, Bilingual>;

/** Nothing where the run knows nothing of it. */
export function coverageSection(input: ReportInput): Markup {
  const { lang } = input;
  const coverage = input.manifest.coverage ?? [];
  const name = (feed: { agency: string; feed: string; connection?: string }): Markup =>
    html`<td><b>${feedTitle(feed, input.agencies, lang)}</b><br><span class="small">${feed.agency}/${feedLabel(feed)}</span></td>`;
  const before = input.feeds.flatMap((feed) => (feed.preflight ?? []).map((item) => ({ feed, text: item.message[lang] })));
  const drift = input.feeds.flatMap((feed) => (feed.drift ?? []).map((item) => ({ feed, item })));
  const uneven = input.feeds.flatMap((feed) => {
    const text = unaccountedText(feed);
    return text === undefined ? [] : [{ feed, text: text[lang] }];
  });
  if (coverage.length + before.length + drift.length + uneven.length === 0) return html``;
  const list = (title: Bilingual, items: readonly { feed: FeedRun; text: string }[]): Markup | undefined =>
    items.length === 0
      ? undefined
      : html`<h3>${title[lang]}</h3><div class="scroll stack"><table><thead><tr><th>${reportWords.feeds[lang]}</th><th>${words.what[lang]}</th></tr></thead><tbody>${items.map(({ feed, text }) => html`<tr>${name(feed)}<td>${redact(text)}</td></tr>`)}</tbody></table></div>`;
  return html`${list(words.before, before)}${list(
    words.drift,
    drift.map(({ feed, item }) => ({
      feed,
      text: `${driftText(item)[lang]}${punctuation.semicolon[lang]}${driftPlace(item)[lang]}`,
    })),
  )}${list(words.rows, uneven)}${
    coverage.length === 0
      ? undefined
      : html`<h3>${words.days[lang]}</h3><p class="legend">${legend(lang)}</p><div class="scroll stack"><table><thead><tr><th>${reportWords.feeds[lang]}</th><th>${rangeOf(coverage)}</th><th>${words.regions[lang]}</th></tr></thead><tbody>${coverage.map(
          (feed) =>
            html`<tr>${name(feed)}<td>${strip(feed.days, lang)}<span class="small">${daysText(feed, lang)}</span></td><td class="small">${regionsText(feed, lang)}</td></tr>`,
        )}</tbody></table></div>`
  }`;
}

type Lang = ReportInput['lang'];

const tones = { came: 'mapped', missing: 'down', none: 'empty' } as const;

function legend(lang: Lang): Markup {
  return html`${(['came', 'missing', 'none'] as const).map(
    (state) =>
      html`<span><svg class="bar" width="11" height="11" viewBox="0 0 11 11" aria-hidden="true" style="display:inline-block;vertical-align:-1px"><rect class="t-${tones[state]}" width="11" height="11"/></svg> ${words[state][lang]}</span>`,
  )}`;
}

function rangeOf(coverage: readonly FeedCoverage[]): string {
  const days = coverage[0]?.days ?? [];
  return `${days[0]?.day ?? ''} – ${days.at(-1)?.day ?? ''}`;
}

/** A square a day, oldest left; what is missing is lower, so that it is seen without colour. */
function strip(days: readonly CoverageDay[], lang: Lang): Markup {
  const label = days.map((day) => dayText(day, lang)).join(punctuation.semicolon[lang]);
  const squares = days.map((day, index) => {
    const height = day.state === 'came' ? 14 : 5;
    return html`<rect class="t-${tones[day.state]}" x="${index * 12}" y="${14 - height}" width="10" height="${height}"><title>${dayText(day, lang)}</title></rect>`;
  });
  return html`<svg class="bar" role="img" aria-label="${label}" viewBox="0 0 ${days.length * 12} 14" width="${days.length * 12}" height="14">${squares}</svg>`;
}

function dayText(day: CoverageDay, lang: Lang): string {
  const counts: [label: Bilingual, count: number | undefined][] = [
    [words.parts, day.parts],
    [words.rowCount, day.rows],
    [words.kept, day.kept],
    [words.answered, day.answered],
    [words.failed, day.failed],
  ];
  const told = counts.flatMap(([label, count]) => (count === undefined ? [] : `${label[lang]} ${count}`));
  return [day.day, words[day.state][lang], ...told].join(' ');
}

/** Totals of the days, the newest day that came, and what is known to be missing. */
function daysText({ days, missing }: FeedCoverage, lang: Lang): string {
  const sum = (of: (day: CoverageDay) => number | undefined) => days.reduce((total, day) => total + (of(day) ?? 0), 0);
  const came = days.filter((day) => day.state === 'came');
  const isAsked = days.some((day) => day.answered !== undefined);
  const counts = isAsked
    ? [`${words.answered[lang]} ${sum((day) => day.answered)}`, `${words.failed[lang]} ${sum((day) => day.failed)}`]
    : [`${words.rowCount[lang]} ${sum((day) => day.rows)}`, `${words.kept[lang]} ${sum((day) => day.kept)}`];
  const shown = missing.slice(0, 5).map((entry) => missingText(redact(entry))[lang]);
  return [
    `${words.came[lang]} ${came.length}/${days.length}`,
    ...counts,
    ...shown,
    ...(missing.length > shown.length ? [`… ${missing.length}`] : []),
  ].join(punctuation.comma[lang]);
}

const shownRegions = 8;

function regionsText({ regions, persons, covers }: FeedCoverage, lang: Lang): string {
  const named = (region: string) => (region === '' ? words.unknownRegion[lang] : region);
  const told =
    persons !== undefined
      ? persons.map(({ region, states }) => {
          const each = Object.entries(states).map(
            ([state, count]) => `${feedStates[state as keyof typeof feedStates][lang]} ${count}`,
          );
          return `${named(region)} ${each.join(' ')}`;
        })
      : (regions ?? []).map(({ region, rows }) => `${named(region)} ${rows}`);
  const shown = told.slice(0, shownRegions);
  const rest = told.length > shown.length ? [`… ${told.length}`] : [];
  const configured = covers === undefined ? [] : [`${words.covers[lang]} ${covers.join(' ')}`];
  return [...configured, ...shown, ...rest].join(punctuation.semicolon[lang]);
}
