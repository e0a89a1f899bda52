import type {
  Agency,
  Bilingual,
  Evidence,
  EvidenceKind,
  IdDocument,
  Instant,
  Json,
  Person,
  Rejected,
  UnknownCode,
} from '../model/index.js';

/**
 * What the mapping engine is handed and what it hands back, beside the mapping itself. Pure: nothing here asks a clock or an agency.
 */

/** Keyed hashes: of persons, and of facts of agencies that give no key. */
export interface RecordKeys {
  /** Absent key ⇒ undefined: `map` then leaves `person.key` out. */
  personKey(person: Person): string | undefined;
  /** Absent key ⇒ undefined: `map` then names the record by message and pointer. */
  recordKey(feed: string, idNumber: string, facts: readonly string[]): string | undefined;
}

/** The configured table of institutions: fills the half of a hospital that a source leaves out. */
export interface Institutions {
  complete(hospital: { code?: string; name?: string; region?: string }): { code?: string; name?: string; region?: string };
}

/** One record out of a message, as an envelope gives it (`DecodedRecord`); the mapping knows no envelope. */
export interface MappableRecord {
  value: Json;
  pointer: string;
  origin?: Readonly<Record<string, string>>;
  refused?: { reason: string; detail?: Bilingual };
}

/** Where and when the message came. */
export interface MappingContext {
  agency: Agency;
  feed: string;
  message: { id: string; sha256: string };
  receivedAt: Instant;
  keys: RecordKeys;
  institutions: Institutions;
  /** The operation asked or stated; record mappings with `operations` apply only to theirs. */
  operation?: string | undefined;
  /** Also read what elements without a usable number say (`MappedElement.unnumbered`). */
  unnumbered?: true;
}

/** Whom one element speaks of, read before anything else so that a row about somebody else is never more than a rejection. */
export interface RowIdentity {
  /** `masked`: a number or name that the platform has starred out; `none`: no usable number. */
  state: 'given' | 'masked' | 'none';
  documents: IdDocument[];
  /** As read, trimmed; empty where the source has none. */
  name: string;
}

/** One element that a record mapping looked at: evidence, or why not. Never both. */
export interface MappedElement {
  kind: EvidenceKind;
  /** JSON Pointer of the element in the decoded message. */
  pointer: string;
  /** Id of that message. */
  message: string;
  identity: RowIdentity;
  /** The agency's own key, where it could be read, also of an element that could not become evidence. */
  recordId?: string;
  /** The element retracts its record (a D row), whether or not it says whose record that is. */
  isVoid?: true;
  evidence?: Evidence;
  /** What an element without a usable number would be, could one say whose it is; refused as it stands. Only where the context asks for it. */
  unnumbered?: Evidence;
  /** Every fault of the element; empty when there is evidence. */
  rejected: Rejected[];
  unknownCodes: UnknownCode[];
}

/** What a mapping made of the records of one message. */
export interface MappingResult {
  /** One per element and record mapping that applied, in message order. */
  elements: MappedElement[];
  /** The same, flattened: of all elements. */
  evidence: Evidence[];
  rejected: Rejected[];
  unknownCodes: UnknownCode[];
  /** Elements whose conditions made no record mapping apply. */
  skipped: number;
  /** Records in which no record mapping found the place it reads from, not even empty: not the shape this mapping was written for. */
  unrecognised: number;
}

/** A fault of a mapping definition or code table, with its place. */
export interface MappingFault {
  /** JSON Pointer into the mapping definition. */
  pointer: string;
  message: Bilingual;
}
