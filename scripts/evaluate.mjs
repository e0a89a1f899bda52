/**
 * How good the cross-check is: many seeds, with error rates and outages drawn at random, against the sandbox's planted truth. Prints a table of
 * precision, recall and unknowns per rule and severity, with the conditions and the comparison with `bench/evaluation.json`; exits with 1 where
 * something got worse. What is measured and why: docs/evaluation.md.
 *
 *     npm run evaluate -- [--seeds N] [--first SEED] [--json] [--write]
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { faultsOf } from './evaluation/baseline.mjs';
import { conditionsText } from './evaluation/conditions.mjs';
import { summed } from './evaluation/scoring.mjs';
import { tables } from './evaluation/table.mjs';

const baselineFile = join(import.meta.dirname, '..', 'bench', 'evaluation.json');
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    first: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    trial: { type: 'string' },
  },
});

if (values.trial !== undefined) {
  const { trial } = await import('./evaluation/trial.mjs');
  process.stdout.write(JSON.stringify(await trial(whole(values.trial))));
} else process.exitCode = await evaluate();

async function evaluate() {
  const [count, first] = [whole(values.seeds), whole(values.first)];
  const seeds = Array.from({ length: count }, (_, index) => first + index);
  const trials = await inProcesses(seeds);
  const complete = trials.filter(({ conditions }) => conditions.kind === 'complete');
  const disturbed = trials.filter(({ conditions }) => conditions.kind !== 'complete');
  const result = {
    seeds: `${first}–${first + count - 1}`,
    trials: trials.length,
    complete: summed(complete),
    disturbed: summed(disturbed),
    critical: trials.flatMap(({ critical }) => critical),
  };
  const baseline = existsSync(baselineFile) ? JSON.parse(readFileSync(baselineFile, 'utf8')) : undefined;
  const faults = faultsOf({ trials, result, baseline });
  if (values.write) {
    const { critical: _, ...kept } = result;
    writeFileSync(baselineFile, `${JSON.stringify(kept, null, 2)}\n`);
  }
  if (values.json)
    console.log(JSON.stringify({ ...result, conditions: trials.map(({ conditions }) => conditions), faults }, null, 2));
  else {
    console.log(tables(result, baseline));
    console.log('conditions');
    for (const { conditions, unusable, exitCode } of trials)
      console.log(
        `  seed ${conditions.seed}: ${conditionsText(conditions)} → exit ${exitCode}${unusable.length === 0 ? '' : `, not usable: ${unusable.join(', ')}`}`,
      );
  }
  for (const fault of faults) console.error(`evaluate: ${fault}`);
  return faults.length === 0 ? 0 : 1;
}

/** Each trial in a process of its own, as many at once as there are processors. */
async function inProcesses(seeds) {
  const waiting = [...seeds];
  const done = new Map();
  const worker = async () => {
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) done.set(seed, await inProcess(seed));
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, worker));
  return seeds.map((seed) => done.get(seed));
}

function inProcess(seed) {
  const child = spawn(process.execPath, [import.meta.filename, '--trial', String(seed)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (part) => {
    text += part;
  });
  return new Promise((resolve, reject) => {
    child.on('close', (code) =>
      code === 0 ? resolve(JSON.parse(text)) : reject(new Error(`the trial of seed ${seed} ended with ${code}`)),
    );
  });
}

function whole(text) {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new Error(`not a whole number from 1 on: ${text}`);
  return Number(text);
}
