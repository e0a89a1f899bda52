import { describe, expect, it } from 'vitest';
import { readCases } from '../../src/cases/read.js';

const subject = {
  idDocuments: [{ type: 'resident-id', number: '370799196001010018', validity: 'valid' }],
  name: '测试甲',
};
const csv = (...lines: string[]) => readCases('export.csv', Buffer.from(lines.join('\r\n')));

describe('the work-injury fund’s settlements', () => {
  const expected = {
    settlementNo: 'W1',
    fund: 'work-injury',
    setting: 'inpatient',
    stayRecordId: 'M1',
    hospital: { code: 'H37079900001', name: '演示市样例医院' },
    from: '2026-02-10',
    to: '2026-02-24',
    settledOn: '2026-02-25',
    total: '100.50',
    fundPaid: '60.00',
    invoiceNo: '0012345678',
    interim: false,
    refund: false,
    manual: true,
    diagnoses: [],
  };

  it('from a table with Chinese columns', () => {
    const { entries, faults } = csv(
      '证件号码,姓名,结算编号,结算类型,就诊编号,医院编码,医院名称,开始日期,结束日期,结算日期,总费用,基金支付,发票号,中途结算,退费,原结算编号,手工报销',
      '370799196001010018,测试甲,W1,住院,M1,H37079900001,演示市样例医院,2026-02-10,2026-02-24,2026-02-25,100.50,60.00,0012345678,否,否,,是',
      '370799196001010018,测试甲,W2,住院,M1,H37079900001,演示市样例医院,2026-02-10,2026-02-24,2026-03-01,-100.50,-60.00,0012345678,否,是,W1,是',
    );

    expect(faults).toEqual([]);
    expect(entries.map(({ entry }) => entry.settlements)).toEqual([
      [
        expected,
        {
          ...expected,
          settlementNo: 'W2',
          settledOn: '2026-03-01',
          total: '-100.50',
          fundPaid: '-60.00',
          refund: true,
          refundOf: 'W1',
        },
      ],
    ]);
  });

  it('from a table with English columns', () => {
    const { entries, faults } = csv(
      'idNumber,name,settlementNo,setting,stayRecordId,hospitalCode,hospitalName,from,to,settledOn,total,fundPaid,invoiceNo,manual',
      '370799196001010018,测试甲,W1,inpatient,M1,H37079900001,演示市样例医院,2026-02-10,2026-02-24,2026-02-25,100.50,60.00,0012345678,1',
    );

    expect(faults).toEqual([]);
    expect(entries[0]?.entry.settlements).toEqual([expected]);
  });

  it.each([
    ['门诊', 'outpatient'],
    ['药店', 'pharmacy'],
    ['其他', 'other'],
  ])('%s is %s', (word, setting) => {
    const { entries } = csv(
      '证件号码,姓名,结算编号,结算类型,结算日期,总费用,基金支付',
      `370799196001010018,测试甲,W1,${word},2026-02-25,1.00,1.00`,
    );

    expect(entries[0]?.entry.settlements).toMatchObject([{ setting }]);
  });
});

describe('benefits', () => {
  it('payments of one benefit are gathered', () => {
    const { entries, faults } = csv(
      '身份证号,姓名,待遇编号,待遇类型,待遇起,待遇状态,依据结论书编号,所属期,金额,发放日期,已冲回',
      '370799196001010018,测试甲,B1,伤残津贴,2026-01-01,active,结1,2026-01,100.00,2026-01-15,否',
      '370799196001010018,测试甲,B1,伤残津贴,2026-01-01,active,结1,2026-02,100.00,2026-02-15,是',
    );

    expect(faults).toEqual([]);
    expect(entries[0]?.entry.benefits).toMatchObject([
      {
        id: 'B1',
        basisConclusionNo: '结1',
        payments: [
          { period: '2026-01', amount: '100.00', paidOn: '2026-01-15', reversed: false },
          { period: '2026-02', amount: '100.00', paidOn: '2026-02-15', reversed: true },
        ],
      },
    ]);
  });
});

describe('what cannot be read', () => {
  it('is told with the line it stands in, not the person’s first', () => {
    const { faults } = csv(
      'idNumber,name,settlementNo,setting,settledOn,total,fundPaid,benefitId,benefitKind,from,status,period,amount',
      '370799196001010018,测试甲,W1,inpatient,2026-02-25,1.00,1.00,,,,,,',
      '370799196001010018,测试甲,W2,inpatient,20260225,1.00,1.00,,,,,,',
      '370799196001010018,测试甲,,,,,,B1,DAL,2026-01-01,active,2026-01,100.00',
      '370799196001010018,测试甲,,,,,,B1,DAL,2026-01-01,active,2026-02,100',
    );

    expect(faults.map(({ line, pointer }) => [line, pointer])).toEqual([
      [3, '/settlements/1/settledOn'],
      [5, '/benefits/0/payments/1/amount'],
    ]);
  });

  it.each([
    ['a table', 'export.csv', ['idNumber,name,settlementNo', '370799196001010018,']],
    ['JSON Lines', 'cases.jsonl', [JSON.stringify({ subject }), '{"name":"']],
  ])('%s that is not UTF-8 is refused: a name must not be mangled', (_what, name, lines) => {
    const gbk = Buffer.concat([Buffer.from(lines.join('\n')), Buffer.from([0xb2, 0xe2, 0xca, 0xd4])]);
    const { entries, faults } = readCases(name, gbk);

    expect(entries).toEqual([]);
    expect(faults).toMatchObject([{ line: 2, pointer: '', message: { en: expect.stringContaining('UTF-8') } }]);
  });

  it('a byte order mark is no part of the first column', () => {
    const { entries, faults } = csv(
      '\uFEFFidNumber,name,caseNo,kind,regime,state,receivedOn',
      '370799196001010018,测试甲,C1,first,order-55,accepted,2026-01-05',
    );

    expect(faults).toEqual([]);
    expect(entries[0]?.entry.cases).toMatchObject([{ caseNo: 'C1' }]);
  });
});

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const places = (name: string, content: Uint8Array): string[] =>
  readCases(name, content).faults.map(({ line, pointer }) => `${line} ${pointer}`);

const header = 'idNumber,name,caseNo,kind,regime,state,receivedOn';
const li = '370799196505050021,李测试';
const wang = '370799196001010018,王测试';

describe('a CSV', () => {
  it('names the row that is at fault, not the first of its person', () => {
    const rows = [
      header,
      `${wang},A,first,order-55,accepted,2026-05-03`,
      `${li},B,first,order-55,accepted,2026-05-03`,
      `${wang},C,first,order-55,nonsense,2026-05-03`,
      `${wang},D,first,order-55,accepted,20260503`,
    ];

    expect(places('cases.csv', bytes(rows.join('\n')))).toEqual(['4 /cases/1/state', '5 /cases/2/receivedOn']);
  });

  it('names the row of a document and of a payment', () => {
    const documents = [
      `${header},documentId,documentKind,sha256`,
      `${wang},A,first,order-55,accepted,2026-05-03,,,`,
      `${wang},A,,,,,d1,medical-record,${'0'.repeat(64)}`,
      `${wang},A,,,,,d2,nonsense,${'0'.repeat(64)}`,
    ];
    const payments = [
      'idNumber,name,benefitId,benefitKind,from,status,period,amount',
      `${wang},b1,伤残津贴,2026-01-01,active,2026-01,100.00`,
      `${wang},b1,伤残津贴,2026-01-01,active,2026-02,lots`,
    ];

    expect(places('cases.csv', bytes(documents.join('\n')))).toEqual(['4 /cases/0/documents/1/kind']);
    expect(places('cases.csv', bytes(payments.join('\n')))).toEqual(['3 /benefits/0/payments/1/amount']);
  });

  it('takes the sex in Chinese as well', () => {
    const rows = [
      '证件号码,姓名,性别,案件编号,案件类型,适用规章,案件状态,收到日期',
      `${wang},男,A,first,order-55,accepted,2026-05-03`,
    ];

    const { entries, faults } = readCases('cases.csv', bytes(rows.join('\n')));

    expect(faults).toEqual([]);
    expect(entries[0]?.entry.subject.sex).toBe('male');
    expect(places('cases.csv', bytes(rows.join('\n').replace('男', '雄')))).toEqual(['2 /subject/sex']);
  });

  it('refuses a number that a spreadsheet has cut: two persons would become one', () => {
    const rows = [
      header,
      '3.70799E+17,王测试,A,first,order-55,accepted,2026-05-03',
      '3.70799E+17,李测试,B,first,order-55,accepted,2026-05-03',
    ];

    expect(places('cases.csv', bytes(rows.join('\n')))).toEqual(['2 ', '3 ']);
  });

  it('refuses two names under one number: one of the two rows is about somebody else', () => {
    const rows = [
      header,
      `${wang},A,first,order-55,accepted,2026-05-03`,
      '370799196001010018,李测试,B,first,order-55,accepted,2026-05-03',
    ];

    expect(places('cases.csv', bytes(rows.join('\n')))).toEqual(['3 ']);
  });
});
