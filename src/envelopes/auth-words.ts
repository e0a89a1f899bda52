import { redact } from '../redact.js';
import type { Opened } from './envelope.js';
import { type Setting, texts } from './settings.js';

/**
 * Business errors about being allowed have no codes. A message with one of these words is a reason to get a fresh secret once and ask once more;
 * nothing else is (clarifications, "answers that look alike").
 */
export const authWords: readonly string[] = ['签名', '密钥', '令牌', 'token', '过期'];

/** Not published by anybody; words that gateways of this kind use for "ask again later". */
const busyWords: readonly string[] = [
  '系统繁忙',
  '服务繁忙',
  '请稍后再试',
  '请稍后重试',
  '访问过于频繁',
  '请求过于频繁',
  '超过访问频率',
  '超出访问频率',
];

/** A signature whose time is off is mended by the operator's clock; a fresh secret or a second try changes nothing. */
export const clockWords: readonly string[] = ['时间戳超时'];

/** The lists as settings, the same in every family. */
export const refusalSettings = {
  authWords: texts(authWords, '出现即刷新一次密钥再问一次的词 / words that mean: refresh the secret once and ask once more'),
  clockWords: texts(clockWords, '表示我方时钟不准的词 / words that mean: our clock is off'),
  busyWords: texts(busyWords, '表示稍后再问的词（未公开） / words that mean: ask again later (not published)'),
} satisfies Record<string, Setting<readonly string[]>>;

/** Does a text hold one of the words? Latin letters in either case. */
export function holdsWord(message: string, words: readonly string[]): boolean {
  const lower = message.toLowerCase();
  return words.some((word) => word !== '' && lower.includes(word.toLowerCase()));
}

/** The lists as they are set. */
export interface RefusalWords {
  authWords: readonly string[];
  clockWords: readonly string[];
  busyWords: readonly string[];
}

/** What a message that says no comes to: our clock, not authorised (refreshable), busy, or failed. The other side's words are redacted and cut. */
export function refusal(
  said: { code?: string | undefined; message?: string | undefined },
  words: RefusalWords,
  warnings: readonly string[] = [],
): Opened {
  const message = said.message ?? '';
  const base = { records: [], warnings: [...warnings], ...spoken(said) };
  if (holdsWord(message, words.clockWords)) return { status: 'not-authorised', clock: true, ...base };
  if (holdsWord(message, words.authWords)) return { status: 'not-authorised', refreshable: true, ...base };
  if (holdsWord(message, words.busyWords)) return { status: 'busy', ...base };
  return { status: 'failed', ...base };
}

/** Code and redacted message, where there are any. */
export function spoken(said: { code?: string | undefined; message?: string | undefined }): Pick<Opened, 'code' | 'message'> {
  const message = said.message?.trim() ?? '';
  return {
    ...(said.code === undefined || said.code === '' ? {} : { code: redact(said.code).slice(0, 64) }),
    ...(message === '' ? {} : { message: redact(message).slice(0, 300) }),
  };
}
