import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKeyRing, createSigner, type KeyRing, type Signer } from '../../src/crypto/index.js';
import { createDossierClient, type DossierClient, type DossierClientOptions, toNodeListener } from '../../src/dossier/index.js';
import { createExchange, type Exchange } from '../../src/exchange.js';
import type { DossierServing } from '../../src/exchange-dossier.js';
import { signRequest } from '../../src/message-signatures/index.js';
import type { AppraisalCase, DossierRequest } from '../../src/model/index.js';
import { type GivenAnswer, keeping, undescribed } from './described.js';

/**
 * A city with one case whose conclusion was delivered, two partners, a real store, a real audit log, real documents, and a real server on loopback.
 */

export const organisation = '演示省劳动能力鉴定中心';
export const number = '370799196001010018';
export const caseNo = 'K2026-001';
export const conclusionNo = '演劳鉴〔2026〕12号';
export const start = new Date('2026-06-20T02:00:00.000Z');

export const scan = (name: string): Buffer => Buffer.from(`scan of ${name} `.repeat(400));
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export const kinds = ['id-card', 'application', 'recognition-decision', 'medical-record', 'exam-report', 'review-form'] as const;

export function caseOf(more: Partial<AppraisalCase> = {}): AppraisalCase {
  return {
    caseNo,
    kind: 'first',
    regime: 'order-55',
    state: 'delivered',
    items: [{ code: 'disability-grade', system: 'yilian', known: true }],
    receivedOn: '2026-04-01',
    recognition: {
      no: '演工认〔2026〕3号',
      result: { code: 'recognised', system: 'yilian', known: true },
      accidentOn: '2026-01-05',
      decidedOn: '2026-02-01',
      parts: [],
      diagnoses: [{ icd10: 'S62', text: '手部骨折' }],
    },
    documents: kinds.map((kind) => ({ id: `D-${kind}`, kind, mediaType: 'application/pdf', sha256: sha256(scan(kind)) })),
    exams: [{ on: '2026-05-10', mode: 'onsite', identityCheck: 'face-match' }],
    panel: { size: 5, drawnOn: '2026-05-09', signedOn: '2026-05-11' },
    conclusions: [
      {
        no: conclusionNo,
        on: '2026-06-01',
        level: 'city',
        grade: 7,
        care: 'none',
        standard: 'GB/T 16180-2014',
        clauses: [],
        status: 'issued',
      },
    ],
    deliveries: [{ to: 'person', sentOn: '2026-06-05', receivedOn: '2026-06-10' }],
    ...more,
  };
}

export const subject = { name: '样例甲', idDocuments: [{ type: 'resident-id', number, validity: 'valid' }] } as const;

export function asking(more: Partial<DossierRequest> = {}): DossierRequest {
  return {
    purpose: 'reappraisal',
    provincialNo: 'SJ2026-7',
    conclusionNo,
    subject: { name: '样例甲', idNumber: number },
    requestedBy: { organisation, operator: { name: '经办甲', id: 'P-001' } },
    ...more,
  };
}

const pair = (type: 'ed25519' | 'ec') => {
  const made = type === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  return {
    private: made.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    public: made.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
};

export const keys = {
  city: pair('ec'),
  province: pair('ed25519'),
  other: pair('ed25519'),
  next: pair('ec'),
  platform: pair('ec'),
};

export const signers = {
  province: createSigner({ keyId: 'province-a', algorithm: 'ed25519', key: keys.province.private }),
  next: createSigner({ keyId: 'province-b', algorithm: 'ecdsa-p256-sha256', key: keys.next.private }),
  shared: createSigner({ keyId: 'province-c', algorithm: 'hmac-sha256', key: 'a shared secret of 32 bytes, yes!' }),
  other: createSigner({ keyId: 'other-a', algorithm: 'ed25519', key: keys.other.private }),
  platform: createSigner({ keyId: 'through-a', algorithm: 'ecdsa-p256-sha256', key: keys.platform.private }),
};

export interface World {
  folder: string;
  config: string;
  exchange: Exchange;
  origin: string;
  clock: { now: Date };
  cityRing: KeyRing;
  /** Everything the handler ever answered: none of it may be other than the description has it, or `close` fails. */
  answered: GivenAnswer[];
  serve(serving?: DossierServing, port?: number): Promise<void>;
  importCase(item?: AppraisalCase, named?: string): ReturnType<Exchange['importCases']>;
  client(options?: Partial<DossierClientOptions>): DossierClient;
  send(ask: Sent): Promise<Answered>;
  /** Results and details of the audit log, oldest first. */
  audit(): Promise<{ kind: string; result: string; gate?: string; fault?: string; partner?: string; text: string }[]>;
  close(): Promise<void>;
}

export interface Sent {
  method?: 'GET' | 'POST' | 'PUT';
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  signer?: Signer | 'none';
  /** What the signature says instead of what is sent. */
  signedAs?: { url?: string; now?: Date; nonce?: string };
  /** Turns the signed headers or body into what is sent. */
  tamper?(sent: { headers: Headers; body: Buffer }): void;
}

export interface Answered {
  status: number;
  headers: Headers;
  body: Buffer;
  json: Record<string, unknown>;
}

export interface WorldChoices {
  /** Lines of the configuration: of `dossier`, of its top, and what follows the signing key. */
  dossier?: string;
  agencies?: string;
  top?: string;
  signing?: string;
  /** Beside the configuration. */
  files?: Record<string, string>;
  now?: Date;
}

export async function world(more: WorldChoices = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'yilian-dossier-'));
  for (const [name, text] of Object.entries({
    'city.pem': keys.city.private,
    'province.pem': keys.province.public,
    'next.pem': keys.next.public,
    'other.pem': keys.other.public,
    'platform.pem': keys.platform.public,
    shared: 'a shared secret of 32 bytes, yes!',
    secret: 'a secret of the city, 32 bytes long',
    ...more.files,
  }))
    writeFileSync(join(folder, name), text);
  const config = join(folder, 'yilian.config.yaml');
  writeFileSync(
    config,
    `city: { name: 演示市, region: '370700', organisation: 演示市劳动能力鉴定中心 }
personKey: '\${file:./secret}'
operator: { name: 夜间核对, id: SYSTEM }
agencies: ${more.agencies ?? '{}'}
${more.top ?? ''}
signing: [{ id: city-2026, algorithm: ecdsa-p256-sha256, key: '\${file:./city.pem}'${more.signing ?? ''} }]
dossier:
  documents: { folder: ./documents, key: '\${file:./secret}' }
  ${more.dossier ?? ''}
  partners:
    - id: province
      organisation: ${organisation}
      keys:
        - { id: province-a, algorithm: ed25519, key: ./province.pem, until: '2026-12-31T00:00:00Z' }
        - { id: province-b, algorithm: ecdsa-p256-sha256, key: ./next.pem, from: '2026-06-01T00:00:00Z' }
        - { id: province-c, algorithm: hmac-sha256, key: '\${file:./shared}' }
      purposes: [reappraisal, appraisal-history]
    - id: other
      organisation: 另一省级机构
      keys: [{ id: other-a, algorithm: ed25519, key: ./other.pem }]
      purposes: [reappraisal]
      items: [conclusion]
    - id: through
      organisation: 经平台的省级机构
      keys: [{ id: through-a, algorithm: ecdsa-p256-sha256, key: ./platform.pem }]
      purposes: [reappraisal]
      gateway: { origin: 'https://platform.example.gov.cn', pathPrefix: /httpproxy/d, rid: R1, sid: S1, appSecret: '\${file:./shared}' }
`,
  );
  const clock = { now: more.now ?? start };
  const answered: World['answered'] = [];
  const open = () => createExchange(config, { environment: {}, now: () => clock.now });
  let server: Server | undefined;
  const stop = () =>
    new Promise<void>((resolve) => {
      server?.closeAllConnections();
      if (server === undefined) resolve();
      else server.close(() => resolve());
    });
  const it: World = {
    folder,
    config,
    exchange: await open(),
    origin: '',
    clock,
    answered,
    cityRing: createKeyRing([{ id: 'city-2026', algorithm: 'ecdsa-p256-sha256', key: keys.city.public }]),
    async serve(serving, port = 0) {
      await stop();
      const handler = it.exchange.dossierHandler(serving);
      server = createServer(toNodeListener(keeping(handler, answered)));
      await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
      it.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    async importCase(item = caseOf(), named = subject.name) {
      const file = join(folder, 'cases.jsonl');
      writeFileSync(file, `${JSON.stringify({ subject: { ...subject, name: named }, cases: [item] })}\n`);
      return it.exchange.importCases([file]);
    },
    client: (options = {}) =>
      createDossierClient({ origin: it.origin, signer: signers.province, keys: it.cityRing, now: () => clock.now, ...options }),
    async send({ method = 'GET', path, body, headers = {}, signer = signers.province, signedAs = {}, tamper }) {
      const content = body === undefined ? Buffer.alloc(0) : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
      const plain = new Headers({ ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers });
      const { url = `${it.origin}${path}`, now = clock.now, nonce } = signedAs;
      const signed =
        signer === 'none'
          ? plain
          : await signRequest({ method, url, headers: plain, body: content }, signer, {
              now,
              ...(nonce === undefined ? {} : { nonce }),
            });
      const sent = { headers: signed, body: content };
      tamper?.(sent);
      const response = await fetch(`${it.origin}${path}`, {
        method,
        headers: sent.headers,
        redirect: 'manual',
        ...(method === 'GET' ? {} : { body: new Uint8Array(sent.body) }),
      });
      const bytes = Buffer.from(await response.arrayBuffer());
      const isJson = /json/.test(response.headers.get('content-type') ?? '');
      return {
        status: response.status,
        headers: response.headers,
        body: bytes,
        json: isJson ? JSON.parse(bytes.toString()) : {},
      };
    },
    async audit() {
      const told = [];
      for await (const { content } of it.exchange.store.audit.rows()) {
        const { kind, result, partner, detail = {} } = JSON.parse(content);
        if (kind !== 'configuration') told.push({ kind, result, gate: detail.gate, fault: detail.fault, partner, text: content });
      }
      return told;
    },
    async close() {
      await stop();
      await it.exchange.close();
      const faults = undescribed(answered);
      if (faults.length > 0) throw new Error(`answers that the description has not:\n${faults.join('\n')}`);
    },
  };
  const plain = join(folder, 'scans');
  mkdirSync(plain);
  for (const kind of kinds) writeFileSync(join(plain, `${kind}.pdf`), scan(kind));
  await it.importCase();
  await it.exchange.importDocuments(plain);
  await it.serve();
  return it;
}
