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
    agencies: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        additionalProperties: { anyOf: [{ type: 'object' }, { type: 'array', minItems: 1 }] },
      },
    },
  },
};
