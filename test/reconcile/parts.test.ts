import { describe, expect, it } from 'vitest';
import { dayInterval } from '../../src/model/index.js';
import {
  addYears,
  daysShared,
  isAfterDeath,
  isBefore,
  isOlderThan,
  isWithin,
  monthOf,
  type Period,
  sharesDay,
} from '../../src/reconcile/dates.js';
import { file, settlement, stay } from '../../src/reconcile/example.js';
import { isSameHospital, namesStay, type Place } from '../../src/reconcile/hospitals.js';
import { type KnownSettlement, type KnownStay, personFile } from '../../src/reconcile/person-file.js';
import { fen, isReversal, netSettlements, yuan } from '../../src/reconcile/settlements.js';
import { isSameStay } from '../../src/reconcile/stays.js';

const days = (date: string) => {
  const read = dayInterval(date);
  if (read === undefined) throw new Error(`no date: ${date}`);
  return read;
};

describe('days compared', () => {
  it.each([
    ['2025-03-02', '2025-03-01', 0, 'yes'],
    ['2025-03-01', '2025-03-01', 0, 'no'],
    ['2025-03-03', '2025-03-01', 1, 'yes'],
    ['2025-03-02', '2025-03-01', 1, 'no'],
    ['2025-03', '2025-03-01', 0, 'maybe'],
    ['2025-03', '2025-03-31', 0, 'no'],
    ['2025-04', '2025-03', 0, 'yes'],
    ['2025-03-15', '2025-03', 0, 'maybe'],
    ['2025-04-01', '2025-03', 1, 'maybe'],
    ['2025-04-02', '2025-03', 1, 'yes'],
    ['2025-03-02', '2025-03', 1, 'no'],
    ['2025-03-03', '2025-03', 1, 'maybe'],
  ] as const)('%s against a death %s with margin %i: %s', (date, death, margin, expected) => {
    expect(isAfterDeath(days(date), days(death), margin)).toBe(expected);
  });

  it.each([
    ['2025-03-01', '2025-03-02', 'yes'],
    ['2025-03-01', '2025-03-01', 'no'],
    ['2025-03', '2025-04-01', 'yes'],
    ['2025-03', '2025-03-31', 'maybe'],
    ['2025-03-01', '2025-03', 'maybe'],
    ['2025-03-31', '2025-03', 'no'],
  ] as const)('%s before %s: %s', (a, b, expected) => {
    expect(isBefore(days(a), days(b))).toBe(expected);
  });

  it.each([
    ['2025-03-01', '2025-03-02', 'yes'],
    ['2025-03-02', '2025-03-01', 'yes'],
    ['2025-03-01', '2025-03-03', 'no'],
    ['2025-03-03', '2025-03-01', 'no'],
    ['2025-03', '2025-03-10', 'maybe'],
    ['2025-03', '2025-04-01', 'maybe'],
    ['2025-03', '2025-04-02', 'no'],
    ['2025-04-02', '2025-03', 'no'],
  ] as const)('%s within a day of %s: %s', (a, b, expected) => {
    expect(isWithin(days(a), days(b), 1)).toBe(expected);
  });

  it.each([
    ['2025-05-30', 'yes'],
    ['2025-05-31', 'no'],
    ['2025-05', 'maybe'],
    ['2025-04', 'yes'],
    ['2025-06', 'no'],
  ] as const)('%s is more than 30 days before 2025-06-30: %s', (date, expected) => {
    expect(isOlderThan(days(date), days('2025-06-30').lo, 30)).toBe(expected);
  });

  it.each([
    // Whatever day of March it was, the other holds it.
    [['2025-03', '2025-03'], ['2025-02-20', '2025-04-10'], 'yes', 1, 31],
    [['2025-03', '2025-03'], ['2025-02-20', '2025-03-30'], 'maybe', 0, 30],
    [['2025-03', '2025-03'], ['2025-03-02', '2025-04-10'], 'maybe', 0, 30],
    [['2025-03-01', '2025-03-31'], ['2025-03', '2025-03'], 'yes', 1, 31],
    [['2025-02', '2025-04'], ['2025-03', '2025-03'], 'yes', 1, 31],
    [['2025-03', '2025-03'], ['2025-03', '2025-03'], 'maybe', 0, 31],
    [['2025-03-01', '2025-03-10'], ['2025-03-10', '2025-03-20'], 'yes', 1, 1],
    [['2025-03-01', '2025-03-10'], ['2025-03-11', '2025-03-20'], 'no', 0, 0],
    // Ends before it begins, as an open stay does that begins after the day asked on.
    [['2025-03-10', '2025-03-09'], ['2025-03-01', '2025-03-31'], 'no', 0, 0],
  ] as const)('%j shares a day with %j: %s, %i to %i days', (a, b, expected, least, most) => {
    const [one, other] = [a, b].map(([first, last]) => ({ first: days(first), last: days(last) })) as [Period, Period];
    expect([sharesDay(one, other), sharesDay(other, one)]).toEqual([expected, expected]);
    expect([daysShared(one, other), daysShared(other, one)]).toEqual([
      { least, most },
      { least, most },
    ]);
  });

  it('counts years by the calendar, 29 February to 28 February', () => {
    expect(addYears(days('1904-02-29').lo, 121)).toBe(days('2025-02-28').lo);
    expect(addYears(days('1904-02-29').lo, 120)).toBe(days('2024-02-29').lo);
    expect(addYears(days('1960-12-31').lo, 1)).toBe(days('1961-12-31').lo);
  });

  it('counts months', () => {
    expect(monthOf(days('2025-01-01').lo) - monthOf(days('2024-12-31').lo)).toBe(1);
    expect(monthOf(days('2025-03-31').lo)).toBe(monthOf(days('2025-03-01').lo));
  });
});

describe('same hospital', () => {
  const place = (agency: string, hospital: Place['hospital'], recordNo?: string): Place => ({ agency, hospital, recordNo });

  it.each<[string, Place, Place, string]>([
    [
      'equal codes of one agency, whatever the names',
      place('health', { code: 'H1', name: '甲院' }),
      place('health', { code: 'H1', name: '乙院' }),
      'yes',
    ],
    [
      'different codes of one agency, whatever the names',
      place('health', { code: 'H1', name: '甲院' }),
      place('health', { code: 'H2', name: '甲院' }),
      'no',
    ],
    [
      'equal names of two agencies, whatever the codes',
      place('health', { code: 'H1', name: '甲院' }),
      place('medical-insurance', { code: 'Y9', name: '甲院' }),
      'yes',
    ],
    [
      'different names of two agencies with equal codes',
      place('health', { code: 'H1', name: '甲院' }),
      place('medical-insurance', { code: 'H1', name: '乙院' }),
      'no',
    ],
    [
      'names alike but for width and white space',
      place('health', { name: '甲院（东区）' }),
      place('city', { name: '甲 院(东区)' }),
      'yes',
    ],
    ['a code of one agency against a name', place('health', { code: 'H1' }), place('health', { name: '甲院' }), 'maybe'],
    ['codes of two agencies', place('health', { code: 'H1' }), place('medical-insurance', { code: 'H1' }), 'maybe'],
    ['code and name against the name', place('health', { code: 'H1', name: '甲院' }), place('health', { name: '甲院' }), 'yes'],
    [
      'neither, with equal record numbers',
      place('medical-insurance', {}, 'Z1'),
      place('health', { code: 'H1', name: '甲院' }, 'Z1'),
      'yes',
    ],
    [
      'neither, with different record numbers',
      place('medical-insurance', {}, 'Z1'),
      place('health', { code: 'H1', name: '甲院' }, 'Z2'),
      'no',
    ],
    [
      'neither, and no record number',
      place('medical-insurance', undefined),
      place('health', { code: 'H1', name: '甲院' }, 'Z1'),
      'maybe',
    ],
    [
      'a record number does not decide where both say where',
      place('health', { code: 'H1' }, 'Z1'),
      place('city', { name: '甲院' }, 'Z1'),
      'maybe',
    ],
    ['blank is missing', place('health', { code: '', name: ' ' }, 'Z1'), place('health', { name: '甲院' }, 'Z1'), 'yes'],
  ])('%s', (_, a, b, expected) => {
    expect(isSameHospital(a, b)).toBe(expected);
    expect(isSameHospital(b, a)).toBe(expected);
  });

  const named = (hospital: Place['hospital']) => ({ agency: 'health', hospital, recordNo: 'Z1', recordId: 'S1' });
  it.each<[string, string | undefined, string, ReturnType<typeof named>, string]>([
    ['nothing', undefined, 'health', named({ name: '甲院' }), 'no'],
    ['the recordId', 'S1', 'medical-insurance', named({}), 'yes'],
    ['the recordNo', 'Z1', 'medical-insurance', named({}), 'yes'],
    ['the code of the same agency', 'H1', 'health', named({ code: 'H1' }), 'yes'],
    ['another code of the same agency', 'H2', 'health', named({ code: 'H1' }), 'no'],
    ['an equal code of another agency', 'H1', 'medical-insurance', named({ code: 'H1' }), 'maybe'],
    ['the name', '甲 院', 'medical-insurance', named({ name: '甲院' }), 'yes'],
    ['another name', '乙院', 'health', named({ code: 'H1', name: '甲院' }), 'no'],
    ['a name where the other has a code only', '甲院', 'health', named({ code: 'H1' }), 'maybe'],
    ['a code where the other has a name only', 'H1', 'health', named({ name: '甲院' }), 'maybe'],
  ])('a transfer that names %s', (_, value, teller, other, expected) => {
    expect(namesStay(value, teller, other)).toBe(expected);
  });
});

describe('same stay', () => {
  const twins = (a: Parameters<typeof stay>, b: Parameters<typeof stay>): [KnownStay, KnownStay] => {
    const known = personFile(
      file({
        evidence: [
          stay(a[0], a[1], { source: { recordId: 'A' }, ...a[2] }),
          stay(b[0], b[1], { source: { recordId: 'B' }, ...b[2] }),
        ],
      }),
    ).toldStays;
    const [first, second] = known;
    if (first === undefined || second === undefined) throw new Error('two stays were given');
    return [first, second];
  };

  it.each<[string, Parameters<typeof stay>, Parameters<typeof stay>, string]>([
    ['both dates one day off', ['2025-03-01', '2025-03-10'], ['2025-03-02', '2025-03-09'], 'yes'],
    ['admission two days off', ['2025-03-01', '2025-03-10'], ['2025-03-03', '2025-03-10'], 'no'],
    ['discharge two days off', ['2025-03-01', '2025-03-10'], ['2025-03-01', '2025-03-12'], 'no'],
    ['one still open', ['2025-03-01', '2025-03-10'], ['2025-03-01', undefined], 'yes'],
    ['another hospital', ['2025-03-01', '2025-03-10'], ['2025-03-01', '2025-03-10', { hospital: { name: '演示二院' } }], 'no'],
    ['dates far apart need no hospital', ['2025-03-01', '2025-03-10'], ['2025-05-01', '2025-05-10', { hospital: {} }], 'no'],
    ['a hospital nobody can tell', ['2025-03-01', '2025-03-10'], ['2025-03-01', '2025-03-10', { hospital: {} }], 'maybe'],
    ['a month only', ['2025-03-01', '2025-03-10'], ['2025-03', '2025-03-10'], 'maybe'],
  ])('%s', (_, a, b, expected) => {
    const [first, second] = twins(a, b);
    expect(isSameStay(first, second)).toBe(expected);
    expect(isSameStay(second, first)).toBe(expected);
  });

  it('takes an open end and a missing outcome from the other telling, and changes nothing that was told', () => {
    const { outcome: _, ...open } = stay('2025-03-01', undefined, { source: { recordId: 'A' } });
    const closed = stay('2025-03-02', '2025-03-10', { source: { recordId: 'B' } });
    const known = personFile(file({ evidence: [open, closed] }));

    expect(known.stays.map((item) => [item.record.source.recordId, item.discharged?.lo, item.outcome?.code])).toEqual([
      ['A', days('2025-03-10').lo, 'home'],
      ['B', days('2025-03-10').lo, 'home'],
    ]);
    expect(known.toldStays[0]?.discharged).toBeUndefined();
  });

  it('takes nothing from a telling that is less certainly about the person', () => {
    const open = stay('2025-03-01', undefined, { source: { recordId: 'A' } });
    const weak = stay('2025-03-02', '2025-03-10', { source: { recordId: 'B' }, link: { level: 'probable', reasons: [] } });
    expect(personFile(file({ evidence: [open, weak] })).stays[0]?.discharged).toBeUndefined();
  });

  it('takes nothing from a stay that is perhaps another: codes of two agencies cannot be compared', () => {
    const open = stay('2025-03-01', undefined, { hospital: { code: 'H1' }, source: { recordId: 'A' } });
    const told = (hospital: { code: string }, agency: string) =>
      personFile(
        file({ evidence: [open, stay('2025-03-01', '2025-03-10', { hospital, source: { recordId: 'B', agency } })] }),
      ).stays.find(({ record }) => record.source.recordId === 'A')?.discharged;

    expect(told({ code: 'H1' }, 'health')).toEqual(days('2025-03-10'));
    expect(told({ code: 'H1' }, 'medical-insurance')).toBeUndefined();
  });

  it('takes an outcome that can be read before one that cannot', () => {
    const { outcome: _, ...silent } = stay('2025-03-01', '2025-03-10', { source: { recordId: 'A' } });
    const unread = stay('2025-03-01', '2025-03-10', {
      source: { recordId: 'B' },
      outcome: { code: '7', system: 'own', known: false },
    });
    const readable = stay('2025-03-01', '2025-03-10', {
      source: { recordId: 'C' },
      outcome: { code: 'transfer', system: 'RC028', known: true },
    });

    expect(personFile(file({ evidence: [silent, unread, readable] })).stays[0]?.outcome?.code).toBe('transfer');
    expect(personFile(file({ evidence: [silent, unread] })).stays[0]?.outcome?.code).toBe('7');
  });
});

describe('settlements net of reversals', () => {
  const known = (...records: ReturnType<typeof settlement>[]): readonly KnownSettlement[] =>
    personFile(file({ evidence: records })).settlements;
  const nets = (...records: ReturnType<typeof settlement>[]) =>
    netSettlements(known(...records)).map(({ known: { record }, net, reversed }) => [record.settlementNo, net, reversed]);
  const original = settlement('employee', 'Y1', { invoiceNo: 'F1' });

  it('read amounts exactly', () => {
    expect(['12345.60', '-0.01', '0.00', '7', '5.5'].map(fen)).toEqual([1234560, -1, 0, 700, 550]);
    expect(fen('1e3')).toBeNaN();
    expect([1234560, -1, 0, 7, 70].map(yuan)).toEqual(['12345.60', '-0.01', '0.00', '0.07', '0.70']);
  });

  it('know a reversal by its flag, by what it names, or by its sign', () => {
    const isOne = (parts: Parameters<typeof settlement>[2]) => known(settlement('employee', 'Y2', parts)).map(isReversal);
    expect(isOne({ refund: true })).toEqual([true]);
    expect(isOne({ refundOf: 'Y1' })).toEqual([true]);
    expect(isOne({ fundPaid: '-0.01' })).toEqual([true]);
    expect(isOne({ fundPaid: '0.00' })).toEqual([false]);
  });

  it('take a reversal off what it names, by its size whatever its sign', () => {
    expect(nets(original, settlement('employee', 'Y2', { refund: true, refundOf: 'Y1', fundPaid: '300.00' }))).toEqual([
      ['Y1', 50000, false],
    ]);
    expect(nets(original, settlement('employee', 'Y2', { refundOf: 'Y1', fundPaid: '-800.00' }))).toEqual([['Y1', 0, true]]);
    expect(nets(original, settlement('employee', 'Y2', { refundOf: 'Y9', fundPaid: '-800.00', invoiceNo: 'F1' }))).toEqual([
      ['Y1', 80000, false],
    ]);
  });

  it('take one that names nothing off those of its fund and invoice', () => {
    const refund = (parts: Parameters<typeof settlement>[2]) => settlement('employee', 'Y2', { fundPaid: '-800.00', ...parts });
    expect(nets(original, refund({ invoiceNo: 'F1' }))).toEqual([['Y1', 0, true]]);
    expect(nets(original, refund({ invoiceNo: 'F2' }))).toEqual([['Y1', 80000, false]]);
    expect(nets(original, refund({}))).toEqual([['Y1', 80000, false]]);
    expect(nets(settlement('resident', 'Y1', { invoiceNo: 'F1' }), refund({ invoiceNo: 'F1' }))).toEqual([['Y1', 80000, false]]);
  });

  it('do not take for reversed what the fund never paid for', () => {
    expect(nets(settlement('employee', 'Y1', { fundPaid: '0.00' }))).toEqual([['Y1', 0, false]]);
  });
});
