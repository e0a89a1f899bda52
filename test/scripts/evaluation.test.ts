import { describe, expect, it } from 'vitest';
import { scoreTrial, sharesOf, summed } from '../../scripts/evaluation/scoring.mjs';
import type { FindingRecord, FindingState, Severity } from '../../src/model/index.js';
import { finding } from '../store/examples.js';

/** How the evaluation counts. */

const record = (rule: string, caseNo: string, severity: Severity, state: FindingState = 'open'): FindingRecord => ({
  finding: finding(`${rule} ${caseNo}`, { rule, severity, subject: { key: caseNo, caseNos: [caseNo] } }),
  state,
  firstSeenAt: '',
  lastSeenAt: '',
  history: [],
});

const planted = (rule: string, caseNo: string, severity: Severity = 'high') => ({ rule, caseNo, severity, story: rule });

function scored(parts: Partial<Parameters<typeof scoreTrial>[0]>) {
  return scoreTrial({
    expected: [],
    before: [],
    records: [],
    outcomeOf: () => 'clear',
    feedsOf: () => ['health/stays'],
    disturbed: new Set(),
    spoiled: new Set(),
    ...parts,
  });
}

describe('a planted finding', () => {
  const missed = { expected: [planted('stays-overlap', 'A1')] };

  it('that is open or held is found, and one that was resolved is not', () => {
    const found = (state: FindingState) =>
      scored({ ...missed, records: [record('stays-overlap', 'A1', 'high', state)] }).planted[0]?.as;

    expect([found('open'), found('held'), found('confirmed'), found('resolved')]).toEqual(['found', 'found', 'found', 'clear']);
  });

  it('that the rule cannot tell is unknown, and clear is what must never be', () => {
    expect(scored({ ...missed, outcomeOf: () => 'unknown' }).planted[0]?.as).toBe('unknown');
    expect(scored({ ...missed, disturbed: new Set(['health/stays']) }).planted[0]?.as).toBe('clear');
    expect(scored(missed).planted[0]?.as).toBe('clear');
  });

  it('is no fault where a row about the person was mistyped, or a feed is out that its rule does not name', () => {
    expect(scored({ ...missed, spoiled: new Set(['A1']) }).planted[0]?.as).toBe('spoiled');
    expect(scored({ ...missed, disturbed: new Set(['medical-insurance/stays']) }).planted[0]?.as).toBe('unasked');
  });
});

describe('a finding', () => {
  it('of an earlier night that only the missing feed could take back is outdated, and not false', () => {
    const given = (parts: Partial<Parameters<typeof scoreTrial>[0]>) =>
      summed([scored({ records: [record('stays-overlap', 'A1', 'high')], ...parts })]).rules['stays-overlap'];
    const before = [planted('stays-overlap', 'A1')];

    expect(given({ before, disturbed: new Set(['health/stays']) })).toMatchObject({ outdated: 1, false: 0 });
    expect(given({ before })).toMatchObject({ outdated: 0, false: 1 });
    expect(given({ disturbed: new Set(['health/stays']) })).toMatchObject({ outdated: 0, false: 1 });
  });
});

describe('the figures', () => {
  it('count what is false by its rule, and a severity by how it compares with the planted one', () => {
    const trial = scored({
      expected: [
        planted('exam-after-death', 'A1', 'critical'),
        planted('exam-after-death', 'A2', 'high'),
        planted('paid-twice', 'A3'),
      ],
      records: [
        record('exam-after-death', 'A1', 'high'),
        record('exam-after-death', 'A2', 'high'),
        record('paid-twice', 'A9', 'high'),
      ],
      outcomeOf: () => 'unknown',
    });

    const { rules, bySeverity } = summed([trial]);

    expect(rules['exam-after-death']).toMatchObject({ planted: 2, found: 2, false: 0 });
    expect(rules['paid-twice']).toMatchObject({ planted: 1, found: 0, unknown: 1, false: 1 });
    expect(bySeverity.critical).toMatchObject({ planted: 1, lower: 1, given: 0 });
    expect(bySeverity.high).toMatchObject({ given: 3, true: 2, planted: 2, asPlanted: 1 });
  });

  it('are shares, and none where there is nothing to count', () => {
    expect(sharesOf({ planted: 4, found: 3, unknown: 1, false: 1 })).toEqual({ precision: 0.75, recall: 0.75, unknown: 0.25 });
    expect(sharesOf({ planted: 0, found: 0, unknown: 0, false: 0 })).toEqual({
      precision: undefined,
      recall: undefined,
      unknown: undefined,
    });
  });
});
