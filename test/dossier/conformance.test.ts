import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  AppraisalHistory,
  AuditRecord,
  DossierDocument,
  DossierItem,
  DossierManifest,
  DossierProblem,
} from '../../src/model/index.js';
import {
  type Answer,
  algorithms,
  canonical,
  contentDigest,
  coveredByRequests,
  type SentRequest,
  sha256,
  signed,
  verifyBytes,
} from './by-hand.js';
import {
  ask,
  at,
  type City,
  canaries,
  cases,
  documents,
  gatewayOrigin,
  gatewayPath,
  gatewaySecret,
  identity,
  morning,
  origin,
  type PartnerId,
  province,
  rotation,
  startCity,
  type Who,
} from './conformance.js';

/**
 * The dossier protocol from outside: a signer, a verifier and a client written from the standards alone, over a real socket. Every answer of every
 * test is verified on its way in (`City.send`): its signature, and its digest against the bytes that came.
 */

let city: City;
beforeAll(async () => {
  city = await startCity();
});
afterAll(() => city.stop());

const kinds = [
  'id-document',
  'application',
  'recognition-decision',
  'medical-records',
  'exam-reports',
  'review-form',
  'exam-identity-check',
  'conclusion',
  'deliveries',
  'prior-appraisals',
  'open-findings',
] as const;

const item = (manifest: DossierManifest, kind: string): DossierItem => {
  const found = manifest.checklist.find((entry) => entry.kind === kind);
  if (found === undefined) throw new Error(`no item ${kind}`);
  return found;
};
const documentsOf = (manifest: DossierManifest, kind?: string): DossierDocument[] =>
  manifest.checklist
    .filter((entry) => kind === undefined || entry.kind === kind)
    .flatMap((entry) => ('documents' in entry ? (entry.documents ?? []) : []));
const scanOf = (manifest: DossierManifest, bytes: Buffer): DossierDocument => {
  const found = documentsOf(manifest).find(({ sha256: hash }) => hash === sha256(bytes));
  if (found === undefined) throw new Error('the scan is in no item');
  return found;
};
const placeOf = (manifest: DossierManifest, document: DossierDocument): string =>
  `/v1/dossiers/${manifest.id}/documents/${document.id}`;
const history = (name: string, idNumber: string): string =>
  `/v1/appraisals?idNumber=${encodeURIComponent(idNumber)}&name=${encodeURIComponent(name)}`;
const problemOf = (answer: Answer): DossierProblem => {
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
  const problem = JSON.parse(answer.text) as DossierProblem;
  expect(problem).toEqual(
    expect.objectContaining({ type: expect.any(String), title: expect.any(String), status: answer.status }),
  );
  return problem;
};
/** Everything two refusals could be told apart by, besides the signature, which is new each time. */
const toldBy = ({ status, headers, text }: Answer): unknown => [
  status,
  text,
  Object.fromEntries(Object.entries(headers).filter(([name]) => !['signature', 'signature-input', 'date'].includes(name))),
];

describe('the verifier of this suite', () => {
  it('signs as RFC 9421 appendix B.2.6 does', () => {
    // The key and the signature of the standard; its request has components that ours need not have.
    const pem =
      '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF\n-----END PRIVATE KEY-----\n';
    const request: SentRequest = {
      method: 'POST',
      url: 'https://example.com/foo?param=Value&Pet=dog',
      headers: { date: 'Tue, 20 Apr 2021 02:07:55 GMT', 'content-type': 'application/json', 'content-length': '18' },
      body: Buffer.from('{"hello": "world"}'),
    };
    const { headers } = signed(request, {
      keyId: 'test-key-ed25519',
      key: { algorithm: 'ed25519', private: pem, public: '' },
      now: new Date(1_618_884_473_000),
      label: 'sig-b26',
      components: ['date', '@method', '@path', '@authority', 'content-type', 'content-length'],
      without: ['expires', 'nonce'],
    });

    expect(headers.signature).toBe(
      'sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:',
    );
  });
});

describe('asking for a dossier', () => {
  it('is answered 201 with the sealed manifest, and its place', async () => {
    const answer = await city.request(ask('whole'));
    const manifest = JSON.parse(answer.text) as DossierManifest;

    expect(answer.status).toBe(201);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(manifest).toMatchObject({
      version: 1,
      purpose: 'reappraisal',
      city: { name: '潍坊市', region: '370700', organisation: '潍坊市劳动能力鉴定中心' },
      provincialNo: '鲁劳鉴再2026-0007',
      conclusionNo: '潍劳鉴2026-000101',
      subject: { name: '林试一' },
      recipient: { partner: province, organisation: '山东省劳动能力鉴定委员会' },
    });
    expect(manifest.caseNos).toContain('LJ2026-000101');
    expect(manifest.subject.idDocuments).toEqual([{ type: 'resident-id', number: '37079919800312101X' }]);
    expect(new Date(manifest.asOf).getTime()).toBe(city.now.getTime());
  });

  it('gives the same answer for the same key and body, also after a restart, and makes one dossier', async () => {
    const body = ask('whole', { provincialNo: '鲁劳鉴再2026-0008' });
    const first = await city.request(body, { key: 'once' });
    const again = await city.request(body, { key: 'once' });
    await city.restart();
    const later = await city.request(body, { key: 'once' });

    expect([again.status, later.status]).toEqual([201, 201]);
    expect([again.text, later.text]).toEqual([first.text, first.text]);
  });

  it('refuses a key that was used for another body, and one partner is not bound by the keys of another', async () => {
    const first = await city.request(ask('whole'), { key: 'shared' });
    const clash = await city.request(ask('personOnly'), { key: 'shared' });
    const other = await city.request(ask('personOnly'), { key: 'shared', as: 'province-ed25519' });

    expect(first.status).toBe(201);
    expect([409, 422]).toContain(clash.status);
    problemOf(clash);
    expect(clash.text).not.toContain('林试一');
    expect(other.status).toBe(201);
  });

  it.each<[string, unknown, Record<string, string>]>([
    ['no Idempotency-Key', ask('whole'), {}],
    ['a body that is no JSON', Buffer.from('{"purpose":'), { 'idempotency-key': 'bad-1' }],
    ['a body that is no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), { 'idempotency-key': 'bad-2' }],
    ['no province number', ask('whole', { provincialNo: '' }), { 'idempotency-key': 'bad-3' }],
    ['no subject', { ...ask('whole'), subject: undefined }, { 'idempotency-key': 'bad-4' }],
    ['no operator', { ...ask('whole'), requestedBy: { organisation: 'x' } }, { 'idempotency-key': 'bad-5' }],
    ['an item there is none of', { ...ask('whole'), items: ['everything'] }, { 'idempotency-key': 'bad-6' }],
  ])('is refused with a problem document for %s', async (_, body, headers) => {
    const answer = await city.call('POST', '/v1/dossiers', { body, headers });

    expect([400, 422]).toContain(answer.status);
    problemOf(answer);
    expect(answer.text).not.toMatch(/林试一|37079919800312101X/);
  });

  it('takes no purpose but those agreed', async () => {
    const answer = await city.request({ ...ask('whole'), purpose: 'curiosity' });

    expect([400, 403, 404, 422]).toContain(answer.status);
    expect(answer.text).not.toContain('林试一');
  });

  it('answers 202 with Retry-After while an item is being fetched, and 201 for the same key once it is there', async () => {
    city.fetched = false;
    const body = ask('fetching');
    const first = await city.request(body, { key: 'deferred' });
    const waiting = JSON.parse(first.text) as DossierManifest;
    const still = await city.request(body, { key: 'deferred' });
    city.fetched = true;
    city.now = new Date(morning.getTime() + 3_601_000);
    const done = await city.request(body, { key: 'deferred' });
    const manifest = JSON.parse(done.text) as DossierManifest;

    expect([first.status, still.status, done.status]).toEqual([202, 202, 201]);
    expect(Number(first.headers['retry-after'])).toBeGreaterThan(0);
    expect(item(waiting, 'id-document')).toMatchObject({ status: 'deferred', until: expect.any(String) });
    expect(item(manifest, 'id-document').status).toBe('included');
    const scan = await city.call('GET', placeOf(manifest, scanOf(manifest, documents.late)));
    city.now = morning;
    expect(scan.body.equals(documents.late)).toBe(true);
  });
});

describe('the manifest', () => {
  it('names every item the rules ask for, in their order, each with where it stands', async () => {
    const manifest = await city.dossier('whole');

    expect(manifest.checklist.map(({ kind }) => kind)).toEqual([...kinds]);
    for (const entry of manifest.checklist) {
      expect(['included', 'deferred', 'missing', 'withheld']).toContain(entry.status);
      expect(entry.title).toEqual({ zh: expect.stringMatching(/\p{Script=Han}/u), en: expect.any(String) });
    }
    // Everything of this person is on file but open findings, of which there are none to be had.
    const included = manifest.checklist.filter(({ status }) => status === 'included').map(({ kind }) => kind);
    expect(included).toEqual(expect.arrayContaining(kinds.slice(0, 10) as unknown as string[]));
  });

  it('says of each document hash, size, media type, pages, source and as-of', async () => {
    const manifest = await city.dossier('whole');

    const scan = scanOf(manifest, documents.recordOne);
    expect(scan).toMatchObject({
      size: documents.recordOne.length,
      mediaType: 'application/pdf',
      pages: 2,
      hospital: '潍坊试验医院',
      admittedOn: '2025-10-10',
      dischargedOn: '2025-10-30',
      recordNo: 'ZY0001',
    });
    expect(documentsOf(manifest, 'medical-records').map(({ sha256: hash }) => hash)).toEqual(
      expect.arrayContaining([sha256(documents.recordOne), sha256(documents.recordTwo)]),
    );
    for (const document of documentsOf(manifest))
      expect(document).toMatchObject({
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        size: expect.any(Number),
        source: expect.stringMatching(/./),
        asOf: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      });
    const ids = documentsOf(manifest).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is canonical JSON, sealed over all of it but the signature itself', async () => {
    const { id } = await city.dossier('whole');
    const answer = await city.call('GET', `/v1/dossiers/${id}`);
    const manifest = JSON.parse(answer.text) as DossierManifest;
    const { signature, ...seal } = manifest.seal;
    const sealed = (value: object): boolean =>
      verifyBytes(
        city.cityKeys[manifest.seal.keyId] as (typeof city.cityKeys)[string],
        Buffer.from(canonical(value)),
        Buffer.from(signature, 'base64'),
      );

    expect(answer.text).toBe(canonical(manifest));
    expect(seal.algorithm).toBe(city.cityKeys[seal.keyId]?.algorithm);
    expect(sealed({ ...manifest, seal })).toBe(true);
    expect(sealed({ ...manifest, late: !manifest.late, seal })).toBe(false);
    expect(sealed({ ...manifest, seal: { ...seal, signedAt: '2020-01-01T00:00:00Z' } })).toBe(false);
  });

  it('says of a document that is named and not there that it is missing, and why', async () => {
    const entry = item(await city.dossier('scanless'), 'id-document');

    expect(entry).toMatchObject({ status: 'missing', reason: expect.stringMatching(/./) });
    expect('because' in entry ? entry.because : undefined).toEqual({ zh: expect.any(String), en: expect.any(String) });
  });

  it('holds, where only some items are asked for, documents of these alone', async () => {
    const manifest = await city.dossier('whole', { more: { items: ['id-document', 'medical-records'] } });

    expect([
      ...new Set(
        manifest.checklist.filter((entry) => documentsOf({ ...manifest, checklist: [entry] }).length > 0).map(({ kind }) => kind),
      ),
    ]).toEqual(['id-document', 'medical-records']);
  });

  it.each<[Who, string, boolean]>([
    // Two parties: the one that had it last decides.
    ['whole', '2026-06-23T23:59:59', false],
    ['whole', '2026-06-24T00:00:00', false],
    ['whole', '2026-06-24T23:59:59', false],
    ['whole', '2026-06-25T00:00:00', true],
    ['personOnly', '2026-06-23T23:59:59', false],
    ['personOnly', '2026-06-24T00:00:00', true],
    ['employerOnly', '2026-06-23T23:59:59', false],
    ['employerOnly', '2026-06-24T00:00:00', true],
  ])('of %s, asked for at %s, says late: %s', async (who, when, late) => {
    city.now = at(when);
    const manifest = await city.dossier(who);
    city.now = morning;

    expect(manifest.late).toBe(late);
    expect(manifest.challengeUntil).toBe(who === 'whole' ? '2026-06-24' : '2026-06-23');
  });
});

describe('fetching what was sealed', () => {
  it('gives the manifest with an ETag, and 304 to who has it', async () => {
    const { id } = await city.dossier('whole');
    const first = await city.call('GET', `/v1/dossiers/${id}`);
    const etag = first.headers.etag ?? '';
    const same = await city.call('GET', `/v1/dossiers/${id}`, { headers: { 'if-none-match': etag } });
    const other = await city.call('GET', `/v1/dossiers/${id}`, { headers: { 'if-none-match': '"other"' } });

    expect(first.status).toBe(200);
    expect(etag).toMatch(/^"[^"]+"$/);
    expect([same.status, same.body.length, same.headers.etag]).toEqual([304, 0, etag]);
    expect([other.status, other.text]).toEqual([200, first.text]);
  });

  it('gives every document that the manifest names, with exactly the bytes it vouches for', async () => {
    const manifest = await city.dossier('whole');

    for (const document of documentsOf(manifest)) {
      const answer = await city.call('GET', placeOf(manifest, document));
      expect([answer.status, answer.body.length, sha256(answer.body)]).toEqual([200, document.size, document.sha256]);
      expect(answer.headers['content-type']).toContain(document.mediaType);
      expect(answer.headers['content-digest']).toBe(contentDigest(answer.body));
    }
  });

  it.each<[string, number, number]>([
    ['bytes=0-3', 0, 4],
    ['bytes=5-', 5, documents.recordOne.length],
    ['bytes=-4', documents.recordOne.length - 4, documents.recordOne.length],
    ['bytes=10-100000', 10, documents.recordOne.length],
  ])('gives the range %s', async (range, from, until) => {
    const manifest = await city.dossier('whole');
    const answer = await city.call('GET', placeOf(manifest, scanOf(manifest, documents.recordOne)), { headers: { range } });

    expect(answer.status).toBe(206);
    expect(answer.headers['content-range']).toBe(`bytes ${from}-${until - 1}/${documents.recordOne.length}`);
    expect(answer.body.equals(documents.recordOne.subarray(from, until))).toBe(true);
  });

  it('answers 416 for a range beyond the end, and the whole for one that is none', async () => {
    const manifest = await city.dossier('whole');
    const place = placeOf(manifest, scanOf(manifest, documents.recordOne));
    const beyond = await city.call('GET', place, { headers: { range: 'bytes=100000-' } });
    const unknown = await city.call('GET', place, { headers: { range: 'pages=1-2' } });

    expect([beyond.status, beyond.headers['content-range']]).toEqual([416, `bytes */${documents.recordOne.length}`]);
    expect([unknown.status, unknown.body.equals(documents.recordOne)]).toEqual([200, true]);
  });

  it('takes a receipt for the manifest as it was given and no other', async () => {
    const { id } = await city.dossier('whole');
    const manifest = await city.call('GET', `/v1/dossiers/${id}`);
    const receipt = (manifestSha256: unknown) => city.call('POST', `/v1/dossiers/${id}/receipt`, { body: { manifestSha256 } });
    const right = await receipt(sha256(manifest.body));
    const again = await receipt(sha256(manifest.body));
    const wrong = await receipt(sha256('another manifest'));
    const none = await receipt(undefined);

    expect([right.status, right.body.length, again.status]).toEqual([204, 0, 204]);
    expect([400, 409, 412, 422]).toContain(wrong.status);
    expect([400, 422]).toContain(none.status);
    problemOf(wrong);
    const told = await city.behind.deliveries(id);
    expect(told.filter(({ what }) => what === 'receipt').length).toBeGreaterThan(0);
    expect(told.map(({ manifestSha256 }) => manifestSha256)).toEqual(told.map(() => sha256(manifest.body)));
  });

  /** The person's line with the newest conclusion changed. */
  const changed = (who: Who, conclusion: object) => {
    const line = structuredClone(cases[who]);
    Object.assign(line.cases.at(-1)?.conclusions.at(-1) ?? {}, conclusion);
    return line;
  };

  it('answers 410 for what was withdrawn, and gives none of its documents', async () => {
    const manifest = await city.dossier('revoked');
    const scan = placeOf(manifest, scanOf(manifest, documents.application));
    const before = await city.call('GET', scan);
    await city.behind.correct(changed('revoked', { status: 'revoked' }));
    const gone = [await city.call('GET', `/v1/dossiers/${manifest.id}`), await city.call('GET', scan)];

    expect([before.status, ...gone.map(({ status }) => status)]).toEqual([200, 410, 410]);
    for (const answer of gone) {
      expect(problemOf(answer).supersededBy).toBeUndefined();
      expect(answer.text).not.toMatch(/%PDF|蒋试九|370799198009090090/);
    }
  });

  it('names, of a version that was corrected, what took its place, and the new one names it', async () => {
    const old = await city.dossier('corrected');
    const bytes = await city.call('GET', `/v1/dossiers/${old.id}`);
    await city.behind.correct(changed('corrected', { clauses: ['5.9.2.15'] }));
    const gone = await city.call('GET', `/v1/dossiers/${old.id}`);
    const { id = '', reason } = problemOf(gone).supersededBy ?? {};
    const now = await city.call('GET', `/v1/dossiers/${id}`);

    expect(gone.status).toBe(410);
    expect(problemOf(gone).supersededBy).toEqual({
      id: expect.stringMatching(/./),
      version: 2,
      reason: expect.stringMatching(/./),
    });
    expect(id).not.toBe(old.id);
    expect(now.status).toBe(200);
    expect(JSON.parse(now.text)).toMatchObject({
      id,
      version: 2,
      replaces: { id: old.id, version: 1, manifestSha256: sha256(bytes.body), reason },
    });
  });
});

describe('the history of a person', () => {
  it('tells every appraisal of the person, and of nobody else', async () => {
    const answer = await city.call('GET', history('林试一', '37079919800312101X'));
    const { asOf, appraisals } = JSON.parse(answer.text) as AppraisalHistory;

    expect(answer.status).toBe(200);
    expect(new Date(asOf).getTime()).toBe(city.now.getTime());
    expect(appraisals.map(({ caseNo }) => caseNo).sort()).toEqual(['LJ2024-000011', 'LJ2026-000101']);
    expect(appraisals.find(({ caseNo }) => caseNo === 'LJ2026-000101')).toMatchObject({
      kind: 'review',
      state: 'delivered',
      receivedOn: '2026-04-01',
      recognitionNo: '潍工伤认2026-000101',
      conclusions: [{ no: '潍劳鉴2026-000101', on: '2026-06-01', level: 'city', grade: 9, care: 'none' }],
    });
    expect(answer.text).not.toMatch(new RegExp(Object.values(canaries).join('|')));
  });

  it('finds a person whose number is written in lower case', async () => {
    const answer = await city.call('GET', history('林试一', '37079919800312101x'));

    expect(answer.status).toBe(200);
    expect((JSON.parse(answer.text) as AppraisalHistory).appraisals).toHaveLength(2);
  });

  it('does not tell a wrong name from a number nobody has', async () => {
    const wrong = await city.call('GET', history('林试二', '37079919800312101X'));
    const nobody = await city.call('GET', history('林试一', '370799197001010012'));

    expect(toldBy(wrong)).toEqual(toldBy(nobody));
    expect(wrong.text).not.toMatch(/LJ20|潍劳鉴/);
  });

  it.each(['/v1/appraisals', '/v1/appraisals?idNumber=37079919800312101X', '/v1/appraisals?name=%E6%9E%97'])(
    'asks for number and name: %s',
    async (path) => {
      const answer = await city.call('GET', path);

      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      problemOf(answer);
    },
  );
});

describe('what a service says of itself', () => {
  it('describes the calls as OpenAPI', async () => {
    const answer = await city.call('GET', '/v1/openapi.json');
    const description = JSON.parse(answer.text) as { openapi: string; paths: Record<string, Record<string, unknown>> };

    expect(answer.status).toBe(200);
    expect(description.openapi).toMatch(/^3\./);
    const calls = Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter((method) => ['get', 'post'].includes(method))
        .map((method) => `${method} ${path.replace(/\{[^}]*\}/g, '{}').replace(/^(?!\/v1)/, '/v1')}`),
    );
    expect(calls).toEqual(
      expect.arrayContaining([
        'post /v1/dossiers',
        'get /v1/dossiers/{}',
        'get /v1/dossiers/{}/documents/{}',
        'post /v1/dossiers/{}/receipt',
        'get /v1/appraisals',
      ]),
    );
  });

  it('says that it is well', async () => {
    expect((await city.call('GET', '/v1/health')).status).toBe(200);
  });

  it.each([
    ['GET', '/v1/elsewhere', [404]],
    ['DELETE', '/v1/dossiers', [404, 405]],
    ['PUT', '/v1/health', [404, 405]],
    ['GET', '/v1/dossiers/..%2f..%2fsecrets', [400, 404]],
  ])('answers %s %s with a problem document', async (method, path, statuses) => {
    const answer = await city.call(method, path);

    expect(statuses).toContain(answer.status);
    problemOf(answer);
  });
});

describe('nothing can be probed', () => {
  it('answers an unknown case, a wrong person, an undelivered conclusion and no permission with one and the same 404', async () => {
    const wrong: [string, Promise<Answer>][] = [
      ['unknown conclusion', city.request(ask('whole', { conclusionNo: '潍劳鉴2026-999999' }))],
      ["another person's conclusion", city.request(ask('whole', { conclusionNo: '潍劳鉴2026-000102' }))],
      ['wrong name', city.request(ask('whole', { subject: { ...identity('whole'), name: '林试二' } }))],
      ['wrong number', city.request(ask('whole', { subject: { ...identity('whole'), idNumber: '370799197506070029' } }))],
      ['nobody on file', city.request(ask('whole', { subject: { name: '无此人', idNumber: '370799197001010012' } }))],
      ['not delivered', city.request(ask('undelivered'))],
      ['no conclusion', city.request(ask('unconcluded'))],
      ['no permission', city.request(ask('whole'), { as: 'history-only' })],
      ['no permission for nobody', city.request(ask('whole', { conclusionNo: 'x' }), { as: 'history-only' })],
    ];
    const answers = await Promise.all(wrong.map(async ([why, answer]) => [why, toldBy(await answer)] as const));

    const [, first] = answers[0] ?? [];
    expect((first as [number])[0]).toBe(404);
    for (const [why, told] of answers) expect([why, told]).toEqual([why, first]);
  });

  it("does not tell another partner's dossier from one there never was", async () => {
    const manifest = await city.dossier('whole');
    const scan = scanOf(manifest, documents.idCard);
    const never = manifest.id.replace(/[0-9a-z]/gi, (character) => (character === 'a' ? 'b' : 'a'));
    const pairs: [string, string, unknown?][] = [
      [`/v1/dossiers/${manifest.id}`, `/v1/dossiers/${never}`],
      [placeOf(manifest, scan), `/v1/dossiers/${never}/documents/${scan.id}`],
      [`/v1/dossiers/${manifest.id}/receipt`, `/v1/dossiers/${never}/receipt`, { manifestSha256: sha256('x') }],
    ];

    for (const [theirs, nobodys, body] of pairs) {
      const method = body === undefined ? 'GET' : 'POST';
      const [one, other] = [
        await city.call(method, theirs, { as: 'province-ed25519', body }),
        await city.call(method, nobodys, { as: 'province-ed25519', body }),
      ];
      expect(one.status).toBe(404);
      expect(toldBy(one)).toEqual(toldBy(other));
    }
    const unknown = await city.call('GET', `/v1/dossiers/${manifest.id}/documents/none`);
    expect(unknown.status).toBe(404);
  });

  it('gives no history to who may only have dossiers', async () => {
    const answer = await city.call('GET', history('林试一', '37079919800312101X'), { as: 'dossier-only' });
    const nobody = await city.call('GET', history('林试一', '370799197001010012'), { as: 'dossier-only' });

    expect([answer.status, nobody.status]).toEqual([404, 404]);
    expect(toldBy(answer)).toEqual(toldBy(nobody));
  });
});

describe('signatures of requests', () => {
  it.each(algorithms)('holds with a key for %s', async (algorithm) => {
    const answer = await city.request(ask('whole'), { as: `province-${algorithm}` });

    expect(answer.status).toBe(201);
  });

  const refusals: Record<string, (valid: string) => Promise<Answer>> = {
    'no signature': (path) => city.call('GET', path, { unsigned: true }),
    'a key nobody knows': (path) => city.call('GET', path, { sign: { keyId: 'stranger/1', key: key('province-ed25519/1') } }),
    "another partner's key under this id": (path) => city.call('GET', path, { sign: { key: key('province-ed25519/1') } }),
    'created 301 s ago': (path) => city.call('GET', path, { sign: { created: seconds(-301), expires: seconds(-1) } }),
    'created 301 s ago and good for longer': (path) =>
      city.call('GET', path, { sign: { created: seconds(-301), expires: seconds(200) } }),
    'created in 301 s': (path) => city.call('GET', path, { sign: { created: seconds(301), expires: seconds(400) } }),
    'expired 301 s ago': (path) => city.call('GET', path, { sign: { created: seconds(-302), expires: seconds(-301) } }),
    'expired before it was created': (path) => city.call('GET', path, { sign: { created: seconds(0), expires: seconds(-301) } }),
    ...Object.fromEntries(
      coveredByRequests.map((component) => [
        `${component} not covered`,
        (path: string) =>
          city.call('GET', path, { sign: { components: coveredByRequests.filter((other) => other !== component) } }),
      ]),
    ),
    ...Object.fromEntries(
      (['created', 'expires', 'nonce', 'keyid'] as const).map((parameter) => [
        `no ${parameter}`,
        (path: string) => city.call('GET', path, { sign: { without: [parameter] } }),
      ]),
    ),
    'an empty nonce': (path) => city.call('GET', path, { sign: { nonce: '' } }),
    'an algorithm of its own choice, signed with the public key': (path) => {
      const stolen = key(`${province}/1`).public;
      const forged = { algorithm: 'hmac-sha256', private: stolen, public: stolen } as const;
      return city.call('GET', path, { sign: { key: forged, more: ';alg="hmac-sha256"' } });
    },
    'another method': (path) => {
      const request = city.prepare('HEAD', path);
      return city.send({ ...request, method: 'GET' });
    },
    'another target': (path) => {
      const request = city.prepare('GET', '/v1/health');
      return city.send({ ...request, url: `${origin}${path}` });
    },
    'another query': (path) => {
      const request = city.prepare('GET', path);
      return city.send({ ...request, url: `${request.url}?more=1` });
    },
    'a message to another city': (path) => {
      const { body, method } = city.prepare('GET', path, { unsigned: true });
      const elsewhere = { body, method, headers: {}, url: `https://dossier.zibo.example${path}` };
      const request = signed(elsewhere, { keyId: `${province}/1`, key: key(`${province}/1`), now: city.now });
      return city.send({ ...request, url: `${origin}${path}` });
    },
    'a digest of something else': (path) =>
      city.call('GET', path, { headers: { 'content-digest': contentDigest(Buffer.from('x')) } }),
    'a digest that names no function we know': (path) =>
      city.call('GET', path, { headers: { 'content-digest': 'md5=:1B2M2Y8AsgTpgAmY7PhCfg==:' } }),
    'a signature cut short': (path) => {
      const request = city.prepare('GET', path);
      const signature = (request.headers.signature ?? '').replace(/.{6}:$/, ':');
      return city.send({ ...request, headers: { ...request.headers, signature } });
    },
    'a Signature-Input that cannot be read': (path) => {
      const request = city.prepare('GET', path);
      return city.send({ ...request, headers: { ...request.headers, 'signature-input': 'sig1=("@method' } });
    },
  };
  const key = (id: string) => {
    const found = city.keys[id];
    if (found === undefined) throw new Error(`no key ${id}`);
    return found;
  };
  const seconds = (offset: number): number => Math.floor(city.now.getTime() / 1000) + offset;

  let readable = '';
  let first: Answer | undefined;
  beforeAll(async () => {
    readable = `/v1/dossiers/${(await city.dossier('whole')).id}`;
    expect((await city.call('GET', readable)).status).toBe(200);
    first = await city.call('GET', readable, { unsigned: true });
  });

  it.each(Object.keys(refusals))('refused: %s', async (why) => {
    const answer = await (refusals[why] as (path: string) => Promise<Answer>)(readable);

    expect(answer.status).toBe(401);
    problemOf(answer);
    // Which of the gates it was is ours to know.
    expect(toldBy(answer)).toEqual(toldBy(first as Answer));
  });

  it('refuses a body that was changed on its way, and makes nothing of it', async () => {
    const headers = { 'idempotency-key': 'changed' };
    const request = city.prepare('POST', '/v1/dossiers', { body: ask('whole'), headers });
    const body = Buffer.from(JSON.stringify(ask('personOnly')));
    const digested = { ...request.headers, 'content-digest': contentDigest(body) };
    const answers = [await city.send({ ...request, body }), await city.send({ ...request, body, headers: digested })];

    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
    expect((await city.request(ask('whole'), { key: 'changed' })).status).toBe(201);
  });

  it('refuses a signature with any of its bytes changed', async () => {
    for (const as of ['province-ecdsa-p256-sha256', 'province-sm2-sm3', 'province-hmac-sm3'] as const) {
      const request = city.prepare('GET', history('林试一', '37079919800312101X'), { as });
      const bytes = Buffer.from((request.headers.signature ?? '').replace(/^sig1=:|:$/g, ''), 'base64');
      for (const index of bytes.keys()) {
        const changed = Buffer.from(bytes);
        changed[index] = (changed[index] ?? 0) ^ 1;
        const signature = `sig1=:${changed.toString('base64')}:`;
        const answer = await city.send({ ...request, headers: { ...request.headers, signature } });
        expect([as, index, answer.status]).toEqual([as, index, 401]);
      }
      expect((await city.send(request)).status).toBe(200);
    }
  }, 60_000);

  it('holds within the window of 300 s, on both sides', async () => {
    const path = history('林试一', '37079919800312101X');
    const past = await city.call('GET', path, { sign: { created: seconds(-299), expires: seconds(1) } });
    const coming = await city.call('GET', path, { sign: { created: seconds(299), expires: seconds(500) } });

    expect([past.status, coming.status]).toEqual([200, 200]);
  });

  it('takes a request once, also after a restart, and a nonce of one partner is free to another', async () => {
    const path = history('林试一', '37079919800312101X');
    const request = city.prepare('GET', path, { sign: { nonce: 'used-once-and-no-more' } });
    const once = await city.send(request);
    const twice = await city.send(request);
    await city.restart();
    city.now = new Date(morning.getTime() + 290_000);
    const later = await city.send(request);
    city.now = morning;
    const other = await city.call('GET', path, { as: 'province-ed25519', sign: { nonce: 'used-once-and-no-more' } });

    expect([once, twice, later, other].map(({ status }) => status)).toEqual([200, 401, 401, 200]);
  });

  it('takes a request that came twenty times at once exactly once', async () => {
    const request = city.prepare('GET', history('林试一', '37079919800312101X'));
    const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await city.send(request)).status));

    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 401)).toHaveLength(19);
  });

  it.each<[string, Date, [number, number]]>([
    ['before', new Date(rotation.from.getTime() - 1000), [200, 401]],
    ['in the overlap', rotation.from, [200, 200]],
    ['in the overlap, at its end', new Date(rotation.until.getTime() - 1000), [200, 200]],
    ['after', new Date(rotation.until.getTime() + 1000), [401, 200]],
  ])('lets the keys of a partner follow one another: %s', async (_, now, expected) => {
    city.now = now;
    const path = history('林试一', '37079919800312101X');
    const statuses = [];
    for (const keyId of ['rotating/old', 'rotating/new'])
      statuses.push((await city.call('GET', path, { sign: { keyId } })).status);
    city.now = morning;

    expect(statuses).toEqual(expected);
  });
});

describe('signatures of answers', () => {
  it('covers status and digest, and binds the answer to its request', async () => {
    const { id } = await city.dossier('whole');
    const { signedBy } = await city.call('GET', `/v1/dossiers/${id}`);

    expect(signedBy.covered).toEqual(
      expect.arrayContaining(['"@status"', '"content-digest"', '"@method";req', '"@authority";req']),
    );
    expect(signedBy.covered.some((component) => /^"signature";(req;key="sig1"|key="sig1";req)$/.test(component))).toBe(true);
    expect(signedBy.covered.some((component) => /^"@(target-uri|request-target|path)";req$/.test(component))).toBe(true);
    expect(Math.abs(signedBy.created * 1000 - city.now.getTime())).toBeLessThanOrEqual(1000);
    expect(signedBy.expires).toBeGreaterThan(signedBy.created);
  });

  it.each<[string, Date, string]>([
    ['before the overlap', new Date(rotation.from.getTime() - 1000), 'city-old'],
    ['in the overlap', rotation.from, 'city-new'],
    ['after it', new Date(rotation.until.getTime() + 1000), 'city-new'],
  ])('is made with the newest key that is valid: %s', async (_, now, keyId) => {
    city.now = now;
    const answer = await city.call('GET', '/v1/health');
    const manifest = await city.dossier('whole');
    city.now = morning;

    expect([answer.signedBy.keyId, manifest.seal.keyId]).toEqual([keyId, keyId]);
  });
});

describe('what a partner may have', () => {
  it('is told of every item, and given only those agreed', async () => {
    const manifest = await city.dossier('whole', { as: 'narrow' });
    const withheld = manifest.checklist.filter(({ status }) => status === 'withheld');

    expect(manifest.checklist.map(({ kind }) => kind)).toEqual([...kinds]);
    expect(withheld.map(({ kind }) => kind)).toEqual(kinds.filter((kind) => kind !== 'id-document' && kind !== 'conclusion'));
    for (const entry of withheld) expect(entry).toEqual(expect.objectContaining({ rule: expect.stringMatching(/./) }));
    expect(documentsOf(manifest).length).toBeGreaterThan(0);
  });

  it('is not widened by asking', async () => {
    const manifest = await city.dossier('whole', { as: 'narrow', more: { items: ['medical-records', 'conclusion'] } });

    expect(item(manifest, 'medical-records').status).toBe('withheld');
    expect(documentsOf(manifest, 'medical-records')).toEqual([]);
  });

  it('is not widened by taking the id of a document from elsewhere', async () => {
    const whole = await city.dossier('whole');
    const narrow = await city.dossier('whole', { as: 'narrow' });
    for (const document of documentsOf(whole, 'medical-records'))
      expect((await city.call('GET', placeOf(narrow, document), { as: 'narrow' })).status).toBe(404);
  });

  it('has, of facts written out, the fields agreed', async () => {
    const texts = async (as: PartnerId): Promise<string> => {
      const manifest = await city.dossier('whole', { as });
      const facts = documentsOf(manifest, 'conclusion').filter(({ mediaType }) => mediaType === 'application/json');
      expect(facts.length).toBeGreaterThan(0);
      const answers = await Promise.all(facts.map((document) => city.call('GET', placeOf(manifest, document), { as })));
      return answers.map(({ text }) => text).join('\n');
    };
    const [all, some] = [await texts(province), await texts('narrow')];

    expect(all).toContain('5.9.2.14');
    expect(some).toContain('潍劳鉴2026-000101');
    expect(some).not.toMatch(/5\.9\.2\.14|GB\/T 16180|"care"/);
  });

  it('is this person alone, and of this person what was asked', async () => {
    const manifest = await city.dossier('whole');
    const texts = [JSON.stringify(manifest)];
    for (const document of documentsOf(manifest).filter(({ mediaType }) => mediaType === 'application/json'))
      texts.push((await city.call('GET', placeOf(manifest, document))).text);
    const text = texts.join('\n');

    for (const canary of Object.values(canaries)) expect(text).not.toContain(canary);
    const others = Object.entries(cases)
      .filter(([who]) => who !== 'whole')
      .flatMap(([who]) => [identity(who as Who).name, identity(who as Who).idNumber]);
    for (const other of others) expect(text).not.toContain(other);
    // Neither does the person's key leave the city: it would tie what two receivers hold.
    const [subject] = (await city.exchange.caseFile('LJ2026-000101')).subject.key.split('\n');
    expect(text).not.toContain(subject);
  });
});

describe('the audit log', () => {
  const since = async (run: () => Promise<unknown>): Promise<AuditRecord[]> => {
    const before = city.behind.audit().length;
    await run();
    return city.behind
      .audit()
      .slice(before)
      .filter(({ kind }) => kind !== 'seal');
  };

  it('holds one record for each access: who, organisation, purpose, case, items, manifest, result', async () => {
    let manifest: DossierManifest | undefined;
    const [made, ...more] = await since(async () => {
      manifest = await city.dossier('whole');
    });

    expect(more).toEqual([]);
    expect(made).toMatchObject({
      kind: 'dossier-access',
      actor: { organisation: '山东省劳动能力鉴定委员会', operator: expect.stringContaining('省级经办') },
      partner: province,
      purpose: 'reappraisal',
      result: expect.stringMatching(/./),
    });
    expect(made?.caseNos).toContain('LJ2026-000101');
    expect(made?.items).toEqual(expect.arrayContaining(['id-document', 'medical-records']));
    expect(made?.manifestSha256).toBe(sha256(canonical(manifest)));
    expect(made?.subjects).toHaveLength(1);
  });

  it.each<[string, string, (manifest: DossierManifest) => Promise<Answer>]>([
    ['manifest', 'dossier-access', ({ id }) => city.call('GET', `/v1/dossiers/${id}`)],
    ['document', 'dossier-access', (manifest) => city.call('GET', placeOf(manifest, scanOf(manifest, documents.idCard)))],
    [
      'receipt',
      'dossier-access',
      (manifest) =>
        city.call('POST', `/v1/dossiers/${manifest.id}/receipt`, { body: { manifestSha256: sha256(canonical(manifest)) } }),
    ],
    ['history', 'appraisal-history', () => city.call('GET', history('林试一', '37079919800312101X'))],
    ['refused history', 'appraisal-history', () => city.call('GET', history('林试二', '37079919800312101X'))],
    ['refused dossier', 'dossier-access', () => city.request(ask('undelivered'))],
    ['unsigned', 'dossier-access', ({ id }) => city.call('GET', `/v1/dossiers/${id}`, { unsigned: true })],
  ])('holds exactly one record of: %s', async (what, kind, run) => {
    const manifest = await city.dossier('whole');
    const records = await since(() => run(manifest));

    expect(records.map((record) => record.kind)).toEqual([kind]);
    const [record] = records;
    if (what === 'unsigned') expect(record?.partner).toBeUndefined();
    else expect(record?.partner).toBe(province);
    if (/refused|unsigned/.test(what)) expect(record?.result).not.toMatch(/served|found/);
  });

  it('is a chain from its first record to its last, and names no person on file', async () => {
    const records = city.behind.audit();
    let previous = '0'.repeat(64);
    for (const [index, { hash, ...record }] of records.entries()) {
      expect([record.seq, record.previous]).toEqual([index + 1, previous]);
      expect(hash).toBe(sha256(canonical(record)));
      previous = hash;
    }
    const text = JSON.stringify(records);
    for (const who of Object.keys(cases) as Who[]) {
      expect(text).not.toContain(identity(who).name);
      expect(text).not.toContain(identity(who).idNumber);
    }
    expect(text).not.toMatch(/370799\d/);
  });

  it('serves nothing where it cannot be written, and serves again once it can', async () => {
    const manifest = await city.dossier('whole');
    const mend = city.behind.breakAudit();
    let answers: Answer[];
    try {
      answers = [
        await city.request(ask('personOnly'), { key: 'while-broken' }),
        await city.call('GET', `/v1/dossiers/${manifest.id}`),
        await city.call('GET', placeOf(manifest, scanOf(manifest, documents.idCard))),
        await city.call('GET', history('林试一', '37079919800312101X')),
      ];
    } finally {
      mend();
    }

    for (const answer of answers) {
      expect(answer.status).toBe(503);
      problemOf(answer);
      expect(answer.text).not.toMatch(/%PDF|林试一|周试二|370799|LJ20|sqlite|SQL/i);
    }
    expect((await city.request(ask('personOnly'), { key: 'while-broken' })).status).toBe(201);
    expect((await city.call('GET', `/v1/dossiers/${manifest.id}`)).status).toBe(200);
  });
});

describe('a province that calls through its sharing platform', () => {
  const headersOf = (secret: string, rtime = String(city.now.getTime())): Record<string, string> => {
    const [rid, sid] = ['SD0001', 's_370700_dossier'];
    return {
      gjzwfwpt_rid: rid,
      gjzwfwpt_sid: sid,
      gjzwfwpt_rtime: rtime,
      gjzwfwpt_sign: createHmac('sha256', secret).update(`${sid}${rid}${rtime}`).digest('base64'),
    };
  };
  /** Signed for the platform's address; the platform takes its own path away and adds its fields. */
  const through = (url: string, gateway: Record<string, string>): SentRequest => {
    const id = 'through-gateway/1';
    const request = signed(
      {
        method: 'POST',
        url,
        headers: { 'content-type': 'application/json', 'idempotency-key': `gateway-${Math.trunc(performance.now() * 1000)}` },
        body: Buffer.from(JSON.stringify(ask('whole'))),
      },
      { keyId: id, key: city.keys[id] as (typeof city.keys)[string], now: city.now },
    );
    return { ...request, headers: { ...request.headers, ...gateway } };
  };

  it('is answered for the address it called, when the platform vouches for itself', async () => {
    const answer = await city.send(
      through(`${gatewayOrigin}${gatewayPath}/v1/dossiers`, headersOf(gatewaySecret)),
      '/v1/dossiers',
    );

    expect([answer.status, answer.text.slice(0, 400)]).toEqual([201, answer.text.slice(0, 400)]);
  });

  it.each<[string, () => Record<string, string>]>([
    ['with the wrong secret', () => headersOf('another secret')],
    ['without any sign', () => ({})],
    ['with a sign of yesterday', () => headersOf(gatewaySecret, String(city.now.getTime() - 86_400_000))],
  ])('is refused %s', async (_, gateway) => {
    const request = through(`${gatewayOrigin}${gatewayPath}/v1/dossiers`, gateway());

    expect((await city.sendBelieving(request, '/v1/dossiers')).status).toBe(401);
  });
});
