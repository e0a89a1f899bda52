import { Command, Option } from 'commander';
import { YilianError } from '../../errors.js';
import { createExchange, type Exchange } from '../../exchange.js';
import type { OutboxEntry, OutboxState } from '../../model/index.js';
import { redact } from '../../redact.js';
import { outboxKinds, outboxStates, outboxTexts } from '../../report/outbox-texts.js';
import { shanghai } from '../../report/texts.js';
import type { ExitCode } from '../exit.js';
import type { Io } from '../io.js';
import type { CommandContext } from '../program.js';

const states = Object.keys(outboxStates) as OutboxState[];

interface Options {
  config: string;
}

type Said = Options & { by: string; reason: string };

/** `outbox send | list | show | add | retry | skip`: what goes to the province. */
export function outboxCommand({ text, action }: CommandContext): Command {
  const command = new Command('outbox').description(text({ zh: '向省级上报', en: 'what is sent to the province' }));
  const config = text({ zh: '配置文件', en: 'configuration' });
  const id = text({ zh: '待报项编号', en: 'id of the entry' });
  const by = text({ zh: '由谁决定', en: 'who decides' });
  const reason = text({ zh: '理由', en: 'why' });
  const sub = (name: string, zh: string, en: string) =>
    command.command(name).description(text({ zh, en })).option('--config <file>', config, './yilian.config.yaml');
  sub('send', '立即上报待报的', 'send what is waiting, now').action(action(send));
  sub('list', '列出上报项', 'list entries')
    .addOption(
      new Option('--state <state...>', text({ zh: '状态', en: 'states' }))
        .choices(states)
        .default(['waiting', 'sending', 'refused', 'unavailable']),
    )
    .option('--case <no>', text({ zh: '案件编号', en: 'case number' }))
    .action(action(list));
  sub('show', '显示一项及其经过', 'show one with every move of it').argument('<id>', id).action(action(show));
  sub('add', '把在册案件列入上报', 'put a case on file into the outbox')
    .argument('<case...>', text({ zh: '案件编号', en: 'case numbers' }))
    .action(action(add));
  sub('retry', '让被退回或未送达的一项原样再报', 'let a refused or failed entry be tried again, unchanged')
    .argument('<id>', id)
    .requiredOption('--by <name>', by)
    .requiredOption('--reason <text>', reason)
    .action(action((io: Io, which: string, said: Said) => decide(io, which, said, 'retry')));
  sub('skip', '不再上报这一项，让同案后面的继续', 'leave an entry unsent, so that what follows of its case may go')
    .argument('<id>', id)
    .requiredOption('--by <name>', by)
    .requiredOption('--reason <text>', reason)
    .action(action((io: Io, which: string, said: Said) => decide(io, which, said, 'skip')));
  return command;
}

async function opened(options: Options, use: (exchange: Exchange) => Promise<ExitCode>): Promise<ExitCode> {
  const exchange = await createExchange(options.config);
  try {
    return await use(exchange);
  } finally {
    await exchange.close();
  }
}

function send(io: Io, options: Options): Promise<ExitCode> {
  return opened(options, async ({ outbox }) => {
    const run = await outbox.flush({ signal: io.signal });
    const lines = outboxTexts(run).map((text) => text[io.lang]);
    const nothing = io.lang === 'zh' ? '没有待上报的。' : 'nothing is waiting to be sent.';
    await io.data(io.json ? `${JSON.stringify(run)}\n` : redact(`${lines.join('\n') || nothing}\n`));
    return run.failed > 0 ? 3 : 0;
  });
}

function list(io: Io, options: Options & { state: OutboxState[]; case?: string }): Promise<ExitCode> {
  return opened(options, async ({ outbox }) => {
    const entries = await outbox.list({
      state: options.state,
      ...(options.case === undefined ? {} : { caseNo: options.case }),
    });
    if (io.json) await io.data(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    else if (entries.length === 0) await io.data(io.lang === 'zh' ? '没有这样的上报项。\n' : 'no such entries.\n');
    else await io.data(redact(`${entries.map((entry) => line(entry, io)).join('\n')}\n`));
    return 0;
  });
}

function line(entry: OutboxEntry, { lang }: Pick<Io, 'lang'>): string {
  const { id, state, what, caseNo, conclusionNo, queuedAt, error, provincialNo } = entry;
  const parts = [
    id,
    outboxStates[state][lang],
    outboxKinds[what][lang],
    caseNo,
    conclusionNo,
    shanghai(queuedAt),
    error,
    provincialNo,
  ];
  return parts.filter((part) => part !== undefined).join('  ');
}

function show(io: Io, id: string, options: Options): Promise<ExitCode> {
  return opened(options, async ({ outbox }) => {
    const entry = await outbox.entry(id);
    if (entry === undefined)
      throw new YilianError('ERR_INPUT', { zh: `没有编号为 ${id} 的待报项`, en: `there is no outbox entry ${id}` });
    if (io.json) await io.data(`${JSON.stringify(entry)}\n`);
    else {
      const because = entry.because === undefined ? [] : [`    ${entry.because[io.lang]}`];
      const steps = entry.steps.map(({ at, state, error, by, reason }) =>
        ['  ', shanghai(at), outboxStates[state][io.lang], error, by, reason].filter((part) => part !== undefined).join(' '),
      );
      await io.data(redact(`${[line(entry, io), ...because, ...steps].join('\n')}\n`));
    }
    return 0;
  });
}

function add(io: Io, cases: string[], options: Options): Promise<ExitCode> {
  return opened(options, async ({ outbox }) => {
    for (const caseNo of cases) {
      const entry = await outbox.add(caseNo);
      if (entry === undefined)
        io.say({ zh: `案件 ${caseNo}：最后一次上报的内容相同，未列入`, en: `case ${caseNo}: its last entry says the same` });
      else await io.data(io.json ? `${JSON.stringify(entry)}\n` : redact(`${line(entry, io)}\n`));
    }
    return 0;
  });
}

function decide(io: Io, id: string, { by, reason, ...options }: Said, what: 'retry' | 'skip'): Promise<ExitCode> {
  return opened(options, async ({ outbox }) => {
    const entry = await outbox[what](id, { by, reason });
    await io.data(io.json ? `${JSON.stringify(entry)}\n` : redact(`${line(entry, io)}\n`));
    return 0;
  });
}
