import { isYilianError } from '../errors.js';
import type { Db } from './tables.js';

type Write = <T>(action: (db: Db) => Promise<T>) => Promise<T>;

interface Waiting {
  run(db: Db): Promise<() => void>;
  reject(error: unknown): void;
  /** By itself, in a transaction of its own. */
  alone(): Promise<void>;
}

/** Actions in one transaction at most: none is long. */
const most = 500;

/**
 * Small writes that come while another one is on its way to the disk share the next transaction: what a commit costs is the disk's answer, however much is in
 * it. They run one after the other, and each caller hears only once all of them are on the disk. Where one throws, all are undone and each
 * is done again by itself; so an action may run twice and must have no effect but on the database.
 */
export function writeTogether(write: Write): Write {
  const waiting: Waiting[] = [];
  let isWriting = false;

  const writeBatch = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const done = await write(async (db) => {
        const tell: (() => void)[] = [];
        for (const one of batch) tell.push(await one.run(db));
        return tell;
      });
      for (const tell of done) tell();
    } catch (error) {
      // A store that cannot be written takes all; one action that is refused must not take others with it.
      if (batch.length > 1 && !isStoreError(error)) for (const one of batch) await one.alone();
      else for (const one of batch) one.reject(error);
    }
  };

  const writeAll = async (): Promise<void> => {
    isWriting = true;
    while (waiting.length > 0) await writeBatch(waiting.splice(0, most));
    isWriting = false;
  };

  return (action) =>
    new Promise((resolve, reject) => {
      waiting.push({
        run: async (db) => {
          const value = await action(db);
          return () => resolve(value);
        },
        reject,
        alone: () => write(action).then(resolve, reject),
      });
      if (!isWriting) void writeAll();
    });
}

function isStoreError(error: unknown): boolean {
  return isYilianError(error) && error.code.startsWith('ERR_STORE');
}
