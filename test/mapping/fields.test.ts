import { describe, expect, it } from 'vitest';
import { evidenceKinds, type ModelField, modelFields, optionalPart } from '../../src/mapping/fields.js';
import { schemaDefinitions } from '../../src/schemas.generated.js';

/** A JSON Schema as far as this test reads it. */
interface Schema {
  $ref?: string;
  anyOf?: Schema[];
  type?: string;
  const?: unknown;
  enum?: unknown[];
  items?: Schema;
  required?: string[];
  properties?: Record<string, Schema>;
}

const definitions = schemaDefinitions as Record<string, Schema>;

function resolved(schema: Schema): Schema {
  const name = schema.$ref?.split('/').pop();
  return name === undefined ? schema : resolved(definitions[decodeURIComponent(name)] ?? {});
}

function evidenceSchema(kind: string): Schema {
  const found = Object.values(definitions).find(
    (schema) => schema.properties?.kind?.const === kind && schema.properties.person !== undefined,
  );
  if (found === undefined) throw new Error(`no schema of ${kind}`);
  return found;
}

/** Every leaf a mapping could fill: path → its schema and whether its parent requires it. */
function leaves(schema: Schema, prefix = ''): Map<string, { schema: Schema; required: boolean }> {
  const found = new Map<string, { schema: Schema; required: boolean }>();
  for (const [key, raw] of Object.entries(schema.properties ?? {})) {
    const child = resolved(raw);
    const path = `${prefix}${key}`;
    const isCoded = child.properties?.system !== undefined && child.properties.known !== undefined;
    if (child.properties !== undefined && !isCoded) for (const [inner, leaf] of leaves(child, `${path}.`)) found.set(inner, leaf);
    else found.set(path, { schema: raw, required: schema.required?.includes(key) ?? false });
  }
  return found;
}

/** What the engine itself makes, and no mapping does. */
const made = new Set([
  'kind',
  'status',
  'person.key',
  'person.idDocuments',
  'link.level',
  'link.reasons',
  'source.agency',
  'source.feed',
  'source.receivedAt',
  'source.message.id',
  'source.message.sha256',
  'source.pointers',
]);

function membersOf(schema: Schema): unknown[] {
  const plain = resolved(schema);
  if (plain.enum !== undefined) return plain.enum;
  if (plain.const !== undefined) return [plain.const];
  return (plain.anyOf ?? []).flatMap(membersOf);
}

function holds(schema: Schema): ModelField['holds'] {
  if (schema.$ref?.endsWith('/PartialDate')) return 'date';
  if (schema.$ref?.endsWith('/Money')) return 'money';
  const plain = resolved(schema);
  if (plain.type === 'boolean') return 'boolean';
  if (plain.type === 'array') return resolved(plain.items ?? {}).properties?.text === undefined ? 'texts' : 'diagnoses';
  if (plain.properties?.system !== undefined) return 'coded';
  return membersOf(plain).length > 0 ? 'union' : 'text';
}

describe.each(evidenceKinds)('the table of fields a mapping of %s can fill', (kind) => {
  const schema = leaves(evidenceSchema(kind));
  const table = modelFields(kind) ?? {};

  it('names every field of the published schema and no other', () => {
    // What the library itself lays over the city's cases names its record; no message says it.
    const mappable = [...schema.keys()].filter((path) => !made.has(path) && !path.startsWith('conclusion.accordingTo.'));
    const virtual = ['person.idNumber', 'person.idType'];

    expect(Object.keys(table).sort()).toEqual([...mappable, ...virtual].sort());
  });

  it('requires what the schema requires, and allows the values it allows', () => {
    for (const [path, { schema: leaf, required }] of schema) {
      const field = table[path];
      if (field === undefined) continue;
      expect(field.required, path).toBe(required);
      expect(field.holds === 'instant' ? 'text' : field.holds, path).toBe(holds(leaf));
      if (field.holds === 'union') expect([...(field.values ?? [])].sort(), path).toEqual(membersOf(leaf).sort());
      if (field.holds === 'coded') {
        // The schema lets a `Coded` hold any raw code; which it may take when known is said by the union beside it.
        const members = leaf.$ref?.endsWith('Coded-DischargeOutcome') ? membersOf({ $ref: '#/$defs/DischargeOutcome' }) : [];
        expect([...(field.values ?? [])].sort(), path).toEqual(members.sort());
      }
      if (field.unknown !== undefined) expect(field.values, path).toContain(field.unknown);
    }
  });

  it('knows which parts may be missing as a whole', () => {
    const root = evidenceSchema(kind);
    for (const path of Object.keys(table)) {
      const part = optionalPart(path);
      if (part !== undefined) expect(root.required, path).not.toContain(part);
    }
  });
});
