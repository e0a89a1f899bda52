import { answerTexts, levelTexts, linkReasonText, reviewStates } from '../linkage/texts.js';
import type { Bilingual, ReviewItem } from '../model/index.js';
import { maskIdNumber, maskName, redact } from '../redact.js';
import { html, type Markup } from './escape.js';
import type { ReportInput } from './input.js';
import { maskDiffering } from './mask.js';
import { agencyName, feedTitle, fieldName, punctuation, shanghai } from './texts.js';

/** Records that are perhaps about somebody on file, for a person to answer: both sides, the score and its reasons; identities masked. */

export const reviewWords = {
  title: { zh: '待核对的对应关系', en: 'Whose record is it?' },
  lead: {
    zh: '这些记录的证件号码有误或缺失，可能是下列在册人员的。由此得出的发现不超过“低”；请核实后用 links decide 作答。',
    en: 'The number of these records is wrong or missing, and they may be about a person on file. No finding resting on them is above low; verify, then answer with links decide.',
  },
  onFile: { zh: '本市案卷', en: "The city's own file" },
  born: { zh: '出生', en: 'born' },
  score: { zh: '得分', en: 'score' },
  records: { zh: '条记录', en: 'records' },
} satisfies Record<string, Bilingual>;

export function reviewsSection(input: Pick<ReportInput, 'lang' | 'agencies' | 'reviews'>): Markup {
  const open = (input.reviews ?? []).filter((item) => item.state === 'open').sort(byLikelihood);
  if (open.length === 0) return html``;
  return html`<p>${reviewWords.lead[input.lang]}</p>${open.map((item) => reviewMarkup(item, input))}`;
}

/** The likeliest first; what is no evidence last. */
export function byLikelihood(a: ReviewItem, b: ReviewItem): number {
  return Number(a.level === 'lead') - Number(b.level === 'lead') || b.score - a.score || (a.id < b.id ? -1 : 1);
}

function reviewMarkup(item: ReviewItem, { lang, agencies }: Pick<ReportInput, 'lang' | 'agencies'>): Markup {
  const t = (text: Bilingual): string => text[lang];
  const { subject, record } = item;
  const names = [subject.name, record.person.name];
  const told = record.person.idDocuments[0];
  const facts = (name: string, number: string | undefined, birthDate: string | undefined): string =>
    [
      maskDiffering(name, names),
      ...(number === undefined ? [] : [maskIdNumber(number)]),
      ...(birthDate === undefined ? [] : [`${t(reviewWords.born)} ${birthDate}`]),
    ].join(' · ');
  const days = Object.entries(record.days).map(([field, day]) => `${t(fieldName(field))} ${day}`);
  return html`<article class="finding low">
<div class="head"><span class="pill plain">${t(levelTexts[item.level])}</span><h3>${feedTitle(record, agencies, lang)}</h3></div>
<p class="sub">${subject.caseNos.join(t(punctuation.listed))} · ${t(reviewWords.score)} ${item.score} · ${item.reasons.map((reason) => t(linkReasonText(redact(reason)))).join(t(punctuation.comma))}</p>
<div class="claims"><div class="claim"><b>${t(reviewWords.onFile)}</b><span class="value">${facts(subject.name, subject.idNumber, subject.birthDate)}</span></div>
<div class="claim"><b>${t(agencyName(record.agency, agencies))}</b><span class="value">${facts(record.person.name, told?.number, record.person.birthDate)}</span><br><span class="small">${redact([...days, shanghai(record.receivedAt)].join(' · '))}${item.records > 1 ? ` · ${item.records} ${t(reviewWords.records)}` : ''}</span></div></div>
<dl class="step"><dt>ID</dt><dd class="small">${item.id}</dd></dl>
</article>
`;
}

/** One item for a terminal or a spreadsheet, identities masked. */
export function maskedReview(item: ReviewItem): ReviewItem {
  const { subject, record } = item;
  const { key: _, phone: __, domicile: ___, ...person } = record.person;
  return {
    ...item,
    subject: {
      ...subject,
      name: maskName(subject.name),
      ...(subject.idNumber === undefined ? {} : { idNumber: maskIdNumber(subject.idNumber) }),
    },
    record: {
      ...record,
      person: {
        ...person,
        name: maskName(person.name),
        ...(person.formerNames === undefined ? {} : { formerNames: person.formerNames.map(maskName) }),
        idDocuments: person.idDocuments.map(({ type, number, validity }) => ({ type, number: maskIdNumber(number), validity })),
      },
    },
  };
}

/** The item in lines of text: both sides, why, and what was answered. */
export function reviewLines(item: ReviewItem, agencies: ReportInput['agencies'], lang: 'zh' | 'en'): string[] {
  const t = (text: Bilingual): string => text[lang];
  const { subject, record } = maskedReview(item);
  const told = record.person;
  const colon = t(punctuation.colon);
  const days = Object.entries(record.days).map(([field, day]) => `${t(fieldName(field))} ${day}`);
  const side = (parts: readonly (string | undefined)[]): string =>
    parts.filter((part) => part !== undefined && part !== '').join(' · ');
  return [
    `${item.id}`,
    `[${t(levelTexts[item.level])} ${item.score}] ${t(reviewStates[item.state])} · ${subject.caseNos.join(t(punctuation.listed))}`,
    `  ${t(reviewWords.onFile)}${colon}${side([subject.name, subject.idNumber, subject.birthDate])}`,
    `  ${feedTitle(record, agencies, lang)}${colon}${side([told.name, told.idDocuments[0]?.number, told.birthDate, ...days])}`,
    `  ${item.reasons.map((reason) => t(linkReasonText(reason))).join(t(punctuation.comma))}`,
    ...item.answers.map(({ at, answer, by, reason }) => `  ${shanghai(at)} ${t(answerTexts[answer])} ${by} (${reason})`),
    ...(item.follows ?? []).map((other) => `  ${lang === 'zh' ? '由此得出' : 'follows from'} ${other}`),
  ];
}
