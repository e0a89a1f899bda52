import { XMLBuilder } from 'fast-xml-parser';
import { SaxesParser, type SaxesTagNS } from 'saxes';
import { YilianError } from '../errors.js';
import { type Fault, fault, type Readable } from './fault.js';
import type { XmlAttribute, XmlElement } from './xml-tree.js';

export * from './xml-tree.js';

/**
 * XML in and out; the only door to saxes and fast-xml-parser.
 *
 * Reading is saxes alone, gate and tree in one pass: fast-xml-parser accepts unclosed, truncated and two-rooted documents, and a tree read by a
 * second parser would be a second opinion of what passed the gate. Writing is fast-xml-parser's builder, behind checks of names and characters
 * that it does not make.
 */

/** How much is accepted. Texts are counted in characters. */
export interface XmlLimits {
  /** Of the whole document. */
  characters: number;
  depth: number;
  /** Of one element. */
  attributes: number;
  /** Of one text or attribute value; raise it for Base64 payloads. */
  text: number;
  elements: number;
}

/** libraries-and-security B1. */
export const xmlLimits: XmlLimits = {
  characters: 64 * 1024 ** 2,
  depth: 64,
  attributes: 256,
  text: 1024 ** 2,
  elements: 1_000_000,
};

/** For messages that carry whole documents in one attribute or text. */
export const payloadLimits: XmlLimits = { ...xmlLimits, text: 64 * 1024 ** 2 };

class Refusal extends Error {
  readonly fault: Fault;
  constructor(because: Fault) {
    super(because.reason);
    this.fault = because;
  }
}

/**
 * Reads one XML document. Refused: not well-formed, more or less than one root, a DOCTYPE, control characters, anything over the limits.
 * Faults: `malformed-xml` with line and column, `doctype`, `html-page`, `too-large`, `too-deep`, `too-many-attributes`, `too-long-text`. Never throws.
 */
export function readXml(text: string, limits: XmlLimits = xmlLimits): Readable<{ root: XmlElement }> {
  if (text.length > limits.characters) return tooMuch('too-large', '文档过大', 'the document is too large');
  if (/^\s*(?:<!DOCTYPE\s+html\b|<html\b)/i.test(text)) {
    return fault('html-page', '', '这是网页，不是报文', 'this is a web page, not a message');
  }
  const reading = new Reading(limits);
  const parser = new SaxesParser({
    xmlns: true,
    // XML 1.1 would let control characters in by reference.
    defaultXMLVersion: '1.0',
    forceXMLVersion: true,
    // Fragments cut out of a larger document often leave this one declaration behind.
    resolvePrefix: (prefix: string) => (prefix === 'xsi' ? 'http://www.w3.org/2001/XMLSchema-instance' : undefined),
  });
  const place = () => ({ zh: `第 ${parser.line} 行第 ${parser.column} 列`, en: `line ${parser.line}, column ${parser.column}` });
  parser.on('error', () => {
    const { zh, en } = place();
    // The parser's own message may quote the document, so it is not passed on.
    throw refuse('malformed-xml', `不是格式良好的 XML（${zh}）`, `not well-formed XML (${en})`);
  });
  parser.on('doctype', () => {
    throw refuse('doctype', '不接受带 DOCTYPE 的 XML', 'XML with a DOCTYPE is not accepted');
  });
  parser.on('attribute', () => reading.attribute());
  parser.on('opentag', (tag) => reading.open(tag));
  parser.on('text', (piece) => reading.text(piece));
  parser.on('cdata', (piece) => reading.text(piece));
  parser.on('closetag', () => reading.close());
  try {
    parser.write(text);
    parser.close();
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, fault: error.fault };
    return fault('malformed-xml', '', '不是格式良好的 XML', 'not well-formed XML');
  }
  if (reading.root === undefined) return fault('malformed-xml', '', '没有根元素', 'there is no root element');
  return { ok: true, root: reading.root };
}

type Open = { -readonly [Key in keyof XmlElement]: XmlElement[Key] } & { content: (XmlElement | string)[]; length: number };

/** Builds the tree while counting. */
class Reading {
  root: XmlElement | undefined;
  private readonly limits: XmlLimits;
  private readonly stack: Open[] = [];
  private elements = 0;
  private attributes = 0;

  constructor(limits: XmlLimits) {
    this.limits = limits;
  }

  attribute(): void {
    this.attributes += 1;
    if (this.attributes > this.limits.attributes)
      throw refuse('too-many-attributes', '一个元素的属性过多', 'one element has too many attributes');
  }

  open(tag: SaxesTagNS): void {
    this.attributes = 0;
    this.elements += 1;
    if (this.stack.length >= this.limits.depth) throw refuse('too-deep', 'XML 嵌套过深', 'the XML is nested too deep');
    if (this.elements > this.limits.elements) throw refuse('too-large', 'XML 元素过多', 'the XML has too many elements');
    const attributes: XmlAttribute[] = [];
    for (const { name, local, prefix, value } of Object.values(tag.attributes)) {
      if (name === 'xmlns' || prefix === 'xmlns') continue;
      this.measure(value.length);
      attributes.push({ name, local, prefix, value });
    }
    const parent = this.stack.at(-1);
    const element: Open = { name: tag.name, local: tag.local, namespace: tag.uri, attributes, content: [], parent, length: 0 };
    if (parent) parent.content.push(element);
    else this.root = element;
    this.stack.push(element);
  }

  text(piece: string): void {
    const top = this.stack.at(-1);
    if (top === undefined) return;
    top.length += piece.length;
    this.measure(top.length);
    top.content.push(piece);
  }

  close(): void {
    this.stack.pop();
  }

  private measure(length: number): void {
    if (length > this.limits.text) throw refuse('too-long-text', '一段文本过长', 'one text is too long');
  }
}

function refuse(reason: string, zh: string, en: string): Refusal {
  return new Refusal({ reason, pointer: '', detail: { zh, en } });
}

function tooMuch(reason: string, zh: string, en: string): { ok: false; fault: Fault } {
  return fault(reason, '', zh, en);
}

/** An element to be written. Texts in `content` are escaped; `cdata` is for text that carries markup. */
export interface XmlOut {
  name: string;
  attributes?: Readonly<Record<string, string>>;
  content?: readonly (XmlOut | string | { cdata: string })[];
}

/** Shorthand for an element with attributes or text. */
export function xml(name: string, ...content: (XmlOut | string | { cdata: string })[]): XmlOut {
  return { name, content };
}

/** The same with attributes. */
export function xmlWith(
  name: string,
  attributes: Readonly<Record<string, string>>,
  ...content: (XmlOut | string | { cdata: string })[]
): XmlOut {
  return { name, attributes, content };
}

// Element and attribute names come from settings and questions; nothing outside this list may reach the tag.
const writableName = /^[\p{L}_][\p{L}\p{Nd}_.-]*(?::[\p{L}_][\p{L}\p{Nd}_.-]*)?$/u;
// Whatever is no character of XML 1.0: control characters other than tab and line ends, lone surrogates, U+FFFE and U+FFFF.
const unwritable = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

const builder = new XMLBuilder({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '#text',
  cdataPropName: '#cdata',
  suppressEmptyNode: true,
  suppressBooleanAttributes: false,
  // Escaping is done here, because the builder leaves line ends in attributes and carriage returns in texts to be normalised away.
  processEntities: false,
  maxNestedTags: 0,
});

/**
 * Writes one document; with `declaration` the prolog names that encoding. Throws ERR_INPUT for a name outside the whitelist and for a character
 * that XML 1.0 cannot hold even by reference; the message names the code point only.
 */
export function writeXml(root: XmlOut, declaration?: string): string {
  const body: string = builder.build([ordered(root)]);
  return declaration === undefined ? body : `<?xml version="1.0" encoding="${checkedName(declaration)}"?>\n${body}`;
}

type Ordered = Record<string, unknown>;

function ordered(element: XmlOut): Ordered {
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(element.attributes ?? {}))
    attributes[`@${checkedName(name)}`] = escapeAttribute(value);
  const content = (element.content ?? []).flatMap((item): Ordered[] => {
    if (typeof item === 'string') return item === '' ? [] : [{ '#text': escapeText(item) }];
    if ('cdata' in item) return splitCdata(item.cdata).map((piece) => ({ '#cdata': [{ '#text': piece }] }));
    return [ordered(item)];
  });
  return { [checkedName(element.name)]: content, ':@': attributes };
}

function checkedName(name: string): string {
  if (writableName.test(name)) return name;
  throw new YilianError('ERR_INPUT', { zh: '不能用作 XML 名称', en: 'this cannot be an XML name' });
}

function checkedText(text: string): string {
  const character = unwritable.exec(text)?.[0];
  if (character === undefined) return text;
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  throw new YilianError('ERR_INPUT', { zh: `字符 ${code} 不能写入 XML`, en: `character ${code} cannot be written in XML` });
}

function escapeText(text: string): string {
  return checkedText(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');
}

function escapeAttribute(text: string): string {
  return escapeText(text).replaceAll('"', '&quot;').replaceAll('\t', '&#9;').replaceAll('\n', '&#10;');
}

/** A CDATA section cannot hold its own end; it is cut there and continued in a second one. */
function splitCdata(text: string): string[] {
  return checkedText(text).split(/(?<=\]\])(?=>)/);
}
