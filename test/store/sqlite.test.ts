import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { openStore } from '../../src/store/index.js';
import { storeSuite } from './suite.js';

// Every store waits for the disk, which a busy machine may take its time over.
vi.setConfig({ testTimeout: 60_000 });

storeSuite('a store in a SQLite file', async (environment) => {
  const folder = await mkdtemp(join(tmpdir(), 'yilian-store-'));
  const store = await openStore('sqlite:./state/yilian.db', { ...environment, baseDir: folder });
  return {
    store,
    async dispose() {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
});

storeSuite('a store in memory', async (environment) => {
  const store = await openStore('sqlite::memory:', environment);
  return { store, dispose: () => store.close() };
});
