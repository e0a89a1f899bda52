import { createKeyRing, createSigner, type KeyRing, type SignatureAlgorithm, type Signer } from '../../src/crypto/index.js';
import { type MessageView, signatureBase } from '../../src/message-signatures/components.js';
import { contentDigest, type SignedRequestParts, type SignedResponseParts } from '../../src/message-signatures/index.js';
import { isInnerList, parseDictionary } from '../../src/message-signatures/structured-fields.js';
import { signingKey, verifyingKey } from '../crypto/test-keys.js';

/** 2026-11-29T10:00:00+08:00. */
export const created = 1795917600;
export const now = new Date(created * 1000);
export const nonce = 'b3k2pp5k7z-50gnwp.yemd';

export const bytes = (text: string) => new TextEncoder().encode(text);

/** A province's question, as the city is asked. */
export function question(change: Partial<SignedRequestParts> = {}): SignedRequestParts {
  return {
    method: 'POST',
    url: 'https://dossier.example.gov.cn/v1/dossiers?page=2',
    headers: new Headers({ 'content-type': 'application/json', 'idempotency-key': 'a1', 'user-agent': 'province/1' }),
    body: bytes('{"purpose":"reappraisal"}'),
    ...change,
  };
}

export function answer(change: Partial<SignedResponseParts> = {}): SignedResponseParts {
  return {
    status: 201,
    headers: new Headers({ 'content-type': 'application/json', etag: '"1"' }),
    body: bytes('{"id":"d1"}'),
    ...change,
  };
}

export const signerOf = (algorithm: SignatureAlgorithm, keyId = 'province-1'): Signer =>
  createSigner(signingKey(algorithm, keyId));

export const ringOf = (algorithm: SignatureAlgorithm, id = 'province-1'): KeyRing =>
  createKeyRing([{ id, algorithm, key: verifyingKey(algorithm).key }]);

export const parameters = `;created=${created};expires=${created + 300};nonce="${nonce}";keyid="province-1"`;

/** Headers with a signature over whatever list of components and parameters is given, as another program could make it. */
export async function craft(
  message: SignedRequestParts | SignedResponseParts,
  input: string,
  signer: Signer,
  request?: SignedRequestParts,
): Promise<Headers> {
  const headers = new Headers(message.headers);
  if (!headers.has('content-digest')) headers.set('content-digest', contentDigest(message.body));
  const view = (parts: SignedRequestParts, own: Headers) => ({ method: parts.method, url: new URL(parts.url), headers: own });
  const whole: MessageView =
    'status' in message
      ? {
          request: view(request as SignedRequestParts, (request as SignedRequestParts).headers),
          response: { status: message.status, headers },
        }
      : { request: view(message, headers) };
  const [covered] = parseDictionary(`s=${input}`)?.values() ?? [];
  // A list that has no base is signed over nothing: it must be refused for what it is.
  const base = (isInnerList(covered) && signatureBase(covered, whole)) || bytes('');
  headers.set('signature-input', `s=${input}`);
  headers.set('signature', `s=:${Buffer.from(await signer.sign(base)).toString('base64')}:`);
  return headers;
}
