import type { Bilingual, Explanation } from '../model/index.js';
import { redact } from '../redact.js';
import { deathLine, entryText, feedLine, findingLine, originText, ruleLine, whenText } from '../report/explained.js';
import { punctuation, shanghai, words } from '../report/texts.js';
import type { Io } from './io.js';

/** One person explained on a terminal: the death, the findings, every rule, every feed, and the timeline. */
export function explanationText(
  explanation: Explanation,
  io: Pick<Io, 'lang' | 'bold'>,
  agencies: Readonly<Record<string, Bilingual>>,
): string {
  const { lang } = io;
  const { subject, asOf } = explanation;
  const cases = subject.caseNos.join(punctuation.listed[lang]) || subject.key;
  const heading = (text: Bilingual): string => io.bold(text[lang]);
  const who = [subject.name, subject.idNumber].filter((part) => part !== undefined).join(' ');
  const lines = [
    io.bold(`${words.case[lang]} ${cases} · ${who} · ${words.asOf[lang]} ${shanghai(asOf)}`),
    '',
    heading(words.deathFact),
    `  ${deathLine(explanation, lang)}`,
    ...explanation.deathPieces.map((piece) => `  ${piece.says[lang]} · ${piece.record}`),
    '',
  ];
  if (explanation.findings.length > 0)
    lines.push(heading({ zh: '发现', en: 'Findings' }), ...explanation.findings.map((one) => `  ${findingLine(one, lang)}`), '');
  lines.push(heading(words.rules), ...explanation.rules.map((rule) => `  ${ruleLine(rule, lang)}`), '');
  lines.push(heading(words.feeds), ...explanation.feeds.map((feed) => `  ${feedLine(feed, lang)}`), '');
  lines.push(heading(words.timeline));
  for (const entry of explanation.timeline)
    lines.push(`  ${whenText(entry)} · ${entryText(entry, lang, agencies)} · ${originText(entry, lang)}`);
  return redact(`${lines.join('\n')}\n`);
}
