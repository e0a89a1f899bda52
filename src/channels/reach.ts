import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { YilianError } from '../errors.js';
import { isYilianError } from '../errors.js';
import { readAddress } from './address.js';
import { type DropFolderSettings, list } from './drop-folder.js';
import { type ChannelEnvironment, surroundings } from './environment.js';
import { noAnswer } from './failures.js';
import type { HttpSettings } from './http.js';
import { secureOptions } from './tls.js';

/** Whether the other side is there, and how long it took to find out. */
export type Reached = { ok: true; ms: number } | { ok: false; error: YilianError };

/**
 * Connects to the base address, with TLS and our certificate where it is https, and hangs up; or lists the folder. No business question is
 * asked, no quota used. Never throws; a fault of the settings is an error too. For `doctor`.
 */
export async function reach(
  settings: HttpSettings | DropFolderSettings,
  environment: Omit<ChannelEnvironment, 'clock'> = {},
  signal?: AbortSignal,
): Promise<Reached> {
  const around = surroundings({ ...environment, clock: () => new Date() });
  const start = performance.now();
  try {
    if ('folder' in settings) await list(settings.folder, around);
    else await connect(settings, around.fail, signal);
    return { ok: true, ms: Math.round(performance.now() - start) };
  } catch (error) {
    const text = { zh: '自检失败', en: 'the check failed' };
    return { ok: false, error: isYilianError(error) ? error : around.fail('ERR_INTERNAL', text) };
  }
}

/**
 * Under TLS 1.3 a server refuses our certificate only after the handshake. It is content once it has sent a session ticket; one that sends
 * none gets this long to object.
 */
const objectionMs = 300;

function connect(
  settings: HttpSettings,
  fail: ReturnType<typeof surroundings>['fail'],
  signal: AbortSignal | undefined,
): Promise<void> {
  const address = readAddress(settings.baseUrl, fail);
  const secure = secureOptions(settings.tls, fail);
  const url = new URL(address.origin);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || (address.isTls ? 443 : 80));
  const deadlineMs = Math.min(settings.deadlineMs ?? 20_000, 10_000);
  return new Promise((resolve, reject) => {
    const timers: NodeJS.Timeout[] = [];
    const end = (error?: YilianError) => {
      for (const timer of timers) clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.destroy();
      if (error === undefined) resolve();
      else reject(error);
    };
    const onAbort = () => end(fail('ERR_ABORTED', { zh: '已按要求停止', en: 'stopped as asked' }));
    const socket = address.isTls
      ? connectTls({ ...secure, host, port, ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }) })
          .once('session', () => end())
          .once('secureConnect', () => timers.push(setTimeout(end, objectionMs)))
      : connectTcp({ host, port }).once('connect', () => end());
    socket.on('error', (error) => end(noAnswer(error, address.host, fail)));
    timers.push(
      setTimeout(() => {
        end(
          fail('ERR_TIMEOUT', {
            zh: `${deadlineMs} 毫秒内未连通 ${address.host}`,
            en: `${address.host} did not accept within ${deadlineMs} ms`,
          }),
        );
      }, deadlineMs),
    );
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
