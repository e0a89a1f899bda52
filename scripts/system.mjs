/**
 * What one machine cannot show by itself: the tests and the demo under every Node this package promises, each in another time zone, the report
 * in a real browser, signatures held against openssl, and a dossier pulled with curl and openssl. Brings what it needs: Node as npm packages
 * outside the dependencies, Debian's chromium with a Chinese font, curl and openssl.
 *
 *     npm run test:system            (needs dist/: it builds first)
 *
 * With YILIAN_RESULTS=FOLDER each run leaves its counts there as JSON.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { printTally } from './tally.mjs';

/** The oldest Node promised, and the newest of each line after; each with another time zone, so that all of both are met in three runs. */
const runs = [
  { node: '20.19.0', timeZone: 'UTC' },
  { node: '22', timeZone: 'America/Los_Angeles' },
  { node: '24', timeZone: 'Asia/Shanghai' },
];

const root = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'yilian-system-'));
const results = process.env.YILIAN_RESULTS ?? join(scratch, 'results');
mkdirSync(results, { recursive: true });
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
/** Minutes of waiting for child processes that are stopped and killed; `npm test` has them, and the lines of Node do not differ in a signal. */
const once = ['test/outbox/kill.test.ts', 'test/examples/nightly.test.ts', 'test/dossier-http/serve.test.ts'];
const failures = [];

try {
  for (const [index, { node, timeZone }] of runs.entries()) {
    const program = fetchNode(node);
    const env = {
      ...process.env,
      TZ: timeZone,
      // First on the path, so that what the tests start (npm, for instance) runs under it too.
      PATH: `${dirname(program)}${delimiter}${process.env.PATH}`,
      // The differential proof was given in full by `npm test`; here fewer worlds, and others.
      YILIAN_RUNS: '60',
      YILIAN_SEED: String(index + 2),
    };
    step(
      `tests under Node ${node}, TZ=${timeZone}`,
      program,
      [vitest, 'run', ...once.flatMap((file) => ['--exclude', file]), ...reporters(`node-${node}`)],
      env,
    );
    step(`demo under Node ${node}`, program, ['dist/cli/main.js', 'demo', '--out', join(scratch, `demo-${node}`)], env);
  }
  const chromium = findChromium();
  findShellTools();
  step(
    'browser and shell tests',
    process.execPath,
    [vitest, 'run', '--config', 'vitest.system.config.ts', ...reporters('system')],
    {
      ...process.env,
      CHROMIUM: chromium,
    },
  );
} finally {
  if (process.env.YILIAN_RESULTS === undefined) printTally(results);
  rmSync(scratch, { recursive: true, force: true });
}

for (const failure of failures) console.error(`system: failed: ${failure}`);
process.exit(failures.length > 0 ? 1 : 0);

function reporters(name) {
  return ['--reporter=default', '--reporter=json', `--outputFile.json=${join(results, `${name}.json`)}`];
}

/** Runs on after a failure, so that one night shows all there is to mend. */
function step(title, program, args, env) {
  console.log(`\n=== ${title}`);
  const started = process.hrtime.bigint();
  const { status, signal } = spawnSync(program, args, { cwd: root, env, stdio: 'inherit' });
  const seconds = Number((process.hrtime.bigint() - started) / 1_000_000_000n);
  console.log(`=== ${title}: ${status === 0 ? 'done' : `failed (${signal ?? status})`} in ${seconds} s`);
  if (status !== 0) failures.push(title);
}

/** Node comes as an npm package, so no download site but the registry is needed. */
function fetchNode(version) {
  const folder = join(scratch, `node-${version}`);
  const name = `node-${process.platform}-${process.arch}`;
  mkdirSync(folder);
  must('npm', ['install', '--no-save', '--no-audit', '--loglevel=error', '--prefix', folder, `${name}@${version}`]);
  return join(folder, 'node_modules', name, 'bin', 'node');
}

function findChromium() {
  const known = [process.env.CHROMIUM, '/usr/bin/chromium'].find((path) => path !== undefined && existsSync(path));
  const fonts = spawnSync('fc-list', [':lang=zh-cn', 'family'], { encoding: 'utf8' }).stdout ?? '';
  if (known !== undefined && fonts.trim() !== '') return known;
  install('chromium', 'fontconfig', 'fonts-noto-cjk');
  return known ?? '/usr/bin/chromium';
}

/** What the province's example is made of. */
function findShellTools() {
  const missing = [
    ['curl', '--version'],
    ['openssl', 'version'],
  ].filter(([program, asked]) => spawnSync(program, [asked]).status !== 0);
  if (missing.length > 0) install(...missing.map(([program]) => program));
}

function install(...packages) {
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const [program, ...before] = [...asRoot, 'apt-get'];
  must(program, [...before, 'update', '-qq']);
  must(program, [...before, 'install', '-qq', '-y', '--no-install-recommends', ...packages]);
}

function must(program, args) {
  const { status } = spawnSync(program, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status !== 0) throw new Error(`system: ${program} ${args.join(' ')} failed`);
}
