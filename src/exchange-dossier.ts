import type { AuditKeys, FullAudit } from './audit/log.js';
import type { Config, PartnerConfig } from './config/index.js';
import { createKeyRing, createSigningKeys, createVerifier, currentSigner, publicKeyOf, type Signer } from './crypto/index.js';
import { documentOf } from './dossier/document-of.js';
import {
  assembleDossier,
  cityConclusion,
  createDossierHandler,
  createFolderDocuments,
  type DocumentImport,
  type DocumentStore,
  dossierItemKinds,
  importDocuments,
  manifestSha256,
  newDossierId,
  type PartnerScope,
  packDossier,
  type Recipient,
  type RevisedDossier,
  reviseDossiers,
  sealDossier,
} from './dossier/index.js';
import type { CityFile, DossierHandlerOptions, DossierPartner } from './dossier/options.js';
import { YilianError } from './errors.js';
import { type Keys, parseIdDocument } from './identity/index.js';
import type { CaseFile, DossierItemKind, DossierManifest, IdDocument, UnsealedManifest } from './model/index.js';
import type { KeptDossier, Store } from './store/index.js';

/** What a backend does with dossiers (再次鉴定卷宗). Every method but `dossierHandler`'s throws ERR_CONFIG where no dossier is configured. */
export interface DossierExchange {
  /** The handler that partners call; mount it, or run `yilian dossier serve`. Throws ERR_CONFIG where no dossier is configured. */
  dossierHandler(options?: DossierServing): (request: Request) => Promise<Response>;
  /**
   * Makes a dossier without being asked over HTTP: assembled, sealed, kept, noted in the audit log and as delivered to the partner. ERR_INPUT for a case or
   * conclusion that is not on file, ERR_AUDIT where it cannot be noted.
   */
  buildDossier(ask: BuildDossierAsk): Promise<BuiltDossier>;
  /** What a dossier of a case would hold, unsealed; nothing is kept or noted. */
  assembleDossier(caseNo: string, ask: Omit<BuildDossierAsk, 'caseNo'>): Promise<UnsealedManifest>;
  /** Seals with the newest key that is valid. */
  sealDossier(unsealed: UnsealedManifest): Promise<DossierManifest>;
  /** Versions that stand, of one case where given. */
  dossiers(caseNo?: string): Promise<KeptDossier[]>;
  /**
   * Makes new versions of the dossiers whose case files changed, ends those that have nothing to be about, and says whom to tell. Imports and the
   * nightly job do so by themselves.
   */
  reviseDossiers(): Promise<RevisedDossier[]>;
  /** Puts plain files where cases on file name their hashes. */
  importDocuments(folder: string): Promise<DocumentImport>;
  /** The city's public keys by id, to hand to partners. */
  readonly publicKeys: readonly { id: string; algorithm: string; pem: string }[];
}

export interface DossierServing {
  /** Default: asks the province's feed about the case's person, once a case and minute, where one is configured that is asked about persons. */
  refreshProvincial?: DossierHandlerOptions['refreshProvincial'];
  report?: DossierHandlerOptions['report'];
  /** Default: an encrypted folder, as configured. */
  documents?: DocumentStore;
}

export interface BuildDossierAsk {
  caseNo: string;
  provincialNo: string;
  /** Default: the case's last conclusion of the city. */
  conclusionNo?: string;
  /** For whom; may be left out where one partner alone may have dossiers. */
  partner?: string;
  items?: DossierItemKind[];
}

export interface BuiltDossier {
  manifest: DossierManifest;
  sha256: string;
  /** Versions with items that are still being fetched are not whole. */
  state: 'preparing' | 'sealed';
  /** `dossier.zip`, a piece at a time. */
  archive(): AsyncIterable<Uint8Array>;
}

export interface DossierSurroundings {
  config: Config;
  own: CityKeys;
  store: Store;
  keys: Keys;
  audit: Pick<FullAudit, 'append'>;
  now: () => Date;
  /** Asks the province anew about a case; absent where it cannot be asked about persons. */
  refreshProvincial?: DossierHandlerOptions['refreshProvincial'] | undefined;
}

/** The city's keys: what signs now, what seals now, and what ever signed. */
export interface CityKeys {
  signer(at: Date): Signer | undefined;
  sealer(at: Date): Signer | undefined;
  public: DossierExchange['publicKeys'];
  /** For the audit log: seals are made with what seals dossiers, and hold for as long as anybody asks. */
  auditKeys: AuditKeys;
}

/** Throws ERR_CONFIG. */
export function cityKeys({ signing }: Pick<Config, 'signing'>, now: () => Date): CityKeys {
  const open = signing.filter(({ algorithm }) => !algorithm.startsWith('hmac-'));
  const all = createSigningKeys(signing, '/signing');
  const sealing = createSigningKeys(open, '/signing');
  const published = open.map(({ id, algorithm, key }) => ({
    id,
    algorithm,
    pem: publicKeyOf({ keyId: id, algorithm, key }, '/signing').pem,
  }));
  const verifiers = new Map(
    published.map(({ id, algorithm, pem }) => [id, createVerifier({ keyId: id, algorithm, key: pem }, '/signing')]),
  );
  return {
    signer: (at) => currentSigner(all, at),
    sealer: (at) => currentSigner(sealing, at),
    public: published,
    // Without a key of our own nothing can be said of a seal; a verifier that knows none would call every seal wrong.
    auditKeys: verifiers.size === 0 ? {} : { signer: () => currentSigner(sealing, now()), verifier: (id) => verifiers.get(id) },
  };
}

export function createDossierExchange(around: DossierSurroundings): DossierExchange {
  const { config, own, store, keys, audit, now } = around;
  const { dossier } = config;
  const configured = (): NonNullable<Config['dossier']> => {
    if (dossier !== undefined) return dossier;
    throw new YilianError('ERR_CONFIG', { zh: '未配置 dossier（卷宗）', en: 'dossier is not configured' }, { place: '/dossier' });
  };
  let folder: DocumentStore | undefined;
  const documents = (): DocumentStore => {
    folder ??= createFolderDocuments(configured().documents);
    return folder;
  };
  const file = cityFile(store, keys, now);
  const { name, region, organisation } = config.city;
  const city = { name, region, organisation };
  const surroundings = async (personKey: string) => ({ city, documents: documents(), findings: await file.findings(personKey) });
  const seal = async (unsealed: UnsealedManifest): Promise<DossierManifest> => {
    const sealer = own.sealer(now());
    if (sealer !== undefined) return sealDossier(unsealed, sealer, now());
    throw new YilianError(
      'ERR_CONFIG',
      { zh: '当前没有有效的签名私钥', en: 'no private key to sign with is valid now' },
      { place: '/signing' },
    );
  };
  const scopeFor = (partner: string | undefined): PartnerScope => {
    const may = configured().partners.filter(({ id, purposes }) =>
      partner === undefined ? purposes.includes('reappraisal') : id === partner,
    );
    const [only, ...more] = may;
    if (only !== undefined && more.length === 0) return scopeOf(only);
    const ids = configured().partners.map(({ id }) => id);
    throw new YilianError('ERR_USAGE', {
      zh: `请指定协作方：${ids.join('、')}`,
      en: `say for which partner: ${ids.join(', ')}`,
    });
  };
  const prepare = async (ask: BuildDossierAsk) => {
    const at = now();
    const subject = await store.subjectOfCase(ask.caseNo, at.toISOString());
    const known = subject && (await file.byKey(subject.key));
    const item = known?.cases.find(({ caseNo }) => caseNo === ask.caseNo);
    const conclusionNo = ask.conclusionNo ?? item?.conclusions.findLast(({ level }) => level === 'city')?.no;
    const found = known && conclusionNo !== undefined ? cityConclusion(known, conclusionNo) : undefined;
    if (known === undefined || conclusionNo === undefined || found?.item.caseNo !== ask.caseNo)
      throw new YilianError(
        'ERR_INPUT',
        {
          zh: `没有在册的案件 ${ask.caseNo} 及其市级结论`,
          en: `no case ${ask.caseNo} with such a conclusion of the city on file`,
        },
        { place: ask.caseNo },
      );
    const scope = scopeFor(ask.partner);
    const id = newDossierId();
    const { provincialNo, items } = ask;
    const asked = { conclusionNo, provincialNo, ...(items === undefined ? {} : { items }), scope, id, version: 1, askedAt: at };
    const assembly = await assembleDossier(known, asked, await surroundings(known.subject.key));
    return { at, id, known, conclusionNo, scope, assembly };
  };

  return {
    publicKeys: own.public,
    dossierHandler: (serving = {}) => {
      const { origin, partners, retryAfterSeconds } = configured();
      const refresh = serving.refreshProvincial ?? around.refreshProvincial;
      return createDossierHandler({
        city,
        partners: partners.map(partnerOf),
        keys: createKeyRing(
          partners.flatMap(({ keys: theirs }) => theirs),
          '/dossier/partners/keys',
        ),
        signer: own.signer,
        sealer: own.sealer,
        nonces: store.nonces,
        audit,
        dossiers: store.dossiers,
        documents: serving.documents ?? documents(),
        file,
        privateUse: config.privateUse,
        health: () => health(store, now()),
        retryAfterSeconds,
        now,
        ...(origin === undefined ? {} : { origin }),
        ...(refresh === undefined ? {} : { refreshProvincial: refresh }),
        ...(serving.report === undefined ? {} : { report: serving.report }),
      });
    },

    async buildDossier(ask) {
      const { at, id, known, conclusionNo, scope, assembly } = await prepare(ask);
      const manifest = await seal(assembly.unsealed);
      const sha256 = manifestSha256(manifest);
      const { operator } = config;
      const kept: KeptDossier = {
        id,
        series: id,
        version: 1,
        partner: scope.partner,
        idempotencyKey: `offline:${id}`,
        requestSha256: sha256,
        request: {
          purpose: 'reappraisal',
          provincialNo: ask.provincialNo,
          conclusionNo,
          subject: { name: known.subject.name, idNumber: known.subject.idDocuments[0]?.number ?? '' },
          requestedBy: { organisation: scope.organisation, operator: { name: operator.name, id: operator.id } },
          ...(ask.items === undefined ? {} : { items: ask.items }),
        },
        state: assembly.deferredUntil === undefined ? 'sealed' : 'preparing',
        manifest,
        manifestSha256: sha256,
        personKey: known.subject.key,
        madeAt: at.toISOString(),
        documents: assembly.documents,
      };
      await audit.append({
        kind: 'dossier-access',
        actor: { organisation: operator.organisation, operator: operator.name },
        purpose: 'reappraisal',
        result: 'built',
        partner: scope.partner,
        subjects: [known.subject.key],
        caseNos: manifest.caseNos,
        items: manifest.checklist.filter(({ status }) => status !== 'withheld').map(({ kind }) => kind),
        manifestSha256: sha256,
        detail: { call: 'build', dossier: id, version: 1 },
      });
      await store.dossiers.put(kept, at.toISOString());
      const { organisation: to } = scope;
      await store.dossiers.delivered(id, { at: at.toISOString(), what: 'manifest', organisation: to, manifestSha256: sha256 });
      const stores = { dossiers: store.dossiers, documents: documents() };
      const bytesOf = async (documentId: string): Promise<Uint8Array> => {
        const found = await documentOf(kept, documentId, stores);
        if (found === undefined) throw new YilianError('ERR_INTERNAL', { zh: '卷宗缺文件', en: 'the dossier lacks a document' });
        return found.bytes;
      };
      return {
        manifest,
        sha256,
        state: kept.state as BuiltDossier['state'],
        archive: () => packDossier(manifest, (one) => bytesOf(one.id)),
      };
    },
    assembleDossier: async (caseNo, ask) => (await prepare({ ...ask, caseNo })).assembly.unsealed,
    sealDossier: seal,
    dossiers: (caseNo) => store.dossiers.live(caseNo),

    reviseDossiers: () =>
      reviseDossiers({
        dossiers: store.dossiers,
        scopeOf: (partner) =>
          configured()
            .partners.filter(({ id }) => id === partner)
            .map(scopeOf)[0],
        fileOf: async (kept) => {
          const owner = await store.subjectOfCase(kept.manifest.caseNos[0] ?? '', now().toISOString());
          return file.byKey(owner?.key ?? kept.personKey);
        },
        surroundings: (known) => surroundings(known.subject.key),
        seal,
        audit,
        actor: { organisation: config.operator.organisation, operator: config.operator.name },
        now,
      }),

    importDocuments: (path) => importDocuments(path, casesOf(store, now().toISOString()), documents()),
  };
}

export type { Recipient, RevisedDossier };

function scopeOf({ id, organisation, purposes, items, fields }: PartnerConfig): PartnerScope {
  return {
    partner: id,
    organisation,
    purposes,
    // The configuration has been checked against the kinds there are.
    items: (items as DossierItemKind[] | undefined) ?? dossierItemKinds,
    fields: fields ?? {},
  };
}

function partnerOf(partner: PartnerConfig): DossierPartner {
  const { keys, rate, gateway } = partner;
  return {
    scope: scopeOf(partner),
    keyIds: keys.map(({ id }) => id),
    ...(rate === undefined ? {} : { rate }),
    ...(gateway === undefined ? {} : { platform: gateway }),
  };
}

function cityFile(store: Store, keys: Keys, now: () => Date): CityFile {
  const byKey: CityFile['byKey'] = async (personKey) => {
    const known: Omit<CaseFile, 'feeds'> | undefined = await store.caseFile(personKey, now().toISOString());
    return known === undefined ? undefined : { ...known, feeds: [] };
  };
  return {
    byKey,
    keyOf: (idNumber) => keys.numberKey(parseIdDocument(idNumber)),
    async byNumber(idNumber) {
      const read = parseIdDocument(idNumber);
      // A number that does not say what it is of may be a passport's.
      const kinds: IdDocument['type'][] = read.type === 'other' ? ['other', 'passport'] : [read.type];
      for (const type of kinds) {
        const key = keys.numberKey({ type, number: idNumber });
        const subject = key === undefined ? undefined : await store.subjectOfNumber(key, now().toISOString());
        if (subject !== undefined) return byKey(subject.key);
      }
      return undefined;
    },
    findings: (personKey) => store.findings({ personKey, state: ['open', 'verifying', 'confirmed'] }),
  };
}

async function* casesOf(store: Store, asOf: string) {
  for (const key of await store.subjectKeys(asOf)) yield* (await store.caseFile(key, asOf))?.cases ?? [];
}

/**
 * A number is used up, which is a write that reaches the disk; a record is added to the log and taken back, so that the chain's end is readable and can be
 * followed, and whoever asks for our health does not make the log long.
 */
async function health(store: Store, at: Date): Promise<{ store: boolean; auditLog: boolean }> {
  const works = async (action: () => Promise<unknown>) =>
    action().then(
      () => true,
      () => false,
    );
  const probe = { kind: 'dossier-access', actor: { organisation: 'health' }, purpose: 'health', result: 'probe' } as const;
  const writes = await works(() => store.nonces.use('health', at.toISOString(), at));
  return { store: writes, auditLog: writes && (await works(() => store.audit.probe(probe, at.toISOString()))) };
}
