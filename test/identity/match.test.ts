import { describe, expect, it } from 'vitest';
import { matchIdentity, parseIdDocument } from '../../src/identity/index.js';
import type { IdDocument } from '../../src/model/index.js';

const person = (...raw: string[]) => ({ idDocuments: raw.map((number) => parseIdDocument(number)) });

describe('an answer is', () => {
  it('about the person asked for when the number is equal', () => {
    expect(matchIdentity(person('370799196001010018'), person('370799196001010018'))).toEqual({
      result: 'same',
      reasons: ['number-equal'],
    });
  });

  it('about the person asked for whatever the way the number is written', () => {
    expect(matchIdentity(person('37079919650303006X'), person(' 37079919650303006ｘ')).result).toBe('same');
  });

  it('about the person asked for even when both numbers have the same wrong check digit', () => {
    expect(matchIdentity(person('370799196001010017'), person('370799196001010017')).result).toBe('same');
  });

  it.each([
    ['the answer', '370799196001010018', '370799600101001'],
    ['the question', '370799600101001', '370799196001010018'],
  ])('tied by upgrading when %s has 15 digits', (_, asked, answered) => {
    expect(matchIdentity(person(asked), person(answered))).toEqual({ result: 'upgraded', reasons: ['number-upgraded-15'] });
  });

  it('the same, not upgraded, when both sides have 15 digits', () => {
    expect(matchIdentity(person('370799600101001'), person('370799600101001')).result).toBe('same');
  });

  it('about another when the number is another, be it by one digit', () => {
    expect(matchIdentity(person('370799196001010018'), person('370799196001010026'))).toEqual({
      result: 'other',
      reasons: ['number-differs'],
    });
  });

  it('about another when 15 digits are those of a person born a century apart', () => {
    // 370799 2001-01-01 and 370799 1901-01-01 share their 15 digits; only the latter had them.
    expect(matchIdentity(person('370799200101010010'), person('370799010101001')).result).toBe('other');
  });

  it.each(['********', '3707**********0018', '370799********0018'])('not verifiable when the number is masked (%s)', (masked) => {
    expect(matchIdentity(person('370799196001010018'), person(masked))).toEqual({
      result: 'not-verifiable',
      reasons: ['number-masked'],
    });
  });

  it('not verifiable when it has no number, or the question had none', () => {
    expect(matchIdentity(person('370799196001010018'), person()).reasons).toEqual(['answer-without-number']);
    expect(matchIdentity(person('370799196001010018'), person(' ')).reasons).toEqual(['answer-without-number']);
    expect(matchIdentity(person(), person('370799196001010018')).reasons).toEqual(['question-without-number']);
    expect(matchIdentity(person(), person()).result).toBe('not-verifiable');
  });

  it("about the person asked for when any document is equal: a foreigner's old and new card", () => {
    const both = person('USA110178010112', '908840197505030018');

    expect(matchIdentity(both, person('908840197505030018')).result).toBe('same');
    expect(matchIdentity(both, person('usa110178010112')).result).toBe('same');
    expect(matchIdentity(person('908840197505030018'), both).result).toBe('same');
    expect(matchIdentity(person('916840198008080027'), both).result).toBe('other');
  });

  it('judged by the whole number when a masked one stands beside it', () => {
    expect(matchIdentity(person('370799196001010018'), person('********', '370799196001010018')).result).toBe('same');
    expect(matchIdentity(person('370799196001010018'), person('********', '370799195806150021')).result).toBe('other');
  });

  it('about another when equal numbers stand on documents of two named types', () => {
    const document = (type: IdDocument['type']) => ({
      idDocuments: [{ type, number: 'E12345678', validity: 'not-checked' as const }],
    });

    expect(matchIdentity(document('passport'), document('passport')).result).toBe('same');
    expect(matchIdentity(document('passport'), document('other')).result).toBe('same');
    expect(matchIdentity(document('passport'), document('foreign-permanent-resident')).result).toBe('other');
  });
});
