import type { EvidenceKind } from '../model/index.js';
import type { MappableRecord, MappingContext, MappingFault, MappingResult } from './context.js';
import type { CodeTable, MappingDefinition } from './mapping.js';

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
  return {
    ok: false,
    faults: [{ pointer: '', message: { zh: `${definition.name}：${Object.keys(codeTables).length}`, en: 'not built yet' } }],
  };
}
