import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type CityImport, importCityRows } from '../../src/cases/city-import.js';
import { cityCodeTables, cityMappings } from '../../src/cases/shipped.generated.js';
import { createKeys } from '../../src/identity/index.js';
import type { CodeTable } from '../../src/mapping/mapping.js';
import { validateCaseFile } from '../../src/schema.js';
import { openStore } from '../../src/store/index.js';
import type { Store } from '../../src/store/store.js';

/**
 * Every folder `fixtures/city/<nnn-what-it-shows>/` is a test; a new case needs no code. It holds files as the city's systems export them,
 * `sources.json` (file → mapping and the lists named, shipped or in the folder) and `expected.json`, written by hand: whoever is on file then, and
 * over all files the indicators told of, the rows that waited (once each), the rows refused by line, and codes no table has.
 */
interface Source {
  mapping: string;
  codes?: Record<string, string>;
}

interface Expected {
  persons: { subject: unknown; cases: unknown[]; benefits: unknown[] }[];
  notices: string[];
  waiting: [string, string, string][];
  refused: [number, string][];
  unknownCodes: [string, string, number][];
  skipped?: number;
}

const root = join(import.meta.dirname, '..', '..', 'fixtures', 'city');
const scratch = mkdtempSync(join(tmpdir(), 'yilian-city-'));
const secret = 'a secret of the city, 32 bytes long';
const keys = createKeys(secret);
afterAll(() => rmSync(scratch, { recursive: true }));

function read<T>(...path: string[]): T {
  return JSON.parse(readFileSync(join(root, ...path), 'utf8')) as T;
}

async function importFile(folder: string, file: string, store: Store, at: string): Promise<CityImport> {
  const { mapping, codes = {} } = read<Record<string, Source>>(folder, 'sources.json')[file] ?? { mapping: '' };
  const definition = cityMappings[mapping];
  if (definition === undefined) throw new Error(`no mapping ${mapping}`);
  const chosen = Object.fromEntries(
    Object.entries(codes).map(([indicator, name]) => [indicator, cityCodeTables[name] ?? read<CodeTable>(folder, name)]),
  );
  const bytes = readFileSync(join(root, folder, file));
  return importCityRows([{ name: file, bytes }], { mapping: definition, codes: chosen }, { keys, store, at });
}

async function onFile(store: Store, at: string): Promise<Expected['persons']> {
  const persons = [];
  for await (const { key } of store.subjects(at)) {
    const file = await store.caseFile(key, at);
    if (file === undefined) continue;
    expect(validateCaseFile({ ...file, feeds: [] })).toMatchObject({ ok: true });
    const { key: _key, ...subject } = file.subject;
    persons.push({ subject, cases: file.cases, benefits: file.benefits });
  }
  return persons;
}

describe.each(readdirSync(root))('%s', (folder) => {
  const files = Object.keys(read<Record<string, Source>>(folder, 'sources.json'));
  const expected = read<Expected>(folder, 'expected.json');
  const days = (day: number) => `2026-03-${String(day).padStart(2, '0')}T00:00:00.000Z`;

  it('puts on file what is written down for it, and names the rest', async () => {
    const store = await openStore(`sqlite:${join(scratch, `${folder}.db`)}`, { baseDir: scratch, secret });
    const imports: CityImport[] = [];
    for (const [index, file] of files.entries()) imports.push(await importFile(folder, file, store, days(index + 1)));
    const told = await onFile(store, days(20));
    const again: CityImport[] = [];
    for (const file of files) again.push(await importFile(folder, file, store, days(21)));
    const later = await onFile(store, days(22));
    await store.close();

    expect(told).toEqual(expected.persons);
    const all = <T>(of: (result: CityImport) => T[]): T[] => imports.flatMap(of);
    expect([...new Set(all(({ notices }) => notices.map(({ indicator }) => indicator)))].sort()).toEqual(expected.notices);
    const waiting = all((result) => result.waiting.map(({ kind, name, reason }) => JSON.stringify([kind, name, reason])));
    expect([...new Set(waiting)].sort()).toEqual(expected.waiting.map((item) => JSON.stringify(item)).sort());
    expect(all(({ refused }) => refused.map(({ line, reason }) => [line, reason]))).toEqual(expected.refused);
    expect(all(({ unknownCodes }) => unknownCodes.map(({ table, code, count }) => [table, code, count]))).toEqual(
      expected.unknownCodes,
    );
    expect(all(({ skipped }) => [skipped]).reduce((sum, count) => sum + count, 0)).toBe(expected.skipped ?? 0);
    expect(later, 'imported again').toEqual(expected.persons);
    for (const { counts } of again) expect(counts).toMatchObject({ rows: { new: 0, changed: 0 }, cases: { new: 0, changed: 0 } });
  });
});
