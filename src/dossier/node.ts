import type { IncomingMessage, ServerOptions, ServerResponse } from 'node:http';

/** What a Web-standard handler is. */
export type WebHandler = (request: Request) => Promise<Response>;

/** For `http.createServer`: a caller that is slow with its headers or its body does not hold a connection for long (slow loris). */
export const nodeServerOptions: ServerOptions = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 5_000,
  maxHeaderSize: 16 * 1024,
};

/** What is still read of a body that nobody wants, and for how long, so that its sender comes to read the answer. */
const unwanted = { bytes: 2 * 1024 ** 2, ms: 2_000 };

/**
 * A Web-standard handler as a listener of `node:http` and `node:https`, and of what is built on them (Express, Fastify, Nest).
 *
 * The address is made of the `Host` field and the path as they came; nothing is taken from `X-Forwarded-*`. A caller that goes away aborts the
 * request's signal. What the handler throws is answered 500 without a word.
 */
export function toNodeListener(
  handler: WebHandler,
  { report = () => undefined }: { report?: (error: unknown) => void } = {},
): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  return (incoming, outgoing) => {
    const gone = new AbortController();
    outgoing.on('close', () => {
      if (!outgoing.writableFinished) gone.abort();
    });
    // A connection that breaks while we write is the caller's affair.
    outgoing.on('error', () => gone.abort());
    const request = requestOf(incoming, gone.signal);
    if (request === undefined) {
      outgoing.writeHead(400, { 'content-length': '0', connection: 'close' }).end();
      incoming.resume();
      return;
    }
    handler(request)
      .then((response) => send(response, incoming, outgoing))
      .catch((error: unknown) => {
        report(error);
        if (outgoing.headersSent) outgoing.destroy();
        else outgoing.writeHead(500, { 'content-length': '0' }).end();
      });
  };
}

/** Undefined for what cannot be a request: no usable host, a method that none may have. */
function requestOf(incoming: IncomingMessage, signal: AbortSignal): Request | undefined {
  const { method = 'GET', url = '/', headers: named, rawHeaders, socket } = incoming;
  const scheme = 'encrypted' in socket && socket.encrypted === true ? 'https' : 'http';
  const host = named.host ?? '';
  // Only the origin form: an absolute target (to a proxy) and `*` are none of ours.
  if (!url.startsWith('/') || !/^[A-Za-z0-9.[\]:-]+$/.test(host) || !URL.canParse(`${scheme}://${host}${url}`)) return undefined;
  try {
    const headers = new Headers();
    for (let index = 0; index + 1 < rawHeaders.length; index += 2)
      headers.append(rawHeaders[index] as string, rawHeaders[index + 1] as string);
    const hasBody = method !== 'GET' && method !== 'HEAD';
    return new Request(`${scheme}://${host}${url}`, {
      method,
      headers,
      signal,
      ...(hasBody ? { body: bodyOf(incoming), duplex: 'half' } : {}),
    } as RequestInit);
  } catch {
    return undefined;
  }
}

/** Unlike `Readable.toWeb` it leaves the message as it is where reading is given up, so that the rest of it can be read and dropped. */
function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  let isWanted = true;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      incoming.pause();
      incoming.on('data', (chunk: Buffer) => {
        if (!isWanted) return;
        controller.enqueue(chunk);
        incoming.pause();
      });
      incoming.on('end', () => isWanted && controller.close());
      incoming.on('error', (error) => isWanted && controller.error(error));
    },
    pull() {
      incoming.resume();
    },
    cancel() {
      isWanted = false;
    },
  });
}

async function send(response: Response, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer());
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers) outgoing.setHeader(name, value);
  // 304 and 204 have no content, and no length of it.
  if (response.status !== 204 && response.status !== 304) outgoing.setHeader('content-length', body.length);
  if (!incoming.complete) outgoing.setHeader('connection', 'close');
  // `server.close` takes an answer for sent once it was ended, and cuts what of it is still on its way: it is ended when its bytes have gone.
  if (body.length > 0) await written(outgoing, body);
  // A connection that is closed with bytes unread is reset, and its answer lost: they are read, some of them, and dropped.
  if (!incoming.complete) await drained(incoming);
  outgoing.end();
}

function written(outgoing: ServerResponse, body: Buffer): Promise<void> {
  return new Promise((resolve) => {
    outgoing.on('close', resolve);
    outgoing.write(body, () => resolve());
  });
}

function drained(incoming: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let bytes = 0;
    const timer = setTimeout(resolve, unwanted.ms);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > unwanted.bytes) done();
    });
    for (const event of ['end', 'error', 'close']) incoming.on(event, done);
    incoming.resume();
  });
}
