import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from 'vitest';

/** Examples as somebody has them who copied one folder: `yilian` beside it under its name, compiled strictly against its declarations. */

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder of a test, swept away after it. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'yilian-example-'));
  folders.push(folder);
  return folder;
}

/** The folder with the example's JavaScript; its TypeScript beside it. Throws with what the compiler says. */
export function compiled(example: string): string {
  if (!existsSync('dist/index.js')) throw new Error('dist/ is missing: run `npm run build` first, or `npm test`, which does');
  const folder = scratch();
  cpSync(join('examples', example), folder, { recursive: true });
  mkdirSync(join(folder, 'node_modules', '@types'), { recursive: true });
  symlinkSync(resolve('.'), join(folder, 'node_modules', 'yilian'));
  for (const types of ['@types/node', 'undici-types'])
    symlinkSync(resolve('node_modules', types), join(folder, 'node_modules', types));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'example', private: true, type: 'module' }));
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        target: 'es2023',
        module: 'nodenext',
        strict: true,
        noUncheckedIndexedAccess: true,
        exactOptionalPropertyTypes: true,
        // What Node 22.18 and later run as it is.
        erasableSyntaxOnly: true,
        skipLibCheck: true,
        types: ['node'],
      },
      include: ['*.ts'],
    }),
  );
  const { status, stdout } = spawnSync(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', folder], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stdout);
  return folder;
}
