import { describe, expect, it } from 'vitest';
import { lifeOf, type Reply, secrets, send, start, startSandbox, worldOf } from './harness.js';

const world = worldOf();
const namespace = 'http://swyxzm.sandbox.invalid/';

async function ready() {
  const { sandbox } = await startSandbox();
  const url = `${sandbox.urls.health}/services/swyxzm`;
  const ask = (mdeml: string, more: { user?: string; password?: string; namespace?: string; raw?: string } = {}) =>
    send(url, {
      method: 'POST',
      headers: { 'Content-Type': 'text/xml;charset=UTF-8' },
      body: `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:s="${more.namespace ?? namespace}"><soapenv:Body><s:getSwyxzmInfo><username>${more.user ?? secrets.certificateUser}</username><password>${more.password ?? secrets.certificatePassword}</password><xmlInput>${more.raw ?? Buffer.from(mdeml).toString('base64')}</xmlInput></s:getSwyxzmInfo></soapenv:Body></soapenv:Envelope>`,
    });
  return { sandbox, ask, url };
}

function question(story: string, more: { date?: string; organisation?: string; name?: string } = {}): string {
  return questionAbout(lifeOf(world, story).citizen, more);
}

function questionAbout(
  citizen: { number: string; name: string },
  more: { date?: string; organisation?: string; name?: string } = {},
): string {
  return `<?xml version="1.0" encoding="UTF-8"?><MDEML templateVersion="1.0"><requestinfo><requestDate>${more.date ?? '2026-11-23 10:00:00'}</requestDate><requestOrgCode>${more.organisation ?? '12370700000000000X'}</requestOrgCode><requestOrgName>演示中心</requestOrgName></requestinfo><body><data><GMSFZH>${citizen.number}</GMSFZH><XM>${more.name ?? citizen.name}</XM></data></body></MDEML>`;
}

function answered(reply: Reply): string {
  const base64 = /<return>([^<]*)<\/return>/.exec(reply.text)?.[1] ?? '';
  return Buffer.from(base64, 'base64').toString('utf8');
}

const said = (reply: Reply, name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(answered(reply))?.[1];

describe('the service of death certificates', () => {
  it('answers Base64 of MDEML in which success 0 means well', async () => {
    const { ask } = await ready();

    const reply = await ask(question('open-case-certificate-only'));

    expect(said(reply, 'success')).toBe('0');
    expect(said(reply, 'GMSFHM')).toBe(lifeOf(world, 'open-case-certificate-only').citizen.number);
    expect(said(reply, 'SWRQ')).toMatch(/^2026-?11-?11$/);
  });

  it('answers success 0 without data about the living, and about a certificate that was retracted', async () => {
    const { ask } = await ready();

    const retracted = world.strangers.find((life) =>
      life.certificates.some(
        ({ servedFrom, retractedOn }) => servedFrom !== undefined && retractedOn !== undefined && retractedOn <= start,
      ),
    );

    for (const person of [lifeOf(world, 'still-in-hospital'), retracted]) {
      const reply = await ask(questionAbout(person?.citizen ?? { number: '', name: '' }));
      expect(said(reply, 'success')).toBe('0');
      expect(answered(reply)).not.toContain('<data>');
    }
  });

  it('gives the corrected and the reissued day', async () => {
    const { ask } = await ready();

    expect(said(await ask(question('certificate-corrected')), 'SWRQ')).toMatch(/^2026-?09-?01$/);
    expect(said(await ask(question('reissued-with-another-day')), 'SWRQ')).toMatch(/^2026-?10-?06$/);
  });

  it('refuses a wrong password and missing or misshapen parameters with success 1', async () => {
    const { ask } = await ready();
    const text = async (reply: Promise<Reply>) => [said(await reply, 'success'), said(await reply, 'message')];

    expect(await text(ask(question('still-in-hospital'), { password: 'guess' }))).toEqual(['1', '用户名或密码错误']);
    expect(await text(ask(question('still-in-hospital', { name: '' })))).toEqual(['1', 'XM不能为空']);
    expect(await text(ask(question('still-in-hospital', { organisation: '' })))).toEqual(['1', 'requestOrgCode不能为空']);
    expect(await text(ask(question('still-in-hospital', { date: '20261123' })))).toEqual(['1', 'requestDate格式错误']);
    expect(await text(ask('', { raw: '&lt;MDEML/&gt;' }))).toEqual(['1', '请求报文格式错误']);
    expect(await text(ask('<MDEML>'))).toEqual(['1', '请求报文格式错误']);
  });

  it('faults on another namespace and on GET', async () => {
    const { ask, url } = await ready();

    expect((await ask(question('still-in-hospital'), { namespace: 'urn:other' })).text).toContain(
      '<faultstring>没有这个服务</faultstring>',
    );
    expect((await send(url, { method: 'GET' })).text).toContain('<faultstring>只接受 POST 请求</faultstring>');
  });
});
