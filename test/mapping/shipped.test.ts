import { describe, expect, it } from 'vitest';
import { compileMapping, mappingFaults } from '../../src/mapping/index.js';
import { codeTables, shippedMappings } from '../../src/mapping/shipped.generated.js';

describe('what ships', () => {
  it.each(Object.keys(shippedMappings))('mapping %s compiles without a fault', (name) => {
    const mapping = shippedMappings[name];

    expect(mapping === undefined ? undefined : mappingFaults(mapping, codeTables)).toEqual([]);
  });

  it('every code table is used by a mapping, and says where its codes come from', () => {
    const used = new Set(
      Object.values(shippedMappings).flatMap((mapping) => {
        const compilation = compileMapping(mapping, codeTables);
        return compilation.ok ? Object.keys(compilation.mapping.codeTables) : [];
      }),
    );

    for (const table of Object.values(codeTables)) {
      expect(used, table.name).toContain(table.name);
      expect(table.source.length, table.name).toBeGreaterThan(20);
      expect(table.system, table.name).not.toBe('');
    }
  });
});
