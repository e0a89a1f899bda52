import { createCipheriv, createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { hexOf } from '../random.js';
import type { Answer, Asked, Endpoint } from './server.js';

/**
 * The national data exchange platform (国家数据共享交换平台): hands out working secrets and checks the signature of every call, as written down
 * from two independent clients (reference PC A.1.2). Times are judged within five minutes; a secret lives for half an hour.
 */
export interface Grant {
  rid: string;
  sid: string;
  appKey: string;
  /** The feed behind the interface. */
  feed: string;
}

export interface Signed {
  rid: string;
  sid: string;
  rtime: string;
  sign: string;
}

export interface Platform {
  /** `POST /sysapi/auth/refreshappsecret`. */
  endpoint: Endpoint;
  /** Undefined when the call is in order, else what the platform says. */
  verify(signed: Signed, sid: string, trouble: { wrongKey: boolean; clockSkew: boolean }): string | undefined;
}

export interface PlatformOptions {
  seed: number;
  grants: readonly Grant[];
  clock: () => Date;
  /** How long a secret is good for; milliseconds. */
  secretLifeMs?: number;
}

const windowMs = 5 * 60_000;
const skewMs = 15 * 60_000;

/** Texts of the platform; only E-106 and -1 are known from outside, the wording of the others is ours. */
const words = {
  stale: '请求时间戳超时',
  forged: '签名验证失败',
  expired: '密钥已过期，请重新获取',
  otherInterface: '接口标识与服务不符',
  missing: '缺少共享平台请求头',
} as const;

export function createPlatform(options: PlatformOptions): Platform {
  const { seed, grants, clock } = options;
  const life = options.secretLifeMs ?? 30 * 60_000;
  /** A secret is good a little before its window begins, so that a fresh one always has some life left. */
  const overlap = Math.min(5 * 60_000, life / 6);

  const secretOf = (grant: Grant, window: number) => hexOf(seed, 'secret', grant.sid, window).slice(0, 32);
  const windowAt = (ms: number) => Math.floor((ms + overlap) / life);
  const nowMs = (skewed: boolean) => clock().getTime() + (skewed ? skewMs : 0);
  const grantOf = (rid: string, sid: string) => grants.find((grant) => grant.rid === rid && grant.sid === sid);
  const keyOf = (key: string, wrong: boolean) => (wrong ? hexOf(seed, 'another', key).slice(0, 32) : key);

  return {
    endpoint: {
      path: '/sysapi/auth/refreshappsecret',
      auxiliary: true,
      feed(asked) {
        const body = readJson(asked);
        return grants.find((grant) => grant.sid === body?.gjgxjhpt_sid)?.feed ?? grants[0]?.feed ?? '';
      },
      refuse: (text) => failed('-1', text, 'refused'),
      answer(asked, trouble) {
        if (asked.method !== 'POST') return failed('-1', '接口调用失败', 'method');
        const body = readJson(asked);
        const { gjgxjhpt_rid: rid, gjgxjhpt_sid: sid, gjgxjhpt_rtime: rtime, gjgxjhpt_sign: sign } = body ?? {};
        if (!rid || !sid || !rtime || !sign) return failed('-1', '接口调用失败', 'parameter');
        const grant = grantOf(rid, sid);
        if (grant === undefined) return failed('E-106', '请求不存在于数据库授权列表中', 'not-granted');
        if (!isFresh(rtime, nowMs(trouble.clockSkew))) return failed('-1', words.stale, 'stale');
        if (!isSigned({ rid, sid, rtime, sign }, keyOf(grant.appKey, trouble.wrongKey)))
          return failed('-1', words.forged, 'signature');
        const window = windowAt(nowMs(trouble.clockSkew));
        return json(
          {
            code: '0',
            data: { secret: seal(secretOf(grant, window), grant.appKey), secretEndTime: String((window + 1) * life) },
            message: '成功',
          },
          undefined,
        );
      },
    },

    verify(signed, sid, trouble) {
      if (!signed.rid || !signed.sid || !signed.rtime || !signed.sign) return words.missing;
      const grant = grantOf(signed.rid, signed.sid);
      if (grant === undefined) return '请求不存在于数据库授权列表中';
      if (signed.sid !== sid) return words.otherInterface;
      const now = nowMs(trouble.clockSkew);
      if (!isFresh(signed.rtime, now)) return words.stale;
      const current = windowAt(now);
      if (isSigned(signed, keyOf(secretOf(grant, current), trouble.wrongKey))) return undefined;
      const earlier = secretOf(grant, current - 1);
      // A new secret does not end the one before: that ends at its own time.
      if (isSigned(signed, keyOf(earlier, trouble.wrongKey))) return now < current * life ? undefined : words.expired;
      return words.forged;
    },
  };
}

/** The four fields from names in lower case, as headers carry them. */
export function signedOf(fields: Readonly<Record<string, string | undefined>>): Signed {
  return {
    rid: fields.gjgxjhpt_rid ?? '',
    sid: fields.gjgxjhpt_sid ?? '',
    rtime: fields.gjgxjhpt_rtime ?? '',
    sign: fields.gjgxjhpt_sign ?? '',
  };
}

function isFresh(rtime: string, now: number): boolean {
  return /^\d{13}$/.test(rtime) && Math.abs(Number(rtime) - now) <= windowMs;
}

/** Base64 of HMAC-SHA256 over sid, rid, rtime, in this order and without separators. */
function isSigned(signed: Signed, key: string): boolean {
  const expected = createHmac('sha256', key).update(`${signed.sid}${signed.rid}${signed.rtime}`).digest();
  const given = Buffer.from(signed.sign, 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

/**
 * AES-128-ECB under the key that Java's SHA1PRNG makes of the app key: SHA-1 of SHA-1, cut to 16 bytes. Broken into lines as
 * `BASE64Encoder` does it, though at 60 characters, so that the break falls inside.
 */
function seal(secret: string, appKey: string): string {
  const sha1 = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest();
  const cipher = createCipheriv('aes-128-ecb', sha1(sha1(Buffer.from(appKey, 'utf8'))).subarray(0, 16), null);
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]).toString('base64');
  return sealed.replace(/.{60}(?=.)/gu, '$&\r\n');
}

function readJson(asked: Asked): Record<string, string> | undefined {
  try {
    const value: unknown = JSON.parse(asked.body.toString('utf8'));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    return undefined;
  }
}

function failed(code: string, message: string, refused: string): Answer {
  return json({ code, data: '', message }, refused);
}

function json(body: unknown, refused: string | undefined): Answer {
  return {
    contentType: 'application/json;charset=UTF-8',
    body: JSON.stringify(body),
    operation: 'refreshappsecret',
    ...(refused === undefined ? {} : { refused }),
  };
}
