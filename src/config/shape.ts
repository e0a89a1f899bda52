import type { Json } from '../model/index.js';

const text: Json = { type: 'string', minLength: 1 };
const map: Json = { type: 'object' };

/** One connection: channel, auth, envelope and mapping vary independently. */
export const connectionShape: Json = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  required: ['channel', 'envelope', 'mapping'],
  properties: {
    channel: {
      type: 'object',
      additionalProperties: false,
      properties: {
        http: text,
        rate: text,
        concurrency: { type: 'integer', minimum: 1, maximum: 64 },
        deadline: text,
        hours: text,
        attempts: { type: 'integer', minimum: 1, maximum: 10 },
        maxBytes: { anyOf: [{ type: 'string' }, { type: 'integer' }] },
        tls: { type: 'object', additionalProperties: false, properties: { ca: text, cert: text, key: text } },
        proxy: { const: 'none' },
        headers: { type: 'object', additionalProperties: { type: 'string' } },
        folder: text,
        marker: text,
        control: text,
        stable: text,
        pattern: text,
      },
    },
    auth: { anyOf: [{ type: 'string' }, { type: 'object' }] },
    envelope: { anyOf: [{ type: 'string' }, { type: 'object' }] },
    mapping: text,
    mode: { enum: ['lookup', 'changes'] },
    codes: { type: 'array', items: text },
    settings: map,
    refresh: text,
    lag: text,
    regions: { type: 'array', items: { type: 'string', pattern: '^\\d{6}$' } },
    rowBand: { type: 'number', exclusiveMinimum: 0, maximum: 1 },
  },
};

const slug: Json = { type: 'string', pattern: '^[a-z0-9][a-z0-9-]*$' };

/** A key: its id goes into every signature made with it, between quotation marks. */
const keyShape: Json = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'algorithm', 'key'],
  properties: {
    id: { type: 'string', pattern: '^[A-Za-z0-9._~:@/-]{1,128}$' },
    algorithm: { enum: ['ecdsa-p256-sha256', 'ed25519', 'hmac-sha256', 'hmac-sm3', 'sm2-sm3'] },
    key: { type: 'string' },
    from: text,
    until: text,
  },
};

const partnerShape: Json = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'organisation', 'keys', 'purposes'],
  properties: {
    id: slug,
    organisation: text,
    keys: { type: 'array', items: keyShape, minItems: 1 },
    purposes: { type: 'array', items: text, minItems: 1 },
    items: { type: 'array', items: text },
    fields: { type: 'object', additionalProperties: { type: 'array', items: text } },
    rate: text,
    gateway: {
      type: 'object',
      additionalProperties: false,
      required: ['origin', 'rid', 'sid', 'appSecret'],
      properties: { origin: text, pathPrefix: { type: 'string' }, rid: text, sid: text, appSecret: text, prefix: text },
    },
  },
};

const dossierShape: Json = {
  type: 'object',
  additionalProperties: false,
  required: ['documents', 'partners'],
  properties: {
    listen: text,
    origin: text,
    tls: { type: 'object', additionalProperties: false, required: ['cert', 'key'], properties: { cert: text, key: text } },
    documents: {
      type: 'object',
      additionalProperties: false,
      required: ['folder', 'key'],
      properties: { folder: text, key: { type: 'string' } },
    },
    partners: { type: 'array', items: partnerShape },
    retryAfter: text,
  },
};

/** The shape of `yilian.config.yaml`; what a schema cannot say (units, secrets, names) is checked after it. */
export const configurationShape: Json = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  required: ['city', 'personKey', 'operator', 'agencies'],
  properties: {
    city: {
      type: 'object',
      additionalProperties: false,
      required: ['name', 'region', 'organisation'],
      properties: { name: text, region: { type: 'string', pattern: '^\\d{6}$' }, organisation: text },
    },
    store: text,
    personKey: text,
    operator: {
      type: 'object',
      additionalProperties: false,
      required: ['name', 'id'],
      properties: { name: text, id: text, organisation: text },
    },
    rules: { type: 'object', additionalProperties: { anyOf: [{ const: 'off' }, { const: false }, map] } },
    institutions: text,
    calendar: text,
    privateUse: text,
    limits: {
      type: 'object',
      additionalProperties: false,
      properties: {
        rejectedShare: { type: 'number', exclusiveMinimum: 0, maximum: 1 },
        rejectedRows: { type: 'integer', minimum: 1 },
        blastFactor: { type: 'number', minimum: 1 },
        blastLeast: { type: 'integer', minimum: 1 },
      },
    },
    signing: { type: 'array', items: keyShape },
    audit: {
      type: 'object',
      additionalProperties: false,
      properties: { sealEvery: { type: 'integer', minimum: 1 }, retentionDays: { type: 'integer', minimum: 1 } },
    },
    dossier: dossierShape,
    materials: {
      type: 'object',
      additionalProperties: {
        anyOf: [
          { const: 'off' },
          {
            type: 'object',
            additionalProperties: false,
            required: ['freshDays'],
            properties: { freshDays: { type: 'integer', minimum: 1 } },
          },
        ],
      },
    },
    agencies: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        additionalProperties: { anyOf: [{ type: 'object' }, { type: 'array', minItems: 1 }] },
      },
    },
  },
};
