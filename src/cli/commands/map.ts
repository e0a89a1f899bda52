import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { Command } from 'commander';
import { parse } from 'yaml';
import { institutionTable } from '../../adapters/institutions.js';
import { type MapOptions, type Mapped, mapBytes } from '../../adapters/offline.js';
import { catalogue } from '../../catalogue.js';
import { loadConfig } from '../../config/index.js';
import { YilianError } from '../../errors.js';
import { createKeys } from '../../identity/index.js';
import type { MappingDefinition } from '../../mapping/mapping.js';
import type { ExitCode } from '../exit.js';
import type { Io } from '../io.js';
import type { CommandContext } from '../program.js';

interface Options {
  agency: string;
  feed: string;
  envelope?: string;
  mapping?: string;
  operation?: string;
  config?: string;
}

/** `map`: recorded bytes → evidence and rejections, offline. */
export function mapCommand({ text, action }: CommandContext): Command {
  return new Command('map')
    .description(text({ zh: '离线：把存下的报文变成证据与拒收', en: 'offline: recorded bytes into evidence and rejections' }))
    .argument('<message...>', text({ zh: '报文文件', en: 'files with messages' }))
    .requiredOption('--agency <agency>', text({ zh: '部门', en: 'agency' }))
    .requiredOption('--feed <feed>', text({ zh: '数据源', en: 'feed' }))
    .option('--envelope <id>', text({ zh: '报文格式（默认自动识别）', en: 'envelope (default: recognised)' }))
    .option('--mapping <file>', text({ zh: '映射：随包名称或文件', en: 'mapping: a shipped name or a file' }))
    .option('--operation <name>', text({ zh: '报文回答的是哪个操作', en: 'the operation the message answers' }))
    .option(
      '--config <file>',
      text({
        zh: '按此配置：报文格式与映射、代码表、人员密钥、机构表',
        en: 'as configured there: envelope and mapping, code tables, person key, institutions',
      }),
    )
    .action(action(run));
}

async function run(io: Io, files: string[], options: Options): Promise<ExitCode> {
  const base = await mapOptions(options, io);
  for (const path of files) {
    io.signal.throwIfAborted();
    const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      throw new YilianError(
        'ERR_INPUT',
        { zh: `读不到 ${path}（${error.code}）`, en: `cannot read ${path} (${error.code})` },
        { place: path },
      );
    });
    const mapped = mapBytes(bytes, { ...base, file: basename(path), receivedAt: new Date().toISOString() });
    await io.data(`${JSON.stringify(shown(mapped), undefined, io.json ? undefined : 2)}\n`);
  }
  return 0;
}

/** One JSON object a message; the bytes themselves are in the file already. */
function shown(mapped: Mapped): Record<string, unknown> {
  const { bytes: _, ...message } = mapped.message;
  return { ...mapped, message };
}

async function mapOptions(options: Options, io: Io): Promise<Omit<MapOptions, 'receivedAt' | 'file'>> {
  const config = options.config === undefined ? undefined : await loadConfig(options.config, catalogue, io.env);
  const configured = config?.connections.filter((item) => item.agency === options.agency && item.feed === options.feed) ?? [];
  const codeTables = Object.assign({}, ...configured.map((item) => item.codeTables));
  return {
    agency: options.agency,
    feed: options.feed,
    codeTables,
    configured,
    ...(options.envelope === undefined ? {} : { envelope: { id: options.envelope } }),
    ...(options.mapping === undefined ? {} : { mapping: await readMapping(options.mapping) }),
    ...(options.operation === undefined ? {} : { operation: options.operation }),
    ...(config === undefined ? {} : { keys: createKeys(config.personKey), institutions: institutionTable(config.institutions) }),
  };
}

async function readMapping(nameOrPath: string): Promise<MappingDefinition> {
  const shipped = catalogue.mappings[nameOrPath];
  if (shipped !== undefined) return shipped;
  try {
    const text = await readFile(nameOrPath, 'utf8');
    return (extname(nameOrPath) === '.json' ? JSON.parse(text) : parse(text)) as MappingDefinition;
  } catch {
    throw new YilianError('ERR_USAGE', {
      zh: `没有随包的映射，也读不到文件：${nameOrPath}`,
      en: `neither a shipped mapping nor a readable file: ${nameOrPath}`,
    });
  }
}
