import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nodeServerOptions, toNodeListener } from '../../src/dossier/index.js';
import { wire } from './process.js';
import { type World, world } from './world.js';

/** The server under the handler, met on raw connections; its waits are those of the service, made shorter. */

let city: World;
let server: Server;
let url: string;
beforeAll(async () => {
  city = await world();
  server = createServer(
    { ...nodeServerOptions, headersTimeout: 300, requestTimeout: 600, connectionsCheckingInterval: 50 },
    toNodeListener(city.exchange.dossierHandler()),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await city.close();
});

const head = 'POST /v1/dossiers HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n';
const last = async () => (await city.audit()).at(-1);

describe('the server under the handler', () => {
  it('waits seconds for headers and half a minute for a body, and takes headers of a few kilobytes', () => {
    expect(nodeServerOptions).toMatchObject({ headersTimeout: 10_000, requestTimeout: 30_000, maxHeaderSize: 16_384 });
  });

  it.each([
    ['that says its length', (size: number) => `content-length: ${size}\r\n\r\n`, (text: string) => text],
    [
      'in chunks',
      () => 'transfer-encoding: chunked\r\n\r\n',
      (text: string) => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`,
    ],
  ])('answers a megabyte %s with a 413 that arrives', async (_, length, framed) => {
    const { socket, came, ended } = wire(url);
    const body = 'x'.repeat(1024 ** 2);
    socket.write(`${head}${length(body.length)}`);
    socket.write(framed(body));
    await ended;

    const [headers = '', content = ''] = came().toString().split('\r\n\r\n');
    expect(headers).toMatch(/^HTTP\/1\.1 413 /);
    expect(headers.toLowerCase()).toContain('connection: close');
    expect(JSON.parse(content)).toMatchObject({ type: 'urn:yilian:problem:body-too-large' });
    expect(await last()).toMatchObject({ result: 'refused', gate: 'body' });
  });

  it('reads on for a while and no longer where a body has no end', async () => {
    const { socket, came, ended } = wire(url);
    socket.write(`${head}transfer-encoding: chunked\r\n\r\n`);
    const part = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const pour = (): void => {
      while (!socket.destroyed && socket.write(part));
    };
    socket.on('drain', pour);
    pour();
    await ended;

    expect(came().toString()).toMatch(/^HTTP\/1\.1 413 /);
  });

  it.each([
    ['headers', 'GET /v1/health HTTP/1.1\r\n', 'x: 1\r\n'],
    ['a body', `${head}transfer-encoding: chunked\r\n\r\n`, '1\r\nx\r\n'],
    ['a body of a length', `${head}content-length: 60000\r\n\r\n`, 'x'],
  ])('cuts off %s that come a drop at a time', async (_, first, drop) => {
    const { socket, came, ended } = wire(url);
    socket.write(first);
    const dripping = setInterval(() => socket.write(drop), 40);
    await ended;
    clearInterval(dripping);

    expect(came().toString()).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  it('notes a body that broke off as the refusal that it is, and no fault of ours', async () => {
    const { socket } = wire(url);
    socket.write(`${head}content-length: 60000\r\n\r\n{"purpose"`, () => socket.destroy());

    await expect.poll(async () => (await last())?.fault, { timeout: 10_000 }).toBe('body-cut-off');
    expect(await last()).toMatchObject({ result: 'refused', gate: 'body' });
  });

  it.each([
    ['no host that could be one', 'GET /v1/health HTTP/1.1\r\nhost: a/b\r\n\r\n'],
    ['an address that is not of ours', 'GET http://elsewhere/ HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n'],
    ['no path', 'OPTIONS * HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n'],
  ])('answers %s with a bare 400', async (_, text) => {
    const { socket, came, ended } = wire(url);
    socket.write(text);
    await ended;

    expect(came().toString()).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*content-length: 0\r\n[\s\S]*\r\n\r\n$/i);
  });
});
