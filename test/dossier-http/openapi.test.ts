import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openapiDocument } from '../../src/dossier/openapi.js';
import type { Json } from '../../src/model/index.js';
import { compile } from '../../src/schema.js';
import { asking, number, type World, world } from './world.js';

/** The description is held against itself, and everything the service answers against the description. */

const document = openapiDocument();
type Operation = { responses: Record<string, { description: string; content?: Record<string, { schema?: Json }> }> };
const paths = document.paths as unknown as Record<string, Record<string, Operation>>;

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

    for (const { method, path: address, status, type, body } of city.answered) {
      const template =
        Object.keys(paths).find((known) => new RegExp(`^${known.replace(/\{\w+\}/g, '[^/]+')}$`).test(address)) ?? '';
      const described = paths[template]?.[method.toLowerCase()]?.responses[String(status)];
      expect([method, template, status, described === undefined]).toEqual([method, template, status, false]);
      const content = described?.content?.[type] ?? described?.content?.['*/*'];
      if (body.length > 0) expect([template, status, type, content === undefined]).toEqual([template, status, type, false]);
      if (content?.schema === undefined) continue;
      const check = compile(asJsonSchema(content.schema));
      expect(check(JSON.parse(body.toString()))).toMatchObject({ ok: true });
    }
    expect(city.answered.length).toBe(16);
  });
});

/** OpenAPI's `components` is no keyword of JSON Schema: the same under `$defs`. */
function asJsonSchema(schema: Json): Json {
  const { schemas } = document.components as { schemas: Json };
  return JSON.parse(
    JSON.stringify({ ...(schema as object), $defs: schemas }).replaceAll('"#/components/schemas/', '"#/$defs/'),
  ) as Json;
}
