/**
 * Distinguished Encoding Rules (ITU-T X.690), as little as keys and signatures need, and strictly: one value has one spelling here, so that
 * a signature cannot be respelt and still hold. Common decoders take long lengths and trailing bytes.
 */

export interface DerElement {
  tag: number;
  content: Uint8Array;
  /** Where the next element begins. */
  end: number;
}

export const derTag = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  sequence: 0x30,
  /** Explicit `[0]` and `[1]`. */
  context0: 0xa0,
  context1: 0xa1,
} as const;

/** The element at an offset; undefined where its length is not minimal, is indefinite, or reaches beyond the bytes. */
export function derElement(bytes: Uint8Array, offset: number): DerElement | undefined {
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  if (tag === undefined || first === undefined) return undefined;
  let [length, begin] = [first, offset + 2];
  if (first === 0x81) {
    length = bytes[begin] ?? 0;
    begin += 1;
    if (length < 0x80) return undefined;
  } else if (first === 0x82) {
    length = ((bytes[begin] ?? 0) << 8) | (bytes[begin + 1] ?? 0);
    begin += 2;
    if (length < 0x100) return undefined;
  } else if (first >= 0x80) return undefined;
  const end = begin + length;
  return end > bytes.length ? undefined : { tag, content: bytes.subarray(begin, end), end };
}

/** All elements that fill the bytes exactly; undefined where they do not. */
export function derElements(bytes: Uint8Array): DerElement[] | undefined {
  const elements: DerElement[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const element = derElement(bytes, offset);
    if (element === undefined) return undefined;
    elements.push(element);
    offset = element.end;
  }
  return elements;
}

/** What one SEQUENCE that fills the bytes holds. */
export function derSequence(bytes: Uint8Array): DerElement[] | undefined {
  const element = derElement(bytes, 0);
  return element?.tag === derTag.sequence && element.end === bytes.length ? derElements(element.content) : undefined;
}

/** An INTEGER that is not negative and has no needless zero before it. */
export function derUnsigned({ tag, content }: DerElement): bigint | undefined {
  const [first, second] = content;
  if (tag !== derTag.integer || first === undefined || first >= 0x80) return undefined;
  if (first === 0 && second !== undefined && second < 0x80) return undefined;
  return bigEndian(content);
}

export function bigEndian(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

/** An element out of its parts; up to 65,535 bytes. */
export function derEncode(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}
