import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { derEncode, derTag } from '../../src/crypto/der.js';
import { createSigner, createVerifier, publicKeyOf } from '../../src/crypto/index.js';
import { hasSm2, sm2Order, sm2SignatureNumbers, sm2Verifying, sm2Z } from '../../src/crypto/sm2.js';
import { p256, sm2 } from './test-keys.js';

const hex = (digits: string) => Buffer.from(digits.replace(/\s/g, ''), 'hex');
const pemOf = (label: string, der: Uint8Array) =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64')}\n-----END ${label}-----\n`;
const derOf = (pem: string) => Buffer.from(pem.replace(/-----[A-Z0-9 ]+-----/g, ''), 'base64');

/** GB/T 32918.5-2017 (GM/T 0003.5-2012) appendix A.2: the example on the recommended curve. */
const example = {
  message: Buffer.from('message digest'),
  private: hex('3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8'),
  x: hex('09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020'),
  y: hex('CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13'),
  z: 'b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3',
  e: 'f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640',
  r: hex('F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3'),
  s: hex('B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA'),
};
const point = Buffer.concat([example.x, example.y]);
const zero = Buffer.from([0]);
const integer = (...parts: Uint8Array[]) => derEncode(derTag.integer, ...parts);
const sequence = (...parts: Uint8Array[]) => derEncode(derTag.sequence, ...parts);
const signature = sequence(integer(zero, example.r), integer(zero, example.s));

describe('SM3', () => {
  // GB/T 32905-2016 appendix A.
  it.each([
    ['abc', '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0'],
    ['abcd'.repeat(16), 'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732'],
  ])('of %s is as published', (text, digest) => {
    expect(createHash('sm3').update(text).digest('hex')).toBe(digest);
  });
});

describe('SM2 by its published example', () => {
  it('is known to this Node', () => {
    expect(hasSm2()).toBe(true);
  });

  it('has its Z, its digest, and holds', () => {
    const z = sm2Z(point);

    expect(z.toString('hex')).toBe(example.z);
    expect(createHash('sm3').update(z).update(example.message).digest('hex')).toBe(example.e);
    expect(sm2Verifying(point)(example.message, signature)).toBe(true);
  });

  it('does not hold for another message, user id or key', () => {
    const other = derOf(sm2.public).subarray(-64);

    expect(sm2Verifying(point)(Buffer.from('message digesu'), signature)).toBe(false);
    expect(sm2Verifying(point, 'ALICE123@YAHOO.COM')(example.message, signature)).toBe(false);
    expect(sm2Verifying(point, '')(example.message, signature)).toBe(false);
    expect(sm2Verifying(other)(example.message, signature)).toBe(false);
  });
});

describe('signatures made by openssl (dgst -sm3 -sigopt distid:1234567812345678)', () => {
  const verifier = createVerifier({ keyId: 'k', algorithm: 'sm2-sm3', key: sm2.public });

  it.each([
    [
      '',
      '304402205a9f0661d2a2737554c895d3aff19a29d082c214b9c0e7f977b2a518040fc57102201a1547c52c5618588dd5e826117ca0adc3891eb33886f37143270955db1becdb',
    ],
    [
      'abc',
      '3046022100e5888a0ef9b4bc79e86d59e2c940415081d42708e3d83212634ec1fe14f1e73d0221009214577ad0f2f082f00ab66d8c2676767952cdade632757cb4c9f92ac28d772a',
    ],
    [
      '劳动能力鉴定结论书',
      '30450220151cd32d2462c62443f19564afe6411a4ae2fdc05f1ebf3bde7eeeebf1af9ba10221008b575a00620d4c51d075cb0810a751712f80b580bc0ea048dca9bf9160627d79',
    ],
    [
      'x'.repeat(300),
      '3046022100e5afab2b43ee4c8d82500180137d7a2881557f431f1993415cb2768810ceef340221009c3e9e3ae4da4499f5fea80cc36854a18d18b45fbe2590d7b493c2a31f99678c',
    ],
  ])('hold for "%s" and for nothing else', async (message, made) => {
    expect(await verifier.verify(Buffer.from(message), hex(made))).toBe(true);
    expect(await verifier.verify(Buffer.from(`${message} `), hex(made))).toBe(false);
  });

  it('do not hold where they were made with another user id', async () => {
    const made = hex(
      '3046022100a75cb52fa5c5e2684ee9f9c0992f2086b828ae13ecd43316be649d820a3912fd022100ac383d7acee9fcad8d401441062e4b00cbc4b7faf19e4a73323d0651bed9c9e0',
    );

    expect(await verifier.verify(Buffer.from('abc'), made)).toBe(false);
    expect(sm2Verifying(derOf(sm2.public).subarray(-64), 'ALICE123@YAHOO.COM')(Buffer.from('abc'), made)).toBe(true);
  });
});

describe('a key of SM2', () => {
  const signer = (key: string) => createSigner({ keyId: 'city-2026', algorithm: 'sm2-sm3', key }, '/signing/0/key');
  const verifier = (key: string) => createVerifier({ keyId: 'city-2026', algorithm: 'sm2-sm3', key }, '/partners/0/keys/0');

  it.each([
    ['PKCS#8', sm2.pkcs8],
    ['SEC1', sm2.sec1],
    ['SEC1 without the point', sm2.sec1WithoutPoint],
    ['SEC1 as OpenSSL 1.1 names it', sm2.sec1.replaceAll('SM2 PRIVATE', 'EC PRIVATE')],
    ['SEC1 behind its curve', `-----BEGIN EC PARAMETERS-----\nBggqgRzPVQGCLQ==\n-----END EC PARAMETERS-----\n${sm2.sec1}`],
  ])('is read from %s, and signs what its public key verifies', async (_, key) => {
    const made = await signer(key).sign(example.message);

    expect(sm2SignatureNumbers(made)).toBeDefined();
    expect(await verifier(sm2.public).verify(example.message, made)).toBe(true);
    expect(publicKeyOf({ keyId: 'k', algorithm: 'sm2-sm3', key }).pem).toBe(sm2.public);
  });

  it('has the fingerprint of its public key whichever half is given', () => {
    const sha256 = createHash('sha256').update(derOf(sm2.public)).digest('hex');

    for (const key of [sm2.pkcs8, sm2.public])
      expect(publicKeyOf({ keyId: 'k', algorithm: 'sm2-sm3', key })).toEqual({ pem: sm2.public, sha256 });
  });

  const changed = (pem: string, at: number, value: number, label: string) => {
    const der = derOf(pem);
    der[at < 0 ? der.length + at : at] = value;
    return pemOf(label, der);
  };
  /** SEC1 with a number of our choice, and without the point. */
  const numbered = (number: bigint, length = 32) => {
    const scalar = Buffer.from(number.toString(16).padStart(length * 2, '0'), 'hex');
    const der = derOf(sm2.sec1WithoutPoint);
    return pemOf('EC PRIVATE KEY', sequence(der.subarray(2, 5), derEncode(derTag.octetString, scalar), der.subarray(39)));
  };

  it.each<[string, string, string]>([
    ['of P-256', p256.private, 'not a key on the SM2 curve'],
    ['whose point is another one', changed(sm2.pkcs8, -1, 0x3b, 'PRIVATE KEY'), 'the public key is not on the SM2 curve'],
    [
      'whose point belongs to another number',
      pemOf(
        'EC PRIVATE KEY',
        sequence(derOf(sm2.sec1WithoutPoint).subarray(2), derEncode(0xa1, derEncode(3, hex('0004'), point))),
      ),
      'the private key and the public key beside it do not match',
    ],
    ['of zero', numbered(0n), 'the private key is not between 1 and n−2'],
    ['of n−1', numbered(sm2Order - 1n), 'the private key is not between 1 and n−2'],
    ['of n', numbered(sm2Order), 'the private key is not between 1 and n−2'],
    ['of 31 bytes', numbered(5n, 31), 'the private key is not between 1 and n−2'],
    ['cut short', pemOf('PRIVATE KEY', derOf(sm2.pkcs8).subarray(0, -1)), 'the structure of the key cannot be read'],
    [
      'with a byte behind',
      pemOf('PRIVATE KEY', Buffer.concat([derOf(sm2.pkcs8), zero])),
      'the structure of the key cannot be read',
    ],
    ['that is public', sm2.public, 'the PEM text of a private key is wanted'],
    [
      'that is encrypted',
      sm2.pkcs8.replaceAll('PRIVATE KEY', 'ENCRYPTED PRIVATE KEY'),
      'the private key is encrypted; decrypt it first',
    ],
    ['that is two', sm2.pkcs8 + sm2.pkcs8, 'the PEM text of exactly one key is wanted'],
    ['that is no PEM', 'MIGHAgEAMBMGByqGSM49AgEGCCqBHM9VAYIt', 'the PEM text of exactly one key is wanted'],
    ['that is nothing', '', 'the PEM text of exactly one key is wanted'],
  ])('is refused for signing where it is one %s', (_, key, reason) => {
    expect(() => signer(key)).toThrow(
      expect.objectContaining({
        code: 'ERR_CONFIG',
        place: '/signing/0/key',
        text: expect.objectContaining({ en: `key "city-2026" (sm2-sm3): ${reason}` }),
      }),
    );
  });

  it.each<[string, string, string]>([
    ['of P-256', p256.public, 'not a key on the SM2 curve'],
    ['off the curve', changed(sm2.public, -1, 0x3b, 'PUBLIC KEY'), 'the public key is not on the SM2 curve'],
    [
      'at infinity',
      pemOf('PUBLIC KEY', derOf(sm2.public).fill(0, 26)),
      'the public key is wanted as an uncompressed point (04‖x‖y)',
    ],
    ['of zeros', pemOf('PUBLIC KEY', derOf(sm2.public).fill(0, 27)), 'the public key is not on the SM2 curve'],
    [
      'with a byte behind',
      pemOf('PUBLIC KEY', Buffer.concat([derOf(sm2.public), zero])),
      'the structure of the key cannot be read',
    ],
    ['that is private', sm2.pkcs8, 'a public key belongs here, and a private one was given'],
    [
      'that is a certificate',
      sm2.public.replaceAll('PUBLIC KEY', 'CERTIFICATE'),
      'the PEM text of a public key is wanted (PUBLIC KEY)',
    ],
  ])('is refused for verifying where it is one %s', (_, key, reason) => {
    expect(() => verifier(key)).toThrow(
      expect.objectContaining({
        code: 'ERR_CONFIG',
        text: expect.objectContaining({ en: `key "city-2026" (sm2-sm3): ${reason}` }),
      }),
    );
  });
});

describe('what is not a signature of SM2', () => {
  const verify = sm2Verifying(point);
  const order = hex(sm2Order.toString(16));
  const plus = (number: bigint) => hex(number.toString(16).padStart(66, '0'));
  const r = BigInt(`0x${example.r.toString('hex')}`);
  const s = BigInt(`0x${example.s.toString('hex')}`);
  const [rDer, sDer] = [integer(zero, example.r), integer(zero, example.s)];
  const small = (number: bigint) => integer(hex(number.toString(16).padStart(2, '0')));
  const flipped = (at: number) => {
    const copy = Buffer.from(signature);
    copy[at] = (copy[at] ?? 0) ^ 1;
    return copy;
  };

  const vectors: [string, Uint8Array][] = [
    ['nothing', Buffer.alloc(0)],
    ['a zero byte', zero],
    ['r‖s without structure', Buffer.concat([example.r, example.s])],
    ['an empty sequence', sequence()],
    ['one number', sequence(rDer)],
    ['three numbers', sequence(rDer, sDer, small(1n))],
    ['r and s swapped', sequence(sDer, rDer)],
    ['r twice', sequence(rDer, rDer)],
    ['s twice', sequence(sDer, sDer)],
    ['r = 0', sequence(small(0n), sDer)],
    ['s = 0', sequence(rDer, small(0n))],
    ['r = s = 0', sequence(small(0n), small(0n))],
    ['r = 1', sequence(small(1n), sDer)],
    ['s = 1', sequence(rDer, small(1n))],
    ['r = n', sequence(integer(zero, order), sDer)],
    ['s = n', sequence(rDer, integer(zero, order))],
    ['r = n−1', sequence(integer(plus(sm2Order - 1n)), sDer)],
    ['s = n−1', sequence(rDer, integer(plus(sm2Order - 1n)))],
    ['r + n', sequence(integer(plus(r + sm2Order)), sDer)],
    ['s + n', sequence(rDer, integer(plus(s + sm2Order)))],
    ['n − r', sequence(integer(plus(sm2Order - r).subarray(1)), sDer)],
    ['n − s', sequence(rDer, integer(plus(sm2Order - s).subarray(1)))],
    ['r + s = n', sequence(rDer, integer(plus(sm2Order - r).subarray(1)))],
    ['r of 64 bytes', sequence(integer(zero, example.r, example.r), sDer)],
    ['r negative', sequence(integer(example.r), sDer)],
    ['s negative', sequence(rDer, integer(example.s))],
    ['both negative', sequence(integer(example.r), integer(example.s))],
    ['r = −1', sequence(integer(hex('ff')), sDer)],
    ['r with two zeros before it', sequence(integer(zero, zero, example.r), sDer)],
    ['s with two zeros before it', sequence(rDer, integer(zero, zero, example.s))],
    ['r = 0 in two bytes', sequence(integer(zero, zero), sDer)],
    ['r without bytes', sequence(integer(), sDer)],
    ['s without bytes', sequence(rDer, integer())],
    ['a byte behind', Buffer.concat([signature, zero])],
    ['itself behind', Buffer.concat([signature, signature])],
    ['a byte within, behind s', sequence(rDer, sDer, zero)],
    ['a NULL within, behind s', sequence(rDer, sDer, hex('0500'))],
    ['a NULL within, before r', sequence(hex('0500'), rDer, sDer)],
    ['a byte before', Buffer.concat([zero, signature])],
    ['cut by one', signature.subarray(0, -1)],
    ['cut by the last number', signature.subarray(0, 2 + rDer.length)],
    ['the first two bytes', signature.subarray(0, 2)],
    ['the first byte', signature.subarray(0, 1)],
    ['without its first byte', signature.subarray(1)],
    ['a SET', Buffer.concat([hex('31'), signature.subarray(1)])],
    ['a primitive sequence', Buffer.concat([hex('10'), signature.subarray(1)])],
    ['a context tag', Buffer.concat([hex('a0'), signature.subarray(1)])],
    ['a long length of one byte', Buffer.concat([hex('3081'), signature.subarray(1)])],
    ['a long length of two bytes', Buffer.concat([hex('308200'), signature.subarray(1)])],
    ['a long length of four bytes', Buffer.concat([hex('3084000000'), signature.subarray(1)])],
    ['an indefinite length', Buffer.concat([hex('3080'), signature.subarray(2), hex('0000')])],
    ['a length one too great', Buffer.concat([hex('3047'), signature.subarray(2)])],
    ['a length one too small', Buffer.concat([hex('3045'), signature.subarray(2)])],
    ['a length of 127', Buffer.concat([hex('307f'), signature.subarray(2)])],
    ['a long length of r', sequence(Buffer.concat([hex('028121'), zero, example.r]), sDer)],
    ['a length of r that eats s', sequence(Buffer.concat([hex('0244'), rDer.subarray(2)]), sDer)],
    ['r as an octet string', sequence(derEncode(derTag.octetString, zero, example.r), sDer)],
    ['s as a bit string', sequence(rDer, derEncode(derTag.bitString, zero, example.s))],
    ['s as an ENUMERATED', sequence(rDer, derEncode(0x0a, zero, example.s))],
    ['r as a context tag', sequence(derEncode(0x82, zero, example.r), sDer)],
    ['a sequence in a sequence', sequence(signature)],
    ['its hexadecimal', Buffer.from(signature.toString('hex'))],
    ['its Base64', Buffer.from(signature.toString('base64'))],
    ['zeros of its length', Buffer.alloc(signature.length)],
    ['ones of its length', Buffer.alloc(signature.length, 0xff)],
    ['70,000 bytes', Buffer.alloc(70_000, 0x30)],
    ['one bit of r changed', flipped(10)],
    ['the last bit of r changed', flipped(36)],
    ['one bit of s changed', flipped(50)],
    ['the last bit of s changed', flipped(signature.length - 1)],
  ];

  it('is at least these sixty', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(60);
    expect(new Set(vectors.map(([, bytes]) => Buffer.from(bytes).toString('hex'))).size).toBe(vectors.length);
  });

  /** Two numbers in range, in the one spelling: only the curve can tell that they are wrong. */
  const wellFormed = [
    'r and s swapped',
    'r twice',
    's twice',
    'r = 1',
    's = 1',
    'r = n−1',
    's = n−1',
    'n − r',
    'n − s',
    'r + s = n',
    'one bit of r changed',
    'the last bit of r changed',
    'one bit of s changed',
    'the last bit of s changed',
  ];

  it.each(vectors)('%s', (name, bytes) => {
    expect(verify(example.message, bytes)).toBe(false);
    // By itself, for OpenSSL's strictness is not ours to promise.
    expect([name, sm2SignatureNumbers(bytes) !== undefined]).toEqual([name, wellFormed.includes(name)]);
  });

  it('every other bit of a true one', () => {
    for (let bit = 0; bit < signature.length * 8; bit++) {
      const copy = Buffer.from(signature);
      copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect([bit, verify(example.message, copy)]).toEqual([bit, false]);
    }
  });
});
