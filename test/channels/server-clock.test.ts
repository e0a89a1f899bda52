import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { clockOffsetMs } from '../../src/channels/server-clock.js';

let server: Server | undefined;

afterEach(() => server?.close());

async function saying(date: string | undefined): Promise<string> {
  server = createServer((_, response) => {
    response.sendDate = false;
    if (date !== undefined) response.setHeader('date', date);
    response.statusCode = 404;
    response.end();
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/some/path`;
}

it('tells by how much our clock is ahead, whatever the status of the answer', async () => {
  const url = await saying('Tue, 10 Mar 2026 02:00:00 GMT');

  expect(await clockOffsetMs(url, () => Date.parse('2026-03-10T02:10:00Z'))).toBe(600_000);
});

it('tells nothing where the server does not, or is not there', async () => {
  expect(await clockOffsetMs(await saying(undefined))).toBeUndefined();
  expect(await clockOffsetMs('http://127.0.0.1:9')).toBeUndefined();
});
