import { randomUUID } from 'node:crypto';
import type { HttpReply } from '../channels/channel.js';
import { createHttpChannel } from '../channels/http.js';
import type { TlsSettings } from '../channels/tls.js';
import { sha256Hex } from '../crypto/digest.js';
import type { KeyRing } from '../crypto/key-ring.js';
import { platformSignature } from '../crypto/national-platform.js';
import type { Signer } from '../crypto/signer.js';
import { type ErrorCode, YilianError } from '../errors.js';
import type { SignedRequestParts } from '../message-signatures/contract.js';
import { signRequest, verifyResponse } from '../message-signatures/index.js';
import type { AppraisalHistory, DossierDocument, DossierManifest, DossierProblem, DossierRequest } from '../model/index.js';
import { redact } from '../redact.js';
import { validateAppraisalHistory, validateDossierManifest } from '../schema.js';
import { documentsOf } from './archive.js';
import { problemPrefix } from './problems.js';
import { manifestSha256 } from './seal.js';
import { type DossierVerification, verifyDossier } from './verify.js';

/**
 * The province's side (省级) of the dossier protocol. It goes through the library's one HTTP channel, which knows deadlines, retries, certificates of our
 * own (Node's `fetch` takes none) and no redirects.
 */
export interface DossierClientOptions {
  /** Where the city's service is, with the path it stands under, if any; of a sharing platform the platform's address. */
  origin: string;
  /** Our key: `keyId` is how the city knows us. */
  signer: Signer;
  /** The city's public keys: for its answers and its seals. */
  keys: KeyRing;
  /** PEM texts: authorities, and our own certificate where the city wants one. */
  http?: TlsSettings & { deadlineMs?: number; attempts?: number };
  /** Largest answer. Default 64 MiB. */
  maxBytes?: number;
  /** Documents larger than this are fetched by ranges, so that what broke off goes on where it was. Default 4 MiB. */
  rangeBytes?: number;
  now?: () => Date;
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Where the platform itself signs, nothing; a client that must sign for it gives what it was issued. */
  platform?: { rid: string; sid: string; appSecret: string; prefix?: string };
}

/** A manifest whose answer was signed by the city. */
export interface ReceivedManifest {
  manifest: DossierManifest;
  /** `manifest.json` as it came: what the seal and the hash are about. */
  bytes: Uint8Array;
  sha256: string;
  /** Seconds to wait, while an item is still being fetched; absent: it is complete. */
  retryAfterSeconds?: number;
}

export interface ReceivedDossier extends ReceivedManifest {
  documents: Map<string, Uint8Array>;
  verification: DossierVerification;
}

/**
 * No answer is believed before its signature held for the very request. Throws YilianError: what the channel throws; ERR_ENVELOPE for an answer whose
 * signature does not hold (`place`: why) or that is not what the protocol has; for a problem ERR_UNAUTHORISED (401), ERR_INPUT (400, 409, 413, 415,
 * 422), else ERR_AGENCY, with `httpStatus` and the problem's `type` as `place`.
 */
export interface DossierClient {
  /** Asks for a dossier. The same key and ask again give the same; default: a random key. */
  request(ask: DossierRequest, options?: CallOptions & { idempotencyKey?: string }): Promise<ReceivedManifest>;
  /** The manifest as it is now; of a version that was replaced, the version in its place. */
  manifest(id: string, options?: CallOptions): Promise<ReceivedManifest>;
  /** Asks, and waits as the city says until every item has come. ERR_TIMEOUT after `atMostMs` (default one hour). */
  complete(
    ask: DossierRequest,
    options?: CallOptions & { idempotencyKey?: string; atMostMs?: number },
  ): Promise<ReceivedManifest>;
  /** Every document of a manifest, held against its hash; some at a time (default 4). */
  download(manifest: DossierManifest, options?: CallOptions & { atOnce?: number }): Promise<Map<string, Uint8Array>>;
  /** Holds manifest and documents against the city's keys. */
  verify(received: Pick<ReceivedDossier, 'bytes' | 'documents'>): Promise<DossierVerification>;
  /** Tells the city that this version has arrived. */
  receipt(manifest: DossierManifest, options?: CallOptions): Promise<void>;
  /** All of it: asked, waited for, downloaded, verified, receipted; followed to the next version where one takes its place meanwhile. */
  fetch(ask: DossierRequest, options?: CallOptions & { idempotencyKey?: string; atMostMs?: number }): Promise<ReceivedDossier>;
  /** The appraisals of one person, for the check of doubles. */
  appraisals(who: { idNumber: string; name: string }, options?: CallOptions): Promise<AppraisalHistory>;
  close(): Promise<void>;
}

export interface CallOptions {
  signal?: AbortSignal | undefined;
}

interface Ask extends CallOptions {
  method: 'GET' | 'POST';
  path: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: unknown;
}

const codes: Readonly<Record<number, ErrorCode>> = {
  400: 'ERR_INPUT',
  401: 'ERR_UNAUTHORISED',
  409: 'ERR_INPUT',
  413: 'ERR_INPUT',
  415: 'ERR_INPUT',
  422: 'ERR_INPUT',
};

export function createDossierClient(options: DossierClientOptions): DossierClient {
  const { signer, keys, platform, http = {}, rangeBytes = 4 * 1024 ** 2, maxBytes = 64 * 1024 ** 2 } = options;
  const now = options.now ?? (() => new Date());
  const sleep = options.sleep ?? timer;
  const { deadlineMs = 60_000, attempts = 3, ...tls } = http;
  const channel = createHttpChannel(
    { baseUrl: options.origin, tls, deadlineMs, attempts, maxBytes },
    { clock: now, ...(options.sleep === undefined ? {} : { sleep: options.sleep }) },
  );
  const base = options.origin.replace(/\/$/, '');

  /** One call: signed anew for every attempt, for a nonce is used once; the answer verified against the attempt it answers. */
  const call = async ({ method, path, query, headers = {}, body, signal }: Ask): Promise<HttpReply> => {
    const content = body === undefined ? new Uint8Array() : Buffer.from(JSON.stringify(body));
    const search = Object.entries(query ?? {}).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    const url = `${base}${path}${search.length === 0 ? '' : `?${search.join('&')}`}`;
    let sent: SignedRequestParts | undefined;
    const reply = await channel.exchange({
      repeatable: true,
      signal,
      build: async () => {
        const plain = new Headers({
          ...headers,
          ...throughPlatform(platform, now()),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        });
        const signed = await signRequest({ method, url, headers: plain, body: content }, signer, { now: now() });
        sent = { method, url, headers: signed, body: content };
        return {
          method,
          path: path.slice(1),
          ...(query === undefined ? {} : { query }),
          // Spelt as the channel's own, which leaves it out where nobody gives it.
          headers: Object.fromEntries(
            [...signed].map(([name, value]) => [name === 'content-type' ? 'Content-Type' : name, value]),
          ),
          ...(body === undefined ? {} : { body: content }),
        };
      },
      judge: ({ status, headers: told }) =>
        status === 429 || status === 503
          ? { verdict: 'busy', retryAfterMs: 1000 * Number(told['retry-after'] ?? 1) }
          : { verdict: 'done' },
    });
    const parts = { status: reply.status, headers: new Headers(reply.headers), body: reply.bytes };
    const check = sent === undefined ? undefined : await verifyResponse(parts, sent, keys, { now: now() });
    if (check?.ok === true) return reply;
    throw new YilianError(
      'ERR_ENVELOPE',
      { zh: '应答的签名不成立，内容不予采信', en: 'the answer bears no signature that holds, and is not believed' },
      { httpStatus: reply.status, place: check?.fault },
    );
  };

  const manifestOf = (reply: HttpReply): ReceivedManifest => {
    const { bytes } = reply;
    const checked = validateDossierManifest(json(bytes));
    if (!checked.ok) throw notProtocol(reply);
    const wait = reply.headers['retry-after'];
    return {
      manifest: checked.value,
      bytes,
      sha256: sha256Hex(bytes),
      ...(wait === undefined ? {} : { retryAfterSeconds: Math.max(1, Number.parseInt(wait, 10) || 1) }),
    };
  };

  const client: DossierClient = {
    async request(ask, { idempotencyKey = randomUUID(), signal } = {}) {
      const reply = await call({
        method: 'POST',
        path: '/v1/dossiers',
        headers: { 'idempotency-key': idempotencyKey },
        body: ask,
        signal,
      });
      const next = nextOf(reply);
      if (next !== undefined) return client.manifest(next, { signal });
      if (reply.status !== 201 && reply.status !== 202) throw problemError(reply);
      return manifestOf(reply);
    },

    async manifest(id, { signal } = {}) {
      let at = id;
      // A chain of versions ends; a city that leads in circles does not.
      for (let step = 0; step < 20; step += 1) {
        const reply = await call({ method: 'GET', path: `/v1/dossiers/${encodeURIComponent(at)}`, signal });
        if (reply.status === 200) return manifestOf(reply);
        const next = nextOf(reply);
        if (next === undefined) throw problemError(reply);
        at = next;
      }
      throw new YilianError('ERR_AGENCY', { zh: '版本链没有尽头', en: 'the chain of versions has no end' });
    },

    async complete(ask, { idempotencyKey, atMostMs = 3_600_000, signal } = {}) {
      const endsAt = now().getTime() + atMostMs;
      let received = await client.request(ask, { signal, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) });
      while (received.retryAfterSeconds !== undefined) {
        const waitMs = received.retryAfterSeconds * 1000;
        if (now().getTime() + waitMs > endsAt)
          throw new YilianError(
            'ERR_TIMEOUT',
            { zh: '等候期内材料未齐', en: 'the dossier was not complete in time' },
            { retryAfterMs: waitMs },
          );
        await sleep(waitMs, signal);
        received = await client.manifest(received.manifest.id, { signal });
      }
      return received;
    },

    async download(manifest, { atOnce = 4, signal } = {}) {
      const got = new Map<string, Uint8Array>();
      const queue = documentsOf(manifest);
      const left = [...queue];
      const worker = async (): Promise<void> => {
        try {
          for (let document = left.shift(); document !== undefined; document = left.shift())
            got.set(document.id, await fetchDocument(manifest.id, document, signal));
        } finally {
          // One that fails ends the others' work too: nothing more is asked for.
          left.length = 0;
        }
      };
      await Promise.all(Array.from({ length: Math.max(1, atOnce) }, worker));
      return new Map(queue.map(({ id }) => [id, got.get(id) ?? new Uint8Array()]));
    },

    verify: ({ bytes, documents }) => verifyDossier({ manifest: bytes, documents }, keys),

    async receipt(manifest, { signal } = {}) {
      const path = `/v1/dossiers/${encodeURIComponent(manifest.id)}/receipt`;
      const reply = await call({ method: 'POST', path, body: { manifestSha256: manifestSha256(manifest) }, signal });
      if (reply.status !== 204) throw problemError(reply);
    },

    async fetch(ask, how = {}) {
      let received = await client.complete(ask, how);
      for (let version = 0; ; version += 1) {
        try {
          const documents = await client.download(received.manifest, { signal: how.signal });
          const verification = await client.verify({ bytes: received.bytes, documents });
          if (!verification.ok)
            throw new YilianError(
              'ERR_ENVELOPE',
              { zh: '卷宗未通过验证，未予签收', en: 'the dossier does not hold, and no receipt was given' },
              { place: verification.faults[0]?.kind },
            );
          await client.receipt(received.manifest, { signal: how.signal });
          return { ...received, documents, verification };
        } catch (error) {
          // Replaced while it was fetched: begun again with what took its place.
          const isEnded = error instanceof YilianError && error.place === `${problemPrefix}version-ended`;
          if (!isEnded || version >= 5) throw error;
          received = await client.manifest(received.manifest.id, { signal: how.signal });
        }
      }
    },

    async appraisals({ idNumber, name }, { signal } = {}) {
      const reply = await call({ method: 'GET', path: '/v1/appraisals', query: { idNumber, name }, signal });
      if (reply.status !== 200) throw problemError(reply);
      const checked = validateAppraisalHistory(json(reply.bytes));
      if (!checked.ok) throw notProtocol(reply);
      return checked.value;
    },

    close: () => channel.close(),
  };

  const fetchDocument = async (id: string, document: DossierDocument, signal: AbortSignal | undefined): Promise<Uint8Array> => {
    const path = `/v1/dossiers/${encodeURIComponent(id)}/documents/${encodeURIComponent(document.id)}`;
    const parts: Uint8Array[] = [];
    for (let first = 0; first < document.size || parts.length === 0; first += rangeBytes) {
      const last = Math.min(first + rangeBytes, document.size) - 1;
      const isWhole = first === 0 && last === document.size - 1;
      const headers = { range: `bytes=${first}-${last}`, 'if-range': `"${document.sha256}"` };
      const reply = await call({ method: 'GET', path, signal, ...(isWhole || document.size === 0 ? {} : { headers }) });
      if (reply.status !== 200 && reply.status !== 206) throw problemError(reply);
      // Not one byte more is kept than was asked for, whatever the answer says.
      if (reply.bytes.length !== (reply.status === 200 ? document.size : last - first + 1)) throw differs(document);
      parts.push(reply.bytes);
      if (reply.status === 200) break;
    }
    const bytes = Buffer.concat(parts);
    if (bytes.length === document.size && sha256Hex(bytes) === document.sha256) return bytes;
    throw differs(document);
  };

  return client;
}

function differs({ id }: DossierDocument): YilianError {
  return new YilianError(
    'ERR_ENVELOPE',
    { zh: '材料与清单所载摘要不符', en: 'a document is not what the manifest says' },
    { place: id },
  );
}

/** The version that took the place of the one asked for. */
function nextOf({ status, bytes }: HttpReply): string | undefined {
  if (status !== 410) return undefined;
  const problem = json(bytes) as Partial<DossierProblem> | undefined;
  const id = problem?.supersededBy?.id;
  return typeof id === 'string' && id !== '' ? id : undefined;
}

function problemError(reply: HttpReply): YilianError {
  const { status } = reply;
  const problem = json(reply.bytes) as Partial<DossierProblem> | undefined;
  const type = typeof problem?.type === 'string' && problem.type.startsWith(problemPrefix) ? problem.type : undefined;
  if (type === undefined) return notProtocol(reply);
  const title = redact(String(problem?.title ?? '')).slice(0, 200);
  return new YilianError(
    codes[status] ?? 'ERR_AGENCY',
    { zh: `市级端答复 ${status}：${title}`, en: `the city answered ${status}: ${title}` },
    { httpStatus: status, place: type, retryable: status >= 500 },
  );
}

function notProtocol({ status }: HttpReply): YilianError {
  return new YilianError(
    'ERR_ENVELOPE',
    { zh: `应答不合协议（HTTP ${status}）`, en: `the answer is not what the protocol has (HTTP ${status})` },
    { httpStatus: status },
  );
}

function json(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function throughPlatform(platform: DossierClientOptions['platform'], now: Date): Record<string, string> {
  if (platform === undefined) return {};
  const { rid, sid, appSecret, prefix = 'gjzwfwpt_' } = platform;
  const rtime = String(now.getTime());
  const sign = platformSignature(appSecret, rid, sid, rtime);
  return { [`${prefix}rid`]: rid, [`${prefix}sid`]: sid, [`${prefix}rtime`]: rtime, [`${prefix}sign`]: sign };
}

function timer(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timeout);
      reject(new YilianError('ERR_ABORTED', { zh: '已按要求停止', en: 'stopped as asked' }));
    };
    const timeout = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
