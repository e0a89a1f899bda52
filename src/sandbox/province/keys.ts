import { createECDH, createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { hexOf } from '../random.js';

/**
 * Keys of the sandbox's city and partners: made of the seed, worth nothing elsewhere. The DER is put together by hand, because a key of the
 * curve SM2 must never be exported by Node (the process aborts), and because a seed must give the same key again.
 */
export type KeyAlgorithm = 'ecdsa-p256-sha256' | 'ed25519' | 'sm2-sm3' | 'hmac-sha256' | 'hmac-sm3';

export interface SandboxKey {
  id: string;
  algorithm: KeyAlgorithm;
  /** PEM of PKCS#8, or the shared secret. */
  secret: string;
  /** PEM of SubjectPublicKeyInfo, or the shared secret. */
  open: string;
  /** Of an elliptic curve: x‖y, 64 bytes. */
  point?: Buffer;
}

const curves = {
  'ecdsa-p256-sha256': {
    name: 'prime256v1',
    oid: '06082a8648ce3d030107',
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  'sm2-sm3': {
    name: 'SM2',
    oid: '06082a811ccf5501822d',
    order: 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n,
  },
} as const;
const ecPublicKey = '06072a8648ce3d0201';
const ed25519Oid = '06032b6570';

/** The key of this name: the same seed gives the same key. */
export function keyOf(seed: number, id: string, algorithm: KeyAlgorithm): SandboxKey {
  const bytes = Buffer.from(hexOf(seed, 'signing key', id), 'hex');
  switch (algorithm) {
    case 'ecdsa-p256-sha256':
    case 'sm2-sm3':
      return curveKey(id, algorithm, bytes);
    case 'ed25519':
      return edwardsKey(id, bytes);
    default: {
      const secret = bytes.toString('hex');
      return { id, algorithm, secret, open: secret };
    }
  }
}

function curveKey(id: string, algorithm: 'ecdsa-p256-sha256' | 'sm2-sm3', bytes: Buffer): SandboxKey {
  const { name, oid, order } = curves[algorithm];
  const scalar = (BigInt(`0x${bytes.toString('hex')}`) % (order - 2n)) + 1n;
  const secret = Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex');
  const ecdh = createECDH(name);
  ecdh.setPrivateKey(secret);
  const point = ecdh.getPublicKey();
  const kind = der(0x30, Buffer.from(ecPublicKey + oid, 'hex'));
  const bits = der(0x03, Buffer.concat([Buffer.from([0]), point]));
  const inner = der(0x30, Buffer.concat([Buffer.from('020101', 'hex'), der(0x04, secret), der(0xa1, bits)]));
  return {
    id,
    algorithm,
    secret: pem('PRIVATE KEY', der(0x30, Buffer.concat([Buffer.from('020100', 'hex'), kind, der(0x04, inner)]))),
    open: pem('PUBLIC KEY', der(0x30, Buffer.concat([kind, bits]))),
    point: point.subarray(1),
  };
}

function edwardsKey(id: string, bytes: Buffer): SandboxKey {
  const kind = der(0x30, Buffer.from(ed25519Oid, 'hex'));
  const pkcs8 = der(0x30, Buffer.concat([Buffer.from('020100', 'hex'), kind, der(0x04, der(0x04, bytes))]));
  const secret = pem('PRIVATE KEY', pkcs8);
  const open = createPublicKey(createPrivateKey(secret)).export({ type: 'spki', format: 'pem' }).toString();
  return { id, algorithm: 'ed25519', secret, open };
}

/** Tag, length, content; lengths here stay below 64 KiB. */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** `Z` of GB/T 32918.2: what of user id, curve and public key goes before the message. */
export function sm2Z(point: Buffer): Buffer {
  const userId = Buffer.from('1234567812345678', 'ascii');
  const bits = Buffer.from([(userId.length * 8) >> 8, (userId.length * 8) & 0xff]);
  const curve = [
    'fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc',
    '28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93',
    '32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7',
    'bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0',
  ];
  return createHash('sm3')
    .update(Buffer.concat([bits, userId, Buffer.from(curve.join(''), 'hex'), point]))
    .digest();
}
