import type { Link } from '../model/index.js';

/** How a person's answer about a record stands in the record's link. */

/** Somebody said it is about this person: as certain as the number itself. */
export const confirmedReason = 'confirmed-by-person';
/** Somebody said it is about another: it stays on file and is nobody's evidence. */
export const separatedReason = 'not-same-by-person';

/** Did a person say that the record is about somebody else? */
export function isSeparated(link: Link | undefined): boolean {
  return link?.reasons.includes(separatedReason) === true;
}

/** Nodes of what was answered: persons on file and identities as records give them. */
export function personNode(key: string): string {
  return `person:${key}`;
}

export function identityNode(identity: string): string {
  return `identity:${identity}`;
}

export function isPersonNode(node: string): boolean {
  return node.startsWith('person:');
}
