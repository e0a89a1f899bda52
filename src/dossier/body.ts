import type { Bilingual, DossierReceipt, DossierRequest } from '../model/index.js';
import type { Validate } from '../schema.js';
import { validateDossierReceipt, validateDossierRequest } from '../schema.js';
import { utf8 } from '../utf8.js';
import { nothing, Refusal } from './problems.js';

/** What a caller sends: bodies, the idempotency key, the query. Faults are told by their places, and never with what stood there. */

/** The whole body; throws `body-too-large` as soon as it is, and `invalid-request` for one that breaks off: nobody is there to read it, but the log. */
export async function readBody(request: Request, atMost: number): Promise<Uint8Array> {
  const tooLarge = () => new Refusal('body-too-large', 'body', { headers: { connection: 'close' } });
  if (Number(request.headers.get('content-length') ?? 0) > atMost) throw tooLarge();
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw new Refusal('invalid-request', 'body', { fault: 'body-cut-off' });
    });
    if (done) return Buffer.concat(chunks);
    size += value.length;
    if (size > atMost) {
      await reader.cancel().catch(() => undefined);
      throw tooLarge();
    }
    chunks.push(value);
  }
}

export function readDossierRequest(headers: Headers, body: Uint8Array, purposes: readonly string[]): DossierRequest {
  const value = readJson(headers, body);
  const purpose = typeof value === 'object' && value !== null && 'purpose' in value ? value.purpose : undefined;
  // A purpose that this partner may not have is no fault of form: it is told nothing else.
  if (typeof purpose === 'string' && !purposes.includes(purpose)) throw nothing('purpose', 'purpose-not-allowed');
  const ask = checked(validateDossierRequest, value);
  const blank = (['provincialNo', 'conclusionNo'] as const).filter((field) => ask[field].trim() === '');
  if (blank.length > 0)
    throw invalid(blank.map((field) => ({ pointer: `/${field}`, message: { zh: '不得为空', en: 'must not be blank' } })));
  return ask;
}

export function readReceipt(headers: Headers, body: Uint8Array): DossierReceipt {
  return checked(validateDossierReceipt, readJson(headers, body));
}

/** 1 to 128 visible ASCII characters, as a plain or a quoted string (draft-ietf-httpapi-idempotency-key-header). */
export function readIdempotencyKey(headers: Headers): string {
  const key = /^"?([\x21\x23-\x7e]{1,128})"?$/.exec(headers.get('idempotency-key') ?? '')?.[1];
  if (key === undefined) throw new Refusal('idempotency-key-missing', 'idempotency');
  return key;
}

export function readWho(query: URLSearchParams): { idNumber: string; name: string } {
  const faults: { pointer: string; message: Bilingual }[] = [];
  const one = (name: string): string => {
    const [value = '', ...more] = query.getAll(name);
    if (value.trim() === '' || more.length > 0 || value.length > 200)
      faults.push({ pointer: `/${name}`, message: { zh: '须有且仅有一个', en: 'must be given, once' } });
    return value;
  };
  const who = { idNumber: one('idNumber'), name: one('name') };
  if (faults.length > 0) throw invalid(faults);
  return who;
}

function readJson(headers: Headers, body: Uint8Array): unknown {
  const type = (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json' || headers.has('content-encoding'))
    throw new Refusal('unsupported-media-type', 'body', { headers: { accept: 'application/json' } });
  try {
    return JSON.parse(utf8(body) ?? '');
  } catch {
    throw invalid([{ pointer: '', message: { zh: '不是 UTF-8 编码的 JSON', en: 'no JSON in UTF-8' } }]);
  }
}

function checked<T>(validate: Validate<T>, value: unknown): T {
  const result = validate(value);
  if (result.ok) return result.value;
  throw invalid(result.faults);
}

function invalid(faults: readonly { pointer: string; message: Bilingual }[]): Refusal {
  const isNumber = faults.some(({ pointer }) => pointer === '/provincialNo');
  return new Refusal('invalid-request', isNumber ? 'provincial-number' : 'body', {
    fault: 'body-not-valid',
    document: { faults: faults.map(({ pointer, message: { zh, en } }) => ({ pointer, zh, en })) },
  });
}
