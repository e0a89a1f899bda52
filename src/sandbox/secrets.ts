import type { Keys } from './province/forge.js';
import { type KeyAlgorithm, keyOf } from './province/keys.js';
import { hexOf } from './random.js';

/** What the sandbox hands out to whoever wants to ask its agencies: made of the seed, worth nothing elsewhere. */
export interface Secrets {
  rid: string;
  populationAppKey: string;
  populationUser: string;
  populationPassword: string;
  cremationAppKey: string;
  certificateUser: string;
  certificatePassword: string;
  insurancePaasid: string;
  insuranceToken: string;
  provinceUser: string;
  provincePassword: string;
  personKey: string;
  documentsKey: string;
  /** The city's own key, and those of two partners of its dossier service. */
  keys: Keys;
}

/** With what the city and the province sign; the defaults show both kinds: SM2 with SM3, and ECDSA. */
export interface KeyAlgorithms {
  city?: Exclude<KeyAlgorithm, 'hmac-sha256' | 'hmac-sm3'>;
  province?: KeyAlgorithm;
}

export function secretsOf(seed: number, algorithms: KeyAlgorithms = {}): Secrets {
  const make = (name: string, length = 32) => hexOf(seed, 'secret', name).slice(0, length);
  return {
    rid: '00000000-0000-4000-8000-000000003707',
    populationAppKey: make('population'),
    populationUser: 'sandbox_sfhc',
    populationPassword: make('population password', 20),
    cremationAppKey: make('cremation'),
    certificateUser: 'sandbox_swyxzm',
    certificatePassword: make('certificate password', 20),
    insurancePaasid: 'sandbox_paasid',
    insuranceToken: make('insurance'),
    provinceUser: 'sandbox_city',
    provincePassword: make('province password', 20),
    personKey: make('person', 64),
    documentsKey: make('documents', 64),
    keys: {
      city: keyOf(seed, 'city-2026', algorithms.city ?? 'sm2-sm3'),
      province: keyOf(seed, 'province-2026', algorithms.province ?? 'ecdsa-p256-sha256'),
      neighbour: keyOf(seed, 'neighbour-2026', 'ed25519'),
    },
  };
}

/** File name below `secrets/` → content. */
export function secretFiles(secrets: Secrets): Readonly<Record<string, string>> {
  return {
    'population-app-key': secrets.populationAppKey,
    'population-password': secrets.populationPassword,
    'cremation-app-key': secrets.cremationAppKey,
    'certificate-password': secrets.certificatePassword,
    'insurance-token': secrets.insuranceToken,
    'province-password': secrets.provincePassword,
    'person-key': secrets.personKey,
    'documents-key': secrets.documentsKey,
    'signing-key': secrets.keys.city.secret,
    ...(isShared(secrets.keys.province) ? { 'province-signing-key': secrets.keys.province.secret } : {}),
  };
}

/** File name → content of what partners know of each other's keys (`keys/`), and of what only they themselves know (`partners/`). */
export function keyFiles({ keys }: Secrets): Readonly<Record<string, string>> {
  const partners = [keys.province, keys.neighbour];
  return Object.fromEntries([
    ...[keys.city, ...partners].filter((key) => !isShared(key)).map((key) => [`keys/${key.id}.pem`, key.open] as const),
    ...partners.map((key) => [`partners/${key.id}.key`, key.secret] as const),
  ]);
}

/** A shared secret has no open half. */
export function isShared({ algorithm }: { algorithm: KeyAlgorithm }): boolean {
  return algorithm.startsWith('hmac-');
}
