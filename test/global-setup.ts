import { execFileSync } from 'node:child_process';

/** Makes the generated lists and schemas anew before any test, so that a test never runs against yesterday's. */
export default function setup(): void {
  for (const command of [['scripts/catalogue.mjs', '--draft'], ['scripts/schemas.mjs']]) {
    execFileSync(process.execPath, command, { stdio: 'inherit' });
  }
}
