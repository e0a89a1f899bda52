import type { YilianError } from '../errors.js';
import type { Bilingual } from '../model/index.js';
import type { Fail } from './environment.js';

/**
 * What went wrong on the way, told in our words. Of the error that was caught only its code is kept: its message, its stack and the request
 * hanging on it may hold an address with an ID number, a signature or a password.
 */

/** No answer came: DNS, TCP, TLS, or bytes that are not HTTP. ERR_TLS or ERR_UNREACHABLE. */
export function noAnswer(error: unknown, host: string, fail: Fail): YilianError {
  const code = codeOf(error);
  const tls = tlsText(code);
  if (tls !== undefined) {
    return fail('ERR_TLS', {
      zh: `与 ${host} 的加密连接失败：${tls.zh}（${code}）`,
      en: `no secure connection to ${host}: ${tls.en} (${code})`,
    });
  }
  const text = plainText(code);
  return fail('ERR_UNREACHABLE', {
    zh: `无法连通 ${host}：${text.zh}（${code}）`,
    en: `cannot reach ${host}: ${text.en} (${code})`,
  });
}

/** The answer began and broke off. ERR_INCOMPLETE, or ERR_TLS where the alert about our certificate arrives only now. */
export function brokenAnswer(error: unknown, host: string, httpStatus: number, fail: Fail): YilianError {
  const code = codeOf(error);
  if (tlsText(code) !== undefined) return noAnswer(error, host, fail);
  return fail(
    'ERR_INCOMPLETE',
    { zh: `${host} 的应答中途断开（${code}）`, en: `the answer of ${host} broke off (${code})` },
    { httpStatus },
  );
}

/**
 * A system error code fit to be shown; anything else is `UNKNOWN`. A TLS fault met while writing is only `EPROTO`, and OpenSSL's reason then
 * stands in the message; OpenSSL 3.2 renamed its alerts from SSLV3 to SSL/TLS. Both are told by their older, exact name.
 */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'UNKNOWN';
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code !== 'string') return 'UNKNOWN';
  const reason =
    code === 'EPROTO' && typeof message === 'string' ? /:SSL routines:[^:]*:([a-z0-9/ ]{3,60}):/.exec(message)?.[1] : undefined;
  const exact = reason === undefined ? code : `ERR_SSL_${reason.toUpperCase().replaceAll(' ', '_')}`;
  const shown = exact.replace('_SSL/TLS_ALERT_', '_SSLV3_ALERT_');
  return /^[A-Z][A-Z0-9_]{1,70}$/.test(shown) ? shown : 'UNKNOWN';
}

function plainText(code: string): Bilingual {
  if (code === 'ECONNREFUSED') return { zh: '对方拒绝连接', en: 'the connection was refused' };
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_FAIL')
    return { zh: '域名解析失败', en: 'the name could not be resolved' };
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED')
    return { zh: '连接被断开', en: 'the connection was cut' };
  if (code === 'ETIMEDOUT') return { zh: '建立连接超时', en: 'connecting took too long' };
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH' || code === 'EADDRNOTAVAIL')
    return { zh: '网络不通', en: 'there is no route to it' };
  if (code.startsWith('HPE_')) return { zh: '收到的不是 HTTP 应答', en: 'what it answered is not HTTP' };
  return { zh: '通信失败', en: 'communication failed' };
}

const unknownIssuer = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
]);
const tooOld = new Set(['ERR_SSL_UNSUPPORTED_PROTOCOL', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'ERR_SSL_VERSION_TOO_LOW']);
const ourCertificate = new Set([
  'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
  'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED',
  'ERR_SSL_SSLV3_ALERT_CERTIFICATE_REVOKED',
  'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN',
  'ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE',
  'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
  'ERR_SSL_TLSV1_ALERT_ACCESS_DENIED',
  'ERR_SSL_TLSV1_ALERT_DECRYPT_ERROR',
]);

/** OpenSSL's and Node's codes for what fails in TLS; undefined for codes of another kind. */
function tlsText(code: string): Bilingual | undefined {
  if (code === 'CERT_HAS_EXPIRED') return { zh: '对方服务器证书已过期', en: 'the certificate of the server has expired' };
  if (code === 'CERT_NOT_YET_VALID') {
    return {
      zh: '对方服务器证书尚未生效，请核对本机时间',
      en: 'the certificate of the server is not valid yet; check our clock',
    };
  }
  if (code === 'CERT_REVOKED') return { zh: '对方服务器证书已被吊销', en: 'the certificate of the server was revoked' };
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH') {
    return {
      zh: '对方服务器证书与配置的主机名不符',
      en: 'the certificate of the server is for another host name than the configured one',
    };
  }
  if (unknownIssuer.has(code)) {
    return {
      zh: '对方服务器证书的签发机构不受信任，请在 tls.ca 配置其根证书',
      en: 'the certificate of the server is from an unknown issuer; put its root certificate in tls.ca',
    };
  }
  if (code === 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED') {
    return {
      zh: '对方要求客户端证书，请配置 tls.cert 与 tls.key',
      en: 'the server wants a client certificate; put it in tls.cert and tls.key',
    };
  }
  if (code === 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE') {
    return {
      zh: '握手被拒：对方要求客户端证书，或双方没有共同的加密套件',
      en: 'the handshake was refused: the server wants a client certificate, or there is no common cipher',
    };
  }
  if (ourCertificate.has(code))
    return { zh: '对方不接受我方客户端证书', en: 'the server does not accept our client certificate' };
  if (tooOld.has(code)) return { zh: '对方只支持 TLS 1.2 以前的版本', en: 'the server speaks only TLS older than 1.2' };
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') {
    return {
      zh: '此端口不是 TLS 服务，请核对 http/https 与端口',
      en: 'this port does not speak TLS; check http or https and the port',
    };
  }
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_') || code === 'EPROTO' || /CERT/.test(code)) {
    return { zh: 'TLS 失败', en: 'TLS failed' };
  }
  return undefined;
}
