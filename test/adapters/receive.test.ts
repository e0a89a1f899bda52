import { describe, expect, it } from 'vitest';
import type { Connection } from '../../src/adapters/adapter.js';
import { institutionTable } from '../../src/adapters/institutions.js';
import { receivedMessage } from '../../src/adapters/message.js';
import { openFile, sieve } from '../../src/adapters/receive.js';
import jsonRows from '../../src/envelopes/json-rows.js';
import { compileMapping } from '../../src/mapping/engine.js';
import { codeTables, shippedMappings } from '../../src/mapping/shipped.generated.js';
import { coversRegion } from '../../src/model/index.js';

const definition = shippedMappings['cremation-national'];
const compilation = definition === undefined ? undefined : compileMapping(definition, codeTables);
if (compilation?.ok !== true) throw new Error('cremation-national does not compile');

const connection = {
  agency: 'civil-affairs',
  feed: 'cremations',
  envelope: jsonRows.create({}),
  mapping: compilation.mapping,
  keys: { personKey: () => undefined, recordKey: (_: string, number: string) => number },
  institutions: institutionTable([]),
} as unknown as Connection;

const mine = { ID_CARD: '370799196001010018', NAME: '测试甲', CREMATION_TIME: '20250303' };
const others = { ID_CARD: '370799195806150021', NAME: '样例乙', CREMATION_TIME: '20250303', SEX: '7' };
const onFile = (number: string) => number === '370799196001010018';

function sieved(content: unknown) {
  const bytes = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
  const file = { name: 'rows.json', sha256: 'x', size: bytes.length, receivedAt: '2026-11-23T02:00:00.000Z', bytes };
  return sieve(connection, openFile(connection, file), { onFile });
}

describe('a file of everybody is sieved on the way in', () => {
  it('rows of others are counted and forgotten, and then the bytes are not kept', () => {
    const page = sieved([others, mine, { ...others, CREMATION_TIME: '20250231' }]);

    expect(page).toMatchObject({
      rows: 3,
      sieved: 2,
      evidence: [{ person: { name: '测试甲' } }],
      rejected: [],
      unknownCodes: [],
    });
    expect(page.messages).toMatchObject([{ file: 'rows.json', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    expect(page.messages[0]).not.toHaveProperty('bytes');
    expect(JSON.stringify(page)).not.toMatch(/370799195806150021|样例乙/);
  });

  it('a file of persons on file keeps its bytes', () => {
    expect(sieved([mine]).messages[0]?.bytes).toBeDefined();
  });

  it('a row of 15 digits is known by its long form', () => {
    expect(sieved([{ ...mine, ID_CARD: '370799600101001' }])).toMatchObject({ sieved: 0, evidence: [{}] });
  });

  it('a faulty row of a person on file is refused with its place, one without identity too, but without bytes', () => {
    const page = sieved([
      { ...mine, CREMATION_TIME: '20250231' },
      { ...mine, ID_CARD: '' },
    ]);

    expect(page).toMatchObject({
      rows: 2,
      sieved: 0,
      rejected: [
        { reason: 'bad-date', pointer: '/0/CREMATION_TIME' },
        { reason: 'no-identity', pointer: '/1/ID_CARD' },
      ],
    });
    expect(page.messages[0]).not.toHaveProperty('bytes');
  });

  it('a file that holds the agency’s refusal is no empty list but one refusal of the whole', () => {
    const page = sieved({ status: '-1', msg: '输入参数不正确', data: [] });

    expect(page).toMatchObject({ rows: 0, evidence: [], rejected: [{ reason: 'agency-error', pointer: '' }] });
    expect(page.rejected[0]?.detail?.zh).toContain('-1 输入参数不正确');
    expect(page.messages[0]?.bytes).toBeDefined();

    const named = sieved({ status: '-1', msg: '查无370799196001010018', data: [] }).rejected[0]?.detail;
    expect(named?.en).toBe('the file holds a refusal by the agency: -1 查无******************');
  });

  it('a file nobody can read is one refusal of the whole', () => {
    const page = sieved('[{"ID_CARD":');

    expect(page.evidence).toEqual([]);
    expect(page.rejected).toHaveLength(1);
    expect(page.messages[0]?.bytes).toBeDefined();
  });
});

describe('the table of institutions', () => {
  const table = institutionTable([
    { code: 'H1', name: '第一 医院', region: '370700' },
    { code: 'H2', name: '中心医院' },
    { code: 'H3', name: '中心医院', region: '370800' },
  ]);

  it('fills the half a source leaves out and changes nothing it said', () => {
    expect(table.complete({ code: 'H1' })).toEqual({ code: 'H1', name: '第一 医院', region: '370700' });
    expect(table.complete({ name: '第一医院' })).toEqual({ code: 'H1', name: '第一医院', region: '370700' });
    expect(table.complete({ code: 'H1', name: '别名', region: '370702' })).toEqual({
      code: 'H1',
      name: '别名',
      region: '370702',
    });
    expect(table.complete({ code: 'H2' })).toEqual({ code: 'H2', name: '中心医院' });
  });

  it('guesses nothing: an unknown code, a name that two bear, nothing at all', () => {
    expect(table.complete({ code: 'H9', name: '第一医院' })).toEqual({ code: 'H9', name: '第一医院' });
    expect(table.complete({ name: '中心医院' })).toEqual({ name: '中心医院' });
    expect(table.complete({})).toEqual({});
  });
});

describe('which regions a source covers', () => {
  it.each<[readonly string[] | undefined, string | undefined, boolean]>([
    [undefined, undefined, true],
    [undefined, '370783', true],
    [['370000'], '370783', true],
    [['370700'], '370783', true],
    [['370783'], '370783', true],
    [['370783'], '370700', false],
    [['370600', '370800'], '370783', false],
    [['371000'], '371082', true],
    [['371000'], '371102', false],
    [['370700'], undefined, false],
    [[], '370783', false],
  ])('%j covers %s: %s', (regions, region, covered) => {
    expect(coversRegion(regions, region)).toBe(covered);
  });
});

describe('a received message', () => {
  it('is named by when, where from and what, and by nothing of whom', () => {
    const message = receivedMessage({ agency: 'health', feed: 'stays' }, '2026-11-23T02:00:00.000Z', Buffer.from('abc'));

    expect(message.id).toBe('20261123T020000.000Z-health-stays-ba7816bf8f01cfea');
    expect(message.sha256).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
