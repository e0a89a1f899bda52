import { afterEach, describe, expect, it } from 'vitest';
import { contentHash, hashOf } from '../../src/store/content.js';
import { currentOf, instant, isOlder } from '../../src/store/order.js';
import fc from '../seeded.js';
import { death, hour } from './examples.js';

const version = (receivedAt: string, updatedAt: string | null = null) => ({ receivedAt, updatedAt });

describe('an instant', () => {
  const zone = process.env.TZ;
  afterEach(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  it.each(['UTC', 'Asia/Shanghai', 'America/Los_Angeles'])(
    'is the same text of UTC in every zone the program may run in (%s)',
    (tz) => {
      process.env.TZ = tz;

      expect(instant('2026-03-01T08:30:00+08:00')).toBe('2026-03-01T00:30:00.000Z');
      expect(instant('2026-03-01T00:30Z')).toBe('2026-03-01T00:30:00.000Z');
      expect(isOlder(version('', '2026-03-01 07:59:59'), version('', '2026-03-01T00:00:00Z'))).toBe(true);
      expect(isOlder(version('', '2026-02-28'), version('', '2026-02-28T16:00:00Z'))).toBe(true);
    },
  );

  it.each(['2026-03-01', '2026-03-01T08:30:00', 'yesterday', '', '2026-13-01T00:00:00Z'])('is not %j', (text) => {
    expect(() => instant(text)).toThrow(/不是/);
  });
});

describe('an update time', () => {
  it.each([
    ['2026-03-01', '2026-03-02', true],
    ['2026-03-01', '2026-03-01', false],
    ['2026-03-01', '2026-03-01T23:59:59+08:00', false],
    ['2026-03-01', '2026-03-01T23:59:59.999+08:00', false],
    ['2026-03-01', '2026-03-02T00:00:00+08:00', true],
    ['2026-03-02T00:00+08:00', '2026-03-02', false],
    ['2026-03-01T23:59+08:00', '2026-03-02', true],
    ['2026-03', '2026-04-01', true],
    ['2026-03', '2026-03-31', false],
    ['2026-03-01T08:30+08:00', '2026-03-01T08:30:30+08:00', false],
    ['2026-03-01T08:30+08:00', '2026-03-01T08:31+08:00', true],
    ['2026-03-01T08:30:00+08:00', '2026-03-01T08:30:00.500+08:00', false],
    ['2026-03-01T08:30:00.100+08:00', '2026-03-01T08:30:00.101+08:00', true],
    ['2026-03-01T08:30:00+08:00', '2026-03-01T01:30:00Z', true],
    ['20260301083000', '2026-03-02', false],
    [null, '2026-03-02', false],
    ['2026-03-01', null, false],
  ])('%s is certainly before %s: %s', (a, b, expected) => {
    expect(isOlder(version('', a), version('', b))).toBe(expected);
    if (expected) expect(isOlder(version('', b), version('', a))).toBe(false);
  });
});

describe('the current version', () => {
  it('of none is none, of one that one, else the newest received that the agency does not date before it', () => {
    const [a, b, c] = [version('1', '2026-03-02'), version('2', '2026-03-01'), version('3')];

    expect(currentOf([])).toBeUndefined();
    expect(currentOf([b])).toBe(b);
    expect(currentOf([a, b])).toBe(a);
    expect(currentOf([a, b, c])).toBe(c);
    expect(currentOf([a, c, b])).toBe(b);
  });

  it('with precise update times everywhere is the one with the latest, in any order of receipt', () => {
    const times = fc.uniqueArray(fc.integer({ min: 1, max: 28 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(times, (days) => {
        const versions = days.map((day, index) =>
          version(String(index), `2026-02-${String(day).padStart(2, '0')}T00:00:00+08:00`),
        );

        expect(currentOf(versions)?.updatedAt).toBe(`2026-02-${String(Math.max(...days)).padStart(2, '0')}T00:00:00+08:00`);
      }),
    );
  });
});

describe('the content hash', () => {
  it('is the same whatever the order of fields, and without fields that are undefined', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (fields) => {
        const reversed = Object.fromEntries(Object.entries(fields).reverse());

        expect(hashOf({ ...reversed, missing: undefined })).toBe(hashOf(fields));
      }),
    );
  });

  it('differs for different values that look alike', () => {
    const values = [
      {},
      [],
      null,
      '',
      0,
      false,
      '0',
      [null],
      [[]],
      { a: null },
      { a: [] },
      { a: {} },
      ['a', 'b'],
      ['ab'],
      { a: 1, b: 2 },
      [{ a: 1 }, { b: 2 }],
      '{}',
    ];

    expect(new Set(values.map(hashOf)).size).toBe(values.length);
  });

  it('sees every field but receipt, message, pointers and the moment of retraction', () => {
    const record = death('R-1', hour(1), { updatedAt: '2026-02-28' });
    const same = {
      ...record,
      voidedAt: hour(9),
      source: { ...record.source, receivedAt: hour(2), message: { id: 'x', sha256: 'y' }, pointers: {} },
    };
    const others = [
      { ...record, status: 'void' as const },
      { ...record, diedOn: '2026-02' },
      { ...record, person: { ...record.person, name: '王测式' } },
      { ...record, link: { level: 'upgraded' as const, reasons: ['number'] } },
      { ...record, source: { ...record.source, updatedAt: '2026-02-27' } },
      { ...record, source: { ...record.source, recordId: 'R-2' } },
    ];

    expect(contentHash(same)).toBe(contentHash(record));
    for (const other of others) expect(contentHash(other)).not.toBe(contentHash(record));
  });
});
