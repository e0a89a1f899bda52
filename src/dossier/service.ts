import { canonicalJson } from '../crypto/canonical-json.js';
import { isYilianError } from '../errors.js';
import type {
  AppraisalHistory,
  AuditEntry,
  DossierDocument,
  DossierManifest,
  DossierReceipt,
  DossierRequest,
} from '../model/index.js';
import type { DossierDelivery, KeptDossier } from '../store/dossier-store.js';
import { documentsOfItem } from './archive.js';
import { assembleDossier, newDossierId } from './assemble.js';
import { documentOf } from './document-of.js';
import { caseGates, isNamed, provincialNumber } from './gates.js';
import { appraisalsOf } from './history.js';
import type { DossierHandlerOptions, DossierPartner } from './options.js';
import { nothing, Refusal } from './problems.js';
import { manifestBytes, manifestSha256, sealDossier } from './seal.js';
import { createSerial } from './serial.js';

/** One call of a partner, and what is noted of it: filled as it becomes known, so that a refusal tells the log how far it came. */
export interface Access {
  partner: DossierPartner;
  at: Date;
  note: Pick<AuditEntry, 'subjects' | 'caseNos' | 'items' | 'manifestSha256'> & {
    operator?: string;
    detail: NonNullable<AuditEntry['detail']>;
  };
}

/** What a call came to. `keep` is done once it is in the audit log, and before anything of it is told. */
export interface Served<T> {
  value: T;
  result: string;
  keep(): Promise<void>;
}

export interface ServedDossier {
  kept: KeptDossier;
  /** Of `kept.manifest`, canonical: what was sealed and hashed. */
  bytes: Uint8Array;
}

/** The dossier service without HTTP: the gates about persons, cases and versions, and the states of a dossier. Throws `Refusal`. */
export interface DossierService {
  /** Runs an action alone among those about one dossier request. */
  alone<T>(partner: DossierPartner, idempotencyKey: string, action: () => Promise<T>): Promise<T>;
  request(access: Access, ask: DossierRequest, from: { idempotencyKey: string; sha256: string }): Promise<Served<ServedDossier>>;
  /** The dossier of that id, if it is this partner's. */
  find(access: Access, id: string): Promise<KeptDossier>;
  /** `unchanged`: the caller has it already, so nothing is delivered. */
  manifest(access: Access, kept: KeptDossier, unchanged: (hash: string) => boolean): Promise<Served<ServedDossier>>;
  document(
    access: Access,
    kept: KeptDossier,
    documentId: string,
  ): Promise<Served<{ document: DossierDocument; bytes: Uint8Array }>>;
  receipt(access: Access, kept: KeptDossier, receipt: DossierReceipt): Promise<Served<undefined>>;
  appraisals(access: Access, who: { idNumber: string; name: string }): Promise<Served<AppraisalHistory>>;
}

export function createDossierService(options: DossierHandlerOptions): DossierService {
  const { dossiers, documents, file: city, privateUse } = options;
  const newId = options.newId ?? newDossierId;
  const serial = createSerial();

  const delivery = (access: Access, what: DossierDelivery['what'], manifestSha256: string, documentId?: string) => ({
    at: access.at.toISOString(),
    what,
    organisation: access.partner.scope.organisation,
    manifestSha256,
    ...(documentId === undefined ? {} : { documentId }),
  });

  const served = (access: Access, kept: KeptDossier, store: boolean, unchanged = false): Served<ServedDossier> => {
    noteDossier(access, kept);
    return {
      value: { kept, bytes: manifestBytes(kept.manifest) },
      result: unchanged ? 'not-modified' : kept.state === 'preparing' ? 'preparing' : 'served',
      keep: async () => {
        if (store) await dossiers.put(kept, access.at.toISOString()).catch(madeElsewhere);
        if (!unchanged) await dossiers.delivered(kept.id, delivery(access, 'manifest', kept.manifestSha256));
      },
    };
  };

  /** A version as the file is now, with all its items asked for; `before` where it was made already and something was still coming. */
  const make = async (
    access: Access,
    base: Pick<KeptDossier, 'id' | 'series' | 'version' | 'idempotencyKey' | 'requestSha256' | 'request' | 'personKey'>,
    before?: KeptDossier,
  ): Promise<KeptDossier> => {
    const { request, personKey } = base;
    const { scope } = access.partner;
    const file = await city.byKey(personKey);
    if (file === undefined) throw nothing('subject', 'not-on-file');
    const replaces = before?.manifest.replaces;
    const assembly = await assembleDossier(
      file,
      {
        conclusionNo: request.conclusionNo,
        provincialNo: request.provincialNo,
        ...(request.items === undefined ? {} : { items: request.items }),
        scope,
        id: base.id,
        version: base.version,
        ...(replaces === undefined ? {} : { replaces }),
        askedAt: access.at,
      },
      { city: options.city, documents, findings: await city.findings(personKey) },
    );
    const sealer = options.sealer(access.at);
    if (sealer === undefined) throw new Refusal('unavailable', 'signature', { fault: 'no-key-to-seal' });
    // Whether it was asked for in time is about the first time it was asked for.
    const unsealed = before === undefined ? assembly.unsealed : { ...assembly.unsealed, late: before.manifest.late };
    const manifest = await sealDossier(unsealed, sealer, access.at);
    return {
      ...base,
      partner: scope.partner,
      state: assembly.deferredUntil === undefined ? 'sealed' : 'preparing',
      manifest,
      manifestSha256: manifestSha256(manifest),
      madeAt: before?.madeAt ?? access.at.toISOString(),
      documents: assembly.documents,
    };
  };

  /** A preparing version is made again, for what was being fetched may have come before its time; where as much is still coming, it is what it was. */
  const current = async (access: Access, kept: KeptDossier): Promise<{ kept: KeptDossier; isNew: boolean }> => {
    if (kept.state !== 'preparing') return { kept, isNew: false };
    const made = await make(access, pick(kept), kept);
    const isNew = canonicalJson(awaited(made.manifest)) !== canonicalJson(awaited(kept.manifest));
    return isNew ? { kept: made, isNew } : { kept, isNew };
  };

  return {
    alone: (partner, idempotencyKey, action) => serial(`${partner.scope.partner} ${idempotencyKey}`, action),

    async request(access, ask, { idempotencyKey, sha256 }) {
      const { partner, note } = access;
      const subjectKey = city.keyOf(ask.subject.idNumber);
      if (subjectKey !== undefined) note.subjects = [subjectKey];
      const used = await dossiers.byRequest(partner.scope.partner, idempotencyKey);
      if (used !== undefined) {
        // What the key stands for is the first version: where it was replaced meanwhile, that is told.
        const first = (await dossiers.versions(used.series))[0] ?? used;
        if (first.requestSha256 !== sha256) throw new Refusal('idempotency-key-reused', 'idempotency');
        noteDossier(access, first);
        refuseEnded(first);
        const { kept, isNew } = await current(access, first);
        return served(access, kept, isNew);
      }
      let file = await city.byNumber(ask.subject.idNumber);
      const { closed, found } = caseGates(file, ask, privateUse);
      if (found !== undefined) note.caseNos = [found.item.caseNo];
      if (closed !== undefined || file === undefined || found === undefined)
        throw nothing(closed?.gate ?? 'subject', closed?.fault);
      let province = provincialNumber(file, found, ask.provincialNo);
      if (province === 'other' && options.refreshProvincial !== undefined) {
        // A province that cannot be asked has said nothing: the number stays as unknown as it was.
        await options.refreshProvincial(found.item.caseNo).catch(() => {
          note.detail.refresh = 'failed';
        });
        const again = await city.byNumber(ask.subject.idNumber);
        const now = caseGates(again, ask, privateUse).found;
        if (again !== undefined && now !== undefined) {
          file = again;
          province = provincialNumber(again, now, ask.provincialNo);
        }
      }
      if (province === 'other') throw nothing('provincial-number', 'number-differs');
      if (province === 'unverified') note.detail.provincialNo = 'provincial-number-unverified';
      const id = newId();
      const kept = await make(access, {
        id,
        series: id,
        version: 1,
        idempotencyKey,
        requestSha256: sha256,
        request: ask,
        personKey: file.subject.key,
      });
      return served(access, kept, true);
    },

    async find(access, id) {
      const kept = await dossiers.get(id);
      if (kept === undefined) throw nothing('subject', 'dossier-unknown');
      if (kept.partner !== access.partner.scope.partner) throw nothing('owner', 'of-another-partner');
      noteDossier(access, kept);
      return kept;
    },

    async manifest(access, found, unchanged) {
      refuseEnded(found);
      const { kept, isNew } = await current(access, found);
      return served(access, kept, isNew, !isNew && unchanged(kept.manifestSha256));
    },

    async document(access, kept, documentId) {
      refuseEnded(kept);
      const item = kept.manifest.checklist.find((entry) => documentsOfItem(entry).some(({ id }) => id === documentId));
      const document = item === undefined ? undefined : documentsOfItem(item).find(({ id }) => id === documentId);
      if (item === undefined || document === undefined) throw nothing('subject', 'document-unknown');
      access.note.items = [documentId];
      // The scope may have become narrower since the dossier was made.
      if (!access.partner.scope.items.includes(item.kind)) throw nothing('scope', 'item-not-allowed');
      const bytes = (await documentOf(kept, documentId, { dossiers, documents }).catch(damaged))?.bytes;
      if (bytes === undefined) throw nothing('subject', 'document-unknown');
      return {
        value: { document, bytes },
        result: 'served',
        keep: () => dossiers.delivered(kept.id, delivery(access, 'document', kept.manifestSha256, documentId)),
      };
    },

    async receipt(access, kept, { manifestSha256 }) {
      refuseEnded(kept);
      if (manifestSha256 !== kept.manifestSha256) throw new Refusal('receipt-mismatch', 'receipt');
      return {
        value: undefined,
        result: 'received',
        keep: () => dossiers.delivered(kept.id, delivery(access, 'receipt', manifestSha256)),
      };
    },

    async appraisals(access, { idNumber, name }) {
      const key = city.keyOf(idNumber);
      if (key !== undefined) access.note.subjects = [key];
      const file = await city.byNumber(idNumber);
      if (file === undefined) throw nothing('subject', 'not-on-file');
      if (!isNamed(file, name, privateUse)) throw nothing('name', 'name-differs');
      const appraisals = appraisalsOf(file);
      access.note.caseNos = appraisals.map(({ caseNo }) => caseNo);
      return { value: { asOf: file.asOf, appraisals }, result: 'served', keep: async () => {} };
    },
  };
}

function pick({ id, series, version, idempotencyKey, requestSha256, request, personKey }: KeptDossier) {
  return { id, series, version, idempotencyKey, requestSha256, request, personKey };
}

/** What is still being fetched, and what of such items is here already. */
function awaited(manifest: DossierManifest) {
  return manifest.checklist.flatMap((entry) =>
    entry.status === 'deferred' ? [{ kind: entry.kind, until: entry.until, here: entry.documents?.map(({ id }) => id) }] : [],
  );
}

function noteDossier({ note }: Access, kept: KeptDossier): void {
  note.subjects = [kept.personKey];
  note.caseNos = kept.manifest.caseNos;
  note.items = kept.manifest.checklist.filter(({ status }) => status !== 'withheld').map(({ kind }) => kind);
  note.manifestSha256 = kept.manifestSha256;
  note.detail.dossier = kept.id;
  note.detail.version = kept.version;
}

/** Bytes that are not those that were sealed are never sent. */
function damaged(error: unknown): never {
  if (isYilianError(error) && error.code === 'ERR_STORE_DAMAGED')
    throw new Refusal('document-damaged', 'subject', { fault: 'document-damaged' });
  throw error;
}

/** Another process made a dossier for the same key meanwhile: asked again, it is there. */
function madeElsewhere(error: unknown): never {
  if (isYilianError(error) && error.code === 'ERR_INPUT')
    throw new Refusal('unavailable', 'idempotency', { fault: 'made-elsewhere', headers: { 'retry-after': '1' } });
  throw error;
}

function refuseEnded(kept: KeptDossier): void {
  if (kept.state === 'superseded' || kept.state === 'withdrawn') throw ended(kept.supersededBy);
}

function ended(by: KeptDossier['supersededBy']): Refusal {
  return new Refusal('version-ended', 'version', by === undefined ? {} : { document: { supersededBy: { ...by } } });
}
