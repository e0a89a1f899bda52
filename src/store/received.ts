import type { Instant, RunManifest } from '../model/index.js';
import { instant } from './order.js';
import type { Db } from './tables.js';

/** What a run's feeds gave and what of it could not be read, as it stood when the run began to judge. */
export type Received = Pick<RunManifest, 'feeds' | 'unknownCodes' | 'rejected'>;

/** Keeps it; a run that is taken up again adds what it then has. Inside a transaction. */
export async function keepReceived(db: Db, run: string, at: Instant, told: Received): Promise<void> {
  const content = JSON.stringify(told);
  await db
    .insertInto('run_received')
    .values({ run, at: instant(at), content })
    .onConflict((conflict) => conflict.columns(['run', 'at']).doUpdateSet({ content }))
    .execute();
}

/** What the newest run had received that had begun to judge by an instant, whether or not it ever ended. */
export async function receivedBy(db: Db, asOf: Instant): Promise<(Received & { run: string }) | undefined> {
  const row = await db
    .selectFrom('run_received')
    .selectAll()
    .where('at', '<=', instant(asOf))
    .orderBy('at', 'desc')
    .orderBy('run', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { feeds, unknownCodes, rejected } = JSON.parse(row.content) as Received;
  return { run: row.run, feeds, unknownCodes, rejected };
}
