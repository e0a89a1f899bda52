import type { Signer, Verifier } from '../crypto/signer.js';
import type { AuditEntry, AuditHead, AuditRecord, AuditSeal, AuditVerification } from '../model/index.js';

/**
 * The audit log as those see it who write into it. It fails closed: where `append` throws (ERR_AUDIT) what was to be noted does not happen,
 * and nothing of it is told or kept.
 */
export interface AuditLog {
  append(entry: AuditEntry): Promise<AuditRecord>;
}

/** The log as the nightly job has it. */
export interface RunAudit extends AuditLog {
  /**
   * At the end of a run: what has grown old is removed, and everything is sealed, as far as there is a key. Gives the end of the chain, to be kept
   * elsewhere. Throws ERR_AUDIT.
   */
  endRun(): Promise<AuditHead | undefined>;
}

/** The log as a backend has it. */
export interface FullAudit extends RunAudit {
  head(): Promise<AuditHead | undefined>;
  /** Seals the end of the chain; undefined without a signing key, or where nothing is to be sealed. Throws ERR_AUDIT. */
  seal(): Promise<AuditSeal | undefined>;
  /** Holds the whole chain against itself, its seals and, where given, a head that was kept elsewhere. */
  verify(options?: { head?: AuditHead }): Promise<AuditVerification>;
  /** Who looked at a person or a case, when and why; that it was asked is itself noted first. Throws ERR_AUDIT. */
  extract(ask: AuditExtractAsk): Promise<AuditExtract[]>;
  /** The whole chain with its seals as JSON Lines, to be verified without the store; noted first. Throws ERR_AUDIT. */
  exportAll(by: AuditExporter): AsyncIterable<string>;
}

/** Who takes something out of the log, and why. */
export interface AuditExporter {
  operator: string;
  purpose: string;
}

/** Instants; records from `from` on and before `until`. */
export interface AuditExtractAsk extends AuditExporter {
  about: { personKey: string; caseNos?: readonly string[] } | { caseNo: string };
  from?: string;
  until?: string;
}

/** A record as the person it is about may see it: nothing in it is of anybody else. Its place and hash are those in the chain. */
export type AuditExtract = Omit<AuditRecord, 'subjects' | 'previous' | 'detail'>;

/** Keys for seals: the one that signs now, and any that ever signed. */
export interface AuditKeys {
  signer?(): Signer | undefined;
  verifier?(keyId: string): Verifier | undefined;
}
