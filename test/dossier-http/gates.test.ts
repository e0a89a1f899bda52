import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createKeyRing, createSigner, type Signer } from '../../src/crypto/index.js';
import { platformSignature } from '../../src/crypto/national-platform.js';
import { YilianError } from '../../src/errors.js';
import { createExchange } from '../../src/exchange.js';
import { contentDigest } from '../../src/message-signatures/index.js';
import type { AppraisalCase, DossierRequest } from '../../src/model/index.js';
import { whileLogIsFull } from '../audit/full-log.js';
import { errorOf } from '../channels/support.js';
import { asking, caseOf, keys, number, type Sent, signers, type World, world } from './world.js';

/** Who is refused, with what, and what the log says of it: never who was asked about, always which gate. */

let city: World;
let made: { id: string; document: string; sha256: string };
beforeAll(async () => {
  city = await world();
  const answer = await ask('made');
  const checklist = answer.json.checklist as { kind: string; documents: { id: string }[] }[];
  const document = checklist.find(({ kind }) => kind === 'id-document')?.documents[0]?.id ?? '';
  made = { id: String(answer.json.id), document, sha256: answer.headers.get('etag')?.slice(1, -1) ?? '' };
});
afterAll(() => city.close());

let keyCount = 0;
const newKey = () => {
  keyCount += 1;
  return `key-${keyCount}`;
};
function ask(idempotencyKey = newKey(), more: Partial<DossierRequest> = {}, sent: Partial<Sent> = {}) {
  return city.send({
    method: 'POST',
    path: '/v1/dossiers',
    body: asking(more),
    headers: { 'idempotency-key': idempotencyKey },
    ...sent,
  });
}
const last = async () => (await city.audit()).at(-1);

describe('whatever is wrong with a signature', () => {
  const seconds = (count: number) => new Date(city.clock.now.getTime() + count * 1000);
  const stranger = createSigner({ keyId: 'nobody', algorithm: 'ed25519', key: keys.province.private });
  const forger = createSigner({ keyId: 'province-a', algorithm: 'ed25519', key: keys.other.private });
  const downgraded: Signer = {
    keyId: 'province-a',
    algorithm: 'hmac-sha256',
    sign: async (content) => createHmac('sha256', keys.province.public).update(content).digest(),
  };
  const wrongs: [string, () => Partial<Sent>, string][] = [
    ['missing', () => ({ signer: 'none' }), 'signature-missing'],
    ['of nobody', () => ({ signer: stranger }), 'key-unknown'],
    ['forged', () => ({ signer: forger }), 'signature-wrong'],
    ['downgraded to a shared secret made of the public key', () => ({ signer: downgraded }), 'signature-wrong'],
    ['expired', () => ({ signedAs: { now: seconds(-601) } }), 'expired'],
    ['of the future', () => ({ signedAs: { now: seconds(301) } }), 'not-yet'],
    ['for another address', () => ({ signedAs: { url: 'https://elsewhere.example/v1/dossiers' } }), 'signature-wrong'],
    ['for another path', () => ({ signedAs: { url: `${city.origin}/v1/other` } }), 'signature-wrong'],
    ['over another body', () => ({ tamper: (sent) => sent.body.write('X', 20) }), 'digest-wrong'],
    ['whose body and digest were both changed', () => ({ tamper: swapBody }), 'signature-wrong'],
    [
      'with a name of an algorithm',
      () => ({ tamper: ({ headers }) => headers.set('signature-input', `${headers.get('signature-input')};alg="none"`) }),
      'algorithm-named',
    ],
    ['cut short', () => ({ tamper: ({ headers }) => headers.set('signature', 'sig1=:AAAA:') }), 'signature-wrong'],
    [
      'no signature at all but text',
      () => ({ tamper: ({ headers }) => headers.set('signature', 'sig1') }),
      'signature-malformed',
    ],
  ];

  it.each(wrongs)('%s: 401, the same bytes, and the log says why', async (_, wrong, fault) => {
    const unsigned = await ask('k', {}, { signer: 'none' });
    const answer = await ask('k', {}, wrong());

    expect(answer.status).toBe(401);
    expect(answer.body.equals(unsigned.body)).toBe(true);
    expect(answer.headers.get('www-authenticate')).toBe('Signature');
    expect((await last())?.fault).toBe(fault);
    expect(await last()).toMatchObject({ result: 'refused' });
  });

  it('is told before anything about the body, the address or the method', async () => {
    const answers = [
      await city.send({ path: '/v1/nowhere', signer: 'none' }),
      await city.send({ method: 'PUT', path: '/v1/dossiers', body: {}, signer: 'none' }),
      await ask('k', {}, { signer: 'none', body: 'no json' }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401]);
  });

  it('is a nonce that was used before, also after a restart', async () => {
    const replay: Partial<Sent> = { signedAs: { nonce: 'used-only-once-and-never-again', now: city.clock.now } };
    const first = await ask('replayed', {}, replay);
    const again = await ask('replayed', {}, replay);
    await city.exchange.close();
    city.exchange = await createExchange(city.config, { environment: {}, now: () => city.clock.now });
    await city.serve();
    const restarted = await ask('replayed', {}, replay);

    expect([first.status, again.status]).toEqual([201, 401]);
    // The port is another one after the restart, so the signature is new; the number is not.
    expect([restarted.status, (await last())?.fault]).toEqual([401, 'replayed']);
  });

  it('does not use up a nonce', async () => {
    const nonce = 'still-good-afterwards-a-second-time';
    await ask('n', {}, { signer: forger, signedAs: { nonce } });

    expect((await ask('n', {}, { signedAs: { nonce } })).status).toBe(201);
  });
});

describe('keys', () => {
  it('overlap while they are changed, and one that is over is over', async () => {
    expect((await ask('a', {}, { signer: signers.province })).status).toBe(201);
    expect((await ask('b', {}, { signer: signers.next })).status).toBe(201);
    expect((await ask('c', {}, { signer: signers.shared })).status).toBe(201);

    const now = city.clock.now;
    city.clock.now = new Date('2027-01-01T00:00:00Z');
    const [old, young] = [await ask('d', {}, { signer: signers.province }), await ask('e', {}, { signer: signers.next })];
    city.clock.now = now;

    expect([old.status, young.status]).toEqual([401, 201]);
  });
});

describe('what is not to be had', () => {
  const person = { name: '样例甲', idNumber: number };
  const nobody = { name: '样例甲', idNumber: '370799196001010026' };
  const cases: [string, () => ReturnType<typeof ask>, string][] = [
    ['a person not on file', () => ask(undefined, { subject: nobody }), 'subject'],
    ['another name', () => ask(undefined, { subject: { ...person, name: '样例乙' } }), 'name'],
    ['a name nobody could read', () => ask(undefined, { subject: { ...person, name: '样例?' } }), 'name'],
    ['a conclusion that is not on file', () => ask(undefined, { conclusionNo: '演劳鉴〔2026〕13号' }), 'conclusion'],
    ['a purpose the partner has not', () => ask(undefined, { purpose: 'curiosity' as never }), 'purpose'],
    ['a dossier there is not', () => city.send({ path: '/v1/dossiers/dossier-none' }), 'subject'],
    ['a document there is not', () => city.send({ path: `/v1/dossiers/${made.id}/documents/none` }), 'subject'],
    ["another partner's dossier", () => city.send({ path: `/v1/dossiers/${made.id}`, signer: signers.other }), 'owner'],
    [
      "another partner's document",
      () => city.send({ path: `/v1/dossiers/${made.id}/documents/${made.document}`, signer: signers.other }),
      'owner',
    ],
    [
      "another partner's receipt",
      () =>
        city.send({
          method: 'POST',
          path: `/v1/dossiers/${made.id}/receipt`,
          body: { manifestSha256: made.sha256 },
          signer: signers.other,
        }),
      'owner',
    ],
    [
      'the history, without that purpose',
      () => city.send({ path: `/v1/appraisals?idNumber=${number}&name=x`, signer: signers.other }),
      'purpose',
    ],
    ['the history of nobody on file', () => city.send({ path: `/v1/appraisals?idNumber=${nobody.idNumber}&name=x` }), 'subject'],
    ['the history under another name', () => city.send({ path: `/v1/appraisals?idNumber=${number}&name=x` }), 'name'],
    ['an address there is not', () => city.send({ path: '/v1/dossiers/x/y/z' }), 'address'],
  ];

  it.each(cases)('%s: one and the same 404, and the log says which gate', async (_, call, gate) => {
    const reference = await city.send({ path: '/v1/dossiers/no-such-dossier' });
    const answer = await call();

    expect(answer.status).toBe(404);
    expect(answer.body.equals(reference.body)).toBe(true);
    expect([...answer.headers.keys()].sort()).toEqual([...reference.headers.keys()].sort());
    expect(await last()).toMatchObject({ result: 'refused', gate });
    expect((await last())?.text).not.toMatch(/370799|样例/);
  });

  const undelivered: [string, Partial<AppraisalCase>][] = [
    ['delivered to nobody', { state: 'concluded', deliveries: [] }],
    ['drawn up for delivery only', { state: 'concluded', deliveries: [{ to: 'person' }] }],
  ];
  it.each(undelivered)('a conclusion %s', async (_, more) => {
    await city.importCase(caseOf(more));
    const answer = await ask();
    const said = await last();
    await city.importCase();

    expect(answer.status).toBe(404);
    expect(said).toMatchObject({ gate: 'delivery' });
  });

  it("another number than the province's of this case, unless the province, asked once more, has it", async () => {
    await city.importCase(caseOf({ provincialNo: 'SJ2026-1' }));
    const refused = await ask(undefined, { provincialNo: 'SJ2026-2' });
    const gate = await last();
    const asked: string[] = [];
    await city.serve({
      refreshProvincial: async (caseNo) => {
        asked.push(caseNo);
        await city.importCase(caseOf({ provincialNo: 'SJ2026-2' }));
      },
    });
    const pulled = await ask(undefined, { provincialNo: 'SJ2026-2' });
    await city.serve({ refreshProvincial: () => Promise.reject(new Error('down')) });
    const down = await ask(undefined, { provincialNo: 'SJ2026-3' });
    await city.serve();
    await city.importCase();

    expect([refused.status, pulled.status, down.status]).toEqual([404, 201, 404]);
    expect(gate).toMatchObject({ gate: 'provincial-number', fault: 'number-differs' });
    expect(asked).toEqual(['K2026-001']);
  });

  it('takes a number of the province where none is known, and says so in the log', async () => {
    await ask();

    expect((await last())?.text).toContain('provincial-number-unverified');
  });
});

describe('a partner that may have less', () => {
  it('gets what it may have, and is told what is withheld by which rule', async () => {
    const answer = await ask('other', {}, { signer: signers.other });
    const checklist = answer.json.checklist as { kind: string; status: string; rule?: string }[];

    expect(answer.status).toBe(201);
    expect(checklist.filter(({ status }) => status !== 'withheld').map(({ kind }) => kind)).toEqual(['conclusion']);
    expect(checklist.find(({ kind }) => kind === 'id-document')).toMatchObject({ rule: 'not-in-partner-scope' });
    expect(answer.body.toString()).not.toContain('手部骨折');
  });
});

describe('a partner behind its sharing platform', () => {
  const appSecret = 'a shared secret of 32 bytes, yes!';
  const through = async (change: (headers: Record<string, string>) => void = () => {}, sent: Partial<Sent> = {}) => {
    const rtime = String(city.clock.now.getTime());
    const headers: Record<string, string> = {
      'idempotency-key': newKey(),
      gjzwfwpt_rid: 'R1',
      gjzwfwpt_sid: 'S1',
      gjzwfwpt_rtime: rtime,
      gjzwfwpt_sign: platformSignature(appSecret, 'R1', 'S1', rtime),
    };
    change(headers);
    return ask(
      undefined,
      {},
      {
        headers,
        signer: signers.platform,
        signedAs: { url: 'https://platform.example.gov.cn/httpproxy/d/v1/dossiers' },
        ...sent,
      },
    );
  };

  it('is accepted with both signatures, each for its own address', async () => {
    const answer = await through();

    expect([answer.status, answer.headers.get('location')]).toEqual([201, `/httpproxy/d/v1/dossiers/${answer.json.id}`]);
  });

  it.each<[string, () => ReturnType<typeof ask>, string]>([
    ['without the platform', () => ask(undefined, {}, { signer: signers.platform }), 'not-through-its-platform'],
    [
      'with a platform signature that is wrong',
      () => through((headers) => Object.assign(headers, { gjzwfwpt_sign: 'AAAA' })),
      'signature-wrong',
    ],
    [
      'with a time of the platform that was not signed',
      () => through((headers) => Object.assign(headers, { gjzwfwpt_rtime: '1700000000000' })),
      'signature-wrong',
    ],
    [
      'with a time of the platform that is over, rightly signed',
      () => {
        const rtime = String(city.clock.now.getTime() - 301_000);
        return through((headers) =>
          Object.assign(headers, { gjzwfwpt_rtime: rtime, gjzwfwpt_sign: platformSignature(appSecret, 'R1', 'S1', rtime) }),
        );
      },
      'time-wrong',
    ],
    ['with another partner inside', () => through(() => {}, { signer: signers.province }), 'key-of-another-partner'],
    ['signed for our own address', () => through(() => {}, { signedAs: {} }), 'signature-wrong'],
  ])('is refused %s', async (_, call, fault) => {
    expect((await call()).status).toBe(401);
    expect((await last())?.fault).toBe(fault);
  });
});

describe('forms', () => {
  it('refuses what is too large, of another type, or by another method', async () => {
    const large = await ask(undefined, {}, { body: 'x'.repeat(64 * 1024 + 1) });
    const text = await ask(undefined, {}, { headers: { 'idempotency-key': 'k', 'content-type': 'text/plain' } });
    const method = await city.send({ method: 'PUT', path: '/v1/dossiers', body: {} });
    const broken = await ask(undefined, {}, { body: '{"purpose":' });

    expect([large.status, text.status, method.status, broken.status]).toEqual([413, 415, 405, 400]);
    expect(method.headers.get('allow')).toBe('POST');
  });

  it('asks a partner that asks too often to come back', async () => {
    const slow = await world({ dossier: 'retryAfter: 7s' });
    const limited = slow.exchange.config.dossier?.partners[0] as { rate?: object };
    limited.rate = { count: 2, perMs: 60_000 };
    await slow.serve();
    const answers = [1, 2, 3].map((n) => slow.send({ path: `/v1/dossiers/x${n}` }));
    const got = await Promise.all(answers);
    await slow.close();

    expect(got.map(({ status }) => status).sort()).toEqual([404, 404, 429]);
    expect(Number(got.find(({ status }) => status === 429)?.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('when the audit log cannot be written', () => {
  it('serves nothing and refuses nothing: 503 whatever was asked, and nothing is kept', async () => {
    const before = (await city.exchange.dossiers()).length;
    const fails = vi
      .spyOn(city.exchange.audit, 'append')
      .mockRejectedValue(new YilianError('ERR_AUDIT', { zh: '磁盘已满', en: 'disk full' }));
    const answers = [
      await ask('unnoted'),
      await ask(undefined, { subject: { name: '样例甲', idNumber: '370799196001010026' } }),
      await ask(undefined, {}, { signer: 'none' }),
      await city.send({ path: `/v1/dossiers/${made.id}` }),
      await city.send({ path: `/v1/dossiers/${made.id}/documents/${made.document}` }),
    ];
    fails.mockRestore();

    for (const answer of answers) {
      expect([answer.status, answer.json.type]).toEqual([503, 'urn:yilian:problem:unavailable']);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(answer.body.equals(answers[0]?.body ?? Buffer.alloc(0))).toBe(true);
    }
    expect((await city.exchange.dossiers()).length).toBe(before);
    expect((await ask('unnoted')).status).toBe(201);
  });

  it('says so at the health check where the store cannot be written either', async () => {
    vi.spyOn(city.exchange.store.nonces, 'use').mockRejectedValueOnce(
      new YilianError('ERR_STORE_LOCKED', { zh: '锁', en: 'locked' }),
    );

    const answer = await city.send({ path: '/v1/health', signer: 'none' });

    expect([answer.status, answer.json]).toEqual([503, { status: 'failing', store: 'failing', auditLog: 'failing' }]);
  });
});

describe('the health check', () => {
  it('adds no record, and says so where the log could not be written although it can be read', async () => {
    const before = (await city.audit()).length;
    const well = await city.send({ path: '/v1/health', signer: 'none' });
    const ill = await whileLogIsFull(join(city.folder, 'state', 'yilian.db'), () =>
      city.send({ path: '/v1/health', signer: 'none' }),
    );
    const again = await city.send({ path: '/v1/health', signer: 'none' });

    expect([well.status, ill.status, again.status]).toEqual([200, 503, 200]);
    expect(ill.json).toEqual({ status: 'failing', store: 'ok', auditLog: 'failing' });
    expect((await city.audit()).length).toBe(before);
    expect((await city.exchange.audit.verify()).ok).toBe(true);
  });
});

describe('when answers cannot be signed', () => {
  it('says nothing at all: 500 without a body, a signature or a word of what was asked, and tells the operator', async () => {
    const { config } = city.exchange;
    // A version that stands: those of before were corrected or withdrawn with the imports.
    const standing = String((await ask()).json.id);
    const over = config.signing.map((key) => ({ ...key, until: '2026-06-20T01:00:00Z' }));
    const unable = await createExchange({ ...config, signing: over }, { environment: {}, now: () => city.clock.now });
    const able = city.exchange;
    const reported: unknown[] = [];
    city.exchange = unable;
    await city.serve({ report: (error) => reported.push(error) });
    const answers = [
      await city.send({ path: `/v1/dossiers/${standing}` }),
      await city.send({ path: `/v1/dossiers/${standing}/documents/${made.document}` }),
      await ask(),
      await city.send({ path: '/v1/dossiers/none' }),
      await city.send({ path: '/v1/health', signer: 'none' }),
    ];
    city.exchange = able;
    await unable.close();
    await city.serve();

    for (const { status, body, headers } of answers) {
      expect([status, body.length]).toEqual([500, 0]);
      for (const name of ['signature', 'etag', 'location', 'content-type', 'content-digest'])
        expect(headers.has(name)).toBe(false);
    }
    expect(reported.length).toBeGreaterThanOrEqual(answers.length);
    expect((await city.send({ path: `/v1/dossiers/${standing}` })).status).toBe(200);
  });
});

describe('the client', () => {
  it('fetches all of a dossier, verifies and receipts it', async () => {
    const client = city.client({ rangeBytes: 1000 });
    const got = await client.fetch(asking(), { idempotencyKey: 'whole' });
    await client.close();

    expect(got.verification).toMatchObject({ ok: true, complete: true, keyId: 'city-2026' });
    expect(got.documents.size).toBeGreaterThan(6);
    expect((await city.exchange.store.dossiers.deliveries(got.manifest.id)).at(-1)?.what).toBe('receipt');
  });

  it('believes no answer of another key, and tells a problem by its type', async () => {
    const strangers = createKeyRing([{ id: 'city-2026', algorithm: 'ecdsa-p256-sha256', key: keys.next.public }]);
    const [mistrusting, plain] = [city.client({ keys: strangers }), city.client()];

    const unbelieved = await errorOf(mistrusting.request(asking()));
    const unknown = await errorOf(plain.manifest('dossier-none'));
    await Promise.all([mistrusting.close(), plain.close()]);

    expect(unbelieved).toMatchObject({ code: 'ERR_ENVELOPE', place: 'signature-wrong' });
    expect(unknown).toMatchObject({ code: 'ERR_AGENCY', httpStatus: 404, place: 'urn:yilian:problem:not-found' });
  });
});

function swapBody(sent: { headers: Headers; body: Buffer }): void {
  sent.body = Buffer.from(JSON.stringify(asking({ provincialNo: 'SJ2026-8' })));
  sent.headers.set('content-digest', contentDigest(sent.body));
}
