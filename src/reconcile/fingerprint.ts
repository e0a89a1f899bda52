import { createHash } from 'node:crypto';
import type { Claim } from '../model/index.js';

/**
 * The id of a finding: the same rule, subject and contradicting records give the same id, run after run, whatever the severity, the text, the
 * order or the time of receipt. 32 hex digits of a SHA-256; nothing of it can be turned back, for a subject's key is itself a keyed hash.
 */
export function fingerprint(rule: string, subjectKey: string, records: Iterable<string>): string {
  const sorted = [...new Set(records)].sort();
  return createHash('sha256')
    .update(JSON.stringify([rule, subjectKey, sorted]))
    .digest('hex')
    .slice(0, 32);
}

/**
 * The record a claim is about. A record of an agency is `agency/feed/recordId`, whichever of its fields is claimed; the city's own file has no
 * records, so there the field tells one exam or document from another.
 */
export function recordOfClaim(claim: Claim): string {
  return claim.source === undefined
    ? `${claim.agency}/${claim.recordId}#${claim.field}`
    : `${claim.agency}/${claim.source.feed}/${claim.recordId}`;
}
