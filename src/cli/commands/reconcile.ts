import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { agencyTitles } from '../../catalogue.js';
import { createExchange, type Exchange } from '../../exchange.js';
import type { Bilingual, FeedCoverage, Severity } from '../../model/index.js';
import { ruleTexts } from '../../reconcile/index.js';
import type { Progress, RunOutcome } from '../../reconcile/run.js';
import { redact } from '../../redact.js';
import { completenessTexts, missingText } from '../../report/completeness-texts.js';
import { dossierTexts } from '../../report/dossier-texts.js';
import { gather } from '../../report/gather.js';
import { outboxTexts } from '../../report/outbox-texts.js';
import { feedLabel, severityOrder } from '../../report/texts.js';
import { writeReport } from '../../report/write.js';
import { type ExitCode, mostSerious } from '../exit.js';
import { heldTexts, recalledTexts } from '../finding-text.js';
import type { Io } from '../io.js';
import type { CommandContext } from '../program.js';
import { failureLines, runText } from '../text.js';
import { instant } from './check.js';

interface Options {
  config: string;
  asOf?: string;
  dryRun?: boolean;
  report?: string;
  failOn?: Severity;
}

/** `reconcile`: the nightly job. */
export function reconcileCommand({ text, action }: CommandContext): Command {
  return new Command('reconcile')
    .description(
      text({
        zh: '夜间核对：取变更、查到期人员、比对、出报告',
        en: 'the nightly job: pull, look up who is due, cross-check, report',
      }),
    )
    .option('--config <file>', text({ zh: '配置文件', en: 'configuration' }), './yilian.config.yaml')
    .option(
      '--as-of <instant>',
      text({
        zh: '按此刻之前收到的重算，不询问、不写入',
        en: 'judge what had been received by then; asks nobody, stores nothing',
      }),
    )
    .option(
      '--dry-run',
      text({
        zh: '只说会问谁、现有证据会得出什么，不询问、不写入',
        en: 'say who would be asked and what the present evidence leads to; asks nobody, stores nothing',
      }),
    )
    .option('--report <dir>', text({ zh: '把报告写到此文件夹', en: 'write the report into this folder' }))
    .addOption(
      new Option(
        '--fail-on <severity>',
        text({ zh: '有未处理发现达到此级别时退出码为 1', en: 'exit code 1 for open findings at or above this severity' }),
      ).choices([...severityOrder]),
    )
    .action(action(run));
}

async function run(io: Io, options: Options): Promise<ExitCode> {
  // A folder that cannot be written is told before the night, not after it.
  if (options.report !== undefined) await mkdir(options.report, { recursive: true });
  const exchange = await createExchange(options.config);
  try {
    const outcome = await exchange.reconcile({
      signal: io.signal,
      // What is amiss before the night is said at once, not in a line that the next one wipes away.
      progress: (step) => (step.step === 'preflight' ? io.say(preflightText(step)) : io.progress(progressText(step, io))),
      ...(options.asOf === undefined ? {} : { asOf: instant(options.asOf) }),
      ...(options.dryRun === undefined ? {} : { dryRun: options.dryRun }),
    });
    io.progress('');
    if (options.report !== undefined) await report(io, exchange, outcome, options.report);
    await io.data(
      io.json
        ? `${JSON.stringify({ ...outcome.manifest, ...(outcome.due === undefined ? {} : { due: outcome.due }) })}\n`
        : runText(outcome.manifest, io),
    );
    for (const item of outcome.due ?? []) {
      if (!io.json)
        await io.data(
          io.lang === 'zh'
            ? `  将询 ${item.agency}/${feedLabel(item)}：${item.persons} 人\n`
            : `  would ask ${item.agency}/${feedLabel(item)}: ${item.persons} persons\n`,
        );
    }
    if (options.dryRun === true && options.asOf === undefined)
      io.say({ zh: '演练：没有询问任何部门，什么都没有写入。', en: 'a rehearsal: nobody was asked and nothing was stored.' });
    tellTrouble(io, outcome);
    const codes: ExitCode[] = [outcome.exitCode];
    if (options.failOn !== undefined && reaches(outcome, options.failOn)) codes.push(1);
    return mostSerious(codes);
  } finally {
    await exchange.close();
  }
}

/** Writes the report and says where it is. */
export async function report(io: Io, exchange: Exchange, outcome: RunOutcome, folder: string): Promise<void> {
  const { asOf, finishedAt } = outcome.manifest;
  const explainer = await exchange.explainer(asOf, finishedAt);
  const input = await gather({
    store: exchange.store,
    manifest: outcome.manifest,
    findings: outcome.findings,
    ...(outcome.results === undefined ? {} : { results: outcome.results }),
    city: exchange.config.city,
    rules: ruleTexts(),
    agencies: agencyTitles,
    lang: io.lang,
    generatedAt: finishedAt ?? asOf,
    explain: (key) => explainer.person(key),
  });
  await writeReport(input, folder);
  const file = join(folder, 'report.html');
  io.say({ zh: `报告：${file}`, en: `report: ${file}` });
}

/** What an operator must hear besides the counts: what was taken back, what is held, who was not asked, which feed could not be used. */
function tellTrouble(io: Io, outcome: RunOutcome): void {
  for (const text of recalledTexts(outcome.findings, outcome.manifest.id)) io.say(text);
  for (const text of heldTexts(outcome.manifest.held ?? [])) io.say(text);
  for (const feed of outcome.manifest.feeds) {
    for (const text of completenessTexts(feed))
      io.say({ zh: `${feed.agency}/${feedLabel(feed)}：${text.zh}`, en: `${feed.agency}/${feedLabel(feed)}: ${text.en}` });
    if (feed.error !== undefined) {
      io.say({
        zh: `${feed.agency}/${feedLabel(feed)}：${feed.error.message.zh}`,
        en: `${feed.agency}/${feedLabel(feed)}: ${feed.error.message.en}`,
      });
    }
  }
  for (const text of missingTexts(outcome.manifest.coverage ?? [])) io.say(text);
  // What is waiting and nobody tried is no trouble; it is told beside the counts.
  const { outbox } = outcome.manifest;
  if (outbox !== undefined && outbox.refused + outbox.failed > 0) for (const text of outboxTexts(outbox)) io.say(text);
  const failed = outcome.manifest.dossiers?.filter(({ change }) => change === 'failed') ?? [];
  for (const text of dossierTexts(failed)) io.say(text);
  for (const line of failureLines(outcome.manifest, io.lang)) io.say(line);
  if (outcome.exitCode === 6)
    io.say({
      zh: '有规则执行出错或有人无法比对：是程序的缺陷。案卷已留存，相关人员为“无法判断”；请报告给开发者。',
      en: 'a rule failed or somebody could not be judged: a fault of the program. The case files are kept, those persons are unknown; please report it.',
    });
  if (outcome.exitCode === 3 && outcome.manifest.feeds.some((feed) => feed.status.state !== 'fresh' || feed.notAsked > 0))
    io.say({
      zh: '有数据源不可用或有人到期未询：相关人员为“无法判断”，不会判为无异常。',
      en: 'a feed was not usable or somebody due was not asked: those persons are unknown, nobody is clear because of it.',
    });
  if (outcome.exitCode === 4)
    io.say({
      zh: '无法成为证据的记录过多，或有发现被搁置：请先查看报告再使用结果。',
      en: 'too many records could not become evidence, or findings are held: read the report before using the results.',
    });
  if ((outcome.manifest.held ?? []).length > 0)
    io.say({
      zh: '被搁置的：用 yilian findings list --state held 查看；核实后用 yilian findings release 释放，下次核对时发布。',
      en: 'held findings: see yilian findings list --state held; once verified, yilian findings release lets the next run publish them.',
    });
}

const shownMissing = 5;

/** What each feed lacks, by name: who is to have a file sent again must know which. */
export function missingTexts(coverage: readonly FeedCoverage[]): Bilingual[] {
  return coverage.flatMap((feed) => {
    const lacking = feed.missing.slice(0, shownMissing).map((entry) => missingText(redact(entry)));
    const more = feed.missing.length - lacking.length;
    const place = `${feed.agency}/${feedLabel(feed)}`;
    const listed = { zh: lacking.map(({ zh }) => zh).join('、'), en: lacking.map(({ en }) => en).join(', ') };
    return lacking.length === 0
      ? []
      : [
          {
            zh: `${place}：${listed.zh}${more > 0 ? `，另有 ${more} 项` : ''}；请对方重新发送`,
            en: `${place}: ${listed.en}${more > 0 ? `, and ${more} more` : ''}; have it sent again`,
          },
        ];
  });
}

function reaches(outcome: RunOutcome, least: Severity): boolean {
  const limit = severityOrder.indexOf(least);
  return outcome.findings.some(
    ({ finding, state }) =>
      (state === 'open' || state === 'verifying' || state === 'confirmed') && severityOrder.indexOf(finding.severity) <= limit,
  );
}

export function preflightText(step: Extract<Progress, { step: 'preflight' }>): Bilingual {
  const feed = `${step.agency}/${feedLabel(step)}`;
  const how = ['unreachable', 'folder-unreadable'].includes(step.trouble)
    ? { zh: '现在连不上：', en: 'cannot be reached now: ' }
    : { zh: '', en: '' };
  return {
    zh: `${feed} ${how.zh}${step.message.zh}；其余照常进行`,
    en: `${feed} ${how.en}${step.message.en}; the run goes on with the others`,
  };
}

export function progressText(step: Progress, io: Pick<Io, 'lang'>): string {
  if (step.step === 'preflight') return preflightText(step)[io.lang];
  if (step.step === 'resumed') return io.lang === 'zh' ? '接着上次中断的核对…' : 'taking up the interrupted run…';
  if (step.step === 'judge') return io.lang === 'zh' ? `比对 ${step.done}/${step.total}` : `judging ${step.done}/${step.total}`;
  return `${step.agency}/${step.feed} ${step.done}/${step.total}`;
}
