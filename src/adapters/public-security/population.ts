import type { Json, Person } from '../../model/index.js';
import type { Feed } from '../adapter.js';
import { lookupBatches } from '../answers.js';
import { askAgency } from '../call.js';
import { wholeNumber } from '../numbers.js';
import { tableFileChanges, tableFileSettings } from '../table-file.js';

/**
 * The national population library (国家人口基础信息库): number and name in, match degrees and a death flag out. Several persons per call; the
 * answers are told apart by number, never by position. Beside it a city may receive rows of its household register (户籍) as files of an
 * exchanged table, which say why a registration was cancelled. Source and quirks: README.md.
 */
export const population: Feed = {
  title: { zh: '人口信息', en: 'Population register' },
  gives: ['population'],
  shapes: [
    { envelope: 'sfhc-soap', mapping: 'population-sfhc' },
    { envelope: 'json-rows', mapping: 'population-sfhc' },
    { envelope: 'table-exchange', mapping: 'population-household' },
    { envelope: 'json-rows', mapping: 'population-household' },
    { envelope: 'json-rows', mapping: 'population-zhrkk' },
  ],
  settings: {
    type: 'object',
    additionalProperties: false,
    properties: {
      operation: {
        enum: ['GK_GXFW_SFHC', 'GK_JZCX_RKJCXXCX'],
        default: 'GK_GXFW_SFHC',
        description: 'SFHC verifies number and name; JZCX gives sex, ethnic group and birth date beside. Issued separately.',
      },
      batch: {
        type: 'integer',
        minimum: 1,
        maximum: 1000,
        default: 20,
        description: 'Persons per call. No public source gives the limit.',
      },
      ...tableFileSettings,
    },
  },
  batchSize: (settings) => batchSize(settings),

  lookup(ask, connection, context) {
    const operation = typeof connection.settings.operation === 'string' ? connection.settings.operation : 'GK_GXFW_SFHC';
    const gather = async (persons: readonly Person[]) => {
      const items = persons.map((person) => ({ GMSFHM: wholeNumber(person) ?? '', XM: person.name.trim() }));
      return { replies: [await askAgency(connection, { operation, parameters: {}, items }, context)] };
    };
    // Each person asked about is answered for, if only by "not matched": who is left out was not answered.
    return lookupBatches(ask, connection, context, batchSize(connection.settings), gather, { noRow: 'incomplete' });
  },

  changes: tableFileChanges,
};

function batchSize(settings: Readonly<Record<string, Json>>): number {
  const { batch } = settings;
  return typeof batch === 'number' && Number.isInteger(batch) && batch > 0 ? batch : 20;
}
