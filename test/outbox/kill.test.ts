import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createSandbox } from '../../src/sandbox/index.js';
import { caseOf, cityFolder, fileOf, type Pushed, recordingProxy, sweepLater } from './province.js';

/** Real processes over the built package, killed and racing, against the sandbox's province; a proxy before it keeps what is pushed. */

const cases = ['K-1', 'K-2', 'K-3'];

/** Milliseconds that differ from call to call and not from run to run; the machine adds the rest. */
let calls = 0;
function next(below: number): number {
  calls += 1;
  return (calls * 37) % below;
}

async function cityWithSandbox(hold: () => number): Promise<{ config: string; folder: string; pushed: Pushed[] }> {
  const folder = cityFolder();
  const sandbox = await createSandbox({ dir: folder, people: 2, seed: 7 });
  await sandbox.start();
  sweepLater(() => sandbox.stop());
  const { url, pushed } = await recordingProxy(sandbox.urls['provincial-appraisal'] ?? '', hold);
  const config = join(folder, 'yilian.config.yaml');
  const text = readFileSync(config, 'utf8').replace(sandbox.urls['provincial-appraisal'] ?? 'nothing', url);
  writeFileSync(config, text);
  return { config, folder, pushed };
}

/** Runs a script in which `exchange` is there. It says `ready` first, then whatever it tells. */
function child(
  config: string,
  script: string,
): { process: ChildProcess; said: () => string; ended: Promise<number | string | null> } {
  const dist = join(import.meta.dirname, '../../dist/index.js');
  const whole = `
    import { createExchange } from ${JSON.stringify(dist)};
    const exchange = await createExchange(${JSON.stringify(config)});
    process.stdout.write('ready\\n');
    ${script}
    await exchange.close();
  `;
  const started = spawn(process.execPath, ['--input-type=module', '-e', whole], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  started.stdout.on('data', (part) => {
    said += part;
  });
  started.stderr.on('data', (part) => {
    said += part;
  });
  const ended = new Promise<number | string | null>((settle) => started.on('close', (code, signal) => settle(signal ?? code)));
  return { process: started, said: () => said, ended };
}

/** Of each key the place of its first push among the pushes of its case; a later push of an earlier key is one that overtook or was sent again too late. */
function orderOf(pushed: readonly Pushed[], caseNo: string): string[] {
  const order: string[] = [];
  for (const push of pushed.filter((each) => each.caseNo === caseNo)) {
    if (order.at(-1) !== push.conclusionNo) order.push(push.conclusionNo);
  }
  return order;
}

it('after kills at random moments the province has every version of every case exactly once, in order', async () => {
  const versions = 40;
  const { config, folder, pushed } = await cityWithSandbox(() => next(13));
  const names = Array.from({ length: versions }, (_, index) => `结论${index + 1}`);
  const files = names.map((_, index) =>
    fileOf(
      folder,
      ...cases.map((caseNo, person) =>
        caseOf(
          person,
          caseNo,
          names.slice(0, index + 1).map((name) => `${caseNo}-${name}`),
        ),
      ),
    ),
  );
  // The city goes on where its own file stands; what is there already is told again, as a city does that exports everything every night.
  const script = `
    const files = ${JSON.stringify(files)};
    const at = await exchange.caseFile('K-1').then((file) => file.cases[0].conclusions.length, () => 1);
    for (const file of files.slice(Math.max(0, at - 1))) {
      await exchange.importCases([file]);
      await exchange.outbox.flush();
    }
    process.stdout.write('done\\n');
  `;
  let kills = 0;
  for (let round = 0; round < 60; round += 1) {
    const run = child(config, script);
    await expect.poll(run.said, { timeout: 30_000, interval: 5 }).toContain('ready');
    if (round < 14) {
      await wait(next(200));
      run.process.kill('SIGKILL');
    }
    const ended = await run.ended;
    if (ended === 'SIGKILL') kills += 1;
    else {
      expect(run.said()).toContain('done');
      break;
    }
  }

  expect(kills).toBeGreaterThanOrEqual(10);
  for (const caseNo of cases) {
    expect(orderOf(pushed, caseNo)).toEqual(names.map((name) => `${caseNo}-${name}`));
  }
  const contents = new Map<string, Set<string>>();
  for (const { key, content } of pushed) contents.set(key, (contents.get(key) ?? new Set()).add(content));
  expect(contents.size).toBe(cases.length * versions);
  // Whatever was sent again was the same.
  expect([...contents.values()].every(({ size }) => size === 1)).toBe(true);
  // Sent again only where a process died meanwhile: of each kill at most as many as were on their way.
  expect(pushed.length - contents.size).toBeLessThanOrEqual(kills * 8);
}, 300_000);

it('two processes that deliver at once never send one entry twice', async () => {
  const { config, folder, pushed } = await cityWithSandbox(() => next(5));
  const many = Array.from({ length: 80 }, (_, index) => caseOf(index % 3, `T-${index}`, [`结论${index}`]));
  const first = child(config, `await exchange.importCases([${JSON.stringify(fileOf(folder, ...many))}]);`);
  expect(await first.ended, first.said()).toBe(0);

  const script = `
    let locked = 0;
    for (;;) {
      const run = await exchange.outbox.flush().catch((error) => error);
      if (run.code === 'ERR_STORE_LOCKED') locked += 1;
      else if (run.waiting === 0) break;
      await new Promise((settle) => setTimeout(settle, 2));
    }
    process.stdout.write('locked ' + locked + '\\n');
  `;
  const both = [child(config, script), child(config, script)];
  expect(await Promise.all(both.map((run) => run.ended)), both.map((run) => run.said()).join()).toEqual([0, 0]);

  expect(pushed.map(({ caseNo }) => caseNo).sort()).toEqual(many.map((_, index) => `T-${index}`).sort());
}, 300_000);
