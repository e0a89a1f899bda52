import { matchIdentity } from '../identity/index.js';
import type { Link, Person } from '../model/index.js';

/**
 * Why a record is about the subject, or undefined where it is not: `exact` for the same normalised number, `upgraded` where one side has the
 * 15-digit form of the other's 18. Never by name; masked and missing numbers tie nothing.
 */
export function linkTo(subject: Pick<Person, 'idDocuments'>, person: Pick<Person, 'idDocuments'>): Link | undefined {
  if (sameValidNumber(subject, person)) return { level: 'exact', reasons: ['number-equal'] };
  const match = matchIdentity(subject, person);
  switch (match.result) {
    case 'same':
      return { level: 'exact', reasons: match.reasons };
    case 'upgraded':
      return { level: 'upgraded', reasons: match.reasons };
    case 'other':
    case 'not-verifiable':
      return undefined;
  }
}

const eighteen = /^[0-9]{17}[0-9X]$/;

/** The usual case, told without reading the numbers again: one 18-digit document each, already found valid, alike to the letter. */
function sameValidNumber(subject: Pick<Person, 'idDocuments'>, person: Pick<Person, 'idDocuments'>): boolean {
  if (subject.idDocuments.length !== 1 || person.idDocuments.length !== 1) return false;
  const [ours, theirs] = [subject.idDocuments[0], person.idDocuments[0]];
  return (
    ours !== undefined &&
    theirs !== undefined &&
    eighteen.test(ours.number) &&
    ours.number === theirs.number &&
    ours.type === theirs.type &&
    ours.validity === 'valid' &&
    theirs.validity === 'valid'
  );
}
