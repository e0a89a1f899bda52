import { describe, expect, it } from 'vitest';
import family from '../../src/envelopes/sfhc-soap.js';
import { childOf, readXml, xmlTree } from '../../src/envelopes/xml.js';
import { escaped, expectPointersToHold, gb, opened, question, requested, soap11, soap12, text } from './support.js';

const head = (code: string, words = '接口调用成功') =>
  `<PACKAGEHEAD><FFQQBH>7c1f2f6e-0000-4000-8000-000000000001</FFQQBH><FSSJ>20250312102031</FSSJ><FHDM>${code}</FHDM><FHMS>${words}</FHMS></PACKAGEHEAD>`;
const alive =
  '<RECORD no="1" code="" msg=""><GMSFHM>370799196001010018</GMSFHM><GMSFHM_PPDDM>1</GMSFHM_PPDDM><XM>测试甲</XM><XM_PPDDM>1</XM_PPDDM><SWBS>0</SWBS></RECORD>';
const dead =
  '<RECORD no="2" code="" msg=""><GMSFHM>370799195806150021</GMSFHM><GMSFHM_PPDDM>1</GMSFHM_PPDDM><XM>样例乙</XM><XM_PPDDM>4</XM_PPDDM><SWBS>1</SWBS></RECORD>';
const pack = (records: string, code = '10', words?: string) => `<PACKAGE>${head(code, words)}<DATA>${records}</DATA></PACKAGE>`;
const prolog = '<?xml version="1.0" encoding="UTF-8"?>\n';
const answer = (inside: string) =>
  soap11(`<ns1:GK_GXFW_SFHCResponse xmlns:ns1="http://webservice.com"><ns1:out>${inside}</ns1:out></ns1:GK_GXFW_SFHCResponse>`);

const two = [
  {
    '@no': '1',
    '@code': '',
    '@msg': '',
    GMSFHM: '370799196001010018',
    GMSFHM_PPDDM: '1',
    XM: '测试甲',
    XM_PPDDM: '1',
    SWBS: '0',
  },
  {
    '@no': '2',
    '@code': '',
    '@msg': '',
    GMSFHM: '370799195806150021',
    GMSFHM_PPDDM: '1',
    XM: '样例乙',
    XM_PPDDM: '4',
    SWBS: '1',
  },
];

describe('the request', () => {
  const asked = question(
    'GK_GXFW_SFHC',
    {},
    {
      items: [
        { GMSFHM: '370799196001010018', XM: '测试甲' },
        { GMSFHM: '370799195806150021', XM: '样例乙' },
      ],
    },
  );
  const fields = { gjgxjhpt_rid: 'r', gjgxjhpt_sid: 's', gjgxjhpt_rtime: '1741746030000', gjgxjhpt_sign: 'abc=' };
  const settings = {
    user: 'demo_user',
    password: 'demo_password',
    requester: { QQBWDM: 'GJXXZX', QQRDWDM: '12370700000000000X', QQYWLXDM: '01' },
  };

  function parts(given: Record<string, string>, more: Record<string, never> | object = {}) {
    const request = requested(family, asked, given, { ...settings, ...more });
    const outer = readXml(text(request.body));
    if (!outer.ok) throw new Error(outer.fault.reason);
    const call = childOf(outer.root, 'Body', 'GK_GXFW_SFHC');
    const inner = readXml(childOf(call, 'in0')?.content.join('') ?? '');
    if (!inner.ok) throw new Error(inner.fault.reason);
    return { request, outer: outer.root, call, inner: inner.root };
  }

  it('is a SOAP 1.1 call with the signature in tongtechheader', () => {
    const { request, outer, call } = parts(fields);

    expect(request).toMatchObject({ method: 'POST', headers: { 'Content-Type': 'text/xml;charset=UTF-8', SOAPAction: '""' } });
    expect(outer.namespace).toBe('http://schemas.xmlsoap.org/soap/envelope/');
    expect(call?.namespace).toBe('http://webservice.tongtech.com/');
    expect(xmlTree(childOf(outer, 'Header') ?? outer)).toEqual({ tongtechheader: fields });
    expect(xmlTree(childOf(call, 'in1') ?? outer)).toBe('demo_user');
    expect(xmlTree(childOf(call, 'in2') ?? outer)).toBe('demo_password');
  });

  it('asks about several persons at once, in Shanghai time, in the name of the operator', () => {
    const { inner } = parts(fields);

    expect(xmlTree(inner)).toEqual({
      PACKAGEHEAD: {
        FWQQBH: '7c1f2f6e-0000-4000-8000-000000000001',
        QQBWDM: 'GJXXZX',
        QQBWMC: '',
        SJLYXTDM: '',
        SJLYXTMC: '',
        JLS: '2',
        FSSJ: '20250313022030',
        QQRGMSFHM: '370799197208080122',
        QQRXM: '经办员丁',
        QQRDWDM: '12370700000000000X',
        QQRDWMC: '演示市劳动能力鉴定中心',
        QQYWLXDM: '01',
        QQYWLXMC: '劳动能力鉴定核验',
        QQYWXTDM: '',
        QQYWXTMC: '',
      },
      DATA: {
        RECORD: [
          { '@no': '1', GMSFHM: '370799196001010018', XM: '测试甲' },
          { '@no': '2', GMSFHM: '370799195806150021', XM: '样例乙' },
        ],
      },
    });
  });

  it('names the configured person where the operator is a machine', () => {
    const machine = { ...asked, operator: { name: '夜间核对', id: 'SYSTEM', organisation: '演示中心' } };
    const given = { requester: { QQRGMSFHM: '370799195509090034', QQRXM: '虚构丙' } };
    const body = text(requested(family, machine, fields, given).body);

    expect(body).toContain('<QQRGMSFHM>370799195509090034</QQRGMSFHM><QQRXM>虚构丙</QQRXM>');
  });

  it('takes user and password from the auth where it gives them, and never signs with them', () => {
    const { outer, call } = parts({ user: 'u', password: 'p' });

    expect(xmlTree(childOf(call, 'in1') ?? outer)).toBe('u');
    expect(xmlTree(childOf(call, 'in2') ?? outer)).toBe('p');
    expect(childOf(outer, 'Header', 'tongtechheader')).toBeUndefined();
  });

  it('places the signature in the HTTP header where configured', () => {
    const { request, outer } = parts(fields, { authIn: ['header'] });

    expect(request.headers).toMatchObject(fields);
    expect(childOf(outer, 'Header', 'tongtechheader')).toBeUndefined();
  });

  it('takes namespace, path and SOAPAction from the settings', () => {
    const { request, call } = parts(fields, { namespace: 'http://webservice.com/', path: '/sfhc', soapAction: 'urn:go' });

    expect(call?.namespace).toBe('http://webservice.com/');
    expect(request).toMatchObject({ path: '/sfhc', headers: { SOAPAction: '"urn:go"' } });
  });

  it('cannot be broken out of by a name', () => {
    const nasty = question('GK_GXFW_SFHC', { GMSFHM: '370799196001010018', XM: ']]></in0><x>&"' });
    const outer = readXml(text(requested(family, nasty).body));
    const inner = outer.ok ? readXml(childOf(outer.root, 'Body', 'GK_GXFW_SFHC', 'in0')?.content.join('') ?? '') : outer;

    expect(inner.ok && xmlTree(childOf(inner.root, 'DATA', 'RECORD', 'XM') ?? inner.root)).toBe(']]></in0><x>&"');
  });

  it('refuses a name that GBK cannot hold, without saying whose', () => {
    const rare = question('GK_GXFW_SFHC', { GMSFHM: '370799196001010018', XM: '王𬍛' });

    expect(() => requested(family, rare, {}, { encoding: 'GBK' })).toThrow(
      expect.objectContaining({ code: 'ERR_INPUT', message: expect.stringContaining('U+2C35B') }),
    );
    expect(requested(family, rare, {}, { encoding: 'GB18030' }).headers).toMatchObject({
      'Content-Type': 'text/xml;charset=GB18030',
    });
  });

  it('refuses a tag that is no name', () => {
    expect(() => requested(family, question('GK_GXFW_SFHC', { 'a><b': '1' }))).toThrow(
      expect.objectContaining({ code: 'ERR_INPUT' }),
    );
  });
});

describe('a good answer', () => {
  const good = pack(alive + dead);

  it.each([
    ['escaped, with its prolog', answer(escaped(prolog + good))],
    ['in CDATA', answer(`<![CDATA[${prolog}${good}]]>`)],
    ['in CDATA with a prolog that says GBK', answer(`<![CDATA[<?xml version="1.0" encoding="GBK"?>${good}]]>`)],
    ['inline', answer(good)],
    ['escaped twice', answer(escaped(escaped(good)))],
    ['half escaped in CDATA', answer(`<![CDATA[${good.replaceAll('>', '&gt;')}]]>`)],
    ['half escaped where it stands', answer(good.replaceAll('>', '&gt;'))],
    ['inline, its prolog left in the middle', answer(prolog + good)],
    ['half escaped, prolog and all', answer((prolog + good).replaceAll('>', '&gt;'))],
    ['as SOAP 1.2', soap12(`<GK_GXFW_SFHCResponse><out>${escaped(good)}</out></GK_GXFW_SFHCResponse>`)],
    ['without SOAP', prolog + good],
    ['in GBK that says so', gb(answer(escaped(good)).replace('UTF-8', 'GBK'))],
    ['in GBK that says UTF-8', gb(answer(escaped(good)))],
    ['in UTF-8 that says GBK', answer(escaped(good)).replace('UTF-8', 'GBK')],
    [
      'in UTF-16 with its mark',
      new Uint8Array(Buffer.from(`\uFEFF${answer(escaped(good)).replace('UTF-8', 'UTF-16')}`, 'utf16le')),
    ],
    ['with line ends and blanks around', `\r\n ${answer(`\n${escaped(good)}\n`)}`],
  ])('is read %s', (_how, content) => {
    const message = opened(family, content);

    expect(message).toMatchObject({ status: 'ok', code: '10', message: '接口调用成功' });
    expect(message.records.map((record) => record.value)).toEqual(two);
    expect(message.records.map((record) => record.pointer)).toEqual(['/DATA/RECORD/0', '/DATA/RECORD/1']);
    expectPointersToHold(message);
  });

  it('says what it answers', () => {
    expect(opened(family, answer(escaped(good))).operation).toBe('GK_GXFW_SFHC');
  });

  it('points at a single record without an index', () => {
    const message = opened(family, answer(escaped(pack(alive))));

    expect(message.records).toMatchObject([{ pointer: '/DATA/RECORD' }]);
    expectPointersToHold(message);
  });

  it('hands out records of every match code, for it judges none', () => {
    const absent = alive.replace('<GMSFHM_PPDDM>1', '<GMSFHM_PPDDM>4');

    expect(opened(family, pack(absent))).toMatchObject({ status: 'ok', records: [{ value: { GMSFHM_PPDDM: '4' } }] });
  });

  it('refuses one record that carries a code, and only that one', () => {
    const refused = dead.replace('code="" msg=""', 'code="E07" msg="370799195806150021 参数错误"');
    const message = opened(family, answer(escaped(pack(alive + refused))));

    expect(message.status).toBe('ok');
    expect(message.records[0]?.refused).toBeUndefined();
    expect(message.records[1]?.refused).toMatchObject({ reason: 'agency-refused-record' });
    expect(message.records[1]?.refused?.detail?.zh).toContain('E07');
    expect(JSON.stringify(message.records[1]?.refused)).not.toContain('370799195806150021');
  });

  it('without records leaves out whom it was asked about: absent is a record with degree 4', () => {
    expect(opened(family, answer(escaped(pack(''))))).toMatchObject({
      status: 'failed',
      records: [],
      unreadable: { reason: 'no-rows', pointer: '/DATA' },
    });
  });

  it('may be a batch of thousands', () => {
    const many = Array.from({ length: 5000 }, () => alive).join('');

    expect(opened(family, answer(escaped(pack(many)))).records).toHaveLength(5000);
  });

  it('warns of a label that lies', () => {
    expect(opened(family, gb(answer(escaped(good)))).warnings).toHaveLength(1);
    expect(opened(family, answer(escaped(good))).warnings).toEqual([]);
  });
});

describe('an answer that says no', () => {
  it('is failed for FHDM 11, unless configured', () => {
    const eleven = answer(escaped(pack(alive, '11', '部分成功')));

    expect(opened(family, eleven)).toMatchObject({ status: 'failed', code: '11', message: '部分成功', records: [] });
    expect(opened(family, eleven, { success: ['10', '11'] })).toMatchObject({ status: 'ok', code: '11' });
  });

  it.each(['签名校验失败', '密钥已失效', '令牌无效', 'invalid Token', '授权已过期'])('is a reason to refresh for %s', (words) => {
    expect(opened(family, answer(escaped(pack('', '99', words))))).toMatchObject({ status: 'not-authorised', refreshable: true });
  });

  it('is failed for other words', () => {
    const message = opened(family, answer(escaped(pack('', '99', '无权访问'))));

    expect(message.status).toBe('failed');
    expect(message.refreshable).toBeUndefined();
  });

  it('is busy for words that say so', () => {
    expect(opened(family, answer(escaped(pack('', '99', '系统繁忙，请稍后再试'))))).toMatchObject({ status: 'busy' });
  });

  it('is failed for a fault of SOAP 1.1 and 1.2', () => {
    const one = soap11('<soap:Fault><faultcode>soap:Server</faultcode><faultstring>网关处理失败</faultstring></soap:Fault>');
    const other = soap12(
      '<s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text xml:lang="zh">网关处理失败</s:Text></s:Reason></s:Fault>',
    );

    expect(opened(family, one)).toMatchObject({ status: 'failed', code: 'soap:Server', message: '网关处理失败', records: [] });
    expect(opened(family, other)).toMatchObject({ status: 'failed', code: 's:Receiver', message: '网关处理失败', records: [] });
    expect(opened(family, one).unreadable).toBeUndefined();
  });

  it('shows no ID number in its words', () => {
    expect(opened(family, answer(escaped(pack('', '99', '号码370799195806150021不合法')))).message).toBe(
      '号码******************不合法',
    );
  });
});

describe('bytes that are no answer', () => {
  const cut = answer(escaped(pack(alive)));

  it.each([
    ['nothing', '', 'empty'],
    ['a web page', '<!DOCTYPE html><html><body>登录</body></html>', 'html-page'],
    ['a DOCTYPE', `<!DOCTYPE x [<!ENTITY a "b">]>${pack(alive)}`, 'doctype'],
    ['a cut answer', cut.slice(0, -30), 'malformed-xml'],
    ['a cut package', answer(escaped(pack(alive).slice(0, -12))), 'malformed-xml'],
    ['two roots', pack(alive) + pack(dead), 'malformed-xml'],
    ['a DOCTYPE inside', answer(`<![CDATA[<!DOCTYPE x>${pack(alive)}]]>`), 'doctype'],
    ['a package escaped three times', answer(escaped(escaped(escaped(pack(alive))))), 'escaped-too-often'],
    ['another protocol', soap11('<PRPA_IN900350UV/>'), 'unknown-envelope'],
    ['an envelope that is not SOAP', '<Envelope xmlns="urn:x"><Body><PACKAGE/></Body></Envelope>', 'unknown-envelope'],
    ['JSON', '{"status":"0"}', 'malformed-xml'],
    ['no status', '<PACKAGE><PACKAGEHEAD><FHMS>ok</FHMS></PACKAGEHEAD></PACKAGE>', 'status-missing'],
  ])('%s: unreadable, never empty', (_what, content, reason) => {
    const message = opened(family, content);

    expect(message).toMatchObject({ status: 'failed', records: [], unreadable: { reason } });
    expect(message.unreadable?.detail.zh).not.toBe('');
  });

  it('a request is no answer', () => {
    const asked = requested(family, question('GK_GXFW_SFHC', { GMSFHM: '370799196001010018', XM: '测试甲' }));

    expect(opened(family, asked.body ?? '').unreadable?.reason).toBe('request-not-answer');
  });

  it('a package escaped three times is read where configured', () => {
    expect(opened(family, answer(escaped(escaped(escaped(pack(alive))))), { extraDecodings: 2 }).status).toBe('ok');
  });
});

describe('settings', () => {
  it('refuse an unknown key and a wrong type', () => {
    expect(() => family.create({ sucess: ['10'] })).toThrow(expect.objectContaining({ code: 'ERR_CONFIG', place: '/sucess' }));
    expect(() => family.create({ success: '10' })).toThrow(expect.objectContaining({ code: 'ERR_CONFIG', place: '/success' }));
    expect(() => family.create({ requester: { NAME: 'x' } })).toThrow(expect.objectContaining({ code: 'ERR_CONFIG' }));
  });
});
