import { sha256Hex } from '../crypto/digest.js';
import { isYilianError } from '../errors.js';
import type { SignedRequestParts } from '../message-signatures/contract.js';
import { signResponse } from '../message-signatures/index.js';
import type { AuditEntry } from '../model/index.js';
import { maskIdNumber, redact } from '../redact.js';
import { type Answer, empty, jsonAnswer, problemAnswer } from './answers.js';
import { readBody, readDossierRequest, readIdempotencyKey, readReceipt, readWho } from './body.js';
import { createCallers } from './caller.js';
import { openapi } from './openapi.js';
import type { DossierHandlerOptions, DossierPartner } from './options.js';
import { nothing, Refusal } from './problems.js';
import { rangeOf } from './range.js';
import { type Call, purposeOf, type Route, routeOf } from './routes.js';
import { type Access, createDossierService, type Served, type ServedDossier } from './service.js';

const defaultMaxBodyBytes = 64 * 1024;
const defaultRetryAfterSeconds = 60;

/**
 * The dossier service as one Web-standard function: it mounts wherever requests become `Request` and answers may be `Response`.
 *
 * Every call but `GET /v1/health` and `GET /v1/openapi.json` must bear a signature that holds; every answer is signed and bound to its request. Each
 * access is one record of the audit log, written before the answer leaves; where it cannot be written, nothing is told (503). Never throws.
 */
export function createDossierHandler(options: DossierHandlerOptions): (request: Request) => Promise<Response> {
  const { audit, retryAfterSeconds = defaultRetryAfterSeconds, maxBodyBytes = defaultMaxBodyBytes } = options;
  const now = options.now ?? (() => new Date());
  const report = options.report ?? (() => undefined);
  const service = createDossierService(options);
  const callers = createCallers(options);
  const wait = { 'retry-after': String(retryAfterSeconds) };

  /** What came between: the log or the store cannot be used, or a fault of ours. Neither says more. */
  const trouble = (error: unknown): Refusal => {
    if (error instanceof Refusal) return error;
    report(error);
    const passes = isYilianError(error) && (error.code.startsWith('ERR_STORE') || error.code === 'ERR_AUDIT' || error.retryable);
    return passes ? new Refusal('unavailable', 'body', { headers: wait }) : new Refusal('internal-error', 'body');
  };

  /** Notes the access, does what was waiting for that, and only then gives the answer. */
  const noted = async (
    call: Call | undefined,
    access: Access | undefined,
    result: string,
    more: Partial<AuditEntry['detail']>,
    at?: Refusal,
  ) => {
    const { operator, detail = {}, ...note } = access?.note ?? { detail: {} };
    await audit.append({
      kind: call === 'appraisals' ? 'appraisal-history' : 'dossier-access',
      actor: {
        organisation: access?.partner.scope.organisation ?? 'unknown',
        ...(operator === undefined ? {} : { operator }),
      },
      purpose: call === undefined || call === 'openapi' || call === 'health' ? 'unknown' : purposeOf[call],
      result,
      ...(access === undefined ? {} : { partner: access.partner.scope.partner }),
      ...note,
      detail: {
        call: call ?? 'unknown',
        ...detail,
        ...(at === undefined
          ? {}
          : { gate: at.gate, problem: at.slug, ...(at.more.fault === undefined ? {} : { fault: at.more.fault }) }),
        ...more,
      },
    });
  };

  /** A call of somebody who is known. */
  const serve = async (route: Route, access: Access, parts: SignedRequestParts): Promise<Answer> => {
    const { partner, note } = access;
    const { headers, body } = parts;
    const finish = async <T>(served: Served<T>, status: number): Promise<T> => {
      await noted(route.call, access, served.result, { status });
      await served.keep();
      return served.value;
    };
    if (route.call === 'openapi' || route.call === 'health') return open(route.call);
    if (!partner.scope.purposes.includes(purposeOf[route.call])) throw nothing('purpose', 'purpose-not-allowed');
    switch (route.call) {
      case 'request': {
        const ask = readDossierRequest(headers, body, partner.scope.purposes);
        const { organisation, operator } = ask.requestedBy;
        note.operator = `${redact(operator.name)} ${maskedId(operator.id)}`;
        note.detail.requestedBy = redact(organisation);
        const idempotencyKey = readIdempotencyKey(headers);
        return service.alone(partner, idempotencyKey, async () => {
          const served = await service.request(access, ask, { idempotencyKey, sha256: sha256Hex(body) });
          const status = statusOf(served);
          const made = await finish(served, status);
          // As the caller addressed us, through whatever stands between.
          return manifestAnswer(status, made, { location: `${new URL(parts.url).pathname}/${made.kept.id}` });
        });
      }
      case 'manifest': {
        const found = await service.find(access, route.id);
        return service.alone(partner, found.idempotencyKey, async () => {
          const kept = await service.find(access, route.id);
          const served = await service.manifest(access, kept, (hash) => matches(headers.get('if-none-match'), hash));
          const same = served.result === 'not-modified';
          const made = await finish(served, same ? 304 : 200);
          return same ? empty(304, { etag: `"${made.kept.manifestSha256}"` }) : manifestAnswer(200, made);
        });
      }
      case 'document': {
        const kept = await service.find(access, route.id);
        const served = await service.document(access, kept, route.documentId);
        return documentAnswer(served.value, headers, (status) =>
          finish(status === 304 ? { ...served, result: 'not-modified', keep: async () => {} } : served, status),
        );
      }
      case 'receipt': {
        const kept = await service.find(access, route.id);
        await finish(await service.receipt(access, kept, readReceipt(headers, body)), 204);
        return empty(204);
      }
      case 'appraisals': {
        const who = readWho(new URL(parts.url).searchParams);
        return jsonAnswer(200, JSON.stringify(await finish(await service.appraisals(access, who), 200)));
      }
    }
  };

  const manifestAnswer = (status: number, { kept, bytes }: ServedDossier, more: Record<string, string> = {}): Answer =>
    jsonAnswer(status, bytes, { etag: `"${kept.manifestSha256}"`, ...(kept.state === 'preparing' ? wait : {}), ...more });

  const open = async (call: 'openapi' | 'health'): Promise<Answer> => {
    if (call === 'openapi') return jsonAnswer(200, openapi());
    const state = (await options.health?.().catch(() => ({ store: false, auditLog: false }))) ?? { store: true, auditLog: true };
    const fine = state.store && state.auditLog;
    const word = (works: boolean) => (works ? 'ok' : 'failing');
    const said = JSON.stringify({ status: word(fine), store: word(state.store), auditLog: word(state.auditLog) });
    return jsonAnswer(fine ? 200 : 503, said, fine ? {} : wait);
  };

  const sign = async (answer: Answer, parts: SignedRequestParts, at: Date): Promise<Response> => {
    const { status, body } = answer;
    try {
      const signer = options.signer(at);
      if (signer === undefined) throw new Error('no key to sign with');
      const headers = await signResponse({ status, headers: new Headers(answer.headers), body }, parts, signer, { now: at });
      return new Response(body.length === 0 ? null : body.slice(), { status, headers });
    } catch (error) {
      report(error);
      // What cannot be signed is not said.
      return new Response(null, { status: 500 });
    }
  };

  return async (request) => {
    const at = now();
    const { pathname } = new URL(request.url);
    const route = routeOf(request.method, pathname);
    const call = route instanceof Refusal ? undefined : route.call;
    let parts: SignedRequestParts = callers.meant(request, new Uint8Array()).parts;
    let access: Access | undefined;
    let answer: Answer;
    try {
      const body = await readBody(request, maxBodyBytes);
      const meant = callers.meant(request, body);
      parts = meant.parts;
      if (!(route instanceof Refusal) && 'open' in route) return await sign(await open(route.call), parts, at);
      const { partner, keyId, refusal } = await callers.identify(meant, at);
      access = accessOf(partner, keyId, at);
      if (refusal !== undefined) throw refusal;
      if (route instanceof Refusal) throw route;
      answer = await serve(route, access, parts);
    } catch (error) {
      let refusal = trouble(error);
      try {
        // The log lies in the store: where that is held by another, to wait for it a second time would only be slower.
        if (!(isYilianError(error) && ['ERR_AUDIT', 'ERR_STORE_LOCKED'].includes(error.code)))
          await noted(
            call,
            access,
            refusal.slug === 'internal-error' || refusal.slug === 'unavailable' ? 'failed' : 'refused',
            {},
            refusal,
          );
      } catch (unnoted) {
        // A refusal that cannot be noted is not told either: it would tell which request was refused for what.
        refusal = trouble(unnoted);
        if (refusal.slug !== 'unavailable') refusal = new Refusal('unavailable', 'body', { headers: wait });
      }
      answer = problemAnswer(refusal);
    }
    return sign(answer, parts, at);
  };
}

function accessOf(partner: DossierPartner, keyId: string, at: Date): Access {
  return { partner, at, note: { detail: { keyId } } };
}

function statusOf({ value: { kept } }: Served<ServedDossier>): 201 | 202 {
  return kept.state === 'preparing' ? 202 : 201;
}

/** An ID number keeps its ends; a staff number is a staff number. */
function maskedId(id: string): string {
  return redact(id) === id ? id : maskIdNumber(id);
}

/** `If-None-Match` compares weakly (RFC 9110 section 13.1.2). */
function matches(field: string | null, hash: string): boolean {
  return (field ?? '').split(',').some((tag) => ['*', `"${hash}"`, `W/"${hash}"`].includes(tag.trim()));
}

async function documentAnswer(
  { document, bytes }: { document: { sha256: string; mediaType: string }; bytes: Uint8Array },
  headers: Headers,
  finish: (status: number) => Promise<unknown>,
): Promise<Answer> {
  const etag = `"${document.sha256}"`;
  const common = {
    etag,
    'accept-ranges': 'bytes',
    'content-type': document.mediaType,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    // Of the whole document, whichever part of it this is (RFC 9530 section 3).
    'repr-digest': `sha-256=:${Buffer.from(document.sha256, 'hex').toString('base64')}:`,
  };
  if (matches(headers.get('if-none-match'), document.sha256)) {
    await finish(304);
    return empty(304, { etag });
  }
  const condition = headers.get('if-range');
  const range = condition === null || condition === etag ? rangeOf(headers.get('range'), bytes.length) : 'none';
  if (range === 'unsatisfiable')
    throw new Refusal('range-not-satisfiable', 'range', { headers: { 'content-range': `bytes */${bytes.length}` } });
  if (range === 'none') {
    await finish(200);
    return { status: 200, headers: common, body: bytes };
  }
  await finish(206);
  const { first, last } = range;
  return {
    status: 206,
    headers: { ...common, 'content-range': `bytes ${first}-${last}/${bytes.length}` },
    body: bytes.subarray(first, last + 1),
  };
}
