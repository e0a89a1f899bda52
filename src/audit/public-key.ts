import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { Verifier } from '../crypto/signer.js';
import { YilianError } from '../errors.js';

/**
 * A verifier of seals from a public key as PEM (SubjectPublicKeyInfo), for somebody who has an export and nothing else. The kind of key says the algorithm:
 * Ed25519, or ECDSA on P-256 with SHA-256 as r‖s. Throws ERR_USAGE for any other.
 */
export function publicKeyVerifier(pem: string, keyId: string): Verifier {
  const key = read(pem);
  const kind = key?.asymmetricKeyType;
  if (key === undefined || (kind !== 'ed25519' && !(kind === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1')))
    throw new YilianError('ERR_USAGE', {
      zh: '公钥须为 PEM 格式的 Ed25519 或 P-256 公钥',
      en: 'the public key must be an Ed25519 or P-256 key in PEM',
    });
  return {
    keyId,
    algorithm: kind === 'ed25519' ? 'ed25519' : 'ecdsa-p256-sha256',
    verify: async (content, signature) =>
      kind === 'ed25519'
        ? verify(null, content, key, signature)
        : verify('sha256', content, { key, dsaEncoding: 'ieee-p1363' }, signature),
  };
}

function read(pem: string): KeyObject | undefined {
  try {
    return pem.includes('PRIVATE KEY') ? undefined : createPublicKey(pem);
  } catch {
    return undefined;
  }
}
