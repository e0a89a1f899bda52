import { YilianError } from '../errors.js';
import type { MappedElement } from '../mapping/context.js';
import type { Person, Rejected } from '../model/index.js';
import type { CallContext, Changes, Connection, Lookup, LookupAnswer, Page } from './adapter.js';
import type { Reply } from './call.js';

/** What was gathered to answer one question (several pages, operations or windows). */
export interface Gathered {
  replies: readonly Reply[];
  /** Where the adapter joins records of several replies itself; otherwise every reply is mapped by `mapReply`. */
  elements?: readonly MappedElement[];
  /** The adapter's own refusals. */
  rejected?: readonly Rejected[];
  /** Part could not be had (one `med_type`, one page): the answer is `unavailable` with this, and what did come is kept. */
  error?: YilianError;
}

/** How a feed reads names and absences. */
export interface AnswerPolicy {
  /** Number equal, name certainly different: `mismatch` (default) as outcome, or `ignore`. The evidence is kept either way. */
  nameDiffers?: 'mismatch' | 'ignore';
}

/** The elements of one reply: its records through the connection's mapping. */
export function mapReply(connection: Connection, reply: Reply): MappedElement[] {
  return connection.mapping.apply(reply.opened.records, {
    agency: connection.agency,
    feed: connection.feed,
    message: { id: reply.message.id, sha256: reply.message.sha256 },
    receivedAt: reply.message.receivedAt,
    keys: connection.keys,
    institutions: connection.institutions,
    operation: reply.opened.operation ?? reply.operation,
  }).elements;
}

/**
 * Asks about each person by itself and guards the answers: what `gather` throws as a `YilianError` becomes `unavailable` or `unauthorised`,
 * rows about others become rejections, an empty answer is `absent` only where the source covers the person's region.
 */
export async function lookupEach(
  _ask: Lookup,
  _connection: Connection,
  _context: CallContext,
  _gather: (person: Person) => Promise<Gathered>,
  _policy: AnswerPolicy = {},
): Promise<LookupAnswer[]> {
  throw new YilianError('ERR_INTERNAL', { zh: '未完成', en: 'not built yet' });
}

/** The same for protocols that take several persons per call: `gather` is called with at most `size` persons at a time. */
export async function lookupBatches(
  _ask: Lookup,
  _connection: Connection,
  _context: CallContext,
  _size: number,
  _gather: (persons: readonly Person[]) => Promise<Gathered>,
  _policy: AnswerPolicy = {},
): Promise<LookupAnswer[]> {
  throw new YilianError('ERR_INTERNAL', { zh: '未完成', en: 'not built yet' });
}

/**
 * Sieves one opened file: rows about persons not on file are counted and forgotten, and then the file's bytes are not kept.
 * `elements` where the adapter has ordered or joined them itself. The caller adds cursor, completeness, gaps.
 */
export function sieve(
  _connection: Connection,
  _reply: Reply,
  _ask: Pick<Changes, 'onFile'>,
  _elements?: readonly MappedElement[],
): Omit<Page, 'cursor'> {
  throw new YilianError('ERR_INTERNAL', { zh: '未完成', en: 'not built yet' });
}
