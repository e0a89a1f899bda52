import { describe, expect, it } from 'vitest';
import { compareNames, containsUncertainGlyph, gb18030PrivateUse, normaliseName } from '../../src/identity/index.js';
import fc from '../seeded.js';

const named = (name: string, ...formerNames: string[]) => (formerNames.length > 0 ? { name, formerNames } : { name });
/** 20 code points: a column of that width holds just this much. */
const twenty = '阿卜杜热合曼买买提依明江吐尔逊艾合买提';

describe('the form in which names are compared', () => {
  it.each([
    ['王　芳', '王芳'],
    [' 王 芳 ', '王芳'],
    ['\u00a0王\t芳\n', '王芳'],
    ['Ｊｏｈｎ　Ｓｍｉｔｈ', 'JOHNSMITH'],
    ['josé', 'JOSÉ'],
    ['jose\u0301', 'JOSÉ'],
    ['王\u200b芳\u200d', '王芳'],
    ['\u202a王芳\u202c', '王芳'],
    ['\uf900', '\u8c48'],
  ])('of %j is %j', (raw, form) => {
    expect(normaliseName(raw)).toBe(form);
  });

  it.each(['·', '•', '・', '･', '．', '.', '‧', '∙', '⋅', '●'])('leaves out the dot %s', (dot) => {
    expect(normaliseName(`买买提${dot}艾力`)).toBe('买买提艾力');
  });

  it('reads private-use characters by the table handed in', () => {
    const table = new Map([['\ue352', '\u{2c35b}']]);

    expect(normaliseName('王\ue352', table)).toBe('王\u{2c35b}');
    expect(normaliseName('王\ue352')).toBe('王\ue352');
  });

  it('done twice is done once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(normaliseName(normaliseName(name))).toBe(normaliseName(name));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('characters nobody could read', () => {
  it.each(['王?', '王？', '王*', '王＊', '王□', '王〓', '王\ufffd', '王\ue000', '王\u{f0000}'])('are seen in %j', (name) => {
    expect(containsUncertainGlyph(name)).toBe(true);
  });

  it.each(['王芳', '买买提·艾力', '𠮷野', '㐂子', '\u{2c35b}'])('are not seen in %s', (name) => {
    expect(containsUncertainGlyph(name)).toBe(false);
  });

  it('are none once the table reads them', () => {
    expect(containsUncertainGlyph('王\ue352', new Map([['\ue352', '\u{2c35b}']]))).toBe(false);
  });
});

describe('two names of one number', () => {
  it.each([
    ['王芳', '王芳', 'exact'],
    ['王芳', '王　芳', 'normalised'],
    ['John Smith', 'JOHN SMITH', 'normalised'],
    ['买买提·艾力', '买买提•艾力', 'dot-normalised'],
    ['买买提·艾力', '买买提艾力', 'dot-normalised'],
    ['王\ufffd', '王\ufffd', 'exact'],
    ['王*', '王＊', 'normalised'],
  ])('%j and %j are the same: %s', (a, b, reason) => {
    expect(compareNames(named(a), named(b))).toEqual({ result: 'same', reason });
  });

  it('are the same when one is a former name of the other side, whichever side', () => {
    expect(compareNames(named('王芳', '王小芳'), named('王小芳'))).toEqual({ result: 'same', reason: 'former-name' });
    expect(compareNames(named('王小芳'), named('王芳', '王大芳', '王 小芳'))).toEqual({ result: 'same', reason: 'former-name' });
  });

  it('are not the same because both once bore a third name', () => {
    expect(compareNames(named('王芳', '王小芳'), named('李芳', '王小芳')).result).toBe('different');
  });

  it('are the same by a former name even where the present one cannot be read', () => {
    expect(compareNames(named('王芳'), named('王?', '王芳'))).toEqual({ result: 'same', reason: 'former-name' });
  });

  it.each([
    ['王?', '王芳'],
    ['王芳', '王□'],
    ['王\ue352', '王芳'],
    ['李〓', '王芳'],
    [`${twenty}`, `${twenty}?`],
  ])('%j and %j are uncertain, never different', (a, b) => {
    expect(compareNames(named(a), named(b))).toEqual({ result: 'uncertain', reason: 'uncertain-glyph' });
  });

  it('are judged by the table a city supplies', () => {
    const privateUse = new Map([['\ue352', '\u{2c35b}']]);

    expect(compareNames(named('王\ue352'), named('王\u{2c35b}'), { privateUse })).toEqual({
      result: 'same',
      reason: 'private-use-mapped',
    });
    expect(compareNames(named('王\ue352'), named('王芳'), { privateUse }).result).toBe('different');
  });

  it('are the same where the two editions of GB 18030 decode the same bytes', () => {
    expect(compareNames(named('王\ue81e'), named('王\u9fb4'))).toEqual({ result: 'same', reason: 'private-use-mapped' });
    expect(compareNames(named('王\ue855'), named('王\u{241fe}'))).toEqual({ result: 'same', reason: 'private-use-mapped' });
    expect(gb18030PrivateUse.size).toBe(14);
  });

  it('stay uncertain where that reading would make them differ, for a vendor may mean another character', () => {
    expect(compareNames(named('王\ue81e'), named('王芳')).result).toBe('uncertain');
  });

  it('are uncertain where one side has no name at all', () => {
    expect(compareNames(named(''), named('王芳'))).toEqual({ result: 'uncertain', reason: 'no-name' });
    expect(compareNames(named('王芳'), named(' 　'))).toEqual({ result: 'uncertain', reason: 'no-name' });
  });

  it('are the same where one was cut at exactly 20 characters', () => {
    expect([...twenty]).toHaveLength(19);
    const cut = `${twenty}江`;

    expect(compareNames(named(cut), named(`${cut}·买买提`))).toEqual({ result: 'same', reason: 'truncated-at-20' });
    expect(compareNames(named(`${cut}·买买提`), named(`  ${cut} `))).toEqual({ result: 'same', reason: 'truncated-at-20' });
  });

  it('count the dots and inner spaces of the cut side, as its column did', () => {
    const cut = '阿卜杜热合曼·买买提 依明江·吐尔逊艾合';

    expect([...cut]).toHaveLength(20);
    expect(compareNames(named(cut), named('阿卜杜热合曼买买提依明江吐尔逊艾合买提')).result).toBe('same');
  });

  it('count characters beyond the basic plane as one each', () => {
    const cut = '𠮷'.repeat(20);

    expect(compareNames(named(cut), named(`${cut}野`)).result).toBe('same');
    expect(compareNames(named('𠮷'.repeat(10)), named(`${'𠮷'.repeat(10)}野`)).result).toBe('different');
  });

  it('are different where the shorter has 19 or 21 characters', () => {
    expect(compareNames(named(twenty), named(`${twenty}江`)).result).toBe('different');
    expect(compareNames(named(`${twenty}江江`), named(`${twenty}江江江`)).result).toBe('different');
  });

  it.each([
    ['王芳', '王方'],
    ['王芳', '王芳芳'],
    ['JOHN', 'JON'],
  ])('%j and %j are different', (a, b) => {
    expect(compareNames(named(a), named(b))).toEqual({ result: 'different', reason: 'different' });
  });

  it('are to each other what they are the other way round', () => {
    const letters = fc.string({
      unit: fc.constantFrom('王', '芳', '·', ' ', '?', 'a', 'A', '\ue352', '\ue81e', '\u9fb4'),
      maxLength: 4,
    });
    fc.assert(
      fc.property(
        letters,
        letters,
        fc.array(letters, { maxLength: 2 }),
        fc.array(letters, { maxLength: 2 }),
        (a, b, formerA, formerB) => {
          expect(compareNames(named(a, ...formerA), named(b, ...formerB))).toEqual(
            compareNames(named(b, ...formerB), named(a, ...formerA)),
          );
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('are never different while a character cannot be read', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.constantFrom('?', '*', '□', '〓', '\ufffd', '\ue000'), (a, b, glyph) => {
        expect(compareNames(named(a + glyph), named(b)).result).not.toBe('different');
      }),
    );
  });
});
