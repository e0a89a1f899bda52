import { createHash, createHmac, createSign, createVerify, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';

/**
 * RFC 9421, RFC 9530 and RFC 8785 a second time, written from the standards for the tests alone: what the library signs and checks by the same
 * mistake on both sides would pass its own tests.
 */

export type Algorithm = 'ecdsa-p256-sha256' | 'ed25519' | 'hmac-sha256' | 'hmac-sm3' | 'sm2-sm3';
export const algorithms: readonly Algorithm[] = ['ecdsa-p256-sha256', 'ed25519', 'hmac-sha256', 'hmac-sm3', 'sm2-sm3'];

/** PEM, or the one shared secret on both sides. */
export interface KeyPair {
  algorithm: Algorithm;
  private: string;
  public: string;
}

export function makeKey(algorithm: Algorithm): KeyPair {
  if (algorithm === 'hmac-sha256' || algorithm === 'hmac-sm3') {
    const secret = randomBytes(24).toString('base64url');
    return { algorithm, private: secret, public: secret };
  }
  const publicKeyEncoding = { type: 'spki', format: 'pem' } as const;
  const privateKeyEncoding = { type: 'pkcs8', format: 'pem' } as const;
  const namedCurve = algorithm === 'sm2-sm3' ? 'SM2' : 'P-256';
  const pair =
    algorithm === 'ed25519'
      ? generateKeyPairSync('ed25519', { publicKeyEncoding, privateKeyEncoding })
      : generateKeyPairSync('ec', { namedCurve, publicKeyEncoding, privateKeyEncoding });
  return { algorithm, private: pair.privateKey, public: pair.publicKey };
}

/** Z of GB/T 32918.2 section 5.5 for user id 1234567812345678. */
function sm2Z(publicPem: string): Buffer {
  const der = Buffer.from(publicPem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  // An SPKI of a curve point ends with its two coordinates.
  const point = der.subarray(-64);
  const curve = [
    'fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc',
    '28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93',
    '32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7',
    'bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0',
  ].join('');
  return createHash('sm3')
    .update(Buffer.concat([Buffer.from([0, 128]), Buffer.from('1234567812345678'), Buffer.from(curve, 'hex'), point]))
    .digest();
}

export function signBytes(key: KeyPair, content: Buffer): Buffer {
  switch (key.algorithm) {
    case 'ecdsa-p256-sha256':
      return sign('sha256', content, { key: key.private, dsaEncoding: 'ieee-p1363' });
    case 'ed25519':
      return sign(null, content, key.private);
    case 'sm2-sm3':
      return createSign('sm3').update(sm2Z(key.public)).update(content).sign(key.private);
    default:
      return createHmac(key.algorithm.slice('hmac-'.length), key.private).update(content).digest();
  }
}

export function verifyBytes(key: Pick<KeyPair, 'algorithm' | 'public'>, content: Buffer, signature: Buffer): boolean {
  switch (key.algorithm) {
    case 'ecdsa-p256-sha256':
      return verify('sha256', content, { key: key.public, dsaEncoding: 'ieee-p1363' }, signature);
    case 'ed25519':
      return verify(null, content, key.public, signature);
    case 'sm2-sm3':
      return createVerify('sm3').update(sm2Z(key.public)).update(content).verify(key.public, signature);
    default:
      return createHmac(key.algorithm.slice('hmac-'.length), key.public).update(content).digest().equals(signature);
  }
}

export const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

/** RFC 9530 section 2. */
export const contentDigest = (content: Uint8Array): string =>
  `sha-256=:${createHash('sha256').update(content).digest('base64')}:`;

/** RFC 8785, for what a manifest holds. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`;
}

/** A request as it was or will be sent. Header names in lower case. */
export interface SentRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: Buffer;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
  text: string;
  request: SentRequest;
}

/** `"content-digest"`, `"@method";req`, `"signature";req;key="sig1"`: as it stands in the list. */
interface Component {
  name: string;
  key?: string;
  ofRequest: boolean;
  written: string;
}

function componentsOf(list: string): Component[] {
  return [...list.matchAll(/"([^"]+)"((?:;[a-z]+(?:="[^"]*")?)*)/g)].map(([written, name = '', parameters = '']) => {
    const key = /;key="([^"]*)"/.exec(parameters)?.[1];
    return { name, written, ofRequest: /;req(?![a-z])/.test(parameters), ...(key === undefined ? {} : { key }) };
  });
}

/** RFC 9421 section 2: the value of one component. Throws for what it does not know: a test must not pass by leaving something out. */
function componentValue(component: Component, request: SentRequest, answer?: Pick<Answer, 'status' | 'headers'>): string {
  const url = new URL(request.url);
  const message = answer === undefined || component.ofRequest ? request : answer;
  switch (component.name) {
    case '@method':
      return request.method;
    case '@target-uri':
      return request.url;
    case '@authority':
      return url.host;
    case '@scheme':
      return url.protocol.slice(0, -1);
    case '@request-target':
      return `${url.pathname}${url.search}`;
    case '@path':
      return url.pathname;
    case '@query':
      return url.search === '' ? '?' : url.search;
    case '@status':
      if (answer === undefined || component.ofRequest) throw new Error('@status of a request');
      return String(answer.status);
    default: {
      const field = message.headers[component.name];
      if (field === undefined) throw new Error(`no ${component.name} to cover`);
      if (component.key === undefined) return field.trim();
      const member = dictionaryMember(field, component.key);
      if (member === undefined) throw new Error(`no member ${component.key} of ${component.name}`);
      return member;
    }
  }
}

/** A member of a dictionary of byte sequences and inner lists; enough of RFC 8941 for the two signature fields. */
function dictionaryMember(field: string, key: string): string | undefined {
  for (const part of field.matchAll(/(?:^|,)\s*([a-z*][a-z0-9_.*-]*)=((?:"(?:[^"\\]|\\.)*"|\([^)]*\)|:[^:]*:|[^,"(:])+)/g))
    if (part[1] === key) return part[2]?.trim();
  return undefined;
}

function labels(field: string): string[] {
  return [...field.matchAll(/(?:^|,)\s*([a-z*][a-z0-9_.*-]*)=(?=\()/g)].map((match) => match[1] ?? '');
}

function baseOf(list: string, parameters: string, request: SentRequest, answer?: Pick<Answer, 'status' | 'headers'>): Buffer {
  const lines = componentsOf(list).map((component) => `${component.written}: ${componentValue(component, request, answer)}`);
  return Buffer.from([...lines, `"@signature-params": ${parameters}`].join('\n'));
}

/** What is left out, added or changed of a proper signature. */
export interface SigningChoices {
  keyId: string;
  key: KeyPair;
  now: Date;
  components?: readonly string[];
  label?: string;
  nonce?: string;
  created?: number;
  expires?: number;
  /** Parameters that are left out. */
  without?: readonly ('created' | 'expires' | 'nonce' | 'keyid')[];
  /** Appended as it is: `;alg="ed25519"`. */
  more?: string;
}

export const coveredByRequests = ['@method', '@target-uri', '@authority', 'content-digest'] as const;

/** Signs a request; the headers given are kept and `content-digest` is added where there is none. */
export function signed(request: SentRequest, choices: SigningChoices): SentRequest {
  const { components = coveredByRequests, label = 'sig1', without = [] } = choices;
  const headers: Record<string, string> = { 'content-digest': contentDigest(request.body), ...request.headers };
  const created = choices.created ?? Math.floor(choices.now.getTime() / 1000);
  const parameters = [
    ['created', String(created)],
    ['expires', String(choices.expires ?? created + 300)],
    ['nonce', `"${choices.nonce ?? randomBytes(16).toString('base64url')}"`],
    ['keyid', `"${choices.keyId}"`],
  ] as const;
  const list = `(${components.map((name) => `"${name}"`).join(' ')})`;
  const chosen = parameters.filter(([name]) => !without.includes(name)).map(([name, value]) => `;${name}=${value}`);
  const written = `${list}${chosen.join('')}${choices.more ?? ''}`;
  const whole = { ...request, headers };
  const signature = signBytes(choices.key, baseOf(list, written, whole)).toString('base64');
  return { ...whole, headers: { ...headers, 'signature-input': `${label}=${written}`, signature: `${label}=:${signature}:` } };
}

export interface VerifiedAnswer {
  keyId: string;
  covered: string[];
  created: number;
  expires: number;
  nonce?: string;
}

/** Verifies the signature of an answer with the key its key id names; throws with the reason. */
export function verifiedAnswer(
  answer: Answer,
  keys: Readonly<Record<string, Pick<KeyPair, 'algorithm' | 'public'>>>,
): VerifiedAnswer {
  const input = answer.headers['signature-input'];
  const field = answer.headers.signature;
  if (input === undefined || field === undefined) throw new Error(`an answer ${answer.status} without a signature`);
  const [label = ''] = labels(input);
  const member = dictionaryMember(input, label) ?? '';
  const list = /^\([^)]*\)/.exec(member)?.[0];
  if (list === undefined) throw new Error(`not an inner list: ${member}`);
  const keyId = /;keyid="([^"]*)"/.exec(member)?.[1] ?? '';
  const key = keys[keyId];
  if (key === undefined) throw new Error(`signed with a key nobody knows: ${keyId}`);
  const signature = Buffer.from((dictionaryMember(field, label) ?? '').replace(/^:|:$/g, ''), 'base64');
  if (!verifyBytes(key, baseOf(list, member, answer.request, answer), signature)) throw new Error('the signature is wrong');
  const digest = answer.headers['content-digest'];
  if (digest !== contentDigest(answer.body)) throw new Error(`content-digest of ${answer.status} is not that of what came`);
  const nonce = /;nonce="([^"]*)"/.exec(member)?.[1];
  return {
    keyId,
    covered: componentsOf(list).map(({ written }) => written),
    created: Number(/;created=(\d+)/.exec(member)?.[1]),
    expires: Number(/;expires=(\d+)/.exec(member)?.[1]),
    ...(nonce === undefined ? {} : { nonce }),
  };
}

/** Sends exactly these bytes; `to` is where the socket goes, while the request keeps the address it was signed for. */
export function send(request: SentRequest, to: { host: string; port: number }, asPath?: string): Promise<Answer> {
  const url = new URL(request.url);
  return new Promise((resolve, reject) => {
    const call = httpRequest(
      {
        ...to,
        method: request.method,
        path: asPath ?? `${url.pathname}${url.search}`,
        headers: { host: url.host, ...request.headers, 'content-length': String(request.body.length) },
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const body = Buffer.concat(chunks);
          resolve({
            status: response.statusCode ?? 0,
            headers: flat(response.headers),
            body,
            text: body.toString('utf8'),
            request,
          });
        });
      },
    );
    call.on('error', reject);
    call.end(request.body);
  });
}

function flat(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}
