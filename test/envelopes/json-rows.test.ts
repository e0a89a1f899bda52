import { describe, expect, it } from 'vitest';
import family from '../../src/envelopes/json-rows.js';
import { expectPointersToHold, gb, opened } from './support.js';

const row = { ID: 99003, NAME: '虚构丙', IDCARD: '370799195509090034', DEATH_DATE: '2024-03-09 02:45:00', IS_DELETE: 0 };
const read = { ...row, ID: '99003', IS_DELETE: '0' };

describe('rows in JSON', () => {
  it.each([
    ['one object', JSON.stringify(row), '', {}],
    ['a list', JSON.stringify([row]), '/0', {}],
    ['a list with a byte order mark', `\uFEFF${JSON.stringify([row])}`, '/0', {}],
    ['a list where the settings say', JSON.stringify({ RESULT: { rows: [row] } }), '/RESULT/rows/0', { rows: '/result/rows' }],
  ])('are read from %s', (_how, content, pointer, settings) => {
    const message = opened(family, content, settings);

    expect(message).toMatchObject({ status: 'ok', records: [{ value: read, pointer }], warnings: [] });
    expectPointersToHold(message);
  });

  it('are read in GBK', () => {
    expect(opened(family, gb(JSON.stringify(row))).records).toMatchObject([{ value: read }]);
  });

  it('are none in an empty list', () => {
    expect(opened(family, '[]')).toMatchObject({ status: 'nothing-found', records: [] });
  });

  it('are refused one by one', () => {
    expect(opened(family, JSON.stringify([row, 7, null])).records).toMatchObject([
      { value: read },
      { refused: { reason: 'not-an-object' }, pointer: '/1' },
      { refused: { reason: 'not-an-object' }, pointer: '/2' },
    ]);
  });

  it.each([
    ['nothing', '', 'empty'],
    ['a web page', '<html></html>', 'html-page'],
    ['a cut file', '[{"ID":1},', 'malformed-json'],
    ['a text', '"[]"', 'unknown-envelope'],
    ['null', 'null', 'unknown-envelope'],
    ['an insurance answer', '{"infcode":0,"output":{}}', 'unknown-envelope'],
    ['a page of the social insurance', '{"retCode":"200","data":[]}', 'unknown-envelope'],
  ])('are not looked for in %s', (_what, content, reason) => {
    expect(opened(family, content)).toMatchObject({ status: 'failed', records: [], unreadable: { reason } });
  });

  it('are missed where the settings name a node that is not there', () => {
    expect(opened(family, '{"a":1}', { rows: '/data' }).unreadable).toMatchObject({ reason: 'no-rows', pointer: '/data' });
  });
});
