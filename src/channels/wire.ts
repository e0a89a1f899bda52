import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createUnzip, type Unzip } from 'node:zlib';
import { Axios } from 'axios';
import { redact } from '../redact.js';
import { type Fail, type Surroundings, untilAborted } from './environment.js';
import { brokenAnswer, codeOf, noAnswer } from './failures.js';
import type { Agents } from './tls.js';

/** One request over the wire and its answer in bytes. The only door to axios. */
export interface Wire {
  /**
   * Throws ERR_UNREACHABLE, ERR_TLS, ERR_TIMEOUT (the whole of it took longer than `deadlineMs`, however busily bytes dripped),
   * ERR_INCOMPLETE, ERR_REDIRECT, ERR_TOO_LARGE (after decompression), ERR_ENCODING (a broken or unknown compression) or ERR_ABORTED.
   * Any other HTTP status is an answer.
   */
  send(request: WireRequest, agents: Agents, signal: AbortSignal): Promise<WireReply>;
}

export interface WireRequest {
  method: 'GET' | 'POST';
  /** Path and query below the origin. */
  target: string;
  headers: Record<string, string>;
  body: Uint8Array | undefined;
}

export interface WireReply {
  status: number;
  headers: Record<string, string>;
  bytes: Uint8Array;
}

export function createWire(
  settings: { origin: string; host: string; deadlineMs: number; maxBytes: number; userAgent: string },
  { fail, aborted }: Pick<Surroundings, 'fail' | 'aborted'>,
): Wire {
  const { origin, host, deadlineMs, maxBytes } = settings;
  /*
   * A bare Axios, without the defaults of `axios.create`: nothing is parsed, transformed, followed, proxied or judged by status. The body is
   * taken as a stream and read here, because axios (measured with 1.21.1) hands back what it has of a gzip stream that was cut, as if it
   * were all.
   */
  const axios = new Axios({
    adapter: 'http',
    baseURL: origin,
    allowAbsoluteUrls: false,
    allowedSocketPaths: [],
    responseType: 'stream',
    decompress: false,
    maxRedirects: 0,
    maxBodyLength: Number.POSITIVE_INFINITY,
    proxy: false,
    validateStatus: () => true,
    transformRequest: [],
    transformResponse: [],
  });

  const attempt = async (request: WireRequest, agents: Agents, signal: AbortSignal): Promise<WireReply> => {
    let stream: Readable;
    let status: number;
    let headers: Record<string, string>;
    try {
      const reply = await axios.request<IncomingMessage>({
        ...agents,
        method: request.method,
        url: request.target,
        headers: {
          Accept: '*/*',
          'User-Agent': settings.userAgent,
          'Accept-Encoding': 'gzip',
          // axios would name a type of its own; and a `false` would win over a name in other letters.
          ...(Object.keys(request.headers).some((name) => name.toLowerCase() === 'content-type')
            ? {}
            : { 'Content-Type': false }),
          ...request.headers,
        },
        data: request.body === undefined ? undefined : Buffer.from(request.body),
        signal,
      });
      stream = reply.data;
      status = reply.status;
      headers = plainHeaders(reply.headers);
    } catch (error) {
      throw noAnswer(error, host, fail);
    }
    if (status >= 300 && status < 400) {
      stream.destroy();
      throw redirected(headers.location, status, host, fail);
    }
    return { status, headers, bytes: await readBody(stream, headers['content-encoding'], status, signal) };
  };

  const readBody = async (
    stream: Readable,
    encoding = 'identity',
    httpStatus: number,
    signal: AbortSignal,
  ): Promise<Uint8Array> => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    let isTooLarge = false;
    const collect = async (source: AsyncIterable<Uint8Array>): Promise<void> => {
      for await (const chunk of source) {
        size += chunk.length;
        if (size > maxBytes) {
          isTooLarge = true;
          throw new Error('too large');
        }
        chunks.push(chunk);
      }
    };
    const unzip = unzipper(encoding.trim().toLowerCase());
    if (unzip === 'unknown') {
      stream.destroy();
      throw fail(
        'ERR_ENCODING',
        { zh: '应答使用了未约定的压缩方式', en: 'the answer is compressed in a way that was not asked for' },
        { httpStatus },
      );
    }
    try {
      await (unzip === undefined ? pipeline(stream, collect, { signal }) : pipeline(stream, unzip, collect, { signal }));
    } catch (error) {
      if (isTooLarge) {
        throw fail(
          'ERR_TOO_LARGE',
          { zh: `应答超过 ${maxBytes} 字节的上限`, en: `the answer is larger than the limit of ${maxBytes} bytes` },
          { httpStatus },
        );
      }
      const code = codeOf(error);
      // No byte at all, and an end as announced: servers name a compression on their empty 204 and 401 too.
      if (code === 'Z_BUF_ERROR' && unzip?.bytesWritten === 0) return new Uint8Array();
      // Z_BUF_ERROR is the end of the bytes before the end of the stream: cut, not broken.
      if (code.startsWith('Z_') && code !== 'Z_BUF_ERROR') {
        throw fail(
          'ERR_ENCODING',
          { zh: `应答解压失败（${code}）`, en: `the answer cannot be decompressed (${code})` },
          { httpStatus },
        );
      }
      throw brokenAnswer(error, host, httpStatus, fail);
    }
    return Buffer.concat(chunks);
  };

  return {
    async send(request, agents, signal) {
      const stop = new AbortController();
      let isLate = false;
      const onAbort = () => stop.abort();
      signal.addEventListener('abort', onAbort, { once: true });
      if (signal.aborted) stop.abort();
      const timer = setTimeout(() => {
        isLate = true;
        stop.abort();
      }, deadlineMs);
      try {
        // Not left to axios to end: whatever it does on being aborted, the caller is answered now.
        return await untilAborted(attempt(request, agents, stop.signal), stop.signal, () =>
          isLate
            ? fail('ERR_TIMEOUT', {
                zh: `${host} 未在 ${deadlineMs} 毫秒内答完`,
                en: `${host} did not finish answering within ${deadlineMs} ms`,
              })
            : aborted(),
        );
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      }
    },
  };
}

/** Undefined for bytes as they are. */
function unzipper(encoding: string): Unzip | undefined | 'unknown' {
  if (encoding === '' || encoding === 'identity') return undefined;
  return encoding === 'gzip' || encoding === 'x-gzip' || encoding === 'deflate' ? createUnzip() : 'unknown';
}

/** Names in lower case; what came several times is joined, as HTTP has it. */
function plainHeaders(headers: object): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && value !== null)
      plain[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  return plain;
}

/** Of the place it points to only the host is told: the rest of the address may repeat our question. */
function redirected(location: string | undefined, httpStatus: number, host: string, fail: Fail) {
  const to =
    location !== undefined && URL.canParse(location, `http://${host}`) ? redact(new URL(location, `http://${host}`).host) : '?';
  return fail(
    'ERR_REDIRECT',
    {
      zh: `${host} 要求转到 ${to}，未跟随；请核对配置的地址`,
      en: `${host} redirects to ${to}; not followed, check the configured address`,
    },
    { httpStatus },
  );
}
