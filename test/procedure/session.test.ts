import { describe, expect, it } from 'vitest';
import type { AppraisalCase, CaseFile, FindingRecord } from '../../src/model/index.js';
import { type SessionAsk, sessionPlan } from '../../src/procedure/session.js';
import { accident, appraisalCase, death, exam, feeds, file } from '../../src/reconcile/example.js';
import { conclusion } from '../../src/reconcile/example-cases.js';

const asOf = '2025-06-30T02:00:00.000Z';
const ask: SessionAsk = { date: '2025-07-10', asOf };

function accepted(caseNo: string, receivedOn: string, parts: Partial<AppraisalCase> = {}): CaseFile {
  return file({ cases: [appraisalCase({ caseNo, state: 'accepted', receivedOn, ...parts })], feeds: feeds() });
}

const plan = (files: readonly CaseFile[], more: Partial<SessionAsk> = {}) =>
  sessionPlan(
    files.map((item) => ({ file: item, findings: [] })),
    { ...ask, ...more },
  );

function finding(parts: Partial<FindingRecord['finding']>, state: FindingRecord['state'] = 'open'): FindingRecord {
  return {
    finding: {
      id: 'f'.repeat(32),
      rule: 'exam-during-stay',
      ruleVersion: '1',
      severity: 'low',
      subject: { key: 'k', caseNos: ['A1'] },
      title: { zh: '题', en: 'title' },
      explanation: { zh: '', en: '' },
      claims: [],
      action: 'record',
      basis: [],
      ...parts,
    },
    state,
    firstSeenAt: asOf,
    lastSeenAt: asOf,
    history: [],
  };
}

describe('the session of a day', () => {
  it('hears the green channel first, then by the end of the statutory time', () => {
    const { hear, next } = plan([
      accepted('A3', '2025-06-20'),
      accepted('A1', '2025-05-20'),
      accepted('A2', '2025-06-25', { greenChannel: true }),
      accepted('A4', '2025-05-20', { state: 'scheduled' }),
    ]);

    expect(next).toBe('2025-08-09');
    expect(hear.map(({ caseNo, concludeBy, daysLeft, cannotWait }) => [caseNo, concludeBy, daysLeft, cannotWait])).toEqual([
      ['A2', '2025-08-24', 45, false],
      ['A1', '2025-07-19', 9, true],
      ['A4', '2025-07-19', 9, true],
      ['A3', '2025-08-19', 40, false],
    ]);
  });

  it('does not hear a re-appraisal: that is the province’s', () => {
    const { hear, conclude } = plan([accepted('A1', '2025-06-20'), accepted('A2', '2025-06-20', { kind: 'reappraisal' })]);

    expect([...hear, ...conclude].map(({ caseNo }) => caseNo)).toEqual(['A1']);
  });

  it('counts what was extended, at most thirty days, and what the person rescheduled', () => {
    const { hear } = plan([accepted('A1', '2025-05-20', { extendedDays: 45, rescheduledDays: 10 })]);

    expect(hear[0]?.concludeBy).toBe('2025-08-28');
  });

  it('cannot wait when the time ends before the next session, and can when it ends on that day', () => {
    expect(plan([accepted('A1', '2025-06-09')]).hear[0]).toMatchObject({ concludeBy: '2025-08-08', cannotWait: true });
    expect(plan([accepted('A1', '2025-06-10')]).hear[0]).toMatchObject({ concludeBy: '2025-08-09', cannotWait: false });
    expect(plan([accepted('A1', '2025-06-10')], { everyDays: 60 }).hear[0]?.cannotWait).toBe(true);
  });

  it('takes the earliest day of a month, the city’s own number of days, and no date that is none', () => {
    expect(plan([accepted('A1', '2025-06')]).hear[0]?.concludeBy).toBe('2025-07-31');
    expect(plan([accepted('A1', '2025-06-10')], { days: { conclusionDays: 45 } }).hear[0]?.concludeBy).toBe('2025-07-25');
    expect(plan([accepted('A1', 'soon')]).hear[0]).not.toHaveProperty('concludeBy');
  });

  it('leaves out who is not accepted yet or has a conclusion, and puts who was examined apart', () => {
    const told = plan([
      accepted('A1', '2025-06-01', { state: 'submitted' }),
      accepted('A2', '2025-06-01', { conclusions: [conclusion('2025-06-20')] }),
      accepted('A3', '2025-06-01', { state: 'examined', exams: [exam('2025-06-20')] }),
      accepted('A4', '2025-06-01', { state: 'withdrawn' }),
    ]);

    expect(told.hear).toEqual([]);
    expect(told.conclude.map(({ caseNo }) => caseNo)).toEqual(['A3']);
  });

  it('puts apart whom records call dead or missing: somebody has to look', () => {
    const dead = { ...accepted('A1', '2025-06-01'), evidence: [death({ diedOn: '2025-06-10' })] };
    const degree = (code: 'died' | 'missing' | 'injured', known = true) => ({
      recognition: { ...accident('2025-05-01'), injuryDegree: { code, system: 's', known } },
    });
    const told = plan([
      dead,
      accepted('A2', '2025-06-01', degree('missing')),
      accepted('A3', '2025-06-01', degree('injured')),
      accepted('A4', '2025-06-01', degree('died', false)),
    ]);

    expect(told.notExaminable.map(({ caseNo, notExaminable }) => [caseNo, notExaminable?.en])).toEqual([
      ['A1', 'a death is on record (medical-certificate, 2025-06-10): verify first'],
      ['A2', 'the recognition says the person is missing: verify first'],
    ]);
    expect(told.hear.map(({ caseNo }) => caseNo)).toEqual(['A3', 'A4']);
  });

  it('names what is to be settled first: a step to hold, or what is high, while nobody has settled it', () => {
    const findings = [
      finding({ id: 'hold', action: 'hold-step' }),
      finding({ id: 'high', severity: 'high' }),
      finding({ id: 'low' }),
      finding({ id: 'false', severity: 'critical' }, 'false-positive'),
      finding({ id: 'held', severity: 'critical' }, 'held'),
      finding({ id: 'other', severity: 'high', subject: { key: 'k', caseNos: ['B9'] } }),
      finding({ id: 'confirmed', action: 'refer' }, 'confirmed'),
    ];
    const { hear } = sessionPlan([{ file: accepted('A1', '2025-06-01'), findings }], ask);

    expect(hear[0]?.findings.map(({ id }) => id)).toEqual(['hold', 'high', 'confirmed']);
  });

  it('shows what is missing, and masks the name', () => {
    const { hear } = plan([accepted('A1', '2025-06-01')]);

    expect(hear[0]?.materials.map(({ id }) => id)).toContain('application-form');
    expect(hear[0]?.name).toMatch(/^.\*+$/u);
  });
});
