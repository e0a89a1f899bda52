import { describe, expect, it } from 'vitest';
import { compilePointer, type Place, places } from '../../src/mapping/pointers.js';
import type { Json } from '../../src/model/index.js';
import fc from '../seeded.js';

function found(value: Json, text: string): Place[] {
  const pointer = compilePointer(text);
  if ('fault' in pointer) throw new Error(pointer.fault.en);
  return [...places({ value, pointer: '' }, pointer.segments)];
}

describe('a pointer', () => {
  it('leads to the value and tells the keys as they are', () => {
    expect(found({ DATA: { RECORD: { XM: '甲' } } }, '/DATA/RECORD/XM')).toEqual([{ value: '甲', pointer: '/DATA/RECORD/XM' }]);
    expect(found({ a: 1 }, '')).toEqual([{ value: { a: 1 }, pointer: '' }]);
    expect(found({ a: 1 }, '/b')).toEqual([]);
  });

  it('matches keys ignoring case and underscores, the exact key first', () => {
    expect(found({ gmsfhm_ppddm: '1' }, '/GMSFHM_PPDDM')).toEqual([{ value: '1', pointer: '/gmsfhm_ppddm' }]);
    expect(found({ gmsfhmppddm: '1' }, '/GMSFHM_PPDDM')).toEqual([{ value: '1', pointer: '/gmsfhmppddm' }]);
    expect(found({ idcard: 'b', ID_CARD: 'a' }, '/ID_CARD')).toEqual([
      { value: 'a', pointer: '/ID_CARD' },
      { value: 'b', pointer: '/idcard' },
    ]);
    expect(found({ XMX: '1' }, '/XM')).toEqual([]);
  });

  it('runs over an array with *, and takes a single object for an array of one', () => {
    expect(found({ rows: [{ a: '1' }, { a: '2' }] }, '/rows/*/a')).toEqual([
      { value: '1', pointer: '/rows/0/a' },
      { value: '2', pointer: '/rows/1/a' },
    ]);
    expect(found({ rows: { a: '1' } }, '/rows/*/a')).toEqual([{ value: '1', pointer: '/rows/a' }]);
    expect(found({ rows: [] }, '/rows/*/a')).toEqual([]);
    expect(found({ rows: null }, '/rows/*/a')).toEqual([]);
    expect(found({ rows: '' }, '/rows/*')).toEqual([]);
  });

  it('goes through an array of one without being told, and never guesses among several', () => {
    expect(found({ setlinfo: [{ certno: '1' }] }, '/setlinfo/certno')).toEqual([{ value: '1', pointer: '/setlinfo/0/certno' }]);
    expect(found({ setlinfo: [{ certno: '1' }, { certno: '2' }] }, '/setlinfo/certno')).toEqual([]);
    expect(found({ a: ['x', 'y'] }, '/a/1')).toEqual([{ value: 'y', pointer: '/a/1' }]);
    expect(found({ a: { b: 'x' } }, '/a/0/b')).toEqual([{ value: 'x', pointer: '/a/b' }]);
  });

  it('chooses among siblings by a key', () => {
    const tree: Json = {
      item: [
        { '@root': '2.16.156.10011.1.12', '@extension': 'ZY1' },
        { '@root': '2.16.156.10011.1.3', '@extension': 'ID1' },
      ],
    };
    expect(found(tree, '/item[@root=2.16.156.10011.1.3]/@extension')).toEqual([{ value: 'ID1', pointer: '/item/1/@extension' }]);
    expect(found({ item: { '@root': 'a/b', v: '1' } }, '/item[@root=a/b]/v')).toEqual([{ value: '1', pointer: '/item/v' }]);
    expect(found(tree, '/item[@root=nothing]/@extension')).toEqual([]);
  });

  it('escapes as RFC 6901 says', () => {
    expect(found({ 'a/b': { '~': '1' } }, '/a~1b/~0')).toEqual([{ value: '1', pointer: '/a~1b/~0' }]);
  });

  it.each(['a', 'a/b', '/a//b', '/a[b', '/a]b', '/~2', '/__proto__', '/a/constructor/b', '/prototype', '/a[__proto__=1]', '$a'])(
    '%s is refused',
    (text) => {
      expect(compilePointer(text)).toHaveProperty('fault');
    },
  );

  it('knows the record from the element', () => {
    expect(compilePointer('$/a')).toMatchObject({ fromRecord: true });
    expect(compilePointer('/a')).toMatchObject({ fromRecord: false });
    expect(compilePointer('$')).toMatchObject({ fromRecord: true, segments: [] });
  });

  it('never reaches a prototype, whatever the tree holds', () => {
    const tree = JSON.parse('{"__proto__":{"polluted":"1"},"a":{"__proto__":"2"}}') as Json;

    expect(found(tree, '/proto')).toEqual([]);
    expect(found(tree, '/a/toString')).toEqual([]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('finds every key of every tree by its own pointer', () => {
    const key = fc
      .stringMatching(/^[A-Za-z0-9_/~@# 姓名]{1,8}$/)
      .filter((text) => !['__proto__', '*'].includes(text) && !/^\d+$/.test(text));
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 4 }), fc.string(), (keys, value) => {
        const tree = keys.reduceRight<Json>((inner, name) => ({ [name]: inner }), value);
        const pointer = keys.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

        expect(found(tree, pointer)).toEqual([{ value, pointer }]);
      }),
    );
  });
});
