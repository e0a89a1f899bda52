import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Bilingual, DossierItemKind } from '../model/index.js';
import type { AuditConfig, Catalogue, DossierConfig, GatewayConfig, PartnerConfig, SigningKeyConfig } from './config.js';
import type { Fault } from './read.js';
import { parseDuration, parseRate } from './units.js';

/** The parts of a configuration that are about trust: our own keys, the audit log, and who may pull a dossier. */

interface RawKey {
  id: string;
  algorithm: SigningKeyConfig['algorithm'];
  key: string;
  from?: string;
  until?: string;
}

/** What was wrongly shaped has been told and taken out, so anything may be missing. */
export interface RawTrust {
  signing?: (Partial<RawKey> | undefined)[];
  audit?: { sealEvery?: number; retentionDays?: number };
  dossier?: {
    listen?: string;
    origin?: string;
    tls?: { cert?: string; key?: string };
    documents?: { folder?: string; key?: string };
    partners?: (RawPartner | undefined)[];
    retryAfter?: string;
  };
}

interface RawPartner {
  id?: string;
  organisation?: string;
  keys?: (Partial<RawKey> | undefined)[];
  purposes?: (string | undefined)[];
  items?: (string | undefined)[];
  fields?: Record<string, (string | undefined)[]>;
  rate?: string;
  gateway?: Partial<Record<'origin' | 'pathPrefix' | 'rid' | 'sid' | 'appSecret' | 'prefix', string>>;
}

export interface Trust {
  signing: SigningKeyConfig[];
  audit: AuditConfig;
  dossier?: DossierConfig;
}

const defaultAudit: AuditConfig = { sealEvery: 1000, retentionDays: 1095 };

/** What a partner may call us for; each is a purpose of the audit log too. */
export const dossierPurposes = ['reappraisal', 'appraisal-history'] as const;

/** A record, so that the compiler misses none. */
const itemKinds: Readonly<Record<DossierItemKind, true>> = {
  'id-document': true,
  application: true,
  'recognition-decision': true,
  'medical-records': true,
  'exam-reports': true,
  'review-form': true,
  'exam-identity-check': true,
  conclusion: true,
  deliveries: true,
  'prior-appraisals': true,
  'open-findings': true,
};

/** Reads `signing`, `audit` and `dossier`; every fault is added with its pointer, nothing is thrown. */
export async function readTrust(raw: RawTrust, folder: string, catalogue: Catalogue, faults: Fault[]): Promise<Trust> {
  const fault = (pointer: string, zh: string, en: string): void => void faults.push({ pointer, message: { zh, en } });
  const signing: SigningKeyConfig[] = [];
  for (const [index, key] of (raw.signing ?? []).entries()) {
    const read = await readKey(key, `/signing/${index}`, 'sign', folder, catalogue, fault);
    if (read === undefined) continue;
    if (signing.some(({ id }) => id === read.id))
      fault(`/signing/${index}/id`, `密钥编号重复：${read.id}`, `the key id is used twice: ${read.id}`);
    signing.push(read);
  }
  const audit = { ...defaultAudit, ...raw.audit };
  if (audit.retentionDays < 180)
    fault(
      '/audit/retentionDays',
      '审计日志至少保存 180 天（网络安全法第二十一条：不少于六个月）',
      'the audit log is kept at least 180 days (Cybersecurity Law article 21: six months)',
    );
  if (raw.dossier === undefined) return { signing, audit };
  // A seal made with a shared secret proves nothing to anybody else.
  if (!signing.some(({ algorithm }) => !algorithm.startsWith('hmac-')))
    fault(
      '/signing',
      '对外提供卷宗须有签名私钥（ecdsa-p256-sha256、ed25519 或 sm2-sm3）',
      'a dossier is served: a private key to seal it is needed (ecdsa-p256-sha256, ed25519 or sm2-sm3)',
    );
  const dossier = await readDossier(raw.dossier, folder, catalogue, signing, fault);
  return { signing, audit, ...(dossier === undefined ? {} : { dossier }) };
}

type FaultAt = (pointer: string, zh: string, en: string) => void;

async function readDossier(
  raw: NonNullable<RawTrust['dossier']>,
  folder: string,
  catalogue: Catalogue,
  signing: readonly SigningKeyConfig[],
  fault: FaultAt,
): Promise<DossierConfig | undefined> {
  const listen = parseListen(raw.listen ?? '127.0.0.1:8443');
  if (listen === undefined)
    fault(
      '/dossier/listen',
      `不是监听地址（如 127.0.0.1:8443）：${raw.listen}`,
      `no listen address (127.0.0.1:8443): ${raw.listen}`,
    );
  const origin = originOf(raw.origin, '/dossier/origin', fault);
  const waitMs = raw.retryAfter === undefined ? 60_000 : parseDuration(raw.retryAfter);
  if (waitMs === undefined || waitMs < 1000 || waitMs > 86_400_000)
    fault('/dossier/retryAfter', `须为 1s 至 1d 的时长：${raw.retryAfter}`, `must be a duration of 1s to 1d: ${raw.retryAfter}`);
  const tls = await readTls(raw.tls, folder, fault);
  const { folder: documents, key: documentsKey } = raw.documents ?? {};
  if (documentsKey !== undefined && documentsKey !== '' && Buffer.byteLength(documentsKey, 'utf8') < 16)
    fault('/dossier/documents/key', '材料加密密钥至少 16 字节', 'the key of the documents needs at least 16 bytes');
  const partners: PartnerConfig[] = [];
  // A request is known by its key id alone, so no two keys may share one, whoever has them.
  const keyIds = new Set(signing.map(({ id }) => id));
  for (const [index, item] of (raw.partners ?? []).entries()) {
    const pointer = `/dossier/partners/${index}`;
    if (item === undefined) continue;
    const read = await readPartner(item, pointer, folder, catalogue, keyIds, fault);
    if (partners.some(({ id }) => id === read.id))
      fault(`${pointer}/id`, `协作方编号重复：${read.id}`, `the partner id is used twice: ${read.id}`);
    partners.push(read);
  }
  if (listen === undefined || documents === undefined || documentsKey === undefined) return undefined;
  return {
    listen,
    ...(origin === undefined ? {} : { origin }),
    ...(tls === undefined ? {} : { tls }),
    documents: { folder: resolve(folder, documents), key: documentsKey },
    partners,
    retryAfterSeconds: Math.ceil((waitMs ?? 60_000) / 1000),
  };
}

async function readPartner(
  raw: RawPartner,
  pointer: string,
  folder: string,
  catalogue: Catalogue,
  keyIds: Set<string>,
  fault: FaultAt,
): Promise<PartnerConfig> {
  const keys: PartnerConfig['keys'][number][] = [];
  for (const [index, key] of (raw.keys ?? []).entries()) {
    const place = `${pointer}/keys/${index}`;
    const read = await readKey(key, place, 'verify', folder, catalogue, fault);
    if (read === undefined) continue;
    if (keyIds.has(read.id))
      fault(`${place}/id`, `密钥编号在全部密钥中须唯一：${read.id}`, `a key id belongs to one key of all: ${read.id}`);
    keyIds.add(read.id);
    keys.push(read);
  }
  const known: readonly string[] = dossierPurposes;
  const purposes = (raw.purposes ?? []).filter((purpose) => purpose !== undefined);
  for (const [index, purpose] of purposes.entries()) {
    if (!known.includes(purpose))
      fault(
        `${pointer}/purposes/${index}`,
        `没有这种用途：${purpose}；可用：${known.join('、')}`,
        `there is no purpose ${purpose}; there are: ${known.join(', ')}`,
      );
  }
  const kind = (item: string, place: string): void => {
    if (!Object.hasOwn(itemKinds, item))
      fault(
        place,
        `没有这种卷宗材料：${item}；可用：${Object.keys(itemKinds).join('、')}`,
        `there is no dossier item ${item}; there are: ${Object.keys(itemKinds).join(', ')}`,
      );
  };
  const items = raw.items?.filter((item) => item !== undefined);
  for (const [index, item] of (items ?? []).entries()) kind(item, `${pointer}/items/${index}`);
  for (const item of Object.keys(raw.fields ?? {})) kind(item, `${pointer}/fields/${item}`);
  const rate = raw.rate === undefined ? undefined : parseRate(raw.rate);
  if (raw.rate !== undefined && rate === undefined)
    fault(`${pointer}/rate`, `不是配额（如 1000/hour）：${raw.rate}`, `not a rate (1000/hour): ${raw.rate}`);
  const gateway = readGateway(raw.gateway, `${pointer}/gateway`, fault);
  return {
    id: raw.id ?? '',
    organisation: raw.organisation ?? '',
    keys,
    purposes,
    ...(items === undefined ? {} : { items }),
    ...(raw.fields === undefined ? {} : { fields: present(raw.fields) }),
    ...(rate === undefined ? {} : { rate }),
    ...(gateway === undefined ? {} : { gateway }),
  };
}

function present(fields: Record<string, (string | undefined)[]>): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(fields).map(([item, names]) => [item, names.filter((name) => name !== undefined)] as const),
  );
}

function readGateway(raw: RawPartner['gateway'], pointer: string, fault: FaultAt): GatewayConfig | undefined {
  if (raw?.origin === undefined) return undefined;
  const origin = originOf(raw.origin, `${pointer}/origin`, fault);
  const pathPrefix = (raw.pathPrefix ?? '').replace(/\/$/, '');
  if (pathPrefix !== '' && !/^(\/[\w.~-]+)+$/.test(pathPrefix))
    fault(`${pointer}/pathPrefix`, `须为以 / 开头的路径：${pathPrefix}`, `must be a path that begins with /: ${pathPrefix}`);
  const { rid = '', sid = '', appSecret = '', prefix = 'gjzwfwpt_' } = raw;
  return origin === undefined ? undefined : { origin, pathPrefix, rid, sid, appSecret, prefix };
}

async function readKey(
  raw: Partial<RawKey> | undefined,
  pointer: string,
  use: 'sign' | 'verify',
  folder: string,
  catalogue: Catalogue,
  fault: FaultAt,
): Promise<SigningKeyConfig | undefined> {
  if (raw?.id === undefined || raw.algorithm === undefined || raw.key === undefined) return undefined;
  const { id, algorithm } = raw;
  const shared = algorithm.startsWith('hmac-');
  let key = raw.key;
  if (key === '') fault(`${pointer}/key`, '缺密钥', 'the key is missing');
  if (!shared && key !== '' && !key.includes('-----BEGIN')) {
    try {
      key = await readFile(resolve(folder, key), 'utf8');
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
      fault(`${pointer}/key`, `读不到密钥文件 ${raw.key}（${code}）`, `cannot read the key file ${raw.key} (${code})`);
      key = '';
    }
  }
  const said: Bilingual | undefined = key === '' ? undefined : catalogue.keyFault?.({ id, algorithm, key }, use);
  if (said !== undefined) fault(`${pointer}/key`, said.zh, said.en);
  const [from, until] = [instantOf(raw.from, `${pointer}/from`, fault), instantOf(raw.until, `${pointer}/until`, fault)];
  if (from !== undefined && until !== undefined && from >= until)
    fault(`${pointer}/until`, '须晚于 from', 'must be later than from');
  return {
    id,
    algorithm,
    key,
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
}

/** As UTC, so that instants compare as texts. */
function instantOf(text: string | undefined, pointer: string, fault: FaultAt): string | undefined {
  if (text === undefined) return undefined;
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text)))
    return new Date(text).toISOString();
  fault(
    pointer,
    `须为带时区的时刻（如 2026-01-01T00:00:00+08:00）：${text}`,
    `must be an instant (2026-01-01T00:00:00+08:00): ${text}`,
  );
  return undefined;
}

/** `127.0.0.1:8443`, `[::1]:8443`, `0.0.0.0:0`; undefined where it is none. */
function parseListen(text: string): { host: string; port: number } | undefined {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9.-]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  return match && port <= 65_535 ? { host: match[1] ?? match[2] ?? '', port } : undefined;
}

/** Scheme, host and port as a signature's `@authority` has them; nothing else may stand in it. */
function originOf(text: string | undefined, pointer: string, fault: FaultAt): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && (text === url.origin || text === `${url.origin}/`))
    return url.origin;
  fault(
    pointer,
    `须为协议、主机与端口（如 https://dossier.example.gov.cn）：${text}`,
    `must be scheme, host and port (https://dossier.example.gov.cn): ${text}`,
  );
  return undefined;
}

async function readTls(
  raw: { cert?: string; key?: string } | undefined,
  folder: string,
  fault: FaultAt,
): Promise<DossierConfig['tls']> {
  if (raw === undefined) return undefined;
  const read = async (part: 'cert' | 'key'): Promise<string | undefined> => {
    const value = raw[part];
    if (value === undefined || value.includes('-----BEGIN')) return value;
    try {
      return await readFile(resolve(folder, value), 'utf8');
    } catch {
      fault(`/dossier/tls/${part}`, `读不到证书文件 ${value}`, `cannot read the certificate file ${value}`);
      return undefined;
    }
  };
  const [cert, key] = [await read('cert'), await read('key')];
  return cert === undefined || key === undefined ? undefined : { cert, key };
}
