import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import clinicalDocument from '../../src/envelopes/clinical-document.js';
import type { EnvelopeFamily } from '../../src/envelopes/envelope.js';
import hipMessageServer from '../../src/envelopes/hip-message-server.js';
import infno from '../../src/envelopes/infno.js';
import inspurSdk from '../../src/envelopes/inspur-sdk.js';
import jinbaoJson from '../../src/envelopes/jinbao-json.js';
import jsonRows from '../../src/envelopes/json-rows.js';
import mdeml from '../../src/envelopes/mdeml.js';
import sfhcSoap from '../../src/envelopes/sfhc-soap.js';
import sharingPlatform from '../../src/envelopes/sharing-platform.js';
import tableExchange from '../../src/envelopes/table-exchange.js';
import { compile } from '../../src/schema.js';
import fc from '../seeded.js';
import { deathRecord, homePage } from './documents.js';
import { base64, escaped, gb, opened, soap11, soap12, utf8 } from './support.js';

const families: EnvelopeFamily[] = [
  sfhcSoap,
  inspurSdk,
  mdeml,
  hipMessageServer,
  clinicalDocument,
  infno,
  jinbaoJson,
  tableExchange,
  jsonRows,
  sharingPlatform,
];

const mdemlAnswer =
  '<MDEML><resultinfo><success>0</success><message>成功</message></resultinfo><body><data><GMSFHM>370799195806150021</GMSFHM><XM>样例乙</XM></data></body></MDEML>';
const documentAnswer = `<RCMR_IN000032UV01 xmlns="urn:hl7-org:v3"><acknowledgement typeCode="AA"/><controlActProcess><subject><clinicalDocument><storageCode><originalText value="${base64(deathRecord)}"/></storageCode></clinicalDocument></subject><queryAck><queryResponseCode code="OK"/><resultTotalQuantity value="1"/></queryAck></controlActProcess></RCMR_IN000032UV01>`;

/** One good message of every family, in the wrapping met most. */
const good: Record<string, string> = {
  'sfhc-soap': soap11(
    `<GK_GXFW_SFHCResponse><out>${escaped('<PACKAGE><PACKAGEHEAD><FHDM>10</FHDM><FHMS>成功</FHMS></PACKAGEHEAD><DATA><RECORD no="1" code=""><GMSFHM>370799196001010018</GMSFHM><XM>测试甲</XM><SWBS>0</SWBS></RECORD></DATA></PACKAGE>')}</out></GK_GXFW_SFHCResponse>`,
  ),
  'inspur-sdk':
    '{"status":"success","code":"0","result":{"total":"1","data":[{"NAME":"样例乙","ID_CARD":"370799195806150021"}]}}',
  mdeml: soap11(`<r><return>${base64(mdemlAnswer)}</return></r>`),
  'hip-message-server': soap12(
    `<HIPMessageServerResponse xmlns="urn:hl7-org:v3"><HIPMessageServerResult>${escaped(documentAnswer)}</HIPMessageServerResult></HIPMessageServerResponse>`,
  ),
  'clinical-document': homePage,
  infno: '{"infcode":0,"err_msg":null,"output":{"baseinfo":{"certno":"370799196001010018","psn_name":"测试甲"},"insuinfo":[]}}',
  'jinbao-json':
    '{"retCode":"200","retMsg":"成功","data":{"pageNumber":1,"pageSize":10,"totalPage":1,"data":[{"AAC003":"测试甲"}]}}',
  'table-exchange': 'UUID,SZXM,SZZJHM\nu-1,样例乙,370799195806150021\nu-2,虚构丙,370799195509090034\n',
  'sharing-platform': '{"code":"200","message":"成功","data":[{"aac003":"虚构丙","aac002":"370799195509090034"}]}',
  'json-rows': '[{"NAME":"虚构丙","IDCARD":"370799195509090034","IS_DELETE":0}]',
};

describe('every family', () => {
  it('is the default export of the file named after it, and no other file has one', () => {
    const folder = new URL('../../src/envelopes/', import.meta.url);
    const withDefault = readdirSync(folder).filter((file) =>
      /^export default /m.test(readFileSync(new URL(file, folder), 'utf8')),
    );

    expect(withDefault.sort()).toEqual(families.map((family) => `${family.id}.ts`).sort());
  });

  it.each(families)('$id reads its own good message', (family) => {
    expect(opened(family, good[family.id] ?? '')).toMatchObject({ status: 'ok', warnings: [] });
  });

  it.each(families.filter((family) => family !== sharingPlatform))(
    '$id knows its own messages at a glance, and no other family’s but where bytes cannot tell',
    (family) => {
      // What went through a sharing platform is rows in a known wrapping to whoever sees the bytes alone.
      const known = Object.entries(good).filter(([id, message]) => id !== 'sharing-platform' && family.recognises(utf8(message)));

      expect(known.map(([id]) => id)).toEqual([family.id]);
      expect(family.recognises(utf8(`\uFEFF${good[family.id]}`))).toBe(true);
      expect(family.recognises(gb(good[family.id] ?? ''))).toBe(true);
      expect(family.recognises(new Uint8Array())).toBe(false);
      expect(family.recognises(utf8('<!DOCTYPE html><html><body>登录</body></html>'))).toBe(false);
    },
  );

  it.each(families)('$id refuses what is not its own instead of finding nothing in it', (family) => {
    for (const [id, message] of Object.entries(good)) {
      if (id === family.id) continue;
      const answer = opened(family, message);

      // A JSON object of another kind is an object: as rows it gives one row that no mapping knows.
      if (family === jsonRows && (id === 'inspur-sdk' || id === 'sharing-platform')) continue;
      expect(answer, `${family.id} reading ${id}`).toMatchObject({ status: 'failed', records: [] });
      expect(answer.unreadable, `${family.id} reading ${id}`).toBeDefined();
    }
  });

  it.each(families)('$id has settings with defaults that its own schema accepts', (family) => {
    const validate = compile<Record<string, never>>(family.settings, { useDefaults: true });
    const checked = validate({});

    expect(checked.ok).toBe(true);
    if (checked.ok) expect(() => family.create(checked.value)).not.toThrow();
    expect(validate({ noSuchSetting: 1 }).ok).toBe(false);
    expect(() => family.create({ noSuchSetting: 1 })).toThrow(expect.objectContaining({ code: 'ERR_CONFIG' }));
    expect(opened(family, good[family.id] ?? '', checked.ok ? checked.value : {}).status).toBe('ok');
  });

  it.each(families)('$id has a title in both languages', (family) => {
    expect(family.title.zh).toMatch(/\p{Script=Han}/u);
    expect(family.title.en).toMatch(/^[ -~]+$/);
  });

  it.each(families)('$id calls a web page a web page and nothing nothing', (family) => {
    expect(
      opened(family, '<!DOCTYPE html>\n<html><head><title>统一认证</title></head><body></body></html>').unreadable?.reason,
    ).toBe('html-page');
    expect(opened(family, '').unreadable?.reason).toBe('empty');
    expect(opened(family, Uint8Array.from([0xef, 0xbb, 0xbf])).unreadable?.reason).toBe('empty');
  });

  it.each(families)('$id refuses a wrong byte with its offset', (family) => {
    const bytes = utf8(good[family.id] ?? '');
    const at = bytes.findIndex((byte) => byte >= 0xe0);
    // In the Base64 of MDEML and HIP nothing but ASCII stands outside; there the cut is in the Base64 itself.
    if (at === -1) return;
    bytes[at] = 0x41;

    expect(opened(family, bytes).unreadable).toMatchObject({ reason: 'bad-encoding' });
    expect(opened(family, bytes).unreadable?.detail.en).toContain(`offset ${at + 1}`);
  });

  it.each(families)('$id gives both languages and no identity in what it says of a fault', (family) => {
    const texts = [good[family.id]?.slice(0, -7) ?? '', '{"a"', '<a', 'x'].map((content) => opened(family, content).unreadable);

    for (const fault of texts) {
      if (fault === undefined) continue;
      expect(fault.detail.zh).toMatch(/\p{Script=Han}/u);
      expect(fault.detail.en).not.toBe('');
      expect(JSON.stringify(fault)).not.toMatch(/370799|测试甲|样例乙|虚构丙/);
    }
  });

  it.each(families)('$id opens a message twice alike, and leaves the bytes alone', (family) => {
    const bytes = utf8(good[family.id] ?? '');
    const before = [...bytes];
    const first = opened(family, bytes);
    const second = opened(family, bytes);

    expect({ ...second, decoded: undefined }).toEqual({ ...first, decoded: undefined });
    expect([...bytes]).toEqual(before);
  });
});

describe('a sharing platform in front of the agency', () => {
  const asking = [sfhcSoap, inspurSdk, mdeml, hipMessageServer, infno, jinbaoJson, sharingPlatform];

  it.each(asking)('is heard by $id when it refuses in its own shape', (family) => {
    expect(opened(family, '{"code":"E-201","data":"","message":"签名已过期"}')).toMatchObject({
      status: 'not-authorised',
      refreshable: true,
    });
    expect(opened(family, '{"code":"-1","data":"","message":"接口调用失败"}')).toMatchObject({
      status: 'failed',
      code: '-1',
      message: '接口调用失败',
    });
    expect(opened(family, '{"code":"-1","message":"接口调用失败"}').unreadable).toBeUndefined();
  });

  it.each(asking.filter((family) => family !== infno))(
    'is not authorised for $id with E-106, and no refresh mends that',
    (family) => {
      const answer = opened(family, '{"code":"E-106","data":"","message":"请求不存在于数据库授权列表中"}');

      expect(answer).toMatchObject({ status: 'not-authorised', code: 'E-106' });
      expect(answer.refreshable).toBeUndefined();
    },
  );

  it.each(asking)('says for $id that our clock is off, which no fresh secret mends, though 签名 stands in it', (family) => {
    for (const message of ['请求时间戳超时', '签名时间戳超时!']) {
      const answer = opened(family, JSON.stringify({ code: '-1', data: '', message }));

      expect(answer).toMatchObject({ status: 'not-authorised', clock: true, code: '-1', message });
      expect(answer.refreshable).toBeUndefined();
    }
  });

  it.each(asking.filter((family) => family !== sharingPlatform))(
    'is no success for $id whatever means success elsewhere',
    (family) => {
      for (const code of ['0', '00', '1', '10', '200']) {
        const answer = opened(family, JSON.stringify({ code, message: '成功', data: [] }));

        expect(answer).toMatchObject({ status: 'failed', records: [] });
        expect(answer.unreadable).toBeDefined();
      }
    },
  );
});

describe('whatever comes', () => {
  const prototypeBefore = Object.getOwnPropertyNames(Object.prototype).sort();
  const nasty = fc.constantFrom(
    '<',
    '>',
    '&lt;',
    '&#0;',
    ']]>',
    '<![CDATA[',
    '<!DOCTYPE x>',
    '"__proto__":',
    '{',
    '}',
    '[',
    '\\u0000',
    '"',
    ',',
    '\n',
    '=',
    '\u0000',
  );

  /** A good message with bytes cut, changed, doubled or put in. */
  function damaged(message: string) {
    const bytes = utf8(message);
    const place = fc.nat({ max: bytes.length });
    const damage = fc.oneof(
      fc.record({ kind: fc.constant('cut' as const), at: place, length: fc.nat({ max: 40 }) }),
      fc.record({ kind: fc.constant('change' as const), at: place, with: fc.uint8Array({ minLength: 1, maxLength: 4 }) }),
      fc.record({ kind: fc.constant('insert' as const), at: place, with: nasty.map((text) => utf8(text)) }),
      fc.record({ kind: fc.constant('truncate' as const), at: place }),
    );
    return fc.array(damage, { minLength: 1, maxLength: 3 }).map((damages) => {
      let result = [...bytes];
      for (const one of damages) {
        const at = Math.min(one.at, result.length);
        if (one.kind === 'cut') result.splice(at, one.length);
        else if (one.kind === 'truncate') result = result.slice(0, at);
        else if (one.kind === 'insert') result.splice(at, 0, ...one.with);
        else result.splice(at, one.with.length, ...one.with);
      }
      return Uint8Array.from(result);
    });
  }

  function expectSane(family: EnvelopeFamily, bytes: Uint8Array): void {
    const answer = opened(family, bytes);

    expect(['ok', 'nothing-found', 'not-authorised', 'busy', 'failed']).toContain(answer.status);
    if (answer.unreadable) expect(answer).toMatchObject({ status: 'failed', records: [] });
    if (answer.status === 'ok') expect(answer.records.length).toBeGreaterThan(0);
    else expect(answer.records).toEqual([]);
    expect(() => JSON.stringify([answer, answer.decoded?.()])).not.toThrow();
  }

  it.each(families)('$id never throws on a damaged message of its own', (family) => {
    fc.assert(
      fc.property(damaged(good[family.id] ?? ''), (bytes) => expectSane(family, bytes)),
      { numRuns: 400 },
    );
  });

  it.each(families)('$id never throws on bytes out of nowhere', (family) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => expectSane(family, bytes)),
      { numRuns: 300 },
    );
  });

  it.each(families.filter((family) => family.id !== 'table-exchange'))(
    '$id finds nothing missing in a message cut anywhere: it refuses it',
    (family) => {
      const bytes = utf8(good[family.id] ?? '');
      for (let length = 0; length < bytes.length; length += Math.max(1, Math.floor(bytes.length / 150))) {
        const answer = opened(family, bytes.slice(0, length));

        expect(answer, `cut at ${length}`).toMatchObject({ status: 'failed', records: [] });
        expect(answer.unreadable, `cut at ${length}`).toBeDefined();
      }
    },
  );

  it('leaves no trace on any prototype', () => {
    for (const family of families) {
      opened(family, '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}');
      opened(family, '<R><__proto__><polluted>1</polluted></__proto__><constructor><prototype polluted="1"/></constructor></R>');
      opened(family, '__proto__,constructor\npolluted,polluted');
    }

    expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(prototypeBefore);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it.each(families)('$id is done in good time with what is made to be slow', (family) => {
    const slow = [
      '&amp;'.repeat(50_000),
      `<a>${'&lt;a&gt;'.repeat(20_000)}</a>`,
      `<a>${'<b>&lt;c/&gt;</b>'.repeat(20_000)}</a>`,
      `<a ${'x'.repeat(100_000)}`,
      '<a>'.repeat(100_000),
      '['.repeat(100_000),
      `{"a":"${'\\'.repeat(100_001)}`,
      `a,b\n${'"'.repeat(100_001)}`,
      `a,b\n${'="'.repeat(50_000)}`,
      `<?xml version="1.0"?>${'<?xml '.repeat(20_000)}`,
      'A'.repeat(200_000),
    ];
    const started = performance.now();
    for (const content of slow) opened(family, content);

    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
