import { describe, expect, it } from 'vitest';
import type { CaseFile, Conclusion, Evidence, FeedStatus } from '../../src/model/index.js';
import { plainDocumentNumber } from '../../src/reconcile/document-numbers.js';
import {
  appraisalCase,
  benefit,
  death,
  feeds,
  file,
  marriage,
  population,
  settlement,
  stay,
  weakLink,
} from '../../src/reconcile/example.js';
import { appraisal, conclusion } from '../../src/reconcile/example-cases.js';
import { check } from '../../src/reconcile/index.js';

/** What one rule says of a file: the severity of a finding, the reason of an unknown, else the outcome. */
const says = (rule: string, caseFile: CaseFile): string | undefined => {
  const [result] = check(caseFile, { rules: [rule] }).results;
  if (result?.outcome === 'finding') return result.severity;
  return result?.outcome === 'unknown' ? `? ${result.reason}` : result?.outcome;
};
const findings = (rule: string, caseFile: CaseFile) => check(caseFile, { rules: [rule] }).findings;
const of = (...evidence: Evidence[]): CaseFile => file({ evidence });

type Parts = Parameters<typeof settlement>[2];
const reversal = (of: string, parts: Parts = {}) =>
  settlement('employee', `${of}R`, { refund: true, refundOf: of, fundPaid: '-800.00', ...parts });

const certificate = death({ diedOn: '2025-03-01' });
const cremation = death({ basis: 'cremation', diedOn: '2025-03-01' });
/** Died on some day from 1 to 16 March. */
const cremationOnly = death({ basis: 'cremation', eventOn: '2025-03-16' });

describe('settled-twice', () => {
  const march = { from: '2025-03-01', to: '2025-03-10' };
  const may = { from: '2025-05-01', to: '2025-05-02' };
  const first = (parts: Parts = {}) => settlement('employee', 'Y1', { ...march, ...parts });
  const second = (parts: Parts = {}) => settlement('employee', 'Y2', { ...march, ...parts });

  it.each<[string, Evidence[], string]>([
    ['one day off either way', [first(), second({ from: '2025-02-28', to: '2025-03-11' })], 'high'],
    ['begins two days before', [first(), second({ from: '2025-02-27' })], 'clear'],
    ['ends two days before', [first(), second({ to: '2025-03-08' })], 'clear'],
    ['overlapping days that are not the same', [first(), second({ from: '2025-03-05', to: '2025-03-20' })], 'clear'],
    [
      'a missing end is the beginning, a day from the other end',
      [settlement('employee', 'Y1', { from: '2025-03-01' }), second({ to: '2025-03-02' })],
      'high',
    ],
    [
      'a missing end is the beginning, two days from the other end',
      [settlement('employee', 'Y1', { from: '2025-03-01' }), second({ to: '2025-03-03' })],
      'clear',
    ],
    [
      'without a beginning no days are compared',
      [settlement('employee', 'Y1', { to: '2025-03-10' }), settlement('employee', 'Y2', { to: '2025-03-10' })],
      'clear',
    ],
    [
      'without a beginning, but of one record of a stay',
      [settlement('employee', 'Y1', { stayRecordId: 'S1' }), settlement('employee', 'Y2', { stayRecordId: 'S1' })],
      'high',
    ],
    ['an empty record of a stay is none', [first({ stayRecordId: '' }), second({ stayRecordId: '', ...may })], 'clear'],
    ['an empty invoice is none', [first({ invoiceNo: ' ' }), second({ invoiceNo: ' ', ...may })], 'clear'],
    ['two records of a stay with the same days', [first({ stayRecordId: 'S1' }), second({ stayRecordId: 'S2' })], 'high'],
    ['inpatient and outpatient on the same days', [first(), second({ setting: 'outpatient' })], 'clear'],
    [
      'one invoice of an outpatient visit',
      [first({ setting: 'outpatient', invoiceNo: 'F1' }), second({ setting: 'outpatient', invoiceNo: 'F1', ...may })],
      'high',
    ],
    ['another hospital', [first(), second({ hospital: { name: '演示二院' } })], 'clear'],
    ['the fund paid nothing for one of them', [first(), second({ fundPaid: '0.00' })], 'clear'],
    ['one partly taken back', [first(), second(), reversal('Y1', { fundPaid: '-300.00' })], 'high'],
    ['one wholly taken back, with a positive amount', [first(), second(), reversal('Y2', { fundPaid: '800.00' })], 'clear'],
    [
      'a reversal that names nothing counts against each of the invoice',
      [
        first({ invoiceNo: 'F1' }),
        second({ invoiceNo: 'F1' }),
        settlement('employee', 'Y3', { invoiceNo: 'F1', fundPaid: '-800.00' }),
      ],
      'clear',
    ],
    [
      'interim ones never count, even under one invoice',
      [first({ interim: true, invoiceNo: 'F1' }), second({ invoiceNo: 'F1' })],
      'clear',
    ],
    ['two funds under one invoice', [first({ invoiceNo: 'F1' }), settlement('resident', 'Y2', { invoiceNo: 'F1' })], 'clear'],
    [
      'the work-injury fund, told by the city',
      [settlement('work-injury', 'W1', march), settlement('work-injury', 'W2', march)],
      'high',
    ],
    [
      'one settlement number in two records',
      [first(), settlement('employee', 'Y1', { ...march, source: { recordId: 'Z1' } })],
      'clear',
    ],
    [
      'one settlement number of two agencies: each counts in its own way',
      [first(), settlement('employee', 'Y1', { ...march, source: { agency: 'city', recordId: 'Z1' } })],
      'high',
    ],
    [
      'two records without a settlement number',
      [settlement('employee', '', march), settlement('employee', '', { ...march, source: { recordId: 'Z1' } })],
      'high',
    ],
    ['void', [first(), second({ status: 'void' })], 'clear'],
    ['months that cannot meet', [first(), second({ from: '2025-05', to: '2025-05' })], 'clear'],
    ['an end of a month only', [first(), second({ to: '2025-03' })], '? date-too-coarse'],
    [
      'codes of one agency decide',
      [first({ hospital: { code: 'H1', name: '甲' } }), second({ hospital: { code: 'H1', name: '乙' } })],
      'high',
    ],
    ['no hospital at all', [first({ hospital: {} }), second()], '? hospital-uncertain'],
  ])('%s', (_, evidence, expected) => {
    expect(says('settled-twice', of(...evidence))).toBe(expected);
  });

  it('is one finding for each pair, of which an uncertain one is low', () => {
    const third = settlement('employee', 'Y3', { ...march, link: weakLink });
    expect(findings('settled-twice', of(first(), second(), third)).map(({ severity }) => severity)).toEqual([
      'high',
      'low',
      'low',
    ]);
  });

  it('asks about the present only, and does not care whether the person died', () => {
    const through = feeds({ 'medical-insurance/settlements': { completeThrough: '2025-01-01' } });
    expect(says('settled-twice', file({ evidence: [first()], feeds: through }))).toBe('clear');
    expect(says('settled-twice', of(first(), second(), certificate, marriage('2025-05-01')))).toBe('high');
  });

  it('says which settlements, when, how much, where and why they are one', () => {
    const [finding] = findings(
      'settled-twice',
      of(first({ stayRecordId: 'S1' }), second({ stayRecordId: 'S1', settledOn: '2025-04-02', fundPaid: '799.00' })),
    );
    expect(finding?.explanation.zh).toBe(
      '职工医保基金 2025-03-20 支付 800.00 元（医保，结算 Y1）；职工医保基金 2025-04-02 支付 799.00 元（医保，结算 Y2）；同一次就医：2025-03-01 至 2025-03-10 住院（演示医院，医保），均未全额冲回：同一基金可能结算了两次',
    );
    expect(finding?.claims.map(({ recordId, field, value }) => [recordId, field, value])).toEqual([
      ['Y1', 'fundPaid', '800.00'],
      ['Y2', 'fundPaid', '799.00'],
    ]);
    expect(finding?.action).toBe('ask-agency');
  });
});

describe('service-after-death', () => {
  const visit = (from: string, no = 'Y1', parts: Parts = {}) =>
    settlement('employee', no, { setting: 'outpatient', from, settledOn: from, ...parts });
  const inpatient = (from = '2025-03-10', to = '2025-03-15', parts: Parts = {}) =>
    settlement('employee', 'Y3', { from, to, settledOn: to, ...parts });
  const conflicting = death({ basis: 'cremation', diedOn: '2025-03-11' });

  it.each<[string, Evidence[], string]>([
    ['one event, reported', [certificate, visit('2025-04-01')], 'info'],
    ['two events, reported', [certificate, visit('2025-04-01'), visit('2025-04-02', 'Y2')], 'medium'],
    ['one event, conflicting', [certificate, conflicting, visit('2025-04-01')], 'info'],
    ['two events, conflicting', [certificate, conflicting, visit('2025-04-01'), visit('2025-04-02', 'Y2')], 'medium'],
    ['one event, corroborated', [certificate, cremation, visit('2025-04-01')], 'low'],
    ['two events, corroborated', [certificate, cremation, visit('2025-04-01'), visit('2025-04-02', 'Y2')], 'high'],
    ['two events on one day', [certificate, cremation, visit('2025-04-01'), visit('2025-04-01', 'Y2')], 'high'],
    [
      'interim and final are two settlements',
      [certificate, cremation, inpatient(), settlement('employee', 'Y2', { from: '2025-03-10', interim: true })],
      'high',
    ],
    ['one before, one after', [certificate, cremation, visit('2025-02-20'), visit('2025-04-01', 'Y2')], 'low'],
    [
      'one in doubt beside one that is certain',
      [certificate, visit('2025-04-01'), inpatient(), stay('2025-03-10', '2025-03-15', { hospital: {} })],
      'info',
    ],
    [
      'care in a month that lies within a stay of the hospital',
      [certificate, inpatient('2025-04', '2025-04'), stay('2025-03-20', '2025-05-02')],
      'clear',
    ],
    [
      'any fund',
      [
        certificate,
        cremation,
        settlement('work-injury', 'W1', { setting: 'other', from: '2025-04-01' }),
        settlement('other', 'Y1', { setting: 'pharmacy', from: '2025-04-02' }),
      ],
      'high',
    ],
    [
      'without a beginning',
      [certificate, settlement('employee', 'Y1', { setting: 'outpatient', to: '2025-04-02', settledOn: '2025-04-02' })],
      'clear',
    ],
    ['wholly reversed', [certificate, visit('2025-04-01'), reversal('Y1')], 'clear'],
    ['reversed but for a cent', [certificate, visit('2025-04-01'), reversal('Y1', { fundPaid: '-799.99' })], 'info'],
    ['paid by the person alone', [certificate, visit('2025-04-01', 'Y1', { fundPaid: '0.00' })], 'info'],
    [
      'a reversal is no event',
      [
        certificate,
        settlement('employee', 'Y2', { setting: 'outpatient', from: '2025-04-01', refund: true, fundPaid: '-10.00' }),
      ],
      'clear',
    ],
    ['void', [certificate, visit('2025-04-01', 'Y1', { status: 'void' })], 'clear'],
    ['no death', [visit('2025-04-01')], 'clear'],
    ['a disputed death', [certificate, visit('2025-04-01'), marriage('2025-05-01')], '? death-disputed'],
    ['an undated death', [population({ deathFlag: true }), visit('2025-04-01')], '? death-undated'],
    [
      'an undated death and nothing to compare',
      [population({ deathFlag: true }), inpatient(), stay('2025-03-10', '2025-03-15')],
      'clear',
    ],
  ])('%s', (_, evidence, expected) => {
    expect(says('service-after-death', of(...evidence))).toBe(expected);
  });

  it.each([
    ['2025-03-02', 'clear'],
    ['2025-03-03', '? date-too-coarse'],
    ['2025-03-17', '? date-too-coarse'],
    ['2025-03-18', 'info'],
    ['2025-02', 'clear'],
    ['2025-03', '? date-too-coarse'],
    ['2025-04', 'info'],
    ['2025', '? date-too-coarse'],
  ])('a death from 1 to 16 March and a service on %s: %s', (from, expected) => {
    expect(says('service-after-death', of(cremationOnly, visit(from)))).toBe(expected);
  });

  it.each<[string, Evidence, string]>([
    ['ends on the first day of the service', stay('2025-03-05', '2025-03-10'), 'clear'],
    ['ends on the day before', stay('2025-03-05', '2025-03-09'), 'info'],
    ['begins on the last day', stay('2025-03-15', '2025-03-20'), 'clear'],
    ['begins on the day after', stay('2025-03-16', '2025-03-20'), 'info'],
    ['is open', stay('2025-03-05'), 'clear'],
    ['is of another hospital', stay('2025-03-10', '2025-03-15', { hospital: { name: '演示二院' } }), 'info'],
    ['is void', stay('2025-03-10', '2025-03-15', { status: 'void' }), 'info'],
    ['is not certainly of the person', stay('2025-03-10', '2025-03-15', { link: weakLink }), 'clear'],
    [
      'is told by the insurance',
      stay('2025-03-10', '2025-03-15', { source: { agency: 'medical-insurance' }, hospital: { name: '演示 医院' } }),
      'clear',
    ],
    [
      'has no hospital',
      stay('2025-03-10', '2025-03-15', { source: { agency: 'medical-insurance' }, hospital: {} }),
      '? hospital-uncertain',
    ],
    [
      'has no hospital, but is the one the settlement names',
      stay('2025-03-10', '2025-03-15', { source: { agency: 'medical-insurance', recordId: 'S1' }, hospital: {} }),
      'clear',
    ],
    ['has a month only', stay('2025-03', '2025-03'), '? date-too-coarse'],
    ['has a month only that cannot reach it', stay('2025-04', '2025-04'), 'info'],
  ])('inpatient care, and a stay that %s', (_, told, expected) => {
    expect(says('service-after-death', of(certificate, inpatient(undefined, undefined, { stayRecordId: 'S1' }), told))).toBe(
      expected,
    );
  });

  it('lets an open stay run to the day of the check, which is 30 June', () => {
    expect(says('service-after-death', of(certificate, inpatient('2025-06-30', '2025-07-02'), stay('2025-06-01')))).toBe('clear');
    expect(says('service-after-death', of(certificate, inpatient('2025-07-01', '2025-07-02'), stay('2025-06-01')))).toBe('info');
  });

  it('does not ask whether a stay tells of outpatient care', () => {
    expect(says('service-after-death', of(certificate, visit('2025-03-12'), stay('2025-03-10', '2025-03-15')))).toBe('info');
  });

  it('counts certain links only, none as one, and caps afterwards', () => {
    const weak = (no: string) => visit('2025-04-05', no, { link: weakLink });
    expect(says('service-after-death', of(certificate, cremation, weak('Y1'), weak('Y2')))).toBe('low');
    expect(says('service-after-death', of(certificate, weak('Y1'), weak('Y2')))).toBe('info');
    expect(says('service-after-death', of(certificate, cremation, visit('2025-04-01'), weak('Y2')))).toBe('low');
    const three = findings(
      'service-after-death',
      of(certificate, cremation, visit('2025-04-01'), visit('2025-04-02', 'Y2'), weak('Y4')),
    );
    expect(three.map(({ severity, action }) => [severity, action])).toEqual([
      ['high', 'refer'],
      ['low', 'ask-agency'],
    ]);
  });

  it('is low where the death itself is uncertain, however many services', () => {
    const uncertain = [
      death({ diedOn: '2025-03-01', link: weakLink }),
      death({ basis: 'cremation', diedOn: '2025-03-01', link: weakLink }),
    ];
    const [finding] = findings('service-after-death', of(...uncertain, visit('2025-04-01'), visit('2025-04-02', 'Y2')));
    expect([finding?.severity, finding?.action]).toEqual(['low', 'ask-agency']);
  });

  it('needs the three and the settlements to be clear, complete through the last service it looks at, and never the stays', () => {
    const known = (feed: string, change: Partial<FeedStatus>, ...evidence: Evidence[]) =>
      says('service-after-death', file({ evidence, feeds: feeds({ [feed]: change }) }));
    expect(known('health/stays', { state: 'down' }, visit('2025-03-03'))).toBe('clear');
    expect(known('civil-affairs/cremations', { state: 'down' }, visit('2025-03-03'))).toBe('? feed-down');
    expect(known('civil-affairs/cremations', { completeThrough: '2025-03-02' }, visit('2025-03-03'))).toBe('? feed-gap');
    expect(known('civil-affairs/cremations', { completeThrough: '2025-03-03' }, visit('2025-03-03'))).toBe('clear');
    const later = [visit('2025-03-03'), inpatient('2025-05-01', '2025-05-05')];
    expect(known('medical-insurance/settlements', { completeThrough: '2025-03-03' }, ...later)).toBe('? feed-gap');
    expect(
      known('medical-insurance/settlements', { completeThrough: '2025-03-03' }, ...later, stay('2025-05-01', '2025-05-05')),
    ).toBe('clear');
    expect(
      known(
        'medical-insurance/settlements',
        { completeThrough: '2025-03-03' },
        visit('2025-03-03'),
        visit('2025-05-01', 'Y2'),
        reversal('Y2'),
      ),
    ).toBe('clear');
  });

  it('fires whatever the state of the feeds', () => {
    const allDown = feeds().map((feed) => ({ ...feed, state: 'down' as const }));
    expect(says('service-after-death', file({ evidence: [certificate, visit('2025-04-01')], feeds: allDown }))).toBe('info');
  });

  it('tells of every service with day, place and amount', () => {
    const [finding] = findings('service-after-death', of(certificate, visit('2025-03-05'), inpatient()));
    expect(finding?.explanation.zh).toBe(
      '死亡医学证明记载 2025-03-01 死亡（卫生健康）；其后仍有就医结算 2 笔：2025-03-05 门诊（演示医院，医保），基金支付 800.00 元；2025-03-10 至 2025-03-15 住院（演示医院，医保），基金支付 800.00 元',
    );
    expect(finding?.claims.map(({ recordId, field, value }) => [recordId, field, value])).toEqual([
      ['C1', 'diedOn', '2025-03-01'],
      ['Y1', 'from', '2025-03-05'],
      ['Y3', 'from', '2025-03-10'],
    ]);
  });
});

describe('settled-after-death', () => {
  const settled = (settledOn: string, from = '2025-02-20', no = 'Y1', parts: Parts = {}) =>
    settlement('employee', no, { from, settledOn, ...parts });

  it.each<[string, Evidence[], string]>([
    ['on the day of death', [certificate, settled('2025-03-01')], 'clear'],
    ['before the death', [certificate, settled('2025-02-25')], 'clear'],
    ['1 day later', [certificate, settled('2025-03-02')], 'info'],
    ['90 days later', [certificate, settled('2025-05-30')], 'info'],
    ['91 days later', [certificate, settled('2025-05-31')], 'low'],
    ['180 days later', [certificate, settled('2025-08-28')], 'low'],
    ['181 days later', [certificate, settled('2025-08-29')], 'medium'],
    ['corroborated or not', [certificate, cremation, settled('2025-08-29')], 'medium'],
    ['two of which one long', [certificate, settled('2025-03-02'), settled('2025-05-31', '2025-02-01', 'Y2')], 'low'],
    ['a service that began on the day after', [certificate, settled('2025-03-02', '2025-03-02')], 'info'],
    ['a service that began two days after', [certificate, settled('2025-03-03', '2025-03-03')], 'clear'],
    ['without a beginning of the service', [certificate, settlement('employee', 'Y1', { settledOn: '2025-04-01' })], 'clear'],
    ['wholly reversed', [certificate, settled('2025-04-01'), reversal('Y1')], 'clear'],
    [
      'settled in time, and reversed after the death',
      [certificate, settled('2025-02-25'), reversal('Y1', { from: '2025-02-20', settledOn: '2025-04-01' })],
      'clear',
    ],
    [
      'a correction after the death',
      [certificate, settled('2025-02-25'), reversal('Y1'), settled('2025-04-01', '2025-02-20', 'Y2')],
      'info',
    ],
    ['the fund paid nothing', [certificate, settled('2025-04-01', '2025-02-20', 'Y1', { fundPaid: '0.00' })], 'info'],
    ['void', [certificate, settled('2025-04-01', '2025-02-20', 'Y1', { status: 'void' })], 'clear'],
    ['no death', [settled('2025-04-01')], 'clear'],
    ['a disputed death', [certificate, settled('2025-04-01'), marriage('2025-05-01')], '? death-disputed'],
    ['an undated death', [population({ deathFlag: true }), settled('2025-04-01')], '? death-undated'],
    ['an undated death and no settlement', [population({ deathFlag: true })], 'clear'],
    ['settled in the month of the death, no day given', [certificate, settled('2025-03')], '? date-too-coarse'],
    ['settled in the month after, no day given', [certificate, settled('2025-04')], 'info'],
    ['a beginning in the month of the death, no day given', [certificate, settled('2025-05-01', '2025-03')], '? date-too-coarse'],
    ['a beginning in the month after, no day given', [certificate, settled('2025-05-01', '2025-04')], 'clear'],
  ])('%s', (_, evidence, expected) => {
    expect(says('settled-after-death', of(...evidence))).toBe(expected);
  });

  // Judged for each day from 1 to 16 March.
  it.each([
    ['2025-02-20', '2025-03-01', 'clear'],
    ['2025-02-20', '2025-03-02', '? date-too-coarse'],
    ['2025-02-20', '2025-03-16', '? date-too-coarse'],
    ['2025-02-20', '2025-03-17', 'info'],
    ['2025-03-02', '2025-03-17', 'info'],
    ['2025-03-03', '2025-03-17', '? date-too-coarse'],
    ['2025-03-17', '2025-04-01', '? date-too-coarse'],
    ['2025-03-18', '2025-04-01', 'clear'],
    ['2025-02-20', '2025-06-14', 'info'],
    ['2025-02-20', '2025-06-15', 'low'],
  ])('a death from 1 to 16 March, a service from %s settled on %s: %s', (from, on, expected) => {
    expect(says('settled-after-death', of(cremationOnly, settled(on, from)))).toBe(expected);
  });

  it('needs no feed', () => {
    expect(says('settled-after-death', file({ evidence: [certificate, settled('2025-02-25')], feeds: [] }))).toBe('clear');
  });

  it('is one finding with the longest delay, and one more for what is not certainly of the person', () => {
    const evidence = [
      certificate,
      settled('2025-03-11'),
      settled('2025-03-21', '2025-02-01', 'Y2'),
      settled('2025-12-01', '2025-02-01', 'Y3', { link: weakLink }),
    ];
    const found = findings('settled-after-death', of(...evidence));
    expect(found.map(({ severity, action }) => [severity, action])).toEqual([
      ['info', 'record'],
      ['low', 'ask-agency'],
    ]);
    expect(found[0]?.explanation.zh).toBe(
      '死亡医学证明记载 2025-03-01 死亡（卫生健康）；死亡后才结算的就医 2 笔，最迟在死亡后 20 天：2025-02-20 住院（演示医院，医保），2025-03-11 结算，基金支付 800.00 元；2025-02-01 住院（演示医院，医保），2025-03-21 结算，基金支付 800.00 元',
    );
  });
});

describe('benefit-without-conclusion', () => {
  const no = '潍劳鉴〔2025〕001号';
  const based = (basisConclusionNo?: string) => [
    benefit(['2025-05'], basisConclusionNo === undefined ? {} : { basisConclusionNo }),
  ];
  const made = (no: string, status: Conclusion['status'] = 'effective') => conclusion('2025-04-01', { no, status });
  const inCase = (...conclusions: Conclusion[]) => [appraisalCase({ conclusions })];
  const byProvince = (status: Conclusion['status'], parts: Parameters<typeof appraisal>[0] = {}) =>
    appraisal({ conclusion: made('潍劳鉴[2025]001号', status), ...parts });

  it.each<[Conclusion['status'], string]>([
    ['issued', 'clear'],
    ['effective', 'clear'],
    ['challenged', 'clear'],
    ['superseded', 'high'],
    ['corrected', 'high'],
    ['revoked', 'high'],
  ])('a conclusion that is %s: %s, in the cases as with the province', (status, expected) => {
    expect(says('benefit-without-conclusion', file({ benefits: based(no), cases: inCase(made(no, status)) }))).toBe(expected);
    expect(says('benefit-without-conclusion', file({ benefits: based(no), evidence: [byProvince(status)] }))).toBe(expected);
  });

  it.each([
    ['潍劳鉴[2025]001号', 'clear'],
    ['潍劳鉴（2025）001号', 'clear'],
    ['潍劳鉴【2025】001 号', 'clear'],
    ['潍劳鉴［２０２５］００１号', 'clear'],
    ['潍劳鉴〔2025〕1号', '? conclusion-not-on-file'],
    ['潍劳鉴2025001号', '? conclusion-not-on-file'],
    ['', 'high'],
    ['　', 'high'],
  ])('the number as written in the benefit: %j is %s', (written, expected) => {
    expect(says('benefit-without-conclusion', file({ benefits: based(written), cases: inCase(made(no)) }))).toBe(expected);
  });

  it('looks in the cases first, and with the province only for what is not there', () => {
    const revoked = inCase(made(no, 'revoked'));
    expect(
      says('benefit-without-conclusion', file({ benefits: based(no), cases: revoked, evidence: [byProvince('effective')] })),
    ).toBe('high');
    expect(
      says(
        'benefit-without-conclusion',
        file({ benefits: based(no), cases: inCase(made(no)), evidence: [byProvince('revoked')] }),
      ),
    ).toBe('clear');
    const other = inCase(made('潍劳鉴〔2024〕009号'));
    expect(
      says('benefit-without-conclusion', file({ benefits: based(no), cases: other, evidence: [byProvince('superseded')] })),
    ).toBe('high');
  });

  it('stands where one number is both corrected and in force', () => {
    const both = inCase(made(no, 'corrected'), made(no));
    expect(says('benefit-without-conclusion', file({ benefits: based(no), cases: both }))).toBe('clear');
  });

  it('believes the province’s certain records before uncertain ones', () => {
    const uncertain = byProvince('revoked', { link: weakLink });
    const certain = byProvince('effective', { source: { recordId: 'PA2' } });
    expect(says('benefit-without-conclusion', file({ benefits: based(no), evidence: [uncertain] }))).toBe('low');
    expect(says('benefit-without-conclusion', file({ benefits: based(no), evidence: [uncertain, certain] }))).toBe('clear');
    const revoked = byProvince('revoked', { source: { recordId: 'PA2' } });
    const doubtful = byProvince('effective', { link: weakLink });
    expect(says('benefit-without-conclusion', file({ benefits: based(no), evidence: [revoked, doubtful] }))).toBe('high');
    expect(says('benefit-without-conclusion', file({ benefits: based(no), evidence: [revoked, uncertain] }))).toBe('high');
  });

  it('looks at active benefits only, each for itself', () => {
    const benefits = [
      benefit([], { id: 'B1', basisConclusionNo: no }),
      benefit([], { id: 'B2' }),
      benefit([], { id: 'B3', status: 'ended' }),
      benefit([], { id: 'B4', status: 'suspended', basisConclusionNo: 'x' }),
      benefit([], { id: 'B5' }),
    ];
    const caseFile = file({ benefits, cases: inCase(made(no)) });
    expect(findings('benefit-without-conclusion', caseFile).map(({ claims }) => claims[0]?.recordId)).toEqual(['B2', 'B5']);
    expect(says('benefit-without-conclusion', file({ benefits: benefits.slice(2, 4) }))).toBe('not-applicable');
    expect(says('benefit-without-conclusion', file())).toBe('not-applicable');
  });

  it('says which conclusion, and who says what of it', () => {
    const revoked = file({ benefits: based(no), cases: inCase(made(no, 'revoked')) });
    const [finding] = findings('benefit-without-conclusion', revoked);
    expect(finding?.explanation.zh).toBe('待遇 B1 正在享受，所依据的鉴定结论 潍劳鉴〔2025〕001号 已被撤销（案件 A-2025-001）');
    expect(finding?.claims.map(({ recordId, value }) => [recordId, value])).toEqual([
      ['B1', '潍劳鉴〔2025〕001号'],
      ['A-2025-001', 'revoked'],
    ]);
    expect(finding?.action).toBe('ask-agency');
  });
});

describe('numbers of conclusions and recognitions', () => {
  it('are compared after NFKC, without white space, with one form of bracket', () => {
    const forms = ['潍劳鉴〔2025〕1号', '潍劳鉴[2025]1号', '潍劳鉴（2025）1号', '潍劳鉴【2025】1号', ' 潍劳鉴﹝２０２５﹞ 1号\n'];
    expect(new Set(forms.map(plainDocumentNumber))).toEqual(new Set(['潍劳鉴[2025]1号']));
    expect([undefined, '', ' ', '　'].map(plainDocumentNumber)).toEqual([undefined, undefined, undefined, undefined]);
  });
});
