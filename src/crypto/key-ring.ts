import { YilianError } from '../errors.js';
import { dayOf } from '../model/index.js';
import { createSigner, createVerifier, type KeyMaterial } from './create.js';
import type { Signer, Verifier } from './signer.js';

/** A key and when it is valid: from `from` (inclusive) until `until` (exclusive), RFC 3339 instants; without them always. */
export interface KeyEntry {
  id: string;
  algorithm: KeyMaterial['algorithm'];
  key: KeyMaterial['key'];
  from?: string;
  until?: string;
}

/** Keys by id that are valid at an instant. Two may be valid at once, so that a new one comes into use before the old one goes. */
export type KeyRing = (keyId: string, at: Date) => Verifier | 'unknown' | 'not-valid-now';

/** A signer and when it is valid, in milliseconds since 1970. */
export interface SigningKey {
  signer: Signer;
  from: number;
  until: number;
}

/**
 * @param place JSON Pointer of the list in the configuration, for errors
 * @throws YilianError `ERR_CONFIG` for a key that cannot be used, an id given twice, a time that is none, and a key that is never valid
 */
export function createKeyRing(entries: readonly KeyEntry[], place = ''): KeyRing {
  const keys = new Map(
    distinct(entries, place).map((entry, index) => [
      entry.id,
      { verifier: createVerifier({ ...entry, keyId: entry.id }, `${place}/${index}`), ...validity(entry, `${place}/${index}`) },
    ]),
  );
  return (keyId, at) => {
    const key = keys.get(keyId);
    if (key === undefined) return 'unknown';
    return isValid(key, at) ? key.verifier : 'not-valid-now';
  };
}

/** The city's own keys, oldest first, as they stand in the configuration. Throws as `createKeyRing`. */
export function createSigningKeys(entries: readonly KeyEntry[], place = ''): SigningKey[] {
  return distinct(entries, place).map((entry, index) => ({
    signer: createSigner({ ...entry, keyId: entry.id }, `${place}/${index}`),
    ...validity(entry, `${place}/${index}`),
  }));
}

/** The newest key that is valid: the last of the list. Undefined where none is, and then nothing may be signed. */
export function currentSigner(keys: readonly SigningKey[], at: Date): Signer | undefined {
  return keys.findLast((key) => isValid(key, at))?.signer;
}

function isValid({ from, until }: { from: number; until: number }, at: Date): boolean {
  return at.getTime() >= from && at.getTime() < until;
}

function distinct(entries: readonly KeyEntry[], place: string): readonly KeyEntry[] {
  const ids = new Set<string>();
  entries.forEach(({ id }, index) => {
    if (ids.has(id)) {
      throw new YilianError(
        'ERR_CONFIG',
        { zh: '密钥编号重复', en: 'the id of this key was given to another one before' },
        { place: `${place}/${index}` },
      );
    }
    ids.add(id);
  });
  return entries;
}

/** With the zone, so that a rotation does not move with the machine's. */
const instant = /^(\d{4})-(\d{2})-(\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;

function validity(entry: KeyEntry, place: string): { from: number; until: number } {
  const read = (text: string | undefined, name: string, otherwise: number) => {
    if (text === undefined) return otherwise;
    const [, year, month, day] = instant.exec(text) ?? [];
    // `Date` takes 30 February for 2 March.
    const time = dayOf(Number(year), Number(month), Number(day)) === undefined ? Number.NaN : Date.parse(text);
    if (!Number.isNaN(time)) return time;
    const wanted = '2026-11-29T00:00:00+08:00';
    throw new YilianError(
      'ERR_CONFIG',
      { zh: `应为带时区的时刻，如 ${wanted}`, en: `an instant with its zone is wanted, such as ${wanted}` },
      { place: `${place}/${name}` },
    );
  };
  const from = read(entry.from, 'from', Number.NEGATIVE_INFINITY);
  const until = read(entry.until, 'until', Number.POSITIVE_INFINITY);
  if (from < until) return { from, until };
  throw new YilianError(
    'ERR_CONFIG',
    { zh: '密钥的失效时刻不晚于生效时刻', en: 'this key is over before it begins' },
    { place: `${place}/until` },
  );
}
