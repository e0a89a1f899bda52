import type { Agency, Bilingual, Instant } from './primitives.js';

/** What is to be sent to the province, and what became of it. */

/** `unavailable`: tried, and nobody knows or the province could not be reached; it is tried again. `refused` waits for a person. */
export type OutboxState = 'waiting' | 'sending' | 'accepted' | 'refused' | 'unavailable' | 'skipped' | 'replaced';

/** One case as it is to be sent. No name and no ID number is in it. */
export interface OutboxEntry {
  id: string;
  agency: Agency;
  feed: string;
  /** Of the subject. */
  personKey: string;
  caseNo: string;
  conclusionNo?: string;
  what: 'case' | 'conclusion' | 'correction' | 'revocation';
  state: OutboxState;
  queuedAt: Instant;
  /** How often it was tried. @asType integer */
  attempts: number;
  triedAt?: Instant;
  /** Tried by a night no earlier than this. */
  notBefore?: Instant;
  /** Code of the last error, and what it says. */
  error?: string;
  because?: Bilingual;
  /** When it was accepted, skipped or replaced. */
  settledAt?: Instant;
  /** The number the province gave the case in its receipt. */
  provincialNo?: string;
}

/** One move of an entry, oldest first. */
export interface OutboxStep {
  at: Instant;
  state: OutboxState;
  error?: string;
  /** Who decided it, and why. */
  by?: string;
  reason?: string;
}

/** What is left to send. */
export interface OutboxSummary {
  /** Waiting, being sent, or to be tried again. @asType integer */
  waiting: number;
  /** When the oldest of these was queued. */
  oldest?: Instant;
  /** Refused by the province or by our own configuration: their cases wait for a person. @asType integer */
  refused: number;
  /** The cases of these, at most 20. */
  refusedCases?: string[];
}

/** What one delivery did, and what is left. */
export interface OutboxRun extends OutboxSummary {
  /** Accepted by the province. @asType integer */
  sent: number;
  /** Refused in this delivery. @asType integer */
  refusedNow: number;
  /** Tried in vain in this delivery. @asType integer */
  failed: number;
  /** The first error by which something stays unsent, for the operator. */
  error?: { code: string; message: Bilingual };
}
