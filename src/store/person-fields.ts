/**
 * The one place through which everything that can identify a person passes on its way into the store and out again: subjects, cases,
 * benefits, evidence, findings (their explanations may hold a name) and the bytes of messages. Each is sealed whole, because nothing
 * inside it is ever searched for in SQL: what is searched for stands beside it in columns that name nobody (keys, codes, instants).
 *
 * Today sealing is plain JSON. Encryption at rest is put in here, and nowhere else.
 */

/** A value as the store keeps it. */
export function seal(value: unknown): string {
  return JSON.stringify(value);
}

/** What `seal` was given; the caller says what that was. */
export function unseal<T>(kept: string): T {
  return JSON.parse(kept) as T;
}

/** The bytes of a message as the store keeps them. */
export function sealBytes(bytes: Uint8Array): Uint8Array {
  return bytes;
}

/** The bytes of a message as they were received. */
export function unsealBytes(kept: Uint8Array | ArrayBuffer): Uint8Array {
  return kept instanceof Uint8Array ? kept : new Uint8Array(kept);
}
