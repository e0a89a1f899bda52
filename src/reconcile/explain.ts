import {
  type CaseFile,
  type CheckResult,
  type Explanation,
  type FeedContact,
  type FeedExplanation,
  type FeedStatus,
  type FindingExplanation,
  formatDay,
  type RuleExplanation,
} from '../model/index.js';
import { maskIdNumber, maskName, redact } from '../redact.js';
import { rules as catalogue } from './catalogue.generated.js';
import { activeRules, type CheckOptions, check } from './check.js';
import { compareTexts, referenceOf } from './current.js';
import { personFile } from './person-file.js';
import type { Rule } from './rule.js';
import { suppressed } from './suppress.js';
import { feedName, pieceText } from './texts.js';
import { type Remembered, timelineOf } from './timeline.js';

/** What an explanation may be made of besides the case file: what a store remembers and a file does not hold. */
export interface ExplainOptions extends Remembered {
  /** The rules and parameters of the check. */
  readonly check?: CheckOptions;
  /** Only these rules are told; they are judged although they are switched off. */
  readonly rules?: readonly string[];
  /** How the feeds were asked and read. */
  readonly contacts?: readonly FeedContact[];
}

/**
 * Explains one person: every rule with its outcome and reason, silence included, every feed with how fresh it is, the death fact with its
 * pieces, and everything known in order. Pure; names and numbers come out masked.
 *
 * Throws ERR_USAGE for a rule that does not exist and ERR_INPUT for what is no case file.
 */
export function explain(file: CaseFile, options: ExplainOptions = {}): Explanation {
  const asked = checkOptionsOf(options);
  const checked = check(file, asked);
  const result = suppressed(checked, options.findings ?? []);
  const active = new Set(activeRules(catalogue, asked).map(({ rule }) => rule.id));
  const told = catalogue.filter((rule) => options.rules === undefined || options.rules.includes(rule.id));
  const { death } = personFile(file);
  const [document] = file.subject.idDocuments;
  return {
    asOf: result.asOf,
    subject: {
      key: file.subject.key,
      caseNos: [...result.subject.caseNos],
      name: maskName(file.subject.name),
      ...(document === undefined ? {} : { idNumber: maskIdNumber(document.number) }),
    },
    deathFact: { ...result.deathFact, evidence: result.deathFact.evidence.map(redact) },
    deathPieces: death.pieces.map((piece) => ({
      record: redact(referenceOf(piece.record.source)),
      kind: piece.kind,
      certain: piece.certain,
      ...(piece.days === undefined ? {} : { earliest: formatDay(piece.days.lo), latest: formatDay(piece.days.hi) }),
      says: pieceText(piece),
    })),
    rules: told.map((rule) => ruleExplanation(rule, result, active, file.feeds)),
    feeds: feedExplanations(
      file.feeds,
      options.contacts ?? [],
      told.filter((rule) => active.has(rule.id)),
    ),
    timeline: timelineOf(file, options),
    findings: findingExplanations(checked, result, options),
  };
}

/** The check's options where only some rules are asked for: configured parameters hold, also of rules that are switched off. */
function checkOptionsOf({ check: options = {}, rules }: ExplainOptions): CheckOptions {
  if (rules === undefined) return options;
  const own = options.rules === undefined || isList(options.rules) ? {} : options.rules;
  const parameters = Object.fromEntries(Object.entries(own).flatMap(([rule, set]) => (set === 'off' ? [] : [[rule, set]])));
  return { ...options, rules, parameters: { ...parameters, ...options.parameters } };
}

function isList(rules: NonNullable<CheckOptions['rules']>): rules is readonly string[] {
  return Array.isArray(rules);
}

// ---- rules -------------------------------------------------------------------------------------------------------------------------------

function ruleExplanation(
  rule: Rule,
  result: CheckResult,
  active: ReadonlySet<string>,
  statuses: readonly FeedStatus[],
): RuleExplanation {
  const base = {
    rule: rule.id,
    version: rule.version,
    title: rule.title,
    feeds: rule.feeds.map(({ agency, feed }) => ({ feed: `${agency}/${feed}`, state: stateOf(statuses, agency, feed) })),
  };
  const said = result.results.find((item) => item.rule === rule.id);
  if (said !== undefined) {
    const { outcome, reason, because, severity } = said;
    return { ...base, outcome, ...(severity === undefined ? {} : { severity }), reason, because };
  }
  if (!active.has(rule.id))
    return {
      ...base,
      outcome: 'off',
      reason: 'switched-off',
      because: { zh: '规则已在配置中关闭，没有判断', en: 'the rule is switched off in the configuration: nothing was judged' },
    };
  return {
    ...base,
    outcome: 'not-applicable',
    reason: 'about-the-run',
    because: { zh: '每次运行判断一次，不针对个人', en: 'judged once a run, about the feeds and not about a person' },
  };
}

/** The worst of a feed's entries; a feed without an entry is `never`. */
function stateOf(statuses: readonly FeedStatus[], agency: string, feed: string): FeedStatus['state'] {
  return statusOf(statuses, agency, feed).state;
}

const badness: readonly FeedStatus['state'][] = ['fresh', 'stale', 'gap', 'down', 'never'];

function statusOf(statuses: readonly FeedStatus[], agency: string, feed: string): FeedStatus {
  const own = statuses.filter((status) => status.agency === agency && status.feed === feed);
  const worst = own.reduce<FeedStatus | undefined>(
    (a, b) => (a === undefined || badness.indexOf(b.state) > badness.indexOf(a.state) ? b : a),
    undefined,
  );
  return worst ?? { agency, feed, state: 'never' };
}

// ---- feeds -------------------------------------------------------------------------------------------------------------------------------

/** Every feed that is on file or that a rule needs, in order of agency and feed. */
function feedExplanations(
  statuses: readonly FeedStatus[],
  contacts: readonly FeedContact[],
  active: readonly Rule[],
): FeedExplanation[] {
  const needs = active.flatMap((rule) => (rule.scope === 'person' ? rule.feeds : []));
  const feeds = new Map([...statuses, ...contacts, ...needs].map(({ agency, feed }) => [`${agency}/${feed}`, { agency, feed }]));
  return [...feeds.values()]
    .sort((a, b) => compareTexts(a.agency, b.agency) || compareTexts(a.feed, b.feed))
    .map(({ agency, feed }) => ({
      agency,
      feed,
      name: feedName(agency, feed),
      status: statusOf(statuses, agency, feed),
      contacts: contacts.filter((contact) => contact.agency === agency && contact.feed === feed),
      neededBy: active
        .filter((rule) => rule.scope === 'person' && rule.feeds.some((need) => need.agency === agency && need.feed === feed))
        .map((rule) => rule.id),
    }));
}

// ---- findings ----------------------------------------------------------------------------------------------------------------------------

/** What is found first, in the order of the rules; then what is on file and is silenced, or not found any more. */
function findingExplanations(
  checked: CheckResult,
  result: CheckResult,
  { findings = [], rules }: ExplainOptions,
): FindingExplanation[] {
  const states = new Map(findings.map((record) => [record.finding.id, record.state]));
  const found = new Set(checked.findings.map((finding) => finding.id));
  const shown = new Set(result.findings.map((finding) => finding.id));
  const others = findings
    .map((record) => record.finding)
    .filter((finding) => !shown.has(finding.id) && (rules === undefined || rules.includes(finding.rule)));
  return [...result.findings, ...others].map((finding) => {
    const state = states.get(finding.id);
    return {
      id: finding.id,
      rule: finding.rule,
      severity: finding.severity,
      ...(state === undefined ? {} : { state }),
      found: found.has(finding.id),
      title: finding.title,
      explanation: { zh: redact(finding.explanation.zh), en: redact(finding.explanation.en) },
      action: finding.action,
    };
  });
}
