import { canonicalJson } from '../crypto/canonical-json.js';
import { sha256Hex } from '../crypto/digest.js';
import type { Verifier } from '../crypto/signer.js';
import type { KeyRing } from '../message-signatures/contract.js';
import type { DossierDocument, DossierManifest } from '../model/index.js';
import { validateDossierManifest } from '../schema.js';
import { type ArchiveLimits, archivePath, documentsOf, documentsOfItem, readDossier } from './archive.js';
import { type DossierFault, dossierFault } from './faults.js';
import { dossierItemKinds } from './fields.js';
import { sealAlgorithms, sealedContent } from './seal.js';

/** What is held against the city's key: `manifest.json` alone, or with documents by id, or a whole `dossier.zip` (bytes or path). */
export type VerifySource =
  | { manifest: Uint8Array; documents?: ReadonlyMap<string, Uint8Array> | Readonly<Record<string, Uint8Array>> }
  | { archive: Uint8Array | string };

export interface DossierVerification {
  /** The seal holds and so does every document that was looked at. */
  ok: boolean;
  /** Were all documents there to be looked at? False for a manifest alone: it says what they must be. */
  complete: boolean;
  /** Absent where it could not be read; trust it only where `ok`. */
  manifest?: DossierManifest;
  /** Of the bytes given. */
  manifestSha256?: string;
  /** Key by which the seal holds. */
  keyId?: string;
  documents: { id: string; state: 'right' | 'wrong' | 'not-given' }[];
  faults: DossierFault[];
}

/** Beyond this no manifest is read: a dossier of thousands of documents has a manifest of a few megabytes. */
const manifestAtMost = 16 * 2 ** 20;

/**
 * Verifies a dossier offline: with nothing but its bytes and the city's public keys, a key ring or a list. Every fault is told, and nothing that is in
 * the bytes makes it throw.
 */
export async function verifyDossier(
  source: VerifySource,
  keys: KeyRing | readonly Verifier[],
  limits: Partial<ArchiveLimits> = {},
): Promise<DossierVerification> {
  if ('manifest' in source) {
    const { documents } = source;
    const given = documents === undefined ? undefined : mapOf(documents);
    return verifyParts(source.manifest, keys, given && { given, nameOf: ({ id }) => id });
  }
  const read = await readDossier(source.archive, limits);
  if (!read.ok) return { ok: false, complete: false, documents: [], faults: read.faults };
  const { files } = read;
  const manifest = files.get('manifest.json');
  files.delete('manifest.json');
  if (manifest === undefined)
    return { ok: false, complete: false, documents: [], faults: [dossierFault('manifest-missing', 'manifest.json')] };
  return verifyParts(manifest, keys, { given: files, nameOf: archivePath, isArchive: true });
}

function mapOf(documents: ReadonlyMap<string, Uint8Array> | Readonly<Record<string, Uint8Array>>): Map<string, Uint8Array> {
  return documents instanceof Map ? new Map(documents) : new Map(Object.entries(documents));
}

interface Given {
  given: Map<string, Uint8Array>;
  nameOf: (document: DossierDocument) => string;
  /** Everything must be there, in the order of the checklist. */
  isArchive?: boolean;
}

async function verifyParts(
  bytes: Uint8Array,
  keys: KeyRing | readonly Verifier[],
  given: Given | undefined,
): Promise<DossierVerification> {
  const faults: DossierFault[] = [];
  const found = readManifest(bytes, faults);
  const told = { ok: false, complete: false, documents: [], manifestSha256: sha256Hex(bytes), faults };
  if (found === undefined) return told;

  faults.push(...checklistFaults(found));
  const keyId = await verifySeal(found, keys, faults);
  const listed = documentsOf(found);
  const documents = listed.map((document) => compared(document, given, faults));
  if (given !== undefined) {
    const names = new Set(listed.map(given.nameOf));
    for (const name of given.given.keys()) if (!names.has(name)) faults.push(dossierFault('document-not-listed', safe(name)));
    const inOrder = [...given.given.keys()].join('\n') === listed.map(given.nameOf).join('\n');
    if (given.isArchive === true && !inOrder && faults.length === 0) faults.push(dossierFault('archive-malformed', 'documents/'));
  }
  return {
    ok: faults.length === 0,
    complete: documents.every(({ state }) => state !== 'not-given'),
    manifest: found,
    manifestSha256: told.manifestSha256,
    ...(keyId === undefined ? {} : { keyId }),
    documents,
    faults,
  };
}

function readManifest(bytes: Uint8Array, faults: DossierFault[]): DossierManifest | undefined {
  if (bytes.length > manifestAtMost) {
    faults.push(dossierFault('too-large', 'manifest.json'));
    return undefined;
  }
  let value: unknown;
  try {
    // `ignoreBOM` keeps a byte order mark, which JSON does not have.
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    faults.push(dossierFault('manifest-not-json', 'manifest.json'));
    return undefined;
  }
  try {
    if (!Buffer.from(canonicalJson(value), 'utf8').equals(bytes))
      faults.push(dossierFault('manifest-not-canonical', 'manifest.json'));
    const checked = validateDossierManifest(value);
    if (checked.ok) return checked.value;
    for (const { pointer, message } of checked.faults) faults.push(dossierFault('manifest-schema', safe(pointer), message));
  } catch {
    // Nested beyond every measure, or half a surrogate pair.
    faults.push(dossierFault('manifest-not-canonical', 'manifest.json'));
  }
  return undefined;
}

function checklistFaults(manifest: DossierManifest): DossierFault[] {
  const faults: DossierFault[] = [];
  const kinds = manifest.checklist.map(({ kind }) => kind);
  if (kinds.join() !== dossierItemKinds.join()) faults.push(dossierFault('checklist-order', '/checklist'));
  const ids = new Set<string>();
  manifest.checklist.forEach((item, index) => {
    documentsOfItem(item).forEach(({ id }, position) => {
      const place = `/checklist/${index}/documents/${position}/id`;
      if (!/^[a-z0-9][a-z0-9-]{0,99}$/.test(id)) faults.push(dossierFault('document-id', place));
      if (ids.has(id)) faults.push(dossierFault('document-twice', place));
      ids.add(id);
    });
  });
  return faults;
}

/** Gives the key's id where the seal holds. */
async function verifySeal(
  manifest: DossierManifest,
  keys: KeyRing | readonly Verifier[],
  faults: DossierFault[],
): Promise<string | undefined> {
  const { keyId, algorithm, signedAt, signature } = manifest.seal;
  // What a seal was worth when it was made it is worth later: a key that was retired since still verifies.
  const key =
    typeof keys === 'function' ? keys(keyId, new Date(signedAt)) : (keys.find((each) => each.keyId === keyId) ?? 'unknown');
  if (key === 'unknown' || key === 'not-valid-now') {
    faults.push(dossierFault(key === 'unknown' ? 'key-unknown' : 'key-not-valid-then', '/seal/keyId'));
    return undefined;
  }
  if (key.algorithm !== algorithm || !sealAlgorithms.includes(algorithm)) {
    faults.push(dossierFault('algorithm-differs', '/seal/algorithm'));
    return undefined;
  }
  const decoded = Buffer.from(signature, 'base64');
  const holds = decoded.toString('base64') === signature && (await verified(key, sealedContent(manifest), decoded));
  if (holds) return keyId;
  faults.push(dossierFault('seal-wrong', '/seal/signature'));
  return undefined;
}

async function verified(key: Verifier, content: Uint8Array, signature: Uint8Array): Promise<boolean> {
  try {
    return await key.verify(content, signature);
  } catch {
    return false;
  }
}

function compared(
  document: DossierDocument,
  given: Given | undefined,
  faults: DossierFault[],
): DossierVerification['documents'][number] {
  const { id, size, sha256 } = document;
  const bytes = given?.given.get(given.nameOf(document));
  const place = safe(archivePath(document));
  if (bytes === undefined) {
    if (given?.isArchive === true) faults.push(dossierFault('document-missing', place));
    return { id, state: given?.isArchive === true ? 'wrong' : 'not-given' };
  }
  const before = faults.length;
  if (bytes.length !== size) faults.push(dossierFault('document-size', place));
  else if (sha256Hex(bytes) !== sha256) faults.push(dossierFault('document-hash', place));
  return { id, state: faults.length === before ? 'right' : 'wrong' };
}

/** A name out of somebody else's bytes, as it may be printed. */
function safe(name: string): string {
  return name.replace(/[^\x21-\x7e]/gu, '?').slice(0, 200);
}
