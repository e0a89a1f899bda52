import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { AppraisalCase, CaseImport } from '../../src/model/index.js';

/** A province at a loopback address, and the configuration of a city that sends to it. Everything is swept away after each test. */

export interface Pushed {
  key: string;
  caseNo: string;
  /** Number of the conclusion. */
  conclusionNo: string;
  /** The whole body without the order of its members. */
  content: string;
}

export interface Province {
  url: string;
  /** Every push that was answered or cut, in order of arrival. */
  pushed: Pushed[];
  /** What to do with the next pushes: by default they are accepted. */
  answer: (push: Pushed, nth: number) => Reaction | Promise<Reaction>;
  /** Rows that `lookup` gives for everybody asked about. */
  rows: Record<string, string>[];
  close(): Promise<void>;
}

/** `drop`: the connection is cut after the push was taken in. */
export type Reaction = 'accept' | 'busy' | 'drop' | 'password' | { refuse: string };

const swept: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const sweep of swept.splice(0).reverse()) await sweep();
});

export function sweepLater(sweep: () => Promise<unknown>): void {
  swept.push(sweep);
}

export async function startProvince(): Promise<Province> {
  const province: Province = { url: '', pushed: [], answer: () => 'accept', rows: [], close: async () => undefined };
  const server = createServer(async (asked, reply) => {
    const body = await bodyOf(asked);
    const page = (data: unknown[]) =>
      JSON.stringify({ retCode: '200', retMsg: '成功', data: { pageNumber: 1, pageSize: 100, totalPage: 1, data } });
    const say = (text: string) => reply.setHeader('Content-Type', 'application/json;charset=UTF-8').end(text);
    const refuse = (retCode: string, retMsg: string) => say(JSON.stringify({ retCode, retMsg, data: null }));
    if (!asked.url?.endsWith('/push')) return say(page(province.rows));
    const push = pushedIn(body);
    const reaction = await province.answer(push, province.pushed.push(push));
    if (reaction === 'drop') return asked.socket.destroy();
    if (reaction === 'busy') return refuse('500', '系统繁忙，请稍后再试');
    if (reaction === 'password') return refuse('401', '无权访问');
    if (typeof reaction === 'object') return refuse('500', reaction.refuse);
    return say(page([{ AAZ151: provincialNo(push.caseNo) }]));
  });
  province.url = await listen(server);
  province.close = () => closeServer(server);
  sweepLater(province.close);
  return province;
}

export function provincialNo(caseNo: string): string {
  return `37${[...caseNo].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) % 1e10, 7)}`;
}

export function pushedIn(body: string): Pushed {
  const fields = JSON.parse(body) as Record<string, string>;
  const { IDEMPOTENCY_KEY: key = '', CITY_CASE_NO: caseNo = '', ALC035: conclusionNo = '' } = fields;
  return { key, caseNo, conclusionNo, content: JSON.stringify(Object.entries(fields).sort()) };
}

/** Stands before another server and keeps what is pushed through it; `hold` is how long an answer is kept back. */
export async function recordingProxy(origin: string, hold: () => number): Promise<{ url: string; pushed: Pushed[] }> {
  const pushed: Pushed[] = [];
  const server = createServer(async (asked, reply) => {
    const body = await bodyOf(asked);
    if (asked.url?.endsWith('/push')) pushed.push(pushedIn(body));
    const { host: _, ...headers } = asked.headers;
    const onward = request(`${origin}${asked.url}`, { method: asked.method ?? 'POST', headers }, (answer) => {
      setTimeout(() => {
        reply.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(reply);
      }, hold());
    });
    onward.on('error', () => reply.destroy());
    onward.end(body);
  });
  const url = await listen(server);
  sweepLater(() => closeServer(server));
  return { url, pushed };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((settle) => server.close(settle));
}

async function bodyOf(asked: IncomingMessage): Promise<string> {
  let body = '';
  asked.setEncoding('utf8');
  for await (const part of asked) body += part;
  return body;
}

// ---- the city ------------------------------------------------------------------------------------------------------------------------------

export const environment = { PERSON_KEY: 'a secret of the city, 32 bytes long' };

export function cityFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'yilian-outbox-'));
  sweepLater(async () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function configuration(
  folder: string,
  url: string,
  more: { send?: string; concurrency?: number; attempts?: number } = {},
): string {
  const { send = 'automatic', concurrency = 2, attempts = 1 } = more;
  const path = join(folder, 'yilian.config.yaml');
  writeFileSync(
    path,
    `city: { name: 演示市, region: '370700', organisation: 演示市劳动能力鉴定中心 }
personKey: \${PERSON_KEY}
operator: { name: 夜间核对, id: SYSTEM }
agencies:
  provincial-appraisal:
    appraisals:
      channel: { http: '${url}', attempts: ${attempts}, concurrency: ${concurrency}, proxy: none }
      envelope: { jinbao-json: { paths: { lookup: /lookup, changes: /changes, push: /push } } }
      mapping: appraisal-jinbao
      settings: { send: ${send} }
`,
  );
  return path;
}

const numbers = ['370799196001010018', '370799195806150021', '370799195509090034'];

/** A case of the person of that place, with the conclusions of these numbers, the last of which stands. */
export function caseOf(
  person: number,
  caseNo: string,
  conclusions: readonly string[] = [],
  more: Partial<AppraisalCase> = {},
): CaseImport {
  return {
    subject: {
      idDocuments: [{ type: 'resident-id', number: numbers[person] ?? '', validity: 'valid' }],
      name: ['测试甲', '样例乙', '虚构丙'][person] ?? '',
    },
    cases: [
      {
        caseNo,
        kind: 'first',
        regime: 'order-55',
        state: conclusions.length === 0 ? 'accepted' : 'effective',
        items: [],
        receivedOn: '2026-02-01',
        documents: [],
        exams: [],
        conclusions: conclusions.map((no, index) => ({
          no,
          on: new Date(Date.UTC(2026, 2, 1 + index)).toISOString().slice(0, 10),
          level: 'city' as const,
          grade: 7 as const,
          care: 'none' as const,
          standard: 'GB/T 16180-2014',
          clauses: [],
          status: index === conclusions.length - 1 ? ('effective' as const) : ('corrected' as const),
        })),
        deliveries: [],
        ...more,
      },
    ],
  };
}

let files = 0;
export function fileOf(folder: string, ...entries: CaseImport[]): string {
  files += 1;
  const path = join(folder, `cases-${files}.jsonl`);
  writeFileSync(path, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  return path;
}
