import type { NonceStore } from './audit-store.js';
import type { Db } from './tables.js';

/** Numbers used once. They outlive the window in which a signature holds, and restarts. */

/** Far longer than any window (±300 s), so that a clock which was wrong for a while does not make an old request new. */
const keptMs = 86_400_000;
/** Looked for no more often than this, by an index: the cost of forgetting does not grow with the number of requests. */
const forgetEveryMs = 60_000;

/** `write` runs an action in an immediate transaction, which other actions may share. */
export function createNonces(write: <T>(action: (db: Db) => Promise<T>) => Promise<T>, now: () => Date): NonceStore {
  let forgottenAt = Number.NEGATIVE_INFINITY;
  return {
    use: (keyId, nonce, expiresAt) =>
      write(async (db) => {
        const at = now().getTime();
        if (Math.abs(at - forgottenAt) >= forgetEveryMs) {
          const before = new Date(at - keptMs).toISOString();
          await db.deleteFrom('nonces').where('expires_at', '<', before).execute();
          forgottenAt = at;
        }
        const inserted = await db
          .insertInto('nonces')
          .values({ key_id: keyId, nonce, expires_at: expiresAt.toISOString() })
          .onConflict((conflict) => conflict.columns(['key_id', 'nonce']).doNothing())
          .executeTakeFirst();
        return inserted.numInsertedOrUpdatedRows === 1n;
      }),
  };
}
