import { vi } from 'vitest';
import { runCommandLine } from '../../src/cli/program.js';

/** Runs the command line in this process and keeps what it says. */
export async function run(...argv: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[name], 'write').mockImplementation(((text: string, done?: () => void) => {
      said[name] += text;
      done?.();
      return true;
    }) as typeof process.stdout.write);
  }
  try {
    return { code: await runCommandLine(argv, new AbortController().signal), ...said };
  } finally {
    vi.restoreAllMocks();
  }
}
