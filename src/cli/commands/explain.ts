import { Command } from 'commander';
import { agencyTitles } from '../../catalogue.js';
import { YilianError } from '../../errors.js';
import { createExchange } from '../../exchange.js';
import type { Explanation } from '../../model/index.js';
import { explain } from '../../reconcile/explain.js';
import type { ExitCode } from '../exit.js';
import { explanationText } from '../explain-text.js';
import type { Io } from '../io.js';
import type { CommandContext } from '../program.js';
import { instant, readCaseFile } from './check.js';

interface Options {
  input?: string;
  config: string;
  case?: string;
  asOf?: string;
  rule?: string[];
}

/** `explain`: every rule's outcome for one person, which feeds were asked, everything known in order; why silence is silence. */
export function explainCommand({ text, action }: CommandContext): Command {
  return new Command('explain')
    .description(
      text({
        zh: '逐条说明一个人：每条规则的结果与原因、数据源、时间线',
        en: "explain one person: every rule's outcome and why, the feeds, the timeline",
      }),
    )
    .option('--input <file>', text({ zh: '案卷 JSON；- 为标准输入', en: 'a case file as JSON; - reads standard input' }))
    .option('--config <file>', text({ zh: '配置文件', en: 'configuration' }), './yilian.config.yaml')
    .option('--case <no>', text({ zh: '在册案件编号', en: 'number of a case on file' }))
    .option('--as-of <instant>', text({ zh: '只看此刻之前收到的', en: 'look only at what had been received by then' }))
    .option('--rule <id...>', text({ zh: '只说这些规则', en: 'tell only these rules' }))
    .action(action(run));
}

async function run(io: Io, options: Options): Promise<ExitCode> {
  const asOf = options.asOf === undefined ? {} : { asOf: instant(options.asOf) };
  const rules = options.rule === undefined ? {} : { rules: options.rule };
  if (options.input !== undefined) {
    if (options.case !== undefined)
      throw new YilianError('ERR_USAGE', { zh: '--input 与 --case 只能选一个', en: '--input and --case exclude each other' });
    return tell(io, explain(await readCaseFile(options.input, asOf), rules));
  }
  if (options.case === undefined)
    throw new YilianError('ERR_USAGE', { zh: '需要 --input 或 --case', en: '--input or --case is needed' });
  const exchange = await createExchange(options.config);
  try {
    return await tell(io, await exchange.explain(options.case, { ...asOf, ...rules }));
  } finally {
    await exchange.close();
  }
}

async function tell(io: Io, explanation: Explanation): Promise<ExitCode> {
  await io.data(io.json ? `${JSON.stringify(explanation)}\n` : explanationText(explanation, io, agencyTitles));
  return explanation.rules.some(({ reason }) => reason === 'rule-failed') ? 6 : 0;
}
