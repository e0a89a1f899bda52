import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import Database from 'libsql';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createDossierClient, type DossierClientOptions, toNodeListener } from '../../src/dossier/index.js';
import { signRequest } from '../../src/message-signatures/index.js';
import { errorOf } from '../channels/support.js';
import { endServices, type Service, startService, wire } from './process.js';
import { asking, caseNo, caseOf, signers, type World, world } from './world.js';

/** `yilian dossier serve` as a process: with the machine's clock, so with keys that have no last day. */

// A process is there in a second, or, where the machine has much to do, in ten.
vi.setConfig({ testTimeout: 120_000 });

const large = Buffer.alloc(32 * 1024 ** 2, 'a large scan; ');
const largeSha256 = createHash('sha256').update(large).digest('hex');
const pem = (name: string): string => readFileSync(join(import.meta.dirname, '../fixtures-tls', name), 'utf8');

let city: World;
beforeAll(async () => {
  city = await world({ dossier: 'listen: 127.0.0.1:0', now: new Date() });
  const item = caseOf();
  await city.importCase({
    ...item,
    documents: [...item.documents, { id: 'D-large', kind: 'conclusion', mediaType: 'application/pdf', sha256: largeSha256 }],
  });
  writeFileSync(join(city.folder, 'scans', 'large.pdf'), large);
  await city.exchange.importDocuments(join(city.folder, 'scans'));
});
afterAll(async () => {
  endServices();
  await city.close();
});

const clientOf = ({ url }: Pick<Service, 'url'>, more: Partial<DossierClientOptions> = {}) =>
  createDossierClient({ origin: url, signer: signers.shared, keys: city.cityRing, ...more });
const stopped = async (service: Service) => {
  service.process.kill('SIGTERM');
  return service.ended;
};
const configured = (name: string, change: (text: string) => string): string => {
  const path = join(city.folder, `${name}.config.yaml`);
  const text = readFileSync(city.config, 'utf8');
  const changed = change(text);
  expect(changed).not.toBe(text);
  writeFileSync(path, changed);
  return path;
};
const signed = async (url: string, method: string, body = '', more: Record<string, string> = {}): Promise<string> => {
  const headers = new Headers({ ...more, ...(body === '' ? {} : { 'content-type': 'application/json' }) });
  const parts = { method, url, headers, body: Buffer.from(body) };
  const all = await signRequest(parts, signers.shared, { now: new Date() });
  const { host, pathname } = new URL(url);
  const lines = [...all].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `${method} ${pathname} HTTP/1.1\r\nhost: ${host}\r\n${lines}content-length: ${parts.body.length}\r\n\r\n${body}`;
};

describe('yilian dossier serve', () => {
  it.each([
    ['en', 'serving dossiers; Ctrl-C stops.'],
    ['zh', '卷宗服务运行中；按 Ctrl-C 停止。'],
  ])('says in %s where it listens, answers, serves a whole dossier, and ends with 0 when it is told to', async (lang, says) => {
    const service = await startService(city.config, '--lang', lang);
    const health = await fetch(`${service.url}/v1/health`);
    const client = clientOf(service);
    const got = await client.fetch(asking(), { idempotencyKey: `whole-${lang}` });
    await client.close();

    expect(service.stdout()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\n$/);
    expect(service.stderr()).toBe(`${says}\n`);
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok', store: 'ok', auditLog: 'ok' }]);
    expect(got.verification).toMatchObject({ ok: true, complete: true, keyId: 'city-2026' });
    expect([...got.documents.values()].some((bytes) => large.equals(bytes))).toBe(true);
    expect(await stopped(service)).toBe(0);
    expect((await city.audit()).at(-1)).toMatchObject({ result: 'received', partner: 'province' });
  });

  it('finishes a download that is under way, takes no new caller, and is gone after it', async () => {
    const service = await startService(city.config, '--lang', 'en');
    const client = clientOf(service);
    const { manifest } = await client.request(asking(), { idempotencyKey: 'slow' });
    await client.close();
    const document = manifest.checklist
      .flatMap((item) => ('documents' in item ? (item.documents ?? []) : []))
      .find(({ sha256 }) => sha256 === largeSha256);
    const { socket, came, ended } = wire(service.url);
    socket.write(await signed(`${service.url}/v1/dossiers/${manifest.id}/documents/${document?.id}`, 'GET'));
    await expect.poll(() => came().length, { timeout: 20_000 }).toBeGreaterThan(0);
    socket.pause();

    service.process.kill('SIGTERM');
    await expect
      .poll(
        () =>
          fetch(`${service.url}/v1/health`).then(
            () => 'served',
            () => 'refused',
          ),
        { timeout: 20_000 },
      )
      .toBe('refused');
    expect(service.process.exitCode).toBeNull();
    socket.resume();
    await ended;

    const answer = came();
    expect(answer.subarray(0, 15).toString()).toBe('HTTP/1.1 200 OK');
    expect(answer.subarray(-large.length).equals(large)).toBe(true);
    expect(await service.ended).toBe(0);
  });

  it('says that its port is taken, that nothing is configured, and which key is missing, each with exit code 2', async () => {
    const first = await startService(city.config, '--lang', 'en');
    const port = new URL(first.url).port;
    const starts: [string, RegExp][] = [
      [
        configured('taken', (text) => text.replace('listen: 127.0.0.1:0', `listen: 127.0.0.1:${port}`)),
        new RegExp(`^ERR_USAGE: cannot use :${port} \\(EADDRINUSE\\)\n$`),
      ],
      [configured('none', (text) => text.replace(/^dossier:\n[\s\S]*/m, '')), /^ERR_CONFIG: dossier is not configured\n$/],
      [configured('no-keys', (text) => text.replace(/^signing: .*\n/m, '')), /^ERR_CONFIG: [\s\S]*\/signing[\s\S]*private key/],
      [configured('lost-key', (text) => text.replace('./city.pem', './lost.pem')), /^ERR_CONFIG: [\s\S]*lost\.pem/],
      [
        configured('over', (text) => text.replace("'${file:./city.pem}'", "$&, until: '2026-01-01T00:00:00Z'")),
        /^ERR_CONFIG: no private key to sign with is valid now\n$/,
      ],
      [
        configured('other-tls', (text) => {
          for (const name of ['server.pem', 'client.key.pem']) writeFileSync(join(city.folder, name), pem(name));
          return text.replace('listen: 127.0.0.1:0', '$&\n  tls: { cert: ./server.pem, key: ./client.key.pem }');
        }),
        /^ERR_CONFIG: .*tls.*no pair\n$/,
      ],
    ];
    const said = await Promise.all(
      starts.map(async ([config]) => {
        const service = await startService(config, '--lang', 'en');
        return [await service.ended, service.stderr()] as const;
      }),
    );

    for (const [index, [, expected]] of starts.entries()) expect(said[index]).toEqual([2, expect.stringMatching(expected)]);
    expect(await stopped(first)).toBe(0);
  });

  it('serves over TLS with its certificate, and to nobody who mistrusts it', async () => {
    for (const name of ['server.pem', 'server.key.pem']) writeFileSync(join(city.folder, name), pem(name));
    const config = configured('tls', (text) =>
      text.replace('listen: 127.0.0.1:0', '$&\n  tls: { cert: ./server.pem, key: ./server.key.pem }'),
    );
    const service = await startService(config, '--json', '--lang', 'en');
    const trusting = clientOf(service, { http: { ca: pem('authority.pem') } });
    const mistrusting = clientOf(service, { http: { ca: pem('stranger.pem'), attempts: 1 } });
    const got = await trusting.fetch(asking({ items: ['conclusion'] }), { idempotencyKey: 'tls' });
    const refused = await errorOf(mistrusting.request(asking()));
    await Promise.all([trusting.close(), mistrusting.close()]);

    expect(JSON.parse(service.stdout())).toEqual({ url: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+$/) });
    expect(got.verification.ok).toBe(true);
    expect(refused.code).toBe('ERR_TLS');
    expect(await stopped(service)).toBe(0);
  });

  it('shows the certificate of the client to a server before it that wants one', async () => {
    const handler = city.exchange.dossierHandler();
    const server = createHttpsServer(
      { cert: pem('server.pem'), key: pem('server.key.pem'), ca: pem('authority.pem'), requestCert: true },
      toNodeListener(handler),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const ca = pem('authority.pem');
    const shown = clientOf({ url }, { http: { ca, cert: pem('client.pem'), key: pem('client.key.pem') } });
    const bare = clientOf({ url }, { http: { ca, attempts: 1 } });
    const strange = clientOf(
      { url },
      { http: { ca, cert: pem('client-stranger.pem'), key: pem('client-stranger.key.pem'), attempts: 1 } },
    );
    const { manifest } = await shown.request(asking(), { idempotencyKey: 'certificate' });
    const refused = [await errorOf(bare.request(asking())), await errorOf(strange.request(asking()))];
    await Promise.all([shown, bare, strange].map((client) => client.close()));
    await new Promise((resolve) => server.close(resolve));

    expect(manifest.caseNos).toEqual([caseNo]);
    for (const { code } of refused) expect(['ERR_TLS', 'ERR_UNREACHABLE', 'ERR_INCOMPLETE']).toContain(code);
  });
});

describe('processes that share a store', () => {
  const made = async (key: string) => (await city.exchange.dossiers(caseNo)).filter((one) => one.idempotencyKey === key);

  it('make one dossier of one Idempotency-Key that comes to both at once; who lost is told to come back', async () => {
    const both = await Promise.all([startService(city.config, '--lang', 'en'), startService(city.config, '--lang', 'en')]);
    const body = JSON.stringify(asking());
    const ask = async ({ url }: Service, key: string) => {
      const address = `${url}/v1/dossiers`;
      const headers = new Headers({ 'content-type': 'application/json', 'idempotency-key': key });
      const sent = await signRequest({ method: 'POST', url: address, headers, body: Buffer.from(body) }, signers.shared, {
        now: new Date(),
      });
      const response = await fetch(address, { method: 'POST', headers: sent, body });
      return { status: response.status, after: response.headers.get('retry-after'), text: await response.text() };
    };
    for (let round = 0; round < 4; round += 1) {
      const key = `race-${round}`;
      const answers = await Promise.all([...both, ...both].map((service) => ask(service, key)));
      for (const { status, after } of answers)
        expect([status, after]).toEqual(status === 503 ? [503, expect.any(String)] : [201, null]);
      const again = await Promise.all(both.map((service) => ask(service, key)));

      expect(await made(key)).toHaveLength(1);
      expect(again.map(({ status }) => status)).toEqual([201, 201]);
      const given = [...answers, ...again].filter(({ status }) => status === 201).map(({ text }) => text);
      expect(new Set(given).size).toBe(1);
    }
    expect(await Promise.all(both.map(stopped))).toEqual([0, 0]);
  });

  it('make one dossier of a request whose process was killed at whatever moment, and give it under the same key', async () => {
    let service = await startService(city.config, '--lang', 'en');
    for (const ms of [2, 8, 25]) {
      const key = `killed-${ms}`;
      const { socket, ended } = wire(service.url);
      socket.write(await signed(`${service.url}/v1/dossiers`, 'POST', JSON.stringify(asking()), { 'idempotency-key': key }));
      await wait(ms);
      service.process.kill('SIGKILL');
      await Promise.all([service.ended, ended]);
      const before = await made(key);
      service = await startService(city.config, '--lang', 'en');
      const client = clientOf(service);
      const one = await client.request(asking(), { idempotencyKey: key });
      const two = await client.request(asking(), { idempotencyKey: key });
      await client.close();

      expect((await made(key)).map(({ manifestSha256 }) => manifestSha256)).toEqual([one.sha256]);
      expect(two.sha256).toBe(one.sha256);
      // What was made before the kill is what is given after it.
      if (before.length > 0) expect(before[0]?.id).toBe(one.manifest.id);
    }
    expect(await stopped(service)).toBe(0);
  });

  it.concurrent('serve nothing while another holds the store: 503 and when to come back, and then the same is served', async () => {
    const service = await startService(city.config, '--lang', 'en');
    const holder = new Database(join(city.folder, 'state', 'yilian.db'));
    holder.exec('BEGIN IMMEDIATE');
    const [early, client] = [clientOf(service, { http: { attempts: 1 } }), clientOf(service)];
    const refused = await errorOf(early.request(asking(), { idempotencyKey: 'held' }));
    holder.exec('ROLLBACK');
    holder.close();
    const { manifest } = await client.request(asking(), { idempotencyKey: 'held' });
    await Promise.all([early.close(), client.close()]);

    expect(refused).toMatchObject({ code: 'ERR_BUSY', httpStatus: 503, retryAfterMs: 60_000 });
    expect((await made('held')).map(({ id }) => id)).toEqual([manifest.id]);
    expect(await stopped(service)).toBe(0);
  });

  it.concurrent('cut off a caller whose headers never end, and answer the others meanwhile', async () => {
    const service = await startService(city.config, '--lang', 'en');
    const { socket, came, ended } = wire(service.url);
    socket.write('GET /v1/health HTTP/1.1\r\nhost: 127.0.0.1\r\n');
    const dripping = setInterval(() => socket.write('x-more: 1\r\n'), 200);
    expect((await fetch(`${service.url}/v1/openapi.json`)).status).toBe(200);
    await ended;
    clearInterval(dripping);

    expect(came().toString()).toMatch(/^(HTTP\/1\.1 408 Request Timeout|$)/);
    expect(await stopped(service)).toBe(0);
  });
});
