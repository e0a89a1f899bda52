import type { Instant } from '../model/index.js';
import type { DossierStore } from '../store/dossier-store.js';

/** Who got which versions of a dossier, and must hear of a correction or a retraction. */
export interface Recipient {
  partner: string;
  organisation: string;
  versions: {
    id: string;
    version: number;
    manifestSha256: string;
    firstAt: Instant;
    lastAt: Instant;
    /** Ids of documents that were fetched, sorted. */
    documents: string[];
    /** When its receipt came, if it did. */
    receiptAt?: Instant;
  }[];
}

/** Everybody who received any version of a series; `of` is the series or the id of one of its versions. Nobody is left out because a receipt lacks. */
export async function whomToTell(store: Pick<DossierStore, 'get' | 'versions' | 'deliveries'>, of: string): Promise<Recipient[]> {
  const series = (await store.get(of))?.series ?? of;
  const recipients = new Map<string, Recipient>();
  for (const { id, version, partner } of await store.versions(series)) {
    for (const { at, what, organisation, documentId, manifestSha256 } of await store.deliveries(id)) {
      const key = JSON.stringify([partner, organisation]);
      const recipient = recipients.get(key) ?? { partner, organisation, versions: [] };
      recipients.set(key, recipient);
      // What was fetched while an item was still on its way was another manifest.
      let got = recipient.versions.find((each) => each.id === id && each.manifestSha256 === manifestSha256);
      if (got === undefined) {
        got = { id, version, manifestSha256, firstAt: at, lastAt: at, documents: [] };
        recipient.versions.push(got);
      }
      if (at > got.lastAt) got.lastAt = at;
      if (documentId !== undefined && !got.documents.includes(documentId)) got.documents = [...got.documents, documentId].sort();
      if (what === 'receipt') got.receiptAt ??= at;
    }
  }
  return [...recipients.values()];
}
