import { randomBytes } from 'node:crypto';
import type { Signer } from '../crypto/signer.js';
import { type Component, itemOf, type MessageView, signatureBase, signedUrl } from './components.js';
import { contentDigest } from './content-digest.js';
import type { SignedRequestParts, SignedResponseParts } from './contract.js';
import { type BareItem, type InnerList, isInnerList, parseDictionary, serializeInnerList } from './structured-fields.js';

/** Seconds that a signature of ours holds. */
export const signatureLifetimeSeconds = 300;

const label = 'sig1';

const plain = (name: string): Component => ({ name, req: false });
const ofRequest = (name: string): Component => ({ name, req: true });

/** What a request of ours covers; of the last two those that it has, for they say how the body is read and what a repetition means. */
const requestComponents = ['@method', '@authority', '@path', '@query', 'content-digest'].map(plain);
const requestOptional = ['content-type', 'idempotency-key'].map(plain);

/**
 * The headers of a request with `content-digest`, `signature-input` and `signature` set (label `sig1`); what of these it had is replaced.
 *
 * @throws TypeError where the request cannot be signed: an address that is not http or https or has credentials or a fragment, a method or covered
 * header outside ASCII; and whatever the signer throws
 */
export async function signRequest(
  request: SignedRequestParts,
  signer: Signer,
  at: { now: Date; nonce?: string },
): Promise<Headers> {
  const headers = unsigned(request);
  const message = { request: { method: request.method, url: urlOf(request), headers } };
  const covered = [...requestComponents, ...requestOptional.filter(({ name }) => headers.has(name))];
  return signed(headers, message, covered, signer, at);
}

/**
 * The headers of a response, signed and bound to the request it answers: its method, authority, target and, where the request bears exactly one,
 * its signature. Throws as `signRequest`.
 */
export async function signResponse(
  response: SignedResponseParts,
  request: SignedRequestParts,
  signer: Signer,
  at: { now: Date },
): Promise<Headers> {
  const headers = unsigned(response);
  const message = {
    request: { method: request.method, url: urlOf(request), headers: request.headers },
    response: { status: response.status, headers },
  };
  const covered = [
    ...['@status', 'content-digest'].map(plain),
    ...(headers.has('content-type') ? [plain('content-type')] : []),
    ...['@method', '@authority', '@path', '@query'].map(ofRequest),
    ...requestSignature(request.headers),
  ];
  return signed(headers, message, covered, signer, at);
}

/** The request's own signature as a component; none where it has none, or several, of which nobody could say which is meant. */
function requestSignature(headers: Headers): Component[] {
  const [only, ...more] = parseDictionary(headers.get('signature') ?? '') ?? [];
  if (only === undefined || more.length > 0) return [];
  const [key, member] = only;
  return isInnerList(member) || !(member.value instanceof Uint8Array) ? [] : [{ name: 'signature', req: true, key }];
}

function unsigned({ headers, body }: { headers: Headers; body: Uint8Array }): Headers {
  const copy = new Headers(headers);
  copy.set('content-digest', contentDigest(body));
  return copy;
}

function urlOf({ url }: SignedRequestParts): URL {
  const parsed = signedUrl(url);
  if (parsed === undefined)
    throw new TypeError('message signatures: an address of http or https without credentials and fragment is wanted');
  return parsed;
}

async function signed(
  headers: Headers,
  message: MessageView,
  covered: readonly Component[],
  signer: Signer,
  at: { now: Date; nonce?: string },
): Promise<Headers> {
  const created = Math.floor(at.now.getTime() / 1000);
  const parameters: [string, BareItem][] = [
    ['created', created],
    ['expires', created + signatureLifetimeSeconds],
    ['nonce', at.nonce ?? randomBytes(18).toString('base64url')],
    ['keyid', signer.keyId],
  ];
  const list: InnerList = { items: covered.map(itemOf), parameters: new Map(parameters) };
  const base = signatureBase(list, message);
  if (base === undefined) throw new TypeError('message signatures: a covered part of the message is not ASCII');
  const signature = await signer.sign(base);
  headers.set('signature-input', `${label}=${serializeInnerList(list)}`);
  headers.set('signature', `${label}=:${Buffer.from(signature).toString('base64')}:`);
  return headers;
}
