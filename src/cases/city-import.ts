import type { EnvelopeSettings } from '../envelopes/envelope.js';
import { YilianError } from '../errors.js';
import type { Keys } from '../identity/index.js';
import type { CityMapping, CodeTable } from '../mapping/mapping.js';
import type { MappedRow } from '../mapping/rows.js';
import type { Bilingual } from '../model/index.js';
import type { CityImportCounts, CityRowWrite, CityWaiting } from '../store/city-rows.js';
import type { OutboxTarget } from '../store/outbox.js';
import type { Store } from '../store/store.js';
import { compileCity, indicatorNotice, indicators } from './city-codes.js';
import { joinCityRows } from './city-join.js';
import { type PlacedRow, type RefusedCityRow, readCityRows } from './city-read.js';

/** How rows of one of the city's own systems are read. */
export interface CitySource {
  mapping: CityMapping;
  /** The lists the city has named, by indicator (`ALC060`). */
  codes: Readonly<Record<string, CodeTable>>;
  /** Absent: as the bytes look. */
  envelope?: { id: string; settings: EnvelopeSettings };
}

/** An indicator met whose list the city has not named. */
export interface IndicatorNotice {
  indicator: string;
  /** Values met and how often each was. */
  values: { code: string; count: number }[];
  text: Bilingual;
}

/** What became of an import of rows. Nothing is lost: a row is on file, waits, or is refused with its place. */
export interface CityImport {
  counts: Omit<CityImportCounts, 'waiting'>;
  waiting: (CityWaiting & { file?: string; line?: number })[];
  refused: RefusedCityRow[];
  notices: IndicatorNotice[];
  unknownCodes: { table: string; code: string; count: number }[];
  /** Rows of another insurance, or outside the conditions of the mapping. */
  skipped: number;
  warnings: string[];
}

/** Imports rows of one source; what is new to the province is queued where `send` says. Throws ERR_CONFIG for a faulty mapping, ERR_USAGE for an envelope there is not; never for rows. */
export async function importCityRows(
  files: readonly { name: string; bytes: Uint8Array }[],
  source: CitySource,
  environment: { keys: Keys; store: Pick<Store, 'importCityRows'>; at: string; send?: OutboxTarget },
): Promise<CityImport> {
  const compilation = compileCity(source.mapping, source.codes);
  if (!compilation.ok) throw faulty(source.mapping.name, compilation.faults);
  const { keys, store, at, send } = environment;
  const readings = files.map(({ name, bytes }) => readCityRows(name, bytes, compilation.mapping, source.envelope));
  const rows = readings.flatMap((reading) => reading.rows);
  const { waiting, ...counts } = await store.importCityRows(
    rows.map((row) => writeOf(row, keys)),
    at,
    (person) => joinCityRows(person, keys),
    send,
  );
  const places = new Map<string, PlacedRow>();
  for (const row of rows) for (const name of [row.recordId, nameOf(row)]) places.set(`${row.kind}/${name}`, row);
  const codes = sum(readings.flatMap((reading) => reading.unknownCodes));
  const isOpen = ({ table }: { table: string }): boolean => indicators.some(({ code }) => code === table);
  return {
    counts,
    waiting: waiting.map((item) => {
      const place = places.get(`${item.kind}/${item.name}`);
      if (place === undefined) return item;
      return { ...item, file: place.file, ...(place.line === undefined ? {} : { line: place.line }) };
    }),
    refused: readings.flatMap((reading) => reading.refused),
    notices: indicators.flatMap((indicator) => {
      const values = codes.filter(({ table }) => table === indicator.code).map(({ code, count }) => ({ code, count }));
      return values.length === 0 ? [] : [{ indicator: indicator.code, values, text: indicatorNotice(indicator) }];
    }),
    unknownCodes: codes.filter((code) => !isOpen(code)),
    skipped: readings.reduce((total, reading) => total + reading.skipped, 0),
    warnings: readings.flatMap((reading) => reading.warnings),
  };
}

function writeOf(row: PlacedRow, keys: Keys): CityRowWrite {
  const { kind, identity, isVoid, fields, updatedAt } = row;
  const documents = identity.state === 'given' ? identity.documents : [];
  const personKey = keys.personKey({ idDocuments: documents });
  const hashed = (path: 'personId' | 'recognition.id'): string | undefined => {
    const value = fields[path];
    return typeof value === 'string' ? keys.recordKey(`city/${path}`, '', [value]) : undefined;
  };
  const [personNo, recognition] = [hashed('personId'), hashed('recognition.id')];
  return {
    row: {
      kind,
      name: nameOf(row),
      documents,
      personName: identity.name,
      ...(updatedAt === undefined ? {} : { updatedAt }),
      isVoid,
      fields,
    },
    ...(personKey === undefined ? {} : { personKey }),
    ...(personNo === undefined ? {} : { personNo }),
    ...(recognition === undefined ? {} : { recognition }),
  };
}

/** Rows of a benefit share its id: they are told apart by what they pay, in whatever form the months came. */
function nameOf({ kind, recordId, fields }: MappedRow): string {
  if (kind !== 'benefit') return recordId;
  return [recordId, fields['payment.period'] ?? '', fields['payment.paidOn'] ?? ''].join('/');
}

function sum(codes: readonly { table: string; code: string; count: number }[]): { table: string; code: string; count: number }[] {
  const sums = new Map<string, { table: string; code: string; count: number }>();
  for (const code of codes) {
    const key = JSON.stringify([code.table, code.code]);
    const known = sums.get(key);
    if (known === undefined) sums.set(key, { ...code });
    else known.count += code.count;
  }
  return [...sums.values()];
}

function faulty(name: string, faults: readonly { pointer: string; message: Bilingual }[]): YilianError {
  const list = (language: keyof Bilingual): string =>
    faults.map(({ pointer, message }) => `${pointer}: ${message[language]}`).join('\n');
  return new YilianError('ERR_CONFIG', {
    zh: `映射 ${name} 有误：\n${list('zh')}`,
    en: `mapping ${name} is faulty:\n${list('en')}`,
  });
}
