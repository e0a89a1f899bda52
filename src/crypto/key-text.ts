import { YilianError } from '../errors.js';
import type { SignatureAlgorithm } from './signer.js';

/** A key as it is configured. */
export interface KeyMaterial {
  /** As it stands in messages: 1 to 128 printable ASCII characters. */
  keyId: string;
  algorithm: SignatureAlgorithm;
  /**
   * PEM of a private key (PKCS#8 or SEC1, not encrypted) to sign, of a public key (SPKI) to verify. For HMAC the shared secret, at least 32
   * bytes: text counts as its UTF-8 bytes and is never decoded.
   */
  key: string | Uint8Array;
}

/** A key that cannot be used, told without a byte of it. */
export function keyFault(
  material: Pick<KeyMaterial, 'keyId' | 'algorithm'>,
  zh: string,
  en: string,
  place?: string,
): YilianError {
  const named = {
    zh: `密钥 ${shown(material.keyId)}（${material.algorithm}）：${zh}`,
    en: `key ${shown(material.keyId)} (${material.algorithm}): ${en}`,
  };
  return new YilianError('ERR_CONFIG', named, { place });
}

/** Somebody may have put the secret where its name belongs. */
function shown(keyId: string): string {
  return /^[A-Za-z0-9._:/#@-]{1,64}$/.test(keyId) ? `"${keyId}"` : '?';
}

/** The id stands in a header as a structured string. */
export function checkKeyId(material: KeyMaterial, place?: string): void {
  if (/^[\x21-\x7e]{1,128}$/.test(material.keyId) && !/["\\]/.test(material.keyId)) return;
  throw keyFault(
    material,
    '编号应为 1 至 128 个可见 ASCII 字符，不含引号和反斜杠',
    'an id is 1 to 128 visible ASCII characters without quotes and backslashes',
    place,
  );
}

/** What a private key's PEM holds, by its label; `SM2 PRIVATE KEY` is how OpenSSL 3 names a SEC1 structure on that curve. */
const structures: ReadonlyMap<string, 'pkcs8' | 'sec1'> = new Map([
  ['PRIVATE KEY', 'pkcs8'],
  ['EC PRIVATE KEY', 'sec1'],
  ['SM2 PRIVATE KEY', 'sec1'],
]);

export interface PrivateDer {
  der: Buffer;
  /** RFC 5208 or RFC 5915. */
  structure: 'pkcs8' | 'sec1';
}

export function privateDer(material: KeyMaterial, place?: string): PrivateDer {
  const { label, der } = onlyBlock(material, place);
  const structure = structures.get(label);
  if (structure !== undefined) return { der, structure };
  throw label === 'ENCRYPTED PRIVATE KEY'
    ? keyFault(material, '私钥已加密，请先解密', 'the private key is encrypted; decrypt it first', place)
    : keyFault(material, '应为私钥的 PEM 文本', 'the PEM text of a private key is wanted', place);
}

/** SubjectPublicKeyInfo (RFC 5480). */
export function publicDer(material: KeyMaterial, place?: string): Buffer {
  const { label, der } = onlyBlock(material, place);
  if (label === 'PUBLIC KEY') return der;
  throw label.endsWith('PRIVATE KEY')
    ? keyFault(material, '此处应为公钥，却给了私钥', 'a public key belongs here, and a private one was given', place)
    : keyFault(material, '应为公钥的 PEM 文本（PUBLIC KEY）', 'the PEM text of a public key is wanted (PUBLIC KEY)', place);
}

export function isPrivatePem(material: KeyMaterial): boolean {
  return Buffer.from(material.key).includes('PRIVATE KEY-----');
}

/** The one key of a PEM text. Curve parameters, which `openssl ecparam -genkey` puts before it, are passed over. */
function onlyBlock(material: KeyMaterial, place?: string): { label: string; der: Buffer } {
  const text = Buffer.from(material.key).toString('latin1');
  const [block, ...others] = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\s]*)-----END \1-----/g)]
    .map(([, label = '', body = '']) => ({ label, der: Buffer.from(body, 'base64') }))
    .filter(({ label }) => !label.endsWith(' PARAMETERS'));
  if (block !== undefined && others.length === 0) return block;
  throw keyFault(material, '应为恰好一把密钥的 PEM 文本', 'the PEM text of exactly one key is wanted', place);
}

/** The shared secret's bytes. */
export function sharedSecret(material: KeyMaterial, place?: string): Buffer {
  const secret = Buffer.from(material.key);
  // A public key taken for a secret is the classic confusion: everybody knows that secret.
  if (secret.includes('-----BEGIN')) {
    throw keyFault(material, '共享密钥不得是 PEM 文本', 'a shared secret is not a PEM text', place);
  }
  if (secret.length < 32) throw keyFault(material, '共享密钥不足 32 字节', 'the shared secret is shorter than 32 bytes', place);
  return secret;
}
