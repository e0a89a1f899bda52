import { sha256Hex } from '../crypto/digest.js';
import { YilianError } from '../errors.js';
import type { DossierStore, KeptDocument, KeptDossier } from '../store/dossier-store.js';
import type { DocumentStore } from './document-store.js';

/**
 * The bytes of a dossier's document, as they were sealed. Undefined where the dossier has no document of this id. Throws ERR_STORE_DAMAGED where the
 * bytes are gone or are others than those sealed: they are never served.
 */
export async function documentOf(
  dossier: KeptDossier,
  documentId: string,
  stores: { dossiers: Pick<DossierStore, 'generated'>; documents: Pick<DocumentStore, 'read'> },
): Promise<{ document: KeptDocument; bytes: Uint8Array } | undefined> {
  const document = dossier.documents.find(({ id }) => id === documentId);
  if (document === undefined) return undefined;
  const bytes = await bytesOf(dossier.id, document, stores);
  if (bytes === undefined || sha256Hex(bytes) !== document.sha256)
    throw new YilianError(
      'ERR_STORE_DAMAGED',
      {
        zh: '卷宗中的文件已不在或已被改动，不予提供',
        en: 'a document of the dossier is gone or was changed, and is not served',
      },
      { place: `${dossier.id}/${documentId}` },
    );
  return { document, bytes };
}

async function bytesOf(
  id: string,
  document: KeptDocument,
  { dossiers, documents }: { dossiers: Pick<DossierStore, 'generated'>; documents: Pick<DocumentStore, 'read'> },
): Promise<Uint8Array | undefined> {
  if (document.from === 'generated') return document.bytes ?? dossiers.generated(id, document.id);
  const { caseNo, documentId, sha256 } = document;
  const stored = await documents.read({ caseNo, documentId, sha256 });
  return stored?.state === 'here' ? stored.bytes : undefined;
}
