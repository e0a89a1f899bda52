import type { AuditLog } from '../audit/log.js';
import { isYilianError } from '../errors.js';
import type { AuditEntry, CaseFile, DossierChange, DossierManifest, UnsealedManifest } from '../model/index.js';
import type { DossierStore, KeptDossier } from '../store/dossier-store.js';
import { newDossierId } from './assemble.js';
import type { AssembleSurroundings, PartnerScope } from './contract.js';
import { revise } from './revise.js';
import { manifestSha256 } from './seal.js';
import { type Recipient, whomToTell } from './whom-to-tell.js';

/** What became of one dossier, and whom to tell. */
export interface RevisedDossier extends Omit<DossierChange, 'tell'> {
  /** Who has any version of it. */
  tell: Recipient[];
}

/** The same as it goes into a run's manifest: who got which version when stays in the store. */
export function dossierChange({ tell, ...rest }: RevisedDossier): DossierChange {
  return { ...rest, tell: [...new Set(tell.map(({ organisation }) => organisation))] };
}

export interface ReviseSurroundings {
  dossiers: DossierStore;
  /** Of a partner that is still configured; nobody else can fetch anything, so that nothing is made for them. */
  scopeOf(partner: string): PartnerScope | undefined;
  fileOf(kept: KeptDossier): Promise<CaseFile | undefined>;
  surroundings(file: CaseFile): Promise<AssembleSurroundings>;
  seal(unsealed: UnsealedManifest): Promise<DossierManifest>;
  audit: AuditLog;
  actor: AuditEntry['actor'];
  now(): Date;
}

/**
 * Holds every dossier that stands against its case file as it is now. What could not be looked at is told as `failed` and stays as it is; the others
 * are done. Throws ERR_AUDIT: then nothing more is done.
 */
export async function reviseDossiers(around: ReviseSurroundings): Promise<RevisedDossier[]> {
  const { dossiers } = around;
  const told: RevisedDossier[] = [];
  for (const { id, version, caseNos } of await dossiers.standing()) {
    try {
      const kept = await dossiers.get(id);
      // One that is still being prepared is made again when it is asked for; as a next version it is made from the one that stands.
      if (kept?.state !== 'sealed') continue;
      const revised = await reviseOne(kept, around);
      if (revised !== undefined) told.push(revised);
    } catch (error) {
      if (isYilianError(error) && error.code === 'ERR_AUDIT') throw error;
      const reason = isYilianError(error) ? error.code : 'ERR_INTERNAL';
      told.push({ id, version, caseNos, change: 'failed', reason, tell: [] });
    }
  }
  return told;
}

async function reviseOne(kept: KeptDossier, around: ReviseSurroundings): Promise<RevisedDossier | undefined> {
  const { dossiers, audit, actor } = around;
  const at = around.now();
  const scope = around.scopeOf(kept.partner);
  const file = await around.fileOf(kept);
  if (scope === undefined || file === undefined) return undefined;
  const versions = await dossiers.versions(kept.series);
  const waiting = versions.find(({ version, state }) => version === kept.version + 1 && state === 'preparing');
  const ask = { scope, id: waiting?.id ?? newDossierId(), askedAt: new Date(versions[0]?.madeAt ?? kept.madeAt) };
  const revision = await revise(kept, file, await around.surroundings(file), ask);
  if (revision.change === 'none') return undefined;
  const { id, version, manifest } = kept;
  const noted = (result: string, more: Pick<AuditEntry, 'manifestSha256'> & { dossier: string; version: number }) =>
    audit.append({
      kind: 'dossier-access',
      actor,
      purpose: 'reappraisal',
      result,
      partner: kept.partner,
      subjects: [...new Set([kept.personKey, file.subject.key])],
      caseNos: manifest.caseNos,
      ...(more.manifestSha256 === undefined ? {} : { manifestSha256: more.manifestSha256 }),
      detail: { call: 'revise', dossier: more.dossier, version: more.version, replaces: id },
    });
  const head = { id, version, caseNos: manifest.caseNos, reason: revision.reason };
  if (revision.change === 'withdraw') {
    await noted('withdrawn', { dossier: id, version });
    await dossiers.end(id, { state: 'withdrawn', reason: revision.reason }, at.toISOString());
    return { ...head, change: 'withdrawn', tell: await whomToTell(dossiers, kept.series) };
  }
  const { unsealed, documents, deferredUntil } = revision.assembly;
  const sealed = await around.seal(unsealed);
  const sha256 = manifestSha256(sealed);
  const state = deferredUntil === undefined ? 'sealed' : 'preparing';
  await noted('revised', { dossier: sealed.id, version: sealed.version, manifestSha256: sha256 });
  await dossiers.put(
    {
      ...kept,
      id: sealed.id,
      version: sealed.version,
      state,
      manifest: sealed,
      manifestSha256: sha256,
      personKey: file.subject.key,
      madeAt: at.toISOString(),
      documents,
    },
    at.toISOString(),
  );
  const next = { id: sealed.id, version: sealed.version, state } as const;
  return { ...head, change: 'new-version', next, tell: await whomToTell(dossiers, kept.series) };
}
