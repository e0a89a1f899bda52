import { describe, expect, it } from 'vitest';
import {
  checkDigit,
  idFacts,
  isMaskedNumber,
  looksLikeIdNumber,
  normaliseIdNumber,
  parseIdDocument,
} from '../../src/identity/index.js';
import type { IdDocument } from '../../src/model/index.js';
import fc from '../seeded.js';

/** First 17 digits of a number of the unassigned district 370799, with a real birthday of the 20th or 21st century. */
const first17 = fc
  .tuple(
    fc.date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }),
    fc.integer({ min: 0, max: 999 }),
  )
  .map(([birth, serial]) => `370799${birth.toISOString().slice(0, 10).replaceAll('-', '')}${String(serial).padStart(3, '0')}`);

describe('check digits', () => {
  it.each([
    ['37079919600101001', '8'],
    ['37079919650303006', 'X'],
    ['37079919480229004', '9'],
    ['81000019620228001', '1'],
    ['83000019700710002', '8'],
    ['90884019750503001', '8'],
    ['91684019800808002', '7'],
  ])('of %s is %s', (digits, check) => {
    expect(checkDigit(digits)).toBe(check);
  });

  it.each(['3707991960010100', '370799196001010018', '3707991960010100A', ''])(
    'are refused for %j, which is not 17 digits',
    (digits) => {
      expect(() => checkDigit(digits)).toThrow(RangeError);
    },
  );
});

describe('normalising a number', () => {
  it.each([
    ['37079919650303006x', '37079919650303006X'],
    ['３７０７９９１９６５０３０３００６Ｘ', '37079919650303006X'],
    ['３７０７９９１９６５０３０３００６ｘ', '37079919650303006X'],
    ['  370799 19600101 0018\t\r\n', '370799196001010018'],
    ['　370799196001010018　', '370799196001010018'],
    ['usa110178010112', 'USA110178010112'],
    ['\ufeff370799\u200b196001010018\u200e', '370799196001010018'],
    ['\u202a370799196001010018\u202c', '370799196001010018'],
  ])('makes %j into %j', (raw, number) => {
    expect(normaliseIdNumber(raw)).toBe(number);
  });

  it('done twice is done once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (raw) => {
        expect(normaliseIdNumber(normaliseIdNumber(raw))).toBe(normaliseIdNumber(raw));
      }),
    );
  });
});

describe('reading an identity document', () => {
  it.each<[string, string, IdDocument]>([
    ['a citizen', '370799196001010018', { type: 'resident-id', number: '370799196001010018', validity: 'valid' }],
    [
      'a citizen whose check character came in lower case',
      '37079919650303006x',
      { type: 'resident-id', number: '37079919650303006X', raw: '37079919650303006x', validity: 'valid' },
    ],
    [
      'a citizen with 15 digits',
      '370799600101001',
      { type: 'resident-id', number: '370799196001010018', raw: '370799600101001', validity: 'upgraded-15' },
    ],
    [
      '29 February of a leap year',
      '370799194802290049',
      { type: 'resident-id', number: '370799194802290049', validity: 'valid' },
    ],
    [
      'a resident of Hong Kong',
      '810000196202280011',
      { type: 'hmt-residence-permit', number: '810000196202280011', validity: 'valid' },
    ],
    [
      'a resident of Macau',
      '820000197501010018',
      { type: 'hmt-residence-permit', number: '820000197501010018', validity: 'valid' },
    ],
    [
      'a resident of Taiwan',
      '830000197007100028',
      { type: 'hmt-residence-permit', number: '830000197007100028', validity: 'valid' },
    ],
    [
      "a foreigner's card since 2023",
      '908840197505030018',
      { type: 'foreign-permanent-resident', number: '908840197505030018', validity: 'valid' },
    ],
    [
      "a foreigner's card of 2017, whose check rule is not public",
      'USA110178010112',
      { type: 'foreign-permanent-resident', number: 'USA110178010112', validity: 'not-checked' },
    ],
    ['a passport in the number field', 'E12345678', { type: 'other', number: 'E12345678', validity: 'not-checked' }],
  ])('knows %s by the shape of the number', (_, raw, document) => {
    expect(parseIdDocument(raw)).toEqual(document);
  });

  it.each([
    ['a wrong check digit', '370799196001010017', 'bad-checksum'],
    ['X where a digit belongs', '37079919600101001X', 'bad-checksum'],
    ['a wrong check digit on a permit', '810000196202280012', 'bad-checksum'],
    ["a wrong check digit on a foreigner's card", '908840197505030017', 'bad-checksum'],
    ['31 April', '370799196004310018', 'bad-date'],
    ['29 February of a common year', '370799196102290018', 'bad-date'],
    ['29 February 1900, which was no leap year', '370799190002290018', 'bad-date'],
    ['month 13', '370799196013010018', 'bad-date'],
    ['day 0', '370799196001000018', 'bad-date'],
    ['a birth in 1899', '370799189912310018', 'bad-date'],
    ['a birth in 2100', '370799210001010018', 'bad-date'],
    ['month 13 in 15 digits', '370799601301001', 'bad-date'],
    ['14 digits', '37079960010100', 'bad-format'],
    ['17 digits', '37079919600101001', 'bad-format'],
    ['19 digits', '3707991960010100181', 'bad-format'],
    ['a leading zero', '070799196001010018', 'bad-format'],
    ['X in the middle', '3707991960X1010018', 'bad-format'],
    ['stars', '********', 'bad-format'],
    ['stars in the middle', '370799********0018', 'bad-format'],
    ['nothing', '', 'bad-format'],
    ['white space only', ' 　 ', 'bad-format'],
  ])('says of %s what is wrong', (_, raw, validity) => {
    expect(parseIdDocument(raw).validity).toBe(validity);
  });

  it('judges the date before the check digit, and the format before both', () => {
    expect(parseIdDocument('370799196002300019').validity).toBe('bad-date');
    expect(parseIdDocument('3707991960023000190').validity).toBe('bad-format');
  });

  it('leaves 15 digits with an impossible day as they are', () => {
    expect(parseIdDocument('370799601301001')).toEqual({ type: 'resident-id', number: '370799601301001', validity: 'bad-date' });
  });

  it('lets the shape decide between the kinds that are numbered alike, whatever the sender calls them', () => {
    expect(parseIdDocument('810000196202280011', 'resident-id').type).toBe('hmt-residence-permit');
    expect(parseIdDocument('370799196001010018', 'hmt-residence-permit').type).toBe('resident-id');
    expect(parseIdDocument('916840198008080027', 'resident-id').type).toBe('foreign-permanent-resident');
  });

  it('knows the residence permits by their three regions, not by the 8', () => {
    const ofRegion = (region: string) => parseIdDocument('810000196202280011'.replace('810000', region)).type;

    expect(['810000', '810001', '840000'].map(ofRegion)).toEqual(['hmt-residence-permit', 'resident-id', 'resident-id']);
  });

  it('believes a passport and other documents, and checks nothing', () => {
    expect(parseIdDocument('370799196001010018', 'passport')).toEqual({
      type: 'passport',
      number: '370799196001010018',
      validity: 'not-checked',
    });
    expect(parseIdDocument('军字第１号', 'other')).toEqual({
      type: 'other',
      number: '军字第1号',
      raw: '军字第１号',
      validity: 'not-checked',
    });
    expect(parseIdDocument('', 'passport').validity).toBe('bad-format');
  });

  it('calls a passport number that claims to be a resident id badly formed', () => {
    expect(parseIdDocument('E12345678', 'resident-id')).toEqual({
      type: 'resident-id',
      number: 'E12345678',
      validity: 'bad-format',
    });
  });

  it('finds every number made by the rule valid, and none with another last place', () => {
    fc.assert(
      fc.property(first17, (digits) => {
        const good = checkDigit(digits);

        for (const last of '0123456789X') {
          expect(parseIdDocument(digits + last).validity).toBe(last === good ? 'valid' : 'bad-checksum');
        }
      }),
    );
  });

  it('catches every single wrong digit of the serial, and every swap of two unlike neighbours there', () => {
    fc.assert(
      fc.property(first17, fc.integer({ min: 14, max: 16 }), fc.integer({ min: 1, max: 9 }), (digits, place, step) => {
        const number = digits + checkDigit(digits);
        const [left = '', right = ''] = number.slice(place - 1, place + 1);
        const wrong = `${number.slice(0, place)}${(Number(right) + step) % 10}${number.slice(place + 1)}`;
        const swapped = `${number.slice(0, place - 1)}${right}${left}${number.slice(place + 1)}`;

        expect(parseIdDocument(wrong).validity).toBe('bad-checksum');
        if (place > 14 && left !== right) expect(parseIdDocument(swapped).validity).toBe('bad-checksum');
      }),
    );
  });

  it('makes one number of the 15- and the 18-digit form of everybody born in the 20th century', () => {
    fc.assert(
      fc.property(
        first17.filter((digits) => digits.slice(6, 8) === '19'),
        (digits) => {
          const fifteen = `${digits.slice(0, 6)}${digits.slice(8)}`;

          expect(parseIdDocument(fifteen).number).toBe(digits + checkDigit(digits));
          expect(parseIdDocument(fifteen).validity).toBe('upgraded-15');
        },
      ),
    );
  });

  it('never throws, reads its own reading alike, and keeps what it was given', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[0-9 Xx*]{0,20}$/)), (raw) => {
        const document = parseIdDocument(raw);

        expect(parseIdDocument(document.number, document.type).number).toBe(document.number);
        expect(document.raw ?? document.number).toBe(raw);
      }),
    );
  });
});

describe('what a number says of its holder', () => {
  it.each([
    ['370799196001010018', { birthDate: '1960-01-01', sex: 'male', region: '370799' }],
    ['370799195806150021', { birthDate: '1958-06-15', sex: 'female', region: '370799' }],
    ['37079919650303006X', { birthDate: '1965-03-03', sex: 'female', region: '370799' }],
    ['370799600101001', { birthDate: '1960-01-01', sex: 'male', region: '370799' }],
    ['830000197007100028', { birthDate: '1970-07-10', sex: 'female', region: '830000' }],
    ['908840197505030018', { birthDate: '1975-05-03' }],
    ['USA110178010112', {}],
    ['E12345678', {}],
    ['********', {}],
    ['370799196002300019', { sex: 'male', region: '370799' }],
  ])('%s', (raw, facts) => {
    expect(idFacts(parseIdDocument(raw))).toEqual(facts);
  });

  it('is read from the digits, whatever the validity that stands beside them', () => {
    expect(idFacts({ type: 'resident-id', number: '370799196001010018', validity: 'not-checked' }).birthDate).toBe('1960-01-01');
    expect(idFacts({ type: 'resident-id', number: '370799196001010017', validity: 'valid' }).birthDate).toBe('1960-01-01');
  });

  it('keeps the birth date of 18 digits whatever their serial, for they tell the century', () => {
    expect(idFacts({ type: 'resident-id', number: '370799198912319994', validity: 'valid' }).birthDate).toBe('1989-12-31');
  });

  it('leaves the birth date open for the serials of centenarians in 15 digits, whose century is not told', () => {
    expect(idFacts(parseIdDocument('370799891231995')).birthDate).toBe('1989-12-31');
    expect(idFacts(parseIdDocument('370799891231996')).birthDate).toBeUndefined();
    expect(idFacts(parseIdDocument('370799891231999')).birthDate).toBeUndefined();
  });

  it('says nothing of a passport, even one whose number looks like a resident id', () => {
    expect(idFacts(parseIdDocument('370799196001010018', 'passport'))).toEqual({});
  });
});

describe('telling numbers from other texts', () => {
  it.each([
    '********',
    '3707**********0018',
    '3707＊＊＊＊＊＊＊＊＊＊0018',
    '370799XXXXXXXX0018',
    '370799●●●●●●●●0018',
    '3.70799E+17',
    '3.70799196001010e+17',
  ])('sees that %s is masked', (raw) => {
    expect(isMaskedNumber(raw)).toBe(true);
  });

  it.each(['370799196001010018', '37079919650303006X', '', 'E12345678', 'USA110178010112', 'E1234567'])(
    'sees that %j is not masked',
    (raw) => {
      expect(isMaskedNumber(raw)).toBe(false);
    },
  );

  it.each([
    '370799196001010018',
    '370799196001010017',
    '37079919650303006ｘ',
    '370799600101001',
    'usa110178010112',
    '908840197505030018',
  ])('%s has the shape of an ID number', (raw) => {
    expect(looksLikeIdNumber(raw)).toBe(true);
  });

  it.each(['E12345678', '13800000000', '', '张三', '37079919600101', '370799********0018', '住院号123456789012345'])(
    '%s does not',
    (raw) => {
      expect(looksLikeIdNumber(raw)).toBe(false);
    },
  );
});
