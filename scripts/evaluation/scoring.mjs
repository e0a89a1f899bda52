/**
 * How one night's findings compare with what was planted, where agencies may have been silent:
 *
 * found      the rule fired for the person.
 * unknown    it did not, and says that it could not tell: honest.
 * spoiled    it did not; a row about the person was mistyped on its way, so that nobody could have known. The rejected rows are told by the run.
 * unasked    clear although something is missing, by a rule whose table does not name the feed that is missing: by the specification it may.
 * clear      clear or not applicable although planted, and a feed it needs is disturbed: what must never happen.
 * outdated   found on an earlier night and no longer so; the feed that would say it is out, and until it does the finding stays.
 * false      found and not planted.
 */

const open = new Set(['open', 'verifying', 'confirmed', 'held']);
const severities = ['critical', 'high', 'medium', 'low', 'info'];

/**
 * @param before what was planted on the night before
 * @param records all finding records of the store
 * @param outcomeOf (caseNo, rule) → what the last night said
 * @param feedsOf rule → the feeds it needs, as `agency/feed`
 * @param disturbed feeds that somebody has disturbed or that could not be used
 * @param spoiled case numbers of persons about whom a row was mistyped
 */
export function scoreTrial({ expected, before, records, outcomeOf, feedsOf, disturbed, spoiled }) {
  const found = records
    .filter(({ finding, state }) => open.has(state) && finding.subject.caseNos.length > 0)
    .map(({ finding }) => finding);
  const planted = expected.map(({ rule, caseNo, severity, story }) => {
    const matching = found.filter((finding) => finding.rule === rule && finding.subject.caseNos.includes(caseNo));
    const best = matching.map((finding) => finding.severity).sort((a, b) => severities.indexOf(a) - severities.indexOf(b))[0];
    return { rule, caseNo, story, severity, found: best, as: best === undefined ? missedAs({ rule, caseNo }) : 'found' };
  });
  const given = found.map(({ id, rule, severity, subject }) => ({
    id,
    rule,
    severity,
    caseNos: subject.caseNos,
    isTrue: isAmong(expected, rule, subject),
    isOutdated: disturbed.size > 0 && !isAmong(expected, rule, subject) && isAmong(before, rule, subject),
  }));
  return { planted, given };

  function isAmong(list, rule, { caseNos }) {
    return list.some((item) => item.rule === rule && caseNos.includes(item.caseNo));
  }

  function missedAs({ rule, caseNo }) {
    if (outcomeOf(caseNo, rule) === 'unknown') return 'unknown';
    if (spoiled.has(caseNo)) return 'spoiled';
    const isElsewhere = disturbed.size > 0 && !feedsOf(rule).some((feed) => disturbed.has(feed));
    return isElsewhere ? 'unasked' : 'clear';
  }
}

/** Adds trials up: per rule, and per severity. */
export function summed(trials) {
  const rules = {};
  const bySeverity = Object.fromEntries(
    severities.map((severity) => [severity, { given: 0, true: 0, planted: 0, asPlanted: 0, lower: 0, higher: 0 }]),
  );
  const of = (rule) => {
    rules[rule] ??= { planted: 0, found: 0, unknown: 0, spoiled: 0, unasked: 0, clear: 0, outdated: 0, false: 0 };
    return rules[rule];
  };
  for (const { planted, given } of trials) {
    for (const item of planted) {
      of(item.rule).planted += 1;
      of(item.rule)[item.as] += 1;
      const line = bySeverity[item.severity];
      line.planted += 1;
      if (item.found === undefined) continue;
      const step = severities.indexOf(item.found) - severities.indexOf(item.severity);
      line[step === 0 ? 'asPlanted' : step > 0 ? 'lower' : 'higher'] += 1;
    }
    for (const item of given) {
      if (item.isOutdated) {
        of(item.rule).outdated += 1;
        continue;
      }
      bySeverity[item.severity].given += 1;
      if (item.isTrue) bySeverity[item.severity].true += 1;
      else of(item.rule).false += 1;
    }
  }
  return { rules: Object.fromEntries(Object.entries(rules).sort(([a], [b]) => (a < b ? -1 : 1))), bySeverity };
}

/** Shares of a rule's counts; undefined where nothing was there to be counted. */
export function sharesOf({ planted, found, unknown, false: wrong }) {
  const share = (part, whole) => (whole === 0 ? undefined : Math.round((part / whole) * 10_000) / 10_000);
  return { precision: share(found, found + wrong), recall: share(found, planted), unknown: share(unknown, planted) };
}
