import { YilianError } from '../errors.js';
import { linkReasonText } from '../linkage/texts.js';
import type { CaseFile, CheckResult, DeathFact, Evidence, Finding, RuleResult, Severity } from '../model/index.js';
import { redact } from '../redact.js';
import { assertCaseFile } from './case-shape.js';
import { rules as catalogue } from './catalogue.generated.js';
import { claimOf, deathClaims } from './claims.js';
import { failedBecause, failureOf, type RuleFailure } from './failure.js';
import { fingerprint, recordOfClaim } from './fingerprint.js';
import { type PersonFile, personFile } from './person-file.js';
import { doubt, mainDoubt, plainReasons } from './reasons.js';
import type { Doubt, Parameters, PersonRule, Rule, RuleContext, RuleFinding } from './rule.js';
import { agencyName } from './texts.js';
import { unusable } from './usable.js';

/** Which rules, with which parameters. */
export interface CheckOptions {
  /** Only these; or for each rule `off` or its parameters, where a rule that is not named is on with its defaults. */
  readonly rules?: readonly string[] | Readonly<Record<string, 'off' | Parameters>>;
  /** Parameters by rule, for use beside a list of rules; they win over those in `rules`. */
  readonly parameters?: Readonly<Record<string, Parameters>>;
  /** Reading of private-use characters in names. */
  readonly privateUse?: ReadonlyMap<string, string>;
}

/**
 * The cross-check of one person: what every rule that is switched on says of the file as of its `asOf`, in the order of the catalogue.
 *
 * Pure and synchronous: asks nobody, reads no clock; the order of the input's lists and the machine's time zone change nothing. Throws ERR_USAGE
 * for a rule that does not exist and ERR_INPUT for what is no case file or whose `asOf` is no instant; bad dates and codes in the file never
 * throw. A rule that throws is `unknown` (`rule-failed`) and silences no other.
 */
export function check(caseFile: CaseFile, options: CheckOptions = allOn): CheckResult {
  return checkWith(catalogue, caseFile, options);
}

/** The death fact of a case file, as of its `asOf`. Throws ERR_INPUT for what is no case file or whose `asOf` is no instant. */
export function deathFact(caseFile: CaseFile): DeathFact {
  assertCaseFile(caseFile);
  return personFile(caseFile).death.fact;
}

/** `check` with other rules than the catalogue's: for a rule that is being written. */
export function checkWith(rules: readonly Rule[], caseFile: CaseFile, options: CheckOptions = allOn): CheckResult {
  return checkTellingFailures(caseFile, options, rules).result;
}

/** A check, and what is known of the rules that threw, for whoever must mend them. */
export interface Checked {
  readonly result: CheckResult;
  readonly failures: readonly RuleFailure[];
}

/** `check`, with the exceptions of rules that threw. */
export function checkTellingFailures(
  caseFile: CaseFile,
  options: CheckOptions = allOn,
  rules: readonly Rule[] = catalogue,
): Checked {
  const active = activeRules(rules, options);
  assertCaseFile(caseFile);
  const file = personFile(caseFile);
  const privateUse = options.privateUse ?? noPrivateUse;
  const results: RuleResult[] = [];
  const findings: Finding[] = [];
  const failures: RuleFailure[] = [];
  for (const { rule, parameters } of active) {
    if (rule.scope !== 'person') continue;
    try {
      results.push(judge(rule, { file, parameters, privateUse }, findings));
    } catch (error) {
      failures.push({ rule: rule.id, ...failureOf(error, caseFile) });
      results.push(unknown(rule, doubt('rule-failed', failedBecause(rule))));
    }
  }
  const result: CheckResult = {
    asOf: caseFile.asOf,
    subject: { key: file.subject.key, caseNos: [...file.caseNos] },
    deathFact: file.death.fact,
    results,
    findings,
  };
  return { result, failures };
}

/** Whether a rule threw: the program has a fault, and the exit code says so. */
export function hasFailedRule({ results }: Pick<CheckResult, 'results'>): boolean {
  return results.some(({ outcome, reason }) => outcome === 'unknown' && reason === 'rule-failed');
}

/** The version of every rule that is switched on, for the manifest of a run. */
export function ruleVersions(options: CheckOptions = allOn): Record<string, string> {
  return Object.fromEntries(activeRules(catalogue, options).map(({ rule }) => [rule.id, rule.version]));
}

export interface ActiveRule {
  readonly rule: Rule;
  readonly parameters: Parameters;
}

const noPrivateUse: ReadonlyMap<string, string> = new Map();
const allOn: CheckOptions = {};
/** Every rule with its defaults, read once: the usual case, and the catalogue does not change. */
let allActive: readonly ActiveRule[] | undefined;

/** The rules that are switched on, each with its parameters. */
export function activeRules(rules: readonly Rule[], options: CheckOptions): readonly ActiveRule[] {
  if (rules === catalogue && options === allOn) {
    allActive ??= readOptions(rules, options);
    return allActive;
  }
  return readOptions(rules, options);
}

function readOptions(rules: readonly Rule[], options: CheckOptions): ActiveRule[] {
  const chosen = options.rules;
  const isList = (value: CheckOptions['rules']): value is readonly string[] => Array.isArray(value);
  const list = isList(chosen) ? chosen : undefined;
  const settings: Readonly<Record<string, 'off' | Parameters>> = isList(chosen) || chosen === undefined ? {} : chosen;
  const named = [...(list ?? Object.keys(settings)), ...Object.keys(options.parameters ?? {})];
  const strange = named.find((id) => !rules.some((rule) => rule.id === id));
  if (strange !== undefined) {
    throw new YilianError('ERR_USAGE', { zh: `没有这条规则：${strange}`, en: `there is no rule ${strange}` });
  }
  return rules
    .filter((rule) => (list === undefined ? settings[rule.id] !== 'off' : list.includes(rule.id)))
    .map((rule) => {
      const setting = settings[rule.id];
      const own = setting === undefined || setting === 'off' ? {} : setting;
      return { rule, parameters: { ...rule.parameters, ...own, ...options.parameters?.[rule.id] } };
    });
}

// ---- one rule ------------------------------------------------------------------------------------------------------------------------------

function judge(rule: PersonRule, context: RuleContext, all: Finding[]): RuleResult {
  const { file } = context;
  const missing = rule.notApplicable?.(file);
  if (missing !== undefined) return { rule: rule.id, outcome: 'not-applicable', ...missing };
  if (rule.readsDeathFact && file.death.fact.level === 'disputed') return unknown(rule, doubt('death-disputed'));

  const verdict = rule.check(context);
  if (verdict.findings.length > 0) {
    const findings = distinct(verdict.findings.map((finding) => findingOf(rule, file, finding)));
    const result = found(rule, findings);
    all.push(...findings);
    return result;
  }
  const main = mainDoubt(verdict.doubts) ?? unusable(file, rule.feeds, { day: rule.dayInQuestion?.(file) });
  return main === undefined ? clear(rule) : unknown(rule, main);
}

function clear(rule: Rule): RuleResult {
  return { rule: rule.id, outcome: 'clear', reason: 'no-contradiction', because: plainReasons['no-contradiction'] };
}

function unknown(rule: Rule, { reason, because }: Doubt): RuleResult {
  return { rule: rule.id, outcome: 'unknown', reason, because };
}

/** What a rule says that found something. */
export function found(rule: Pick<Rule, 'id' | 'title'>, findings: readonly Finding[]): RuleResult {
  const severity = highest(findings.map((finding) => finding.severity));
  const count = findings.length;
  const because = count === 1 ? rule.title : { zh: `${rule.title.zh}（${count} 处）`, en: `${rule.title.en} (${count} times)` };
  return { rule: rule.id, severity, outcome: 'finding', reason: 'contradiction', because };
}

function findingOf(rule: PersonRule, file: PersonFile, found: RuleFinding): Finding {
  const claims = found.restsOnDeath === true ? [...deathClaims(file.death), ...found.claims] : [...found.claims];
  const doubtful = doubtfulOf(file, found);
  const caution = cautionOf(doubtful[0]);
  return {
    id: fingerprint(rule.id, file.subject.key, found.about ?? claims.map(recordOfClaim)),
    rule: rule.id,
    ruleVersion: rule.version,
    severity: caution === undefined ? found.severity : lower(found.severity, 'low'),
    subject: { key: file.subject.key, caseNos: [...file.caseNos] },
    title: rule.title,
    explanation:
      caution === undefined
        ? found.explanation
        : { zh: `${found.explanation.zh}。${caution.zh}`, en: `${found.explanation.en}. ${caution.en}` },
    // Whose a record is, is a fact too: what was decided while it was uncertain was decided on other facts.
    claims: [...claims, ...doubtful.map((record) => claimOf(record, 'link', 'uncertain'))],
    action: caution === undefined ? (found.action ?? rule.action) : 'ask-agency',
    basis: [...rule.basis],
  };
}

/** The records a finding rests on that are not certainly about the person, each once. */
function doubtfulOf(file: PersonFile, finding: RuleFinding): Evidence[] {
  const deathRecords = finding.restsOnDeath === true && !file.death.certain ? file.death.pieces : [];
  return [...new Set([...finding.rests, ...deathRecords].filter((item) => !item.certain).map(({ record }) => record))];
}

/** A finding is as certain as the weakest link among the records it rests on: why that of one is not. */
function cautionOf(doubtful: Evidence | undefined): { zh: string; en: string } | undefined {
  if (doubtful === undefined) return undefined;
  const who = agencyName(doubtful.source.agency);
  const level = doubtful.link?.level ?? 'weak';
  const said = (language: 'zh' | 'en', between: string): string =>
    redact((doubtful.link?.reasons ?? []).map((reason) => linkReasonText(reason)[language]).join(between));
  const reasons = { zh: said('zh', '、'), en: said('en', ', ') };
  return {
    zh: `${who.zh}的记录与本人的对应关系不确定（${level === 'probable' ? '较可能' : '较弱'}${reasons.zh === '' ? '' : `：${reasons.zh}`}），请先向该部门核实身份`,
    en: `The record of ${who.en} is not certainly about this person (${level}${reasons.en === '' ? '' : `: ${reasons.en}`}): ask the agency about the identity first`,
  };
}

/** Two findings of one fingerprint are one: the graver. */
function distinct(findings: readonly Finding[]): Finding[] {
  const byId = new Map<string, Finding>();
  for (const finding of findings) {
    const other = byId.get(finding.id);
    if (other === undefined || severityRank(finding.severity) < severityRank(other.severity)) byId.set(finding.id, finding);
  }
  return [...byId.values()];
}

const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

function severityRank(severity: Severity): number {
  return severities.indexOf(severity);
}

/** The graver of some; `info` of none. */
export function highest(found: readonly Severity[]): Severity {
  return severities.find((severity) => found.includes(severity)) ?? 'info';
}

function lower(severity: Severity, cap: Severity): Severity {
  return severityRank(severity) < severityRank(cap) ? cap : severity;
}
