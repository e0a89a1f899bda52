import { createDecipheriv, createHash } from 'node:crypto';
import { hmacSha256 } from './digest.js';

/**
 * What the national data-sharing platform (国家数据共享交换平台, `gjgxjhpt_*` and its relatives) does with keys: signs `sid + rid + rtime`, and
 * hands out its working secret enciphered under a key derived from the appKey.
 */

/** Base64 of HMAC-SHA256 over sid, rid and rtime, in this order and without separators. The key is used as text, never decoded from hex. */
export function platformSignature(key: string, rid: string, sid: string, rtime: string): string {
  return hmacSha256(key, sid + rid + rtime, 'base64');
}

/**
 * The 16 bytes of AES-128 that Java makes of a text: a key generator whose SHA1PRNG is seeded with it. That generator's first 20 bytes are
 * SHA-1 of its state, which is SHA-1 of the seed.
 */
export function platformCipherKey(appKey: string): Uint8Array {
  const sha1 = (content: Uint8Array) => createHash('sha1').update(content).digest();
  return sha1(sha1(Buffer.from(appKey, 'utf8'))).subarray(0, 16);
}

/**
 * The working secret out of its Base64 (line breaks allowed) of AES-128-ECB with PKCS#5 padding. Undefined where it does not open, which
 * nearly always means that the appKey is another one's.
 */
export function openPlatformSecret(appKey: string, sealed: string): string | undefined {
  const compact = sealed.replace(/\s+/g, '');
  if (compact === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return undefined;
  try {
    const decipher = createDecipheriv('aes-128-ecb', platformCipherKey(appKey), null);
    const plain = Buffer.concat([decipher.update(compact, 'base64'), decipher.final()]);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(plain);
    return text === '' ? undefined : text;
  } catch {
    return undefined;
  }
}
