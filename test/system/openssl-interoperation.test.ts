import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSigner, createVerifier, publicKeyOf } from '../../src/crypto/index.js';
import fc from '../seeded.js';

/** Every algorithm against the `openssl` command, both ways, with keys made by it on the spot. */

const folder = mkdtempSync(join(tmpdir(), 'yilian-openssl-'));
const path = (name: string) => join(folder, name);
const read = (name: string) => readFileSync(path(name), 'utf8');
const openssl = (...args: string[]) =>
  execFileSync(process.env.OPENSSL ?? 'openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });

function holds(...args: string[]): boolean {
  try {
    openssl(...args);
    return true;
  } catch {
    return false;
  }
}

// openssl's pkeyutl takes no empty file.
const messages = fc.sample(fc.uint8Array({ minLength: 1, maxLength: 2000 }), 40);
const secret = '0123456789abcdef0123456789abcdef';

/** r‖s to SEQUENCE { r, s } and back, as `openssl` has it. */
const derOf = (rs: Uint8Array) => {
  const number = (bytes: Uint8Array) => {
    const hex = Buffer.from(bytes)
      .toString('hex')
      .replace(/^(?:00)+(?=..)/, '');
    const positive = Buffer.from(Number.parseInt(hex.slice(0, 2), 16) >= 0x80 ? `00${hex}` : hex, 'hex');
    return Buffer.concat([Buffer.from([2, positive.length]), positive]);
  };
  const body = Buffer.concat([number(rs.subarray(0, 32)), number(rs.subarray(32))]);
  return Buffer.concat([Buffer.from([0x30, body.length]), body]);
};
const rsOf = (der: Buffer) => {
  const first = der.subarray(4, 4 + (der[3] ?? 0));
  const second = der.subarray(6 + first.length);
  const fixed = (bytes: Buffer) => Buffer.concat([Buffer.alloc(32), bytes]).subarray(-32);
  return Buffer.concat([fixed(first), fixed(second)]);
};

beforeAll(() => {
  for (const [name, ...options] of [
    ['sm2', '-algorithm', 'SM2'],
    ['p256', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
    ['ed25519', '-algorithm', 'ed25519'],
  ]) {
    openssl('genpkey', ...options, '-out', `${name}.pem`);
    openssl('pkey', '-in', `${name}.pem`, '-pubout', '-out', `${name}.pub`);
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const cases = [
  {
    algorithm: 'sm2-sm3',
    key: 'sm2',
    sign: ['dgst', '-sm3', '-sigopt', 'distid:1234567812345678', '-sign', 'sm2.pem', '-out', 's', 'm'],
    verify: ['dgst', '-sm3', '-sigopt', 'distid:1234567812345678', '-verify', 'sm2.pub', '-signature', 's', 'm'],
    toOpenssl: (signature: Uint8Array) => signature,
    fromOpenssl: (signature: Buffer) => signature,
  },
  {
    algorithm: 'ecdsa-p256-sha256',
    key: 'p256',
    sign: ['dgst', '-sha256', '-sign', 'p256.pem', '-out', 's', 'm'],
    verify: ['dgst', '-sha256', '-verify', 'p256.pub', '-signature', 's', 'm'],
    toOpenssl: derOf,
    fromOpenssl: rsOf,
  },
  {
    algorithm: 'ed25519',
    key: 'ed25519',
    sign: ['pkeyutl', '-sign', '-inkey', 'ed25519.pem', '-rawin', '-in', 'm', '-out', 's'],
    verify: ['pkeyutl', '-verify', '-pubin', '-inkey', 'ed25519.pub', '-rawin', '-in', 'm', '-sigfile', 's'],
    toOpenssl: (signature: Uint8Array) => signature,
    fromOpenssl: (signature: Buffer) => signature,
  },
] as const;

describe.each(cases)('$algorithm', ({ algorithm, key, sign, verify, toOpenssl, fromOpenssl }) => {
  const material = (file: string) => ({ keyId: 'k', algorithm, key: read(file) });

  it('signs what openssl verifies, and nothing else', async () => {
    const signer = createSigner(material(`${key}.pem`));
    for (const message of messages) {
      writeFileSync(path('s'), toOpenssl(await signer.sign(message)));
      writeFileSync(path('m'), message);
      expect(holds(...verify)).toBe(true);
      writeFileSync(path('m'), Buffer.concat([message, Buffer.from('x')]));
      expect(holds(...verify)).toBe(false);
    }
  });

  it('verifies what openssl signs, and nothing else', async () => {
    const verifier = createVerifier(material(`${key}.pub`));
    for (const message of messages) {
      writeFileSync(path('m'), message);
      openssl(...sign);
      const signature = fromOpenssl(readFileSync(path('s')));

      expect(await verifier.verify(message, signature)).toBe(true);
      expect(await verifier.verify(Buffer.concat([message, Buffer.from('x')]), signature)).toBe(false);
    }
  });

  it('gives the public key as openssl does', () => {
    expect(publicKeyOf(material(`${key}.pem`)).pem).toBe(read(`${key}.pub`));
  });
});

describe('sm2-sm3', () => {
  it('does not take what openssl signs without the user id', async () => {
    writeFileSync(path('m'), 'x');
    openssl('dgst', '-sm3', '-sign', 'sm2.pem', '-out', 's', 'm');

    expect(
      await createVerifier({ keyId: 'k', algorithm: 'sm2-sm3', key: read('sm2.pub') }).verify(
        Buffer.from('x'),
        readFileSync(path('s')),
      ),
    ).toBe(false);
  });

  it.each([
    ['SEC1', ['ec', '-in', 'sm2.pem', '-out', 'other.pem']],
    ['SEC1 without the point', ['ec', '-in', 'sm2.pem', '-no_public', '-out', 'other.pem']],
    ['PKCS#8', ['pkcs8', '-topk8', '-nocrypt', '-in', 'sm2.pem', '-out', 'other.pem']],
  ])('is the same key out of %s', (_, convert) => {
    openssl(...convert);

    expect(publicKeyOf({ keyId: 'k', algorithm: 'sm2-sm3', key: read('other.pem') }).pem).toBe(read('sm2.pub'));
  });
});

describe.each([
  ['hmac-sha256', '-sha256'],
  ['hmac-sm3', '-sm3'],
] as const)('%s', (algorithm, digest) => {
  it('is as openssl has it', async () => {
    const signer = createSigner({ keyId: 'k', algorithm, key: secret });
    for (const message of messages) {
      writeFileSync(path('m'), message);
      const made = openssl('dgst', digest, '-hmac', secret, '-binary', 'm');

      expect(Buffer.from(await signer.sign(message)).equals(made)).toBe(true);
    }
  });
});
