import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { readExport } from '../../audit/export.js';
import type { AuditExtractAsk } from '../../audit/log.js';
import { type SealKeys, verifyChain } from '../../audit/verify.js';
import { publicKeyVerifier } from '../../crypto/index.js';
import { YilianError } from '../../errors.js';
import { createExchange, type Exchange } from '../../exchange.js';
import { compareNames, createKeys, parseIdDocument } from '../../identity/index.js';
import { type AuditHead, dayInterval } from '../../model/index.js';
import { extractText, verificationText } from '../audit-text.js';
import type { ExitCode } from '../exit.js';
import type { Io } from '../io.js';
import type { CommandContext } from '../program.js';

interface Verify {
  config: string;
  input?: string;
  head?: string;
  publicKey?: string;
  keyId?: string;
}

interface Export {
  config: string;
  all?: boolean;
  idNumber?: string;
  name?: string;
  case?: string;
  from?: string;
  until?: string;
  by?: string;
  reason?: string;
}

/** `audit verify | export`: whether the log holds; who looked at whom, when and why. */
export function auditCommand({ text, action }: CommandContext): Command {
  const command = new Command('audit').description(text({ zh: '审计日志', en: 'the audit log' }));
  const config = text({ zh: '配置文件', en: 'configuration' });
  command
    .command('verify')
    .description(
      text({ zh: '核验审计日志：有改动、缺失、插入、移位时指明位置', en: 'tell whether the log holds, and if not, where' }),
    )
    .option('--config <file>', config, './yilian.config.yaml')
    .option('--input <file>', text({ zh: '离线核验导出的整条链', en: 'verify an exported chain offline' }))
    .option('--head <seq:hash>', text({ zh: '另处保存的链尾', en: 'an end of the chain that was kept elsewhere' }))
    .option('--public-key <file>', text({ zh: '封印公钥（PEM）', en: 'public key of the seals (PEM)' }))
    .option(
      '--key-id <id>',
      text({ zh: '公钥编号；不写则用于所有封印', en: 'id of the public key; of all seals where left out' }),
    )
    .action(action(verify));
  command
    .command('export')
    .description(
      text({
        zh: '导出谁在何时因何查看过某人或某案；导出本身也记入日志',
        en: 'who looked at a person or a case, when and why; noted itself',
      }),
    )
    .option('--config <file>', config, './yilian.config.yaml')
    .option('--id-number <number>', text({ zh: '证件号码', en: 'number of the id document' }))
    .option('--name <name>', text({ zh: '姓名', en: 'name' }))
    .option('--case <no>', text({ zh: '案件编号', en: 'case number' }))
    .option('--all', text({ zh: '整条链与封印，供离线核验', en: 'the whole chain with its seals, for offline verification' }))
    .option('--from <day>', text({ zh: '起始日（上海）', en: 'first day (Shanghai)' }))
    .option('--until <day>', text({ zh: '截止日（含）', en: 'last day' }))
    .option(
      '--by <name>',
      text({ zh: '由谁导出（默认为配置中的操作人）', en: 'who exports (default: the operator of the configuration)' }),
    )
    .option('--reason <text>', text({ zh: '理由', en: 'why' }))
    .action(action(exportLog));
  return command;
}

async function verify(io: Io, options: Verify): Promise<ExitCode> {
  const head = options.head === undefined ? {} : { head: headOf(options.head) };
  const key = options.publicKey === undefined ? undefined : await publicKey(options.publicKey, options.keyId);
  const said =
    options.input === undefined
      ? await within(options.config, key, (exchange) => exchange.audit.verify(head))
      : await verifyFile(options.input, key, head);
  await io.data(io.json ? `${JSON.stringify(said)}\n` : verificationText(said, io));
  return said.ok ? 0 : 1;
}

async function verifyFile(path: string, keys: SealKeys, head: { head?: AuditHead }) {
  const { records, seals } = readExport((await readFile(path, 'utf8')).split('\n'));
  return verifyChain(records, seals, keys, head);
}

async function publicKey(path: string, keyId: string | undefined): Promise<NonNullable<SealKeys>> {
  const pem = await readFile(path, 'utf8');
  return (id) => (keyId === undefined || id === keyId ? publicKeyVerifier({ keyId: id, key: pem }, path) : undefined);
}

function headOf(text: string): AuditHead {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined || hash === undefined)
    throw new YilianError('ERR_USAGE', { zh: '--head 须为 序号:校验值', en: '--head must be SEQ:HASH' });
  return { seq: Number(seq), hash };
}

async function exportLog(io: Io, options: Export): Promise<ExitCode> {
  const asked = [options.all, options.idNumber, options.case].filter((each) => each !== undefined);
  if (asked.length !== 1)
    throw new YilianError('ERR_USAGE', {
      zh: '须指定 --id-number、--case 或 --all 之一',
      en: 'one of --id-number, --case and --all is needed',
    });
  return within<ExitCode>(options.config, undefined, async (exchange) => {
    const { operator } = exchange.config;
    const by = { operator: options.by ?? operator.name, purpose: options.reason ?? 'audit-export' };
    if (options.all === true) {
      for await (const line of exchange.audit.exportAll(by)) if (!(await io.data(line))) break;
      return 0;
    }
    const ask: AuditExtractAsk = { ...by, about: await aboutOf(options, exchange), ...spanOf(options) };
    const records = await exchange.audit.extract(ask);
    await io.data(io.json ? records.map((record) => `${JSON.stringify(record)}\n`).join('') : extractText(records, io));
    return 0;
  });
}

/** Whom or what it is about; nothing of the number goes further than this. */
async function aboutOf(options: Export, { config, store }: Exchange): Promise<AuditExtractAsk['about']> {
  if (options.case !== undefined) return { caseNo: options.case };
  const personKey = createKeys(config.personKey).personKey({ idDocuments: [parseIdDocument(options.idNumber ?? '')] });
  if (personKey === undefined || options.name === undefined || options.name.trim() === '')
    throw new YilianError('ERR_USAGE', {
      zh: '须有完整的 --id-number 与 --name',
      en: 'a whole --id-number and a --name are needed',
    });
  const file = await store.caseFile(personKey, new Date().toISOString());
  if (file !== undefined && compareNames(file.subject, { name: options.name }).result === 'different')
    throw new YilianError('ERR_INPUT', { zh: '号码与姓名不符', en: 'number and name are not of one person' });
  return { personKey, caseNos: file?.cases.map(({ caseNo }) => caseNo) ?? [] };
}

/** Days of Shanghai as instants; the last day is in it. */
function spanOf({ from, until }: Export): { from?: string; until?: string } {
  for (const day of [from, until])
    if (day !== undefined && !(/^\d{4}-\d{2}-\d{2}$/.test(day) && dayInterval(day) !== undefined))
      throw new YilianError('ERR_USAGE', { zh: `不是日期（如 2026-11-23）：${day}`, en: `not a day (2026-11-23): ${day}` });
  const start = (day: string, more = 0): string => new Date(Date.parse(`${day}T00:00:00+08:00`) + more).toISOString();
  return {
    ...(from === undefined ? {} : { from: start(from) }),
    ...(until === undefined ? {} : { until: start(until, 86_400_000) }),
  };
}

async function within<T>(config: string, verifier: SealKeys, action: (exchange: Exchange) => Promise<T>): Promise<T> {
  const exchange = await createExchange(config, verifier === undefined ? {} : { auditKeys: { verifier } });
  try {
    return await action(exchange);
  } finally {
    await exchange.close();
  }
}
