import { isYilianError } from '../errors.js';
import type { CheckResult, Explanation, FindingRecord, RunManifest, Subject } from '../model/index.js';
import type { Store } from '../store/store.js';
import { explainedPeople } from './explanation.js';
import type { ReportFinding, ReportInput, RuleText } from './input.js';
import { isQuiet } from './life.js';

/** What the report is gathered from. */
export interface GatherOptions {
  store: Store;
  manifest: RunManifest;
  /** Findings that are not closed, and those the run touched. */
  findings: readonly FindingRecord[];
  /** Everybody's results where the run stored none: a dry run, a replay. */
  results?: readonly CheckResult[];
  city: { name: string; organisation: string };
  rules: RuleText[];
  agencies: ReportInput['agencies'];
  lang: 'zh' | 'en';
  generatedAt: string;
  /** Explains one person as of the run; left out, nobody is explained. */
  explain?: (key: string) => Promise<Explanation | undefined>;
}

/** Everything the report shows, out of the store. */
export async function gather(options: GatherOptions): Promise<ReportInput> {
  const { store, manifest, findings } = options;
  const reported: ReportFinding[] = [];
  for (const record of findings) {
    if (isQuiet(record, manifest.id)) continue;
    const subject = await subjectOrNone(store, record.finding.subject.key, manifest.asOf);
    const change = record.history.filter((step) => step.run === manifest.id).at(-1)?.change;
    reported.push({
      record,
      ...(change === undefined ? {} : { change }),
      subject: {
        ...record.finding.subject,
        ...(subject === undefined ? {} : { name: subject.name }),
        ...(subject?.idDocuments[0] === undefined ? {} : { idNumber: subject.idDocuments[0].number }),
      },
    });
  }

  const unknowns = new Map<string, ReportInput['unknowns'][number]>();
  for await (const unknown of options.results === undefined ? store.unknowns(manifest.id) : unknownsOf(options.results)) {
    const id = `${unknown.rule} ${unknown.reason}`;
    const group = unknowns.get(id) ?? { rule: unknown.rule, reason: unknown.reason, because: unknown.because, persons: [] };
    group.persons.push({ key: unknown.personKey, caseNos: unknown.caseNos });
    unknowns.set(id, group);
  }
  // What ended after this run, or after the instant that is replayed, has no place in its report.
  const runs = (await store.runs(15, manifest.finishedAt)).filter((run) => run.id !== manifest.id);
  return {
    lang: options.lang,
    generatedAt: options.generatedAt,
    city: options.city,
    manifest,
    findings: reported,
    unknowns: [...unknowns.values()].sort((a, b) => b.persons.length - a.persons.length || (a.rule < b.rule ? -1 : 1)),
    feeds: manifest.feeds,
    rules: options.rules,
    agencies: options.agencies,
    persons: manifest.persons,
    reviews: await store.reviews(manifest.asOf),
    ...(options.explain === undefined ? {} : await explainedPeople(reported, [...unknowns.values()], options.explain)),
    history: [manifest, ...runs]
      .slice(0, 14)
      .reverse()
      .map((run) => ({
        startedAt: run.startedAt,
        new: run.findings.new,
        open: run.findings.new + run.findings.reopened + run.findings.stillOpen,
      })),
  };
}

/** A person whose row cannot be read could not be judged either, and is named among the faults of the program: the report must come all the same. */
async function subjectOrNone(store: Store, key: string, asOf: string): Promise<Subject | undefined> {
  try {
    return await store.subject(key, asOf);
  } catch (error) {
    if (isYilianError(error)) throw error;
    return undefined;
  }
}

function* unknownsOf(results: readonly CheckResult[]) {
  for (const { subject, results: rules } of results)
    for (const { rule, outcome, reason, because } of rules)
      if (outcome === 'unknown') yield { personKey: subject.key, caseNos: subject.caseNos, rule, reason, because };
}
