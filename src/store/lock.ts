import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { YilianError } from '../errors.js';
import type { Lock } from './store.js';
import type { Db, LockTable } from './tables.js';

/** One holder at a time, across processes and hosts: a row with a name, taken inside a write transaction. */

export interface LockEnvironment {
  now: () => Date;
  /** Without a sign for longer than this an owner is taken for dead. */
  staleLockMs: number;
}

/** Takes the lock or throws ERR_STORE_LOCKED. */
export async function takeLock(db: Db, name: string, environment: LockEnvironment): Promise<Lock> {
  const token = randomUUID();
  const { now } = environment;
  await db.transaction().execute(async (transaction) => {
    const other = await holder(transaction, name);
    if (other !== undefined && isAlive(other, environment)) throw locked(other, now());
    const at = now().toISOString();
    const own = { token, host: hostname(), pid: process.pid, process: startOf(process.pid), taken_at: at, beat_at: at };
    await transaction
      .insertInto('locks')
      .values({ name, ...own })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(own))
      .execute();
  });
  return {
    async beat() {
      const renewed = await db
        .updateTable('locks')
        .set({ beat_at: now().toISOString() })
        .where('name', '=', name)
        .where('token', '=', token)
        .executeTakeFirst();
      if (renewed.numUpdatedRows === 0n) throw locked(await holder(db, name), now());
    },
    async release() {
      await db.deleteFrom('locks').where('name', '=', name).where('token', '=', token).execute();
    },
  };
}

function holder(db: Db, name: string): Promise<LockTable | undefined> {
  return db.selectFrom('locks').selectAll().where('name', '=', name).executeTakeFirst();
}

/** Of a process of this host it is known; a process elsewhere is alive as long as it gives signs. */
function isAlive(owner: LockTable, { now, staleLockMs }: LockEnvironment): boolean {
  if (now().getTime() - Date.parse(owner.beat_at) > staleLockMs) return false;
  if (owner.host !== hostname()) return true;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
  }
  return startOf(owner.pid) === owner.process;
}

/**
 * When a process of this host began, as the kernel tells it, so that another process that was given the same number is not taken for it
 * (in a container every first process has number 1). Empty where the kernel does not tell: then the number alone decides.
 */
function startOf(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets and may hold anything; the start is the 22nd.
    return `${boot}/${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`;
  } catch {
    return '';
  }
}

function locked(owner: LockTable | undefined, now: Date): YilianError {
  if (owner === undefined)
    return new YilianError('ERR_STORE_LOCKED', {
      zh: '锁已被释放，不再归本进程所有',
      en: 'the lock has been released and is no longer ours',
    });
  const { pid, host, name } = owner;
  const minutes = Math.max(0, Math.floor((now.getTime() - Date.parse(owner.taken_at)) / 60_000));
  const quiet = Math.max(0, Math.floor((now.getTime() - Date.parse(owner.beat_at)) / 1000));
  return new YilianError(
    'ERR_STORE_LOCKED',
    {
      zh: `「${name}」正由主机 ${host} 上的进程 ${pid} 运行，已 ${minutes} 分钟，${quiet} 秒前仍有动静`,
      en: `${name} is being run by process ${pid} on ${host}, for ${minutes} minutes, last heard of ${quiet} seconds ago`,
    },
    { place: name },
  );
}
