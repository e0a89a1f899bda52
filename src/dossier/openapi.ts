import type { Json } from '../model/index.js';
import { schemaDefinitions } from '../schemas.generated.js';
import { version } from '../version.js';
import { type ProblemSlug, problemPrefix, problems } from './problems.js';

/** OpenAPI 3.1 of the service, made of the same JSON Schemas that requests and answers are held against, so that the two cannot differ. */
export function openapiDocument(): { [key: string]: Json } {
  const json = (schema: string) => ({ 'application/json': { schema: ref(schema) } });
  const answer = (description: string, content?: Json, headers: readonly string[] = []): Json => ({
    description,
    headers: Object.fromEntries([...signed, ...headers].map((name) => [name, { $ref: `#/components/headers/${name}` }])),
    ...(content === undefined ? {} : { content }),
  });
  /** Every answer that is a problem, by status; what all signed calls may say is said for all. */
  const refused = (...slugs: ProblemSlug[]): { [status: string]: Json } => {
    // The method that is not known is another one at the same address.
    const all: ProblemSlug[] = [
      ...slugs,
      'not-authenticated',
      'not-found',
      'method-not-allowed',
      'too-many-requests',
      'internal-error',
      'unavailable',
    ];
    const byStatus = new Map<number, ProblemSlug[]>();
    for (const slug of all) byStatus.set(problems[slug].status, [...(byStatus.get(problems[slug].status) ?? []), slug]);
    return Object.fromEntries(
      [...byStatus].map(([status, list]) => [
        String(status),
        answer(
          list.map((slug) => `${problemPrefix}${slug}: ${problems[slug].en}`).join('; '),
          { 'application/problem+json': { schema: ref('DossierProblem') } },
          more[status] ?? [],
        ),
      ]),
    );
  };
  const parameter = (name: string) => ({ $ref: `#/components/parameters/${name}` });
  return {
    openapi: '3.1.0',
    info: {
      title: 'Yilian dossier service (再次鉴定卷宗服务)',
      version,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description:
        'Every request but health and openapi.json is signed, every answer too (RFC 9421, RFC 9530). See docs/dossier-protocol.md.',
    },
    servers: [{ url: '/' }],
    security: [{ httpMessageSignature: [] }],
    paths: {
      '/v1/dossiers': {
        post: {
          operationId: 'requestDossier',
          summary: 'Ask for a dossier',
          parameters: [parameter('idempotencyKey')],
          requestBody: { required: true, content: json('DossierRequest') },
          responses: {
            '201': answer('The sealed manifest', json('DossierManifest'), ['etag', 'location']),
            '202': answer('As it stands, while an item is still being fetched', json('DossierManifest'), [
              'etag',
              'location',
              'retry-after',
            ]),
            ...refused(
              'invalid-request',
              'idempotency-key-missing',
              'version-ended',
              'body-too-large',
              'unsupported-media-type',
              'idempotency-key-reused',
            ),
          },
        },
      },
      '/v1/dossiers/{id}': {
        get: {
          operationId: 'getManifest',
          summary: 'The manifest of a version',
          parameters: [parameter('id')],
          responses: {
            '200': answer('The manifest; with Retry-After while an item is still being fetched', json('DossierManifest'), [
              'etag',
            ]),
            '304': answer('The caller has it', undefined, ['etag']),
            ...refused('version-ended'),
          },
        },
      },
      '/v1/dossiers/{id}/documents/{documentId}': {
        get: {
          operationId: 'getDocument',
          summary: 'The bytes of a document, or one range of them',
          parameters: [parameter('id'), parameter('documentId')],
          responses: {
            '200': answer('All of it', { '*/*': {} }, ['etag']),
            '206': answer('One range', { '*/*': {} }, ['etag', 'content-range']),
            '304': answer('The caller has it', undefined, ['etag']),
            ...refused('version-ended', 'range-not-satisfiable', 'document-damaged'),
          },
        },
      },
      '/v1/dossiers/{id}/receipt': {
        post: {
          operationId: 'giveReceipt',
          summary: 'Say that a version has arrived',
          parameters: [parameter('id')],
          requestBody: { required: true, content: json('DossierReceipt') },
          responses: {
            '204': answer('Noted'),
            ...refused('invalid-request', 'receipt-mismatch', 'version-ended', 'body-too-large', 'unsupported-media-type'),
          },
        },
      },
      '/v1/appraisals': {
        get: {
          operationId: 'getAppraisals',
          summary: 'The appraisals of one person',
          parameters: [parameter('idNumber'), parameter('name')],
          responses: { '200': answer('Oldest first', json('AppraisalHistory')), ...refused('invalid-request') },
        },
      },
      '/v1/health': {
        get: {
          operationId: 'getHealth',
          summary: 'Can the store and the audit log be written?',
          security: [],
          responses: {
            '200': answer('Both can', json('Health')),
            '503': answer('One cannot: nothing is served', json('Health'), ['retry-after']),
          },
        },
      },
      '/v1/openapi.json': {
        get: {
          operationId: 'getOpenapi',
          summary: 'This document',
          security: [],
          responses: { '200': answer('OpenAPI 3.1', { 'application/json': { schema: { type: 'object' } } }) },
        },
      },
    },
    components: {
      securitySchemes: {
        httpMessageSignature: {
          type: 'apiKey',
          in: 'header',
          name: 'Signature',
          description:
            'HTTP Message Signatures (RFC 9421) over method, authority, path, query and content-digest; created, expires, nonce, keyid.',
        },
      },
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
      ),
      parameters: {
        id: { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
        documentId: { name: 'documentId', in: 'path', required: true, schema: { type: 'string' } },
        idempotencyKey: {
          name: 'Idempotency-Key',
          in: 'header',
          required: true,
          schema: { type: 'string', minLength: 1, maxLength: 130 },
        },
        idNumber: { name: 'idNumber', in: 'query', required: true, schema: { type: 'string', minLength: 1 } },
        name: { name: 'name', in: 'query', required: true, schema: { type: 'string', minLength: 1 } },
      },
      schemas: {
        ...reachable(['DossierRequest', 'DossierManifest', 'DossierReceipt', 'AppraisalHistory']),
        DossierProblem: problemSchema,
        Health: {
          type: 'object',
          required: ['status', 'store', 'auditLog'],
          properties: Object.fromEntries(['status', 'store', 'auditLog'].map((name) => [name, { enum: ['ok', 'failing'] }])),
        },
      },
    },
  };
}

/** As it is served. */
export const openapi = (): string => {
  text ??= JSON.stringify(openapiDocument());
  return text;
};
let text: string | undefined;

const signed = ['content-digest', 'signature-input', 'signature'];

/** Headers of problems, by status. */
const more: Readonly<Record<number, readonly string[]>> = {
  401: ['www-authenticate', 'accept-signature'],
  405: ['allow'],
  415: ['accept'],
  416: ['content-range'],
  429: ['retry-after'],
  503: ['retry-after'],
};

const headers: Readonly<Record<string, string>> = {
  'content-digest': 'RFC 9530, over the content of this message',
  'signature-input': 'RFC 9421',
  signature: 'RFC 9421',
  etag: 'SHA-256 of the content, quoted',
  location: 'Where the dossier is',
  'retry-after': 'Seconds',
  'content-range': 'RFC 9110 section 14.4',
  'www-authenticate': 'RFC 9110 section 11.6.1: Signature',
  'accept-signature': 'RFC 9421 section 5: what is wanted',
  allow: 'The methods there are',
  accept: 'The type that is wanted',
};

const problemSchema: Json = {
  description: 'RFC 9457',
  type: 'object',
  required: ['type', 'title', 'status'],
  properties: {
    type: { enum: Object.keys(problems).map((slug) => `${problemPrefix}${slug}`) },
    title: { type: 'string' },
    status: { type: 'integer' },
    faults: {
      description: 'Of an invalid request: JSON Pointers into the body, or the names of query parameters',
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'zh', 'en'],
        properties: { pointer: { type: 'string' }, zh: { type: 'string' }, en: { type: 'string' } },
      },
    },
    supersededBy: {
      type: 'object',
      required: ['id', 'version', 'reason'],
      properties: { id: { type: 'string' }, version: { type: 'integer' }, reason: { type: 'string' } },
    },
  },
};

function ref(name: string): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

/** The definitions that some need, with references as they are in OpenAPI. */
function reachable(names: readonly string[]): { [name: string]: Json } {
  const found = new Map<string, Json>();
  const follow = (name: string): void => {
    if (found.has(name)) return;
    const definition = JSON.stringify(schemaDefinitions[name]);
    found.set(name, JSON.parse(definition.replaceAll('"#/$defs/', '"#/components/schemas/')) as Json);
    for (const [, next] of definition.matchAll(/"#\/\$defs\/([^"]+)"/g)) if (next !== undefined) follow(next);
  };
  for (const name of names) follow(name);
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}
