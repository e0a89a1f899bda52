import { describe, expect, it } from 'vitest';
import { parseIdDocument } from '../../src/identity/index.js';
import { comparePersons, type Described, nameWeightOf } from '../../src/linkage/compare.js';

const onFile: Described = {
  idDocuments: [parseIdDocument('370799196001010018')],
  name: '王测试',
  sex: 'male',
  birthDate: '1960-01-01',
};

/** A record's person: as on file, but for what is said. */
function told(number: string | undefined, more: Partial<Described> = {}): Described {
  return { ...onFile, idDocuments: number === undefined ? [] : [parseIdDocument(number)], ...more };
}

const without = (person: Described, ...fields: (keyof Described)[]): Described =>
  Object.fromEntries(
    Object.entries(person).filter(([field]) => !fields.includes(field as keyof Described)),
  ) as unknown as Described;

/** Name weighs 8 bits, as one of a file of three hundred. */
const compare = (person: Described, mine = onFile) => {
  const { level, score, reasons } = comparePersons(mine, person, { nameWeight: () => 8 });
  return { level: level ?? 'none', score, reasons: reasons.map(({ reason }) => reason) };
};

describe('two descriptions of which the number does not tell', () => {
  it.each<[string, Described, string, number, string[]]>([
    [
      'one digit wrong, all else the same',
      told('370799196001010028'),
      'probable',
      27,
      ['number-one-digit', 'name-rare', 'birth-date-same', 'sex-same'],
    ],
    [
      'two digits swapped, only the name',
      without(told('370799196010010018'), 'birthDate', 'sex'),
      'probable',
      22,
      ['number-swapped', 'name-rare'],
    ],
    [
      'a digit missing, no name',
      told('37079919600101018', { name: '' }),
      'weak',
      19,
      ['number-missing-digit', 'birth-date-same', 'sex-same'],
    ],
    [
      'one digit wrong, one character of three another',
      told('370799196001010028', { name: '王侧试' }),
      'weak',
      18,
      ['number-one-digit', 'name-one-character', 'birth-date-same', 'sex-same'],
    ],
    ['no number, name and birth date', without(told(undefined), 'sex'), 'probable', 20, ['name-rare', 'birth-date-same']],
    [
      'a masked number that fits, no birth date',
      without(told('370799********0018'), 'birthDate'),
      'weak',
      17,
      ['number-mask-fits', 'name-rare', 'sex-same'],
    ],
    [
      'a number of nothing, name and birth date',
      told('370799196001010927'),
      'weak',
      18,
      ['number-far', 'name-rare', 'birth-date-same', 'sex-same'],
    ],
    [
      'a masked number that fits and the birth date, no name',
      told('370799********0018', { name: '' }),
      'weak',
      21,
      ['number-mask-fits', 'birth-date-same', 'sex-same'],
    ],
    [
      'a number masked by crosses to its end',
      without(told('37079919600101XXXX'), 'birthDate'),
      'weak',
      17,
      ['number-mask-fits', 'name-rare', 'sex-same'],
    ],
    [
      'a number whose day there never was',
      told('370799196013010015'),
      'weak',
      18,
      ['number-far', 'name-rare', 'birth-date-same', 'sex-same'],
    ],
  ])('%s', (_, person, level, score, reasons) => {
    expect(compare(person)).toEqual({ level, score, reasons });
  });

  it.each<[string, Described, string]>([
    ['a name alone', without(told(undefined), 'birthDate', 'sex'), 'name-rare'],
    ['a name and the sex', without(told(undefined), 'birthDate'), 'sex-same'],
    ['a birth date alone', told(undefined, { name: '' }), 'birth-date-same'],
    ['a near number alone', without(told('370799196001010028', { name: '' }), 'birthDate'), 'number-one-digit'],
    ['a near number under certainly another name', told('370799196001010028', { name: '样例乙' }), 'name-differs'],
    ['the same name with another birth date', told(undefined, { birthDate: '1971-08-13' }), 'birth-date-differs'],
    ['the same name with the birth date one digit off', told(undefined, { birthDate: '1960-01-02' }), 'birth-date-near'],
    ['name and birth date, and another sex', told(undefined, { sex: 'female' }), 'sex-differs'],
    ['a namesake of the same birth date under a valid number', told('370799196001010034'), 'number-of-another'],
    ['the same in another region', told('370102 19600101 0016'), 'number-of-another-region'],
    ['a masked number that shows another', told('370799********0026'), 'number-mask-differs'],
    [
      'a namesake of the same birth date under a faulty number that is quite another',
      told('370102 19600101 9921'),
      'number-unlike',
    ],
  ])('are not linked by %s', (_, person, reason) => {
    const { level, reasons } = compare(person);

    expect(level).toBe('none');
    expect(reasons).toContain(reason);
  });

  it.each<[string, string, string[]]>([
    ['of which four places can be seen', '**************0018', ['name-rare', 'sex-same']],
    ['that is not as long as ours', '3707***0018', ['name-rare', 'sex-same']],
  ])('are not nearer by a masked number %s', (_, number, reasons) => {
    expect(compare(without(told(number), 'birthDate'))).toEqual({ level: 'none', score: 9, reasons });
  });

  it('are not one for a masked number that shows another, however much agrees', () => {
    expect(comparePersons(onFile, told('370799********0026'), { nameWeight: () => 40 })).not.toHaveProperty('level');
  });

  it('are two where each has a whole number of another kind, one digit apart', () => {
    const mine = { ...onFile, idDocuments: [parseIdDocument('E12345678')] };

    expect(compare(told('E12345679'), mine)).toMatchObject({
      level: 'none',
      reasons: expect.arrayContaining(['number-of-another']),
    });
  });

  it('are weakly one from 14 bits on', () => {
    const linked = (weight: number) =>
      comparePersons(onFile, without(told(undefined), 'sex'), { nameWeight: () => weight }).level ?? 'none';

    expect([linked(1.9), linked(2), linked(7.9), linked(8)]).toEqual(['none', 'weak', 'weak', 'probable']);
  });

  it('have another name where one of two characters is another, and no rare one where it was cut off', () => {
    const long = '阿卜杜拉·买买提·吐尔逊·阿不都热合曼·玉素甫江';
    const cut = compare(told(undefined, { name: [...long].slice(0, 20).join('') }), { ...onFile, name: long });

    expect(compare(told(undefined, { name: '王试' }), { ...onFile, name: '王测' }).reasons).toContain('name-differs');
    expect(cut.reasons).toContain('name-same');
  });

  it('are two where each has a valid number, however much agrees', () => {
    const overwhelming = comparePersons(onFile, told('370799196001010034'), { nameWeight: () => 40 });

    expect(overwhelming).toMatchObject({ score: 33 });
    expect(overwhelming).not.toHaveProperty('level');
  });

  it('say nothing where one side says nothing: missing is no contradiction', () => {
    expect(compare(without(told(undefined), 'sex')).score).toBe(compare(told(undefined), without(onFile, 'sex')).score);
    expect(compare(told(undefined, { sex: 'unknown' })).reasons).not.toContain('sex-differs');
  });

  it('have a birth date on file in a valid number too', () => {
    expect(compare(without(told(undefined), 'sex'), without(onFile, 'birthDate')).reasons).toContain('birth-date-same');
  });

  it('are near where the number on file is the faulty one', () => {
    const mine = { ...onFile, idDocuments: [parseIdDocument('370799196001010028')] };

    expect(compare(told('370799196001010018'), mine)).toMatchObject({ level: 'probable', score: 27 });
  });

  it('are only weakly one person under a common name', () => {
    const common = comparePersons(onFile, without(told(undefined), 'sex'), { nameWeight: () => 4 });

    expect(common).toMatchObject({
      level: 'weak',
      score: 16,
      reasons: [
        { reason: 'name-same', weight: 4 },
        { reason: 'birth-date-same', weight: 12 },
      ],
    });
  });
});

describe('how rare a name is', () => {
  it('is judged by its bearers on file, carefully where the file is small', () => {
    expect(nameWeightOf(0, 1)).toBeCloseTo(6.3, 1);
    expect(nameWeightOf(0, 300)).toBeCloseTo(8.3, 1);
    expect(nameWeightOf(0, 200_000)).toBe(10);
    expect(nameWeightOf(49, 1000)).toBeCloseTo(4.5, 1);
    expect(nameWeightOf(100, 100)).toBeCloseTo(1, 0);
  });
});
