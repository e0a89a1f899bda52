import { describe, expect, it } from 'vitest';
import { createSigner, publicKeyVerifier } from '../../src/crypto/index.js';
import { ed25519, p256, sm2 } from './test-keys.js';

describe('a verifier from a public key alone', () => {
  it.each([
    ['sm2-sm3', sm2.pkcs8, sm2.public],
    ['ecdsa-p256-sha256', p256.private, p256.public],
    ['ed25519', ed25519.private, ed25519.public],
  ] as const)('knows %s by the kind of the key', async (algorithm, key, pem) => {
    const content = Buffer.from('content');
    const signature = await createSigner({ keyId: 'k', algorithm, key }).sign(content);
    const verifier = publicKeyVerifier({ keyId: 'k', key: pem });

    expect(verifier.algorithm).toBe(algorithm);
    expect(await verifier.verify(content, signature)).toBe(true);
    expect(await verifier.verify(Buffer.from('other'), signature)).toBe(false);
  });

  it.each([
    ['a private key', p256.private],
    ['a private SM2 key', sm2.sec1],
    ['no key', 'no key'],
    ['nothing', ''],
  ])('refuses %s in both languages', (_, key) => {
    expect(() => publicKeyVerifier({ keyId: 'k', key }, 'city.pem')).toThrow(
      expect.objectContaining({ code: 'ERR_USAGE', place: 'city.pem' }),
    );
  });
});
