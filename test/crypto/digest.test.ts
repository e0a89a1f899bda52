import { describe, expect, it } from 'vitest';
import { hmacSha256, sha256Hex } from '../../src/crypto/digest.js';

// Known answers: FIPS 180-2 appendix B.1 (SHA-256 of "abc"), RFC 4231 test case 2 (HMAC-SHA256).
describe('digests', () => {
  it('give the published answer for SHA-256 of abc, of text and of bytes alike', () => {
    const answer = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

    expect(sha256Hex('abc')).toBe(answer);
    expect(sha256Hex(new Uint8Array([0x61, 0x62, 0x63]))).toBe(answer);
  });

  it('hash a Chinese text as its UTF-8 bytes', () => {
    expect(sha256Hex('张')).toBe(sha256Hex(new Uint8Array([0xe5, 0xbc, 0xa0])));
  });

  it('give the published answer for HMAC-SHA256, in each encoding', () => {
    const hex = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';

    expect(hmacSha256('Jefe', 'what do ya want for nothing?', 'hex')).toBe(hex);
    expect(hmacSha256('Jefe', 'what do ya want for nothing?', 'base64')).toBe('W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=');
    expect(hmacSha256('Jefe', 'what do ya want for nothing?', 'base64url')).toBe('W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM');
  });
});
