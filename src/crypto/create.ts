import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type KeyObject,
  sign as nodeSign,
  verify as nodeVerify,
  timingSafeEqual,
} from 'node:crypto';
import { isYilianError } from '../errors.js';
import { isSoundEd25519 } from './edwards.js';
import { checkKeyId, isPrivatePem, type KeyMaterial, keyFault, privateDer, publicDer, sharedSecret } from './key-text.js';
import type { Signer, Verifier } from './signer.js';
import { hasSm2, Sm2KeyFault, sm2PrivateKey, sm2PublicPoint, sm2Signing, sm2Spki, sm2Verifying } from './sm2.js';

export type { KeyMaterial } from './key-text.js';

/**
 * A signer out of a configured key, by Node's own cryptography. It has signed once, and that held, before it is given out.
 *
 * @param place where in the configuration the key stands, for the error
 * @throws YilianError `ERR_CONFIG` where the key is not of the algorithm, cannot be read or is too short, and where this Node lacks SM2 or SM3. No
 * error holds a byte of the key.
 */
export function createSigner(material: KeyMaterial, place?: string): Signer {
  const sign = usable(material, place, () => {
    const pair = signing(material, place);
    const probe = Buffer.from('yilian');
    if (!pair.verify(probe, pair.sign(probe))) throw fault(material, place, 'unpaired');
    return pair.sign;
  });
  const { keyId, algorithm } = material;
  return { keyId, algorithm, sign: async (content) => sign(content) };
}

/**
 * A verifier out of a public key or a shared secret. It answers false for whatever is not a signature of exactly this content, and never throws
 * for bytes from outside.
 *
 * @throws YilianError `ERR_CONFIG`, as `createSigner`; also for a private key, which should not be where it is only verified
 */
export function createVerifier(material: KeyMaterial, place?: string): Verifier {
  const verify = usable(material, place, () => verifying(material, place));
  const { keyId, algorithm } = material;
  return {
    keyId,
    algorithm,
    verify: async (content, signature) => {
      try {
        return verify(content, signature);
      } catch {
        return false;
      }
    },
  };
}

/**
 * The public key of a private or public one: PEM (SubjectPublicKeyInfo) to hand to the other side, and SHA-256 of its DER in hexadecimal to
 * compare over the telephone.
 *
 * @throws YilianError `ERR_CONFIG`, also for a shared secret, which has no public half
 */
export function publicKeyOf(material: KeyMaterial, place?: string): { pem: string; sha256: string } {
  const der = usable(material, place, () => spkiOf(material, place));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    pem: ['-----BEGIN PUBLIC KEY-----', ...lines, '-----END PUBLIC KEY-----', ''].join('\n'),
    sha256: createHash('sha256').update(der).digest('hex'),
  };
}

type Sign = (content: Uint8Array) => Uint8Array;
type Verify = (content: Uint8Array, signature: Uint8Array) => boolean;

/** What can be wrong with a key, beside what `key-text.ts` sees. */
const faults = {
  unreadable: ['密钥无法读取，或点不在曲线上', 'the key cannot be read, or its point is not on the curve'],
  unpaired: ['私钥与所附公钥不匹配', 'the private key and the public key beside it do not match'],
  'not-p256': ['不是 P-256 曲线上的密钥', 'not a key on the curve P-256'],
  'not-ed25519': ['不是 Ed25519 密钥', 'not an Ed25519 key'],
  'unsound-ed25519': ['公钥不是可用的 Ed25519 点', 'the public key is not a usable point of Ed25519'],
  'no-public': ['共享密钥没有公钥', 'a shared secret has no public key'],
  'no-sm2': ['当前 Node 的 OpenSSL 不支持 SM2 或 SM3', 'the OpenSSL of this Node knows no SM2 or no SM3'],
  'no-sm3': ['当前 Node 的 OpenSSL 不支持 SM3', 'the OpenSSL of this Node knows no SM3'],
} as const;

function fault(material: KeyMaterial, place: string | undefined, kind: keyof typeof faults) {
  const [zh, en] = faults[kind];
  return keyFault(material, zh, en, place);
}

/** Node's own errors could quote the key. */
function usable<T>(material: KeyMaterial, place: string | undefined, read: () => T): T {
  checkKeyId(material, place);
  try {
    return read();
  } catch (error) {
    if (isYilianError(error)) throw error;
    if (error instanceof Sm2KeyFault) throw keyFault(material, error.text.zh, error.text.en, place);
    throw fault(material, place, 'unreadable');
  }
}

function signing(material: KeyMaterial, place?: string): { sign: Sign; verify: Verify } {
  switch (material.algorithm) {
    case 'hmac-sha256':
    case 'hmac-sm3':
      return hmac(material, place);
    case 'sm2-sm3': {
      const key = sm2Private(material, place);
      return { sign: sm2Signing(key), verify: sm2Verifying(key.point) };
    }
    case 'ecdsa-p256-sha256':
    case 'ed25519': {
      const key = nodePrivate(material, place);
      return { sign: nodeSigning(key), verify: nodeVerifying(createPublicKey(key)) };
    }
  }
}

function verifying(material: KeyMaterial, place?: string): Verify {
  switch (material.algorithm) {
    case 'hmac-sha256':
    case 'hmac-sm3':
      return hmac(material, place).verify;
    case 'sm2-sm3':
      requireSm2(material, place);
      return sm2Verifying(sm2PublicPoint(publicDer(material, place)));
    case 'ecdsa-p256-sha256':
    case 'ed25519':
      return nodeVerifying(nodePublic(material, publicDer(material, place), place));
  }
}

function spkiOf(material: KeyMaterial, place?: string): Buffer {
  const isPrivate = isPrivatePem(material);
  switch (material.algorithm) {
    case 'hmac-sha256':
    case 'hmac-sm3':
      throw fault(material, place, 'no-public');
    case 'sm2-sm3':
      requireSm2(material, place);
      return sm2Spki(isPrivate ? sm2Private(material, place).point : sm2PublicPoint(publicDer(material, place)));
    case 'ecdsa-p256-sha256':
    case 'ed25519': {
      const key = isPrivate
        ? createPublicKey(nodePrivate(material, place))
        : nodePublic(material, publicDer(material, place), place);
      return key.export({ type: 'spki', format: 'der' });
    }
  }
}

function hmac(material: KeyMaterial, place?: string): { sign: Sign; verify: Verify } {
  const digest = material.algorithm === 'hmac-sm3' ? 'sm3' : 'sha256';
  // SM3 of "abc", GB/T 32905 appendix A.1: asked before a secret is used.
  if (digest === 'sm3' && !hasSm3()) throw fault(material, place, 'no-sm3');
  const secret = createSecretKey(sharedSecret(material, place));
  const sign = (content: Uint8Array) => createHmac(digest, secret).update(content).digest();
  return { sign, verify: (content, signature) => equalInConstantTime(sign(content), signature) };
}

function hasSm3(): boolean {
  try {
    const answer = '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0';
    return createHash('sm3').update('abc').digest('hex') === answer;
  } catch {
    return false;
  }
}

/** Equal bytes, told in a time that depends on their lengths alone; `timingSafeEqual` throws where the lengths differ. */
export function equalInConstantTime(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}

function requireSm2(material: KeyMaterial, place?: string): void {
  if (!hasSm2()) throw fault(material, place, 'no-sm2');
}

function sm2Private(material: KeyMaterial, place?: string) {
  requireSm2(material, place);
  const { der, structure } = privateDer(material, place);
  return sm2PrivateKey(der, structure);
}

function nodePrivate(material: KeyMaterial, place?: string): KeyObject {
  const { der, structure } = privateDer(material, place);
  const key = createPrivateKey({ key: der, format: 'der', type: structure });
  requireKind(material, key, place);
  return key;
}

function nodePublic(material: KeyMaterial, der: Buffer, place?: string): KeyObject {
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  requireKind(material, key, place);
  if (material.algorithm === 'ed25519' && !isSoundEd25519(key.export({ type: 'spki', format: 'der' }).subarray(-32))) {
    throw fault(material, place, 'unsound-ed25519');
  }
  return key;
}

/** The kind is asked before anything else is done with a key: exporting one on the SM2 curve aborts the process. */
function requireKind(material: KeyMaterial, key: KeyObject, place?: string): void {
  const { asymmetricKeyType: kind, asymmetricKeyDetails: details } = key;
  if (material.algorithm === 'ed25519' && kind !== 'ed25519') throw fault(material, place, 'not-ed25519');
  if (material.algorithm === 'ecdsa-p256-sha256' && (kind !== 'ec' || details?.namedCurve !== 'prime256v1')) {
    throw fault(material, place, 'not-p256');
  }
}

/** Ed25519 hashes by itself (RFC 8032); ECDSA is r‖s of 64 bytes (RFC 9421 section 3.3.4). */
function nodeSigning(key: KeyObject): Sign {
  const digest = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  return (content) => nodeSign(digest, content, { key, dsaEncoding: 'ieee-p1363' });
}

function nodeVerifying(key: KeyObject): Verify {
  const digest = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  return (content, signature) =>
    signature.length === 64 && nodeVerify(digest, content, { key, dsaEncoding: 'ieee-p1363' }, signature);
}
