/** What makes an evaluation fail: what must never be, and what was better before. */
import { conditionsText } from './conditions.mjs';
import { sharesOf } from './scoring.mjs';

/** Under outages a share of unknowns may move this much: which request meets a fault depends on the order of answers. */
const slack = 0.03;

export function faultsOf({ trials, result, baseline }) {
  const faults = [];
  for (const { conditions, planted, given, critical } of trials) {
    const where = `seed ${conditions.seed} (${conditionsText(conditions)})`;
    for (const { rule, story, as } of planted) {
      if (as === 'clear') faults.push(`${where}: ${rule} is clear although planted (${story})`);
      if (conditions.kind === 'complete' && as !== 'found') faults.push(`${where}: ${rule} missed, ${as} (${story})`);
    }
    for (const { rule, isTrue, isOutdated, caseNos } of given)
      if (!isTrue && !isOutdated) faults.push(`${where}: ${rule} found and not planted (${caseNos.join()})`);
    for (const { rule, level, kinds } of critical)
      if (level !== 'corroborated' || kinds < 2)
        faults.push(`${where}: ${rule} is critical on ${kinds} kind of evidence (${level})`);
  }
  if (baseline === undefined) return faults;
  for (const part of ['complete', 'disturbed'])
    for (const [rule, counts] of Object.entries(baseline[part].rules)) {
      const [before, now] = [
        sharesOf(counts),
        sharesOf(result[part].rules[rule] ?? { planted: 0, found: 0, unknown: 0, false: 0 }),
      ];
      const worse = (name, by) => before[name] !== undefined && now[name] !== undefined && before[name] - now[name] > by;
      if (worse('precision', 0)) faults.push(`${rule}, ${part}: precision ${now.precision}, before ${before.precision}`);
      // Other seeds meet other outages: recall under them is compared with the same ones only.
      const isSame = baseline.seeds === result.seeds;
      if (part === 'complete' ? worse('recall', 0) : isSame && worse('recall', slack))
        faults.push(`${rule}, ${part}: recall ${now.recall}, before ${before.recall}`);
    }
  return faults;
}
