import { describe, expect, it } from 'vitest';
import insurance from '../../../src/adapters/medical-insurance/index.js';
import type { EnrolmentEvidence, Json, Person } from '../../../src/model/index.js';
import { feedContract } from '../contract.js';
import { asked, type ConnectionShape, caller, connectTo, person } from '../harness.js';
import { scripted } from '../scripted.js';
import { enrolment, failed, insured, mine, ok, parameterOf, theirs } from './answers.js';

const feed = insurance.feeds.enrolments;
if (feed?.lookup === undefined) throw new Error('medical-insurance/enrolments can be asked');
const { lookup } = feed;
const shape = (settings: Record<string, Json> = {}): ConnectionShape => ({
  agency: 'medical-insurance',
  feed: 'enrolments',
  envelope: 'infno',
  mapping: 'enrolment-1101',
  settings,
});

feedContract({
  agency: 'medical-insurance',
  name: 'enrolments',
  feed,
  contentType: 'application/json;charset=UTF-8',
  connect: (url, options) => connectTo(url, shape(), options),
  body(scenario) {
    switch (scenario) {
      case 'found':
        return insured(mine);
      case 'empty':
        return failed('未查询到人员基本信息');
      case 'other':
        return insured(theirs);
      case 'found-and-other':
        return ok([JSON.parse(insured(theirs)).output, JSON.parse(insured(mine)).output]);
      case 'masked':
        return insured({ ...mine, number: '370799********0018' });
      case 'error':
        return failed('系统异常');
      case 'refused':
        return '{"code":401,"message":"非法用户!"}';
      case 'unusable':
        return insured(mine, [enrolment({ psn_insu_date: '2006-02-30' })]);
    }
  },
  found(evidence) {
    expect(evidence).toMatchObject([
      { kind: 'enrolment', source: { recordId: '37070000000000000001/310/370700' }, insurance: { code: 'employee', raw: '310' } },
    ]);
  },
});

async function ask(answer: string, settings: Record<string, Json> = {}, whom: Person = asked) {
  const { connection, requests } = scripted(shape(settings), () => answer);
  const [result] = await lookup({ persons: [whom] }, connection, caller);
  return { answer: result, requests };
}

describe('1101', () => {
  it('asks by number and name with the platform’s own code of the document', async () => {
    const { requests } = await ask(insured(mine));

    const names = ['mdtrt_cert_type', 'mdtrt_cert_no', 'psn_cert_type', 'certno', 'psn_name', 'begntime'];
    expect(names.map((name) => parameterOf(requests[0] ?? '', name))).toEqual([
      '02',
      '370799196001010018',
      '01',
      '370799196001010018',
      '测试甲',
      '',
    ]);
  });

  it('answers although the name differs: that is a mismatch, with what was said kept', async () => {
    const { answer } = await ask(insured({ ...mine, name: '样例丁' }));

    expect(answer?.outcome).toBe('mismatch');
    expect(answer?.evidence).toHaveLength(1);
  });

  it('another name and no enrolment is a mismatch too, not absence', async () => {
    const { answer } = await ask(insured({ ...mine, name: '样例丁' }, []));

    expect(answer?.outcome).toBe('mismatch');
    expect(answer?.evidence).toEqual([]);
  });

  it('a person it knows and who is in no insurance is absent', async () => {
    const { answer } = await ask(insured(mine, []));

    expect(answer?.outcome).toBe('absent');
  });

  it('somebody else without any enrolment is not absence', async () => {
    const { answer } = await ask(insured(theirs, []));

    expect(answer?.outcome).toBe('unavailable');
    expect(answer?.error?.code).toBe('ERR_ANSWERED_ABOUT_OTHERS');
  });

  it('asks for history only where the settings say so', async () => {
    const { requests } = await ask(insured(mine), { historySince: '2005-01-01' });

    expect(parameterOf(requests[0] ?? '', 'begntime')).toBe('2005-01-01 00:00:00');
  });

  it('past rows of one insurance are records of their own, and the newest keeps the name when it ends', async () => {
    const past = enrolment({ psn_insu_stas: '4', psn_insu_date: '2001-01-01', paus_insu_date: '2004-12-31' });
    const ids = async (rows: readonly Json[]) => {
      const { answer } = await ask(insured(mine, rows));
      return (answer?.evidence ?? []).map((item) => [item.source.recordId, (item as EnrolmentEvidence).to]);
    };

    const active = await ids([past, enrolment()]);
    const ended = await ids([enrolment({ psn_insu_stas: '4', paus_insu_date: '2026-10-31' }), past]);

    expect(active).toEqual([
      ['37070000000000000001/310/370700/2001-01-01', '2004-12-31'],
      ['37070000000000000001/310/370700', undefined],
    ]);
    expect(ended).toEqual([
      ['37070000000000000001/310/370700', '2026-10-31'],
      ['37070000000000000001/310/370700/2001-01-01', '2004-12-31'],
    ]);
  });

  it('the row that has not ended keeps the name, though one that ended began later', async () => {
    const open = enrolment({ psn_insu_date: '2001-01-01' });
    const tried = enrolment({ psn_insu_stas: '4', psn_insu_date: '2010-01-01', paus_insu_date: '2010-12-31' });

    const { answer } = await ask(insured(mine, [open, tried]));

    expect(answer?.evidence.map((item) => item.source.recordId)).toEqual([
      '37070000000000000001/310/370700',
      '37070000000000000001/310/370700/2010-01-01',
    ]);
  });

  it.each([
    ['810000196202280011', '17'],
    ['908840197505030018', '07'],
  ])('asks about a permit by its own code: %s', async (number, code) => {
    const { requests } = await ask(failed('未查询到人员基本信息'), {}, person(number, '测试甲'));

    expect(parameterOf(requests[0] ?? '', 'psn_cert_type')).toBe(code);
  });

  it('does not guess which of two codes a passport has', async () => {
    const traveller: Person = {
      idDocuments: [{ type: 'passport', number: 'E12345678', validity: 'not-checked' }],
      name: '测试甲',
    };
    const { answer, requests } = await ask(insured(mine), {}, traveller);

    expect(answer?.outcome).toBe('unavailable');
    expect(answer?.error?.code).toBe('ERR_INPUT');
    expect(requests).toEqual([]);
  });
});
