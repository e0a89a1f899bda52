import { describe, expect, it } from 'vitest';
import { createSigner, createVerifier, type KeyMaterial } from '../../src/crypto/index.js';
import { type MessageView, signatureBase } from '../../src/message-signatures/components.js';
import { checkContentDigest, contentDigest } from '../../src/message-signatures/index.js';
import { isInnerList, parseDictionary, serializeInnerList } from '../../src/message-signatures/structured-fields.js';

/** The published examples of RFC 9421 (section 2.4, appendix B) and RFC 9530 (appendix B, D), with the published test keys. */

const pem = (label: string, ...lines: string[]) =>
  [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');

// Appendix B.1.3 to B.1.5.
const p256: KeyMaterial = {
  keyId: 'test-key-ecc-p256',
  algorithm: 'ecdsa-p256-sha256',
  key: pem(
    'PUBLIC KEY',
    'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lf',
    'w0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==',
  ),
};
const ed25519: KeyMaterial = {
  keyId: 'test-key-ed25519',
  algorithm: 'ed25519',
  key: pem('PUBLIC KEY', 'MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs='),
};
const ed25519Private = {
  ...ed25519,
  key: pem('PRIVATE KEY', 'MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF'),
};
const shared: KeyMaterial = {
  keyId: 'test-shared-secret',
  algorithm: 'hmac-sha256',
  key: Buffer.from('uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==', 'base64'),
};

const requestDigest = 'sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:';
const responseDigest = 'sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:';
const busyDigest = 'sha-512=:0Y6iCBzGg5rZtoXS95Ijz03mslf6KAMCloESHObfwnHJDbkkWWQz6PhhU9kxsTbARtY2PTBOzq24uJFpHsMuAg==:';
const clientCertificate =
  ':MIIBqDCCAU6gAwIBAgIBBzAKBggqhkjOPQQDAjA6MRswGQYDVQQKDBJMZXQncyBBdXRoZW50aWNhdGUxGzAZBgNVBAMMEkxBIEludGVybWVkaWF0ZSBDQTAeFw0yMDAxMTQyMjU1MzNaFw0yMTAxMjMyMjU1MzNaMA0xCzAJBgNVBAMMAkJDMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8YnXXfaUgmnMtOXU/IncWalRhebrXmckC8vdgJ1p5Be5F/3YC8OthxM4+k1M6aEAEFcGzkJiNy6J84y7uzo9M6NyMHAwCQYDVR0TBAIwADAfBgNVHSMEGDAWgBRm3WjLa38lbEYCuiCPct0ZaSED2DAOBgNVHQ8BAf8EBAMCBsAwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0RAQH/BBMwEYEPYmRjQGV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIBHda/r1vaL6G3VliL4/Di6YK0Q6bMjeSkC3dFCOOB8TAiEAx/kHSB4urmiZ0NX5r5XarmPk0wmuydBVoU4hBVZ1yhk=:';

const request = {
  method: 'POST',
  url: new URL('https://example.com/foo?param=Value&Pet=dog'),
  headers: new Headers({
    host: 'example.com',
    date: 'Tue, 20 Apr 2021 02:07:55 GMT',
    'content-type': 'application/json',
    'content-digest': requestDigest,
    'content-length': '18',
  }),
};
const response = {
  status: 200,
  headers: new Headers({
    date: 'Tue, 20 Apr 2021 02:07:56 GMT',
    'content-type': 'application/json',
    'content-digest': responseDigest,
    'content-length': '23',
  }),
};

interface Published {
  message: MessageView;
  key: KeyMaterial;
  input: string;
  base: string[];
  signature: string;
}

const published: Record<string, Published> = {
  'section 2.4, a response bound to its request': {
    message: {
      request,
      response: {
        status: 503,
        headers: new Headers({ 'content-type': 'application/json', 'content-length': '62', 'content-digest': busyDigest }),
      },
    },
    key: p256,
    input:
      'reqres=("@status" "content-digest" "content-type" "@authority";req "@method";req "@path";req "content-digest";req);created=1618884479;keyid="test-key-ecc-p256"',
    base: [
      '"@status": 503',
      `"content-digest": ${busyDigest}`,
      '"content-type": application/json',
      '"@authority";req: example.com',
      '"@method";req: POST',
      '"@path";req: /foo',
      `"content-digest";req: ${requestDigest}`,
      '"@signature-params": ("@status" "content-digest" "content-type" "@authority";req "@method";req "@path";req "content-digest";req);created=1618884479;keyid="test-key-ecc-p256"',
    ],
    signature: 'dMT/A/76ehrdBTD/2Xx8QuKV6FoyzEP/I9hdzKN8LQJLNgzU4W767HK05rx1i8meNQQgQPgQp8wq2ive3tV5Ag==',
  },
  'B.2.4, a response with ecdsa-p256-sha256': {
    message: { request, response },
    key: p256,
    input: 'sig-b24=("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256"',
    base: [
      '"@status": 200',
      '"content-type": application/json',
      `"content-digest": ${responseDigest}`,
      '"content-length": 23',
      '"@signature-params": ("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256"',
    ],
    signature: 'wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==',
  },
  'B.2.5, a request with hmac-sha256': {
    message: { request },
    key: shared,
    input: 'sig-b25=("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"',
    base: [
      '"date": Tue, 20 Apr 2021 02:07:55 GMT',
      '"@authority": example.com',
      '"content-type": application/json',
      '"@signature-params": ("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"',
    ],
    signature: 'pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=',
  },
  'B.2.6, a request with ed25519': {
    message: { request },
    key: ed25519,
    input:
      'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
    base: [
      '"date": Tue, 20 Apr 2021 02:07:55 GMT',
      '"@method": POST',
      '"@path": /foo',
      '"@authority": example.com',
      '"content-type": application/json',
      '"content-length": 18',
      '"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
    ],
    signature: 'wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==',
  },
  'B.3, behind a proxy that terminates TLS': {
    message: {
      request: {
        method: 'POST',
        url: new URL('https://service.internal.example/foo?param=Value&Pet=dog'),
        headers: new Headers({ 'client-cert': clientCertificate }),
      },
    },
    key: p256,
    input: 'ttrp=("@path" "@query" "@method" "@authority" "client-cert");created=1618884473;keyid="test-key-ecc-p256"',
    base: [
      '"@path": /foo',
      '"@query": ?param=Value&Pet=dog',
      '"@method": POST',
      '"@authority": service.internal.example',
      `"client-cert": ${clientCertificate}`,
      '"@signature-params": ("@path" "@query" "@method" "@authority" "client-cert");created=1618884473;keyid="test-key-ecc-p256"',
    ],
    signature: 'xVMHVpawaAC/0SbHrKRs9i8I3eOs5RtTMGCWXm/9nvZzoHsIg6Mce9315T6xoklyy0yzhD9ah4JHRwMLOgmizw==',
  },
  'B.4, a header of two lines': {
    message: {
      request: {
        method: 'GET',
        url: new URL('https://example.org/demo?name1=Value1&Name2=value2'),
        headers: new Headers([
          ['accept', 'application/json'],
          ['accept', '*/*'],
        ]),
      },
    },
    key: ed25519,
    input: 'transform=("@method" "@path" "@authority" "accept");created=1618884473;keyid="test-key-ed25519"',
    base: [
      '"@method": GET',
      '"@path": /demo',
      '"@authority": example.org',
      '"accept": application/json, */*',
      '"@signature-params": ("@method" "@path" "@authority" "accept");created=1618884473;keyid="test-key-ed25519"',
    ],
    signature: 'ZT1kooQsEHpZ0I1IjCqtQppOmIqlJPeo7DHR3SoMn0s5JZ1eRGS0A+vyYP9t/LXlh5QMFFQ6cpLt2m0pmj3NDA==',
  },
};

function baseOf(input: string, message: MessageView): string | undefined {
  const [covered] = parseDictionary(input)?.values() ?? [];
  if (!isInnerList(covered)) return undefined;
  const base = signatureBase(covered, message);
  return base && Buffer.from(base).toString('latin1');
}

describe.each(Object.entries(published))('RFC 9421 %s', (_, { message, key, input, base, signature }) => {
  it('has the published signature base, byte for byte', () => {
    expect(baseOf(input, message)).toBe(base.join('\n'));
  });

  it('has a signature that holds', async () => {
    const text = Buffer.from(base.join('\n'));

    expect(await createVerifier(key).verify(text, Buffer.from(signature, 'base64'))).toBe(true);
    expect(await createVerifier(key).verify(Buffer.from(`${text} `), Buffer.from(signature, 'base64'))).toBe(false);
  });

  it('has a list that is written as it was read', () => {
    const [[label, covered] = []] = parseDictionary(input) ?? [];

    expect(isInnerList(covered) && `${label}=${serializeInnerList(covered)}`).toBe(input);
  });
});

describe('RFC 9421', () => {
  it.each([
    ['B.2.5, a request with hmac-sha256', shared],
    ['B.2.6, a request with ed25519', ed25519Private],
    ['B.4, a header of two lines', ed25519Private],
  ])('%s is signed as published', async (name, key) => {
    const { base, signature } = published[name] as Published;

    expect(Buffer.from(await createSigner(key).sign(Buffer.from(base.join('\n')))).toString('base64')).toBe(signature);
  });

  // Appendix B.2.1 to B.2.3 are signed with RSA, which no key here has; their bases are the same for every algorithm.
  it.each([
    [
      'B.2.1',
      'sig-b21=();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd"',
      ['"@signature-params": ();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd"'],
    ],
    [
      'B.2.3',
      'sig-b23=("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-rsa-pss"',
      [
        '"date": Tue, 20 Apr 2021 02:07:55 GMT',
        '"@method": POST',
        '"@path": /foo',
        '"@query": ?param=Value&Pet=dog',
        '"@authority": example.com',
        '"content-type": application/json',
        `"content-digest": ${requestDigest}`,
        '"content-length": 18',
        '"@signature-params": ("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-rsa-pss"',
      ],
    ],
  ])('%s has the published signature base', (_, input, base) => {
    expect(baseOf(input, { request })).toBe(base.join('\n'));
  });

  // Section 2.2, the examples of derived components.
  it.each([
    ['@method', 'https://www.example.com/path?param=value', 'POST'],
    ['@target-uri', 'https://www.example.com/path?param=value', 'https://www.example.com/path?param=value'],
    ['@authority', 'https://www.example.com/path?param=value', 'www.example.com'],
    ['@authority', 'https://WWW.Example.com:443/', 'www.example.com'],
    ['@authority', 'https://www.example.com:8443/', 'www.example.com:8443'],
    ['@scheme', 'http://www.example.com/path?param=value', 'http'],
    ['@request-target', 'https://www.example.com/path?param=value', '/path?param=value'],
    ['@path', 'https://www.example.com/path?param=value', '/path'],
    ['@path', 'https://www.example.com', '/'],
    ['@query', 'https://www.example.com/path?param=value&foo=bar&baz=bat%2Dman', '?param=value&foo=bar&baz=bat%2Dman'],
    ['@query', 'https://www.example.com/path?queryString', '?queryString'],
    ['@query', 'https://www.example.com/path', '?'],
  ])('%s of %s is %s', (name, url, value) => {
    const message = { request: { method: 'POST', url: new URL(url), headers: new Headers() } };

    expect(baseOf(`s=("${name}")`, message)).toBe(`"${name}": ${value}\n"@signature-params": ("${name}")`);
  });

  it('has a member of a dictionary by its key (section 2.1.2)', () => {
    const message = {
      request: { ...request, headers: new Headers({ 'example-dict': ' a=1,    b=2;x=1;y=2, c=(a   b    c), d' }) },
    };

    expect(
      baseOf('s=("example-dict";key="a" "example-dict";key="d" "example-dict";key="b" "example-dict";key="c")', message),
    ).toBe(
      [
        '"example-dict";key="a": 1',
        '"example-dict";key="d": ?1',
        '"example-dict";key="b": 2;x=1;y=2',
        '"example-dict";key="c": (a b c)',
        '"@signature-params": ("example-dict";key="a" "example-dict";key="d" "example-dict";key="b" "example-dict";key="c")',
      ].join('\n'),
    );
  });

  it.each([
    ['a header that is missing', '"x-none"'],
    ['a member that is missing', '"content-digest";key="md5"'],
    ['a member of a header that is no dictionary', '"date";key="a"'],
    ['a status in a request', '"@status"'],
    ['a request within a request', '"@method";req'],
    ['@signature-params itself', '"@signature-params"'],
    ['a derived component of another age', '"@target"'],
    ['a name in capitals', '"Date"'],
    ['a component that is no string', 'date'],
    ['@query-param', '"@query-param";name="Pet"'],
    ['sf', '"content-digest";sf'],
    ['bs', '"date";bs'],
    ['tr', '"date";tr'],
    ['req that is not true', '"date";req=?0'],
    ['a key of a derived component', '"@path";key="a"'],
    ['a key that is no string', '"content-digest";key=a'],
  ])('makes no base of %s', (_, component) => {
    expect(baseOf(`s=(${component})`, { request })).toBeUndefined();
  });

  it.each([
    ['a method of the response itself', '"@method"'],
    ['a status of the request', '"@status";req'],
    ['a header that only the request has', '"host"'],
  ])('makes no base of %s', (_, component) => {
    expect(baseOf(`s=(${component})`, { request, response })).toBeUndefined();
  });

  it('makes no base of a header outside ASCII, or of cookies', () => {
    const headers = new Headers({ 'x-name': 'caf\u00e9', 'set-cookie': 'a=1' });

    expect(baseOf('s=("x-name")', { request: { ...request, headers } })).toBeUndefined();
    expect(baseOf('s=("set-cookie")', { request, response: { status: 200, headers } })).toBeUndefined();
  });
});

describe('content digests', () => {
  const body = Buffer.from('{"hello": "world"}');

  // RFC 9530 appendix D and RFC 9421 section 7 give these for the same body.
  it('are those of the RFCs', () => {
    expect(contentDigest(body)).toBe('sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:');
    expect(contentDigest(new Uint8Array())).toBe('sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:');
    expect(checkContentDigest(requestDigest, body)).toBe('holds');
    expect(checkContentDigest(responseDigest, Buffer.from('{"message": "good dog"}'))).toBe('holds');
  });

  it.each<[string, string | null, string]>([
    ['none', null, 'missing'],
    ['empty', '', 'missing'],
    ['only of an algorithm that is broken', 'md5=:Sd/dVLAcvNLSq16eXua5uQ==:', 'missing'],
    ['two that hold', `${requestDigest}, sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:`, 'holds'],
    ['one that holds and one that nobody knows', `${requestDigest}, md5=:AAAA:`, 'holds'],
    ['one that holds and one that does not', `${requestDigest}, sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:`, 'wrong'],
    ['of another body', responseDigest, 'wrong'],
    ['twice the same', 'sha-256=:AAAA:, sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:', 'wrong'],
    ['cut short', 'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBA==:', 'wrong'],
    ['empty bytes', 'sha-256=::', 'wrong'],
    ['hexadecimal', 'sha-256="5f8f04f6a3a892aaabbddb6cf273894493773960d4a325b105fee46eef4304f1"', 'wrong'],
    ['the old spelling', 'SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=', 'wrong'],
    ['a list', 'sha-256=(:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:)', 'wrong'],
    ['no field', ':::', 'wrong'],
  ])('%s', (_, header, outcome) => {
    expect(checkContentDigest(header, body)).toBe(outcome);
  });
});
