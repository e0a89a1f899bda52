import { describe, expect, it } from 'vitest';
import { createFaults, feedFaults } from '../../src/sandbox/faults.js';
import { lifeOf, type Reply, secrets, send, signed, startSandbox, workingSecret, worldOf } from './harness.js';

const sid = 's_0000000000000_3703';
const world = worldOf();
const dead = lifeOf(world, 'open-case-three-agencies-agree').citizen;

async function ready(options: Parameters<typeof startSandbox>[0] = {}) {
  const { sandbox } = await startSandbox(options);
  const origin = sandbox.urls['civil-affairs'] as string;
  const header = signed(sid, await workingSecret(origin, sid, secrets.cremationAppKey));
  const ask = (form: Record<string, string> = {}): Promise<Reply> =>
    send(`${origin}/httpproxy`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...header },
      body: new URLSearchParams({ name: dead.name, id_card: dead.number, ...form }).toString(),
    });
  const askCertificate = (): Promise<Reply> =>
    send(`${sandbox.urls.health}/services/swyxzm`, {
      method: 'POST',
      headers: { 'Content-Type': 'text/xml;charset=UTF-8' },
      body: '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body/></e:Envelope>',
    });
  return { sandbox, origin, ask, askCertificate };
}

const message = (reply: Reply) => (reply.json as { result: { errormsg?: string } }).result.errormsg;

describe('a fault plan', () => {
  it('is in force from the start, and can be switched off', async () => {
    const { sandbox, ask } = await ready({ faults: { 'civil-affairs': 'busy' } });

    expect(message(await ask())).toBe('系统繁忙，请稍后再试');
    sandbox.setFault('civil-affairs', undefined);
    expect(message(await ask())).toBeUndefined();
  });

  it('begins after so many requests and ends after so many more', async () => {
    const { ask } = await ready({ faults: { 'civil-affairs/cremations': { kind: 'quota', after: 2, times: 1 } } });
    const told: (string | undefined)[] = [];

    for (let request = 0; request < 4; request++) told.push(message(await ask()));

    expect(told).toEqual([undefined, undefined, '接口调用次数超过配额', undefined]);
  });

  it('of an agency is that of each of its feeds that can have it', () => {
    const faults = createFaults({ health: 'wrong-key' });

    expect(faults.of('health/death-certificates')?.kind).toBe('wrong-key');
    expect(faults.of('health/stays')).toBeUndefined();
  });

  it('of the lookup is not that of the drop folder beside it, and an agency’s is both', () => {
    const lookup = createFaults({ 'health/death-certificates': 'down' });
    const agency = createFaults({ health: 'down' });

    expect(lookup.of('health/death-certificates/drop')).toBeUndefined();
    expect(agency.of('health/death-certificates/drop')?.kind).toBe('down');
  });

  it('refuses feeds and faults there are none of, saying which there are', () => {
    expect(() => createFaults({ 'health/births': 'down' })).toThrow(
      'the sandbox has no agency or feed health/births; it has: public-security/population, ',
    );
    expect(() => createFaults({ 'health/stays': 'wrong-key' })).toThrow(
      'health/stays cannot have the fault wrong-key; it can have: down, busy, ',
    );
  });

  it('covers every fault of the list at least once', () => {
    const kinds = new Set(Object.values(feedFaults).flat());

    expect([...kinds].sort()).toEqual([
      'busy',
      'clock-skew',
      'doctype',
      'down',
      'gbk',
      'html',
      'other-person',
      'page-repeats',
      'quota',
      'slow',
      'truncated',
      'wrong-key',
    ]);
  });
});

describe('a fault', () => {
  it('down resets the connection', async () => {
    const { sandbox, ask } = await ready();
    sandbox.setFault('civil-affairs/cremations', 'down');

    await expect(ask()).rejects.toThrow('fetch failed');
    sandbox.setFault('civil-affairs/cremations', undefined);
    expect((await ask()).status).toBe(200);
  });

  it('wrong-key refuses the secret service and the business call', async () => {
    const { sandbox, origin, ask } = await ready();
    sandbox.setFault('civil-affairs/cremations', 'wrong-key');

    expect(message(await ask())).toBe('签名验证失败');
    await expect(workingSecret(origin, sid, secrets.cremationAppKey)).rejects.toThrow();
  });

  it('clock-skew calls fresh times stale', async () => {
    const { sandbox, ask } = await ready();
    sandbox.setFault('civil-affairs/cremations', 'clock-skew');

    expect(message(await ask())).toBe('请求时间戳超时');
  });

  it('html is a login page with HTTP 200', async () => {
    const { sandbox, ask } = await ready();
    sandbox.setFault('civil-affairs/cremations', 'html');

    const reply = await ask();

    expect([reply.status, reply.contentType]).toEqual([200, 'text/html;charset=UTF-8']);
    expect(reply.text).toMatch(/^<!DOCTYPE html>/);
  });

  it('gbk sends GB18030 that says it is UTF-8', async () => {
    const { sandbox, ask } = await ready();
    const plain = (await ask()).text;
    sandbox.setFault('civil-affairs/cremations', 'gbk');

    const reply = await ask();

    expect(reply.contentType).toBe('application/json;charset=UTF-8');
    expect(reply.text).not.toBe(plain);
    expect(new TextDecoder('gb18030', { fatal: true }).decode(reply.bytes)).toBe(plain);
  });

  it('doctype declares an external entity before the root element', async () => {
    const { sandbox, askCertificate } = await ready();
    sandbox.setFault('health/death-certificates', 'doctype');

    expect((await askCertificate()).text).toMatch(
      /^<\?xml[^>]*\?><!DOCTYPE answer \[<!ENTITY outside SYSTEM "file:[^"]*">\]><soap:Envelope/,
    );
  });

  it('other-person answers about a stranger', async () => {
    const { sandbox, ask } = await ready();
    sandbox.setFault('civil-affairs/cremations', 'other-person');

    const { result } = (await ask()).json as { result: { data: { ID_CARD: string }[] } };

    expect(result.data[0]?.ID_CARD).toMatch(/^370799/);
    expect(result.data[0]?.ID_CARD).not.toBe(dead.number);
  });

  it('page-repeats gives the first page whatever is asked, and claims there is more', async () => {
    const { sandbox, ask } = await ready();
    const first = ((await ask()).json as { result: { data: unknown[] } }).result.data;
    sandbox.setFault('civil-affairs/cremations', 'page-repeats');

    const later = (await ask({ start: '10' })).json as { result: { total: string; data: unknown[] } };

    expect(later.result.data).toEqual(first);
    expect(Number(later.result.total)).toBeGreaterThan(1000);
  });

  it('truncated cuts the answer in the middle', async () => {
    const { sandbox, ask } = await ready();
    const whole = (await ask()).bytes;
    sandbox.setFault('civil-affairs/cremations', 'truncated');

    const cut = (await ask()).bytes;

    expect(cut.equals(whole.subarray(0, Math.floor(whole.length / 2)))).toBe(true);
  });

  it('slow holds the answer back, and stopping the sandbox does not wait for it', async () => {
    const { sandbox, ask } = await ready({ faults: { 'civil-affairs/cremations': { kind: 'slow', delayMs: 60_000 } } });
    const pending = expect(ask()).rejects.toThrow('fetch failed');
    while ((sandbox.journal['civil-affairs/cremations']?.faults ?? 0) === 0)
      await new Promise((resolve) => setImmediate(resolve));

    await sandbox.stop();

    await pending;
  });

  it('is told in the journal', async () => {
    const { sandbox, ask } = await ready();
    sandbox.setFault('civil-affairs/cremations', 'busy');

    await ask();

    expect(sandbox.journal['civil-affairs/cremations']).toEqual({
      operations: { refreshappsecret: 1, cremations: 1 },
      answered: 1,
      refused: 0,
      faults: 1,
    });
  });
});
