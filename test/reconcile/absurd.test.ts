import { describe, expect, it } from 'vitest';
import { type AppraisalCase, type CaseFile, dayInterval, formatDay } from '../../src/model/index.js';
import { appraisalCase, death, feeds, file, settlement, stay } from '../../src/reconcile/example.js';
import { conclusion } from '../../src/reconcile/example-cases.js';
import { check } from '../../src/reconcile/index.js';
import { feedName, serviceText } from '../../src/reconcile/texts.js';

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

  it.each(['x', '', 'toString'])('a feed in state %j is a feed that nobody asked', (state) => {
    const feed = { 'provincial-appraisal/appraisals': { state: state as 'fresh' } };
    const some = file({ cases: [appraisalCase({ conclusions: [conclusion('2025-05-20')] })], feeds: feeds(feed) });

    expect(says('province-differs', some)).toBe('? feed-never');
    expect(says('settled-twice', file({ feeds: feeds({ 'medical-insurance/settlements': { state: state as 'fresh' } }) }))).toBe(
      '? feed-never',
    );
  });
});
