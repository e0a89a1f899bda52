import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/index.js';
import { ended, essence, freshStore, startSandbox, withExchange, yilian } from './night.js';

let sandbox: Sandbox;
let folder: string;
let baseline: string[];
let runMs: number;

beforeAll(async () => {
  ({ sandbox, folder } = await startSandbox(14));
  const config = await freshStore(folder, 'baseline');
  const started = performance.now();
  const first = await ended(yilian('reconcile', '--config', config));
  runMs = performance.now() - started;
  expect(first.stderr).toBe('');
  expect(first.code).toBe(0);
  baseline = essence(await withExchange(config, (exchange) => exchange.findings()));
  expect(baseline.length).toBeGreaterThan(5);
}, 60_000);

afterAll(() => sandbox?.stop());

/**
 * One lane: reconcile is started and killed again and again; every fifth round runs to its end in between, so that first runs, resumed runs
 * and runs over a full store are all cut short.
 */
async function lane(name: string, kills: number): Promise<void> {
  let killed = 0;
  let config = '';
  for (let round = 0; killed < kills; round++) {
    if (round % 5 === 0) config = await freshStore(folder, `${name}-${round}`);
    const child = yilian('reconcile', '--config', config);
    const end = ended(child);
    await wait((runMs * ((round * 37) % 100)) / 100);
    child.kill('SIGKILL');
    if ((await end).signal === 'SIGKILL') killed++;
    // Over before it could be killed: the machine is less busy than it was when the first run was timed.
    else runMs *= 0.9;
    if (round % 5 === 4) {
      const last = await ended(yilian('reconcile', '--config', config));
      expect(last.code, last.stderr).toBe(0);
      const found = await withExchange(config, (exchange) => exchange.findings());
      expect(essence(found)).toEqual(baseline);
      expect(await withExchange(config, (exchange) => exchange.audit.verify())).toMatchObject({ ok: true, faults: [] });
      for (const record of found) expect(record.history.filter((step) => step.change === 'new')).toHaveLength(1);
    }
    expect(round, 'rounds that end before they are killed').toBeLessThan(kills * 3);
  }
}

it('finds the same after 50 kills at any moment: nothing lost, nothing twice', async () => {
  await Promise.all([lane('a', 25), lane('b', 25)]);
}, 600_000);
