import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { YilianError } from '../../errors.js';
import { createSandbox, type FaultPlan } from '../../sandbox/index.js';
import type { ExitCode } from '../exit.js';
import type { Io } from '../io.js';
import type { CommandContext } from '../program.js';
import { whole } from './demo.js';

interface Options {
  port?: string;
  people: string;
  seed: string;
  faults?: string;
  dir: string;
}

/** `sandbox`: the simulated agencies, until stopped. */
export function sandboxCommand({ text, action }: CommandContext): Command {
  return new Command('sandbox')
    .description(text({ zh: '运行五个部门的模拟端，直到停止', en: 'run the five simulated agencies until stopped' }))
    .option('--port <port>', text({ zh: '端口（默认任取空闲端口）', en: 'port (default: any free one)' }))
    .option('--people <n>', text({ zh: '在册人数', en: 'persons on file' }), '300')
    .option('--seed <n>', text({ zh: '随机种子', en: 'seed' }), '1')
    .option('--faults <file>', text({ zh: '故障计划（JSON）', en: 'fault plan (JSON)' }))
    .option(
      '--dir <dir>',
      text({ zh: '配置、案件与真值写到此文件夹', en: 'where configuration, cases and truth are written' }),
      './yilian-sandbox',
    )
    .action(action(run));
}

async function run(io: Io, options: Options): Promise<ExitCode> {
  const sandbox = await createSandbox({
    dir: options.dir,
    people: whole('--people', options.people),
    seed: whole('--seed', options.seed),
    ...(options.port === undefined ? {} : { port: whole('--port', options.port) }),
    ...(options.faults === undefined ? {} : { faults: await readPlan(options.faults) }),
  });
  await sandbox.start();
  try {
    if (io.json) await io.data(`${JSON.stringify({ urls: sandbox.urls, dir: options.dir })}\n`);
    else for (const [agency, url] of Object.entries(sandbox.urls)) await io.data(`${agency}  ${url}\n`);
    io.say({
      zh: `配置与案件在 ${options.dir}；按 Ctrl-C 停止。`,
      en: `configuration and cases are in ${options.dir}; Ctrl-C stops.`,
    });
    if (!io.signal.aborted) await new Promise((resolve) => io.signal.addEventListener('abort', resolve, { once: true }));
    return 0;
  } finally {
    await sandbox.stop();
  }
}

async function readPlan(path: string): Promise<FaultPlan> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new YilianError('ERR_INPUT', { zh: `读不到 ${path}（${error.code}）`, en: `cannot read ${path} (${error.code})` });
  });
  try {
    return JSON.parse(text) as FaultPlan;
  } catch {
    throw new YilianError('ERR_INPUT', { zh: `${path} 不是 JSON`, en: `${path} is not JSON` });
  }
}
