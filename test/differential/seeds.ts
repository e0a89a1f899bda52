import type fc from '../seeded.js';

/**
 * How often a property is tried and with which seed. The seed is fixed, so that the same code always meets the same cases. More of them, and others:
 *
 *     YILIAN_SEED=7 YILIAN_RUNS=20000 npx vitest run test/differential
 *
 * A failure prints how to replay it. Made smaller it is printed whole, which takes minutes: only with YILIAN_SHRINK=1.
 */
export function runsOf<T>(numRuns: number, file: string): fc.Parameters<T> {
  const { YILIAN_SEED: seed = '1', YILIAN_RUNS: runs, YILIAN_PATH: path, YILIAN_SHRINK: shrink } = process.env;
  return {
    seed: Number(seed),
    numRuns: runs === undefined ? numRuns : Number(runs),
    endOnFailure: shrink === undefined,
    ...(path === undefined ? {} : { path }),
    reporter: (details) => {
      if (!details.failed) return;
      const replay = `YILIAN_SEED=${details.seed} YILIAN_PATH=${details.counterexamplePath ?? ''} npx vitest run ${file}`;
      const why = details.errorInstance instanceof Error ? details.errorInstance.message : String(details.errorInstance);
      const example = shrink === undefined ? '' : `\n${JSON.stringify(details.counterexample)}`;
      throw new Error(
        `fails in run ${details.numRuns}; replay it (made smaller: with YILIAN_SHRINK=1):\n    ${replay}\n${why}${example}`,
      );
    },
  };
}
