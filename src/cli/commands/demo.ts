import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { YilianError } from '../../errors.js';
import { createExchange } from '../../exchange.js';
import { createSandbox, score, scoreReviews } from '../../sandbox/index.js';
import { type ExitCode, mostSerious } from '../exit.js';
import type { Io } from '../io.js';
import type { CommandContext } from '../program.js';
import { reappraisalText } from '../reappraisal-text.js';
import { reviewScoreText } from '../review-text.js';
import { runText, scoreText } from '../text.js';
import { openReappraisals, reappraise } from './demo-reappraisal.js';
import { progressText, report } from './reconcile.js';

interface Options {
  out: string;
  people: string;
  seed: string;
}

/**
 * `demo`: the whole way once, against the sandbox, scored against the planted truth; then the province pulls the dossiers of its re-appraisals and
 * concludes, and a second night tells what follows.
 */
export function demoCommand({ text, action }: CommandContext): Command {
  return new Command('demo')
    .description(
      text({
        zh: '演示：模拟五部门，跑完整夜间核对，按真值打分，并由省级调卷再次鉴定',
        en: 'simulate the agencies, run the whole nightly job, score it against the planted truth, and let the province re-appraise',
      }),
    )
    .option('--out <dir>', text({ zh: '输出文件夹', en: 'folder for everything it writes' }), './yilian-demo')
    .option('--people <n>', text({ zh: '在册人数', en: 'persons on file' }), '300')
    .option('--seed <n>', text({ zh: '随机种子', en: 'seed' }), '1')
    .action(action(run));
}

async function run(io: Io, options: Options): Promise<ExitCode> {
  const folder = resolve(options.out);
  // Only what an earlier demo wrote: the state and the files the sandbox drops.
  for (const part of ['state', 'drop', 'secrets', 'report', 'documents', 'scans', 'keys', 'partners', 'dossier'])
    await rm(join(folder, part), { recursive: true, force: true });
  // Both sides live by one clock, which the ending moves on.
  let ahead = 0;
  const clock = () => new Date(Date.now() + ahead);
  const sandbox = await createSandbox({
    dir: folder,
    people: whole('--people', options.people),
    seed: whole('--seed', options.seed),
    clock,
  });
  await sandbox.start();
  await openReappraisals(sandbox);
  try {
    const exchange = await createExchange(join(folder, 'yilian.config.yaml'), { now: clock });
    try {
      await exchange.importCases([join(folder, 'cases.jsonl')]);
      const night = async () => {
        const run = await exchange.reconcile({ signal: io.signal, progress: (step) => io.progress(progressText(step, io)) });
        io.progress('');
        return run;
      };
      const outcome = await night();
      await report(io, exchange, outcome, join(folder, 'report'));
      const points = score(
        outcome.findings.filter((record) => record.state === 'open').map((record) => record.finding),
        sandbox.truth,
      );
      const reviews = scoreReviews(
        (await exchange.reviews()).filter(({ state }) => state === 'open'),
        sandbox.truth,
      );
      if (!io.json) await io.data(`${runText(outcome.manifest, io)}${scoreText(points, io)}${reviewScoreText(reviews, io)}`);
      const nextDay = async () => {
        ahead += 86_400_000;
        await sandbox.advance(1);
      };
      const reappraisal = await reappraise({ sandbox, exchange, folder, nextDay, night });
      await io.data(
        io.json
          ? `${JSON.stringify({ manifest: outcome.manifest, score: points, reviews, reappraisal })}\n`
          : reappraisalText(reappraisal, io),
      );
      const codes: ExitCode[] = [outcome.exitCode];
      const wrong = [points.missed, points.false, reviews.missed, reviews.false, reappraisal.wrong];
      if (wrong.some((list) => list.length > 0)) codes.push(1);
      return mostSerious(codes);
    } finally {
      await exchange.close();
    }
  } finally {
    await sandbox.stop();
  }
}

/** A whole number from the command line. Throws ERR_USAGE. */
export function whole(option: string, text: string): number {
  if (!/^\d{1,9}$/.test(text))
    throw new YilianError('ERR_USAGE', {
      zh: `${option} 须为非负整数：${text}`,
      en: `${option} must be a whole number: ${text}`,
    });
  return Number(text);
}
