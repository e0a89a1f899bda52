/**
 * Signing and verifying behind two interfaces, so that a certified signing server (签名验签服务器) or a hardware module can stand where a key file
 * stands today. The algorithm belongs to the key as it is configured; nobody ever reads it from a message.
 */

/**
 * Names of RFC 9421 section 6.2.2 where it has one; `sm2-sm3` (GB/T 32918, user id 1234567812345678, signatures as DER of GM/T 0009) and
 * `hmac-sm3` are ours. `ecdsa-p256-sha256` signs as r‖s of 64 bytes (RFC 9421 section 3.3.4).
 */
export type SignatureAlgorithm = 'ecdsa-p256-sha256' | 'ed25519' | 'hmac-sha256' | 'hmac-sm3' | 'sm2-sm3';

export const signatureAlgorithms: readonly SignatureAlgorithm[] = [
  'ecdsa-p256-sha256',
  'ed25519',
  'hmac-sha256',
  'hmac-sm3',
  'sm2-sm3',
];

export interface Signer {
  readonly keyId: string;
  readonly algorithm: SignatureAlgorithm;
  /** Throws where it cannot sign; a caller that cannot sign does not answer. */
  sign(content: Uint8Array): Promise<Uint8Array>;
}

export interface Verifier {
  readonly keyId: string;
  readonly algorithm: SignatureAlgorithm;
  /** False for whatever is not a signature of exactly this content; never throws for what came from outside. */
  verify(content: Uint8Array, signature: Uint8Array): Promise<boolean>;
}
