import type { FailedPersons, FailedRule, FailureCause } from '../model/index.js';
import type { FailureWrite, RunFailures } from './store.js';

/** Persons who could not be judged that a manifest names. */
const namedPersons = 20;

/** What went wrong in a run, rule by rule, by slug and then by key of the first person; only what did. Pure. */
export function summaryOf(failures: readonly FailureWrite[]): RunFailures {
  const rules = new Map<string, FailedRule>();
  const persons: FailedPersons = { count: 0, first: [] };
  for (const failure of [...failures].sort(byRuleThenPerson)) {
    const { rule, personKey, caseNos = [] } = failure;
    if (rule === undefined) {
      persons.count += 1;
      if (persons.first.length < namedPersons) persons.first.push({ key: personKey ?? '', caseNos, ...causeOf(failure) });
      continue;
    }
    const known = rules.get(rule);
    if (known !== undefined) known.count += 1;
    else
      rules.set(rule, {
        rule,
        count: 1,
        ...(personKey === undefined ? {} : { firstKey: personKey }),
        ...(caseNos[0] === undefined ? {} : { firstCase: caseNos[0] }),
        ...causeOf(failure),
      });
  }
  return {
    ...(rules.size === 0 ? {} : { failedRules: [...rules.values()] }),
    ...(persons.count === 0 ? {} : { failedPersons: persons }),
  };
}

function causeOf({ error, place }: FailureCause): FailureCause {
  return { error, ...(place === undefined ? {} : { place }) };
}

function byRuleThenPerson(a: FailureWrite, b: FailureWrite): number {
  return compare(a.rule, b.rule) || compare(a.personKey, b.personKey);
}

function compare(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
