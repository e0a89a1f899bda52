import { describe, expect, it } from 'vitest';
import family from '../../src/envelopes/table-exchange.js';
import { inOrder } from '../../src/envelopes/table-order.js';
import fc from '../seeded.js';
import { expectPointersToHold, gb, opened, utf8 } from './support.js';

const header = 'UUID,SZXM,SZZJHM,SWRQ,CD_OPERATION';
const insert = 'u-11,样例乙,370799195806150021,2025-03-01,I';
const retract = 'u-12,虚构丙,370799195509090034,2025-03-04,D';
const table = [header, insert, retract].join('\r\n');
const rows = [
  { UUID: 'u-11', SZXM: '样例乙', SZZJHM: '370799195806150021', SWRQ: '2025-03-01', CD_OPERATION: 'I', '#line': '2' },
  { UUID: 'u-12', SZXM: '虚构丙', SZZJHM: '370799195509090034', SWRQ: '2025-03-04', CD_OPERATION: 'D', '#line': '3' },
];

describe('a table', () => {
  it.each([
    ['in UTF-8', utf8(table)],
    ['in UTF-8 with byte order mark', utf8(`\uFEFF${table}`)],
    ['in GB18030', gb(table)],
    ['with line feeds and an empty last line', utf8(`${table.replaceAll('\r\n', '\n')}\n\n`)],
    ['separated by tabs', utf8(table.replaceAll(',', '\t'))],
    ['separated by bars', gb(table.replaceAll(',', '|'))],
    ['with quotes', utf8(table.replaceAll('样例乙', '"样例乙"'))],
    ['with the spreadsheet’s wrapping', utf8(table.replaceAll(/(\d{18})/g, '="$1"'))],
    ['with the spreadsheet’s wrapping, quoted', utf8(table.replaceAll(/(\d{18})/g, '"=""$1"""'))],
    ['with blanks around cells', utf8(table.replaceAll(',', ' ,'))],
  ])('is read %s', (_how, bytes) => {
    const message = opened(family, bytes);

    expect(message).toMatchObject({ status: 'ok', total: 2, warnings: [] });
    expect(message.records.map((record) => record.value)).toEqual(rows);
    expect(message.records.map((record) => record.pointer)).toEqual(['/0', '/1']);
    expect(message.records.every((record) => record.refused === undefined)).toBe(true);
    expectPointersToHold(message);
  });

  it('is read with Chinese headers', () => {
    expect(
      opened(family, gb('死者姓名,身份证号码,死亡时间\n样例乙,370799195806150021,2025-03-01 02:45')).records[0]?.value,
    ).toEqual({
      死者姓名: '样例乙',
      身份证号码: '370799195806150021',
      死亡时间: '2025-03-01 02:45',
      '#line': '2',
    });
  });

  it('keeps separators and line ends inside quotes, and counts lines of the file', () => {
    const message = opened(family, `${header}\n\nu-1,"样,例\n乙",1,2,I\nu-2,丙,1,2,I`);

    expect(message.records.map((record) => record.value)).toMatchObject([
      { SZXM: '样,例\n乙', '#line': '3' },
      { SZXM: '丙', '#line': '5' },
    ]);
  });

  it('takes column names from the settings where the file has none, and knows them where it has', () => {
    const settings = { columns: header.split(',') };

    expect(opened(family, `${insert}\n${retract}`, settings).records).toMatchObject([
      { value: { SZXM: '样例乙', '#line': '1' }, pointer: '/0' },
      { value: { SZXM: '虚构丙', '#line': '2' }, pointer: '/1' },
    ]);
    expect(opened(family, table, settings).records).toHaveLength(2);
  });

  it('takes the separator from the settings', () => {
    const message = opened(family, table.replaceAll(',', ';'), { separator: ';' });

    expect(message.records[0]?.value).toEqual(rows[0]);
    expect(opened(family, table.replaceAll(',', '\t'), { separator: 'tab' }).records[0]?.value).toEqual(rows[0]);
  });

  it('tells columns of one name apart and warns', () => {
    const message = opened(family, '姓名,电话,电话,\n样例乙,1,2,3');

    expect(message.records[0]?.value).toEqual({ 姓名: '样例乙', 电话: '1', '电话#3': '2', '#4': '3', '#line': '2' });
    expect(message.warnings).toHaveLength(1);
  });

  it('without rows found nothing', () => {
    expect(opened(family, `${header}\r\n`)).toMatchObject({ status: 'nothing-found', records: [], total: 0 });
  });
});

describe('a row that does not fit', () => {
  const reasons = (content: string) => opened(family, content).records.map((record) => record.refused?.reason);

  it('is refused by itself, with its line', () => {
    const message = opened(family, [header, insert, 'u-13,短', `${insert},多`, retract].join('\n'));

    expect(message.status).toBe('ok');
    expect(message.records.map((record) => record.refused?.reason)).toEqual([undefined, 'ragged-row', 'ragged-row', undefined]);
    expect(message.records[1]).toMatchObject({ pointer: '/1', value: { UUID: 'u-13', '#line': '3' } });
    expect(message.records[1]?.refused?.detail?.en).toBe('line 3 has 2 cells, the header 5');
  });

  it('is refused where it is a total', () => {
    expect(reasons([header, insert, '合计,2,,,', '总计：,2,,,', ',小计,,,', 'Total,,,,'].join('\n'))).toEqual([
      undefined,
      'total-row',
      'total-row',
      'total-row',
      'total-row',
    ]);
  });

  it('is refused for a control character', () => {
    expect(reasons([header, insert.replace('样例', '样\u0000例'), retract].join('\n'))).toEqual(['control-character', undefined]);
  });
});

describe('bytes that are no table', () => {
  it.each([
    ['nothing', utf8(''), 'empty'],
    ['a web page', utf8('<!DOCTYPE html><html><body>a,b</body></html>'), 'html-page'],
    ['XML', utf8('<a>1,2</a>'), 'unknown-envelope'],
    ['JSON', utf8('{"a":1,"b":2}'), 'unknown-envelope'],
    ['a sentence', utf8('系统维护中'), 'no-header'],
    ['a table without header', utf8(`${insert}\n${retract}`), 'no-header'],
    ['a quote never closed', utf8(`${header}\n${insert}\nu-13,"虚`), 'malformed-table'],
    ['a forbidden column', utf8('a,__proto__\n1,2'), 'forbidden-key'],
    ['binary', Uint8Array.from([0x50, 0x4b, 3, 4, 0x2c, 0x2c, 0x14, 0]), 'no-header'],
  ])('%s: unreadable, never empty', (_what, bytes, reason) => {
    expect(opened(family, bytes)).toMatchObject({ status: 'failed', records: [], unreadable: { reason } });
  });
});

describe('the order to apply rows in', () => {
  const row = (UUID: string, CD_BATCH: string, CD_TIME: string) => ({ value: { UUID, CD_BATCH, CD_TIME } });
  const names = (given: { value: { UUID: string } }[]) => inOrder(given).map((record) => record.value.UUID);

  it('is batch, then time, then as they stand', () => {
    expect(
      names([
        row('late', '202503060001', '2025-03-06T01:00:00+0000'),
        row('second', '202503050001', '2025-03-05T01:00:00+0000'),
        row('third', '202503050001', '2025-03-05T02:00:00+0000'),
        row('first', '202503020001', '2025-03-09T01:00:00+0000'),
        row('second, below', '202503050001', '2025-03-05T01:00:00+0000'),
      ]),
    ).toEqual(['first', 'second', 'second, below', 'third', 'late']);
  });

  it('compares instants, not texts', () => {
    // 09:30 in Shanghai is 01:30 in Greenwich, after 01:00; without a zone it is Shanghai too.
    expect(
      names([
        row('c', '1', '2025-03-05T09:30:00+0800'),
        row('b', '1', '2025-03-05 09:15:00'),
        row('a', '1', '2025-03-05T01:00:00+0000'),
      ]),
    ).toEqual(['a', 'b', 'c']);
  });

  it('takes a longer batch number for a later one, and rows without control columns as they stand', () => {
    expect(names([row('b', '10', ''), row('a', '9', '')])).toEqual(['a', 'b']);
    expect(
      inOrder([{ value: { UUID: 'x' } }, { value: 'no row' }, { value: { UUID: 'y' } }]).map((record) => record.value),
    ).toEqual([{ UUID: 'x' }, 'no row', { UUID: 'y' }]);
  });

  it('does not depend on the order rows of different batches came in', () => {
    const sample = ['1', '2', '3', '4'].map((batch) => row(batch, batch, ''));

    fc.assert(
      fc.property(fc.shuffledSubarray(sample, { minLength: 4 }), (shuffled) => {
        expect(names(shuffled)).toEqual(['1', '2', '3', '4']);
      }),
    );
  });
});
