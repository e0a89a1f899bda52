import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentDigest } from '../../src/message-signatures/index.js';
import { asking, caseNo, caseOf, conclusionNo, number, organisation, scan, type World, world } from './world.js';

/** Every row of the protocol, over a real server, store, audit log and folder of documents. */

let city: World;
beforeAll(async () => {
  city = await world();
});
afterAll(() => city.close());

const post = (key: string, body: unknown = asking(), more = {}) =>
  city.send({ method: 'POST', path: '/v1/dossiers', body, headers: { 'idempotency-key': key }, ...more });

describe('POST /v1/dossiers', () => {
  it('gives a sealed manifest, its hash as ETag, its address, and says what it holds', async () => {
    const answer = await post('first');

    expect(answer.status).toBe(201);
    const hash = createHash('sha256').update(answer.body).digest('hex');
    expect(answer.headers.get('etag')).toBe(`"${hash}"`);
    expect(answer.headers.get('location')).toBe(`/v1/dossiers/${answer.json.id}`);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.json).toMatchObject({
      version: 1,
      conclusionNo,
      provincialNo: 'SJ2026-7',
      caseNos: [caseNo],
      subject: { name: '样例甲', idDocuments: [{ type: 'resident-id', number }] },
      recipient: { partner: 'province', organisation },
      late: false,
      seal: { algorithm: 'ecdsa-p256-sha256', keyId: 'city-2026' },
    });
    expect((await city.audit()).at(-1)).toMatchObject({ kind: 'dossier-access', result: 'served', partner: 'province' });
  });

  it('gives the same bytes for the same key and body, and notes each access', async () => {
    const before = (await city.audit()).length;
    const [one, two] = [await post('same'), await post('same')];

    expect(two.status).toBe(201);
    expect(two.body.equals(one.body)).toBe(true);
    expect((await city.audit()).length).toBe(before + 2);
  });

  it('makes one dossier of fifty equal requests that come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => post('at-once')));

    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 201));
    expect(new Set(answers.map(({ json }) => json.id)).size).toBe(1);
    expect((await city.exchange.dossiers(caseNo)).filter(({ idempotencyKey }) => idempotencyKey === 'at-once')).toHaveLength(1);
  });

  it('refuses a key that was used for another body, and one that is missing', async () => {
    await post('reused');

    const [other, none] = [
      await post('reused', asking({ items: ['conclusion'] })),
      await city.send({ method: 'POST', path: '/v1/dossiers', body: asking() }),
    ];

    expect([other.status, other.json.type]).toEqual([422, 'urn:yilian:problem:idempotency-key-reused']);
    expect([none.status, none.json.type]).toEqual([400, 'urn:yilian:problem:idempotency-key-missing']);
  });

  it('names the places of what is wrong with a body, and never what stood there', async () => {
    const { provincialNo: _, ...without } = asking();
    const answer = await post('faulty', { ...without, items: ['everything'], surprise: number });

    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect((answer.json.faults as { pointer: string }[]).map(({ pointer }) => pointer).sort()).toEqual([
      '/items/0',
      '/provincialNo',
      '/surprise',
    ]);
    expect(answer.body.toString()).not.toContain(number);
    expect((await city.audit()).at(-1)).toMatchObject({ result: 'refused', gate: 'provincial-number' });
  });

  it('reads a number of 15 digits, other brackets and wide digits as the same', async () => {
    const answer = await post(
      'brackets',
      asking({ conclusionNo: ' 演劳鉴[２０２６]12号', subject: { name: ' 样例甲', idNumber: '370799600101001' } }),
    );

    expect(answer.status).toBe(201);
    const wide = await post('wide', asking({ conclusionNo: '演劳鉴（２０２６）12号' }));
    expect(wide.status).toBe(201);
  });

  it('says 202 and when to come back while an item is on its way, and 201 under the same key once it has come', async () => {
    const folder = await documentsWith('medical-record');
    await city.serve({ documents: folder.store });

    const first = await post('waiting');
    expect([first.status, first.headers.get('retry-after')]).toEqual([202, '60']);
    expect(itemOf(first.json, 'medical-records')).toMatchObject({ status: 'deferred' });
    expect((await post('waiting')).body.equals(first.body)).toBe(true);

    // Before its time: whoever polls has it as soon as it is there.
    folder.arrived();
    const polled = await city.send({ path: `/v1/dossiers/${first.json.id}` });
    expect([polled.status, polled.headers.get('retry-after')]).toEqual([200, null]);
    expect(itemOf(polled.json, 'medical-records')).toMatchObject({ status: 'included' });
    const last = await post('waiting');
    expect([last.status, last.json.id, last.body.equals(polled.body)]).toEqual([201, first.json.id, true]);
    await city.serve();
  });
});

describe('GET /v1/dossiers/{id}', () => {
  it('gives the manifest, and 304 to who has it', async () => {
    const { json, body } = await post('get');
    const path = `/v1/dossiers/${json.id}`;

    const whole = await city.send({ path });
    const same = await city.send({ path, headers: { 'if-none-match': whole.headers.get('etag') ?? '' } });

    expect([whole.status, whole.body.equals(body)]).toEqual([200, true]);
    expect([same.status, same.body.length, same.headers.get('etag')]).toEqual([304, 0, whole.headers.get('etag')]);
    expect((await city.audit()).at(-1)).toMatchObject({ result: 'not-modified' });
  });

  it('says 410 and what took its place once the case was corrected, also for its documents, its receipt and the key', async () => {
    const made = await post('corrected');
    const document = itemOf(made.json, 'conclusion').documents[0]?.id;
    const corrected = caseOf({ conclusions: [{ ...firstConclusion(), grade: 6, status: 'corrected' }] });

    const { dossiers: revised = [] } = await city.importCase(corrected);
    const next = revised.find(({ id }) => id === made.json.id)?.next;
    const path = `/v1/dossiers/${made.json.id}`;
    const receipt = { manifestSha256: made.headers.get('etag')?.slice(1, -1) };
    const gone = [
      await city.send({ path }),
      await city.send({ path: `${path}/documents/${document}` }),
      await city.send({ method: 'POST', path: `${path}/receipt`, body: receipt }),
      await post('corrected'),
    ];

    expect(next).toMatchObject({ version: 2, state: 'sealed' });
    for (const answer of gone) {
      expect([answer.status, answer.json.type]).toEqual([410, 'urn:yilian:problem:version-ended']);
      expect(answer.json.supersededBy).toMatchObject({ id: next?.id, version: 2 });
    }
    expect(revised.find(({ id }) => id === made.json.id)?.tell).toMatchObject([{ partner: 'province', organisation }]);
    const after = await city.client().manifest(String(made.json.id));
    expect(after.manifest).toMatchObject({ id: next?.id, version: 2, replaces: { id: made.json.id, version: 1 } });
    await city.importCase();
  });
});

describe('GET /v1/dossiers/{id}/documents/{documentId}', () => {
  it('gives the bytes, a range of them, and says where there is none', async () => {
    const { json } = await post('documents');
    const { id, sha256 } = itemOf(json, 'id-document').documents[0] ?? { id: '', sha256: '' };
    const path = `/v1/dossiers/${json.id}/documents/${id}`;
    const bytes = scan('id-card');

    const whole = await city.send({ path });
    const part = await city.send({ path, headers: { range: 'bytes=10-19', 'if-range': `"${sha256}"` } });
    const end = await city.send({ path, headers: { range: 'bytes=-5' } });
    const stale = await city.send({ path, headers: { range: 'bytes=10-19', 'if-range': '"other"' } });
    const beyond = await city.send({ path, headers: { range: `bytes=${bytes.length}-` } });

    expect([whole.status, whole.body.equals(bytes), whole.headers.get('content-type')]).toEqual([200, true, 'application/pdf']);
    expect(whole.headers.get('content-digest')).toBe(contentDigest(bytes));
    expect([part.status, part.body.equals(bytes.subarray(10, 20))]).toEqual([206, true]);
    expect(part.headers.get('content-range')).toBe(`bytes 10-19/${bytes.length}`);
    // Of this message's content; of the whole document it is Repr-Digest.
    expect(part.headers.get('content-digest')).toBe(contentDigest(bytes.subarray(10, 20)));
    expect(part.headers.get('repr-digest')).toBe(whole.headers.get('repr-digest'));
    expect(end.body.equals(bytes.subarray(-5))).toBe(true);
    expect([stale.status, stale.body.length]).toEqual([200, bytes.length]);
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${bytes.length}`]);
  });

  it('sends nothing of a document that was changed on the disk', async () => {
    const { json } = await post('damaged');
    const id = itemOf(json, 'id-document').documents[0]?.id;
    await city.serve({
      documents: {
        read: async () => ({ state: 'here', bytes: Buffer.from('other') }),
        write: async () => {},
        remove: async () => {},
      },
    });

    const answer = await city.send({ path: `/v1/dossiers/${json.id}/documents/${id}` });

    expect([answer.status, answer.json.type]).toEqual([500, 'urn:yilian:problem:document-damaged']);
    await city.serve();
  });
});

describe('POST /v1/dossiers/{id}/receipt', () => {
  it('takes the hash of the version and no other, and who has it is then known', async () => {
    const { json, headers } = await post('receipt');
    const path = `/v1/dossiers/${json.id}/receipt`;

    const wrong = await city.send({ method: 'POST', path, body: { manifestSha256: 'a'.repeat(64) } });
    const right = await city.send({ method: 'POST', path, body: { manifestSha256: headers.get('etag')?.slice(1, -1) } });

    expect([wrong.status, wrong.json.type]).toEqual([409, 'urn:yilian:problem:receipt-mismatch']);
    expect([right.status, right.body.length]).toEqual([204, 0]);
    expect((await city.exchange.store.dossiers.deliveries(String(json.id))).map(({ what }) => what)).toEqual([
      'manifest',
      'receipt',
    ]);
  });
});

describe('GET /v1/appraisals', () => {
  const path = (idNumber: string, name: string) => `/v1/appraisals?idNumber=${idNumber}&name=${encodeURIComponent(name)}`;

  it('tells the appraisals of one person, and of nobody by half a question', async () => {
    const [told, faulty] = [
      await city.send({ path: path(number, '样例甲') }),
      await city.send({ path: `/v1/appraisals?idNumber=${number}` }),
    ];

    expect(told.status).toBe(200);
    expect(told.json).toMatchObject({ appraisals: [{ caseNo, kind: 'first', conclusions: [{ no: conclusionNo, grade: 7 }] }] });
    expect(told.body.toString()).not.toContain(number);
    expect([faulty.status, faulty.json.faults]).toMatchObject([400, [{ pointer: '/name' }]]);
    expect((await city.audit()).at(-2)).toMatchObject({ kind: 'appraisal-history', result: 'served' });
  });

  it('is read by the client, which believes no answer before its signature held', async () => {
    const client = city.client();

    expect((await client.appraisals({ idNumber: number, name: '样例甲' })).appraisals).toHaveLength(1);
    await client.close();
  });
});

describe('what needs no signature', () => {
  it('is whether it works, and the description, signed all the same', async () => {
    const [health, openapi] = [
      await city.send({ path: '/v1/health', signer: 'none' }),
      await city.send({ path: '/v1/openapi.json', signer: 'none' }),
    ];

    expect([health.status, health.json]).toEqual([200, { status: 'ok', store: 'ok', auditLog: 'ok' }]);
    expect([openapi.status, openapi.json.openapi]).toEqual([200, '3.1.0']);
    expect([health, openapi].map(({ headers }) => headers.has('signature'))).toEqual([true, true]);
  });
});

interface Item {
  kind: string;
  status: string;
  documents: { id: string; sha256: string }[];
}

function itemOf(manifest: Record<string, unknown>, kind: string): Item {
  return (manifest.checklist as Item[]).find((item) => item.kind === kind) as Item;
}

/** The documents of the city, of which those of one kind are on their way for a minute. */
async function documentsWith(kind: 'medical-record') {
  let here = false;
  const until = new Date(city.clock.now.getTime() + 60_000).toISOString();
  return {
    arrived: () => {
      here = true;
    },
    store: {
      async read({ documentId }: { documentId: string }) {
        const name = documentId.slice(2);
        return name === kind && !here ? ({ state: 'deferred', until } as const) : ({ state: 'here', bytes: scan(name) } as const);
      },
      write: async () => {},
      remove: async () => {},
    },
  };
}

function firstConclusion() {
  const [conclusion] = caseOf().conclusions;
  if (conclusion === undefined) throw new Error('the case of the tests has a conclusion');
  return conclusion;
}
