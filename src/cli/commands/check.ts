import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { YilianError } from '../../errors.js';
import { createExchange } from '../../exchange.js';
import type { CaseFile, CheckResult } from '../../model/index.js';
import { type CheckOptions, checkTellingFailures, hasFailedRule } from '../../reconcile/check.js';
import type { RuleFailure } from '../../reconcile/failure.js';
import { validateCaseFile } from '../../schema.js';
import { utf8 } from '../../utf8.js';
import { type ExitCode, mostSerious } from '../exit.js';
import type { Io } from '../io.js';
import type { CommandContext } from '../program.js';
import { checkText } from '../text.js';

interface Options {
  input?: string;
  config: string;
  case?: string;
  asOf?: string;
  rule?: string[];
  jsonl?: boolean;
}

/** `check`: the cross-check of one person, or with `--jsonl` of one case file a line. */
export function checkCommand({ text, action }: CommandContext): Command {
  return new Command('check')
    .description(text({ zh: '对一个人做交叉比对', en: 'cross-check one person' }))
    .option('--input <file>', text({ zh: '案卷 JSON；- 为标准输入', en: 'a case file as JSON; - reads standard input' }))
    .option('--config <file>', text({ zh: '配置文件', en: 'configuration' }), './yilian.config.yaml')
    .option('--case <no>', text({ zh: '在册案件编号', en: 'number of a case on file' }))
    .option('--as-of <instant>', text({ zh: '只看此刻之前收到的', en: 'look only at what had been received by then' }))
    .option('--rule <id...>', text({ zh: '只用这些规则', en: 'only these rules' }))
    .option('--jsonl', text({ zh: '每行一份案卷，逐行输出结果', en: 'one case file a line in, one result a line out' }))
    .action(action(run));
}

async function run(io: Io, options: Options): Promise<ExitCode> {
  const asOf = options.asOf === undefined ? {} : { asOf: instant(options.asOf) };
  const rules: CheckOptions = options.rule === undefined ? {} : { rules: options.rule };
  if (options.input !== undefined) {
    if (options.case !== undefined)
      throw new YilianError('ERR_USAGE', { zh: '--input 与 --case 只能选一个', en: '--input and --case exclude each other' });
    if (options.jsonl === true) return checkLines(io, options.input, asOf, rules);
    const { result, failures } = checkTellingFailures(await readCaseFile(options.input, asOf), rules);
    await print(io, result);
    tellFailures(io, failures);
    return failures.length > 0 ? 6 : 0;
  }
  if (options.case === undefined) {
    throw new YilianError('ERR_USAGE', { zh: '需要 --input 或 --case', en: '--input or --case is needed' });
  }
  const exchange = await createExchange(options.config);
  try {
    const result = await exchange.check(options.case, {
      ...asOf,
      ...(options.rule === undefined ? {} : { rules: options.rule }),
    });
    await print(io, result);
    if (!hasFailedRule(result)) return 0;
    for (const { reason, because } of result.results) if (reason === 'rule-failed') io.say(because);
    return 6;
  } finally {
    await exchange.close();
  }
}

/** Rules that threw, for whoever must mend them; those of many lines each once, with the line of the first. */
function tellFailures(io: Io, failures: readonly RuleFailure[], line?: number): void {
  for (const { rule, error, place = '' } of failures) {
    const at = line === undefined ? { zh: '', en: '' } : { zh: `（第 ${line} 行）`, en: ` (line ${line})` };
    io.say({
      zh: `规则 ${rule} 执行出错${at.zh}：${error.name}：${error.message} ${place}`,
      en: `rule ${rule} failed${at.en}: ${error.name}: ${error.message} ${place}`,
    });
  }
}

/** One line at a time, so that a pipe of any length needs the memory of one line. */
async function checkLines(io: Io, input: string, asOf: { asOf?: string }, rules: CheckOptions): Promise<ExitCode> {
  const stream = input === '-' ? process.stdin : createReadStream(input);
  const codes = new Set<ExitCode>([0]);
  const told = new Set<string>();
  let line = 0;
  let buffer = '';
  let read = true;
  const flush = async (): Promise<void> => {
    if (buffer !== '') read = await io.data(buffer);
    buffer = '';
  };
  for await (const bytes of linesOf(stream, input)) {
    io.signal.throwIfAborted();
    line += 1;
    try {
      const { result, failures } = checkTellingFailures(parseCaseFile(bytes, asOf), rules);
      buffer += `${JSON.stringify(result)}\n`;
      if (failures.length > 0) codes.add(6);
      tellFailures(
        io,
        failures.filter(({ rule }) => !told.has(rule)),
        line,
      );
      for (const { rule } of failures) told.add(rule);
    } catch (error) {
      if (!(error instanceof YilianError) || error.code !== 'ERR_INPUT') throw error;
      codes.add(2);
      buffer += `${JSON.stringify({ error: error.toJSON() })}\n`;
    }
    if (buffer.length > 65_536) await flush();
    if (!read) break;
  }
  await flush();
  return mostSerious([...codes]);
}

/** Line by line as bytes: only a line feed ends one (a text may hold any other separator), and an empty one is a line as well. */
async function* linesOf(stream: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  try {
    for await (const chunk of stream) {
      let start = 0;
      for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
        yield Buffer.concat([...parts, chunk.subarray(start, end)]);
        parts = [];
        start = end + 1;
      }
      if (start < chunk.length) parts.push(chunk.subarray(start));
    }
  } catch (error) {
    throw unreadable(name, error);
  }
  if (parts.length > 0) yield Buffer.concat(parts);
}

/** The case file in a file, or with `-` on standard input. Throws ERR_INPUT naming every fault with its place. */
export async function readCaseFile(input: string, asOf: { asOf?: string }): Promise<CaseFile> {
  return parseCaseFile(input === '-' ? await readAll(process.stdin) : await readInput(input), asOf);
}

/** Throws ERR_INPUT naming every fault with its place. */
function parseCaseFile(source: Uint8Array, asOf: { asOf?: string }): CaseFile {
  const text = utf8(source);
  if (text === undefined) throw new YilianError('ERR_INPUT', { zh: '不是 UTF-8', en: 'not UTF-8' });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new YilianError('ERR_INPUT', { zh: '不是 JSON', en: 'not JSON' });
  }
  const result = validateCaseFile(value);
  if (!result.ok) {
    throw new YilianError('ERR_INPUT', {
      zh: `不是案卷：${result.faults.map((fault) => `${fault.pointer || '/'} ${fault.message.zh}`).join('；')}`,
      en: `not a case file: ${result.faults.map((fault) => `${fault.pointer || '/'} ${fault.message.en}`).join('; ')}`,
    });
  }
  return { ...result.value, ...asOf };
}

async function print(io: Io, result: CheckResult): Promise<void> {
  await io.data(io.json ? `${JSON.stringify(result)}\n` : checkText(result, io));
}

async function readInput(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
}

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

/** What the system refuses is said with the file's name; anything else goes on as it is. */
function unreadable(path: string, error: unknown): unknown {
  const code = error instanceof Error && 'syscall' in error && 'code' in error ? error.code : undefined;
  if (code === undefined) return error;
  return new YilianError('ERR_INPUT', { zh: `读不到 ${path}（${code}）`, en: `cannot read ${path} (${code})` });
}

/** An instant with a zone; a plain day means its end in Shanghai, as an officer would. Throws ERR_USAGE. */
export function instant(text: string): string {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T23:59:59.999+08:00` : text;
  if (!/T.*(Z|[+-]\d{2}:\d{2})$/.test(day) || Number.isNaN(Date.parse(day))) {
    throw new YilianError('ERR_USAGE', {
      zh: `不是时刻（如 2026-11-23 或 2026-11-23T02:00:00+08:00）：${text}`,
      en: `not an instant (2026-11-23 or 2026-11-23T02:00:00+08:00): ${text}`,
    });
  }
  return new Date(day).toISOString();
}
