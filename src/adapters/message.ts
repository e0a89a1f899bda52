import { createHash } from 'node:crypto';
import type { Agency, Instant, Message } from '../model/index.js';

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
