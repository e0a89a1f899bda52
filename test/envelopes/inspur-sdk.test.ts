import { describe, expect, it } from 'vitest';
import family from '../../src/envelopes/inspur-sdk.js';
import { expectPointersToHold, gb, opened, question, requested, text } from './support.js';

const row = {
  RN: '1',
  NAME: '样例乙',
  ID_CARD: '370799195806150021',
  SEX: '2',
  DEATH_TIME: '2025-03-01 00:00:00',
  ADDRESS: '演示市样例区演示街１号',
  CREMATION_TIME: '2025-03-03 00:00:00',
};
const answer = (result: unknown, more: object = {}) => JSON.stringify({ status: 'success', code: '0', result, ...more });
const fields = { gjgxjhpt_rid: 'r', gjgxjhpt_sid: 's', gjgxjhpt_rtime: '1700000000000', gjgxjhpt_sign: 'V3v+JI/yR=' };
const asked = question('cremations', { name: '样例乙', id_card: '370799195806150021', start: 0, limit: 10 });

describe('the request', () => {
  it('is a form with the signature in the header and among the fields', () => {
    const request = requested(family, asked, fields, { path: '/httpproxy' });

    expect(request).toMatchObject({
      method: 'POST',
      path: '/httpproxy',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8', ...fields },
    });
    expect(Object.fromEntries(new URLSearchParams(text(request.body)))).toEqual({
      name: '样例乙',
      id_card: '370799195806150021',
      start: '0',
      limit: '10',
      ...fields,
    });
  });

  it('escapes what a signature and a name hold', () => {
    expect(text(requested(family, asked, fields).body)).toContain('name=%E6%A0%B7%E4%BE%8B%E4%B9%99&');
    expect(text(requested(family, asked, fields).body)).toContain('gjgxjhpt_sign=V3v%2BJI%2FyR%3D');
  });

  it.each([
    [['header'], true, false],
    [['form'], false, true],
  ])('places the signature in %j alone where configured', (authIn, inHeader, inForm) => {
    const request = requested(family, asked, fields, { authIn });

    expect('gjgxjhpt_sign' in (request.headers ?? {})).toBe(inHeader);
    expect(text(request.body).includes('gjgxjhpt_sign')).toBe(inForm);
  });

  it('can be a GET, and carries fixed parameters', () => {
    const request = requested(family, asked, fields, {
      method: 'GET',
      authIn: ['header'],
      parameters: { clientName: '演示中心' },
    });

    expect(request).toEqual({
      method: 'GET',
      query: { clientName: '演示中心', name: '样例乙', id_card: '370799195806150021', start: '0', limit: '10' },
      headers: fields,
    });
  });

  it('refuses half a character', () => {
    expect(() => requested(family, question('cremations', { name: '乙\ud842' }))).toThrow(
      expect.objectContaining({ code: 'ERR_INPUT' }),
    );
  });
});

describe('a good answer', () => {
  it.each([
    ['an array', answer({ total: '1', fields: ['RN'], data: [row] }), '/result/data/0'],
    ['one object', answer({ total: '1', data: row }), '/result/data'],
    ['an array inside a text', answer({ total: '1', data: JSON.stringify([row]) }), '/result/data/0'],
    ['one object inside a text', answer({ total: 1, data: JSON.stringify(row) }), '/result/data'],
    ['a result inside a text', answer(JSON.stringify({ total: '1', data: [row] })), '/result/data/0'],
    ['keys in capitals', JSON.stringify({ STATUS: 'success', CODE: 0, RESULT: { TOTAL: '1', DATA: [row] } }), '/RESULT/DATA/0'],
  ])('gives its row from %s', (_how, content, pointer) => {
    const message = opened(family, content);

    expect(message).toMatchObject({ status: 'ok', code: '0', total: 1, records: [{ value: row, pointer }] });
    expectPointersToHold(message);
  });

  it('reads a code that is a number, and keeps numbers as texts', () => {
    const content = '{"status":"success","code":0,"result":{"total":1,"data":[{"RN":1,"ID_CARD":370799195806150021}]}}';

    expect(opened(family, content).records[0]?.value).toEqual({ RN: '1', ID_CARD: '370799195806150021' });
  });

  it('is read in GBK', () => {
    expect(opened(family, gb(answer({ total: '1', data: [row] })), {}, 'application/json;charset=GBK')).toMatchObject({
      status: 'ok',
      records: [{ value: { NAME: '样例乙' } }],
      warnings: [],
    });
  });

  it.each([
    ['total 0 and no rows', answer({ total: '0', data: [], fields: [] })],
    ['total 0 alone', answer({ total: '0' })],
    ['rows null', answer({ data: null })],
    ['rows blank', answer({ total: '0', data: '' })],
    ['rows [] inside a text', answer({ data: '[]' })],
  ])('found nothing: %s', (_how, content) => {
    expect(opened(family, content)).toMatchObject({ status: 'nothing-found', records: [] });
  });

  it('keeps the good rows where one is no object', () => {
    const message = opened(family, answer({ total: '2', data: ['x', row] }));

    expect(message.records).toMatchObject([{ refused: { reason: 'not-an-object' } }, { value: row, pointer: '/result/data/1' }]);
  });
});

describe('an answer that says no', () => {
  it('is failed with the agency’s words', () => {
    const content = '{"status":"error","code":"1","result":{"errormsg":"参数id_card不能为空"}}';

    expect(opened(family, content)).toMatchObject({ status: 'failed', code: '1', message: '参数id_card不能为空', records: [] });
  });

  it.each([
    ['status alone', '{"status":"success","code":"1","result":{"data":[]}}'],
    ['code alone', '{"status":"error","code":"0","result":{"data":[]}}'],
    ['no code', '{"status":"success","result":{"data":[]}}'],
    ['an error message beside success', '{"status":"success","code":"0","result":{"errormsg":"内部错误","data":[]}}'],
  ])('is failed where success is said by %s', (_how, content) => {
    expect(opened(family, content).status).toBe('failed');
  });

  it('is a reason to refresh for words about keys', () => {
    expect(opened(family, '{"status":"error","code":"1","result":{"errormsg":"签名已过期"}}')).toMatchObject({
      status: 'not-authorised',
      refreshable: true,
    });
  });

  it('reads the platform’s own errors, which have another shape', () => {
    expect(opened(family, '{"code":"E-106","data":"","message":"请求不存在于数据库授权列表中"}')).toEqual({
      status: 'not-authorised',
      code: 'E-106',
      message: '请求不存在于数据库授权列表中',
      records: [],
      warnings: [],
    });
    expect(opened(family, '{"code":"-1","data":"","message":"接口调用失败"}')).toMatchObject({
      status: 'failed',
      message: '接口调用失败',
    });
    expect(opened(family, '{"error":"invalid_request","errorDescription":"缺少参数"}')).toMatchObject({
      status: 'failed',
      message: '缺少参数',
    });
  });
});

describe('bytes that are no answer', () => {
  it.each([
    ['nothing', '', 'empty'],
    ['a web page', '<html><body>登录</body></html>', 'html-page'],
    ['XML', '<a/>', 'malformed-json'],
    ['a cut answer', answer({ total: '1', data: [row] }).slice(0, -4), 'malformed-json'],
    ['two answers', '{"status":"success"}{}', 'malformed-json'],
    ['a list', '[]', 'unknown-envelope'],
    ['the other gateway’s success', '{"code":"1","msg":"成功","biz_data":{"rows":[]}}', 'unknown-envelope'],
    ['success without result', '{"status":"success","code":"0"}', 'no-rows'],
    ['success with an empty result', '{"status":"success","code":"0","result":{}}', 'no-rows'],
    ['rows that are cipher text', answer({ total: '1', data: 'kJx9+==' }), 'no-rows'],
    ['a row counted and not given', answer({ total: '1', data: [] }), 'total-without-rows'],
    ['a key said twice', '{"status":"error","status":"success","code":"0","result":{"total":"0"}}', 'duplicate-key'],
  ])('%s: unreadable, never empty', (_what, content, reason) => {
    expect(opened(family, content)).toMatchObject({ status: 'failed', records: [], unreadable: { reason } });
  });
});
