import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createSigner } from '../../src/crypto/index.js';
import { createDossierClient, type DossierClientOptions, toNodeListener } from '../../src/dossier/index.js';
import type { SignedRequestParts } from '../../src/message-signatures/contract.js';
import { signResponse } from '../../src/message-signatures/index.js';
import { errorOf } from '../channels/support.js';
import { asking, caseOf, keys, signers, type World, world } from './world.js';

/** The client against somebody who stands between it and the city: breaks, delays, changes and invents answers, and may even have the city's key. */

let city: World;
let server: Server;
let listener: RequestListener;
let origin: string;
beforeAll(async () => {
  city = await world();
  server = createServer((incoming, outgoing) => listener(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => server.closeAllConnections());
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await city.close();
});

const client = (more: Partial<DossierClientOptions> = {}) =>
  createDossierClient({
    origin,
    signer: signers.province,
    keys: city.cityRing,
    now: () => city.clock.now,
    sleep: async () => {},
    ...more,
  });
const honest = (): RequestListener => toNodeListener(city.exchange.dossierHandler());
const isDocument = (url = ''): boolean => url.includes('/documents/');
const citySigner = createSigner({ keyId: 'city-2026', algorithm: 'ecdsa-p256-sha256', key: keys.city.private });
const receipts = async (id: string) =>
  (await city.exchange.store.dossiers.deliveries(id)).filter(({ what }) => what === 'receipt').length;

type Change = (response: Response, request: SignedRequestParts) => Promise<Response> | Response;
/** Every answer of the city, changed on its way. */
function changing(change: Change): RequestListener {
  const handler = city.exchange.dossierHandler();
  return toNodeListener(async (request) => {
    const body = Buffer.from(await request.clone().arrayBuffer());
    const { method, url, headers } = request;
    return change(await handler(request), { method, url, headers, body });
  });
}
async function signedAnew(
  response: Response,
  request: SignedRequestParts,
  { body, signer = citySigner, now = city.clock.now }: { body?: Buffer; signer?: typeof citySigner; now?: Date } = {},
): Promise<Response> {
  const bytes = body ?? Buffer.from(await response.arrayBuffer());
  const { status } = response;
  const headers = await signResponse({ status, headers: response.headers, body: bytes }, request, signer, { now });
  return new Response(new Uint8Array(bytes), { status, headers });
}
function without(response: Response, ...names: string[]): Response {
  const headers = new Headers(response.headers);
  for (const name of names) headers.delete(name);
  return new Response(response.body, { status: response.status, headers });
}

describe('a download', () => {
  it('that breaks goes on by ranges where it was, and what has come is not asked for again', async () => {
    const plain = honest();
    const asked: string[] = [];
    const breaks = new Set(['bytes=1000-1999', 'bytes=3000-3999']);
    listener = (incoming, outgoing) => {
      const range = incoming.headers.range ?? '';
      if (isDocument(incoming.url) && range !== '') asked.push(`${incoming.url} ${range}`);
      if (!breaks.delete(range)) return plain(incoming, outgoing);
      outgoing.writeHead(206, { 'content-length': '1000' });
      outgoing.write('a part of it', () => incoming.socket.destroy());
    };
    const province = client({ rangeBytes: 1000 });
    const got = await province.fetch(asking(), { idempotencyKey: 'broken' });
    await province.close();

    expect(got.verification).toMatchObject({ ok: true, complete: true });
    const counts = new Map<string, number>();
    for (const one of asked) counts.set(one, (counts.get(one) ?? 0) + 1);
    const again = [...counts].filter(([, count]) => count > 1);
    expect(again.map(([one, count]) => [one.split(' ')[1], count]).sort()).toEqual([
      ['bytes=1000-1999', 2],
      ['bytes=3000-3999', 2],
    ]);
    expect(counts.size).toBeGreaterThan(20);
  });

  it('of a version that is replaced meanwhile begins anew with the next, and only that is receipted', async () => {
    const plain = honest();
    let corrects: Promise<unknown> | undefined;
    listener = (incoming, outgoing) => {
      if (!isDocument(incoming.url)) return plain(incoming, outgoing);
      corrects ??= city
        .importCase(caseOf({ deliveries: [{ to: 'person', sentOn: '2026-06-05', receivedOn: '2026-06-11' }] }))
        .then(() => city.exchange.reviseDossiers());
      void corrects.then(() => plain(incoming, outgoing));
    };
    const province = client();
    const got = await province.fetch(asking(), { idempotencyKey: 'replaced' });
    await province.close();
    await city.importCase();

    const replaced = got.manifest.replaces?.id ?? '';
    expect(got.manifest).toMatchObject({ version: 2, replaces: { version: 1 } });
    expect(got.verification.ok).toBe(true);
    expect([await receipts(replaced), await receipts(got.manifest.id)]).toEqual([0, 1]);
  });

  it('ends when it is told to, before, while it waits for a document, and while it waits for an item', async () => {
    const plain = honest();
    const stop = new AbortController();
    listener = (incoming, outgoing) => {
      if (isDocument(incoming.url)) stop.abort();
      else plain(incoming, outgoing);
    };
    const province = client({
      sleep: (ms, signal) => new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)) ?? ms),
    });
    const whileFetching = await errorOf(province.fetch(asking(), { idempotencyKey: 'stopped', signal: stop.signal }));
    const before = await errorOf(province.request(asking(), { signal: stop.signal }));
    await province.close();
    const until = new Date(city.clock.now.getTime() + 60_000).toISOString();
    const later = new AbortController();
    listener = toNodeListener(
      city.exchange.dossierHandler({
        documents: {
          read: async () => {
            later.abort();
            return { state: 'deferred', until };
          },
          write: async () => {},
          remove: async () => {},
        },
      }),
    );
    const waiting = createDossierClient({ origin, signer: signers.province, keys: city.cityRing, now: () => city.clock.now });
    const whileWaiting = await errorOf(waiting.complete(asking(), { idempotencyKey: 'waiting', signal: later.signal }));
    await waiting.close();

    expect([whileFetching.code, before.code, whileWaiting.code]).toEqual(['ERR_ABORTED', 'ERR_ABORTED', 'ERR_ABORTED']);
  });
});

describe('an answer is not believed', () => {
  const other = createSigner({ keyId: 'city-2026', algorithm: 'ecdsa-p256-sha256', key: keys.next.private });
  const stranger = createSigner({ keyId: 'stranger', algorithm: 'ed25519', key: keys.other.private });
  const ago = (seconds: number): Date => new Date(city.clock.now.getTime() - seconds * 1000);
  let earlier: Response | undefined;

  it.each<[string, Change, string]>([
    ['without a signature', (answer) => without(answer, 'signature', 'signature-input'), 'signature-missing'],
    ['without a digest', (answer) => without(answer, 'content-digest'), 'digest-missing'],
    ['with another body', async (answer) => new Response(`${await answer.text()} `, answer), 'digest-wrong'],
    ['with another status', (answer) => new Response(answer.body, { status: 202, headers: answer.headers }), 'signature-wrong'],
    [
      'that was given to an earlier request',
      async (answer, request) => {
        earlier ??= await signedAnew(answer.clone(), { ...request, headers: new Headers({ signature: 'sig1=:AAAA:' }) });
        return earlier;
      },
      'signature-wrong',
    ],
    [
      'that says nothing of its request',
      (answer, request) => signedAnew(answer, { ...request, headers: new Headers() }),
      'component-not-covered',
    ],
    ['that is too old', (answer, request) => signedAnew(answer, request, { now: ago(301) }), 'expired'],
    ['of the future', (answer, request) => signedAnew(answer, request, { now: ago(-301) }), 'not-yet'],
    ['of another key', (answer, request) => signedAnew(answer, request, { signer: other }), 'signature-wrong'],
    ['of a stranger', (answer, request) => signedAnew(answer, request, { signer: stranger }), 'key-unknown'],
  ])('%s', async (_, change, fault) => {
    listener = changing(change);
    const province = client();
    const refused = await errorOf(province.request(asking(), { idempotencyKey: 'believed' }));
    await province.close();

    expect(refused).toMatchObject({ code: 'ERR_ENVELOPE', place: fault });
    expect(JSON.stringify(refused)).not.toMatch(/370799|样例/);
  });

  it('that a problem of whatever size would be', async () => {
    listener = (_, outgoing) => outgoing.writeHead(404, { 'content-type': 'application/problem+json' }).end('{"type":"x"}');
    const province = client();
    const refused = await errorOf(province.manifest('dossier-none'));
    await province.close();

    expect(refused).toMatchObject({ code: 'ERR_ENVELOPE', httpStatus: 404, place: 'signature-missing' });
  });
});

describe('a city that lies about a document', () => {
  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['with other bytes', (bytes) => Buffer.alloc(bytes.length, 'x')],
    ['with fewer', (bytes) => bytes.subarray(1)],
    ['with more', (bytes) => Buffer.concat([bytes, bytes])],
    ['with none', () => Buffer.alloc(0)],
  ])('%s is found out at the first, whole or by ranges, asked no further, and gets no receipt', async (title, lie) => {
    for (const rangeBytes of [1000, 4 * 1024 ** 2]) {
      let documents = 0;
      listener = changing(async (answer, request) => {
        if (!isDocument(request.url)) return answer;
        documents += 1;
        return signedAnew(answer, request, { body: lie(Buffer.from(await answer.arrayBuffer())) });
      });
      const province = client({ rangeBytes });
      const { manifest } = await province.request(asking(), { idempotencyKey: `lie ${title}`.replaceAll(' ', '-') });
      const refused = await errorOf(province.download(manifest, { atOnce: 1 }));
      const all = await errorOf(province.fetch(asking(), { idempotencyKey: `lie ${title}`.replaceAll(' ', '-') }));
      await province.close();

      expect([refused.code, refused.place]).toEqual(['ERR_ENVELOPE', expect.stringMatching(/^[\w-]+$/)]);
      expect(all.code).toBe('ERR_ENVELOPE');
      expect(await receipts(manifest.id)).toBe(0);
      expect(documents).toBeLessThan(30);
    }
  });
});

describe('an answer without an end', () => {
  it.each([
    ['that says how long it is', { 'content-length': String(2 ** 40) }],
    ['that does not', {}],
  ])('%s is read to the limit and no further', async (_, headers) => {
    let sent = 0;
    listener = (__, outgoing) => {
      outgoing.writeHead(200, { 'content-type': 'application/json', ...headers });
      const pour = (): void => {
        while (!outgoing.destroyed && outgoing.write(Buffer.alloc(65_536))) sent += 65_536;
      };
      outgoing.on('drain', pour);
      pour();
    };
    const province = client({ maxBytes: 100_000, http: { attempts: 1 } });
    const refused = await errorOf(province.manifest('dossier-endless'));
    await province.close();

    expect(refused.code).toBe('ERR_TOO_LARGE');
    expect(sent).toBeLessThan(64 * 1024 ** 2);
  });
});
