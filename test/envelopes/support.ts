import iconv from 'iconv-lite';
import { expect } from 'vitest';
import type { Envelope, EnvelopeFamily, EnvelopeSettings, Opened, Question } from '../../src/envelopes/envelope.js';
import type { Json } from '../../src/model/index.js';

/** UTF-8 bytes. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** GB18030 bytes, whatever the text says of itself. */
export function gb(text: string): Uint8Array {
  return new Uint8Array(iconv.encode(text, 'gb18030'));
}

export function text(bytes: Uint8Array | undefined): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

export function base64(content: string | Uint8Array): string {
  return Buffer.from(content).toString('base64');
}

/** Escapes as a SOAP stack does that puts XML into a text. */
export function escaped(xml: string): string {
  return xml.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export function soap11(body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>${body}</soap:Body></soap:Envelope>`;
}

export function soap12(body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>${body}</s:Body></s:Envelope>`;
}

export function question(operation: string, parameters: Question['parameters'], more: Partial<Question> = {}): Question {
  return {
    operation,
    parameters,
    messageId: '7c1f2f6e-0000-4000-8000-000000000001',
    // 2025-03-12 18:20:30 in London is 2025-03-13 02:20:30 in Shanghai: the day differs.
    at: new Date('2025-03-12T18:20:30Z'),
    operator: { name: '经办员丁', id: '370799197208080122', organisation: '演示市劳动能力鉴定中心' },
    purpose: '劳动能力鉴定核验',
    ...more,
  };
}

export function envelopeOf(family: EnvelopeFamily, settings: EnvelopeSettings = {}): Envelope {
  return family.create(settings);
}

export function opened(
  family: EnvelopeFamily,
  content: string | Uint8Array,
  settings: EnvelopeSettings = {},
  contentType?: string,
): Opened {
  const bytes = typeof content === 'string' ? utf8(content) : content;
  return envelopeOf(family, settings).open(bytes, contentType === undefined ? {} : { contentType });
}

export function requested(
  family: EnvelopeFamily,
  asked: Question,
  fields: Record<string, string> = {},
  settings: EnvelopeSettings = {},
) {
  const request = envelopeOf(family, settings).request?.(asked, fields);
  if (request === undefined) throw new Error('this family asks nothing');
  return request;
}

/** RFC 6901, strictly: undefined where a step does not exist. */
export function resolve(tree: Json | undefined, pointer: string): Json | undefined {
  if (pointer === '') return tree;
  let at: Json | undefined = tree;
  for (const step of pointer.slice(1).split('/')) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(at)) at = /^(0|[1-9]\d*)$/.test(name) ? at[Number(name)] : undefined;
    else at = typeof at === 'object' && at !== null && Object.hasOwn(at, name) ? at[name] : undefined;
    if (at === undefined) return undefined;
  }
  return at;
}

/** Every record, and every gathered value of it, stands in the decoded message where its pointer says. */
export function expectPointersToHold(message: Opened, except: readonly string[] = []): void {
  const tree = message.decoded?.();
  expect(message.records.length).toBeGreaterThan(0);
  for (const record of message.records) {
    if (record.origin === undefined) {
      expect(resolve(tree, record.pointer)).toEqual(record.value);
      continue;
    }
    expect(resolve(tree, record.pointer), record.pointer).toBeDefined();
    for (const [at, from] of Object.entries(record.origin)) {
      const value = resolve(record.value, at);
      expect(value, at).toBeDefined();
      if (!except.includes(at) && typeof value === 'string') expect(resolve(tree, from), `${at} from ${from}`).toBe(value);
    }
  }
}

/** Every leaf of a flat record says where it came from. */
export function expectOriginsToCover(message: Opened, except: readonly RegExp[] = []): void {
  const leaves = (value: Json, at: string): string[] =>
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, item]) => leaves(item, `${at}/${key}`))
      : [at];
  for (const record of message.records) {
    for (const leaf of leaves(record.value, '')) {
      if (!except.some((pattern) => pattern.test(leaf))) expect(record.origin?.[leaf], leaf).toBeDefined();
    }
  }
}
