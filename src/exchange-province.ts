import type { AuditLog } from './audit/log.js';
import type { Config } from './config/index.js';
import type { Keys } from './identity/index.js';
import type { ConnectedFeed } from './reconcile/pull.js';
import { lookUpNow } from './reconcile/pull-lookups.js';
import { linkageOf } from './reconcile/resemble.js';
import type { Store } from './store/store.js';

export interface RefreshSurroundings {
  config: Pick<Config, 'operator' | 'privateUse'>;
  feeds: readonly ConnectedFeed[];
  store: Store;
  audit: AuditLog;
  keys: Keys;
  now: () => Date;
}

/** A case that was asked about is not asked about again for so long: whoever calls the city must not make it flood the province. */
const everyMs = 60_000;
/** A partner waits meanwhile; what comes later is for the night. */
const longestMs = 15_000;

/**
 * Asks the province's feed anew about the person of a case, so that a re-appraisal that was opened since the night is known: once a case and minute,
 * noted and kept as in a night. Undefined where no feed of the province is asked about persons. What it gives throws what the province failed with.
 */
export function provincialRefresh(around: RefreshSurroundings): ((caseNo: string) => Promise<void>) | undefined {
  const { feeds, now } = around;
  const asking = feeds.filter(
    ({ policy, feed }) => policy.agency === 'provincial-appraisal' && policy.mode === 'lookup' && feed.lookup !== undefined,
  );
  if (asking.length === 0) return undefined;
  const asked = new Map<string, { at: number; done: Promise<void> }>();
  return (caseNo) => {
    const at = now().getTime();
    for (const [key, before] of asked) if (at - before.at >= everyMs) asked.delete(key);
    const before = asked.get(caseNo);
    // Whoever asks meanwhile waits for the same answer.
    if (before !== undefined) return before.done;
    const done = ask(caseNo, asking, around);
    asked.set(caseNo, { at, done });
    return done;
  };
}

async function ask(caseNo: string, asking: readonly ConnectedFeed[], around: RefreshSurroundings): Promise<void> {
  const { config, store, audit, keys, now } = around;
  const numbersAt = now().toISOString();
  const subject = await store.subjectOfCase(caseNo, numbersAt);
  if (subject === undefined) return;
  for (const target of asking)
    await lookUpNow(
      target,
      {
        store,
        run: '',
        now,
        audit,
        numberKeys: new Map(),
        numbersAt,
        numberKey: keys.numberKey,
        linkage: () => linkageOf(store, numbersAt, { identityKey: keys.identityKey, privateUse: config.privateUse }),
        context: { purpose: 'reappraisal', caseNo, operator: config.operator, signal: AbortSignal.timeout(longestMs) },
        progress: () => undefined,
      },
      subject,
    );
}
