/**
 * What the simulated province, or somebody in its name, does wrong. Each must be refused, and of the last two nothing may be handed out.
 */
export const misdeeds = [
  /** The re-appraisal of one person, the name and number of another. */
  'wrong-person',
  /** The right number under another name. */
  'wrong-name',
  /** A conclusion the city never made. */
  'unknown-conclusion',
  /** The number of a re-appraisal that is not about this conclusion. */
  'wrong-provincial-number',
  /** The last good request once more, byte by byte. */
  'replay',
  /** Signed a quarter of an hour ago. */
  'expired',
  /** Signed a quarter of an hour ahead. */
  'not-yet',
  /** Another body than was signed. */
  'tampered-body',
  /** Another body with its right digest, under the old signature. */
  'tampered-digest',
  /** Signed for another address. */
  'tampered-path',
  /** Signed without the body's digest. */
  'uncovered-body',
  /** Without a nonce. */
  'without-nonce',
  /** `alg="hmac-sha256"`, with the public key as the secret. */
  'algorithm-named',
  /** The same without saying so. */
  'hmac-with-public-key',
  /** In the province's name, with the key of another partner. */
  'key-of-another',
  /** By a key nobody knows. */
  'unknown-key',
  'unsigned',
  /** Another partner, with its own key, for what it may not ask. */
  'purpose-of-another',
  /** An item outside what the province may have. */
  'out-of-scope-item',
] as const;

export type Misdeed = (typeof misdeeds)[number];
