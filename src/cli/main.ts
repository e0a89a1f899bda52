#!/usr/bin/env node
import { redact } from '../redact.js';
import { runCommandLine } from './program.js';

const controller = new AbortController();
let asked = 0;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    asked += 1;
    // The first time the batch under way is finished; the second time we go at once.
    if (asked > 1) process.exit(130);
    controller.abort();
  });
}
// Whoever writes is told of it; a broken pipe must not end a night before its exit code is known.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

runCommandLine(process.argv.slice(2), controller.signal).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${redact(error instanceof Error ? error.message : String(error))}\n`);
    process.exitCode = 6;
  },
);
