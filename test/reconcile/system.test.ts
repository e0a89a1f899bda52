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

  it('compare with the last nights only, as many as the parameter says', () => {
    const night = (received: number) => [feedRun('health', 'stays', { received })];
    const history = [...Array.from({ length: 4 }, () => night(200)), ...Array.from({ length: 9 }, () => night(1000))];
    const count = (runs: number) =>
      systemFindings(facts({ feeds: night(200), history }), { parameters: { 'feed-not-usable': { runs } } }).findings.length;

    expect([count(4), count(13)]).toEqual([0, 1]);
  });

  it('use the band each connection of a feed has of its own', () => {
    const of = (connection: string, received: number) => feedRun('health', 'death-certificates', { connection, received });
    const history = Array.from({ length: 14 }, () => [of('1', 1000), of('2', 1000)]);
    const found = (received: [number, number]) =>
      systemFindings(
        facts({
          feeds: [of('1', received[0]), of('2', received[1])],
          history,
          rowBand: ({ connection }) => (connection === '2' ? 0.2 : 0.5),
        }),
      ).findings.length;

    expect(found([700, 1000])).toBe(0);
    expect(found([1000, 700])).toBe(1);
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

  it('say once that a feed is down, of however many connections, and the same the next night', () => {
    const ofConnection = (completeThrough: string) =>
      feedRun('health', 'death-certificates', {
        status: { agency: 'health', feed: 'death-certificates', state: 'stale', completeThrough },
      });
    const { findings } = systemFindings(facts({ feeds: [ofConnection('2025-06-01'), ofConnection('2025-06-20')] }));

    expect(findings.map((finding) => [finding.rule, finding.severity])).toEqual([['feed-not-usable', 'high']]);
    expect(findings[0]?.explanation.en).toContain('2025-06-01');
  });

  it('compare each connection of a feed with its own earlier nights', () => {
    const asked = feedRun('health', 'death-certificates', { asked: 1000, received: 30 });
    const files = (received: number) => feedRun('health', 'death-certificates', { received, hash: 'a'.repeat(64) });
    const history = Array.from({ length: 14 }, () => [asked, files(200)]);
    const explained = (received: number) =>
      systemFindings(facts({ feeds: [asked, files(received)], history })).findings.map((finding) => finding.explanation.en);

    expect(explained(200)).toEqual([]);
    expect(explained(100)).toEqual([]);
    expect(explained(99)).toEqual([expect.stringContaining('gave 99 rows; the median of the last 14 runs is 200')]);
    expect(explained(0)).toHaveLength(1);
  });

  it('take no file for no count: a second run on the same night alerts nobody', () => {
    const file = feedRun('health', 'death-certificates', { received: 200, hash: 'a'.repeat(64) });
    const none = feedRun('health', 'death-certificates', { received: 0 });
    const count = (tonight: typeof file, history: (typeof file)[]) =>
      systemFindings(facts({ feeds: [tonight], history: history.map((night) => [night]) })).findings.length;

    expect(count(none, [file, file, file])).toBe(0);
    expect(count(file, [none, none, file, none, file, none, file])).toBe(0);
    expect(count(file, [none, none, none])).toBe(0);

    const again = { ...file, received: 1, window: { from: '2025-06-30', until: '2025-06-30' } };
    const next = { ...file, received: 1, window: { from: '2025-06-29', until: '2025-06-30' } };
    expect([count(again, [file, file, file]), count(next, [file, file, file])]).toEqual([0, 1]);
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
