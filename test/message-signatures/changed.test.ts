import { describe, expect, it } from 'vitest';
import { signatureAlgorithms } from '../../src/crypto/index.js';
import {
  createMessageSignatures,
  type SignatureFault,
  type SignedRequestParts,
  type SignedResponseParts,
} from '../../src/message-signatures/index.js';
import fc from '../seeded.js';
import { answer, now, question, ringOf, signerOf } from './harness.js';

const { signRequest, verifyRequest, signResponse, verifyResponse } = createMessageSignatures();

const faults: readonly SignatureFault[] = [
  'signature-missing',
  'signature-malformed',
  'component-not-covered',
  'digest-missing',
  'digest-wrong',
  'key-unknown',
  'key-not-valid-now',
  'algorithm-named',
  'created-missing',
  'not-yet',
  'expired',
  'window-too-long',
  'nonce-missing',
  'signature-wrong',
];

/** One bit of a text that stays a header: printable ASCII. Undefined where no bit of that place does. */
function changed(text: string, at: number, bit: number): string | undefined {
  const place = at % text.length;
  const character = text.charCodeAt(place) ^ (1 << (bit % 7));
  return character < 0x20 || character > 0x7e
    ? undefined
    : text.slice(0, place) + String.fromCharCode(character) + text.slice(place + 1);
}

/** A bit of the body, of a covered header, or of the method; undefined where it makes no message. */
function changedMessage<Message extends SignedRequestParts | SignedResponseParts>(
  message: Message,
  part: string,
  at: number,
  bit: number,
): Message | undefined {
  if (part === 'body') {
    const body = Uint8Array.from(message.body);
    const place = at % body.length;
    body[place] = (body[place] ?? 0) ^ (1 << (bit % 8));
    return { ...message, body };
  }
  const headers = new Headers(message.headers);
  const value = changed(headers.get(part) ?? '', at, bit);
  // Headers lose blanks at their ends, and a space among spaces is none.
  if (value === undefined || value !== value.trim()) return undefined;
  headers.set(part, value);
  return { ...message, headers };
}

const headersOfRequest = ['content-digest', 'content-type', 'idempotency-key', 'signature', 'signature-input'] as const;
const headersOfResponse = ['content-digest', 'content-type', 'signature', 'signature-input'] as const;

describe.each(signatureAlgorithms)('with %s a single changed bit is refused', (algorithm) => {
  const [signer, ring] = [signerOf(algorithm), ringOf(algorithm)];

  it('in body and headers of a request', async () => {
    const request = { ...question(), headers: await signRequest(question(), signer, { now }) };
    expect(await verifyRequest(request, ring, { now })).toMatchObject({ ok: true });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('body', ...headersOfRequest), fc.nat(5000), fc.nat(7), async (part, at, bit) => {
        const other = changedMessage(request, part, at, bit);
        fc.pre(other !== undefined);

        expect((await verifyRequest(other, ring, { now })).ok).toBe(false);
      }),
      { numRuns: 400 },
    );
  });

  it('in its method and address', async () => {
    const request = { ...question(), headers: await signRequest(question(), signer, { now }) };
    const address = new URL(request.url).href;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('method', 'url'), fc.nat(5000), fc.nat(6), async (part, at, bit) => {
        const value = changed(part === 'url' ? address : request.method, at, bit);
        fc.pre(value !== undefined);
        // In another spelling it is the same address: letters of the host.
        fc.pre(part === 'method' || !URL.canParse(value) || new URL(value).href !== address);
        // The scheme is covered where the other side covers it; ours is told apart by the certificate.
        fc.pre(part === 'method' || !URL.canParse(value) || new URL(value).protocol === 'https:');

        expect((await verifyRequest({ ...request, [part]: value }, ring, { now })).ok).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('in body, headers and status of a response', async () => {
    const request = { ...question(), headers: await signRequest(question(), signer, { now }) };
    const response = { ...answer(), headers: await signResponse(answer(), request, signer, { now }) };
    expect(await verifyResponse(response, request, ring, { now })).toMatchObject({ ok: true });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('status', 'body', ...headersOfResponse),
        fc.nat(5000),
        fc.nat(7),
        async (part, at, bit) => {
          const other = part === 'status' ? { ...response, status: 201 ^ (1 << bit) } : changedMessage(response, part, at, bit);
          fc.pre(other !== undefined);

          expect((await verifyResponse(other, request, ring, { now })).ok).toBe(false);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('garbage', () => {
  const ring = ringOf('hmac-sm3');
  const pieces = fc.constantFrom(
    'sig1=',
    'sig2=',
    '(',
    ')',
    '"@method"',
    '"@authority"',
    '"@path"',
    '"@query"',
    '"content-digest"',
    '"signature";req;key="sig1"',
    ' ',
    ',',
    ';',
    'created=',
    '1795917600',
    'expires=1795917900',
    'nonce="b3k2pp5k7z-50gnwp.yemd"',
    'keyid="province-1"',
    'alg="none"',
    ':',
    'AAAA',
    '=',
    '?1',
    '\\',
    '"',
    '__proto__',
    'sha-256=',
  );
  const noise = fc.oneof(
    fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
    fc.string({ maxLength: 200 }),
    fc.uint8Array({ maxLength: 200 }).map((all) =>
      Buffer.from(all)
        .toString('latin1')
        .replace(/[\0\r\n]/g, ''),
    ),
  );

  it('of every kind is refused by a slug, and nothing is thrown', async () => {
    await fc.assert(
      fc.asyncProperty(noise, noise, noise, fc.string(), async (input, signature, digest, url) => {
        const headers = new Headers({ 'signature-input': input, signature, 'content-digest': digest });
        const request = { ...question(), headers };

        for (const each of [request, { ...request, url }]) {
          expect(await verifyRequest(each, ring, { now })).toMatchObject({ ok: false, fault: expect.toBeOneOf([...faults]) });
          expect(await verifyResponse({ ...answer(), headers }, each, ring, { now })).toMatchObject({
            ok: false,
            fault: expect.toBeOneOf([...faults]),
          });
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('of 60,000 characters costs no more time than a glance', async () => {
    const started = performance.now();
    for (const value of [
      `sig1=(${'"@method" '.repeat(6000)})`,
      `sig1=("a"${';a'.repeat(20_000)})`,
      `sig1="${'\\\\'.repeat(30_000)}"`,
    ]) {
      const headers = new Headers({ 'signature-input': value, signature: value, 'content-digest': value });
      for (let times = 0; times < 100; times++)
        expect(await verifyRequest({ ...question(), headers }, ring, { now })).toMatchObject({ fault: 'signature-malformed' });
    }

    expect(performance.now() - started).toBeLessThan(5000);
  });
});
