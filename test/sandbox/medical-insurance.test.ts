import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { formatDay } from '../../src/model/index.js';
import { createRegistry } from '../../src/sandbox/registry.js';
import { insuranceEndpoint } from '../../src/sandbox/servers/medical-insurance.js';
import { lifeOf, morning, postJson, type Reply, secrets, send, start, startSandbox, worldOf } from './harness.js';

const world = worldOf();
let nonces = 0;

function headers(options: { token?: string; timestamp?: number; nonce?: string; paasid?: string } = {}): Record<string, string> {
  const timestamp = String(options.timestamp ?? Math.floor(morning.getTime() / 1000));
  const nonce = options.nonce ?? `nonce-${nonces++}`;
  const text = `${timestamp}${options.token ?? secrets.insuranceToken}${nonce}${timestamp}`;
  return {
    'x-tif-paasid': options.paasid ?? secrets.insurancePaasid,
    'x-tif-timestamp': timestamp,
    'x-tif-nonce': nonce,
    'x-tif-signature': createHash('sha256').update(text).digest('hex'),
  };
}

function request(infno: string, data: Record<string, string>, more: Record<string, unknown> = {}) {
  return {
    infno,
    msgid: 'H37079900000202611231000000001',
    mdtrtarea_admvs: '370700',
    insuplc_admdvs: '370700',
    recer_sys_code: 'YBXT',
    infver: 'V1.0',
    opter_type: '1',
    opter: 'LDNL001',
    opter_name: '示例经办人',
    inf_time: '2026-11-23 10:00:00',
    fixmedins_code: 'H37079900000',
    fixmedins_name: '演示市劳动能力鉴定中心',
    input: { data },
    ...more,
  };
}

async function ready() {
  const { sandbox } = await startSandbox();
  const url = `${sandbox.urls['medical-insurance']}/ebus/rio_fsi`;
  const ask = (infno: string, data: Record<string, string>, more: Record<string, unknown> = {}) =>
    postJson(url, request(infno, data, more), headers());
  return { ask, url };
}

interface Answer {
  infcode: number | string;
  err_msg: string | null;
  output: Record<string, unknown> | null;
}

const answer = (reply: Reply) => reply.json as Answer;
const rows = (reply: Reply, node: string) => [answer(reply).output?.[node] ?? []].flat() as Record<string, string>[];
const time = (daysAgo: number) => `${formatDay(start - daysAgo)} 00:00:00`;

const person = lifeOf(world, 'discharge-booked-a-day-late');
const enrolment = (number: string, name: string) => ({
  mdtrt_cert_type: '02',
  mdtrt_cert_no: number,
  psn_cert_type: '01',
  certno: number,
  psn_name: name,
});

describe('the insurance gateway', () => {
  it('accepts the published signature for half an hour and refuses it one second too late', () => {
    const now = new Date(1711612800 * 1000 + 1_800_000);
    const published = {
      'x-tif-paasid': 'demo',
      'x-tif-timestamp': '1711612800',
      'x-tif-nonce': '3f2c9a40-0000-4000-8000-000000000001',
      'x-tif-signature': 'ee21f37eed2a6ebed0392d5567a5d634c085b2b6fc08324515f888b59575b6bd',
    };
    const at = (clock: Date) => {
      const registry = createRegistry(world, () => start);
      const endpoint = insuranceEndpoint({
        path: '/',
        paasid: 'demo',
        token: 'demo-token-not-real-0001',
        registry,
        clock: () => clock,
      });
      const body = Buffer.from(JSON.stringify(request('1101', enrolment(person.citizen.number, person.citizen.name))));
      const calm = { wrongKey: false, clockSkew: false, otherPerson: false, pageRepeats: false };
      return endpoint.answer({ method: 'POST', path: '/', query: new URLSearchParams(), headers: published, body }, calm).body;
    };

    expect(JSON.parse(at(now))).toMatchObject({ err_msg: null });
    expect(JSON.parse(at(new Date(now.getTime() + 1000)))).toEqual({ code: 401, message: '签名时间戳超时!' });
  });

  it('refuses in its own shape, with HTTP 200', async () => {
    const { url } = await ready();
    const body = request('1101', enrolment(person.citizen.number, person.citizen.name));
    const nonce = 'once';

    expect((await postJson(url, body)).json).toEqual({ code: 401, message: '缺少服务网关的请求头!' });
    expect((await postJson(url, body, headers({ paasid: 'nobody' }))).json).toEqual({ code: 401, message: '非法用户!' });
    expect((await postJson(url, body, headers({ token: 'guess' }))).json).toEqual({ code: 401, message: '签名不一致!' });
    expect((await postJson(url, body, headers({ timestamp: 1700000000 }))).json).toEqual({
      code: 401,
      message: '签名时间戳超时!',
    });
    expect((await postJson(url, body, headers({ nonce }))).json).toMatchObject({ err_msg: null });
    const replayed = await postJson(url, body, headers({ nonce }));
    expect(replayed.status).toBe(200);
    expect(replayed.json).toMatchObject({ code: 401 });
    expect((await send(url, { headers: headers() })).json).toMatchObject({ code: 401 });
  });
});

describe('the medical insurance', () => {
  it('answers about a person although the name differs, with the name it has', async () => {
    const { ask } = await ready();

    const reply = await ask('1101', enrolment(person.citizen.number, '别人'));

    expect(String(answer(reply).infcode)).toBe('0');
    expect(answer(reply).output?.baseinfo).toMatchObject({ certno: person.citizen.number, psn_name: person.citizen.name });
  });

  it('says that it found nobody as a failure', async () => {
    const { ask } = await ready();

    const reply = await ask('1101', enrolment('370799196001010018', '测试甲'));

    expect(answer(reply)).toMatchObject({ infcode: -1, err_msg: '未查询到人员基本信息', output: null });
  });

  it('tells stays of one kind of service that began in the window', async () => {
    const { ask } = await ready();
    const psn_no = person.citizen.insuranceNo;
    const ask5201 = (begin: number, end: number, med_type: string) =>
      ask('5201', { psn_no, begntime: time(begin), endtime: time(end), med_type });

    const reply = await ask5201(88, 87, '21');

    expect(rows(reply, 'mdtrtinfo')).toHaveLength(1);
    expect(rows(reply, 'mdtrtinfo')[0]).toMatchObject({ dscg_way: '5', die_date: formatDay(start - 85), inhosp_stas: '0' });
    expect(rows(await ask5201(87, 0, '21'), 'mdtrtinfo')).toEqual([]);
    expect(rows(await ask5201(88, 87, '22'), 'mdtrtinfo')).toEqual([]);
  });

  it('tells who lies in hospital by another transaction, without hospital, end or death', async () => {
    const { ask } = await ready();
    const { insuranceNo } = lifeOf(world, 'still-in-hospital').citizen;

    const reply = await ask('5303', { psn_no: insuranceNo, begntime: time(10), endtime: time(0) });

    expect(rows(reply, 'data')).toHaveLength(1);
    expect(rows(reply, 'data')[0]).toMatchObject({ begndate: formatDay(start - 6) });
    expect(Object.keys(rows(reply, 'data')[0] ?? {})).not.toContain('fixmedins_code');
    expect(rows(await ask('5303', { begntime: time(30), endtime: time(0) }), 'data').length).toBeGreaterThan(1);
  });

  it('tells a settlement only to who knows its number, and the reversal with negative amounts', async () => {
    const { ask } = await ready();
    const { citizen, settlements } = lifeOf(world, 'insurance-payment-reversed');
    const [, reversal] = settlements;
    const data = {
      psn_no: citizen.insuranceNo,
      setl_id: reversal?.settlementNo ?? '',
      mdtrt_id: reversal?.stay.insuranceVisitNo ?? '',
    };

    const reply = await ask('5203', data);

    expect(answer(reply).output?.setlinfo).toMatchObject({
      refd_setl_flag: '1',
      fund_pay_sumamt: expect.stringMatching(/^-\d+\.\d{2}$/),
    });
    expect(answer(await ask('5203', { ...data, setl_id: '' })).err_msg).toBe('参数【setl_id】不能为空');
    expect(answer(await ask('5203', { ...data, setl_id: '1' })).err_msg).toBe('结算ID【1】不存在');
  });

  it.each(['psn_no', 'begntime', 'endtime', 'med_type'])('demands %s of 5201', async (name) => {
    const { ask } = await ready();
    const data = { psn_no: person.citizen.insuranceNo, begntime: time(90), endtime: time(0), med_type: '21', [name]: '' };

    expect(answer(await ask('5201', data))).toMatchObject({ infcode: -1, err_msg: `参数【${name}】不能为空` });
  });

  it.each([
    'mdtrtarea_admvs',
    'recer_sys_code',
    'infver',
    'opter_type',
    'opter',
    'opter_name',
    'inf_time',
    'fixmedins_code',
    'fixmedins_name',
  ])('demands %s of the envelope', async (name) => {
    const { ask } = await ready();

    const reply = await ask('1101', enrolment(person.citizen.number, person.citizen.name), { [name]: '' });

    expect(answer(reply)).toMatchObject({ infcode: -1, err_msg: `参数【${name}】不能为空` });
  });

  it('demands a message number of thirty places, the insured place beside a person number, and times with seconds', async () => {
    const { ask } = await ready();
    const data = { psn_no: person.citizen.insuranceNo, begntime: time(90), endtime: time(0), med_type: '21' };
    const message = async (reply: Promise<Reply>) => answer(await reply).err_msg;

    expect(await message(ask('5201', data, { msgid: 'H3707990000020261123100000001' }))).toBe('发送方报文ID【msgid】格式错误');
    expect(await message(ask('5201', data, { msgid: 'X37079900000202611231000000001' }))).toBe('发送方报文ID【msgid】格式错误');
    expect(await message(ask('5201', data, { insuplc_admdvs: '' }))).toContain('参保地医保区划【insuplc_admdvs】不能为空');
    expect(await message(ask('5201', { ...data, begntime: '2026-01-01' }))).toBe('参数【begntime】格式错误');
    expect(await message(ask('9999', data))).toBe('交易编号【9999】不存在');
  });

  it('says infcode as a number here and as text there, and sends a list of one as an object now and then', async () => {
    const { ask } = await ready();
    const codes = new Set<unknown>();
    const shapes = new Set<string>();
    for (const [index, life] of world.onFile.slice(0, 40).entries()) {
      const msgid = `H37079900000202611231000${String(index).padStart(6, '0')}`;
      const reply = await ask('1101', enrolment(life.citizen.number, life.citizen.name), { msgid });
      codes.add(answer(reply).infcode);
      shapes.add(Array.isArray(answer(reply).output?.insuinfo) ? 'list' : 'object');
    }

    expect(codes).toEqual(new Set(['0', 0]));
    expect(shapes).toEqual(new Set(['list', 'object']));
  });
});
