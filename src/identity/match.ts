import type { IdDocument, Person } from '../model/index.js';
import { isMaskedNumber, parseIdDocument } from './id-number.js';

/**
 * Is an answer about the person who was asked about? Platforms have been seen to drop the filter and return everybody, so every returned row is
 * held against the question before anything else is done with it. A name alone never links.
 */
export interface IdentityMatch {
  /** `upgraded`: the same number, one side in its 15-digit form. `not-verifiable`: the answer (or the question) has no whole number. */
  result: 'same' | 'upgraded' | 'other' | 'not-verifiable';
  /** Slugs: `number-equal`, `number-upgraded-15`, `number-differs`, `number-masked`, `answer-without-number`, `question-without-number`. */
  reasons: string[];
}

/** One equal document is enough: a foreigner bears an old and a new number at once. */
export function matchIdentity(asked: Pick<Person, 'idDocuments'>, answered: Pick<Person, 'idDocuments'>): IdentityMatch {
  const ours = asked.idDocuments.map(reread).filter((document) => document !== undefined);
  const theirs = answered.idDocuments.map(reread).filter((document) => document !== undefined);
  if (ours.length === 0) return { result: 'not-verifiable', reasons: ['question-without-number'] };
  if (theirs.length === 0) {
    const masked = answered.idDocuments.some((document) => isMaskedNumber(document.number));
    return { result: 'not-verifiable', reasons: [masked ? 'number-masked' : 'answer-without-number'] };
  }

  const pairs = ours.flatMap((mine) => theirs.filter((yours) => sameNumber(mine, yours)).map((yours) => ({ mine, yours })));
  if (pairs.some(({ mine, yours }) => mine.fifteen === yours.fifteen)) return { result: 'same', reasons: ['number-equal'] };
  if (pairs.length > 0) return { result: 'upgraded', reasons: ['number-upgraded-15'] };
  return { result: 'other', reasons: ['number-differs'] };
}

interface Reread {
  type: IdDocument['type'];
  number: string;
  fifteen: boolean;
}

/** The document with its number in the one form, however its sender wrote it; undefined where there is no whole number. */
function reread(document: IdDocument): Reread | undefined {
  if (document.number.trim() === '' || isMaskedNumber(document.number)) return undefined;
  const parsed = parseIdDocument(document.number, document.type);
  return {
    type: parsed.type,
    number: parsed.number,
    fifteen: document.validity === 'upgraded-15' || parsed.validity === 'upgraded-15',
  };
}

/** A number filed under `other` may be of any type; two named types must agree. */
function sameNumber(a: Reread, b: Reread): boolean {
  return a.number === b.number && (a.type === b.type || a.type === 'other' || b.type === 'other');
}
