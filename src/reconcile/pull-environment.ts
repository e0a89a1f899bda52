import type { CallContext, Connection, Feed } from '../adapters/adapter.js';
import type { lookAhead } from '../adapters/preflight.js';
import { callEntry } from '../audit/entries.js';
import type { AuditLog } from '../audit/log.js';
import type { YilianError } from '../errors.js';
import type { AuditEntry, Evidence, IdDocument, Instant } from '../model/index.js';
import type { LinkTie, Store } from '../store/store.js';
import type { FeedPolicy } from './feeds.js';
import type { Linkage } from './resemble.js';

/** What a feed is read with, and what is left of that. */

/** One connection of a feed, ready to be asked. */
export interface ConnectedFeed {
  feed: Feed;
  connection: Connection;
  policy: FeedPolicy;
  /** How many calls may be under way at once. */
  concurrency: number;
  /** As configured, for a look before the run; without it there is none. */
  channel?: Parameters<typeof lookAhead>[1];
}

/** Everything a pull needs from outside. */
export interface PullEnvironment {
  store: Store;
  /** Empty where it is no run. */
  run: string;
  now: () => Date;
  context: CallContext;
  /** Nobody is asked before it is noted here. */
  audit: AuditLog;
  /** Key of each number on file → the subject's key. */
  numberKeys: ReadonlyMap<string, string>;
  /** The instant as of which they were on file. */
  numbersAt: Instant;
  numberKey: (document: Pick<IdDocument, 'type' | 'number'>) => string | undefined;
  progress: (done: number, total: number) => void;
  /** Whom records are about whose number is wrong or missing; absent: the number alone counts. */
  linkage?: Linkage;
}

/** What a pull left undone. */
export interface PullOutcome {
  asked: number;
  /** Due, and not asked: outside hours, quota used up, the feed fell. */
  notAsked: number;
  /** Of them those noted as failed without having been asked, because the feed fell. */
  fallen?: number;
  error?: YilianError;
  /** The days asked about; of changes from the day it was complete through before to the day it now is. Left out where nothing was read. */
  window?: { from?: string; until?: string };
}

/** A record with the person it is about, and how it was tied where its number does not say so. */
export interface TiedEvidence {
  personKey: string;
  evidence: Evidence;
  tie?: LinkTie;
}

/** A batch of nothing, for what is to be stored of one connection. */
export function empty(target: ConnectedFeed, environment: PullEnvironment, run: string) {
  const { agency, feed, connection } = target.policy;
  return {
    run,
    agency,
    feed,
    connection,
    at: environment.now().toISOString(),
    messages: [],
    evidence: [],
    rejected: [],
    unknownCodes: [],
    rows: 0,
    sieved: 0,
  };
}

/** What the audit log says of every call to a connection. */
export function auditEntry(
  { policy: { connection, ...place } }: ConnectedFeed,
  { context, run }: Pick<PullEnvironment, 'context' | 'run'>,
): Omit<AuditEntry, 'result'> {
  const detail = { ...(run === '' ? {} : { run }), ...(connection === '' ? {} : { connection }) };
  return { ...callEntry('agency-call', place, context), ...(Object.keys(detail).length === 0 ? {} : { detail }) };
}
