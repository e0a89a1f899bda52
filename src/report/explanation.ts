import type { Bilingual, Explanation, RuleExplanation } from '../model/index.js';
import { redact } from '../redact.js';
import { html, type Markup } from './escape.js';
import { deathLine, entryText, feedLine, originText, outcomeName, ruleLine, whenText } from './explained.js';
import type { ReportFinding, ReportInput } from './input.js';
import { punctuation, severityOrder, words } from './texts.js';

/** Person by person: every rule with its outcome, the feeds, the timeline. Of so many persons only, for a page of thousands is read by nobody. */

const withFindings = 100;
const unknownOnly = 20;
const longestTimeline = 60;

/** Whose explanations the page shows: persons with findings, the gravest first, then some of those of whom a rule could not tell. */
export async function explainedPeople(
  findings: readonly ReportFinding[],
  unknowns: ReportInput['unknowns'],
  explain: (key: string) => Promise<Explanation | undefined>,
): Promise<{ people: Explanation[]; peopleLeft: number }> {
  const gravestFirst = [...findings].sort(
    ({ record: a }, { record: b }) =>
      severityOrder.indexOf(a.finding.severity) - severityOrder.indexOf(b.finding.severity) ||
      (a.finding.id < b.finding.id ? -1 : 1),
  );
  // What is about the run has no case and is about nobody.
  const found = new Set(gravestFirst.map(({ record }) => record.finding.subject.key).filter((key) => key !== 'system'));
  const unknown = new Set(
    unknowns.flatMap(({ persons }) => persons.map((person) => person.key)).filter((key) => !found.has(key)),
  );
  const chosen = [...[...found].slice(0, withFindings), ...[...unknown].slice(0, unknownOnly)];
  const people: Explanation[] = [];
  for (const key of chosen) {
    const explanation = await explainedOrNot(key, explain);
    if (explanation !== undefined) people.push(explanation);
  }
  return { people, peopleLeft: found.size + unknown.size - people.length };
}

/** A person who cannot be explained could not be judged either, and is named among the faults of the program: the report must come all the same. */
async function explainedOrNot(
  key: string,
  explain: (key: string) => Promise<Explanation | undefined>,
): Promise<Explanation | undefined> {
  try {
    return await explain(key);
  } catch {
    return undefined;
  }
}

export function personAnchor(key: string): string {
  return `person-${key}`;
}

/** The section of the page; empty where nobody is explained. */
export function peopleSection({ people = [], peopleLeft = 0, lang, agencies }: ReportInput): Markup {
  if (people.length === 0) return html``;
  const left =
    peopleLeft === 0
      ? undefined
      : html`<p>${lang === 'zh' ? `另有 ${peopleLeft} 人：` : `${peopleLeft} more: `}${words.peopleLeft[lang]}</p>`;
  return html`<p class="small">${words.peopleLead[lang]}</p>${people.map((person) => personMarkup(person, lang, agencies))}${left}`;
}

function personMarkup(explanation: Explanation, lang: 'zh' | 'en', agencies: Readonly<Record<string, Bilingual>>): Markup {
  const { subject, rules, feeds, timeline } = explanation;
  const t = (text: Bilingual): string => text[lang];
  const cases = subject.caseNos.join(t(punctuation.listed)) || subject.key.slice(0, 8);
  const count = (outcome: RuleExplanation['outcome']): string =>
    `${outcomeName(outcome, lang)} ${rules.filter((rule) => rule.outcome === outcome).length}`;
  const shown = timeline.slice(-longestTimeline);
  const earlier = timeline.length - shown.length;
  return html`<details class="person" id="${personAnchor(subject.key)}"><summary><b>${t(words.case)} ${cases}</b> · ${subject.name} <span class="small">${count('finding')} · ${count('unknown')} · ${count('clear')}</span></summary>
<p>${t(words.deathFact)}${t(punctuation.colon)}${deathLine(explanation, lang)}</p>
<h4>${t(words.rules)}</h4><ul>${ruleItems(rules, lang)}</ul>
<h4>${t(words.feeds)}</h4><ul>${feeds.map((feed) => html`<li>${feedLine(feed, lang)}</li>`)}</ul>
<h4>${t(words.timeline)}</h4><ol>${earlier === 0 ? undefined : html`<li class="small">${earlier} ${t(words.timelineLeft)}</li>`}${shown.map(
    (entry) =>
      html`<li><b>${whenText(entry)}</b> ${entryText(entry, lang, agencies)} <span class="small">${originText(entry, lang)}</span></li>`,
  )}</ol></details>
`;
}

const loud: readonly RuleExplanation['outcome'][] = ['finding', 'unknown', 'suppressed'];

/** What was found or could not be told, rule by rule; the rest together by outcome and reason, so that silence is explained in few lines. */
function ruleItems(rules: readonly RuleExplanation[], lang: 'zh' | 'en'): Markup[] {
  const items = rules.filter((rule) => loud.includes(rule.outcome)).map((rule) => html`<li>${ruleLine(rule, lang)}</li>`);
  const quiet = new Map<string, RuleExplanation[]>();
  for (const rule of rules) {
    if (loud.includes(rule.outcome)) continue;
    const group = `${rule.outcome} ${rule.reason}`;
    quiet.set(group, [...(quiet.get(group) ?? []), rule]);
  }
  for (const group of quiet.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const titles = group.map((rule) => rule.title[lang]).join(punctuation.listed[lang]);
    items.push(
      html`<li>[${outcomeName(first.outcome, lang)}] ${titles}${punctuation.colon[lang]}${redact(first.because[lang])} (${first.reason})</li>`,
    );
  }
  return items;
}
