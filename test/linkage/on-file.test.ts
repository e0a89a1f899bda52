import { describe, expect, it } from 'vitest';
import { parseIdDocument } from '../../src/identity/index.js';
import { personsOnFile } from '../../src/linkage/on-file.js';
import type { Person, Subject } from '../../src/model/index.js';

const person = (key: string, number: string, name: string, birthDate: string): Subject => ({
  key,
  idDocuments: [parseIdDocument(number)],
  name,
  birthDate,
});

const wang = person('a1', '370799196001010018', '王测试', '1960-01-01');
const li = person('b2', '370799196505050021', '李测试', '1965-05-05');
/** On file with a faulty number: 370799198203040054 is meant. */
const zhang = person('c3', '370799198203040064', '张样例', '1982-03-04');
/** Another of Wang's name and birth date. */
const namesake = person('d4', '370799196001010034', '王测试', '1960-01-01');

const told = (number: string | undefined, name: string, birthDate?: string): Person => ({
  idDocuments: number === undefined ? [] : [parseIdDocument(number)],
  name,
  ...(birthDate === undefined ? {} : { birthDate }),
});

async function found(row: Person, onFile: readonly Subject[] = [wang, li, zhang]) {
  const persons = await personsOnFile(onFile);
  return persons.resembling(row).map(({ personKey, level }) => `${personKey} ${level}`);
}

describe('whom a row resembles', () => {
  it.each<[string, Person, string[]]>([
    ['one digit off and the name', told('370799196001010028', '王测试'), ['a1 probable']],
    ['a swap and the birth date, no name', told('370799196010010018', '', '1960-01-01'), ['a1 weak']],
    ['name and birth date', told(undefined, '李测试', '1965-05-05'), ['b2 weak']],
    ['the right number of somebody filed under a faulty one', told('370799198203040054', '张样例'), ['c3 probable']],
    ['a faulty number quite unlike, but name and birth date', told('370102 19650505 9999', '李测试', '1965-05-05'), []],
    ['a neighbour that is another name', told('370799196001010028', '样例乙'), []],
    ['a valid number beside name and birth date', told('370799196001010034', '王测试', '1960-01-01'), []],
    [
      'a valid number of another and a faulty one, beside name and birth date',
      {
        ...told(undefined, '王测试', '1960-01-01'),
        idDocuments: [parseIdDocument('370799196505050021'), parseIdDocument('370799196001010927')],
      },
      [],
    ],
    ['a name', told(undefined, '王测试'), []],
    ['a birth date', told(undefined, '', '1960-01-01'), []],
    ['nobody', told('370799197102030127', '陈虚构', '1971-02-03'), []],
  ])('%s', async (_, row, expected) => {
    expect(await found(row)).toEqual(expected);
  });

  it('is only weak where several fit', async () => {
    expect(await found(told(undefined, '王测试', '1960-01-01'), [wang, namesake, li])).toEqual(['a1 weak', 'd4 weak']);
  });

  it('is only weak where several fit, though each alone were probable, and says why; the likeliest first', async () => {
    const crowd = Array.from({ length: 1000 }, (_, index) => ({ ...li, key: `k${index}`, name: `虚构${index}` }));
    const row = { ...told(undefined, '王测试', '1960-01-01'), sex: 'male' as const };
    const persons = await personsOnFile([namesake, { ...wang, key: 'z9', sex: 'male' }, ...crowd]);
    const alone = await personsOnFile([wang, ...crowd]);

    expect(alone.resembling(row)).toMatchObject([{ level: 'probable' }]);
    expect(persons.resembling(row)).toMatchObject([
      { personKey: 'z9', level: 'weak', reasons: ['name-rare', 'birth-date-same', 'sex-same', 'several-on-file'] },
      { personKey: 'd4', level: 'weak', reasons: ['name-rare', 'birth-date-same', 'several-on-file'] },
    ]);
  });

  it('knows a former name', async () => {
    const renamed = { ...li, name: '李新名', formerNames: ['李测试'] };

    expect(await found(told(undefined, '李测试', '1965-05-05'), [renamed])).toEqual(['b2 weak']);
  });

  it('knows a former name that the record gives', async () => {
    const row = { ...told(undefined, '李新名', '1965-05-05'), formerNames: ['李测试'] };

    expect(await found(row)).toEqual(['b2 weak']);
  });

  it('counts how rare a name is on file', async () => {
    const crowd = Array.from({ length: 900 }, (_, index) => ({
      ...li,
      key: `k${index}`,
      name: index < 90 ? '王测试' : `虚构${index}`,
    }));
    const row = told(undefined, '王测试', '1960-01-01');
    const rare = await personsOnFile([wang, ...crowd.slice(90)]);
    const common = await personsOnFile([wang, ...crowd]);

    expect(rare.resembling(row)).toMatchObject([{ level: 'probable', reasons: ['name-rare', 'birth-date-same'] }]);
    expect(common.resembling(row)).toMatchObject([{ level: 'weak', reasons: ['name-same', 'birth-date-same'] }]);
  });
});
