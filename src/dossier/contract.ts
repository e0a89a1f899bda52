import type { CaseFile, DossierItemKind, FindingRecord, UnsealedManifest } from '../model/index.js';
import type { KeptDocument } from '../store/dossier-store.js';
import type { DocumentStore } from './document-store.js';

/** What a partner may have. */
export interface PartnerScope {
  /** Id in the configuration. */
  partner: string;
  organisation: string;
  purposes: readonly string[];
  /** Kinds of items; others are `withheld`. */
  items: readonly DossierItemKind[];
  /**
   * Fields of the generated documents and the manifest's subject that this partner may have, by item kind; a kind without an entry has all of
   * what the kind's table allows.
   */
  fields: Readonly<Partial<Record<DossierItemKind, readonly string[]>>>;
}

export interface AssembleAsk {
  /** Of a city conclusion in `caseFile.cases`. */
  conclusionNo: string;
  provincialNo: string;
  items?: readonly DossierItemKind[];
  scope: PartnerScope;
  /** Of this version; the id is `newDossierId()`'s. */
  id: string;
  version: number;
  replaces?: UnsealedManifest['replaces'];
  /** When it was asked for, which decides `late`. */
  askedAt: Date;
}

export interface AssembleSurroundings {
  city: UnsealedManifest['city'];
  documents: DocumentStore;
  /** Open findings of the person, as the store has them. */
  findings: readonly FindingRecord[];
}

/** A manifest ready to be sealed, and where its documents' bytes are. */
export interface DossierAssembly {
  unsealed: UnsealedManifest;
  documents: KeptDocument[];
  /** An item is `deferred`: until the earliest of their instants nothing need be asked again. */
  deferredUntil?: string;
}

/** The exported function's type: `assembleDossier(file, ask, surroundings)`. Throws ERR_INPUT for a conclusion the file does not have. */
export type AssembleDossier = (file: CaseFile, ask: AssembleAsk, surroundings: AssembleSurroundings) => Promise<DossierAssembly>;
