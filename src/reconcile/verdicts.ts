import type { DayInterval } from '../model/index.js';
import type { Death } from './death-fact.js';
import { doubt } from './reasons.js';
import type { Doubt, RuleFinding, Verdict } from './rule.js';

/** A verdict whose findings carry more than a finding needs, for instance the stay they are about. */
export interface VerdictOf<F extends RuleFinding> extends Verdict {
  readonly findings: readonly F[];
}

/** Neither finding nor doubt: clear, where the feeds are usable. */
export const nothingFound: VerdictOf<never> = { findings: [], doubts: [] };

/**
 * Judges some things against the day of death: each item's verdict is a finding, a doubt, or nothing. Without a death nothing is found; a death
 * without any date is in doubt as soon as there is something to compare with it.
 */
export function againstDeath<T, F extends RuleFinding = RuleFinding>(
  death: Death,
  items: readonly T[],
  judge: (item: T, span: DayInterval) => F | Doubt | undefined,
): VerdictOf<F> {
  if (death.fact.level === 'none' || items.length === 0) return nothingFound;
  const { span } = death;
  if (span === undefined) return { findings: [], doubts: [doubt('death-undated')] };
  return verdictOf(items.map((item) => judge(item, span)));
}

/** Sorts what was said of several things into findings and doubts. */
export function verdictOf<F extends RuleFinding = RuleFinding>(said: readonly (F | Doubt | undefined)[]): VerdictOf<F> {
  const findings: F[] = [];
  const doubts: Doubt[] = [];
  for (const item of said) {
    if (item === undefined) continue;
    if ('reason' in item) doubts.push(item);
    else findings.push(item);
  }
  return { findings, doubts };
}

/** What is certainly of the person and what is not, each where there is some: the uncertain is a finding of its own, and lowers no other. */
export function byCertainty<T extends { readonly certain: boolean }>(items: readonly T[]): (readonly T[])[] {
  return [items.filter(({ certain }) => certain), items.filter(({ certain }) => !certain)].filter((some) => some.length > 0);
}
