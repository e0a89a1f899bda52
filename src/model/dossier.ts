import type { Severity } from './finding.js';
import type { Json } from './json.js';
import type { IdDocument } from './person.js';
import type { Bilingual, Instant, PartialDate } from './primitives.js';

/**
 * The sealed dossier (再次鉴定卷宗): what the province pulls for a re-appraisal, straight from the city. Shapes of spec/dossier.md; JSON Schemas
 * and the OpenAPI document are derived from these types.
 */

/** What the 2025 rules ask for, in the order of the checklist. */
export type DossierItemKind =
  | 'id-document'
  | 'application'
  | 'recognition-decision'
  | 'medical-records'
  | 'exam-reports'
  | 'review-form'
  | 'exam-identity-check'
  | 'conclusion'
  | 'deliveries'
  | 'prior-appraisals'
  | 'open-findings';

/** What the province asks with `POST /v1/dossiers`. */
export interface DossierRequest {
  purpose: 'reappraisal';
  /** The province's number of its re-appraisal. @minLength 1 */
  provincialNo: string;
  /** @minLength 1 */
  conclusionNo: string;
  subject: { name: string; idNumber: string };
  requestedBy: { organisation: string; operator: { name: string; id: string } };
  /** Absent: all that the partner may have. */
  items?: DossierItemKind[];
}

/** One file of an item: a scanned document, or facts of the city's file as canonical JSON. */
export interface DossierDocument {
  /** Stands in the document's address. */
  id: string;
  title: string;
  /** @pattern ^[0-9a-f]{64}$ */
  sha256: string;
  /** Bytes. @asType integer @minimum 0 */
  size: number;
  mediaType: string;
  /** @asType integer @minimum 0 */
  pages?: number;
  /** Where it came from: `city/cases`, `applicant`, a hospital's name. */
  source: string;
  /** When this was known. */
  asOf: Instant;
  hospital?: string;
  admittedOn?: PartialDate;
  dischargedOn?: PartialDate;
  recordNo?: string;
}

export type DossierItem = { kind: DossierItemKind; title: Bilingual } & (
  | { status: 'included'; documents: DossierDocument[] }
  | { status: 'deferred'; until: Instant; because: Bilingual; documents?: DossierDocument[] }
  | { status: 'missing'; reason: string; because: Bilingual; documents?: DossierDocument[] }
  | { status: 'withheld'; rule: string; because: Bilingual }
);

/** A signature over the canonical JSON (RFC 8785) of the manifest whose seal lacks `signature`. */
export interface DossierSeal {
  algorithm: 'ecdsa-p256-sha256' | 'ed25519' | 'sm2-sm3';
  keyId: string;
  signedAt: Instant;
  /** Base64. */
  signature: string;
}

/** `manifest.json` before it is sealed. */
export interface UnsealedManifest {
  /** Every version has an id of its own. */
  id: string;
  /** @asType integer @minimum 1 */
  version: number;
  /** What this version takes the place of, and why. */
  replaces?: { id: string; version: number; manifestSha256: string; reason: string };
  purpose: 'reappraisal';
  city: { name: string; region: string; organisation: string };
  provincialNo: string;
  conclusionNo: string;
  caseNos: string[];
  subject: { name: string; idDocuments: Pick<IdDocument, 'type' | 'number'>[] };
  /** For whom it was made: the partner's id, and its organisation. */
  recipient: { partner: string; organisation: string };
  asOf: Instant;
  /** Asked for after the 15 days of article 19 of order 55 were over for every party that received the conclusion: the province decides. */
  late: boolean;
  /** The last day in time, of the party whose time ends last; absent where no receipt is on file. */
  challengeUntil?: PartialDate;
  checklist: DossierItem[];
}

export interface DossierManifest extends UnsealedManifest {
  seal: DossierSeal;
}

/** One open finding as the province is told of it: what and how serious, no other person's data. */
export interface DossierFinding {
  id: string;
  rule: string;
  severity: Severity;
  title: Bilingual;
  state: string;
  firstSeenAt: Instant;
}

/** An RFC 9457 problem document; `type` is stable. */
export interface DossierProblem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  /** Of a withdrawn version: what took its place. */
  supersededBy?: { id: string; version: number; reason: string };
  [more: string]: Json | undefined;
}

/** One earlier appraisal of a person, as `GET /v1/appraisals` tells it. */
export interface AppraisalHistoryEntry {
  caseNo: string;
  provincialNo?: string;
  kind: string;
  state: string;
  /** Absent where only the province's record speaks of it. */
  receivedOn?: PartialDate;
  recognitionNo?: string;
  conclusions: {
    no: string;
    on: PartialDate;
    level: 'city' | 'province';
    grade?: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 'below';
    care?: 'none' | 'partial' | 'major' | 'total';
    status: string;
  }[];
}

/** Answer of `GET /v1/appraisals`. */
export interface AppraisalHistory {
  asOf: Instant;
  appraisals: AppraisalHistoryEntry[];
}

/** Body of `POST /v1/dossiers/{id}/receipt`. */
export interface DossierReceipt {
  /** @pattern ^[0-9a-f]{64}$ */
  manifestSha256: string;
}

/** What became of a dossier when it was held against the case file as it is now, and whom to tell. */
export interface DossierChange {
  /** The version that was looked at. */
  id: string;
  /** @asType integer */
  version: number;
  caseNos: string[];
  change: 'new-version' | 'withdrawn' | 'failed';
  /** In Chinese and English, or the code of the error. */
  reason: string;
  /** The next version; while an item of it is still being fetched (`preparing`) the old one stands. */
  next?: {
    id: string;
    /** @asType integer */
    version: number;
    state: 'preparing' | 'sealed';
  };
  /** Organisations that have any version of it. */
  tell: string[];
}
