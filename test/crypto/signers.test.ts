import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createSigner, createVerifier, equalInConstantTime, publicKeyOf, signatureAlgorithms } from '../../src/crypto/index.js';
import fc from '../seeded.js';
import { ed25519, p256, p384Private, rsaPublic, secret, signingKey, sm2, verifyingKey } from './test-keys.js';

const hex = (digits: string) => Buffer.from(digits.replace(/\s/g, ''), 'hex');
const pemOf = (label: string, der: Uint8Array) =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64')}\n-----END ${label}-----\n`;

describe.each(signatureAlgorithms)('%s', (algorithm) => {
  const signer = createSigner(signingKey(algorithm));
  const verifier = createVerifier(verifyingKey(algorithm));

  it('holds for what was signed, whatever it is, and for no other bit of it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.nat(), async (content, place) => {
        const signature = await signer.sign(content);
        const changed = Uint8Array.from(content);
        const bit = place % (content.length * 8);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));

        expect(await verifier.verify(content, signature)).toBe(true);
        expect(await verifier.verify(changed, signature)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('holds with no other bit of the signature, cut short, lengthened or empty', async () => {
    const content = Buffer.from('劳动能力鉴定结论书');
    const signature = await signer.sign(content);

    for (let bit = 0; bit < signature.length * 8; bit++) {
      const changed = Uint8Array.from(signature);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect([bit, await verifier.verify(content, changed)]).toEqual([bit, false]);
    }
    for (const changed of [signature.subarray(1), signature.subarray(0, -1), Buffer.concat([signature, Buffer.alloc(1)])])
      expect(await verifier.verify(content, changed)).toBe(false);
    expect(await verifier.verify(content, new Uint8Array())).toBe(false);
  });

  it('never throws for bytes of any kind', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), async (signature) => {
        expect(await verifier.verify(Buffer.from('x'), signature)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('shows nothing of its key', () => {
    const shown = inspect(signer, { depth: 5, showHidden: true }) + JSON.stringify(signer) + inspect(verifier, { depth: 5 });

    expect(shown).not.toContain('fWyVFHm');
    expect(shown).not.toContain(secret);
    expect(signer).toMatchObject({ keyId: 'test-key', algorithm });
  });
});

describe('published and foreign signatures', () => {
  // RFC 8032 section 7.1, test 2.
  it('ed25519 makes and takes that of RFC 8032', async () => {
    const key = hex('302e020100300506032b657004220420 4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb');
    const made =
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00';
    const material = { keyId: 'k', algorithm: 'ed25519' as const, key: pemOf('PRIVATE KEY', key) };

    expect(Buffer.from(await createSigner(material).sign(hex('72'))).toString('hex')).toBe(made);
    expect(await createVerifier({ ...material, key: publicKeyOf(material).pem }).verify(hex('72'), hex(made))).toBe(true);
  });

  // RFC 6979 appendix A.2.5, P-256 with SHA-256, message "sample".
  it('ecdsa-p256-sha256 takes that of RFC 6979 as r‖s, and not as DER', async () => {
    const r = 'EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716';
    const s = 'F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8';
    const key = hex(`3059301306072a8648ce3d020106082a8648ce3d030107034200 04
      60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6
      7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299`);
    const verifier = createVerifier({ keyId: 'k', algorithm: 'ecdsa-p256-sha256', key: pemOf('PUBLIC KEY', key) });

    expect(await verifier.verify(Buffer.from('sample'), hex(r + s))).toBe(true);
    expect(await verifier.verify(Buffer.from('sample'), hex(`3046022100${r}022100${s}`))).toBe(false);
  });

  // RFC 4231 section 4.7, test case 6.
  it('hmac-sha256 is that of RFC 4231', async () => {
    const signer = createSigner({ keyId: 'k', algorithm: 'hmac-sha256', key: Buffer.alloc(131, 0xaa) });
    const made = await signer.sign(Buffer.from('Test Using Larger Than Block-Size Key - Hash Key First'));

    expect(Buffer.from(made).toString('hex')).toBe('60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54');
  });

  // `openssl dgst -sm3 -hmac` and `-sha256 -hmac`.
  it.each([
    ['hmac-sm3', secret, '', '3faa6a8275d959e08f52ddb64bb701e7d53958007cf022454584dc79fe6d5983'],
    ['hmac-sm3', secret, 'abc', '27d5235d7f025fdda35a71e22d0026cd4ed95a3506e9ca1f7c2a44fa74aa85dd'],
    [
      'hmac-sm3',
      '劳动能力鉴定共享密钥（测试专用）',
      '劳动能力鉴定结论书',
      'e0fef52be6c2450d8c68a9ae44ae2d4e1a6b16e72e650d0366e907f566f30ba3',
    ],
    ['hmac-sha256', secret, 'abc', 'a60c859a6827c5ea576a48d8d368672fbfe4667c6a927428284a0cb3859cc1d6'],
    [
      'hmac-sha256',
      '劳动能力鉴定共享密钥（测试专用）',
      '劳动能力鉴定结论书',
      '3939c7e9f9cd063918284c664c5bd8e8d27c1680909995b3d8a191a8c08388fa',
    ],
  ] as const)('%s with the secret %s of "%s" is as openssl makes it', async (algorithm, key, content, made) => {
    const material = { keyId: 'k', algorithm, key };

    expect(Buffer.from(await createSigner(material).sign(Buffer.from(content))).toString('hex')).toBe(made);
    expect(await createVerifier(material).verify(Buffer.from(content), hex(made))).toBe(true);
  });

  it('ed25519 takes what openssl made', async () => {
    const made = hex(
      '9774caa0903009b8fe8ae03e694ce789409b997c91e74f1ce3ddbd15a5bf0f92e57ef36d0a53167eaba7ed6ac866458f24cf100cd43b6b5053828f73d13f1604',
    );

    expect(await createVerifier(verifyingKey('ed25519')).verify(Buffer.from('abc'), made)).toBe(true);
  });

  it('ecdsa-p256-sha256 takes what openssl made', async () => {
    const made = hex(
      '17143e20e5518b8ca63bdd9527e5a3e94cb1c5964dd5a1468a1f5e1b9b55983e8ee0772d6290dc059d557c13ac965f52b09ddac69a036b71ac6c978846358263',
    );

    expect(await createVerifier(verifyingKey('ecdsa-p256-sha256')).verify(Buffer.from('abc'), made)).toBe(true);
  });
});

describe('what is not a signature of P-256', () => {
  const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';
  const r = '17143e20e5518b8ca63bdd9527e5a3e94cb1c5964dd5a1468a1f5e1b9b55983e';
  const s = '8ee0772d6290dc059d557c13ac965f52b09ddac69a036b71ac6c978846358263';
  const none = '0'.repeat(64);
  const one = '1'.padStart(64, '0');

  it.each([
    ['r = 0', none + s],
    ['s = 0', r + none],
    ['r = s = 0', none + none],
    ['r = n', order + s],
    ['s = n', r + order],
    ['r = 1', one + s],
    ['s = 1', r + one],
    ['all ones', 'f'.repeat(128)],
    ['r and s swapped', s + r],
    ['r twice', r + r],
    ['without its last byte', (r + s).slice(0, -2)],
    ['without its first byte', (r + s).slice(2)],
    ['with a byte behind', `${r}${s}00`],
    ['with a byte before', `00${r}${s}`],
    ['with a zero before each number', `00${r}00${s}`],
    ['r alone', r],
    ['as DER', `30450220${r}022100${s}`],
    ['twice over', r + s + r + s],
  ])('%s', async (_, bytes) => {
    expect(await createVerifier(verifyingKey('ecdsa-p256-sha256')).verify(Buffer.from('abc'), hex(bytes))).toBe(false);
  });
});

describe('a key that is not of its algorithm', () => {
  const secretlike = { keyId: 'k', key: secret };

  it.each<[string, () => unknown, string]>([
    [
      'an SM2 key for P-256',
      () => createSigner({ keyId: 'k', algorithm: 'ecdsa-p256-sha256', key: sm2.pkcs8 }),
      'not a key on the curve P-256',
    ],
    [
      'an SM2 key of SEC1 for P-256',
      () => createSigner({ keyId: 'k', algorithm: 'ecdsa-p256-sha256', key: sm2.sec1 }),
      'not a key on the curve P-256',
    ],
    [
      'a P-384 key for P-256',
      () => createSigner({ keyId: 'k', algorithm: 'ecdsa-p256-sha256', key: p384Private }),
      'not a key on the curve P-256',
    ],
    [
      'an Ed25519 key for P-256',
      () => createSigner({ keyId: 'k', algorithm: 'ecdsa-p256-sha256', key: ed25519.private }),
      'not a key on the curve P-256',
    ],
    [
      'a P-256 key for Ed25519',
      () => createSigner({ keyId: 'k', algorithm: 'ed25519', key: p256.private }),
      'not an Ed25519 key',
    ],
    [
      'an SM2 key to verify P-256',
      () => createVerifier({ keyId: 'k', algorithm: 'ecdsa-p256-sha256', key: sm2.public }),
      'not a key on the curve P-256',
    ],
    [
      'an RSA key to verify P-256',
      () => createVerifier({ keyId: 'k', algorithm: 'ecdsa-p256-sha256', key: rsaPublic }),
      'not a key on the curve P-256',
    ],
    [
      'an RSA key to verify Ed25519',
      () => createVerifier({ keyId: 'k', algorithm: 'ed25519', key: rsaPublic }),
      'not an Ed25519 key',
    ],
    [
      'an RSA key to verify SM2',
      () => createVerifier({ keyId: 'k', algorithm: 'sm2-sm3', key: rsaPublic }),
      'not a key on the SM2 curve',
    ],
    [
      'a P-256 key to verify Ed25519',
      () => createVerifier({ keyId: 'k', algorithm: 'ed25519', key: p256.public }),
      'not an Ed25519 key',
    ],
    [
      'a private key to verify',
      () => createVerifier({ keyId: 'k', algorithm: 'ed25519', key: ed25519.private }),
      'a public key belongs here, and a private one was given',
    ],
    [
      'a public key to sign',
      () => createSigner({ keyId: 'k', algorithm: 'ed25519', key: ed25519.public }),
      'the PEM text of a private key is wanted',
    ],
    [
      'a public key as a secret',
      () => createVerifier({ keyId: 'k', algorithm: 'hmac-sha256', key: p256.public }),
      'a shared secret is not a PEM text',
    ],
    [
      'a secret of 31 bytes',
      () => createSigner({ keyId: 'k', algorithm: 'hmac-sm3', key: secret.slice(1) }),
      'the shared secret is shorter than 32 bytes',
    ],
    [
      'no secret',
      () => createVerifier({ keyId: 'k', algorithm: 'hmac-sha256', key: '' }),
      'the shared secret is shorter than 32 bytes',
    ],
    [
      'a secret where a public key is asked for',
      () => publicKeyOf({ ...secretlike, algorithm: 'hmac-sm3' }),
      'a shared secret has no public key',
    ],
    [
      'a secret for SM2',
      () => createSigner({ ...secretlike, algorithm: 'sm2-sm3' }),
      'the PEM text of exactly one key is wanted',
    ],
    [
      'no id',
      () => createSigner({ keyId: '', algorithm: 'hmac-sm3', key: secret }),
      'an id is 1 to 128 visible ASCII characters without quotes and backslashes',
    ],
    [
      'a quote in the id',
      () => createSigner({ keyId: 'a"b', algorithm: 'hmac-sm3', key: secret }),
      'an id is 1 to 128 visible ASCII characters without quotes and backslashes',
    ],
    [
      'Chinese in the id',
      () => createSigner({ keyId: '省厅', algorithm: 'hmac-sm3', key: secret }),
      'an id is 1 to 128 visible ASCII characters without quotes and backslashes',
    ],
  ])('%s is refused when it is created', (_, create, reason) => {
    expect(create).toThrow(expect.objectContaining({ code: 'ERR_CONFIG' }));
    expect(create).toThrow(reason);
  });

  it('is refused without a byte of it in the error', () => {
    const broken = pemOf('PRIVATE KEY', Buffer.from('a very secret text that is not a key'));
    const failures = [
      () => createSigner({ keyId: 'k', algorithm: 'ed25519', key: broken }),
      () => createSigner({ keyId: secret, algorithm: 'hmac-sm3', key: 'too short' }),
      () => createSigner({ keyId: 'k', algorithm: 'sm2-sm3', key: broken }),
    ].map((create) => {
      try {
        create();
        return 'nothing';
      } catch (error) {
        return inspect(error, { depth: 5, showHidden: true });
      }
    });

    for (const failure of failures) {
      expect(failure).toContain('ERR_CONFIG');
      expect(failure).not.toMatch(/very secret|YSB2ZXJ5|too short/);
    }
  });

  // The points of small order, RFC 7748 section 7 and RFC 8032 section 5.1.7: signatures under them hold for many messages.
  it.each([
    ['of order 1', '0100000000000000000000000000000000000000000000000000000000000000'],
    ['of order 2', 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'],
    ['of order 4', '0000000000000000000000000000000000000000000000000000000000000000'],
    ['of order 4, the other', '0000000000000000000000000000000000000000000000000000000000000080'],
    ['of order 8', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'],
    ['of order 8, another', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'],
    ['spelt above the prime', 'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'],
    ['off the curve', '0200000000000000000000000000000000000000000000000000000000000000'],
  ])('a public key of Ed25519 %s is refused', (_, point) => {
    const key = pemOf('PUBLIC KEY', hex(`302a300506032b6570032100${point}`));

    expect(() => createVerifier({ keyId: 'k', algorithm: 'ed25519', key })).toThrow(
      'the public key is not a usable point of Ed25519',
    );
  });

  it('a public key of P-256 off the curve is refused', () => {
    const der = Buffer.from(p256.public.replace(/-----[A-Z ]+-----/g, ''), 'base64');
    der[der.length - 1] = 0x28;

    expect(() => createVerifier({ keyId: 'k', algorithm: 'ecdsa-p256-sha256', key: pemOf('PUBLIC KEY', der) })).toThrow(
      'the key cannot be read, or its point is not on the curve',
    );
  });

  it('a private key of P-256 beside the point of another one is refused', () => {
    const der = Buffer.from(p256.private.replace(/-----[A-Z ]+-----/g, ''), 'base64');
    der[40] = (der[40] ?? 0) ^ 1;

    expect(() => createSigner({ keyId: 'k', algorithm: 'ecdsa-p256-sha256', key: pemOf('PRIVATE KEY', der) })).toThrow(
      expect.objectContaining({ code: 'ERR_CONFIG' }),
    );
  });
});

describe('equalInConstantTime', () => {
  it('is of equal bytes alone, and does not throw for other lengths', () => {
    expect(equalInConstantTime(hex('0102'), hex('0102'))).toBe(true);
    expect(equalInConstantTime(hex('0102'), hex('0103'))).toBe(false);
    expect(equalInConstantTime(hex('0102'), hex('010200'))).toBe(false);
    expect(equalInConstantTime(hex(''), hex(''))).toBe(true);
  });
});
