import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { YilianError } from '../../src/errors.js';
import { sqliteDialect } from '../../src/store/sqlite.js';
import type { Db, Tables } from '../../src/store/tables.js';
import { writeTogether } from '../../src/store/together.js';

/** Small writes that share a transaction: what each is told, and what is on the disk then. */

let folder: string;
let db: Kysely<Tables>;
let transactions: number;
let fails: ((times: number) => Error | undefined) | undefined;
let together: ReturnType<typeof writeTogether>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yilian-together-'));
  writeFileSync(join(folder, 'db'), '');
  db = new Kysely<Tables>({ dialect: sqliteDialect({ path: join(folder, 'db'), name: 'db', waitMs: 1000 }) });
  await db.schema
    .createTable('nonces')
    .addColumn('key_id', 'text')
    .addColumn('nonce', 'text')
    .addColumn('expires_at', 'text')
    .execute();
  transactions = 0;
  fails = undefined;
  together = writeTogether((action) =>
    db.transaction().execute(async (to) => {
      transactions += 1;
      const value = await action(to);
      const error = fails?.(transactions);
      // As a commit that does not succeed: everything was done, and nothing is there.
      if (error !== undefined) throw error;
      return value;
    }),
  );
});
afterEach(async () => {
  await db.destroy();
  rmSync(folder, { recursive: true });
});

const add = (nonce: string) => async (to: Db) => {
  await to.insertInto('nonces').values({ key_id: 'k', nonce, expires_at: '' }).execute();
  if (nonce.startsWith('bad')) throw new Error(nonce);
  return nonce;
};
const kept = async () => (await db.selectFrom('nonces').select('nonce').execute()).map(({ nonce }) => nonce);
const names = (count: number) => Array.from({ length: count }, (_, index) => `n${index}`);

describe('writes together', () => {
  it('makes few transactions of many writes, in their order, and tells each its own', async () => {
    const told = await Promise.all(names(1200).map((name) => together(add(name))));

    expect(told).toEqual(names(1200));
    expect(await kept()).toEqual(names(1200));
    expect(transactions).toBe(4);
  });

  it('tells nobody before it is on the disk', async () => {
    const seen: string[][] = [];
    await Promise.all(
      names(5).map(async (name) => {
        await together(add(name));
        seen.push(await kept());
      }),
    );

    expect(seen.map((all, index) => all.includes(`n${index}`))).toEqual([true, true, true, true, true]);
  });

  it('lets one that throws fail alone, and leaves nothing of it', async () => {
    const told = await Promise.allSettled(['a', 'b', 'bad', 'c'].map((name) => together(add(name))));

    expect(told.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(await kept()).toEqual(['a', 'b', 'c']);
    expect(await together(add('d'))).toBe('d');
  });

  it('fails all where the store cannot be written, and goes on once it can', async () => {
    fails = (times) => (times === 2 ? new YilianError('ERR_STORE_LOCKED', { zh: '锁', en: 'locked' }) : undefined);
    const told = await Promise.allSettled(['a', 'b', 'c'].map((name) => together(add(name))));

    expect(told.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(await kept()).toEqual(['a']);
    expect(await together(add('d'))).toBe('d');
  });
});
