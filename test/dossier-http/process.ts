import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';

/** `yilian dossier serve` as an operator starts it, from the built package. */
export interface Service {
  process: ChildProcess;
  /** Where it says that it listens. */
  url: string;
  stdout(): string;
  stderr(): string;
  ended: Promise<number | NodeJS.Signals | null>;
}

const running = new Set<ChildProcess>();

/** Until it has said where it listens, or has ended. */
export async function startService(config: string, ...more: string[]): Promise<Service> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '../../dist/cli/main.js'), 'dossier', 'serve', '--config', config, ...more],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LANG: 'C.UTF-8' } },
  );
  running.add(child);
  const said = { stdout: '', stderr: '' };
  const ended = new Promise<number | NodeJS.Signals | null>((settle) =>
    child.on('close', (code, signal) => {
      running.delete(child);
      settle(signal ?? code);
    }),
  );
  const listens = new Promise<void>((resolve) => {
    child.stderr.on('data', (part) => {
      said.stderr += part;
      // Said last.
      if (/Ctrl-C/.test(said.stderr)) resolve();
    });
    child.stdout.on('data', (part) => {
      said.stdout += part;
    });
  });
  await Promise.race([listens, ended]);
  return {
    process: child,
    url: /https?:\/\/[^\s"]+/.exec(said.stdout)?.[0] ?? '',
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    ended,
  };
}

/** Whatever a test that failed left running. */
export function endServices(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** A connection of our own: what is written to it, what came, and when the other side ended it. */
export function wire(url: string) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const parts: Buffer[] = [];
  socket.on('data', (part) => parts.push(part));
  socket.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  return { socket, came: () => Buffer.concat(parts), ended };
}
