import { fault, type Readable } from './fault.js';

/** Base64 (line breaks allowed, padding optional) to bytes; fault `bad-base64` for anything else, instead of the silent guess of `Buffer`. */
export function readBase64(text: string): Readable<{ bytes: Uint8Array }> {
  const plain = text.replaceAll(/\s+/g, '');
  const body = plain.replace(/={1,2}$/, '');
  if (body === '' || !/^[A-Za-z0-9+/]+$/.test(body) || body.length % 4 === 1) {
    return fault('bad-base64', '', '不是有效的 Base64', 'not valid Base64');
  }
  return { ok: true, bytes: new Uint8Array(Buffer.from(body, 'base64')) };
}
