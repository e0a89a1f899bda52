import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createExchange } from '../../src/exchange.js';
import type { RunManifest } from '../../src/model/index.js';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.js';
import { scratch } from './consumer.js';

/** The nightly script as cron would start it, with the built command line against the sandbox; who is told is written down by the alert command. */

const example = resolve('examples/nightly');
const scripts = readdirSync(example).filter((name) => name.endsWith('.sh'));

// Nights are long on a busy machine; nothing here waits for the clock but the second try, 2 s.
vi.setConfig({ testTimeout: 120_000 });

let sandbox: Sandbox;
let dir = '';
beforeAll(async () => {
  if (!existsSync('dist/cli/main.js')) throw new Error('dist/ is missing: run `npm run build` first, or `npm test`, which does');
  dir = scratch();
  sandbox = await createSandbox({ dir, people: 14, seed: 7 });
  await sandbox.start();
});
afterAll(() => sandbox.stop());

interface Night {
  home: string;
  environment: NodeJS.ProcessEnv;
  told(): { line: string; log: string }[];
  heartbeat(): boolean;
  manifest(): RunManifest;
}

/** A night with a store and a home of its own. */
async function night(more: NodeJS.ProcessEnv = {}): Promise<Night> {
  const home = scratch();
  const config = join(dir, `${home.split('/').at(-1)}.config.yaml`);
  const text = readFileSync(join(dir, 'yilian.config.yaml'), 'utf8');
  writeFileSync(config, text.replace('sqlite:./state/yilian.db', `sqlite:${join(home, 'yilian.db')}`));
  const exchange = await createExchange(config);
  await exchange.importCases([join(dir, 'cases.jsonl')]);
  await exchange.close();
  const alert = join(home, 'alert.sh');
  const told = join(home, 'told');
  mkdirSync(told);
  writeFileSync(alert, '#!/bin/sh\nn=$(ls "$TOLD" | wc -l)\nprintf %s "$1" > "$TOLD/$n.line"\ncat > "$TOLD/$n.log"\n');
  chmodSync(alert, 0o700);
  const lines = (ending: string) =>
    readdirSync(told)
      .filter((name) => name.endsWith(ending))
      .sort()
      .map((name) => readFileSync(join(told, name), 'utf8'));
  return {
    home,
    environment: {
      ...process.env,
      LC_ALL: 'C.UTF-8',
      TOLD: told,
      YILIAN: `${process.execPath} ${resolve('dist/cli/main.js')}`,
      YILIAN_CONFIG: config,
      YILIAN_HOME: home,
      YILIAN_ALERT: alert,
      YILIAN_RETRY: '0',
      ...more,
    },
    told: () => {
      const logs = lines('.log');
      return lines('.line').map((line, index) => ({ line, log: logs[index] ?? '' }));
    },
    heartbeat: () => existsSync(join(home, 'heartbeat')),
    manifest: () => JSON.parse(readFileSync(join(home, 'last-run.json'), 'utf8')) as RunManifest,
  };
}

function start(script: string, environment: NodeJS.ProcessEnv): ChildProcess {
  // A group of its own, so that a test can kill all of it at once, as a power cut would.
  return spawn(join(example, script), [], { env: environment, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
}

function ended(child: ChildProcess): Promise<{ code: number | null; said: string }> {
  let said = '';
  child.stdout?.resume();
  child.stderr?.on('data', (part) => {
    said += part;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, said })));
}

const run = (script: string, environment: NodeJS.ProcessEnv) => ended(start(script, environment));

/** Starts a night that cannot come to its end by itself, and waits until the agencies are being asked. */
async function hanging(environment: NodeJS.ProcessEnv): Promise<ChildProcess> {
  // Not of the slow feed: what it was asked by an earlier night may be answered now.
  const asked = () => sandbox.journal['civil-affairs/cremations']?.answered ?? 0;
  const before = asked();
  sandbox.setFault('public-security/population', { kind: 'slow', delayMs: 60_000 });
  const child = start('nightly.sh', environment);
  await expect.poll(asked, { timeout: 60_000 }).toBeGreaterThan(before);
  return child;
}
const heal = () => sandbox.setFault('public-security/population', undefined);

describe('the nightly script', () => {
  it('is bash that bash can read, and may be run', () => {
    expect(scripts).toEqual(['alert.sh', 'nightly.sh', 'silence.sh']);
    for (const script of scripts) {
      expect([script, spawnSync('bash', ['-n', join(example, script)], { encoding: 'utf8' }).stderr]).toEqual([script, '']);
      expect(statSync(join(example, script)).mode & 0o111).not.toBe(0);
    }
  });

  it('tells the officers of findings, and leaves report, manifest and heartbeat', async () => {
    const tonight = await night();
    const { code } = await run('nightly.sh', tonight.environment);

    expect(code).toBe(1);
    expect(tonight.told().map(({ line }) => line)).toEqual([
      '一链：有待核实的发现（critical 及以上），请经办人查看报告 / yilian: findings to verify (critical and above), officers please read the report',
    ]);
    expect([tonight.heartbeat(), tonight.manifest().state]).toEqual([true, 'finished']);
    const [day = ''] = readdirSync(join(tonight.home, 'reports'));
    expect(readdirSync(join(tonight.home, 'reports', day))).toContain('report.html');
    expect(readdirSync(tonight.home).filter((name) => name.startsWith('run.'))).toEqual([]);
  });

  it('tells which feed failed, and counts the night as one that came to its end', async () => {
    sandbox.setFault('civil-affairs/cremations', 'html');
    const tonight = await night();
    const { code } = await run('nightly.sh', tonight.environment);
    sandbox.setFault('civil-affairs/cremations', undefined);

    expect(code).toBe(3);
    expect(tonight.told()).toEqual([
      {
        line: '一链：已完成，但有数据源不可用或有人未询；相关人员为“无法判断” / yilian: done, but a feed was not usable or somebody was not asked; those persons are unknown',
        log: expect.stringContaining('civil-affairs/'),
      },
    ]);
    expect(tonight.told()[0]?.log).not.toMatch(/370799\d/);
    expect(tonight.heartbeat()).toBe(true);
  });

  it('tries once more after a feed failed, and then tells of the findings alone', async () => {
    sandbox.setFault('civil-affairs/cremations', 'html');
    const tonight = await night({ YILIAN_RETRY: '2' });
    const child = start('nightly.sh', tonight.environment);
    child.stderr?.on('data', (part) => {
      if (String(part).includes('once more')) sandbox.setFault('civil-affairs/cremations', undefined);
    });
    const { code } = await ended(child);

    expect(code).toBe(1);
    expect(tonight.told().map(({ line }) => line)).toEqual([expect.stringContaining('findings to verify')]);
  });

  it('hands a stop on, tells nobody, and goes on from there when it is started again', async () => {
    const tonight = await night();
    const child = await hanging(tonight.environment);
    const stop = ended(child);
    child.kill('SIGTERM');
    const stopped = await stop;
    heal();
    const before = [tonight.told(), tonight.heartbeat()];
    const { code } = await run('nightly.sh', tonight.environment);

    expect(stopped.code).toBe(130);
    expect(before).toEqual([[], false]);
    expect([code, tonight.manifest().resumed, tonight.heartbeat()]).toEqual([1, 1, true]);
  });

  it('runs once at a time, and again at once when all of it was killed', async () => {
    const tonight = await night();
    const child = await hanging(tonight.environment);
    const second = await run('nightly.sh', tonight.environment);
    const killed = ended(child);
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await killed;
    // What was killed is gone once the system has swept it away.
    const lock = join(tonight.home, 'lock');
    await expect.poll(() => spawnSync('flock', ['--nonblock', lock, 'true']).status).toBe(0);
    heal();
    const third = await run('nightly.sh', tonight.environment);

    expect([second.code, second.said]).toEqual([75, expect.stringContaining('the last run is still at work')]);
    expect([third.code, third.said]).toEqual([1, expect.anything()]);
    expect(tonight.manifest().resumed).toBe(1);
    expect(readdirSync(tonight.home).filter((name) => name.startsWith('run.'))).toEqual([]);
  });

  it('tells of a configuration that is wrong and of a store that is damaged, and that there was no night', async () => {
    const wrong = await night();
    const none = await run('nightly.sh', { ...wrong.environment, YILIAN_CONFIG: join(wrong.home, 'none.yaml') });
    const damaged = await night();
    writeFileSync(join(damaged.home, 'yilian.db'), 'no database at all, but a text that somebody put here'.repeat(200));
    const broken = await run('nightly.sh', damaged.environment);

    expect([none.code, broken.code]).toEqual([2, 5]);
    expect([...wrong.told(), ...damaged.told()].map(({ line }) => line)).toEqual([
      '一链：未运行，配置或用法有误 / yilian: did not run, the configuration or its use is wrong',
      '一链：存储或审计日志被占用、损坏或版本过新，今夜没有结果 / yilian: the store or the audit log is locked, damaged or newer than the program; no result tonight',
    ]);
    expect([wrong.heartbeat(), damaged.heartbeat()]).toEqual([false, false]);
  });

  it.each<[number, string | undefined]>([
    [0, undefined],
    [4, '先看报告，再用 yilian findings release 释放'],
    [6, '请将日志交给开发者'],
    [137, '退出码 137'],
  ])('does for exit code %i what it stands for', async (exit, words) => {
    const tonight = await night();
    const program = join(tonight.home, 'program.sh');
    writeFileSync(program, `#!/bin/sh\necho '{"finishedAt":"2026-03-01T00:00:00Z"}'\necho why >&2\nexit ${exit}\n`);
    chmodSync(program, 0o700);
    const { code } = await run('nightly.sh', { ...tonight.environment, YILIAN: program });

    expect(code).toBe(exit);
    expect(tonight.told()).toEqual(words === undefined ? [] : [{ line: expect.stringContaining(words), log: 'why\n' }]);
    expect(tonight.heartbeat()).toBe(true);
  });

  it('says so where nobody could be told, and keeps the exit code', async () => {
    const tonight = await night({ YILIAN_ALERT: '/bin/false' });
    const { code, said } = await run('nightly.sh', { ...tonight.environment, YILIAN_CONFIG: join(tonight.home, 'none.yaml') });

    expect([code, said]).toEqual([2, expect.stringContaining('the alert command failed: /bin/false')]);
  });
});

describe('the alert on silence', () => {
  it('is quiet while nights come to their end, and speaks 26 hours after the last', async () => {
    const tonight = await night();
    const never = await run('silence.sh', tonight.environment);
    const heartbeat = join(tonight.home, 'heartbeat');
    const hoursAgo = (hours: number) => {
      writeFileSync(heartbeat, '');
      const then = Date.now() / 1000 - hours * 3600 - 60;
      utimesSync(heartbeat, then, then);
    };
    hoursAgo(25);
    const quiet = await run('silence.sh', tonight.environment);
    hoursAgo(26);
    const silent = await run('silence.sh', tonight.environment);

    expect([never.code, quiet.code, silent.code]).toEqual([1, 0, 1]);
    expect(tonight.told().map(({ line }) => line)).toEqual([
      '一链：没有任何一次核对完成过 / yilian: no run has ever come to its end',
      '一链：已有 26 小时没有一次核对完成 / yilian: no run has come to its end for 26 hours',
    ]);
  });
});

describe('the units and the crontab', () => {
  const units = readdirSync(example).filter((name) => /\.(service|timer)$/.test(name));

  it('start scripts that are there, each service by a timer of its name', () => {
    expect(units).toEqual(['yilian-nightly.service', 'yilian-nightly.timer', 'yilian-silence.service', 'yilian-silence.timer']);
    const started = [...units, 'crontab'].flatMap((name) =>
      [...readFileSync(join(example, name), 'utf8').matchAll(/\/usr\/local\/lib\/yilian\/(\S+\.sh)/g)].map(
        ([, script]) => script,
      ),
    );
    expect(started).toEqual(['nightly.sh', 'silence.sh', 'nightly.sh', 'silence.sh']);
  });

  it('are units that systemd, where there is one, has nothing to say against', () => {
    const folder = scratch();
    for (const script of scripts) copyFileSync(join(example, script), join(folder, script));
    const copies = units.map((name) => {
      const copy = join(folder, name);
      writeFileSync(copy, readFileSync(join(example, name), 'utf8').replaceAll('/usr/local/lib/yilian', folder));
      return copy;
    });
    const { error, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...copies], { encoding: 'utf8' });

    // A container often has none; then the test before this one stands alone.
    expect(error === undefined ? stderr.split('\n').filter((line) => line.includes('yilian-')) : []).toEqual([]);
  });
});
