import type { CheckResult, Finding, FindingRecord, RuleResult } from '../../src/model/index.js';
import type { Store } from '../../src/store/index.js';

/** What must be the same however it was told: everything an officer reads, and nothing of when and in which message it came. */
export interface Told {
  results: Record<string, string>;
  findings: Record<string, unknown>;
}

export function toldBy(result: CheckResult): Told {
  return { results: resultsOf(result.results), findings: findingsOf(result.findings) };
}

/** Says what one way of telling gives that the other does not. Throws where there is any. */
export function expectSame(way: string, told: readonly Told[], direct: readonly Told[]): void {
  const differences = direct.flatMap((expected, person) =>
    (['results', 'findings'] as const).flatMap((part) => {
      const [is, should]: Readonly<Record<string, unknown>>[] = [told[person]?.[part] ?? {}, expected[part]];
      const names = new Set([...Object.keys(is ?? {}), ...Object.keys(should ?? {})]);
      return [...names]
        .filter((name) => JSON.stringify(is?.[name]) !== JSON.stringify(should?.[name]))
        .map(
          (name) =>
            `person ${person}, ${name}:\n  ${way}: ${JSON.stringify(is?.[name])}\n  directly: ${JSON.stringify(should?.[name])}`,
        );
    }),
  );
  if (differences.length > 0) throw new Error(differences.join('\n'));
}

/** What a run left in the store of one person. */
export async function toldOf(store: Store, run: string, key: string): Promise<Told> {
  const results = await store.resultsOf(run, key);
  const open = await store.findings({ personKey: key, state: ['open'] });
  const outcomes = new Map(results.map((result) => [result.rule, result.outcome]));
  const isTold = ({ finding }: FindingRecord): boolean => outcomes.get(finding.rule) === 'finding';
  // Found on an earlier night, and since nobody can tell: it stays open, for what is unknown is not clear.
  const kept = open.filter((record) => !isTold(record));
  for (const { finding } of kept)
    if (outcomes.get(finding.rule) !== 'unknown') throw new Error(`${finding.rule} is open and ${outcomes.get(finding.rule)}`);
  return { results: resultsOf(results), findings: findingsOf(open.filter(isTold).map(({ finding }) => finding)) };
}

type Said = Omit<RuleResult, 'because'> & { because?: RuleResult['because'] };

function resultsOf(results: readonly Said[]): Told['results'] {
  return Object.fromEntries(
    results.map(({ rule, outcome, reason, severity, because }) => {
      const isKept = outcome === 'finding' || outcome === 'unknown';
      return [rule, [outcome, reason, severity, isKept ? because?.zh : '', isKept ? because?.en : ''].join(' | ')];
    }),
  );
}

function findingsOf(findings: readonly Finding[]): Told['findings'] {
  const sorted = [...findings].sort((a, b) => (a.id < b.id ? -1 : 1));
  return Object.fromEntries(
    sorted.map((finding) => [
      finding.id,
      {
        ...finding,
        claims: finding.claims.map(({ source, ...claim }) => ({
          ...claim,
          ...(source === undefined
            ? {}
            : {
                of: `${source.agency}/${source.feed}/${source.recordId}`,
                // When a record ceased to be about somebody nobody says: it was given to another person, or deleted by its key.
                ...(source.updatedAt === undefined || claim.value === 'void' ? {} : { updatedAt: source.updatedAt }),
              }),
        })),
      },
    ]),
  );
}
