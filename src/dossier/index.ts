export {
  createKeyRing,
  createSigner,
  createVerifier,
  type KeyRing,
  type SignatureAlgorithm,
  type Signer,
  type Verifier,
} from '../crypto/index.js';
export type { DossierDelivery, DossierStore, KeptDocument, KeptDossier } from '../store/dossier-store.js';
export {
  type ArchiveLimits,
  archivePath,
  type DossierFiles,
  documentsOf,
  packDossier,
  type ReadDossier,
  readDossier,
} from './archive.js';
export { assembleDossier, cityConclusion, newDossierId } from './assemble.js';
export {
  createDossierClient,
  type DossierClient,
  type DossierClientOptions,
  type ReceivedDossier,
  type ReceivedManifest,
} from './client.js';
export type * from './contract.js';
export { documentOf } from './document-of.js';
export type * from './document-store.js';
export type { DossierFault, DossierFaultKind } from './faults.js';
export { dossierFields, dossierItemKinds } from './fields.js';
export { createFolderDocuments, type FolderDocuments, type FolderDocumentsOptions } from './folder-documents.js';
export { createDossierHandler } from './handler.js';
export { appraisalsOf } from './history.js';
export { type DocumentImport, importDocuments } from './import-documents.js';
export { nodeServerOptions, toNodeListener, type WebHandler } from './node.js';
export type { CityFile, DossierHandlerOptions, DossierPartner } from './options.js';
export type { PlatformProfile } from './platform.js';
export { type ProblemSlug, problemPrefix, problems } from './problems.js';
export { type DossierDifference, difference, type ReviseAsk, type Revision, reasonOf, revise } from './revise.js';
export { dossierChange, type RevisedDossier, type ReviseSurroundings, reviseDossiers } from './revise-all.js';
export { manifestBytes, manifestSha256, sealDossier } from './seal.js';
export { conclusionDelivered, timeLimit } from './time-limit.js';
export { type DossierVerification, type VerifySource, verifyDossier } from './verify.js';
export { type Recipient, whomToTell } from './whom-to-tell.js';
