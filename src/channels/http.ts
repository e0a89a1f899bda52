import { isYilianError, YilianError } from '../errors.js';
import type { Bilingual } from '../model/index.js';
import { redact } from '../redact.js';
import { checkHeaders, readAddress } from './address.js';
import { type BreakerSettings, type CallOutcome, createBreaker } from './breaker.js';
import type { Exchange, HttpChannel, HttpReply, Judgement } from './channel.js';
import { type ChannelEnvironment, type Fail, surroundings, untilAborted } from './environment.js';
import { createGate } from './gate.js';
import { createBucket, createSlots, type HoursSettings, type RateSettings } from './limits.js';
import { backoffMs, type RetrySettings, retry, retryAfterMs } from './retry.js';
import { createAgents, secureOptions, type TlsSettings } from './tls.js';
import { createWire } from './wire.js';

/** An HTTP channel as configured. Only `baseUrl` must be given. */
export interface HttpSettings {
  baseUrl: string;
  /** Absent: as often as asked. */
  rate?: RateSettings | undefined;
  /** Calls at a time. Default 4. */
  concurrency?: number | undefined;
  /** The whole of one attempt, from connecting to the last byte. Default 20 s. An exchange lasts at most attempts × (deadline + waits). */
  deadlineMs?: number | undefined;
  /** Absent: always open. */
  hours?: HoursSettings | undefined;
  /** Default 3; only repeatable questions are asked more than once. */
  attempts?: number | undefined;
  /** After decompression. Default 32 MiB. */
  maxBytes?: number | undefined;
  tls?: TlsSettings | undefined;
  /** Sent with every request; what an envelope sets wins. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Default `yilian`. */
  userAgent?: string | undefined;
  /** How long a call may wait for its turn in the quota before it is ERR_QUOTA. Default 30 s. */
  patienceMs?: number | undefined;
  /** Waits between attempts. */
  retry?: Omit<RetrySettings, 'attempts'> | undefined;
  breaker?: BreakerSettings | undefined;
  /** Keep sockets open for the next question. Default true. */
  keepAlive?: boolean | undefined;
}

/** Agencies that could not be read although somebody answered: the breaker counts these statuses like silence. */
const isServerFault = (status: number): boolean => status >= 500;
const busyStatuses = new Set([408, 429, 502, 503, 504]);
const silences = new Set(['ERR_UNREACHABLE', 'ERR_TIMEOUT', 'ERR_INCOMPLETE', 'ERR_TLS']);

/** A channel over HTTP. Throws ERR_CONFIG for an address, a certificate or a header that cannot be used. */
export function createHttpChannel(settings: HttpSettings, environment: ChannelEnvironment): HttpChannel {
  const { concurrency = 4, attempts = 3, deadlineMs = 20_000, maxBytes = 32 * 1024 ** 2, keepAlive = true } = settings;
  const { patienceMs = 30_000, userAgent = 'yilian', headers: ownHeaders = {}, retry: waits = {} } = settings;
  const { longestRetryAfterMs = 60_000 } = waits;
  const around = surroundings(environment);
  const { fail } = around;
  const address = readAddress(settings.baseUrl, fail);
  checkHeaders({ 'user-agent': userAgent, ...ownHeaders }, 'ERR_CONFIG', fail);
  const secure = secureOptions(settings.tls, fail);
  const kept = createAgents(secure, { keepAlive, maxSockets: concurrency });
  // A question that must not be asked twice never meets a socket the other side is just closing.
  const fresh = createAgents(secure, { keepAlive: false, maxSockets: concurrency });
  const wire = createWire({ origin: address.origin, host: address.host, deadlineMs, maxBytes, userAgent }, around);
  const gate = createGate(
    {
      hours: settings.hours,
      bucket: createBucket(settings.rate),
      slots: createSlots(concurrency),
      breaker: createBreaker(settings.breaker),
      patienceMs,
    },
    around,
  );
  const closing = new AbortController();

  /** One attempt: through the gate, built anew, sent, judged. */
  const ask = async (exchange: Exchange, attempt: number, isRepeat: boolean, signal: AbortSignal): Promise<Asked> => {
    const pass = await gate.enter(signal, isRepeat).catch((error: unknown) => {
      throw new Carried('gate', error);
    });
    let outcome: CallOutcome = 'neutral';
    let wasSent = false;
    try {
      const request = await untilAborted(exchange.build(attempt), signal, around.aborted);
      const headers = request.headers ?? {};
      checkHeaders(headers, 'ERR_INPUT', fail);
      const target = address.target(request);
      around.unlessAborted(signal);
      wasSent = true;
      const message = { method: request.method, target, headers: mergeHeaders(ownHeaders, headers), body: request.body };
      const answer = await wire.send(message, exchange.repeatable ? kept : fresh, signal).catch((error: unknown) => {
        if (isYilianError(error))
          outcome = silences.has(error.code) ? 'failed' : error.code === 'ERR_ABORTED' ? 'neutral' : 'answered';
        throw new Carried('wire', error);
      });
      outcome = 'answered';
      const reply: HttpReply = { ...answer, receivedAt: new Date(around.now()).toISOString() };
      const judgement = exchange.judge(reply);
      if (judgement.verdict === 'unrecognised' && isServerFault(reply.status)) outcome = 'failed';
      return { reply, judgement };
    } finally {
      pass.leave(outcome, wasSent);
    }
  };

  /** The reply to hand back, or the reason why not. */
  const conclude = ({ reply, judgement }: Asked): HttpReply => {
    const { status: httpStatus, headers } = reply;
    const asked = retryAfterMs(headers, around.now());
    if (judgement.verdict === 'busy') {
      const said = judgement.message === undefined ? '' : redact(judgement.message).slice(0, 200);
      const wait = Math.max(judgement.retryAfterMs ?? 0, asked ?? 0);
      throw new Carried(
        'wire',
        fail(
          'ERR_BUSY',
          { zh: `对方忙，请稍后再问${said && `：${said}`}`, en: `the agency is busy, ask again later${said && `: ${said}`}` },
          { httpStatus, ...(wait > 0 ? { retryAfterMs: wait } : {}) },
        ),
      );
    }
    if (judgement.verdict !== 'unrecognised' || httpStatus < 400) return reply;
    if (busyStatuses.has(httpStatus)) {
      throw new Carried(
        'wire',
        fail(
          'ERR_BUSY',
          { zh: `对方暂不可用（HTTP ${httpStatus}）`, en: `the agency is not available for now (HTTP ${httpStatus})` },
          { httpStatus, ...(asked !== undefined && asked > 0 ? { retryAfterMs: asked } : {}) },
        ),
      );
    }
    if (httpStatus === 401 || httpStatus === 403) {
      throw fail(
        'ERR_UNAUTHORISED',
        { zh: `对方不准许访问（HTTP ${httpStatus}）`, en: `the agency does not allow it (HTTP ${httpStatus})` },
        { httpStatus },
      );
    }
    throw new Carried(
      'wire',
      fail(
        'ERR_HTTP_STATUS',
        {
          zh: `对方以 HTTP ${httpStatus} 作答，内容不可识别`,
          en: `the agency answered HTTP ${httpStatus} with nothing recognisable`,
        },
        { httpStatus, retryable: isServerFault(httpStatus) },
      ),
    );
  };

  const run = async (exchange: Exchange, signal: AbortSignal): Promise<HttpReply> => {
    let sends = 0;
    let hasRefreshed = false;
    let lastFailure: unknown;
    const askOnce = async (isRepeat: boolean): Promise<Asked> => {
      sends += 1;
      return ask(exchange, sends, isRepeat, signal);
    };
    const attempt = async (): Promise<HttpReply> => {
      try {
        let asked = await askOnce(sends > 0);
        if (asked.judgement.verdict === 'expired' && exchange.refresh !== undefined && !hasRefreshed) {
          hasRefreshed = true;
          await untilAborted(exchange.refresh(), signal, around.aborted);
          asked = await askOnce(true);
        }
        return conclude(asked);
      } catch (thrown) {
        if (thrown instanceof Carried && thrown.by === 'wire') {
          lastFailure = thrown.error;
          if (isYilianError(thrown.error) && thrown.error.retryAfterMs !== undefined) gate.hush(thrown.error.retryAfterMs);
        }
        throw thrown;
      }
    };
    /** Only a failure to talk or a busy agency, only where asking twice does no harm, and never earlier than the other side asked. */
    const waitBeforeNext = (thrown: unknown, next: number): number | undefined => {
      if (!exchange.repeatable || !(thrown instanceof Carried) || thrown.by !== 'wire' || !isYilianError(thrown.error))
        return undefined;
      const { code, retryable, retryAfterMs: asked = 0 } = thrown.error;
      if (!retryable || code === 'ERR_ABORTED' || asked > longestRetryAfterMs) return undefined;
      return Math.max(asked, backoffMs(next, around.random(), waits));
    };
    try {
      return await retry(attempt, { attempts, waitBeforeNext, pause: (ms) => around.pause(ms, signal) });
    } catch (thrown) {
      if (!(thrown instanceof Carried)) throw thrown;
      const isStop = isYilianError(thrown.error) && thrown.error.code === 'ERR_ABORTED';
      // Where the gate closed between two attempts, the reason of the first is the one worth knowing.
      throw thrown.by === 'gate' && !isStop ? (lastFailure ?? thrown.error) : thrown.error;
    }
  };

  return {
    kind: 'http',
    async exchange(exchange) {
      const stop = new AbortController();
      const onAbort = () => stop.abort();
      const signals = [closing.signal, exchange.signal].filter((signal) => signal !== undefined);
      for (const signal of signals) {
        if (signal.aborted) stop.abort();
        signal.addEventListener('abort', onAbort, { once: true });
      }
      try {
        return await run(exchange, stop.signal);
      } finally {
        // Unlike AbortSignal.any, which on Node 20 keeps one entry a call on a signal that lives as long as the nightly run.
        for (const signal of signals) signal.removeEventListener('abort', onAbort);
      }
    },
    readiness: () => gate.readiness(),
    async close() {
      closing.abort();
      for (const agents of [kept, fresh]) {
        agents.httpAgent.destroy();
        agents.httpsAgent.destroy();
      }
    },
  };
}

/** Whatever of the settings no channel could be made of, each with its place below the channel. For whoever tells all faults at once. */
export function settingsFaults({ baseUrl, tls, headers = {} }: HttpSettings): { pointer: string; message: Bilingual }[] {
  const fail: Fail = (code, text, more) => new YilianError(code, text, more);
  const parts: readonly (() => unknown)[] = [
    () => readAddress(baseUrl, fail),
    () => secureOptions(tls, fail),
    ...Object.entries(headers).map(
      ([name, value]) =>
        () =>
          checkHeaders({ [name]: value }, 'ERR_CONFIG', fail),
    ),
  ];
  return parts.flatMap((read) => {
    try {
      read();
      return [];
    } catch (error) {
      if (!isYilianError(error)) throw error;
      const { text: message, place = '' } = error;
      return [{ pointer: place.startsWith('/channel') ? place.slice('/channel'.length) : `/headers/${place}`, message }];
    }
  });
}

interface Asked {
  reply: HttpReply;
  judgement: Judgement;
}

/** Carries an error together with who threw it, to be told apart from what the question's own making threw. */
class Carried extends Error {
  readonly by: 'gate' | 'wire';
  readonly error: unknown;
  constructor(by: 'gate' | 'wire', error: unknown) {
    super(`thrown by the ${by}`);
    this.by = by;
    this.error = error;
  }
}

/** Names match whatever their case; the second set wins. */
function mergeHeaders(base: Readonly<Record<string, string>>, more: Readonly<Record<string, string>>): Record<string, string> {
  const names = new Set(Object.keys(more).map((name) => name.toLowerCase()));
  return { ...Object.fromEntries(Object.entries(base).filter(([name]) => !names.has(name.toLowerCase()))), ...more };
}
