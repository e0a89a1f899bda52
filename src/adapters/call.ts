import type { Opened, Question } from '../envelopes/envelope.js';
import { YilianError } from '../errors.js';
import type { Message } from '../model/index.js';
import type { CallContext, Connection } from './adapter.js';

/** What is asked; number, time, operator and purpose are added at each attempt. */
export type Asking = Pick<Question, 'operation' | 'parameters' | 'items'>;

/** One message with what the envelope made of it. */
export interface Reply {
  opened: Opened;
  message: Message;
  /** The operation that was asked. */
  operation: string;
}

/**
 * Puts one question to the agency and gives a reply whose status is `ok` or `nothing-found`.
 *
 * Throws a `YilianError` naming agency and feed for everything else: ERR_UNAUTHORISED, ERR_CLOCK, ERR_BUSY, ERR_AGENCY (it says it failed),
 * ERR_ENVELOPE (nobody can read it), and what the channel throws.
 */
export async function askAgency(connection: Connection, _asking: Asking, _context: CallContext): Promise<Reply> {
  throw new YilianError(
    'ERR_INTERNAL',
    { zh: '未完成', en: 'not built yet' },
    { agency: connection.agency, feed: connection.feed },
  );
}
