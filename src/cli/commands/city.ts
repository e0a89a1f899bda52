import { Command, Option } from 'commander';
import { YilianError } from '../../errors.js';
import { createExchange, type Exchange } from '../../exchange.js';
import type { AppraisalCase, Procedure } from '../../model/index.js';
import { procedureOf } from '../../procedure/session.js';
import { materialsText, prefillText, sessionText } from '../city-text.js';
import type { ExitCode } from '../exit.js';
import type { Io } from '../io.js';
import type { CommandContext } from '../program.js';

const procedures: readonly Procedure[] = [
  'first',
  'review',
  'reappraisal',
  'leave-extension',
  'rehabilitation',
  'device',
  'recurrence',
  'causation',
  'non-work',
  'dependant',
  'commissioned',
];

/** `materials`: what is there of what an application needs. */
export function materialsCommand({ text, action }: CommandContext): Command {
  return new Command('materials')
    .description(text({ zh: '一件申请的材料：已有、过期、还缺', en: 'materials of an application: there, too old, needed' }))
    .option('--config <file>', text({ zh: '配置文件', en: 'configuration' }), './yilian.config.yaml')
    .requiredOption('--case <no>', text({ zh: '案件编号', en: 'case number' }))
    .addOption(
      new Option(
        '--procedure <name>',
        text({ zh: '申请事项（默认随案件类型）', en: 'what is applied for (default: by the case)' }),
      ).choices([...procedures]),
    )
    .addOption(
      new Option(
        '--regime <name>',
        text({ zh: '适用规章（默认随案件）', en: 'the rules that apply (default: by the case)' }),
      ).choices(['order-55', 'order-21']),
    )
    .action(
      action(async (io, options: { config: string; case: string; procedure?: Procedure; regime?: AppraisalCase['regime'] }) =>
        withExchange(options.config, async (exchange) => {
          const procedure = options.procedure ?? (await procedureIn(exchange, options.case));
          const list = await exchange.materials(options.case, {
            procedure,
            ...(options.regime === undefined ? {} : { regime: options.regime }),
          });
          await io.data(io.json ? `${JSON.stringify(list)}\n` : materialsText(list, io.lang));
          return 0;
        }),
      ),
    );
}

async function procedureIn(exchange: Exchange, caseNo: string): Promise<Procedure> {
  const item = (await exchange.caseFile(caseNo)).cases.find((other) => other.caseNo === caseNo);
  const procedure = item === undefined ? undefined : procedureOf(item);
  if (procedure !== undefined) return procedure;
  throw new YilianError('ERR_USAGE', {
    zh: `案件类型说不出是哪一种确认，请用 --procedure 指明：${procedures.join('、')}`,
    en: `the kind of the case does not say what is to be confirmed; name it with --procedure: ${procedures.join(', ')}`,
  });
}

/** `prefill`: what is known for the application form. */
export function prefillCommand({ text, action }: CommandContext): Command {
  return new Command('prefill')
    .description(text({ zh: '申请表中已知的各项（含个人信息）', en: 'what is known for the application form (personal data)' }))
    .option('--config <file>', text({ zh: '配置文件', en: 'configuration' }), './yilian.config.yaml')
    .requiredOption('--case <no>', text({ zh: '案件编号', en: 'case number' }))
    .action(
      action(async (io, options: { config: string; case: string }) =>
        withExchange(options.config, async (exchange) => {
          const found = await exchange.prefill({ caseNo: options.case });
          if (found === undefined)
            throw new YilianError(
              'ERR_INPUT',
              { zh: `没有在册的案件 ${options.case}`, en: `no case ${options.case} on file` },
              { place: options.case },
            );
          await io.data(io.json ? `${JSON.stringify(found)}\n` : prefillText(found, io.lang));
          return 0;
        }),
      ),
    );
}

/** `session`: who is due at the session of a day. */
export function sessionCommand({ text, action }: CommandContext): Command {
  return new Command('session')
    .description(text({ zh: '某日鉴定会的建议名单', en: 'who is due at the session of a day (proposed)' }))
    .option('--config <file>', text({ zh: '配置文件', en: 'configuration' }), './yilian.config.yaml')
    .requiredOption('--date <day>', text({ zh: '鉴定会日期', en: 'day of the session' }))
    .option('--every <days>', text({ zh: '两次之间的天数（默认 30）', en: 'days between sessions (default: 30)' }))
    .action(action(session));
}

async function session(io: Io, options: { config: string; date: string; every?: string }): Promise<ExitCode> {
  const every = options.every;
  if (every !== undefined && !/^[1-9]\d{0,2}$/.test(every))
    throw new YilianError('ERR_USAGE', { zh: `不是天数：${every}`, en: `no number of days: ${every}` });
  return withExchange(options.config, async (exchange) => {
    const plan = await exchange.session(options.date, every === undefined ? {} : { everyDays: Number(every) });
    await io.data(io.json ? `${JSON.stringify(plan)}\n` : sessionText(plan, io));
    return 0;
  });
}

async function withExchange(config: string, use: (exchange: Exchange) => Promise<ExitCode>): Promise<ExitCode> {
  const exchange = await createExchange(config);
  try {
    return await use(exchange);
  } finally {
    await exchange.close();
  }
}
