import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, Migrator, sql } from 'kysely';
import Database from 'libsql';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { openStore } from '../../src/store/index.js';
import { migrations } from '../../src/store/migrations.js';
import { codeOf, sqliteDialect, sqliteTypes } from '../../src/store/sqlite.js';
import { all, batch, death, entry, finding, hour, li, wang } from './examples.js';
import { endOthers, OtherProcess } from './processes.js';

/** What can be opened, and what is said of what cannot. */

// Every store waits for the disk, and other processes have to start, which a busy machine may take its time over.
vi.setConfig({ testTimeout: 60_000 });

const folder = mkdtempSync(join(tmpdir(), 'yilian-open-'));
afterEach(endOthers);
afterAll(() => rmSync(folder, { recursive: true }));

/** A closed store with a few hundred records. */
async function filled(name: string): Promise<string> {
  const store = await openStore(`sqlite:./${name}`, { baseDir: folder });
  await store.importCases([entry(wang)], hour(0));
  const evidence = Array.from({ length: 300 }, (_, index) => ({ personKey: 'a1', evidence: death(`R-${index}`, hour(1)) }));
  await store.receive(batch({ evidence }));
  await store.close();
  return join(folder, name);
}

describe("SQLite's extended result codes", () => {
  // A read-only folder, a snapshot that is too old to write on, a short read, a damaged index: https://sqlite.org/rescode.html.
  it.each([
    ['UNKNOWN_SQLITE_ERROR_1544', 'SQLITE_READONLY'],
    ['UNKNOWN_SQLITE_ERROR_517', 'SQLITE_BUSY'],
    ['UNKNOWN_SQLITE_ERROR_522', 'SQLITE_IOERR'],
    ['UNKNOWN_SQLITE_ERROR_779', 'SQLITE_CORRUPT'],
    ['SQLITE_FULL', 'SQLITE_FULL'],
    ['UNKNOWN_SQLITE_ERROR_1', 'UNKNOWN_SQLITE_ERROR_1'],
  ])('%s is %s', (code, name) => {
    expect(codeOf(Object.assign(new Error('x'), { code }))).toBe(name);
  });
});

describe('opening a store', () => {
  it('makes the file and its folder, for the owner alone, relative to the folder given', async () => {
    const store = await openStore('sqlite:./state/deep/yilian.db', { baseDir: folder });
    await store.close();

    expect(statSync(join(folder, 'state/deep/yilian.db')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'state')).mode & 0o777).toBe(0o700);
  });

  it('finds again what an earlier process left, also by an absolute path', async () => {
    const path = await filled('again.db');

    const store = await openStore(`sqlite:${path}`, { baseDir: '/nowhere' });

    expect((await store.caseFile('a1', hour(2)))?.evidence).toHaveLength(300);
    await store.close();
  });

  it('leaves one whole file when it is closed', async () => {
    const path = await filled('whole.db');
    const copy = join(folder, 'copy.db');
    writeFileSync(copy, readFileSync(path));

    const store = await openStore(`sqlite:${copy}`);

    expect((await store.caseFile('a1', hour(2)))?.evidence).toHaveLength(300);
    await store.close();
  });

  it('writes ahead, waits for the disk, and keeps foreign keys', async () => {
    const path = await filled('pragmas.db');
    const db = new Kysely<unknown>({ dialect: sqliteDialect({ path, name: 'pragmas.db', waitMs: 0 }) });
    const pragma = async (name: string) =>
      (await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(db)).rows[0]?.[name];

    expect(await pragma('journal_mode')).toBe('wal');
    expect(await pragma('synchronous')).toBe(2);
    expect(await pragma('foreign_keys')).toBe(1);
    await db.destroy();
  });

  it('hands the engine only what it can hold, because another value would end the process', async () => {
    const db = new Kysely<unknown>({ dialect: sqliteDialect({ path: ':memory:', name: ':memory:', waitMs: 0 }) });
    const given = async (value: unknown) => (await sql<{ value: unknown }>`select ${value} as value`.execute(db)).rows[0]?.value;

    expect(await given('a\u0000b')).toBe('a\u2400b');
    expect(await given(undefined)).toBeNull();
    expect(await given(12n)).toBe(12);
    for (const value of [true, Number.NaN, new Date(0), {}, []])
      await expect(given(value)).rejects.toMatchObject({ code: 'ERR_INTERNAL' });
    await db.destroy();
  });

  it('twice in one process gives two stores on one file, and closing one leaves the other its locks', async () => {
    const path = await filled('twice.db');
    const first = await openStore(`sqlite:${path}`);
    const second = await openStore(`sqlite:${path}`);
    await second.close();

    const other = new OtherProcess(`const store = await openStore(${JSON.stringify(`sqlite:${path}`)}); await store.close();`);
    expect(await other.ended).toBe(0);
    await first.receive(batch({ evidence: [{ personKey: 'a1', evidence: death('R-last', hour(1)) }] }));
    await first.close();

    const after = await openStore(`sqlite:${path}`);
    expect((await after.caseFile('a1', hour(2)))?.evidence).toHaveLength(301);
    await after.close();
  });

  it.each(['postgres://host/yilian', 'postgresql://host/yilian'])('says of %s that this version cannot', async (url) => {
    await expect(openStore(url)).rejects.toMatchObject({ code: 'ERR_CONFIG', place: '/store' });
    await expect(openStore(url)).rejects.toThrow(/PostgreSQL.*\/.*PostgreSQL/);
  });

  it.each(['', 'sqlite:', 'mysql://host/x', './yilian.db'])('says of %j that it is no store', async (url) => {
    await expect(openStore(url)).rejects.toMatchObject({ code: 'ERR_CONFIG' });
  });

  it('says of a folder that it cannot be opened, without the path', async () => {
    mkdirSync(join(folder, 'a-folder'), { recursive: true });

    const refused = openStore('sqlite:./a-folder', { baseDir: folder });

    await expect(refused).rejects.toMatchObject({ code: 'ERR_CONFIG' });
    await expect(refused).rejects.not.toThrow(folder);
  });
});

describe('a store that is not sound', () => {
  it.each([
    ['that is no database', (bytes: Buffer) => Buffer.from('这不是数据库，而是一封信。'.repeat(bytes.length / 64))],
    ['that has lost its end', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
    [
      'whose first pages were overwritten',
      (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 100), Buffer.alloc(8192, 0xff), bytes.subarray(8292)]),
    ],
  ])('%s is damaged, said with its name and not its path', async (how, damage) => {
    const name = `damaged-${how.split(' ').at(-1)}.db`;
    const path = await filled(name);
    const bytes = readFileSync(path);
    writeFileSync(path, damage(bytes));

    const refused = openStore(`sqlite:${path}`);

    await expect(refused).rejects.toMatchObject({ code: 'ERR_STORE_DAMAGED', place: name, who: 'operator' });
    await expect(refused).rejects.toThrow(name);
    await expect(refused).rejects.not.toThrow(folder);
  });

  it('in the middle says so when it gets there', async () => {
    const path = await filled('middle.db');
    const bytes = readFileSync(path);
    // Behind the pages that hold the tables' definitions, which are read on opening.
    bytes.fill(0xff, 4096 * Math.floor((bytes.length / 4096) * 0.7));
    writeFileSync(path, bytes);
    const store = await openStore(`sqlite:${path}`);

    await expect(store.caseFile('a1', hour(2))).rejects.toMatchObject({ code: 'ERR_STORE_DAMAGED', place: 'middle.db' });
    await store.close();
  });

  it('that a newer program has changed is left alone', async () => {
    const path = await filled('newer.db');
    const database = new Database(path);
    database.exec("insert into yilian_migrations (name, timestamp) values ('0999-later', '2030-01-01T00:00:00.000Z')");
    database.close();

    await expect(openStore(`sqlite:${path}`)).rejects.toMatchObject({ code: 'ERR_STORE_NEWER', place: 'newer.db' });
  });

  it("that is another program's database is left alone", async () => {
    const path = join(folder, 'other.db');
    const database = new Database(path);
    database.exec('create table letters (id integer primary key)');
    database.close();

    await expect(openStore(`sqlite:${path}`)).rejects.toMatchObject({ code: 'ERR_CONFIG' });
    const after = new Database(path);
    expect(after.prepare("select name from sqlite_master where type = 'table'").all([])).toEqual([{ name: 'letters' }]);
    after.close();
  });
});

it('a person whose row is damaged keeps nobody else from being read', async () => {
  const path = join(folder, 'row.db');
  const store = await openStore(`sqlite:${path}`);
  await store.importCases([entry(wang), entry(li)], hour(0));
  const database = new Database(path);
  database.prepare("update city_file set content = '{\"key\":' where person_key = 'a1'").run([]);
  database.close();

  expect((await all(store.subjects(hour(1)))).map(({ key }) => key)).toEqual(['b2']);
  expect(await store.subjectKeys(hour(1))).toEqual(['a1', 'b2']);
  await expect(store.subject('a1', hour(1))).rejects.toThrow(SyntaxError);
  await store.close();
});

describe('what identifies a person', () => {
  it('stands only where everything passes through the one place that can seal it', async () => {
    const path = join(folder, 'sealed.db');
    const store = await openStore(`sqlite:${path}`);
    const number = '370799196001010018';
    await store.importCases([entry(wang)], hour(0));
    await store.receive(
      batch({
        evidence: [{ personKey: 'a1', evidence: death('R-1', hour(1)) }],
        messages: [
          { id: 'm1', sha256: 'aa', agency: 'health', feed: 'f', receivedAt: hour(1), bytes: Buffer.from(`王测试,${number}`) },
        ],
        lookups: [{ personKey: 'a1', outcome: 'found', at: hour(1) }],
      }),
    );
    const told = finding('f-1', { explanation: { zh: `王测试（${number}）`, en: `${number}` } });
    await store.putFindings('run-1', hour(1), [{ finding: told, change: 'new', state: 'open' }], []);
    const file = await store.caseFile('a1', hour(1));
    const failure = { rule: 'paid-twice', personKey: 'a1', error: { name: 'TypeError', message: '' } };
    await store.putFailures('run-1', hour(1), file === undefined ? [] : [{ ...failure, file: { ...file, feeds: [] } }]);
    await store.close();

    const database = new Database(path);
    const tables = database.prepare("select name from sqlite_master where type = 'table'").all([]) as { name: string }[];
    const places = new Set<string>();
    for (const { name } of tables)
      for (const row of database.prepare(`select * from ${name}`).all([]) as Record<string, unknown>[])
        for (const [column, value] of Object.entries(row)) {
          const text = value instanceof ArrayBuffer ? Buffer.from(value).toString() : String(value);
          if (text.includes(number) || text.includes('王测试')) places.add(`${name}.${column}`);
        }
    database.close();
    expect([...places].sort()).toEqual([
      'city_file.content',
      'evidence.content',
      'failed_files.content',
      'finding_versions.content',
      'findings.content',
      'messages.bytes',
    ]);
  });
});

describe('a store of the first version', () => {
  it('opens, keeps its findings, and takes decisions', async () => {
    const path = join(folder, 'first.db');
    writeFileSync(path, '');
    const db = new Kysely<unknown>({ dialect: sqliteDialect({ path, name: 'first.db', waitMs: 1000 }) });
    const { '0001-first': first } = migrations(sqliteTypes);
    const migrator = new Migrator({
      db,
      provider: { getMigrations: async () => (first === undefined ? {} : { '0001-first': first }) },
      migrationTableName: 'yilian_migrations',
      migrationLockTableName: 'yilian_migration_lock',
    });
    await migrator.migrateToLatest();
    const columns = sql`(id, rule, person_key, state, first_seen_at, last_seen_at, hash, content)`;
    const content = JSON.stringify(finding('f-1'));
    await sql`insert into findings ${columns} values ('f-1', 'exam-after-death', 'a1', 'open', ${hour(1)}, ${hour(1)}, 'h', ${content})`.execute(
      db,
    );
    await sql`insert into finding_history (finding, at, run, to_state, change) values ('f-1', ${hour(1)}, 'run-1', 'open', 'new')`.execute(
      db,
    );
    await db.destroy();

    const store = await openStore('sqlite:./first.db', { baseDir: folder });
    const before = await store.finding('f-1');
    const decision = { finding: finding('f-1'), state: 'confirmed' as const, by: '李科长', reason: '已核', told: ['待遇科'] };
    await store.moveFindings(['f-1'], hour(2), () => decision);
    const after = await store.finding('f-1');
    await store.close();

    expect(before).toEqual({
      finding: finding('f-1'),
      state: 'open',
      firstSeenAt: hour(1),
      lastSeenAt: hour(1),
      history: [{ at: hour(1), run: 'run-1', to: 'open', change: 'new' }],
    });
    expect(after).toMatchObject({ state: 'confirmed', told: [{ whom: '待遇科', by: '李科长' }] });
  });
});
