import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { AppraisalCase, AppraisalEvidence, Benefit, CaseFile, Conclusion } from '../../src/model/index.js';
import { check } from '../../src/reconcile/check.js';
import { accident, appraisalCase, benefit, file, weakLink } from '../../src/reconcile/example.js';
import { appraisal, conclusion } from '../../src/reconcile/example-cases.js';
import { explain } from '../../src/reconcile/explain.js';
import { ownConclusions, withReappraisals } from '../../src/reconcile/supersede.js';
import fc from '../seeded.js';

/** The city's case A-2025-001 with conclusion 潍劳鉴〔2025〕100号 of 2025-05-20, delivered; the province is asked for a re-appraisal of it. */

const city = (parts: Partial<AppraisalCase> = {}): AppraisalCase =>
  appraisalCase({
    state: 'effective',
    receivedOn: '2025-04-20',
    recognition: accident('2025-01-10', { no: '潍人社工认〔2025〕7号' }),
    conclusions: [conclusion('2025-05-20', { status: 'effective' })],
    deliveries: [{ to: 'person', receivedOn: '2025-05-22' }],
    ...parts,
  });
const opening = (parts: Parameters<typeof appraisal>[0] = {}): AppraisalEvidence =>
  appraisal({
    caseKind: 'reappraisal',
    state: 'accepted',
    provincialNo: 'P-9',
    ...parts,
    source: { recordId: 'P-9', updatedAt: '2025-06-01T09:00:00+08:00', receivedAt: '2025-06-01T20:00:00Z', ...parts.source },
  });
const provincial = (parts: Partial<Conclusion> = {}): Conclusion =>
  conclusion('2025-06-20', { no: '鲁劳鉴〔2025〕9号', level: 'province', grade: 8, ...parts });
const result = (parts: Parameters<typeof appraisal>[0] = {}): AppraisalEvidence =>
  opening({
    state: 'concluded',
    conclusion: provincial(),
    ...parts,
    source: { updatedAt: '2025-06-21T09:00:00+08:00', receivedAt: '2025-06-21T20:00:00Z', ...parts.source },
  });
const paid = (no: string): Benefit => benefit(['2025-06'], { basisConclusionNo: no });
const known = (parts: Partial<CaseFile>): CaseFile => withReappraisals(file({ cases: [city()], ...parts }));
const statuses = ({ cases }: Pick<CaseFile, 'cases'>) =>
  cases.map(({ caseNo, state, conclusions }) => [caseNo, state, conclusions.map(({ no, status }) => `${no} ${status}`)]);
const outcomes = (checked: CaseFile) =>
  Object.fromEntries(check(checked).results.map(({ rule, outcome, reason }) => [rule, outcome === 'unknown' ? reason : outcome]));

describe('a re-appraisal at the province', () => {
  it('challenges the conclusion and its case while it is open, and says by whose word', () => {
    const told = known({ evidence: [opening()] });

    expect(statuses(told)).toEqual([['A-2025-001', 'challenged', ['潍劳鉴〔2025〕100号 challenged']]]);
    expect(told.cases[0]?.accordingTo?.recordId).toBe('P-9');
    expect(told.cases[0]?.conclusions[0]?.accordingTo?.agency).toBe('provincial-appraisal');
  });

  it('supersedes the city’s conclusion once it is concluded, and stands beside it, effective', () => {
    const told = known({ evidence: [result()] });

    expect(statuses(told)).toEqual([['A-2025-001', 'effective', ['潍劳鉴〔2025〕100号 superseded', '鲁劳鉴〔2025〕9号 issued']]]);
    expect(told.cases[0]?.conclusions[1]).toMatchObject({ level: 'province', grade: 8, accordingTo: { recordId: 'P-9' } });
  });

  it('leaves what the city said as it was said', () => {
    const given = file({ cases: [city()], evidence: [result()] });
    const before = structuredClone(given);
    withReappraisals(given);

    expect(given).toEqual(before);
  });

  it.each<[string, Partial<CaseFile>]>([
    ['no re-appraisal', { evidence: [result({ caseKind: 'first' })] }],
    ['a record that is not certainly about the person', { evidence: [result({ link: weakLink })] }],
    ['a void record', { evidence: [result({ status: 'void' })] }],
    ['a revoked conclusion', { evidence: [result({ conclusion: provincial({ status: 'revoked' }) })] }],
    ['a revoked re-appraisal', { evidence: [result({ state: 'revoked' })] }],
    ['a withdrawn re-appraisal', { evidence: [opening({ state: 'withdrawn' })] }],
    ['one ended by death', { evidence: [opening({ state: 'discontinued-death' })] }],
    ['a record received later', { evidence: [result({ source: { receivedAt: '2025-07-01T00:00:00Z' } })] }],
    ['another case of another injury', { evidence: [result({ caseNo: 'B-1', recognitionNo: '潍人社工认〔2025〕8号' })] }],
    ['a conclusion from before the city’s', { evidence: [result({ conclusion: provincial({ on: '2025-05-19' }) })] }],
    ['a case without a conclusion', { cases: [city({ state: 'examined', conclusions: [] })], evidence: [result()] }],
  ])('changes nothing: %s', (_, parts) => {
    const given = file({ cases: [city()], ...parts });

    expect(withReappraisals(given)).toBe(given);
  });

  it('that was corrected has still taken the city’s place', () => {
    const told = known({ evidence: [result({ conclusion: provincial({ status: 'corrected' }) })] });

    expect(statuses(told)[0]?.[2]).toEqual(['潍劳鉴〔2025〕100号 superseded', '鲁劳鉴〔2025〕9号 corrected']);
  });

  it('pulled under two record ids is one conclusion, the newer record’s', () => {
    const older = result({ conclusion: provincial({ grade: 9, no: '鲁劳鉴[2025]9 号' }) });
    const newer = result({ source: { recordId: 'P-9b', updatedAt: '2025-06-22T09:00:00+08:00' } });

    for (const evidence of [
      [older, newer],
      [newer, older],
    ]) {
      expect(known({ evidence }).cases[0]?.conclusions.slice(1)).toMatchObject([{ grade: 8, accordingTo: { recordId: 'P-9b' } }]);
    }
  });

  it('answers its own opening, also under another record id', () => {
    const told = known({
      evidence: [result(), opening({ source: { recordId: 'P-0', updatedAt: '2025-06-25T09:00:00+08:00' } })],
    });

    expect(statuses(told)[0]?.[1]).toBe('effective');
  });

  it('asked for twice stands twice: nothing says which of the two counts', () => {
    const second = result({
      provincialNo: 'P-10',
      conclusion: provincial({ no: '鲁劳鉴〔2025〕10号', on: '2025-06-25' }),
      source: { recordId: 'P-10' },
    });

    expect(statuses(known({ evidence: [result(), second] }))[0]?.[2]).toEqual([
      '潍劳鉴〔2025〕100号 superseded',
      '鲁劳鉴〔2025〕10号 issued',
      '鲁劳鉴〔2025〕9号 issued',
    ]);
  });

  it('keeps the city’s own word of the provincial conclusion', () => {
    const noted = city({ conclusions: [conclusion('2025-05-20'), provincial({ no: '鲁劳鉴[2025]9号', grade: 7 })] });
    const told = known({ cases: [noted], evidence: [result()] });

    expect(statuses(told)[0]?.[2]).toEqual(['潍劳鉴〔2025〕100号 superseded', '鲁劳鉴[2025]9号 issued']);
    expect(told.cases[0]?.conclusions[1]?.accordingTo).toBeUndefined();
    expect(outcomes(told)['province-differs']).toBe('finding');
  });

  it.each<AppraisalCase['state']>(['revoked', 'corrected', 'discontinued-death', 'terminated'])(
    'does not revive a case that is %s',
    (state) => {
      expect(known({ cases: [city({ state })], evidence: [result()] }).cases[0]?.state).toBe(state);
      expect(known({ cases: [city({ state })], evidence: [opening()] }).cases[0]?.state).toBe(state);
    },
  );

  it('laid over twice is laid over once', () => {
    for (const evidence of [[opening()], [result()]]) {
      const once = known({ evidence });
      expect(withReappraisals(once)).toEqual(once);
    }
  });
});

describe('which case a re-appraisal is of', () => {
  const kept = (parts: Partial<AppraisalCase> = {}) =>
    appraisalCase({
      caseNo: 'R-1',
      kind: 'reappraisal',
      state: 'accepted',
      receivedOn: '2025-06-01',
      applicant: 'person',
      priorCaseNo: 'A-2025-001',
      ...parts,
    });

  it.each<[string, AppraisalCase[], AppraisalEvidence]>([
    ['the province’s number', [city({ provincialNo: 'P-9' })], result({ caseNo: 'X' })],
    ['the recognition number', [city()], result({ caseNo: 'X', recognitionNo: '潍人社工认[2025]7号' })],
    ['the city’s own case of the re-appraisal', [city(), kept()], result({ caseNo: 'R-1' })],
  ])('is told by %s', (_, cases, evidence) => {
    expect(known({ cases, evidence: [evidence] }).cases[0]?.conclusions[0]?.status).toBe('superseded');
  });

  it.each([result({ caseNo: 'R-1' }), result(), result({ caseNo: 'X', recognitionNo: '潍人社工认〔2025〕7号' })])(
    'and the city’s own case of it is concluded too',
    (evidence) => {
      const told = known({ cases: [city(), kept()], evidence: [evidence] });

      expect(statuses(told)[1]).toEqual(['R-1', 'effective', ['鲁劳鉴〔2025〕9号 issued']]);
      expect(outcomes(told)).toMatchObject({
        'case-overdue': 'clear',
        'province-differs': 'clear',
        'first-appraisal-repeated': 'clear',
      });
    },
  );

  it('by the injury alone is the one with the last conclusion before it', () => {
    const review = city({
      caseNo: 'V-1',
      kind: 'review',
      conclusions: [conclusion('2025-06-19', { no: '潍劳鉴〔2025〕300号' })],
    });
    const told = (on: string) =>
      known({
        cases: [city(), review],
        evidence: [result({ caseNo: 'X', recognitionNo: '潍人社工认〔2025〕7号', conclusion: provincial({ on }) })],
      }).cases.map(({ conclusions }) => conclusions[0]?.status);

    expect(told('2025-06-20')).toEqual(['effective', 'superseded']);
    expect(told('2025-06-10')).toEqual(['superseded', 'issued']);
  });

  it('is nobody’s where two cases of one injury were concluded on one day', () => {
    const twin = city({ caseNo: 'V-1', conclusions: [conclusion('2025-05-20', { no: '潍劳鉴〔2025〕300号' })] });
    const given = file({
      cases: [city(), twin],
      evidence: [result({ caseNo: 'X', recognitionNo: '潍人社工认〔2025〕7号' })],
    });

    expect(withReappraisals(given)).toBe(given);
  });

  it('of a review is the review', () => {
    const review = city({
      caseNo: 'V-1',
      kind: 'review',
      conclusions: [conclusion('2025-06-10', { no: '潍劳鉴〔2025〕300号' })],
    });
    const told = known({ cases: [city(), review], evidence: [result({ caseNo: 'V-1' })] });

    expect(told.cases.map(({ conclusions }) => conclusions[0]?.status)).toEqual(['effective', 'superseded']);
  });
});

describe('the rules, with a re-appraisal laid over', () => {
  it('find a benefit that rests on the superseded conclusion, say who superseded it, and rest on the province’s record', () => {
    const told = known({ evidence: [result()], benefits: [paid('潍劳鉴〔2025〕100号')] });
    const found = check(told, { rules: ['benefit-without-conclusion'] }).findings;

    expect(found).toHaveLength(1);
    expect(found[0]?.explanation.zh).toContain('据省级鉴定再次鉴定结论 鲁劳鉴〔2025〕9号（记录 P-9）');
    expect(found[0]?.explanation.en).toContain(
      'by the re-appraisal with conclusion 鲁劳鉴〔2025〕9号 of the province (record P-9)',
    );
    expect(found[0]?.claims.map(({ agency, recordId, value }) => [agency, recordId, value])).toEqual([
      ['city', 'B1', '潍劳鉴〔2025〕100号'],
      ['provincial-appraisal', 'P-9', 'superseded'],
    ]);
  });

  it('find the same thing once the city takes note: no second finding', () => {
    const benefits = [paid('潍劳鉴〔2025〕100号')];
    const noted = city({ conclusions: [conclusion('2025-05-20', { status: 'superseded' }), provincial()] });
    const ids = [known({ evidence: [result()], benefits }), known({ cases: [noted], evidence: [result()], benefits })].map(
      (told) => check(told, { rules: ['benefit-without-conclusion'] }).findings.map(({ id }) => id),
    );

    expect(ids[0]).toHaveLength(1);
    expect(ids[1]).toEqual(ids[0]);
  });

  it.each([
    ['the provincial conclusion', '鲁劳鉴[2025]9号', [result()], 'clear'],
    ['a conclusion that is challenged', '潍劳鉴〔2025〕100号', [opening()], 'clear'],
    [
      'one upheld under its old number',
      '潍劳鉴〔2025〕100号',
      [result({ conclusion: provincial({ no: '潍劳鉴〔2025〕100号', grade: 7 }) })],
      'clear',
    ],
    ['one upheld under a new number', '潍劳鉴〔2025〕100号', [result({ conclusion: provincial({ grade: 7 }) })], 'finding'],
    [
      'a provincial conclusion that was corrected',
      '鲁劳鉴〔2025〕9号',
      [result({ conclusion: provincial({ status: 'corrected' }) })],
      'finding',
    ],
  ])('a benefit that rests on %s', (_, no, evidence, outcome) => {
    expect(outcomes(known({ evidence, benefits: [paid(no)] }))['benefit-without-conclusion']).toBe(outcome);
  });

  it('do not hold the province’s own words against the city', () => {
    const own = appraisal({ conclusion: conclusion('2025-05-20'), source: { recordId: 'A1' } });
    for (const [evidence, feeds] of [
      [[own, result()], undefined],
      // Named by the injury alone, so that no record of the province is of this case by number.
      [[result({ caseNo: 'X', recognitionNo: '潍人社工认〔2025〕7号' })], undefined],
    ] as const) {
      const told = known({ evidence: [...evidence], ...(feeds ?? {}) });
      expect(outcomes(told)).toMatchObject({
        'province-differs': 'clear',
        'first-appraisal-repeated': 'clear',
        'case-overdue': 'clear',
        'impossible-case-sequence': 'clear',
      });
    }
  });

  it('tell a revocation of the city’s that the province has overtaken, and a coarse day of the province’s troubles nobody', () => {
    const revoked = city({ conclusions: [conclusion('2025-05-20', { status: 'revoked' })] });
    expect(outcomes(known({ cases: [revoked], evidence: [result()] }))['province-differs']).toBe('finding');

    const coarse = known({ evidence: [result({ conclusion: provincial({ on: '2025' }) })] });
    expect(coarse.cases[0]?.conclusions).toHaveLength(2);
    expect(outcomes(coarse)['impossible-case-sequence']).toBe('clear');
  });

  it('go on comparing once the re-appraisal is done, whatever the city’s file still says', () => {
    const stale = city({ state: 'challenged', conclusions: [conclusion('2025-05-20', { status: 'challenged' })] });
    const other = city({ caseNo: 'A-2', conclusions: [conclusion('2025-04-01', { no: '潍劳鉴〔2025〕2号' })] });
    const differs = appraisal({
      caseNo: 'A-2',
      conclusion: conclusion('2025-04-01', { no: '潍劳鉴〔2025〕2号', grade: 3 }),
      source: { recordId: 'A2' },
    });

    expect(outcomes(known({ cases: [stale, other], evidence: [result(), differs] }))['province-differs']).toBe('finding');
    expect(known({ cases: [stale], evidence: [result()] }).cases[0]?.state).toBe('effective');
  });

  it('judge the time of a challenge by what was challenged, and of a review by what stands', () => {
    const asked = (kind: 'reappraisal' | 'review', receivedOn: string) =>
      appraisalCase({ caseNo: 'R-1', kind, receivedOn, applicant: 'person', priorCaseNo: 'A-2025-001', state: 'accepted' });
    const judged = (item: AppraisalCase, on: string) =>
      outcomes(known({ cases: [city(), item], evidence: [result({ conclusion: provincial({ on }) })] }))['challenge-out-of-time'];

    // Received 2025-05-22: the 15th day is 2025-06-06. A provincial conclusion of which the month is known changes nothing of it.
    for (const on of ['2025-06-20', '2025-06', '2025']) {
      expect(judged(asked('reappraisal', '2025-06-06'), on)).toBe('clear');
      expect(judged(asked('reappraisal', '2025-06-07'), on)).toBe('finding');
    }
    expect(judged(asked('review', '2025-06-29'), '2025-06-20')).toBe('finding');
  });

  it('told in explain with the province as the one who says it, in both languages', () => {
    const { timeline } = explain(known({ evidence: [result()] }));
    const conclusions = timeline.filter(({ kind }) => kind === 'conclusion');

    expect(conclusions.map(({ agency, record }) => [agency, record])).toEqual([
      ['city', 'city/cases/A-2025-001'],
      ['provincial-appraisal', 'provincial-appraisal/appraisals/P-9'],
    ]);
    for (const { says } of conclusions) {
      expect(says.zh).toContain('据省级鉴定记录 P-9');
      expect(says.en).toContain('by record P-9 of the province');
    }
  });
});

describe('order', () => {
  it('of arrival changes nothing: the same file in the end, whatever came first', () => {
    const at = (hours: number) => new Date(Date.parse('2025-06-22T00:00:00Z') + hours * 3_600_000).toISOString();
    const story = fc.record({
      records: fc.shuffledSubarray([
        opening(),
        result({ source: { recordId: 'P-9', updatedAt: '2025-06-21T09:00:00+08:00' } }),
        result({ conclusion: provincial({ grade: 9, status: 'corrected' }), source: { updatedAt: '2025-06-23T09:00:00+08:00' } }),
        result({ status: 'void', source: { updatedAt: '2025-06-24T09:00:00+08:00' } }),
        opening({ source: { recordId: 'P-11', updatedAt: '2025-06-26T09:00:00+08:00' } }),
        result({
          conclusion: provincial({ no: '鲁劳鉴〔2025〕11号' }),
          source: { recordId: 'P-12', updatedAt: '2025-06-27T09:00:00+08:00' },
        }),
        appraisal({ conclusion: conclusion('2025-05-20') }),
      ]),
      order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6], { minLength: 7 }),
      basis: fc.constantFrom('潍劳鉴〔2025〕100号', '鲁劳鉴〔2025〕9号', '鲁劳鉴〔2025〕11号'),
    });
    fc.assert(
      fc.property(story, ({ records, order, basis }) => {
        const asReceived = (given: readonly AppraisalEvidence[]) =>
          given.map((record, index) => ({ ...record, source: { ...record.source, receivedAt: at(index) } }));
        const rank = (record: AppraisalEvidence) => order[records.indexOf(record)] ?? 0;
        const other = [...records].sort((a, b) => rank(a) - rank(b));
        const [one, two] = [records, other].map((given) => {
          const told = known({ evidence: asReceived(given), benefits: [paid(basis)] });
          const { findings, results } = check(told);
          return {
            statuses: statuses(told),
            ids: findings.map(({ id, severity, explanation }) => [id, severity, explanation]),
            outcomes: results.map(({ rule, outcome, reason }) => [rule, outcome, reason]),
          };
        });
        expect(two).toEqual(one);
      }),
      { numRuns: 300 },
    );
  });

  it('of the input’s lists changes nothing, and the city’s own conclusions come back as they were told', () => {
    const evidence = [opening(), result({ source: { recordId: 'P-12' } })];
    const cases = [city(), city({ caseNo: 'A-2', conclusions: [] })];
    const plain = known({ cases, evidence });

    expect(known({ cases, evidence: [...evidence].reverse() })).toMatchObject({ cases: plain.cases });
    expect(statuses(known({ cases: [...cases].reverse(), evidence })).reverse()).toEqual(statuses(plain));
    expect(plain.cases.map((item) => ownConclusions(item).length)).toEqual([1, 0]);
  });
});

describe('the one way from the store to the readers', () => {
  it('is taken by everybody who reads conclusions', () => {
    const callers = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.startsWith('store'))
      .filter((path) => /\bstore\.caseFile\(/.test(readFileSync(`src/${path}`, 'utf8')));

    // held, pull-lookups, the audit command, prefill and who is due (exchange-city) look at persons, days and applications alone; exchange,
    // exchange-dossier and outbox send what the city itself says.
    expect(callers.sort()).toEqual([
      'cli/commands/audit.ts',
      'exchange-city.ts',
      'exchange-dossier.ts',
      'exchange.ts',
      'outbox/outbox.ts',
      'reconcile/held.ts',
      'reconcile/known-file.ts',
      'reconcile/pull-lookups.ts',
    ]);
  });
});
