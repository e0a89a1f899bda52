import { Command } from 'commander';
import type { DropFolderChannel } from '../../channels/channel.js';
import { reach } from '../../channels/reach.js';
import { clockOffsetMs } from '../../channels/server-clock.js';
import type { HttpChannelConfig } from '../../config/index.js';
import { isYilianError, type YilianError } from '../../errors.js';
import { createExchange } from '../../exchange.js';
import type { Bilingual, OutboxSummary } from '../../model/index.js';
import type { ConnectedFeed } from '../../reconcile/pull.js';
import { outboxTexts } from '../../report/outbox-texts.js';
import { cityLines } from '../city-text.js';
import { type ExitCode, mostSerious } from '../exit.js';
import type { Io } from '../io.js';
import type { CommandContext } from '../program.js';

/** One line of the doctor's: what was looked at, how it is, and what to do. */
export interface Line {
  what: string;
  state: 'ok' | 'warning' | 'bad';
  text: Bilingual;
  code?: string;
  mend?: Bilingual;
}

/** `doctor`: configuration, credentials, clock, each feed's reachability, one line each, with the mend. No person is asked about. */
export function doctorCommand({ text, action }: CommandContext): Command {
  return new Command('doctor')
    .description(
      text({
        zh: '检查配置、凭据、时钟与各数据源是否可达',
        en: 'check configuration, credentials, clock and reachability of every feed',
      }),
    )
    .option('--config <file>', text({ zh: '配置文件', en: 'configuration' }), './yilian.config.yaml')
    .action(action(run));
}

async function run(io: Io, options: { config: string }): Promise<ExitCode> {
  const exchange = await createExchange(options.config);
  try {
    const lines: Line[] = [
      {
        what: 'configuration',
        state: 'ok',
        text: { zh: `${exchange.feeds.length} 个连接`, en: `${exchange.feeds.length} connections` },
      },
    ];
    const persons = await exchange.store.countSubjects(new Date().toISOString());
    lines.push({
      what: 'store',
      state: 'ok',
      text: { zh: `可读，在册 ${persons} 人`, en: `readable, ${persons} persons on file` },
    });
    lines.push(...outboxLines(await exchange.outbox.summary()));
    for (const [index, feed] of exchange.feeds.entries()) {
      io.progress(`${feed.policy.agency}/${feed.policy.feed}`);
      const channel = exchange.config.connections[index]?.channel;
      lines.push(...(await examine(feed, channel?.kind === 'http' ? channel : undefined, io.signal)));
    }
    lines.push(...cityLines(exchange.config));
    const https = exchange.config.connections.flatMap(({ channel }) => (channel.kind === 'http' ? [channel] : []));
    lines.push(await clockLine(https));
    io.progress('');
    for (const line of lines) await io.data(io.json ? `${JSON.stringify(line)}\n` : print(line, io));
    return mostSerious(lines.map((line): ExitCode => (line.state === 'bad' ? 3 : 0)));
  } finally {
    await exchange.close();
  }
}

/** What is left to send; what was refused stands still until somebody has looked. */
function outboxLines(left: OutboxSummary): Line[] {
  if (left.waiting + left.refused === 0) return [];
  const texts = outboxTexts(left);
  const text = { zh: texts.map(({ zh }) => zh).join('；'), en: texts.map(({ en }) => en).join('; ') };
  const mend = {
    zh: '查看原因后处理：yilian outbox show、retry 或 skip',
    en: 'look at the reason, then: yilian outbox show, retry or skip',
  };
  return [{ what: 'outbox', state: left.refused > 0 ? 'bad' : 'ok', text, ...(left.refused > 0 ? { mend } : {}) }];
}

/** Signatures carry the time: an agency whose clock is minutes away from ours refuses everything. */
const clockToleranceMs = 60_000;

async function clockLine(channels: readonly HttpChannelConfig[]): Promise<Line> {
  const perOrigin = new Map(channels.map((channel) => [new URL(channel.baseUrl).origin, channel]));
  const offsets = (await Promise.all([...perOrigin.values()].map((channel) => clockOffsetMs(channel)))).filter(
    (offset) => offset !== undefined,
  );
  const furthest = offsets.reduce((worst, offset) => (Math.abs(offset) > Math.abs(worst) ? offset : worst), 0);
  const seconds = Math.round(furthest / 1000);
  if (offsets.length === 0)
    return {
      what: 'clock',
      state: 'warning',
      text: { zh: '没有一个对方报出时间，无法比对', en: 'nobody tells the time, so it cannot be compared' },
    };
  if (Math.abs(furthest) <= clockToleranceMs) {
    return {
      what: 'clock',
      state: 'ok',
      text: {
        zh: `与 ${offsets.length} 个对方相差不超过 ${Math.abs(seconds)} 秒`,
        en: `within ${Math.abs(seconds)} s of ${offsets.length} agencies`,
      },
    };
  }
  return {
    what: 'clock',
    state: 'bad',
    text: {
      zh: `本机时钟比对方${seconds > 0 ? '快' : '慢'} ${Math.abs(seconds)} 秒`,
      en: `our clock is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} theirs`,
    },
    code: 'ERR_CLOCK',
    mend: { zh: '校准本机时间（NTP）：签名按时间戳验证', en: 'set this machine’s clock (NTP): signatures carry the time' },
  };
}

/** What is looked at besides the feeds, which go by their names. */
const names: Readonly<Record<string, Bilingual>> = {
  configuration: { zh: '配置', en: 'configuration' },
  store: { zh: '存储', en: 'store' },
  clock: { zh: '时钟', en: 'clock' },
  outbox: { zh: '上报', en: 'outbox' },
};

const marks = { ok: '✓', warning: '!', bad: '✗' };

function print(line: Line, io: Io): string {
  const mend = line.mend === undefined ? '' : io.lang === 'zh' ? `；处理：${line.mend.zh}` : `; mend: ${line.mend.en}`;
  const what = names[line.what]?.[io.lang] ?? line.what;
  return `${marks[line.state]} ${what}  ${line.text[io.lang]}${line.code === undefined ? '' : ` (${line.code})`}${mend}\n`;
}

async function examine(target: ConnectedFeed, http: HttpChannelConfig | undefined, signal: AbortSignal): Promise<Line[]> {
  const { agency, feed, connection } = target.policy;
  const what = `${agency}/${feed}${connection === '' ? '' : `#${connection}`}`;
  const { channel } = target.connection;
  if (channel.kind === 'drop-folder') return [await folderLine(what, channel, signal)];
  const lines: Line[] = [];
  if (http !== undefined) {
    const reached = await reach(http, { agency, feed }, signal);
    if (!reached.ok) return [failure(what, reached.error)];
    lines.push({ what, state: 'ok', text: { zh: `可达（${reached.ms} ms）`, en: `reachable (${reached.ms} ms)` } });
  }
  const ready = channel.readiness();
  if (!ready.ready) {
    lines.push({
      what,
      state: 'warning',
      text: {
        zh: `现在不会询问${ready.until === undefined ? '' : `，至 ${ready.until}`}`,
        en: `not asked right now${ready.until === undefined ? '' : `, until ${ready.until}`}`,
      },
      code: ready.code,
    });
  }
  try {
    await target.connection.auth.fields(signal);
    lines.push({
      what,
      state: 'ok',
      text: {
        zh: target.connection.auth.id === 'none' ? '不需要凭据' : `凭据可用于签名（${target.connection.auth.id}）`,
        en:
          target.connection.auth.id === 'none'
            ? 'needs no credentials'
            : `credentials are there to sign with (${target.connection.auth.id})`,
      },
    });
  } catch (error) {
    if (!isYilianError(error)) throw error;
    lines.push(failure(what, error));
  }
  return lines;
}

async function folderLine(what: string, channel: DropFolderChannel, signal: AbortSignal): Promise<Line> {
  try {
    let files = 0;
    for await (const _ of channel.files(() => false, signal)) files += 1;
    return {
      what,
      state: 'ok',
      text: { zh: `投递文件夹可读，完整文件 ${files} 个`, en: `drop folder readable, ${files} complete files` },
    };
  } catch (error) {
    if (!isYilianError(error)) throw error;
    return { ...failure(what, error), mend: folderMend };
  }
}

const folderMend: Bilingual = {
  zh: '检查 channel.folder 的路径、挂载与权限',
  en: 'check the path, mount and permissions of channel.folder',
};

const mends: Partial<Record<YilianError['code'], Bilingual>> = {
  ERR_UNREACHABLE: {
    zh: '检查地址、网络与白名单；对方停机时不需处理，下次会补询',
    en: 'check address, network and allow-list; if they are down nothing need be done, the next run asks again',
  },
  ERR_TIMEOUT: {
    zh: '对方慢：检查网络，或放宽 channel.deadline',
    en: 'they are slow: check the network or raise channel.deadline',
  },
  ERR_TLS: { zh: '检查 channel.tls 的证书、私钥与有效期', en: 'check the certificates and key in channel.tls and their dates' },
  ERR_UNAUTHORISED: {
    zh: '核对密钥与授权（rid、sid、appKey 或令牌），向对方申请续期',
    en: 'check keys and authorisation (rid, sid, appKey or token) and ask for renewal',
  },
  ERR_AGENCY: {
    zh: '对方给出的是失败：核对 rid、sid、appKey 与对方的登记，再问对方',
    en: 'they report a failure: check rid, sid and appKey against their registration, then ask them',
  },
  ERR_ENVELOPE: {
    zh: '对方给的不是约定的报文：核对地址与 envelope，或有网页、代理在中间',
    en: 'what comes back is not the message agreed on: check address and envelope; a web page or proxy may stand between',
  },
  ERR_CLOCK: { zh: '校准本机时间（NTP）', en: 'set this machine’s clock (NTP)' },
};

function failure(what: string, error: YilianError): Line {
  const mend = mends[error.code];
  return { what, state: 'bad', text: error.text, code: error.code, ...(mend === undefined ? {} : { mend }) };
}
