import { agencyTitles } from '../catalogue.js';
import { type Bilingual, dayOfInstant, type FindingRecord, formatDay, type HeldRule, recallOf } from '../model/index.js';
import { redact } from '../redact.js';
import { decisionText, heldText, lifeWords, mustHear, stepText } from '../report/life-texts.js';
import { actions, agencyName, fieldName, punctuation, shanghai, states, valueName } from '../report/texts.js';
import type { Io } from './io.js';
import { severityText } from './text.js';

/** Everything one needs to understand a finding: what contradicts what, where that stands, what to do, who decided what. */
export function findingText(record: FindingRecord, io: Pick<Io, 'lang' | 'bold'>): string {
  const { finding, decision, told = [] } = record;
  const t = (text: Bilingual): string => text[io.lang];
  const colon = t(punctuation.colon);
  const cases = finding.subject.caseNos.join(t(punctuation.listed));
  const lines = [
    io.bold(`${t(finding.title)} (${finding.rule} ${finding.ruleVersion})`),
    `[${severityText(finding.severity, io.lang)}] ${t(states[record.state])}${cases === '' ? '' : ` · ${cases}`} · ${finding.id}`,
    t(finding.explanation),
    ...finding.claims.map(({ agency, recordId, field, value, source }) => {
      const received =
        source === undefined ? '' : ` · ${t({ zh: '收到', en: 'received' })} ${formatDay(dayOfInstant(source.receivedAt))}`;
      return `  ${t(agencyName(agency, agencyTitles))} · ${t(fieldName(field))} ${t(valueName(value))} · ${recordId}${received}`;
    }),
    `${t({ zh: '下一步', en: 'next step' })}${colon}${t(actions[finding.action])}`,
    `${t({ zh: '依据', en: 'basis' })}${colon}${finding.basis.join(t(punctuation.semicolon))}`,
    ...(decision === undefined ? [] : [`${t(lifeWords.decided)}${colon}${t(decisionText(decision))}`]),
    ...told.map(({ whom, at, by }) => `${t(lifeWords.told)}${colon}${whom} (${by}, ${shanghai(at)})`),
    ...(recallOf(record) === undefined ? [] : [`${t(lifeWords.mustHear)}${colon}${t(mustHear(record))}`]),
    `${t(lifeWords.history)}${colon}`,
    ...record.history.map((step) => `  ${shanghai(step.at)} ${t(stepText(step))}`),
  ];
  return `${redact(lines.join('\n'))}\n`;
}

/** What a line of the list says besides: the decision that holds, or who must hear that a finding was taken back. */
export function standingText(record: FindingRecord, lang: 'zh' | 'en'): string {
  if (recallOf(record) !== undefined)
    return `\n      ${lifeWords.mustHear[lang]}${punctuation.colon[lang]}${mustHear(record)[lang]}`;
  return record.decision === undefined ? '' : `\n      ${decisionText(record.decision)[lang]}`;
}

/** Findings that a run took back although people had acted on them, each with who must hear of it. */
export function recalledTexts(findings: readonly FindingRecord[], run: string): Bilingual[] {
  return findings
    .filter((record) => recallOf(record)?.run === run)
    .map((record) => {
      const { finding, state } = record;
      const [hear, words] = [mustHear(record), state === 'withdrawn' ? lifeWords.recalled : lifeWords.settled];
      const about = `${finding.id.slice(0, 12)} ${finding.subject.caseNos.join(' ')}`;
      return {
        zh: `${words.zh}：${hear.zh}（${about} ${finding.title.zh}）`,
        en: `${words.en}: ${hear.en} (${about} ${finding.title.en})`,
      };
    });
}

/** What is held of each rule, and what it has in common. */
export function heldTexts(held: readonly HeldRule[]): Bilingual[] {
  return held.flatMap((rule) => {
    const [said, listed] = [heldText(rule), (lang: 'zh' | 'en') => rule.common.map((trait) => trait.text[lang])];
    return [
      { zh: `${lifeWords.held.zh}：${rule.rule}，${said.zh}`, en: `${lifeWords.held.en}: ${rule.rule}, ${said.en}` },
      ...(rule.common.length === 0
        ? []
        : [
            {
              zh: `  ${lifeWords.common.zh}：${listed('zh').join('；')}`,
              en: `  ${lifeWords.common.en}: ${listed('en').join('; ')}`,
            },
          ]),
    ];
  });
}
