import type { Coded, PartialDate } from './primitives.js';

/** What is known of a number's quality. Never a reason to drop a record: bad numbers are normal in every feed. */
export type IdValidity = 'valid' | 'bad-checksum' | 'bad-format' | 'bad-date' | 'upgraded-15' | 'not-checked';

/** An identity document (身份证件). */
export interface IdDocument {
  type: 'resident-id' | 'hmt-residence-permit' | 'foreign-permanent-resident' | 'passport' | 'other';
  /** Normalised: NFKC, trimmed, upper case; 15 digits upgraded to 18. */
  number: string;
  /** As received, where it differs from `number`. */
  raw?: string;
  validity: IdValidity;
}

/** A person as one agency knows them. */
export interface Person {
  /** Keyed hash of the normalised id document; safe to log. Left out by `map` when no key is configured. */
  key?: string;
  idDocuments: IdDocument[];
  name: string;
  formerNames?: string[];
  sex?: 'male' | 'female' | 'unknown';
  birthDate?: PartialDate;
  ethnicity?: Coded;
  /** Household registration (户籍). `region` is a GB/T 2260 code. */
  domicile?: { region?: string; address?: string };
  phone?: string;
}

/** The person a case file is about: always keyed. */
export interface Subject extends Person {
  key: string;
}
