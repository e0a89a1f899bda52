import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { dayInterval, type Json } from '../../src/model/index.js';
import {
  compile,
  type SchemaName,
  validateCaseFile,
  validateCaseImport,
  validateCheckResult,
  validateDeathFact,
  validateEvidence,
  validateExplanation,
  validateFinding,
  validateFindingRecord,
  validatePerson,
  validateRejected,
  validateRunManifest,
  validator,
} from '../../src/schema.js';
import fc from '../seeded.js';
import * as samples from './samples.js';

type Change = (value: { [key: string]: Json }) => void;

/** The sample with one thing changed. */
function changed(sample: unknown, pointer: string, replacement: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(sample)) as unknown;
  const keys = pointer.split('/').slice(1);
  const last = keys.pop() ?? '';
  const parent = keys.reduce((node, key) => (node as Record<string, unknown>)[key], copy) as Record<string, unknown>;
  if (replacement === undefined) delete parent[last];
  else parent[last] = replacement;
  return copy;
}

const valid: [string, (value: unknown) => { ok: boolean }, unknown][] = [
  ['case file', validateCaseFile, samples.caseFile],
  ['case import', validateCaseImport, samples.caseImport],
  ['check result', validateCheckResult, samples.checkResult],
  ['death fact', validateDeathFact, samples.deathFact],
  ['explanation', validateExplanation, samples.explanation],
  ['finding', validateFinding, samples.finding],
  ['finding record', validateFindingRecord, samples.findingRecord],
  ['person', validatePerson, samples.person],
  ['rejection', validateRejected, samples.rejected],
  ['run manifest', validateRunManifest, samples.runManifest],
  ...samples.evidence.map((record): (typeof valid)[number] => [`${record.kind} evidence`, validateEvidence, record]),
];

describe('the schemas of the model', () => {
  it.each(valid)('accept a full %s written by hand', (_, validate, sample) => {
    expect(validate(sample)).toEqual({ ok: true, value: sample });
  });

  it.each(valid)('accept a %s that says more than we know', (_, validate, sample) => {
    expect(validate({ ...(sample as object), fromANewerSender: { x: 1 } }).ok).toBe(true);
  });

  it('accept the least that each shape may be', () => {
    const { key: _, ...unkeyed } = samples.subject;

    expect(validatePerson({ idDocuments: [], name: '' }).ok).toBe(true);
    expect(validateCaseImport({ subject: unkeyed }).ok).toBe(true);
    expect(
      validateCaseFile({
        asOf: '2026-11-23T02:00:00Z',
        subject: { key: 'k', idDocuments: [], name: '甲' },
        cases: [],
        benefits: [],
        evidence: [],
        feeds: [],
      }).ok,
    ).toBe(true);
    expect(validateDeathFact({ level: 'none', kinds: [], evidence: [] }).ok).toBe(true);
  });

  it('accept an agency nobody knows yet, and a code nobody knows', () => {
    expect(validateCaseFile(changed(samples.caseFile, '/feeds/0/agency', 'a-sixth-agency')).ok).toBe(true);
    expect(
      validateEvidence(changed(samples.stay, '/outcome', { code: '97', system: 'WS 364 CV06.00.226', raw: '97', known: false }))
        .ok,
    ).toBe(true);
  });

  const missing = 'is required and missing';
  const noDate = 'must be a date that exists: 1960, 1960-01, 1960-01-01 or 1960-01-01T08:30:00+08:00';

  it.each<[string, unknown, string]>([
    ['/asOf', undefined, missing],
    ['/asOf', '2026-11-23', 'must be an instant with a zone, such as 2026-11-23T02:00:00+08:00'],
    ['/asOf', '2026-11-23T25:00:00Z', 'must be an instant with a zone, such as 2026-11-23T02:00:00+08:00'],
    ['/asOf', '2026-11-23T02:00:00', 'must be an instant with a zone, such as 2026-11-23T02:00:00+08:00'],
    ['/asOf', '2026-02-30T02:00:00Z', 'must be an instant with a zone, such as 2026-11-23T02:00:00+08:00'],
    ['/subject', undefined, missing],
    ['/subject/key', undefined, missing],
    ['/subject/name', undefined, missing],
    ['/subject/name', null, 'must be a text'],
    ['/subject/idDocuments', undefined, missing],
    ['/subject/idDocuments/0/number', 18, 'must be a text'],
    [
      '/subject/idDocuments/0/type',
      'driving-licence',
      'must be one of resident-id, hmt-residence-permit, foreign-permanent-resident, passport, other',
    ],
    ['/subject/idDocuments/0/validity', undefined, missing],
    ['/subject/sex', 'M', 'must be one of male, female, unknown'],
    ['/subject/birthDate', '1960-02-30', noDate],
    ['/subject/formerNames', '甲乙', 'must be a list'],
    ['/cases', undefined, missing],
    ['/cases', {}, 'must be a list'],
    ['/cases/0/kind', 'second', 'must be one of first, review, reappraisal, confirmation, non-work, dependant, commissioned'],
    ['/cases/0/regime', 'order-99', 'must be one of order-21, order-55'],
    ['/cases/0/receivedOn', undefined, missing],
    ['/cases/0/receivedOn', '2026/01/05', noDate],
    ['/cases/0/receivedOn', '20260105', noDate],
    ['/cases/0/receivedOn', '2026-13-01', noDate],
    ['/cases/0/receivedOn', '2026-04-31', noDate],
    ['/cases/0/receivedOn', '2025-02-29', noDate],
    ['/cases/0/extendedDays', -1, 'must be 0 or more'],
    ['/cases/0/extendedDays', 1.5, 'must be a whole number'],
    ['/cases/0/exams/0/mode', 'remote', 'must be one of onsite, home, entrusted, video'],
    ['/cases/0/exams/0/identityCheck', undefined, missing],
    ['/cases/0/conclusions/0/grade', 11, 'must be one of 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, below'],
    ['/cases/0/conclusions/0/grade', '7', 'must be one of 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, below'],
    ['/cases/0/recognition/result/known', undefined, missing],
    ['/cases/0/recognition/result/known', 'true', 'must be true or false'],
    ['/cases/0/documents/0/pages', 0.5, 'must be a whole number'],
    ['/benefits/0/payments/0/period', '2026-13', 'must match ^\\d{4}-(0[1-9]|1[0-2])$'],
    ['/benefits/0/payments/0/amount', 3200, 'must be a text'],
    ['/benefits/0/payments/0/amount', '3200', 'must be an amount as text with two places, such as 12345.60'],
    ['/benefits/0/status', 'paused', 'must be one of active, suspended, ended'],
    ['/evidence/0/kind', undefined, missing],
    ['/evidence/0/kind', 'birth', 'must be one of population, stay, death, settlement, enrolment, marriage, appraisal'],
    ['/evidence/0/registration', undefined, missing],
    ['/evidence/0/source', undefined, missing],
    ['/evidence/0/source/recordId', undefined, missing],
    ['/evidence/0/source/message/sha256', undefined, missing],
    ['/evidence/0/source/agency', 'Public Security', 'must be an agency id: lower-case letters, digits and hyphens'],
    ['/evidence/0/status', 'retracted', 'must be one of current, void'],
    ['/evidence/0/cancellation/reason', 'died', 'must be one of death, moved-out, emigrated, duplicate, court-declared, other'],
    ['/evidence/1/admittedOn', undefined, missing],
    ['/evidence/1/diagnoses/0/text', undefined, missing],
    ['/evidence/1/link/level', 'certain', 'must be one of exact, upgraded, probable, weak'],
    ['/evidence/2/basis', undefined, missing],
    ['/evidence/2/diedOn', '2023-02-29', noDate],
    ['/evidence/3/fundPaid', '1.5', 'must be an amount as text with two places, such as 12345.60'],
    ['/evidence/3/interim', undefined, missing],
    ['/evidence/4/insurance', '310', 'must be an object'],
    ['/evidence/5/on', undefined, missing],
    ['/evidence/6/caseKind', undefined, missing],
    ['/feeds', undefined, missing],
    ['/feeds/0/state', 'ok', 'must be one of fresh, stale, gap, down, never'],
    ['/feeds/0/regions', '370700', 'must be a list'],
  ])('refuse a case file whose %s is %j, and say only that', (pointer, replacement, message) => {
    const result = validateCaseFile(changed(samples.caseFile, pointer, replacement));

    expect(result.ok).toBe(false);
    expect(result.ok ? [] : result.faults.map((fault) => [fault.pointer, fault.message.en])).toEqual([[pointer, message]]);
  });

  it.each<[string, (value: unknown) => { ok: boolean }, unknown, string, unknown]>([
    ['a death fact', validateDeathFact, samples.deathFact, '/level', 'certain'],
    ['a death fact', validateDeathFact, samples.deathFact, '/kinds', undefined],
    ['a check result', validateCheckResult, samples.checkResult, '/results/0/outcome', 'ok'],
    ['a check result', validateCheckResult, samples.checkResult, '/results/0/because/zh', undefined],
    ['a check result', validateCheckResult, samples.checkResult, '/deathFact', undefined],
    ['a finding', validateFinding, samples.finding, '/claims/1/recordId', undefined],
    ['a finding', validateFinding, samples.finding, '/action', 'stop-payment'],
    ['a finding', validateFinding, samples.finding, '/severity', 'fatal'],
    ['a finding record', validateFindingRecord, samples.findingRecord, '/state', 'closed'],
    ['a rejection', validateRejected, samples.rejected, '/pointer', undefined],
    ['a rejection', validateRejected, samples.rejected, '/detail/en', undefined],
    ['a case import', validateCaseImport, samples.caseImport, '/settlements/0/settledOn', undefined],
    ['a case import', validateCaseImport, samples.caseImport, '/settlements/0/kind', 'stay'],
    ['a case import', validateCaseImport, samples.caseImport, '/subject/idDocuments', undefined],
    ['a run manifest', validateRunManifest, samples.runManifest, '/bySeverity/info', undefined],
    ['a run manifest', validateRunManifest, samples.runManifest, '/rules/exam-after-death/clear', '0'],
    ['a run manifest', validateRunManifest, samples.runManifest, '/feeds/0/answers/found', undefined],
  ])('refuse %s with one thing wrong', (_, validate, sample, pointer, replacement) => {
    expect(validate(changed(sample, pointer, replacement))).toMatchObject({ ok: false, faults: [{ pointer }] });
  });

  it('tell every fault at once', () => {
    const broken = changed(changed(samples.caseFile, '/asOf', undefined), '/evidence/2/diedOn', '2026-02-30');
    const result = validateCaseFile(broken);

    expect(result.ok ? [] : result.faults.map((fault) => fault.pointer).sort()).toEqual(['/asOf', '/evidence/2/diedOn']);
  });

  it.each([null, undefined, 'text', 7, [], true])('refuse %j as a whole', (value) => {
    expect(validateCaseFile(value)).toMatchObject({
      ok: false,
      faults: [{ pointer: '', message: { zh: '应为对象', en: 'must be an object' } }],
    });
  });

  it('say the same in Chinese', () => {
    const result = validateCaseFile(changed(samples.caseFile, '/subject/name', undefined));

    expect(result).toEqual({
      ok: false,
      faults: [{ pointer: '/subject/name', message: { zh: '必填，缺失', en: 'is required and missing' } }],
    });
  });

  it('know the same calendar as the model', () => {
    const digits = (from: number, to: number, width: number) =>
      fc.integer({ min: from, max: to }).map((value) => String(value).padStart(width, '0'));
    const date = fc
      .tuple(digits(0, 9999, 4), digits(0, 14, 2), digits(0, 33, 2), fc.integer({ min: 1, max: 3 }))
      .map(([year, month, day, parts]) => [year, month, day].slice(0, parts).join('-'));
    fc.assert(
      fc.property(
        fc.oneof(date, fc.constantFrom('1900-02-29', '2000-02-29', '2024-02-29', '2100-02-29', '1600-02-29', '0000', '0999')),
        (on) => {
          const accepted = validatePerson({ idDocuments: [], name: '', birthDate: on }).ok;

          expect(accepted).toBe(dayInterval(on) !== undefined);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('never throw, whatever the value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(typeof validateCaseFile(value).ok).toBe('boolean');
        expect(typeof validateEvidence(value).ok).toBe('boolean');
      }),
    );
  });
});

describe('the schemas of mapping files', () => {
  const mapping = {
    name: 'stay-example',
    version: '1',
    title: { zh: '住院', en: 'stays' },
    source: 'written for this test',
    records: [
      {
        kind: 'stay',
        each: '/row/*',
        where: [{ at: '/type', in: ['1'] }],
        void: [{ at: ['/flag', '/state'], filled: true }],
        fields: {
          admittedOn: { at: '/in', as: 'date' },
          'person.name': { absent: true, why: 'not sent' },
          diagnoses: { constant: [], why: 'not sent' },
          'source.recordId': { keyed: ['admittedOn'], why: 'no key of its own' },
        },
      },
    ],
  };
  const validate = validator('mapping-definition');

  it('accept a mapping file', () => {
    expect(validate(mapping)).toEqual({ ok: true, value: mapping });
  });

  it.each<[string, unknown, string, string]>([
    ['/records/0/wher', [], '/records/0/wher', 'is not known here'],
    [
      '/records/0/kind',
      'birth',
      '/records/0/kind',
      'must be one of population, stay, death, settlement, enrolment, marriage, appraisal',
    ],
    ['/records/0/fields/admittedOn', { at: '/in' }, '/records/0/fields/admittedOn/as', 'is required and missing'],
    ['/records/0/fields/admittedOn/at', 7, '/records/0/fields/admittedOn/at', 'must be a text or a list'],
    ['/records/0/fields/admittedOn/at', ['/in', 7], '/records/0/fields/admittedOn/at/1', 'must be a text'],
    ['/records/0/fields/admittedOn', { absent: true }, '/records/0/fields/admittedOn/why', 'is required and missing'],
    [
      '/records/0/fields/admittedOn',
      { why: 'because' },
      '/records/0/fields/admittedOn',
      'needs one of at, any, join, absent, constant, keyed',
    ],
  ])('refuse one whose %s is %j at the right place', (pointer, replacement, place, message) => {
    const result = validate(changed(mapping, pointer, replacement));

    expect(result.ok ? [] : result.faults.map((fault) => [fault.pointer, fault.message.en])).toEqual([[place, message]]);
  });

  it('accept a code table, and refuse a number in it', () => {
    const table = {
      name: 't',
      version: '1',
      system: 's',
      source: 'x',
      codes: { '1': 'home', '2': true, '3': null },
      titles: { '1': '回家' },
    };

    expect(validator('code-table')(table).ok).toBe(true);
    expect(validator('code-table')(changed(table, '/codes/1', 5))).toEqual({
      ok: false,
      faults: [
        { pointer: '/codes/1', message: { zh: '应为文本或true 或 false或null', en: 'must be a text or true or false or null' } },
      ],
    });
  });
});

describe('a schema of one’s own', () => {
  const settings: Json = {
    type: 'object',
    additionalProperties: false,
    required: ['url', 'mode'],
    properties: {
      url: { type: 'string', format: 'uri', pattern: '^https?:' },
      mode: { const: 'fast' },
      retries: { type: 'integer', minimum: 0, maximum: 9, default: 3 },
      window: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1, multipleOf: 0.25 },
      name: { type: 'string', minLength: 1, maxLength: 3 },
      list: { type: 'array', minItems: 1, maxItems: 2, uniqueItems: true, items: { type: 'string' }, contains: { const: 'a' } },
      map: {
        type: 'object',
        minProperties: 1,
        maxProperties: 2,
        propertyNames: { pattern: '^[a-z]+$' },
        additionalProperties: true,
      },
      pair: { type: 'object', properties: { a: true, b: true }, dependentRequired: { a: ['b'] } },
      either: { oneOf: [{ type: 'string' }, { type: 'number', minimum: 5 }, { type: 'number', maximum: 9 }] },
      never: false,
      forbidden: { not: { const: 1 } },
    },
  };
  const validate = compile<{ retries?: number }>(settings);
  const good: { [key: string]: Json } = { url: 'https://gw.example/', mode: 'fast' };

  it.each<[string, Change, string, string, string]>([
    ['required', (value) => delete value.url, '/url', '必填，缺失', 'is required and missing'],
    ['additionalProperties', (value) => Object.assign(value, { 'a/b~c': 1 }), '/a~1b~0c', '未知的项', 'is not known here'],
    ['const', (value) => Object.assign(value, { mode: 'slow' }), '/mode', '应为 "fast"', 'must be "fast"'],
    ['format', (value) => Object.assign(value, { url: 'https://a b/' }), '/url', '格式应为 uri', 'must have the format uri'],
    ['pattern', (value) => Object.assign(value, { url: 'ftp://gw.example/' }), '/url', '应符合 ^https?:', 'must match ^https?:'],
    ['minimum', (value) => Object.assign(value, { retries: -1 }), '/retries', '不得小于 0', 'must be 0 or more'],
    ['maximum', (value) => Object.assign(value, { retries: 10 }), '/retries', '不得大于 9', 'must be 9 or less'],
    ['integer', (value) => Object.assign(value, { retries: 1.5 }), '/retries', '应为整数', 'must be a whole number'],
    ['exclusiveMinimum', (value) => Object.assign(value, { window: 0 }), '/window', '应大于 0', 'must be more than 0'],
    ['exclusiveMaximum', (value) => Object.assign(value, { window: 1 }), '/window', '应小于 1', 'must be less than 1'],
    ['multipleOf', (value) => Object.assign(value, { window: 0.3 }), '/window', '应为 0.25 的倍数', 'must be a multiple of 0.25'],
    ['minLength', (value) => Object.assign(value, { name: '' }), '/name', '不得为空', 'must not be empty'],
    [
      'maxLength',
      (value) => Object.assign(value, { name: '一二三四' }),
      '/name',
      '至多 3 个字符',
      'may have at most 3 characters',
    ],
    [
      'uniqueItems',
      (value) => Object.assign(value, { list: ['a', 'a'] }),
      '/list',
      '第 2 项与第 1 项重复',
      'items 2 and 1 are the same',
    ],
    ['maxItems', (value) => Object.assign(value, { list: ['a', 'b', 'c'] }), '/list', '至多 2 项', 'may have at most 2 items'],
    ['minProperties', (value) => Object.assign(value, { map: {} }), '/map', '至少 1 个键', 'needs at least 1 keys'],
    [
      'maxProperties',
      (value) => Object.assign(value, { map: { a: 1, b: 1, c: 1 } }),
      '/map',
      '至多 2 个键',
      'may have at most 2 keys',
    ],
    [
      'propertyNames',
      (value) => Object.assign(value, { map: { A: 1 } }),
      '/map/A',
      '此处不允许这样的键名',
      'is not a key allowed here',
    ],
    [
      'dependentRequired',
      (value) => Object.assign(value, { pair: { a: 1 } }),
      '/pair/b',
      '有 a 时必填，缺失',
      'is required beside a, and missing',
    ],
    [
      'oneOf',
      (value) => Object.assign(value, { either: 7 }),
      '/either',
      '同时符合多种互斥的形式',
      'fits more than one form, and only one is allowed',
    ],
    ['oneOf', (value) => Object.assign(value, { either: true }), '/either', '应为文本或数', 'must be a text or a number'],
    ['false', (value) => Object.assign(value, { never: 1 }), '/never', '此处不允许有值', 'is not allowed here'],
    ['not', (value) => Object.assign(value, { forbidden: 1 }), '/forbidden', '是不允许的形式', 'has a form that is not allowed'],
  ])('tells a fault of %s in both languages', (_, change, pointer, zh, en) => {
    const value = structuredClone(good);
    change(value);

    expect(validate(value)).toEqual({ ok: false, faults: [{ pointer, message: { zh, en } }] });
  });

  it('tells an empty list that must hold something in both ways it is wrong', () => {
    const result = validate({ ...good, list: [] });

    expect(result.ok ? [] : result.faults.map((fault) => fault.message.en)).toEqual([
      'needs at least 1 items',
      'lacks an item it must contain',
    ]);
  });

  it('never shows the value, which may identify somebody', () => {
    const secret = '370799196001010018';
    const result = validate({
      url: secret,
      mode: secret,
      retries: secret,
      name: secret,
      list: secret,
      map: secret,
      either: null,
    });

    expect(JSON.stringify(result)).not.toContain(secret);
  });

  it('of a union tells what is wrong inside the form that was meant', () => {
    const union = compile({
      type: 'object',
      required: ['step'],
      properties: {
        step: { anyOf: [{ type: 'string' }, { type: 'object', required: ['ms'], properties: { ms: { type: 'number' } } }] },
      },
    });

    expect(union({ step: { ms: 'soon' } })).toMatchObject({
      faults: [{ pointer: '/step/ms', message: { en: 'must be a number' } }],
    });
    expect(union({ step: 5 })).toMatchObject({ faults: [{ pointer: '/step', message: { en: 'must be a text or an object' } }] });
  });

  it('of a union tells nothing of what stands beside it, and of several fitting forms nothing of the others', () => {
    const any = true;
    const beside = compile({
      type: 'object',
      properties: { x: any, a: any, b: any },
      not: { properties: { x: any }, required: ['x'] },
      anyOf: [
        { properties: { a: any }, required: ['a'] },
        { properties: { b: any }, required: ['b'] },
      ],
    });
    const several = compile({
      oneOf: [{ type: 'object', properties: { a: { type: 'number' } } }, { type: 'object' }, { type: 'object' }],
    });

    expect(beside({ x: 1 })).toEqual({
      ok: false,
      faults: [
        { pointer: '', message: { zh: '是不允许的形式', en: 'has a form that is not allowed' } },
        { pointer: '', message: { zh: '须有其中之一：a、b', en: 'needs one of a, b' } },
      ],
    });
    expect(several({ a: 'x' })).toMatchObject({
      faults: [{ pointer: '', message: { en: 'fits more than one form, and only one is allowed' } }],
    });
  });

  it('fills defaults into a copy when asked to, and nothing otherwise', () => {
    const value = { ...good };
    const filled = compile<{ retries?: number }>(settings, { useDefaults: true })(value);

    expect(filled).toEqual({ ok: true, value: { ...good, retries: 3 } });
    expect(value).toEqual(good);
    expect(validate(value)).toEqual({ ok: true, value: good });
  });

  it('is refused at its first use where it is itself at fault', () => {
    expect(() => compile({ type: 'object', requird: ['x'] })({})).toThrow(/requird/);
    expect(() => compile({ type: 'object', required: ['x'] })({})).toThrow(/x/);
    expect(() => compile({ type: 'string', format: 'colour' })('')).toThrow(/colour/);
  });

  it('cannot take a pattern from the data', () => {
    expect(() =>
      compile({ type: 'object', properties: { a: { type: 'string', pattern: { $data: '1/b' } } } })({ a: '' }),
    ).toThrow();
  });
});

describe('the published schemas', () => {
  const files = readdirSync('schema').sort();
  const read = (file: string) => JSON.parse(readFileSync(`schema/${file}`, 'utf8')) as Record<string, unknown>;

  it('are one for each public shape', () => {
    const names: SchemaName[] = [
      'appraisal-history',
      'case-file',
      'case-import',
      'check-result',
      'city-mapping',
      'code-table',
      'death-fact',
      'dossier-manifest',
      'dossier-receipt',
      'dossier-request',
      'evidence',
      'explanation',
      'finding',
      'finding-record',
      'mapping-definition',
      'person',
      'rejected',
      'review-item',
      'run-manifest',
    ];

    expect(files).toEqual(names.map((name) => `${name}.json`).sort());
  });

  it.each(files)('%s is complete in itself and strict draft 2020-12', (file) => {
    const schema = read(file);

    expect(schema.$schema).toBe('https://json-schema.org/draft/2020-12/schema');
    expect(schema.$id).toBe(`urn:yilian:schema:${file.replace('.json', '')}`);
    expect(() => new Ajv2020({ strict: true, allErrors: true }).compile(schema)).not.toThrow();
  });

  it('judge as the library does', () => {
    const published = new Ajv2020({ strict: true }).compile(read('case-file.json'));

    expect(published(samples.caseFile)).toBe(true);
    expect(published(changed(samples.caseFile, '/evidence/2/diedOn', '2026-02-30'))).toBe(false);
    expect(published(changed(samples.caseFile, '/evidence/1/admittedOn', undefined))).toBe(false);
  });
});
