import { describe, expect, it } from 'vitest';
import type { CheckResult, Finding, FindingRecord, FindingState, Outcome } from '../../src/model/index.js';
import { nextFindings } from '../../src/reconcile/lifecycle.js';
import rejectedRecords from '../../src/reconcile/rules/rejected-records.js';

const finding: Finding = {
  id: 'f1',
  rule: 'exam-after-death',
  ruleVersion: '1',
  severity: 'high',
  subject: { key: 'k', caseNos: ['C1'] },
  title: { zh: '', en: '' },
  explanation: { zh: '甲', en: 'a' },
  claims: [
    {
      agency: 'civil-affairs',
      recordId: 'r1',
      field: 'eventOn',
      value: '2026-03-01',
      source: {
        agency: 'civil-affairs',
        feed: 'cremations',
        recordId: 'r1',
        receivedAt: '2026-03-02T00:00:00Z',
        message: { id: 'm', sha256: '' },
      },
    },
    { agency: 'city', recordId: 'C1', field: 'exams/0/on', value: '2026-03-05' },
  ],
  action: 'hold-step',
  basis: [],
};

function checked(findings: Finding[], outcome: Outcome, reason = 'r'): CheckResult {
  return {
    asOf: '2026-03-06T00:00:00Z',
    subject: { key: 'k', caseNos: ['C1'] },
    deathFact: { level: 'none', kinds: [], evidence: [] },
    results: [{ rule: 'exam-after-death', outcome, reason, because: { zh: '', en: '' } }],
    findings,
  };
}

function known(state: FindingState, it = finding): FindingRecord {
  return { finding: it, state, firstSeenAt: '', lastSeenAt: '', history: [] };
}

const noVoid = (): boolean => false;

describe('what becomes of findings from run to run', () => {
  it('opens what was not known', () => {
    expect(nextFindings([], checked([finding], 'finding'), noVoid)).toEqual([{ finding, change: 'new', state: 'open' }]);
  });

  it('alerts nobody for the same facts, whenever they were received', () => {
    const again = structuredClone(finding);
    const source = again.claims[0]?.source;
    if (source) source.receivedAt = '2026-03-07T00:00:00Z';

    expect(nextFindings([known('open')], checked([again], 'finding'), noVoid)).toEqual([
      { finding: again, change: 'still-open', state: 'open' },
    ]);
  });

  it('alerts nobody because the same rows were refused again in the message of the next night', () => {
    const refused = (message: string): Finding[] =>
      rejectedRecords
        .check(
          {
            asOf: '2026-03-06T00:00:00Z',
            feeds: [],
            unknownCodes: [],
            needed: [],
            rejected: [
              { agency: 'health', feed: 'stays', reason: 'bad-date', count: 2, firstMessage: message, firstPointer: '/rows/0' },
            ],
          },
          { highAbove: 0.01 },
        )
        .map(({ about: _, ...found }) => ({ ...finding, ...found, claims: [...found.claims], rule: 'exam-after-death' }));

    expect(
      nextFindings(
        refused('m1').map((it) => known('open', it)),
        checked(refused('m2'), 'finding'),
        noVoid,
      ),
    ).toEqual([{ finding: refused('m2')[0], change: 'still-open', state: 'open' }]);
    expect(JSON.stringify(refused('m2')[0]?.claims)).toContain('m2');
  });

  it('says that it changed where severity or values changed, and keeps what people decided', () => {
    const worse: Finding = { ...finding, severity: 'critical' };

    expect(nextFindings([known('confirmed')], checked([worse], 'finding'), noVoid)).toEqual([
      { finding: worse, change: 'changed', state: 'confirmed' },
    ]);
  });

  it('says that it changed where only the next step is another', () => {
    const other: Finding = { ...finding, action: 'ask-agency' };

    expect(nextFindings([known('open')], checked([other], 'finding'), noVoid)).toEqual([
      { finding: other, change: 'changed', state: 'open' },
    ]);
  });

  it('keeps a finding open while its rule cannot tell, because unavailable is never clear', () => {
    expect(nextFindings([known('open')], checked([], 'unknown', 'feed-down'), noVoid)).toEqual([
      { finding, change: 'still-open', state: 'open', reason: 'feed-down' },
    ]);
  });

  it('resolves it when the rule can tell and no longer fires', () => {
    expect(nextFindings([known('open')], checked([], 'clear', 'no-contradiction'), noVoid)).toEqual([
      { finding, change: 'resolved', state: 'resolved', reason: 'no-contradiction' },
    ]);
  });

  it('withdraws it when its evidence went void, even while the rule cannot tell', () => {
    const isVoid = (record: string): boolean => record === 'civil-affairs/cremations/r1';

    expect(nextFindings([known('confirmed')], checked([], 'unknown'), isVoid)).toEqual([
      { finding, change: 'withdrawn', state: 'withdrawn', reason: 'evidence-void' },
    ]);
  });

  it('reopens what was closed and is found again', () => {
    expect(nextFindings([known('resolved')], checked([finding], 'finding'), noVoid)).toEqual([
      { finding, change: 'reopened', state: 'open' },
    ]);
    expect(nextFindings([known('withdrawn')], checked([finding], 'finding'), noVoid)).toEqual([
      { finding, change: 'reopened', state: 'open' },
    ]);
  });

  it('leaves what a person called false, and what is closed, as it is when it is no longer found', () => {
    for (const state of ['false-positive', 'withdrawn', 'resolved'] as const)
      expect(nextFindings([known(state)], checked([], 'clear', 'no-contradiction'), noVoid)).toEqual([]);
  });

  it('resolves for changed facts what is no longer found while the rule still fires on other records', () => {
    expect(nextFindings([known('open')], checked([], 'finding', 'contradiction'), noVoid)).toEqual([
      { finding, change: 'resolved', state: 'resolved', reason: 'facts-changed' },
    ]);
  });

  it('withdraws nothing because a record is void that was void already when it was found', () => {
    const [claim] = finding.claims;
    const retracted: Finding = { ...finding, claims: claim === undefined ? [] : [{ ...claim, field: 'status', value: 'void' }] };

    expect(nextFindings([known('open', retracted)], checked([], 'clear', 'no-contradiction'), () => true)).toEqual([
      { finding: retracted, change: 'resolved', state: 'resolved', reason: 'no-contradiction' },
    ]);
  });

  it('says as new, once, what was released from being held', () => {
    const held = { at: '', run: 'r1', to: 'held' as const, change: 'new' as const };
    const released = { at: '', from: 'held' as const, to: 'open' as const, by: '李', reason: '' };
    const published = { at: '', run: 'r2', from: 'open' as const, to: 'open' as const, change: 'new' as const };
    const next = (history: FindingRecord['history']) =>
      nextFindings([{ ...known('open'), history }], checked([finding], 'finding'), noVoid).map(({ change, state }) => [
        change,
        state,
      ]);

    expect(next([held, released])).toEqual([['new', 'open']]);
    expect(next([held, released, published])).toEqual([['still-open', 'open']]);
    expect(nextFindings([{ ...known('held'), history: [held] }], checked([finding], 'finding'), noVoid)).toEqual([
      { finding, change: 'still-open', state: 'held' },
    ]);
  });

  it('takes a decision up again once it has expired, also one to verify', () => {
    const decision = { as: 'verifying' as const, by: '李', at: '2026-02-01T00:00:00Z', reason: '', until: '2026-03-05' };

    expect(nextFindings([{ ...known('verifying'), decision }], checked([finding], 'finding'), noVoid)).toEqual([
      { finding, change: 'reopened', state: 'open', reason: 'expired' },
    ]);
  });

  it('keeps quiet what a program called false without saying who, until the facts are others', () => {
    const [first, ...others] = finding.claims;
    const other: Finding = { ...finding, claims: first === undefined ? [] : [{ ...first, value: '2026-03-02' }, ...others] };

    expect(nextFindings([known('false-positive')], checked([finding], 'finding'), noVoid)).toEqual([
      { finding, change: 'still-open', state: 'false-positive', seen: true },
    ]);
    expect(nextFindings([known('false-positive')], checked([other], 'finding'), noVoid)).toEqual([
      { finding: other, change: 'reopened', state: 'open', reason: 'facts-changed' },
    ]);
  });

  it('leaves findings of a rule that is switched off as they are', () => {
    const off = checked([], 'clear');
    off.results = [];

    expect(nextFindings([known('open')], off, noVoid)).toEqual([]);
  });
});
