import type { Bilingual, Explanation, FeedContact, FeedExplanation, RuleExplanation, TimelineEntry } from '../model/index.js';
import { redact } from '../redact.js';
import {
  agencyName,
  deathLevels,
  feedStates,
  outcomes,
  punctuation,
  severities,
  shanghai,
  standings,
  states,
  words,
} from './texts.js';

/** The parts of an explanation as lines, one wording for the terminal and for the page. Names and numbers are masked already. */

export type Language = 'zh' | 'en';

export function deathLine({ deathFact }: Explanation, lang: Language): string {
  const { level, best, earliest, latest } = deathFact;
  const span = earliest === undefined || latest === undefined ? '' : earliest === latest ? earliest : `${earliest} … ${latest}`;
  const comma = punctuation.comma[lang];
  const day = best === undefined || best === span ? '' : `${comma}${lang === 'zh' ? '最可信' : 'best'} ${best}`;
  return `${deathLevels[level][lang]}${span === '' ? '' : `${comma}${span}`}${day}`;
}

export function outcomeName(outcome: RuleExplanation['outcome'], lang: Language): string {
  return outcome === 'off' ? words.off[lang] : outcomes[outcome][lang];
}

/** `[无法判断] 死亡后仍有鉴定 (exam-after-death 1)：民政火化信息取不到 (feed-down)`. */
export function ruleLine(rule: RuleExplanation, lang: Language): string {
  const severity = rule.severity === undefined ? '' : ` · ${severities[rule.severity][lang]}`;
  return `[${outcomeName(rule.outcome, lang)}${severity}] ${rule.title[lang]} (${rule.rule} ${rule.version})${punctuation.colon[lang]}${redact(rule.because[lang])} (${rule.reason})`;
}

export function feedLine({ name, agency, feed, status, contacts }: FeedExplanation, lang: Language): string {
  const t = (text: Bilingual): string => text[lang];
  const parts = [
    t(feedStates[status.state]),
    status.completeThrough === undefined ? undefined : `${t(words.completeThrough)} ${status.completeThrough}`,
    status.regions === undefined ? undefined : `${lang === 'zh' ? '地区' : 'regions'} ${status.regions.join(' ') || '–'}`,
    status.reason,
  ].filter((part) => part !== undefined);
  const told = [parts.join(t(punctuation.comma)), ...contacts.map((contact) => contactText(contact, lang))];
  return `${t(name)} (${agency}/${feed})${t(punctuation.colon)}${told.join(t(punctuation.semicolon))}`;
}

function contactText(contact: FeedContact, lang: Language): string {
  const t = (text: Bilingual): string => text[lang];
  const which = contact.connection === undefined ? '' : `#${contact.connection} `;
  const isAsked = contact.way === 'asked';
  if (contact.lastAt === undefined) return `${which}${t(isAsked ? words.neverAsked : words.neverRead)}`;
  const outcome = contact.outcome === undefined ? undefined : words[contact.outcome][lang];
  const answered =
    contact.answeredAt === undefined || contact.answeredAt === contact.lastAt
      ? undefined
      : `${t(words.lastAnswered)} ${shanghai(contact.answeredAt)}`;
  const parts = [
    `${which}${t(isAsked ? words.lastAsked : words.lastRead)} ${shanghai(contact.lastAt)}`,
    outcome,
    contact.error,
    answered,
    contact.readTooEarly === true ? t(words.readTooEarly) : undefined,
  ];
  return parts.filter((part) => part !== undefined).join(t(punctuation.comma));
}

/** The day or days of an entry as precise as the source; in brackets the day of receipt, where the source gives none. */
export function whenText({ on, until, receivedAt }: TimelineEntry): string {
  const cut = (date: string): string => (date.length > 10 ? shanghai(date) : date);
  if (on !== undefined) return until === undefined || until === on ? cut(on) : `${cut(on)} … ${cut(until)}`;
  if (until !== undefined) return `… ${cut(until)}`;
  return receivedAt === undefined ? '–' : `(${shanghai(receivedAt).slice(0, 10)})`;
}

/** What an entry says, who says so, and how it stands where that is not plainly current. */
export function entryText(entry: TimelineEntry, lang: Language, agencies: Readonly<Record<string, Bilingual>>): string {
  const marks = [
    entry.standing === 'current' ? undefined : standings[entry.standing][lang],
    entry.link === undefined ? undefined : lang === 'zh' ? `对应关系不确定（${entry.link}）` : `link ${entry.link}`,
  ].filter((mark) => mark !== undefined);
  const mark = marks.length === 0 ? '' : `[${marks.join(punctuation.semicolon[lang])}] `;
  return `${agencyName(entry.agency, agencies)[lang]} · ${mark}${entry.says[lang]}`;
}

/** Where an entry stands in the files, and when it came. */
export function originText({ record, receivedAt }: TimelineEntry, lang: Language): string {
  return receivedAt === undefined ? record : `${record} · ${words.received[lang]} ${shanghai(receivedAt)}`;
}

export function findingLine(finding: Explanation['findings'][number], lang: Language): string {
  const state = finding.state === undefined ? '' : ` · ${states[finding.state][lang]}`;
  const found = words[finding.found ? 'foundNow' : 'notFoundNow'][lang];
  return `[${severities[finding.severity][lang]}${state}] ${finding.title[lang]} (${finding.rule})${punctuation.colon[lang]}${redact(finding.explanation[lang])} · ${found} · ${finding.id.slice(0, 12)}`;
}
