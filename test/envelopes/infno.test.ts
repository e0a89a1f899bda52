import { describe, expect, it } from 'vitest';
import family from '../../src/envelopes/infno.js';
import { expectPointersToHold, gb, opened, question, requested, text } from './support.js';

const base = {
  psn_no: '37070099000000000001',
  psn_cert_type: '01',
  certno: '370799196001010018',
  psn_name: '测试甲',
  gend: '1',
  brdy: '1960-01-01',
};
const insured = { insutype: '310', psn_insu_stas: '1', psn_insu_date: '2006-08-01', insuplc_admdvs: '370799' };
const answer = (output: unknown, infcode: unknown = 0, err_msg: unknown = null) =>
  JSON.stringify({ infcode, inf_refmsgid: '370700202503130220300000000001', refmsg_time: '20250313022030512', err_msg, output });

describe('the request', () => {
  const settings = {
    mdtrtarea_admvs: '370700',
    insuplc_admdvs: '370700',
    recer_sys_code: 'YBXT',
    fixmedins_code: 'H37079900000',
    fixmedins_name: '演示市劳动能力鉴定中心',
  };
  const asked = question('5201', { psn_no: '37070099000000000001', begntime: '2025-01-01 00:00:00', med_type: '21' });
  const fields = { 'x-tif-paasid': 'demo', 'x-tif-signature': 'ee21' };

  it('is the envelope of the specification, with the signature as headers', () => {
    const request = requested(family, asked, fields, settings);
    const { msgid, ...body } = JSON.parse(text(request.body));

    expect(request).toMatchObject({ method: 'POST', headers: { 'Content-Type': 'application/json;charset=UTF-8', ...fields } });
    expect(request.path).toBeUndefined();
    // 12 of the institution, 14 of Shanghai time, 4 of its own.
    expect(msgid).toMatch(/^H3707990000020250313022030\d{4}$/);
    expect(body).toEqual({
      infno: '5201',
      mdtrtarea_admvs: '370700',
      insuplc_admdvs: '370700',
      recer_sys_code: 'YBXT',
      dev_no: '',
      dev_safe_info: '',
      cainfo: '',
      signtype: '',
      infver: 'V1.0',
      opter_type: '1',
      opter: '370799197208080122',
      opter_name: '经办员丁',
      inf_time: '2025-03-13 02:20:30',
      fixmedins_code: 'H37079900000',
      fixmedins_name: '演示市劳动能力鉴定中心',
      sign_no: '',
      input: { data: { psn_no: '37070099000000000001', begntime: '2025-01-01 00:00:00', med_type: '21' } },
    });
  });

  it('never repeats a message number within a second', () => {
    const envelope = family.create(settings);
    const numbers = Array.from({ length: 200 }, () => JSON.parse(text(envelope.request?.(asked, {}).body)).msgid as string);

    expect(new Set(numbers).size).toBe(200);
    expect(numbers.every((number) => number.length === 30)).toBe(true);
  });

  it('keeps to 30 characters without an institution code', () => {
    expect(JSON.parse(text(requested(family, asked).body)).msgid).toMatch(/^00000000000020250313022030\d{4}$/);
  });

  it('takes the configured operator where the region wants one', () => {
    const body = JSON.parse(text(requested(family, asked, {}, { opter: 'LDNL001', opter_name: '示例经办人' }).body));

    expect(body).toMatchObject({ opter: 'LDNL001', opter_name: '示例经办人' });
  });

  it('puts the insured place of a person into the envelope, not among the parameters', () => {
    const person = question('5201', { psn_no: '1', insuplc_admdvs: '370799' });
    const body = JSON.parse(text(requested(family, person, {}, settings).body));

    expect(body.insuplc_admdvs).toBe('370799');
    expect(body.input).toEqual({ data: { psn_no: '1' } });
  });

  it('finds the path by transaction', () => {
    const paths = { paths: { '5201': '/a' }, path: '/b', knownPaths: true };

    expect(requested(family, asked, {}, paths).path).toBe('/a');
    expect(requested(family, question('1101', {}), {}, paths).path).toBe('/fsi/api/fsiPsnInfoService/queryPsnInfo');
    expect(requested(family, question('5202', {}), {}, paths).path).toBe('/b');
    expect(requested(family, question('1101', {}), {}, { path: '/b' }).path).toBe('/b');
  });
});

describe('a good answer', () => {
  it.each([0, '0'])('is told by infcode %j', (infcode) => {
    const message = opened(family, answer({ baseinfo: base, insuinfo: [insured], idetinfo: [] }, infcode));

    expect(message).toMatchObject({
      status: 'ok',
      code: '0',
      operation: '1101',
      records: [{ value: { baseinfo: base, insuinfo: [insured], idetinfo: [] }, pointer: '/output' }],
    });
    expectPointersToHold(message);
  });

  it('passes on a node that is one object', () => {
    expect(opened(family, answer({ baseinfo: base, insuinfo: insured })).records[0]?.value).toMatchObject({ insuinfo: insured });
  });

  it('keeps amounts as they were written', () => {
    const content =
      '{"infcode":0,"output":{"setlinfo":{"medfee_sumamt":-32680.50,"noise":38.61000000000001,"setl_id":37070000000099910002}}}';

    expect(opened(family, content)).toMatchObject({
      operation: '5203',
      records: [
        { value: { setlinfo: { medfee_sumamt: '-32680.50', noise: '38.61000000000001', setl_id: '37070000000099910002' } } },
      ],
    });
  });

  it.each([
    ['mdtrtinfo', '5201'],
    ['diseinfo', '5202'],
    ['setlinfo', '5203'],
    ['data', '5303'],
    ['baseinfo', '1101'],
  ])('tells by the node %s that it answers %s', (node, operation) => {
    expect(opened(family, answer({ [node]: [{ psn_no: '1' }] })).operation).toBe(operation);
  });

  it('believes the question about a node that says little, and the node where it says more', () => {
    const open = (output: unknown, operation: string) =>
      family.create({}).open(new TextEncoder().encode(answer(output)), { operation }).operation;

    expect(open({ data: [{ a: '1' }] }, '5206')).toBe('5206');
    expect(open({ mdtrtinfo: [{ a: '1' }] }, '1101')).toBe('5201');
  });

  it('reads an output inside a text, and outputs in a list', () => {
    const inText = opened(family, answer(JSON.stringify({ mdtrtinfo: [{ psn_no: '1' }] })));
    const inList = opened(family, answer([{ setlinfo: { psn_no: '1' } }, {}, { setlinfo: { psn_no: '2' } }]));

    expect(inText).toMatchObject({ status: 'ok', records: [{ value: { mdtrtinfo: [{ psn_no: '1' }] }, pointer: '/output' }] });
    expectPointersToHold(inText);
    expect(inList.records.map((record) => record.pointer)).toEqual(['/output/0', '/output/2']);
    expectPointersToHold(inList);
  });

  it('is read in GBK', () => {
    expect(opened(family, gb(answer({ baseinfo: base }))).records[0]?.value).toMatchObject({ baseinfo: { psn_name: '测试甲' } });
  });

  it.each([
    ['null', null],
    ['""', ''],
    ['{}', {}],
    ['an empty node', { mdtrtinfo: [] }],
    ['a null node', { mdtrtinfo: null }],
    ['a node of nothing', { mdtrtinfo: [{}], setlinfo: '' }],
    ['nothing', undefined],
  ])('found nothing where output is %s', (_what, output) => {
    expect(opened(family, answer(output))).toMatchObject({ status: 'nothing-found', code: '0', records: [] });
  });
});

describe('an answer that says no', () => {
  it.each(['1', 1, -1, '-1', '200', '00', true, '0x0'])('is failed for infcode %j', (infcode) => {
    expect(opened(family, answer({ baseinfo: base }, infcode, '业务错误'))).toMatchObject({
      status: 'failed',
      message: '业务错误',
      records: [],
    });
  });

  it.each([
    ['""', ''],
    ['{}', {}],
    ['null', null],
    ['absent', undefined],
  ])('is failed whatever the output: %s', (_what, output) => {
    expect(opened(family, answer(output, -1, '就诊ID不存在')).status).toBe('failed');
  });

  it('found nobody where the words say so', () => {
    expect(opened(family, answer(null, -1, '未查询到人员基本信息'))).toMatchObject({
      status: 'nothing-found',
      code: '-1',
      records: [],
    });
    expect(opened(family, answer(null, -1, '未查询到人员基本信息'), { nothingFound: [] }).status).toBe('failed');
  });

  it('is a reason to refresh for words about keys', () => {
    expect(opened(family, answer(null, -1, '令牌已过期'))).toMatchObject({ status: 'not-authorised', refreshable: true });
  });

  it.each([
    ['缺少服务网关的请求头!', {}],
    ['非法用户!', {}],
    ['签名不一致!', { refreshable: true }],
    ['签名时间戳超时!', { clock: true }],
  ])('knows the gateway’s %s by its body', (message, more) => {
    expect(opened(family, JSON.stringify({ code: 401, message }))).toEqual({
      status: 'not-authorised',
      code: '401',
      message,
      records: [],
      warnings: [],
      ...more,
    });
    expect(opened(family, JSON.stringify({ code: '401', message }))).toMatchObject({ status: 'not-authorised' });
  });

  it('knows other errors of the gateway', () => {
    expect(opened(family, '{"code":500,"message":"内部错误"}')).toMatchObject({ status: 'failed', code: '500' });
    expect(opened(family, '{"code":429,"message":"too many requests"}')).toMatchObject({ status: 'busy' });
  });

  it('shows no ID number in its words', () => {
    expect(opened(family, answer(null, -1, '证件号370799196001010018无效')).message).toBe('证件号******************无效');
  });
});

describe('bytes that are no answer', () => {
  it.each([
    ['nothing', '', 'empty'],
    ['a web page', '<html></html>', 'html-page'],
    ['XML', '<?xml version="1.0"?><a/>', 'malformed-json'],
    ['a cut answer', answer({ baseinfo: base }).slice(0, -2), 'malformed-json'],
    ['a status without value', '{"infcode":null,"output":{}}', 'status-missing'],
    ['a signed envelope', '{"appId":"A","encType":"SM4","signType":"SM2","encData":"40","signData":"x"}', 'unknown-envelope'],
    ['an output of cipher text', '{"infcode":"0","signtype":"SM2","cainfo":"c2ln","output":"aGVsbG8="}', 'unknown-envelope'],
    ['another gateway’s success', '{"code":200,"message":"ok","data":[]}', 'unknown-envelope'],
    ['a list', '[]', 'unknown-envelope'],
    ['a duplicate status', '{"infcode":-1,"infcode":0,"output":{}}', 'duplicate-key'],
  ])('%s: unreadable, never empty', (_what, content, reason) => {
    expect(opened(family, content)).toMatchObject({ status: 'failed', records: [], unreadable: { reason } });
  });

  it('a request is no answer', () => {
    expect(
      opened(family, requested(family, question('1101', { certno: '370799196001010018' })).body ?? '').unreadable?.reason,
    ).toBe('request-not-answer');
  });
});
