import { describe, expect, it } from 'vitest';
import { createKeyRing, signatureAlgorithms } from '../../src/crypto/index.js';
import {
  createMessageSignatures,
  type SignedRequestParts,
  type SignedResponseParts,
} from '../../src/message-signatures/index.js';
import { secret } from '../crypto/test-keys.js';
import { answer, bytes, craft, created, nonce, now, question, ringOf, signerOf } from './harness.js';

const { signRequest, signResponse, verifyResponse } = createMessageSignatures();
const province = signerOf('ecdsa-p256-sha256');
const city = signerOf('hmac-sm3', 'city-1');
const ring = ringOf('hmac-sm3', 'city-1');

const asked = async (request = question(), as = nonce): Promise<SignedRequestParts> => ({
  ...request,
  headers: await signRequest(request, province, { now, nonce: as }),
});

const answered = async (request: SignedRequestParts, response = answer()): Promise<SignedResponseParts> => ({
  ...response,
  headers: await signResponse(response, request, city, { now }),
});

const outcome = async (response: SignedResponseParts, request: SignedRequestParts, at = now) => {
  const check = await verifyResponse(response, request, ring, { now: at });
  return check.ok ? 'holds' : check.fault;
};

describe('a signed response', () => {
  it('covers its status, digest and type, and method, address and signature of the request', async () => {
    const { headers } = await answered(await asked());

    expect(headers.get('signature-input')).toMatch(
      new RegExp(
        `^sig1=\\("@status" "content-digest" "content-type" "@method";req "@authority";req "@path";req "@query";req "signature";req;key="sig1"\\);created=${created};expires=${created + 300};nonce="[A-Za-z0-9_-]{24}";keyid="city-1"$`,
      ),
    );
    expect(headers.get('etag')).toBe('"1"');
  });

  it('says what was signed when it holds', async () => {
    const request = await asked();
    const check = await verifyResponse(await answered(request), request, ring, { now });

    expect(check).toMatchObject({
      ok: true,
      facts: { keyId: 'city-1', created, expires: created + 300 },
      verifier: { algorithm: 'hmac-sm3' },
    });
  });

  it.each(signatureAlgorithms)('holds with %s, without body and type too', async (algorithm) => {
    const request = await asked();
    for (const response of [answer(), answer({ status: 204, headers: new Headers(), body: new Uint8Array() })]) {
      const headers = await signResponse(response, request, signerOf(algorithm, 'city-1'), { now });
      const check = await verifyResponse({ ...response, headers }, request, ringOf(algorithm, 'city-1'), { now });

      expect(check.ok).toBe(true);
    }
  });

  it('to a request under another label is bound to that label', async () => {
    const signed = await asked();
    const headers = new Headers(signed.headers);
    for (const name of ['signature', 'signature-input'])
      headers.set(name, headers.get(name)?.replace('sig1=', 'province=') ?? '');
    const request = { ...signed, headers };
    const response = await answered(request);

    expect(response.headers.get('signature-input')).toContain('"signature";req;key="province"');
    expect(await outcome(response, request)).toBe('holds');
    expect(await outcome(response, signed)).toBe('component-not-covered');
  });
});

describe('a signed response is no answer', () => {
  it.each<[string, (response: SignedResponseParts) => SignedResponseParts, string]>([
    ['with another status', (response) => ({ ...response, status: 200 }), 'signature-wrong'],
    ['with another body', (response) => ({ ...response, body: bytes('{"id":"d2"}') }), 'digest-wrong'],
    ['without its body', (response) => ({ ...response, body: new Uint8Array() }), 'digest-wrong'],
    [
      'with another type',
      (response) => ({ ...response, headers: with_(response, 'content-type', 'text/html') }),
      'signature-wrong',
    ],
    ['without its type', (response) => ({ ...response, headers: with_(response, 'content-type', null) }), 'signature-malformed'],
    ['without its digest', (response) => ({ ...response, headers: with_(response, 'content-digest', null) }), 'digest-missing'],
    ['without its signature', (response) => ({ ...response, headers: with_(response, 'signature', null) }), 'signature-missing'],
  ])('%s', async (_, change, fault) => {
    const request = await asked();

    expect(await outcome(change(await answered(request)), request)).toBe(fault);
  });

  it.each<[string, Partial<SignedRequestParts>]>([
    ['method', { method: 'GET' }],
    ['host', { url: 'https://dossier2.example.gov.cn/v1/dossiers?page=2' }],
    ['path', { url: 'https://dossier.example.gov.cn/v1/appraisals?page=2' }],
    ['query', { url: 'https://dossier.example.gov.cn/v1/dossiers?page=3' }],
    ['body', { body: bytes('{}') }],
  ])('to a request of another %s', async (_, change) => {
    const mine = await asked();
    const response = await answered(await asked(question(change)));

    expect(await outcome(response, mine)).toBe('signature-wrong');
  });

  it('to the same request sent again: it was another one', async () => {
    const [first, second] = [await asked(), await asked(question(), 'another-nonce-of-24-char')];
    const response = await answered(first);

    expect(await outcome(response, first)).toBe('holds');
    expect(await outcome(response, second)).toBe('signature-wrong');
  });

  it('to a request that bears no signature, or two', async () => {
    const bare = await answered(question());
    const signed = await asked();
    const twice = new Headers(signed.headers);
    twice.append('signature', 'sig2=:AAAA:');

    expect(bare.headers.get('signature-input')).not.toContain('"signature"');
    expect(await outcome(bare, question())).toBe('component-not-covered');
    // The city took away our signature's part: that is what somebody between us would do.
    expect(await outcome(bare, signed)).toBe('component-not-covered');
    expect(await outcome(await answered({ ...signed, headers: twice }), { ...signed, headers: twice })).toBe(
      'component-not-covered',
    );
  });

  it('of a key that nobody knows, or that is over', async () => {
    const request = await asked();
    const response = await answered(request);
    const over = createKeyRing([{ id: 'city-1', algorithm: 'hmac-sm3', key: secret, until: '2026-11-29T10:00:00+08:00' }]);

    expect(await verifyResponse(response, request, createKeyRing([]), { now })).toMatchObject({ fault: 'key-unknown' });
    expect(await verifyResponse(response, request, over, { now })).toMatchObject({ fault: 'key-not-valid-now' });
  });

  it('where our own request is sent back for it under a key that both sides have', async () => {
    const request = { ...question(), headers: await signRequest(question(), city, { now }) };

    expect(await outcome({ status: 200, headers: request.headers, body: request.body }, request)).toBe('component-not-covered');
  });

  it.each([
    [-301, 'not-yet'],
    [300, 'holds'],
    [301, 'expired'],
  ])('%s seconds after it was made: %s', async (seconds, fault) => {
    const request = await asked();

    expect(await outcome(await answered(request), request, new Date(now.getTime() + seconds * 1000))).toBe(fault);
  });
});

describe('what other programs sign as a response', () => {
  const parameters = `;created=${created};expires=${created + 60};nonce="${nonce}";keyid="city-1"`;
  const check = async (list: string, request?: SignedRequestParts) => {
    const of = request ?? (await asked());
    return outcome({ ...answer(), headers: await craft(answer(), list + parameters, city, of) }, of);
  };

  it.each([
    [
      'with the whole signature header',
      '("@status" "content-digest" "@method";req "@authority";req "@path";req "@query";req "signature";req)',
    ],
    [
      'with the target in one',
      '("@status" "content-digest" "@method";req "@authority";req "@target-uri";req "signature";req;key="sig1")',
    ],
    [
      'with the request line',
      '("@status" "content-digest" "@method";req "@authority";req "@request-target";req "signature";key="sig1";req)',
    ],
    [
      'with the digest of the request',
      '("@status" "content-digest" "content-digest";req "etag" "@method";req "@authority";req "@path";req "@query";req "signature";req;key="sig1")',
    ],
  ])('%s holds', async (_, list) => {
    expect(await check(list)).toBe('holds');
  });

  it.each([
    ['the status', '("content-digest" "@method";req "@authority";req "@path";req "@query";req "signature";req;key="sig1")'],
    ['the digest', '("@status" "@method";req "@authority";req "@path";req "@query";req "signature";req;key="sig1")'],
    [
      'its own digest',
      '("@status" "content-digest";req "@method";req "@authority";req "@path";req "@query";req "signature";req;key="sig1")',
    ],
    ['the method', '("@status" "content-digest" "@authority";req "@path";req "@query";req "signature";req;key="sig1")'],
    ['the authority', '("@status" "content-digest" "@method";req "@path";req "@query";req "signature";req;key="sig1")'],
    ['the path', '("@status" "content-digest" "@method";req "@authority";req "@query";req "signature";req;key="sig1")'],
    ['the query', '("@status" "content-digest" "@method";req "@authority";req "@path";req "signature";req;key="sig1")'],
    ['the signature', '("@status" "content-digest" "@method";req "@authority";req "@path";req "@query";req)'],
    ['all of the request', '("@status" "content-digest" "content-type")'],
  ])('without %s is refused', async (_, list) => {
    expect(await check(list)).toBe('component-not-covered');
  });

  it.each([
    [
      'a method of its own',
      '("@status" "content-digest" "@method" "@authority";req "@path";req "@query";req "signature";req;key="sig1" "@method";req)',
    ],
    [
      'a status of the request',
      '("@status" "@status";req "content-digest" "@method";req "@authority";req "@path";req "@query";req "signature";req;key="sig1")',
    ],
    [
      'a label that the request has not',
      '("@status" "content-digest" "@method";req "@authority";req "@path";req "@query";req "signature";req "signature";req;key="x")',
    ],
  ])('over %s is refused', async (_, list) => {
    expect(await check(list)).toBe('signature-malformed');
  });
});

function with_({ headers }: SignedResponseParts, name: string, value: string | null): Headers {
  const copy = new Headers(headers);
  if (value === null) copy.delete(name);
  else copy.set(name, value);
  return copy;
}
