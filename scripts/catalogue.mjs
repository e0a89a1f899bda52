/**
 * The folder is the registry: this lists the agencies, their mappings and code tables, the envelope families and the rules, as TypeScript that
 * imports them. A folder or file that does not fit fails the build with its name and what is missing.
 *
 *     node scripts/catalogue.mjs [--draft]
 *
 * With --draft (before the tests of one room) what does not fit is named and left out, so that an unfinished folder stops nobody else.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { writeIfChanged } from './write.mjs';

const header = '// Made by scripts/catalogue.mjs from the files of this folder. Not edited by hand, not in version control.\n';
const slug = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Writes the lists of the project in `root`, and gives what does not fit; with faults nothing is written, unless it is a draft. */
export function catalogue(root, { draft = false } = {}) {
  const project = open(root);
  const lists = {
    'src/adapters/catalogue.generated.ts': adapters(project),
    'src/mapping/shipped.generated.ts': shipped(project),
    'src/cases/shipped.generated.ts': shippedOfCity(project),
    'src/envelopes/catalogue.generated.ts': envelopes(project),
    'src/reconcile/catalogue.generated.ts': rules(project),
  };
  if (project.faults.length === 0 || draft) {
    for (const [path, text] of Object.entries(lists)) writeIfChanged(join(root, path), text);
  }
  return project.faults;
}

/** A project's files by their path from its root, and the faults found so far. */
function open(root) {
  const names = (folder, wanted) => {
    const path = join(root, folder);
    const entries = existsSync(path) ? readdirSync(path, { withFileTypes: true }) : [];
    return sorted(entries.filter(wanted).map((entry) => entry.name));
  };
  return {
    faults: [],
    has: (path) => existsSync(join(root, path)),
    read: (path) => readFileSync(join(root, path), 'utf8'),
    folders: (folder) => names(folder, (entry) => entry.isDirectory()),
    /** Files with this ending, without what is made or declared. */
    files: (folder, ending) =>
      names(folder, (entry) => entry.isFile() && entry.name.endsWith(ending) && !/\.(generated|d)\.ts$/.test(entry.name)),
  };
}

function adapters(project) {
  const ids = project.folders('src/adapters').filter((id) => {
    const file = `src/adapters/${id}/index.ts`;
    if (!slug.test(id)) {
      project.faults.push(`src/adapters/${id}: the folder's name must be a lower-case slug, for it is the agency's id`);
      return false;
    }
    if (!project.has(file)) {
      project.faults.push(`src/adapters/${id}: index.ts is missing; it must default-export an Adapter`);
      return false;
    }
    return fits(project, file, { what: 'an Adapter', needs: ['agency', 'title', 'feeds'], named: ['agency', id] });
  });
  return listing({
    imports: [
      ...ids.map((id) => `import ${variable(id)} from './${id}/index.js';`),
      `import type { Adapter } from './adapter.js';`,
    ],
    doc: 'Every agency, by its id: one for each folder beside this file.',
    declaration: 'adapters: Readonly<Record<string, Adapter>>',
    open: '{',
    items: ids.map((id) => `'${id}': ${variable(id)}`),
    close: '}',
  });
}

function shipped(project) {
  const mappings = new Map();
  const codes = new Map();
  for (const id of project.folders('src/adapters')) {
    collect(project, `src/adapters/${id}/mappings`, mappings);
    collect(project, `src/adapters/${id}/codes`, codes);
  }
  return (
    `${header}import type { CodeTable, MappingDefinition } from './mapping.js';\n` +
    record('shippedMappings', 'MappingDefinition', 'The mappings that ship, by name: src/adapters/<agency>/mappings.', mappings) +
    record('codeTables', 'CodeTable', 'The code tables that ship, by name: src/adapters/<agency>/codes.', codes)
  );
}

/** What ships for the city's own systems, which are no agency. */
function shippedOfCity(project) {
  const mappings = new Map();
  const codes = new Map();
  collect(project, 'src/cases/mappings', mappings);
  collect(project, 'src/cases/codes', codes);
  return (
    `${header}import type { CityMapping, CodeTable } from '../mapping/mapping.js';\n` +
    record('cityMappings', 'CityMapping', 'The mappings that ship for the city’s own systems, by name: mappings/.', mappings) +
    record('cityCodeTables', 'CodeTable', 'The code tables that ship for them, by name: codes/.', codes)
  );
}

function record(name, type, doc, found) {
  return `\n/** ${doc} */\nexport const ${name}: Readonly<Record<string, ${type}>> = {\n${sorted([...found.keys()])
    .map((key) => `  '${key}': ${JSON.stringify(found.get(key).content, null, 2).replaceAll('\n', '\n  ')},\n`)
    .join('')}};\n`;
}

/** Reads the JSON files of a folder; each is called what it says it is called, and no two alike. */
function collect(project, folder, found) {
  for (const file of project.files(folder, '.json')) {
    const path = `${folder}/${file}`;
    const content = parseJson(project, path);
    if (content === undefined) continue;
    const name = basename(file, '.json');
    if (content.name !== name)
      project.faults.push(`${path}: its "name" is ${JSON.stringify(content.name)} and must be "${name}", as the file`);
    const other = found.get(name);
    if (other !== undefined) project.faults.push(`${path}: the name "${name}" is taken by ${other.path}`);
    found.set(name, { path, content });
  }
}

function parseJson(project, path) {
  try {
    return JSON.parse(project.read(path));
  } catch (error) {
    project.faults.push(`${path}: ${error.message}`);
    return undefined;
  }
}

function envelopes(project) {
  const ids = project
    .files('src/envelopes', '.ts')
    .filter((file) => defaultExport(project, `src/envelopes/${file}`) !== undefined)
    .map((file) => basename(file, '.ts'))
    .filter((id) =>
      fits(project, `src/envelopes/${id}.ts`, {
        what: 'an EnvelopeFamily',
        needs: ['id', 'title', 'recognises', 'settings', 'create'],
        named: ['id', id],
      }),
    );
  return listing({
    imports: [
      `import type { EnvelopeFamily } from './envelope.js';`,
      ...ids.map((id) => `import ${variable(id)} from './${id}.js';`),
    ],
    doc: 'Every envelope family, by its id: one for each file of this folder with a default export.',
    declaration: 'envelopeFamilies: Readonly<Record<string, EnvelopeFamily>>',
    open: '{',
    items: ids.map((id) => `'${id}': ${variable(id)}`),
    close: '}',
  });
}

function rules(project) {
  const ids = project
    .files('src/reconcile/rules', '.ts')
    .map((file) => basename(file, '.ts'))
    .filter((id) =>
      fits(project, `src/reconcile/rules/${id}.ts`, {
        what: 'a Rule',
        needs: [
          'id',
          'version',
          'severity',
          'title',
          'description',
          'feeds',
          'parameters',
          'basis',
          'action',
          'check',
          'examples',
        ],
        named: ['id', id],
      }),
    );
  return listing({
    imports: [`import type { Rule } from './rule.js';`, ...ids.map((id) => `import ${variable(id)} from './rules/${id}.js';`)],
    doc: 'Every rule, in order of id: one for each file of rules/.',
    declaration: 'rules: readonly Rule[]',
    open: '[',
    items: ids.map(variable),
    close: ']',
  });
}

function listing({ imports, doc, declaration, open, items, close }) {
  const body = items.map((item) => `  ${item},\n`).join('');
  return `${header}${imports.join('\n')}\n\n/** ${doc} */\nexport const ${declaration} = ${open}\n${body}${close};\n`;
}

/** Is the default export there and, where it is written out as an object, does it hold what the contract needs under the name of its file? */
function fits(project, file, { what, needs, named: [key, name] }) {
  const before = project.faults.length;
  const exported = defaultExport(project, file);
  if (exported === undefined) project.faults.push(`${file}: the default export is missing; it must be ${what}`);
  const properties = exported?.properties;
  if (properties !== undefined) {
    for (const need of needs) {
      if (!properties.has(need)) project.faults.push(`${file}: \`${need}\` is missing; the default export must be ${what}`);
    }
    const value = properties.get(key);
    if (typeof value === 'string' && value !== name)
      project.faults.push(`${file}: its \`${key}\` is '${value}' and must be '${name}'`);
  }
  return project.faults.length === before;
}

/** What a file default-exports: undefined where nothing; `properties` (name → text, where it is a literal) where it is a plain object literal. */
function defaultExport(project, file) {
  const source = ts.createSourceFile(file, project.read(file), ts.ScriptTarget.ES2023, true);
  const constants = new Map();
  let exported;
  for (const statement of source.statements) {
    if (ts.isVariableStatement(statement)) {
      for (const declared of statement.declarationList.declarations)
        constants.set(declared.name.getText(source), declared.initializer);
    } else if (ts.isExportAssignment(statement) && !statement.isExportEquals) {
      exported = { expression: statement.expression };
    } else if (ts.isExportDeclaration(statement) && statement.exportClause && ts.isNamedExports(statement.exportClause)) {
      const element = statement.exportClause.elements.find((each) => each.name.text === 'default');
      if (element) exported = { expression: element.propertyName ?? element.name };
    } else if (statement.modifiers?.some((modifier) => modifier.kind === ts.SyntaxKind.DefaultKeyword)) {
      exported = {};
    }
  }
  return exported && { properties: literalProperties(exported.expression, constants) };
}

function literalProperties(expression, constants) {
  let node = expression;
  if (node && ts.isIdentifier(node)) node = constants.get(node.text);
  while (node && (ts.isSatisfiesExpression(node) || ts.isAsExpression(node) || ts.isParenthesizedExpression(node)))
    node = node.expression;
  if (!node || !ts.isObjectLiteralExpression(node)) return undefined;
  if (node.properties.some((property) => ts.isSpreadAssignment(property))) return undefined;
  return new Map(
    node.properties.map((property) => {
      const value = ts.isPropertyAssignment(property) ? property.initializer : undefined;
      return [property.name.text, value && ts.isStringLiteralLike(value) ? value.text : undefined];
    }),
  );
}

/** In order of code units, so that every machine lists alike; `sort` without a comparison does just that. */
function sorted(names) {
  return [...names].sort();
}

/** `settlement-5203` → `settlement5203`; a name that could be a keyword or begin with a digit gets an underscore. */
function variable(id) {
  const name = id.replace(/[^A-Za-z0-9]+(.)/g, (_, letter) => letter.toUpperCase());
  return `_${name}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const draft = process.argv.includes('--draft');
  const faults = catalogue(join(import.meta.dirname, '..'), { draft });
  for (const fault of faults) console.error(`catalogue: ${fault}`);
  if (faults.length > 0 && !draft) process.exit(1);
}
