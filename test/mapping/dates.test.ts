import { describe, expect, it } from 'vitest';
import { isBlank, readDate } from '../../src/mapping/dates.js';
import { dayInterval, formatDay } from '../../src/model/index.js';
import fc from '../seeded.js';

const day = (text: string) => readDate(text, 'day');
const minute = (text: string, hour?: string) => readDate(text, 'minute', hour);
const is = (date: string) => ({ read: 'date', date });
const none = { read: 'none' };
const bad = { read: 'bad' };

describe('a date is read in every format met', () => {
  it.each([
    ['20190408', '2019-04-08'],
    ['201904081030', '2019-04-08'],
    ['20190408103059', '2019-04-08'],
    ['20190408103059123', '2019-04-08'],
    ['2019040810', '2019-04-08'],
    ['20190408103059.000', '2019-04-08'],
    ['20190408103059+0800', '2019-04-08'],
    ['2019-04-08', '2019-04-08'],
    ['2019-4-8', '2019-04-08'],
    ['2019-04-08 10:30', '2019-04-08'],
    ['2019-04-08 10:30:59', '2019-04-08'],
    ['2019-04-08T10:30:59', '2019-04-08'],
    ['2017-08-04 00:00:00.000000000', '2017-08-04'],
    ['2013.01.04', '2013-01-04'],
    ['2013/01/04', '2013-01-04'],
    ['2019 - 04 - 08', '2019-04-08'],
    ['2019 - 04 - 08 10:30:00', '2019-04-08'],
    ['２０１９－０４－０８', '2019-04-08'],
    ['2019年4月8日', '2019-04-08'],
    ['2019年04月08日 10:30', '2019-04-08'],
    [' 20190408 ', '2019-04-08'],
    ['20190408 10:30:00', '2019-04-08'],
    ['2020-02-29', '2020-02-29'],
  ])('%s is the day %s', (text, expected) => {
    expect(day(text)).toEqual(is(expected));
  });

  it.each([
    ['201904', '2019-04'],
    ['2019-04', '2019-04'],
    ['2019.04', '2019-04'],
    ['2019年4月', '2019-04'],
    ['1960', '1960'],
    ['1960年', '1960'],
  ])('%s keeps its precision: %s', (text, expected) => {
    expect(day(text)).toEqual(is(expected));
    expect(minute(text)).toEqual(is(expected));
  });

  it.each([
    '',
    '  ',
    'null',
    'NULL',
    '-',
    '－',
    '--',
    '无',
    '00000000',
    '00000000000000',
    '0000-00-00',
    '0000-00-00 00:00:00',
    '0',
    '99999999999999',
    '99999999',
    '9999-12-31',
    '99991231235959',
  ])('%j means nothing', (text) => {
    expect(day(text)).toEqual(none);
  });

  it.each([
    '19800231',
    '20190229',
    '2019-13-01',
    '2019-00-10',
    '2019-04-31',
    '201913',
    '20191',
    '2019-04-08 24:00:00',
    '2019-04-08 25:00:00',
    '2019-04-08 10:61',
    '20190408250000',
    '昨天',
    '19-04-08',
    '0019-04-08',
    '600101',
    '1799-12-31',
    '3019-04-08',
    '04/08/2019',
    '370799196001010018',
    '2019-04-08 很晚',
    '2019-04 10:30',
    '2019-0408',
    '20190408+0800',
  ])('%j is no date and no day', (text) => {
    expect(day(text)).toEqual(bad);
  });
});

describe('a time is kept where the source has one', () => {
  it.each([
    ['2024-03-09 02:45:00', '2024-03-09T02:45:00+08:00'],
    ['2024-03-09 02:45', '2024-03-09T02:45+08:00'],
    ['2024-03-09T02:45:07.500', '2024-03-09T02:45:07+08:00'],
    ['20240309024500', '2024-03-09T02:45:00+08:00'],
    ['202403090245', '2024-03-09T02:45+08:00'],
    ['2024030902', '2024-03-09T02:00+08:00'],
    ['2024-03-09 2:45', '2024-03-09T02:45+08:00'],
  ])('%s is %s', (text, expected) => {
    expect(minute(text)).toEqual(is(expected));
  });

  it.each(['2025-03-01 00:00:00', '2025-03-01T00:00', '20250301000000', '2025-03-01 00:00:00.000000000'])(
    'midnight is how a database writes a day: %s',
    (text) => {
      expect(minute(text)).toEqual(is('2025-03-01'));
    },
  );

  it('one second after midnight is a time', () => {
    expect(minute('2025-03-01 00:00:01')).toEqual(is('2025-03-01T00:00:01+08:00'));
  });

  it('a separate hour column fills the time, except midnight and blanks', () => {
    expect(minute('20240312', '14')).toEqual(is('2024-03-12T14:00+08:00'));
    expect(minute('2024-04-01', '9')).toEqual(is('2024-04-01T09:00+08:00'));
    expect(minute('2024-04-01', '09:30')).toEqual(is('2024-04-01T09:30+08:00'));
    expect(minute('2024-04-01', '0')).toEqual(is('2024-04-01'));
    expect(minute('2024-04-01', '-')).toEqual(is('2024-04-01'));
    expect(minute('2024-04-01', '')).toEqual(is('2024-04-01'));
    expect(minute('2024-04-01 10:15:00', '9')).toEqual(is('2024-04-01T10:15:00+08:00'));
    expect(minute('2024-04', '9')).toEqual(is('2024-04'));
    expect(minute('2024-04-01', '25')).toEqual(bad);
    expect(minute('2024-04-01', '上午')).toEqual(bad);
  });
});

describe('a time with a zone is shifted to Asia/Shanghai before the day is taken', () => {
  it.each([
    ['2025-03-02T01:00:00+0000', '2025-03-02', '2025-03-02T09:00:00+08:00'],
    ['2025-03-01T16:30:00+0000', '2025-03-02', '2025-03-02T00:30:00+08:00'],
    ['2025-03-01T15:59:59+0000', '2025-03-01', '2025-03-01T23:59:59+08:00'],
    ['2025-03-01T16:00:00Z', '2025-03-02', '2025-03-02'],
    ['2025-03-01T16:00:00.000+00:00', '2025-03-02', '2025-03-02'],
    ['2025-12-31T20:00:00Z', '2026-01-01', '2026-01-01T04:00:00+08:00'],
    ['2025-03-01T23:30:00+08:00', '2025-03-01', '2025-03-01T23:30:00+08:00'],
    ['2025-03-02T00:30:00+0900', '2025-03-01', '2025-03-01T23:30:00+08:00'],
    ['20250301163000+0000', '2025-03-02', '2025-03-02T00:30:00+08:00'],
  ])('%s', (text, asDay, asMinute) => {
    expect(day(text)).toEqual(is(asDay));
    expect(minute(text)).toEqual(is(asMinute));
  });
});

describe('an instant', () => {
  it('always has a time and a zone', () => {
    expect(readDate('2025-03-02T01:00:00+0000', 'instant')).toEqual(is('2025-03-02T09:00:00+08:00'));
    expect(readDate('20250302', 'instant')).toEqual(is('2025-03-02T00:00:00+08:00'));
    expect(readDate('2025-03-02 10:15', 'instant')).toEqual(is('2025-03-02T10:15:00+08:00'));
    expect(readDate('2025-03', 'instant')).toEqual(bad);
  });
});

describe('laws of dates', () => {
  const anyDay = fc.date({ min: new Date('1801-01-01T00:00:00Z'), max: new Date('2198-12-31T00:00:00Z'), noInvalidDate: true });

  it('every way of writing a day gives the same day, and one the model understands', () => {
    fc.assert(
      fc.property(anyDay, (date) => {
        const [year = '', month = '', of = ''] = date.toISOString().slice(0, 10).split('-');
        const expected = `${year}-${month}-${of}`;
        const ways = [
          `${year}${month}${of}`,
          `${year}-${month}-${of}`,
          `${year}.${month}.${of}`,
          `${year}/${Number(month)}/${Number(of)}`,
          `${year}${month}${of}000000`,
          `${year}-${month}-${of} 00:00:00.000000000`,
          `${year} - ${month} - ${of}`,
          `${year}年${month}月${of}日`,
        ];
        for (const way of ways) expect(minute(way)).toEqual(is(expected));
        expect(formatDay(dayInterval(expected)?.lo ?? Number.NaN)).toBe(expected);
      }),
    );
  });

  it('never throws and never gives a date the model refuses', () => {
    const pattern = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?\+08:00)?)?)?$/;
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^[0-9 .:/T+Z年月日-]{0,24}$/)),
        fc.string({ maxLength: 4 }),
        (text, hour) => {
          for (const reading of [day(text), minute(text, hour), readDate(text, 'instant')]) {
            if (reading.read !== 'date') continue;
            expect(reading.date).toMatch(pattern);
            expect(dayInterval(reading.date)).toBeDefined();
          }
        },
      ),
    );
  });
});

describe('isBlank', () => {
  it('knows the ways to say nothing and lets 0 and false through', () => {
    for (const text of ['', ' ', '　', 'null', 'Null', '-', '－', '--', '无']) expect(isBlank(text)).toBe(true);
    for (const text of ['0', 'false', '无锡', '-1', '/a']) expect(isBlank(text)).toBe(false);
  });
});
