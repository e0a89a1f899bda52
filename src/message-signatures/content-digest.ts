import { createHash } from 'node:crypto';
import { equalInConstantTime } from '../crypto/create.js';
import { isInnerList, parseDictionary } from './structured-fields.js';

/** `Content-Digest` (RFC 9530): the bytes of the body as they were sent, so that what is signed binds it. */

/** Of the registered algorithms (RFC 9530 section 5) the two that are not broken. */
const algorithms: ReadonlyMap<string, string> = new Map([
  ['sha-256', 'sha256'],
  ['sha-512', 'sha512'],
]);

/** The header's value: `sha-256=:…:`, also of an empty body. */
export function contentDigest(body: Uint8Array): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}

/**
 * Does the header hold for the body? Of several digests every known one must; where none is known (`sha-256` and `sha-512` are) it is `missing`,
 * for then nothing binds the body. Never throws.
 */
export function checkContentDigest(header: string | null | undefined, body: Uint8Array): 'holds' | 'missing' | 'wrong' {
  if (header === null || header === undefined) return 'missing';
  const digests = parseDictionary(header);
  if (digests === undefined) return 'wrong';
  const known = [...digests].filter(([name]) => algorithms.has(name));
  if (known.length === 0) return 'missing';
  const holds = known.every(([name, member]) => {
    if (isInnerList(member) || !(member.value instanceof Uint8Array)) return false;
    return equalInConstantTime(
      createHash(algorithms.get(name) ?? '')
        .update(body)
        .digest(),
      member.value,
    );
  });
  return holds ? 'holds' : 'wrong';
}
