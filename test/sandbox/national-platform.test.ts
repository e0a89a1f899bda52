import { describe, expect, it } from 'vitest';
import { createPlatform } from '../../src/sandbox/servers/national-platform.js';
import type { Asked, Trouble } from '../../src/sandbox/servers/server.js';
import { hmac, unseal } from './harness.js';

// The vector of the reference (population-civil A.1.2): made up there, and checked between Java and Node.
const rid = '00000000-0000-4000-8000-000000000000';
const sid = 's_12100000000018032A_0000';
const appKey = '0123456789abcdef0123456789abcdef';
const rtime = '1700000000000';
const sign1 = 'zlrqdMr1Aw6WuGd4hZ0keeXbyW8nknxaiJzK6Lljja8=';

const calm: Trouble = { wrongKey: false, clockSkew: false, otherPerson: false, pageRepeats: false };
const at = (ms: number) => new Date(Number(rtime) + ms);

function platform(options: { now?: () => Date; secretLifeMs?: number } = {}) {
  return createPlatform({
    seed: 1,
    grants: [{ rid, sid, appKey, feed: 'civil-affairs/cremations' }],
    clock: options.now ?? (() => at(0)),
    ...(options.secretLifeMs === undefined ? {} : { secretLifeMs: options.secretLifeMs }),
  });
}

function asked(body: unknown, method = 'POST'): Asked {
  return {
    method,
    path: '/sysapi/auth/refreshappsecret',
    query: new URLSearchParams(),
    headers: {},
    body: Buffer.from(JSON.stringify(body)),
  };
}

const good = { gjgxjhpt_rid: rid, gjgxjhpt_sid: sid, gjgxjhpt_rtime: rtime, gjgxjhpt_sign: sign1 };

function refresh(target: ReturnType<typeof platform>, body: unknown, method = 'POST', trouble = calm) {
  const answer = target.endpoint.answer(asked(body, method), trouble);
  return JSON.parse(answer.body) as { code: string; data: { secret: string; secretEndTime: string } | ''; message: string };
}

function secretOf(target: ReturnType<typeof platform>, body: unknown = good): string {
  const { data } = refresh(target, body);
  return data === '' ? '' : unseal(data.secret, appKey);
}

describe('the national platform', () => {
  it('gives a secret for the published signature, sealed with the key Java makes of the app key', () => {
    const answer = refresh(platform(), good);

    expect(answer.code).toBe('0');
    expect(answer.data === '' ? '' : unseal(answer.data.secret, appKey)).toMatch(/^[0-9a-f]{32}$/);
    expect(Number(answer.data === '' ? 0 : answer.data.secretEndTime)).toBeGreaterThan(Number(rtime) + 60_000);
  });

  it('breaks the sealed secret into lines, as the Java encoder does', () => {
    const { data } = refresh(platform(), good);

    expect(data === '' ? '' : data.secret).toMatch(/^[A-Za-z0-9+/]{60}\r\n[A-Za-z0-9+/=]+$/);
  });

  it('refuses a signature made with the identifiers in another order', () => {
    const wrong = { ...good, gjgxjhpt_sign: hmac(appKey, rid + sid + rtime) };

    expect(refresh(platform(), wrong)).toEqual({ code: '-1', data: '', message: '签名验证失败' });
  });

  it('refuses a signature made with the app key read as hexadecimal', () => {
    const wrong = { ...good, gjgxjhpt_sign: hmac(Buffer.from(appKey, 'hex').toString('latin1'), sid + rid + rtime) };

    expect(refresh(platform(), wrong).code).toBe('-1');
  });

  it('says E-106 for a requester and interface that were never granted', () => {
    const wrong = { ...good, gjgxjhpt_sid: 's_0000000000000_9999' };

    expect(refresh(platform(), wrong)).toEqual({ code: 'E-106', data: '', message: '请求不存在于数据库授权列表中' });
  });

  it.each(['gjgxjhpt_rid', 'gjgxjhpt_sid', 'gjgxjhpt_rtime', 'gjgxjhpt_sign'])('fails without %s', (name) => {
    expect(refresh(platform(), { ...good, [name]: '' })).toEqual({ code: '-1', data: '', message: '接口调用失败' });
  });

  it('fails on GET', () => {
    expect(refresh(platform(), good, 'GET').code).toBe('-1');
  });

  it('accepts a time five minutes old and refuses one a second older', () => {
    expect(refresh(platform({ now: () => at(300_000) }), good).code).toBe('0');
    expect(refresh(platform({ now: () => at(301_000) }), good)).toEqual({ code: '-1', data: '', message: '请求时间戳超时' });
  });

  it('refuses a time from the future as one from the past', () => {
    expect(refresh(platform({ now: () => at(-301_000) }), good).code).toBe('-1');
  });

  it('refuses a time in seconds', () => {
    const wrong = { ...good, gjgxjhpt_rtime: '1700000000', gjgxjhpt_sign: hmac(appKey, `${sid}${rid}1700000000`) };

    expect(refresh(platform(), wrong).code).toBe('-1');
  });

  it('verifies a business call signed with the working secret', () => {
    const target = platform();
    const call = { rid, sid, rtime, sign: hmac(secretOf(target), sid + rid + rtime) };

    expect(target.verify(call, sid, calm)).toBeUndefined();
  });

  it('refuses a business call signed with the app key', () => {
    const target = platform();

    expect(target.verify({ rid, sid, rtime, sign: sign1 }, sid, calm)).toBe('签名验证失败');
  });

  it('refuses a call whose interface is not the one called', () => {
    const target = platform();
    const call = { rid, sid, rtime, sign: hmac(secretOf(target), sid + rid + rtime) };

    expect(target.verify(call, 's_0000000000000_0002', calm)).toBe('接口标识与服务不符');
  });

  it('rotates its secrets, lets the earlier one live to its end, and then calls it expired', () => {
    let now = at(0);
    const target = platform({ now: () => now, secretLifeMs: 1_800_000 });
    const earlier = secretOf(target);
    const end = Number((refresh(target, good).data as { secretEndTime: string }).secretEndTime);
    const callAt = (ms: number, key: string) => ({ rid, sid, rtime: String(ms), sign: hmac(key, sid + rid + String(ms)) });

    now = new Date(end - 1);
    const fresh = secretOf(target, {
      ...good,
      gjgxjhpt_rtime: String(end - 1),
      gjgxjhpt_sign: hmac(appKey, `${sid}${rid}${end - 1}`),
    });
    expect(fresh).not.toBe(earlier);
    expect(target.verify(callAt(end - 1, earlier), sid, calm)).toBeUndefined();
    expect(target.verify(callAt(end - 1, fresh), sid, calm)).toBeUndefined();

    now = new Date(end);
    expect(target.verify(callAt(end, earlier), sid, calm)).toBe('密钥已过期，请重新获取');
    expect(target.verify(callAt(end, fresh), sid, calm)).toBeUndefined();
  });

  it('refuses everything when its key is another, or its clock a quarter of an hour ahead', () => {
    const target = platform();

    expect(refresh(target, good, 'POST', { ...calm, wrongKey: true }).message).toBe('签名验证失败');
    expect(refresh(target, good, 'POST', { ...calm, clockSkew: true }).message).toBe('请求时间戳超时');
  });
});
