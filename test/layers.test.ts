import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, sep } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/**
 * Who may know whom, as a table. A better cut may replace it, here and in docs/architecture.md together.
 */

/** Files of the nightly job; every other file of `reconcile/` is the pure cross-check. */
const nightly = [
  'as-of',
  'blast-guard',
  'completeness',
  'coverage',
  'decide',
  'explain-person',
  'feeds',
  'held',
  'judge',
  'known-file',
  'latecomers',
  'lifecycle',
  'manifest',
  'preflight',
  'pull',
  'pull-changes',
  'pull-environment',
  'pull-lookups',
  'replay',
  'resemble',
  'run',
  'superseded-since',
];

/** The room of a source file. */
function roomOf(file: string): string {
  const [, first = '', second = ''] = file.split('/');
  // What knows every agency; no agency may know it, or it would know the others.
  if (['src/adapters/catalogue.generated.ts', 'src/adapters/offline.ts'].includes(file)) return 'every agency';
  if (first === 'adapters') return second.endsWith('.ts') ? 'adapters' : 'agency';
  if (first === 'reconcile') return nightly.includes(second.replace(/\.ts$/, '')) ? 'reconcile/run' : 'reconcile/check';
  if (/^schemas?(-faults|\.generated)?\.ts$/.test(first)) return 'schema';
  if (
    ['index.ts', 'exchange.ts', 'catalogue.ts', 'exchange-city.ts', 'exchange-dossier.ts', 'exchange-province.ts'].includes(first)
  )
    return 'index';
  return first.replace(/\.ts$/, '');
}

/** What everybody may import. */
const common = ['model', 'errors', 'redact', 'utf8', 'version'];

/** Room → the rooms it may import besides `common` and itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  model: [],
  errors: [],
  redact: [],
  utf8: [],
  version: [],
  schema: [],
  crypto: [],
  'message-signatures': ['crypto'],
  identity: ['crypto'],
  linkage: ['identity'],
  mapping: ['schema', 'identity'],
  config: ['schema', 'mapping'],
  channels: ['crypto'],
  envelopes: ['crypto'],
  adapters: ['channels', 'envelopes', 'mapping', 'identity'],
  'every agency': ['agency', 'adapters', 'channels', 'envelopes', 'mapping', 'identity'],
  agency: ['adapters', 'mapping', 'identity'],
  store: ['crypto', 'identity', 'linkage'],
  audit: ['crypto', 'store'],
  dossier: ['audit', 'channels', 'crypto', 'identity', 'message-signatures', 'schema', 'store'],
  outbox: ['adapters', 'audit', 'store'],
  cases: ['schema', 'identity', 'store', 'mapping', 'envelopes'],
  procedure: ['identity', 'reconcile/check'],
  'reconcile/check': ['identity', 'linkage'],
  'reconcile/run': ['reconcile/check', 'adapters', 'audit', 'store', 'identity', 'linkage'],
  report: ['store', 'linkage'],
  // It writes its own answers, for otherwise an error on one side would cancel its twin on the other.
  sandbox: ['identity', 'crypto'],
  cli: ['*'],
  index: ['*'],
};

/** Package → the only places that may import it. */
const doors: Readonly<Record<string, readonly string[]>> = {
  axios: ['src/channels/'],
  'p-retry': ['src/channels/'],
  'fast-xml-parser': ['src/envelopes/'],
  saxes: ['src/envelopes/'],
  ajv: ['src/schema.ts', 'test/schema/'],
  'ajv-formats': ['src/schema.ts', 'test/schema/'],
  kysely: ['src/store/', 'test/store/'],
  libsql: ['src/store/', 'test/audit/', 'test/dossier/', 'test/dossier-http/', 'test/store/'],
  commander: ['src/cli/'],
  'csv-parse': ['src/envelopes/', 'src/cases/', 'src/config/', 'test/sandbox/'],
  'csv-stringify': ['src/report/'],
  'iconv-lite': ['src/envelopes/', 'src/sandbox/', 'test/envelopes/', 'test/differential/'],
  'lossless-json': ['src/envelopes/'],
  yaml: ['src/config/', 'src/cli/', 'src/sandbox/', 'test/sandbox/'],
  nock: ['test/http-mock.ts'],
  'playwright-core': ['test/system/'],
};

interface Import {
  from: string;
  /** A file of ours, or a package. */
  to: string;
  typeOnly: boolean;
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name).split(sep).join('/'))
    .sort();
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2023, true);
}

function importsOf(file: string): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean) => {
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return;
    const ours = specifier.text.startsWith('.');
    const to = ours
      ? normalize(join(dirname(file), specifier.text))
          .split(sep)
          .join('/')
          .replace(/\.js$/, '.ts')
      : specifier.text;
    found.push({ from: file, to, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node.importClause));
    if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], false);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    ts.forEachChild(node, visit);
  };
  visit(parse(file));
  return found;
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = clause.namedBindings;
  return (
    clause.name === undefined &&
    named !== undefined &&
    ts.isNamedImports(named) &&
    named.elements.every((each) => each.isTypeOnly)
  );
}

const sources = filesUnder('src');
const imports = sources.flatMap(importsOf);
const inner = imports.filter((each) => each.to.startsWith('src/'));

/** Why an import is not allowed, or undefined. */
function objection({ from, to, typeOnly }: Import): string | undefined {
  const [room, target] = [roomOf(from), roomOf(to)];
  const allowed = mayImport[room];
  if (allowed === undefined) return `${from}: the room "${room}" is not in the table`;
  if (room === 'agency' && target === 'agency') {
    return agencyOf(from) === agencyOf(to) ? undefined : `${from} knows another agency: ${to}`;
  }
  if (room === target || common.includes(target) || allowed.includes(target) || allowed.includes('*')) return undefined;
  // An agency may name an envelope's types, for it asks and reads through them.
  if (room === 'agency' && target === 'envelopes' && typeOnly) return undefined;
  return `${from} (${room}) must not know ${to} (${target})`;
}

function agencyOf(file: string): string | undefined {
  return file.split('/')[2];
}

describe('the rooms', () => {
  it('know only whom the table lets them know', () => {
    expect(inner.map(objection).filter((each) => each !== undefined)).toEqual([]);
  });

  it('are all in the table, and the table has no room that is gone', () => {
    expect([...new Set(sources.map(roomOf))].filter((room) => !(room in mayImport))).toEqual([]);
    expect(Object.keys(mayImport).filter((room) => !sources.some((file) => roomOf(file) === room))).toEqual([]);
  });

  it('are not known by anybody when they are the rim: cli and index', () => {
    const known = inner.filter(
      ({ from, to }) => ['cli', 'index'].includes(roomOf(to)) && !['cli', 'index'].includes(roomOf(from)),
    );

    expect(known).toEqual([]);
  });

  it('keep the model free of everything', () => {
    expect(imports.filter(({ from, to }) => from.startsWith('src/model/') && !to.startsWith('src/model/'))).toEqual([]);
  });

  it.each([
    ['src/channels/http.ts', 'src/envelopes/soap.ts', false],
    ['src/envelopes/soap.ts', 'src/channels/http.ts', true],
    ['src/adapters/health/index.ts', 'src/adapters/civil-affairs/index.ts', true],
    ['src/adapters/health/index.ts', 'src/envelopes/soap.ts', false],
    ['src/adapters/health/index.ts', 'src/channels/http.ts', true],
    ['src/adapters/health/index.ts', 'src/adapters/catalogue.generated.ts', true],
    ['src/adapters/call.ts', 'src/adapters/health/index.ts', true],
    ['src/reconcile/rules/a.ts', 'src/store/store.ts', true],
    ['src/reconcile/check.ts', 'src/reconcile/run.ts', false],
    ['src/sandbox/index.ts', 'src/envelopes/soap.ts', false],
    ['src/sandbox/servers/a.ts', 'src/envelopes/xml.ts', false],
    ['src/sandbox/index.ts', 'src/adapters/adapter.ts', true],
    ['src/store/sqlite.ts', 'src/reconcile/check.ts', false],
    ['src/newroom/a.ts', 'src/crypto/digest.ts', false],
    ['src/crypto/digest.ts', 'src/identity/key.ts', false],
    ['src/schema.ts', 'src/mapping/mapping.ts', true],
  ])('the table itself forbids %s → %s', (from, to, typeOnly) => {
    expect(objection({ from, to, typeOnly })).toBeDefined();
  });

  it.each([
    ['src/adapters/health/index.ts', 'src/envelopes/envelope.ts', true],
    ['src/adapters/health/index.ts', 'src/adapters/health/admissions.ts', false],
    ['src/reconcile/run.ts', 'src/reconcile/check.ts', false],
    ['src/channels/http.ts', 'src/errors.ts', false],
    ['src/cli/main.ts', 'src/store/sqlite.ts', false],
  ])('the table itself allows %s → %s', (from, to, typeOnly) => {
    expect(objection({ from, to, typeOnly })).toBeUndefined();
  });
});

describe('packages with one door', () => {
  const all = [...imports, ...filesUnder('test').flatMap(importsOf)];
  const packageOf = (specifier: string) =>
    specifier
      .split('/')
      .slice(0, specifier.startsWith('@') ? 2 : 1)
      .join('/');

  it.each(Object.entries(doors))('%s is imported only in %j', (name, places) => {
    const elsewhere = all.filter(({ from, to }) => packageOf(to) === name && !places.some((place) => from.startsWith(place)));

    expect(elsewhere.map(({ from }) => from)).toEqual([]);
  });

  it('every package src imports is a dependency, and every dependency is imported', () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> };
    const used = new Set(
      imports.filter(({ to }) => !to.startsWith('src/') && !to.startsWith('node:')).map(({ to }) => packageOf(to)),
    );

    expect([...used].sort()).toEqual(Object.keys(manifest.dependencies).sort());
  });

  it('are each explained in docs/dependencies.md, and nothing else is', () => {
    const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
      'dependencies' | 'devDependencies',
      Record<string, string>
    >;
    const rows = [...readFileSync('docs/dependencies.md', 'utf8').matchAll(/^\| ([a-z@][^ |]*)(?: [\d.]+)? \|/gm)].map(
      (match) => match[1],
    );

    expect(rows.filter((row) => row !== 'package').sort()).toEqual(
      [...Object.keys(manifest.dependencies), ...Object.keys(manifest.devDependencies)].sort(),
    );
  });
});

describe('modules', () => {
  it('await nothing at the top level, for that breaks require()', () => {
    const awaits = sources.filter((file) => {
      let found = false;
      const visit = (node: ts.Node): void => {
        if (ts.isFunctionLike(node) || ts.isClassStaticBlockDeclaration(node)) return;
        if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined)) found = true;
        ts.forEachChild(node, visit);
      };
      visit(parse(file));
      return found;
    });

    expect(awaits.filter((file) => file !== 'src/cli/main.ts')).toEqual([]);
  });
});
