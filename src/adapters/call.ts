import type { AuthFields } from '../channels/auth/auth.js';
import type { Exchange, HttpReply, Judgement } from '../channels/channel.js';
import type { Opened, Question } from '../envelopes/envelope.js';
import { isYilianError, YilianError } from '../errors.js';
import type { Message } from '../model/index.js';
import type { CallContext, Connection } from './adapter.js';
import { receivedMessage, saidBy } from './message.js';

/**
 * One question to one agency: *auth* gives fields, the *envelope* places them, the *channel* sends and is told by the envelope what came back.
 */

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
 * ERR_ENVELOPE (nobody can read it), ERR_CONFIG (the connection cannot be asked), and what the channel throws.
 */
export async function askAgency(connection: Connection, asking: Asking, context: CallContext): Promise<Reply> {
  const { channel, envelope, auth } = connection;
  const request = envelope.request?.bind(envelope);
  if (channel.kind !== 'http' || request === undefined) {
    throw failure(connection, 'ERR_CONFIG', {
      zh: `此数据源按 ${channel.kind} 与 ${envelope.id} 配置，只能接收，不能查询`,
      en: `this feed is configured with ${channel.kind} and ${envelope.id}: it receives and cannot be asked`,
    });
  }

  // A reply is opened once: what the channel was told of it and what is read from it must be the same.
  const openings = new WeakMap<HttpReply, Opened>();
  const open = (reply: HttpReply): Opened => {
    const known = openings.get(reply);
    if (known !== undefined) return known;
    const contentType = reply.headers['content-type'];
    const opened = envelope.open(reply.bytes, {
      operation: asking.operation,
      ...(contentType === undefined ? {} : { contentType }),
    });
    openings.set(reply, opened);
    return opened;
  };

  const refresh = auth.refresh?.bind(auth);
  // Told which fields were refused, an auth renews once for all calls that were refused with the same secret.
  let used: AuthFields | undefined;
  const exchange: Exchange = {
    build: async () => {
      const fields = await auth.fields(context.signal);
      used = fields;
      return request(
        {
          ...asking,
          messageId: connection.uniqueId(),
          at: connection.clock(),
          operator: context.operator,
          purpose: context.purpose,
          ...(context.matterCode === undefined ? {} : { matterCode: context.matterCode }),
        },
        fields,
      );
    },
    judge: (reply) => judgement(open(reply)),
    ...(refresh === undefined ? {} : { refresh: () => refresh(context.signal, used) }),
    // Questions change nothing at the agency, so a lost answer may be asked for again.
    repeatable: true,
    signal: context.signal,
  };

  const reply = await channel.exchange(exchange).catch((error: unknown) => {
    throw named(error, connection);
  });
  const opened = open(reply);
  const message = receivedMessage(connection, reply.receivedAt, reply.bytes);
  const refusal = refusalOf(connection, opened, reply);
  if (refusal !== undefined) {
    refusedMessages.set(refusal, message);
    throw refusal;
  }
  return { opened, message, operation: asking.operation };
}

const refusedMessages = new WeakMap<YilianError, Message>();

/** The message behind an error of `askAgency`, where something came back: what the agency said when it refused is kept too. */
export function messageBehind(error: YilianError): Message | undefined {
  return refusedMessages.get(error);
}

/** What the channel must know of a reply. Our clock being off is not mended by a fresh secret, so it is not `expired`. */
function judgement(opened: Opened): Judgement {
  if (opened.unreadable !== undefined) return { verdict: 'unrecognised' };
  const message = opened.message === undefined ? {} : { message: opened.message };
  if (opened.status === 'busy') {
    return { verdict: 'busy', ...(opened.retryAfterMs === undefined ? {} : { retryAfterMs: opened.retryAfterMs }), ...message };
  }
  if (opened.status === 'not-authorised' && opened.refreshable === true && opened.clock !== true)
    return { verdict: 'expired', ...message };
  return { verdict: 'done' };
}

function refusalOf(connection: Connection, opened: Opened, reply: HttpReply): YilianError | undefined {
  const more = { httpStatus: reply.status };
  if (opened.unreadable !== undefined) {
    const { reason, pointer, detail } = opened.unreadable;
    const code = reason.includes('encoding') ? 'ERR_ENCODING' : 'ERR_ENVELOPE';
    return failure(
      connection,
      code,
      { zh: `答复无法读取：${detail.zh}`, en: `the answer cannot be read: ${detail.en}` },
      { ...more, place: pointer },
    );
  }
  const said = saidBy(opened);
  const words = said === '' ? { zh: '', en: '' } : { zh: `：${said}`, en: `: ${said}` };
  switch (opened.status) {
    case 'ok':
    case 'nothing-found':
      return undefined;
    case 'busy':
      return failure(
        connection,
        'ERR_BUSY',
        { zh: `对方忙${words.zh}`, en: `the agency is busy${words.en}` },
        { ...more, retryAfterMs: opened.retryAfterMs },
      );
    case 'not-authorised':
      if (opened.clock === true) {
        return failure(
          connection,
          'ERR_CLOCK',
          { zh: `对方说本机时间不对，请校时${words.zh}`, en: `the agency says our clock is off, set it${words.en}` },
          more,
        );
      }
      return failure(
        connection,
        'ERR_UNAUTHORISED',
        { zh: `对方不准许访问${words.zh}`, en: `the agency does not allow it${words.en}` },
        more,
      );
    case 'failed':
      return failure(
        connection,
        'ERR_AGENCY',
        { zh: `对方报告失败${words.zh}`, en: `the agency says it failed${words.en}` },
        more,
      );
  }
}

type More = NonNullable<ConstructorParameters<typeof YilianError>[2]>;

/** An error that names the connection's agency and feed. */
export function failure(
  connection: Pick<Connection, 'agency' | 'feed'>,
  code: YilianError['code'],
  text: YilianError['text'],
  more: More = {},
): YilianError {
  return new YilianError(code, text, { agency: connection.agency, feed: connection.feed, ...more });
}

/** The same error with agency and feed where it has none (an auth or an envelope knows neither); anything that is no `YilianError` as it is. */
function named(error: unknown, connection: Connection): unknown {
  if (!isYilianError(error) || error.agency !== undefined) return error;
  const { code, text, httpStatus, retryAfterMs, retryable, place } = error;
  return failure(connection, code, text, { httpStatus, retryAfterMs, retryable, place });
}
