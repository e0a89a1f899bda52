import { createServer, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';

/**
 * A loopback server on raw sockets, for what nock cannot imitate: it answers with whatever bytes, pauses and resets a fault asks for.
 * One fault is set at a time and used for every request until another is set; a list is used up one per request, its last for ever.
 */

export type Fault = (socket: Socket, request: string) => void;

export interface FaultServer {
  url: string;
  port: number;
  /** Whole requests as text (latin1), in order. */
  readonly requests: readonly string[];
  /** How many connections were opened. */
  readonly connections: () => number;
  use(...faults: readonly Fault[]): void;
  close(): Promise<void>;
}

export async function startFaultServer(): Promise<FaultServer> {
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  let connections = 0;
  let faults: Fault[] = [];
  const server: Server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    let received = '';
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      const end = received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/^content-length: *(\d+)/im.exec(received.slice(0, end))?.[1] ?? 0);
      if (received.length < end + 4 + length) return;
      const request = received.slice(0, end + 4 + length);
      received = received.slice(request.length);
      requests.push(request);
      const fault = faults.length > 1 ? faults.shift() : faults[0];
      fault?.(socket, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/gateway`,
    port,
    requests,
    connections: () => connections,
    use(...next) {
      faults = [...next];
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A whole answer. */
export function reply(status: string, headers: Readonly<Record<string, string>>, body: string | Uint8Array): Fault {
  const bytes = Buffer.from(body as string);
  const all = { 'Content-Length': String(bytes.length), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return (socket) => {
    socket.write(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`);
    socket.write(bytes);
  };
}

const head = (headers: string): string => `HTTP/1.1 200 OK\r\n${headers}\r\n\r\n`;
const raw =
  (bytes: string | Uint8Array, end: 'end' | 'keep' = 'end'): Fault =>
  (socket) => {
    socket.write(bytes);
    if (end === 'end') socket.end();
  };
/** One byte at a time, for ever or until the socket goes. */
function drip(socket: Socket, first: string, everyMs: number): void {
  socket.write(first);
  const timer = setInterval(() => socket.write('x'), everyMs);
  socket.on('close', () => clearInterval(timer));
}

export const ok: Fault = reply('200 OK', { 'Content-Type': 'application/json' }, '{"ok":true}');

/**
 * Resets the connection once what was written has been read: a reset throws away what the other side has not read yet, and both sides share
 * one event loop. After the timer a whole turn passes in which sockets are read, however busy the machine.
 */
function resetOnceRead(socket: Socket): void {
  setTimeout(() => setImmediate(() => socket.resetAndDestroy()), 5);
}

const bomb = gzipSync(Buffer.alloc(16 * 1024 ** 2));

/** The transport and framing faults of the catalogue, by name. */
export const faults = {
  hang: () => undefined,
  drip: (socket) => drip(socket, head('Content-Length: 100000'), 20),
  slowHeaders: (socket) => drip(socket, 'HTTP/1.1 200 OK\r\nX-Slow: ', 20),
  hangAfterHeaders: raw(head('Content-Length: 10'), 'keep'),
  resetBeforeHeaders: (socket) => socket.resetAndDestroy(),
  resetAfterHeaders: (socket) => socket.write(head('Content-Length: 10'), () => resetOnceRead(socket)),
  resetMidBody: (socket) => socket.write(`${head('Content-Length: 100')}{"ok":`, () => resetOnceRead(socket)),
  emptyReply: (socket) => socket.end(),
  shortContentLength: raw(`${head('Content-Length: 100')}{"a":1}`),
  longerThanContentLength: raw(
    `${head('Content-Length: 11')}{"ok":true}HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother`,
    'keep',
  ),
  truncatedChunked: raw(`${head('Transfer-Encoding: chunked')}b\r\n{"ok":`),
  badChunkSize: raw(`${head('Transfer-Encoding: chunked')}zz\r\n{"ok":true}\r\n0\r\n\r\n`),
  malformedStatusLine: raw('HTTQ/1.1 OK 200\r\n\r\n'),
  hugeHeader: raw(`HTTP/1.1 200 OK\r\nX-Huge: ${'h'.repeat(64 * 1024)}\r\nContent-Length: 0\r\n\r\n`),
  randomBytes: raw(Buffer.from([0x16, 0x03, 0xff, 0x00, 0x9c, 0x80, 0x00, 0x01])),
  corruptGzip: (socket, request) => {
    const bytes = gzipSync('{"ok":true}'.repeat(200));
    bytes.fill(0xff, 12, 24);
    reply('200 OK', { 'Content-Encoding': 'gzip' }, bytes)(socket, request);
  },
  cutGzip: (socket, request) => {
    const bytes = gzipSync(Array.from({ length: 500 }, (_, index) => String(index * 7919)).join());
    reply('200 OK', { 'Content-Encoding': 'gzip' }, bytes.subarray(0, bytes.length / 2))(socket, request);
  },
  gzipBomb: reply('200 OK', { 'Content-Encoding': 'gzip' }, bomb),
  unknownCompression: reply('200 OK', { 'Content-Encoding': 'br' }, 'xxxx'),
  tooLarge: reply('200 OK', {}, Buffer.alloc(200_000, 0x20)),
  redirectToInternal: reply('302 Found', { Location: 'http://169.254.169.254/latest/meta-data?id=370799197806150012' }, ''),
  duplicateLength: raw('HTTP/1.1 200 OK\r\nContent-Length: 11\r\nContent-Length: 3\r\n\r\n{"ok":true}'),
  lengthAndChunked: raw(
    'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n{"ok":true}\r\n0\r\n\r\n',
  ),
} as const satisfies Record<string, Fault>;
