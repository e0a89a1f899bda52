import type { Connection } from '../../src/adapters/adapter.js';
import type { DropFolderChannel, HttpChannel } from '../../src/channels/channel.js';
import { sha256Hex } from '../../src/crypto/digest.js';
import { type ConnectionShape, connectTo, now } from './harness.js';

/** Connections whose other side is a function or a list of files: what an adapter asks, in which order, and what it makes of it. */

export interface Scripted {
  connection: Connection;
  /** Bodies of the requests sent, as text. */
  requests: string[];
}

/** A connection answered by `answer`, which sees each request's body and path. A thrown error is thrown by the channel. */
export function scripted(
  shape: ConnectionShape,
  answer: (body: string, path: string) => string | Uint8Array,
  contentType = 'application/json;charset=UTF-8',
): Scripted {
  const requests: string[] = [];
  const channel: HttpChannel = {
    kind: 'http',
    async exchange(exchange) {
      const request = await exchange.build(1);
      const body = Buffer.from(request.body ?? new Uint8Array()).toString('utf8');
      requests.push(body);
      const bytes = Buffer.from(answer(body, request.path ?? '') as string);
      // Answers come one after the other, as on the wire.
      const receivedAt = new Date(now.getTime() + requests.length).toISOString();
      const reply = { status: 200, headers: { 'content-type': contentType }, bytes, receivedAt };
      exchange.judge(reply);
      return reply;
    },
    readiness: () => ({ ready: true }),
    close: async () => undefined,
  };
  return { connection: { ...connectTo('http://127.0.0.1:9/none', shape), channel }, requests };
}

export interface File {
  name: string;
  text: string | Uint8Array;
  /** What the control file beside it says. */
  control?: string;
  /** It lies in the folder and is not given: its marker has not come. */
  isWaiting?: boolean;
}

/** A connection that receives these files, by name, those that are not known yet. */
export function receiving(shape: ConnectionShape, files: readonly File[]): Connection {
  const channel: DropFolderChannel = {
    kind: 'drop-folder',
    async *files(seen, _, isQuiet) {
      const given = new Set<string>();
      for (const { name, text, isWaiting, control } of files.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
        if (isWaiting === true) continue;
        const bytes = Buffer.from(text as string);
        const sha256 = sha256Hex(bytes);
        const isKnown = given.has(sha256) || (await seen(sha256));
        if (isKnown && (isQuiet === undefined || (await seen(sha256, name)) || !isQuiet(bytes))) continue;
        given.add(sha256);
        const file = { name, sha256, size: bytes.length, receivedAt: now.toISOString(), bytes };
        yield control === undefined ? file : { ...file, control };
      }
    },
    skipped: () =>
      files
        .filter((file) => file.isWaiting === true)
        .map(({ name }) => ({ name, reason: 'no-marker', detail: { zh: '未到', en: 'not yet' } })),
    readiness: () => ({ ready: true }),
    close: async () => undefined,
  };
  return { ...connectTo('http://127.0.0.1:9/none', shape), channel };
}
