import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createExchange, type Exchange } from '../../src/exchange.js';
import type { AppraisalCase, CaseImport, DossierManifest, DossierRequest } from '../../src/model/index.js';
import { type GivenAnswer, keeping, undescribed } from '../dossier-http/described.js';
import {
  type Algorithm,
  type Answer,
  algorithms,
  type KeyPair,
  makeKey,
  type SentRequest,
  type SigningChoices,
  send,
  sha256,
  signed,
  type VerifiedAnswer,
  verifiedAnswer,
} from './by-hand.js';
import { type Behind, openDossiers } from './seams.js';

/** A city with a file of seven persons, and partners with every kind of key, told from outside. */

export const origin = 'https://dossier.weifang.example';
export const gatewayOrigin = 'https://share.province.example';
export const gatewayPath = '/gateway/httpproxy/weifang-dossier';

/** In Shanghai. */
export const at = (text: string): Date => new Date(`${text}+08:00`);
export const morning = at('2026-06-20T10:00:00');

/** What must not leave the city, wherever it stands in the file. */
export const canaries = {
  phone: '13900005678',
  address: '潍坊市奎文区金丝雀路9号',
  formerName: '林曾用',
  spouse: '许配偶',
  spouseNumber: '370799198307070098',
};

export const documents = {
  idCard: Buffer.from('%PDF-1.7 id card of person one'),
  application: Buffer.from('%PDF-1.7 application of person one'),
  recognition: Buffer.from('%PDF-1.7 recognition decision of person one'),
  recordOne: Buffer.from('%PDF-1.7 medical record, first stay, 0123456789abcdef'),
  recordTwo: Buffer.from('%PDF-1.7 medical record, second stay'),
  examReport: Buffer.from('%PDF-1.7 exam report'),
  reviewForm: Buffer.from('%PDF-1.7 panel and review form'),
  conclusion: Buffer.from('%PDF-1.7 conclusion as signed'),
  late: Buffer.from('%PDF-1.7 scan that the archive fetches'),
};

const document = (
  id: string,
  kind: AppraisalCase['documents'][number]['kind'],
  bytes: Buffer,
  more: Partial<AppraisalCase['documents'][number]> = {},
): AppraisalCase['documents'][number] => ({ id, kind, mediaType: 'application/pdf', sha256: sha256(bytes), pages: 2, ...more });

/** `received`: when whom the conclusion reached. */
function concluded(
  serial: string,
  received: { to: 'person' | 'employer'; receivedOn: string }[],
  more: Partial<AppraisalCase> = {},
): AppraisalCase {
  return {
    caseNo: `LJ2026-${serial}`,
    kind: 'first',
    regime: 'order-55',
    state: 'delivered',
    items: [{ code: '1', system: 'city/appraisal-item', known: true }],
    receivedOn: '2026-04-01',
    acceptedOn: '2026-04-03',
    applicant: 'employer',
    employer: { name: '潍坊试验机械厂' },
    recognition: {
      no: `潍工伤认2026-${serial}`,
      result: { code: '1', system: 'city/recognition-result', known: true },
      accidentOn: '2025-10-10',
      decidedOn: '2026-01-15',
      parts: [],
      diagnoses: [{ icd10: 'S62.3', text: '第三掌骨骨折' }],
    },
    documents: [],
    exams: [{ on: '2026-05-12', mode: 'onsite', place: '市劳动能力鉴定中心', identityCheck: 'face-match' }],
    panel: { size: 3, drawnOn: '2026-05-11', signedOn: '2026-05-12' },
    conclusions: [
      {
        no: `潍劳鉴2026-${serial}`,
        on: '2026-06-01',
        level: 'city',
        grade: 9,
        care: 'none',
        standard: 'GB/T 16180-2014',
        clauses: ['5.9.2.14'],
        status: 'issued',
      },
    ],
    deliveries: received.map((delivery) => ({ sentOn: '2026-06-03', ...delivery })),
    ...more,
  };
}

const person = (name: string, number: string): CaseImport['subject'] => ({
  name,
  idDocuments: [{ type: 'resident-id', number, validity: 'valid' }],
});

const file: Record<string, CaseImport> = {
  /** Everything there is; the person had it on a Monday, the employer the day after. */
  whole: {
    subject: {
      ...person('林试一', '37079919800312101X'),
      phone: canaries.phone,
      domicile: { region: '370705', address: canaries.address },
      formerNames: [canaries.formerName],
      birthDate: '1980-03-12',
      sex: 'male',
    },
    cases: [
      {
        ...concluded('000011', [{ to: 'person', receivedOn: '2024-06-10' }]),
        caseNo: 'LJ2024-000011',
        regime: 'order-21',
        state: 'effective',
        receivedOn: '2024-04-01',
        acceptedOn: '2024-04-03',
        exams: [],
        conclusions: [
          {
            no: '潍劳鉴2024-000011',
            on: '2024-06-01',
            level: 'city',
            grade: 10,
            care: 'none',
            standard: 'GB/T 16180-2014',
            clauses: ['5.10.2.1'],
            status: 'effective',
          },
        ],
      },
      concluded(
        '000101',
        [
          { to: 'person', receivedOn: '2026-06-08' },
          { to: 'employer', receivedOn: '2026-06-09' },
        ],
        {
          kind: 'review',
          priorCaseNo: 'LJ2024-000011',
          documents: [
            document('D1', 'id-card', documents.idCard),
            document('D2', 'application', documents.application),
            document('D3', 'recognition-decision', documents.recognition),
            document('D4', 'medical-record', documents.recordOne, {
              hospital: '潍坊试验医院',
              admittedOn: '2025-10-10',
              dischargedOn: '2025-10-30',
              recordNo: 'ZY0001',
            }),
            document('D5', 'medical-record', documents.recordTwo, { hospital: '潍坊试验医院', recordNo: 'ZY0002' }),
            document('D6', 'exam-report', documents.examReport),
            document('D7', 'review-form', documents.reviewForm),
            document('D8', 'conclusion', documents.conclusion),
          ],
        },
      ),
    ],
  },
  personOnly: {
    subject: person('周试二', '370799197506070029'),
    cases: [concluded('000102', [{ to: 'person', receivedOn: '2026-06-08' }])],
  },
  employerOnly: {
    subject: person('吴试三', '370799196909111038'),
    cases: [concluded('000103', [{ to: 'employer', receivedOn: '2026-06-08' }])],
  },
  undelivered: {
    subject: person('郑试四', '370799198802222044'),
    cases: [concluded('000104', [], { state: 'concluded' })],
  },
  unconcluded: {
    subject: person('冯试五', '370799199104053057'),
    cases: [concluded('000105', [], { state: 'examined', conclusions: [] })],
  },
  /** Its scan is named and not there. */
  scanless: {
    subject: person('陈试六', '370799197901304067'),
    cases: [
      concluded('000106', [{ to: 'person', receivedOn: '2026-06-08' }], {
        documents: [document('D1', 'id-card', Buffer.from('never put in'))],
      }),
    ],
  },
  /** Its scan is on its way. */
  fetching: {
    subject: person('褚试七', '370799198212245078'),
    cases: [
      concluded('000107', [{ to: 'person', receivedOn: '2026-06-08' }], {
        documents: [document('D1', 'id-card', documents.late)],
      }),
    ],
  },
  corrected: {
    subject: person('卫试八', '370799198106060088'),
    cases: [concluded('000108', [{ to: 'person', receivedOn: '2026-06-08' }])],
  },
  revoked: {
    subject: person('蒋试九', '370799198009090090'),
    cases: [
      concluded('000109', [{ to: 'person', receivedOn: '2026-06-08' }], {
        documents: [document('D1', 'id-card', documents.application)],
      }),
    ],
  },
};

export type Who =
  | 'whole'
  | 'personOnly'
  | 'employerOnly'
  | 'undelivered'
  | 'unconcluded'
  | 'scanless'
  | 'fetching'
  | 'corrected'
  | 'revoked';
export const cases = file as Record<Who, CaseImport & { cases: AppraisalCase[] }>;
export const identity = (who: Who) => ({
  name: cases[who].subject.name,
  idNumber: cases[who].subject.idDocuments[0]?.number ?? '',
});

/** A proper request about somebody. */
export function ask(who: Who, more: Partial<DossierRequest> = {}): DossierRequest {
  return {
    purpose: 'reappraisal',
    provincialNo: '鲁劳鉴再2026-0007',
    conclusionNo: cases[who].cases.at(-1)?.conclusions.at(-1)?.no ?? '潍劳鉴2026-999999',
    subject: identity(who),
    requestedBy: { organisation: '山东省劳动能力鉴定委员会', operator: { name: '省级经办', id: 'SD-001' } },
    ...more,
  };
}

/** Partners by id; each with one key unless said otherwise. */
export const partners = [
  ...algorithms.map((algorithm) => ({ id: `province-${algorithm}`, algorithm, more: {} })),
  { id: 'history-only', algorithm: 'ed25519', more: { purposes: ['appraisal-history'] } },
  { id: 'dossier-only', algorithm: 'ed25519', more: { purposes: ['reappraisal'] } },
  {
    id: 'narrow',
    algorithm: 'ed25519',
    more: { items: ['id-document', 'conclusion'], fields: { conclusion: ['no', 'on', 'grade'] } },
  },
  {
    id: 'through-gateway',
    algorithm: 'ecdsa-p256-sha256',
    more: {
      gateway: {
        origin: gatewayOrigin,
        pathPrefix: gatewayPath,
        rid: 'SD0001',
        sid: 's_370700_dossier',
        appSecret: '${file:./secrets/gateway}',
      },
    },
  },
] as const satisfies readonly { id: string; algorithm: Algorithm; more: object }[];
export type PartnerId = (typeof partners)[number]['id'];
export const gatewaySecret = 'a secret of the sharing platform';
export const province: PartnerId = 'province-ecdsa-p256-sha256';

/** Keys that follow one another, of one partner and of the city. */
export const rotation = { from: at('2026-06-25T00:00:00'), until: at('2026-07-05T00:00:00') };

export interface CallChoices {
  as?: PartnerId;
  headers?: Record<string, string>;
  body?: unknown;
  /** Overrides of the signature. */
  sign?: Partial<SigningChoices>;
  unsigned?: boolean;
}

export interface City {
  readonly folder: string;
  readonly keys: Readonly<Record<string, KeyPair>>;
  /** What the city's answers may be signed with, by key id. */
  readonly cityKeys: Readonly<Record<string, KeyPair>>;
  readonly exchange: Exchange;
  readonly behind: Behind;
  /** The city's clock, and that of its partners. */
  now: Date;
  /** Whether the archive still fetches the scan of `fetching`. */
  fetched: boolean;
  readonly port: number;
  prepare(method: string, path: string, choices?: CallChoices): SentRequest;
  /** Sends, and verifies the answer's own signature and digest: an answer without them fails every test. */
  send(request: SentRequest, asPath?: string): Promise<Answer & { signedBy: VerifiedAnswer }>;
  /** Sends and believes what comes: for a partner whom the city cannot know how to answer. */
  sendBelieving(request: SentRequest, asPath?: string): Promise<Answer>;
  call(method: string, path: string, choices?: CallChoices): Promise<Answer & { signedBy: VerifiedAnswer }>;
  /** `POST /v1/dossiers`. */
  request(body: unknown, choices?: CallChoices & { key?: string }): Promise<Answer & { signedBy: VerifiedAnswer }>;
  /** A sealed dossier, or the test fails. */
  dossier(who: Who, choices?: CallChoices & { key?: string; more?: Partial<DossierRequest> }): Promise<DossierManifest>;
  /** Another process takes over the folder. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

let serial = 0;

export interface CityChoices {
  /** The machine's clock instead of one that tests set: for partners that are programs of their own. */
  clock?: () => Date;
  /** Partners address it where it listens, and not through a proxy. */
  direct?: boolean;
  /** The one key the city has, from always to always. */
  onlyKey?: 'city-old' | 'city-new';
  /** How long the scan of `fetching` is said to take. */
  deferredMs?: number;
}

export async function startCity(choices: CityChoices = {}): Promise<City> {
  const folder = mkdtempSync(join(tmpdir(), 'yilian-dossier-'));
  const keys = Object.fromEntries(partners.map(({ id, algorithm }) => [`${id}/1`, makeKey(algorithm)]));
  keys['rotating/old'] = makeKey('ed25519');
  keys['rotating/new'] = makeKey('sm2-sm3');
  const cityKeys = { 'city-old': makeKey('ecdsa-p256-sha256'), 'city-new': makeKey('sm2-sm3') };
  writeCity(folder, keys, cityKeys, choices);

  let open: { exchange: Exchange; behind: Behind; server: Server } | undefined;
  const state = { now: at('2026-06-15T09:00:00'), fetched: false };
  const now = choices.clock ?? (() => state.now);
  const answered: GivenAnswer[] = [];
  const start = async () => {
    const exchange = await createExchange(join(folder, 'yilian.config.yaml'), { environment: {}, now });
    const behind = openDossiers(exchange, folder, {
      now,
      deferred: (caseNo) =>
        caseNo === 'LJ2026-000107' && !state.fetched
          ? new Date(now().getTime() + (choices.deferredMs ?? 3_600_000)).toISOString()
          : undefined,
    });
    const handler = keeping(behind.handler, answered);
    const server = createServer((incoming, outgoing) => void serve(handler, incoming, outgoing));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open = { exchange, behind, server };
  };
  const close = async () => {
    const { server, exchange } = running();
    await new Promise((resolve) => server.close(resolve));
    await exchange.close();
    open = undefined;
  };
  const running = () => {
    if (open === undefined) throw new Error('the city does not run');
    return open;
  };
  const port = () => (running().server.address() as AddressInfo).port;

  await start();
  await running().exchange.importCases([join(folder, 'cases.jsonl')]);
  for (const { caseNo, documentId, bytes } of scans())
    await running().behind.putDocument({ caseNo, documentId, sha256: sha256(bytes) }, bytes);
  await running().behind.married('LJ2026-000101', { name: canaries.spouse, idNumber: canaries.spouseNumber });
  state.now = morning;

  const city: City = {
    folder,
    keys,
    cityKeys,
    get exchange() {
      return running().exchange;
    },
    get behind() {
      return running().behind;
    },
    get now() {
      return state.now;
    },
    set now(now) {
      state.now = now;
    },
    get fetched() {
      return state.fetched;
    },
    set fetched(fetched) {
      state.fetched = fetched;
    },
    get port() {
      return port();
    },
    prepare(method, path, { as = province, headers = {}, body, sign = {}, unsigned = false } = {}) {
      const bytes = body === undefined ? Buffer.alloc(0) : Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
      const request: SentRequest = {
        method,
        url: `${origin}${path}`,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        body: bytes,
      };
      const keyId = sign.keyId ?? `${as}/1`;
      const key = sign.key ?? keys[keyId];
      if (unsigned) return request;
      if (key === undefined) throw new Error(`no key ${keyId}`);
      return signed(request, { now: state.now, ...sign, keyId, key });
    },
    sendBelieving: (request, asPath) => send(request, { host: '127.0.0.1', port: port() }, asPath),
    async send(request, asPath) {
      const answer = await city.sendBelieving(request, asPath);
      return { ...answer, signedBy: verifiedAnswer(answer, cityKeys) };
    },
    call: (method, path, choices) => city.send(city.prepare(method, path, choices)),
    request(body, { key = `key-${++serial}`, headers, ...choices } = {}) {
      return city.call('POST', '/v1/dossiers', { ...choices, body, headers: { 'idempotency-key': key, ...headers } });
    },
    async dossier(who, { more, ...choices } = {}) {
      const answer = await city.request(ask(who, more), choices);
      if (answer.status !== 201) throw new Error(`expected a dossier: ${answer.status} ${answer.text}`);
      return JSON.parse(answer.text) as DossierManifest;
    },
    async restart() {
      await close();
      await start();
    },
    async stop() {
      if (open !== undefined) await close();
      rmSync(folder, { recursive: true, force: true });
      const faults = undescribed(answered);
      if (faults.length > 0) throw new Error(`answers that the description has not:\n${faults.join('\n')}`);
    },
  };
  return city;
}

function scans(): { caseNo: string; documentId: string; bytes: Buffer }[] {
  const byHash = new Map(Object.values(documents).map((bytes) => [sha256(bytes), bytes]));
  return Object.values(cases).flatMap(({ cases: list }) =>
    list.flatMap((item) =>
      item.documents.flatMap(({ id, sha256: hash }) => {
        const bytes = byHash.get(hash);
        return bytes === undefined ? [] : [{ caseNo: item.caseNo, documentId: id, bytes }];
      }),
    ),
  );
}

function writeCity(
  folder: string,
  keys: Record<string, KeyPair>,
  cityKeys: Record<string, KeyPair>,
  { direct = false, onlyKey }: CityChoices,
): void {
  mkdirSync(join(folder, 'secrets'), { recursive: true, mode: 0o700 });
  const secret = (name: string, text: string): string => {
    const place = name.replaceAll('/', '-');
    writeFileSync(join(folder, 'secrets', place), text, { mode: 0o600 });
    return `'\${file:./secrets/${place}}'`;
  };
  secret('gateway', gatewaySecret);
  const key = (id: string, { algorithm }: KeyPair, pem: string, times = '') =>
    `{ id: ${id}, algorithm: ${algorithm}, key: ${secret(id, pem)}${times} }`;
  const times = {
    old: `, until: '${rotation.until.toISOString()}'`,
    new: `, from: '${rotation.from.toISOString()}'`,
  };
  const partner = (id: string, list: string[], more: object) =>
    [
      `    - id: ${id}`,
      `      organisation: 山东省劳动能力鉴定委员会`,
      `      keys: [${list.join(', ')}]`,
      ...Object.entries({ purposes: ['reappraisal', 'appraisal-history'], ...more }).map(
        ([name, value]) => `      ${name}: ${JSON.stringify(value)}`,
      ),
    ].join('\n');
  const of = (id: string): KeyPair => keys[id] ?? makeKey('ed25519');
  const own = Object.entries(cityKeys)
    .filter(([id]) => onlyKey === undefined || id === onlyKey)
    .map(
      ([id, pair]) =>
        `  - ${key(id, pair, pair.private, onlyKey !== undefined ? '' : id === 'city-old' ? times.old : times.new)}`,
    );
  writeFileSync(
    join(folder, 'yilian.config.yaml'),
    `city: { name: 潍坊市, region: '370700', organisation: 潍坊市劳动能力鉴定中心 }
store: sqlite:./state/yilian.db
personKey: ${secret('person-key', 'a key of persons for the tests alone')}
operator: { name: 夜间核对, id: SYSTEM }
agencies: {}
signing:
${own.join('\n')}
dossier:
  listen: 127.0.0.1:0
${direct ? '' : `  origin: ${origin}\n`}  retryAfter: 1s
  documents: { folder: ./documents, key: ${secret('documents-key', 'a key of documents for the tests alone')} }
  partners:
${partners.map(({ id, more }) => partner(id, [key(`${id}/1`, of(`${id}/1`), of(`${id}/1`).public)], more)).join('\n')}
${partner(
  'rotating',
  [
    key('rotating/old', of('rotating/old'), of('rotating/old').public, times.old),
    key('rotating/new', of('rotating/new'), of('rotating/new').public, times.new),
  ],
  {},
)}
`,
  );
  writeFileSync(
    join(folder, 'cases.jsonl'),
    Object.values(file)
      .map((line) => `${JSON.stringify(line)}\n`)
      .join(''),
  );
}

/** Mounts a Web-standard handler on node:http, as any backend would. */
async function serve(
  handler: (request: Request) => Promise<Response>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headersDistinct))
    for (const item of value ?? []) headers.append(name, item);
  const body = Buffer.concat(chunks);
  const method = incoming.method ?? 'GET';
  const request = new Request(`http://${incoming.headers.host}${incoming.url}`, {
    method,
    headers,
    ...(method === 'GET' || method === 'HEAD' ? {} : { body }),
  });
  const response = await handler(request);
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}
