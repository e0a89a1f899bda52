import type { KeyRing } from '../crypto/key-ring.js';
import { componentOf, identifierOf, type MessageView, signatureBase, signedUrl } from './components.js';
import { checkContentDigest } from './content-digest.js';
import type {
  SignatureCheck,
  SignatureFacts,
  SignatureFault,
  SignatureWindow,
  SignedRequestParts,
  SignedResponseParts,
} from './contract.js';
import { type Dictionary, type InnerList, isInnerList, parseDictionary } from './structured-fields.js';

/** Whole seconds that `created` may lie from now, either way, where nothing else is said. */
export const defaultToleranceSeconds = 300;

/** Longest time from `created` to `expires`: nonces must be kept at least so long. */
export const longestWindowSeconds = 600;

/** Characters of a nonce; less could be guessed or met by chance. */
const nonceLength = { least: 16, most: 128 };

const longestKeyId = 128;

/** Of several ways to cover one thing, one must be covered whole. */
type Requirement = readonly (readonly string[])[];

/** Does the request bear a signature that holds? Whether its nonce was used before is for the caller to ask, once it does. Never throws. */
export async function verifyRequest(
  request: SignedRequestParts,
  keys: KeyRing,
  window: SignatureWindow,
): Promise<SignatureCheck> {
  const url = signedUrl(request.url);
  if (url === undefined) return { ok: false, fault: 'signature-malformed' };
  const { method, headers, body } = request;
  const required = [[['"@method"']], [['"@authority"']], target(url, ''), [['"content-digest"']]];
  return verify({ request: { method, url, headers } }, { headers, body }, required, keys, window);
}

/** Does the response bear a signature that holds, for this very request: its method, authority, target and signature? Never throws. */
export async function verifyResponse(
  response: SignedResponseParts,
  request: SignedRequestParts,
  keys: KeyRing,
  window: SignatureWindow,
): Promise<SignatureCheck> {
  const url = signedUrl(request.url);
  if (url === undefined) return { ok: false, fault: 'signature-malformed' };
  const message = {
    request: { method: request.method, url, headers: request.headers },
    response: { status: response.status, headers: response.headers },
  };
  const [label, ...others] = parseDictionary(request.headers.get('signature') ?? '')?.keys() ?? [];
  const bySignature = [
    ['"signature";req'],
    ...(label === undefined || others.length > 0 ? [] : [[`"signature";req;key="${label}"`]]),
  ];
  const required = [
    [['"@status"']],
    [['"content-digest"']],
    [['"@method";req']],
    [['"@authority";req']],
    target(url, ';req'),
    bySignature,
  ];
  return verify(message, response, required, keys, window);
}

function target(url: URL, of: '' | ';req'): Requirement {
  const pathAndQuery = url.search === '' ? [`"@path"${of}`] : [`"@path"${of}`, `"@query"${of}`];
  return [[`"@request-target"${of}`], [`"@target-uri"${of}`], pathAndQuery];
}

/** The cheap questions first: a body is hashed and a signature computed only for a known key and a covered, timely message. */
async function verify(
  message: MessageView,
  { headers, body }: { headers: Headers; body: Uint8Array },
  required: readonly Requirement[],
  keys: KeyRing,
  { now, toleranceSeconds = defaultToleranceSeconds }: SignatureWindow,
): Promise<SignatureCheck> {
  const [inputs, signatures] = [headers.get('signature-input'), headers.get('signature')];
  if (inputs === null || signatures === null) return { ok: false, fault: 'signature-missing' };
  const read = onlySignature(parseDictionary(inputs), parseDictionary(signatures));
  const parameters = read && parametersOf(read.covered);
  if (read === undefined || parameters === undefined) return { ok: false, fault: 'signature-malformed' };
  const { keyId, created, expires, nonce, alg } = parameters;
  // It goes into a log.
  if (keyId !== undefined && keyId.length > longestKeyId) return { ok: false, fault: 'signature-malformed' };
  if (keyId === undefined) return { ok: false, fault: 'key-unknown' };
  const refused = (fault: SignatureFault): SignatureCheck => ({ ok: false, fault, keyId });

  const covered = identifiersOf(read.covered);
  if (covered === undefined) return refused('signature-malformed');
  const verifier = keys(keyId, now);
  if (verifier === 'unknown') return refused('key-unknown');
  if (verifier === 'not-valid-now') return refused('key-not-valid-now');
  // What a message says of its algorithm is never believed; that it says another one is reason enough.
  if (alg !== undefined && alg !== verifier.algorithm) return refused('algorithm-named');
  const isCovered = (requirement: Requirement) => requirement.some((way) => way.every((identifier) => covered.has(identifier)));
  if (!required.every(isCovered)) return refused('component-not-covered');

  if (created === undefined) return refused('created-missing');
  // Without an end the window is as long as can be.
  if (expires === undefined || expires - created > longestWindowSeconds) return refused('window-too-long');
  if (expires <= created) return refused('signature-malformed');
  const seconds = Math.floor(now.getTime() / 1000);
  if (created - seconds > toleranceSeconds) return refused('not-yet');
  if (seconds - created > toleranceSeconds || seconds > expires) return refused('expired');
  if (nonce === undefined) return refused('nonce-missing');
  if (nonce.length < nonceLength.least || nonce.length > nonceLength.most) return refused('signature-malformed');

  const base = signatureBase(read.covered, message);
  const digest = checkContentDigest(headers.get('content-digest'), body);
  if (digest !== 'holds') return refused(digest === 'missing' ? 'digest-missing' : 'digest-wrong');
  if (base === undefined) return refused('signature-malformed');
  if (!(await verifier.verify(base, read.signature))) return refused('signature-wrong');
  const facts: SignatureFacts = { keyId, created, expires, nonce };
  return { ok: true, facts, verifier };
}

/** A message bears exactly one signature, under one label in both headers: of several nobody could say which one was meant. */
function onlySignature(
  inputs: Dictionary | undefined,
  signatures: Dictionary | undefined,
): { covered: InnerList; signature: Uint8Array } | undefined {
  const [input, ...moreInputs] = inputs ?? [];
  const [signature, ...moreSignatures] = signatures ?? [];
  if (input === undefined || signature === undefined || moreInputs.length > 0 || moreSignatures.length > 0) return undefined;
  const [[label, covered], [sameLabel, item]] = [input, signature];
  if (label !== sameLabel || !isInnerList(covered) || isInnerList(item)) return undefined;
  return item.value instanceof Uint8Array && item.parameters.size === 0 ? { covered, signature: item.value } : undefined;
}

interface SignatureParameters {
  created: number | undefined;
  expires: number | undefined;
  nonce: string | undefined;
  keyId: string | undefined;
  alg: string | undefined;
}

/** Those of RFC 9421 section 2.3, each of its type; undefined where one is of another type or not among them. */
function parametersOf({ parameters }: InnerList): SignatureParameters | undefined {
  const types: Readonly<Record<string, string>> = {
    created: 'number',
    expires: 'number',
    nonce: 'string',
    keyid: 'string',
    alg: 'string',
    tag: 'string',
  };
  for (const [name, value] of parameters) {
    if (!Object.hasOwn(types, name) || typeof value !== types[name]) return undefined;
  }
  const number = (name: string) => parameters.get(name) as number | undefined;
  const text = (name: string) => parameters.get(name) as string | undefined;
  return {
    created: number('created'),
    expires: number('expires'),
    nonce: text('nonce'),
    keyId: text('keyid'),
    alg: text('alg'),
  };
}

/** The covered components by name; undefined where one is not supported or comes twice. */
function identifiersOf({ items }: InnerList): ReadonlySet<string> | undefined {
  const identifiers = new Set<string>();
  for (const item of items) {
    const component = componentOf(item);
    if (component === undefined) return undefined;
    identifiers.add(identifierOf(component));
  }
  return identifiers.size === items.length ? identifiers : undefined;
}
