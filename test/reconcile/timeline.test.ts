import { describe, expect, it } from 'vitest';
import type { CaseFile, Evidence } from '../../src/model/index.js';
import {
  accident,
  appraisalCase,
  benefit,
  death,
  exam,
  file,
  marriage,
  medicalRecord,
  population,
  settlement,
  stay,
} from '../../src/reconcile/example.js';
import { type Remembered, timelineOf } from '../../src/reconcile/timeline.js';
import fc from '../seeded.js';
import { finding } from '../store/examples.js';

/** Everything known of one person, in order. */

const told = (caseFile: CaseFile, remembered: Remembered = {}) =>
  timelineOf(caseFile, remembered).map(({ on, until, says }) => [[on, until].filter(Boolean).join(' … '), says.zh]);

const certificate = death({ diedOn: '2025-03-01', eventOn: '2025-03-02', certificateNo: 'D-1' });

describe('the timeline', () => {
  it('calls an insurance and its state by their names', () => {
    const coded = (code: string, known = true) => ({ code, system: 'x', known });
    const { kind: _, diedOn: __, ...base } = death({ diedOn: '2025-03-01' });
    const enrolment: Evidence = { ...base, kind: 'enrolment', insurance: coded('resident'), state: coded('9', false) };

    const [entry] = timelineOf(file({ evidence: [enrolment] }), {});
    expect(entry?.says.zh).toContain('参保 城乡居民基本医疗保险');
    expect(entry?.says.zh).toContain('9（未知代码）');
  });

  it('tells every kind of record in the order of the days, as precise as its source', () => {
    const caseFile = file({
      cases: [
        appraisalCase({
          receivedOn: '2025-02',
          acceptedOn: '2025-02-10',
          recognition: accident('2024-05-01', { decidedOn: '2024-09-01' }),
          leavePeriod: { from: '2024-05-01', until: '2025-04-30' },
          documents: [medicalRecord('2024-05-01', '2024-05-20')],
          exams: [exam('2025-03-05')],
          panel: { size: 3, drawnOn: '2025-02-20' },
          conclusions: [
            {
              no: 'Z-1',
              on: '2025-03-20',
              level: 'city',
              grade: 5,
              care: 'none',
              standard: 'GB/T 16180',
              clauses: [],
              status: 'issued',
            },
          ],
          deliveries: [{ to: 'person', sentOn: '2025-03-21', receivedOn: '2025-03-25' }],
        }),
      ],
      benefits: [benefit(['2025-01', '2025-02', '2025-04'])],
      evidence: [
        certificate,
        stay('2024-05-01', '2024-05-20'),
        population({
          registration: 'cancelled',
          cancellation: { reason: 'death', registeredOn: '2025-03-12', diedOn: '2025-03-01' },
        }),
        marriage('2010', { spouse: { name: '赵配偶', idNumber: '370799195806150021' } }),
        settlement('employee', 'S-1', { from: '2024-05-01', to: '2024-05-20', settledOn: '2024-05-21', manual: true }),
      ],
    });

    expect(told(caseFile)).toEqual([
      ['2010', '结婚登记（民政）'],
      ['2024-01-01', '待遇 B1（DAL）：2024-01-01 起，发放中'],
      ['2024-05-01', '案件 A-2025-001：事故发生'],
      ['2024-05-01 … 2024-05-20', '住院（演示医院，卫生健康）：2024-05-01 入院，2024-05-20 出院，医嘱离院'],
      ['2024-05-01 … 2025-04-30', '案件 A-2025-001：停工留薪期 2024-05-01 至 2025-04-30'],
      ['2024-05-01 … 2024-05-20', '案件 A-2025-001：提交的病历材料 D1（演示医院）：2024-05-01 至 2024-05-20'],
      [
        '2024-05-01 … 2024-05-20',
        '结算 S-1（职工医保，住院；演示医院，医保）：2024-05-01 至 2024-05-20，2024-05-21 结算，总额 1000.00 元，基金支付 800.00 元，手工报销',
      ],
      ['2024-09-01', '案件 A-2025-001：工伤认定 R-2025-001'],
      ['2025-01 … 2025-02', '待遇 B1 发放 2025-01 至 2025-02，2 个月，共 6000.00 元'],
      ['2025-02', '案件 A-2025-001：收到申请（初次鉴定，55 号令），现为已受理'],
      ['2025-02-10', '案件 A-2025-001：受理'],
      ['2025-02-20', '案件 A-2025-001：抽取专家 3 人'],
      ['2025-03-01', '死亡医学证明（卫生健康）：2025-03-01 死亡，2025-03-02 签发，证号 D-1'],
      ['2025-03-01', '人口信息（公安）：户籍已注销（死亡），2025-03-12 登记，2025-03-01 死亡'],
      ['2025-03-05', '案件 A-2025-001：现场鉴定，人工核验'],
      ['2025-03-20', '案件 A-2025-001：市级结论 Z-1，2025-03-20，5 级，无护理依赖，已作出'],
      ['2025-03-21', '案件 A-2025-001：结论寄送本人'],
      ['2025-03-25', '案件 A-2025-001：本人签收结论'],
      ['2025-04', '待遇 B1 发放 2025-04，1 个月，共 3000.00 元'],
    ]);
  });

  it('puts a year and a month where they begin, before the days within, and what has no day at the day of receipt', () => {
    const received = { source: { receivedAt: '2025-03-02T23:30:00+08:00' } };
    const caseFile = file({
      evidence: [
        stay('2025', undefined, { source: { recordId: 'year' } }),
        stay('2025-01-01', undefined, { source: { recordId: 'day' } }),
        stay('2025-01', undefined, { source: { recordId: 'month' } }),
        stay('2025-01-01T08:30+08:00', undefined, { source: { recordId: 'hour' } }),
        stay('2025-03-03', undefined, { source: { recordId: 'after' } }),
        stay('2025-03-02', undefined, { source: { recordId: 'before' } }),
        population(received),
      ],
    });

    expect(timelineOf(caseFile).map(({ record, on }) => [record, on])).toEqual([
      ['health/stays/year', '2025'],
      ['health/stays/month', '2025-01'],
      ['health/stays/day', '2025-01-01'],
      ['health/stays/hour', '2025-01-01T08:30+08:00'],
      ['health/stays/before', '2025-03-02'],
      ['public-security/population/P1', undefined],
      ['health/stays/after', '2025-03-03'],
    ]);
  });

  it('keeps void records, older versions and records of uncertain persons, each marked; nothing received later', () => {
    const early = { receivedAt: '2025-06-01T00:00:00+08:00' };
    const { link: _, ...stranger } = stay('2025-02-01', '2025-02-02', { source: { recordId: 'other' } });
    const caseFile = file({
      evidence: [
        { ...certificate, status: 'void' },
        death({ diedOn: '2025-02-28', source: early }),
        { ...stranger, person: { idDocuments: [], name: '王测试' } },
        stay('2025-01-01', '2025-01-02', { link: { level: 'weak', reasons: ['name'] } }),
        stay('2025-05-01', '2025-05-02', { source: { recordId: 'late', receivedAt: '2025-07-01T00:00:00+08:00' } }),
      ],
    });

    expect(timelineOf(caseFile).map(({ record, standing, link, receivedAt }) => [record, standing, link, receivedAt])).toEqual([
      ['health/stays/S-2025-01-01', 'current', 'weak', '2025-06-29T02:00:00+08:00'],
      ['health/stays/other', 'not-linked', undefined, '2025-06-29T02:00:00+08:00'],
      ['health/death-certificates/C1', 'superseded', undefined, '2025-06-01T00:00:00+08:00'],
      ['health/death-certificates/C1', 'void', undefined, '2025-06-29T02:00:00+08:00'],
    ]);
  });

  it('tells no name and no number, wherever a source wrote one', () => {
    const hidden: Evidence[] = [
      death({ diedOn: '2025-03-01', certificateNo: '370799196001010018', source: { recordId: '370799196001010018' } }),
      stay('2025-01-01', '2025-01-05', { hospital: { name: '王测试骨科医院' } }),
      marriage('2010-01-01', { spouse: { name: '赵配偶', idNumber: '370799195806150021' } }),
    ];
    const caseFile = file({ subject: { ...file().subject, name: '王测试' }, evidence: hidden });

    const text = JSON.stringify(timelineOf(caseFile));

    expect(text).not.toMatch(/370799\d|王测试|赵配偶/);
    expect(text).toContain('王**骨科医院');
  });

  it('adds payments month by month, apart from those reversed and across no gap', () => {
    const payments = [
      { period: '2025-02', amount: '10.05' },
      { period: '2025-01', amount: '10.00' },
      { period: '2025-01', amount: '0.10' },
      { period: '2025-03', amount: '10.00', reversed: true },
      { period: '2024-12', amount: '1.00' },
      { period: '2025-04', amount: 'much' },
    ];

    expect(told(file({ benefits: [benefit([], { payments })] })).slice(1)).toEqual([
      ['2024-12 … 2025-02', '待遇 B1 发放 2024-12 至 2025-02，3 个月，共 21.15 元'],
      ['2025-03', '待遇 B1 发放 2025-03，1 个月，共 10.00 元，已冲回'],
      ['2025-04', '待遇 B1 发放 2025-04，1 个月，金额无法读取'],
    ]);
  });

  it('tells when findings were raised, decided and closed, and when the city told its part', () => {
    const record = {
      finding: finding('f-1'),
      state: 'withdrawn' as const,
      firstSeenAt: '2025-06-01T00:00:00.000Z',
      lastSeenAt: '2025-06-03T00:00:00.000Z',
      history: [
        { at: '2025-06-01T00:00:00.000Z', run: 'r1', to: 'open' as const, change: 'new' as const },
        { at: '2025-06-02T00:00:00.000Z', from: 'open' as const, to: 'confirmed' as const, by: '审核员', reason: '已核实' },
        {
          at: '2025-06-03T00:00:00.000Z',
          run: 'r2',
          to: 'withdrawn' as const,
          change: 'withdrawn' as const,
          reason: 'evidence-void',
        },
      ],
    };
    const imported = [{ part: 'case' as const, name: 'A-2025-001', at: '2025-05-01T00:00:00.000Z' }];

    const entries = timelineOf(file({ cases: [appraisalCase()] }), { findings: [record], imported });

    expect(entries.map(({ record: where, receivedAt, says }) => [where, receivedAt, says.en])).toEqual([
      [
        'city/cases/A-2025-001',
        '2025-05-01T00:00:00.000Z',
        'case A-2025-001: application received (first appraisal, order 55), now accepted',
      ],
      ['city/findings/f-1', '2025-06-01T00:00:00.000Z', 'finding "exam after death" (exam-after-death): raised, open'],
      [
        'city/findings/f-1',
        '2025-06-02T00:00:00.000Z',
        'finding "exam after death" (exam-after-death): decided, confirmed (审核员: 已核实)',
      ],
      [
        'city/findings/f-1',
        '2025-06-03T00:00:00.000Z',
        'finding "exam after death" (exam-after-death): withdrawn, withdrawn (evidence-void)',
      ],
    ]);
  });

  it('is the same whatever the order of the file', () => {
    const evidence = [certificate, stay('2025-01', '2025-02'), stay('2025-01-01'), population(), settlement('resident', 'S-1')];
    const whole = timelineOf(file({ evidence }));

    fc.assert(
      fc.property(fc.shuffledSubarray(evidence, { minLength: evidence.length }), (shuffled) => {
        expect(timelineOf(file({ evidence: shuffled }))).toEqual(whole);
      }),
    );
  });
});
