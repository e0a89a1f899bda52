import type { Selectable } from 'kysely';
import { YilianError } from '../errors.js';
import type { DossierManifest, DossierRequest, Instant } from '../model/index.js';
import { redact } from '../redact.js';
import { insertAll } from './batches.js';
import type { DossierDelivery, DossierStore, KeptDocument, KeptDossier } from './dossier-store.js';
import { instant } from './order.js';
import { seal, sealBytes, unseal, unsealBytes } from './person-fields.js';
import type { Db, DossierTable } from './tables.js';

/** Dossiers made for the province, and who has which version. The request and the manifest name a person: they are sealed, together. */
interface Content {
  request: DossierRequest;
  manifest: DossierManifest;
  documents: KeptDocument[];
}

/** The store's part about dossiers; `write` and `read` run in one transaction each, `together` in one with other small writes. */
export function dossierStore(
  write: <T>(action: (to: Db) => Promise<T>) => Promise<T>,
  read: <T>(action: (from: Db) => Promise<T>) => Promise<T>,
  together: typeof write,
): DossierStore {
  return {
    put: (kept, at) => write((to) => put(to, kept, at)),
    get: (id) => read(async (from) => (await keptOf(from, await rowsOf(from, { id })))[0]),
    byRequest: (partner, idempotencyKey) =>
      read(async (from) => (await keptOf(from, await rowsOf(from, { partner, idempotencyKey }))).at(-1)),
    versions: (series) => read(async (from) => keptOf(from, await rowsOf(from, { series }))),
    live: (caseNo) => read((from) => live(from, caseNo)),
    standing: () => read(standing),
    generated: (id, documentId) => read((from) => generated(from, id, documentId)),
    end: (id, how, at) => write((to) => end(to, id, how, at)),
    delivered: (id, what) => together((to) => delivered(to, id, what)),
    deliveries: (id) => read((from) => deliveries(from, id)),
  };
}

async function put(db: Db, kept: KeptDossier, at: Instant): Promise<void> {
  const { id, series, partner, idempotencyKey, manifest } = kept;
  const before = await db.selectFrom('dossiers').selectAll().where('id', '=', id).executeTakeFirst();
  if (before !== undefined && before.state !== 'preparing') {
    if (before.manifest_sha256 === kept.manifestSha256) return;
    throw refused('这一版卷宗已封签，不能改写', 'this version of the dossier is sealed and cannot be written anew', id);
  }
  const [other] = await rowsOf(db, { partner, idempotencyKey });
  if (other !== undefined && other.series !== series)
    throw refused('该幂等键已用于另一请求', 'the idempotency key was used for another request', '/idempotencyKey');

  const content: Content = { request: kept.request, manifest, documents: kept.documents.map(withoutBytes) };
  const row = {
    series,
    version: kept.version,
    partner,
    idempotency_key: idempotencyKey,
    request_sha256: kept.requestSha256,
    state: kept.state,
    manifest_sha256: kept.manifestSha256,
    person_key: kept.personKey,
    made_at: instant(kept.madeAt),
    kept_at: instant(at),
    content: seal(content),
  };
  if (before === undefined)
    await db
      .insertInto('dossiers')
      .values({ id, ...row })
      .execute();
  else {
    await db.updateTable('dossiers').set(row).where('id', '=', id).execute();
    await db.deleteFrom('dossier_cases').where('dossier', '=', id).execute();
    await db.deleteFrom('dossier_documents').where('dossier', '=', id).execute();
  }
  await insertAll(
    db,
    'dossier_cases',
    [...new Set(manifest.caseNos)].map((caseNo) => ({ dossier: id, case_no: caseNo })),
  );
  await insertAll(
    db,
    'dossier_documents',
    kept.documents.flatMap((document) =>
      document.from === 'generated' && document.bytes !== undefined
        ? [{ dossier: id, document: document.id, bytes: sealBytes(document.bytes) }]
        : [],
    ),
  );
  const { replaces } = manifest;
  if (kept.state === 'sealed' && replaces !== undefined)
    await end(db, replaces.id, { state: 'superseded', by: id, reason: replaces.reason }, at);
}

function withoutBytes(document: KeptDocument): KeptDocument {
  if (document.from === 'stored') return document;
  const { bytes: _bytes, ...rest } = document;
  return rest;
}

async function end(
  db: Db,
  id: string,
  how: { state: 'superseded' | 'withdrawn'; by?: string; reason: string },
  at: Instant,
): Promise<void> {
  const ended = await db
    .updateTable('dossiers')
    .set({ state: how.state, ended_at: instant(at), ended_by: how.by ?? null, ended_because: redact(how.reason) })
    .where('id', '=', id)
    .where('state', 'in', ['preparing', 'sealed'])
    .executeTakeFirst();
  if (ended.numUpdatedRows === 0n) await mustBeThere(db, id);
}

async function delivered(db: Db, id: string, what: DossierDelivery): Promise<void> {
  await mustBeThere(db, id);
  await db
    .insertInto('dossier_deliveries')
    .values({
      dossier: id,
      at: instant(what.at),
      what: what.what,
      organisation: what.organisation,
      document: what.documentId ?? null,
      manifest_sha256: what.manifestSha256,
    })
    .execute();
}

async function mustBeThere(db: Db, id: string): Promise<void> {
  const row = await db.selectFrom('dossiers').select('id').where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw refused('没有这一卷宗', 'there is no such dossier', id);
}

// ---- reading ----------------------------------------------------------------------------------------------------------------------------

/** In order of version. */
async function rowsOf(
  db: Db,
  by: { id: string } | { series: string } | { partner: string; idempotencyKey: string },
): Promise<Selectable<DossierTable>[]> {
  const query = db.selectFrom('dossiers').selectAll().orderBy('version');
  if ('id' in by) return query.where('id', '=', by.id).execute();
  if ('series' in by) return query.where('series', '=', by.series).execute();
  return query.where('partner', '=', by.partner).where('idempotency_key', '=', by.idempotencyKey).execute();
}

async function live(db: Db, caseNo: string | undefined): Promise<KeptDossier[]> {
  let query = db.selectFrom('dossiers').selectAll().where('state', 'in', ['preparing', 'sealed']);
  if (caseNo !== undefined)
    query = query.where('id', 'in', (eb) => eb.selectFrom('dossier_cases').select('dossier').where('case_no', '=', caseNo));
  return keptOf(db, await query.orderBy('made_at').orderBy('id').execute());
}

async function standing(db: Db): Promise<{ id: string; version: number; caseNos: string[] }[]> {
  const rows = await db
    .selectFrom('dossiers')
    .leftJoin('dossier_cases', 'dossier_cases.dossier', 'dossiers.id')
    .select(['dossiers.id', 'dossiers.version', 'dossier_cases.case_no'])
    .where('dossiers.state', 'in', ['preparing', 'sealed'])
    .orderBy('dossiers.made_at')
    .orderBy('dossiers.id')
    .orderBy('dossier_cases.case_no')
    .execute();
  const found = new Map<string, { id: string; version: number; caseNos: string[] }>();
  for (const { id, version, case_no } of rows) {
    const one = found.get(id) ?? { id, version, caseNos: [] };
    if (case_no !== null) one.caseNos.push(case_no);
    found.set(id, one);
  }
  return [...found.values()];
}

async function keptOf(db: Db, rows: readonly Selectable<DossierTable>[]): Promise<KeptDossier[]> {
  const kept: KeptDossier[] = [];
  for (const row of rows) {
    const { request, manifest, documents } = unseal<Content>(row.content);
    const next = row.ended_by === null ? undefined : (await rowsOf(db, { id: row.ended_by }))[0];
    const reason = row.ended_because ?? '';
    kept.push({
      id: row.id,
      series: row.series,
      version: row.version,
      partner: row.partner,
      idempotencyKey: row.idempotency_key,
      requestSha256: row.request_sha256,
      request,
      state: row.state,
      manifest,
      manifestSha256: row.manifest_sha256,
      personKey: row.person_key,
      madeAt: row.made_at,
      documents,
      ...(next === undefined ? {} : { supersededBy: { id: next.id, version: next.version, reason } }),
      ...(row.state === 'withdrawn' ? { withdrawnBecause: reason } : {}),
    });
  }
  return kept;
}

async function generated(db: Db, id: string, documentId: string): Promise<Uint8Array | undefined> {
  const row = await db
    .selectFrom('dossier_documents')
    .select('bytes')
    .where('dossier', '=', id)
    .where('document', '=', documentId)
    .executeTakeFirst();
  return row && unsealBytes(row.bytes);
}

async function deliveries(db: Db, id: string): Promise<DossierDelivery[]> {
  const rows = await db
    .selectFrom('dossier_deliveries')
    .selectAll()
    .where('dossier', '=', id)
    .orderBy('at')
    .orderBy('id')
    .execute();
  return rows.map(({ at, what, organisation, document, manifest_sha256: manifestSha256 }) => ({
    at,
    what,
    organisation,
    ...(document === null ? {} : { documentId: document }),
    manifestSha256,
  }));
}

function refused(zh: string, en: string, place: string): YilianError {
  return new YilianError('ERR_INPUT', { zh, en }, { place });
}
