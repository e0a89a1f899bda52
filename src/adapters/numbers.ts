import { isMaskedNumber } from '../identity/index.js';
import type { Person } from '../model/index.js';

/** The number to ask an agency with: that of the resident id, else of the first document with a whole number; normalised, so of 18 places. */
export function wholeNumber(person: Pick<Person, 'idDocuments'>): string | undefined {
  const whole = person.idDocuments.filter((document) => document.number.trim() !== '' && !isMaskedNumber(document.number));
  return (whole.find((document) => document.type === 'resident-id') ?? whole[0])?.number;
}
