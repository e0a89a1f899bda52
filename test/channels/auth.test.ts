import { createCipheriv } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type AuthEnvironment, authSchemas, createAuth } from '../../src/channels/auth/create.js';
import { openPlatformSecret, platformCipherKey, platformSignature } from '../../src/crypto/national-platform.js';
import { mockHttp, type Sent } from '../http-mock.js';
import { errorOf, fakeTime } from './support.js';

const http = mockHttp();

// The published vector (all made up): national platform, A.1.2.
const vector = {
  appKey: '0123456789abcdef0123456789abcdef',
  rid: '00000000-0000-4000-8000-000000000000',
  sid: 's_12100000000018032A_0000',
  rtime: '1700000000000',
  sign1: 'zlrqdMr1Aw6WuGd4hZ0keeXbyW8nknxaiJzK6Lljja8=',
  cipherKey: '2d703e10a32f30251a2370355793e786',
  sealed: 'LDh6LJzNCB09fXMknMzXpiw4eiyczQgdPX1zJJzM16ZUfuRMyoXTthzV/Enp8P/V',
  secret: 'fedcba9876543210fedcba9876543210',
  sign2: 'V3vJy0WVH/zLGdfM3vMxJZwOuIPRPhVdIHIDPBSSsA4=',
};
/** The reverse of `openPlatformSecret`, as the platform does it. */
function sealPlatformSecret(appKey: string, secret: string): string {
  const cipher = createCipheriv('aes-128-ecb', platformCipherKey(appKey), null);
  return Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]).toString('base64');
}

const start = Number(vector.rtime);
const gateway = 'http://gw.example:8181';
const secretService = `${gateway}/sysapi/auth/refreshappsecret`;
const given = (sealed = vector.sealed, end: unknown = String(start + 1_800_000)) => ({
  body: JSON.stringify({ code: '0', data: { secret: sealed, secretEndTime: end }, message: '成功' }),
});

function platform(settings: Record<string, string | boolean> = {}, environment: Partial<AuthEnvironment> = {}) {
  const { time, environment: rest } = fakeTime(start);
  const { rid, sid, appKey } = vector;
  const auth = createAuth(
    'national-platform',
    { rid, sid, appKey, ...settings },
    { ...rest, http: { baseUrl: `${gateway}/httpproxy`, headers: { 'X-Forwarded-For': '10.0.0.1' } }, ...environment },
  );
  return { auth, time };
}

describe('the keys of the national platform', () => {
  it('are those of the published vector', () => {
    expect(platformSignature(vector.appKey, vector.rid, vector.sid, vector.rtime)).toBe(vector.sign1);
    expect(Buffer.from(platformCipherKey(vector.appKey)).toString('hex')).toBe(vector.cipherKey);
    expect(openPlatformSecret(vector.appKey, vector.sealed)).toBe(vector.secret);
    expect(sealPlatformSecret(vector.appKey, vector.secret)).toBe(vector.sealed);
    expect(platformSignature(vector.secret, vector.rid, vector.sid, vector.rtime)).toBe(vector.sign2);
  });

  it('open a secret with line breaks in it', () => {
    const broken = `${vector.sealed.slice(0, 20)}\r\n${vector.sealed.slice(20, 40)}\n${vector.sealed.slice(40)}\n`;

    expect(openPlatformSecret(vector.appKey, broken)).toBe(vector.secret);
  });

  it.each(['', 'not base64!', 'QUJD', vector.sealed.slice(0, 40)])('do not open %j', (sealed) => {
    expect(openPlatformSecret(vector.appKey, sealed)).toBeUndefined();
  });

  it('do not open what was sealed for another', () => {
    expect(openPlatformSecret('ffffffffffffffffffffffffffffffff', vector.sealed)).toBeUndefined();
  });
});

describe('the national platform', () => {
  it('asks for a working secret with the appKey, and signs with the secret', async () => {
    http.expect('POST', secretService, given());

    const fields = await platform().auth.fields();

    expect(fields).toEqual({
      gjgxjhpt_rid: vector.rid,
      gjgxjhpt_sid: vector.sid,
      gjgxjhpt_rtime: vector.rtime,
      gjgxjhpt_sign: vector.sign2,
    });
    const [sent] = http.sent as [Sent];
    expect(JSON.parse(sent.body)).toEqual({
      gjgxjhpt_rid: vector.rid,
      gjgxjhpt_sid: vector.sid,
      gjgxjhpt_rtime: vector.rtime,
      gjgxjhpt_sign: vector.sign1,
    });
    expect(sent.headers).toMatchObject({ 'content-type': 'application/json;charset=UTF-8', 'x-forwarded-for': '10.0.0.1' });
  });

  it('takes numbers for texts and blanks in its stride', async () => {
    http.expect('POST', secretService, {
      body: JSON.stringify({ code: 0, data: { secret: `${vector.sealed}\n`, secretEndTime: start + 1_800_000 } }),
    });

    expect((await platform().auth.fields()).gjgxjhpt_sign).toBe(vector.sign2);
  });

  it('uses a secret until a minute before the end the platform named, with a fresh time for every call', async () => {
    http.expect('POST', secretService, given());
    const { auth, time } = platform();
    await auth.fields();

    time.now = start + 1_739_999;
    const late = await auth.fields();
    http.expect('POST', secretService, given(vector.sealed, String(start + 3_600_000)));
    time.now = start + 1_740_000;
    await auth.fields();

    expect(late.gjgxjhpt_rtime).toBe(String(start + 1_739_999));
    expect(late.gjgxjhpt_sign).toBe(platformSignature(vector.secret, vector.rid, vector.sid, String(start + 1_739_999)));
    expect(http.sent).toHaveLength(2);
  });

  it.each([null, '', 'tomorrow', String(start - 1), '1700001800'])(
    'asks anew for the next call where the end is %j: it believes no other life time',
    async (end) => {
      for (let call = 0; call < 2; call += 1) http.expect('POST', secretService, given(vector.sealed, end));
      const { auth } = platform();

      expect((await auth.fields()).gjgxjhpt_sign).toBe(vector.sign2);
      await auth.fields();

      expect(http.sent).toHaveLength(2);
    },
  );

  it('asks once however many calls wait, and one that gives up does not stop it for the others', async () => {
    http.expect('POST', secretService, given());
    const { auth } = platform();
    const stop = new AbortController();

    const waiting = [auth.fields(), auth.fields(), auth.fields()];
    const leaving = errorOf(auth.fields(stop.signal));
    stop.abort();

    expect((await leaving).code).toBe('ERR_ABORTED');
    expect((await Promise.all(waiting)).map((fields) => fields.gjgxjhpt_sign)).toEqual(Array(3).fill(vector.sign2));
    expect(http.sent).toHaveLength(1);
  });

  const other = sealPlatformSecret(vector.appKey, 'ffffffffffffffff0000000000000000');

  it('renews the secret when told to', async () => {
    http.expect('POST', secretService, given());
    http.expect('POST', secretService, given(other));
    const { auth } = platform();
    const fields = await auth.fields();

    await auth.refresh?.(undefined, fields);

    expect((await auth.fields()).gjgxjhpt_sign).toBe(
      platformSignature('ffffffffffffffff0000000000000000', vector.rid, vector.sid, vector.rtime),
    );
  });

  it('keeps a newer secret when only fields of an older one were refused', async () => {
    http.expect('POST', secretService, given());
    http.expect('POST', secretService, given(other));
    const { auth } = platform();
    const [one, two] = [await auth.fields(), await auth.fields()];

    await auth.refresh?.(undefined, one);
    await auth.refresh?.(undefined, two);

    expect(http.sent).toHaveLength(2);
  });

  it('adds the clock offset it is handed to the time it signs', async () => {
    http.expect('POST', secretService, given());

    const fields = await platform({}, { clockOffsetMs: -5000 }).auth.fields();

    expect(fields.gjgxjhpt_rtime).toBe('1699999995000');
  });

  it('can be told another prefix and another place of the secret service', async () => {
    http.expect('POST', `${gateway}/trans/camel/getKey`, given());
    http.expect('POST', 'https://key.example/k', given());

    const fields = await platform({ prefix: 'jsjhpt_', tokenPath: '/trans/camel/getKey' }).auth.fields();
    await platform({ tokenUrl: 'https://key.example/k' }).auth.fields();

    expect(Object.keys(fields)).toEqual(['jsjhpt_rid', 'jsjhpt_sid', 'jsjhpt_rtime', 'jsjhpt_sign']);
  });

  it('of the generation of 2024 signs with the issued appsecret itself and has nothing to refresh', async () => {
    const { auth } = platform({ prefix: 'gjzwfwpt_' }, { http: undefined });

    expect(await auth.fields()).toEqual({
      gjzwfwpt_rid: vector.rid,
      gjzwfwpt_sid: vector.sid,
      gjzwfwpt_rtime: vector.rtime,
      gjzwfwpt_sign: vector.sign1,
    });
    expect(auth.refresh).toBeUndefined();
  });

  it('takes one step or two where it is told so, whatever the prefix', async () => {
    http.expect('POST', secretService, given());

    const two = await platform({ prefix: 'gjzwfwpt_', twoStep: true }).auth.fields();
    const one = await platform({ twoStep: false }).auth.fields();

    expect(two.gjzwfwpt_sign).toBe(vector.sign2);
    expect(one.gjgxjhpt_sign).toBe(vector.sign1);
  });

  it.each([
    ['E-106', '请求不存在于数据库授权列表中', 'ERR_UNAUTHORISED'],
    ['E-999', '没有人知道', 'ERR_UNAUTHORISED'],
    ['-1', '接口调用失败', 'ERR_AGENCY'],
    ['-1', '签名验证失败', 'ERR_UNAUTHORISED'],
    ['-1', '时间戳超时', 'ERR_CLOCK'],
  ])('code %s (%s) is %s, and is not asked again', async (code, message, expected) => {
    http.expect('POST', secretService, { body: JSON.stringify({ code, data: '', message }) });

    const error = await errorOf(platform().auth.fields());

    expect(error).toMatchObject({ code: expected, retryable: false, agency: 'civil-affairs', feed: 'cremations' });
    expect(error.text.zh).toContain(`${code} ${message}`);
  });

  it.each([
    ['a page', { body: '<html>login</html>' }, 'ERR_ENVELOPE'],
    ['nothing', { body: '' }, 'ERR_ENVELOPE'],
    ['JSON without a code', { body: '{"data":{}}' }, 'ERR_ENVELOPE'],
    ['bytes that are no UTF-8', { body: Uint8Array.of(0x7b, 0xff, 0x7d) }, 'ERR_ENVELOPE'],
    ['HTTP 401', { status: 401, body: 'x' }, 'ERR_UNAUTHORISED'],
    ['HTTP 404', { status: 404, body: 'x' }, 'ERR_HTTP_STATUS'],
    ['a secret sealed for another', given(sealPlatformSecret('another key', 'x')), 'ERR_UNAUTHORISED'],
    ['no secret', given(''), 'ERR_UNAUTHORISED'],
    ['more than a secret ever is', { body: '{'.padEnd(70_000) }, 'ERR_TOO_LARGE'],
  ])('%s for an answer is an error of its own', async (_what, answer, code) => {
    http.expect('POST', secretService, answer);

    expect((await errorOf(platform().auth.fields())).code).toBe(code);
  });

  it('asks again where the secret service cannot be reached, and after a failure starts afresh', async () => {
    for (let attempt = 0; attempt < 3; attempt += 1) http.expect('POST', secretService, { error: { code: 'ECONNREFUSED' } });
    http.expect('POST', secretService, given());
    const { auth } = platform();

    expect((await errorOf(auth.fields())).code).toBe('ERR_UNREACHABLE');
    // The two waits between the three attempts: 250 and 500 ms.
    expect((await auth.fields()).gjgxjhpt_sign).toBe(
      platformSignature(vector.secret, vector.rid, vector.sid, String(start + 750)),
    );
  });

  it('shows no secret: not in errors that quote the platform, not when printed', async () => {
    http.expect('POST', secretService, {
      body: JSON.stringify({ code: 'E-1', message: `bad key ${vector.appKey} of 370799197806150012` }),
    });
    http.expect('POST', secretService, given());
    const { auth } = platform();
    const error = await errorOf(auth.fields());
    await auth.fields();

    const printed = inspect([auth, error, error.toJSON(), error.stack], { depth: null, showHidden: true });

    for (const secret of [vector.appKey, vector.secret, vector.sealed, '370799197806150012'])
      expect(printed).not.toContain(secret);
  });

  it('cannot be built without knowing where the secret service is', () => {
    expect(() => platform({}, { http: undefined })).toThrowError(
      expect.objectContaining({ code: 'ERR_CONFIG', place: '/auth/national-platform/tokenUrl' }),
    );
  });
});

describe('the insurance gateway', () => {
  const nonce = '3f2c9a40-0000-4000-8000-000000000001';
  const environment = { clock: () => new Date(1_711_612_800_999), uuid: () => nonce };
  const settings = { paasid: 'demo', token: 'demo-token-not-real-0001' };

  it('signs as the published worked example does', async () => {
    expect(await createAuth('insurance-gateway', settings, environment).fields()).toEqual({
      'x-tif-paasid': 'demo',
      'x-tif-timestamp': '1711612800',
      'x-tif-nonce': nonce,
      'x-tif-signature': 'ee21f37eed2a6ebed0392d5567a5d634c085b2b6fc08324515f888b59575b6bd',
    });
  });

  it('names the service where one is configured, and adds the clock offset', async () => {
    const auth = createAuth('insurance-gateway', { ...settings, serviceId: 's1' }, { ...environment, clockOffsetMs: 60_000 });

    expect(await auth.fields()).toMatchObject({ 'x-tif-serviceId': 's1', 'x-tif-timestamp': '1711612860' });
  });

  it('uses each nonce once', async () => {
    const auth = createAuth('insurance-gateway', settings, { clock: environment.clock });

    const [one, two] = [await auth.fields(), await auth.fields()];

    expect(one['x-tif-nonce']).not.toBe(two['x-tif-nonce']);
    expect(one['x-tif-nonce']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(auth.refresh).toBeUndefined();
  });
});

describe('every auth', () => {
  const environment = fakeTime().environment;
  const http = { baseUrl: gateway };
  const settings: Record<keyof typeof authSchemas, Record<string, string>> = {
    none: {},
    'national-platform': { rid: 'r', sid: 's', appKey: 'hush-1' },
    'insurance-gateway': { paasid: 'p', token: 'hush-2' },
    'user-password': { user: 'u', password: 'hush-3' },
  };

  it.each(Object.entries(settings))('%s carries its own name and shows no secret when it is printed', (kind, own) => {
    const auth = createAuth(kind, own, { ...environment, http });

    expect(auth.id).toBe(kind);
    expect(inspect(auth, { depth: null, showHidden: true })).not.toContain('hush');
  });

  it.each(
    Object.entries(authSchemas).flatMap(([kind, schema]) =>
      'required' in schema ? schema.required.map((name) => [kind, name] as const) : [],
    ),
  )('%s cannot be built without its %s, and the error names it', (kind, name) => {
    const { [name]: _left, ...rest } = settings[kind as keyof typeof authSchemas];

    expect(() => createAuth(kind, rest, { ...environment, http })).toThrowError(
      expect.objectContaining({ code: 'ERR_CONFIG', place: `/auth/${kind}/${name}` }),
    );
  });

  it('that nobody knows is a fault of the configuration', () => {
    for (const kind of ['sm9', 'toString', '__proto__']) {
      expect(() => createAuth(kind, {}, environment)).toThrowError(
        expect.objectContaining({ code: 'ERR_CONFIG', place: '/auth' }),
      );
    }
  });

  it('none gives no fields, user-password its two', async () => {
    expect(await createAuth('none', {}, environment).fields()).toEqual({});
    expect(await createAuth('user-password', { user: 'u', password: 'p' }, environment).fields()).toEqual({
      user: 'u',
      password: 'p',
    });
  });
});
