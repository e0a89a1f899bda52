import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { YilianError } from '../errors.js';

/**
 * Encrypting what lies on a disk, behind an interface, so that a hardware module (密码机) can stand where a key file stands today.
 *
 * `sm4-ctr-hmac-sm3` (GB/T 32907, GB/T 32905; what GB/T 39786 asks for at home) encrypts first and authenticates what it encrypted.
 * Node has no SM4-GCM, and JavaScript ones open a text whose tag is empty.
 */
export type CipherKind = 'sm4-ctr-hmac-sm3' | 'aes-256-gcm';

export const cipherKinds: readonly CipherKind[] = ['sm4-ctr-hmac-sm3', 'aes-256-gcm'];

export interface Cipher {
  /** ASCII, at most 64 characters. */
  readonly kind: CipherKind | (string & {});
  /** Which key, without telling anything of it; ASCII, at most 64 characters. */
  readonly keyId: string;
  /** `bound` is authenticated and not kept: whoever opens must know it. */
  seal(content: Uint8Array, bound: Uint8Array): Promise<Uint8Array>;
  /** Undefined for what was not sealed so, with this key and bound to this. */
  open(sealed: Uint8Array, bound: Uint8Array): Promise<Uint8Array | undefined>;
}

/** Characters or bytes of a secret; fewer can be tried out. */
export const secretAtLeast = 16;

/** A cipher whose keys are derived from a secret (HKDF, RFC 5869). Throws ERR_CONFIG for a secret shorter than 16 bytes. */
export function createCipher(kind: CipherKind, secret: string | Uint8Array): Cipher {
  const bytes = typeof secret === 'string' ? Buffer.from(secret, 'utf8') : secret;
  if (bytes.length < secretAtLeast)
    throw new YilianError('ERR_CONFIG', {
      zh: `加密密钥太短：至少 ${secretAtLeast} 字节`,
      en: `the encryption key is too short: it needs at least ${secretAtLeast} bytes`,
    });
  // Each kind has keys of its own, so that nothing learnt of one helps with the other; the id is common to both.
  const derive = (digest: 'sha256' | 'sm3', purpose: string, length: number) =>
    Buffer.from(hkdfSync(digest, bytes, '', `yilian ${purpose}`, length));
  const keyId = derive('sha256', 'key id', 8).toString('hex');
  return kind === 'aes-256-gcm'
    ? { kind, keyId, ...gcm(derive('sha256', kind, 32)) }
    : { kind, keyId, ...sm4(derive('sm3', kind, 48)) };
}

type Work = Pick<Cipher, 'seal' | 'open'>;

function sm4(keys: Buffer): Work {
  const [key, authentication] = [keys.subarray(0, 16), keys.subarray(16)];
  const tagOf = (bound: Uint8Array, sealed: Uint8Array) => {
    // The length goes first, or bytes could move from one part to the other unseen.
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(bound.length));
    return createHmac('sm3', authentication).update(length).update(bound).update(sealed).digest();
  };
  return {
    async seal(content, bound) {
      const counter = randomBytes(16);
      const cipher = createCipheriv('sm4-ctr', key, counter);
      const sealed = Buffer.concat([counter, cipher.update(content), cipher.final()]);
      return Buffer.concat([sealed, tagOf(bound, sealed)]);
    },
    async open(kept, bound) {
      if (kept.length < 16 + 32) return undefined;
      const sealed = kept.subarray(0, kept.length - 32);
      if (!timingSafeEqual(tagOf(bound, sealed), kept.subarray(kept.length - 32))) return undefined;
      const decipher = createDecipheriv('sm4-ctr', key, sealed.subarray(0, 16));
      return Buffer.concat([decipher.update(sealed.subarray(16)), decipher.final()]);
    },
  };
}

function gcm(key: Buffer): Work {
  return {
    async seal(content, bound) {
      const start = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, start, { authTagLength: 16 }).setAAD(bound);
      return Buffer.concat([start, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
    },
    async open(kept, bound) {
      if (kept.length < 12 + 16) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', key, kept.subarray(0, 12), { authTagLength: 16 }).setAAD(bound);
      decipher.setAuthTag(kept.subarray(kept.length - 16));
      try {
        return Buffer.concat([decipher.update(kept.subarray(12, kept.length - 16)), decipher.final()]);
      } catch {
        return undefined;
      }
    },
  };
}
