import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { clockOffsetMs } from '../../src/channels/server-clock.js';

let server: Server | undefined;

afterEach(() => server?.close());

async function saying(date: string | undefined): Promise<{ baseUrl: string }> {
  server = createServer((_, response) => {
    response.sendDate = false;
    if (date !== undefined) response.setHeader('date', date);
    response.statusCode = 404;
    response.end();
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/some/path` };
}

it('tells by how much our clock is ahead, whatever the status of the answer', async () => {
  const url = await saying('Tue, 10 Mar 2026 02:00:00 GMT');

  expect(await clockOffsetMs(url, () => Date.parse('2026-03-10T02:10:00Z'))).toBe(600_000);
});

it('tells nothing where the server does not, or is not there', async () => {
  expect(await clockOffsetMs(await saying(undefined))).toBeUndefined();
  expect(await clockOffsetMs({ baseUrl: 'http://127.0.0.1:9' })).toBeUndefined();
});

it('asks an agency behind its own authority, with our certificate where it wants one', async () => {
  const pem = (name: string) => readFileSync(new URL(`../fixtures-tls/${name}.pem`, import.meta.url), 'utf8');
  const own = { cert: pem('server'), key: pem('server.key'), ca: pem('authority'), requestCert: true };
  const secure = createSecure(own, (_, response) => response.writeHead(404, { date: 'Tue, 10 Mar 2026 02:00:00 GMT' }).end());
  server = secure;
  await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
  const baseUrl = `https://127.0.0.1:${(secure.address() as AddressInfo).port}/some/path`;
  const now = () => Date.parse('2026-03-10T01:50:00Z');

  expect(await clockOffsetMs({ baseUrl, tls: { ca: pem('authority'), cert: pem('client'), key: pem('client.key') } }, now)).toBe(
    -600_000,
  );
  expect(await clockOffsetMs({ baseUrl, tls: { ca: pem('authority') } }, now)).toBeUndefined();
  expect(await clockOffsetMs({ baseUrl }, now)).toBeUndefined();
});
