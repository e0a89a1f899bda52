import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { actorOf } from './audit/entries.js';
import type { AuditLog } from './audit/log.js';
import { type FoldedRow, foldRows, textOf } from './cases/city-fold.js';
import { type CityImport, type CitySource, importCityRows } from './cases/city-import.js';
import { caseEntryOf } from './cases/entry.js';
import { importError, readCases } from './cases/read.js';
import { matchesPattern } from './channels/glob.js';
import type { CityFeedConfig, Config } from './config/index.js';
import { sha256Hex } from './crypto/digest.js';
import type { RevisedDossier } from './dossier/index.js';
import { YilianError } from './errors.js';
import { compareNames, type Keys, parseIdDocument } from './identity/index.js';
import {
  type AuditEntry,
  type CaseFile,
  type Diagnosis,
  exactDay,
  type Material,
  type Prefill,
  type SessionPlan,
} from './model/index.js';
import { type MaterialsAsk, materials } from './procedure/materials.js';
import { type KnownRecognition, prefillOf } from './procedure/prefill.js';
import { isDue, type SessionAsk, type SessionDays, sessionPlan } from './procedure/session.js';
import type { OutboxTarget } from './store/outbox.js';
import type { ImportCounts, Store } from './store/store.js';

/** One chain inside the city (一链办理): what its own systems know comes in, and the applicant is not asked for it again. */
export interface CityExchange {
  /**
   * Puts cases, benefits and the fund's settlements on file. All or nothing: throws ERR_INPUT naming every faulty line. Dossiers that the province has
   * of them are corrected then; ERR_AUDIT where that cannot be noted: what was imported is on file, and the next night corrects them.
   */
  importCases(files: readonly string[]): Promise<ImportCounts & CorrectedDossiers>;
  /**
   * Puts rows of the city's own systems on file (认定, 鉴定, 待遇). `from`: a configured source (`recognitions`, `appraisals`, `benefits`) or one
   * given here; without `files`, all files of the configured folder. Rows that cannot be used are named with their place, and the others count. What
   * is new to the province is queued, and dossiers are corrected, as by `importCases`.
   */
  importCity(from: string | CitySource, files?: readonly string[]): Promise<CityImport & CorrectedDossiers>;
  /** What is there of the materials an application needs. ERR_INPUT for a case that is not on file. */
  materials(caseNo: string, ask: Omit<MaterialsAsk, 'caseNo'>): Promise<Material[]>;
  /**
   * What is known for the application form of one person, by case, or by number and name as an applicant gives them. Undefined for somebody unknown,
   * and alike where the name is not that of the number. Noted in the audit log before it is told: ERR_AUDIT where it cannot be.
   */
  prefill(ask: PrefillAsk, context?: PrefillContext): Promise<Prefill | undefined>;
  /** Who is due at the session of a day, in order of urgency. Proposes only. ERR_USAGE for what is no day. */
  session(date: string, options?: Pick<SessionAsk, 'everyDays'>): Promise<SessionPlan>;
}

export type PrefillAsk = { caseNo: string } | { idNumber: string; name: string };

/** What the audit log says of it. */
export interface PrefillContext {
  /** Who looks, with name and staff number. Default: the configured operator. */
  operator?: Config['operator'];
  /** Default: `application`. */
  purpose?: string;
}

/** Dossiers of which an import made a new version or which it withdrew, and whom to tell; absent where there were none. */
export interface CorrectedDossiers {
  dossiers?: RevisedDossier[];
}

interface Environment {
  config: Config;
  store: Store;
  keys: Keys;
  audit: AuditLog;
  now: () => Date;
  /** Where new and changed cases are queued; absent where nothing is sent by itself. */
  send?: OutboxTarget;
  /** Absent where there are no dossiers. */
  revise?(): Promise<RevisedDossier[]>;
  caseFile(caseNo: string): Promise<CaseFile>;
}

export function cityExchange({ config, store, keys, audit, now, send, revise, caseFile }: Environment): CityExchange {
  const corrected = async (counts: ImportCounts): Promise<CorrectedDossiers> => {
    const { persons, cases, benefits, settlements } = counts;
    const isNews = [persons, cases, benefits, settlements].some((count) => count.new + count.changed > 0);
    const dossiers = isNews ? await revise?.() : undefined;
    return dossiers === undefined || dossiers.length === 0 ? {} : { dossiers };
  };
  return {
    importCases: async (files) => {
      const counts = await importCases(files, { keys, store, now, ...(send === undefined ? {} : { send }) });
      return { ...counts, ...(await corrected(counts)) };
    },
    importCity: async (from, files) => {
      const source = typeof from === 'string' ? citySource(config, from) : from;
      const paths = files ?? (await filesOf(source));
      const read = await Promise.all(paths.map(async (path) => ({ name: basename(path), bytes: await bytesOf(path) })));
      const at = now().toISOString();
      const imported = await importCityRows(read, source, { keys, store, at, ...(send === undefined ? {} : { send }) });
      return { ...imported, ...(await corrected(imported.counts)) };
    },
    materials: async (caseNo, ask) => materials(await caseFile(caseNo), { parameters: config.materials ?? {}, ...ask, caseNo }),
    prefill: async (ask, { operator = config.operator, purpose = 'application' } = {}) => {
      const found = await knownOf(ask, { store, keys, at: now().toISOString() });
      await audit.append(entryOf(found, ask, { actor: actorOf(operator), purpose }));
      return found;
    },
    session: async (date, options = {}) => {
      if (exactDay(date) === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(date))
        throw new YilianError('ERR_USAGE', { zh: `不是日期：${date}`, en: `no day: ${date}` });
      const asOf = now().toISOString();
      const findings = await store.findings({ state: ['open', 'verifying', 'confirmed'] });
      const persons: Parameters<typeof sessionPlan>[0][number][] = [];
      for (const key of await store.subjectKeys(asOf)) {
        const due = (await store.caseFile(key, asOf))?.cases.find(isDue);
        if (due === undefined) continue;
        persons.push({
          file: await caseFile(due.caseNo),
          findings: findings.filter(({ finding }) => finding.subject.key === key),
        });
      }
      const own = config.rules['case-overdue'];
      return sessionPlan(persons, {
        date,
        asOf,
        ...options,
        ...(own === undefined || own === 'off' ? {} : { days: own as Partial<SessionDays> }),
        ...(config.materials === undefined ? {} : { materials: config.materials }),
      });
    },
  };
}

async function knownOf(
  ask: PrefillAsk,
  { store, keys, at }: { store: Store; keys: Keys; at: string },
): Promise<Prefill | undefined> {
  const asked = 'caseNo' in ask ? undefined : parseIdDocument(ask.idNumber);
  const key =
    'caseNo' in ask
      ? (await store.subjectOfCase(ask.caseNo, at))?.key
      : asked === undefined
        ? undefined
        : keys.personKey({ idDocuments: [asked] });
  if (key === undefined) return undefined;
  const rows = foldRows(await store.cityRows(key)).filter(({ isVoid }) => !isVoid);
  const file = await store.caseFile(key, at);
  const recognised = rows.filter(({ kind }) => kind === 'recognition');
  const name = file?.subject.name ?? rows.findLast(({ personName }) => personName !== '')?.personName;
  if (name === undefined) return undefined;
  const subject = file?.subject ?? { key, idDocuments: asked === undefined ? [] : [asked], name };
  if ('name' in ask && compareNames({ name: ask.name }, subject).result !== 'same') return undefined;
  return prefillOf(
    { asOf: at, subject, cases: file?.cases ?? [], evidence: file?.evidence ?? [] },
    recognised
      .filter((row) => row.personName === '' || compareNames({ name: row.personName }, subject).result !== 'different')
      .map(recognitionOf),
  );
}

function recognitionOf(row: FoldedRow): KnownRecognition {
  const diagnoses = row.fields['recognition.diagnoses'];
  const injury = Array.isArray(diagnoses) ? (diagnoses as unknown as Diagnosis[]).map(({ text }) => text).join('；') : undefined;
  const known = {
    no: textOf(row, 'recognition.no'),
    accidentOn: textOf(row, 'recognition.accidentOn'),
    injury,
    employer: textOf(row, 'employer.name'),
    phone: textOf(row, 'person.phone'),
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
}

function entryOf(
  found: Prefill | undefined,
  ask: PrefillAsk,
  { actor, purpose }: Pick<AuditEntry, 'actor' | 'purpose'>,
): AuditEntry {
  return {
    kind: 'prefill',
    actor,
    purpose,
    result: found === undefined ? 'not-found' : 'found',
    ...(found === undefined ? {} : { subjects: [found.key], items: found.fields.map(({ id }) => id) }),
    ...('caseNo' in ask ? { caseNos: [ask.caseNo] } : {}),
  };
}

/** Throws ERR_CONFIG where no such source is configured. */
function citySource(config: Config, feed: string): CityFeedConfig {
  const found = config.cityFeeds?.find((item) => item.feed === feed);
  if (found === undefined)
    throw new YilianError('ERR_CONFIG', { zh: `未配置 agencies.city.${feed}`, en: `agencies.city.${feed} is not configured` });
  return found;
}

/** Files of a source's folder, in order of name; dot files and what does not fit the pattern are passed over. */
async function filesOf(source: CitySource | CityFeedConfig): Promise<string[]> {
  const { folder, pattern = '*' }: { folder?: string; pattern?: string } = 'folder' in source ? source : {};
  if (folder === undefined)
    throw new YilianError('ERR_CONFIG', {
      zh: '没有给出文件，也没有配置文件夹（channel.folder）',
      en: 'no files are given, and no folder is configured (channel.folder)',
    });
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(folder, error);
  });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.') && matchesPattern(entry.name, pattern))
    .map(({ name }) => join(folder, name))
    .sort();
}

async function importCases(
  files: readonly string[],
  environment: { keys: Keys; store: Store; now: () => Date; send?: OutboxTarget },
): Promise<ImportCounts> {
  const { keys, store, now, send } = environment;
  const at = now().toISOString();
  const entries = [];
  const faults: Parameters<typeof importError>[0][number][] = [];
  for (const path of files) {
    const bytes = await bytesOf(path);
    const name = basename(path);
    const read = readCases(name, bytes);
    faults.push(...read.faults.map((fault) => ({ file: name, ...fault })));
    const sha256 = sha256Hex(bytes);
    for (const { line, entry } of read.entries) {
      const made = caseEntryOf(entry, keys, { id: `city:${sha256.slice(0, 16)}:${line}`, sha256 }, at);
      if (made === undefined)
        faults.push({
          file: name,
          line,
          pointer: '/subject/idDocuments',
          message: { zh: '没有可用的证件号码', en: 'no usable id document' },
        });
      else entries.push(made);
    }
  }
  if (faults.length > 0) throw importError(faults);
  return store.importCases(entries, at, send);
}

/** Throws ERR_INPUT for a file that cannot be read. */
function bytesOf(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(path, error);
  });
}

function unreadable(path: string, { code }: NodeJS.ErrnoException): YilianError {
  return new YilianError(
    'ERR_INPUT',
    { zh: `读不到文件 ${path}（${code}）`, en: `cannot read ${path} (${code})` },
    { place: path },
  );
}
