import { describe, expect, it } from 'vitest';
import type { CaseFile, Material } from '../../src/model/index.js';
import { type MaterialsAsk, materials } from '../../src/procedure/materials.js';
import { accident, appraisalCase, feeds, file, medicalRecord, population, stay, weakLink } from '../../src/reconcile/example.js';
import { conclusion } from '../../src/reconcile/example-cases.js';

/** The example files are of 2025-06-30; what is received in them is of that day unless said otherwise. */

const received = (receivedAt: string) => population({ source: { receivedAt } });
const application = { id: 'D-APP', kind: 'application' as const, mediaType: 'application/pdf', sha256: '0'.repeat(64) };

function told(caseFile: CaseFile, ask: Partial<MaterialsAsk> = {}): Record<string, string> {
  const list = materials(caseFile, { procedure: 'first', regime: 'order-55', ...ask });
  return Object.fromEntries(list.map(({ id, status, obtain }) => [id, obtain === undefined ? status : `${status} ${obtain}`]));
}

function one(caseFile: CaseFile, id: string, ask: Partial<MaterialsAsk> = {}): Material | undefined {
  return materials(caseFile, { procedure: 'first', regime: 'order-55', ...ask }).find((item) => item.id === id);
}

describe('the materials of a first appraisal under order 55', () => {
  it('are what article 9 asks of the applicant, and what sharing provides', () => {
    expect(told(file({ cases: [appraisalCase()], feeds: feeds() }))).toEqual({
      'application-form': 'needed from-applicant',
      'medical-records': 'needed from-applicant',
      'identity-document': 'needed from-applicant',
      'recognition-decision': 'needed from-agency',
    });
  });

  it('are satisfied by what is on file and by a fresh answer of the police', () => {
    const item = appraisalCase({
      documents: [application, medicalRecord('2025-03-01', '2025-03-10')],
      recognition: accident('2025-03-01'),
    });
    const full = file({ cases: [item], evidence: [received('2025-06-20T02:00:00.000Z')], feeds: feeds() });

    expect(told(full)).toEqual({
      'application-form': 'satisfied',
      'medical-records': 'satisfied',
      'identity-document': 'satisfied',
      'recognition-decision': 'satisfied',
    });
    expect(one(full, 'identity-document')?.sources).toMatchObject([
      { agency: 'public-security', feed: 'population', on: '2025-06-20' },
    ]);
    expect(one(full, 'identity-document')).toMatchObject({ basis: '令55 第九条', certainty: 'text' });
  });

  it('are stale the day after the last on which an answer holds, which the city may move', () => {
    const answered = (receivedAt: string) => file({ cases: [appraisalCase()], evidence: [received(receivedAt)], feeds: feeds() });

    expect(told(answered('2025-05-31T02:00:00.000Z'))['identity-document']).toBe('satisfied');
    expect(one(answered('2025-05-30T02:00:00.000Z'), 'identity-document')).toMatchObject({
      status: 'stale',
      since: '2025-06-30',
      obtain: 'from-applicant',
    });
    const parameters = { 'identity-document': { freshDays: 60 }, 'application-form': 'off' as const };
    expect(told(answered('2025-05-30T02:00:00.000Z'), { parameters })).toEqual({
      'medical-records': 'needed from-applicant',
      'identity-document': 'satisfied',
      'recognition-decision': 'needed from-agency',
    });
  });

  it.each([
    ['void', population({ status: 'void' })],
    ['of an uncertain link', population({ link: weakLink })],
    ['received after the file’s instant', received('2025-07-02T02:00:00.000Z')],
    ['of another name', population({ outcome: 'name-differs' })],
    ['found, and yet of another name', population({ person: { name: '测试乙' } })],
    ['found by number, the name different', population({ nameDisclosed: false, match: { id: 'exact', name: 'different' } })],
    ['of a cancelled registration', population({ registration: 'cancelled', cancellation: { reason: 'moved-out' } })],
  ])('are not satisfied by an answer that is %s', (_, record) => {
    expect(told(file({ cases: [appraisalCase()], evidence: [record], feeds: feeds() }))['identity-document']).toBe(
      'needed from-applicant',
    );
  });

  it('are not satisfied by the recognition of another injury', () => {
    const old = appraisalCase({
      caseNo: 'OLD',
      state: 'effective',
      recognition: accident('2020-03-01', { no: '工认〔2020〕1号' }),
    });
    const older = { ...old, caseNo: 'OLDER', recognition: accident('2015-03-01', { no: '工认〔2015〕1号' }) };
    const cases = [appraisalCase(), old];
    expect(told(file({ cases }))['recognition-decision']).toBe('needed from-agency');

    // Of a confirmation that names none: one injury on file is the one meant, of two nobody can say.
    const confirmation = appraisalCase({ kind: 'confirmation' });
    const ask = { procedure: 'recurrence' } as const;
    expect(told(file({ cases: [confirmation, old] }), ask)['recognition-decision']).toBe('satisfied');
    expect(told(file({ cases: [confirmation, old, older] }), ask)['recognition-decision']).toBe('needed from-agency');
  });

  it('are not satisfied by a stay: that it is known is not the record of it', () => {
    const known = file({ cases: [appraisalCase()], evidence: [stay('2025-03-01', '2025-03-10')], feeds: feeds() });

    expect(told(known)['medical-records']).toBe('needed from-applicant');
  });
});

describe('what sharing provides', () => {
  it.each([
    ['down', 'needed from-agency'],
    ['stale', 'needed from-agency'],
    ['gap', 'needed from-agency'],
    ['never', 'needed from-agency'],
    ['fresh', 'needed from-applicant'],
  ] as const)('may be asked of the applicant or not, where the feed is %s', (state, expected) => {
    const caseFile = file({ cases: [appraisalCase()], feeds: feeds({ 'public-security/population': { state } }) });

    expect(told(caseFile)['identity-document']).toBe(expected);
  });

  it('is asked of the applicant where the city has no such feed', () => {
    expect(told(file({ cases: [appraisalCase()], feeds: [] }))['identity-document']).toBe('needed from-applicant');
  });
});

describe('other procedures and rules', () => {
  it('a review and a re-appraisal rest on the earlier conclusion, of another case and not revoked', () => {
    const earlier = appraisalCase({ caseNo: 'OLD', state: 'effective', conclusions: [conclusion('2024-01-01')] });
    const own = appraisalCase({ caseNo: 'NEW', kind: 'review' });
    const ask = { procedure: 'review', caseNo: 'NEW' } as const;

    expect(told(file({ cases: [earlier, own] }), ask)['earlier-conclusion']).toBe('satisfied');
    expect(told(file({ cases: [own] }), ask)['earlier-conclusion']).toBe('needed from-agency');
    const revoked = { ...earlier, conclusions: [conclusion('2024-01-01', { status: 'revoked' })] };
    expect(told(file({ cases: [revoked, own] }), ask)['earlier-conclusion']).toBe('needed from-agency');
  });

  it('a re-appraisal that is asked for rests on the case it is about, whose records the worker need not bring again', () => {
    const record = medicalRecord('2025-03-01', '2025-03-10');
    const about = appraisalCase({
      state: 'effective',
      conclusions: [conclusion('2025-06-01')],
      documents: [application, record],
      recognition: accident('2025-03-01'),
    });
    const expected = {
      'application-form': 'needed from-applicant',
      'medical-records': 'satisfied',
      'identity-document': 'needed from-applicant',
      'recognition-decision': 'satisfied',
      'earlier-conclusion': 'satisfied',
    };
    const ask = { procedure: 'reappraisal' } as const;
    expect(told(file({ cases: [about] }), { ...ask, caseNo: about.caseNo })).toEqual(expected);
    expect(told(file({ cases: [about] }), ask)).toEqual(expected);

    const own = appraisalCase({ caseNo: 'NEW', kind: 'reappraisal', priorCaseNo: about.caseNo });
    const other = appraisalCase({ caseNo: 'OTHER', state: 'effective', documents: [record] });
    expect(told(file({ cases: [own, about, other] }), { ...ask, caseNo: 'NEW' })).toEqual(expected);
    expect(told(file({ cases: [own, { ...about, documents: [] }, other] }), ask)['medical-records']).toBe(
      'needed from-applicant',
    );
  });

  it('a review is about how somebody is now: the records of the first appraisal do not tell', () => {
    const about = appraisalCase({
      state: 'effective',
      conclusions: [conclusion('2024-06-01')],
      documents: [medicalRecord('2024-03-01', '2024-03-10')],
    });
    expect(told(file({ cases: [about] }), { procedure: 'review', caseNo: about.caseNo })).toMatchObject({
      'medical-records': 'needed from-applicant',
      'earlier-conclusion': 'satisfied',
    });
  });

  it('say where no public list is known', () => {
    const list = materials(file({ cases: [appraisalCase()] }), { procedure: 'device', regime: 'order-55' });

    expect(list.filter(({ certainty }) => certainty === 'assumed').map(({ id }) => id)).toEqual([
      'application-form',
      'medical-records',
      'identity-document',
    ]);
    expect(list.every(({ basis }) => basis !== '')).toBe(true);
  });

  it('under order 21 list what cities asked for before', () => {
    expect(Object.keys(told(file({ cases: [appraisalCase()] }), { regime: 'order-21' }))).toEqual([
      'application-form',
      'medical-records',
      'identity-document',
      'recognition-decision',
      'photo',
      'insurance-proof',
      'exam-reports',
      'employer-licence',
    ]);
  });

  it('order 21 was about work injuries only', () => {
    expect(materials(file(), { procedure: 'non-work', regime: 'order-21' })).toEqual([]);
  });

  it('a dependant’s proofs are told apart by their titles', () => {
    const proof = { ...application, id: 'D-2', kind: 'other' as const, title: '供养亲属关系证明' };
    const item = appraisalCase({ kind: 'dependant', documents: [proof] });

    expect(told(file({ cases: [item] }), { procedure: 'dependant' })).toMatchObject({
      'dependency-proof': 'satisfied',
      'death-proof': 'needed from-applicant',
    });
  });
});
