import type { Bilingual, DossierProblem, Json } from '../model/index.js';

/**
 * Everything the dossier service says no with: RFC 9457 problem documents whose `type` is `urn:yilian:problem:<slug>` and stays what it is. A
 * `urn:` because an address would have to be served by somebody.
 */
export const problems = {
  'invalid-request': { status: 400, zh: '请求无效', en: 'the request is not valid' },
  'idempotency-key-missing': { status: 400, zh: '缺少 Idempotency-Key', en: 'Idempotency-Key is missing or not usable' },
  'not-authenticated': { status: 401, zh: '签名不成立', en: 'no signature that holds' },
  'not-found': { status: 404, zh: '没有可提供的内容', en: 'there is nothing to give' },
  'method-not-allowed': { status: 405, zh: '此地址不支持该方法', en: 'this address does not know that method' },
  'receipt-mismatch': { status: 409, zh: '回执的摘要与该版本不符', en: "the receipt's hash is not this version's" },
  'version-ended': { status: 410, zh: '该版本已被替换或撤回', en: 'this version was replaced or withdrawn' },
  'body-too-large': { status: 413, zh: '请求体过大', en: 'the body is too large' },
  'unsupported-media-type': { status: 415, zh: '请求体须为 application/json', en: 'the body must be application/json' },
  'range-not-satisfiable': { status: 416, zh: '请求的范围不存在', en: 'there is no such range' },
  'idempotency-key-reused': {
    status: 422,
    zh: '同一 Idempotency-Key 曾用于另一请求',
    en: 'the Idempotency-Key was used for another request',
  },
  'too-many-requests': { status: 429, zh: '请求过多', en: 'too many requests' },
  'internal-error': { status: 500, zh: '内部错误', en: 'internal error' },
  'document-damaged': {
    status: 500,
    zh: '材料与其摘要不符，未予发出',
    en: 'the document is not what its hash says and was not sent',
  },
  unavailable: { status: 503, zh: '暂不能服务', en: 'cannot serve for now' },
} as const satisfies Record<string, { status: number } & Bilingual>;

export type ProblemSlug = keyof typeof problems;

export const problemPrefix = 'urn:yilian:problem:';

/** The document of a problem; `more` beside what every problem of its type says. */
export function problemOf(slug: ProblemSlug, more: { [key: string]: Json } = {}): DossierProblem {
  const { status, zh, en } = problems[slug];
  return { type: `${problemPrefix}${slug}`, title: `${zh} / ${en}`, status, ...more };
}

/** Which gate said no: for the audit log alone. The caller is told the problem, and two gates with one problem cannot be told apart. */
export type Gate =
  | 'address'
  | 'body'
  | 'conclusion'
  | 'delivery'
  | 'idempotency'
  | 'name'
  | 'nonce'
  | 'owner'
  | 'partner'
  | 'platform'
  | 'provincial-number'
  | 'purpose'
  | 'range'
  | 'rate'
  | 'receipt'
  | 'scope'
  | 'signature'
  | 'subject'
  | 'version';

/** A call that is not answered with what it asked for. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  readonly slug: ProblemSlug;
  readonly gate: Gate;
  readonly more: {
    /** More precisely why, as a slug, for the log. */
    fault?: string;
    document?: { [key: string]: Json };
    headers?: Readonly<Record<string, string>>;
  };

  constructor(slug: ProblemSlug, gate: Gate, more: Refusal['more'] = {}) {
    super(slug);
    this.slug = slug;
    this.gate = gate;
    this.more = more;
  }
}

/** Unknown, somebody else's, wrong and not allowed are one and the same. */
export function nothing(gate: Gate, fault?: string): Refusal {
  return new Refusal('not-found', gate, fault === undefined ? {} : { fault });
}
