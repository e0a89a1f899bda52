import { generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { type AuditEnvironment, createAuditLog } from '../../src/audit/create.js';
import type { AuditKeys, FullAudit } from '../../src/audit/log.js';
import type { Signer, Verifier } from '../../src/crypto/signer.js';
import type { Store } from '../../src/store/index.js';

/** Audit logs for tests: over the store of the test, with real keys where they are to be sealed. */

/** The log of a test that is about something else. */
export function auditOf(store: Store, more: Partial<AuditEnvironment> = {}): FullAudit {
  return createAuditLog({
    store,
    now: () => new Date('2026-03-01T00:00:00.000Z'),
    organisation: '演示鉴定中心',
    sealEvery: 1000,
    retentionDays: 1095,
    ...more,
  });
}

export interface TestKey {
  signer: Signer;
  verifier: Verifier;
  publicKey: KeyObject;
}

export function testKey(keyId: string): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    publicKey,
    signer: { keyId, algorithm: 'ed25519', sign: async (content) => sign(null, content, privateKey) },
    verifier: {
      keyId,
      algorithm: 'ed25519',
      verify: async (content, signature) => verify(null, content, publicKey, signature),
    },
  };
}

/** The last key signs; all of them verify. */
export function keysOf(...keys: readonly TestKey[]): AuditKeys {
  return {
    signer: () => keys.at(-1)?.signer,
    verifier: (id) => keys.find(({ signer }) => signer.keyId === id)?.verifier,
  };
}
