/**
 * JSON Schemas (draft 2020-12) of everything that crosses a public boundary, derived from the TypeScript types, so that the two cannot differ:
 * schema/<name>.json, each complete in itself, for everybody; src/schemas.generated.ts, all in one, for src/schema.ts (which must run under
 * `require` and in a bundle, where a JSON file cannot be imported).
 *
 *     node scripts/schemas.mjs
 *
 * Nothing is done where neither the types nor this script changed.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeIfChanged } from './write.mjs';

const root = join(import.meta.dirname, '..');

/** What others send us may say more than we know (open); what a city writes by hand, or a partner asks of us, may not hold a key
 * we would silently overlook (closed). */
const open = {
  'appraisal-history': 'AppraisalHistory',
  'case-file': 'CaseFile',
  'case-import': 'CaseImport',
  'check-result': 'CheckResult',
  'death-fact': 'DeathFact',
  'dossier-manifest': 'DossierManifest',
  evidence: 'Evidence',
  explanation: 'Explanation',
  finding: 'Finding',
  'finding-record': 'FindingRecord',
  person: 'Person',
  rejected: 'Rejected',
  'review-item': 'ReviewItem',
  'run-manifest': 'RunManifest',
};
const closed = {
  'city-mapping': 'CityMapping',
  'code-table': 'CodeTable',
  'dossier-receipt': 'DossierReceipt',
  'dossier-request': 'DossierRequest',
  'mapping-definition': 'MappingDefinition',
};
const names = { ...open, ...closed };

const inputs = [
  'scripts/schemas.mjs',
  'src/mapping/mapping.ts',
  ...readdirSync(join(root, 'src/model')).map((file) => `src/model/${file}`),
  'node_modules/ts-json-schema-generator/package.json',
].sort();
const hash = createHash('sha256');
for (const path of inputs) hash.update(path).update(readFileSync(join(root, path)));
const mark = `// Inputs: ${hash.digest('hex')}\n`;

const generated = join(root, 'src/schemas.generated.ts');
const published = (name) => join(root, 'schema', `${name}.json`);
const isCurrent =
  existsSync(generated) &&
  readFileSync(generated, 'utf8').includes(mark) &&
  Object.keys(names).every((name) => existsSync(published(name)));
if (!isCurrent) await generate();

async function generate() {
  const { createGenerator } = await import('ts-json-schema-generator');
  const definitions = {};
  for (const [types, additionalProperties] of [
    [open, true],
    [closed, false],
  ]) {
    const generator = createGenerator({
      path: join(root, 'src/mapping/mapping.ts'),
      tsconfig: join(root, 'tsconfig.json'),
      skipTypeCheck: true,
      expose: 'export',
      jsDoc: 'extended',
      additionalProperties,
    });
    for (const type of Object.values(types)) {
      for (const [name, definition] of Object.entries(generator.createSchema(type).definitions)) {
        const other = definitions[name];
        if (other !== undefined && !equal(other, definition)) throw new Error(`schemas: ${name} would be both open and closed`);
        definitions[name] = definition;
      }
    }
  }
  const defs = tidy(definitions);
  for (const [name, type] of Object.entries(names)) {
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: `urn:yilian:schema:${name}`,
      title: type,
      $ref: `#/$defs/${type}`,
      $defs: reachable(type, defs),
    };
    writeIfChanged(published(name), `${JSON.stringify(schema, null, 2)}\n`);
  }
  writeIfChanged(
    generated,
    '// Made by scripts/schemas.mjs from the types in src/model and src/mapping/mapping.ts. Not edited by hand, not in version control.\n' +
      mark +
      '\n/** Name of the published schema → its definition. */\n' +
      `export const schemaRoots = ${JSON.stringify(names, null, 2)} as const;\n` +
      '\n/** Every definition, for `$defs`. */\n' +
      `export const schemaDefinitions: Readonly<Record<string, unknown>> = ${JSON.stringify(defs, null, 2)};\n`,
  );
}

/** The generator's draft-07 definitions as `$defs` in order of name, unions made decidable, generic copies folded into the type they equal. */
function tidy(definitions) {
  const same = {};
  for (const name of Object.keys(definitions)) {
    const generic = name.replace(/<.*$/, '');
    if (generic === name) continue;
    same[name] =
      generic in definitions && equal(definitions[generic], definitions[name])
        ? generic
        : name.replace(/[^A-Za-z0-9]+/g, '-').replace(/-$/, '');
  }
  const defs = {};
  for (const name of Object.keys(definitions).sort()) {
    const target = same[name] ?? name;
    if (!(target in defs))
      defs[target] = name === 'Json' ? { description: definitions[name].description } : visit(definitions[name]);
  }
  return defs;

  function visit(node) {
    if (Array.isArray(node)) return node.map(visit);
    if (typeof node !== 'object' || node === null) return node;
    const copy = {};
    for (const [key, value] of Object.entries(node)) {
      if (key === '$ref') {
        const name = decodeURIComponent(value.slice('#/definitions/'.length));
        copy.$ref = `#/$defs/${same[name] ?? name}`;
      } else if (key === 'type' && Array.isArray(value) && value.length === 1) {
        copy.type = value[0];
      } else if (key === 'properties') {
        copy.properties = Object.fromEntries(Object.entries(value).map(([property, schema]) => [property, visit(schema)]));
      } else {
        copy[key] = visit(value);
      }
    }
    // Strict validators want one type or none; a list of allowed values says it all.
    if (Array.isArray(copy.type)) {
      if (copy.enum === undefined) copy.anyOf = copy.type.map((type) => ({ type }));
      delete copy.type;
    }
    return copy.anyOf === undefined ? copy : decidable(copy, definitions);
  }
}

function equal(a, b) {
  const plain = (schema) =>
    JSON.stringify(schema, (key, value) => (key === 'type' && Array.isArray(value) ? value.join() : value));
  return plain(a) === plain(b);
}

/**
 * `anyOf` tells a reader that none of seven forms fits, and nothing about the one that was meant. So a union is written as its decision: by the
 * JSON type, by a constant (`kind`), or by the one key that only that form has; then the form alone is held against the value.
 */
function decidable({ anyOf, ...rest }, definitions) {
  const resolved = anyOf.map((branch) => (branch.$ref ? definitions[branch.$ref.slice('#/$defs/'.length)] : branch));
  const types = resolved.map((branch) => branch.type);
  if (types.every((type) => type === 'string') && resolved.some((branch) => branch.enum === undefined)) {
    return { ...rest, type: 'string', examples: resolved.flatMap((branch) => branch.enum ?? []) };
  }
  if (anyOf.every((branch) => Object.keys(branch).join() === 'type')) return { ...rest, anyOf };
  if (new Set(types).size === types.length && types.every((type) => typeof type === 'string')) {
    return {
      ...rest,
      anyOf: types.map((type) => ({ type })),
      allOf: anyOf.map((branch, index) => when({ type: types[index] }, branch)),
    };
  }
  if (!types.every((type) => type === 'object')) throw new Error(`schemas: no way to decide the union ${JSON.stringify(anyOf)}`);

  const constant = Object.keys(resolved[0].properties).find((key) =>
    resolved.every((branch) => branch.properties[key]?.const !== undefined),
  );
  if (constant !== undefined) {
    const values = resolved.map((branch) => branch.properties[constant].const);
    return {
      ...rest,
      type: 'object',
      properties: { [constant]: { type: 'string', enum: values } },
      required: [constant],
      allOf: anyOf.map((branch, index) =>
        when({ properties: { [constant]: { const: values[index] } }, required: [constant] }, branch),
      ),
    };
  }

  const only = resolved.map((branch, index) =>
    branch.required?.find((key) => resolved.every((other, place) => place === index || !(key in other.properties))),
  );
  if (only.some((key) => key === undefined)) throw new Error(`schemas: no way to decide the union ${JSON.stringify(anyOf)}`);
  const has = (key) => ({ properties: { [key]: true }, required: [key] });
  return {
    ...rest,
    type: 'object',
    oneOf: only.map(has),
    allOf: anyOf.map((branch, index) => when(has(only[index]), branch)),
  };
}

/** `{ if, then }`, made of pairs because an object written out with a `then` looks like a promise. */
function when(condition, branch) {
  return Object.fromEntries([
    ['if', condition],
    ['then', branch],
  ]);
}

/** The definitions a type needs, in order of name. */
function reachable(type, defs) {
  const found = new Set();
  const follow = (name) => {
    if (found.has(name)) return;
    found.add(name);
    for (const [, next] of JSON.stringify(defs[name]).matchAll(/"#\/\$defs\/([^"]+)"/g)) follow(next);
  };
  follow(type);
  return Object.fromEntries([...found].sort().map((name) => [name, defs[name]]));
}
