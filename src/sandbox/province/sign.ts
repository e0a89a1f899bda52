import { createHash, createHmac, createSign, createVerify, sign, timingSafeEqual, verify } from 'node:crypto';
import { type SandboxKey, sm2Z } from './keys.js';

/**
 * HTTP Message Signatures (RFC 9421) as the province writes and reads them; its own code, so that a misreading of the RFC on the city's side
 * does not agree with itself.
 */
export interface Message {
  method: string;
  url: URL;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer;
}

export interface Answered {
  status: number;
  headers: Headers;
  body: Buffer;
}

export interface SigningTimes {
  /** Seconds since 1970. */
  created: number;
  expires: number;
  nonce?: string;
}

/** What a forger leaves out or puts in. */
export interface Forgery {
  components?: readonly string[];
  /** An `alg` parameter, which the protocol forbids. */
  alg?: string;
  keyId?: string;
}

/** What the province covers of a request. */
const covered = ['@method', '@authority', '@path', '@query', 'content-digest'] as const;

/** RFC 9530, also of a body that is empty. */
export function digestOf(body: Uint8Array): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}

/** Puts `content-digest`, `signature-input` and `signature` into the message's headers. */
export function signMessage(message: Message, key: SandboxKey, times: SigningTimes, forgery: Forgery = {}): void {
  message.headers['content-digest'] ??= digestOf(message.body);
  const names = forgery.components ?? covered;
  const parameters = [
    `created=${times.created}`,
    `expires=${times.expires}`,
    ...(times.nonce === undefined ? [] : [`nonce="${times.nonce}"`]),
    `keyid="${forgery.keyId ?? key.id}"`,
    ...(forgery.alg === undefined ? [] : [`alg="${forgery.alg}"`]),
  ];
  const input = `(${names.map((name) => `"${name}"`).join(' ')});${parameters.join(';')}`;
  const lines = names.map((name) => `"${name}": ${componentOf(name, message)}`);
  const base = [...lines, `"@signature-params": ${input}`].join('\n');
  message.headers['signature-input'] = `sig1=${input}`;
  message.headers.signature = `sig1=:${signBytes(key, Buffer.from(base)).toString('base64')}:`;
}

/** The value of a component of a request (RFC 9421 section 2). Throws for one the message does not have. */
function componentOf(name: string, { method, url, headers }: Message): string {
  switch (name) {
    case '@method':
      return method;
    case '@authority':
      return url.host.toLowerCase();
    case '@scheme':
      return url.protocol.slice(0, -1);
    case '@path':
      return url.pathname;
    case '@query':
      return url.search === '' ? '?' : url.search;
    case '@target-uri':
      return url.href;
    case '@request-target':
      return url.pathname + url.search;
    default: {
      const value = headers[name];
      if (value === undefined) throw new Error(`the request has no ${name}`);
      return value.trim();
    }
  }
}

/** Why an answer of the city is not believed; undefined: it is. */
export function faultOfAnswer(answer: Answered, request: Message, key: SandboxKey, now: number): string | undefined {
  const [input, signature] = [answer.headers.get('signature-input'), answer.headers.get('signature')];
  if (input === null || signature === null) return 'unsigned';
  if (answer.headers.get('content-digest') !== digestOf(answer.body)) return 'digest';
  const read = readInput(input);
  if (read === undefined) return 'signature-input';
  const { label, components, parameters, text } = read;
  const value = memberOf(signature, label);
  if (value === undefined) return 'signature';
  if (parameters.get('keyid') !== key.id) return 'keyid';
  if (parameters.has('alg')) return 'alg';
  const [created, expires] = [Number(parameters.get('created')), Number(parameters.get('expires') ?? Number.NaN)];
  if (!(created <= now + 300 && expires >= now - 300 && expires > created)) return 'time';
  const names = components.map(({ identifier }) => identifier);
  // Bound to what was asked: the answer to another question, or to the same one at another time, is none.
  for (const needed of ['"@status"', '"content-digest"', '"@method";req'])
    if (!names.includes(needed)) return `not covered: ${needed}`;
  if (!names.some((name) => /^"@(?:path|target-uri|request-target)";req$/.test(name))) return 'not covered: the address asked';
  // An answer to what was not signed has nothing more to be bound to.
  if (request.headers.signature !== undefined && !names.some((name) => /^"signature"(?:;[^;]+)*;req(?:;|$)/.test(name)))
    return 'not covered: the signature asked with';
  if (new Set(names).size !== names.length) return 'covered twice';
  let base: string;
  try {
    base = [...components.map((component) => lineOf(component, answer, request)), `"@signature-params": ${text}`].join('\n');
  } catch (error) {
    return (error as Error).message;
  }
  return verifyBytes(key, Buffer.from(base), Buffer.from(value.slice(1, -1), 'base64')) ? undefined : 'signature wrong';
}

interface Component {
  /** As it stands in the inner list: `"@method";req`. */
  identifier: string;
  name: string;
  parameters: ReadonlyMap<string, string>;
}

/** One signature's input: the label, what is covered, with which parameters. Of several the first. */
function readInput(
  header: string,
): { label: string; components: Component[]; parameters: ReadonlyMap<string, string>; text: string } | undefined {
  const member = /^\s*([a-z*][a-z0-9_.*-]*)=(\(([^)]*)\)((?:;[a-z*][a-z0-9_.*-]*(?:=(?:"[^"\\]*"|[^;,"\s]+))?)*))/.exec(header);
  if (member === null) return undefined;
  const [, label = '', text = '', list = '', rest = ''] = member;
  const components = [...list.matchAll(/"([^"]+)"((?:;[a-z]+(?:="[^"]*")?)*)/g)].map(
    ([identifier, name = '', parameters = '']): Component => ({ identifier, name, parameters: parametersOf(parameters) }),
  );
  return { label, components, parameters: parametersOf(rest), text };
}

function parametersOf(text: string): Map<string, string> {
  return new Map(
    [...text.matchAll(/;([a-z]+)(?:=("[^"]*"|[^;]+))?/g)].map(([, name = '', value = 'true']) => [
      name,
      value.replace(/^"|"$/g, ''),
    ]),
  );
}

/** `:…:` of one member of a dictionary of byte sequences. */
function memberOf(header: string, label: string): string | undefined {
  for (const part of header.split(',')) {
    const [name, ...value] = part.trim().split('=');
    if (name === label && /^:[A-Za-z0-9+/=]+:$/.test(value.join('='))) return value.join('=');
  }
  return undefined;
}

function lineOf({ identifier, name, parameters }: Component, answer: Answered, request: Message): string {
  const value = parameters.has('req') ? ofRequest(name, parameters, request) : ofAnswer(name, answer);
  return `${identifier}: ${value}`;
}

function ofRequest(name: string, parameters: ReadonlyMap<string, string>, request: Message): string {
  const key = parameters.get('key');
  if (key === undefined) return componentOf(name, request);
  const member = memberOf(componentOf(name, request), key);
  if (member === undefined) throw new Error(`the request has no member ${key} of ${name}`);
  return member;
}

function ofAnswer(name: string, { status, headers }: Answered): string {
  if (name === '@status') return String(status);
  const value = headers.get(name);
  if (value === null) throw new Error(`the answer has no ${name}`);
  return value.trim();
}

/** The bytes signed by a key's own algorithm. */
export function signBytes(key: SandboxKey, content: Buffer): Buffer {
  switch (key.algorithm) {
    case 'ecdsa-p256-sha256':
      return sign('sha256', content, { key: key.secret, dsaEncoding: 'ieee-p1363' });
    case 'ed25519':
      return sign(null, content, key.secret);
    case 'sm2-sm3':
      return createSign('sm3').update(zOf(key)).update(content).sign(key.secret);
    default:
      return mac(key, content);
  }
}

export function verifyBytes(key: SandboxKey, content: Buffer, signature: Buffer): boolean {
  switch (key.algorithm) {
    case 'ecdsa-p256-sha256':
      return verify('sha256', content, { key: key.open, dsaEncoding: 'ieee-p1363' }, signature);
    case 'ed25519':
      return verify(null, content, key.open, signature);
    case 'sm2-sm3':
      return createVerify('sm3').update(zOf(key)).update(content).verify(key.open, signature);
    default: {
      const right = mac(key, content);
      return right.length === signature.length && timingSafeEqual(right, signature);
    }
  }
}

function mac(key: SandboxKey, content: Buffer): Buffer {
  return createHmac(key.algorithm === 'hmac-sm3' ? 'sm3' : 'sha256', key.secret)
    .update(content)
    .digest();
}

function zOf(key: SandboxKey): Buffer {
  if (key.point === undefined) throw new Error('no point of a curve');
  return sm2Z(key.point);
}
