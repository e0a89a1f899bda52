import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { AppraisalCase } from '../model/index.js';
import type { DocumentRef, DocumentStore } from './document-store.js';

/** What became of a folder of plain files. */
export interface DocumentImport {
  /** Documents put into the store; one file may be a document of several cases. */
  imported: DocumentRef[];
  /** Were there already, with the same bytes. */
  unchanged: DocumentRef[];
  /** Files that no case names, relative to the folder. Their names are the sender's: through the redactor before they are printed. */
  unmatched: string[];
  /** Documents that cases name and that are neither in the folder nor in the store. */
  absent: DocumentRef[];
}

/**
 * Puts plain files into the document store: each file goes where a case names its SHA-256, whatever it is called. Links are not followed. The files stay
 * as they are. Throws what the file system and the store throw.
 */
export async function importDocuments(
  folder: string,
  cases: Iterable<AppraisalCase> | AsyncIterable<AppraisalCase>,
  store: DocumentStore,
): Promise<DocumentImport> {
  const wanted = new Map<string, DocumentRef[]>();
  for await (const { caseNo, documents } of cases)
    for (const { id, sha256 } of documents) {
      const hash = sha256.toLowerCase();
      const refs = wanted.get(hash) ?? [];
      refs.push({ caseNo, documentId: id, sha256: hash });
      wanted.set(hash, refs);
    }

  const result: DocumentImport = { imported: [], unchanged: [], unmatched: [], absent: [] };
  const seen = new Set<string>();
  for (const path of await plainFiles(folder)) {
    const hash = await hashOfFile(path);
    const refs = wanted.get(hash);
    if (refs === undefined) {
      result.unmatched.push(relative(folder, path));
      continue;
    }
    if (seen.has(hash)) continue;
    seen.add(hash);
    const bytes = await readFile(path);
    for (const ref of refs) {
      if ((await store.read(ref))?.state === 'here') result.unchanged.push(ref);
      else {
        await store.write(ref, bytes);
        result.imported.push(ref);
      }
    }
  }
  for (const [hash, refs] of wanted)
    if (!seen.has(hash)) for (const ref of refs) if ((await store.read(ref)) === undefined) result.absent.push(ref);
  return result;
}

async function plainFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function hashOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
