import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { Kysely, Migrator } from 'kysely';
import { YilianError } from '../errors.js';
import { createStore } from './create.js';
import { migrations } from './migrations.js';
import { recordHash } from './retractions.js';
import { type SqliteFile, sqliteDialect, sqliteTypes } from './sqlite.js';
import type { Store } from './store.js';
import type { Tables } from './tables.js';

/** What the store is handed from outside. */
export interface StoreEnvironment {
  /** Folder that a relative path is relative to; the working directory where left out. */
  baseDir?: string;
  /** The clock by which locks are taken and grow old; the system's where left out. */
  now?: () => Date;
  /** Key of the hashes by which retracted records are remembered; without it they are hashes that anybody can compute. */
  secret?: string;
  /** How long to wait for another process's write transaction, in milliseconds; 10 s where left out. */
  waitMs?: number;
  /** A lock whose owner has given no sign for longer than this is taken over, in milliseconds; 10 min where left out. */
  staleLockMs?: number;
}

/**
 * Opens the store at `sqlite:./path`, `sqlite:/path` or `sqlite::memory:`, and makes or completes its tables.
 *
 * Throws ERR_CONFIG for another kind of URL, for a path that cannot be opened and for a database that is not ours, ERR_STORE_DAMAGED for what
 * is no sound database, ERR_STORE_NEWER where a newer program has been at it, ERR_STORE_LOCKED where it stays locked too long.
 */
export async function openStore(url: string, environment: StoreEnvironment = {}): Promise<Store> {
  const file = fileOf(url, environment);
  const db = new Kysely<Tables>({ dialect: sqliteDialect(file) });
  try {
    await migrate(db, file.name);
  } catch (error) {
    await db.destroy().catch(() => undefined);
    throw error;
  }
  return createStore(db, {
    now: environment.now ?? (() => new Date()),
    staleLockMs: environment.staleLockMs ?? 600_000,
    hashOf: recordHash(environment.secret ?? ''),
  });
}

function fileOf(url: string, environment: StoreEnvironment): SqliteFile {
  const waitMs = environment.waitMs ?? 10_000;
  if (/^postgres(ql)?:/i.test(url))
    throw configError(
      '本版本还不支持 PostgreSQL 存储，请用 sqlite:路径',
      'this version has no PostgreSQL store yet, use sqlite:PATH',
    );
  if (!url.startsWith('sqlite:') || url === 'sqlite:')
    throw configError('存储地址须为 sqlite:路径', 'the store must be sqlite:PATH');
  const given = url.slice('sqlite:'.length);
  if (given === ':memory:') return { path: given, name: given, waitMs };
  const path = resolve(environment.baseDir ?? '.', given.replace(/^\/\/(?=\/)/, ''));
  const name = basename(path);
  try {
    // It holds ID numbers: nobody but the owner may read it; SQLite gives its log the rights of the file. A file that is there is not touched:
    // closing it here would take away the locks of a store that this process has open on it.
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) closeSync(openSync(path, 'a', 0o600));
    else if (!found.isFile()) throw new Error('not a file');
  } catch {
    throw configError(`打不开存储文件 ${name}：检查路径与权限`, `cannot open the store file ${name}: check path and permissions`);
  }
  return { path, name, waitMs };
}

function configError(zh: string, en: string): YilianError {
  return new YilianError('ERR_CONFIG', { zh, en }, { place: '/store' });
}

const table = 'yilian_migrations';

async function migrate(db: Kysely<Tables>, name: string): Promise<void> {
  const ours = migrations(sqliteTypes);
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (tables.length > 0 && !tables.some((item) => item.name === table))
    throw configError(`${name} 是别的程序的数据库`, `${name} is another program's database`);
  const done =
    tables.length === 0
      ? []
      : await db
          .selectFrom(table as never)
          .select('name' as never)
          .execute();
  const names = new Set((done as { name: string }[]).map((row) => row.name));
  const unknown = [...names].filter((item) => !(item in ours)).sort();
  if (unknown.length > 0)
    throw new YilianError(
      'ERR_STORE_NEWER',
      {
        zh: `存储 ${name} 由更新版本的程序建立（${unknown.join('、')}）：请升级程序`,
        en: `the store ${name} was written by a newer program (${unknown.join(', ')}): upgrade the program`,
      },
      { place: name },
    );
  if (Object.keys(ours).every((item) => names.has(item))) return;
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ours },
    migrationTableName: table,
    migrationLockTableName: 'yilian_migration_lock',
    nameComparator: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
