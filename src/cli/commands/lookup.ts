import { Command } from 'commander';
import { YilianError } from '../../errors.js';
import { createExchange } from '../../exchange.js';
import { dayInterval } from '../../model/index.js';
import type { ExitCode } from '../exit.js';
import type { Io } from '../io.js';
import type { CommandContext } from '../program.js';

interface Options {
  config: string;
  agency: string;
  feed: string;
  idNumber: string;
  name: string;
  purpose: string;
  case?: string;
  region?: string;
  from?: string;
  until?: string;
}

/** `lookup`: one question to one agency; nothing is kept. */
export function lookupCommand({ text, action }: CommandContext): Command {
  return new Command('lookup')
    .description(text({ zh: '就一个人问一个部门', en: 'ask one agency about one person' }))
    .option('--config <file>', text({ zh: '配置文件', en: 'configuration' }), './yilian.config.yaml')
    .requiredOption('--agency <agency>', text({ zh: '部门', en: 'agency' }))
    .requiredOption('--feed <feed>', text({ zh: '数据源', en: 'feed' }))
    .requiredOption('--id-number <number>', text({ zh: '证件号码', en: 'number of the id document' }))
    .requiredOption('--name <name>', text({ zh: '姓名', en: 'name' }))
    .requiredOption('--purpose <purpose>', text({ zh: '查询事由', en: 'why it is asked' }))
    .option('--case <no>', text({ zh: '案件编号', en: 'case number' }))
    .option('--region <code>', text({ zh: '户籍区划代码', en: 'GB/T 2260 code of the domicile' }))
    .option('--from <day>', text({ zh: '起始日', en: 'first day of interest' }))
    .option('--until <day>', text({ zh: '截止日', en: 'last day of interest' }))
    .action(action(run));
}

async function run(io: Io, options: Options): Promise<ExitCode> {
  refuseFaulty(options);
  const exchange = await createExchange(options.config);
  try {
    const answer = await exchange.lookup(
      {
        agency: options.agency,
        feed: options.feed,
        person: {
          name: options.name,
          idNumber: options.idNumber,
          ...(options.region === undefined ? {} : { region: options.region }),
        },
        ...(options.from !== undefined && options.until !== undefined
          ? { window: { from: options.from, until: options.until } }
          : {}),
      },
      {
        purpose: options.purpose,
        operator: exchange.config.operator,
        signal: io.signal,
        ...(options.case === undefined ? {} : { caseNo: options.case }),
      },
    );
    io.signal.throwIfAborted();
    const shown = {
      outcome: answer.outcome,
      ...(answer.error === undefined ? {} : { error: answer.error.toJSON() }),
      evidence: answer.evidence,
      rejected: answer.rejected,
      unknownCodes: answer.unknownCodes,
    };
    await io.data(`${JSON.stringify(shown, undefined, io.json ? undefined : 2)}\n`);
    if (answer.error !== undefined) io.say(answer.error.text);
    return answer.outcome === 'unavailable' || answer.outcome === 'unauthorised' ? 3 : 0;
  } finally {
    await exchange.close();
  }
}

/** A question that an agency should not be troubled with: nobody named, no reason given, half a window. Throws ERR_USAGE. */
function refuseFaulty({ name, idNumber, purpose, from, until, region }: Options): void {
  const refuse = (zh: string, en: string): never => {
    throw new YilianError('ERR_USAGE', { zh, en });
  };
  for (const [option, value] of Object.entries({ '--name': name, '--id-number': idNumber, '--purpose': purpose }))
    if (value.trim() === '') refuse(`${option} 不得为空`, `${option} must not be empty`);
  if ((from === undefined) !== (until === undefined)) refuse('--from 与 --until 须同时给出', '--from and --until go together');
  for (const day of [from, until])
    if (day !== undefined && !(/^\d{4}-\d{2}-\d{2}$/.test(day) && dayInterval(day) !== undefined))
      refuse(`不是日期（如 2026-11-23）：${day}`, `not a day (2026-11-23): ${day}`);
  if (region !== undefined && !/^\d{6}$/.test(region)) refuse('--region 须为 6 位区划代码', '--region must have 6 digits');
}
