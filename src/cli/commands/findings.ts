import { Command } from 'commander';
import { agencyTitles } from '../../catalogue.js';
import { YilianError } from '../../errors.js';
import { createExchange } from '../../exchange.js';
import type { FindingState } from '../../model/index.js';
import { ruleTexts } from '../../reconcile/index.js';
import { redact } from '../../redact.js';
import { actions, agencyName, fieldName, punctuation, shanghai, states, valueName } from '../../report/texts.js';
import type { ExitCode } from '../exit.js';
import type { Io } from '../io.js';
import type { CommandContext } from '../program.js';
import { findingsText, severityText } from '../text.js';

const stateNames: readonly FindingState[] = ['open', 'verifying', 'confirmed', 'false-positive', 'withdrawn', 'resolved', 'held'];

/** `findings list | show`. */
export function findingsCommand({ text, action }: CommandContext): Command {
  const command = new Command('findings').description(text({ zh: '发现', en: 'findings' }));
  const config = text({ zh: '配置文件', en: 'configuration' });
  command
    .command('list')
    .description(text({ zh: '列出发现', en: 'list findings' }))
    .option('--config <file>', config, './yilian.config.yaml')
    .option('--state <state...>', text({ zh: '状态', en: 'states' }), ['open', 'verifying', 'confirmed', 'held'])
    .option('--rule <id>', text({ zh: '规则', en: 'rule' }))
    .option('--case <no>', text({ zh: '案件编号', en: 'case number' }))
    .action(action(list));
  command
    .command('show')
    .description(text({ zh: '显示一条发现', en: 'show one finding' }))
    .argument('<id>', text({ zh: '发现编号或其开头', en: 'id of the finding or its beginning' }))
    .option('--config <file>', config, './yilian.config.yaml')
    .action(action(show));
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
    const records = await exchange.findings({
      state: options.state as FindingState[],
      ...(options.rule === undefined ? {} : { rule: options.rule }),
      ...(options.case === undefined ? {} : { caseNo: options.case }),
    });
    await io.data(io.json ? records.map((record) => `${JSON.stringify(record)}\n`).join('') : findingsText(records, io));
    return 0;
  } finally {
    await exchange.close();
  }
}

async function show(io: Io, id: string, options: { config: string }): Promise<ExitCode> {
  const exchange = await createExchange(options.config);
  try {
    const record = await exchange.store.finding(id);
    if (record === undefined)
      throw new YilianError('ERR_INPUT', {
        zh: `没有编号为 ${id} 的发现（或不止一条）`,
        en: `no finding ${id} (or more than one)`,
      });
    if (io.json) {
      await io.data(`${JSON.stringify(record)}\n`);
      return 0;
    }
    const { finding } = record;
    const lines = [
      io.bold(`${finding.title[io.lang]} (${finding.rule} ${finding.ruleVersion})`),
      `[${severityText(finding.severity, io.lang)}] ${states[record.state][io.lang]} · ${finding.subject.caseNos.join(punctuation.listed[io.lang])}`,
      finding.explanation[io.lang],
      ...finding.claims.map(
        (claim) =>
          `  ${agencyName(claim.agency, agencyTitles)[io.lang]} · ${fieldName(claim.field)[io.lang]} ${valueName(claim.value)[io.lang]} · ${claim.recordId}`,
      ),
      `${io.lang === 'zh' ? '下一步' : 'next step'}: ${actions[finding.action][io.lang]} · ${finding.basis.join(punctuation.semicolon[io.lang])}`,
      ...record.history.map(
        (step) =>
          `  ${shanghai(step.at)} ${step.from === undefined ? '' : states[step.from][io.lang]} → ${states[step.to][io.lang]}${step.reason === undefined ? '' : ` (${step.reason})`}${step.by === undefined ? '' : ` ${step.by}`}`,
      ),
    ];
    await io.data(`${redact(lines.join('\n'))}\n`);
    return 0;
  } finally {
    await exchange.close();
  }
}
