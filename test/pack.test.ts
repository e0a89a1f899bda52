import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/**
 * The package as a user gets it: packed, unpacked beside its dependencies in an empty project, compiled against and run there. Needs `dist/`,
 * which `npm test` builds first.
 */

const run = promisify(execFile);
const slow = 180_000;

interface Lock {
  packages: Record<string, { version: string; dev?: boolean; devOptional?: boolean; hasInstallScript?: boolean }>;
}
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;
/** `node_modules/…` of everything a user's install brings. */
const runtime = Object.entries(lock.packages).filter(([place, entry]) => place !== '' && !entry.dev && !entry.devOptional);

let consumer = '';
let installed = '';
let tarball = '';
let packed: string[] = [];

beforeAll(async () => {
  if (!existsSync('dist/index.js')) throw new Error('dist/ is missing: run `npm run build` first, or `npm test`, which does');
  consumer = mkdtempSync(join(tmpdir(), 'yilian-pack-'));
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', consumer]);
  const [report] = JSON.parse(stdout) as [{ filename: string; files: { path: string }[] }];
  tarball = join(consumer, report.filename);
  packed = report.files.map((file) => file.path).sort();

  // Its own package.json, so that nothing above the folder takes part.
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  installed = join(consumer, 'node_modules', 'yilian');
  mkdirSync(installed, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  for (const place of [...runtime.map(([path]) => path), 'node_modules/@types/node', 'node_modules/undici-types']) {
    // The prebuilt drivers of other platforms are in the lock file and not on this machine.
    if (!existsSync(place) || place.lastIndexOf('node_modules/') > 0) continue;
    mkdirSync(dirname(join(consumer, place)), { recursive: true });
    symlinkSync(resolve(place), join(consumer, place));
  }
}, slow);

afterAll(() => {
  rmSync(consumer, { recursive: true, force: true });
});

/** Every address a user may import: each agency's folder and each schema file among them. */
function subpaths(): string[] {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { exports: Record<string, unknown> };
  return Object.keys(manifest.exports).flatMap((subpath) => {
    if (subpath === './adapters/*') return agencies().map((agency) => `./adapters/${agency}`);
    if (subpath === './schema/*') return readdirSync('schema').map((file) => `./schema/${file}`);
    return [subpath];
  });
}

function agencies(): string[] {
  return readdirSync('src/adapters', { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

const addresses = () => subpaths().map((subpath) => subpath.replace(/^\./, 'yilian'));

/** Runs a program of the consumer's; what it wrote to stdout. */
async function consume(file: string, text: string): Promise<string> {
  writeFileSync(join(consumer, file), text);
  const { stdout, stderr } = await run(process.execPath, [file], { cwd: consumer });
  expect(stderr).toBe('');
  return stdout;
}

describe('the package', () => {
  it('holds the built library, the schemas and the readmes, and neither tests nor fixtures nor sources', () => {
    const strangers = packed.filter(
      (path) =>
        !/^(dist\/.+\.(js|d\.ts)|schema\/[a-z-]+\.json|README(\.zh-CN)?\.md|CHANGELOG\.md|LICENSE|package\.json)$/.test(path),
    );

    expect(strangers).toEqual([]);
    expect(packed).toEqual(
      expect.arrayContaining([
        'CHANGELOG.md',
        'LICENSE',
        'README.md',
        'dist/cli/main.js',
        'dist/index.d.ts',
        'schema/case-file.json',
      ]),
    );
    expect(packed.filter((path) => /test|fixture/.test(path))).toEqual([]);
  });

  it(
    'compiles in a strict project, its declarations checked too',
    async () => {
      writeFileSync(
        join(consumer, 'tsconfig.json'),
        JSON.stringify({
          compilerOptions: {
            target: 'es2023',
            module: 'nodenext',
            strict: true,
            exactOptionalPropertyTypes: true,
            noUncheckedIndexedAccess: true,
            skipLibCheck: false,
            types: ['node'],
            outDir: 'out',
          },
          files: ['consumer.ts'],
        }),
      );
      writeFileSync(
        join(consumer, 'consumer.ts'),
        `${subpaths()
          .filter((subpath) => !subpath.endsWith('.json'))
          .map(
            (subpath, index) => `import * as module${index} from '${subpath.replace(/^\./, 'yilian')}';\nvoid module${index};\n`,
          )
          .join('')}
import { type CaseFile, type CheckResult, check, createKeys, type IdDocument, isYilianError, parseIdDocument } from 'yilian';
import health from 'yilian/adapters/health';

const document: IdDocument = parseIdDocument('370799600101001');
const keys = createKeys('a secret of at least sixteen bytes');
const file: CaseFile = {
  asOf: '2026-11-23T02:00:00+08:00',
  subject: { key: keys.personKey({ idDocuments: [document] }) ?? '', idDocuments: [document], name: '甲一' },
  cases: [],
  benefits: [],
  evidence: [],
  feeds: [],
};
const result: CheckResult = check(file);
const outcome: 'finding' | 'clear' | 'unknown' | 'not-applicable' | 'suppressed' | undefined = result.results[0]?.outcome;
void outcome;
console.log(JSON.stringify([document.number, result.deathFact.level, result.subject.key === file.subject.key, health.agency, isYilianError(new Error())]));
`,
      );

      const compiled = spawnSync(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', consumer], {
        cwd: consumer,
        encoding: 'utf8',
      });
      const { stdout } = await run(
        process.execPath,
        ['--input-type=module', '--eval', readFileSync(join(consumer, 'out/consumer.js'), 'utf8')],
        {
          cwd: consumer,
        },
      );

      expect(compiled.stdout).toBe('');
      expect(compiled.status).toBe(0);
      expect(JSON.parse(stdout)).toEqual(['370799196001010018', 'none', true, 'health', false]);
    },
    slow,
  );

  it(
    'can be imported by every address, and required by every address, with the same exports',
    async () => {
      const list = JSON.stringify(addresses());
      const imported = await consume(
        'imports.mjs',
        `const found = {};
for (const address of ${list}) found[address] = Object.keys(address.endsWith('.json') ? (await import(address, { with: { type: 'json' } })).default : await import(address)).sort();
console.log(JSON.stringify(found));`,
      );
      const required = await consume(
        'requires.cjs',
        `const found = {};
for (const address of ${list}) found[address] = Object.keys(require(address)).filter((key) => key !== '__esModule').sort();
console.log(JSON.stringify(found));`,
      );
      const exported = JSON.parse(imported) as Record<string, string[]>;

      expect(Object.keys(exported)).toEqual(addresses());
      expect(Object.entries(exported).filter(([, names]) => names.length === 0)).toEqual([]);
      expect(
        Object.fromEntries(
          Object.entries(JSON.parse(required) as typeof exported).map(([address, names]) => [
            address,
            names.filter((name) => name !== 'module.exports'),
          ]),
        ),
      ).toEqual(exported);
      expect(exported.yilian).toEqual(expect.arrayContaining(['check', 'createExchange', 'isYilianError']));
      expect(Object.keys(exported)).toEqual(
        expect.arrayContaining(['yilian/schema/case-file.json', 'yilian/adapters/health', 'yilian/package.json']),
      );
    },
    slow,
  );

  it(
    'brings a command that says its version',
    async () => {
      const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string; bin: Record<string, string> };
      const main = join(installed, manifest.bin.yilian ?? '');
      const { stdout } = await run(process.execPath, [main, '--version'], { cwd: consumer });

      expect(readFileSync(main, 'utf8').split('\n')[0]).toBe('#!/usr/bin/env node');
      expect(stdout.trim()).toBe(manifest.version);
    },
    slow,
  );

  it(
    'says in package.json only what its files bear out (publint)',
    async () => {
      const { messages, pkg } = await publint({ pkgDir: installed, pack: false, strict: true });

      expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
    },
    slow,
  );

  it(
    'has types that are right for every address and every way to import it (attw, esm-only)',
    async () => {
      const attw = spawnSync(
        process.execPath,
        [
          resolve('node_modules/@arethetypeswrong/cli/dist/index.js'),
          tarball,
          ...['--profile', 'esm-only', '--no-definitely-typed', '--format', 'json'],
          ...['--entrypoints', ...subpaths().filter((subpath) => !subpath.endsWith('.json'))],
        ],
        { encoding: 'utf8' },
      );
      const report = JSON.parse(attw.stdout) as {
        analysis: { entrypoints: Record<string, unknown> };
        problems?: Record<string, unknown>;
      };

      expect(attw.status, attw.stdout.slice(0, 2000)).toBe(0);
      expect(Object.keys(report.analysis.entrypoints)).toEqual(expect.arrayContaining(['.', './adapters/health', './sandbox']));
    },
    slow,
  );
});

describe('what an install brings', () => {
  it('is nothing that runs a script while it is installed', () => {
    const scripted = runtime.filter(([place, entry]) => {
      const manifest = join(place, 'package.json');
      const scripts = existsSync(manifest)
        ? ((JSON.parse(readFileSync(manifest, 'utf8')) as { scripts?: object }).scripts ?? {})
        : {};
      return entry.hasInstallScript === true || ['preinstall', 'install', 'postinstall'].some((name) => name in scripts);
    });

    expect(scripted.map(([place]) => place)).toEqual([]);
  });
});
