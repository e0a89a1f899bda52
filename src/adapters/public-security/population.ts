import type { Json, Person } from '../../model/index.js';
import type { Connection, Feed } from '../adapter.js';
import { lookupBatches } from '../answers.js';
import { askAgency, failure } from '../call.js';
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
      const items = persons.map((person) => ({ GMSFHM: citizenNumber(person, connection), XM: person.name.trim() }));
      return { replies: [await askAgency(connection, { operation, parameters: {}, items }, context)] };
    };
    // Each person asked about is answered for, if only by "not matched": who is left out was not answered.
    return lookupBatches(ask, connection, context, batchSize(connection.settings), gather, { noRow: 'incomplete' });
  },

  changes: tableFileChanges,
};

/** 公民身份号码. Throws ERR_INPUT for somebody who has only another document: others of the call are then asked about one by one. */
function citizenNumber(person: Person, connection: Connection): string {
  const number = wholeNumber(person);
  if (number !== undefined && /^\d{17}[\dX]$/.test(number)) return number;
  throw failure(connection, 'ERR_INPUT', {
    zh: '人口库只能按公民身份号码查询，此人没有',
    en: 'the population register is asked by citizen number, and this person has none',
  });
}

function batchSize(settings: Readonly<Record<string, Json>>): number {
  const { batch } = settings;
  return typeof batch === 'number' && Number.isInteger(batch) && batch > 0 ? batch : 20;
}
