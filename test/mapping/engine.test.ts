import { describe, expect, it } from 'vitest';
import { compileMapping } from '../../src/mapping/engine.js';
import type { CodeTable, FieldMapping, MappingContext, MappingDefinition, RecordMapping } from '../../src/mapping/index.js';
import type { Evidence, Json } from '../../src/model/index.js';

const tables: Record<string, CodeTable> = {
  sex: { name: 'sex', version: '1', system: 'GB/T 2261.1', source: 'made up', codes: { '1': 'male', '2': 'female', '9': null } },
  way: {
    name: 'way',
    version: '3',
    system: 'ways',
    source: 'made up',
    codes: { '1': 'home', '5': 'died', X: 'other', '-1': null },
  },
  fund: { name: 'fund', version: '1', system: 'funds', source: 'made up', codes: { '310': 'employee' } },
  yes: { name: 'yes', version: '1', system: 'flags', source: 'made up', codes: { '1': true, '0': false } },
  grade: { name: 'grade', version: '1', system: 'grades', source: 'made up', codes: { '05': '5', '00': 'below' } },
};

const stayFields: Record<string, FieldMapping> = {
  'person.idNumber': { at: '/id', as: 'id-number' },
  'person.name': { at: '/name', as: 'name' },
  'source.recordId': { at: '/no', as: 'text' },
  admittedOn: { at: '/in', as: 'date-time' },
  dischargedOn: { at: '/out', as: 'date-time' },
  outcome: { at: '/way', as: 'coded', codes: 'way' },
  diagnoses: { absent: true, why: 'not in this shape' },
};

function stay(fields: Record<string, FieldMapping> = {}, rest: Partial<RecordMapping> = {}): RecordMapping {
  return { kind: 'stay', each: '', fields: { ...stayFields, ...fields }, ...rest };
}

function definition(...records: RecordMapping[]): MappingDefinition {
  return { name: 'test', version: '1', title: { zh: '试', en: 'test' }, source: 'made up', records };
}

const context: MappingContext = {
  agency: 'health',
  feed: 'stays',
  message: { id: 'm1', sha256: 'abcdef0123456789ffff' },
  receivedAt: '2026-11-23T02:00:00.000Z',
  keys: { personKey: () => undefined, recordKey: (feed, number, facts) => `${feed}|${number}|${facts.join('|')}` },
  institutions: { complete: (hospital) => (hospital.code === 'H1' ? { ...hospital, name: '一院', region: '370700' } : hospital) },
};

function compiled(...records: RecordMapping[]) {
  const result = compileMapping(definition(...records), tables);
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.mapping;
}

function map(record: RecordMapping, value: Json, at: Partial<MappingContext> = {}) {
  return compiled(record).apply([{ value, pointer: '/rows/0' }], { ...context, ...at });
}

function only(record: RecordMapping, value: Json, at: Partial<MappingContext> = {}): Evidence {
  const { evidence, rejected } = map(record, value, at);
  expect(rejected).toEqual([]);
  expect(evidence).toHaveLength(1);
  return evidence[0] as Evidence;
}

const person = { id: '370799196001010018', name: '测试甲', no: 'Z1', in: '2024-03-12 14:30:00' };

describe('one element becomes one record of evidence', () => {
  it('with source, person, pointers and the precision it came with', () => {
    expect(only(stay(), { ...person, out: '20240328', way: '1' })).toEqual({
      kind: 'stay',
      source: {
        agency: 'health',
        feed: 'stays',
        recordId: 'Z1',
        receivedAt: '2026-11-23T02:00:00.000Z',
        message: { id: 'm1', sha256: 'abcdef0123456789ffff' },
        pointers: {
          'person.idNumber': '/rows/0/id',
          'person.name': '/rows/0/name',
          'source.recordId': '/rows/0/no',
          admittedOn: '/rows/0/in',
          dischargedOn: '/rows/0/out',
          outcome: '/rows/0/way',
        },
      },
      person: { idDocuments: [{ type: 'resident-id', number: '370799196001010018', validity: 'valid' }], name: '测试甲' },
      status: 'current',
      hospital: {},
      admittedOn: '2024-03-12T14:30:00+08:00',
      dischargedOn: '2024-03-28',
      outcome: { code: 'home', system: 'ways', raw: '1', known: true },
      diagnoses: [],
    });
  });

  it('keys the person only where a key is configured', () => {
    const keyed = only(stay(), person, { keys: { ...context.keys, personKey: () => 'k1' } });

    expect(keyed.person.key).toBe('k1');
    expect(only(stay(), person).person).not.toHaveProperty('key');
  });

  it('completes the hospital from the table of institutions', () => {
    const evidence = only(stay({ 'hospital.code': { at: '/h', as: 'text' } }), { ...person, h: 'H1' });

    expect(evidence).toMatchObject({ hospital: { code: 'H1', name: '一院', region: '370700' } });
  });

  it('follows an envelope that gathered scattered parts to where they came from', () => {
    const { evidence } = compiled(stay()).apply(
      [{ value: person, pointer: '/doc', origin: { '/in': '/doc/encounter/low', '/id': '/doc/patient/id/1' } }],
      context,
    );

    expect(evidence[0]?.source.pointers).toMatchObject({
      admittedOn: '/doc/encounter/low',
      'person.idNumber': '/doc/patient/id/1',
      'person.name': '/doc/name',
    });
  });

  it('reads the first alternative that has a value, passing over every way to say nothing', () => {
    const fields: Record<string, FieldMapping> = { recordNo: { at: ['/a', '/b', '/c'], as: 'text', blank: ['住院号'] } };

    expect(only(stay(fields), { ...person, a: '住院号', b: null, c: ' ZY1 ' })).toMatchObject({ recordNo: 'ZY1' });
    expect(only(stay(fields), { ...person, a: '-', b: 'null', c: {} })).not.toHaveProperty('recordNo');
    expect(only(stay(fields), { ...person, a: '0' })).toMatchObject({ recordNo: '0' });
  });

  it('takes the text of an XML element that has attributes, and of an array of one', () => {
    expect(only(stay({ recordNo: { at: '/a', as: 'text' } }), { ...person, a: { '@x': '1', '#text': 'ZY1' } })).toMatchObject({
      recordNo: 'ZY1',
    });
    expect(only(stay({ recordNo: { at: '/a', as: 'text' } }), { ...person, a: ['ZY1'] })).toMatchObject({ recordNo: 'ZY1' });
  });

  it('reads an element beside its record', () => {
    const mapping = stay(
      { 'person.idNumber': { at: '$/base/id', as: 'id-number' }, 'person.name': { at: '$/base/name', as: 'name' } },
      { each: '/list/*' },
    );
    const { evidence } = map(mapping, {
      base: person,
      list: [
        { no: '1', in: '20240101' },
        { no: '2', in: '20240201' },
      ],
    });

    expect(evidence.map((item) => item.source.recordId)).toEqual(['1', '2']);
    expect(evidence[1]?.source.pointers).toMatchObject({ 'person.name': '/rows/0/base/name', admittedOn: '/rows/0/list/1/in' });
  });
});

describe('identity is read before anything else', () => {
  it.each([
    ['nothing', undefined],
    ['an empty text', ''],
    ['a word for nothing', '无'],
    ['zeros', '000000000000000000'],
    ['words', '不详'],
  ])('%s is no identity', (_, id) => {
    const { elements, rejected } = map(stay(), { ...person, ...(id === undefined ? { id: null } : { id }) });

    expect(rejected).toMatchObject([{ reason: 'no-identity', pointer: '/rows/0/id', message: 'm1' }]);
    expect(elements[0]?.identity.state).toBe('none');
  });

  it.each(['370799********0018', '******', '3707991960XXXX0018'])('%s is masked', (id) => {
    const { elements, rejected } = map(stay(), { ...person, id });

    expect(rejected).toMatchObject([{ reason: 'masked-identity', pointer: '/rows/0/id' }]);
    expect(elements[0]?.identity.state).toBe('masked');
  });

  it('a bad check digit, a passport and an old permit are identities', () => {
    expect(only(stay(), { ...person, id: '370799196001010019' }).person.idDocuments[0]).toMatchObject({
      validity: 'bad-checksum',
    });
    expect(only(stay(), { ...person, id: 'E12345678' }).person.idDocuments[0]).toMatchObject({
      type: 'other',
      number: 'E12345678',
    });
    expect(only(stay(), { ...person, id: 'USA370000010101' }).person.idDocuments[0]).toMatchObject({
      type: 'foreign-permanent-resident',
    });
  });

  it('a number keeps what it was made of', () => {
    expect(only(stay(), { ...person, id: '370799600101001' }).person.idDocuments).toEqual([
      { type: 'resident-id', number: '370799196001010018', raw: '370799600101001', validity: 'upgraded-15' },
    ]);
    expect(only(stay(), { ...person, id: "'370799196001010018" }).person.idDocuments[0]).toMatchObject({
      number: '370799196001010018',
    });
    expect(only(stay(), { ...person, id: 'ID370799196001010018' }).person.idDocuments[0]).toMatchObject({
      number: '370799196001010018',
    });
  });

  it('a type tells a passport; one the table does not have is reported and the number speaks for itself', () => {
    const types: CodeTable = { name: 'types', version: '1', system: 't', source: 's', codes: { '03': 'passport' } };
    const result = compileMapping(definition(stay({ 'person.idType': { at: '/type', as: 'value', codes: 'types' } })), {
      ...tables,
      types,
    });
    if (!result.ok) throw new Error('does not compile');
    const { evidence, unknownCodes } = result.mapping.apply(
      [
        { value: { ...person, type: '03', id: 'E1234567' }, pointer: '/0' },
        { value: { ...person, type: '77' }, pointer: '/1' },
      ],
      context,
    );

    expect(evidence.map((item) => item.person.idDocuments[0]?.type)).toEqual(['passport', 'resident-id']);
    expect(unknownCodes).toMatchObject([{ table: 'types', code: '77' }]);
  });

  it('a faulty row without identity is told as that alone, so that nothing of a stranger is shown', () => {
    const { rejected } = map(stay(), { ...person, id: '', in: '20240231' });

    expect(rejected.map((item) => item.reason)).toEqual(['no-identity']);
  });

  it('a missing name is an empty name, not a refusal', () => {
    expect(only(stay(), { ...person, name: null }).person.name).toBe('');
  });
});

describe('what cannot be read is refused with its place', () => {
  it('tells every fault of a row at once', () => {
    const { evidence, rejected } = map(stay({ 'person.birthDate': { at: '/b', as: 'date' } }), {
      ...person,
      in: '20240231',
      b: '19801301',
      no: '',
    });

    expect(evidence).toEqual([]);
    expect(rejected).toEqual([
      {
        reason: 'bad-date',
        pointer: '/rows/0/in',
        message: 'm1',
        detail: { zh: 'admittedOn：没有这一天，或不是日期：20240231', en: 'admittedOn: no such day, or no date: 20240231' },
      },
      {
        reason: 'bad-date',
        pointer: '/rows/0/b',
        message: 'm1',
        detail: {
          zh: 'person.birthDate：没有这一天，或不是日期：19801301',
          en: 'person.birthDate: no such day, or no date: 19801301',
        },
      },
      {
        reason: 'missing-field',
        pointer: '/rows/0/no',
        message: 'm1',
        detail: { zh: '缺少必填字段 source.recordId', en: 'the required field source.recordId has no value' },
      },
    ]);
  });

  it('shows the shape and not the value where that might say who somebody is', () => {
    const { rejected } = map(stay(), { ...person, in: '370799196001010018' });
    const { rejected: named } = map(stay(), { ...person, in: '测试甲' });

    expect(rejected[0]?.detail?.en).toBe('admittedOn: no such day, or no date: 999999999999999999');
    expect(named[0]?.detail?.en).toBe('admittedOn: no such day, or no date: 字字字');
  });

  it('a required field may name its own absence', () => {
    const { rejected } = map(stay({ admittedOn: { at: '/in', as: 'date', missing: 'admission-not-found' } }), {
      ...person,
      in: '',
    });

    expect(rejected).toMatchObject([{ reason: 'admission-not-found', pointer: '/rows/0/in' }]);
  });

  it('an object or several values where one is expected', () => {
    const { rejected } = map(stay({ recordNo: { at: '/a', as: 'text' } }), { ...person, a: ['1', '2'] });
    const { rejected: object } = map(stay({ recordNo: { at: '/a', as: 'text' } }), { ...person, a: { b: '1' } });

    expect(rejected).toMatchObject([{ reason: 'unexpected-shape', pointer: '/rows/0/a' }]);
    expect(object).toMatchObject([{ reason: 'unexpected-shape', pointer: '/rows/0/a' }]);
  });

  it('a stay discharged before it was admitted, by day', () => {
    const { rejected } = map(stay(), { ...person, in: '2024-03-12', out: '2024-03-11 23:59' });

    expect(rejected).toMatchObject([{ reason: 'discharged-before-admitted', pointer: '/rows/0/out' }]);
    expect(map(stay(), { ...person, in: '2024-03-12 14:30', out: '2024-03-12' }).evidence).toHaveLength(1);
    expect(map(stay(), { ...person, in: '2024-03-12', out: '2024-03' }).evidence).toHaveLength(1);
    expect(map(stay(), { ...person, in: '2024-03-12', out: '2024-02' }).rejected).toHaveLength(1);
  });

  it('the envelope’s own refusal of a record, with the identity it carries', () => {
    const { elements, rejected } = compiled(stay()).apply(
      [{ value: person, pointer: '/rows/3', refused: { reason: 'ragged-row', detail: { zh: '列数不符', en: 'ragged' } } }],
      context,
    );

    expect(rejected).toEqual([
      { reason: 'ragged-row', pointer: '/rows/3', message: 'm1', detail: { zh: '列数不符', en: 'ragged' } },
    ]);
    expect(elements[0]?.identity).toMatchObject({ state: 'given', documents: [{ number: '370799196001010018' }] });
  });

  it('a row of somebody whose other row is fine takes nothing from it', () => {
    const { evidence, rejected } = compiled(stay()).apply(
      [
        { value: { ...person, in: 'x' }, pointer: '/0' },
        { value: person, pointer: '/1' },
      ],
      context,
    );

    expect(evidence).toHaveLength(1);
    expect(rejected).toMatchObject([{ pointer: '/0/in' }]);
  });
});

describe('a code is never guessed', () => {
  it('an unknown one is kept raw in a Coded and reported with its first record', () => {
    const { evidence, unknownCodes } = compiled(stay()).apply(
      [
        { value: { ...person, way: ' 7 ' }, pointer: '/0' },
        { value: { ...person, no: 'Z2', way: '7' }, pointer: '/1' },
      ],
      context,
    );

    expect(evidence[0]).toMatchObject({ outcome: { code: '7', system: 'ways', raw: '7', known: false } });
    expect(unknownCodes).toEqual([
      { agency: 'health', feed: 'stays', table: 'way', code: '7', count: 2, firstRecord: 'health/stays/Z1' },
    ]);
  });

  it('one that is known to mean nothing is left out and not reported', () => {
    const { evidence, unknownCodes } = map(stay(), { ...person, way: '-1' });

    expect(evidence[0]).not.toHaveProperty('outcome');
    expect(unknownCodes).toEqual([]);
  });

  it('is compared after NFKC and without regard to case', () => {
    expect(only(stay(), { ...person, way: '５' })).toMatchObject({ outcome: { code: 'died', raw: '５' } });
    expect(only(stay(), { ...person, way: 'x' })).toMatchObject({ outcome: { code: 'other', raw: 'x' } });
  });

  it('an unknown sex is unknown and reported', () => {
    const { evidence, unknownCodes } = map(stay({ 'person.sex': { at: '/sex', as: 'value', codes: 'sex' } }), {
      ...person,
      sex: '3',
    });

    expect(evidence[0]?.person.sex).toBe('unknown');
    expect(unknownCodes).toMatchObject([{ table: 'sex', code: '3' }]);
  });

  const settlement: RecordMapping = {
    kind: 'settlement',
    each: '',
    fields: {
      'person.idNumber': { at: '/id', as: 'id-number' },
      'person.name': { at: '/name', as: 'name' },
      'source.recordId': { at: '/no', as: 'text' },
      settlementNo: { at: '/no', as: 'text' },
      fund: { at: '/fund', as: 'value', codes: 'fund' },
      setting: { constant: 'inpatient', why: 'only those are sent' },
      settledOn: { at: '/on', as: 'date' },
      total: { at: '/total', as: 'money' },
      fundPaid: { at: '/paid', as: 'money' },
      interim: { constant: false, why: 'never sent' },
      refund: {
        any: [
          { at: '/refd', in: ['1'] },
          { at: '/paid', negative: true },
          { at: '/of', filled: true },
        ],
        why: 'three ways',
      },
      refundOf: {
        at: '/of',
        as: 'text',
        onlyIf: [
          { at: '/refd', in: ['1'] },
          { at: '/paid', negative: true },
        ],
      },
      advance: { at: '/adv', as: 'flag', codes: 'yes' },
      manual: { at: '/man', as: 'flag', codes: 'yes', otherwise: false, why: 'left out where it is not manual' },
      diagnoses: { absent: true, why: 'none' },
    },
  };
  const paid = { ...person, fund: '310', on: '20240328', total: '100', paid: '60.5' };

  it('an unknown fund refuses the settlement: another fund would be a guess', () => {
    const { evidence, rejected, unknownCodes } = map(settlement, { ...paid, fund: '999' });

    expect(evidence).toEqual([]);
    expect(rejected).toMatchObject([{ reason: 'unknown-code', pointer: '/rows/0/fund' }]);
    expect(unknownCodes).toMatchObject([
      { table: 'fund', code: '999', firstRecord: 'health/stays/message:abcdef0123456789:/rows/0' },
    ]);
  });

  it('an unknown optional flag is left out and reported, a required one refuses', () => {
    const optional = map(settlement, { ...paid, adv: '2' });
    const required = map(settlement, { ...paid, man: '2' });

    expect(optional.evidence[0]).not.toHaveProperty('advance');
    expect(optional.unknownCodes).toMatchObject([{ table: 'yes', code: '2' }]);
    expect(required.rejected).toMatchObject([{ reason: 'unknown-code', pointer: '/rows/0/man' }]);
  });

  it('a value for what is left out is never one for an unknown code', () => {
    expect(only(settlement, paid)).toMatchObject({ manual: false });
    expect(only(settlement, { ...paid, man: '1' })).toMatchObject({ manual: true });
  });

  it('a flag told in several ways is true by any and false by none', () => {
    expect(only(settlement, paid)).toMatchObject({ refund: false });
    expect(only(settlement, { ...paid, refd: '1' })).toMatchObject({ refund: true });
    expect(only(settlement, { ...paid, paid: '-60.50' })).toMatchObject({ refund: true, fundPaid: '-60.50' });
    const byNumber = only(settlement, { ...paid, of: 'S0' });
    expect(byNumber).toMatchObject({ refund: true });
    expect(byNumber.source.pointers).toMatchObject({ refund: '/rows/0/of' });
  });

  it('a field is read only where any of its conditions holds', () => {
    expect(only(settlement, { ...paid, of: 'S0', paid: '-1' })).toMatchObject({ refundOf: 'S0' });
    expect(only(settlement, { ...paid, of: 'S0' })).not.toHaveProperty('refundOf');
    expect(only(settlement, { ...paid, of: 'S0', refd: '1' })).toMatchObject({ refundOf: 'S0' });
  });

  it('an ID number in a code column is not carried into the report', () => {
    const { unknownCodes } = map(stay(), { ...person, way: '370799196001010018' });

    expect(unknownCodes[0]?.code).toBe('******************');
  });
});

describe('the name of a record', () => {
  it('is a keyed hash of person and facts where the agency has none, so that a changed day is a new version', () => {
    const keyed = stay({ 'source.recordId': { keyed: ['admittedOn', 'hospital.code', 'recordNo'], why: 'none sent' } });
    const evidence = only(
      { ...keyed, fields: { ...keyed.fields, 'hospital.code': { at: '/h', as: 'text' } } },
      { ...person, h: 'H2' },
    );

    expect(evidence.source.recordId).toBe('stays|370799196001010018|2024-03-12T14:30:00+08:00|H2|');
  });

  it('is the message and the place where no key is configured', () => {
    const evidence = only(stay({ 'source.recordId': { keyed: [], why: 'none sent' } }), person, {
      keys: { personKey: () => undefined, recordKey: () => undefined },
    });

    expect(evidence.source.recordId).toBe('message:abcdef0123456789:/rows/0');
  });

  it('is joined of pieces, empty ones kept in their place', () => {
    const joined = stay({ 'source.recordId': { join: ['/bah', ['/times', '/zycs']], why: 'record and visit' } });

    expect(only(joined, { ...person, bah: 'B1', zycs: '2' }).source.recordId).toBe('B1/2');
    expect(only(joined, { ...person, zycs: '2' }).source.recordId).toBe('/2');
    expect(map(joined, person).rejected).toMatchObject([{ reason: 'missing-field', pointer: '/rows/0/bah' }]);
  });
});

describe('which elements are meant', () => {
  it('conditions choose, and what no mapping takes is counted', () => {
    const one = stay({}, { where: [{ at: '/t', in: ['1', '２'] }] });
    const { evidence, skipped, unrecognised } = compiled(one).apply(
      [
        { value: { ...person, t: '2' }, pointer: '/0' },
        { value: { ...person, t: '3' }, pointer: '/1' },
        { value: person, pointer: '/2' },
      ],
      context,
    );

    expect([evidence.length, skipped, unrecognised]).toEqual([1, 2, 0]);
  });

  it('notIn takes what is missing, filled and codes do not', () => {
    const takes = (where: NonNullable<RecordMapping['where']>, value: Json) => map(stay({}, { where }), value).evidence.length;

    expect(takes([{ at: '/t', notIn: ['4'] }], person)).toBe(1);
    expect(takes([{ at: '/t', notIn: ['4'] }], { ...person, t: '4' })).toBe(0);
    expect(takes([{ at: '/t', filled: true }], person)).toBe(0);
    expect(takes([{ at: '/t', filled: false }], person)).toBe(1);
    expect(takes([{ at: '/t', codes: 'yes' }], { ...person, t: '1' })).toBe(1);
    expect(takes([{ at: '/t', codes: 'yes' }], { ...person, t: '0' })).toBe(0);
    expect(takes([{ at: '/t', negative: true }], { ...person, t: '-0.5' })).toBe(1);
    expect(takes([{ at: '/t', negative: false }], { ...person, t: '0.5' })).toBe(1);
    expect(takes([{ at: '/t', negative: false }], { ...person, t: 'x' })).toBe(0);
  });

  it('an unknown code in a condition does not hold and is reported', () => {
    const { evidence, unknownCodes } = map(stay({}, { where: [{ at: '/t', codes: 'yes' }] }), { ...person, t: '8' });

    expect(evidence).toEqual([]);
    expect(unknownCodes).toMatchObject([{ table: 'yes', code: '8' }]);
  });

  it('any void condition makes the record void', () => {
    const mapping = stay(
      { voidedAt: { at: '/del', as: 'instant' } },
      {
        void: [
          { at: '/op', in: ['D'] },
          { at: '/del', filled: true },
        ],
      },
    );

    expect(only(mapping, { ...person, op: 'I' }).status).toBe('current');
    expect(only(mapping, { ...person, op: 'D' }).status).toBe('void');
    expect(only(mapping, { ...person, del: '2024-04-01 10:00:00' })).toMatchObject({
      status: 'void',
      voidedAt: '2024-04-01T10:00:00+08:00',
    });
  });

  it('operations keep apart what comes under one feed', () => {
    const mapping = stay({}, { operations: ['5201'] });

    expect(map(mapping, person, { operation: '5201' }).evidence).toHaveLength(1);
    expect(map(mapping, person).evidence).toHaveLength(1);
    expect(map(mapping, person, { operation: '5303' })).toMatchObject({ evidence: [], unrecognised: 1 });
  });

  it('an empty list is the right shape with nothing in it; a missing one is another shape', () => {
    const mapping = stay({}, { each: '/mdtrtinfo/*' });

    expect(map(mapping, { mdtrtinfo: [] })).toMatchObject({ elements: [], skipped: 0, unrecognised: 0 });
    expect(map(mapping, { setlinfo: {} })).toMatchObject({ elements: [], skipped: 0, unrecognised: 1 });
  });

  it('elements come in the order of the message, whatever mapping takes them', () => {
    const { evidence } = compiled(
      stay({}, { each: '/l/*', where: [{ at: '/t', in: ['b'] }] }),
      stay({}, { each: '/l/*', where: [{ at: '/t', in: ['a'] }] }),
    ).apply([{ value: { l: ['a', 'b', 'a'].map((t, index) => ({ ...person, t, no: String(index) })) }, pointer: '' }], context);

    expect(evidence.map((item) => item.source.recordId)).toEqual(['0', '1', '2']);
  });
});

describe('diagnoses', () => {
  const list = stay({ diagnoses: { at: '/d', as: 'diagnoses', parts: { icd10: '/code', text: '/name' } } });

  it('are read from a list, codes without the blanks behind them', () => {
    const evidence = only(list, {
      ...person,
      d: [{ code: 'S82.201 ', name: ' 胫骨骨折 ' }, { code: '', name: '-' }, { code: 'I10.x09' }],
    });

    expect(evidence).toMatchObject({
      diagnoses: [
        { icd10: 'S82.201', text: '胫骨骨折' },
        { icd10: 'I10.x09', text: '' },
      ],
    });
    expect(evidence.source.pointers).toMatchObject({
      'diagnoses.0.icd10': '/rows/0/d/0/code',
      'diagnoses.0.text': '/rows/0/d/0/name',
      'diagnoses.1.icd10': '/rows/0/d/2/code',
    });
  });

  it('a number of the sender’s own is no ICD-10 code', () => {
    const evidence = only(list, { ...person, d: [{ code: '10025395', name: '痔' }, { code: '10025396' }] });

    expect(evidence).toMatchObject({ diagnoses: [{ text: '痔' }] });
    expect(JSON.stringify(evidence)).not.toContain('icd10');
  });

  it('are read from pairs of columns', () => {
    const pairs = stay({
      diagnoses: {
        at: '',
        as: 'diagnoses',
        parts: [
          { icd10: '/JBDM', text: '/ZYZD' },
          { icd10: '/JBDM1', text: '/QTZD1' },
        ],
      },
    });

    expect(only(pairs, { ...person, JBDM: 'S82', ZYZD: '骨折', JBDM1: '', QTZD1: '' })).toMatchObject({
      diagnoses: [{ icd10: 'S82', text: '骨折' }],
    });
  });

  it('are read from a single text, and a single object counts as a list of one', () => {
    expect(only(stay({ diagnoses: { at: '/d', as: 'diagnoses' } }), { ...person, d: '骨折' })).toMatchObject({
      diagnoses: [{ text: '骨折' }],
    });
    expect(only(list, { ...person, d: { code: 'S82', name: '骨折' } })).toMatchObject({
      diagnoses: [{ icd10: 'S82', text: '骨折' }],
    });
    expect(only(list, person)).toMatchObject({ diagnoses: [] });
  });
});

describe('parts that may be missing as a whole', () => {
  const appraisal: RecordMapping = {
    kind: 'appraisal',
    each: '',
    fields: {
      'person.idNumber': { at: '/id', as: 'id-number' },
      'person.name': { at: '/name', as: 'name' },
      'source.recordId': { at: '/no', as: 'text' },
      caseNo: { at: '/no', as: 'text' },
      caseKind: { constant: 'first', why: 'test' },
      state: { constant: 'concluded', why: 'test' },
      'conclusion.no': { at: '/cno', as: 'text' },
      'conclusion.on': { at: '/con', as: 'date' },
      'conclusion.level': { constant: 'city', why: 'test' },
      'conclusion.grade': { at: '/g', as: 'value', codes: 'grade' },
      'conclusion.standard': { constant: 'GB/T 16180-2014', why: 'test' },
      'conclusion.clauses': { at: '/cl', as: 'text' },
      'conclusion.status': { constant: 'issued', why: 'test' },
    },
  };

  it('constants alone make no conclusion', () => {
    expect(only(appraisal, person)).not.toHaveProperty('conclusion');
  });

  it('a grade is a number as in the model, and clauses a list', () => {
    expect(only(appraisal, { ...person, cno: 'C1', con: '20240501', g: '05', cl: '5.8.2；5.9.1' })).toMatchObject({
      conclusion: { no: 'C1', on: '2024-05-01', grade: 5, clauses: ['5.8.2', '5.9.1'], level: 'city' },
    });
    expect(only(appraisal, { ...person, cno: 'C1', con: '20240501', g: '00' })).toMatchObject({
      conclusion: { grade: 'below', clauses: [] },
    });
  });

  it('half a conclusion is a refusal, not a loss', () => {
    expect(map(appraisal, { ...person, cno: 'C1' }).rejected).toMatchObject([
      { reason: 'missing-field', pointer: '/rows/0/con' },
    ]);
  });
});

describe('what is in a record cannot reach the program', () => {
  it('keys named after a prototype change nothing', () => {
    const value = JSON.parse(
      '{"id":"370799196001010018","name":"测试甲","no":"Z1","in":"20240312","__proto__":{"polluted":"yes"},"constructor":"x"}',
    ) as Json;

    expect(only(stay(), value)).not.toHaveProperty('polluted');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('any tree at all is read without throwing', () => {
    const mapping = compiled(stay(), stay({}, { each: '/a/*' }));

    for (const value of [null, '', 'x', 1, true, [], [[]], [null], { a: null }, { id: [] }, { id: { '#text': {} } }] as Json[]) {
      expect(() => mapping.apply([{ value, pointer: '' }], context)).not.toThrow();
    }
  });
});
