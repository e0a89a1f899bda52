import { createHash } from 'node:crypto';
import type { DossierDocument, DossierManifest, Json } from '../../model/index.js';
import type { SandboxKey } from './keys.js';
import { verifyBytes } from './sign.js';

/** Whom and what a dossier must be about. */
export interface Wanted {
  provincialNo: string;
  conclusionNo: string;
  name: string;
  number: string;
}

/** Every document that a manifest says is there. */
export function documentsIn(manifest: DossierManifest): DossierDocument[] {
  return manifest.checklist.flatMap((item) => ('documents' in item ? (item.documents ?? []) : []));
}

/**
 * Looks a dossier through without asking anybody: is it canonical JSON, about whom it must be about, sealed by the city's key, and are its
 * documents what it says? Gives what is wrong, nothing where all is right.
 */
export function faultsOfDossier(
  bytes: Buffer,
  documents: ReadonlyMap<string, Buffer>,
  { key, wanted }: { key: SandboxKey; wanted: Wanted },
): string[] {
  const manifest = JSON.parse(bytes.toString('utf8')) as DossierManifest;
  const faults: string[] = [];
  if (canonical(manifest as unknown as Json) !== bytes.toString('utf8')) faults.push('the manifest is not canonical JSON');

  const { seal } = manifest;
  const { signature, ...unsigned } = seal;
  const sealed = Buffer.from(canonical({ ...manifest, seal: unsigned } as unknown as Json));
  if (seal.keyId !== key.id || seal.algorithm !== key.algorithm) faults.push('the seal is not of the key of the city');
  else if (!verifyBytes(key, sealed, Buffer.from(signature, 'base64'))) faults.push('the seal is wrong');

  if (manifest.provincialNo !== wanted.provincialNo) faults.push('another provincial number');
  if (manifest.conclusionNo !== wanted.conclusionNo) faults.push('another conclusion');
  if (manifest.subject.name !== wanted.name) faults.push('another name');
  if (!manifest.subject.idDocuments.some(({ number }) => number === wanted.number)) faults.push('another person');

  const named = documentsIn(manifest);
  if (new Set(named.map(({ id }) => id)).size !== named.length) faults.push('a document twice');
  for (const { id, sha256, size } of named) {
    const content = documents.get(id);
    if (content === undefined) faults.push(`${id} was not fetched`);
    else if (createHash('sha256').update(content).digest('hex') !== sha256) faults.push(`${id} is not what the manifest says`);
    else if (content.length !== size) faults.push(`${id} has another size`);
  }
  for (const id of documents.keys())
    if (!named.some((document) => document.id === id)) faults.push(`${id} is not in the manifest`);
  return faults;
}

/** Canonical JSON (RFC 8785) of a value that came out of JSON. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const names = Object.keys(value).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name] as Json)}`).join(',')}}`;
}
