import { describe, expect, it } from 'vitest';
import { decodeText, encodeText } from '../../src/envelopes/text.js';
import { isYilianError } from '../../src/errors.js';
import fc from '../seeded.js';
import { gb, utf8 } from './support.js';

const gbkProlog = '<?xml version="1.0" encoding="GBK"?>';
const utf8Prolog = '<?xml version="1.0" encoding="UTF-8"?>';

function read(bytes: Uint8Array, hints: Parameters<typeof decodeText>[1] = {}) {
  const decoded = decodeText(bytes, hints);
  if (!decoded.ok) throw new Error(decoded.fault.reason);
  return decoded;
}

function refusedBytes(bytes: Uint8Array, hints: Parameters<typeof decodeText>[1] = {}) {
  const decoded = decodeText(bytes, hints);
  if (decoded.ok) throw new Error('this should not read');
  return decoded.fault;
}

describe('what the bytes are decides', () => {
  it('reads UTF-8 without a label and says nothing', () => {
    expect(read(utf8('<XM>测试甲</XM>'))).toMatchObject({ text: '<XM>测试甲</XM>', encoding: 'UTF-8', warnings: [] });
  });

  it('drops the byte order mark of UTF-8', () => {
    expect(read(new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d])).text).toBe('{}');
  });

  it('reads GBK that says so', () => {
    const text = `${gbkProlog}<XM>测试甲</XM>`;

    expect(read(gb(text))).toMatchObject({ text, encoding: 'GB18030', warnings: [] });
  });

  it('reads GBK that says nothing', () => {
    expect(read(gb('<XM>样例乙</XM>'))).toMatchObject({ text: '<XM>样例乙</XM>', encoding: 'GB18030', warnings: [] });
  });

  it('reads UTF-8 under a prolog that says GBK, and warns', () => {
    const decoded = read(utf8(`${gbkProlog}<XM>虚构丙</XM>`));

    expect(decoded.text).toContain('虚构丙');
    expect(decoded.encoding).toBe('UTF-8');
    expect(decoded.warnings).toHaveLength(1);
  });

  it('reads GBK under a prolog that says UTF-8, and warns', () => {
    const decoded = read(gb(`${utf8Prolog}<XM>虚构丙</XM>`));

    expect(decoded.text).toContain('虚构丙');
    expect(decoded.encoding).toBe('GB18030');
    expect(decoded.warnings).toHaveLength(1);
  });

  it('warns of a Content-Type that lies', () => {
    expect(read(utf8('{"XM":"虚构丙"}'), { contentType: 'application/json; charset=GBK' }).warnings).toHaveLength(1);
    expect(read(utf8('{"XM":"虚构丙"}'), { contentType: 'application/json; charset=utf-8' }).warnings).toEqual([]);
  });

  it('does not warn where plain ASCII fits every label', () => {
    expect(read(utf8(`${gbkProlog}<a/>`)).warnings).toEqual([]);
  });

  it('believes the label GBK where a short name would be UTF-8 by chance only', () => {
    // 郑一 is D6 A3 D2 BB in GBK, which is two Hebrew-and-Cyrillic-looking letters in UTF-8.
    const bytes = gb(`${gbkProlog}<XM>郑一</XM>`);

    expect([...bytes.slice(-9, -5)]).toEqual([0xd6, 0xa3, 0xd2, 0xbb]);
    expect(read(bytes)).toMatchObject({ text: `${gbkProlog}<XM>郑一</XM>`, encoding: 'GB18030', warnings: [] });
  });

  it.each([
    ['UTF-16LE', [0xff, 0xfe, 0x32, 0x4e, 0x41, 0x00]],
    ['UTF-16BE', [0xfe, 0xff, 0x4e, 0x32, 0x00, 0x41]],
  ])('reads %s by its byte order mark', (encoding, bytes) => {
    expect(read(Uint8Array.from(bytes))).toMatchObject({ text: '串A', encoding, warnings: [] });
  });

  it('reads the rare characters that the label gbk loses', () => {
    expect(read(Uint8Array.from([0x3c, 0xfe, 0x9f, 0xa8, 0xbc])).text).toBe('<䶮ḿ');
    // 𬍛 takes four bytes.
    expect(read(Uint8Array.from([0x3c, 0x99, 0x31, 0xd9, 0x37])).text).toBe('<𬍛');
  });
});

describe('bytes that cannot be read', () => {
  it('are a fault for an empty message, white space included', () => {
    expect(refusedBytes(new Uint8Array()).reason).toBe('empty');
    expect(refusedBytes(utf8(' \r\n\t')).reason).toBe('empty');
  });

  it('name the offset of a wrong byte in UTF-8 instead of guessing at GBK', () => {
    const bytes = utf8('<XM>测试甲</XM><XM>样例乙</XM>');
    bytes[7] = 0x41; // the first byte of 试

    const fault = refusedBytes(bytes);

    expect(fault.reason).toBe('bad-encoding');
    // 试 begins at 7; its two orphaned bytes at 8 are the first that cannot be.
    expect(fault.detail.en).toContain('offset 8');
  });

  it('name the offset of a character cut off at the end', () => {
    const fault = refusedBytes(utf8('<XM>测试甲').slice(0, -1));

    expect(fault.reason).toBe('bad-encoding');
    expect(fault.detail.en).toContain('offset 10');
  });

  it('name the offset of a wrong byte in GBK', () => {
    const bytes = gb('<XM>样例</XM>');
    bytes[6] = 0xff;

    const fault = refusedBytes(bytes);

    expect(fault.reason).toBe('bad-encoding');
    expect(fault.detail.en).toContain('offset 6 ');
  });

  it('are refused where the only label is an encoding we do not have', () => {
    expect(refusedBytes(Uint8Array.from([0x3c, 0xb4, 0xfa]), { contentType: 'text/xml; charset=big5' }).reason).toBe(
      'unknown-encoding',
    );
  });

  it('never become U+FFFD, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), (bytes) => {
        const decoded = decodeText(bytes);
        // EF BF BD is a U+FFFD that the source itself wrote; it is passed on with a warning.
        if (decoded.ok && decoded.text.includes('\uFFFD')) expect(decoded.warnings.join()).toContain('U+FFFD');
      }),
      { numRuns: 2000 },
    );
  });
});

describe('text to bytes', () => {
  it('comes back the same in every encoding that can hold it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom('UTF-8' as const, 'GB18030' as const), (name, encoding) => {
        let bytes: Uint8Array;
        try {
          bytes = encodeText(name, encoding);
        } catch (error) {
          return isYilianError(error) && error.code === 'ERR_INPUT';
        }
        return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes) === name;
      }),
    );
  });

  it('writes a rare name in GB18030', () => {
    expect([...encodeText('𬍛', 'GB18030')]).toEqual([0x99, 0x31, 0xd9, 0x37]);
  });

  it('refuses in GBK what GBK cannot hold, naming the code point and nothing else', () => {
    expect(() => encodeText('王𬍛', 'GBK')).toThrow(
      expect.objectContaining({ code: 'ERR_INPUT', message: expect.stringContaining('U+2C35B') }),
    );
    expect(() => encodeText('王𬍛', 'GBK')).toThrow(expect.objectContaining({ message: expect.not.stringContaining('王') }));
  });

  it('writes in GBK what GBK holds', () => {
    expect([...encodeText('测', 'GBK')]).toEqual([0xb2, 0xe2]);
  });

  it('refuses half a character', () => {
    expect(() => encodeText('a\ud800b', 'UTF-8')).toThrow(
      expect.objectContaining({ code: 'ERR_INPUT', message: expect.stringContaining('U+D800') }),
    );
  });
});
