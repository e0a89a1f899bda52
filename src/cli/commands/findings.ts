import { Command } from 'commander';
import { YilianError } from '../../errors.js';
import { createExchange } from '../../exchange.js';
import type { FindingState } from '../../model/index.js';
import { ruleTexts } from '../../reconcile/index.js';
import type { ExitCode } from '../exit.js';
import { findingText } from '../finding-text.js';
import type { Io } from '../io.js';
import type { CommandContext } from '../program.js';
import { findingsText } from '../text.js';
import { decideCommand, releaseCommand } from './findings-decide.js';

const stateNames: readonly FindingState[] = ['open', 'verifying', 'confirmed', 'false-positive', 'withdrawn', 'resolved', 'held'];

/** `findings list | show | decide | release`. */
export function findingsCommand(context: CommandContext): Command {
  const { text, action } = context;
  const command = new Command('findings').description(text({ zh: '发现', en: 'findings' }));
  const config = text({ zh: '配置文件', en: 'configuration' });
  command
    .command('list')
    .description(text({ zh: '列出发现', en: 'list findings' }))
    .option('--config <file>', config, './yilian.config.yaml')
    .option(
      '--state <state...>',
      text({ zh: '状态（默认：未关闭且未搁置的）', en: 'states (default: those neither closed nor held)' }),
      ['open', 'verifying', 'confirmed'],
    )
    .option('--rule <id>', text({ zh: '规则', en: 'rule' }))
    .option('--case <no>', text({ zh: '案件编号', en: 'case number' }))
    .action(action(list));
  command
    .command('show')
    .description(text({ zh: '显示一条发现', en: 'show one finding' }))
    .argument('<id>', text({ zh: '发现编号或其开头', en: 'id of the finding or its beginning' }))
    .option('--config <file>', config, './yilian.config.yaml')
    .action(action(show));
  command.addCommand(decideCommand(context));
  command.addCommand(releaseCommand(context));
  return command;
}

async function list(io: Io, options: { config: string; state: string[]; rule?: string; case?: string }): Promise<ExitCode> {
  const wrong = options.state.find((state) => !stateNames.includes(state as FindingState));
  if (wrong !== undefined)
    throw new YilianError('ERR_USAGE', {
      zh: `没有状态 ${wrong}；可用：${stateNames.join('、')}`,
      en: `there is no state ${wrong}; there are: ${stateNames.join(', ')}`,
    });
  if (options.rule !== undefined && !ruleTexts().some((rule) => rule.id === options.rule))
    throw new YilianError('ERR_USAGE', { zh: `没有这条规则：${options.rule}`, en: `there is no rule ${options.rule}` });
  const exchange = await createExchange(options.config);
  try {
    // A slip in the number must not look like a clean record: of a case that is not on file nothing is known.
    if (options.case !== undefined) await exchange.caseFile(options.case);
    const records = await exchange.findings({
      state: options.state as FindingState[],
      ...(options.rule === undefined ? {} : { rule: options.rule }),
      ...(options.case === undefined ? {} : { caseNo: options.case }),
    });
    await io.data(io.json ? records.map((record) => `${JSON.stringify(record)}\n`).join('') : findingsText(records, io));
    const held = options.state.includes('held') ? [] : await exchange.findings({ state: ['held'] });
    if (held.length > 0)
      io.say({
        zh: `另有 ${held.length} 条被搁置，未列出（--state held）。`,
        en: `${held.length} more are held and not listed (--state held).`,
      });
    return 0;
  } finally {
    await exchange.close();
  }
}

async function show(io: Io, id: string, options: { config: string }): Promise<ExitCode> {
  const exchange = await createExchange(options.config);
  try {
    const record = await exchange.finding(id);
    if (record === undefined)
      throw new YilianError('ERR_INPUT', {
        zh: `没有编号为 ${id} 的发现`,
        en: `no finding ${id}`,
      });
    if (io.json) {
      await io.data(`${JSON.stringify(record)}\n`);
      return 0;
    }
    await io.data(findingText(record, io));
    return 0;
  } finally {
    await exchange.close();
  }
}
