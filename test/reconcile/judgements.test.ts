import { describe, expect, it } from 'vitest';
import type { CaseFile, Evidence } from '../../src/model/index.js';
import {
  accident,
  appraisalCase,
  benefit,
  death,
  exam,
  feeds,
  file,
  marriage,
  medicalRecord,
  population,
  settlement,
  stay,
  weakLink,
} from '../../src/reconcile/example.js';
import { check } from '../../src/reconcile/index.js';

/** What one rule says of a file: the severity of a finding, the reason of an unknown, else the outcome. */
const says = (rule: string, caseFile: CaseFile): string | undefined => {
  const [result] = check(caseFile, { rules: [rule] }).results;
  if (result?.outcome === 'finding') return result.severity;
  return result?.outcome === 'unknown' ? `? ${result.reason}` : result?.outcome;
};
const count = (rule: string, caseFile: CaseFile): number => check(caseFile, { rules: [rule] }).findings.length;
const of = (...evidence: Evidence[]): CaseFile => file({ evidence });
const ended = (code: string, known = true) => ({ outcome: { code, system: 'RC028', known } });
const other = { hospital: { code: 'H370799002', name: '演示二院' } };
const certificate = death({ diedOn: '2025-03-10' });

describe('name-differs', () => {
  const of = (record: Parameters<typeof population>[0], name = '测试甲', formerNames: string[] = []) =>
    says('name-differs', file({ subject: { name, formerNames }, evidence: [population(record)] }));
  const match = (name: 'exact' | 'similar' | 'different' | 'not-compared') => ({ match: { id: 'exact' as const, name } });

  it.each<[string, Parameters<typeof of>, string]>([
    ['equal names', [{}], 'clear'],
    ['different names', [{ person: { name: '测试乙' } }], 'medium'],
    ['different names that the agency calls exact', [{ person: { name: '测试乙' }, ...match('exact') }], 'medium'],
    ['equal names that the agency calls different', [match('different')], 'medium'],
    ['equal names with outcome name-differs', [{ outcome: 'name-differs' }], 'medium'],
    [
      'a former name of the subject, though the agency says different',
      [{ person: { name: '测试乙' }, ...match('different') }, '测试甲', ['测试乙']],
      'clear',
    ],
    [
      'a former name of the register, though the agency says name-differs',
      [{ outcome: 'name-differs', person: { name: '测试乙', formerNames: ['测试甲'] } }],
      'clear',
    ],
    ['similar and different in hand', [{ person: { name: '测试乙' }, ...match('similar') }], '? name-uncertain'],
    ['similar and equal in hand', [match('similar')], 'clear'],
    ['similar and a former name', [{ person: { name: '测试乙', formerNames: ['测试甲'] }, ...match('similar') }], 'clear'],
    [
      'similar beside a name-differs',
      [{ outcome: 'name-differs', person: { name: '测试乙' }, ...match('similar') }],
      '? name-uncertain',
    ],
    ['similar beside a name-differs and equal in hand', [{ outcome: 'name-differs', ...match('similar') }], 'medium'],
    [
      'similar beside a name-differs and no name given',
      [{ outcome: 'name-differs', person: { name: '' }, ...match('similar') }],
      '? name-uncertain',
    ],
    [
      'similar and cut at 20 characters: the same, but not equal',
      [
        { person: { name: '阿卜杜热合曼·买买提艾力·吐尔逊江·依明' }, ...match('similar') },
        '阿卜杜热合曼·买买提艾力·吐尔逊江·依明江阿吉',
      ],
      '? name-uncertain',
    ],
    ['not compared and different in hand', [{ person: { name: '测试乙' }, ...match('not-compared') }], 'medium'],
    [
      'a missing glyph that the agency calls different',
      [{ person: { name: '测试？' }, ...match('different') }],
      '? name-uncertain',
    ],
    [
      'a private-use character in the own name, echoed and called different',
      [{ nameDisclosed: false, person: { name: '测试\uE352' }, ...match('different') }, '测试\uE352'],
      '? name-uncertain',
    ],
    [
      'a private-use character in both names alike, but called different',
      [{ person: { name: '测试\uE352' }, ...match('different') }, '测试\uE352'],
      '? name-uncertain',
    ],
    ['echoed and exact', [{ nameDisclosed: false, person: { name: '随便' }, ...match('exact') }], 'clear'],
    ['echoed and different', [{ nameDisclosed: false, ...match('different') }], 'medium'],
    ['echoed and similar', [{ nameDisclosed: false, ...match('similar') }], '? name-uncertain'],
    ['echoed and not compared', [{ nameDisclosed: false, ...match('not-compared') }], '? name-uncertain'],
    ['echoed with a bare name-differs', [{ nameDisclosed: false, outcome: 'name-differs' }], '? name-uncertain'],
    ['absent', [{ outcome: 'absent', person: { name: '测试乙' } }], '? not-asked'],
    ['no name given, nothing said', [{ person: { name: '' } }], '? name-uncertain'],
    ['no name given, said to differ', [{ person: { name: '' }, outcome: 'name-differs' }], 'medium'],
    ['no name given, said to be exact', [{ person: { name: '' }, ...match('exact') }], 'clear'],
    [
      'cut at 20 characters',
      [{ person: { name: '阿卜杜热合曼·买买提艾力·吐尔逊江·依明' } }, '阿卜杜热合曼·买买提艾力·吐尔逊江·依明江阿吉'],
      'clear',
    ],
    [
      'cut at 19 characters',
      [{ person: { name: '阿卜杜热合曼·买买提艾力·吐尔逊江·依' } }, '阿卜杜热合曼·买买提艾力·吐尔逊江·依明江阿吉'],
      'medium',
    ],
  ])('%s', (_, args, expected) => {
    expect(of(...args)).toBe(expected);
  });

  it('is high at any death, a disputed one too', () => {
    const differs = population({ person: { name: '测试乙' } });
    expect(says('name-differs', file({ evidence: [differs, certificate, marriage('2025-05-01')] }))).toBe('high');
  });

  it('fires on one record though another is in doubt', () => {
    const doubtful = population({ person: { name: '测试□' }, source: { recordId: 'P2' } });
    expect(says('name-differs', file({ evidence: [population({ person: { name: '测试乙' } }), doubtful] }))).toBe('medium');
  });

  it('says whose word it is', () => {
    const why = (record: Parameters<typeof population>[0]) =>
      check(file({ evidence: [population(record)] }), { rules: ['name-differs'] }).findings[0]?.explanation.zh;
    const match = { match: { id: 'exact' as const, name: 'different' as const } };
    expect(why({ person: { name: '测试乙' } })).toBe('身份证号码相同，公安登记的姓名与本市登记的不同');
    expect(why(match)).toBe('身份证号码相同，公安答复姓名不一致');
    expect(why({ outcome: 'name-differs' })).toBe('身份证号码相同，公安答复姓名不一致');
    expect(why({ nameDisclosed: false, ...match })).toBe('身份证号码相同，公安答复姓名不一致');
  });

  it('keeps names out of the explanation', () => {
    const [finding] = check(file({ evidence: [population({ person: { name: '测试乙' } })] }), {
      rules: ['name-differs'],
    }).findings;
    expect(JSON.stringify(finding?.explanation)).not.toMatch(/测试/);
    expect(finding?.claims.map((claim) => claim.value)).toEqual(['测试甲', '测试乙']);
  });
});

describe('invalid-id-number', () => {
  const resident = (
    number: string,
    validity: 'valid' | 'bad-checksum' | 'bad-format' | 'bad-date' | 'upgraded-15' | 'not-checked',
  ) => ({
    type: 'resident-id' as const,
    number,
    validity,
  });
  const of = (document: ReturnType<typeof resident>, subject: Partial<CaseFile['subject']> = {}) =>
    says('invalid-id-number', file({ subject: { idDocuments: [document], ...subject } }));

  it('believes the validity given', () => {
    expect(of(resident('370799196001010018', 'bad-format'))).toBe('medium');
    expect(of(resident('370799196001010018', 'bad-date'))).toBe('medium');
    expect(of(resident('370799196001010019', 'valid'))).toBe('clear');
  });

  it('checks now what was not checked', () => {
    expect(of(resident('370799196001010018', 'not-checked'))).toBe('clear');
    expect(of(resident('37079919600101001', 'not-checked'))).toBe('medium');
    expect(of(resident('370799196002300014', 'not-checked'))).toBe('medium');
  });

  it('compares birth and sex of an upgraded number', () => {
    expect(of(resident('370799196001010018', 'upgraded-15'), { birthDate: '1960-01-02' })).toBe('medium');
    expect(of(resident('370799196001010018', 'upgraded-15'), { sex: 'female' })).toBe('medium');
  });

  it('takes a coarse birth date as a whole', () => {
    const number = resident('370799196001010018', 'valid');
    expect(of(number, { birthDate: '1960' })).toBe('clear');
    expect(of(number, { birthDate: '1960-02' })).toBe('medium');
    expect(of(number, { birthDate: '1959' })).toBe('medium');
  });

  it('finds each faulty document once, and shows no number', () => {
    const faulty = [resident('370799196001010019', 'bad-checksum'), resident('370799195806150022', 'bad-checksum')];
    const { findings } = check(file({ subject: { idDocuments: faulty, sex: 'unknown', birthDate: '1960' } }), {
      rules: ['invalid-id-number'],
    });
    expect(findings).toHaveLength(2);
    expect(JSON.stringify(findings)).not.toMatch(/(?<![0-9a-f])\d{17}[\dX](?![0-9a-f])/);
  });
});

describe('the rules about deaths', () => {
  it.each([
    ['submitted', 'medium'],
    ['supplement-requested', 'medium'],
    ['accepted', 'medium'],
    ['scheduled', 'medium'],
    ['examined', 'medium'],
    ['concluded', 'not-applicable'],
    ['delivered', 'not-applicable'],
    ['discontinued-death', 'not-applicable'],
    ['rejected', 'not-applicable'],
  ] as const)('case-open-after-death: a case in state %s', (state, expected) => {
    expect(says('case-open-after-death', file({ cases: [appraisalCase({ state })], evidence: [certificate] }))).toBe(expected);
  });

  it('exam-after-death: levels', () => {
    const examined = (...evidence: Evidence[]) =>
      says('exam-after-death', file({ cases: [appraisalCase({ exams: [exam('2025-05-01')] })], evidence }));
    expect(examined(certificate)).toBe('high');
    expect(examined(certificate, death({ basis: 'cremation', diedOn: '2025-03-11' }))).toBe('critical');
    expect(examined(certificate, death({ basis: 'cremation', diedOn: '2025-03-12' }))).toBe('high');
  });

  it('exam-after-death: between the possible days of death', () => {
    const examined = (on: string) =>
      says(
        'exam-after-death',
        file({ cases: [appraisalCase({ exams: [exam(on)] })], evidence: [death({ basis: 'cremation', eventOn: '2025-03-20' })] }),
      );
    expect(examined('2025-03-05')).toBe('clear');
    expect(examined('2025-03-06')).toBe('? date-too-coarse');
    expect(examined('2025-03-20')).toBe('? date-too-coarse');
    expect(examined('2025-03-21')).toBe('high');
  });

  it('exam-after-death: the day in question is the last exam without a face match', () => {
    const examined = (completeThrough: string) =>
      says(
        'exam-after-death',
        file({
          cases: [
            appraisalCase({
              exams: [exam('2025-03-20'), exam('2025-03-10'), exam('2025-05-01', { identityCheck: 'face-match' })],
            }),
          ],
          feeds: feeds({ 'civil-affairs/cremations': { completeThrough } }),
        }),
      );
    expect(examined('2025-03-20')).toBe('clear');
    expect(examined('2025-03-19')).toBe('? feed-gap');
  });

  it.each([
    ['an exam on the first day', { cases: [appraisalCase({ exams: [exam('2025-03-10')] })] }, 'high'],
    ['an exam the day before the first', { cases: [appraisalCase({ exams: [exam('2025-03-09')] })] }, 'medium'],
    ['an exam of a month that holds them all', { cases: [appraisalCase({ exams: [exam('2025-03')] })] }, 'medium'],
    [
      'a revoked conclusion on the last day',
      {
        cases: [
          appraisalCase({
            conclusions: [{ no: '1', on: '2025-04-02', level: 'city', standard: '', clauses: [], status: 'revoked' }],
          }),
        ],
      },
      'high',
    ],
    ['a payment whose month ends in between', { benefits: [benefit(['2025-03'])] }, 'high'],
    ['a payment whose month ends after', { benefits: [benefit(['2025-04'])] }, 'medium'],
    [
      'a reversed payment whose month ends in between',
      { benefits: [benefit([], { payments: [{ period: '2025-03', amount: '1.00', reversed: true }] })] },
      'medium',
    ],
    [
      'a leave period that ends on the last day',
      { cases: [appraisalCase({ leavePeriod: { from: '2024-04-02', until: '2025-04-02' } })] },
      'high',
    ],
    [
      'a leave period that ends a day later',
      { cases: [appraisalCase({ leavePeriod: { from: '2024-04-02', until: '2025-04-03' } })] },
      'medium',
    ],
  ])('death-dates-conflict: %s', (_, parts, expected) => {
    const evidence = [certificate, death({ basis: 'cremation', diedOn: '2025-04-02' })];
    expect(says('death-dates-conflict', file({ ...parts, evidence }))).toBe(expected);
  });

  it('death-single-source: of several events the earliest counts', () => {
    const second = death({ diedOn: '2025-05-28', eventOn: '2025-06-20', source: { recordId: 'C2' } });
    expect(says('death-single-source', of(death({ diedOn: '2025-05-28', eventOn: '2025-05-30' }), second))).toBe('low');
    expect(says('death-single-source', of(death({ diedOn: '2025-05-28', eventOn: '2025-05-31' }), second))).toBe('clear');
  });

  it('death-single-source: a month as event day', () => {
    const issued = (eventOn: string) => says('death-single-source', of(death({ diedOn: '2025-04-01', eventOn })));
    expect([issued('2025-04'), issued('2025-05'), issued('2025-06')]).toEqual(['low', '? date-too-coarse', 'clear']);
  });

  it('death-single-source: needs the feeds of the silent agencies to fire, and all three to be clear', () => {
    const down = feeds({ 'public-security/population': { state: 'down' } });
    expect(
      says('death-single-source', file({ evidence: [death({ diedOn: '2025-03-01', eventOn: '2025-03-02' })], feeds: down })),
    ).toBe('? feed-down');
    const stale = feeds({ 'health/death-certificates': { state: 'stale' } });
    expect(
      says('death-single-source', file({ evidence: [death({ diedOn: '2025-06-01', eventOn: '2025-06-02' })], feeds: stale })),
    ).toBe('? feed-stale');
  });

  it('impossible-death-sequence: issue, cremation and registration before the death', () => {
    const day = (basis: 'medical-certificate' | 'household-cancellation' | 'court' | 'benefit-claim' | 'hospital-discharge') =>
      says('impossible-death-sequence', of(death({ basis, diedOn: '2025-03-02', eventOn: '2025-03-01' })));
    expect([
      day('medical-certificate'),
      day('household-cancellation'),
      day('court'),
      day('benefit-claim'),
      day('hospital-discharge'),
    ]).toEqual(['high', 'high', 'clear', 'clear', 'clear']);
    const cancelled = (reason: 'death' | 'court-declared') =>
      says(
        'impossible-death-sequence',
        of(population({ registration: 'cancelled', cancellation: { reason, diedOn: '2025-03-02', registeredOn: '2025-03-01' } })),
      );
    expect([cancelled('death'), cancelled('court-declared')]).toEqual(['high', 'clear']);
  });

  it('impossible-death-sequence: born and died on one day is possible', () => {
    expect(says('impossible-death-sequence', file({ subject: { birthDate: '2025-03-10' }, evidence: [certificate] }))).toBe(
      'clear',
    );
    expect(says('impossible-death-sequence', file({ subject: { birthDate: '2025-03-11' }, evidence: [certificate] }))).toBe(
      'high',
    );
    expect(says('impossible-death-sequence', file({ subject: { birthDate: '2025' }, evidence: [certificate] }))).toBe(
      '? date-too-coarse',
    );
  });

  it('impossible-death-sequence: a year of death that is not over yet', () => {
    expect(says('impossible-death-sequence', of(death({ diedOn: '2025' })))).toBe('? date-too-coarse');
    expect(says('impossible-death-sequence', of(death({ diedOn: '2026' })))).toBe('high');
  });

  it('impossible-death-sequence: the accident on the day of death, and without a degree of injury', () => {
    const injured = (on: string, parts = {}) =>
      says(
        'impossible-death-sequence',
        file({ cases: [appraisalCase({ recognition: accident(on, parts) })], evidence: [certificate] }),
      );
    expect(injured('2025-03-10')).toBe('clear');
    expect(injured('2025-03-11')).toBe('high');
    expect(injured('2025-03-09', { injuryDegree: { code: '9', system: 'x', known: false } })).toBe('clear');
  });

  it('impossible-death-sequence: looks at uncertain records only where there are no certain ones, and at disputed deaths', () => {
    const tomorrow = death({ basis: 'cremation', diedOn: '2025-07-01', link: weakLink });
    expect(says('impossible-death-sequence', of(tomorrow))).toBe('low');
    expect(says('impossible-death-sequence', of(tomorrow, certificate))).toBe('clear');
    const disputed = of(death({ diedOn: '2025-03-10', eventOn: '2025-03-09' }), marriage('2025-05-01'));
    expect(check(disputed).deathFact.level).toBe('disputed');
    expect(says('impossible-death-sequence', disputed)).toBe('high');
  });

  it('impossible-death-sequence: names the fields of the record they stand in', () => {
    const fields = (record: Evidence) =>
      check(of(record), { rules: ['impossible-death-sequence'] }).findings[0]?.claims.map((claim) => claim.field);
    const cancellation = { reason: 'death' as const, diedOn: '2025-03-02', registeredOn: '2025-03-01' };
    expect(fields(population({ registration: 'cancelled', cancellation }))).toEqual([
      'cancellation/diedOn',
      'cancellation/registeredOn',
    ]);
    expect(fields(death({ diedOn: '2025-03-02', eventOn: '2025-03-01' }))).toEqual(['diedOn', 'eventOn']);
  });

  it('impossible-death-sequence: a year of birth makes the age uncertain by a year', () => {
    const born = (birthDate: string) =>
      says('impossible-death-sequence', file({ subject: { birthDate }, evidence: [death({ diedOn: '2024-05-01' })] }));
    expect([born('1902'), born('1903'), born('1904')]).toEqual(['high', '? date-too-coarse', 'clear']);
  });

  it('impossible-death-sequence: a month of death that holds the 121st birthday is not certain', () => {
    const born = (birthDate: string) =>
      says('impossible-death-sequence', file({ subject: { birthDate }, evidence: [death({ diedOn: '2024-05' })] }));
    expect([born('1903-05-01'), born('1903-05-02'), born('1903-05-31'), born('1903-06-01')]).toEqual([
      'high',
      '? date-too-coarse',
      '? date-too-coarse',
      'clear',
    ]);
  });

  it('death-single-source: of two events the earlier, where the later is a month', () => {
    const second = death({ diedOn: '2025-05-28', eventOn: '2025-06', source: { recordId: 'C2' } });
    expect(says('death-single-source', of(death({ diedOn: '2025-05-28', eventOn: '2025-05-30' }), second))).toBe('low');
    const month = death({ diedOn: '2025-05-28', eventOn: '2025-05', source: { recordId: 'C2' } });
    expect(says('death-single-source', of(death({ diedOn: '2025-05-28', eventOn: '2025-05-31' }), month))).toBe(
      '? date-too-coarse',
    );
  });

  it('a code that is not known is not read, even where it is the word itself', () => {
    const unread = ended('died', false);
    expect(says('stay-spans-death', of(certificate, stay('2025-03-01', '2025-03-20', unread)))).toBe('? unknown-code');
    expect(says('hospital-death-unconfirmed', of(stay('2025-03-01', '2025-03-20', unread)))).toBe('? unknown-code');
    const transferred = stay('2025-03-01', '2025-03-10', ended('transfer', false));
    expect(says('stays-overlap', of(transferred, stay('2025-03-10', '2025-03-20', other)))).toBe('? unknown-code');
    const degree = { injuryDegree: { code: 'died', system: 'ALC021', known: false } };
    const injured = [appraisalCase({ recognition: accident('2025-03-11', degree) })];
    expect(says('impossible-death-sequence', file({ cases: injured, evidence: [certificate] }))).toBe('? unknown-code');
  });

  it('of several doubts the first in the order of the reasons is named, whatever the order of the records', () => {
    const coarse = stay('2025-03', '2025-03-20');
    const unread = stay('2025-03-02', '2025-03-25', { ...other, ...ended('7', false) });
    expect(says('stay-spans-death', of(certificate, coarse, unread))).toBe('? unknown-code');
    expect(
      says(
        'stay-spans-death',
        of(certificate, stay('2025-03-02', '2025-03-25', ended('7', false)), stay('2025-03', '2025-03-20', other)),
      ),
    ).toBe('? unknown-code');
  });

  it('an uncertain death caps what rests on it, and nothing else', () => {
    const weakDeath = { ...certificate, link: weakLink };
    const overlapping = [stay('2025-03-01', '2025-03-10'), stay('2025-03-05', '2025-03-20', other)];
    expect(says('stays-overlap', of(weakDeath, ...overlapping))).toBe('high');
    expect(says('name-differs', of(weakDeath, population({ person: { name: '测试乙' } })))).toBe('high');
    expect(says('hospital-death-unconfirmed', of(stay('2025-03-01', '2025-03-10', { ...ended('died'), link: weakLink })))).toBe(
      'low',
    );
  });

  it('alive-after-death: a coarse sign may lie on either side', () => {
    expect(says('alive-after-death', of(certificate, marriage('2025-03')))).toBe('? date-too-coarse');
    expect(says('alive-after-death', of(certificate, marriage('2025-02')))).toBe('clear');
  });

  it('alive-after-death: is low where the death itself rests on uncertain links', () => {
    expect(says('alive-after-death', of({ ...certificate, link: weakLink }, marriage('2025-05-01')))).toBe('low');
  });

  it('death-retracted: by chain, through void records, and by the day of the event where there is no other', () => {
    const gone = death({ certificateNo: 'N1', diedOn: '2025-03-10', status: 'void' });
    const middle = death({
      certificateNo: 'N2',
      replaces: 'N1',
      diedOn: '2025-03-20',
      status: 'void',
      source: { recordId: 'C2' },
    });
    const last = (diedOn: string) => death({ certificateNo: 'N3', replaces: 'N2', diedOn, source: { recordId: 'C3' } });
    expect(count('death-retracted', of(gone, middle, last('2025-03-10')))).toBe(1);
    expect(count('death-retracted', of(gone, middle, last('2025-03-20')))).toBe(1);
    expect(count('death-retracted', of(gone, last('2025-03-10')))).toBe(1);
    const burnt = (parts: Parameters<typeof death>[0]) => death({ basis: 'cremation', eventOn: '2025-03-12', ...parts });
    expect(says('death-retracted', of(burnt({ status: 'void' }), burnt({ source: { recordId: 'F2' } })))).toBe('clear');
    expect(
      says('death-retracted', of(burnt({ status: 'void' }), burnt({ source: { recordId: 'F2' }, eventOn: '2025-03-13' }))),
    ).toBe('low');
    expect(
      says(
        'death-retracted',
        of(burnt({ status: 'void' }), death({ basis: 'cremation', eventOn: '2025-03-12', source: { agency: 'city' } })),
      ),
    ).toBe('low');
  });

  it('death-retracted: records without any day replace each other, a day is not replaced by none', () => {
    const gone = (parts: Parameters<typeof death>[0] = {}) => death({ certificateNo: 'N1', status: 'void', ...parts });
    const newer = (parts: Parameters<typeof death>[0] = {}) =>
      death({ certificateNo: 'N2', replaces: 'N1', source: { recordId: 'C2' }, ...parts });
    expect(says('death-retracted', of(gone(), newer()))).toBe('clear');
    expect(says('death-retracted', of(gone({ diedOn: '2025-03-10' }), newer()))).toBe('low');
    expect(says('death-retracted', of(gone(), newer({ diedOn: '2025-03-10' })))).toBe('low');
    expect(says('death-retracted', of(gone({ diedOn: '2025-03' }), newer({ diedOn: '2025-03' })))).toBe('clear');
    expect(says('death-retracted', of(gone({ diedOn: '2025-03-10T08:00:00+08:00' }), newer({ diedOn: '2025-03-10' })))).toBe(
      'clear',
    );
  });

  it('death-retracted: without numbers, a month that holds the retracted day is in doubt, another month is not', () => {
    const gone = death({ diedOn: '2025-03-10', status: 'void' });
    const newer = (parts: Parameters<typeof death>[0]) => death({ source: { recordId: 'C2' }, ...parts });
    expect(says('death-retracted', of(gone, newer({ diedOn: '2025-03' })))).toBe('? date-too-coarse');
    expect(says('death-retracted', of(gone, newer({ diedOn: '2025-04' })))).toBe('low');
    expect(says('death-retracted', of(gone, newer({ diedOn: '2025-03', certificateNo: 'N2' })))).toBe('low');
    expect(says('death-retracted', of(gone, newer({ diedOn: '2025-03', source: { recordId: 'C2', agency: 'city' } })))).toBe(
      'low',
    );
  });

  it('death-retracted: says which day was retracted', () => {
    const [finding] = check(of(death({ basis: 'cremation', eventOn: '2025-03-12', status: 'void' }))).findings;
    expect(finding?.explanation.zh).toBe(
      '民政已撤销火化记录（2025-03-12），没有死亡日期相同的记录替代；本市尚未据此停发待遇或终止案件',
    );
    expect(finding?.claims.map((claim) => [claim.agency, claim.field, claim.value])).toEqual([
      ['civil-affairs', 'status', 'void'],
      ['city', 'status', 'on-file'],
    ]);
  });

  it('death-retracted: an ended benefit is a stopped one, an active one is not', () => {
    const retracted = death({ diedOn: '2025-03-01', status: 'void' });
    const found = (status: 'ended' | 'active') =>
      says('death-retracted', file({ benefits: [benefit([], { status })], evidence: [retracted] }));

    expect(found('ended')).toBe('high');
    expect(found('active')).toBe('low');
  });

  it('death-retracted: a number on one side only is no numberless pair', () => {
    const gone = death({ diedOn: '2025-03-10', status: 'void' });
    const numbered = death({ diedOn: '2025-03-10', certificateNo: 'N2', source: { recordId: 'C2' } });
    expect(says('death-retracted', of(gone, numbered))).toBe('low');
  });

  it('death-retracted: a stay or a registration gone void is no retracted record of a death', () => {
    expect(says('death-retracted', of(stay('2025-03-01', '2025-03-10', { ...ended('died'), status: 'void' })))).toBe('clear');
    expect(says('death-retracted', of(population({ deathFlag: true, status: 'void' })))).toBe('clear');
  });

  it('death-date-decides-benefit: one of several possible days is enough', () => {
    const leave = (until: string) =>
      says(
        'death-date-decides-benefit',
        file({
          cases: [appraisalCase({ leavePeriod: { from: '2024-03-01', until } })],
          evidence: [death({ basis: 'cremation', eventOn: '2025-03-20' })],
        }),
      );
    expect([leave('2025-02-25'), leave('2025-02-26'), leave('2025-03-27'), leave('2025-03-28')]).toEqual([
      'clear',
      'high',
      'high',
      'clear',
    ]);
    expect([leave('2025-02'), leave('2025-01')]).toEqual(['high', 'clear']);
  });

  it('death-date-decides-benefit: two turning points of one case are two findings', () => {
    const both = appraisalCase({ recognition: accident('2025-03-08'), leavePeriod: { from: '2025-03-08', until: '2025-03-12' } });
    expect(count('death-date-decides-benefit', file({ cases: [both], evidence: [certificate] }))).toBe(2);
  });
});

describe('the rules about stays', () => {
  it('admitted-after-death: between the possible days of death', () => {
    const admitted = (on: string) =>
      says('admitted-after-death', of(death({ basis: 'cremation', eventOn: '2025-03-20' }), stay(on, '2025-04-20')));
    expect([admitted('2025-03-06'), admitted('2025-03-07'), admitted('2025-03-21'), admitted('2025-03-22')]).toEqual([
      'clear',
      '? date-too-coarse',
      '? date-too-coarse',
      'high',
    ]);
  });

  it('admitted-after-death: two stays are two findings; what the insurance tells counts', () => {
    const insurance = { source: { agency: 'medical-insurance' } };
    expect(
      count(
        'admitted-after-death',
        of(certificate, stay('2025-04-01', '2025-04-03', insurance), stay('2025-05-01', '2025-05-03')),
      ),
    ).toBe(2);
  });

  it('admitted-after-death: the last admission is in question for the stays as well', () => {
    const known = (completeThrough: string) =>
      says(
        'admitted-after-death',
        file({ evidence: [stay('2025-04-01', '2025-04-03')], feeds: feeds({ 'health/stays': { completeThrough } }) }),
      );
    expect([known('2025-04-01'), known('2025-03-31')]).toEqual(['clear', '? feed-gap']);
  });

  it('stay-spans-death: judged for each possible day of death', () => {
    // The death lies between 5 and 20 March.
    const spans = (from: string, to: string) =>
      says('stay-spans-death', of(death({ basis: 'cremation', eventOn: '2025-03-20' }), stay(from, to)));
    expect(spans('2025-03-05', '2025-03-22')).toBe('medium');
    expect(spans('2025-03-06', '2025-03-22')).toBe('? date-too-coarse');
    expect(spans('2025-03-05', '2025-03-21')).toBe('? date-too-coarse');
    expect(spans('2025-03-01', '2025-03-07')).toBe('? date-too-coarse');
    expect(spans('2025-03-01', '2025-03-06')).toBe('clear');
    expect(spans('2025-03-20', '2025-03-22')).toBe('? date-too-coarse');
    expect(spans('2025-03-20', '2025-03-21')).toBe('clear');
    expect(spans('2025-03-21', '2025-03-28')).toBe('clear');
  });

  it('stay-spans-death: an open stay told closed by another agency is closed', () => {
    const { outcome: _, ...open } = stay('2025-03-01');
    const twin = (to: string) =>
      stay('2025-03-01', to, { source: { agency: 'medical-insurance', recordId: 'Y1' }, hospital: { name: '演示医院' } });
    expect(says('stay-spans-death', of(certificate, open, twin('2025-03-11')))).toBe('clear');
    expect(says('stay-spans-death', of(certificate, open, twin('2025-03-12')))).toBe('medium');
    expect(count('stay-spans-death', of(certificate, open, twin('2025-03-12')))).toBe(1);
  });

  it('stay-spans-death: a month of discharge may lie after the death', () => {
    const spans = (to: string) => says('stay-spans-death', of(certificate, stay('2025-03-01', to)));
    expect([spans('2025-03'), spans('2025-04'), spans('2025-03-11')]).toEqual(['? date-too-coarse', 'medium', 'clear']);
  });

  it('a coarse day in question is asked for to its last day', () => {
    const known = (rule: string, caseFile: CaseFile, need: string) =>
      ['2025-03-30', '2025-03-31'].map((completeThrough) =>
        says(rule, { ...caseFile, feeds: feeds({ [need]: { completeThrough } }) }),
      );
    const asked = ['? feed-gap', 'clear'];
    expect(known('stay-spans-death', of(stay('2025-03-01', '2025-03')), 'health/stays')).toEqual(asked);
    expect(known('admitted-after-death', of(stay('2025-03', '2025-03-31')), 'health/stays')).toEqual(asked);
    expect(
      known('exam-after-death', file({ cases: [appraisalCase({ exams: [exam('2025-03')] })] }), 'health/death-certificates'),
    ).toEqual(asked);
    expect(known('exam-during-stay', file({ cases: [appraisalCase({ exams: [exam('2025-03')] })] }), 'health/stays')).toEqual(
      asked,
    );
    const paid = settlement('work-injury', 'W1', { from: '2025-03-01', to: '2025-03' });
    expect(known('paid-twice', of(paid), 'medical-insurance/settlements')).toEqual(asked);
    const documents = [medicalRecord('2025-03-01', '2025-03')];
    const matched = file({ cases: [appraisalCase({ documents })], evidence: [stay('2025-03-01')] });
    expect(known('record-without-stay', matched, 'health/stays')).toEqual(asked);
  });

  it('stay-spans-death: the last discharge is in question', () => {
    const known = (completeThrough: string) =>
      says(
        'stay-spans-death',
        file({ evidence: [stay('2025-04-01', '2025-04-03')], feeds: feeds({ 'health/stays': { completeThrough } }) }),
      );
    expect([known('2025-04-03'), known('2025-04-02')]).toEqual(['clear', '? feed-gap']);
  });

  it('hospital-death-unconfirmed: an unknown code that a day of death explains is no doubt', () => {
    expect(
      says('hospital-death-unconfirmed', of(stay('2025-05-01', '2025-05-20', { ...ended('7', false), diedOn: '2025-05-20' }))),
    ).toBe('clear');
    expect(says('hospital-death-unconfirmed', of(stay('2025-05-01', '2025-05-10', { ...ended('7', false) }), certificate))).toBe(
      'clear',
    );
  });

  it('hospital-death-unconfirmed: a death without any date, and a month', () => {
    const { dischargedOn: _, ...open } = stay('2025-05-01', undefined, ended('died'));
    expect(says('hospital-death-unconfirmed', of(open))).toBe('? death-undated');
    expect(says('hospital-death-unconfirmed', of(stay('2025-05-01', '2025-05', ended('died'))))).toBe('? date-too-coarse');
  });

  it('stays-overlap: an open stay runs to the day of the check, whichever of the two is open', () => {
    const [open, today] = [stay('2025-06-01', undefined), stay('2025-06-30', undefined, other)];
    const begun = stay('2025-06-30', undefined, { source: { recordId: 'A' } });
    const ending = stay('2025-06-01', '2025-06-30', { ...other, source: { recordId: 'B' } });

    expect(says('stays-overlap', of(open, today))).toBe('low');
    expect(says('stays-overlap', of(begun, ending))).toBe('low');
    expect(says('stays-overlap', of(stay('2025-06-30', undefined, { source: { recordId: 'C' } }), ending))).toBe('low');
    expect(says('stays-overlap', of(stay('2025-06-29', undefined, { source: { recordId: 'C' } }), ending))).toBe('high');
  });

  it('stays-overlap: a month may or may not overlap', () => {
    expect(says('stays-overlap', of(stay('2025-03-01', '2025-03-10'), stay('2025-03', '2025-03-31', other)))).toBe(
      '? date-too-coarse',
    );
    expect(says('stays-overlap', of(stay('2025-03-01', '2025-03-10'), stay('2025-04', '2025-05-31', other)))).toBe('clear');
    expect(says('stays-overlap', of(stay('2025-02-01', '2025-04-10'), stay('2025-03', '2025-04-30', other)))).toBe('high');
  });

  it('stays-overlap: what is certain of months', () => {
    // Shares the 31st for certain, perhaps much more.
    expect(says('stays-overlap', of(stay('2025-02-01', '2025-03-31'), stay('2025-03', '2025-04-20', other)))).toBe('low');
    expect(
      says('stays-overlap', of(stay('2025-02-01', '2025-03-31', ended('transfer')), stay('2025-03', '2025-04-20', other))),
    ).toBe('? date-too-coarse');
    expect(
      says('stays-overlap', of(stay('2025-02-01', '2025-03-31', ended('transfer')), stay('2025-03-31', '2025-04', other))),
    ).toBe('clear');
    expect(
      says('stays-overlap', of(stay('2025-02-01', '2025-03', ended('transfer')), stay('2025-03-31', '2025-04-20', other))),
    ).toBe('clear');
    expect(says('stays-overlap', of(stay('2025-02-01', '2025-03'), stay('2025-03-31', '2025-04-20', other)))).toBe(
      '? date-too-coarse',
    );
    expect(says('stays-overlap', of(stay('2025-03', '2025-03-31'), stay('2025-02-01', '2025-03-31', other)))).toBe('low');
  });

  it('stays-overlap: some days of a month lie within the other stay, whichever they were', () => {
    const within = of(stay('2025-03', '2025-03'), stay('2025-02-20', '2025-04-10', other));
    expect(says('stays-overlap', within)).toBe('low');
    expect(check(within, { rules: ['stays-overlap'] }).findings[0]?.explanation).toEqual({
      zh: '两次住院重叠至少 1 天：2025-02-20 至 2025-04-10（演示二院，卫生健康）；2025-03 至 2025-03（演示医院，卫生健康）',
      en: 'Two stays share at least 1 day: 2025-02-20 to 2025-04-10 (演示二院, health); 2025-03 to 2025-03 (演示医院, health)',
    });
    expect(says('stays-overlap', of(stay('2025-03', '2025-03'), stay('2025-02-20', '2025-03-30', other)))).toBe(
      '? date-too-coarse',
    );
  });

  it('stays-overlap: three stays that overlap each other are three findings', () => {
    const third = { hospital: { code: 'H370799003', name: '演示三院' } };
    const three = [
      stay('2025-03-01', '2025-03-10'),
      stay('2025-03-03', '2025-03-12', other),
      stay('2025-03-05', '2025-03-14', third),
    ];
    expect(count('stays-overlap', of(...three))).toBe(3);
  });

  it('stays-overlap: of two tellings the certain one stands, then the longer', () => {
    const told = (recordId: string, to: string, parts = {}) =>
      stay('2025-03-01', to, { source: { agency: 'medical-insurance', recordId }, hospital: { name: '演示医院' }, ...parts });
    const second = stay('2025-03-10', '2025-03-20', other);
    const weakly = of(told('Y1', '2025-03-11', { link: weakLink }), told('Y2', '2025-03-10'), second);
    expect([says('stays-overlap', weakly), count('stays-overlap', weakly)]).toEqual(['low', 1]);
    expect(check(weakly, { rules: ['stays-overlap'] }).findings[0]?.action).toBe('refer');
    const longer = of(told('Y1', '2025-03-10'), told('Y2', '2025-03-11'), second);
    expect([says('stays-overlap', longer), count('stays-overlap', longer)]).toEqual(['high', 1]);
  });

  it('stay-spans-death: a stay whose admission cannot be read spans nothing', () => {
    expect(says('stay-spans-death', of(certificate, stay('2025-02-30', '2025-03-20')))).toBe('clear');
  });

  it('admitted-after-death: of several admissions the last possible day is in question', () => {
    const known = (completeThrough: string) =>
      says(
        'admitted-after-death',
        file({
          evidence: [stay('2025-03', '2025-04-20'), stay('2025-03-10', '2025-03-12', other)],
          feeds: feeds({ 'health/stays': { completeThrough } }),
        }),
      );
    expect([known('2025-03-31'), known('2025-03-30')]).toEqual(['clear', '? feed-gap']);
  });

  it('stays-overlap: a transfer whose day is a month may or may not be a handover', () => {
    const month = (code: string, known = true) =>
      says('stays-overlap', of(stay('2025-02-01', '2025-03-31', ended(code, known)), stay('2025-03', '2025-04-20', other)));
    expect([month('transfer'), month('home'), month('7', false)]).toEqual(['? date-too-coarse', 'low', '? date-too-coarse']);
  });

  it('stays-overlap: a stay whose dates cannot be read overlaps nothing', () => {
    expect(says('stays-overlap', of(stay('2025-02-30', '2025-03-31'), stay('2025-03-01', '2025-04-20', other)))).toBe('clear');
  });

  it('stays-overlap: tellings of one stay that may be a month apart are in doubt', () => {
    const twin = stay('2025-03-01', '2025-03', {
      source: { agency: 'medical-insurance', recordId: 'Y1' },
      hospital: { name: '演示医院' },
    });
    expect(says('stays-overlap', of(stay('2025-03-01', '2025-03-10'), twin))).toBe('? date-too-coarse');
  });

  it.each<[string, Parameters<typeof stay>[2], Parameters<typeof stay>[2], string]>([
    ['the first sends to the second by name', { transferTo: '演示二院' }, {}, 'clear'],
    ['the first sends to the second by code', { transferTo: 'H370799002' }, {}, 'clear'],
    ['the first sends to another by code', { transferTo: 'H370799003' }, {}, 'low'],
    ['the second comes from the first by recordId', {}, { transferFrom: 'S-2025-03-01' }, 'clear'],
    ['the second comes from the first by record number', { recordNo: 'Z7' }, { transferFrom: 'Z7' }, 'clear'],
    [
      'the first sends by name, the second has a code only',
      { transferTo: '演示二院' },
      { hospital: { code: 'H370799002' } },
      '? hospital-uncertain',
    ],
    ['an unknown outcome, but the transfer is named', { ...ended('7', false), transferTo: '演示二院' }, {}, 'clear'],
    ['went home', ended('home'), {}, 'low'],
    ['the transfer outcome is that of the second', {}, ended('transfer'), 'low'],
  ])('stays-overlap: handed over on one day, %s', (_, first, second, expected) => {
    expect(
      says(
        'stays-overlap',
        of(stay('2025-03-01', '2025-03-10', first), stay('2025-03-10', '2025-03-20', { ...other, ...second })),
      ),
    ).toBe(expected);
  });

  it('stays-overlap: a shared day inside the other stay is no handover', () => {
    expect(
      says(
        'stays-overlap',
        of(
          stay('2025-03-01', '2025-03-10', ended('transfer')),
          stay('2025-03-05', '2025-03-05', { ...other, ...ended('transfer') }),
        ),
      ),
    ).toBe('low');
  });

  it('stays-overlap: two stays told by two agencies each overlap once', () => {
    const twin = (from: string, to: string, hospital: { name: string }, recordId: string) =>
      stay(from, to, { source: { agency: 'medical-insurance', recordId }, hospital });
    const caseFile = of(
      stay('2025-03-01', '2025-03-10'),
      twin('2025-03-01', '2025-03-10', { name: '演示医院' }, 'Y1'),
      stay('2025-03-05', '2025-03-20', other),
      twin('2025-03-05', '2025-03-20', { name: '演示二院' }, 'Y2'),
    );
    expect([says('stays-overlap', caseFile), count('stays-overlap', caseFile)]).toEqual(['high', 1]);
  });

  it('stays-overlap: an open stay that another agency closed does not run on', () => {
    const closed = stay('2025-03-01', '2025-03-10', {
      source: { agency: 'medical-insurance', recordId: 'Y1' },
      hospital: { name: '演示医院' },
    });
    expect(says('stays-overlap', of(stay('2025-03-01'), closed, stay('2025-05-01', '2025-05-10', other)))).toBe('clear');
    expect(says('stays-overlap', of(stay('2025-03-01'), stay('2025-05-01', '2025-05-10', other)))).toBe('high');
  });

  it('stays-overlap: an open stay ends on the day of the check', () => {
    expect(says('stays-overlap', of(stay('2025-06-30', '2025-07-04'), stay('2025-06-01', undefined, other)))).toBe('low');
    expect(says('stays-overlap', of(stay('2025-07-01', '2025-07-04'), stay('2025-06-01', undefined, other)))).toBe('clear');
  });

  it('record-without-stay: the boundary day on both sides of both dates', () => {
    const record = [appraisalCase({ documents: [medicalRecord('2025-03-05', '2025-03-10')] })];
    const matched = (from: string, to?: string) =>
      says('record-without-stay', file({ cases: record, evidence: [stay(from, to)] }));
    expect([matched('2025-03-04', '2025-03-11'), matched('2025-03-06', '2025-03-09')]).toEqual(['clear', 'clear']);
    expect([matched('2025-03-03', '2025-03-10'), matched('2025-03-07', '2025-03-10')]).toEqual(['high', 'high']);
    expect([matched('2025-03-05', '2025-03-08'), matched('2025-03-05', '2025-03-12')]).toEqual(['high', 'high']);
    expect([matched('2025-03-06'), matched('2025-03-07')]).toEqual(['clear', 'high']);
    expect([matched('2025-03', '2025-03-10'), matched('2025-02', '2025-03-10')]).toEqual(['? date-too-coarse', 'high']);
  });

  it('record-without-stay: what the feed cannot know is unknown even where a stay matches', () => {
    const record = [appraisalCase({ documents: [medicalRecord('2025-03-05', '2025-03-10')] })];
    expect(
      says(
        'record-without-stay',
        file({
          cases: record,
          evidence: [stay('2025-03-05', '2025-03-10')],
          feeds: feeds({ 'health/stays': { state: 'stale' } }),
        }),
      ),
    ).toBe('? feed-stale');
  });

  it('record-without-stay: a hospital code is one of health', () => {
    const { hospital: _, ...coded } = medicalRecord('2025-03-05', '2025-03-10', { hospitalCode: 'H370799001' });
    const record = [appraisalCase({ documents: [coded] })];
    const told = (agency: string, hospital: { code?: string; name?: string }) =>
      says(
        'record-without-stay',
        file({ cases: record, evidence: [stay('2025-03-05', '2025-03-10', { source: { agency }, hospital })] }),
      );
    expect(told('health', { code: 'H370799001' })).toBe('clear');
    expect(told('health', { code: 'H370799002' })).toBe('high');
    expect(told('medical-insurance', { code: 'H370799001' })).toBe('? hospital-uncertain');
  });

  it('record-without-stay: a document without hospital or without a date is none', () => {
    const { hospital: _, ...nowhere } = medicalRecord('2025-03-05', '2025-03-10');
    const { dischargedOn: __, ...open } = medicalRecord('2025-03-05', '2025-03-10');
    const { admittedOn: ___, ...endOnly } = medicalRecord('2025-03-05', '2025-03-10');
    for (const document of [nowhere, open, endOnly, medicalRecord('2025-03-05', '2025-03-10', { kind: 'exam-report' })]) {
      expect(says('record-without-stay', file({ cases: [appraisalCase({ documents: [document] })] }))).toBe('not-applicable');
    }
  });

  it('record-without-stay: a stay that health still tells as open matches on admission, whatever the insurance says of its end', () => {
    const twin = stay('2025-03-01', '2025-03-20', {
      source: { agency: 'medical-insurance', recordId: 'Y1' },
      hospital: { name: '演示医院' },
    });
    const cases = [appraisalCase({ documents: [medicalRecord('2025-03-01', '2025-03-10')] })];

    expect(says('record-without-stay', file({ cases, evidence: [stay('2025-03-01'), twin] }))).toBe('clear');
    expect(says('record-without-stay', file({ cases, evidence: [stay('2025-03-01', '2025-03-20'), twin] }))).toBe('high');
  });

  it('record-without-stay: one missing of two is found', () => {
    const documents = [medicalRecord('2025-03-05', '2025-03-10'), medicalRecord('2025-04-05', '2025-04-10', { id: 'D2' })];
    expect(
      count('record-without-stay', file({ cases: [appraisalCase({ documents })], evidence: [stay('2025-03-05', '2025-03-10')] })),
    ).toBe(1);
    expect(count('record-without-stay', file({ cases: [appraisalCase({ documents })] }))).toBe(2);
  });

  it('exam-during-stay: what may lie inside', () => {
    const examined = (on: string, from: string, to: string) =>
      says('exam-during-stay', file({ cases: [appraisalCase({ exams: [exam(on)] })], evidence: [stay(from, to)] }));
    expect(examined('2025-03-05', '2025-03', '2025-04-10')).toBe('? date-too-coarse');
    expect(examined('2025-03-31', '2025-03', '2025-04-10')).toBe('? date-too-coarse');
    expect(examined('2025-04-01', '2025-03', '2025-04-10')).toBe('medium');
    expect(examined('2025-03-01', '2025-03', '2025-04-10')).toBe('clear');
    expect(examined('2025-03', '2025-02-01', '2025-04-10')).toBe('medium');
    expect(examined('2025-03', '2025-02-01', '2025-03-01')).toBe('clear');
    expect(examined('2025-03', '2025-02-01', '2025-03-02')).toBe('? date-too-coarse');
  });

  it('stay-before-accident: a document is held against the accident of its own case', () => {
    const first = appraisalCase({ recognition: accident('2024-06-01') });
    const second = appraisalCase({
      caseNo: 'A-2',
      recognition: accident('2025-01-10'),
      documents: [medicalRecord('2025-01-01', '2025-01-09')],
    });
    expect(says('stay-before-accident', file({ cases: [first, second] }))).toBe('medium');
    expect(
      says(
        'stay-before-accident',
        file({
          cases: [
            { ...first, documents: second.documents },
            { ...second, documents: [] },
          ],
        }),
      ),
    ).toBe('clear');
  });
});

describe('paid-twice', () => {
  const march = { from: '2025-03-01', to: '2025-03-10' };
  const injury = (parts: Parameters<typeof settlement>[2] = {}) => settlement('work-injury', 'W1', { ...march, ...parts });
  const medical = (parts: Parameters<typeof settlement>[2] = {}) => settlement('employee', 'Y1', { ...march, ...parts });

  it.each<[string, Evidence[], string]>([
    ['the first day of the one is the last of the other', [injury(), medical({ from: '2025-02-20', to: '2025-03-01' })], 'high'],
    ['ends the day before', [injury(), medical({ from: '2025-02-20', to: '2025-02-28' })], 'clear'],
    [
      'a missing end is the beginning',
      [settlement('work-injury', 'W1', { from: '2025-03-01' }), medical({ from: '2025-03-01', to: '2025-03-01' })],
      'high',
    ],
    [
      'a missing end does not run on',
      [settlement('work-injury', 'W1', { from: '2025-03-01' }), medical({ from: '2025-03-02', to: '2025-03-09' })],
      'clear',
    ],
    [
      'without a beginning only invoices are compared',
      [settlement('work-injury', 'W1', { to: '2025-03-10' }), medical()],
      'clear',
    ],
    [
      'the same invoice wherever and whenever',
      [
        injury({ invoiceNo: 'F1' }),
        medical({ invoiceNo: 'F1', from: '2025-05-01', to: '2025-05-02', hospital: { name: '演示二院' } }),
      ],
      'high',
    ],
    [
      'empty invoice numbers are no invoice',
      [injury({ invoiceNo: '' }), medical({ invoiceNo: '', from: '2025-05-01', to: '2025-05-02' })],
      'clear',
    ],
    ['two of the medical funds', [medical(), settlement('resident', 'Y2', march)], 'clear'],
    ['another fund', [injury(), settlement('other', 'Y1', march)], 'clear'],
    [
      'the work-injury payment was reversed',
      [injury(), medical(), settlement('work-injury', 'W2', { refundOf: 'W1', fundPaid: '-800.00' })],
      'clear',
    ],
    ['partly reversed', [injury(), medical(), settlement('employee', 'Y2', { refundOf: 'Y1', fundPaid: '-300.00' })], 'high'],
    ['the medical fund paid nothing', [injury(), medical({ fundPaid: '0.00' })], 'clear'],
    ['an advance by the work-injury side changes nothing', [injury({ advance: true }), medical()], 'high'],
    ['an interim settlement without its final one', [injury(), medical({ interim: true, stayRecordId: 'S1' })], 'high'],
    [
      'an interim one whose final one is of another fund',
      [injury(), medical({ interim: true, stayRecordId: 'S1' }), settlement('other', 'Y2', { stayRecordId: 'S1' })],
      'high',
    ],
    [
      'an interim one whose final one was reversed',
      [
        injury(),
        medical({ interim: true, stayRecordId: 'S1' }),
        settlement('employee', 'Y2', { stayRecordId: 'S1', fundPaid: '100.00' }),
        settlement('employee', 'Y3', { refundOf: 'Y2', fundPaid: '-100.00' }),
      ],
      'high',
    ],
    ['void', [injury(), medical({ status: 'void' })], 'clear'],
    [
      'an end of a month may reach it',
      [injury({ from: '2025-03-05' }), medical({ from: '2025-02-20', to: '2025-03' })],
      '? date-too-coarse',
    ],
    [
      'a beginning of a month may reach it',
      [injury({ to: '2025-03-05' }), medical({ from: '2025-03', to: '2025-04-01' })],
      '? date-too-coarse',
    ],
    [
      'a month within the other, whatever its days',
      [settlement('work-injury', 'W1', { from: '2025-03' }), medical({ from: '2025-02-20', to: '2025-04-10' })],
      'high',
    ],
    [
      'a beginning of a month cannot reach back',
      [injury({ to: '2025-03-05' }), medical({ from: '2025-04', to: '2025-04-20' })],
      'clear',
    ],
  ])('%s', (_, evidence, expected) => {
    expect(says('paid-twice', file({ evidence }))).toBe(expected);
  });

  it('asks the feed about the last day of service, not of the medical side', () => {
    const known = (completeThrough: string, ...evidence: Evidence[]) =>
      says('paid-twice', file({ evidence, feeds: feeds({ 'medical-insurance/settlements': { completeThrough } }) }));
    expect(known('2025-03-10', injury(), settlement('work-injury', 'W0', { from: '2025-01-01', to: '2025-01-02' }))).toBe(
      'clear',
    );
    expect(known('2025-01-02', injury(), settlement('work-injury', 'W0', { from: '2025-01-01', to: '2025-01-02' }))).toBe(
      '? feed-gap',
    );
    expect(known('2025-01-02', medical())).toBe('clear');
  });
});

describe('paid-after-death', () => {
  const paid = (months: string[], ...evidence: Evidence[]) =>
    says('paid-after-death', file({ benefits: [benefit(months)], evidence }));

  it('counts the months certainly after the death', () => {
    // The death lies between 20 March and 4 April.
    const cremation = death({ basis: 'cremation', eventOn: '2025-04-04' });
    expect(paid(['2025-03'], cremation)).toBe('clear');
    expect(paid(['2025-04'], cremation)).toBe('? date-too-coarse');
    expect(paid(['2025-04', '2025-05'], cremation)).toBe('low');
    expect(paid(['2025-05', '2025-06'], cremation)).toBe('medium');
  });

  it('is in doubt as soon as one of several months may lie after', () => {
    const either = [certificate, death({ basis: 'cremation', diedOn: '2025-04-02' })];
    expect(paid(['2025-02', '2025-04'], ...either)).toBe('? date-too-coarse');
    expect(paid(['2025-02', '2025-03'], ...either)).toBe('clear');
  });

  it('names each benefit with its months', () => {
    const benefits = [benefit(['2025-05', '2025-04']), benefit(['2025-04', '2025-02'], { id: 'B2' })];
    const [finding] = check(file({ benefits, evidence: [certificate] }), { rules: ['paid-after-death'] }).findings;
    expect(finding?.severity).toBe('medium');
    expect(finding?.explanation.en).toContain('paid for 2 months after it (2025-04, 2025-05), 9000.00 yuan in all');
    expect(finding?.claims.slice(1).map((claim) => [claim.recordId, claim.field, claim.value])).toEqual([
      ['B1', 'payments', '2025-04 2025-05'],
      ['B2', 'payments', '2025-04'],
    ]);
  });

  it('does not count payments of nothing or less', () => {
    const nothing = benefit([], {
      payments: [
        { period: '2025-04', amount: '0.00' },
        { period: '2025-05', amount: '-10.00' },
      ],
    });
    expect(says('paid-after-death', file({ benefits: [nothing], evidence: [certificate] }))).toBe('clear');
  });

  it('is not applicable where all was reversed', () => {
    const reversed = benefit([], { payments: [{ period: '2025-04', amount: '1.00', reversed: true }] });
    expect(says('paid-after-death', file({ benefits: [reversed], evidence: [certificate] }))).toBe('not-applicable');
  });

  it('asks about the month before the last period, over all benefits, reversed ones aside', () => {
    const benefits = [
      benefit(['2025-05', '2025-02']),
      benefit([], { id: 'B2', payments: [{ period: '2025-06', amount: '1.00', reversed: true }] }),
    ];
    const known = (completeThrough: string) =>
      says('paid-after-death', file({ benefits, feeds: feeds({ 'health/death-certificates': { completeThrough } }) }));
    expect([known('2025-04-30'), known('2025-04-29'), known('2025-04')]).toEqual(['clear', '? feed-gap', 'clear']);
  });
});
