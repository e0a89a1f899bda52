import { describe, expect, it } from 'vitest';
import { type AppraisalCase, type CaseFile, dayInterval, formatDay } from '../../src/model/index.js';
import { appraisalCase, death, feeds, file, population, settlement, stay } from '../../src/reconcile/example.js';
import { conclusion } from '../../src/reconcile/example-cases.js';
import { check } from '../../src/reconcile/index.js';
import { feedName, serviceText } from '../../src/reconcile/texts.js';
import fc from '../seeded.js';
import { caseFile } from './arbitrary.js';

/** Bad data never throws: numbers, days and words that no agency can have meant. */

const says = (rule: string, some: CaseFile): string | undefined => {
  const [result] = check(some, { rules: [rule] }).results;
  if (result?.outcome === 'finding') return result.severity;
  return result?.outcome === 'unknown' ? `? ${result.reason}` : result?.outcome;
};

describe('days beyond the calendar', () => {
  it.each([
    ['9999-12-31', 0, '9999-12-31'],
    ['9999-12-31', 1, '> 9999-12-31'],
    ['9999-12-31', 1e9, '> 9999-12-31'],
    ['9999-12-31', Number.POSITIVE_INFINITY, '> 9999-12-31'],
    ['1000-01-01', -1, '0999-12-31'],
    ['1000-01-01', -365_243, '0000-01-01'],
    ['1000-01-01', -365_244, '< 0000-01-01'],
    ['1000-01-01', -1e9, '< 0000-01-01'],
    ['1000-01-01', Number.NaN, '—'],
  ])('%s and %d days is written %s', (from, days, expected) => {
    expect(formatDay((dayInterval(from)?.lo ?? 0) + days)).toBe(expected);
  });
});

describe('case-overdue with numbers of days that are none', () => {
  // 60 days after 2025-01-31 are over on 2025-06-01.
  const late = (parts: Partial<AppraisalCase>) =>
    says(
      'case-overdue',
      file({ asOf: '2025-06-01T10:00:00+08:00', cases: [appraisalCase({ receivedOn: '2025-01', ...parts })] }),
    );

  it.each<[string, Partial<AppraisalCase>, string]>([
    ['rescheduled for ever', { rescheduledDays: 1e9 }, 'clear'],
    ['extended for ever: 30 days count', { extendedDays: 1e9 }, 'medium'],
    ['less than none', { extendedDays: -1e9, rescheduledDays: -1e9 }, 'medium'],
    ['no number', { extendedDays: Number.NaN, rescheduledDays: Number.NaN }, 'medium'],
    ['no end', { rescheduledDays: Number.POSITIVE_INFINITY }, 'medium'],
  ])('%s', (_, parts, expected) => {
    expect(late(parts)).toBe(expected);
  });

  it('does not shorten the time by days that cannot be', () => {
    const item = appraisalCase({ receivedOn: '2025-05-30', extendedDays: -50, rescheduledDays: -50 });

    expect(says('case-overdue', file({ cases: [item] }))).toBe('clear');
  });

  it('says a last day beyond the calendar as such', () => {
    const cases = [appraisalCase({ receivedOn: '9999-11-08' })];
    const [found] = check(file({ asOf: '9999-12-31T10:00:00+08:00', cases }), { rules: ['case-overdue'] }).findings;

    expect(found?.explanation.zh).toContain('60 日至 > 9999-12-31 届满');
    expect(found?.explanation.en).toContain('60 days end on > 9999-12-31');
  });
});

describe('words that are none', () => {
  it.each(['x', '', 'toString', '__proto__'])('a setting %j is care of another kind', (word) => {
    const visit = settlement('employee', 'Y1', { from: '2025-03-05', setting: word as 'other' });
    const some = file({ evidence: [death({ diedOn: '2025-03-01' }), visit, stay('2025-03-01', '2025-03-20')] });

    expect(says('service-after-death', some)).toBe('info');
    expect(serviceText({ record: visit, certain: true, from: undefined, to: undefined, settled: undefined }).zh).toBe(
      `2025-03-05 ${word}（演示医院，医保）`,
    );
  });

  it.each(['x', 'constructor'])('a fund %j is called by its word', (word) => {
    const invoice = { invoiceNo: 'F1', from: '2025-03-05' };
    const evidence = ['1', '2'].map((no) => settlement(word as 'employee', no, invoice));
    const [found] = check(file({ evidence }), { rules: ['settled-twice'] }).findings;

    expect(found?.explanation.zh).toContain(`${word}基金 2025-03-20 支付 800.00 元`);
  });

  it('a feed or an agency called like something of the language is called by its slug', () => {
    expect(feedName('constructor', 'x').zh).toBe('constructor/x');
    const evidence = [death({ diedOn: '2025-03-01', source: { agency: 'constructor' } })];
    const [found] = check(file({ cases: [appraisalCase()], evidence }), { rules: ['case-open-after-death'] }).findings;

    expect(found?.explanation.zh).toContain('（constructor）');
  });

  it.each(['x', '', 'toString'])('evidence of kind %j is read by no rule', (kind) => {
    const evidence = [{ ...stay('2025-03-01', '2025-03-20'), kind: kind as 'stay' }];

    expect(says('stays-overlap', file({ evidence }))).toBe('clear');
  });

  it.each(['x', '', 'toString'])('a cancellation for %j may be one for any reason, also a death', (reason) => {
    const record = population({ registration: 'cancelled', cancellation: { reason: reason as 'other' } });

    expect(says('registration-cancelled', file({ evidence: [record] }))).toBe('? cancellation-reason-missing');
  });

  it.each(['x', '', 'toString'])('a sex %j says nothing of a number', (sex) => {
    expect(says('invalid-id-number', file({ subject: { sex: sex as 'male' } }))).toBe('clear');
  });

  it.each(['x', '', 'toString'])('a feed in state %j is a feed that nobody asked', (state) => {
    const feed = { 'provincial-appraisal/appraisals': { state: state as 'fresh' } };
    const some = file({ cases: [appraisalCase({ conclusions: [conclusion('2025-05-20')] })], feeds: feeds(feed) });

    expect(says('province-differs', some)).toBe('? feed-never');
    expect(says('settled-twice', file({ feeds: feeds({ 'medical-insurance/settlements': { state: state as 'fresh' } }) }))).toBe(
      '? feed-never',
    );
  });
});

describe('whatever stands in a case file', () => {
  const numbers = [-1, 0.5, 1e9, -1e9, 1e15, Number.NaN, Number.POSITIVE_INFINITY];
  const words = [
    '',
    'x',
    '9999-12-31',
    '9999',
    '9999-12-31T23:00:00Z',
    '1000-01-01',
    '0000',
    '2025-02-30',
    'toString',
    '__proto__',
  ];
  const instants = ['2025-06-30T10:00:00+08:00', '9999-12-31T23:59:59Z', '1000-01-01T00:00:00Z'];
  const fields = { extendedDays: 1, rescheduledDays: 1, panel: { size: 3, drawnOn: '2025-03-01' } };

  /** The same file, some of its numbers and words replaced, as `picks` says in turn. */
  function spoilt(some: CaseFile, asOf: string, picks: readonly number[]): CaseFile {
    let at = 0;
    const change = (value: unknown, key: string): unknown => {
      if (Array.isArray(value)) return value.map((item) => change(item, key));
      if (value !== null && typeof value === 'object') {
        return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, change(inner, name)]));
      }
      const pick = picks[at++ % picks.length] ?? 0;
      if (typeof value === 'number') return numbers[pick] ?? value;
      return typeof value === 'string' && key !== 'receivedAt' && key !== 'asOf' ? (words[pick] ?? value) : value;
    };
    const cases = some.cases.map((item) => ({
      ...item,
      ...fields,
      conclusions: [...item.conclusions, conclusion('2025-03-05')],
    }));
    return { ...(change({ ...some, cases }, '') as CaseFile), asOf };
  }

  it('never throws, and never writes a day that is none', () => {
    fc.assert(
      fc.property(
        caseFile,
        fc.constantFrom(...instants),
        fc.array(fc.nat(60), { minLength: 97, maxLength: 97 }),
        (some, asOf, picks) => {
          const { findings, results } = check(spoilt(some, asOf, picks));
          expect(results.filter(({ reason }) => reason === 'rule-failed')).toEqual([]);
          for (const { explanation } of findings)
            expect(`${explanation.zh} ${explanation.en}`).not.toMatch(/undefined|[+-]\d{6}-/);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
