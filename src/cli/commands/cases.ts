import { Command } from 'commander';
import { createExchange } from '../../exchange.js';
import type { ExitCode } from '../exit.js';
import type { Io } from '../io.js';
import type { CommandContext } from '../program.js';

/** `cases import`: the city's own file. */
export function casesCommand({ text, action }: CommandContext): Command {
  const command = new Command('cases').description(text({ zh: '在册案件', en: 'cases on file' }));
  command
    .command('import')
    .description(
      text({
        zh: '导入案件、待遇与工伤基金结算（JSON Lines 或 CSV）',
        en: "put cases, benefits and the work-injury fund's settlements on file (JSON Lines or CSV)",
      }),
    )
    .argument('<file...>')
    .option('--config <file>', text({ zh: '配置文件', en: 'configuration' }), './yilian.config.yaml')
    .action(action(run));
  return command;
}

async function run(io: Io, files: string[], options: { config: string }): Promise<ExitCode> {
  const exchange = await createExchange(options.config);
  try {
    const counts = await exchange.importCases(files);
    if (io.json) await io.data(`${JSON.stringify(counts)}\n`);
    else {
      const names = {
        persons: { zh: '人员', en: 'persons' },
        cases: { zh: '案件', en: 'cases' },
        benefits: { zh: '待遇', en: 'benefits' },
        settlements: { zh: '结算', en: 'settlements' },
      };
      for (const [kind, name] of Object.entries(names) as [keyof typeof names, { zh: string; en: string }][]) {
        const count = counts[kind];
        await io.data(
          io.lang === 'zh'
            ? `${name.zh}：新增 ${count.new}，变更 ${count.changed}，未变 ${count.unchanged}\n`
            : `${name.en}: new ${count.new}, changed ${count.changed}, unchanged ${count.unchanged}\n`,
        );
      }
    }
    return 0;
  } finally {
    await exchange.close();
  }
}
