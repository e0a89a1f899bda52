import { fault, type Readable } from './fault.js';
import {
  childOf,
  childrenOf,
  descendantsOf,
  readXml,
  textOf,
  type XmlElement,
  type XmlLimits,
  type XmlOut,
  xmlLimits,
  xmlWith,
} from './xml.js';

/**
 * SOAP 1.1 and 1.2, and XML carried as text inside XML in the ways gateways do it: escaped, in CDATA, half escaped (`>` escaped, `<` not),
 * escaped twice, inline, with its prolog left in the middle (population-civil A.5, J.1).
 */

/** Namespace of SOAP 1.1. */
const soap11 = 'http://schemas.xmlsoap.org/soap/envelope/';
/** Namespace of SOAP 1.2. */
const soap12 = 'http://www.w3.org/2003/05/soap-envelope';

/** A SOAP envelope to be written; `prefix` as the samples of the protocol have it. */
export function soapEnvelope(
  version: '1.1' | '1.2',
  prefix: string,
  namespaces: Readonly<Record<string, string>>,
  header: readonly XmlOut[],
  ...body: XmlOut[]
): XmlOut {
  const declared = Object.fromEntries(
    Object.entries(namespaces)
      .filter(([, uri]) => uri !== '')
      .map(([name, uri]) => [`xmlns:${name}`, uri]),
  );
  return xmlWith(
    `${prefix}:Envelope`,
    { [`xmlns:${prefix}`]: version === '1.1' ? soap11 : soap12, ...declared },
    xmlWith(`${prefix}:Header`, {}, ...header),
    xmlWith(`${prefix}:Body`, {}, ...body),
  );
}

/** The Body where the document is a SOAP envelope; undefined where it is anything else. */
function soapBody(root: XmlElement): XmlElement | undefined {
  if (root.local !== 'Envelope' || (root.namespace !== soap11 && root.namespace !== soap12)) return undefined;
  return childrenOf(root, 'Body').find((element) => element.namespace === root.namespace);
}

/** What the root holds: the Body of a SOAP envelope, or the root itself. An `Envelope` of another namespace is no SOAP of ours. */
export function soapContent(root: XmlElement): { at: XmlElement; body: XmlElement | undefined } | undefined {
  const body = soapBody(root);
  if (body) return { at: body, body };
  return root.local === 'Envelope' ? undefined : { at: root, body: undefined };
}

/** A SOAP Fault of either version: its code and words. */
export function soapFault(body: XmlElement): { code: string; message: string } | undefined {
  const element = childrenOf(body, 'Fault').find((item) => item.namespace === soap11 || item.namespace === soap12);
  if (element === undefined) return undefined;
  const first = (...texts: string[]) => texts.map((item) => item.trim()).find((item) => item !== '') ?? '';
  return {
    code: first(textOf(childOf(element, 'faultcode')), textOf(childOf(element, 'Code', 'Value'))),
    message: first(textOf(childOf(element, 'faultstring')), textOf(childOf(element, 'Reason', 'Text'))),
  };
}

/**
 * Reads a whole message. What is not well-formed only because a prolog was left in the middle, or because it is half escaped, is mended and
 * read again by the same strict reader; everything else stays refused.
 */
export function readMessage(text: string, limits: XmlLimits = xmlLimits): Readable<{ root: XmlElement; warnings: string[] }> {
  const plain = text.replace(/^[\uFEFF\s]+/, '');
  const first = readXml(plain, limits);
  if (first.ok) return { ok: true, root: first.root, warnings: [] };
  if (first.fault.reason !== 'malformed-xml') return first;
  const whole = /<[^<>]*&gt;/.test(plain) ? plain.replaceAll('&gt;', '>') : plain;
  for (const candidate of [withoutInnerProlog(plain), whole, withoutInnerProlog(whole)]) {
    if (candidate === plain) continue;
    const again = readXml(candidate, limits);
    if (again.ok)
      return {
        ok: true,
        root: again.root,
        warnings: ['内层 XML 未按规定转义，已修正后读取 / the inner XML was not escaped as it should be; mended and read'],
      };
  }
  return first;
}

/**
 * Reads XML that was carried as text. Escaped text is decoded at most `extraDecodings` times (the outer document has already been decoded once).
 * Faults beside those of `readXml`: `not-xml`, `escaped-too-often`.
 */
function readCarried(
  text: string,
  extraDecodings: number,
  limits: XmlLimits = xmlLimits,
): Readable<{ root: XmlElement; warnings: string[] }> {
  let plain = text.trim();
  for (let round = 0; ; round += 1) {
    if (plain.startsWith('<') || plain.startsWith('\uFEFF')) return readMessage(plain, limits);
    if (!/^&(?:amp;)*(?:lt|#60|#x3c);/i.test(plain))
      return fault('not-xml', '', '内层文本不是 XML', 'the text inside is not XML');
    if (round >= extraDecodings) {
      return fault(
        'escaped-too-often',
        '',
        '内层 XML 的转义次数超过设置',
        'the XML inside is escaped more often than configured',
      );
    }
    plain = decodeOnce(plain).trim();
  }
}

/** Could this text be XML, plain or escaped? */
function looksCarried(text: string): boolean {
  return /^[\uFEFF\s]*(?:<[?!\p{L}_]|&(?:amp;)*(?:lt|#60|#x3c);)/iu.test(text);
}

/** An answer carries its message in one text; a document of a thousand texts that look like XML is not tried to the end. */
export const mostAttempts = 16;

/**
 * The element an answer carries: the first below (or at) `at` that `fits`, else the first inside a text that is XML.
 * Undefined where there is none; a fault where the text that should hold it cannot be read.
 */
export function carriedElement(
  at: XmlElement,
  fits: (element: XmlElement) => boolean,
  extraDecodings: number,
  limits: XmlLimits = xmlLimits,
): Readable<{ element: XmlElement | undefined; warnings: string[] }> {
  if (fits(at)) return { ok: true, element: at, warnings: [] };
  for (const element of descendantsOf(at)) {
    if (fits(element)) return { ok: true, element, warnings: [] };
  }
  let refused: Readable<never> | undefined;
  let attempts = 0;
  for (const holder of [at, ...descendantsOf(at)]) {
    const text = textOf(holder);
    if (!looksCarried(text)) continue;
    attempts += 1;
    if (attempts > mostAttempts) break;
    const inner = readCarried(text, extraDecodings, limits);
    if (!inner.ok) {
      refused ??= inner;
      continue;
    }
    const found = [inner.root, ...descendantsOf(inner.root)].find(fits);
    if (found) return { ok: true, element: found, warnings: inner.warnings };
  }
  return refused ?? { ok: true, element: undefined, warnings: [] };
}

/** The element as a root of its own, so that pointers start at it. */
export function asRoot(element: XmlElement): XmlElement {
  return element.parent === undefined ? element : adopt(element, undefined);
}

function adopt(element: XmlElement, parent: XmlElement | undefined): XmlElement {
  const content: (XmlElement | string)[] = [];
  const copy: XmlElement = { ...element, content, parent };
  for (const item of element.content) content.push(typeof item === 'string' ? item : adopt(item, copy));
  return copy;
}

function withoutInnerProlog(text: string): string {
  return text.replace(/<\?xml\b[^?<>]*\?>/g, (prolog, at: number) => (at === 0 ? prolog : ''));
}

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decodeOnce(text: string): string {
  return text.replace(
    /&(?:(lt|gt|amp|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));/g,
    (whole, name?: string, decimal?: string, hex?: string) => {
      if (name !== undefined) return named[name] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(decimal, 10);
      return code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : whole;
    },
  );
}
