import { Command, CommanderError, Option } from 'commander';
import type { Bilingual } from '../model/index.js';
import { redact } from '../redact.js';
import { version } from '../version.js';
import { auditCommand } from './commands/audit.js';
import { casesCommand } from './commands/cases.js';
import { checkCommand } from './commands/check.js';
import { materialsCommand, prefillCommand, sessionCommand } from './commands/city.js';
import { demoCommand } from './commands/demo.js';
import { doctorCommand } from './commands/doctor.js';
import { dossierCommand } from './commands/dossier.js';
import { explainCommand } from './commands/explain.js';
import { findingsCommand } from './commands/findings.js';
import { linksCommand } from './commands/links.js';
import { lookupCommand } from './commands/lookup.js';
import { mapCommand } from './commands/map.js';
import { outboxCommand } from './commands/outbox.js';
import { reconcileCommand } from './commands/reconcile.js';
import { sandboxCommand } from './commands/sandbox.js';
import { asYilianError, type ExitCode, exitCodeOfError } from './exit.js';
import { type Io, type Language, languageOf, processIo } from './io.js';
import { usageText } from './usage.js';

/** A subcommand: adds itself to the program; its action gives the exit code. */
export interface CommandContext {
  /** Text in the chosen language, for help. */
  text: (text: Bilingual) => string;
  /** Wraps an action: io from the global options, exit code into the process. */
  action: <A extends unknown[]>(run: (io: Io, ...args: A) => Promise<ExitCode>) => (...args: A) => Promise<void>;
}

const commands = [
  demoCommand,
  sandboxCommand,
  reconcileCommand,
  checkCommand,
  explainCommand,
  mapCommand,
  lookupCommand,
  casesCommand,
  materialsCommand,
  prefillCommand,
  sessionCommand,
  findingsCommand,
  linksCommand,
  outboxCommand,
  dossierCommand,
  auditCommand,
  doctorCommand,
];

/** Runs the command line; gives the exit code and never throws. */
export async function runCommandLine(argv: readonly string[], signal: AbortSignal): Promise<ExitCode> {
  const lang: Language = languageOf(argv, process.env);
  const text = (both: Bilingual): string => both[lang];
  let exit: ExitCode = 0;

  const program = new Command('yilian')
    .description(
      text({
        zh: '一链：劳动能力鉴定跨部门数据交换与自动比对',
        en: 'Exchange and cross-check of labour-capacity appraisal data with five agencies',
      }),
    )
    .version(version)
    .addOption(new Option('--json', text({ zh: '输出 JSON', en: 'print JSON' })))
    .addOption(
      new Option('--lang <zh|en>', text({ zh: '语言（默认随系统区域设置）', en: 'language (default: from the locale)' })).choices(
        ['zh', 'en'],
      ),
    )
    .addOption(new Option('--no-color', text({ zh: '不用颜色', en: 'no colour' })))
    .configureOutput({ writeErr: (said) => process.stderr.write(redact(usageText(said, lang))) })
    .showHelpAfterError()
    .exitOverride();
  // Asked of the arguments themselves: they count the same before and after the command's name.
  const io = (): Io => processIo(lang, argv.includes('--json'), !argv.includes('--no-color'), signal);
  const context: CommandContext = {
    text,
    action:
      (run) =>
      async (...args) => {
        exit = await guarded(io(), (it) => run(it, ...args));
      },
  };
  for (const add of commands) {
    const command = add(context);
    inherit(command, program);
    program.addCommand(command);
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return guarded(io(), () => Promise.reject(error));
  }
  return exit;
}

/** A command takes the global options too, and its faults of usage end as the program's do: told, with exit code 2. */
function inherit(command: Command, program: Command): void {
  command.copyInheritedSettings(program);
  for (const option of program.options)
    if (option.long !== '--version') command.addOption(new Option(option.flags, option.description).hideHelp());
  for (const child of command.commands) inherit(child, program);
}

/** Runs an action and turns what it throws into a text and an exit code. */
async function guarded(io: Io, run: (io: Io) => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await run(io);
  } catch (error) {
    const known = asYilianError(error);
    const code = exitCodeOfError(known ?? error, io.signal);
    io.progress('');
    if (code === 130) io.say({ zh: '已中断；再次运行会接着做。', en: 'interrupted; running it again goes on from here.' });
    else if (known !== undefined) {
      io.say({ zh: `${known.code}：${known.text.zh}`, en: `${known.code}: ${known.text.en}` });
      if (io.json) await io.data(`${JSON.stringify({ error: known.toJSON() })}\n`);
    } else {
      io.say({ zh: '内部错误，请将以下内容报告给开发者：', en: 'internal error, please report what follows:' });
      io.say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    return code;
  }
}
