import { describe, expect, it } from 'vitest';
import { createKeyRing, createSigningKeys, currentSigner, type KeyEntry } from '../../src/crypto/index.js';
import { ed25519, p256, secret } from './test-keys.js';

const at = (instant: string) => new Date(instant);

/** The old key goes a week after the new one came. */
const partner: KeyEntry[] = [
  { id: 'province-2025', algorithm: 'ecdsa-p256-sha256', key: p256.public, until: '2026-12-08T00:00:00+08:00' },
  { id: 'province-2026', algorithm: 'ed25519', key: ed25519.public, from: '2026-12-01T00:00:00+08:00' },
];
const own: KeyEntry[] = [
  { id: 'city-2025', algorithm: 'ecdsa-p256-sha256', key: p256.private, until: '2026-12-08T00:00:00+08:00' },
  {
    id: 'city-2026',
    algorithm: 'ed25519',
    key: ed25519.private,
    from: '2026-12-01T00:00:00+08:00',
    until: '2027-12-01T00:00:00+08:00',
  },
];

describe('a key ring', () => {
  const ring = createKeyRing(partner, '/partners/0/keys');
  const state = (id: string, instant: string) => {
    const key = ring(id, at(instant));
    return typeof key === 'string' ? key : key.algorithm;
  };

  it.each([
    ['2026-11-30T23:59:59.999+08:00', 'ecdsa-p256-sha256', 'not-valid-now'],
    ['2026-12-01T00:00:00+08:00', 'ecdsa-p256-sha256', 'ed25519'],
    ['2026-12-07T23:59:59.999+08:00', 'ecdsa-p256-sha256', 'ed25519'],
    ['2026-12-08T00:00:00+08:00', 'not-valid-now', 'ed25519'],
    ['2036-01-01T00:00:00Z', 'not-valid-now', 'ed25519'],
  ])('knows at %s the old key as %s and the new as %s', (instant, old, next) => {
    expect([state('province-2025', instant), state('province-2026', instant)]).toEqual([old, next]);
  });

  it.each(['province', 'PROVINCE-2026', '', '__proto__', 'constructor', 'province-2026 '])('does not know "%s"', (id) => {
    expect(ring(id, at('2026-12-02T00:00:00Z'))).toBe('unknown');
  });

  it('without keys knows nobody', () => {
    expect(createKeyRing([])('province-2026', at('2026-12-02T00:00:00Z'))).toBe('unknown');
  });
});

describe('the signer', () => {
  const keys = createSigningKeys(own, '/signing');

  it.each([
    ['2026-11-30T23:59:59.999+08:00', 'city-2025'],
    ['2026-12-01T00:00:00+08:00', 'city-2026'],
    ['2026-12-09T00:00:00+08:00', 'city-2026'],
    ['2027-12-01T00:00:00+08:00', undefined],
  ])('at %s is the newest key that is valid: %s', (instant, id) => {
    expect(currentSigner(keys, at(instant))?.keyId).toBe(id);
  });
});

describe('a list of keys is refused', () => {
  const key = { id: 'a', algorithm: 'hmac-sm3' as const, key: secret };

  it.each<[string, KeyEntry[], string]>([
    ['with one id twice', [key, { ...key, key: `${secret}!` }], '/keys/1'],
    [
      'with a key that is over before it begins',
      [{ ...key, from: '2026-12-02T00:00:00Z', until: '2026-12-01T00:00:00Z' }],
      '/keys/0/until',
    ],
    [
      'with a key that is never valid',
      [{ ...key, from: '2026-12-02T00:00:00Z', until: '2026-12-02T08:00:00+08:00' }],
      '/keys/0/until',
    ],
    ['with a day for an instant', [{ ...key, from: '2026-12-02' }], '/keys/0/from'],
    ['with a time without zone', [{ ...key, until: '2026-12-02T00:00:00' }], '/keys/0/until'],
    ['with a month that is none', [{ ...key, until: '2026-13-02T00:00:00Z' }], '/keys/0/until'],
    ['with a day that is none', [{ ...key, until: '2027-02-29T00:00:00Z' }], '/keys/0/until'],
    ['with an hour that is none', [{ ...key, until: '2027-02-28T25:00:00Z' }], '/keys/0/until'],
    ['with a key that is too short', [key, { ...key, id: 'b', key: 'short' }], '/keys/1'],
  ])('%s', (_, entries, place) => {
    for (const create of [createKeyRing, createSigningKeys])
      expect(() => create(entries, '/keys')).toThrow(expect.objectContaining({ code: 'ERR_CONFIG', place }));
  });
});
