import { describe, expect, it } from 'vitest';
import { lifeOf, postJson, type Reply, secrets, send, startSandbox, worldOf } from './harness.js';

const world = worldOf();
const life = lifeOf(world, 'still-in-hospital');
const headers = { user: secrets.provinceUser, password: secrets.provincePassword };

async function ready() {
  const { sandbox } = await startSandbox();
  const base = `${sandbox.urls['provincial-appraisal']}/appraisal`;
  const ask = (operation: string, body: unknown, more: Record<string, string> = headers) =>
    postJson(`${base}/${operation}`, body, more);
  return { sandbox, base, ask };
}

interface Page {
  retCode: string;
  retMsg: string;
  data: { pageNumber: number; pageSize: number; totalPage: number; data: Record<string, string>[] } | null;
}

const page = (reply: Reply) => reply.json as Page;
const pushed = {
  AAC002: life.citizen.number,
  AAC003: life.citizen.name,
  CITY_CASE_NO: 'LJ2026-999999',
  ALA019: '1',
  CASE_STATE: '06',
};

describe('the provincial appraisal system', () => {
  it('tells what it knows of a person: conclusions from the day after, with the city’s case number', async () => {
    const { ask } = await ready();

    const reply = page(await ask('lookup', { AAC002: life.citizen.number }));

    expect(reply).toMatchObject({ retCode: '200', data: { pageNumber: 1, totalPage: 1 } });
    expect(reply.data?.data).toHaveLength(1);
    expect(reply.data?.data[0]).toMatchObject({
      CITY_CASE_NO: life.file?.cases[0]?.caseNo,
      ALC034: '20260527',
      ALA040: '10',
      CASE_STATE: '08',
      CONCLUSION_LEVEL: '1',
    });
  });

  it('knows nothing of a case without a conclusion, and nobody else’s', async () => {
    const { ask } = await ready();

    const reply = page(await ask('lookup', { AAC002: lifeOf(world, 'open-case-certificate-only').citizen.number }));

    expect(reply).toMatchObject({ retCode: '200', data: { totalPage: 0, data: [] } });
  });

  it('serves what it has otherwise than the city, or from elsewhere, or not yet', async () => {
    const { sandbox, ask } = await ready();
    const rows = async (story: string) =>
      page(await ask('lookup', { AAC002: lifeOf(world, story).citizen.number })).data?.data ?? [];

    expect((await rows('grade-differs-at-the-province')).map(({ ALA040 }) => ALA040)).toEqual(['08']);
    expect((await rows('revoked-by-the-city-alone')).map((row) => [row.CASE_STATE, row.CONCLUSION_STATUS])).toEqual([
      ['08', '2'],
    ]);
    expect((await rows('appraised-in-another-city')).map(({ CITY_CASE_NO }) => CITY_CASE_NO?.slice(0, 2))).toEqual(['WS']);
    expect(await rows('lacking-at-the-province')).toEqual([]);
    expect(await rows('not-yet-taken-by-the-province')).toEqual([]);
    await sandbox.advance(1);
    expect((await rows('not-yet-taken-by-the-province')).map(({ AAE036 }) => AAE036)).toEqual(['2026-11-24 09:00:00']);
  });

  it('pages what changed since a time, in order, every row once', async () => {
    const { ask } = await ready();
    const rows: Record<string, string>[] = [];
    for (let pageNumber = 1, pages = 1; pageNumber <= pages; pageNumber++) {
      const reply = page(await ask('changes', { AAE036: '2026-05-01', pageNumber, pageSize: 25 }));
      pages = reply.data?.totalPage ?? 0;
      rows.push(...(reply.data?.data ?? []));
    }

    expect(rows.length).toBeGreaterThan(50);
    expect(new Set(rows.map(({ AAZ151 }) => AAZ151)).size).toBe(rows.length);
    expect(rows.map(({ AAE036 }) => AAE036)).toEqual([...rows.map(({ AAE036 }) => AAE036)].sort());
    expect(page(await ask('changes', { AAE036: '2030-01-01' })).data?.data).toEqual([]);
  });

  it('accepts a case once, gives the same number again for the same, and refuses another body under the same key', async () => {
    const { ask } = await ready();
    const withKey = { ...pushed, IDEMPOTENCY_KEY: 'key-1' };

    const first = page(await ask('push', withKey));
    const again = page(await ask('push', withKey));
    const changed = page(await ask('push', { ...withKey, CASE_STATE: '07' }));

    expect(first.data?.data[0]?.AAZ151).toMatch(/^\d{16}$/);
    expect(again).toEqual(first);
    expect(changed).toEqual({ retCode: '409', retMsg: '同一流水号的内容与前次不一致', data: null });
  });

  it('refuses a push without key or case number, and a page that cannot be', async () => {
    const { ask } = await ready();

    expect(page(await ask('push', pushed)).retMsg).toBe('缺少请求流水号');
    expect(page(await ask('push', { ...pushed, CITY_CASE_NO: '', IDEMPOTENCY_KEY: 'k' })).retMsg).toBe('CITY_CASE_NO不能为空');
    expect(page(await ask('lookup', { AAC002: life.citizen.number, pageSize: 201 })).retMsg).toBe('分页参数错误');
    expect(page(await ask('lookup', {})).retMsg).toBe('AAC002不能为空');
    expect(page(await ask('changes', { AAE036: '20260501' })).retMsg).toBe('AAE036格式错误');
  });

  it('refuses a wrong password, GET and what is no JSON, with HTTP 200', async () => {
    const { ask, base } = await ready();

    const wrong = await ask('lookup', { AAC002: life.citizen.number }, { ...headers, password: 'guess' });

    expect([wrong.status, page(wrong).retCode, page(wrong).retMsg]).toEqual([200, '401', '用户名或密码错误']);
    expect(page(await send(`${base}/lookup`, { headers })).retCode).toBe('405');
    expect(
      page(
        await send(`${base}/lookup`, { method: 'POST', headers: { ...headers, 'Content-Type': 'application/json' }, body: '{' }),
      ).retCode,
    ).toBe('400');
  });
});
