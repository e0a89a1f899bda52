import type { AuditLog } from '../audit/log.js';
import type { RateSettings } from '../channels/limits.js';
import type { KeyRing } from '../crypto/key-ring.js';
import type { Signer } from '../crypto/signer.js';
import type { PrivateUseTable } from '../identity/index.js';
import type { NonceStore } from '../message-signatures/contract.js';
import type { CaseFile, FindingRecord, UnsealedManifest } from '../model/index.js';
import type { DossierStore } from '../store/dossier-store.js';
import type { PartnerScope } from './contract.js';
import type { DocumentStore } from './document-store.js';
import type { PlatformProfile } from './platform.js';

/** A partner as the service knows it. */
export interface DossierPartner {
  scope: PartnerScope;
  /** Ids of its keys in the ring; a key belongs to one partner. */
  keyIds: readonly string[];
  /** Requests that are served; absent: as many as it makes. */
  rate?: RateSettings;
  /** It calls through its sharing platform, and is accepted only so. */
  platform?: PlatformProfile;
}

/** The city's file, as the service asks it. */
export interface CityFile {
  /** Keyed hash of a number as it was asked, for the audit log; undefined where nothing can be made of it. */
  keyOf(idNumber: string): string | undefined;
  /** Everything known of the person who has the number now; undefined where nobody on file has it. */
  byNumber(idNumber: string): Promise<CaseFile | undefined>;
  /** Of a person by key. */
  byKey(personKey: string): Promise<CaseFile | undefined>;
  /** Open findings of a person. */
  findings(personKey: string): Promise<readonly FindingRecord[]>;
}

/** What `createDossierHandler` is made of. */
export interface DossierHandlerOptions {
  city: UnsealedManifest['city'];
  partners: readonly DossierPartner[];
  /** The partners' keys. */
  keys: KeyRing;
  /** Signs answers: the newest of our keys that is valid. */
  signer(at: Date): Signer | undefined;
  /** Seals dossiers: the same, but never a shared secret. */
  sealer(at: Date): Signer | undefined;
  nonces: NonceStore;
  audit: AuditLog;
  dossiers: DossierStore;
  documents: DocumentStore;
  file: CityFile;
  /** Reads the private-use characters of the local police font in names. */
  privateUse?: PrivateUseTable;
  /** Asks the province's feed anew about a case, once, before a number that is not known is refused: the opening may not have been pulled yet. */
  refreshProvincial?(caseNo: string): Promise<void>;
  /** Can the store and the audit log be written? For `GET /v1/health`; without it they are taken to be. */
  health?(): Promise<{ store: boolean; auditLog: boolean }>;
  /** As partners address us, where a proxy stands before us; never taken from `X-Forwarded-*`. Default: the request's own address. */
  origin?: string;
  /** Seconds. Default 60. */
  retryAfterSeconds?: number;
  /** Largest body, in bytes. Default 64 KiB. */
  maxBodyBytes?: number;
  /** Told what went wrong on our side, for the operator's log: redacted, never the request. */
  report?(error: unknown): void;
  now?(): Date;
  newId?(): string;
}
