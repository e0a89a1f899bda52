import type { Json } from '../../model/index.js';
import type { Connection } from '../adapter.js';

/**
 * Everything about the province's interface that would have to be known and is not: operations, parameters, page size, fields of a push. The
 * defaults are the EXAMPLE that the simulated province speaks; the paths of operations are settings of the envelope.
 */
export interface AppraisalSettings {
  operations: { lookup: string; changes: string; push: string };
  parameters: {
    idNumber: string;
    name: string;
    updatedSince: string;
    pageNumber: string;
    pageSize: string;
    idempotencyKey: string;
  };
  pageSize: number;
  /** The column that tells when a row was last changed. */
  updateField: string;
  /** The column of a push's answer that gives the province's number. */
  provincialNoField: string;
  /** Whether imports are sent by themselves. The interface is not public, so nothing leaves the city before somebody has said so. */
  send: 'manual' | 'automatic';
  push: { fields: Readonly<Record<string, string>>; codes: Readonly<Record<string, Readonly<Record<string, string>>>> };
}

/** EXAMPLE: field of a push → what goes into it, a path into the case on its way. */
const exampleFields: Readonly<Record<string, string>> = {
  AAC002: 'person.idNumber',
  AAC003: 'person.name',
  AAC004: 'person.sex',
  AAC006: 'person.birthDate',
  CITY_CASE_NO: 'case.caseNo',
  AAZ151: 'case.provincialNo',
  ALA019: 'case.kind',
  CASE_STATE: 'case.state',
  ALC011: 'case.recognition.no',
  ALC020: 'case.recognition.accidentOn',
  AAB004: 'case.employer.name',
  AAB998: 'case.employer.uscc',
  ALC035: 'conclusion.no',
  ALC034: 'conclusion.on',
  CONCLUSION_LEVEL: 'conclusion.level',
  ALA040: 'conclusion.grade',
  ALC060: 'conclusion.care',
  STANDARD: 'conclusion.standard',
  CLAUSES: 'conclusion.clauses',
  CONCLUSION_STATUS: 'conclusion.status',
};

const numbered = (words: readonly string[], width = 1): Record<string, string> =>
  Object.fromEntries(words.map((word, index) => [word, String(index + 1).padStart(width, '0')]));

/** EXAMPLE: our value → the province's code, the tables `example-*` read backwards. */
const exampleCodes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  AAC004: { male: '1', female: '2', unknown: '9' },
  ALA019: numbered(['first', 'review', 'reappraisal', 'confirmation', 'non-work', 'dependant', 'commissioned']),
  CASE_STATE: numbered(
    [
      ...['submitted', 'supplement-requested', 'accepted', 'scheduled', 'examined', 'concluded', 'delivered', 'effective'],
      ...['challenged', 'rejected', 'abandoned', 'terminated', 'withdrawn', 'discontinued-death', 'revoked', 'corrected'],
    ],
    2,
  ),
  CONCLUSION_LEVEL: numbered(['city', 'province']),
  ALA040: { ...numbered(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'], 2), below: '00' },
  ALC060: { none: '0', partial: '1', major: '2', total: '3' },
  CONCLUSION_STATUS: numbered(['issued', 'effective', 'challenged', 'superseded', 'corrected', 'revoked']),
};

/** The settings where the configuration says nothing else. */
const exampleSettings: AppraisalSettings = {
  operations: { lookup: 'lookup', changes: 'changes', push: 'push' },
  parameters: {
    idNumber: 'AAC002',
    name: 'AAC003',
    updatedSince: 'AAE036',
    pageNumber: 'pageNumber',
    pageSize: 'pageSize',
    idempotencyKey: 'IDEMPOTENCY_KEY',
  },
  pageSize: 100,
  updateField: 'AAE036',
  provincialNoField: 'AAZ151',
  send: 'manual',
  push: { fields: exampleFields, codes: exampleCodes },
};

const names = (of: Readonly<Record<string, string>>): Json => ({
  type: 'object',
  additionalProperties: false,
  properties: Object.fromEntries(
    Object.entries(of).map(([key, value]) => [key, { type: 'string', minLength: 1, default: value }]),
  ),
});

/** JSON Schema of the feed's settings. */
export const appraisalSettingsSchema: Json = {
  type: 'object',
  additionalProperties: false,
  description: '示例：真实接口未公开 / EXAMPLE: the real interface is not public',
  properties: {
    operations: names(exampleSettings.operations),
    parameters: names(exampleSettings.parameters as unknown as Record<string, string>),
    pageSize: { type: 'integer', minimum: 1, maximum: 10_000, default: exampleSettings.pageSize },
    updateField: { type: 'string', minLength: 1, default: exampleSettings.updateField },
    provincialNoField: { type: 'string', minLength: 1, default: exampleSettings.provincialNoField },
    send: { type: 'string', enum: ['manual', 'automatic'], default: exampleSettings.send },
    push: {
      type: 'object',
      additionalProperties: false,
      properties: {
        fields: { type: 'object', additionalProperties: { type: 'string' } },
        codes: { type: 'object', additionalProperties: { type: 'object', additionalProperties: { type: 'string' } } },
      },
    },
  },
};

/** The settings of a connection, the example's where it says nothing. */
export function settingsOf(connection: Connection): AppraisalSettings {
  const given = connection.settings as unknown as Partial<AppraisalSettings>;
  return {
    ...exampleSettings,
    ...given,
    operations: { ...exampleSettings.operations, ...given.operations },
    parameters: { ...exampleSettings.parameters, ...given.parameters },
    push: { ...exampleSettings.push, ...given.push },
  };
}
