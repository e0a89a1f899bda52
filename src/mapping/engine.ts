import type { EvidenceKind, UnknownCode } from '../model/index.js';
import { validator } from '../schema.js';
import { type CompiledRecord, compileRecords } from './compile.js';
import type { MappableRecord, MappedElement, MappingContext, MappingFault, MappingResult } from './context.js';
import { mapElement, refusedElement, unnamed } from './element.js';
import type { CodeTable, MappingDefinition } from './mapping.js';
import { places } from './pointers.js';
import { allHold, type Element, pointerOf } from './read.js';
import { sumUnknownCodes, unknownCodeList } from './unknown-codes.js';

export { sumUnknownCodes } from './unknown-codes.js';

/** A mapping, checked and ready to be applied; immutable and pure. */
export interface CompiledMapping {
  readonly name: string;
  readonly version: string;
  readonly kinds: readonly EvidenceKind[];
  /** Name → version of the code tables it uses. */
  readonly codeTables: Readonly<Record<string, string>>;
  /** Never throws on data: what cannot be read is in `rejected`. */
  apply(records: readonly MappableRecord[], at: MappingContext): MappingResult;
}

export type Compilation = { ok: true; mapping: CompiledMapping } | { ok: false; faults: MappingFault[] };

/** Compiles a mapping definition; all faults at once, each with its place. Never throws. */
export function compileMapping(definition: MappingDefinition, codeTables: Readonly<Record<string, CodeTable>>): Compilation {
  const malformed = shapeFaults(definition, codeTables);
  if (malformed.length > 0) return { ok: false, faults: malformed };
  const { records, tables, faults } = compileRecords(definition, codeTables);
  if (faults.length > 0) return { ok: false, faults };
  const mapping: CompiledMapping = {
    name: definition.name,
    version: definition.version,
    kinds: [...new Set(records.map((record) => record.kind))],
    codeTables: Object.fromEntries([...tables.values()].map((table) => [table.name, table.version])),
    apply: (messageRecords, at) => applyAll(records, messageRecords, at),
  };
  return { ok: true, mapping };
}

const validateMapping = validator<MappingDefinition>('mapping-definition');
const validateTable = validator<CodeTable>('code-table');

/** What is wrong with the shape of the files, before anything is made of them: they may have been written by hand. */
function shapeFaults(definition: unknown, codeTables: Readonly<Record<string, unknown>>): MappingFault[] {
  const mapping = validateMapping(definition);
  const faults: MappingFault[] = mapping.ok ? [] : [...mapping.faults];
  for (const [name, table] of Object.entries(codeTables)) {
    const result = validateTable(table);
    for (const { pointer, message } of result.ok ? [] : result.faults) {
      faults.push({
        pointer: '',
        message: { zh: `代码表 ${name}${pointer}：${message.zh}`, en: `code table ${name}${pointer}: ${message.en}` },
      });
    }
  }
  return faults;
}

/** Every fault of a mapping with its code tables; empty when it can be used. */
export function mappingFaults(definition: MappingDefinition, codeTables: Readonly<Record<string, CodeTable>>): MappingFault[] {
  const compilation = compileMapping(definition, codeTables);
  return compilation.ok ? [] : compilation.faults;
}

function applyAll(mappings: readonly CompiledRecord[], records: readonly MappableRecord[], at: MappingContext): MappingResult {
  const applicable = mappings.filter(
    (mapping) => mapping.operations === undefined || at.operation === undefined || mapping.operations.includes(at.operation),
  );
  const elements: MappedElement[] = [];
  const outside: UnknownCode[] = [];
  let skipped = 0;
  let unrecognised = 0;
  for (const record of records) {
    if (record.refused !== undefined) {
      elements.push(refusedElement(record, record.refused, applicable[0] ?? mappings[0], at));
      continue;
    }
    if (!applicable.some((mapping) => isShapeOf(mapping, record))) unrecognised += 1;
    const found = new Map<string, MappedElement[]>();
    for (const mapping of applicable) {
      for (const place of places({ value: record.value, pointer: '' }, mapping.each.segments)) {
        const mapped = found.get(place.pointer) ?? [];
        found.set(place.pointer, mapped);
        const unknown = unknownCodeList(at);
        const element: Element = { record, at: place, unknown: unknown.add };
        if (allHold(mapping.where, element)) mapped.push(mapElement(mapping, element, unknown, at));
        else outside.push(...unknown.named(unnamed(at, pointerOf(record, place.pointer))));
      }
    }
    for (const mapped of found.values()) {
      if (mapped.length === 0) skipped += 1;
      elements.push(...mapped);
    }
  }
  return {
    elements,
    evidence: elements.flatMap((element) => element.evidence ?? []),
    rejected: elements.flatMap((element) => element.rejected),
    unknownCodes: sumUnknownCodes([...elements.flatMap((element) => element.unknownCodes), ...outside]),
    skipped,
    unrecognised,
  };
}

/** Is the place there that the mapping reads from, be it empty? */
function isShapeOf(mapping: CompiledRecord, record: MappableRecord): boolean {
  const every = mapping.each.segments.findIndex((segment) => segment.kind === 'every');
  const upTo = every === -1 ? mapping.each.segments : mapping.each.segments.slice(0, every);
  return places({ value: record.value, pointer: '' }, upTo).next().done !== true;
}
