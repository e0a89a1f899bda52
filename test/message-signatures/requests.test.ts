import { describe, expect, it } from 'vitest';
import { createKeyRing, signatureAlgorithms } from '../../src/crypto/index.js';
import { createMessageSignatures, type SignedRequestParts } from '../../src/message-signatures/index.js';
import { secret, verifyingKey } from '../crypto/test-keys.js';
import { bytes, craft, created, nonce, now, parameters, question, ringOf, signerOf } from './harness.js';

const { signRequest, verifyRequest } = createMessageSignatures();
const signer = signerOf('hmac-sm3');
const ring = ringOf('hmac-sm3');

async function signed(request = question()): Promise<SignedRequestParts> {
  return { ...request, headers: await signRequest(request, signer, { now, nonce }) };
}

const verified = (request: SignedRequestParts, at = now) => verifyRequest(request, ring, { now: at });
const outcome = async (request: SignedRequestParts, at = now) => {
  const check = await verified(request, at);
  return check.ok ? 'holds' : check.fault;
};
const crafted = async (input: string, request = question()) => ({ ...request, headers: await craft(request, input, signer) });
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);

const usual = '"@method" "@authority" "@path" "@query" "content-digest"';

describe('a signed request', () => {
  it('bears digest, list and signature, and keeps its other headers', async () => {
    const { headers } = await signed();

    expect(headers.get('content-digest')).toBe('sha-256=:3358mSr+sBLPhe9g5K+KafRfy/T3jd1SGi/zJTiVqv0=:');
    expect(headers.get('signature-input')).toBe(
      `sig1=("@method" "@authority" "@path" "@query" "content-digest" "content-type" "idempotency-key");created=${created};expires=${created + 300};nonce="b3k2pp5k7z-50gnwp.yemd";keyid="province-1"`,
    );
    expect(headers.get('signature')).toMatch(/^sig1=:[A-Za-z0-9+/]{43}=:$/);
    expect(headers.get('user-agent')).toBe('province/1');
  });

  it('leaves the request it was made of as it was', async () => {
    const request = question();
    await signed(request);

    expect([...request.headers.keys()]).toEqual(['content-type', 'idempotency-key', 'user-agent']);
  });

  it('says what was signed when it holds', async () => {
    expect(await verified(await signed())).toMatchObject({
      ok: true,
      facts: { keyId: 'province-1', created, expires: created + 300, nonce },
      verifier: { keyId: 'province-1', algorithm: 'hmac-sm3' },
    });
  });

  it.each(signatureAlgorithms)('holds with %s, without body and query too, and signed anew', async (algorithm) => {
    const own = { ring: ringOf(algorithm), signer: signerOf(algorithm) };
    const get = question({
      method: 'GET',
      url: 'https://dossier.example.gov.cn/v1/health',
      body: new Uint8Array(),
      headers: new Headers(),
    });

    for (const request of [question(), get]) {
      const headers = await signRequest(request, own.signer, { now });
      const again = await signRequest({ ...request, headers }, own.signer, { now });
      for (const each of [headers, again]) {
        expect((await verifyRequest({ ...request, headers: each }, own.ring, { now })).ok).toBe(true);
      }
      expect(headers.get('content-digest')).not.toBeNull();
    }
  });

  it('has another nonce every time, of 24 characters', async () => {
    const nonces = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const headers = await signRequest(question(), signer, { now });
        return /nonce="([A-Za-z0-9_-]{24})"/.exec(headers.get('signature-input') ?? '')?.[1];
      }),
    );

    expect(new Set(nonces).size).toBe(50);
    expect(nonces).not.toContain(undefined);
  });

  it.each([
    ['ftp://dossier.example.gov.cn/'],
    ['https://user:word@dossier.example.gov.cn/'],
    ['https://dossier.example.gov.cn/#part'],
    ['/v1/dossiers'],
    [''],
  ])('is not made for the address "%s", nor does one hold', async (url) => {
    await expect(signed(question({ url }))).rejects.toThrow(TypeError);
    expect(await outcome({ ...(await signed()), url })).toBe('signature-malformed');
  });

  it('is not made of a header outside ASCII', async () => {
    await expect(signed(question({ headers: new Headers({ 'idempotency-key': 'caf\u00e9' }) }))).rejects.toThrow(TypeError);
  });

  it('is not made where the signer fails', async () => {
    const broken = { ...signer, sign: async () => Promise.reject(new Error('the module does not answer')) };

    await expect(signRequest(question(), broken, { now })).rejects.toThrow('the module does not answer');
  });
});

describe('a request that was changed holds no more', () => {
  it.each<[string, (request: SignedRequestParts) => SignedRequestParts, string]>([
    ['method', (request) => ({ ...request, method: 'PUT' }), 'signature-wrong'],
    ['method in other letters', (request) => ({ ...request, method: 'post' }), 'signature-wrong'],
    ['host', (request) => ({ ...request, url: request.url.replace('dossier.', 'dossier2.') }), 'signature-wrong'],
    ['port', (request) => ({ ...request, url: request.url.replace('.cn', '.cn:8443') }), 'signature-wrong'],
    ['path', (request) => ({ ...request, url: request.url.replace('/v1/dossiers', '/v1/dossiers/d1') }), 'signature-wrong'],
    [
      'slash behind the path',
      (request) => ({ ...request, url: request.url.replace('dossiers?', 'dossiers/?') }),
      'signature-wrong',
    ],
    ['query', (request) => ({ ...request, url: request.url.replace('page=2', 'page=3') }), 'signature-wrong'],
    ['order of the query', (request) => ({ ...request, url: `${request.url}&a=1` }), 'signature-wrong'],
    ['query taken away', (request) => ({ ...request, url: request.url.replace('?page=2', '') }), 'signature-wrong'],
    ['body', (request) => ({ ...request, body: bytes('{"purpose":"reappraisal" }') }), 'digest-wrong'],
    ['body taken away', (request) => ({ ...request, body: new Uint8Array() }), 'digest-wrong'],
    [
      'body and digest',
      (request) => ({
        ...request,
        body: new Uint8Array(),
        headers: with_(request, 'content-digest', 'sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:'),
      }),
      'signature-wrong',
    ],
    ['content type', (request) => ({ ...request, headers: with_(request, 'content-type', 'text/plain') }), 'signature-wrong'],
    ['idempotency key', (request) => ({ ...request, headers: with_(request, 'idempotency-key', 'a2') }), 'signature-wrong'],
    [
      'covered header taken away',
      (request) => ({ ...request, headers: with_(request, 'idempotency-key', null) }),
      'signature-malformed',
    ],
    ['digest taken away', (request) => ({ ...request, headers: with_(request, 'content-digest', null) }), 'digest-missing'],
    ['nonce', (request) => edited(request, '50gnwp', '50gnwq'), 'signature-wrong'],
    ['start', (request) => edited(request, `created=${created}`, `created=${created + 1}`), 'signature-wrong'],
    ['end', (request) => edited(request, `expires=${created + 300}`, `expires=${created + 301}`), 'signature-wrong'],
    ['order of components', (request) => edited(request, '"@method" "@authority"', '"@authority" "@method"'), 'signature-wrong'],
    ['list', (request) => edited(request, ' "idempotency-key"', ''), 'signature-wrong'],
    ['tag put in', (request) => edited(request, ';nonce', ';tag="x";nonce'), 'signature-wrong'],
  ])('%s', async (_, change, fault) => {
    expect(await outcome(change(await signed()))).toBe(fault);
  });

  it('scheme, which only some cover', async () => {
    const http = (request: SignedRequestParts) => ({ ...request, url: request.url.replace('https:', 'http:') });

    expect(await outcome(http(await crafted(`(${usual} "@scheme")${parameters}`)))).toBe('signature-wrong');
  });
});

function with_({ headers }: SignedRequestParts, name: string, value: string | null): Headers {
  const copy = new Headers(headers);
  if (value === null) copy.delete(name);
  else copy.set(name, value);
  return copy;
}

function edited(request: SignedRequestParts, from: string, to: string): SignedRequestParts {
  const input = request.headers.get('signature-input') ?? '';
  expect(input).toContain(from);
  return { ...request, headers: with_(request, 'signature-input', input.replace(from, to)) };
}

describe('what other programs sign', () => {
  it.each([
    ['as we do', `(${usual})`],
    ['in another order', '("content-digest" "@query" "@path" "@authority" "@method")'],
    ['the target in one', '("@method" "@authority" "@target-uri" "content-digest")'],
    ['the request line', '("@method" "@authority" "@request-target" "content-digest")'],
    ['more of the request', `(${usual} "@scheme" "@target-uri" "content-type" "user-agent")`],
    ['one member of the digest beside the whole', `(${usual} "content-digest";key="sha-256")`],
    ['with more spaces than need be', `(  ${usual}   )`],
  ])('%s holds', async (_, list) => {
    expect(await outcome(await crafted(list + parameters))).toBe('holds');
  });

  it('without @query holds where the address has none', async () => {
    const list = `("@method" "@authority" "@path" "content-digest")${parameters}`;
    const bare = question({ url: 'https://dossier.example.gov.cn/v1/dossiers' });

    expect(await outcome(await crafted(list, bare))).toBe('holds');
    expect(await outcome(await crafted(list))).toBe('component-not-covered');
    // A query put behind it on the way.
    expect(await outcome({ ...(await crafted(list, bare)), url: question().url })).toBe('component-not-covered');
  });

  it('with the algorithm named holds where it is the key’s, and never where it is another one', async () => {
    expect(await outcome(await crafted(`(${usual})${parameters};alg="hmac-sm3"`))).toBe('holds');
    for (const alg of ['hmac-sha256', 'sm2-sm3', 'none', '', 'HMAC-SM3'])
      expect(await outcome(await crafted(`(${usual})${parameters};alg="${alg}"`))).toBe('algorithm-named');
  });

  it('with a tag holds', async () => {
    expect(await outcome(await crafted(`(${usual})${parameters};tag="dossier"`))).toBe('holds');
  });

  it('with SHA-512 holds', async () => {
    const digest = 'sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:';
    const request = question({ headers: new Headers({ 'content-digest': digest }), body: bytes('{"hello": "world"}') });

    expect(await outcome(await crafted(`(${usual})${parameters}`, request))).toBe('holds');
  });

  it.each([
    ['the method', '("@authority" "@path" "@query" "content-digest")'],
    ['the authority', '("@method" "@path" "@query" "content-digest")'],
    ['the authority, but the target', '("@method" "@target-uri" "content-digest")'],
    ['the path', '("@method" "@authority" "@query" "content-digest")'],
    ['the query', '("@method" "@authority" "@path" "content-digest")'],
    ['the digest', '("@method" "@authority" "@path" "@query")'],
    ['the digest whole', '("@method" "@authority" "@path" "@query" "content-digest";key="sha-256")'],
    ['anything', '()'],
  ])('without %s is refused', async (_, list) => {
    expect(await outcome(await crafted(list + parameters))).toBe('component-not-covered');
  });

  it('without the digest is refused for an empty body too', async () => {
    const get = question({ method: 'GET', body: new Uint8Array() });

    expect(await outcome(await crafted(`("@method" "@authority" "@path" "@query")${parameters}`, get))).toBe(
      'component-not-covered',
    );
  });

  it.each([
    ['a component twice', `(${usual} "@path")`],
    ['a header twice', `(${usual} "content-type" "content-type")`],
    [
      'a member twice, its parameters in another order',
      `(${usual} "content-digest";key="sha-256";req "content-digest";req;key="sha-256")`,
    ],
    ['a header that is missing', `(${usual} "x-none")`],
    ['a query parameter', `(${usual} "@query-param";name="page")`],
    ['a status', `(${usual} "@status")`],
    ['a part of another request', `(${usual} "@method";req)`],
    ['a structured header anew', `(${usual} "content-digest";sf)`],
    ['bytes of a header', `(${usual} "content-type";bs)`],
    ['a trailer', `(${usual} "content-type";tr)`],
    ['a name in capitals', `(${usual} "Content-Type")`],
    ['a token', `(${usual} date)`],
  ])('over %s is refused', async (_, list) => {
    expect(await outcome(await crafted(list + parameters))).toBe('signature-malformed');
  });
});

describe('the parameters of a signature', () => {
  const list = `(${usual})`;
  const [end, keyid] = [`;expires=${created + 300}`, ';keyid="province-1"'];
  const nonced = `;nonce="${nonce}"`;

  it.each([
    ['without start', `${end}${nonced}${keyid}`, 'created-missing'],
    ['without end, for it would hold for ever', `;created=${created}${nonced}${keyid}`, 'window-too-long'],
    ['without nonce', `;created=${created}${end}${keyid}`, 'nonce-missing'],
    ['without key', `;created=${created}${end}${nonced}`, 'key-unknown'],
    ['with another key', `;created=${created}${end}${nonced};keyid="province-2"`, 'key-unknown'],
    ['with a key of other letters', `;created=${created}${end}${nonced};keyid="Province-1"`, 'key-unknown'],
    ['with a nonce of 15 characters', `;created=${created}${end};nonce="123456789012345"${keyid}`, 'signature-malformed'],
    ['with a nonce of 16 characters', `;created=${created}${end};nonce="1234567890123456"${keyid}`, 'holds'],
    ['with a nonce of 128 characters', `;created=${created}${end};nonce="${'n'.repeat(128)}"${keyid}`, 'holds'],
    ['with a nonce of 129 characters', `;created=${created}${end};nonce="${'n'.repeat(129)}"${keyid}`, 'signature-malformed'],
    ['with a key id of 129 characters', `;created=${created}${end}${nonced};keyid="${'k'.repeat(129)}"`, 'signature-malformed'],
    ['with a window of 600 seconds', `;created=${created};expires=${created + 600}${nonced}${keyid}`, 'holds'],
    ['with a window of 601 seconds', `;created=${created};expires=${created + 601}${nonced}${keyid}`, 'window-too-long'],
    ['with an end at its start', `;created=${created};expires=${created}${nonced}${keyid}`, 'signature-malformed'],
    ['with an end before its start', `;created=${created};expires=${created - 1}${nonced}${keyid}`, 'signature-malformed'],
    ['with its start as text', `;created="${created}"${end}${nonced}${keyid}`, 'signature-malformed'],
    ['with its end as text', `;created=${created};expires="${created + 300}"${nonced}${keyid}`, 'signature-malformed'],
    ['with its nonce as a token', `;created=${created}${end};nonce=abcdefghijklmnopqrst${keyid}`, 'signature-malformed'],
    ['with its key as bytes', `;created=${created}${end}${nonced};keyid=:AAAA:`, 'signature-malformed'],
    ['with its algorithm as a token', `;created=${created}${end}${nonced}${keyid};alg=hmac-sm3`, 'signature-malformed'],
    ['with a parameter that nobody knows', `;created=${created}${end}${nonced}${keyid};trust=1`, 'signature-malformed'],
    ['with a fraction of a second', `;created=${created}.5${end}${nonced}${keyid}`, 'signature-malformed'],
  ])('%s: %s gives %s', async (_, given, fault) => {
    expect(await outcome(await crafted(list + given))).toBe(fault);
  });

  it.each([
    [-301, 'not-yet'],
    [-300, 'holds'],
    [0, 'holds'],
    [300, 'holds'],
    [300.999, 'holds'],
    [301, 'expired'],
    [86_400, 'expired'],
  ])('ours, read %s seconds after they were made, %s', async (seconds, fault) => {
    expect(await outcome(await signed(), later(seconds))).toBe(fault);
  });

  it('end where they say so, and where they are older than the tolerance', async () => {
    const short = await crafted(`${list};created=${created};expires=${created + 10}${nonced}${keyid}`);
    const long = await crafted(`${list};created=${created};expires=${created + 600}${nonced}${keyid}`);

    expect(await outcome(short, later(10))).toBe('holds');
    expect(await outcome(short, later(11))).toBe('expired');
    expect(await outcome(long, later(300))).toBe('holds');
    expect(await outcome(long, later(301))).toBe('expired');
  });

  it('are held to another tolerance where that is asked', async () => {
    const check = (seconds: number) =>
      signed().then((request) => verifyRequest(request, ring, { now: later(seconds), toleranceSeconds: 30 }));

    expect(await check(30)).toMatchObject({ ok: true });
    expect(await check(31)).toMatchObject({ ok: false, fault: 'expired' });
    expect(await check(-31)).toMatchObject({ ok: false, fault: 'not-yet' });
  });
});

describe('keys', () => {
  it('do not serve before and after their time', async () => {
    const key = { id: 'province-1', algorithm: 'hmac-sm3' as const, key: secret };
    const at = (entry: object) =>
      signed().then((request) => verifyRequest(request, createKeyRing([{ ...key, ...entry }]), { now }));

    expect(await at({ from: '2026-11-29T10:00:01+08:00' })).toEqual({
      ok: false,
      fault: 'key-not-valid-now',
      keyId: 'province-1',
    });
    expect(await at({ until: '2026-11-29T10:00:00+08:00' })).toEqual({
      ok: false,
      fault: 'key-not-valid-now',
      keyId: 'province-1',
    });
    expect(await at({ from: '2026-11-29T10:00:00+08:00', until: '2026-11-29T10:00:01+08:00' })).toMatchObject({ ok: true });
  });

  it('decide the algorithm: a public key is no shared secret', async () => {
    // The forger knows the public key and makes an HMAC with it; the key is of Ed25519, whatever the message says.
    const forger = { ...signer, sign: (content: Uint8Array) => signer.sign(content) };
    const request = { ...question(), headers: await craft(question(), `(${usual})${parameters};alg="hmac-sha256"`, forger) };
    const bare = { ...question(), headers: await craft(question(), `(${usual})${parameters}`, forger) };
    const keys = createKeyRing([{ id: 'province-1', algorithm: 'ed25519', key: verifyingKey('ed25519').key }]);

    expect(await verifyRequest(request, keys, { now })).toMatchObject({ ok: false, fault: 'algorithm-named' });
    expect(await verifyRequest(bare, keys, { now })).toMatchObject({ ok: false, fault: 'signature-wrong' });
  });

  it('are told by id where the signature does not hold, and where it is not theirs', async () => {
    expect(await verified({ ...(await signed()), method: 'PUT' })).toEqual({
      ok: false,
      fault: 'signature-wrong',
      keyId: 'province-1',
    });
  });

  it('of one partner do not verify for another with the same secret and another id', async () => {
    const other = ringOf('hmac-sm3', 'province-2');

    expect(await verifyRequest(await signed(), other, { now })).toMatchObject({ ok: false, fault: 'key-unknown' });
    expect(await verifyRequest(edited(await signed(), 'province-1', 'province-2'), other, { now })).toMatchObject({
      ok: false,
      fault: 'signature-wrong',
    });
  });
});

describe('headers that are no one signature', () => {
  const change = async (input: (value: string) => string | null, signature: (value: string) => string | null) => {
    const request = await signed();
    const headers = with_(request, 'signature-input', input(request.headers.get('signature-input') ?? ''));
    return outcome({
      ...request,
      headers: with_({ ...request, headers }, 'signature', signature(request.headers.get('signature') ?? '')),
    });
  };
  const same = (value: string) => value;
  const none = () => null;

  it.each<[string, (value: string) => string | null, (value: string) => string | null, string]>([
    ['none', none, none, 'signature-missing'],
    ['a list alone', same, none, 'signature-missing'],
    ['a signature alone', none, same, 'signature-missing'],
    ['empty', () => '', () => '', 'signature-malformed'],
    ['an empty signature', same, () => 'sig1=::', 'signature-wrong'],
    ['another label', same, (value) => value.replace('sig1', 'sig2'), 'signature-malformed'],
    [
      'two signatures',
      (value) => `${value}, ${value.replace('sig1', 'sig2')}`,
      (value) => `${value}, ${value.replace('sig1', 'sig2')}`,
      'signature-malformed',
    ],
    ['two lists', (value) => `${value}, ${value.replace('sig1', 'sig2')}`, same, 'signature-malformed'],
    ['two signatures of one list', same, (value) => `${value}, ${value.replace('sig1', 'sig2')}`, 'signature-malformed'],
    ['one label twice', (value) => `${value}, ${value}`, same, 'signature-malformed'],
    ['a signature with parameters', same, (value) => `${value};a=1`, 'signature-malformed'],
    ['a signature of text', same, () => 'sig1="abc"', 'signature-malformed'],
    ['a signature that is a list', same, (value) => value.replace('=:', '=(:').concat(')'), 'signature-malformed'],
    ['a list that is none', () => 'sig1=1', same, 'signature-malformed'],
    ['a parameter twice', (value) => `${value};keyid="province-1"`, same, 'signature-malformed'],
    [
      'Base64 spelt otherwise',
      same,
      (value) =>
        value
          .replace('=:', ':')
          .replace(/^sig1:/, 'sig1=:')
          .replace(/=:$/, ':'),
      'signature-malformed',
    ],
    [
      'the old way (draft-cavage)',
      none,
      () => 'keyId="province-1",algorithm="hs2019",headers="(request-target)",signature="AAAA"',
      'signature-missing',
    ],
    ['5,000 characters of list', (value) => `${value}${' '.repeat(5000)}`.concat(';tag="x"'), same, 'signature-malformed'],
    ['5,000 characters of signature', same, () => `sig1=:${'A'.repeat(5000)}:`, 'signature-malformed'],
  ])('%s', async (_, input, signature, fault) => {
    expect(await change(input, signature)).toBe(fault);
  });

  it('a signature in two header lines is two signatures', async () => {
    const request = await signed();
    const headers = new Headers(request.headers);
    headers.append('signature', 'sig2=:AAAA:');

    expect(await outcome({ ...request, headers })).toBe('signature-malformed');
  });
});
