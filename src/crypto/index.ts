export { createSigner, createVerifier, equalInConstantTime, type KeyMaterial, publicKeyOf } from './create.js';
export { createKeyRing, createSigningKeys, currentSigner, type KeyEntry, type KeyRing, type SigningKey } from './key-ring.js';
export { publicKeyVerifier } from './public-key.js';
export { type SignatureAlgorithm, type Signer, signatureAlgorithms, type Verifier } from './signer.js';
