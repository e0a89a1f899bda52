import { describe, expect, it } from 'vitest';
import {
  childOf,
  descendantsOf,
  pointerOf,
  readXml,
  writeXml,
  type XmlElement,
  xml,
  xmlLimits,
  xmlTree,
  xmlWith,
} from '../../src/envelopes/xml.js';
import fc from '../seeded.js';
import { resolve } from './support.js';

function root(text: string): XmlElement {
  const read = readXml(text);
  if (!read.ok) throw new Error(`${read.fault.reason}: ${read.fault.detail.en}`);
  return read.root;
}

function reason(text: string, limits = xmlLimits): string {
  const read = readXml(text, limits);
  return read.ok ? 'read' : read.fault.reason;
}

describe('the strict gate', () => {
  it.each([
    ['nothing at all', ''],
    ['plain text', '系统维护中'],
    ['an unclosed element', '<a><b></b>'],
    ['mismatched tags', '<a><b></a></b>'],
    ['two roots', '<a/><b/>'],
    ['text behind the root', '<a/>x'],
    ['a repeated attribute', '<a x="1" x="2"/>'],
    ['an attribute without quotes', '<a x=1/>'],
    ['an attribute without value', '<a extension/>'],
    ['doubled quotes', '<a displayName=""HOSPITAL"/>'],
    ['an entity nobody defined', '<a>&nope;</a>'],
    ['a control character', '<a>\u0001</a>'],
    ['a control character by reference', '<a>&#1;</a>'],
    ['a control character by reference under XML 1.1', '<?xml version="1.1"?><a>&#1;</a>'],
    ['NUL', '<a>\u0000</a>'],
    ['an unbound prefix', '<a b:c="1"/>'],
    ['a prolog inside', '<a><?xml version="1.0"?><b/></a>'],
  ])('refuses %s', (_what, text) => {
    expect(reason(text)).toBe('malformed-xml');
  });

  it.each([
    ['external entity', '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'],
    ['a redefined &amp;', '<!DOCTYPE a [<!ENTITY amp "X">]><a>&amp;</a>'],
    ['billion laughs', '<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><a>&b;</a>'],
    ['an empty one', '<?xml version="1.0"?><!DOCTYPE a><a/>'],
  ])('refuses any DOCTYPE: %s', (_what, text) => {
    expect(reason(text)).toBe('doctype');
  });

  it('calls a web page a web page', () => {
    expect(reason('<!DOCTYPE html><html><body>登录</body></html>')).toBe('html-page');
    expect(reason('<html><body><br>登录</body></html>')).toBe('html-page');
  });

  it('names line and column, and never quotes the document', () => {
    const read = readXml('<a>\n<XM>测试甲</XX></a>');

    expect(read).toMatchObject({ ok: false, fault: { reason: 'malformed-xml', pointer: '' } });
    if (!read.ok) {
      expect(read.fault.detail.en).toMatch(/line 2, column \d+/);
      expect(JSON.stringify(read.fault)).not.toMatch(/<|XX|测试/);
    }
  });

  it('takes 64 levels and not 65', () => {
    const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth);

    expect(reason(nested(64))).toBe('read');
    expect(reason(nested(65))).toBe('too-deep');
  });

  it('takes 256 attributes and not 257', () => {
    const many = (count: number) => `<a ${Array.from({ length: count }, (_, index) => `x${index}="1"`).join(' ')}/>`;

    expect(reason(many(256))).toBe('read');
    expect(reason(many(257))).toBe('too-many-attributes');
  });

  it('takes a text of a mebibyte and no longer one, in text, CDATA and attributes', () => {
    const limit = 1024 ** 2;

    expect(reason(`<a>${'x'.repeat(limit)}</a>`)).toBe('read');
    expect(reason(`<a>${'x'.repeat(limit + 1)}</a>`)).toBe('too-long-text');
    expect(reason(`<a>${'x'.repeat(limit)}<![CDATA[y]]></a>`)).toBe('too-long-text');
    expect(reason(`<a v="${'x'.repeat(limit + 1)}"/>`)).toBe('too-long-text');
    expect(reason(`<a v="${'x'.repeat(limit + 1)}"/>`, { ...xmlLimits, text: limit * 2 })).toBe('read');
  });

  it('counts characters and elements of the whole', () => {
    expect(reason('<a>123456</a>', { ...xmlLimits, characters: 12 })).toBe('too-large');
    expect(reason('<a><b/><b/></a>', { ...xmlLimits, elements: 2 })).toBe('too-large');
  });
});

describe('the tree', () => {
  it('decodes references and CDATA, and keeps identifiers text', () => {
    const tree = xmlTree(root('<R><XM>&#24352;&#x4E09;</XM><N>007</N><D><![CDATA[a<b]]></D><E/></R>'));

    expect(tree).toEqual({ XM: '张三', N: '007', D: 'a<b', E: '' });
  });

  it('has local names as keys, attributes as @name, repeated elements as arrays, text beside attributes as #text', () => {
    const tree = xmlTree(
      root('<h:R xmlns:h="urn:h" xmlns="urn:d" no="1">\n <h:A>1</h:A>\n <B c="2">3</B>\n <h:A>4</h:A>\n</h:R>'),
    );

    expect(tree).toEqual({ '@no': '1', A: ['1', '4'], B: { '@c': '2', '#text': '3' } });
  });

  it('keeps namespace and prefix for whoever must look', () => {
    const element = root('<h:R xmlns:h="urn:h"><p xmlns="urn:p"/></h:R>');

    expect(element).toMatchObject({ name: 'h:R', local: 'R', namespace: 'urn:h' });
    expect(childOf(element, 'p')?.namespace).toBe('urn:p');
  });

  it('tells a prefixed attribute from a plain one of the same name', () => {
    const text = '<v xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="TS" type="plain" xsi:only="1"/>';

    expect(xmlTree(root(text))).toEqual({ '@xsi:type': 'TS', '@type': 'plain', '@only': '1' });
  });

  it('reads xsi:type in a fragment that lost its declaration', () => {
    expect(xmlTree(root('<value xsi:type="TS" value="20240309"/>'))).toEqual({ '@type': 'TS', '@value': '20240309' });
  });

  it('lets no name reach a prototype', () => {
    const tree = xmlTree(root('<R><__proto__><polluted>1</polluted></__proto__><constructor>2</constructor></R>'));

    expect(({} as { polluted?: string }).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(tree)).toBeNull();
    expect(Object.keys(tree as object)).toEqual(['__proto__', 'constructor']);
  });

  it('gives a right pointer to every element, attribute and text', () => {
    interface Node {
      name: string;
      attributes: string[];
      text: string;
      children: Node[];
    }
    const tree = fc.memo(
      (depth): fc.Arbitrary<Node> =>
        fc.record({
          name: fc.constantFrom('A', 'B', 'a.b', 'c-d'),
          attributes: fc.uniqueArray(fc.constantFrom('x', 'y'), { maxLength: 2 }),
          text: fc.constantFrom('', '1', '文'),
          children: depth > 1 ? fc.array(tree(), { maxLength: 3 }) : fc.constant([]),
        }),
    );
    const write = ({ name, attributes, text, children }: Node): string =>
      `<${name}${attributes.map((item) => ` ${item}="v${item}"`).join('')}>${text}${children.map(write).join('')}</${name}>`;

    fc.assert(
      fc.property(tree(4), (node) => {
        const element = root(write(node));
        const json = xmlTree(element);
        for (const at of [element, ...descendantsOf(element)]) {
          expect(resolve(json, pointerOf(at))).toEqual(xmlTree(at));
          for (const attribute of at.attributes) {
            expect(resolve(json, pointerOf(at, { attribute: attribute.local }))).toBe(attribute.value);
          }
          const text = at.content.filter((item) => typeof item === 'string').join('');
          if (text !== '') expect(resolve(json, pointerOf(at, 'text'))).toBe(text);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('writing', () => {
  it('escapes texts and attributes, line ends included', () => {
    expect(writeXml(xmlWith('a', { b: 'x"<&\'\n\t' }, `1<2 & 3>2 "'\r`))).toBe(
      '<a b="x&quot;&lt;&amp;&apos;&#10;&#9;">1&lt;2 &amp; 3&gt;2 "\'&#13;</a>',
    );
  });

  it('writes a prolog when asked', () => {
    expect(writeXml(xml('a'), 'GBK')).toBe('<?xml version="1.0" encoding="GBK"?>\n<a/>');
  });

  it('cuts a CDATA section where it would end itself', () => {
    expect(writeXml(xml('a', { cdata: '<b><![CDATA[x]]></b>' }))).toBe('<a><![CDATA[<b><![CDATA[x]]]]><![CDATA[></b>]]></a>');
  });

  it.each(['a b', 'a><b', '1a', '', 'a:b:c', '?xml', '-a', ':@'])('refuses %j as a name', (name) => {
    expect(() => writeXml(xml(name))).toThrow(expect.objectContaining({ code: 'ERR_INPUT' }));
    expect(() => writeXml(xmlWith('a', { [name]: '1' }))).toThrow(expect.objectContaining({ code: 'ERR_INPUT' }));
  });

  it.each(['\u0000', '\u0008', '\u001f', '\ud800', '\uffff'])('refuses the character %j, which XML cannot hold', (character) => {
    const refusal = expect.objectContaining({ code: 'ERR_INPUT', message: expect.stringMatching(/U\+[0-9A-F]{4}/) });

    expect(() => writeXml(xml('a', `姓${character}名`))).toThrow(refusal);
    expect(() => writeXml(xmlWith('a', { b: character }))).toThrow(refusal);
    expect(() => writeXml(xml('a', { cdata: character }))).toThrow(refusal);
  });

  it('writes what reads back the same', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', '测', '𠮷', '<', '>', '&', '"', "'", ']', '\n', '\t', '\r', ' ') });

    fc.assert(
      fc.property(letters, letters, letters, (attribute, text, section) => {
        const read = root(writeXml(xmlWith('a', { v: attribute }, xml('t', text), xml('c', { cdata: section }))));

        expect(read.attributes[0]?.value).toBe(attribute);
        expect(childOf(read, 't')?.content.join('')).toBe(text);
        // A bare carriage return in CDATA becomes a line feed by the XML rules.
        expect(childOf(read, 'c')?.content.join('')).toBe(section.replaceAll(/\r\n?/g, '\n'));
      }),
    );
  });
});
