import { describe, expect, it } from 'vitest';
import family from '../../src/envelopes/json-rows.js';
import { expectPointersToHold, gb, opened, utf8 } from './support.js';

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

  it.each([
    ['a city', { status: '0', msg: '查询成功', data: [row] }, '/data/0'],
    ['a city, one row without a list', { status: 0, msg: '查询成功', data: row }, '/data'],
    [
      'a service gateway',
      { code: 200, message: '操作成功.', body: { code: 0, message: '操作成功', data: [row] } },
      '/body/data/0',
    ],
    ['Jiangsu', { head: { status: '0', msg: '查询成功' }, data: { cxjg: [row] } }, '/data/cxjg/0'],
    ['Jiangsu, as text', { head: { code: '0000', total: '1' }, data: { cxjg: JSON.stringify([row]) } }, '/data/cxjg/0'],
    ['Anhui', { code: '1', msg: '成功', biz_data: { recordcount: 1, rows: [row] } }, '/biz_data/rows/0'],
    ['Anhui, as result', { code: '1', biz_data: { result: [row], code: '0', status: 'success' } }, '/biz_data/result/0'],
    ['a province', { resultCode: '00', resultInfo: '请求成功', resultTotal: 999, resultData: [row] }, '/resultData/0'],
    ['Hefei', { IsSuccess: true, TotalCount: 1, DataList: [row], ErrorCode: 0 }, '/DataList/0'],
    ['the platform of 2024', { code: '200', message: '成功', data: [row] }, '/data/0'],
  ])('are found in the wrapping of %s', (_place, content, pointer) => {
    const message = opened(family, JSON.stringify(content));

    expect(message).toMatchObject({ status: 'ok', records: [{ value: read, pointer }], warnings: [] });
    expectPointersToHold(message);
    expect(family.recognises(utf8(JSON.stringify(content)))).toBe(true);
  });

  it.each([
    [{ status: '0', msg: '查询成功', data: [] }],
    [{ head: { status: '0', msg: '查询成功' }, data: { cxjg: '' } }],
    [{ head: { status: '0', msg: '查询成功' }, data: { cxjg: '[]' } }],
    [{ code: '1', msg: '成功', sign: '', biz_data: { returncount: 0, recordcount: 0, rows: [] } }],
    [{ resultCode: '00', resultInfo: '请求成功', resultTotal: 0, resultData: [] }],
    [{ code: 200, message: '操作成功.', body: { code: 0, message: '操作成功', data: [], messageId: null } }],
    [{ IsSuccess: true, TotalCount: 0, DataList: [], ErrorCode: 0, Message: '已有效查询到数据！' }],
    [{ code: '200', message: '成功', data: null }],
  ])('are none where the wrapping says that all went well: %j', (content) => {
    expect(opened(family, JSON.stringify(content))).toMatchObject({ status: 'nothing-found', records: [] });
  });

  it.each([
    [{ status: '-1', msg: '输入参数不正确', data: [] }, '/data', '-1', '输入参数不正确'],
    [{ code: 200, message: '操作成功.', body: { code: 500, message: '操作失败', data: [] } }, '/body/data', '500', '操作失败'],
    [{ code: 500, message: '服务异常', body: null }, '/body/data', '500', '服务异常'],
    [{ head: { status: '1', msg: '系统异常' }, data: { cxjg: [] } }, '/data/cxjg', '1', '系统异常'],
    [{ head: { code: '9999', msg: '系统异常' }, data: null }, '/data/cxjg', '9999', '系统异常'],
    [{ code: '0', msg: '失败', biz_data: { rows: [] } }, '/biz_data/rows', '0', '失败'],
    [{ code: '1', biz_data: { result: [], code: '7', msg: '库异常' } }, '/biz_data/result', '7', '库异常'],
    [{ resultCode: '99', resultInfo: '请求失败', resultTotal: 0, resultData: [] }, '/resultData', '99', '请求失败'],
    [{ IsSuccess: false, Message: '失败', DataList: [], ErrorCode: 5 }, '/DataList', 'false', '失败'],
    [{ code: '300', message: '失败', data: null }, '/data', '300', '失败'],
  ])('are a failure and not an absence where the wrapping says no: %j', (content, rows, code, message) => {
    const failed = { status: 'failed', code, message, records: [] };

    expect(opened(family, JSON.stringify(content))).toMatchObject(failed);
    // The same where the city has named the node.
    expect(opened(family, JSON.stringify(content), { rows })).toMatchObject(failed);
  });

  it('are refused, busy or a clock that is off by the words of the wrapping', () => {
    const said = (msg: string) => opened(family, JSON.stringify({ status: '-2', msg, data: [] }));

    expect(said('令牌已过期')).toMatchObject({ status: 'not-authorised', refreshable: true });
    expect(said('系统繁忙')).toMatchObject({ status: 'busy' });
    expect(said('请求时间戳超时')).toMatchObject({ status: 'not-authorised', clock: true });
    expect(opened(family, '{"code":"E-106","data":"","message":"请求不存在于数据库授权列表中"}')).toMatchObject({
      status: 'not-authorised',
      code: 'E-106',
    });
  });

  it('are a failure where the status that the settings name is not one they call success', () => {
    const settings = { rows: '/list', statusAt: '/ret', success: ['ok'] };

    expect(opened(family, JSON.stringify({ ret: 'ok', list: [row] }), settings)).toMatchObject({ status: 'ok' });
    expect(opened(family, JSON.stringify({ ret: 'no', msg: '库异常', list: [] }), settings)).toMatchObject({
      status: 'failed',
      code: 'no',
      message: '库异常',
    });
    expect(opened(family, JSON.stringify({ list: [] }), settings).unreadable).toMatchObject({
      reason: 'status-missing',
      pointer: '/ret',
    });
  });

  it.each([
    [{ IsSuccess: true, TotalCount: 3, DataList: [], ErrorCode: 0 }, 'total-without-rows', '/TotalCount'],
    [{ code: '1', biz_data: { recordcount: 2, rows: [] } }, 'total-without-rows', '/biz_data/recordcount'],
    [{ head: { status: '0' }, data: {} }, 'no-rows', '/data/cxjg'],
    [{ head: { status: '0' }, data: { cxjg: '<x/>' } }, 'unknown-envelope', '/data/cxjg'],
  ])('are not taken for none in %j', (content, reason, pointer) => {
    expect(opened(family, JSON.stringify(content)).unreadable).toMatchObject({ reason, pointer });
  });

  it('are missed where the settings name a node that is not there', () => {
    expect(opened(family, '{"a":1}', { rows: '/data' }).unreadable).toMatchObject({ reason: 'no-rows', pointer: '/data' });
  });
});
