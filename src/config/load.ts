import { dirname, resolve } from 'node:path';
import { isYilianError } from '../errors.js';
import type { Bilingual } from '../model/index.js';
import { compile } from '../schema.js';
import { readCityFeed } from './city.js';
import type { Catalogue, Config } from './config.js';
import { readConnection } from './connection.js';
import { parameterFaults } from './parameters.js';
import { type RawTrust, readTrust, type Trust } from './partners.js';
import { configurationError, type Fault, own, readConfiguration, without } from './read.js';
import { resolveSecrets } from './secrets.js';
import { configurationShape } from './shape.js';
import { readCalendar, readInstitutions, readPrivateUse } from './tables.js';

/**
 * Reads and checks a configuration. All faults are found at once, each with its place.
 *
 * Throws ERR_CONFIG.
 */
export async function loadConfig(
  path: string,
  catalogue: Catalogue,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Config> {
  const file = resolve(path);
  const folder = dirname(file);
  const tree = await readConfiguration(file);
  const faults: Fault[] = [];

  const program = /\.m?js$/.test(file);
  const resolved = resolveSecrets(tree.value, folder, environment, program ? 'accept' : 'refuse');
  faults.push(...resolved.faults);
  const shape = validateShape(resolved.value);
  if (!shape.ok) faults.push(...shape.faults);
  // What is wrongly shaped is told and put aside, so that everything else is still checked in the same go.
  const sound = shape.ok ? shape.value : without<RawConfiguration>(resolved.value, shape.faults);
  const parts = await readParts(sound ?? {}, folder, catalogue, faults);
  if (!shape.ok || faults.length > 0) {
    // A secret that was refused or not found is empty now; that is told once.
    const untold = new Set(resolved.faults.map((fault) => fault.pointer));
    throw configurationError(
      path,
      faults
        .filter((fault) => resolved.faults.includes(fault) || !untold.has(fault.pointer))
        .map((fault) => ({ ...fault, ...place(tree.place(fault.pointer)) })),
    );
  }
  const { city, operator, personKey, store = 'sqlite:./state/yilian.db', limits, materials } = shape.value;
  return {
    path: file,
    folder,
    city,
    store,
    personKey,
    operator: { ...operator, organisation: operator.organisation ?? city.organisation },
    limits: { ...defaultLimits, ...limits },
    ...(materials === undefined ? {} : { materials }),
    ...parts,
  };
}

const defaultLimits: Config['limits'] = { rejectedShare: 0.5, rejectedRows: 20, blastFactor: 10, blastLeast: 50 };

/** The tree once its shape is known to be right. */
interface RawConfiguration extends RawTrust {
  city: Config['city'];
  store?: string;
  personKey: string;
  operator: { name: string; id: string; organisation?: string };
  rules?: Record<string, 'off' | false | Record<string, unknown>>;
  institutions?: string;
  calendar?: string;
  privateUse?: string;
  limits?: Partial<Config['limits']>;
  materials?: Config['materials'];
  agencies: Record<string, Record<string, unknown>>;
}

const validateShape = compile<RawConfiguration>(configurationShape);

/** What the tree points to and what a schema cannot say; every fault is added to `faults`. */
async function readParts(
  raw: Partial<RawConfiguration>,
  folder: string,
  catalogue: Catalogue,
  faults: Fault[],
): Promise<Pick<Config, 'rules' | 'institutions' | 'calendar' | 'privateUse' | 'connections' | 'cityFeeds'> & Trust> {
  const at = async <T>(
    pointer: string,
    path: string | undefined,
    read: (path: string) => Promise<T>,
    otherwise: T,
  ): Promise<T> => {
    if (path === undefined) return otherwise;
    try {
      return await read(resolve(folder, path));
    } catch (error) {
      const { zh, en } = isYilianError(error) ? error.text : unreadable(error);
      faults.push({ pointer, message: { zh: `${path}：${zh}`, en: `${path}: ${en}` } });
      return otherwise;
    }
  };
  const institutions = await at('/institutions', raw.institutions, readInstitutions, []);
  const calendar = await at('/calendar', raw.calendar, readCalendar, { holidays: [], workdays: [] });
  const privateUse = await at('/privateUse', raw.privateUse, readPrivateUse, new Map<string, string>());

  const connections: Config['connections'][number][] = [];
  const cityFeeds: NonNullable<Config['cityFeeds']>[number][] = [];
  for (const [agency, feeds] of Object.entries(raw.agencies ?? {})) {
    for (const [feed, entry] of Object.entries(feeds)) {
      if (agency === 'city') {
        const read = await readCityFeed({ feed, pointer: `/agencies/city/${feed}`, folder, raw: entry, catalogue });
        faults.push(...read.faults);
        if (read.config) cityFeeds.push(read.config);
        continue;
      }
      const list = Array.isArray(entry) ? entry : [entry];
      for (const [index, item] of list.entries()) {
        const pointer = Array.isArray(entry) ? `/agencies/${agency}/${feed}/${index}` : `/agencies/${agency}/${feed}`;
        const connection = Array.isArray(entry) && entry.length > 1 ? String(index + 1) : '';
        const read = await readConnection({ agency, feed, connection, pointer, folder, raw: item, catalogue });
        faults.push(...read.faults);
        if (read.config) connections.push(read.config);
      }
    }
  }

  const rules: Config['rules'] = {};
  for (const [rule, value] of Object.entries(raw.rules ?? {})) {
    const defaults = own(catalogue.rules, rule);
    if (defaults === undefined) {
      faults.push({ pointer: `/rules/${rule}`, message: { zh: `没有这条规则：${rule}`, en: `there is no rule ${rule}` } });
      continue;
    }
    if (value === 'off' || value === false) {
      rules[rule] = 'off';
      continue;
    }
    for (const { pointer, message } of parameterFaults(rule, defaults, value)) {
      faults.push({ pointer: `/rules/${rule}${pointer}`, message });
    }
    rules[rule] = value;
  }

  if (raw.store !== undefined && !/^sqlite:./.test(raw.store)) {
    const message = /^postgres(ql)?:/i.test(raw.store)
      ? {
          zh: '本版本还不支持 PostgreSQL 存储，请用 sqlite:路径',
          en: 'this version has no PostgreSQL store yet, use sqlite:PATH',
        }
      : { zh: '存储地址须为 sqlite:路径', en: 'the store must be sqlite:PATH' };
    faults.push({ pointer: '/store', message });
  }
  if (raw.personKey !== undefined && raw.personKey !== '' && Buffer.byteLength(raw.personKey, 'utf8') < 16) {
    faults.push({ pointer: '/personKey', message: { zh: '人员密钥至少 16 字节', en: 'the person key needs at least 16 bytes' } });
  }
  for (const material of Object.keys(raw.materials ?? {})) {
    if (catalogue.materials?.includes(material) === false)
      faults.push({
        pointer: `/materials/${material}`,
        message: { zh: `没有这种材料：${material}`, en: `there is no material ${material}` },
      });
  }
  const trust = await readTrust(raw, folder, catalogue, faults);
  return { rules, institutions, calendar, privateUse, connections, cityFeeds, ...trust };
}

/** What the system or a parser says of a file, by its code: their words are English only and hold whole paths. */
function unreadable(error: unknown): Bilingual {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return { zh: `无法读取（${code}）`, en: `cannot be read (${code})` };
}

function place(at: string | undefined): { at?: string } {
  return at === undefined ? {} : { at };
}
