import { Command, Option } from 'commander';
import { agencyTitles } from '../../catalogue.js';
import { YilianError } from '../../errors.js';
import { createExchange } from '../../exchange.js';
import { levelTexts, reviewStates } from '../../linkage/texts.js';
import type { ReviewAnswer, ReviewItem } from '../../model/index.js';
import { redact } from '../../redact.js';
import { byLikelihood, maskedReview, reviewLines } from '../../report/reviews.js';
import { feedTitle, punctuation } from '../../report/texts.js';
import type { ExitCode } from '../exit.js';
import type { Io } from '../io.js';
import type { CommandContext } from '../program.js';

const states: readonly ReviewItem['state'][] = ['open', 'same', 'not-same', 'closed'];
const answers: readonly ReviewAnswer[] = ['same', 'not-same', 'undecided'];

/** `links list | show | decide`: records that are perhaps about somebody on file. */
export function linksCommand({ text, action }: CommandContext): Command {
  const command = new Command('links').description(
    text({ zh: '待核对的对应关系（号码有误或缺失的记录）', en: 'records whose number is wrong or missing: whose are they?' }),
  );
  const config = text({ zh: '配置文件', en: 'configuration' });
  const id = text({ zh: '待核对项编号或其开头', en: 'id of the review item or its beginning' });
  command
    .command('list')
    .description(text({ zh: '列出待核对项', en: 'list review items' }))
    .option('--config <file>', config, './yilian.config.yaml')
    .addOption(new Option('--state <state...>', text({ zh: '状态', en: 'states' })).choices(states).default(['open']))
    .action(action(list));
  command
    .command('show')
    .description(text({ zh: '显示一项：两方、得分、理由、回答', en: 'show one: both sides, score, reasons, answers' }))
    .argument('<id>', id)
    .option('--config <file>', config, './yilian.config.yaml')
    .action(action(show));
  command
    .command('decide')
    .description(text({ zh: '作答：同一人、不是同一人、未定', en: 'answer: same, not-same, undecided' }))
    .argument('<id>', id)
    .addOption(new Option('--as <answer>', text({ zh: '回答', en: 'the answer' })).choices(answers).makeOptionMandatory(true))
    .requiredOption('--by <name>', text({ zh: '由谁作出', en: 'who says so' }))
    .requiredOption('--reason <text>', text({ zh: '理由', en: 'why' }))
    .option('--config <file>', config, './yilian.config.yaml')
    .action(action(decide));
  return command;
}

async function list(io: Io, options: { config: string; state: ReviewItem['state'][] }): Promise<ExitCode> {
  const exchange = await createExchange(options.config);
  try {
    const items = (await exchange.reviews()).filter(({ state }) => options.state.includes(state)).sort(byLikelihood);
    if (io.json) await io.data(items.map((item) => `${JSON.stringify(maskedReview(item))}\n`).join(''));
    else await io.data(items.length === 0 ? none[io.lang] : `${redact(items.map((item) => line(item, io)).join('\n'))}\n`);
    return 0;
  } finally {
    await exchange.close();
  }
}

const none = { zh: '没有待核对项。\n', en: 'no review items.\n' };

function line(item: ReviewItem, { lang }: Pick<Io, 'lang'>): string {
  const { record, subject } = item;
  return `${item.id.slice(0, 12)}  ${levelTexts[item.level][lang]}  ${item.score}  ${reviewStates[item.state][lang]}  ${subject.caseNos.join(punctuation.listed[lang])}  ${feedTitle(record, agencyTitles, lang)}`;
}

async function show(io: Io, id: string, options: { config: string }): Promise<ExitCode> {
  const exchange = await createExchange(options.config);
  try {
    const found = (await exchange.reviews()).filter((item) => item.id.startsWith(id));
    const item = found.find((each) => each.id === id) ?? found[0];
    if (item === undefined || (found.length > 1 && item.id !== id))
      throw new YilianError('ERR_INPUT', {
        zh: found.length > 1 ? `有多个待核对项以 ${id} 开头，请写长一些` : `没有编号为 ${id} 的待核对项`,
        en: found.length > 1 ? `several review items begin with ${id}: write more of it` : `there is no review item ${id}`,
      });
    await tell(io, item);
    return 0;
  } finally {
    await exchange.close();
  }
}

async function decide(
  io: Io,
  id: string,
  options: { config: string; as: ReviewAnswer; by: string; reason: string },
): Promise<ExitCode> {
  const exchange = await createExchange(options.config);
  try {
    await tell(io, await exchange.answerReview({ id, answer: options.as, by: options.by, reason: options.reason }));
    io.say({ zh: '已记录；下次核对起生效。', en: 'kept; it counts from the next run on.' });
    return 0;
  } finally {
    await exchange.close();
  }
}

async function tell(io: Io, item: ReviewItem): Promise<void> {
  if (io.json) await io.data(`${JSON.stringify(maskedReview(item))}\n`);
  else await io.data(`${reviewLines(item, agencyTitles, io.lang).map(redact).join('\n')}\n`);
}
