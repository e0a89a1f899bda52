import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import iconv from 'iconv-lite';
import type { Fault, Faults } from '../faults.js';
import type { Journal } from '../journal.js';

/**
 * The plumbing under every simulated agency: one loopback HTTP server, its endpoints, and the faults that need no knowledge of a protocol.
 */
export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  /** Names in lower case; of several the first. */
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

export interface Answer {
  contentType: string;
  body: string;
  /** Default 200: every failure of the real ones came with 200. */
  status?: number;
  /** What was asked, for the journal. */
  operation: string;
  /** Refused: why, as a slug. */
  refused?: string;
}

/** What befalls one request, for endpoints whose protocol has to say it. */
export interface Trouble {
  wrongKey: boolean;
  clockSkew: boolean;
  otherPerson: boolean;
  pageRepeats: boolean;
}

export interface Endpoint {
  /** Exact, or a beginning when it ends in `*`. */
  path: string;
  /** `agency/feed`, perhaps told by what is asked. */
  feed(asked: Asked): string;
  answer(asked: Asked, trouble: Trouble): Answer;
  /** How this protocol says no, in its own words. */
  refuse(text: string, asked: Asked): Answer;
  /** Not business: a token address. Only the faults of connection, key and clock apply. */
  auxiliary?: true;
}

export interface AgencyServer {
  /** Begins to listen on 127.0.0.1; 0 = any free port. Gives the origin. */
  start(port: number): Promise<string>;
  stop(): Promise<void>;
}

const maxBody = 4 * 1024 * 1024;
const loginPage =
  '<!DOCTYPE html><html><head><title>统一身份认证</title></head><body><form action="/login">请登录</form></body></html>';

export function createAgencyServer(endpoints: readonly Endpoint[], faults: Faults, journal: Journal): AgencyServer {
  const sockets = new Set<Socket>();
  const waiting = new Set<NodeJS.Timeout>();
  let server: Server | undefined;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = await read(request);
    const endpoint = endpoints.find(({ path }) =>
      path.endsWith('*') ? asked.path.startsWith(path.slice(0, -1)) : path === asked.path,
    );
    if (endpoint === undefined) {
      send(response, Buffer.from('<html><body><h1>404 Not Found</h1></body></html>'), 'text/html', 404);
      return;
    }
    const feed = endpoint.feed(asked);
    const fault = endpoint.auxiliary ? connectionFault(faults.of(feed)) : faults.meet(feed);
    if (fault?.kind === 'down') {
      journal.note(feed, 'connection', 'fault');
      request.socket.resetAndDestroy();
      return;
    }
    const answer = troubled(endpoint, asked, fault);
    journal.note(feed, answer.operation, fault === undefined ? (answer.refused === undefined ? 'answered' : 'refused') : 'fault');
    const bytes = disturb(answer, fault);
    const go = () => send(response, bytes, answer.contentType, answer.status ?? 200);
    if (fault?.kind !== 'slow') return go();
    const timer = setTimeout(() => {
      waiting.delete(timer);
      go();
    }, fault.delayMs ?? 30_000);
    waiting.add(timer);
  };

  return {
    async start(port) {
      const listening = createServer((request, response) => {
        serve(request, response).catch(() => request.socket.destroy());
      });
      // As long as a common gateway keeps an idle connection; Node's five seconds are the time between two nights of a test.
      listening.keepAliveTimeout = 75_000;
      listening.headersTimeout = 80_000;
      listening.on('connection', (socket) => {
        sockets.add(socket);
        socket.on('close', () => sockets.delete(socket));
      });
      await new Promise<void>((resolve, reject) => {
        listening.once('error', reject);
        listening.listen(port, '127.0.0.1', resolve);
      });
      server = listening;
      return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
    },
    async stop() {
      for (const timer of waiting) clearTimeout(timer);
      waiting.clear();
      const listening = server;
      server = undefined;
      if (listening === undefined) return;
      await new Promise<void>((resolve) => {
        listening.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      });
    },
  };
}

/** The faults that also reach a token address. */
function connectionFault(fault: Fault | undefined): Fault | undefined {
  return fault !== undefined &&
    (['down', 'wrong-key', 'clock-skew'] as const).some((kind) => kind === fault.kind) &&
    fault.after === undefined
    ? fault
    : undefined;
}

function troubled(endpoint: Endpoint, asked: Asked, fault: Fault | undefined): Answer {
  switch (fault?.kind) {
    case 'busy':
      return endpoint.refuse('系统繁忙，请稍后再试', asked);
    case 'quota':
      return endpoint.refuse('接口调用次数超过配额', asked);
    case 'html':
      return { contentType: 'text/html;charset=UTF-8', body: loginPage, operation: 'login-page' };
    default:
      return endpoint.answer(asked, {
        wrongKey: fault?.kind === 'wrong-key',
        clockSkew: fault?.kind === 'clock-skew',
        otherPerson: fault?.kind === 'other-person',
        pageRepeats: fault?.kind === 'page-repeats',
      });
  }
}

function disturb(answer: Answer, fault: Fault | undefined): Buffer {
  switch (fault?.kind) {
    case 'gbk':
      return iconv.encode(answer.body, 'gb18030');
    case 'doctype':
      return Buffer.from(withDoctype(answer.body));
    case 'truncated': {
      const bytes = Buffer.from(answer.body);
      return bytes.subarray(0, Math.floor(bytes.length / 2));
    }
    default:
      return Buffer.from(answer.body);
  }
}

function withDoctype(xml: string): string {
  const doctype = '<!DOCTYPE answer [<!ENTITY outside SYSTEM "file:///etc/hostname">]>';
  const prolog = /^<\?xml[^>]*\?>/.exec(xml)?.[0] ?? '';
  return `${prolog}${doctype}${xml.slice(prolog.length)}`;
}

async function read(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > maxBody) throw new RangeError('request too large');
    chunks.push(chunk as Buffer);
  }
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const headers = Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) => {
      const first = Array.isArray(value) ? value[0] : value;
      return first === undefined ? [] : [[name.toLowerCase(), first]];
    }),
  );
  return { method: request.method ?? '', path: url.pathname, query: url.searchParams, headers, body: Buffer.concat(chunks) };
}

function send(response: ServerResponse, bytes: Buffer, contentType: string, status: number): void {
  response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': bytes.length });
  response.end(bytes);
}
