import { createHash } from 'node:crypto';
import type { Opened } from '../envelopes/envelope.js';
import type { Agency, Instant, Message } from '../model/index.js';
import { redact } from '../redact.js';

/** What an agency said when it refused: its code and words, without ID numbers, and not much of it; empty where it said nothing. */
export function saidBy({ code, message }: Pick<Opened, 'code' | 'message'>): string {
  return redact([code, message].filter((part) => part !== undefined && part !== '').join(' ')).slice(0, 200);
}

/**
 * A message as received. Its id says when and from which feed it came, and no two messages share one: the same id is the same bytes of the
 * same feed at the same instant.
 */
export function receivedMessage(
  from: { agency: Agency; feed: string },
  receivedAt: Instant,
  bytes: Uint8Array,
  file?: string,
): Message {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return {
    id: `${receivedAt.replace(/[-:]/g, '')}-${from.agency}-${from.feed}-${sha256.slice(0, 16)}`,
    sha256,
    agency: from.agency,
    feed: from.feed,
    receivedAt,
    ...(file === undefined ? {} : { file }),
    bytes,
  };
}
