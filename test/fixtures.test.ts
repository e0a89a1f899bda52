import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type InstitutionRow, institutionTable } from '../src/adapters/institutions.js';
import { type Mapped, mapBytes } from '../src/adapters/offline.js';
import { envelopeFamilies } from '../src/envelopes/catalogue.generated.js';
import { parseIdDocument } from '../src/identity/index.js';
import { shippedMappings } from '../src/mapping/shipped.generated.js';
import type { Evidence, Json } from '../src/model/index.js';
import { validateEvidence } from '../src/schema.js';

/**
 * Every folder `fixtures/<agency>/<nnn-what-it-shows>/` is a test; a new case needs no code. It holds
 *
 * - `message.<anything>`: bytes as received,
 * - `envelope.json`: `{ feed, envelope?, settings?, mapping?, operation?, institutions? }`: what would be configured; without an envelope the feed's
 *   shapes are tried, as `yilian map` does,
 * - `expected.json`, written by hand: `{ status, outcome, evidence?, rejected?, unknownCodes?, warnings? }`. Evidence without agency, feed, receivedAt
 *   and message; rejections as reason and pointer; unknown codes as table, code, count; warnings as their number.
 *
 * A record without a key of its own is named `<feed> <normalised number> <facts>` here, where a run would hash that.
 */
interface Case {
  feed: string;
  envelope?: string;
  settings?: Record<string, Json>;
  mapping?: string;
  operation?: string;
  institutions?: InstitutionRow[];
}

interface Expected {
  status: Mapped['status'];
  outcome: Mapped['outcome'];
  evidence?: unknown[];
  rejected?: { reason: string; pointer: string }[];
  unknownCodes?: { table: string; code: string; count: number }[];
  warnings?: number;
}

const root = join(import.meta.dirname, '..', 'fixtures');
// The city's own rows become no evidence: test/cases/city-fixtures.test.ts reads them.
const agencies = folders(root).filter((name) => name !== 'city');
const cases = agencies.flatMap((agency) =>
  folders(join(root, agency)).map((name) => ({ agency, name, folder: join(root, agency, name) })),
);

function folders(path: string): string[] {
  return existsSync(path)
    ? readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
    : [];
}

function readJson<T>(folder: string, file: string): T {
  return JSON.parse(readFileSync(join(folder, file), 'utf8')) as T;
}

function messageIn(folder: string): Uint8Array {
  const files = readdirSync(folder).filter((file) => file.startsWith('message.'));
  expect(files, `${folder} holds one message`).toHaveLength(1);
  return readFileSync(join(folder, files[0] ?? ''));
}

function run(agency: string, folder: string): { mapped: Mapped; about: Case } {
  const about = readJson<Case>(folder, 'envelope.json');
  const mapping = about.mapping === undefined ? undefined : shippedMappings[about.mapping];
  if (about.mapping !== undefined && mapping === undefined) throw new Error(`no shipped mapping ${about.mapping}`);
  const mapped = mapBytes(messageIn(folder), {
    agency,
    feed: about.feed,
    ...(about.envelope === undefined ? {} : { envelope: { id: about.envelope, settings: about.settings ?? {} } }),
    ...(mapping === undefined ? {} : { mapping }),
    ...(about.operation === undefined ? {} : { operation: about.operation }),
    institutions: institutionTable(about.institutions ?? []),
    receivedAt: '2026-11-23T02:00:00.000Z',
    keys: { personKey: () => undefined, recordKey: (feed, number, facts) => [feed, number, ...facts].join(' ') },
  });
  return { mapped, about };
}

function withoutNoise(evidence: Evidence): unknown {
  const { agency: _, feed: __, receivedAt: ___, message: ____, ...source } = evidence.source;
  return JSON.parse(JSON.stringify({ ...evidence, source }));
}

function at(tree: Json | undefined, pointer: string): Json | undefined {
  let node: Json | undefined = tree;
  for (const step of pointer.split('/').slice(1)) {
    const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof node !== 'object' || node === null) return undefined;
    node = Array.isArray(node) ? node[Number(key)] : node[key];
  }
  return node;
}

for (const { agency, name, folder } of cases)
  describe(`${agency}: ${name}`, () => {
    const expected = readJson<Expected>(folder, 'expected.json');

    it('gives the evidence and the rejections written down for it', () => {
      const { mapped } = run(agency, folder);

      expect({
        status: mapped.status,
        outcome: mapped.outcome,
        evidence: mapped.evidence.map(withoutNoise),
        rejected: mapped.rejected.map(({ reason, pointer }) => ({ reason, pointer })),
        unknownCodes: mapped.unknownCodes.map(({ table, code, count }) => ({ table, code, count })),
      }).toEqual({
        status: expected.status,
        outcome: expected.outcome,
        evidence: expected.evidence ?? [],
        rejected: expected.rejected ?? [],
        unknownCodes: expected.unknownCodes ?? [],
      });
      expect(mapped.warnings, mapped.warnings.join('\n')).toHaveLength(expected.warnings ?? 0);
    });

    it('gives evidence of the published shape, each value with the place it was read from', () => {
      const { mapped, about } = run(agency, folder);
      const family = Object.values(envelopeFamilies).find((candidate) => candidate.id === mapped.envelope);
      const decoded = family
        ?.create(about.settings ?? {})
        .open(messageIn(folder), about.operation === undefined ? {} : { operation: about.operation }).decoded;

      for (const evidence of mapped.evidence) {
        const result = validateEvidence(evidence);
        expect(result.ok ? [] : result.faults).toEqual([]);
        expect(evidence.source).toMatchObject({ agency, feed: about.feed, message: { id: mapped.message.id } });
        for (const [field, pointer] of Object.entries(evidence.source.pointers ?? {})) {
          if (decoded !== undefined) expect(at(decoded(), pointer), `${field} at ${pointer}`).toBeDefined();
        }
      }
    });

    it('never shows an ID number or a name in what it says', () => {
      const { mapped } = run(agency, folder);
      const said = JSON.stringify([
        mapped.rejected,
        mapped.warnings,
        mapped.unknownCodes.map(({ code, table }) => [code, table]),
      ]);
      const persons = mapped.evidence.map((evidence) => evidence.person);

      expect(said).not.toMatch(/\d{17}[0-9Xx]/);
      for (const person of persons) if (person.name !== '') expect(said).not.toContain(person.name);
    });

    it('speaks of synthetic persons only', () => {
      const text = Buffer.from(messageIn(folder)).toString('latin1');
      for (const [number] of text.matchAll(/(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])/g)) {
        const { validity } = parseIdDocument(number);
        if (validity === 'valid') expect(number).toMatch(/^(370799|8[123]0000|9)/);
      }
    });
  });

it('there are fixtures', () => {
  expect(cases.length).toBeGreaterThan(0);
});
