import { X509Certificate } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { Fail } from './environment.js';

/** PEM texts. `ca` replaces the built-in roots; `cert` and `key` are our client certificate, for servers that want one. */
export interface TlsSettings {
  ca?: string | undefined;
  cert?: string | undefined;
  key?: string | undefined;
}

/** Node's TLS options: at least TLS 1.2, the server's certificate always checked, whatever NODE_TLS_REJECT_UNAUTHORIZED says. */
export type SecureOptions = SecureContextOptions & { minVersion: 'TLSv1.2'; rejectUnauthorized: true };

/** Throws ERR_CONFIG, naming the part and nothing of its content, for what is no PEM, or a key that is not the certificate's. */
export function secureOptions({ ca, cert, key }: TlsSettings = {}, fail: Fail): SecureOptions {
  const parts = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
  const wrong = (place: string, zh: string, en: string) => fail('ERR_CONFIG', { zh, en }, { place: `/channel/tls${place}` });
  if ((cert === undefined) !== (key === undefined)) {
    throw wrong('', '客户端证书与私钥须成对配置', 'a client certificate and its key come together');
  }
  for (const [part, value] of Object.entries(parts)) {
    if (!value.includes('-----BEGIN ')) throw wrong(`/${part}`, `tls.${part} 不是 PEM 文本`, `tls.${part} is not PEM text`);
    if (part !== 'key' && !areCertificates(value)) {
      throw wrong(`/${part}`, `tls.${part} 中的证书不可读`, `a certificate in tls.${part} cannot be read`);
    }
  }
  if (!canUse(parts))
    throw wrong('/key', 'tls.key 不可读，或不是该证书的私钥', 'tls.key cannot be read, or is not the key of the certificate');
  return { ...parts, minVersion: 'TLSv1.2', rejectUnauthorized: true };
}

/** Every block must be a certificate: Node passes over a `ca` it cannot read, and then trusts nobody without saying why. */
function areCertificates(pem: string): boolean {
  const blocks = pem.match(/-----BEGIN [A-Z0-9 ]+-----[^-]*-----END [A-Z0-9 ]+-----/g) ?? [];
  try {
    return blocks.length > 0 && blocks.every((block) => new X509Certificate(block).raw.length > 0);
  } catch {
    return false;
  }
}

function canUse(options: SecureContextOptions): boolean {
  try {
    createSecureContext(options);
    return true;
  } catch {
    return false;
  }
}

export interface Agents {
  httpAgent: HttpAgent;
  httpsAgent: HttpsAgent;
}

/** Sockets are kept for the next question, and no more of them than may be asked at a time. */
export function createAgents(secure: SecureOptions, options: { keepAlive: boolean; maxSockets: number }): Agents {
  return { httpAgent: new HttpAgent(options), httpsAgent: new HttpsAgent({ ...options, ...secure }) };
}
