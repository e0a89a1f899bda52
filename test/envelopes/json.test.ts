import { describe, expect, it } from 'vitest';
import { jsonLimits, member, readJson, rowsOf } from '../../src/envelopes/json.js';
import fc from '../seeded.js';

function value(text: string) {
  const read = readJson(text);
  if (!read.ok) throw new Error(read.fault.reason);
  return read.value;
}

function reason(text: string, limits = jsonLimits) {
  const read = readJson(text, limits);
  return read.ok ? 'read' : read.fault.reason;
}

describe('JSON', () => {
  it('keeps every number as its text', () => {
    expect(value('{"id":110101199003077758123,"fee":32680.50,"noise":38.61000000000001,"zero":0,"minus":-1,"e":1e3}')).toEqual({
      id: '110101199003077758123',
      fee: '32680.50',
      noise: '38.61000000000001',
      zero: '0',
      minus: '-1',
      e: '1e3',
    });
  });

  it('keeps true, false and null', () => {
    expect(value('[true,false,null,""]')).toEqual([true, false, null, '']);
  });

  it('takes a byte order mark', () => {
    expect(value('\uFEFF{"a":1}')).toEqual({ a: '1' });
  });

  it('refuses a key that is said twice with two values', () => {
    expect(reason('{"ID_CARD":"1","ID_CARD":"2"}')).toBe('duplicate-key');
  });

  it('refuses __proto__ however it is written, and leaves the prototype alone', () => {
    expect(reason('{"__proto__":{"polluted":1}}')).toBe('forbidden-key');
    expect(reason('{"a":[{"\\u005f_proto__":{"polluted":1}}]}')).toBe('forbidden-key');
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });

  it.each(['{', '{"a":1', '[1,]', '{"a":1,}', "{'a':1}", '{"a":01}', 'nul', '{"a":1}{"b":2}', '', '{"a":"\u0001"}', '{"a":NaN}'])(
    'refuses %j',
    (text) => {
      expect(reason(text)).toBe('malformed-json');
    },
  );

  it('calls a web page a web page', () => {
    expect(reason('<!DOCTYPE html><html></html>')).toBe('html-page');
    expect(reason(' <html lang="zh">')).toBe('html-page');
  });

  it('says where, and never quotes', () => {
    const read = readJson('{"XM":"测试甲" "GMSFHM":1}');

    expect(read.ok).toBe(false);
    if (!read.ok) {
      expect(read.fault.detail.en).toContain('character 12');
      expect(JSON.stringify(read.fault)).not.toMatch(/XM|测试/);
    }
  });

  it('measures depth and number before it recurses', () => {
    expect(reason('['.repeat(64) + ']'.repeat(64))).toBe('read');
    expect(reason('['.repeat(65) + ']'.repeat(65))).toBe('too-deep');
    expect(reason('['.repeat(200_000))).toBe('too-deep');
    expect(reason('[1,2,3]', { ...jsonLimits, values: 3 })).toBe('too-large');
    expect(reason('[1,2,3]', { ...jsonLimits, characters: 6 })).toBe('too-large');
    // Brackets inside a text are text.
    expect(value(`["${'['.repeat(100)}"]`)).toEqual(['['.repeat(100)]);
    expect(value(`["\\"${'['.repeat(100)}"]`)).toEqual([`"${'['.repeat(100)}`]);
  });

  it('reads what JSON.parse reads, numbers aside', () => {
    const texts = (node: unknown): unknown => {
      if (typeof node === 'number') return JSON.stringify(node);
      if (Array.isArray(node)) return node.map(texts);
      if (typeof node === 'object' && node !== null)
        return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, texts(item)]));
      return node;
    };

    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (given) => {
        const text = JSON.stringify(given);
        if (text.includes('__proto__')) return;
        expect(value(text)).toEqual(texts(JSON.parse(text)));
      }),
    );
  });
});

describe('looking into JSON', () => {
  it('finds a member whatever its case and underscores, an exact name first', () => {
    expect(member({ GMSFHM_PPDDM: '1' }, 'gmsfhmppddm')).toEqual({ key: 'GMSFHM_PPDDM', value: '1' });
    expect(member({ RET_CODE: '200' }, 'retCode')).toEqual({ key: 'RET_CODE', value: '200' });
    expect(member({ Data: 'x', data: 'y' }, 'data')).toEqual({ key: 'data', value: 'y' });
    expect(member({}, 'constructor')).toBeUndefined();
  });

  it('takes an array, one object, or either inside a text, for rows', () => {
    expect(rowsOf([{ a: '1' }])).toMatchObject({ rows: [{ a: '1' }], single: false });
    expect(rowsOf({ a: '1' })).toMatchObject({ rows: [{ a: '1' }], single: true });
    expect(rowsOf('[{"a":1}]')).toMatchObject({ rows: [{ a: '1' }], single: false, decoded: [{ a: '1' }] });
    expect(rowsOf('{"a":1}')).toMatchObject({ rows: [{ a: '1' }], single: true });
  });

  it('takes null, blank, [] and {} for no rows, and anything else for none of ours', () => {
    for (const none of [null, '', '  ', [], {}, '[]', undefined]) expect(rowsOf(none)).toMatchObject({ rows: [] });
    for (const foreign of ['密文', true, '"text"', '12']) expect(rowsOf(foreign)).toBeUndefined();
  });
});
