import { type Bilingual, dayOfInstant, type FindingRecord, formatDay } from '../model/index.js';
import { maskIdNumber, maskName, redact } from '../redact.js';
import { html, type Markup } from './escape.js';
import { personAnchor } from './explanation.js';
import type { ReportFinding, ReportInput } from './input.js';
import { decisionText, lifeWords, reasonText } from './life-texts.js';
import { isNameClaim, maskClaims, maskText } from './mask.js';
import { actions, agencyName, changes, fieldName, punctuation, severities, states, valueName, words } from './texts.js';

/** One finding for an officer: what contradicts what, both claims side by side, and what to do next. */
export function findingMarkup(
  finding: ReportFinding,
  { lang, agencies, people = [] }: Pick<ReportInput, 'lang' | 'agencies' | 'people'>,
): Markup {
  const t = (text: Bilingual): string => text[lang];
  const { finding: it, state } = finding.record;
  const names = namesOf(finding);
  const values = maskClaims(it.claims, names);
  const cases = it.subject.caseNos.join(t(punctuation.listed));
  return html`<article class="finding ${it.severity}">
<div class="head"><span class="pill ${it.severity}">${t(severities[it.severity])}</span><h3>${t(it.title)}</h3>${finding.change === undefined || finding.change === 'new' ? undefined : html`<span class="pill plain">${t(changes[finding.change])}</span>`}${state === 'open' ? undefined : html`<span class="pill plain">${t(states[state])}</span>`}</div>
<p class="sub">${cases === '' ? t(words.systemSubject) : `${t(words.case)} ${cases}`}${finding.subject.name === undefined ? undefined : ` · ${maskName(finding.subject.name)}`}${finding.subject.idNumber === undefined ? undefined : ` · ${maskIdNumber(finding.subject.idNumber)}`}</p>
<p>${maskText(t(it.explanation), names)}</p>${whyMarkup(finding, lang)}${decisionMarkup(finding.record, lang)}
<div class="claims">${it.claims.map(
    (claim, index) =>
      html`<div class="claim"><b>${t(agencyName(claim.agency, agencies))}</b><span class="value">${t(valueName(values[index] ?? ''))}</span><br><span class="small">${t(fieldName(redact(claim.field)))} · ${t(words.record)} ${redact(shorten(claim.recordId))}${claim.source === undefined ? undefined : ` · ${t(words.received)} ${formatDay(dayOfInstant(claim.source.receivedAt))}`}</span></div>`,
  )}</div>
<dl class="step"><dt>${t(words.nextStep)}</dt><dd>${t(actions[it.action])}</dd><dt>${t(words.basis)}</dt><dd>${it.basis.join(t(punctuation.semicolon))}</dd><dt>ID</dt><dd class="small">${it.id} · ${it.rule} ${it.ruleVersion}${people.some((person) => person.subject.key === it.subject.key) ? html` · <a href="#${personAnchor(it.subject.key)}">${t(words.timeline)}</a>` : undefined}</dd></dl>
</article>
`;
}

/** Why the run moved it: why it is back, or gone. */
function whyMarkup({ change, record }: ReportFinding, lang: 'zh' | 'en'): Markup | undefined {
  const reason = record.history.at(-1)?.reason;
  const isMoved = change === 'reopened' || change === 'withdrawn' || change === 'resolved';
  return isMoved && reason !== undefined ? html`<p class="small">${reasonText(reason)[lang]}</p>` : undefined;
}

/** What a person decided on a finding, and who was told. */
function decisionMarkup({ decision, told = [] }: FindingRecord, lang: 'zh' | 'en'): Markup | undefined {
  if (decision === undefined && told.length === 0) return undefined;
  const names = [...new Set(told.map(({ whom }) => whom))].join(' · ');
  return html`<p class="small">${decision === undefined ? undefined : `${lifeWords.decided[lang]} ${redact(decisionText(decision)[lang])}`}${told.length === 0 ? undefined : ` · ${lifeWords.told[lang]} ${redact(names)}`}</p>`;
}

/** Names that must not stand in a text: the subject's, and every name a claim carries. */
export function namesOf(finding: ReportFinding): string[] {
  const claimed = finding.record.finding.claims.filter(isNameClaim).map((claim) => claim.value);
  return [...new Set([...(finding.subject.name === undefined ? [] : [finding.subject.name]), ...claimed])];
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}
