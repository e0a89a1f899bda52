import { isYilianError, YilianError } from '../errors.js';
import { createVerifier } from './create.js';
import type { SignatureAlgorithm, Verifier } from './signer.js';

const ofPublicKeys: readonly SignatureAlgorithm[] = ['ed25519', 'ecdsa-p256-sha256', 'sm2-sm3'];

/**
 * A verifier from a public key as PEM, for somebody who has it and nothing else: the kind of key says the algorithm (Ed25519, ECDSA on P-256, SM2), never what
 * was signed. Throws ERR_USAGE for any other key.
 */
export function publicKeyVerifier({ keyId, key }: { keyId: string; key: string }, place?: string): Verifier {
  for (const algorithm of ofPublicKeys) {
    try {
      return createVerifier({ keyId, algorithm, key });
    } catch (error) {
      if (!isYilianError(error) || error.code !== 'ERR_CONFIG') throw error;
    }
  }
  throw new YilianError(
    'ERR_USAGE',
    {
      zh: '公钥须为 PEM 格式的 Ed25519、P-256 或 SM2 公钥',
      en: 'the public key must be an Ed25519, P-256 or SM2 public key in PEM',
    },
    place === undefined ? {} : { place },
  );
}
