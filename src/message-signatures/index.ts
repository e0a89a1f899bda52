import type { MessageSignatures } from './contract.js';
import { signRequest, signResponse } from './sign.js';
import { verifyRequest, verifyResponse } from './verify.js';

export { checkContentDigest, contentDigest } from './content-digest.js';
export type * from './contract.js';
export { signatureLifetimeSeconds, signRequest, signResponse } from './sign.js';
export { defaultToleranceSeconds, longestWindowSeconds, verifyRequest, verifyResponse } from './verify.js';

/** HTTP Message Signatures (RFC 9421) with `Content-Digest` (RFC 9530), strict on both sides. */
export function createMessageSignatures(): MessageSignatures {
  return { signRequest, verifyRequest, signResponse, verifyResponse };
}
