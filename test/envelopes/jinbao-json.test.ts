import { describe, expect, it } from 'vitest';
import family from '../../src/envelopes/jinbao-json.js';
import { expectPointersToHold, opened, question, requested, text } from './support.js';

const row = { AAZ151: '37070000000000012345', AAC002: '370799196001010018', AAC003: '测试甲', ALC034: '20250301', ALA040: '07' };
const answer = (data: unknown, retCode: unknown = '200', retMsg = '成功') => JSON.stringify({ retCode, retMsg, data });
const page = (data: unknown, pageNumber: unknown = 1, totalPage: unknown = 1) => ({ pageNumber, pageSize: 10, totalPage, data });

describe('the request', () => {
  const asked = question('queryAppraisal', { AAC002: '370799196001010018', pageNumber: 1 }, { matterCode: 'LDNL-01' });

  it('is the parameters as JSON, with the signature as headers', () => {
    const request = requested(family, asked, { token: 't' }, { paths: { queryAppraisal: '/lc03/query' } });

    expect(request).toMatchObject({
      method: 'POST',
      path: '/lc03/query',
      headers: { 'Content-Type': 'application/json;charset=UTF-8', token: 't' },
    });
    expect(JSON.parse(text(request.body))).toEqual({ AAC002: '370799196001010018', pageNumber: 1 });
  });

  it('says who asks and why where a field is configured for it', () => {
    const settings = {
      operationField: 'service',
      contextFields: { operatorName: 'AAE011', purpose: 'powerMatters', matterCode: 'matter' },
    };

    expect(JSON.parse(text(requested(family, asked, {}, settings).body))).toEqual({
      AAC002: '370799196001010018',
      pageNumber: 1,
      service: 'queryAppraisal',
      AAE011: '经办员丁',
      powerMatters: '劳动能力鉴定核验',
      matter: 'LDNL-01',
    });
  });

  it('puts several persons into one list', () => {
    const several = question('q', {}, { items: [{ AAC002: '1' }, { AAC002: '2' }] });

    expect(JSON.parse(text(requested(family, several).body))).toEqual({ data: [{ AAC002: '1' }, { AAC002: '2' }] });
  });
});

describe('a good answer', () => {
  it('gives the rows of a page and which page it is', () => {
    const message = opened(family, answer(page([row, row], 2, 3)));

    expect(message).toMatchObject({
      status: 'ok',
      code: '200',
      page: { number: 2, of: 3 },
      records: [
        { value: row, pointer: '/data/data/0' },
        { value: row, pointer: '/data/data/1' },
      ],
    });
    expectPointersToHold(message);
  });

  it.each([
    ['one object in a page', page(row), '/data/data'],
    ['rows inside a text', page(JSON.stringify([row])), '/data/data/0'],
    ['a page inside a text', JSON.stringify(page([row])), '/data/data/0'],
    ['rows without a page', [row], '/data/0'],
    ['one object without a page', row, '/data'],
  ])('reads %s', (_how, data, pointer) => {
    const message = opened(family, answer(data));

    expect(message).toMatchObject({ status: 'ok', records: [{ value: row, pointer }] });
    expectPointersToHold(message);
  });

  it('keeps a twenty-digit number whole', () => {
    const content =
      '{"retCode":200,"retMsg":"","data":{"pageNumber":1,"pageSize":10,"totalPage":1,"data":[{"AAC001":37070000000000012345}]}}';

    expect(opened(family, content)).toMatchObject({ status: 'ok', records: [{ value: { AAC001: '37070000000000012345' } }] });
  });

  it.each([
    ['an empty page', page([], 1, 0)],
    ['a page without rows', { pageNumber: '1', totalPage: '0', data: null }],
    ['an empty list', []],
    ['null', null],
    ['a page behind the last', page([], 4, 3)],
    ['an empty page counted as the only one', page([], 1, 1)],
  ])('found nothing: %s', (_how, data) => {
    expect(opened(family, answer(data))).toMatchObject({ status: 'nothing-found', records: [] });
  });
});

describe('an answer that says no', () => {
  it.each(['0', '500', '20', '1'])('is failed for retCode %s', (retCode) => {
    expect(opened(family, answer(page([row]), retCode, '参数错误'))).toMatchObject({
      status: 'failed',
      message: '参数错误',
      records: [],
    });
  });

  it('is not authorised by code, and refreshable by words only', () => {
    const byCode = opened(family, answer(null, '401', '未授权'));

    expect(byCode).toMatchObject({ status: 'not-authorised', code: '401' });
    expect(byCode.refreshable).toBeUndefined();
    expect(opened(family, answer(null, '500', 'token失效'))).toMatchObject({ status: 'not-authorised', refreshable: true });
  });
});

describe('the gateway’s own refusal', () => {
  it('is told by its body', () => {
    expect(opened(family, '{"code":401,"message":"非法用户!"}')).toMatchObject({
      status: 'not-authorised',
      code: '401',
      records: [],
    });
    expect(opened(family, '{"code":500,"message":"系统异常"}')).toMatchObject({ status: 'failed', code: '500', records: [] });
  });
});

describe('bytes that are no answer', () => {
  it.each([
    ['nothing', '', 'empty'],
    ['a web page', '<html></html>', 'html-page'],
    ['a cut answer', answer(page([row])).slice(0, -3), 'malformed-json'],
    ['another envelope', '{"infcode":0}', 'unknown-envelope'],
    ['no status', '{"retCode":"","data":[]}', 'status-missing'],
    ['cipher text', answer('a1b2c3=='), 'unknown-envelope'],
    ['an empty page before the last', answer(page([], 1, 3)), 'total-without-rows'],
    ['rows counted and none given', answer({ ...page([]), total: 2 }), 'total-without-rows'],
  ])('%s: unreadable, never empty', (_what, content, reason) => {
    expect(opened(family, content)).toMatchObject({ status: 'failed', records: [], unreadable: { reason } });
  });
});
