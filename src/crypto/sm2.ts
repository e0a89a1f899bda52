import { createECDH, createHash, createPrivateKey, createPublicKey, createSign, createVerify, type KeyObject } from 'node:crypto';
import type { Bilingual } from '../model/index.js';
import { bigEndian, type DerElement, derElements, derEncode, derSequence, derTag, derUnsigned } from './der.js';

/**
 * SM2 signatures with SM3 (GB/T 32918.2, GM/T 0003.2) on the recommended curve (GB/T 32918.5), through Node's OpenSSL.
 *
 * Node signs and verifies with an empty user id, which no Chinese counterpart takes. The digest that binds the user id (Z) is therefore computed
 * here and fed in before the message. `KeyObject.export` of an SM2 key aborts the whole process on Node 20: keys are read from DER by hand and
 * are never exported.
 */

const hex = (digits: string) => Buffer.from(digits, 'hex');

/** GB/T 32918.5-2017: y² = x³ + ax + b over the prime p, base point G of order n. */
const curve = {
  p: hex('fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff'),
  a: hex('fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc'),
  b: hex('28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93'),
  n: hex('fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123'),
  gx: hex('32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7'),
  gy: hex('bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0'),
};
const [p, a, b] = [bigEndian(curve.p), bigEndian(curve.a), bigEndian(curve.b)];
export const sm2Order = bigEndian(curve.n);

/** The user id where the parties agree on none (GM/T 0009 section 10). */
export const sm2UserId = '1234567812345678';

const ecPublicKey = hex('2a8648ce3d0201');
/** 1.2.156.10197.1.301 */
const sm2Curve = hex('2a811ccf5501822d');
const algorithm = derEncode(
  derTag.sequence,
  derEncode(derTag.objectIdentifier, ecPublicKey),
  derEncode(derTag.objectIdentifier, sm2Curve),
);

/** Z of GB/T 32918.2 section 5.5: SM3 of the id's length in bits, the id, the curve and the public point (64 bytes, x‖y). */
export function sm2Z(point: Uint8Array, userId: string = sm2UserId): Buffer {
  const id = Buffer.from(userId, 'utf8');
  const bits = Buffer.alloc(2);
  bits.writeUInt16BE(id.length * 8);
  const hash = createHash('sm3').update(bits).update(id);
  return hash.update(curve.a).update(curve.b).update(curve.gx).update(curve.gy).update(point).digest();
}

/**
 * A signature SEQUENCE { r INTEGER, s INTEGER } of GM/T 0009 section 7.3. Undefined unless it is the one spelling of two numbers from 1 to n−1.
 */
export function sm2SignatureNumbers(signature: Uint8Array): { r: bigint; s: bigint } | undefined {
  const [first, second, ...more] = derSequence(signature) ?? [];
  if (first === undefined || second === undefined || more.length > 0) return undefined;
  const [r, s] = [derUnsigned(first), derUnsigned(second)];
  const inRange = (number: bigint | undefined): number is bigint => number !== undefined && number >= 1n && number < sm2Order;
  return inRange(r) && inRange(s) ? { r, s } : undefined;
}

/** An SM2 private key: the number and the point that belongs to it. */
export interface Sm2Private {
  scalar: Buffer;
  /** x‖y, 64 bytes. */
  point: Buffer;
}

/** Why a key is refused, in both languages; the caller names the key. */
export class Sm2KeyFault extends Error {
  readonly text: Bilingual;

  constructor(zh: string, en: string) {
    super(en);
    this.text = { zh, en };
  }
}

const otherCurve = () => new Sm2KeyFault('不是 SM2 曲线上的密钥', 'not a key on the SM2 curve');
const unreadable = () => new Sm2KeyFault('密钥结构无法读取', 'the structure of the key cannot be read');

/** The private key of a PKCS#8 or SEC1 structure (RFC 5208, RFC 5915). The point is computed where it is not given, and compared where it is. */
export function sm2PrivateKey(der: Uint8Array, format: 'pkcs8' | 'sec1'): Sm2Private {
  const elements = derSequence(der);
  if (elements === undefined) throw unreadable();
  if (format === 'sec1') return sec1Key(elements, true);
  const [version, identifier, octets] = elements;
  if (version === undefined || identifier === undefined || octets?.tag !== derTag.octetString) throw unreadable();
  if (!isSm2(identifier)) throw otherCurve();
  return sec1Key(derSequence(octets.content) ?? [], false);
}

function sec1Key(elements: readonly DerElement[], curveMustBeNamed: boolean): Sm2Private {
  const [version, octets, ...optional] = elements;
  if (version === undefined || derUnsigned(version) !== 1n || octets?.tag !== derTag.octetString) throw unreadable();
  const named = optional.find(({ tag }) => tag === derTag.context0);
  const isNamed = named !== undefined && derElements(named.content)?.every(isSm2Curve) === true;
  if (named === undefined ? curveMustBeNamed : !isNamed) throw otherCurve();
  const scalar = bigEndian(octets.content);
  // GB/T 32918.1 section 6.1: from 1 to n−2.
  if (octets.content.length !== 32 || scalar < 1n || scalar > sm2Order - 2n) {
    throw new Sm2KeyFault('私钥不在 1 至 n−2 之间', 'the private key is not between 1 and n−2');
  }
  const ecdh = createECDH('SM2');
  ecdh.setPrivateKey(octets.content);
  const point = ecdh.getPublicKey().subarray(1);
  const given = optional.find(({ tag }) => tag === derTag.context1);
  if (given !== undefined) {
    const [bits] = derElements(given.content) ?? [];
    if (!pointOf(bits).equals(point))
      throw new Sm2KeyFault('私钥与所附公钥不匹配', 'the private key and the public key beside it do not match');
  }
  return { scalar: Buffer.from(octets.content), point };
}

/** The public point (x‖y) of a SubjectPublicKeyInfo. */
export function sm2PublicPoint(der: Uint8Array): Buffer {
  const [identifier, bits, ...more] = derSequence(der) ?? [];
  if (identifier === undefined || bits === undefined || more.length > 0) throw unreadable();
  if (!isSm2(identifier)) throw otherCurve();
  return pointOf(bits);
}

function isSm2(identifier: DerElement): boolean {
  const [family, named, ...more] = identifier.tag === derTag.sequence ? (derElements(identifier.content) ?? []) : [];
  return (
    family !== undefined &&
    Buffer.from(family.content).equals(ecPublicKey) &&
    named !== undefined &&
    isSm2Curve(named) &&
    more.length === 0
  );
}

function isSm2Curve({ tag, content }: DerElement): boolean {
  return tag === derTag.objectIdentifier && Buffer.from(content).equals(sm2Curve);
}

/** An uncompressed point out of a BIT STRING, once it is known to lie on the curve. */
function pointOf(bits: DerElement | undefined): Buffer {
  if (bits?.tag !== derTag.bitString) throw unreadable();
  if (bits.content.length !== 66 || bits.content[0] !== 0 || bits.content[1] !== 4) {
    throw new Sm2KeyFault('公钥应为未压缩的点（04‖x‖y）', 'the public key is wanted as an uncompressed point (04‖x‖y)');
  }
  const point = Buffer.from(bits.content.subarray(2));
  const [x, y] = [bigEndian(point.subarray(0, 32)), bigEndian(point.subarray(32))];
  if (x >= p || y >= p || (y * y - (x * x * x + a * x + b)) % p !== 0n) {
    throw new Sm2KeyFault('公钥不在 SM2 曲线上', 'the public key is not on the SM2 curve');
  }
  return point;
}

/** SubjectPublicKeyInfo (RFC 5480) of a point. */
export function sm2Spki(point: Uint8Array): Buffer {
  return derEncode(derTag.sequence, algorithm, derEncode(derTag.bitString, hex('0004'), point));
}

function pkcs8({ scalar, point }: Sm2Private): Buffer {
  const inner = derEncode(
    derTag.sequence,
    hex('020101'),
    derEncode(derTag.octetString, scalar),
    derEncode(derTag.context1, derEncode(derTag.bitString, hex('0004'), point)),
  );
  return derEncode(derTag.sequence, hex('020100'), algorithm, derEncode(derTag.octetString, inner));
}

/** Node is handed a structure made here, so that it never meets a spelling of the outside's. */
export function sm2Signing(key: Sm2Private, userId?: string): (content: Uint8Array) => Buffer {
  const node: KeyObject = createPrivateKey({ key: pkcs8(key), format: 'der', type: 'pkcs8' });
  const z = sm2Z(key.point, userId);
  return (content) => createSign('sm3').update(z).update(content).sign(node);
}

export function sm2Verifying(point: Uint8Array, userId?: string): (content: Uint8Array, signature: Uint8Array) => boolean {
  const node: KeyObject = createPublicKey({ key: sm2Spki(point), format: 'der', type: 'spki' });
  const z = sm2Z(point, userId);
  return (content, signature) =>
    sm2SignatureNumbers(signature) !== undefined && createVerify('sm3').update(z).update(content).verify(node, signature);
}

let isThere: boolean | undefined;

/** Does this Node's OpenSSL know SM2 and SM3? Asked once, by the published example of GB/T 32918.5-2017 appendix A.2. */
export function hasSm2(): boolean {
  isThere ??= holdsPublishedExample();
  return isThere;
}

function holdsPublishedExample(): boolean {
  const point = hex(
    '09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
  );
  const signature = hex(
    '3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa',
  );
  try {
    return sm2Verifying(point)(Buffer.from('message digest'), signature);
  } catch {
    return false;
  }
}
