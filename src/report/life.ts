import { type Bilingual, type FindingRecord, recallOf } from '../model/index.js';
import { redact } from '../redact.js';
import { html, type Markup } from './escape.js';
import { findingMarkup } from './finding.js';
import type { ReportFinding, ReportInput } from './input.js';
import { heldText, lifeWords, mustHear } from './life-texts.js';

/** What the report says first: what was taken back that people acted on, and what is held. */

/** Whether a finding, or what became of it in this run, is not to be published: held ones come and go quietly. */
export function isQuiet(record: FindingRecord, run: string): boolean {
  const last = record.history.at(-1);
  return record.state === 'held' || (last?.run === run && last.from === 'held');
}

/** Whether this run took back what people had acted on. */
export function isRecalled({ record }: Pick<ReportFinding, 'record'>, run: string): boolean {
  return recallOf(record)?.run === run;
}

/** Findings taken back by this run, each with everybody who must hear of it. */
export function recalledSection(input: ReportInput, to: 'withdrawn' | 'resolved'): Markup {
  const recalled = input.findings.filter((finding) => finding.record.state === to && isRecalled(finding, input.manifest.id));
  const t = (text: Bilingual): string => text[input.lang];
  return html`${recalled.map(
    (finding) =>
      html`<p class="lead"><b>${t(lifeWords.mustHear)}</b> ${redact(t(mustHear(finding.record)))}</p>
${findingMarkup(finding, input)}`,
  )}`;
}

/** Rule by rule what is held, what it has in common, and how to let it go. */
export function heldSection(input: ReportInput): Markup {
  const t = (text: Bilingual): string => text[input.lang];
  const held = input.manifest.held ?? [];
  if (held.length === 0) return html``;
  return html`<p>${t(lifeWords.heldLead)}</p>
${held.map((rule) => {
  const title = input.rules.find((item) => item.id === rule.rule)?.title[input.lang] ?? rule.rule;
  const common = rule.common.length === 0 ? [t(lifeWords.nothingCommon)] : rule.common.map((trait) => redact(t(trait.text)));
  return html`<article class="finding"><div class="head"><h3>${title}</h3><span class="pill plain">${String(rule.count)}</span></div>
<p>${t(heldText(rule))}</p>
<p><b>${t(lifeWords.common)}</b></p>
<ul>${common.map((text) => html`<li>${text}</li>`)}</ul>
<p class="small">yilian findings list --state held --rule ${rule.rule}<br>yilian findings release --rule ${rule.rule} --by … --reason …</p></article>
`;
})}`;
}
