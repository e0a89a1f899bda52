import { describe, expect, it } from 'vitest';
import { feedRun } from '../../src/reconcile/example.js';
import { type RunFacts, systemFindings } from '../../src/reconcile/index.js';

const facts = (parts: Partial<RunFacts> = {}): RunFacts => ({
  asOf: '2025-06-30T10:00:00+08:00',
  feeds: [],
  unknownCodes: [],
  rejected: [],
  ...parts,
});
const down = feedRun('civil-affairs', 'cremations', { status: { agency: 'civil-affairs', feed: 'cremations', state: 'down' } });
const unread = {
  agency: 'health',
  feed: 'stays',
  table: 'discharge-outcome',
  code: '7',
  count: 3,
  firstRecord: 'health/stays/S1',
};

describe('findings about a run', () => {
  it('are none of a run in which all is well', () => {
    const result = systemFindings(facts({ feeds: [feedRun('health', 'stays')] }));

    expect(result.findings).toEqual([]);
    expect(result.subject).toEqual({ key: 'system', caseNos: [] });
    expect(result.results.map((item) => [item.rule, item.outcome])).toEqual([
      ['feed-not-usable', 'clear'],
      ['rejected-records', 'clear'],
      ['unknown-code', 'clear'],
    ]);
  });

  it('name the rules that a fallen feed leaves blind', () => {
    const [finding] = systemFindings(facts({ feeds: [down] })).findings;

    expect([finding?.rule, finding?.severity, finding?.action]).toEqual(['feed-not-usable', 'high', 'ask-agency']);
    expect(finding?.explanation.zh).toContain('民政火化信息取不到');
    expect(finding?.explanation.zh).toContain('case-open-after-death');
    expect(finding?.claims).toHaveLength(2);
  });

  it('are none of a feed that only switched-off rules need', () => {
    expect(systemFindings(facts({ feeds: [down] }), { rules: ['feed-not-usable', 'stays-overlap'] }).findings).toEqual([]);
    expect(systemFindings(facts({ feeds: [down] }), { rules: ['feed-not-usable', 'exam-after-death'] }).findings).toHaveLength(1);
    expect(systemFindings(facts({ feeds: [down] }), { rules: { 'feed-not-usable': 'off' } }).findings).toEqual([]);
  });

  it('keep their id while count and first record change', () => {
    const id = (parts: Partial<typeof unread>) =>
      systemFindings(facts({ unknownCodes: [{ ...unread, ...parts }] })).findings[0]?.id;
    expect(id({ count: 9, firstRecord: 'health/stays/S2' })).toBe(id({}));
    expect(id({ code: '8' })).not.toBe(id({}));
    expect(id({ table: 'other' })).not.toBe(id({}));
  });

  it('never show a number that a code field should not have held', () => {
    const [finding] = systemFindings(facts({ unknownCodes: [{ ...unread, code: '370799196001010018' }] })).findings;
    expect(JSON.stringify({ ...finding, id: '' })).not.toContain('370799196001010018');
  });

  it('use the band a feed has of its own', () => {
    const history = Array.from({ length: 14 }, () => [feedRun('health', 'stays')]);
    const count = (rowBand: number) =>
      systemFindings(facts({ feeds: [feedRun('health', 'stays', { received: 700 })], history, rowBand: () => rowBand })).findings
        .length;
    expect(count(0.5)).toBe(0);
    expect(count(0.2)).toBe(1);
  });

  it('look at the row count of a feed asked per person from 30 questions on', () => {
    const history = Array.from({ length: 14 }, () => [feedRun('health', 'stays', { asked: 1000 })]);
    const count = (asked: number) =>
      systemFindings(facts({ feeds: [feedRun('health', 'stays', { asked, received: asked * 10 })], history })).findings.length;
    expect([count(29), count(30)]).toEqual([0, 1]);
  });

  it('do not take a night without questions for a feed of changes', () => {
    const history = Array.from({ length: 14 }, (_, night) => [feedRun('health', 'stays', { asked: night === 3 ? 0 : 1000 })]);
    expect(systemFindings(facts({ feeds: [feedRun('health', 'stays', { asked: 0, received: 0 })], history })).findings).toEqual(
      [],
    );
  });

  it('measure rejections over the feed, whichever reason', () => {
    const rejected = [{ agency: 'health', feed: 'stays', reason: 'bad-date', count: 1, firstMessage: 'm', firstPointer: '/0' }];
    const severity = (received: number) =>
      systemFindings(facts({ feeds: [feedRun('health', 'stays', { received })], rejected })).findings[0]?.severity;
    const elsewhere = feedRun('health', 'death-certificates', { received: 100_000 });
    expect(
      systemFindings(facts({ feeds: [feedRun('health', 'stays', { received: 1 }), elsewhere], rejected })).findings[0]?.severity,
    ).toBe('high');
    expect(severity(100)).toBe('medium');
    expect(severity(99)).toBe('high');
  });
});
