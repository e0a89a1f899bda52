import { describe, expect, it } from 'vitest';
import { createNationalPlatform } from '../../src/channels/auth/national-platform.js';
import family from '../../src/envelopes/sharing-platform.js';
import { expectPointersToHold, opened, question, requested, text } from './support.js';

/** The two ways of population-civil A.2. The signature is HMAC-SHA256 over sid, rid and rtime with the issued secret, in Base64. */

const auth = createNationalPlatform(
  { rid: 'demo-rid', sid: 'demo-sid', appKey: 'demo-secret', prefix: 'gjzwfwpt_' },
  {
    agency: 'provincial-appraisal',
    feed: 'appraisals',
    clock: () => new Date(1_700_000_000_000),
  },
);
const asked = question('lookup', { AAC002: '370799195509090034', AAC003: '虚构丙', pageNumber: 1 });

describe('asking through the direct interface', () => {
  it('posts JSON with lower-case keys to the path, the signature in the header', async () => {
    const request = requested(family, asked, await auth.fields(), { paths: { lookup: '/sysapi/appraisal/lookup' } });

    expect(request).toMatchObject({ method: 'POST', path: '/sysapi/appraisal/lookup' });
    expect(text(request.body)).toBe('{"aac002":"370799195509090034","aac003":"虚构丙","pagenumber":1}');
    // openssl: printf 'demo-siddemo-rid1700000000000' | openssl dgst -sha256 -hmac demo-secret -binary | base64
    expect(request.headers).toEqual({
      'Content-Type': 'application/json;charset=UTF-8',
      gjzwfwpt_rid: 'demo-rid',
      gjzwfwpt_sid: 'demo-sid',
      gjzwfwpt_rtime: '1700000000000',
      gjzwfwpt_sign: 'hdzZ00iBJWimPfD6OJQLxmFeeVrAcuejIyI6kQck2R8=',
    });
  });

  it('leaves the keys as they are where that is configured, and lowers them in lists too', () => {
    const many = question('lookup', { A: 1 }, { items: [{ AAC002: 'x' }] });

    expect(text(requested(family, many, {}, { lowerCaseKeys: false }).body)).toBe('{"A":1,"data":[{"AAC002":"x"}]}');
    expect(text(requested(family, many).body)).toBe('{"a":1,"data":[{"aac002":"x"}]}');
  });
});

describe('asking through the form proxy', () => {
  const settings = { way: 'form', path: '/gateway/httpproxy', accessKey: 'demo-access' };
  const formOf = (body: Uint8Array | undefined) => Object.fromEntries(new URLSearchParams(text(body)));

  it('sends the known fields, the business parameters as JSON in biz_content', async () => {
    const request = requested(family, asked, await auth.fields(), settings);

    expect(request.path).toBe('/gateway/httpproxy');
    expect(request.headers?.['Content-Type']).toBe('application/x-www-form-urlencoded;charset=UTF-8');
    expect(request.headers?.gjzwfwpt_sign).toBe('hdzZ00iBJWimPfD6OJQLxmFeeVrAcuejIyI6kQck2R8=');
    expect(formOf(request.body)).toEqual({
      format: 'json',
      version: '1.0',
      request_id: '7c1f2f6e-0000-4000-8000-000000000001',
      access_key: 'demo-access',
      sign: 'hdzZ00iBJWimPfD6OJQLxmFeeVrAcuejIyI6kQck2R8=',
      timestamp: String(Date.parse('2025-03-12T18:20:30Z')),
      biz_content: '{"AAC002":"370799195509090034","AAC003":"虚构丙","pageNumber":1}',
    });
  });

  it('or flat, the signature a second time under another prefix in header and form, as for cremations there', async () => {
    const request = requested(family, asked, await auth.fields(), {
      ...settings,
      parametersIn: 'fields',
      timestamp: 'shanghai',
      authIn: ['header', 'form'],
      alsoPrefix: 'gjgxjhpt_',
    });

    expect(request.headers?.gjgxjhpt_sign).toBe('hdzZ00iBJWimPfD6OJQLxmFeeVrAcuejIyI6kQck2R8=');
    expect(formOf(request.body)).toMatchObject({
      AAC002: '370799195509090034',
      AAC003: '虚构丙',
      pageNumber: '1',
      timestamp: '2025-03-13 02:20:30',
      gjzwfwpt_rid: 'demo-rid',
      gjgxjhpt_rid: 'demo-rid',
      gjgxjhpt_sign: 'hdzZ00iBJWimPfD6OJQLxmFeeVrAcuejIyI6kQck2R8=',
    });
  });

  it('without timestamp and signature field where they are switched off', () => {
    const form = formOf(requested(family, asked, {}, { ...settings, timestamp: 'none', signFrom: '' }).body);

    expect(Object.keys(form).sort()).toEqual(['access_key', 'biz_content', 'format', 'request_id', 'version']);
  });
});

describe('what the direct interface answers', () => {
  it.each([
    ['{"code":"200","message":"成功","data":[{"aac003":"虚构丙"}]}', '/data/0'],
    ['{"code":200,"message":"成功","data":{"aac003":"虚构丙"}}', '/data'],
    ['{"code":"200","message":"成功","data":"[{\\"aac003\\":\\"虚构丙\\"}]"}', '/data/0'],
    ['{"code":"200","message":"成功","data":{"pageNumber":1,"totalPage":1,"data":[{"aac003":"虚构丙"}]}}', '/data/data/0'],
  ])('%s is one record at %s', (message, pointer) => {
    const answer = opened(family, message);

    expect(answer).toMatchObject({ status: 'ok', records: [{ pointer, value: { aac003: '虚构丙' } }] });
    expectPointersToHold(answer);
  });

  it('tells its pages, so that a crawl goes on', () => {
    const message = '{"code":"200","message":"","data":{"pageNumber":1,"totalPage":3,"total":21,"rows":[{"a":"1"}]}}';

    expect(opened(family, message)).toMatchObject({ status: 'ok', page: { number: 1, of: 3 }, total: 21 });
  });

  it.each([
    ['{"code":"200","message":"成功","data":[]}', 'nothing-found'],
    ['{"code":"200","message":"成功","data":null}', 'nothing-found'],
    ['{"code":"300","message":"接口调用失败","data":null}', 'failed'],
    ['{"code":"catalog-001","message":"目录不存在","data":null}', 'failed'],
    ['{"code":"api-007","message":"系统繁忙","data":null}', 'busy'],
    ['{"code":"res-002","message":"签名错误","data":null}', 'not-authorised'],
    ['{"code":"E-106","message":"请求不存在于数据库授权列表中","data":""}', 'not-authorised'],
    ['{"code":"1","message":"成功","data":[{"a":"1"}]}', 'failed'],
  ])('%s is %s', (message, status) => {
    expect(opened(family, message)).toMatchObject({ status, records: [] });
  });

  it('counts rows it does not carry: that is no absence', () => {
    const message = '{"code":"200","message":"","data":{"total":2,"rows":[]}}';

    expect(opened(family, message).unreadable?.reason).toBe('total-without-rows');
  });

  it('without a node for the data it says nothing', () => {
    expect(opened(family, '{"code":"200","message":"成功"}').unreadable?.reason).toBe('unknown-envelope');
  });
});

describe('what the form proxy answers', () => {
  const form = { way: 'form' };

  it.each([
    [
      '{"code":"1","msg":"成功","sign":"x","biz_data":{"result":[{"a":"1"}],"code":"0","status":"success"}}',
      '/biz_data/result/0',
    ],
    [
      '{"code":"1","msg":"成功","sign":"x","biz_data":{"returncount":"1","recordcount":"1","rows":[{"a":"1"}]}}',
      '/biz_data/rows/0',
    ],
  ])('%s is one record at %s', (message, pointer) => {
    const answer = opened(family, message, form);

    expect(answer).toMatchObject({ status: 'ok', records: [{ pointer, value: { a: '1' } }] });
    expectPointersToHold(answer);
  });

  it.each([
    ['{"code":"1","msg":"成功","sign":"x","biz_data":{"result":[],"code":"0","status":"success"}}', 'nothing-found'],
    ['{"code":"1","msg":"成功","sign":"x","biz_data":{"result":[],"code":"9","msg":"查询失败"}}', 'failed'],
    ['{"code":"0","msg":"失败","sign":"x","biz_data":{}}', 'failed'],
    ['{"code":"200","msg":"成功","biz_data":{"rows":[{"a":"1"}]}}', 'failed'],
    ['{"code":"7","msg":"令牌已过期","biz_data":{}}', 'not-authorised'],
  ])('%s is %s', (message, status) => {
    expect(opened(family, message, form)).toMatchObject({ status, records: [] });
  });

  it('what the answer means is configuration where a province says otherwise', () => {
    const said = (code: string) => JSON.stringify({ code, msg: '', biz_data: { rows: [] } });
    const settings = { ...form, success: ['0000'], nothingFound: ['0404'], busyCode: ['0503'], notAuthorisedCode: ['0401'] };
    const statuses = ['0000', '0404', '0503', '0401', '1'].map((code) => opened(family, said(code), settings).status);

    expect(statuses).toEqual(['nothing-found', 'nothing-found', 'busy', 'not-authorised', 'failed']);
  });
});
