import { afterEach, describe, expect, it, vi } from 'vitest';
import { appraisalCase, death, exam, feeds, file, stay } from '../../src/reconcile/example.js';
import { explain } from '../../src/reconcile/explain.js';
import { rules } from '../../src/reconcile/index.js';
import examAfterDeath from '../../src/reconcile/rules/exam-after-death.js';
import { validateExplanation } from '../../src/schema.js';

/** Why a rule fired for one person, and why not. */

afterEach(() => vi.restoreAllMocks());

const certificate = death({ diedOn: '2025-03-01', eventOn: '2025-03-02' });
const caseFile = file({
  subject: { ...file().subject, name: '王测试' },
  cases: [appraisalCase({ exams: [exam('2025-03-05')] })],
  evidence: [certificate, stay('2025-02-01', '2025-03-01', { outcome: { code: 'died', system: 'RC028', known: true } })],
  feeds: feeds().filter(({ feed }) => feed !== 'cremations'),
});
const outcomes = (explanation: ReturnType<typeof explain>, ...ids: string[]) =>
  explanation.rules.filter(({ rule }) => ids.includes(rule)).map(({ rule, outcome, reason }) => [rule, outcome, reason]);

describe('an explanation', () => {
  it('names every rule of the catalogue once, in its order', () => {
    expect(explain(caseFile).rules.map(({ rule }) => rule)).toEqual(rules.map((rule) => rule.id));
  });

  it('says of each why it found something, could not tell, had nothing to look at, or is off', () => {
    const explanation = explain(caseFile, { check: { rules: { 'stays-overlap': 'off' } } });

    expect(
      outcomes(explanation, 'exam-after-death', 'admitted-after-death', 'paid-after-death', 'stays-overlap', 'rejected-records'),
    ).toEqual([
      ['admitted-after-death', 'unknown', 'feed-never'],
      ['exam-after-death', 'finding', 'contradiction'],
      ['paid-after-death', 'not-applicable', 'no-payment'],
      ['rejected-records', 'not-applicable', 'about-the-run'],
      ['stays-overlap', 'off', 'switched-off'],
    ]);
    expect(explanation.rules.find(({ rule }) => rule === 'admitted-after-death')?.feeds).toEqual([
      { feed: 'public-security/population', state: 'fresh' },
      { feed: 'health/death-certificates', state: 'fresh' },
      { feed: 'civil-affairs/cremations', state: 'never' },
      { feed: 'health/stays', state: 'fresh' },
    ]);
  });

  it('tells of the rules asked for only, also of one that is off', () => {
    const explanation = explain(caseFile, { check: { rules: { 'exam-after-death': 'off' } }, rules: ['exam-after-death'] });

    expect(explanation.rules.map(({ rule, outcome }) => [rule, outcome])).toEqual([['exam-after-death', 'finding']]);
    expect(explanation.findings.map(({ rule, found }) => [rule, found])).toEqual([['exam-after-death', true]]);
    expect(() => explain(caseFile, { rules: ['nope'] })).toThrowError(expect.objectContaining({ code: 'ERR_USAGE' }));
  });

  it('names a rule that threw', () => {
    vi.spyOn(examAfterDeath, 'check').mockImplementation(() => {
      throw new TypeError('broken');
    });

    expect(outcomes(explain(caseFile), 'exam-after-death')).toEqual([['exam-after-death', 'unknown', 'rule-failed']]);
  });

  it('takes the death apart', () => {
    const { deathFact, deathPieces } = explain(caseFile);

    expect(deathFact).toMatchObject({ level: 'corroborated', best: '2025-03-01' });
    expect(deathPieces.map(({ record, kind, earliest, latest }) => [record, kind, earliest, latest])).toEqual([
      ['health/death-certificates/C1', 'medical-certificate', '2025-03-01', '2025-03-01'],
      ['health/stays/S-2025-02-01', 'hospital-discharge', '2025-02-28', '2025-03-01'],
    ]);
    expect(deathPieces[1]?.says.zh).toBe('离院死亡记录 2025-03-01 出院，未载死亡日期（卫生健康）');
  });

  it('says of every feed that is on file or needed how fresh it is, how it was asked, and who needs it', () => {
    const contact = {
      agency: 'civil-affairs',
      feed: 'cremations',
      way: 'asked' as const,
      lastAt: '2025-06-29T02:00:00.000Z',
      outcome: 'unavailable' as const,
      error: 'ERR_TIMEOUT',
    };

    const { feeds: told } = explain(caseFile, { contacts: [contact], rules: ['exam-after-death', 'paid-twice'] });

    const needed = told.filter(({ neededBy }) => neededBy.length > 0);
    expect(needed.map(({ agency, feed, status, neededBy }) => [`${agency}/${feed}`, status.state, neededBy])).toEqual([
      ['civil-affairs/cremations', 'never', ['exam-after-death']],
      ['health/death-certificates', 'fresh', ['exam-after-death']],
      ['medical-insurance/settlements', 'fresh', ['paid-twice']],
      ['public-security/population', 'fresh', ['exam-after-death']],
    ]);
    expect(needed[0]?.contacts).toEqual([contact]);
  });

  it('shows no name and no number, and has the shape that is published', () => {
    const explanation = explain(caseFile);

    expect(explanation.subject).toEqual({
      key: caseFile.subject.key,
      caseNos: ['A-2025-001'],
      name: '王**',
      idNumber: '370799********0018',
    });
    expect(JSON.stringify(explanation)).not.toMatch(/王测试|370799196001010018/);
    expect(validateExplanation(explanation)).toEqual({ ok: true, value: explanation });
  });
});
