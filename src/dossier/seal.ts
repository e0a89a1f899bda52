import { canonicalJson } from '../crypto/canonical-json.js';
import { sha256Hex } from '../crypto/digest.js';
import type { Signer } from '../crypto/signer.js';
import { YilianError } from '../errors.js';
import type { DossierManifest, DossierSeal, UnsealedManifest } from '../model/index.js';

/** Algorithms of a seal: whoever holds the public key can verify it, and nobody who can verify can sign. */
export const sealAlgorithms: readonly DossierSeal['algorithm'][] = ['ecdsa-p256-sha256', 'ed25519', 'sm2-sm3'];

/**
 * Signs a manifest: over the canonical JSON (RFC 8785) of the manifest whose seal has everything but `signature`. Throws ERR_CONFIG for a key that is a
 * shared secret, and what the signer throws.
 */
export async function sealDossier(unsealed: UnsealedManifest, signer: Signer, now: Date): Promise<DossierManifest> {
  const algorithm = sealAlgorithms.find((each) => each === signer.algorithm);
  if (algorithm === undefined)
    throw new YilianError(
      'ERR_CONFIG',
      {
        zh: `不能用 ${signer.algorithm} 封签卷宗：共享密钥的签名他人无法离线验证，须用 ${sealAlgorithms.join('、')}`,
        en: `a dossier cannot be sealed with ${signer.algorithm}: nobody else could verify a shared secret's signature offline; use ${sealAlgorithms.join(', ')}`,
      },
      { place: '/signing' },
    );
  const seal = { algorithm, keyId: signer.keyId, signedAt: now.toISOString() };
  const signature = await signer.sign(sealedContent({ ...unsealed, seal }));
  return { ...unsealed, seal: { ...seal, signature: Buffer.from(signature).toString('base64') } };
}

/** The bytes that the signature of a manifest is over. */
export function sealedContent(manifest: UnsealedManifest & { seal: Omit<DossierSeal, 'signature'> }): Uint8Array {
  const { signature: _signature, ...seal } = manifest.seal as DossierSeal;
  return Buffer.from(canonicalJson({ ...manifest, seal }), 'utf8');
}

/** `manifest.json`: the exact bytes that are served, packed and hashed. */
export function manifestBytes(manifest: DossierManifest): Uint8Array {
  return Buffer.from(canonicalJson(manifest), 'utf8');
}

/** SHA-256 of `manifest.json`, 64 lower-case hexadecimal digits. */
export function manifestSha256(manifest: DossierManifest): string {
  return sha256Hex(manifestBytes(manifest));
}
