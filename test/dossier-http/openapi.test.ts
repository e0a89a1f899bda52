import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { document, paths, undescribed } from './described.js';
import { asking, number, type World, world } from './world.js';

/** The description is held against itself, and every status here against the description; `World.close` holds all others of all tests. */

let city: World;
beforeAll(async () => {
  city = await world();
});
afterAll(() => city.close());

describe('the OpenAPI document', () => {
  it('refers to nothing that is not in it, and describes every answer of every call', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path ?? '');
    const lost = references.filter(
      (path) =>
        path.split('/').reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], document) ===
        undefined,
    );

    expect(references.length).toBeGreaterThan(50);
    expect(lost).toEqual([]);
    for (const operations of Object.values(paths))
      for (const { responses } of Object.values(operations))
        for (const [status, { description }] of Object.entries(responses))
          expect([status, description.length > 3]).toEqual([status, true]);
  });

  it('has every answer the service gives, in its shape', async () => {
    const post = (key: string, body: unknown) =>
      city.send({ method: 'POST', path: '/v1/dossiers', body, headers: { 'idempotency-key': key } });
    const made = await post('made', asking());
    const path = `/v1/dossiers/${made.json.id}`;
    const etag = made.headers.get('etag') ?? '';
    await post('made', asking({ items: ['conclusion'] }));
    await post('bad', {});
    await post('none', asking({ conclusionNo: 'x' }));
    await city.send({ method: 'POST', path: '/v1/dossiers', body: asking(), signer: 'none' });
    await city.send({ path });
    await city.send({ path, headers: { 'if-none-match': etag } });
    const id = (made.json.checklist as { documents?: { id: string }[] }[])[0]?.documents?.[0]?.id;
    await city.send({ path: `${path}/documents/${id}` });
    await city.send({ path: `${path}/documents/${id}`, headers: { range: 'bytes=0-9' } });
    await city.send({ path: `${path}/documents/${id}`, headers: { range: 'bytes=999999-' } });
    await city.send({ method: 'POST', path: `${path}/receipt`, body: { manifestSha256: etag.slice(1, -1) } });
    await city.send({ method: 'POST', path: `${path}/receipt`, body: { manifestSha256: '0'.repeat(64) } });
    await city.send({ path: `/v1/appraisals?idNumber=${number}&name=${encodeURIComponent('样例甲')}` });
    await city.send({ path: '/v1/appraisals' });
    await city.send({ path: '/v1/health', signer: 'none' });
    await city.send({ path: '/v1/openapi.json', signer: 'none' });

    expect(undescribed(city.answered)).toEqual([]);
    expect(city.answered.length).toBe(16);
  });

  it('would be told of an answer that it has not, or has otherwise', () => {
    const given = city.answered.find(({ status }) => status === 201);
    if (given === undefined) throw new Error('nothing was made');
    const cases = [
      { ...given, status: 299 },
      { ...given, type: 'text/html' },
      { ...given, headers: given.headers.filter((name) => name !== 'signature') },
      { ...given, body: Buffer.from('{}') },
      { ...given, body: Buffer.alloc(0) },
      { ...given, path: '/v1/nowhere' },
    ];

    for (const one of cases) expect(undescribed([one])).not.toEqual([]);
  });
});
