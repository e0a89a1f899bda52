import type { Generated } from 'kysely';
import type { OutboxEntry, OutboxState } from '../model/index.js';
import type { DossierDelivery, KeptDossier } from './dossier-store.js';

/** Tables of what passes between city and province: dossiers, the outbox, and the audit log with the numbers that signed requests used once. */

/** One version of a dossier. `content` is sealed: request, manifest, and where its documents are. */
export interface DossierTable {
  id: string;
  series: string;
  version: number;
  partner: string;
  idempotency_key: string;
  request_sha256: string;
  state: KeptDossier['state'];
  manifest_sha256: string;
  person_key: string;
  made_at: string;
  kept_at: string;
  content: string;
  /** When, by which next version and why it ended. */
  ended_at: string | null;
  ended_by: string | null;
  ended_because: string | null;
}

/** Append-only. */
export interface DossierDeliveryTable {
  id: Generated<number>;
  dossier: string;
  at: string;
  what: DossierDelivery['what'];
  organisation: string;
  document: string | null;
  manifest_sha256: string;
}

/** What is to be sent to the province. `content` never changes; of one case the oldest that is not settled goes first. */
export interface OutboxTable {
  id: Generated<number>;
  agency: string;
  feed: string;
  person_key: string;
  case_no: string;
  conclusion_no: string | null;
  what: OutboxEntry['what'];
  /** Of case and conclusion. */
  hash: string;
  /** The same, and where the city says again what it had unsaid with a number behind it. */
  idempotency_key: string;
  content: string;
  state: OutboxState;
  queued_at: string;
  attempts: number;
  /** Who took it last. */
  sender: string | null;
  tried_at: string | null;
  not_before: string | null;
  retryable: number;
  error: string | null;
  because: string | null;
  settled_at: string | null;
  provincial_no: string | null;
}

/** Append-only. */
export interface OutboxStepTable {
  id: Generated<number>;
  entry: number;
  at: string;
  state: OutboxState;
  error: string | null;
  by_whom: string | null;
  reason: string | null;
}

/** Append-only but for a whole sealed prefix that has grown old. `content` is all of the record; `kind` stands beside it to find the last of one. */
export interface AuditRecordTable {
  seq: number;
  kind: string;
  content: string;
}

/** Signatures over places of the chain; a `checkpoint` says that everything up to it was removed on purpose. */
export interface AuditSealTable {
  kind: 'seal' | 'checkpoint';
  seq: number;
  hash: string;
  at: string;
  key_id: string;
  signature: string;
}

/** Numbers used once by a key; kept for a while after they expired. */
export interface NonceTable {
  key_id: string;
  nonce: string;
  expires_at: string;
}
