import { describe, expect, it } from 'vitest';
import { institutionTable } from '../../../src/adapters/institutions.js';
import insurance from '../../../src/adapters/medical-insurance/index.js';
import { YilianError } from '../../../src/errors.js';
import type { Json, StayEvidence } from '../../../src/model/index.js';
import { feedContract } from '../contract.js';
import { asked, type ConnectionShape, caller, connectTo } from '../harness.js';
import { scripted } from '../scripted.js';
import { enrolment, failed, infnoOf, inHospital, insured, mine, ok, parameterOf, theirs, visit } from './answers.js';

const feed = insurance.feeds.stays;
if (feed?.lookup === undefined) throw new Error('medical-insurance/stays can be asked');
const { lookup } = feed;
const shape = (settings: Record<string, Json> = {}): ConnectionShape => ({
  agency: 'medical-insurance',
  feed: 'stays',
  envelope: 'infno',
  mapping: 'stay-insurance',
  settings: { medTypes: ['21', '22'], ...settings },
});

feedContract({
  agency: 'medical-insurance',
  name: 'stays',
  feed,
  contentType: 'application/json;charset=UTF-8',
  connect: (url, options) => connectTo(url, shape(), options),
  body(scenario, request) {
    const infno = infnoOf(request);
    if (scenario === 'error') return failed('系统异常');
    if (scenario === 'refused') return '{"code":401,"message":"签名不一致!"}';
    if (infno === '1101' && scenario !== 'other' && scenario !== 'masked') return insured(mine);
    if (infno === '5303') return ok({ data: [] });
    switch (scenario) {
      case 'found':
        return ok({ mdtrtinfo: [visit(mine)] });
      case 'empty':
        return ok({ mdtrtinfo: [] });
      case 'other':
        return insured(theirs);
      case 'found-and-other':
        return ok({ mdtrtinfo: [visit(theirs, { mdtrt_id: 'M2' }), visit(mine)] });
      case 'masked':
        return insured({ ...mine, number: '370799********0018' });
      case 'unusable':
        return ok({ mdtrtinfo: [visit(mine, { begntime: '2026-02-30 08:00:00' })] });
    }
  },
  found(evidence) {
    expect(evidence).toMatchObject([
      {
        kind: 'stay',
        source: { recordId: 'M1' },
        hospital: {},
        admittedOn: '2026-02-10T08:30:00+08:00',
        dischargedOn: '2026-02-24T10:15:00+08:00',
        outcome: { code: 'home', raw: '1' },
      },
    ]);
  },
});

interface World {
  person?: string;
  visits?: readonly Json[];
  inHospital?: readonly Json[];
  instead?: (infno: string, body: string) => string | undefined;
}

async function ask(world: World, settings: Record<string, Json> = {}, from = '2026-01-01') {
  const { connection, requests } = scripted(shape(settings), (body) => {
    const infno = infnoOf(body);
    const instead = world.instead?.(infno, body);
    if (instead !== undefined) return instead;
    if (infno === '1101') return world.person ?? insured(mine);
    if (infno === '5303') return ok({ data: [...(world.inHospital ?? [])] });
    const ofType = (world.visits ?? []).filter((row) => (row as { med_type: string }).med_type === parameterOf(body, 'med_type'));
    return ok({ mdtrtinfo: [...ofType] });
  });
  const [answer] = await lookup({ persons: [asked], window: { from, until: '2026-11-23' } }, connection, caller);
  return { answer, stays: (answer?.evidence ?? []) as StayEvidence[], requests, asked: requests.map(infnoOf) };
}

describe('what is asked', () => {
  it('1101 for the person number, 5201 once for each kind of service, 5303 for who is still in', async () => {
    const { asked: infnos, requests } = await ask({});

    expect(infnos).toEqual(['1101', '5201', '5201', '5303']);
    expect(requests.slice(1, 3).map((body) => parameterOf(body, 'med_type'))).toEqual(['21', '22']);
    for (const body of requests.slice(1)) {
      expect(parameterOf(body, 'psn_no')).toBe('37070000000000000001');
      expect(parameterOf(body, 'insuplc_admdvs')).toBe('370700');
      expect(parameterOf(body, 'begntime')).toBe('2024-11-27 00:00:00');
      expect(parameterOf(body, 'endtime')).toBe('2026-11-23 23:59:59');
    }
  });

  it('all public inpatient kinds where the settings name none', async () => {
    const { connection, requests } = scripted({ ...shape(), settings: {} }, (body) =>
      infnoOf(body) === '1101' ? insured(mine) : ok({ mdtrtinfo: [] }),
    );

    await lookup({ persons: [asked] }, connection, caller);

    expect(requests.map((body) => parameterOf(body, 'med_type')).filter((type) => type !== '')).toEqual([
      ...['21', '22', '23', '24', '26', '28', '2101', '2102', '52', '2106', '2107', '2111', '210303'],
    ]);
  });

  it('each region the person is insured in', async () => {
    const person = insured(mine, [enrolment(), enrolment({ insutype: '390', insuplc_admdvs: null, insu_admdvs: '370100' })]);
    const { requests } = await ask({ person }, { openStays: false });

    expect(requests.slice(1).map((body) => parameterOf(body, 'insuplc_admdvs'))).toEqual([
      '370700',
      '370700',
      '370100',
      '370100',
    ]);
  });

  it('the person number anew for every question, and never that of another person', async () => {
    const { connection, requests } = scripted(shape({ medTypes: ['21'], openStays: false }), (body) => {
      if (infnoOf(body) !== '1101') return ok({ mdtrtinfo: [] });
      return insured(parameterOf(body, 'certno') === mine.number ? mine : theirs);
    });
    const second = {
      ...asked,
      idDocuments: [{ type: 'resident-id' as const, number: theirs.number, validity: 'valid' as const }],
      name: theirs.name,
    };

    await lookup({ persons: [asked, second] }, connection, caller);

    expect(requests.map((body) => parameterOf(body, 'psn_no'))).toEqual(['', mine.personNo, '', theirs.personNo]);
  });
});

describe('what the answers are', () => {
  it('nobody of this number is absent, and nothing more is asked', async () => {
    const { answer, asked: infnos } = await ask({ person: failed('未查询到人员基本信息') });

    expect(answer?.outcome).toBe('absent');
    expect(infnos).toEqual(['1101']);
  });

  it('one kind of service that fails makes the answer incomplete, and what came is kept', async () => {
    const {
      answer,
      stays,
      asked: infnos,
    } = await ask({
      visits: [visit(mine, { med_type: '22' })],
      instead: (infno, body) => (infno === '5201' && parameterOf(body, 'med_type') === '21' ? failed('系统异常') : undefined),
    });

    expect(answer?.outcome).toBe('unavailable');
    expect(answer?.error?.code).toBe('ERR_INCOMPLETE');
    expect(answer?.error?.text.en).toContain('5201 med_type 21');
    expect(stays.map((stay) => stay.source.recordId)).toEqual(['M1']);
    expect(infnos).toEqual(['1101', '5201', '5201', '5303']);
  });

  it('so does one that the server fails at, and the other kinds are asked all the same', async () => {
    const { answer, stays } = await ask({
      visits: [visit(mine, { med_type: '22' })],
      instead: (infno, body) => {
        if (infno !== '5201' || parameterOf(body, 'med_type') !== '21') return undefined;
        throw new YilianError('ERR_HTTP_STATUS', { zh: 'HTTP 500', en: 'HTTP 500' }, { httpStatus: 500 });
      },
    });

    expect(answer?.error?.code).toBe('ERR_INCOMPLETE');
    expect(stays.map((stay) => stay.source.recordId)).toEqual(['M1']);
  });

  it('a failure that every further question would meet ends the asking', async () => {
    const { answer, asked: infnos } = await ask({
      instead: (infno) => {
        if (infno !== '5201') return undefined;
        throw new YilianError('ERR_QUOTA', { zh: '配额用完', en: 'quota used up' });
      },
    });

    expect(answer?.error?.code).toBe('ERR_QUOTA');
    expect(infnos).toEqual(['1101', '5201']);
  });

  it('an open stay comes from 5303, and a stay told by both is told by 5201', async () => {
    const { answer, stays } = await ask({
      visits: [visit(mine)],
      inHospital: [inHospital(mine), inHospital(mine, { mdtrt_id: 'M1', begndate: '2026-02-10' })],
    });

    expect(answer?.outcome).toBe('found');
    expect(stays.map((stay) => [stay.source.recordId, stay.dischargedOn])).toEqual([
      ['M1', '2026-02-24T10:15:00+08:00'],
      ['M9', undefined],
    ]);
  });

  it('also where another region’s 5303 told it open before', async () => {
    const { connection } = scripted(shape({ medTypes: ['21'] }), (body) => {
      if (infnoOf(body) === '1101') return insured(mine, [enrolment(), enrolment({ insutype: '390', insuplc_admdvs: '370783' })]);
      if (infnoOf(body) === '5303') return ok({ data: [inHospital(mine, { mdtrt_id: 'M1', begndate: '2026-02-10' })] });
      return ok({ mdtrtinfo: parameterOf(body, 'insuplc_admdvs') === '370783' ? [visit(mine)] : [] });
    });
    const [answer] = await lookup({ persons: [asked] }, connection, caller);

    expect(answer?.evidence).toMatchObject([{ source: { recordId: 'M1' }, dischargedOn: '2026-02-24T10:15:00+08:00' }]);
  });

  it('rows of another kind of service than asked for are no stays', async () => {
    const { answer, stays } = await ask({
      instead: (infno) => (infno === '5201' ? ok({ mdtrtinfo: [visit(mine, { med_type: '11' })] }) : undefined),
    });

    expect(stays).toEqual([]);
    expect(answer?.outcome).toBe('absent');
  });

  it('a kind that a city adds is a stay because the city says so', async () => {
    const { stays } = await ask({ visits: [visit(mine, { med_type: '66' })] }, { medTypes: ['66'] });

    expect(stays.map((stay) => stay.source.recordId)).toEqual(['M1']);
  });

  it('a kind that a city leaves out is none', async () => {
    const { stays } = await ask(
      { instead: (infno) => (infno === '5201' ? ok({ mdtrtinfo: visit(mine, { med_type: '2107' }) }) : undefined) },
      { medTypes: ['21'] },
    );

    expect(stays).toEqual([]);
  });

  it('rows about others in an answer are refused', async () => {
    const { answer, stays } = await ask({ visits: [visit(mine), visit(theirs, { mdtrt_id: 'M2' })] });

    expect(stays.map((stay) => stay.source.recordId)).toEqual(['M1']);
    expect(answer?.rejected.map((item) => item.reason)).toEqual(['about-another-person']);
  });

  it('a known number under another name is a mismatch even without stays', async () => {
    const { answer } = await ask({ person: insured({ ...mine, name: '样例丁' }) });

    expect(answer?.outcome).toBe('mismatch');
  });

  it('an answer of 1101 without a person number is not absence', async () => {
    const { answer } = await ask({ person: insured({ ...mine, personNo: '' }) });

    expect(answer?.outcome).toBe('unavailable');
    expect(answer?.error?.code).toBe('ERR_AGENCY');
  });

  it('a death is told with its day, precise to the day', async () => {
    const { stays } = await ask({ visits: [visit(mine, { dscg_way: '5', die_date: '2026-02-24 00:00:00' })] });

    expect(stays).toMatchObject([{ outcome: { code: 'died' }, diedOn: '2026-02-24' }]);
  });
});

describe('the hospital is never guessed', () => {
  it('no row tells it', async () => {
    const { stays } = await ask({ visits: [visit(mine)] });

    expect(stays[0]?.hospital).toEqual({});
  });

  it('where one institution answers, its name is a setting, completed from the table of institutions', async () => {
    const { connection } = scripted(shape({ medTypes: ['21'], hospital: { code: 'H37079900001' } }), (body) =>
      infnoOf(body) === '1101' ? insured(mine) : ok({ mdtrtinfo: [visit(mine)] }),
    );
    const institutions = institutionTable([{ code: 'H37079900001', name: '演示市样例医院', region: '370700' }]);

    const [answer] = await lookup({ persons: [asked] }, { ...connection, institutions }, caller);

    expect(answer?.evidence).toMatchObject([{ hospital: { code: 'H37079900001', name: '演示市样例医院', region: '370700' } }]);
  });

  it('a row that does tell it is believed', async () => {
    const { stays } = await ask(
      { visits: [visit(mine, { fixmedins_code: 'H37079900002' })] },
      { hospital: { code: 'H37079900001' } },
    );

    expect(stays[0]?.hospital).toEqual({ code: 'H37079900002' });
  });
});
