import { openPlatformSecret, platformSignature } from '../../crypto/national-platform.js';
import type { YilianError } from '../../errors.js';
import { redact } from '../../redact.js';
import type { HttpReply } from '../channel.js';
import { type ChannelEnvironment, surroundings, untilAborted } from '../environment.js';
import { createHttpChannel, type HttpSettings } from '../http.js';
import type { Auth, AuthFields } from './auth.js';

/**
 * The two-step signature of the national data-sharing platform (国家数据共享交换平台): the appKey signs a request for a working secret, the
 * working secret signs every question. The generation of 2024 (`gjzwfwpt_`) makes do with one step.
 */
export interface NationalPlatformSettings {
  /** Requester id (请求者标识), issued to the system. */
  rid: string;
  /** Interface id (接口标识). */
  sid: string;
  /** Issued per rid and sid; used as text. */
  appKey: string;
  /** Whole address of the secret service, where it is not on the channel's origin. */
  tokenUrl?: string | undefined;
  /** Default `/sysapi/auth/refreshappsecret`; provinces proxy it under paths of their own. */
  tokenPath?: string | undefined;
  /** Before `rid`, `sid`, `rtime` and `sign`. Default `gjgxjhpt_`. */
  prefix?: string | undefined;
  /**
   * Is a working secret asked for? Default: yes, but not with the prefix `gjzwfwpt_`, where the issued appsecret (given as `appKey`) signs every
   * question itself.
   */
  twoStep?: boolean | undefined;
}

export interface NationalPlatformEnvironment extends ChannelEnvironment {
  /** The feed's channel: the secret service is reached with its TLS settings, static headers and deadline, but limits of its own. */
  http?: HttpSettings | undefined;
  /** Added to our clock; the platform refuses signatures whose time is off. */
  clockOffsetMs?: number | undefined;
}

interface Secret {
  text: string;
  /** Platform time, milliseconds; absent where the platform said nothing readable: then the secret serves the calls that waited for it. */
  endsAt: number | undefined;
}

/** A secret is renewed this long before the end the platform names. */
const marginMs = 60_000;
const maxTokenBytes = 64 * 1024;

/**
 * Gives `<prefix>rid`, `_sid`, `_rtime` and `_sign`, the time and signature fresh for every call. Throws ERR_CONFIG at once where it cannot know
 * where the secret service is; from `fields` and `refresh` ERR_UNAUTHORISED (E-106, an unknown platform code, a secret that the appKey does
 * not open), ERR_AGENCY (-1), ERR_CLOCK, ERR_ENVELOPE, or a failure to talk.
 */
export function createNationalPlatform(settings: NationalPlatformSettings, environment: NationalPlatformEnvironment): Auth {
  const { rid, sid, appKey, prefix = 'gjgxjhpt_', twoStep = prefix !== 'gjzwfwpt_' } = settings;
  const { http, clockOffsetMs = 0 } = environment;
  const around = surroundings(environment);
  const { fail } = around;
  const platformNow = () => around.now() + clockOffsetMs;
  const sign = (key: string): Record<string, string> => {
    const rtime = String(platformNow());
    return {
      [`${prefix}rid`]: rid,
      [`${prefix}sid`]: sid,
      [`${prefix}rtime`]: rtime,
      [`${prefix}sign`]: platformSignature(key, rid, sid, rtime),
    };
  };
  if (!twoStep) return { id: 'national-platform', fields: async () => sign(appKey) };

  const tokenUrl = secretService(settings, http);
  if (tokenUrl === undefined) {
    throw fail(
      'ERR_CONFIG',
      { zh: '不知道密钥服务的地址，请配置 tokenUrl', en: 'the address of the secret service is not known; configure tokenUrl' },
      { place: '/auth/national-platform/tokenUrl' },
    );
  }
  // Its own quota, breaker and attempts: renewing a secret must not eat the quota of the feed, which is registered per interface.
  const channel = createHttpChannel(
    {
      baseUrl: tokenUrl,
      tls: http?.tls,
      headers: http?.headers,
      deadlineMs: http?.deadlineMs,
      userAgent: http?.userAgent,
      attempts: http?.attempts,
      retry: http?.retry,
      breaker: http?.breaker,
      concurrency: 1,
      maxBytes: maxTokenBytes,
      keepAlive: false,
    },
    environment,
  );

  let current: Secret | undefined;
  let inFlight: Promise<Secret> | undefined;
  /** Which secret signed which fields, so that a refusal of an old one does not throw away a new one. */
  const signedWith = new WeakMap<AuthFields, Secret>();

  const fetchSecret = async (): Promise<Secret> => {
    const reply = await channel.exchange({
      repeatable: true,
      async build() {
        return {
          method: 'POST',
          headers: { 'Content-Type': 'application/json;charset=UTF-8' },
          body: new TextEncoder().encode(JSON.stringify(sign(appKey))),
        };
      },
      judge: (answer) => ({ verdict: readAnswer(answer) === undefined ? 'unrecognised' : 'done' }),
    });
    const answer = readAnswer(reply);
    if (answer === undefined) {
      throw fail(
        'ERR_ENVELOPE',
        { zh: '密钥服务的应答不可识别', en: 'the answer of the secret service is not recognisable' },
        { httpStatus: reply.status },
      );
    }
    if (answer.code !== '0') throw refusal(answer, [appKey, rid], fail);
    const text = openPlatformSecret(appKey, answer.secret);
    if (text === undefined) {
      throw fail('ERR_UNAUTHORISED', {
        zh: '密钥服务给出的密钥无法用 appKey 解开，请核对 appKey 与 rid、sid 是否配套',
        en: 'the secret cannot be opened with the appKey; check that appKey, rid and sid belong together',
      });
    }
    return { text, endsAt: answer.endsAt };
  };

  /** One call to the secret service at a time, however many wait for it; whoever gives up does not stop it for the others. */
  const renew = (signal: AbortSignal | undefined): Promise<Secret> => {
    inFlight ??= fetchSecret()
      .then((secret) => {
        current = secret;
        return secret;
      })
      .finally(() => {
        inFlight = undefined;
      });
    return untilAborted(inFlight, signal, around.aborted);
  };
  const isGood = ({ endsAt }: Secret): boolean => endsAt !== undefined && platformNow() < endsAt - marginMs;

  return {
    id: 'national-platform',
    async fields(signal) {
      const secret = current !== undefined && isGood(current) ? current : await renew(signal);
      const fields = sign(secret.text);
      signedWith.set(fields, secret);
      return fields;
    },
    async refresh(signal, refused) {
      const used = refused && signedWith.get(refused);
      if (used !== undefined && current !== undefined && used !== current) return;
      await renew(signal);
    },
  };
}

function secretService({ tokenUrl, tokenPath = '/sysapi/auth/refreshappsecret' }: NationalPlatformSettings, http?: HttpSettings) {
  if (tokenUrl !== undefined) return tokenUrl;
  if (http === undefined || !URL.canParse(http.baseUrl)) return undefined;
  return new URL(http.baseUrl).origin + (tokenPath.startsWith('/') ? tokenPath : `/${tokenPath}`);
}

interface Answer {
  code: string;
  message: string;
  secret: string;
  endsAt: number | undefined;
}

/** `{ code, data: { secret, secretEndTime }, message }`, numbers and texts alike; undefined for anything else. */
function readAnswer({ bytes }: Pick<HttpReply, 'bytes'>): Answer | undefined {
  let tree: unknown;
  try {
    tree = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
  const code = textAt(tree, 'code');
  if (code === undefined) return undefined;
  const data = member(tree, 'data');
  const end = textAt(data, 'secretEndTime');
  return {
    code,
    message: textAt(tree, 'message') ?? '',
    secret: textAt(data, 'secret') ?? '',
    endsAt: end !== undefined && /^\d{13}$/.test(end) ? Number(end) : undefined,
  };
}

function member(tree: unknown, key: string): unknown {
  return typeof tree === 'object' && tree !== null && Object.hasOwn(tree, key)
    ? (tree as Record<string, unknown>)[key]
    : undefined;
}

function textAt(tree: unknown, key: string): string | undefined {
  const value = member(tree, key);
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : undefined;
}

/**
 * E-106 is "not in the list of authorisations". -1 is a failure inside the platform. The list of `E-…` codes is not public: an unknown one is
 * taken for a fault of the configuration. None is worth a retry.
 */
function refusal(
  { code, message }: Answer,
  secrets: readonly string[],
  fail: ReturnType<typeof surroundings>['fail'],
): YilianError {
  const hidden = secrets.reduce((text, secret) => (secret === '' ? text : text.replaceAll(secret, '***')), message);
  const said = redact(`${code} ${hidden}`.trim()).slice(0, 200);
  if (message.includes('时间戳')) {
    return fail('ERR_CLOCK', {
      zh: `密钥服务认为本机时间有误：${said}`,
      en: `the secret service says that our clock is off: ${said}`,
    });
  }
  // -1 is the platform's code for any failure; only its words tell a wrong key from a broken platform (clarifications: 签名, 密钥, 令牌, token).
  if (code === '-1' && !/签名|密钥|令牌|token/i.test(message))
    return fail('ERR_AGENCY', {
      zh: `密钥服务调用失败，请先核对 rid、sid、appKey：${said}`,
      en: `the secret service failed; check rid, sid and appKey first: ${said}`,
    });
  return fail('ERR_UNAUTHORISED', {
    zh: `密钥服务不予授权，请核对 rid、sid 与 appKey：${said}`,
    en: `the secret service does not authorise us; check rid, sid and appKey: ${said}`,
  });
}
