import type { KeyRing } from '../crypto/key-ring.js';
import type { Signer, Verifier } from '../crypto/signer.js';

/**
 * HTTP Message Signatures (RFC 9421) and Digest Fields (RFC 9530), as much as the dossier needs. What is read of a message's signature is its
 * key id, times and nonce; the algorithm comes from the key as configured.
 */
export interface SignedRequestParts {
  method: string;
  /** Absolute, as the caller meant it. */
  url: string;
  headers: Headers;
  body: Uint8Array;
}

export interface SignedResponseParts {
  status: number;
  headers: Headers;
  body: Uint8Array;
}

/** What was signed, once it is known to be right. */
export interface SignatureFacts {
  keyId: string;
  /** Seconds since 1970. */
  created: number;
  expires: number;
  nonce: string;
}

/** Why a signature does not hold, as a slug for the log; the caller is told none of it. */
export type SignatureFault =
  | 'signature-missing'
  | 'signature-malformed'
  | 'component-not-covered'
  | 'digest-missing'
  | 'digest-wrong'
  | 'key-unknown'
  | 'key-not-valid-now'
  | 'algorithm-named'
  | 'created-missing'
  | 'not-yet'
  | 'expired'
  | 'window-too-long'
  | 'nonce-missing'
  | 'replayed'
  | 'signature-wrong';

export type SignatureCheck =
  | { ok: true; facts: SignatureFacts; verifier: Verifier }
  | { ok: false; fault: SignatureFault; keyId?: string };

export interface SignatureWindow {
  now: Date;
  /** ± seconds; 300 where left out. */
  toleranceSeconds?: number;
}

export type { KeyRing };

/** Numbers used once, kept longer than the window; `false` for one that was used before. Atomic. */
export interface NonceStore {
  use(keyId: string, nonce: string, expiresAt: Date): Promise<boolean>;
}

export interface MessageSignatures {
  signRequest(request: SignedRequestParts, signer: Signer, at: { now: Date; nonce?: string }): Promise<Headers>;
  verifyRequest(request: SignedRequestParts, keys: KeyRing, window: SignatureWindow): Promise<SignatureCheck>;
  /** Bound to the request it answers: covers its method, target, authority and signature. */
  signResponse(response: SignedResponseParts, request: SignedRequestParts, signer: Signer, at: { now: Date }): Promise<Headers>;
  verifyResponse(
    response: SignedResponseParts,
    request: SignedRequestParts,
    keys: KeyRing,
    window: SignatureWindow,
  ): Promise<SignatureCheck>;
}
