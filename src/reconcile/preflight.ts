import { lookAhead, type Trouble } from '../adapters/preflight.js';
import type { FeedPreflight, RunManifest } from '../model/index.js';
import type { Store } from '../store/store.js';
import type { ConnectedFeed } from './pull.js';
import type { Progress } from './run.js';

/**
 * What is amiss with the feeds, said before the run spends an hour on the others: all are looked at together, for a few seconds at most. It
 * stops nothing and is no status: what the run itself meets is.
 */
export async function preflight(options: {
  store: Store;
  feeds: readonly ConnectedFeed[];
  now: () => Date;
  signal?: AbortSignal | undefined;
  progress?: ((step: Progress) => void) | undefined;
  deadlineMs?: number;
}): Promise<ReadonlyMap<ConnectedFeed, FeedPreflight[]>> {
  const { store, feeds, now } = options;
  const at = now().toISOString();
  const [last] = await store.runs(1);
  const clocks = new Map<string, Promise<number | undefined>>();
  const told = new Map<ConnectedFeed, FeedPreflight[]>();
  await Promise.all(
    feeds.map(async (target) => {
      const tell = (troubles: readonly Trouble[]): void => {
        const { agency, feed, connection } = target.policy;
        for (const trouble of troubles) {
          told.set(target, [...(told.get(target) ?? []), { ...trouble, at }]);
          options.progress?.({ step: 'preflight', agency, feed, connection, ...trouble });
        }
      };
      tell(remembered(target, last));
      tell(
        await within(options.deadlineMs ?? 5000, options.signal, async (signal) => look(target, { store, now, signal, clocks })),
      );
    }),
  );
  options.signal?.throwIfAborted();
  return told;
}

async function look(
  { connection, channel, policy }: ConnectedFeed,
  {
    store,
    now,
    signal,
    clocks,
  }: { store: Store; now: () => Date; signal: AbortSignal; clocks: Map<string, Promise<number | undefined>> },
): Promise<Trouble[]> {
  if (channel === undefined) return [];
  const isSigned = channel.kind === 'http' && connection.auth.id !== 'none';
  // Nobody is troubled for the time of day where nothing would be asked.
  const asksSigned = isSigned && (policy.mode === 'changes' || (await isAnybodyDue(store, policy, now())));
  return lookAhead(connection, channel, { clock: now, signal, asksSigned, clocks });
}

async function isAnybodyDue(store: Store, policy: ConnectedFeed['policy'], at: Date): Promise<boolean> {
  const freshSince = new Date(at.getTime() - policy.refreshMs).toISOString();
  const due = await store.due({ ...policy, freshSince, at: at.toISOString() });
  return due.length > 0;
}

/** What the last run knew: a feed that had never given anything, or could not be read. */
function remembered({ policy }: ConnectedFeed, last: RunManifest | undefined): Trouble[] {
  const before = last?.feeds.find(
    (run) => run.agency === policy.agency && run.feed === policy.feed && (run.connection ?? '') === policy.connection,
  );
  if (before?.error !== undefined) {
    const { code } = before.error;
    return [
      {
        trouble: 'failed-last-run',
        message: { zh: `上次运行未能取全（${code}）`, en: `the last run could not read it whole (${code})` },
      },
    ];
  }
  // Where nobody was on file nobody was asked.
  if (before?.status.state !== 'never' || last?.persons === 0) return [];
  return [{ trouble: 'never-before', message: { zh: '至今从未取到过', en: 'it has never given anything so far' } }];
}

/** A look that takes too long has seen that the other side is slow. */
async function within(
  ms: number,
  stop: AbortSignal | undefined,
  looking: (signal: AbortSignal) => Promise<Trouble[]>,
): Promise<Trouble[]> {
  const controller = new AbortController();
  const end = (): void => controller.abort();
  stop?.addEventListener('abort', end, { once: true });
  let timer: NodeJS.Timeout | undefined;
  const seconds = ms / 1000;
  const late = new Promise<Trouble[]>((resolve) => {
    timer = setTimeout(() => {
      end();
      resolve([{ trouble: 'unreachable', message: { zh: `${seconds} 秒内没有回应`, en: `no sign within ${seconds} s` } }]);
    }, ms);
  });
  try {
    return await Promise.race([looking(controller.signal), late]);
  } finally {
    clearTimeout(timer);
    stop?.removeEventListener('abort', end);
  }
}
