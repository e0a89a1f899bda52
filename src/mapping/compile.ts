import type { Bilingual, EvidenceKind, Json } from '../model/index.js';
import type { MappingFault } from './context.js';
import { evidenceKinds, type ModelField, modelFields, optionalPart } from './fields.js';
import type { CodeTable, Condition, Converter, DiagnosisParts, FieldMapping, RecordMapping } from './mapping.js';
import { compilePointer, type Pointer } from './pointers.js';

/** A mapping with its pointers parsed and its tables looked up; what `read.ts` and `engine.ts` work on. */
export interface CompiledRecord<K extends string = EvidenceKind> {
  readonly kind: K;
  readonly operations?: readonly string[];
  readonly each: Pointer;
  readonly where: readonly CompiledCondition[];
  readonly void: readonly CompiledCondition[];
  /** In the order of the definition. */
  readonly fields: readonly CompiledField[];
}

export interface CompiledField {
  readonly path: string;
  readonly model: ModelField;
  readonly from: FieldSource;
}

export type FieldSource =
  | {
      how: 'read';
      at: readonly Pointer[];
      as: Converter;
      table?: CompiledTable;
      hour?: Pointer;
      parts: readonly { icd10?: Pointer; text?: Pointer }[];
      blank: ReadonlySet<string>;
      onlyIf: readonly CompiledCondition[];
      otherwise?: Json;
      missing?: string;
    }
  | { how: 'any'; conditions: readonly CompiledCondition[] }
  | { how: 'join'; pieces: readonly (readonly Pointer[])[] }
  | { how: 'absent' }
  | { how: 'constant'; value: Json }
  | { how: 'keyed'; paths: readonly string[] };

export type CompiledCondition =
  | { at: readonly Pointer[]; test: 'in' | 'notIn'; values: ReadonlySet<string> }
  | { at: readonly Pointer[]; test: 'filled' | 'negative'; expected: boolean }
  | { at: readonly Pointer[]; test: 'codes'; table: CompiledTable };

/** A code table with its codes ready for look-up: as they are, and without regard to case. */
export interface CompiledTable {
  readonly name: string;
  readonly version: string;
  readonly system: string;
  readonly codes: ReadonlyMap<string, string | boolean | null>;
}

/** Which converters can fill what. */
const suits: Readonly<Record<ModelField['holds'], readonly Converter[]>> = {
  text: ['text', 'name', 'id-number', 'integer', 'diagnosis-code'],
  texts: ['text', 'name'],
  date: ['date', 'date-time'],
  instant: ['instant'],
  money: ['money'],
  boolean: ['flag'],
  union: ['value'],
  coded: ['coded'],
  diagnoses: ['diagnoses'],
};

/** Gathers faults while compiling, so that all are told at once. */
class Faults {
  readonly list: MappingFault[] = [];

  add(pointer: string, zh: string, en: string): undefined {
    this.list.push({ pointer, message: { zh, en } });
    return undefined;
  }
}

/** What a record mapping can give: the kinds there are and the fields of each. */
export interface RecordModel {
  readonly kinds: readonly string[];
  fields(kind: string): Readonly<Record<string, ModelField>> | undefined;
}

const evidenceModel: RecordModel = { kinds: evidenceKinds, fields: modelFields };

/** Compiles every record mapping; `faults` holds all faults found. The definition's shape has been checked by the mapping schema. */
export function compileRecords<K extends string = EvidenceKind>(
  definition: { records: readonly Kinded<K>[] },
  codeTables: Readonly<Record<string, CodeTable>>,
  model: RecordModel = evidenceModel,
): { records: CompiledRecord<K>[]; tables: Map<string, CompiledTable>; faults: MappingFault[] } {
  const faults = new Faults();
  const tables = new Map<string, CompiledTable>();
  const scope: Scope = { faults, tables, codeTables, model };
  if (definition.records.length === 0) faults.add('/records', '至少要有一种记录', 'at least one record mapping is needed');
  const records = definition.records.flatMap((record, index) => compileRecord(record, `/records/${index}`, scope) ?? []);
  return { records, tables, faults: faults.list };
}

/** A record mapping that gives something of kind `K`. */
type Kinded<K extends string> = Omit<RecordMapping, 'kind'> & { kind: K };

interface Scope {
  model: RecordModel;
  faults: Faults;
  tables: Map<string, CompiledTable>;
  codeTables: Readonly<Record<string, CodeTable>>;
}

function compileRecord<K extends string>(record: Kinded<K>, place: string, scope: Scope): CompiledRecord<K> | undefined {
  const { faults } = scope;
  const model = scope.model.fields(record.kind);
  if (model === undefined) {
    return faults.add(
      `${place}/kind`,
      `没有这种证据：${record.kind}；可用：${scope.model.kinds.join('、')}`,
      `there is no kind of evidence ${record.kind}; there are: ${scope.model.kinds.join(', ')}`,
    );
  }
  const each = pointer(record.each, `${place}/each`, scope);
  if (each?.fromRecord) faults.add(`${place}/each`, 'each 不能以 $ 开头', 'each must not start with $');

  const fields: CompiledField[] = [];
  for (const [path, mapping] of Object.entries(record.fields)) {
    const at = `${place}/fields/${path}`;
    const field = Object.hasOwn(model, path) ? model[path] : undefined;
    if (field === undefined) {
      faults.add(at, `${record.kind} 没有字段 ${path}`, `${record.kind} has no field ${path}`);
      continue;
    }
    const from = compileSource(mapping, { path, field, place: at, model }, scope);
    if (from !== undefined) fields.push({ path, model: field, from });
  }
  mustBeThere(record, model, place, scope);

  return {
    kind: record.kind,
    ...(record.operations === undefined ? {} : { operations: record.operations }),
    each: each ?? { fromRecord: false, segments: [], text: '' },
    where: conditions(record.where, `${place}/where`, scope),
    void: conditions(record.void, `${place}/void`, scope),
    fields,
  };
}

/** Every required field must be mapped or declared absent; those of an optional part only when the part is mapped at all. */
function mustBeThere(record: Kinded<string>, model: Readonly<Record<string, ModelField>>, place: string, scope: Scope): void {
  const mapped = Object.keys(record.fields).filter((path) => !isAbsent(record.fields[path]));
  const parts = new Set(mapped.map(optionalPart));
  for (const [path, field] of Object.entries(model)) {
    if (!field.required || Object.hasOwn(record.fields, path)) continue;
    const part = optionalPart(path);
    if (part !== undefined && !parts.has(part)) continue;
    scope.faults.add(
      `${place}/fields`,
      `必填字段 ${path} 既未映射，也未说明缺少的原因`,
      `the required field ${path} is neither mapped nor declared absent with a reason`,
    );
  }
}

function isAbsent(mapping: FieldMapping | undefined): boolean {
  return mapping !== undefined && 'absent' in mapping;
}

interface FieldPlace {
  path: string;
  field: ModelField;
  place: string;
  model: Readonly<Record<string, ModelField>>;
}

function compileSource(mapping: FieldMapping, at: FieldPlace, scope: Scope): FieldSource | undefined {
  const { faults } = scope;
  const { field, path, place } = at;
  if (!('at' in mapping) && mapping.why.trim() === '') faults.add(place, '须说明理由（why）', 'a reason (why) is needed');
  if ('absent' in mapping) {
    const partlyMapped = optionalPart(path) !== undefined;
    if (field.required && field.absentable !== true && !partlyMapped)
      faults.add(place, `${path} 不能没有`, `${path} cannot be absent: the model has no empty value for it`);
    return { how: 'absent' };
  }
  if ('constant' in mapping) {
    const wrong = unfit(mapping.constant, field);
    if (wrong !== undefined) faults.add(`${place}/constant`, wrong.zh, wrong.en);
    return { how: 'constant', value: mapping.constant };
  }
  if ('any' in mapping) {
    if (field.holds !== 'boolean')
      faults.add(place, `any 只能给出是否，${path} 不是`, `any gives true or false, and ${path} is neither`);
    return { how: 'any', conditions: conditions(mapping.any, `${place}/any`, scope) };
  }
  if ('join' in mapping) {
    if (path !== 'source.recordId') faults.add(place, 'join 只用于 source.recordId', 'join is for source.recordId only');
    return { how: 'join', pieces: mapping.join.map((piece, index) => pointers(piece, `${place}/join/${index}`, scope)) };
  }
  if ('keyed' in mapping) {
    if (path !== 'source.recordId') faults.add(place, 'keyed 只用于 source.recordId', 'keyed is for source.recordId only');
    for (const [index, fact] of mapping.keyed.entries())
      if (!Object.hasOwn(at.model, fact)) faults.add(`${place}/keyed/${index}`, `没有字段 ${fact}`, `there is no field ${fact}`);
    return { how: 'keyed', paths: mapping.keyed };
  }
  return compileRead(mapping, at, scope);
}

function compileRead(mapping: Extract<FieldMapping, { at: unknown }>, at: FieldPlace, scope: Scope): FieldSource {
  const { faults } = scope;
  const { field, path, place } = at;
  if (!suits[field.holds].includes(mapping.as)) {
    faults.add(
      `${place}/as`,
      `${path} 不能用 ${mapping.as} 读取；可用：${suits[field.holds].join('、')}`,
      `${path} cannot be read as ${mapping.as}; it can as: ${suits[field.holds].join(', ')}`,
    );
  }
  const needsTable = mapping.as === 'flag' || mapping.as === 'value' || mapping.as === 'coded';
  if (needsTable && mapping.codes === undefined)
    faults.add(place, `${mapping.as} 须给出代码表（codes）`, `${mapping.as} needs a code table (codes)`);
  if (!needsTable && mapping.codes !== undefined)
    faults.add(`${place}/codes`, `${mapping.as} 不用代码表`, `${mapping.as} uses no code table`);
  if (mapping.hour !== undefined && mapping.as !== 'date-time')
    faults.add(`${place}/hour`, 'hour 只用于 date-time', 'hour is for date-time only');
  if (mapping.parts !== undefined && mapping.as !== 'diagnoses')
    faults.add(`${place}/parts`, 'parts 只用于 diagnoses', 'parts is for diagnoses only');
  if (mapping.otherwise !== undefined && (mapping.why ?? '') === '')
    faults.add(place, 'otherwise 须说明理由（why）', 'otherwise needs its reason (why)');
  if (mapping.missing !== undefined && !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(mapping.missing))
    faults.add(
      `${place}/missing`,
      'missing 须为小写短语，如 admission-not-found',
      'missing is a lower-case slug such as admission-not-found',
    );
  const wrong = mapping.otherwise === undefined ? undefined : unfit(mapping.otherwise, field);
  if (wrong !== undefined) faults.add(`${place}/otherwise`, wrong.zh, wrong.en);

  const table = mapping.codes === undefined ? undefined : tableFor(mapping.codes, field, `${place}/codes`, scope);
  const hour = mapping.hour === undefined ? undefined : pointer(mapping.hour, `${place}/hour`, scope);
  const parts = mapping.parts === undefined ? [] : Array.isArray(mapping.parts) ? mapping.parts : [mapping.parts];
  return {
    how: 'read',
    at: pointers(mapping.at, `${place}/at`, scope),
    as: mapping.as,
    ...(table === undefined ? {} : { table }),
    ...(hour === undefined ? {} : { hour }),
    parts: parts.map((part, index) => compileParts(part, `${place}/parts/${index}`, scope)),
    blank: new Set((mapping.blank ?? []).map(comparable)),
    onlyIf: conditions(mapping.onlyIf, `${place}/onlyIf`, scope),
    ...(mapping.otherwise === undefined ? {} : { otherwise: mapping.otherwise }),
    ...(mapping.missing === undefined ? {} : { missing: mapping.missing }),
  };
}

function compileParts(parts: DiagnosisParts, place: string, scope: Scope): { icd10?: Pointer; text?: Pointer } {
  const icd10 = parts.icd10 === undefined ? undefined : pointer(parts.icd10, `${place}/icd10`, scope);
  const text = parts.text === undefined ? undefined : pointer(parts.text, `${place}/text`, scope);
  return { ...(icd10 === undefined ? {} : { icd10 }), ...(text === undefined ? {} : { text }) };
}

function conditions(list: readonly Condition[] | undefined, place: string, scope: Scope): CompiledCondition[] {
  return (list ?? []).flatMap((condition, index): CompiledCondition[] => {
    const here = `${place}/${index}`;
    const at = pointers(condition.at, `${here}/at`, scope);
    if ('in' in condition) return [{ at, test: 'in', values: new Set(condition.in.map(comparable)) }];
    if ('notIn' in condition) return [{ at, test: 'notIn', values: new Set(condition.notIn.map(comparable)) }];
    if ('filled' in condition) return [{ at, test: 'filled', expected: condition.filled }];
    if ('negative' in condition) return [{ at, test: 'negative', expected: condition.negative }];
    const table = tableFor(condition.codes, { holds: 'boolean', required: true }, `${here}/codes`, scope);
    return table === undefined ? [] : [{ at, test: 'codes', table }];
  });
}

function pointers(at: string | readonly string[], place: string, scope: Scope): Pointer[] {
  if (typeof at === 'string') return [pointer(at, place, scope)].filter((item) => item !== undefined);
  if (at.length === 0) scope.faults.add(place, '至少要有一个指针', 'at least one pointer is needed');
  return at.map((text, index) => pointer(text, `${place}/${index}`, scope)).filter((item) => item !== undefined);
}

function pointer(text: string, place: string, scope: Scope): Pointer | undefined {
  const compiled = compilePointer(text);
  if ('fault' in compiled) return scope.faults.add(place, compiled.fault.zh, compiled.fault.en);
  return compiled;
}

/** The table by name; each of its values must be one the model field allows. */
function tableFor(name: string, field: ModelField, place: string, scope: Scope): CompiledTable | undefined {
  const table = Object.hasOwn(scope.codeTables, name) ? scope.codeTables[name] : undefined;
  if (table === undefined) return scope.faults.add(place, `没有代码表 ${name}`, `there is no code table ${name}`);
  for (const [code, value] of Object.entries(table.codes)) {
    if (value === null || isAllowed(value, field)) continue;
    scope.faults.add(
      place,
      `代码表 ${name} 的 ${code} 给出 ${String(value)}，模型不允许`,
      `code table ${name} gives ${String(value)} for ${code}, which the model does not allow there`,
    );
  }
  const known = scope.tables.get(name);
  if (known !== undefined) return known;
  const codes = new Map<string, string | boolean | null>();
  for (const [code, value] of Object.entries(table.codes)) codes.set(comparable(code).toLowerCase(), value);
  for (const [code, value] of Object.entries(table.codes)) codes.set(comparable(code), value);
  const compiled: CompiledTable = { name: table.name, version: table.version, system: table.system, codes };
  scope.tables.set(name, compiled);
  return compiled;
}

function isAllowed(value: string | boolean, field: ModelField): boolean {
  if (field.holds === 'boolean') return typeof value === 'boolean';
  if (typeof value === 'boolean') return false;
  return field.values === undefined || field.values.some((allowed) => String(allowed) === value);
}

/** Why a literal value does not fit a model field; undefined where it does. */
function unfit(value: Json, field: ModelField): Bilingual | undefined {
  const fits = literalFits(value, field);
  if (fits) return undefined;
  const allowed = field.values === undefined ? field.holds : field.values.join(' | ');
  return { zh: `此处的值须为 ${allowed}`, en: `a value here must be ${allowed}` };
}

function literalFits(value: Json, field: ModelField): boolean {
  if (field.holds === 'boolean') return typeof value === 'boolean';
  if (field.holds === 'union') return (field.values ?? []).some((allowed) => allowed === value);
  if (field.holds === 'texts') return Array.isArray(value) && value.every((item) => typeof item === 'string');
  if (field.holds === 'diagnoses') return Array.isArray(value) && value.length === 0;
  if (field.holds === 'money') return typeof value === 'string' && /^-?\d+\.\d{2}$/.test(value);
  if (field.holds === 'coded') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const { code, system, known } = value;
    return typeof system === 'string' && typeof code === 'string' && known === true && isAllowed(code, field);
  }
  return typeof value === 'string' && value !== '';
}

/** How raw codes and condition values are compared: NFKC, trimmed. */
export function comparable(text: string): string {
  return text.normalize('NFKC').trim();
}
