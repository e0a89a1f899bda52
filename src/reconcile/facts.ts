import { createHash } from 'node:crypto';
import type { Finding } from '../model/index.js';
import { recordOfClaim } from './fingerprint.js';

/** What is another every night and says nothing new: the day of the check, and in which message something stood. */
export const passing: ReadonlySet<string> = new Set(['asOf', 'message']);

/**
 * Digest of the facts a finding rests on: which records of which agencies say what in which field. Not when and how they came, nor how grave
 * the rule finds them, nor its words. A decision of a person is remembered by it.
 */
export function factsOf(finding: Pick<Finding, 'claims'>): string {
  const facts = finding.claims.map((claim) =>
    JSON.stringify([recordOfClaim(claim), claim.field, passing.has(claim.field) ? '' : claim.value]),
  );
  return createHash('sha256')
    .update(JSON.stringify([...new Set(facts)].sort()))
    .digest('hex')
    .slice(0, 32);
}
