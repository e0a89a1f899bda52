import { type Digestible, hmacSha256 } from '../crypto/digest.js';
import { YilianError } from '../errors.js';
import type { IdDocument, Person } from '../model/index.js';
import { isMaskedNumber, normaliseIdNumber, parseIdDocument } from './id-number.js';
import { normaliseName } from './name.js';

/**
 * Keyed hashes, because ID numbers can be enumerated: who has no secret cannot turn a key back into a number. A key is 32 lower-case hexadecimal
 * digits (the first 128 bits of an HMAC-SHA256), safe in logs, file names and addresses.
 */
export interface Keys {
  /** Key of a person: that of the resident id, else of the first document. Undefined where no document has a whole number. */
  personKey(person: Pick<Person, 'idDocuments'>): string | undefined;
  /** Key of one document, by type and normalised number; of a person's preferred document it is the person's key. Undefined for a masked or empty number. */
  numberKey(document: Pick<IdDocument, 'type' | 'number'>): string | undefined;
  /** Name of a record whose agency gives none: of feed, normalised number and the facts that make it. */
  recordKey(feed: string, idNumber: string, facts: readonly string[]): string;
  /**
   * Whom a record speaks of as it says it, right or wrong: of its numbers, name and birth date. Two records with one such key speak of one person;
   * it is what people's answers about a record are kept by. `more`: what tells namesakes apart where the record says nothing but a name.
   */
  identityKey(person: Pick<Person, 'idDocuments' | 'name' | 'birthDate'>, more?: readonly string[]): string;
}

/** The fewest bytes a secret may have. */
const minimumSecretBytes = 16;

/** Throws ERR_CONFIG for a secret of fewer than 16 bytes (UTF-8). */
export function createKeys(secret: Digestible): Keys {
  if (Buffer.byteLength(secret) < minimumSecretBytes) {
    throw new YilianError('ERR_CONFIG', {
      zh: `人员密钥（personKey）太短：至少需要 ${minimumSecretBytes} 个字节`,
      en: `the person key (personKey) is too short: it needs at least ${minimumSecretBytes} bytes`,
    });
  }
  const keyOf = (parts: readonly string[]) => hmacSha256(secret, JSON.stringify(parts), 'hex').slice(0, 32);

  const numberKey: Keys['numberKey'] = (document) => {
    if (!isWhole(document.number)) return undefined;
    const { type, number } = parseIdDocument(document.number, document.type);
    return keyOf(['number', type, number]);
  };

  return {
    numberKey,
    personKey(person) {
      const whole = person.idDocuments.filter((document) => isWhole(document.number));
      const preferred = whole.find((document) => document.type === 'resident-id') ?? whole[0];
      return preferred === undefined ? undefined : numberKey(preferred);
    },
    recordKey: (feed, idNumber, facts) => keyOf(['record', feed, parseIdDocument(idNumber).number, ...facts]),
    identityKey: ({ idDocuments, name, birthDate }, more = []) => {
      const numbers = idDocuments.map(({ number }) => normaliseIdNumber(number)).sort();
      return keyOf(['identity', normaliseName(name), birthDate ?? '', ...numbers, ...more]);
    },
  };
}

function isWhole(number: string): boolean {
  return number.trim() !== '' && !isMaskedNumber(number);
}
