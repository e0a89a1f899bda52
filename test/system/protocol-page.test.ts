import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { keys, world } from '../dossier-http/world.js';

/** With curl and openssl, which a machine need not have. */

it('the example of the protocol page, as it stands there, is answered with a dossier', async () => {
  const city = await world({ now: new Date() });
  const script = /```sh\n([\s\S]*?)```/.exec(readFileSync('docs/dossier-protocol.md', 'utf8'))?.[1] ?? '';
  writeFileSync(join(city.folder, 'province.key'), keys.other.private);
  const here = script
    .replace('HOST=127.0.0.1:8443', `HOST=${new URL(city.origin).host}`)
    .replace('province-2026', 'other-a')
    .replace('-inkey province.pem', '-inkey province.key');
  const { stdout } = await promisify(execFile)('bash', ['-ec', here], { cwd: city.folder });
  await city.close();

  expect(stdout).toMatch(/^HTTP\/1.1 201 Created/);
});
