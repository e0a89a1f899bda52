import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/model/index.js';
import { score, type Truth } from '../../src/sandbox/index.js';

const note = { zh: '说明', en: 'note' };
const truth: Pick<Truth, 'expected' | 'ofRun' | 'quiet'> = {
  expected: [
    { rule: 'paid-twice', caseNo: 'LJ2026-000011', severity: 'high', story: 'paid', note },
    { rule: 'paid-twice', caseNo: 'LJ2026-000021', severity: 'high', story: 'paid-again', note },
    { rule: 'exam-after-death', caseNo: 'LJ2026-000011', severity: 'critical', story: 'paid', note },
  ],
  ofRun: [{ rule: 'unknown-code', story: 'own-code', note }],
  quiet: [{ caseNo: 'LJ2026-000031', story: 'transfer', lookAlike: note }],
};

const finding = (rule: string, caseNos: string[], severity: Finding['severity'] = 'high') => ({
  rule,
  severity,
  subject: { key: 'k', caseNos },
});

describe('scoring', () => {
  it('counts by rule and case, however many findings there are of one', () => {
    const result = score(
      [
        finding('paid-twice', ['LJ2026-000011']),
        finding('paid-twice', ['LJ2026-000011']),
        finding('paid-twice', ['LJ2025-000021', 'LJ2026-000021']),
        finding('exam-after-death', ['LJ2026-000011'], 'critical'),
        finding('unknown-code', []),
        finding('unknown-code', []),
      ],
      truth,
    );

    expect(result).toEqual({
      found: 4,
      missed: [],
      false: [],
      severities: [],
      perRule: {
        'paid-twice': { expected: 2, found: 2, missed: 0, false: 0 },
        'exam-after-death': { expected: 1, found: 1, missed: 0, false: 0 },
        'unknown-code': { expected: 1, found: 1, missed: 0, false: 0 },
      },
    });
  });

  it('names what was missed with its story', () => {
    const result = score([finding('paid-twice', ['LJ2026-000011'])], truth);

    expect(result.missed).toEqual([
      { rule: 'paid-twice', caseNo: 'LJ2026-000021', story: 'paid-again' },
      { rule: 'exam-after-death', caseNo: 'LJ2026-000011', story: 'paid' },
      { rule: 'unknown-code', caseNo: '', story: 'own-code' },
    ]);
  });

  it('calls false what was not planted, also the right rule of another person, and names the look-alike', () => {
    const result = score([finding('stays-overlap', ['LJ2026-000031']), finding('exam-after-death', ['LJ2026-000021'])], truth);

    expect(result.false).toEqual([
      { rule: 'stays-overlap', caseNos: ['LJ2026-000031'], lookAlike: 'transfer' },
      { rule: 'exam-after-death', caseNos: ['LJ2026-000021'] },
    ]);
    expect(result.perRule['exam-after-death']).toEqual({ expected: 1, found: 0, missed: 1, false: 1 });
  });

  it('tells another severity without calling it missed', () => {
    const result = score([finding('paid-twice', ['LJ2026-000011'], 'low')], truth);

    expect(result.severities).toEqual([{ rule: 'paid-twice', caseNo: 'LJ2026-000011', expected: 'high', found: 'low' }]);
    expect(result.false).toEqual([]);
  });

  it('is content where one of several findings has the severity that was planted', () => {
    const [low, high] = [finding('paid-twice', ['LJ2026-000011'], 'low'), finding('paid-twice', ['LJ2026-000011'])];

    expect(score([low, high], truth).severities).toEqual([]);
  });

  it('takes a finding about a person for none about the run, and counts what was missed', () => {
    const result = score([finding('unknown-code', ['LJ2026-000011'])], truth);

    expect(result.perRule['unknown-code']).toEqual({ expected: 1, found: 0, missed: 1, false: 1 });
    expect(result.perRule['paid-twice']).toEqual({ expected: 2, found: 0, missed: 2, false: 0 });
  });

  it('calls a finding about the run false where nothing was planted for it', () => {
    const result = score([finding('feed-not-usable', [])], truth);

    expect(result.false).toEqual([{ rule: 'feed-not-usable', caseNos: [] }]);
  });
});
