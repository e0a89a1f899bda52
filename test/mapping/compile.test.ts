import { describe, expect, it } from 'vitest';
import { compileMapping, mappingFaults } from '../../src/mapping/engine.js';
import type { CodeTable, FieldMapping, MappingDefinition, RecordMapping } from '../../src/mapping/index.js';

const tables: Record<string, CodeTable> = {
  sex: { name: 'sex', version: '1', system: 'GB/T 2261.1', source: 'made up', codes: { '1': 'male', '2': 'female' } },
  yes: { name: 'yes', version: '1', system: 'flags', source: 'made up', codes: { '1': true } },
};

const fields: Record<string, FieldMapping> = {
  'person.idNumber': { at: '/id', as: 'id-number' },
  'person.name': { at: '/name', as: 'name' },
  'source.recordId': { keyed: [], why: 'none' },
  basis: { constant: 'cremation', why: 'test' },
};

function death(more: Record<string, unknown> = {}, rest: Partial<RecordMapping> = {}): MappingDefinition {
  const record = { kind: 'death', each: '', fields: { ...fields, ...more }, ...rest } as RecordMapping;
  return { name: 'test', version: '1', title: { zh: '试', en: 'test' }, source: 'made up', records: [record] };
}

const faultsOf = (definition: unknown) => mappingFaults(definition as MappingDefinition, tables);
const placesOf = (definition: unknown) => faultsOf(definition).map((fault) => fault.pointer);

describe('a mapping is checked before it is used', () => {
  it('and says what it gives and by which tables', () => {
    const result = compileMapping(death({ 'person.sex': { at: '/s', as: 'value', codes: 'sex' } }), tables);

    expect(result).toMatchObject({
      ok: true,
      mapping: { name: 'test', version: '1', kinds: ['death'], codeTables: { sex: '1' } },
    });
  });

  it('all faults at once, each with its place and in two languages', () => {
    const faults = faultsOf(
      death({
        diedAt: { at: '/d', as: 'date' },
        diedOn: { at: 'd', as: 'date' },
        eventOn: { at: '/e', as: 'money' },
        'person.sex': { at: '/s', as: 'value', codes: 'sexes' },
        place: { at: ['/p', '/__proto__/p'], as: 'text' },
        basis: { constant: 'burial', why: 'test' },
      }),
    );

    expect(faults.map((fault) => fault.pointer)).toEqual([
      '/records/0/fields/basis/constant',
      '/records/0/fields/diedAt',
      '/records/0/fields/diedOn/at',
      '/records/0/fields/eventOn/as',
      '/records/0/fields/person.sex/codes',
      '/records/0/fields/place/at/1',
    ]);
    for (const { message } of faults) {
      expect(message.zh).toMatch(/\p{Script=Han}/u);
      expect(message.en).toMatch(/^[ -~]+$/);
    }
  });

  it.each<[string, unknown, string]>([
    ['a required field that is neither mapped nor absent', { basis: undefined }, '/records/0/fields'],
    ['a required field that the model cannot be without', { basis: { absent: true, why: 'none' } }, '/records/0/fields/basis'],
    [
      'an identity that is declared absent',
      { 'person.idNumber': { absent: true, why: 'none' } },
      '/records/0/fields/person.idNumber',
    ],
    [
      'a table whose values the model does not allow',
      { 'person.sex': { at: '/s', as: 'value', codes: 'yes' } },
      '/records/0/fields/person.sex/codes',
    ],
    ['a code without its table', { 'person.sex': { at: '/s', as: 'value' } }, '/records/0/fields/person.sex'],
    ['a table where none is used', { place: { at: '/s', as: 'text', codes: 'sex' } }, '/records/0/fields/place/codes'],
    ['an hour without a time', { diedOn: { at: '/s', as: 'date', hour: '/h' } }, '/records/0/fields/diedOn/hour'],
    ['parts of what has none', { place: { at: '/s', as: 'text', parts: { text: '/t' } } }, '/records/0/fields/place/parts'],
    ['a default without its reason', { place: { at: '/s', as: 'text', otherwise: 'x' } }, '/records/0/fields/place'],
    [
      'a default of the wrong kind',
      { place: { at: '/s', as: 'text', otherwise: false, why: 'x' } },
      '/records/0/fields/place/otherwise',
    ],
    ['a reason that is no slug', { place: { at: '/s', as: 'text', missing: 'Not Found' } }, '/records/0/fields/place/missing'],
    ['an empty reason', { place: { absent: true, why: ' ' } }, '/records/0/fields/place'],
    ['a flag for what is none', { place: { any: [{ at: '/s', filled: true }], why: 'x' } }, '/records/0/fields/place'],
    ['a joined key elsewhere', { place: { join: ['/a'], why: 'x' } }, '/records/0/fields/place'],
    ['a keyed value elsewhere', { place: { keyed: [], why: 'x' } }, '/records/0/fields/place'],
    [
      'a key of facts there are not',
      { 'source.recordId': { keyed: ['admittedOn'], why: 'x' } },
      '/records/0/fields/source.recordId/keyed/0',
    ],
    ['no pointer at all', { place: { at: [], as: 'text' } }, '/records/0/fields/place/at'],
    ['what the engine makes itself', { status: { constant: 'void', why: 'x' } }, '/records/0/fields/status'],
    ['a prototype', { 'person.__proto__.x': { constant: 'y', why: 'x' } }, '/records/0/fields/person.__proto__.x'],
  ])('%s', (_, more, place) => {
    const definition = death(more as Record<string, unknown>);
    const record = definition.records[0];
    if (record !== undefined && record.fields.basis === undefined) delete record.fields.basis;

    expect(placesOf(definition)).toEqual([place]);
  });

  it('conditions are checked like fields', () => {
    expect(
      placesOf(
        death(
          {},
          {
            where: [{ at: 'x', filled: true }],
            void: [
              { at: '/x', codes: 'sex' },
              { at: '/x', codes: 'none' },
            ],
          },
        ),
      ),
    ).toEqual(['/records/0/where/0/at', '/records/0/void/0/codes', '/records/0/void/0/codes', '/records/0/void/1/codes']);
    expect(placesOf(death({}, { each: '$/x' }))).toEqual(['/records/0/each']);
  });

  it('the required fields of a part are required once the part is mapped', () => {
    const population = (more: Record<string, FieldMapping>): MappingDefinition => {
      const { basis: _, ...rest } = fields;
      const own: Record<string, FieldMapping> = {
        outcome: { constant: 'found', why: 'x' },
        registration: { constant: 'active', why: 'x' },
      };
      return { ...death(), records: [{ kind: 'population', each: '', fields: { ...rest, ...own, ...more } }] };
    };

    expect(placesOf(population({}))).toEqual([]);
    expect(placesOf(population({ 'cancellation.registeredOn': { at: '/x', as: 'date' } }))).toEqual(['/records/0/fields']);
    expect(placesOf(population({ 'cancellation.reason': { absent: true, why: 'never' } }))).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['nothing', null],
    ['a text', 'cremation'],
    ['a list', []],
    ['no records', { ...death(), records: [] }],
    ['records of another shape', { ...death(), records: [{ fields: [] }] }],
    ['an unknown kind', death({}, { kind: 'birth' as 'death' })],
    ['an unknown converter', death({ place: { at: '/p', as: 'words' } })],
    ['a misspelt property', death({ place: { at: '/p', as: 'text', code: 'sex' } })],
    ['a field of no shape', death({ place: { from: '/p' } })],
  ])('%s is a fault and never throws', (_, definition) => {
    expect(faultsOf(definition).length).toBeGreaterThan(0);
  });

  it('a code table of the wrong shape is named', () => {
    const broken = { name: 'bad', codes: { a: 1 } } as unknown as CodeTable;

    const result = compileMapping(death(), { ...tables, bad: broken });

    expect(result.ok).toBe(false);
    if (!result.ok) expect(result.faults[0]?.message.en).toContain('code table bad');
  });
});
