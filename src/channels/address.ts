import type { HttpRequest } from './channel.js';
import type { Fail } from './environment.js';

/** Where requests go: the configured base address and nowhere else, whatever path, query or header an envelope asks for. */
export interface Address {
  /** `https://gw.example:8181`. */
  readonly origin: string;
  /** Host and port, for texts; an address with its query may hold an ID number. */
  readonly host: string;
  readonly isTls: boolean;
  /** Path and query of a request, below the base. Throws ERR_USAGE for a path that would leave it. */
  target(request: Pick<HttpRequest, 'path' | 'query'>): string;
}

/** Reads the base address. Throws ERR_CONFIG for what is no http(s) address, or holds credentials, a fragment, or an empty segment. */
export function readAddress(baseUrl: string, fail: Fail): Address {
  const wrong = (zh: string, en: string) => fail('ERR_CONFIG', { zh, en }, { place: '/channel/http' });
  if (!URL.canParse(baseUrl)) throw wrong('通道地址不是网址', 'the channel has no readable address');
  const base = new URL(baseUrl);
  if (base.protocol !== 'http:' && base.protocol !== 'https:') {
    throw wrong('通道地址须以 http:// 或 https:// 开头', 'the address of the channel must begin with http:// or https://');
  }
  if (base.username !== '' || base.password !== '') {
    throw wrong('通道地址不得含用户名或密码', 'the address of the channel must not hold credentials');
  }
  if (base.hash !== '' || base.pathname.includes('//')) {
    throw wrong('通道地址不得含 # 或连续的 /', 'the address of the channel must hold neither # nor //');
  }
  const folder = base.pathname.replace(/\/$/, '');
  const outside = () =>
    fail('ERR_USAGE', { zh: '请求路径越出了配置的地址', en: 'the path of a request leaves the configured address' });

  return {
    origin: base.origin,
    host: base.host,
    isTls: base.protocol === 'https:',
    target({ path = '', query = {} }) {
      const [plain = '', ...rest] = path.split('?');
      if (rest.length > 1 || !staysBelow(plain)) throw outside();
      const url = new URL(base.origin);
      url.pathname = plain === '' ? base.pathname : `${folder}/${plain.replace(/^\//, '')}`;
      if (url.origin !== base.origin || !url.pathname.startsWith(plain === '' ? base.pathname : `${folder}/`)) throw outside();
      url.search = rest[0] ?? '';
      const own = Object.entries(query).map(([key, value]) => encodePair(key, value, fail));
      const pairs = [base.search.slice(1), url.search.slice(1), ...own];
      const search = pairs.filter((pair) => pair !== '').join('&');
      return url.pathname + (search === '' ? '' : `?${search}`);
    },
  };
}

/** No dot segment, no second slash at the front, no backslash, no scheme, no control character; also not in percent-encoding, once or twice. */
function staysBelow(path: string): boolean {
  let text = path;
  for (let round = 0; round < 3; round += 1) {
    if ([...text].some((character) => character < ' ' || character === '\u007f' || character === '\\' || character === '#'))
      return false;
    if (text.startsWith('//') || /^[a-z][a-z0-9+.-]*:/i.test(text)) return false;
    if (text.split('/').some((segment) => segment === '.' || segment === '..')) return false;
    let decoded: string;
    try {
      decoded = decodeURIComponent(text);
    } catch {
      return false;
    }
    if (decoded === text) return true;
    text = decoded;
  }
  return false;
}

/** Percent-encoded, a blank as %20: both readers of forms and readers of addresses understand it. */
function encodePair(key: string, value: string, fail: Fail): string {
  try {
    return `${encodeURIComponent(key)}=${encodeURIComponent(value)}`;
  } catch {
    throw fail('ERR_INPUT', { zh: '查询参数含不完整的字符', en: 'a query parameter holds half a character' }, { place: key });
  }
}

/** The channel writes these itself. */
const ownHeaders = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Checks header names and values: printable ASCII only. Anything else would be dropped or changed on the way without a word, and a line
 * break would begin another header. Throws with the name, never the value.
 */
export function checkHeaders(
  headers: Readonly<Record<string, string>>,
  code: 'ERR_CONFIG' | 'ERR_INPUT' | 'ERR_USAGE',
  fail: Fail,
): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) || ownHeaders.has(name.toLowerCase()) || !/^[\t\x20-\x7e]*$/.test(value)) {
      throw fail(
        code,
        {
          zh: `请求头 ${printable(name)} 的名称或值不可用`,
          en: `header ${printable(name)} has a name or value that cannot be sent`,
        },
        { place: printable(name) },
      );
    }
  }
}

function printable(name: string): string {
  return name.replace(/[^!-~]/g, '?').slice(0, 60);
}
