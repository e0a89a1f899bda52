import type { Bilingual, FeedRun, Outcome } from '../model/index.js';
import { redact } from '../redact.js';
import { runHistory, stackedBar } from './charts.js';
import { coverageSection, coverageTitle } from './coverage.js';
import { dossierTexts } from './dossier-texts.js';
import { html, type Markup, trusted } from './escape.js';
import { peopleSection } from './explanation.js';
import { failuresSection } from './failures.js';
import { findingMarkup } from './finding.js';
import type { ReportFinding, ReportInput } from './input.js';
import { heldSection, isRecalled, recalledSection } from './life.js';
import { lifeWords } from './life-texts.js';
import { outboxTexts } from './outbox-texts.js';
import { reviewsSection, reviewWords } from './reviews.js';
import { style } from './style.js';
import { feedLabel, feedStates, feedTitle, outcomes, punctuation, severityOrder, shanghai, words } from './texts.js';

/**
 * The report as one HTML page that needs no network and no script: what is new, what is certain, what could not be told and why.
 * Everything shown is escaped, and identities are masked.
 */
export function reportHtml(input: ReportInput): string {
  const t = (text: Bilingual): string => text[input.lang];
  const sections: [id: string, title: string, body: Markup][] = [
    ['failures', t(words.failures), failuresSection(input)],
    ['recalled', t(lifeWords.recalled), recalledSection(input, 'withdrawn')],
    ['settled', t(lifeWords.settled), recalledSection(input, 'resolved')],
    ['held', t(lifeWords.held), heldSection(input)],
    ['new', t(words.newFindings), findingsSection(input, (change) => change === 'new', words.noneNew)],
    ['changed', t(words.changedFindings), findingsSection(input, (change) => change === 'changed' || change === 'reopened')],
    ['open', t(words.openFindings), findingsSection(input, (change) => change === 'still-open' || change === undefined)],
    ['reviews', t(reviewWords.title), reviewsSection(input)],
    ['unknown', t(words.unknowns), unknownsSection(input)],
    ['feeds', t(words.feeds), feedsSection(input)],
    ['coverage', t(coverageTitle), coverageSection(input)],
    ['rules', t(words.rules), rulesSection(input)],
    ['rejected', t(words.rejected), rejectedSection(input)],
    ['codes', t(words.unknownCodes), codesSection(input)],
    ['closed', t(words.closedFindings), findingsSection(input, (change) => change === 'withdrawn' || change === 'resolved')],
    ['people', t(words.people), peopleSection(input)],
  ];
  const shown = sections.filter(([, , body]) => body.markup !== '');
  const page = html`<!doctype html>
<html lang="${input.lang === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<title>${t(words.title)} · ${input.city.organisation} · ${shanghai(input.manifest.asOf)}</title>
<style>${trusted(style)}</style>
</head>
<body>
<header class="top">
<h1>${t(words.title)}</h1>
<p class="sub">${input.city.organisation} · ${t(words.asOf)} ${shanghai(input.manifest.asOf)}</p>
<p class="lead">${t(words.lead)}</p>
${cards(input)}
<nav aria-label="${t(words.contents)}"><ul>${shown.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
</header>
<main>
${shown.map(([id, title, body]) => html`<section id="${id}"><h2>${title}</h2>${body}</section>\n`)}
</main>
<footer>${footer(input)}</footer>
</body>
</html>
`;
  return page.markup;
}

function cards(input: ReportInput): Markup {
  const t = (text: Bilingual): string => text[input.lang];
  const fresh = input.findings.filter((finding) => finding.change === 'new');
  const severe = fresh.filter(({ record }) => record.finding.severity === 'critical' || record.finding.severity === 'high');
  const unknownPersons = new Set(input.unknowns.flatMap((unknown) => unknown.persons.map((person) => person.key)));
  const usable = input.feeds.filter((feed) => feed.status.state === 'fresh' && feed.notAsked === 0).length;
  const card = (value: string | number, label: string): Markup => html`<div class="card"><b>${value}</b>${label}</div>`;
  return html`<div class="cards">${[
    card(fresh.length, t(words.newFindings)),
    card(severe.length, `${t(words.newFindings)} · ${t(words.severe)}`),
    card(input.persons, t(words.checked)),
    card(unknownPersons.size, t(words.unknownPersons)),
    card(`${usable}/${input.feeds.length}`, t(words.feedsUsable)),
  ]}</div>${unusable(input)}${outboxLines(input)}${dossierLines(input)}${input.history.length > 1 ? html`<p class="small">${t(words.history)}</p>${runHistory(input.history, t(words.history))}` : undefined}`;
}

/** What was sent to the province and what was not; what was refused is said as loudly as a feed that is down. */
function outboxLines({ manifest: { outbox }, lang }: ReportInput): Markup | undefined {
  if (outbox === undefined) return undefined;
  const isAlert = outbox.refused + outbox.failed > 0;
  const text = outboxTexts(outbox)
    .map((each) => redact(each[lang]))
    .join(punctuation.semicolon[lang]);
  return isAlert ? html`<p class="lead alert" role="alert">${text}</p>` : html`<p class="small">${text}</p>`;
}

/** Which dossiers were corrected or withdrawn: whoever has one must be told, by a person. */
function dossierLines({ manifest: { dossiers = [] }, lang }: ReportInput): Markup | undefined {
  if (dossiers.length === 0) return undefined;
  const text = dossierTexts(dossiers)
    .map((each) => redact(each[lang]))
    .join(punctuation.semicolon[lang]);
  return html`<p class="lead alert" role="alert">${text}</p>`;
}

/** Which feeds could not be used, before anything else: whatever is not found below may be missing because of them. */
function unusable(input: ReportInput): Markup | undefined {
  const t = (text: Bilingual): string => text[input.lang];
  const bad = input.feeds.filter((feed) => feed.status.state !== 'fresh' || feed.notAsked > 0);
  if (bad.length === 0) return undefined;
  const told = bad.map((feed) => {
    const why = [
      ...(feed.status.state === 'fresh' ? [] : [t(feedStates[feed.status.state])]),
      ...(feed.notAsked > 0 ? [`${t(words.notAsked)} ${feed.notAsked}`] : []),
    ].join(t(punctuation.comma));
    const title = feedTitle(feed, input.agencies, input.lang);
    return input.lang === 'zh' ? `${title}（${why}）` : `${title} (${why})`;
  });
  return html`<p class="lead alert" role="alert">${t(words.notUsable)}${t(punctuation.colon)}${told.join(t(punctuation.semicolon))}</p>`;
}

function findingsSection(input: ReportInput, of: (change: ReportFinding['change']) => boolean, none?: Bilingual): Markup {
  const findings = input.findings
    .filter((finding) => of(finding.change) && !isRecalled(finding, input.manifest.id))
    .sort(
      (a, b) =>
        severityOrder.indexOf(a.record.finding.severity) - severityOrder.indexOf(b.record.finding.severity) ||
        compare(a.record.finding.rule, b.record.finding.rule) ||
        compare(a.record.finding.id, b.record.finding.id),
    );
  if (findings.length === 0) return none === undefined ? html`` : html`<p>${none[input.lang]}</p>`;
  return html`${findings.map((finding) => findingMarkup(finding, input))}`;
}

function unknownsSection(input: ReportInput): Markup {
  const { lang } = input;
  if (input.unknowns.length === 0) return html`<p>${words.noUnknowns[lang]}</p>`;
  return html`${input.unknowns.map(
    (
      unknown,
    ) => html`<details><summary><b>${title(input, unknown.rule)}</b> — ${redact(unknown.because[lang])} <span class="small">${unknown.reason} · ${unknown.persons.length} ${words.persons[lang]}</span></summary>
<p class="caselist">${unknown.persons.map((person) => person.caseNos.join(punctuation.listed[lang]) || person.key.slice(0, 8)).join(punctuation.semicolon[lang])}</p></details>`,
  )}`;
}

function feedsSection(input: ReportInput): Markup {
  const t = (text: Bilingual): string => text[input.lang];
  const row = (feed: FeedRun): Markup => {
    const { answers } = feed;
    const isAsked = feed.asked > 0;
    const chart = isAsked
      ? stackedBar([
          { tone: 'found', label: t(words.found), value: answers.found },
          { tone: 'absent', label: t(words.absent), value: answers.absent },
          { tone: 'mismatch', label: t(words.mismatch), value: answers.mismatch },
          { tone: 'down', label: t(words.unavailable), value: answers.unavailable + answers.unauthorised },
        ])
      : stackedBar([
          { tone: 'mapped', label: t(words.mapped), value: feed.mapped },
          { tone: 'rejected', label: t(words.rejectedRows), value: feed.rejected },
        ]);
    const counted = (first: string, rest: readonly [label: Bilingual, count: number][]): string =>
      `${first}${t(punctuation.colon)}${rest.map(([label, count]) => `${t(label)} ${count}`).join(t(punctuation.comma))}`;
    const told = isAsked
      ? counted(`${t(words.asked)} ${feed.asked}`, [
          [words.found, answers.found],
          [words.absent, answers.absent],
          [words.mismatch, answers.mismatch],
          [words.unavailable, answers.unavailable],
          [words.unauthorised, answers.unauthorised],
        ])
      : counted(`${t(words.receivedRows)} ${feed.received}`, [
          [words.mapped, feed.mapped],
          [words.rejectedRows, feed.rejected],
          [words.sieved, feed.sieved],
        ]);
    const state = feedStates[feed.status.state];
    return html`<tr><td><b>${feedTitle(feed, input.agencies, input.lang)}</b><br><span class="small">${feed.agency}/${feedLabel(feed)}</span></td>
<td><span class="state-${feed.status.state}">${t(state)}</span>${feed.status.completeThrough === undefined ? undefined : html`<br><span class="small">${t(words.completeThrough)} ${feed.status.completeThrough}</span>`}</td>
<td>${chart}<span class="small">${told}</span>${feed.notAsked > 0 ? html`<br><b>${t(words.notAsked)} ${feed.notAsked}</b>` : undefined}</td>
<td>${feed.error === undefined ? feed.status.reason : html`${redact(t(feed.error.message))} <span class="small">${feed.error.code}</span>`}</td></tr>`;
  };
  return html`<div class="scroll stack"><table><thead><tr><th>${t(words.feeds)}</th><th>${t(words.state)}</th><th>${t(words.count)}</th><th>${t(words.reason)}</th></tr></thead><tbody>${input.feeds.map(row)}</tbody></table></div>`;
}

const shownOutcomes: readonly { outcome: Outcome; tone: string }[] = [
  { outcome: 'finding', tone: 'finding' },
  { outcome: 'unknown', tone: 'unknown' },
  { outcome: 'clear', tone: 'clear' },
  { outcome: 'not-applicable', tone: 'na' },
  { outcome: 'suppressed', tone: 'suppressed' },
];

function rulesSection(input: ReportInput): Markup {
  const { lang } = input;
  const rules = input.rules.filter((rule) => input.manifest.rules[rule.id] !== undefined);
  return html`<p class="legend">${shownOutcomes.map(({ outcome, tone }) => html`<span><svg class="bar" width="11" height="11" viewBox="0 0 11 11" aria-hidden="true" style="display:inline-block;vertical-align:-1px"><rect class="t-${tone}" width="11" height="11"/></svg> ${outcomes[outcome][lang]}</span>`)}</p>
<div class="scroll wide"><table><thead><tr><th>${words.rules[lang]}</th>${shownOutcomes.map(({ outcome }) => html`<th class="number">${outcomes[outcome][lang]}</th>`)}<th></th></tr></thead><tbody>${rules.map(
    (rule) => {
      const counts = input.manifest.rules[rule.id];
      return html`<tr><td><b>${rule.title[lang]}</b><br><span class="small">${rule.id} ${rule.version}</span></td>${shownOutcomes.map(({ outcome }) => html`<td class="number">${counts?.[outcome] ?? 0}</td>`)}<td>${stackedBar(
        shownOutcomes.map(({ outcome, tone }) => ({ tone, label: outcomes[outcome][lang], value: counts?.[outcome] ?? 0 })),
        140,
      )}</td></tr>`;
    },
  )}</tbody></table></div>`;
}

function rejectedSection(input: ReportInput): Markup {
  const t = (text: Bilingual): string => text[input.lang];
  if (input.manifest.rejected.length === 0) return html``;
  return html`<div class="scroll"><table><thead><tr><th>${t(words.feeds)}</th><th>${t(words.reason)}</th><th class="number">${t(words.count)}</th><th>${t(words.first)}</th></tr></thead><tbody>${input.manifest.rejected.map(
    (item) =>
      html`<tr><td>${feedTitle(item, input.agencies, input.lang)}</td><td>${item.reason}</td><td class="number">${item.count}</td><td class="small">${redact(`${item.firstMessage} ${item.firstPointer}`)}</td></tr>`,
  )}</tbody></table></div>`;
}

function codesSection(input: ReportInput): Markup {
  const t = (text: Bilingual): string => text[input.lang];
  if (input.manifest.unknownCodes.length === 0) return html``;
  return html`<div class="scroll"><table><thead><tr><th>${t(words.feeds)}</th><th>${t(words.unknownCodes)}</th><th class="number">${t(words.count)}</th><th>${t(words.first)}</th></tr></thead><tbody>${input.manifest.unknownCodes.map(
    (item) =>
      html`<tr><td>${feedTitle(item, input.agencies, input.lang)}</td><td>${item.table} = ${redact(item.code)}</td><td class="number">${item.count}</td><td class="small">${redact(item.firstRecord)}</td></tr>`,
  )}</tbody></table></div>`;
}

function footer(input: ReportInput): Markup {
  const { manifest, lang } = input;
  return html`<p>Yilian ${manifest.versions.yilian} · ${words.run[lang]} ${manifest.id} · ${shanghai(manifest.startedAt)} → ${manifest.finishedAt === undefined ? '–' : shanghai(manifest.finishedAt)}${manifest.resumed > 0 ? ` · ${words.resumed[lang]} ${manifest.resumed}` : ''}</p>
<p>${Object.entries(manifest.versions.mappings)
    .map(([name, version]) => `${name} ${version}`)
    .join(' · ')}</p>`;
}

function title(input: ReportInput, rule: string): string {
  return input.rules.find((item) => item.id === rule)?.title[input.lang] ?? rule;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
