import { describe, expect, it } from 'vitest';
import { lifeOf, type Reply, secrets, send, signed, startSandbox, workingSecret, worldOf } from './harness.js';

const sid = 's_0000000000000_3703';
const world = worldOf();

interface Rows {
  status: string;
  code: string;
  result: { total?: string; data?: Record<string, string | null>[]; errormsg?: string };
}

async function ready() {
  const { sandbox } = await startSandbox();
  const origin = sandbox.urls['civil-affairs'] as string;
  const header = signed(sid, await workingSecret(origin, sid, secrets.cremationAppKey));
  const ask = (form: Record<string, string>, headers: Record<string, string> = header): Promise<Reply> =>
    send(`${origin}/httpproxy`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(form).toString(),
    });
  return { sandbox, origin, header, ask };
}

const asked = (story: string) => {
  const { citizen } = lifeOf(world, story);
  return { name: citizen.name, id_card: citizen.number };
};
const rows = (reply: Reply) => reply.json as Rows;

describe('the cremation service', () => {
  it('answers in the ministry’s shape, with a total that is text', async () => {
    const { ask } = await ready();

    const reply = await ask(asked('open-case-three-agencies-agree'));

    expect(rows(reply)).toMatchObject({ status: 'success', code: '0', result: { total: '1' } });
    expect(Object.keys(rows(reply).result.data?.[0] ?? {})).toEqual([
      'RN',
      'NAME',
      'ID_CARD',
      'SEX',
      'DEATH_TIME',
      'ADDRESS',
      'CREMATION_TIME',
    ]);
    expect(rows(reply).result.data?.[0]?.CREMATION_TIME).toMatch(/^2026-11-05( 00:00:00)?$/);
    expect(rows(reply).result.data?.[0]?.DEATH_TIME).toMatch(/^2026-11-03( 00:00:00)?$/);
  });

  it('finds nobody with success and total 0', async () => {
    const { ask } = await ready();

    expect(rows(await ask(asked('still-in-hospital')))).toEqual({
      status: 'success',
      code: '0',
      result: { total: '0', fields: ['RN', 'NAME', 'ID_CARD', 'SEX', 'DEATH_TIME', 'ADDRESS', 'CREMATION_TIME'], data: [] },
    });
  });

  it('leaves the death time empty, the number empty, or writes it with 15 digits, where it is recorded so', async () => {
    const { ask } = await ready();

    const undated = rows(await ask(asked('cremation-without-death-date'))).result.data?.[0];
    const nameless = rows(await ask(asked('namesake-in-the-village'))).result.data?.[0];
    const old = rows(await ask(asked('cremation-with-15-digits'))).result.data?.[0];

    expect(undated?.DEATH_TIME || '').toBe('');
    expect(nameless?.ID_CARD).toBe('');
    expect(old?.ID_CARD).toMatch(/^\d{15}$/);
  });

  it.each([
    ['name', '参数name不能为空'],
    ['id_card', '参数id_card不能为空'],
  ])('demands %s', async (name, text) => {
    const { ask } = await ready();

    const reply = await ask({ ...asked('still-in-hospital'), [name]: '' });

    expect(reply.status).toBe(200);
    expect(rows(reply)).toEqual({ status: 'error', code: '1', result: { errormsg: text } });
  });

  it('pages by offset and size', async () => {
    const { ask } = await ready();
    const person = asked('open-case-three-agencies-agree');

    const second = rows(await ask({ ...person, start: '1', limit: '1' }));

    expect(second.result).toMatchObject({ total: '1', data: [] });
    expect(rows(await ask({ ...person, start: '0', limit: '0' })).result.errormsg).toBe('分页参数错误');
  });

  it('refuses a wrong signature, a stale time, fields in the form that differ from the headers, JSON, and GET', async () => {
    const { ask, header, origin } = await ready();
    const person = asked('still-in-hospital');
    const message = async (reply: Promise<Reply>) => rows(await reply).result.errormsg;

    expect(await message(ask(person, { ...header, gjgxjhpt_sign: 'AAAA' }))).toBe('签名验证失败');
    expect(await message(ask(person, { ...header, gjgxjhpt_rtime: '1700000000000' }))).toBe('请求时间戳超时');
    expect(await message(ask(person, {}))).toBe('缺少共享平台请求头');
    expect(await message(ask({ ...person, gjgxjhpt_sign: 'other' }))).toBe('签名验证失败');
    expect(await message(ask(person, { ...header, 'Content-Type': 'application/json' }))).toBe('请求格式错误');
    expect(await message(send(`${origin}/httpproxy`, { headers: header }))).toBe('只接受POST请求');
  });

  it('accepts the four fields in the form beside the headers', async () => {
    const { ask, header } = await ready();

    expect(rows(await ask({ ...asked('still-in-hospital'), ...header })).status).toBe('success');
  });

  it('does not accept the secret of another interface', async () => {
    const { sandbox, ask } = await ready();
    const other = 's_0000000000000_3701';
    const secret = await workingSecret(sandbox.urls['public-security'] as string, other, secrets.populationAppKey);

    expect(rows(await ask(asked('still-in-hospital'), signed(sid, secret))).result.errormsg).toBe('签名验证失败');
    expect(rows(await ask(asked('still-in-hospital'), signed(other, secret))).result.errormsg).toBe(
      '请求不存在于数据库授权列表中',
    );
  });

  it('answers 404 in HTML for an address that is none', async () => {
    const { origin } = await ready();

    expect((await send(`${origin}/elsewhere`, { method: 'POST' })).status).toBe(404);
  });
});
