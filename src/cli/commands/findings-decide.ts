import { Command, Option } from 'commander';
import { createExchange } from '../../exchange.js';
import type { FindingRecord } from '../../model/index.js';
import type { DecideAsk } from '../../reconcile/decide.js';
import type { ExitCode } from '../exit.js';
import { findingText } from '../finding-text.js';
import type { Io } from '../io.js';
import type { CommandContext } from '../program.js';
import { findingsText } from '../text.js';

interface Decision {
  config: string;
  as: DecideAsk['as'];
  by: string;
  reason: string;
  until?: string;
  told?: string[];
}

/** `findings decide`: what a person says a finding is. */
export function decideCommand({ text, action }: CommandContext): Command {
  return new Command('decide')
    .description(
      text({
        zh: '认定一条发现；误报按其证据记住，到期前事实不变即不再提示',
        en: 'decide a finding; a false positive is remembered by its evidence and not raised again for the same facts',
      }),
    )
    .argument('<id>', text({ zh: '发现编号或其开头', en: 'id of the finding or its beginning' }))
    .option('--config <file>', text({ zh: '配置文件', en: 'configuration' }), './yilian.config.yaml')
    .addOption(
      new Option('--as <decision>', text({ zh: '认定为什么；open 收回认定', en: 'what it is; open takes a decision back' }))
        .choices(['verifying', 'confirmed', 'false-positive', 'resolved', 'open'])
        .makeOptionMandatory(),
    )
    .requiredOption('--by <name>', text({ zh: '由谁认定', en: 'who decides' }))
    .requiredOption('--reason <text>', text({ zh: '理由', en: 'why' }))
    .option(
      '--until <date>',
      text({
        zh: '有效至（含当日，上海时间）；误报和已处理默认一年',
        en: 'last day on which it holds (Shanghai); a year for false-positive and resolved where not given',
      }),
    )
    .option('--told <whom...>', text({ zh: '已告知的人或部门', en: 'who was told of the finding' }))
    .action(action(decide));
}

/** `findings release`: held findings are let go. */
export function releaseCommand({ text, action }: CommandContext): Command {
  return new Command('release')
    .description(
      text({
        zh: '释放被搁置的发现，下次核对时作为新发现发布；不指定则全部释放',
        en: 'let held findings go, the next run publishes them as new; all of them where none is named',
      }),
    )
    .argument('[id...]', text({ zh: '发现编号或其开头', en: 'ids of findings or their beginnings' }))
    .option('--config <file>', text({ zh: '配置文件', en: 'configuration' }), './yilian.config.yaml')
    .option('--rule <id>', text({ zh: '规则', en: 'rule' }))
    .option('--run <id>', text({ zh: '搁置它们的运行', en: 'the run that held them' }))
    .requiredOption('--by <name>', text({ zh: '由谁释放', en: 'who releases' }))
    .requiredOption('--reason <text>', text({ zh: '理由', en: 'why' }))
    .action(action(release));
}

async function decide(io: Io, id: string, { config, ...said }: Decision): Promise<ExitCode> {
  const exchange = await createExchange(config);
  try {
    const record = await exchange.decide({ id, ...said });
    await io.data(io.json ? `${JSON.stringify(record)}\n` : findingText(record, io));
    return 0;
  } finally {
    await exchange.close();
  }
}

async function release(
  io: Io,
  ids: string[],
  { config, ...said }: { config: string; rule?: string; run?: string; by: string; reason: string },
): Promise<ExitCode> {
  const exchange = await createExchange(config);
  try {
    const records = await exchange.release({ ...said, ...(ids.length === 0 ? {} : { id: ids }) });
    await io.data(io.json ? records.map(lineOf).join('') : findingsText(records, io));
    return 0;
  } finally {
    await exchange.close();
  }
}

function lineOf(record: FindingRecord): string {
  return `${JSON.stringify(record)}\n`;
}
