import { Kysely, Migrator } from 'kysely';
import { expect, it } from 'vitest';
import { migrations } from '../../src/store/migrations.js';
import { keepRetractions, recordHash, retractionsOf } from '../../src/store/retractions.js';
import { sqliteDialect, sqliteTypes } from '../../src/store/sqlite.js';
import type { Tables } from '../../src/store/tables.js';
import { hour } from './examples.js';

/** What is remembered of records that were taken back, of which most are nobody's on file. */

const feed = { agency: 'health', feed: 'death-certificates' };
const hashOf = recordHash('the secret of a city');

async function opened(): Promise<Kysely<Tables>> {
  const db = new Kysely<Tables>({ dialect: sqliteDialect({ path: ':memory:', name: ':memory:', waitMs: 1000 }) });
  const provider = { getMigrations: async () => migrations(sqliteTypes) };
  await new Migrator({ db, provider }).migrateToLatest();
  return db;
}

it('only the newest so many of a feed are remembered', async () => {
  const db = await opened();
  for (const [index, recordId] of ['a', 'b', 'c'].entries())
    await keepRetractions(db, hashOf, feed, [{ recordId, updatedAt: '2026-02-27' }], { at: hour(index + 1), most: 2 });
  await keepRetractions(db, hashOf, { ...feed, feed: 'stays' }, [{ recordId: 'a', updatedAt: '2026-02-27' }], {
    at: hour(4),
    most: 2,
  });

  expect([...(await retractionsOf(db, hashOf, feed, ['a', 'b', 'c'])).keys()].sort()).toEqual(['b', 'c']);
  await db.destroy();
});

it('nothing is kept but feed, keyed hash and times', async () => {
  const db = await opened();
  await keepRetractions(db, hashOf, feed, [{ recordId: 'R-1', updatedAt: '2026-02-27' }, { recordId: 'R-2' }], { at: hour(1) });

  const rows = await db.selectFrom('retractions').selectAll().execute();
  expect(rows).toEqual([
    {
      ...feed,
      // HMAC-SHA256 of ["health","death-certificates","R-1"], its first half.
      record: '6365c13f259a063425ae5174c95bc92c',
      updated_at: '2026-02-27',
      received_at: hour(1),
    },
  ]);
  await db.destroy();
});
