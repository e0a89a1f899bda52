import { getEventListeners } from 'node:events';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Exchange } from '../../src/channels/channel.js';
import { createHttpChannel, type HttpSettings } from '../../src/channels/http.js';
import type { ErrorCode } from '../../src/errors.js';
import { type FaultServer, faults, ok, reply, startFaultServer } from '../fault-server.js';
import { errorOf, fakeTime, question, textOf, within } from './support.js';

/** Transport, framing and status of the fault catalogue: what each is called, and whether it is asked again. */

let server: FaultServer;
const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown) => unhandled.push(reason);
beforeAll(async () => {
  process.on('unhandledRejection', onUnhandled);
  server = await startFaultServer();
});
afterAll(async () => {
  await server.close();
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', onUnhandled);
  expect(unhandled).toEqual([]);
});

/** Short where it is to be run into, else long enough for a machine with other things to do. */
const deadlineFor = (code: ErrorCode, short: number) => (code === 'ERR_TIMEOUT' ? short : 3000);
function channel(settings: Partial<HttpSettings> = {}) {
  const { environment } = fakeTime();
  return createHttpChannel({ baseUrl: server.url, deadlineMs: 3000, maxBytes: 100_000, attempts: 1, ...settings }, environment);
}

/** A question under a path of its own, so that a straggler of another test is not counted; and how often it came. */
let questions = 0;
function ownQuestion(more: Partial<Exchange> = {}) {
  questions += 1;
  const path = `q${questions}`;
  return {
    exchange: question({ build: async () => ({ method: 'GET', path, query: { id: '370799197806150012' } }), ...more }),
    times: () => server.requests.filter((request) => request.startsWith(`GET /gateway/${path}?`)).length,
  };
}

const declared: readonly [keyof typeof faults, ErrorCode, boolean][] = [
  ['hang', 'ERR_TIMEOUT', true],
  ['drip', 'ERR_TIMEOUT', true],
  ['slowHeaders', 'ERR_TIMEOUT', true],
  ['hangAfterHeaders', 'ERR_TIMEOUT', true],
  ['resetBeforeHeaders', 'ERR_UNREACHABLE', true],
  ['emptyReply', 'ERR_UNREACHABLE', true],
  ['malformedStatusLine', 'ERR_UNREACHABLE', true],
  ['hugeHeader', 'ERR_UNREACHABLE', true],
  ['randomBytes', 'ERR_UNREACHABLE', true],
  ['duplicateLength', 'ERR_UNREACHABLE', true],
  ['lengthAndChunked', 'ERR_UNREACHABLE', true],
  ['resetAfterHeaders', 'ERR_INCOMPLETE', true],
  ['resetMidBody', 'ERR_INCOMPLETE', true],
  ['shortContentLength', 'ERR_INCOMPLETE', true],
  ['truncatedChunked', 'ERR_INCOMPLETE', true],
  ['badChunkSize', 'ERR_INCOMPLETE', true],
  ['cutGzip', 'ERR_INCOMPLETE', true],
  ['corruptGzip', 'ERR_ENCODING', false],
  ['unknownCompression', 'ERR_ENCODING', false],
  ['gzipBomb', 'ERR_TOO_LARGE', false],
  ['tooLarge', 'ERR_TOO_LARGE', false],
  ['redirectToInternal', 'ERR_REDIRECT', false],
];

describe('a fault of transport or framing', () => {
  it.each(declared)('%s is %s, in time, and retryable: %s', async (name, code, retryable) => {
    server.use(faults[name]);
    const { exchange, times } = ownQuestion();
    const deadlineMs = deadlineFor(code, 150);

    const error = await within(deadlineMs + 250, errorOf(channel({ deadlineMs }).exchange(exchange)));

    expect(error.code).toBe(code);
    expect(error.retryable).toBe(retryable);
    expect(times()).toBe(1);
    expect(error).toMatchObject({ agency: 'civil-affairs', feed: 'cremations' });
    expect(inspect(error, { depth: null, showHidden: true })).not.toContain('370799197806150012');
    expect(error.cause).toBeUndefined();
  });

  it.each(declared)('%s is asked again exactly where that may help', async (name, code, retryable) => {
    server.use(faults[name]);
    const { exchange, times } = ownQuestion();

    await errorOf(channel({ attempts: 3, deadlineMs: deadlineFor(code, 150) }).exchange(exchange));

    expect(times()).toBe(retryable ? 3 : 1);
  });

  it.each(declared)('%s of a question that must not be asked twice is not asked again', async (name, code) => {
    server.use(faults[name]);
    const { exchange, times } = ownQuestion({ repeatable: false });

    await errorOf(channel({ attempts: 3, deadlineMs: deadlineFor(code, 150) }).exchange(exchange));

    expect(times()).toBe(1);
  });

  it('a refused connection is ERR_UNREACHABLE and names the host, the port and the system code', async () => {
    const gone = await startFaultServer();
    await gone.close();

    const error = await errorOf(channel({ baseUrl: `http://127.0.0.1:${gone.port}/secret-path` }).exchange(question()));

    expect(error.code).toBe('ERR_UNREACHABLE');
    expect(error.text.en).toBe(`cannot reach 127.0.0.1:${gone.port}: the connection was refused (ECONNREFUSED)`);
    expect(error.text.zh).toBe(`无法连通 127.0.0.1:${gone.port}：对方拒绝连接（ECONNREFUSED）`);
  });

  it('after a reset the next attempt is answered', async () => {
    server.use(faults.resetMidBody, ok);

    const answer = await channel({ attempts: 2 }).exchange(question());

    expect(textOf(answer)).toBe('{"ok":true}');
  });

  it('bytes after the declared length never become the answer to the next question', async () => {
    const one = channel();
    server.use(faults.longerThanContentLength, ok);

    const first = await one.exchange(question());
    const second = await one.exchange(question());

    expect(textOf(first)).toBe('{"ok":true}');
    expect(textOf(second)).toBe('{"ok":true}');
    await one.close();
  });

  it('an answer sent unasked on a waiting socket never becomes the answer to the next question', async () => {
    const one = channel();
    let idle: (() => void) | undefined;
    server.use((socket, request) => {
      ok(socket, request);
      idle = () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"no":"!"}');
    }, ok);

    await one.exchange(question());
    idle?.();
    // Several turns of the event loop, however slow they are: in each the client may look at its sockets.
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setTimeout(resolve, 5));
    const second = await one.exchange(question()).catch((error: unknown) => error);

    expect(second).toMatchObject({ status: 200 });
    expect(textOf(second as Awaited<ReturnType<typeof one.exchange>>)).toBe('{"ok":true}');
    await one.close();
  });

  it('a kept socket that the server closes costs a repeatable question nothing but a retry', async () => {
    const one = channel({ attempts: 2 });
    server.use(ok, faults.resetBeforeHeaders, ok);
    const before = server.connections();

    await one.exchange(question());
    const second = await one.exchange(question());

    expect(textOf(second)).toBe('{"ok":true}');
    expect(server.connections() - before).toBe(2);
    await one.close();
  });

  it('a question that must not be asked twice never travels on a used socket', async () => {
    const one = channel();
    server.use(ok);
    const before = server.connections();

    await one.exchange(question());
    await one.exchange(question());
    await one.exchange(question({ repeatable: false }));
    await one.exchange(question({ repeatable: false }));

    expect(server.connections() - before).toBe(3);
    await one.close();
  });

  it('headers that come several times are joined', async () => {
    server.use(reply('200 OK', { 'X-One': 'a', 'x-one': 'b' }, '{}'));

    const answer = await channel().exchange(question());

    expect(answer.headers['x-one']).toBe('a, b');
  });

  it('a call that has ended leaves no timer behind to keep the program waiting', async () => {
    const set = vi.spyOn(globalThis, 'setTimeout');
    const clear = vi.spyOn(globalThis, 'clearTimeout');
    server.use(ok);

    await channel({ deadlineMs: 61_234 }).exchange(question());

    const deadline = set.mock.results[set.mock.calls.findIndex(([, ms]) => ms === 61_234)]?.value;
    expect(deadline).toBeDefined();
    expect(clear).toHaveBeenCalledWith(deadline);
  });

  it('a call that has ended leaves nothing behind on the signal of the caller', async () => {
    const night = new AbortController();
    server.use(ok, faults.resetMidBody);

    await channel().exchange(question({ signal: night.signal }));
    await errorOf(channel().exchange(question({ signal: night.signal })));

    expect(getEventListeners(night.signal, 'abort')).toEqual([]);
  });

  it('the caller can stop a call on its way', async () => {
    const stop = new AbortController();
    server.use(() => stop.abort());

    const call = errorOf(channel({ deadlineMs: 10_000 }).exchange(question({ signal: stop.signal })));

    expect((await call).code).toBe('ERR_ABORTED');
  });

  it('closing the channel stops calls on their way and refuses new ones', async () => {
    const one = channel({ deadlineMs: 10_000, attempts: 3 });
    server.use(() => void one.close());

    const call = errorOf(one.exchange(question()));

    expect((await call).code).toBe('ERR_ABORTED');
    expect((await errorOf(one.exchange(question()))).code).toBe('ERR_ABORTED');
  });
});

describe('a status the envelope does not recognise', () => {
  const statuses: readonly [string, Record<string, string>, ErrorCode, boolean][] = [
    ['400 Bad Request', {}, 'ERR_HTTP_STATUS', false],
    ['401 Unauthorized', {}, 'ERR_UNAUTHORISED', false],
    ['403 Forbidden', {}, 'ERR_UNAUTHORISED', false],
    ['404 Not Found', {}, 'ERR_HTTP_STATUS', false],
    ['408 Request Timeout', {}, 'ERR_BUSY', true],
    ['413 Payload Too Large', {}, 'ERR_HTTP_STATUS', false],
    ['429 Too Many Requests', { 'Retry-After': '2' }, 'ERR_BUSY', true],
    ['500 Internal Server Error', {}, 'ERR_HTTP_STATUS', true],
    ['502 Bad Gateway', {}, 'ERR_BUSY', true],
    ['503 Service Unavailable', { 'Retry-After': '1' }, 'ERR_BUSY', true],
    ['504 Gateway Timeout', {}, 'ERR_BUSY', true],
  ];

  it.each(statuses)('%s %j is %s, retryable: %s', async (status, headers, code, retryable) => {
    server.use(reply(status, headers, '<html>502</html>'));
    const { exchange, times } = ownQuestion();

    const error = await errorOf(channel({ attempts: 3 }).exchange(exchange));

    expect(error.code).toBe(code);
    expect(error.httpStatus).toBe(Number(status.slice(0, 3)));
    expect(error.retryable).toBe(retryable);
    expect(times()).toBe(retryable ? 3 : 1);
  });

  it.each(statuses)('%s %j is handed back where the envelope can read the body', async (status, headers) => {
    server.use(reply(status, headers, '{"code":401}'));

    const answer = await channel({ attempts: 3 }).exchange(question());

    expect(answer.status).toBe(Number(status.slice(0, 3)));
    expect(textOf(answer)).toBe('{"code":401}');
  });

  it.each([
    ['204 No Content', 'done', { status: 204 }],
    ['401 Unauthorized', 'unrecognised', { code: 'ERR_UNAUTHORISED' }],
    ['503 Service Unavailable', 'unrecognised', { code: 'ERR_BUSY' }],
  ] as const)('%s that names a compression and has no body is read as what it is', async (status, verdict, told) => {
    server.use(reply(status, { 'Content-Encoding': 'gzip' }, ''));

    const end = await channel({ attempts: 1 })
      .exchange(question({ judge: () => ({ verdict }) }))
      .catch((error: unknown) => error);

    expect(end).toMatchObject(told);
  });

  it('a login page with 200 is handed back for the envelope to refuse', async () => {
    server.use(reply('200 OK', { 'Content-Type': 'text/html' }, '<html>login</html>'));

    const answer = await channel().exchange(question());

    expect(textOf(answer)).toBe('<html>login</html>');
  });

  it('a redirect is refused even where its body could be read, and only its host is told', async () => {
    server.use(reply('302 Found', { Location: 'https://evil.example/x?id=370799197806150012' }, '{"code":0}'));

    const error = await errorOf(channel().exchange(question()));

    expect(error.code).toBe('ERR_REDIRECT');
    expect(error.message).toContain('evil.example');
    expect(error.message).not.toContain('370799197806150012');
  });
});
