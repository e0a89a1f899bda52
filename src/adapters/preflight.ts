import type { DropFolderSettings } from '../channels/drop-folder.js';
import { type FolderLook, lookInto } from '../channels/folder-look.js';
import type { HttpSettings } from '../channels/http.js';
import { reach } from '../channels/reach.js';
import { clockOffsetMs } from '../channels/server-clock.js';
import { isYilianError } from '../errors.js';
import { type Bilingual, dayOfInstant, type FeedPreflight, formatDay } from '../model/index.js';
import type { Connection } from './adapter.js';
import { nameDay } from './table-batches.js';

/**
 * A look at one connection before the night: is the folder there and what lies in it, does the other side accept a connection, is our clock
 * right. No business question is asked, nobody is asked about, no quota is used.
 */
export type Trouble = Omit<FeedPreflight, 'at'>;

export interface LookOptions {
  clock: () => Date;
  signal: AbortSignal;
  /** Whether anything would be asked that carries our time in a signature. */
  asksSigned: boolean;
  /** Offsets of origins asked already, shared by all connections of a look. */
  clocks: Map<string, Promise<number | undefined>>;
}

/** An agency may refuse signatures this far from its own time. */
const clockToleranceMs = 60_000;
const connectMs = 3000;

/** Never throws for what is found. */
export async function lookAhead(
  connection: Connection,
  channel: ({ kind: 'http' } & HttpSettings) | ({ kind: 'drop-folder' } & DropFolderSettings),
  options: LookOptions,
): Promise<Trouble[]> {
  const about = { agency: connection.agency, feed: connection.feed };
  if (channel.kind === 'drop-folder') {
    try {
      return folderTroubles(await lookInto(channel, about), connection, options.clock());
    } catch (error) {
      if (!isYilianError(error)) throw error;
      return [{ trouble: 'folder-unreadable', message: error.text }];
    }
  }
  const ready = connection.channel.readiness();
  if (!ready.ready) return [notReady(ready)];
  const deadlineMs = Math.min(channel.deadlineMs ?? connectMs, connectMs);
  const reached = await reach({ ...channel, deadlineMs }, about, options.signal);
  if (!reached.ok) return [{ trouble: 'unreachable', message: reached.error.text }];
  return options.asksSigned ? clockTroubles(channel, options) : [];
}

const reasons: Record<'ERR_OUTSIDE_HOURS' | 'ERR_QUOTA' | 'ERR_BREAKER_OPEN', { trouble: string; message: Bilingual }> = {
  ERR_OUTSIDE_HOURS: { trouble: 'outside-hours', message: { zh: '现在不在允许时段', en: 'it is outside its hours' } },
  ERR_QUOTA: { trouble: 'quota', message: { zh: '配额已用尽', en: 'its quota is used up' } },
  ERR_BREAKER_OPEN: {
    trouble: 'breaker-open',
    message: { zh: '连续失败后暂停询问', en: 'it is not asked for a while after failures in a row' },
  },
};

function notReady({ code, until }: { code: keyof typeof reasons; until?: string }): Trouble {
  const { trouble, message } = reasons[code];
  if (until === undefined) return { trouble, message };
  return { trouble, message: { zh: `${message.zh}，至 ${until}`, en: `${message.en}, until ${until}` } };
}

async function clockTroubles(channel: HttpSettings, { clocks, clock }: LookOptions): Promise<Trouble[]> {
  const { origin } = new URL(channel.baseUrl);
  const asked = clocks.get(origin) ?? clockOffsetMs(channel, () => clock().getTime());
  clocks.set(origin, asked);
  const offset = await asked;
  if (offset === undefined || Math.abs(offset) <= clockToleranceMs) return [];
  const seconds = Math.abs(Math.round(offset / 1000));
  return [
    {
      trouble: 'clock',
      message: {
        zh: `本机时钟比对方${offset > 0 ? '快' : '慢'} ${seconds} 秒，签名可能被拒`,
        en: `our clock is ${seconds} s ${offset > 0 ? 'ahead of' : 'behind'} theirs, signatures may be refused`,
      },
    },
  ];
}

function folderTroubles(look: FolderLook, connection: Connection, now: Date): Trouble[] {
  const troubles: Trouble[] = [];
  const listed = (names: readonly string[]) => names.slice(0, 3).join(', ') + (names.length > 3 ? ' …' : '');
  if (look.waiting.length > 0)
    troubles.push({
      trouble: 'file-waiting',
      message: {
        zh: `文件已到，标记或控制文件未到：${listed(look.waiting)}`,
        en: `files lie there without their marker or control file: ${listed(look.waiting)}`,
      },
    });
  if (look.orphans.length > 0)
    troubles.push({
      trouble: 'marker-without-file',
      message: {
        zh: `标记或控制文件已到，文件不在：${listed(look.orphans)}`,
        en: `markers or control files lie there and their files do not: ${listed(look.orphans)}`,
      },
    });
  const { sequence } = connection.settings;
  if ((sequence === 'day' || sequence === 'day-and-serial') && !isThere(look, now)) {
    const [yesterday, today] = [formatDay(dayOfInstant(now) - 1), formatDay(dayOfInstant(now))];
    troubles.push({
      trouble: 'batch-not-there',
      message: {
        zh: `每日应有批次，昨天（${yesterday}）和今天（${today}）的都未到`,
        en: `every day must have a batch, and neither that of yesterday (${yesterday}) nor of today (${today}) has come`,
      },
    });
  }
  return troubles;
}

/** By the days in the files' names; where none bears a day, by when they were written. */
function isThere({ files }: FolderLook, now: Date): boolean {
  const yesterday = dayOfInstant(now) - 1;
  const named = files.flatMap(({ name }) => nameDay(name) ?? []);
  if (named.length > 0) return named.some((day) => day >= formatDay(yesterday));
  return files.some(({ modifiedMs }) => dayOfInstant(new Date(modifiedMs)) >= yesterday);
}
