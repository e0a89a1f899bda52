import { createHash, createHmac } from 'node:crypto';

/**
 * Digests that the rest of the library needs: SHA-256 of what was received, HMAC-SHA256 for signatures and keyed hashes.
 * Texts are hashed as UTF-8.
 */

export type Digestible = string | Uint8Array;

/** SHA-256 as 64 lower-case hexadecimal digits. */
export function sha256Hex(content: Digestible): string {
  return createHash('sha256').update(content).digest('hex');
}

/** HMAC-SHA256 as text: `base64` (with padding, as gateways want it), `base64url` or lower-case `hex`. */
export function hmacSha256(key: Digestible, content: Digestible, encoding: 'base64' | 'base64url' | 'hex'): string {
  return createHmac('sha256', key).update(content).digest(encoding);
}
