import type { Keys } from '../identity/index.js';
import { normaliseIdNumber, parseIdDocument } from '../identity/index.js';
import type { CaseImport, IdDocument, SettlementEvidence, Subject } from '../model/index.js';
import type { CaseEntry } from '../store/store.js';

/**
 * A line of the import as the store takes it: documents normalised, keys computed, the fund's settlements as evidence of agency `city`.
 * `message` is the file it came from. Undefined where no document can be keyed.
 */
export function caseEntryOf(
  entry: CaseImport,
  keys: Keys,
  message: { id: string; sha256: string },
  receivedAt: string,
): CaseEntry | undefined {
  const idDocuments = entry.subject.idDocuments.map(normalise);
  const key = keys.personKey({ idDocuments });
  if (key === undefined) return undefined;
  const subject: Subject = { ...entry.subject, key, idDocuments };
  const settlements = (entry.settlements ?? []).map(
    (settlement): SettlementEvidence => ({
      ...settlement,
      kind: 'settlement',
      status: settlement.status ?? 'current',
      person: { key, idDocuments, name: subject.name },
      link: { level: 'exact', reasons: ['city-file'] },
      source: {
        agency: 'city',
        feed: 'settlements',
        recordId: settlement.source?.recordId ?? settlement.settlementNo,
        receivedAt,
        ...(settlement.source?.updatedAt === undefined ? {} : { updatedAt: settlement.source.updatedAt }),
        message,
      },
    }),
  );
  return {
    subject,
    numberKeys: [
      ...new Set([key, ...idDocuments.map((document) => keys.numberKey(document)).filter((item) => item !== undefined)]),
    ],
    cases: entry.cases ?? [],
    benefits: entry.benefits ?? [],
    settlements,
  };
}

/** What the file says of a document's quality is kept; one that was not checked is checked now. */
function normalise(document: IdDocument): IdDocument {
  if (document.validity !== 'not-checked') return { ...document, number: normaliseIdNumber(document.number) };
  return parseIdDocument(document.raw ?? document.number, document.type);
}
