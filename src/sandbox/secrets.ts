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
}

export function secretsOf(seed: number): Secrets {
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
  };
}
