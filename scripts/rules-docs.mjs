/**
 * Writes docs/rules.md from the rules.
 *
 *     node scripts/rules-docs.mjs
 *
 * Only the room of the rules is compiled for it, into a folder that is thrown away, so that it works while another room does not compile.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';
import { rulesPage } from './rules-page.mjs';
import { writeIfChanged } from './write.mjs';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(root, 'node_modules', '.rules-docs-'));
try {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.build.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const program = ts.createProgram([join(root, 'src/reconcile/index.ts')], { ...options, outDir: folder, declaration: false });
  program.emit();
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  const reconcile = await import(pathToFileURL(join(folder, 'reconcile', 'index.js')).href);
  const changed = writeIfChanged(join(root, 'docs', 'rules.md'), rulesPage(reconcile));
  console.error(changed ? 'docs/rules.md written' : 'docs/rules.md is up to date');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
