/**
 * Adds up what the test runs left as JSON and says it in one plain line, `N passed, N failed`. Tests that did not run count as failed.
 *
 *     node scripts/tally.mjs FOLDER
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export function printTally(folder) {
  let good = 0;
  let bad = 0;
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const { numPassedTests, numTotalTests, numFailedTestSuites, success } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    const missed = numTotalTests - numPassedTests;
    good += numPassedTests;
    // A file that cannot be loaded has no tests to count, and is a failure all the same.
    bad += missed > 0 || success ? missed : Math.max(1, numFailedTestSuites);
  }
  console.log(`${good} passed, ${bad} failed`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) printTally(process.argv[2]);
