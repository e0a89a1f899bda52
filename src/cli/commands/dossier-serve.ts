import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Command } from 'commander';
import { createSigningKeys, currentSigner } from '../../crypto/index.js';
import { nodeServerOptions, toNodeListener } from '../../dossier/index.js';
import { isYilianError, YilianError } from '../../errors.js';
import { createExchange } from '../../exchange.js';
import type { ExitCode } from '../exit.js';
import type { Io } from '../io.js';
import type { CommandContext } from '../program.js';

/** Requests that are under way are finished when it is told to stop; after this long they are cut. */
const graceMs = 20_000;
const sweepMs = 100;
/** A caller that takes nothing of its answer for so long is let go. */
const idleMs = 60_000;

/** `dossier serve`: until it is told to stop (SIGINT, SIGTERM). */
export function serveCommand({ text, action }: CommandContext): Command {
  return new Command('serve')
    .description(text({ zh: '运行卷宗服务，直到停止', en: 'serve dossiers until stopped' }))
    .option('--config <file>', text({ zh: '配置文件', en: 'configuration' }), './yilian.config.yaml')
    .action(action(serve));
}

async function serve(io: Io, options: { config: string }): Promise<ExitCode> {
  const exchange = await createExchange(options.config);
  try {
    const { dossier, signing } = exchange.config;
    if (dossier === undefined)
      throw new YilianError(
        'ERR_CONFIG',
        { zh: '未配置 dossier（卷宗）', en: 'dossier is not configured' },
        { place: '/dossier' },
      );
    const keys = createSigningKeys(
      signing.filter(({ algorithm }) => !algorithm.startsWith('hmac-')),
      '/signing',
    );
    // Nothing could be said but a bare 500.
    if (currentSigner(keys, new Date()) === undefined)
      throw new YilianError(
        'ERR_CONFIG',
        { zh: '当前没有有效的签名私钥', en: 'no private key to sign with is valid now' },
        { place: '/signing' },
      );
    const report = (error: unknown): void => {
      if (isYilianError(error)) io.say({ zh: `${error.code}：${error.text.zh}`, en: `${error.code}: ${error.text.en}` });
      else io.say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    };
    const listener = toNodeListener(exchange.dossierHandler({ report }), { report });
    const server = dossier.tls === undefined ? createHttpServer(nodeServerOptions, listener) : secure(dossier.tls, listener);
    server.setTimeout(idleMs);
    await listen(server, dossier.listen);
    const { address, port, family } = server.address() as AddressInfo;
    const scheme = dossier.tls === undefined ? 'http' : 'https';
    const url = `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
    if (io.json) await io.data(`${JSON.stringify({ url })}\n`);
    else await io.data(`${url}\n`);
    io.say({ zh: '卷宗服务运行中；按 Ctrl-C 停止。', en: 'serving dossiers; Ctrl-C stops.' });
    if (!io.signal.aborted) await new Promise((resolve) => io.signal.addEventListener('abort', resolve, { once: true }));
    await stop(server);
    return 0;
  } finally {
    await exchange.close();
  }
}

function secure(tls: { cert: string; key: string }, listener: RequestListener): Server {
  try {
    return createHttpsServer({ ...nodeServerOptions, ...tls, minVersion: 'TLSv1.2' }, listener);
  } catch {
    throw new YilianError(
      'ERR_CONFIG',
      { zh: 'tls 的证书或私钥不可读，或二者不成对', en: 'the certificate or the key of tls cannot be read, or they are no pair' },
      { place: '/dossier/tls' },
    );
  }
}

function listen(server: Server, { host, port }: { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
}

async function stop(server: Server): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  // A connection that is kept open for a next request is let go as soon as its last answer has gone out.
  const sweep = setInterval(() => server.closeIdleConnections(), sweepMs);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearInterval(sweep);
  clearTimeout(cut);
}
