import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command, Option } from 'commander';
import { createVerifier, publicKeyVerifier, type SignatureAlgorithm } from '../../crypto/index.js';
import { type DossierVerification, dossierItemKinds, verifyDossier } from '../../dossier/index.js';
import { YilianError } from '../../errors.js';
import { createExchange } from '../../exchange.js';
import type { DossierItemKind, DossierManifest } from '../../model/index.js';
import type { ExitCode } from '../exit.js';
import type { Io } from '../io.js';
import type { CommandContext } from '../program.js';
import { serveCommand } from './dossier-serve.js';

/** `dossier`: what the province pulls for a re-appraisal — made, served, verified, corrected. */
export function dossierCommand(context: CommandContext): Command {
  const { text, action } = context;
  const config = new Option('--config <file>', text({ zh: '配置文件', en: 'configuration' })).default('./yilian.config.yaml');
  const command = new Command('dossier').description(text({ zh: '再次鉴定卷宗', en: 'dossiers for a re-appraisal' }));
  command.addCommand(serveCommand(context));
  command
    .command('build')
    .description(text({ zh: '离线制作一份封签卷宗（dossier.zip）', en: 'make a sealed dossier offline (dossier.zip)' }))
    .requiredOption('--case <no>', text({ zh: '案件编号', en: 'case number' }))
    .requiredOption('--provincial-no <no>', text({ zh: '省级再次鉴定编号', en: "the province's number of the re-appraisal" }))
    .option('--conclusion <no>', text({ zh: '结论书编号（默认最近一份）', en: 'number of the conclusion (default: the last)' }))
    .option('--partner <id>', text({ zh: '协作方（仅有一家时可省）', en: 'for which partner, where there are several' }))
    .option('--items <kinds>', text({ zh: '材料种类，逗号分隔', en: 'kinds of items, separated by commas' }))
    .option('--out <file>', text({ zh: '写到此文件', en: 'file to write' }), './dossier.zip')
    .addOption(config)
    .action(action(build));
  command
    .command('verify')
    .description(text({ zh: '离线验证卷宗，仅需市级公钥', en: "verify a dossier offline: needs the city's public key only" }))
    .argument('<file|folder>')
    .requiredOption('--key <pem...>', text({ zh: '市级公钥文件', en: "the city's public key files" }))
    .addOption(
      new Option(
        '--algorithm <name>',
        text({ zh: '密钥算法（默认由公钥种类决定）', en: 'algorithm of the key (default: what kind of key it is)' }),
      ).choices(['ecdsa-p256-sha256', 'ed25519', 'sm2-sm3']),
    )
    .action(action(verify));
  command
    .command('list')
    .description(text({ zh: '有效的卷宗版本', en: 'versions that stand' }))
    .option('--case <no>', text({ zh: '案件编号', en: 'case number' }))
    .addOption(config)
    .action(action(list));
  command
    .command('revise')
    .description(
      text({
        zh: '按现有案卷更正卷宗，并列出应告知的单位',
        en: 'correct dossiers by the case files as they are, and say whom to tell',
      }),
    )
    .addOption(config)
    .action(action(revise));
  const documents = command.command('documents').description(text({ zh: '案件材料', en: 'documents of cases' }));
  documents
    .command('import')
    .description(text({ zh: '按摘要把文件归入在册案件', en: 'put files where cases on file name their hashes' }))
    .argument('<dir>')
    .addOption(config)
    .action(action(importFolder));
  return command;
}

interface BuildOptions {
  case: string;
  provincialNo: string;
  conclusion?: string;
  partner?: string;
  items?: string;
  out: string;
  config: string;
}

async function build(io: Io, options: BuildOptions): Promise<ExitCode> {
  const items = options.items?.split(',').map((kind) => kind.trim());
  const unknown = items?.find((kind) => !dossierItemKinds.some((known) => known === kind));
  if (unknown !== undefined)
    throw new YilianError('ERR_USAGE', {
      zh: `没有这种材料：${unknown}；可用：${dossierItemKinds.join('、')}`,
      en: `there is no item ${unknown}; there are: ${dossierItemKinds.join(', ')}`,
    });
  return withExchange(options.config, async (exchange) => {
    const built = await exchange.buildDossier({
      caseNo: options.case,
      provincialNo: options.provincialNo,
      ...(options.conclusion === undefined ? {} : { conclusionNo: options.conclusion }),
      ...(options.partner === undefined ? {} : { partner: options.partner }),
      ...(items === undefined ? {} : { items: items as DossierItemKind[] }),
    });
    // Whole or not at all: half an archive looks like a damaged one.
    await mkdir(dirname(options.out), { recursive: true });
    const partial = `${options.out}.partial`;
    try {
      await pipeline(Readable.from(built.archive()), createWriteStream(partial, { mode: 0o600 }));
      await rename(partial, options.out);
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
    const { manifest, sha256, state } = built;
    if (io.json)
      await io.data(
        `${JSON.stringify({ id: manifest.id, version: manifest.version, sha256, state, late: manifest.late, file: options.out })}\n`,
      );
    else await io.data(`${options.out}  ${manifest.id}  sha256 ${sha256}\n`);
    sayIncomplete(io, manifest);
    return state === 'sealed' ? 0 : 3;
  });
}

function sayIncomplete(io: Io, { checklist, late }: DossierManifest): void {
  for (const item of checklist)
    if (item.status === 'missing' || item.status === 'deferred')
      io.say({ zh: `${item.title.zh}：${item.because.zh}`, en: `${item.title.en}: ${item.because.en}` });
  if (late) io.say({ zh: '已超过 15 日，由省级决定是否受理。', en: 'the 15 days are over: the province decides.' });
}

async function verify(io: Io, path: string, options: { key: string[]; algorithm?: SignatureAlgorithm }): Promise<ExitCode> {
  const verifiers = [];
  const source = (await stat(path)).isDirectory() ? await folderOf(path) : { archive: path };
  const keyId = await sealKeyOf(source);
  for (const file of options.key) {
    const key = await readFile(file, 'utf8');
    const { algorithm } = options;
    verifiers.push(
      algorithm === undefined ? publicKeyVerifier({ keyId, key }, file) : createVerifier({ keyId, algorithm, key }, file),
    );
  }
  // Which of the keys it was is for the signature to say: the id in the file is the file's.
  let best: DossierVerification | undefined;
  for (const verifier of verifiers) {
    const result = await verifyDossier(source, [verifier]);
    if (best === undefined || (result.ok && !best.ok)) best = result;
  }
  if (best === undefined) return 2;
  const whole = best.ok && best.complete;
  if (io.json)
    await io.data(
      `${JSON.stringify({ ok: whole, complete: best.complete, manifestSha256: best.manifestSha256, faults: best.faults, documents: best.documents })}\n`,
    );
  else {
    for (const fault of best.faults) await io.data(`${fault.place}  ${fault[io.lang]}\n`);
    for (const { id, state } of best.documents)
      if (state === 'not-given') await io.data(io.lang === 'zh' ? `${id}  未提供\n` : `${id}  not given\n`);
    const { manifest } = best;
    if (whole && manifest)
      await io.data(
        io.lang === 'zh'
          ? `验证通过：${manifest.id} 第 ${manifest.version} 版，${best.documents.length} 份材料，sha256 ${best.manifestSha256}\n`
          : `it holds: ${manifest.id} version ${manifest.version}, ${best.documents.length} documents, sha256 ${best.manifestSha256}\n`,
      );
  }
  return whole ? 0 : 1;
}

/** An archive that was unpacked: `manifest.json`, and documents by id (their file name without its ending). */
async function folderOf(folder: string): Promise<{ manifest: Uint8Array; documents: Map<string, Uint8Array> }> {
  const documents = new Map<string, Uint8Array>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const name = relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/');
    if (!entry.isFile() || name === 'manifest.json') continue;
    documents.set(name.replace(/^documents\//, '').replace(/\.[^.]*$/, ''), await readFile(join(folder, name)));
  }
  return { manifest: await readFile(join(folder, 'manifest.json')), documents };
}

async function sealKeyOf(source: Parameters<typeof verifyDossier>[0]): Promise<string> {
  const { manifest } = await verifyDossier(source, []);
  return manifest?.seal.keyId ?? 'unknown';
}

async function list(io: Io, options: { case?: string; config: string }): Promise<ExitCode> {
  return withExchange(options.config, async (exchange) => {
    const versions = await exchange.dossiers(options.case);
    for (const { id, version, state, partner, madeAt, manifest, manifestSha256 } of versions) {
      const { caseNos, conclusionNo, provincialNo, late } = manifest;
      if (io.json)
        await io.data(
          `${JSON.stringify({ id, version, state, partner, madeAt, caseNos, conclusionNo, provincialNo, late, manifestSha256 })}\n`,
        );
      else await io.data(`${id}  v${version}  ${state}  ${partner}  ${caseNos[0] ?? ''}  ${provincialNo}  ${madeAt}\n`);
    }
    return 0;
  });
}

async function revise(io: Io, options: { config: string }): Promise<ExitCode> {
  return withExchange(options.config, async (exchange) => {
    const revised = await exchange.reviseDossiers();
    const words = {
      'new-version': { zh: '新版本', en: 'new version' },
      withdrawn: { zh: '已撤回', en: 'withdrawn' },
      failed: { zh: '未能更正', en: 'could not be looked at' },
    };
    for (const one of revised) {
      if (io.json) {
        await io.data(`${JSON.stringify(one)}\n`);
        continue;
      }
      const told = one.tell.map(({ organisation }) => organisation).join('、');
      await io.data(
        io.lang === 'zh'
          ? `${one.id}  ${words[one.change].zh} ${one.next?.id ?? ''}  ${one.reason}  告知：${told || '无'}\n`
          : `${one.id}  ${words[one.change].en} ${one.next?.id ?? ''}  ${one.reason}  tell: ${told || 'nobody'}\n`,
      );
    }
    return revised.some(({ change }) => change === 'failed') ? 3 : 0;
  });
}

async function importFolder(io: Io, folder: string, options: { config: string }): Promise<ExitCode> {
  return withExchange(options.config, async (exchange) => {
    const { imported, unchanged, unmatched, absent } = await exchange.importDocuments(folder);
    if (io.json)
      await io.data(
        `${JSON.stringify({ imported: imported.length, unchanged: unchanged.length, unmatched: unmatched.length, absent })}\n`,
      );
    else
      await io.data(
        io.lang === 'zh'
          ? `归入 ${imported.length}，已有 ${unchanged.length}，无案件登记 ${unmatched.length}，仍缺 ${absent.length}\n`
          : `put ${imported.length}, there already ${unchanged.length}, named by no case ${unmatched.length}, still absent ${absent.length}\n`,
      );
    for (const name of unmatched) io.say({ zh: `没有案件登记：${name}`, en: `named by no case: ${name}` });
    return 0;
  });
}

async function withExchange(
  config: string,
  act: (exchange: Awaited<ReturnType<typeof createExchange>>) => Promise<ExitCode>,
): Promise<ExitCode> {
  const exchange = await createExchange(config);
  try {
    return await act(exchange);
  } finally {
    await exchange.close();
  }
}
