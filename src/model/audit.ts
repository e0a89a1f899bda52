import type { Json } from './json.js';
import type { Instant } from './primitives.js';

/** What is written into the audit log (审计日志): who did what about whom, when and why. No ID number and no name of a person on file is ever in it. */
export interface AuditEntry {
  kind:
    | 'agency-call'
    | 'dossier-access'
    | 'appraisal-history'
    | 'decision'
    | 'configuration'
    | 'push'
    | 'prefill'
    | 'audit-export'
    | 'retention'
    | 'seal';
  actor: {
    organisation: string;
    /** Who acted: a name of staff, or a system's; an ID number given here is kept as a mask. */
    operator?: string;
  };
  /** Why: `nightly-reconciliation`, `reappraisal`, the purpose of a lookup, the reason of a decision. */
  purpose: string;
  /** What came of it, as a slug: `asked`, `found`, `unavailable`, `served`, `refused`, `decided` … */
  result: string;
  /** Keys of the persons it was about. */
  subjects?: string[];
  caseNos?: string[];
  agency?: string;
  feed?: string;
  /** Who called us, by id in the configuration. */
  partner?: string;
  /** Kinds of dossier items, or ids of documents. */
  items?: string[];
  manifestSha256?: string;
  /** Whatever else is worth keeping; slugs, counts and hashes. */
  detail?: { [key: string]: Json };
}

/** An entry in its place in the chain. */
export interface AuditRecord extends AuditEntry {
  /** From 1 on, without gaps. @asType integer */
  seq: number;
  at: Instant;
  /** Hash of the record before; 64 zeros for the first. */
  previous: string;
  /** SHA-256, lower-case hexadecimal, of the record's canonical JSON (RFC 8785) without `hash`. */
  hash: string;
}

/** The end of a chain, or any place in it. */
export interface AuditHead {
  /** @asType integer */
  seq: number;
  hash: string;
}

/**
 * A signature over a place in the chain, kept beside it: who rewrites records cannot make it anew. What is signed is the canonical JSON of all
 * members but `signature`.
 */
export interface AuditSeal extends AuditHead {
  /** `checkpoint`: the records up to this one were removed because they had grown old, and the chain begins behind it. */
  kind: 'seal' | 'checkpoint';
  at: Instant;
  keyId: string;
  /** Base64. */
  signature: string;
}

/** What `audit verify` says of one place in the chain. */
export interface AuditFault {
  /** The record that is changed, missing, inserted or moved; of a cut end the first that is missing. @asType integer */
  seq: number;
  /** Of several missing in a row the last. @asType integer */
  through?: number;
  kind: 'changed' | 'missing' | 'inserted' | 'moved' | 'seal-wrong' | 'cut-off';
  zh: string;
  en: string;
}

export interface AuditVerification {
  ok: boolean;
  /** @asType integer */
  records: number;
  head?: AuditHead;
  /** Seals that hold, and up to which record. @asType integer */
  seals: number;
  /** @asType integer */
  sealedThrough?: number;
  /** Seals that nobody could check, because no key was given. @asType integer */
  sealsUnchecked?: number;
  /** Records up to this one were removed because they had grown old, as a signature says. @asType integer */
  prunedThrough?: number;
  /** In order of their place; the first 1000. */
  faults: AuditFault[];
  /** Faults beyond those. @asType integer */
  moreFaults?: number;
}
