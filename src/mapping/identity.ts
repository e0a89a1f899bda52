import { isMaskedNumber, looksLikeIdNumber, parseIdDocument } from '../identity/index.js';
import type { IdDocument } from '../model/index.js';
import type { RowIdentity } from './context.js';

/**
 * Whom an element speaks of, out of the number, type and name it carries. Never refuses a number for a bad check digit: bad numbers are normal
 * in every feed. A number that is starred out names nobody; neither does one without a digit, or of zeros only.
 */
export function rowIdentity(number: string | undefined, type: IdDocument['type'] | undefined, name: string): RowIdentity {
  if (number === undefined) return { state: 'none', documents: [], name };
  if (isMaskedNumber(number)) return { state: 'masked', documents: [], name };
  const raw = withoutPrefix(number);
  if (!/[1-9]/.test(raw.normalize('NFKC'))) return { state: 'none', documents: [], name };
  return { state: 'given', documents: [parseIdDocument(raw, type)], name };
}

/** Clinical documents were seen to write `ID370799…` before a resident number, spreadsheets an apostrophe. */
function withoutPrefix(number: string): string {
  const match = /^\s*(?:ID\s*:?|['‘’])\s*(\S+)\s*$/i.exec(number);
  return match?.[1] !== undefined && looksLikeIdNumber(match[1]) ? match[1] : number;
}
