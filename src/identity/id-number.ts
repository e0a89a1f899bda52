import { dayOf, type IdDocument, type IdValidity } from '../model/index.js';

/**
 * Numbers of identity documents: normalise, tell their kind by their shape, judge their quality. Pure; nothing here throws for bad data,
 * because bad numbers are normal in every feed and are never a reason to drop a record.
 *
 * Sources: GB 11643 (公民身份号码, check digit MOD 11-2); residence permits of Hong Kong, Macau and Taiwan residents (港澳台居民居住证) follow the
 * same rule with regions 810000, 820000 and 830000; foreigners' permanent residence cards (外国人永久居留身份证) have 3 letters and 12 digits
 * (2017) or 18 digits starting with 9 (from 2023-12-01, same check digit).
 */

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const checkCharacters = '10X98765432';

const eighteen = /^[1-9][0-9]{16}[0-9X]$/;
const fifteen = /^[1-9][0-9]{14}$/;
const lettersAndDigits = /^[A-Z]{3}[0-9]{12}$/;
const hmtRegion = /^8[123]0000/;

/**
 * NFKC, upper case, everything nobody sees removed inside and outside: white space, and the invisible marks (zero-width space, direction marks)
 * that come along when a number is copied out of a page or a table. Full-width digits and `ｘ` become `0`–`9` and `X`.
 */
export function normaliseIdNumber(raw: string): string {
  return (
    raw
      .normalize('NFKC')
      .replace(/[\s\p{Cf}]+/gu, '')
      .toUpperCase()
      // An accented letter may come apart when it is raised.
      .normalize('NFKC')
  );
}

/** The check character (MOD 11-2) of the first 17 digits. Throws a RangeError for anything but 17 digits. */
export function checkDigit(first17: string): string {
  if (!/^[0-9]{17}$/.test(first17)) throw new RangeError('a check digit is made of 17 digits');
  const sum = weights.reduce((total, weight, index) => total + weight * Number(first17[index]), 0);
  return checkCharacters.charAt(sum % 11);
}

/**
 * A number some of whose places were hidden by the sender (`********`, `3707**********0018`, `370799XXXXXXXX0018`) or lost in a spreadsheet
 * (`3.70799E+17`).
 */
export function isMaskedNumber(raw: string): boolean {
  return /[*#●•○■□]|X{4}|^\d(\.\d+)?E\+\d+$/u.test(normaliseIdNumber(raw));
}

/** Does the text have the shape of a resident number (18 or 15 places), a residence permit or a foreigner's permit? Says nothing of its check digit. */
export function looksLikeIdNumber(raw: string): boolean {
  const number = normaliseIdNumber(raw);
  return eighteen.test(number) || fifteen.test(number) || lettersAndDigits.test(number);
}

/**
 * An identity document out of a number as received. `raw` is kept only where it differs from `number`.
 *
 * Among the three kinds numbered by GB 11643 the shape of the number decides, whatever the sender calls it: feeds file permits under "resident
 * id", and one person must have one key. `passport` and `other` are believed and not checked. Without a type, a number of no such shape is a
 * faulty resident id when it is made of digits or masked, else `other`.
 */
export function parseIdDocument(raw: string, type?: IdDocument['type']): IdDocument {
  const number = normaliseIdNumber(raw);
  if (type === 'passport' || type === 'other') return document(raw, type, number, number === '' ? 'bad-format' : 'not-checked');
  if (fifteen.test(number)) return fromFifteen(raw, number);
  if (eighteen.test(number)) return document(raw, typeOfEighteen(number), number, validityOfEighteen(number));
  // No public source gives the check rule of the 2017 card.
  if (lettersAndDigits.test(number)) return document(raw, 'foreign-permanent-resident', number, 'not-checked');
  if (type !== undefined) return document(raw, type, number, 'bad-format');
  const meantAsResident = isMaskedNumber(number) || /^[0-9X]*$/.test(number);
  return meantAsResident ? document(raw, 'resident-id', number, 'bad-format') : document(raw, 'other', number, 'not-checked');
}

/** What a number says of its holder. */
export interface IdFacts {
  /** `YYYY-MM-DD`. */
  birthDate?: string;
  sex?: 'male' | 'female';
  /** GB/T 2260 code of the place of first issue: not where the person lives, and perhaps abolished since. */
  region?: string;
}

/**
 * What the digits say, read anew from `number`, whatever `validity` claims; with a bad check digit they may be wrong. Empty for passports and
 * for numbers of no readable shape. Of a 15-digit number with serial 996–999 (centenarians of the 1980s) the century is not told, so no birth
 * date; of a foreigner's card only the birth date is sure.
 */
export function idFacts(document: Pick<IdDocument, 'type' | 'number' | 'validity'>): IdFacts {
  if (document.type === 'passport' || document.type === 'other') return {};
  const read = parseIdDocument(document.number, document.type);
  const number = read.number;
  if (!eighteen.test(number)) return {};
  const birthDate = birthDateOf(number);
  if (read.type === 'foreign-permanent-resident') return birthDate === undefined ? {} : { birthDate };
  const upgraded = document.validity === 'upgraded-15' || read.validity === 'upgraded-15';
  const centuryUntold = upgraded && Number(number.slice(14, 17)) >= 996;
  return {
    ...(birthDate === undefined || centuryUntold ? {} : { birthDate }),
    sex: Number(number[16]) % 2 === 1 ? 'male' : 'female',
    region: number.slice(0, 6),
  };
}

function document(raw: string, type: IdDocument['type'], number: string, validity: IdValidity): IdDocument {
  return { type, number, ...(raw === number ? {} : { raw }), validity };
}

/** 15 → 18: `19` after the region, check digit at the end. A number with an impossible day is left as it is. */
function fromFifteen(raw: string, number: string): IdDocument {
  const first17 = `${number.slice(0, 6)}19${number.slice(6)}`;
  if (birthDateOf(first17) === undefined) return document(raw, 'resident-id', number, 'bad-date');
  return document(raw, 'resident-id', first17 + checkDigit(first17), 'upgraded-15');
}

function typeOfEighteen(number: string): IdDocument['type'] {
  if (number.startsWith('9')) return 'foreign-permanent-resident';
  return hmtRegion.test(number) ? 'hmt-residence-permit' : 'resident-id';
}

function validityOfEighteen(number: string): IdValidity {
  if (birthDateOf(number) === undefined) return 'bad-date';
  return checkDigit(number.slice(0, 17)) === number[17] ? 'valid' : 'bad-checksum';
}

/** Places 7–14, where they are a day of the 20th or 21st century: nobody alive, nor anybody ever given 18 digits, was born before. */
function birthDateOf(number: string): string | undefined {
  const year = number.slice(6, 10);
  const month = number.slice(10, 12);
  const day = number.slice(12, 14);
  if (!/^(19|20)/.test(year) || dayOf(Number(year), Number(month), Number(day)) === undefined) return undefined;
  return `${year}-${month}-${day}`;
}
