/**
 * A city's backend as an HTTP service: what the officer's page at the appraisal centre asks for. node:http and `yilian`, nothing else.
 *
 *     node server.ts ./yilian.config.yaml            (Node 22.18 and later; for Node 20 compile it first, see README.md)
 *
 * It trusts whoever reaches it: put it behind the login of your house, and let that say who the officer is (`officerOf`).
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { createExchange, type Exchange, isYilianError, type YilianError } from 'yilian';
import { nodeServerOptions, toNodeListener } from 'yilian/dossier';

interface Officer {
  /** The officer's own ID number: the police's platform takes no question without one. */
  id: string;
  name: string;
}

/** What one call is handed; it gives the answer's body, or throws. */
interface Ask {
  exchange: Exchange;
  officer: Officer;
  /** What the parentheses of its pattern took out of the address. */
  named: string[];
  query: URLSearchParams;
  body: Record<string, unknown>;
}

const calls: [method: string, path: RegExp, answer: (ask: Ask) => Promise<unknown>][] = [
  // Whom an agency knows. POST although it changes nothing: an ID number has no place in an address, which every proxy on the way writes down.
  [
    'POST',
    /^\/lookups$/,
    ({ exchange, officer, body }) =>
      exchange.lookup(
        {
          agency: text(body, 'agency'),
          feed: text(body, 'feed'),
          person: { name: text(body, 'name'), idNumber: text(body, 'idNumber') },
        },
        {
          purpose: text(body, 'purpose'),
          caseNo: text(body, 'caseNo'),
          operator: { ...officer, organisation: exchange.config.city.organisation },
        },
      ),
  ],
  // The cross-check while the officer waits: no agency is asked, what has been received is judged.
  ['GET', /^\/cases\/([^/]+)\/check$/, ({ exchange, named }) => exchange.check(named[0] ?? '')],
  ['GET', /^\/cases\/([^/]+)\/explanation$/, ({ exchange, named }) => exchange.explain(named[0] ?? '')],
  // What is there of the materials of an application, and what is known for its form: who looks is noted in the audit log, so say who it is.
  [
    'GET',
    /^\/cases\/([^/]+)\/materials$/,
    ({ exchange, named, query }) =>
      exchange.materials(named[0] ?? '', {
        procedure: (query.get('procedure') ?? 'first') as Parameters<Exchange['materials']>[1]['procedure'],
      }),
  ],
  [
    'POST',
    /^\/prefill$/,
    async ({ exchange, officer, body }) => {
      const found = await exchange.prefill(
        { idNumber: text(body, 'idNumber'), name: text(body, 'name') },
        { operator: { ...officer, organisation: exchange.config.city.organisation }, purpose: text(body, 'purpose') },
      );
      // Nobody on file and a name that is not that of the number are one answer.
      if (found === undefined) throw new Refusal(404, 'NOTHING_KNOWN', '没有可预填的信息', 'nothing is known to fill in');
      return found;
    },
  ],
  [
    'GET',
    /^\/findings$/,
    async ({ exchange, query }) => {
      const caseNo = query.get('case');
      // A slip in the number must not look like a clean case: this throws for a case that is not on file.
      if (caseNo !== null) await exchange.caseFile(caseNo);
      return exchange.findings({ state: ['open', 'verifying', 'confirmed'], ...(caseNo === null ? {} : { caseNo }) });
    },
  ],
  [
    'POST',
    /^\/findings\/([^/]+)\/decision$/,
    ({ exchange, officer, named, body }) =>
      exchange.decide({
        id: named[0] ?? '',
        as: text(body, 'as') as Parameters<Exchange['decide']>[0]['as'],
        // Who decides is the one who is logged in, whatever the page sends.
        by: officer.name,
        reason: text(body, 'reason'),
        ...(body.until === undefined ? {} : { until: text(body, 'until') }),
      }),
  ],
];

/** A request that cannot be answered, in the words of the service. */
class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly text: { zh: string; en: string };
  constructor(status: number, code: string, zh: string, en: string) {
    super(en);
    this.status = status;
    this.code = code;
    this.text = { zh, en };
  }
}

export interface Backend {
  url: string;
  /** Takes no more requests, lets those under way end, closes the store. */
  stop(): Promise<void>;
}

export async function startBackend(config: string, port = 0, host = '127.0.0.1'): Promise<Backend> {
  const exchange = await createExchange(config);
  // The province's calls (再次鉴定卷宗): who may make them is in the configuration, and their signatures say who they are.
  const dossiers = exchange.config.dossier && toNodeListener(exchange.dossierHandler());
  const server = createServer(nodeServerOptions, (request, response) => {
    if (dossiers !== undefined && request.url?.startsWith('/v1/')) dossiers(request, response);
    else void answer(exchange, request, response);
  });
  try {
    await listening(server, port, host);
  } catch (error) {
    await exchange.close();
    throw error;
  }
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      await closed;
      await exchange.close();
    },
  };
}

async function answer(exchange: Exchange, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const here = calls.filter(([, path]) => path.test(url.pathname));
    const [, path, run] = here.find(([method]) => method === request.method) ?? [];
    if (path === undefined || run === undefined) {
      throw here.length === 0
        ? new Refusal(404, 'NO_SUCH_CALL', '没有这个接口', 'there is no such call')
        : new Refusal(405, 'NO_SUCH_METHOD', '不支持此方法', 'this call has another method');
    }
    const named = (path.exec(url.pathname) ?? []).slice(1).map(decoded);
    const officer = officerOf(request);
    const body = request.method === 'POST' ? await jsonOf(request) : {};
    send(response, 200, await run({ exchange, officer, named, query: url.searchParams, body }));
  } catch (error) {
    if (error instanceof Refusal) return send(response, error.status, { code: error.code, text: error.text });
    // A failure of the library says who can mend it; its texts hold no person's data.
    if (isYilianError(error)) return send(response, statusOf(error), error.toJSON());
    console.error('fault of the backend:', error instanceof Error ? error.stack : error);
    send(response, 500, { code: 'FAULT', text: { zh: '系统内部错误', en: 'a fault of the backend' } });
  }
}

function statusOf({ code }: YilianError): number {
  if (code === 'ERR_INPUT') return 404;
  if (code === 'ERR_USAGE' || code === 'ERR_CONFIG') return 400;
  if (code.startsWith('ERR_STORE') || code === 'ERR_AUDIT') return 503;
  return code === 'ERR_INTERNAL' ? 500 : 502;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

/** Replace this by your login. Here the proxy that knows the officer says it: `X-Officer: <ID number>;%E7%BB%8F%E5%8A%9E`. */
function officerOf(request: IncomingMessage): Officer {
  const [id = '', name = ''] = String(request.headers['x-officer'] ?? '').split(';');
  if (id === '' || name === '') throw new Refusal(401, 'WHO_ARE_YOU', '未登录', 'nobody is logged in');
  return { id, name: decoded(name) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Refusal(400, 'BAD_ADDRESS', '地址编码有误', 'a part of the address cannot be decoded');
  }
}

const mostBytes = 64 * 1024;

async function jsonOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > mostBytes) throw new Refusal(413, 'TOO_LARGE', '请求过大', 'the request is too large');
    parts.push(part);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(parts).toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // Told below, as any other body that is no object.
  }
  throw new Refusal(400, 'NO_JSON', '请求不是 JSON 对象', 'the body is no JSON object');
}

function text(body: Record<string, unknown>, name: string): string {
  const value = body[name];
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new Refusal(400, 'MISSING', `缺少 ${name}`, `${name} is missing`);
}

function listening(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, host, () => resolve());
  });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const backend = await startBackend(process.argv[2] ?? './yilian.config.yaml', Number(process.env.PORT ?? 8080));
  console.error(`listening at ${backend.url}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void backend.stop());
}
