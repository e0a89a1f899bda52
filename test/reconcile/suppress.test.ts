import { describe, expect, it } from 'vitest';
import type { CheckResult, Decision, Finding, FindingRecord } from '../../src/model/index.js';
import { factsOf } from '../../src/reconcile/facts.js';
import { suppressed } from '../../src/reconcile/suppress.js';
import { checked, finding as example } from '../store/examples.js';

const source = {
  agency: 'health',
  feed: 'death-certificates',
  recordId: 'D1',
  receivedAt: '2026-03-01T00:00:00Z',
  message: { id: 'm1', sha256: '' },
};
const claims: Finding['claims'] = [
  { agency: 'health', recordId: 'D1', field: 'diedOn', value: '2026-02-20', source },
  { agency: 'city', recordId: 'A1', field: 'exams/2026-03-05/on', value: '2026-03-05' },
];
const finding = (id: string, more: Partial<Finding> = {}) => example(id, { claims, ...more });

function decided(it: Finding, more: Partial<Decision> = {}): FindingRecord {
  const decision: Decision = {
    as: 'false-positive',
    by: '李科长',
    at: '2026-03-01T17:00:00.000Z',
    reason: '同名',
    until: '2026-03-10',
    facts: factsOf(it),
    ...more,
  };
  return { finding: it, state: decision.as, firstSeenAt: '', lastSeenAt: '', decision, history: [] };
}

const result = (findings: Finding[], asOf = '2026-03-10T15:59:59.000Z'): CheckResult => ({
  ...checked(
    'a1',
    [{ rule: 'exam-after-death', severity: 'high', outcome: 'finding', reason: 'contradiction', because: { zh: '', en: '' } }],
    findings,
  ),
  asOf,
});

describe('a result once decisions are known', () => {
  it('says suppressed, by whom, when, until when and why, on the last day of the decision', () => {
    expect(suppressed(result([finding('f-1')]), [decided(finding('f-1'))])).toMatchObject({
      results: [
        {
          rule: 'exam-after-death',
          outcome: 'suppressed',
          reason: 'false-positive',
          because: {
            zh: '李科长于 2026-03-02 认定为误报，有效至 2026-03-10，此后依据的事实未变：同名',
            en: 'called a false positive by 李科长 on 2026-03-02, valid through 2026-03-10, and the facts are the same since: 同名',
          },
        },
      ],
      findings: [],
    });
  });

  it('stays a finding the day after, for other facts, and for a decision that silences nothing', () => {
    const it = finding('f-1');
    const other = finding('f-1', { claims: [{ ...claims[0], value: '2026-02-21' } as (typeof claims)[number]] });
    const late = result([it], '2026-03-10T16:00:00.000Z');

    for (const [given, record] of [
      [late, decided(it)],
      [result([other]), decided(it)],
      [result([it]), decided(it, { as: 'confirmed' })],
      [result([it]), decided(finding('f-2'))],
    ] as const)
      expect(suppressed(given, [record])).toBe(given);
  });

  it('says resolved where it was called dealt with, and false-positive where either was said', () => {
    const [one, other] = [finding('f-1'), finding('f-2')];
    const done = decided(one, { as: 'resolved', reason: '已追回' });

    expect(suppressed(result([one]), [done]).results).toEqual([
      {
        rule: 'exam-after-death',
        outcome: 'suppressed',
        reason: 'resolved',
        because: {
          zh: '李科长于 2026-03-02 认定为已处理，有效至 2026-03-10，此后依据的事实未变：已追回',
          en: 'called dealt with by 李科长 on 2026-03-02, valid through 2026-03-10, and the facts are the same since: 已追回',
        },
      },
    ]);
    expect(suppressed(result([one, other]), [done, decided(other)]).results[0]?.reason).toBe('false-positive');
  });

  it('remembers the facts that were decided on, whatever the finding has said since', () => {
    const it = finding('f-1');
    const since = finding('f-1', { claims: [{ ...claims[0], value: '2026-02-21' } as (typeof claims)[number]] });

    expect(suppressed(result([it]), [{ ...decided(it), finding: since }]).findings).toEqual([]);
    expect(suppressed(result([since]), [{ ...decided(it), finding: since }]).findings).toEqual([since]);
  });

  it('stays a finding with the severity and count of those that are left', () => {
    const [grave, low] = [finding('f-1', { severity: 'critical' }), finding('f-2', { severity: 'low' })];

    const said = suppressed(result([grave, low]), [decided(grave)]);

    expect(said.findings).toEqual([low]);
    expect(said.results).toEqual([
      {
        rule: 'exam-after-death',
        severity: 'low',
        outcome: 'finding',
        reason: 'contradiction',
        because: { zh: '死亡后鉴定', en: 'exam after death' },
      },
    ]);
  });
});

describe('the facts of a finding', () => {
  const facts = (more: Partial<Finding>) => factsOf(finding('f-1', more));
  const first = claims[0] as (typeof claims)[number];

  it('are the same whatever the order, the message, the time of receipt, the words, the severity and the day of the check', () => {
    const again = { ...first, source: { ...source, receivedAt: '2026-03-09T00:00:00Z', message: { id: 'm9', sha256: '9' } } };
    const asOf = (value: string) => ({ agency: 'city', recordId: 'a1', field: 'asOf', value });

    expect(facts({ claims: [...claims].reverse() })).toBe(facts({}));
    expect(facts({ claims: [again, ...claims.slice(1)] })).toBe(facts({}));
    expect(facts({ severity: 'info', explanation: { zh: '另', en: 'other' }, action: 'record' })).toBe(facts({}));
    expect(facts({ claims: [...claims, asOf('2026-03-01')] })).toBe(facts({ claims: [...claims, asOf('2026-03-02')] }));
  });

  it.each<[string, Finding['claims']]>([
    ['value', [{ ...first, value: '2026-02-21' }, ...claims.slice(1)]],
    ['field', [{ ...first, field: 'eventOn' }, ...claims.slice(1)]],
    ['record', [{ ...first, recordId: 'D2' }, ...claims.slice(1)]],
    ['feed', [{ ...first, source: { ...source, feed: 'stays' } }, ...claims.slice(1)]],
    ['further record', [...claims, { ...first, recordId: 'D2', source: { ...source, recordId: 'D2' } }]],
  ])('are others with another %s', (_, other) => {
    expect(facts({ claims: other })).not.toBe(facts({}));
  });
});
