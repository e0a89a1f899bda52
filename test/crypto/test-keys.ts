import type { KeyMaterial, SignatureAlgorithm } from '../../src/crypto/index.js';

/** Keys made for these tests by `openssl`, and used nowhere else. */

const pem = (label: string, ...lines: string[]) =>
  [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');

export const sm2 = {
  pkcs8: pem(
    'PRIVATE KEY',
    'MIGHAgEAMBMGByqGSM49AgEGCCqBHM9VAYItBG0wawIBAQQgfWyVFHm+WtYUPKr8',
    'NgNsAHGFxg/nW2Pek/GTwumCuKahRANCAATxbgWNwzGjSACcLKv+GpMWZTIuD92c',
    'UmYJ+7LbsCkw0z7JlBpSSZS2O+FqsN97DIN5i6LBcAf8CYhJeavBQIk6',
  ),
  /** `openssl ec` of the same. */
  sec1: pem(
    'SM2 PRIVATE KEY',
    'MHcCAQEEIH1slRR5vlrWFDyq/DYDbABxhcYP51tj3pPxk8LpgrimoAoGCCqBHM9V',
    'AYItoUQDQgAE8W4FjcMxo0gAnCyr/hqTFmUyLg/dnFJmCfuy27ApMNM+yZQaUkmU',
    'tjvharDfewyDeYuiwXAH/AmISXmrwUCJOg==',
  ),
  /** `openssl ec -no_public` of the same. */
  sec1WithoutPoint: pem('SM2 PRIVATE KEY', 'MDECAQEEIH1slRR5vlrWFDyq/DYDbABxhcYP51tj3pPxk8LpgrimoAoGCCqBHM9V', 'AYIt'),
  public: pem(
    'PUBLIC KEY',
    'MFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAE8W4FjcMxo0gAnCyr/hqTFmUyLg/d',
    'nFJmCfuy27ApMNM+yZQaUkmUtjvharDfewyDeYuiwXAH/AmISXmrwUCJOg==',
  ),
};

export const p256 = {
  private: pem(
    'PRIVATE KEY',
    'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgLKKFOp5hX/kfO0h8',
    '25u0Rk9a/bNgdZbeLgK5Wr0NWfChRANCAAS50JJ1I+jJTN2V5J1k7Mx+/zTG5nYt',
    'cGGMn2PYJqQxsIJquH0NV1tKAYZzdmt00uGSr+eKX/ehRczvkWJdKk0n',
  ),
  public: pem(
    'PUBLIC KEY',
    'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEudCSdSPoyUzdleSdZOzMfv80xuZ2',
    'LXBhjJ9j2CakMbCCarh9DVdbSgGGc3ZrdNLhkq/nil/3oUXM75FiXSpNJw==',
  ),
};

export const ed25519 = {
  private: pem('PRIVATE KEY', 'MC4CAQAwBQYDK2VwBCIEICUZN4N4nZsjY3Z+DCgQMvMlvnuvIFN/mudCjMSv7JXJ'),
  public: pem('PUBLIC KEY', 'MCowBQYDK2VwAyEA5UH+ZIQh5Xax4EcJVWfs78b/Oma09A2lglSgcQodt6Y='),
};

export const rsaPublic = pem(
  'PUBLIC KEY',
  'MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDM9OdTmTr2Q23gPR7pxq4eFEWz',
  'e6ud+nXkYki1lqXvq04IBpJI4TTFw7nUUrt0HT8XbBWx4mv0q4rg8IDU06ctxQy7',
  'Ytp3PgE7+VfT5guqLlR1OL+FoTc6k7OmNNBBkrygbNjJQfZ7nmMaeVtCFxw+pY+V',
  'XPsdjU1Ui86dG3OF7QIDAQAB',
);

export const p384Private = pem(
  'EC PRIVATE KEY',
  'MIGkAgEBBDCjIyHZxQxXoFYObaJ+tY0bw1+rBKB5+X8VrN1HNsgd/CpoiltxakzJ',
  'ShXJcDrlL3WgBwYFK4EEACKhZANiAASrCbe6+BErrOyIj5tUFUkSrGH0/4HoN1sF',
  'huK8KP5JuQD5BZ296OsvB2PeBdCxgooSSwVjlZipJLP66fUQQWMi+XnYKhsSNzXr',
  'PcpfqrpK2d4cuO0PGDIHkOMBJ0xYJGo=',
);

export const secret = '0123456789abcdef0123456789abcdef';

const privateKeys: Readonly<Record<SignatureAlgorithm, string>> = {
  'ecdsa-p256-sha256': p256.private,
  ed25519: ed25519.private,
  'hmac-sha256': secret,
  'hmac-sm3': secret,
  'sm2-sm3': sm2.pkcs8,
};

const publicKeys: Readonly<Record<SignatureAlgorithm, string>> = {
  ...privateKeys,
  'ecdsa-p256-sha256': p256.public,
  ed25519: ed25519.public,
  'sm2-sm3': sm2.public,
};

export const signingKey = (algorithm: SignatureAlgorithm, keyId = 'test-key'): KeyMaterial => ({
  keyId,
  algorithm,
  key: privateKeys[algorithm],
});

export const verifyingKey = (algorithm: SignatureAlgorithm, keyId = 'test-key'): KeyMaterial => ({
  keyId,
  algorithm,
  key: publicKeys[algorithm],
});
