import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type TransactionSettings,
} from 'kysely';
import Database from 'libsql';
import { isYilianError, YilianError } from '../errors.js';
import type { ColumnTypes } from './migrations.js';

/**
 * SQLite for Kysely, over `libsql`: a file that the nightly job and the backend may use at the same time (WAL), where every write transaction
 * takes the write lock at its beginning, and where nothing is called written before it is on the disk (synchronous=FULL).
 *
 * Everything that only SQLite has is in this file.
 */
export interface SqliteFile {
  /** A path, or `:memory:`. */
  path: string;
  /** What errors call it: the file's base name. */
  name: string;
  /** How long to wait for another process's write transaction, in milliseconds. */
  waitMs: number;
}

/** How SQLite names the column types that engines name differently. */
export const sqliteTypes: ColumnTypes = {
  id: { type: 'integer', build: (column) => column.primaryKey() },
  bytes: 'blob',
};

/** The dialect of one file. */
export function sqliteDialect(file: SqliteFile): Dialect {
  return {
    createAdapter: () => new Adapter(),
    createDriver: () => new SqliteDriver(file),
    createIntrospector: (db: Kysely<unknown>): DatabaseIntrospector => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** SQLite does roll back a change of tables: a killed migration leaves nothing behind. */
class Adapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** One connection, lent to one caller at a time. */
class SqliteDriver implements Driver {
  readonly #file: SqliteFile;
  #connection: SqliteConnection | undefined;
  #waiting: Promise<void> = Promise.resolve();
  #giveBack: () => void = () => undefined;

  constructor(file: SqliteFile) {
    this.#file = file;
  }

  async init(): Promise<void> {
    const connection = new SqliteConnection(this.#file);
    try {
      await connection.prepare();
    } catch (error) {
      connection.close();
      throw error;
    }
    this.#connection = connection;
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#waiting;
    let giveBack = () => {};
    this.#waiting = new Promise((resolve) => {
      giveBack = resolve;
    });
    await before;
    this.#giveBack = giveBack;
    return this.#open();
  }

  async releaseConnection(): Promise<void> {
    this.#giveBack();
  }

  async beginTransaction(_: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    await this.#open().execute(settings.accessMode === 'read only' ? 'begin' : 'begin immediate');
  }

  async commitTransaction(): Promise<void> {
    await this.#open().execute('commit');
  }

  async rollbackTransaction(): Promise<void> {
    // An error such as a full disk has rolled back by itself.
    if (this.#open().inTransaction) await this.#open().execute('rollback');
  }

  async destroy(): Promise<void> {
    this.#connection?.close();
    this.#connection = undefined;
  }

  #open(): SqliteConnection {
    if (this.#connection === undefined)
      throw new YilianError('ERR_INTERNAL', { zh: '存储已关闭', en: 'the store is closed' }, { place: this.#file.name });
    return this.#connection;
  }
}

/** Prepared statements kept for the next use. */
const keptStatements = 200;
/** SQLite blocks the whole process while it waits for a lock, so it waits this long at most, and we the rest without blocking. */
const blockingMs = 200;
const pauseMs = 20;

/**
 * Files open in this process, and how often. Whoever opens and closes such a file besides SQLite takes its locks away (POSIX locks belong to
 * the process, not to the file handle), and another process may then tidy up under our feet.
 */
const openHere = new Map<string, number>();

class SqliteConnection implements DatabaseConnection {
  readonly #file: SqliteFile;
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();

  constructor(file: SqliteFile) {
    this.#file = file;
    try {
      if (!openHere.has(file.path) && file.path !== ':memory:' && hasLostItsEnd(file.path)) throw damaged(file.name);
      this.#database = new Database(file.path);
      openHere.set(file.path, (openHere.get(file.path) ?? 0) + 1);
    } catch (error) {
      if (isYilianError(error)) throw error;
      throw new YilianError(
        'ERR_CONFIG',
        {
          zh: `打不开存储文件 ${file.name}：检查路径与权限`,
          en: `cannot open the store file ${file.name}: check path and permissions`,
        },
        { place: file.name },
      );
    }
  }

  get inTransaction(): boolean {
    return this.#database.inTransaction;
  }

  /** Sets what every connection needs; journal_mode is kept in the file, the rest is the connection's. */
  async prepare(): Promise<void> {
    const pragmas = [`busy_timeout = ${Math.min(blockingMs, this.#file.waitMs)}`, 'journal_mode = wal', 'synchronous = full'];
    for (const pragma of [...pragmas, 'foreign_keys = on', 'trusted_schema = off'])
      await this.#patiently(() => this.#database.pragma(pragma));
  }

  /** For statements without parameters and rows; they are finished when it returns, which a prepared one that met a lock is not. */
  async execute(sql: string): Promise<void> {
    await this.#patiently(() => this.#database.exec(sql));
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const parameters = query.parameters.map(bindable);
    return this.#patiently(() => {
      const statement = this.#statement(query.sql);
      if (statement.reader) return { rows: statement.all(parameters) as R[] };
      const { changes, lastInsertRowid } = statement.run(parameters);
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
    });
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new YilianError('ERR_INTERNAL', { zh: '存储按页读取，不用游标', en: 'the store reads page by page, without cursors' });
  }

  /** Brings what is in the log into the file, where nobody else is using it, and closes. */
  close(): void {
    this.#statements.clear();
    try {
      if (this.#file.path !== ':memory:') {
        this.#database.pragma('busy_timeout = 0');
        this.#database.pragma('wal_checkpoint(truncate)');
      }
    } catch {
      // Somebody else is reading or writing: the log stays, and is complete.
    }
    this.#database.close();
    const others = (openHere.get(this.#file.path) ?? 1) - 1;
    if (others === 0) openHere.delete(this.#file.path);
    else openHere.set(this.#file.path, others);
  }

  #statement(sql: string): Database.Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    for (const oldest of this.#statements.keys()) {
      if (this.#statements.size < keptStatements) break;
      this.#statements.delete(oldest);
    }
    this.#statements.set(sql, statement);
    return statement;
  }

  /** Does it, waiting as long as agreed where another process holds the lock. A statement that met a lock has done nothing yet. */
  async #patiently<T>(action: () => T): Promise<T> {
    const began = performance.now();
    for (;;) {
      try {
        return action();
      } catch (error) {
        if (!isBusy(error) || performance.now() - began >= this.#file.waitMs) throw storeError(error, this.#file.name);
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

/** Only what `libsql` can bind: it ends the whole process over a boolean. NUL would end a text. */
function bindable(value: unknown): string | number | bigint | Uint8Array | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value.includes('\u0000') ? value.replaceAll('\u0000', '\u2400') : value;
  if ((typeof value === 'number' && !Number.isNaN(value)) || typeof value === 'bigint' || value instanceof Uint8Array)
    return value;
  throw new YilianError('ERR_INTERNAL', {
    zh: `无法存储的值类型：${typeof value}`,
    en: `a value the store cannot hold: ${typeof value}`,
  });
}

/** SQLite's primary result codes that say something of the file (https://sqlite.org/rescode.html). */
const primaryCodes: Readonly<Record<number, string>> = {
  3: 'SQLITE_PERM',
  5: 'SQLITE_BUSY',
  6: 'SQLITE_LOCKED',
  8: 'SQLITE_READONLY',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  23: 'SQLITE_AUTH',
  26: 'SQLITE_NOTADB',
};

/** The code's name. libsql has none for most extended codes (`UNKNOWN_SQLITE_ERROR_1544`): of these the primary one, in the low byte, speaks. */
export function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string') return '';
  const extended = /^UNKNOWN_SQLITE_ERROR_(\d+)$/.exec(code)?.[1];
  return extended === undefined ? code : (primaryCodes[Number(extended) & 0xff] ?? code);
}

function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error));
}

/** SQLite's failures as the caller meets them; anything else is a fault of ours and goes on as it is. */
function storeError(error: unknown, name: string): unknown {
  const code = codeOf(error);
  const place = { place: name };
  if (isBusy(error))
    return new YilianError(
      'ERR_STORE_LOCKED',
      {
        zh: `存储 ${name} 正被另一进程写入，等待超时`,
        en: `the store ${name} is being written by another process, and waiting took too long`,
      },
      place,
    );
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return damaged(name);
  if (/^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|PERM|AUTH)/.test(code))
    return new YilianError(
      'ERR_STORE_DAMAGED',
      {
        zh: `存储 ${name} 无法读写（${code}）：检查磁盘空间、磁盘与权限`,
        en: `the store ${name} cannot be read or written (${code}): check disk space, the disk and permissions`,
      },
      place,
    );
  return error;
}

function damaged(name: string): YilianError {
  return new YilianError(
    'ERR_STORE_DAMAGED',
    {
      zh: `存储 ${name} 已损坏，或不是数据库：请从备份恢复`,
      en: `the store ${name} is damaged or not a database: restore it from a backup`,
    },
    { place: name },
  );
}

/**
 * Whether the file is shorter than its header says, which SQLite itself notices only when it comes to a page that is not there. Only where
 * there is no log, before and after looking: while pages come over from the log the header is ahead of the file. Never for a file that is open
 * in this process. (SQLite file format, 1.3.)
 */
function hasLostItsEnd(path: string): boolean {
  const isLogged = () => (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
  if (isLogged()) return false;
  const header = Buffer.alloc(100);
  const file = openSync(path, 'r');
  try {
    if (readSync(file, header, 0, 100, 0) < 100 || header.toString('latin1', 0, 15) !== 'SQLite format 3') return false;
    const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
    return fstatSync(file).size < pageSize * header.readUInt32BE(28) && !isLogged();
  } finally {
    closeSync(file);
  }
}
