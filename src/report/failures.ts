import type { FailureCause } from '../model/index.js';
import { redact } from '../redact.js';
import { html, type Markup } from './escape.js';
import type { ReportInput } from './input.js';
import { punctuation, words } from './texts.js';

/** Rules that threw and persons who could not be judged: first of all, for whoever reads the page must not take silence for an answer. */
export function failuresSection({ manifest, rules, lang }: ReportInput): Markup {
  const { failedRules = [], failedPersons } = manifest;
  if (failedRules.length === 0 && failedPersons === undefined) return html``;
  const persons = failedPersons?.first ?? [];
  const more = (failedPersons?.count ?? 0) - persons.length;
  return html`<p>${words.failuresLead[lang]}</p><ul>${failedRules.map((failed) => {
    const title = rules.find((rule) => rule.id === failed.rule)?.title[lang] ?? failed.rule;
    const first = failed.firstCase ?? failed.firstKey?.slice(0, 8);
    return html`<li><b>${title}</b> (${failed.rule})${punctuation.colon[lang]}${failed.count} ${words.persons[lang]}${first === undefined ? undefined : `${punctuation.comma[lang]}${words.first[lang]} ${first}`} <span class="small">${causeText(failed)}</span></li>`;
  })}${persons.map(
    (person) =>
      html`<li>${words.case[lang]} ${person.caseNos.join(punctuation.listed[lang]) || person.key.slice(0, 8)} <span class="small">${causeText(person)}</span></li>`,
  )}${more > 0 ? html`<li>+ ${more}</li>` : undefined}</ul>`;
}

function causeText({ error, place }: FailureCause): string {
  return redact(`${error.name}${error.message === '' ? '' : `: ${error.message}`}${place === undefined ? '' : ` · ${place}`}`);
}
