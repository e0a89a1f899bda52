import { describe, expect, it } from 'vitest';
import type { Page } from '../../../src/adapters/adapter.js';
import insurance from '../../../src/adapters/medical-insurance/index.js';
import type { Json, SettlementEvidence } from '../../../src/model/index.js';
import { asked, type ConnectionShape, caller } from '../harness.js';
import { receiving, scripted } from '../scripted.js';
import { failed, infnoOf, insured, mine, ok, parameterOf, settlement, theirs } from './answers.js';

const feed = insurance.feeds.settlements;
if (feed?.lookup === undefined || feed.changes === undefined)
  throw new Error('medical-insurance/settlements can be asked and received');
const { lookup, changes } = feed;
const shape = (settings: Record<string, Json>): ConnectionShape => ({
  agency: 'medical-insurance',
  feed: 'settlements',
  envelope: 'infno',
  mapping: 'settlement-5203',
  settings,
});
const known: Json = [{ psn_no: mine.personNo, setl_id: 'S1', mdtrt_id: 'M1' }];

async function ask(settings: Record<string, Json>, answers: Partial<Record<string, string>> = {}) {
  const { connection, requests } = scripted(
    shape(settings),
    (body) =>
      answers[infnoOf(body)] ?? (infnoOf(body) === '1101' ? insured(mine) : ok({ setlinfo: settlement(mine), setldetail: [] })),
  );
  const [answer] = await lookup({ persons: [asked] }, connection, caller);
  return { answer, requests };
}

describe('5203 fetches what is known already', () => {
  it('a settlement known by its numbers', async () => {
    const { answer, requests } = await ask({ known });

    expect(answer?.outcome).toBe('found');
    expect(answer?.evidence).toMatchObject([
      {
        kind: 'settlement',
        source: { recordId: 'S1' },
        stayRecordId: 'M1',
        total: '100.50',
        fundPaid: '60.00',
        fund: 'employee',
      },
    ]);
    expect(requests.map(infnoOf)).toEqual(['1101', '5203']);
    expect(['psn_no', 'setl_id', 'mdtrt_id'].map((name) => parameterOf(requests[1] ?? '', name))).toEqual([
      mine.personNo,
      'S1',
      'M1',
    ]);
  });

  it.each<[string, Json]>([
    ['none is configured', []],
    ['one has an empty setl_id', [{ psn_no: mine.personNo, setl_id: '', mdtrt_id: 'M1' }]],
  ])('a fault of the configuration, never “no settlements”: %s', async (_, list) => {
    const { answer, requests } = await ask({ known: list });

    expect(answer?.outcome).toBe('unavailable');
    expect(answer?.error?.code).toBe('ERR_CONFIG');
    expect(requests).toEqual([]);
  });

  it('a person of whom no settlement is known cannot be answered about', async () => {
    const { answer, requests } = await ask({ known: [{ psn_no: theirs.personNo, setl_id: 'S1', mdtrt_id: 'M1' }] });

    expect(answer?.outcome).toBe('unavailable');
    expect(answer?.error?.code).toBe('ERR_INPUT');
    expect(requests.map(infnoOf)).toEqual(['1101']);
  });

  it('nobody of this number is absent', async () => {
    const { answer } = await ask({ known }, { '1101': failed('未查询到人员基本信息') });

    expect(answer?.outcome).toBe('absent');
  });

  it('a known settlement that is not given makes the answer incomplete', async () => {
    const { answer } = await ask({ known }, { '5203': ok({ setlinfo: {}, setldetail: [] }) });

    expect(answer?.outcome).toBe('unavailable');
    expect(answer?.error?.code).toBe('ERR_INCOMPLETE');
  });

  it('one of two that the agency refuses makes the answer incomplete, and the other is kept', async () => {
    const { connection, requests } = scripted(
      shape({
        known: [
          { psn_no: mine.personNo, setl_id: 'S0', mdtrt_id: 'M0' },
          { psn_no: mine.personNo, setl_id: 'S1', mdtrt_id: 'M1' },
        ],
      }),
      (body) => {
        if (infnoOf(body) === '1101') return insured(mine);
        return parameterOf(body, 'setl_id') === 'S0' ? failed('结算ID【S0】不存在') : ok({ setlinfo: settlement(mine) });
      },
    );
    const [answer] = await lookup({ persons: [asked] }, connection, caller);

    expect(requests.map(infnoOf)).toEqual(['1101', '5203', '5203']);
    expect(answer?.outcome).toBe('unavailable');
    expect(answer?.error?.code).toBe('ERR_AGENCY');
    expect(answer?.evidence).toMatchObject([{ source: { recordId: 'S1' } }]);
  });

  it('somebody else’s settlement is refused', async () => {
    const { answer } = await ask({ known }, { '5203': ok({ setlinfo: settlement(theirs) }) });

    expect(answer?.outcome).toBe('unavailable');
    expect(answer?.error?.code).toBe('ERR_ANSWERED_ABOUT_OTHERS');
    expect(answer?.evidence).toEqual([]);
  });
});

describe('the table setl_d lists them', () => {
  const columns = [
    'setl_id',
    'mdtrt_id',
    'psn_name',
    'certno',
    'insutype',
    'begndate',
    'enddate',
    'setl_time',
    'clr_type',
    'medfee_sumamt',
    'fund_pay_sumamt',
    'refd_setl_flag',
    'init_setl_id',
    'CD_BATCH',
    'CD_OPERATION',
    'CD_TIME',
  ];
  const paid = [
    'S1',
    'M1',
    mine.name,
    mine.number,
    '390',
    '2026-02-10',
    '2026-02-24',
    '2026-02-24 10:32:45',
    '21',
    '100.50',
    '60',
    '0',
    '',
    '202602250001',
    'I',
    '2026-02-25T01:00:00+0000',
  ];
  const cancelled = [
    'S2',
    'M1',
    mine.name,
    mine.number,
    '390',
    '2026-02-10',
    '2026-02-24',
    '2026-03-01 09:00:00',
    '21',
    '-100.50',
    '-60',
    '1',
    'S1',
    '202603020001',
    'I',
    '2026-03-02T01:00:00+0000',
  ];
  const others = [...paid.slice(0, 2), theirs.name, theirs.number, ...paid.slice(4)].with(0, 'S3');

  it('as files of changes, a refund pointing to what it cancels', async () => {
    const text = `${[columns, cancelled, paid, others].map((line) => line.join(',')).join('\n')}\n`;
    const connection = receiving(
      { agency: 'medical-insurance', feed: 'settlements', envelope: 'table-exchange', mapping: 'settlement-setl-d' },
      [{ name: 'setl_d_20260302.csv', text }],
    );
    const pages: Page[] = [];

    for await (const page of changes({ onFile: (number) => number === mine.number, seen: async () => false }, connection, caller))
      pages.push(page);

    const evidence = pages.flatMap((page) => page.evidence) as SettlementEvidence[];
    expect(evidence).toMatchObject([
      { settlementNo: 'S1', fund: 'resident', setting: 'inpatient', stayRecordId: 'M1', refund: false, fundPaid: '60.00' },
      { settlementNo: 'S2', refund: true, refundOf: 'S1', total: '-100.50', fundPaid: '-60.00' },
    ]);
    expect(pages[0]).toMatchObject({ rows: 3, sieved: 1, completeThrough: '2026-03-02' });
  });

  it('only in a folder: a connection over HTTP cannot receive files', async () => {
    const { connection } = scripted(shape({}), () => '');

    await expect(
      changes({ onFile: () => true, seen: async () => false }, connection, caller)
        [Symbol.asyncIterator]()
        .next(),
    ).rejects.toMatchObject({
      code: 'ERR_CONFIG',
    });
  });
});
