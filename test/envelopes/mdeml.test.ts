import { describe, expect, it } from 'vitest';
import family from '../../src/envelopes/mdeml.js';
import { childOf, readXml, xmlTree } from '../../src/envelopes/xml.js';
import { base64, escaped, expectPointersToHold, gb, opened, question, requested, soap11, text } from './support.js';

const data =
  '<data><GMSFHM>370799195806150021</GMSFHM><XM>样例乙</XM><XBDM>2</XBDM><MZDM>01</MZDM><SWYY>演示死因</SWYY><SWRQ>2025-03-01</SWRQ></data>';
const mdeml = (body: string, success = '0', words = '成功') =>
  `<MDEML templateVersion="1.0"><resultinfo><success>${success}</success><message>${words}</message></resultinfo><body>${body}</body></MDEML>`;
const answer = (inside: string) =>
  soap11(`<n:getSwyxzmInfoResponse xmlns:n="urn:x"><return>${inside}</return></n:getSwyxzmInfoResponse>`);
const asked = question('getSwyxzmInfo', { GMSFZH: '370799195806150021', XM: '样例乙' });

describe('the request', () => {
  it('carries user, password and the question as Base64', () => {
    const request = requested(
      family,
      asked,
      { user: 'u', password: 'p' },
      { namespace: 'urn:md', requestOrgCode: '11370700000000000X' },
    );
    const outer = readXml(text(request.body));
    const call = outer.ok ? childOf(outer.root, 'Body', 'getSwyxzmInfo') : undefined;
    const inner = readXml(
      Buffer.from(call?.content.length ? (childOf(call, 'xmlInput')?.content.join('') ?? '') : '', 'base64').toString(),
    );

    expect(request).toMatchObject({ method: 'POST', headers: { 'Content-Type': 'text/xml;charset=UTF-8' } });
    expect(call?.namespace).toBe('urn:md');
    expect(childOf(call, 'username')?.content).toEqual(['u']);
    expect(childOf(call, 'password')?.content).toEqual(['p']);
    expect(inner.ok && xmlTree(inner.root)).toEqual({
      '@templateVersion': '1.0',
      requestinfo: {
        requestDate: '2025-03-13 02:20:30',
        requestOrgCode: '11370700000000000X',
        requestOrgName: '演示市劳动能力鉴定中心',
      },
      body: { data: { GMSFZH: '370799195806150021', XM: '样例乙' } },
    });
  });

  it('takes the names of operation and parameters from the settings', () => {
    const settings = {
      operation: 'query',
      parameterNames: { user: 'arg0', password: 'arg1', message: 'arg2' },
      user: 'u',
      password: 'p',
    };
    const body = text(requested(family, asked, {}, settings).body);

    expect(body).toMatch(/<query><arg0>u<\/arg0><arg1>p<\/arg1><arg2>[A-Za-z0-9+/=]+<\/arg2><\/query>/);
  });
});

describe('a good answer', () => {
  const good = `<?xml version="1.0" encoding="UTF-8"?>${mdeml(data)}`;

  it.each([
    ['Base64 in SOAP', answer(base64(good))],
    ['Base64 with line ends in SOAP', answer(`\n${base64(good).replace(/(.{76})/g, '$1\r\n')}\n`)],
    ['escaped in SOAP', answer(escaped(good))],
    ['CDATA in SOAP', answer(`<![CDATA[${good}]]>`)],
    ['inline in SOAP', answer(mdeml(data))],
    ['XML alone', good],
    ['Base64 alone', base64(good)],
    ['Base64 of GBK', base64(gb(good.replace('UTF-8', 'GBK')))],
    ['GBK', gb(good.replace('UTF-8', 'GBK'))],
  ])('is read as %s', (_how, content) => {
    const message = opened(family, content);

    expect(message).toMatchObject({
      status: 'ok',
      code: '0',
      message: '成功',
      records: [
        {
          value: { GMSFHM: '370799195806150021', XM: '样例乙', XBDM: '2', MZDM: '01', SWYY: '演示死因', SWRQ: '2025-03-01' },
          pointer: '/body/data',
        },
      ],
      warnings: [],
    });
    expectPointersToHold(message);
  });

  it('may hold several', () => {
    const message = opened(family, mdeml(data + data));

    expect(message.records.map((record) => record.pointer)).toEqual(['/body/data/0', '/body/data/1']);
    expectPointersToHold(message);
  });

  it.each([
    ['no data', mdeml('')],
    ['an empty data', mdeml('<data/>')],
    ['a data of empty elements', mdeml('<data><GMSFHM/><XM></XM></data>')],
    ['no body', '<MDEML><resultinfo><success>0</success></resultinfo></MDEML>'],
  ])('found nothing: %s', (_how, content) => {
    expect(opened(family, content)).toMatchObject({ status: 'nothing-found', records: [] });
  });
});

describe('an answer that says no', () => {
  it.each(['1', '-1', '00', '200', 'true'])('is failed for success %s, never absent', (success) => {
    expect(opened(family, answer(base64(mdeml('', success, '查询失败'))))).toMatchObject({
      status: 'failed',
      code: success,
      message: '查询失败',
      records: [],
    });
  });

  it('is a reason to refresh for words about keys', () => {
    expect(opened(family, mdeml('', '1', '令牌失效'))).toMatchObject({ status: 'not-authorised', refreshable: true });
  });

  it('is failed for a fault', () => {
    expect(opened(family, soap11('<soap:Fault><faultcode>c</faultcode><faultstring>m</faultstring></soap:Fault>'))).toMatchObject(
      {
        status: 'failed',
        code: 'c',
        message: 'm',
      },
    );
  });
});

describe('bytes that are no answer', () => {
  it.each([
    ['nothing', '', 'empty'],
    ['a web page', '<!doctype html><html></html>', 'html-page'],
    ['a DOCTYPE inside Base64', answer(base64(`<!DOCTYPE x>${mdeml(data)}`)), 'doctype'],
    ['Base64 of a cut XML', base64(mdeml(data).slice(0, -3)), 'malformed-xml'],
    ['cut Base64', answer(base64(mdeml(data)).slice(0, 41)), 'bad-base64'],
    ['JSON', '{"success":"0"}', 'unknown-envelope'],
    ['no status', '<MDEML><body/></MDEML>', 'status-missing'],
    ['a status without text', '<MDEML><resultinfo><success/></resultinfo></MDEML>', 'status-missing'],
    ['another protocol', soap11('<PACKAGE/>'), 'unknown-envelope'],
  ])('%s: unreadable, never empty', (_what, content, reason) => {
    expect(opened(family, content)).toMatchObject({ status: 'failed', records: [], unreadable: { reason } });
  });

  it('a request is no answer', () => {
    expect(opened(family, requested(family, asked).body ?? '').unreadable?.reason).toBe('request-not-answer');
  });
});
