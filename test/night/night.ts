import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createExchange, type Exchange } from '../../src/exchange.js';
import type { FindingRecord } from '../../src/model/index.js';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.js';

/** A sandbox in a folder of its own, listening. */
export async function startSandbox(people: number, seed = 7): Promise<{ sandbox: Sandbox; folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'yilian-night-'));
  const sandbox = await createSandbox({ dir: folder, people, seed });
  await sandbox.start();
  return { sandbox, folder };
}

/** A configuration beside the sandbox's own with a store of its own, cases imported. */
export async function freshStore(folder: string, name: string): Promise<string> {
  const text = readFileSync(join(folder, 'yilian.config.yaml'), 'utf8');
  const path = join(folder, `${name}.config.yaml`);
  writeFileSync(path, text.replace('sqlite:./state/yilian.db', `sqlite:./state/${name}.db`));
  await withExchange(path, (exchange) => exchange.importCases([join(folder, 'cases.jsonl')]));
  return path;
}

export async function withExchange<T>(config: string, use: (exchange: Exchange) => Promise<T>): Promise<T> {
  const exchange = await createExchange(config);
  try {
    return await use(exchange);
  } finally {
    await exchange.close();
  }
}

/** The command line as the operator runs it, from the built package. */
export function yilian(...args: string[]): ChildProcess {
  return yilianIn({}, ...args);
}

/** The same, in an environment that differs from this process's. */
export function yilianIn(environment: NodeJS.ProcessEnv, ...args: string[]): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, '../../dist/cli/main.js'), ...args, '--lang', 'en'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export function ended(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (part) => {
    stdout += part;
  });
  child.stderr?.on('data', (part) => {
    stderr += part;
  });
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr })));
}

/** What must be the same whatever happened on the way: each finding once, with its state; nothing of when it was found. */
export function essence(records: readonly FindingRecord[]): string[] {
  return records
    .map(({ finding, state }) => `${finding.rule} ${finding.subject.caseNos.join()} ${finding.severity} ${state} ${finding.id}`)
    .sort();
}
