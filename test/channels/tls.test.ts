import { readFileSync } from 'node:fs';
import { createServer, type ServerOptions } from 'node:https';
import { createServer as createTcp, type Server } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createHttpChannel } from '../../src/channels/http.js';
import { reach } from '../../src/channels/reach.js';
import type { TlsSettings } from '../../src/channels/tls.js';
import { errorOf, fakeTime, question, textOf, within } from './support.js';

/** Certificates of both sides, against real servers on the loopback. The certificates are synthetic: see test/fixtures-tls/make.sh. */

const pem = (name: string) => readFileSync(new URL(`../fixtures-tls/${name}.pem`, import.meta.url), 'utf8');
const authority = pem('authority');
const client = { cert: pem('client'), key: pem('client.key') };
const stranger = { cert: pem('client-stranger'), key: pem('client-stranger.key') };

const servers: Server[] = [];
async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
async function https(certificate: string, more: ServerOptions = {}): Promise<number> {
  const server = createServer({ cert: pem(certificate), key: pem(`${certificate}.key`), ...more }, (_request, response) => {
    response.end('{"ok":true}');
  });
  server.on('tlsClientError', () => undefined);
  return listen(server);
}
const wantsClient = { requestCert: true, rejectUnauthorized: true, ca: authority };

const ports: Record<'plain' | 'mutual' | 'mutual12' | 'expired' | 'otherHost' | 'old' | 'notTls' | 'silent', number> = {
  plain: 0,
  mutual: 0,
  mutual12: 0,
  expired: 0,
  otherHost: 0,
  old: 0,
  notTls: 0,
  silent: 0,
};
beforeAll(async () => {
  ports.plain = await https('server');
  ports.mutual = await https('server', wantsClient);
  ports.mutual12 = await https('server', { ...wantsClient, maxVersion: 'TLSv1.2' });
  ports.expired = await https('server-expired');
  ports.otherHost = await https('server-other-host');
  ports.old = await https('server', { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' });
  ports.notTls = await listen(createTcp((socket) => socket.on('error', () => undefined).end('HTTP/1.1 400 Bad Request\r\n\r\n')));
  ports.silent = await listen(createTcp((socket) => socket.on('error', () => undefined)));
});
afterAll(() => {
  for (const server of servers) server.close();
});

const settings = (port: number, tls: TlsSettings, host = '127.0.0.1') => ({
  baseUrl: `https://${host}:${port}/api`,
  tls,
  attempts: 3,
  deadlineMs: 10_000,
});
const channel = (port: number, tls: TlsSettings, host?: string) =>
  createHttpChannel(settings(port, tls, host), fakeTime().environment);

describe('a secure connection', () => {
  it('is made where the authority is known, by address and by name', async () => {
    expect(textOf(await channel(ports.plain, { ca: authority }).exchange(question()))).toBe('{"ok":true}');
    expect(textOf(await channel(ports.plain, { ca: authority }, 'localhost').exchange(question()))).toBe('{"ok":true}');
  });

  it.each(['mutual', 'mutual12'] as const)('is made with our certificate where the server wants one (%s)', async (server) => {
    expect(textOf(await channel(ports[server], { ca: authority, ...client }).exchange(question()))).toBe('{"ok":true}');
    expect(await reach(settings(ports[server], { ca: authority, ...client }))).toMatchObject({ ok: true });
  });

  const refusals: readonly [string, keyof typeof ports, TlsSettings, string][] = [
    [
      'no client certificate',
      'mutual',
      { ca: authority },
      'the server wants a client certificate; put it in tls.cert and tls.key',
    ],
    [
      'no client certificate under TLS 1.2',
      'mutual12',
      { ca: authority },
      'the handshake was refused: the server wants a client certificate, or there is no common cipher',
    ],
    [
      'an unknown authority',
      'plain',
      { ca: pem('stranger') },
      'the certificate of the server is from an unknown issuer; put its root certificate in tls.ca',
    ],
    [
      'an authority nobody configured',
      'plain',
      {},
      'the certificate of the server is from an unknown issuer; put its root certificate in tls.ca',
    ],
    ['an expired server certificate', 'expired', { ca: authority }, 'the certificate of the server has expired'],
    [
      'another host',
      'otherHost',
      { ca: authority },
      'the certificate of the server is for another host name than the configured one',
    ],
    ['TLS 1.1', 'old', { ca: authority }, 'the server speaks only TLS older than 1.2'],
    ['a port without TLS', 'notTls', { ca: authority }, 'this port does not speak TLS; check http or https and the port'],
  ];

  it.each(refusals)('fails with ERR_TLS that says why, and is not tried again: %s', async (_what, server, tls, english) => {
    const { time, environment } = fakeTime();
    const error = await errorOf(createHttpChannel(settings(ports[server], tls), environment).exchange(question()));

    expect(error.code).toBe('ERR_TLS');
    expect(time.slept).toEqual([]);
    expect(error.text.en).toContain(`no secure connection to 127.0.0.1:${ports[server]}: ${english} (`);
    expect(error.text.zh).toMatch(/^与 127\.0\.0\.1:\d+ 的加密连接失败：.+（[A-Z0-9_]+）$/);
    expect(error).toMatchObject({ retryable: false, who: 'operator' });
  });

  it.each(refusals)('is found wanting by the reachability check too: %s', async (_what, server, tls, english) => {
    const reached = await reach(settings(ports[server], tls));

    expect(reached).toMatchObject({ ok: false, error: { code: 'ERR_TLS' } });
    expect(reached.ok ? '' : reached.error.text.en).toContain(english);
  });

  it('is never made against an unknown authority, whatever the environment says', async () => {
    const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      expect((await errorOf(channel(ports.plain, {}).exchange(question()))).code).toBe('ERR_TLS');
    } finally {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
      emitWarning.mockRestore();
    }
  });

  it('fails in time where the server accepts and then says nothing', async () => {
    const { environment } = fakeTime();
    const one = createHttpChannel({ ...settings(ports.silent, { ca: authority }), deadlineMs: 150, attempts: 1 }, environment);

    expect((await errorOf(within(150 + 125, one.exchange(question())))).code).toBe('ERR_TIMEOUT');
    expect(await within(150 + 125, reach({ ...settings(ports.silent, {}), deadlineMs: 150 }))).toMatchObject({
      ok: false,
      error: { code: 'ERR_TIMEOUT' },
    });
  });

  it.each<[string, TlsSettings]>([
    ['/channel/tls', { cert: client.cert }],
    ['/channel/tls/key', { cert: client.cert, key: stranger.key }],
    ['/channel/tls/cert', { cert: client.cert.replace(/[A-Z]{4}/, '!!!!'), key: client.key }],
    ['/channel/tls/ca', { ca: `${authority}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n` }],
  ])('cannot even be configured with a fault at %s, and the error shows no key', async (place, tls) => {
    const reached = await reach(settings(1, tls));

    expect(reached).toMatchObject({ ok: false, error: { code: 'ERR_CONFIG', place } });
    const shown = inspect(reached, { depth: null, showHidden: true });
    expect(shown).not.toMatch(/BEGIN|PRIVATE/);
    const secrets = Object.values(tls).flatMap((text: string) => text.split('\n').filter((line) => line.length >= 40));
    expect(secrets.length).toBeGreaterThan(5);
    for (const line of secrets) expect(shown).not.toContain(line);
  });

  it('shows its key nowhere', async () => {
    const one = channel(ports.mutual, { ca: authority, ...stranger });
    const body = stranger.key.split('\n')[1] ?? '';

    const error = await errorOf(one.exchange(question()));

    expect(['ERR_TLS', 'ERR_UNREACHABLE']).toContain(error.code);
    expect(inspect([one, error], { depth: null, showHidden: true })).not.toContain(body);
  });
});

describe('the reachability check', () => {
  it('is content with an open port', async () => {
    expect(await reach({ baseUrl: `http://127.0.0.1:${ports.silent}/x` })).toEqual({ ok: true, ms: expect.any(Number) });
  });

  it('says that a connection is refused', async () => {
    const server = createTcp();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));

    expect(await reach({ baseUrl: `http://127.0.0.1:${port}` }, { agency: 'health' })).toMatchObject({
      ok: false,
      error: { code: 'ERR_UNREACHABLE', agency: 'health' },
    });
  });

  it('can be stopped', async () => {
    expect(await reach(settings(ports.silent, {}), {}, AbortSignal.abort())).toMatchObject({
      ok: false,
      error: { code: 'ERR_ABORTED' },
    });
  });
});
