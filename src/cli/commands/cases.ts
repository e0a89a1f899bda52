import { Command } from 'commander';
import { chosenCodes, shippedCityMapping } from '../../catalogue.js';
import { dossierChange } from '../../dossier/index.js';
import { YilianError } from '../../errors.js';
import { createExchange } from '../../exchange.js';
import type { CorrectedDossiers } from '../../exchange-city.js';
import { dossierTexts } from '../../report/dossier-texts.js';
import { cityImportText } from '../city-text.js';
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
    .argument('[file...]')
    .option('--config <file>', text({ zh: '配置文件', en: 'configuration' }), './yilian.config.yaml')
    .option(
      '--feed <name>',
      text({
        zh: '本市系统的行：配置的来源（recognitions、appraisals、benefits）；不给文件则读其文件夹',
        en: "rows of the city's own systems: a configured source (recognitions, appraisals, benefits); without files, its folder",
      }),
    )
    .option(
      '--as <mapping>',
      text({
        zh: '本市系统的行：随包的映射（city-recognition-jinbao 等）',
        en: "rows of the city's own systems: a shipped mapping (city-recognition-jinbao …)",
      }),
    )
    .option(
      '--codes <indicator=table>',
      text({
        zh: '某指标用哪个随包代码表，可重复（ALC060=alc060-0-none-3-total）',
        en: 'which shipped table an indicator uses, may be repeated (ALC060=alc060-0-none-3-total)',
      }),
      (value: string, before: string[]) => [...before, value],
      [],
    )
    .action(action(run));
  return command;
}

interface Options {
  config: string;
  feed?: string;
  as?: string;
  codes: string[];
}

async function run(io: Io, files: string[], options: Options): Promise<ExitCode> {
  const isOfCity = options.feed !== undefined || options.as !== undefined;
  if (files.length === 0 && options.feed === undefined) throw usage('没有给出文件', 'no files are given');
  if (isOfCity) return importCity(io, files, options);
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
    return sayDossiers(io, counts);
  } finally {
    await exchange.close();
  }
}

/** Rows that wait or cannot be used are told and do not fail the import; an import of which nothing could be used does. */
async function importCity(io: Io, files: readonly string[], { config, feed, as, codes }: Options): Promise<ExitCode> {
  if (feed !== undefined && as !== undefined) throw usage('--feed 与 --as 只能用一个', 'use --feed or --as, not both');
  const from = as === undefined ? (feed ?? '') : { mapping: shippedCityMapping(as), codes: chosenCodes(codes) };
  const exchange = await createExchange(config);
  try {
    const result = await exchange.importCity(from, files.length === 0 ? undefined : files);
    if (io.json) await io.data(`${JSON.stringify(result)}\n`);
    else await io.data(cityImportText(result, io.lang));
    for (const notice of result.notices) io.say(notice.text);
    const rows = Object.values(result.counts.rows).reduce((total, count) => total + count, 0);
    const code = sayDossiers(io, result);
    return rows === 0 && result.refused.length > 0 ? 4 : code;
  } finally {
    await exchange.close();
  }
}

/** Which dossiers the import corrected, and who must hear of it; 3 where one could not be looked at. */
function sayDossiers(io: Io, { dossiers = [] }: CorrectedDossiers): ExitCode {
  for (const text of dossierTexts(dossiers.map(dossierChange))) io.say(text);
  return dossiers.some(({ change }) => change === 'failed') ? 3 : 0;
}

function usage(zh: string, en: string): YilianError {
  return new YilianError('ERR_USAGE', { zh, en });
}
