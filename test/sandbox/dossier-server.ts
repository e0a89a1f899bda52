import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import type { SandboxKey } from '../../src/sandbox/province/keys.js';
import { signBytes, verifyBytes } from '../../src/sandbox/province/sign.js';

/** A city's dossier service as a partner's engineer would script one: just enough to hold the simulated province against. */

export interface Script {
  city: SandboxKey;
  partners: readonly SandboxKey[];
  now: () => number;
  known: { provincialNo: string; conclusionNo: string; name: string; idNumber: string };
  files: Readonly<Record<string, Buffer>>;
  /** What it does wrong itself. */
  fault?:
    | 'seal'
    | 'document'
    | 'missing-document'
    | 'unbound'
    | 'old-answer'
    | 'digest'
    | 'other-subject'
    | 'not-canonical'
    | 'alg';
  /** Answers 202 so many times before 201. */
  deferred?: number;
}

export interface Seen {
  status: number;
  path: string;
  idempotencyKey: string | undefined;
  receipt?: string;
}

const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

export async function serve(script: Script): Promise<{ origin: string; seen: Seen[] }> {
  const seen: Seen[] = [];
  const nonces = new Set<string>();
  let waiting = script.deferred ?? 0;
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const path = request.url ?? '';
      const { status, headers = {}, content = Buffer.alloc(0) } = answer(request, path, body);
      seen.push({
        status,
        path: path.replace(/\?.*/s, ''),
        idempotencyKey: request.headers['idempotency-key'] as string | undefined,
        ...(path.endsWith('/receipt') ? { receipt: body.toString('utf8') } : {}),
      });
      for (const [name, value] of Object.entries({ ...headers, ...signed(request, path, status, content) }))
        response.setHeader(name, value);
      response.writeHead(status).end(content);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };

  type Said = { status: number; headers?: Record<string, string>; content?: Buffer };

  function problem(status: number, slug: string): Said {
    const content = Buffer.from(JSON.stringify({ type: `urn:test:${slug}`, title: slug, status }));
    return { status, headers: { 'content-type': 'application/problem+json' }, content };
  }

  function answer(request: IncomingMessage, path: string, body: Buffer): Said {
    const partner = signerOf(request, path, body);
    if (typeof partner === 'string') return problem(401, partner);
    if (path.startsWith('/v1/appraisals'))
      return {
        status: 200,
        headers: { 'content-type': 'application/json' },
        content: Buffer.from('{"appraisals":[],"asOf":"2026-11-23T02:00:00.000Z"}'),
      };
    if (partner.id !== script.partners[0]?.id) return problem(404, 'nothing');
    if (path.endsWith('/receipt')) return { status: 204 };
    const document = /\/documents\/(.+)$/.exec(path)?.[1];
    if (document !== undefined) {
      const file = script.files[decodeURIComponent(document)];
      if (file === undefined || script.fault === 'missing-document') return problem(404, 'nothing');
      return {
        status: 200,
        headers: { 'content-type': 'application/pdf' },
        content: script.fault === 'document' ? Buffer.from(`${file}!`) : file,
      };
    }
    if (request.method === 'GET') return problem(410, 'withdrawn');
    const asked = JSON.parse(body.toString('utf8'));
    const { provincialNo, conclusionNo, name, idNumber } = script.known;
    const isKnown =
      asked.provincialNo === provincialNo &&
      asked.conclusionNo === conclusionNo &&
      asked.subject.name === name &&
      asked.subject.idNumber === idNumber;
    if (!isKnown) return problem(404, 'nothing');
    if (waiting-- > 0)
      return { status: 202, headers: { 'retry-after': '0.01', 'content-type': 'application/json' }, content: Buffer.from('{}') };
    return { status: 201, headers: { 'content-type': 'application/json' }, content: manifest(asked.items) };
  }

  function manifest(items: string[] | undefined): Buffer {
    const documents = Object.entries(script.files).map(([id, bytes]) => ({
      asOf: '2026-11-23T02:00:00.000Z',
      id,
      mediaType: 'application/pdf',
      sha256: createHash('sha256').update(bytes).digest('hex'),
      size: bytes.length,
      source: 'applicant',
      title: id,
    }));
    const title = { en: 'x', zh: '某' };
    const checklist = items?.includes('open-findings')
      ? [{ because: title, kind: 'open-findings', rule: 'partner-scope', status: 'withheld', title }]
      : [{ documents, kind: 'medical-records', status: 'included', title }];
    // Names in the order of RFC 8785, written by hand.
    const parts = {
      asOf: '2026-11-23T02:00:00.000Z',
      caseNos: ['LJ2026-000001'],
      checklist,
      city: { name: '演示市', organisation: '演示市劳动能力鉴定中心', region: '370700' },
      conclusionNo: script.known.conclusionNo,
      id: 'd-1',
      late: false,
      provincialNo: script.known.provincialNo,
      purpose: 'reappraisal',
      recipient: { organisation: '演示省', partner: 'province' },
    };
    const number = script.fault === 'other-subject' ? '370799196001010018' : script.known.idNumber;
    const subject = { idDocuments: [{ number, type: 'resident-id' }], name: script.known.name };
    const seal = { algorithm: script.city.algorithm, keyId: script.city.id };
    const [signedAt, version] = ['2026-11-23T02:00:00.000Z', 1];
    const unsealed = JSON.stringify({ ...parts, seal: { ...seal, signedAt }, subject, version });
    const signature = signBytes(script.city, Buffer.from(unsealed)).toString('base64');
    const broken = script.fault === 'seal' ? `${signature[0] === 'M' ? 'N' : 'M'}${signature.slice(1)}` : signature;
    const whole = { ...parts, seal: { ...seal, signature: broken, signedAt }, subject, version };
    return Buffer.from(script.fault === 'not-canonical' ? JSON.stringify(whole, null, 1) : JSON.stringify(whole));
  }

  function signerOf(request: IncomingMessage, path: string, body: Buffer): SandboxKey | string {
    const input = request.headers['signature-input'] as string | undefined;
    const signature = /^sig1=:(.*):$/.exec((request.headers.signature as string | undefined) ?? '')?.[1];
    if (input === undefined || signature === undefined) return 'unsigned';
    const list = '("@method" "@authority" "@path" "@query" "content-digest")';
    const match = /^sig1=(\(.*\);created=(\d+);expires=(\d+);nonce="([^"]+)";keyid="([^"]+)")$/.exec(input);
    if (match === null || !input.startsWith(`sig1=${list}`)) return 'malformed';
    const [, parameters = '', created = '', expires = '', nonce = '', keyId = ''] = match;
    const key = script.partners.find(({ id }) => id === keyId);
    if (key === undefined) return 'key-unknown';
    if (Math.abs(Number(created) - script.now()) > 300 || Number(expires) < script.now()) return 'window';
    if (request.headers['content-digest'] !== digest(body)) return 'digest';
    const [pathname, query] = path.split('?', 2);
    const base = [
      `"@method": ${request.method}`,
      `"@authority": ${request.headers.host}`,
      `"@path": ${pathname}`,
      `"@query": ?${query ?? ''}`,
      `"content-digest": ${digest(body)}`,
      `"@signature-params": ${parameters}`,
    ].join('\n');
    if (!verifyBytes(key, Buffer.from(base), Buffer.from(signature, 'base64'))) return 'signature';
    if (nonces.has(nonce)) return 'replayed';
    nonces.add(nonce);
    return key;
  }

  function signed(request: IncomingMessage, path: string, status: number, content: Buffer): Record<string, string> {
    const sent = script.fault === 'digest' ? digest(Buffer.from('another')) : digest(content);
    const own = script.fault === 'old-answer' ? 'sig1=:AAAA:' : (request.headers.signature as string | undefined);
    const bound = own === undefined || script.fault === 'unbound' ? '' : ' "signature";req;key="sig1"';
    const alg = script.fault === 'alg' ? `;alg="${script.city.algorithm}"` : '';
    const input = `("@status" "content-digest" "@method";req "@path";req${bound});created=${script.now()};expires=${script.now() + 300};keyid="${script.city.id}"${alg}`;
    const base = [
      `"@status": ${status}`,
      `"content-digest": ${sent}`,
      `"@method";req: ${request.method}`,
      `"@path";req: ${path.replace(/\?.*/s, '')}`,
      ...(bound === '' ? [] : [`"signature";req;key="sig1": ${own?.replace(/^sig1=/, '')}`]),
      `"@signature-params": ${input}`,
    ].join('\n');
    return {
      'content-digest': sent,
      'signature-input': `sig1=${input}`,
      signature: `sig1=:${signBytes(script.city, Buffer.from(base)).toString('base64')}:`,
    };
  }
}

function digest(content: Buffer): string {
  return `sha-256=:${createHash('sha256').update(content).digest('base64')}:`;
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
