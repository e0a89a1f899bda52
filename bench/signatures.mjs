/**
 * How fast requests are signed and verified with each algorithm, against the least that could be done: one signature or verification by bare
 * node:crypto over as many bytes, in the same run.
 *
 *     npm run build && node bench/signatures.mjs [SECONDS]
 *
 * Prints signatures and verified requests per second of processor time, bare operations likewise, and how many times a bare one each takes. A
 * request has a body of 1 KB. SM2 by bare node:crypto is another signature (no user id), of the same cost.
 */
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSign,
  createVerify,
  generateKeyPairSync,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import { createKeyRing, createSigner } from '../dist/crypto/index.js';
import { createMessageSignatures } from '../dist/message-signatures/index.js';

const seconds = Number(process.argv[2] ?? 1);
const { signRequest, verifyRequest } = createMessageSignatures();
const now = new Date('2026-11-29T10:00:00+08:00');
const body = Buffer.alloc(1024, 'x');
const request = {
  method: 'POST',
  url: 'https://dossier.example.gov.cn/v1/dossiers?page=2',
  headers: new Headers({ 'content-type': 'application/json' }),
  body,
};
const secret = '0123456789abcdef0123456789abcdef';
const pair = (kind, options) => {
  const keys = generateKeyPairSync(kind, {
    ...options,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { private: keys.privateKey, public: keys.publicKey };
};

/** Rates by processor time, so that a busy machine does not spoil them. */
async function perSecond(action) {
  for (let times = 0; times < 50; times++) await action();
  const began = process.cpuUsage();
  let times = 0;
  let spent = 0;
  while (spent < seconds * 1e6) {
    for (let batch = 0; batch < 50; batch++) await action();
    times += 50;
    const { user, system } = process.cpuUsage(began);
    spent = user + system;
  }
  return (times * 1e6) / spent;
}

function bare(algorithm, pem) {
  const isShared = algorithm.startsWith('hmac');
  const keys = isShared ? {} : { private: createPrivateKey(pem.private), public: createPublicKey(pem.public) };
  const p1363 = (key) => ({ key, dsaEncoding: 'ieee-p1363' });
  switch (algorithm) {
    case 'ecdsa-p256-sha256':
      return [
        (bytes) => sign('sha256', bytes, p1363(keys.private)),
        (bytes, made) => verify('sha256', bytes, p1363(keys.public), made),
      ];
    case 'ed25519':
      return [(bytes) => sign(null, bytes, keys.private), (bytes, made) => verify(null, bytes, keys.public, made)];
    case 'sm2-sm3':
      return [
        (bytes) => createSign('sm3').update(bytes).sign(keys.private),
        (bytes, made) => createVerify('sm3').update(bytes).verify(keys.public, made),
      ];
    default: {
      const mac = (bytes) => createHmac(algorithm.slice(5), secret).update(bytes).digest();
      return [mac, (bytes, made) => timingSafeEqual(mac(bytes), made)];
    }
  }
}

const columns = ['sign/s', 'bare/s', 'times', 'verify/s', 'bare/s', 'times'];
process.stdout.write(`${'algorithm'.padEnd(20)}${columns.map((head) => head.padStart(10)).join('')}\n`);
for (const [algorithm, keys] of [
  ['hmac-sha256', { private: secret, public: secret }],
  ['hmac-sm3', { private: secret, public: secret }],
  ['ed25519', pair('ed25519', {})],
  ['ecdsa-p256-sha256', pair('ec', { namedCurve: 'P-256' })],
  ['sm2-sm3', pair('ec', { namedCurve: 'SM2' })],
]) {
  const signer = createSigner({ keyId: 'k', algorithm, key: keys.private });
  const ring = createKeyRing([{ id: 'k', algorithm, key: keys.public }]);
  const signed = { ...request, headers: await signRequest(request, signer, { now }) };
  if (!(await verifyRequest(signed, ring, { now })).ok) throw new Error(`${algorithm}: what was signed does not hold`);
  const [bareSign, bareVerify] = bare(algorithm, keys);
  const made = bareSign(body);
  const rates = [
    await perSecond(() => signRequest(request, signer, { now })),
    await perSecond(() => bareSign(body)),
    await perSecond(() => verifyRequest(signed, ring, { now })),
    await perSecond(() => bareVerify(body, made)),
  ];
  const cells = [rates[0], rates[1], rates[1] / rates[0], rates[2], rates[3], rates[3] / rates[2]];
  const shown = cells.map((cell, index) => (index % 3 === 2 ? cell.toFixed(2) : Math.round(cell).toString()).padStart(10));
  process.stdout.write(`${algorithm.padEnd(20)}${shown.join('')}\n`);
}
