import type { Bilingual, IdDocument, Json, UnknownCode } from '../model/index.js';
import { validator } from '../schema.js';
import { type CompiledRecord, compileRecords, type RecordModel } from './compile.js';
import type { MappableRecord, MappingFault, RowIdentity } from './context.js';
import type { ModelField } from './fields.js';
import { rowIdentity } from './identity.js';
import type { CityMapping, CityRecordKind, CodeTable } from './mapping.js';
import { places } from './pointers.js';
import { allHold, anyHolds, type Element, pointerOf, readField } from './read.js';

/**
 * Record → row of the city's own systems. The same pointers, converters and code tables as for evidence; what comes out is no evidence but what
 * one row says, field by field, so that rows about one case can be joined.
 */

/** What one row says. */
export interface MappedRow {
  kind: CityRecordKind;
  /** The system's own key. */
  recordId: string;
  updatedAt?: string;
  /** The row takes itself back (有效标志 0). */
  isVoid: boolean;
  identity: RowIdentity;
  /** Path → value; what the row does not mention is not there. */
  fields: Readonly<Record<string, Json>>;
  pointer: string;
}

/** Why a row says nothing that can be used. */
export interface RefusedRow {
  reason: string;
  pointer: string;
  detail: Bilingual;
}

export interface MappedRows {
  rows: MappedRow[];
  refused: RefusedRow[];
  /** Codes their tables do not have, with how often each was met. */
  unknownCodes: Pick<UnknownCode, 'table' | 'code' | 'count'>[];
  /** Elements whose conditions made no record mapping apply. */
  skipped: number;
}

/** A mapping of rows, checked and ready to be applied. */
export interface CompiledRows {
  readonly name: string;
  readonly version: string;
  apply(records: readonly MappableRecord[]): MappedRows;
}

const validateMapping = validator<CityMapping>('city-mapping');
const validateTable = validator<CodeTable>('code-table');

/** Compiles a mapping of rows for the given kinds and fields; all faults at once, each with its place. Never throws. */
export function compileRows(
  definition: CityMapping,
  codeTables: Readonly<Record<string, CodeTable>>,
  fields: Readonly<Record<CityRecordKind, Readonly<Record<string, ModelField>>>>,
): { ok: true; mapping: CompiledRows } | { ok: false; faults: MappingFault[] } {
  const shape = validateMapping(definition);
  const malformed: MappingFault[] = shape.ok ? [] : [...shape.faults];
  for (const [name, table] of Object.entries(codeTables)) {
    const result = validateTable(table);
    for (const { pointer, message } of result.ok ? [] : result.faults)
      malformed.push({
        pointer: '',
        message: { zh: `代码表 ${name}${pointer}：${message.zh}`, en: `code table ${name}${pointer}: ${message.en}` },
      });
  }
  if (malformed.length > 0) return { ok: false, faults: malformed };
  const model: RecordModel = {
    kinds: Object.keys(fields),
    fields: (kind) => (Object.hasOwn(fields, kind) ? fields[kind as CityRecordKind] : undefined),
  };
  const { records, faults } = compileRecords<CityRecordKind>(definition, codeTables, model);
  if (faults.length > 0) return { ok: false, faults };
  return {
    ok: true,
    mapping: { name: definition.name, version: definition.version, apply: (given) => applyRows(records, given) },
  };
}

function applyRows(mappings: readonly CompiledRecord<CityRecordKind>[], records: readonly MappableRecord[]): MappedRows {
  const result: MappedRows = { rows: [], refused: [], unknownCodes: [], skipped: 0 };
  const counts = new Map<string, MappedRows['unknownCodes'][number]>();
  const unknown = (table: string, code: string): void => {
    const key = JSON.stringify([table, code]);
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { table, code, count: 1 });
    else known.count += 1;
  };
  for (const record of records) {
    if (record.refused !== undefined) {
      result.refused.push({ pointer: record.pointer, ...withDetail(record.refused) });
      continue;
    }
    let applied = false;
    for (const mapping of mappings)
      for (const place of places({ value: record.value, pointer: '' }, mapping.each.segments)) {
        const element: Element = { record, at: place, unknown };
        if (!allHold(mapping.where, element)) continue;
        applied = true;
        readRow(mapping, element, result);
      }
    if (!applied) result.skipped += 1;
  }
  result.unknownCodes = [...counts.values()];
  return result;
}

function withDetail({ reason, detail }: { reason: string; detail?: Bilingual }): Omit<RefusedRow, 'pointer'> {
  return { reason, detail: detail ?? { zh: '这一行读不出来', en: 'this row cannot be read' } };
}

const virtual = new Set(['person.idNumber', 'person.idType', 'source.recordId', 'source.updatedAt']);

function readRow(mapping: CompiledRecord<CityRecordKind>, element: Element, result: MappedRows): void {
  const values: Record<string, Json> = {};
  const faults: RefusedRow[] = [];
  for (const field of mapping.fields) {
    const reading = readField(field, element);
    if (reading.is === 'value') values[field.path] = reading.value;
    else if (reading.is === 'bad') faults.push({ reason: reading.reason, pointer: reading.pointer, detail: reading.detail });
    else if (field.model.required && field.from.how === 'read')
      faults.push({
        reason: field.from.missing ?? 'missing-field',
        pointer: reading.pointer,
        detail: { zh: `缺少必填字段 ${field.path}`, en: `the required field ${field.path} has no value` },
      });
  }
  const text = (path: string): string | undefined => (typeof values[path] === 'string' ? (values[path] as string) : undefined);
  const identity = rowIdentity(
    text('person.idNumber'),
    text('person.idType') as IdDocument['type'] | undefined,
    text('person.name') ?? '',
  );
  const pointer = pointerOf(element.record, element.at.pointer);
  if (identity.state === 'masked')
    faults.push({
      reason: 'masked-identity',
      pointer,
      detail: {
        zh: '证件号码被遮盖，或被电子表格截断',
        en: 'the ID number is masked, or was cut by a spreadsheet',
      },
    });
  const recordId = text('source.recordId');
  if (faults.length > 0 || recordId === undefined) {
    result.refused.push(...faults);
    return;
  }
  const updatedAt = text('source.updatedAt');
  result.rows.push({
    kind: mapping.kind,
    recordId,
    ...(updatedAt === undefined ? {} : { updatedAt }),
    isVoid: anyHolds(mapping.void, element),
    identity,
    fields: Object.fromEntries(Object.entries(values).filter(([path]) => !virtual.has(path))),
    pointer,
  });
}
