/**
 * Where the bytes of a case's documents are. A folder, encrypted, by default; a backend gives these three functions over what it has.
 */
export interface DocumentStore {
  /** The bytes; `deferred` while they are still being fetched; undefined where there are none. Throws where it cannot tell. */
  read(document: DocumentRef): Promise<StoredDocument | DeferredDocument | undefined>;
  /** Keeps the bytes. Throws ERR_INPUT where they do not have the hash the case names. */
  write(document: DocumentRef, bytes: Uint8Array): Promise<void>;
  /** Forgets the bytes; nothing happens where there are none. */
  remove(document: DocumentRef): Promise<void>;
}

/** A document of a case as the case names it. */
export interface DocumentRef {
  caseNo: string;
  /** `CaseDocument.id`. */
  documentId: string;
  /** SHA-256 the case gives, lower-case hexadecimal. */
  sha256: string;
}

export interface StoredDocument {
  state: 'here';
  bytes: Uint8Array;
}

export interface DeferredDocument {
  state: 'deferred';
  /** Instant by which it should be here. */
  until: string;
}
