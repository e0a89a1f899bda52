import { isAscii, isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { YilianError } from '../errors.js';
import { fault, type Readable } from './fault.js';

/**
 * Bytes → text and back. What the bytes are decides, not what a label says of them: a prolog or Content-Type that lies is a warning, bytes
 * that cannot be read are a fault with their offset, and no U+FFFD is ever put in by us.
 *
 * Everything called GB2312, GBK or GB18030 is read as gb18030: the label `gbk` loses rare characters of names (libraries-and-security A3).
 */

/** What a text was read as. */
export type Encoding = 'UTF-8' | 'GB18030' | 'UTF-16LE' | 'UTF-16BE';

/** The text, how it was read, and what to tell the operator; or why it cannot be read. */
export type DecodedText = Readable<{ text: string; encoding: Encoding; warnings: string[] }>;

// V8 holds no longer string; a larger file is for a reader that works in pieces.
const largestBytes = 256 * 1024 ** 2;

/**
 * Reads bytes as text: byte order mark, strict UTF-8, then the labels (XML declaration, Content-Type, `configured`), in this order.
 * Faults: `empty`, `too-large`, `bad-encoding` (the detail names the byte), `unknown-encoding`. Never throws.
 */
export function decodeText(
  bytes: Uint8Array,
  hints: { contentType?: string | undefined; configured?: string | undefined } = {},
): DecodedText {
  if (bytes.length === 0) return fault('empty', '', '报文是空的', 'the message is empty');
  if (bytes.length > largestBytes) return fault('too-large', '', '报文过大', 'the message is too large');
  const marked = byteOrderMark(bytes);
  const labels = labelsOf(bytes, hints);
  if (marked) return decodeAs(bytes.subarray(marked.length), marked.encoding, labels, marked.length);
  const wide = labels.find((label) => label.encoding === 'UTF-16LE' || label.encoding === 'UTF-16BE');
  if (wide?.encoding && bytes.includes(0)) return decodeAs(bytes, wide.encoding, labels, 0);
  if (isUtf8(bytes)) {
    // A few characters of GB18030 can form two-byte UTF-8 by chance (郑, 石, 一): with that label and no longer sequence the label is right.
    const byChance =
      labels.some((label) => label.encoding === 'GB18030') && !isAscii(bytes) && !bytes.some((byte) => byte >= 0xe0);
    return decodeAs(bytes, byChance ? 'GB18030' : 'UTF-8', isAscii(bytes) ? [] : labels, 0);
  }
  const unknown = labels.find((label) => label.encoding === undefined);
  if (unknown && labels.every((label) => label.encoding === undefined)) {
    return fault(
      'unknown-encoding',
      '',
      '报文声明了不支持的编码',
      'the message is labelled with an encoding that is not supported',
    );
  }
  const broken = brokenUtf8(bytes);
  if (broken !== undefined) return badByte('UTF-8', broken);
  return decodeAs(bytes, 'GB18030', labels, 0);
}

/** A name that cannot be written in the encoding is refused, never replaced: throws ERR_INPUT naming the code point. */
export function encodeText(text: string, encoding: 'UTF-8' | 'GBK' | 'GB18030'): Uint8Array {
  const lone = /\p{Surrogate}/u.exec(text)?.[0];
  if (lone !== undefined) throw unencodable(lone, encoding);
  if (encoding === 'UTF-8') return new TextEncoder().encode(text);
  const bytes = iconv.encode(text, 'gb18030');
  // iconv-lite and TextDecoder hold tables of different years; what does not come back the same did not go out right.
  const back = new TextDecoder('gb18030').decode(bytes);
  if (back !== text || encoding === 'GBK') {
    for (const character of text) {
      const piece = iconv.encode(character, 'gb18030');
      const returns = new TextDecoder('gb18030').decode(piece) === character;
      if (!returns || (encoding === 'GBK' && piece.length > 2)) throw unencodable(character, encoding);
    }
  }
  return new Uint8Array(bytes);
}

function unencodable(character: string, encoding: string): YilianError {
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return new YilianError('ERR_INPUT', {
    zh: `字符 ${code} 无法用 ${encoding} 编码`,
    en: `character ${code} cannot be written in ${encoding}`,
  });
}

interface Label {
  said: 'XML declaration' | 'Content-Type' | 'configuration';
  /** Undefined: a label we do not know. */
  encoding: Encoding | undefined;
}

function labelsOf(bytes: Uint8Array, hints: { contentType?: string | undefined; configured?: string | undefined }): Label[] {
  // Labels are ASCII; of UTF-16 every other byte is NUL.
  const head = latin1(bytes.subarray(0, 400)).replaceAll('\u0000', '');
  const declared = /^[^<]{0,8}<\?xml[^>]*?\bencoding\s*=\s*["']([A-Za-z0-9._-]+)["']/.exec(head)?.[1];
  const typed = /\bcharset\s*=\s*"?([A-Za-z0-9._-]+)/i.exec(hints.contentType ?? '')?.[1];
  const labels: Label[] = [];
  if (declared !== undefined) labels.push({ said: 'XML declaration', encoding: encodingOf(declared) });
  if (typed !== undefined) labels.push({ said: 'Content-Type', encoding: encodingOf(typed) });
  if (hints.configured !== undefined) labels.push({ said: 'configuration', encoding: encodingOf(hints.configured) });
  return labels;
}

function encodingOf(label: string): Encoding | undefined {
  const plain = label.toLowerCase().replaceAll('_', '-');
  if (plain === 'utf-8' || plain === 'utf8' || plain === 'us-ascii') return 'UTF-8';
  if (['gbk', 'gb2312', 'gb18030', 'gb-18030', 'cp936', 'ms936', 'x-gbk', 'gb-2312', 'hz-gb-2312', 'euc-cn'].includes(plain))
    return 'GB18030';
  if (plain === 'utf-16' || plain === 'utf-16le') return 'UTF-16LE';
  if (plain === 'utf-16be') return 'UTF-16BE';
  return undefined;
}

function byteOrderMark(bytes: Uint8Array): { encoding: Encoding; length: number } | undefined {
  const starts = (...mark: number[]) => mark.every((byte, index) => bytes[index] === byte);
  if (starts(0xef, 0xbb, 0xbf)) return { encoding: 'UTF-8', length: 3 };
  if (starts(0x84, 0x31, 0x95, 0x33)) return { encoding: 'GB18030', length: 4 };
  if (starts(0xff, 0xfe)) return { encoding: 'UTF-16LE', length: 2 };
  if (starts(0xfe, 0xff)) return { encoding: 'UTF-16BE', length: 2 };
  return undefined;
}

function decodeAs(bytes: Uint8Array, encoding: Encoding, labels: readonly Label[], skipped: number): DecodedText {
  let text: string;
  try {
    text = new TextDecoder(encoding.toLowerCase(), { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return badByte(encoding, skipped + firstBadByte(bytes, encoding));
  }
  if (text.trim() === '') return fault('empty', '', '报文是空的', 'the message is empty');
  const warnings: string[] = [];
  const sameFamily = (label: Label) =>
    label.encoding === encoding || (label.encoding?.startsWith('UTF-16') === true && encoding.startsWith('UTF-16'));
  for (const label of labels) {
    if (sameFamily(label)) continue;
    warnings.push(
      `${label.said} 声明的编码与字节不符，按 ${encoding} 读取 / the encoding said by ${label.said} is not that of the bytes; read as ${encoding}`,
    );
  }
  if (text.includes('\uFFFD')) {
    warnings.push('来源已丢失字符（U+FFFD） / the source had already lost characters (U+FFFD)');
  }
  return { ok: true, text, encoding, warnings };
}

function badByte(encoding: Encoding, offset: number): DecodedText {
  return fault(
    'bad-encoding',
    '',
    `第 ${offset} 字节起不是有效的 ${encoding}`,
    `the bytes from offset ${offset} on are not ${encoding}`,
  );
}

/** The offset of the character that a strict decoder refuses. */
function firstBadByte(bytes: Uint8Array, encoding: Encoding): number {
  const reads = (length: number) => {
    try {
      new TextDecoder(encoding.toLowerCase(), { fatal: true }).decode(bytes.subarray(0, length), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  // The longest prefix that reads (a character cut at its end does not count against it).
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    if (middle <= bytes.length && reads(middle)) good = middle;
    else bad = middle;
  }
  if (encoding === 'GB18030') return startOfGb18030Character(bytes, good);
  if (encoding !== 'UTF-8') return good - (good % 2);
  let start = good;
  while (start > 0 && good - start < 3 && ((bytes[start - 1] ?? 0) & 0xc0) === 0x80) start -= 1;
  return start > 0 && (bytes[start - 1] ?? 0) >= 0xc0 ? start - 1 : good;
}

function startOfGb18030Character(bytes: Uint8Array, until: number): number {
  let at = 0;
  for (;;) {
    const first = bytes[at] ?? 0;
    const second = bytes[at + 1] ?? 0;
    const length = first < 0x81 || first === 0xff ? 1 : second >= 0x30 && second <= 0x39 ? 4 : 2;
    if (at + length > until) return at;
    at += length;
  }
}

/**
 * Bytes that are not UTF-8 may be GB18030, or UTF-8 with a fault in it. Read as GB18030 the second would give plausible wrong characters, so
 * the two are told apart: Chinese in UTF-8 is whole three-byte characters, which Chinese in GB18030 forms by chance only.
 * Gives the offset of the first fault when it is broken UTF-8.
 */
function brokenUtf8(bytes: Uint8Array): number | undefined {
  let whole = 0;
  let faults = 0;
  let first: number | undefined;
  const continues = (index: number) => ((bytes[index] ?? 0) & 0xc0) === 0x80;
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) at += 1;
    else if (byte >= 0xc2 && byte <= 0xdf && continues(at + 1)) at += 2;
    else if (byte >= 0xe1 && byte <= 0xef && continues(at + 1) && continues(at + 2)) {
      whole += 1;
      at += 3;
    } else if (byte >= 0xf0 && byte <= 0xf4 && continues(at + 1) && continues(at + 2) && continues(at + 3)) {
      whole += 1;
      at += 4;
    } else {
      faults += 1;
      first ??= at;
      at += 1;
      // The rest of one cut character is not a further fault.
      while (byte >= 0xc0 && continues(at)) at += 1;
    }
  }
  return whole >= faults ? first : undefined;
}

/** Bytes as one character each, for looking at ASCII markers. */
function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** The first bytes as text for a cheap look, without byte order mark: ASCII markers survive in every encoding we meet. */
export function glimpse(bytes: Uint8Array, length = 65_536): string {
  const mark = byteOrderMark(bytes)?.length ?? 0;
  return latin1(bytes.subarray(mark, mark + length)).replaceAll('\u0000', '');
}
