import type { FindingRecord, FindingStep, RunManifest } from '../model/index.js';
import type { FindingWrite } from '../store/store.js';

/** How many alerts of one rule a run may raise: a factor times what is usual, and always at least so many. */
export interface BlastLimits {
  blastFactor: number;
  blastLeast: number;
}

/** What is usual, and what is let through. */
export interface Allowance {
  median: number;
  allowed: number;
}

/** Finished runs whose alerts say what is usual. */
const usualRuns = 14;

/**
 * What a run may raise of each rule, from the manifests of earlier ones, newest first. Runs that held something were no usual nights, and those
 * of earlier versions, or in which the rule was off, did not count; without any, only the least number speaks.
 */
export function allowanceOf(runs: readonly RunManifest[], { blastFactor, blastLeast }: BlastLimits): (rule: string) => Allowance {
  const finished = runs.filter((run) => run.state === 'finished').slice(0, usualRuns);
  return (rule) => {
    const counts = finished.flatMap(({ alerts, versions }) =>
      alerts === undefined || versions.rules[rule] === undefined ? [] : [alerts[rule]?.raised ?? 0],
    );
    const median = medianOf(counts);
    return { median, allowed: Math.max(blastLeast, Math.floor(blastFactor * median)) };
  };
}

function medianOf(counts: readonly number[]): number {
  const sorted = [...counts].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)] ?? 0, sorted[Math.floor(sorted.length / 2)] ?? 0];
  return (low + high) / 2;
}

/** Whether a write would alert somebody: a finding new, or come again. Not one whose release is told, nor one whose exemption ran out. */
export function isAlert({ change, state, reason, from }: FindingWrite): boolean {
  return state === 'open' && (change === 'reopened' ? reason !== 'expired' : change === 'new' && from === undefined);
}

/** The same of a step that a run has written. */
function isAlertStep({ change, from, reason }: FindingStep): boolean {
  return change === 'reopened' ? reason !== 'expired' : change === 'new' && from === undefined;
}

/** What a run has raised so far, rule by rule, and what it held of that. `touched`: the findings whose history names the run. */
export function alertsOf(touched: readonly FindingRecord[], run: string): NonNullable<RunManifest['alerts']> {
  const alerts: NonNullable<RunManifest['alerts']> = {};
  for (const { finding, history } of touched)
    for (const step of history) {
      if (step.run !== run || !isAlertStep(step)) continue;
      const { raised, held } = alerts[finding.rule] ?? { raised: 0, held: 0 };
      alerts[finding.rule] = { raised: raised + 1, held: held + (step.to === 'held' ? 1 : 0) };
    }
  return alerts;
}

/**
 * Keeps alerts back, rule by rule, until it is known whether they are too many. A rule that goes beyond what is allowed has all its alerts of
 * the run held, the first like the last: none of them was ever open, wherever the run is cut. What waits is never more than what is allowed.
 */
export class BlastGuard {
  readonly #allowed: (rule: string) => number;
  readonly #waiting = new Map<string, FindingWrite[]>();
  readonly #counts = new Map<string, number>();
  readonly #held: Set<string>;

  /** `stored`: what the run has stored already, where it is taken up again. */
  constructor(allowed: (rule: string) => number, stored: NonNullable<RunManifest['alerts']> = {}) {
    this.#allowed = allowed;
    this.#counts = new Map(Object.entries(stored).map(([rule, { raised }]) => [rule, raised]));
    this.#held = new Set(Object.keys(stored).filter((rule) => (stored[rule]?.held ?? 0) > 0));
  }

  /** Takes what becomes of a person's findings; gives what may be stored now. */
  pass(writes: readonly FindingWrite[]): FindingWrite[] {
    return writes.flatMap((write) => (isAlert(write) ? this.#alert(write) : [write]));
  }

  /** What waited to the end: not too many, and open. */
  rest(): FindingWrite[] {
    const writes = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    return writes;
  }

  #alert(write: FindingWrite): FindingWrite[] {
    const { rule } = write.finding;
    const count = (this.#counts.get(rule) ?? 0) + 1;
    this.#counts.set(rule, count);
    const waiting = this.#waiting.get(rule) ?? [];
    if (!this.#held.has(rule) && count <= this.#allowed(rule)) {
      waiting.push(write);
      this.#waiting.set(rule, waiting);
      return [];
    }
    this.#held.add(rule);
    this.#waiting.delete(rule);
    return [...waiting, write].map(held);
  }
}

function held(write: FindingWrite): FindingWrite {
  return { ...write, state: 'held' };
}
