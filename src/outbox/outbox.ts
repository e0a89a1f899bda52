import type { CallContext, Connection, Feed } from '../adapters/adapter.js';
import type { AuditLog } from '../audit/log.js';
import { YilianError } from '../errors.js';
import type { AuditEntry, OutboxEntry, OutboxRun, OutboxState, OutboxStep, OutboxSummary } from '../model/index.js';
import type { Store } from '../store/store.js';
import { flush } from './flush.js';

/**
 * What the city has to tell the province (上报): queued with the import that makes it necessary, delivered by the nightly job or by hand, in the
 * order of each case, every entry once. Decisions of people about it are audited.
 */
export interface Outbox {
  /** Delivers what may be sent. Throws ERR_STORE_LOCKED while another process does so, ERR_AUDIT where the audit log cannot be written. */
  flush(options?: FlushOptions): Promise<OutboxRun>;
  /**
   * Queues a case as the city's file has it; undefined where its last entry says the same. ERR_INPUT for a case that is not on file, ERR_CONFIG
   * where nobody is configured to be sent cases.
   */
  add(caseNo: string): Promise<OutboxEntry | undefined>;
  list(query?: { state?: readonly OutboxState[]; caseNo?: string }): Promise<OutboxEntry[]>;
  /** One entry with every move of it; undefined where there is none. */
  entry(id: string): Promise<(OutboxEntry & { steps: OutboxStep[] }) | undefined>;
  /** Lets a refused entry, or one that failed, be tried again, unchanged. ERR_INPUT, ERR_USAGE. */
  retry(id: string, said: Said): Promise<OutboxEntry>;
  /** Leaves an entry unsent for good, so that what comes after it of the same case may be sent. ERR_INPUT, ERR_USAGE. */
  skip(id: string, said: Said): Promise<OutboxEntry>;
  summary(): Promise<OutboxSummary>;
}

export interface FlushOptions {
  /** Leave out what failed a short while ago; for the nightly job. */
  due?: boolean;
  signal?: AbortSignal;
}

/** Who decides, and why. */
export interface Said {
  by: string;
  reason: string;
}

/** A feed that takes cases, as it is connected. */
export interface SendTarget {
  feed: Feed;
  connection: Connection;
  concurrency: number;
}

export interface OutboxEnvironment {
  store: Store;
  /** Where cases are sent; absent where nobody is configured for it. */
  target?: SendTarget | undefined;
  operator: CallContext['operator'];
  now: () => Date;
  /** Nothing is sent or decided that it cannot note. */
  audit: AuditLog;
  /** Waits between the rounds of one delivery. */
  wait?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
}

export function createOutbox(environment: OutboxEnvironment): Outbox {
  const { store, now, target } = environment;
  const decide = async (id: string, what: 'retry' | 'skip', said: Said): Promise<OutboxEntry> => {
    const found = await store.outbox.entry(id);
    if (found !== undefined) {
      await note(environment, found, { result: what, purpose: said.reason, operator: said.by });
    }
    return store.outbox.decide(id, what, said, now().toISOString());
  };
  return {
    async flush(options = {}) {
      if (target === undefined) return { ...(await store.outbox.summary()), sent: 0, refusedNow: 0, failed: 0 };
      return flush({ ...environment, target }, options);
    },
    async add(caseNo) {
      if (target === undefined) {
        throw new YilianError('ERR_CONFIG', {
          zh: '没有配置可以上报的接口',
          en: 'no interface is configured that takes cases',
        });
      }
      const at = now().toISOString();
      const subject = await store.subjectOfCase(caseNo, at);
      const file = subject === undefined ? undefined : await store.caseFile(subject.key, at);
      const item = file?.cases.find((one) => one.caseNo === caseNo);
      if (subject === undefined || item === undefined)
        throw new YilianError(
          'ERR_INPUT',
          { zh: `没有在册的案件 ${caseNo}`, en: `no case ${caseNo} on file` },
          { place: caseNo },
        );
      return store.outbox.add(target.connection, subject, item, at);
    },
    list: (query) => store.outbox.list(query),
    entry: (id) => store.outbox.entry(id),
    retry: (id, said) => decide(id, 'retry', said),
    skip: (id, said) => decide(id, 'skip', said),
    summary: () => store.outbox.summary(),
  };
}

/** Notes in the audit log what is done with an entry. */
export async function note(
  { audit, operator }: Pick<OutboxEnvironment, 'audit' | 'operator'>,
  entry: OutboxEntry,
  said: { result: string; purpose: string; operator?: string; error?: string },
): Promise<void> {
  const made: AuditEntry = {
    kind: 'push',
    actor: { organisation: operator.organisation, operator: said.operator ?? operator.name },
    purpose: said.purpose,
    result: said.result,
    subjects: [entry.personKey],
    caseNos: [entry.caseNo],
    agency: entry.agency,
    feed: entry.feed,
    detail: {
      entry: entry.id,
      what: entry.what,
      attempt: entry.attempts,
      ...(said.error === undefined ? {} : { error: said.error }),
    },
  };
  await audit.append(made);
}
