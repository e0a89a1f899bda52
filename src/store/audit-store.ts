import type { AuditEntry, AuditHead, AuditRecord, AuditSeal, Instant } from '../model/index.js';

/**
 * The audit log as it lies in the store: a chain that only grows at its end, whoever writes, and loses only a whole sealed beginning. Every
 * method that writes is one immediate transaction, so two processes make one chain.
 */
export interface AuditStore {
  /** Adds entries at the end, in their order: all or none. Throws ERR_AUDIT for an entry with an ID number in it. */
  append(entries: readonly AuditEntry[], at: Instant): Promise<AuditRecord[]>;
  /** Resolves where an entry could be added now: one is, and is taken back in the same transaction. Throws as `append`. */
  probe(entry: AuditEntry, at: Instant): Promise<void>;
  /** Adds what is to follow the last record of a kind, which nobody else can add to meanwhile; undefined: nothing. */
  appendAfter(
    kind: AuditEntry['kind'],
    entryOf: (last: AuditRecord | undefined) => AuditEntry | undefined,
    at: Instant,
  ): Promise<AuditRecord | undefined>;
  /** The last record; of an empty log that was pruned the checkpoint. */
  head(): Promise<AuditHead | undefined>;
  last(kind: AuditEntry['kind']): Promise<AuditRecord | undefined>;
  /** Rows in order of their place, from behind `after` (default: all) through `through`. */
  rows(range?: { after?: number; through?: number }): AsyncIterable<AuditRow>;
  /** Records about a person or any of the cases, in order; a row that cannot be read is passed over, which `audit verify` tells of. */
  about(what: { personKey?: string; caseNos?: readonly string[] }): AsyncIterable<AuditRecord>;
  /** Seals and the checkpoint, in order of their place. */
  seals(): Promise<AuditSeal[]>;
  putSeal(seal: AuditSeal): Promise<void>;
  /**
   * Removes the records up to a checkpoint, the seals of them and earlier checkpoints, and adds an entry that says so. Gives how many records
   * went; where somebody else has pruned as far, none, and nothing is added.
   */
  prune(checkpoint: AuditSeal, entry: AuditEntry, at: Instant): Promise<number>;
}

/** A row as it lies there; `verify` holds all of it against the chain. */
export interface AuditRow {
  seq: number;
  kind: string;
  /** The record's canonical JSON. */
  content: string;
  /** What the index says it is about, sorted. */
  subjects: string[];
  caseNos: string[];
}

/** Numbers used once, as `message-signatures` wants them kept. */
export interface NonceStore {
  /** False for one that the key has used before. Atomic over processes; kept until a day after it expired. */
  use(keyId: string, nonce: string, expiresAt: Date): Promise<boolean>;
}
