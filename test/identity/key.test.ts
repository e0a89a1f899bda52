import { describe, expect, it } from 'vitest';
import { isYilianError } from '../../src/errors.js';
import { createKeys, parseIdDocument } from '../../src/identity/index.js';
import { redact } from '../../src/redact.js';
import fc from '../seeded.js';

const keys = createKeys('a secret of the city, 32 bytes long');
const person = (...raw: string[]) => ({ idDocuments: raw.map((number) => parseIdDocument(number)) });

describe('keys', () => {
  it('are 32 hexadecimal digits, which no redactor takes for a number', () => {
    const key = keys.personKey(person('370799196001010018')) ?? '';

    expect(key).toMatch(/^[0-9a-f]{32}$/);
    expect(redact(`person ${key}`)).toBe(`person ${key}`);
  });

  it('are the same for every way to write a number', () => {
    const key = keys.personKey(person('37079919650303006X'));

    expect(keys.personKey(person('37079919650303006x'))).toBe(key);
    expect(keys.personKey(person(' ３７０７９９１９６５０３０３００６Ｘ '))).toBe(key);
    expect(
      keys.personKey({ idDocuments: [{ type: 'resident-id', number: '37079919650303006ｘ', validity: 'not-checked' }] }),
    ).toBe(key);
  });

  it('are the same for 15 and 18 digits', () => {
    expect(keys.personKey(person('370799600101001'))).toBe(keys.personKey(person('370799196001010018')));
  });

  it('differ between persons, document types and secrets', () => {
    const number = '370799196001010018';
    const found = [
      keys.numberKey({ type: 'resident-id', number }),
      keys.numberKey({ type: 'passport', number }),
      keys.numberKey({ type: 'resident-id', number: '370799195806150021' }),
      createKeys('another secret of the city, as long').numberKey({ type: 'resident-id', number }),
    ];

    expect(new Set(found).size).toBe(4);
  });

  it('of a person are that of the resident id, wherever it stands, else of the first document', () => {
    expect(keys.personKey(person('E12345678', '370799196001010018'))).toBe(keys.personKey(person('370799196001010018')));
    expect(keys.personKey(person('USA110178010112', '908840197505030018'))).toBe(keys.personKey(person('USA110178010112')));
  });

  it('of a document are the key of the person who has only it', () => {
    expect(keys.numberKey(parseIdDocument('810000196202280011'))).toBe(keys.personKey(person('810000196202280011')));
  });

  it('are not made of nothing, nor of a masked number', () => {
    expect(keys.personKey({ idDocuments: [] })).toBeUndefined();
    expect(keys.personKey(person('********', ''))).toBeUndefined();
    expect(keys.personKey(person('3707**********0018', 'E12345678'))).toBe(keys.personKey(person('E12345678')));
    expect(keys.numberKey({ type: 'resident-id', number: ' ' })).toBeUndefined();
  });

  it('of a record depend on feed, number and every fact, in order', () => {
    const base = keys.recordKey('civil-affairs/cremations', '370799196001010018', ['2026-03-10']);
    const others = [
      keys.recordKey('health/death-certificates', '370799196001010018', ['2026-03-10']),
      keys.recordKey('civil-affairs/cremations', '370799195806150021', ['2026-03-10']),
      keys.recordKey('civil-affairs/cremations', '370799196001010018', ['2026-03-11']),
      keys.recordKey('civil-affairs/cremations', '370799196001010018', ['2026-03-10', '']),
      keys.recordKey('civil-affairs/cremations', '370799196001010018', []),
      keys.personKey(person('370799196001010018')),
    ];

    expect(keys.recordKey('civil-affairs/cremations', ' 370799600101001', ['2026-03-10'])).toBe(base);
    expect(others).not.toContain(base);
    expect(keys.recordKey('f', 'n', ['a', 'b'])).not.toBe(keys.recordKey('f', 'n', ['b', 'a']));
    expect(keys.recordKey('f', 'n', ['ab', 'c'])).not.toBe(keys.recordKey('f', 'n', ['a', 'bc']));
  });

  it('never hold the number', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^370799(19|20)\d{9}[\dX]$/), (number) => {
        expect(keys.numberKey({ type: 'resident-id', number })).not.toContain(number.slice(6));
      }),
    );
  });
});

describe('the secret', () => {
  it.each(['fifteen bytes..', '', '密钥密钥密', new Uint8Array(15)])('is refused when it has fewer than 16 bytes', (secret) => {
    const attempt = () => createKeys(secret);

    expect(attempt).toThrow();
    try {
      attempt();
    } catch (error) {
      expect(isYilianError(error) && error.code).toBe('ERR_CONFIG');
      expect(isYilianError(error) && error.text.zh).toContain('16');
      expect(isYilianError(error) && error.text.en).toContain('16');
      if (secret !== '') expect(String(error)).not.toContain(String(secret));
    }
  });

  it.each(['sixteen bytes...', '密钥密钥密钥', new Uint8Array(16)])('is taken from 16 bytes on', (secret) => {
    expect(createKeys(secret).numberKey({ type: 'passport', number: 'E1' })).toMatch(/^[0-9a-f]{32}$/);
  });
});
