import type { Json } from '../model/index.js';
import { compile } from '../schema.js';
import type { MappingFault } from './context.js';
import type { MappingDefinition } from './mapping.js';

/**
 * The shape of mapping files and code tables. What a schema cannot say (model paths, table values, pointers) is checked by the compiler after it.
 */

const text: Json = { type: 'string', minLength: 1 };
const pointer: Json = { type: 'string' };
const at: Json = { anyOf: [pointer, { type: 'array', items: pointer, minItems: 1 }] };
const values: Json = { type: 'array', items: { type: 'string' }, minItems: 1 };
const bilingual: Json = {
  type: 'object',
  additionalProperties: false,
  required: ['zh', 'en'],
  properties: { zh: text, en: text },
};

const condition: Json = {
  type: 'object',
  additionalProperties: false,
  required: ['at'],
  minProperties: 2,
  maxProperties: 2,
  properties: {
    at,
    in: values,
    notIn: values,
    filled: { type: 'boolean' },
    negative: { type: 'boolean' },
    codes: text,
  },
};
const conditions: Json = { type: 'array', items: condition, minItems: 1 };

const parts: Json = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  properties: { icd10: pointer, text: pointer },
};

const converters = [
  'text',
  'name',
  'id-number',
  'date',
  'date-time',
  'instant',
  'money',
  'integer',
  'flag',
  'value',
  'coded',
  'diagnosis-code',
  'diagnoses',
];

const read: Json = {
  type: 'object',
  additionalProperties: false,
  required: ['at', 'as'],
  properties: {
    at,
    as: { enum: converters },
    codes: text,
    hour: pointer,
    parts: { anyOf: [parts, { type: 'array', items: parts, minItems: 1 }] },
    blank: values,
    onlyIf: conditions,
    otherwise: {},
    missing: { type: 'string', pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' },
    why: text,
  },
  dependentRequired: { otherwise: ['why'] },
};

function declared(how: string, schema: Json): Json {
  return { type: 'object', additionalProperties: false, required: [how, 'why'], properties: { [how]: schema, why: text } };
}

/** The shapes a field can have, by the property only that shape has. */
const fieldShapes: Readonly<Record<string, Json>> = {
  at: read,
  absent: declared('absent', { const: true }),
  constant: declared('constant', {}),
  keyed: declared('keyed', { type: 'array', items: text }),
  join: declared('join', { type: 'array', items: at, minItems: 1 }),
  any: declared('any', conditions),
};

function record(field: Json): Json {
  return {
    type: 'object',
    additionalProperties: false,
    required: ['kind', 'each', 'fields'],
    properties: {
      kind: text,
      operations: { type: 'array', items: text, minItems: 1 },
      each: pointer,
      where: conditions,
      void: conditions,
      fields: { type: 'object', additionalProperties: field },
    },
  };
}

function mapping(field: Json): Json {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    additionalProperties: false,
    required: ['name', 'version', 'title', 'source', 'records'],
    properties: {
      name: text,
      version: text,
      title: bilingual,
      source: text,
      records: { type: 'array', items: record(field), minItems: 1 },
    },
  };
}

/** JSON Schema of a mapping file, for editors and for `yilian doctor`. */
export const mappingSchema: Json = mapping({ anyOf: Object.values(fieldShapes) });

/** JSON Schema of a code table. */
export const codeTableSchema: Json = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  required: ['name', 'version', 'system', 'source', 'codes'],
  properties: {
    name: text,
    version: text,
    system: text,
    source: text,
    codes: { type: 'object', additionalProperties: { type: ['string', 'boolean', 'null'] }, minProperties: 1 },
    titles: { type: 'object', additionalProperties: { type: 'string' } },
  },
};

type Validator = ReturnType<typeof compile<unknown>>;

/** Compiled at first use, so that importing the engine costs nothing. */
const validators = new Map<string, Validator>();

function faultsOf(name: string, schema: () => Json, value: unknown, place: string): MappingFault[] {
  const validate = validators.get(name) ?? compile<unknown>(schema());
  validators.set(name, validate);
  const result = validate(value);
  return result.ok ? [] : result.faults.map((fault) => ({ ...fault, pointer: `${place}${fault.pointer}` }));
}

/** What is wrong with the shape of a mapping and of the code tables handed in; empty when nothing is. */
export function shapeFaults(definition: unknown, codeTables: Readonly<Record<string, unknown>>): MappingFault[] {
  const outline = faultsOf('outline', () => mapping({ type: 'object' }), definition, '');
  const fields = outline.length > 0 ? [] : fieldFaults(definition as MappingDefinition);
  const tables = Object.entries(codeTables).flatMap(([name, table]) =>
    faultsOf('table', () => codeTableSchema, table, '').map(
      (fault): MappingFault => ({
        pointer: '',
        message: {
          zh: `代码表 ${name}${fault.pointer}：${fault.message.zh}`,
          en: `code table ${name}${fault.pointer}: ${fault.message.en}`,
        },
      }),
    ),
  );
  return [...outline, ...fields, ...tables];
}

/** Each field is held against the one shape it means, so that its faults are told of that shape and not of all six. */
function fieldFaults(definition: MappingDefinition): MappingFault[] {
  return definition.records.flatMap((item, index) =>
    Object.entries(item.fields).flatMap(([path, field]) => {
      const place = `/records/${index}/fields/${path}`;
      const shape = Object.keys(fieldShapes).find((name) => Object.hasOwn(field, name));
      if (shape !== undefined) return faultsOf(shape, () => fieldShapes[shape] ?? {}, field, place);
      const shapes = Object.keys(fieldShapes).join(', ');
      return [{ pointer: place, message: { zh: `须有其中之一：${shapes}`, en: `one of these is needed: ${shapes}` } }];
    }),
  );
}
