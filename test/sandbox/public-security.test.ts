import { describe, expect, it } from 'vitest';
import { lifeOf, type Reply, secrets, send, signed, startSandbox, workingSecret, worldOf } from './harness.js';

const sid = 's_0000000000000_3701';
const basicsSid = 's_0000000000000_3702';

interface Parcel {
  operation?: string;
  namespace?: string;
  head?: Record<string, string>;
  people?: readonly [number: string, name: string][];
  jls?: string;
  user?: string;
  password?: string;
}

const head = {
  FWQQBH: '7c1f2f6e-0000-4000-8000-000000000001',
  QQBWDM: 'GJXXZX',
  SJLYXTDM: '370000000000',
  FSSJ: '20261123100000',
  QQRGMSFHM: '370799197208080122',
  QQRXM: '经办员丁',
  QQRDWDM: '12370700000000000X',
  QQRDWMC: '演示市劳动能力鉴定中心',
  QQYWLXDM: '01',
  QQYWXTDM: 'LDNLJD',
};

function envelope(header: Record<string, string>, parcel: Parcel = {}): string {
  const { operation = 'GK_GXFW_SFHC', namespace = 'http://webservice.tongtech.com/', people = [] } = parcel;
  const tags = (fields: Record<string, string>) =>
    Object.entries(fields)
      .map(([name, value]) => `<${name}>${value}</${name}>`)
      .join('');
  const records = people
    .map(([number, name], index) => `<RECORD no="${index + 1}"><GMSFHM>${number}</GMSFHM><XM>${name}</XM></RECORD>`)
    .join('');
  const fields = { ...head, JLS: parcel.jls ?? String(people.length), ...parcel.head };
  return `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:web="${namespace}"><soapenv:Header><tongtechheader>${tags(header)}</tongtechheader></soapenv:Header><soapenv:Body><web:${operation}><web:in0><![CDATA[<?xml version="1.0" encoding="UTF-8"?><PACKAGE><PACKAGEHEAD>${tags(fields)}</PACKAGEHEAD><DATA>${records}</DATA></PACKAGE>]]></web:in0><web:in1>${parcel.user ?? secrets.populationUser}</web:in1><web:in2>${parcel.password ?? secrets.populationPassword}</web:in2></web:${operation}></soapenv:Body></soapenv:Envelope>`;
}

function post(origin: string, body: string): Promise<Reply> {
  return send(`${origin}/services/population`, { method: 'POST', headers: { 'Content-Type': 'text/xml;charset=UTF-8' }, body });
}

/** The answer's inner text, however it was wrapped. */
function inner(reply: Reply): string {
  const out = /<ns1:out>([\s\S]*)<\/ns1:out>/.exec(reply.text)?.[1] ?? '';
  const bare = /^<!\[CDATA\[([\s\S]*)\]\]>$/.exec(out)?.[1];
  return bare ?? out.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}

const faultOf = (reply: Reply) => /<faultstring>([\s\S]*)<\/faultstring>/.exec(reply.text)?.[1];
const fieldOf = (reply: Reply, name: string) =>
  [...inner(reply).matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map((match) => match[1]);

async function ready() {
  const { sandbox } = await startSandbox();
  const origin = sandbox.urls['public-security'] as string;
  const secret = await workingSecret(origin, sid, secrets.populationAppKey);
  return { sandbox, origin, header: signed(sid, secret) };
}

const world = worldOf();
const anybody = (story: string): [string, string] => {
  const { file, citizen } = lifeOf(world, story);
  return [citizen.number, file?.subject.name ?? ''];
};

describe('the population register', () => {
  it('answers several persons in one call, in order, echoing number and name as asked', async () => {
    const { origin, header } = await ready();
    const people = [anybody('residence-permit'), anybody('still-in-hospital'), anybody('open-case-three-agencies-agree')];

    const reply = await post(origin, envelope(header, { people }));

    expect(fieldOf(reply, 'FHDM')).toEqual(['10']);
    expect(fieldOf(reply, 'FFQQBH')).toEqual([head.FWQQBH]);
    expect(fieldOf(reply, 'GMSFHM')).toEqual(people.map(([number]) => number));
    expect(fieldOf(reply, 'XM')).toEqual(people.map(([, name]) => name));
    expect(fieldOf(reply, 'GMSFHM_PPDDM')).toEqual(['4', '1', '1']);
    expect(fieldOf(reply, 'XM_PPDDM')).toEqual(['4', '1', '1']);
    expect(fieldOf(reply, 'SWBS')).toEqual(['', '0', '1']);
  });

  it('tells equal, equal but for the dot, similar and different names apart by code alone', async () => {
    const { origin, header } = await ready();
    const people = [
      anybody('dotted-name-bullet'),
      anybody('dotted-name-full-stop'),
      anybody('name-similar'),
      anybody('name-differs-closed'),
    ];

    const reply = await post(origin, envelope(header, { people }));

    expect(fieldOf(reply, 'XM_PPDDM')).toEqual(['2', '2', '3', '4']);
    expect(fieldOf(reply, 'XM')).toEqual(people.map(([, name]) => name));
  });

  it('adds sex, nation and birth for the other interface, whose sid must be its own', async () => {
    const { sandbox } = await startSandbox();
    const origin = sandbox.urls['public-security'] as string;
    const secret = await workingSecret(origin, basicsSid, secrets.populationAppKey);
    const people = [anybody('still-in-hospital')];
    const operation = 'GK_JZCX_RKJCXXCX';

    const right = await post(origin, envelope(signed(basicsSid, secret), { operation, people }));
    const wrong = await post(origin, envelope(signed(basicsSid, secret), { people }));

    expect(fieldOf(right, 'CSRQ')[0]).toBe(people[0]?.[0].slice(6, 14));
    expect(fieldOf(right, 'CSD_SSXQDM')).toEqual(['370799']);
    expect(faultOf(wrong)).toBe('接口标识与服务不符');
  });

  it('faults on the namespace of another province', async () => {
    const { origin, header } = await ready();

    const reply = await post(
      origin,
      envelope(header, { namespace: 'http://webservice.com/', people: [anybody('still-in-hospital')] }),
    );

    expect(reply.status).toBe(200);
    expect(faultOf(reply)).toBe('Unexpected wrapper element {http://webservice.com/}GK_GXFW_SFHC found.');
  });

  it('faults on a wrong signature, a stale time, no header, GET, and what is no XML', async () => {
    const { origin, header } = await ready();
    const people = [anybody('still-in-hospital')];
    const url = `${origin}/services/population`;

    expect(faultOf(await post(origin, envelope({ ...header, gjgxjhpt_sign: 'AAAA' }, { people })))).toBe('签名验证失败');
    expect(faultOf(await post(origin, envelope({ ...header, gjgxjhpt_rtime: '1700000000000' }, { people })))).toBe(
      '请求时间戳超时',
    );
    expect(faultOf(await post(origin, envelope({}, { people })))).toBe('缺少共享平台请求头');
    expect(faultOf(await send(url, { method: 'GET' }))).toBe('只接受 POST 请求');
    expect(faultOf(await post(origin, '<soapenv:Envelope>'))).toBe('报文不是合法的 XML');
    expect(faultOf(await post(origin, `<!DOCTYPE a [<!ENTITY b "c">]>${envelope(header, { people })}`))).toBe(
      '报文不是合法的 XML',
    );
  });

  it('refuses the wrong password in its own envelope', async () => {
    const { origin, header } = await ready();

    const reply = await post(origin, envelope(header, { people: [anybody('still-in-hospital')], password: 'guess' }));

    expect(fieldOf(reply, 'FHDM')).toEqual(['20']);
    expect(fieldOf(reply, 'FHMS')).toEqual(['用户名或密码错误']);
  });

  it.each(['QQRGMSFHM', 'QQRXM', 'QQRDWDM', 'FWQQBH', 'FSSJ'])('demands %s', async (name) => {
    const { origin, header } = await ready();

    const reply = await post(origin, envelope(header, { people: [anybody('still-in-hospital')], head: { [name]: '' } }));

    expect(fieldOf(reply, 'FHMS')).toEqual([`${name}不能为空`]);
  });

  it('demands that JLS is the number of records, numbered from 1, and not too many', async () => {
    const { origin, header } = await ready();
    const one = anybody('still-in-hospital');
    const crowd = Array.from({ length: 21 }, () => one);

    expect(fieldOf(await post(origin, envelope(header, { people: [one], jls: '2' })), 'FHMS')).toEqual(['JLS与记录数不符']);
    expect(fieldOf(await post(origin, envelope(header, { people: crowd })), 'FHMS')).toEqual(['单次请求不得超过20条']);
    expect(fieldOf(await post(origin, envelope(header, { people: crowd.slice(0, 20) })), 'FHDM')).toEqual(['10']);
    expect(fieldOf(await post(origin, envelope(header, { people: [one] }).replace('no="1"', 'no="3"')), 'FHMS')).toEqual([
      'RECORD序号错误',
    ]);
  });

  it('refuses one record of several by its own code', async () => {
    const { origin, header } = await ready();

    const reply = await post(origin, envelope(header, { people: [['3707', '测试甲'], anybody('still-in-hospital')] }));

    expect(inner(reply)).toContain('<RECORD no="1" code="E01"');
    expect(inner(reply)).toContain('<RECORD no="2" code="" msg="">');
  });

  it('wraps most answers escaped and some in CDATA', async () => {
    const { origin, header } = await ready();
    const people = [anybody('still-in-hospital')];
    const replies = await Promise.all(
      Array.from({ length: 40 }, (_, index) => post(origin, envelope(header, { people, head: { FWQQBH: `request-${index}` } }))),
    );

    const inCdata = replies.filter(({ text }) => text.includes('<![CDATA[')).length;

    expect(inCdata).toBeGreaterThan(0);
    expect(inCdata).toBeLessThan(20);
    for (const reply of replies) expect(fieldOf(reply, 'FHDM')).toEqual(['10']);
  });

  it('journals what was asked without whom', async () => {
    const { sandbox, origin, header } = await ready();
    await post(origin, envelope(header, { people: [anybody('still-in-hospital')] }));
    await post(origin, envelope(header, { namespace: 'urn:other' }));

    const { journal } = sandbox;

    expect(journal['public-security/population']).toEqual({
      operations: { refreshappsecret: 1, GK_GXFW_SFHC: 1, fault: 1 },
      answered: 2,
      refused: 1,
      faults: 0,
    });
    expect(JSON.stringify(journal)).not.toMatch(/\d{17}/);
  });
});
