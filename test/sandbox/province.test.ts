import { createHash, createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { canonical } from '../../src/sandbox/province/examine.js';
import { type KeyAlgorithm, keyOf } from '../../src/sandbox/province/keys.js';
import { misdeeds } from '../../src/sandbox/province/misdeeds.js';
import { signBytes, verifyBytes } from '../../src/sandbox/province/sign.js';
import { secretsOf } from '../../src/sandbox/secrets.js';
import { type Script, serve } from './dossier-server.js';
import { lifeOf, morning, postJson, secrets, startSandbox, worldOf } from './harness.js';

const story = 'reappraised-to-another-grade';
const life = lifeOf(worldOf(), story);
const conclusionNo = life.file?.cases[0]?.conclusions[0]?.no ?? '';
const algorithms: KeyAlgorithm[] = ['ecdsa-p256-sha256', 'ed25519', 'sm2-sm3', 'hmac-sha256', 'hmac-sm3'];

/** A sandbox with its province and a scripted city that knows the story's person. */
async function ready(more: Partial<Script> = {}, options: Parameters<typeof startSandbox>[0] = {}) {
  const { sandbox, dir } = await startSandbox(options);
  const { keys } = secretsOf(1, options.algorithms);
  const { provincialNo } = await sandbox.province.openReappraisal(story);
  const { origin, seen } = await serve({
    city: keys.city,
    partners: [keys.province, keys.neighbour],
    now: () => Math.floor(morning.getTime() / 1000),
    known: { provincialNo, conclusionNo, name: life.citizen.name, idNumber: life.citizen.number },
    files: { 'd1-record': Buffer.from('a record'), 'd2/review form': Buffer.from('a form') },
    ...more,
  });
  return { sandbox, dir, origin, seen };
}

describe('the simulated province', () => {
  it('pulls a dossier with its documents, finds all of it right, and says that it has it', async () => {
    const { sandbox, origin, seen } = await ready();

    const pulled = await sandbox.province.pullDossier(origin, story);

    expect(pulled).toMatchObject({ status: 201, faults: [], answers: 4 });
    expect(pulled.documents.map(({ id, bytes }) => [id, bytes.toString()])).toEqual([
      ['d1-record', 'a record'],
      ['d2/review form', 'a form'],
    ]);
    expect(seen.map(({ status, path }) => [status, path])).toEqual([
      [201, '/v1/dossiers'],
      [200, '/v1/dossiers/d-1/documents/d1-record'],
      [200, '/v1/dossiers/d-1/documents/d2%2Freview%20form'],
      [204, '/v1/dossiers/d-1/receipt'],
    ]);
    const sha256 = createHash('sha256')
      .update(pulled.manifestBytes ?? '')
      .digest('hex');
    expect(JSON.parse(seen.at(-1)?.receipt ?? '')).toEqual({ manifestSha256: sha256 });
  });

  it.each(algorithms)('signs and reads with %s', async (algorithm) => {
    const city = algorithm.startsWith('hmac-') ? 'ed25519' : (algorithm as 'ed25519');
    const { sandbox, origin } = await ready({}, { algorithms: { city, province: algorithm } });

    expect(await sandbox.province.pullDossier(origin, story)).toMatchObject({ status: 201, faults: [] });
  });

  it('waits for what is deferred, under the same key and with a signature of its own each time', async () => {
    const { sandbox, origin, seen } = await ready({ deferred: 2 });

    const pulled = await sandbox.province.pullDossier(origin, story);

    expect(pulled).toMatchObject({ status: 201, faults: [] });
    const asked = seen.filter(({ path }) => path === '/v1/dossiers');
    expect(asked.map(({ status }) => status)).toEqual([202, 202, 201]);
    expect(new Set(asked.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
  });

  it.each([
    ['seal', 'the seal is wrong'],
    ['document', 'd1-record is not what the manifest says'],
    ['missing-document', 'd1-record was not fetched'],
    ['unbound', 'POST /v1/dossiers: not covered: the signature asked with'],
    ['old-answer', 'POST /v1/dossiers: signature wrong'],
    ['digest', 'POST /v1/dossiers: digest'],
    ['alg', 'POST /v1/dossiers: alg'],
    ['other-subject', 'another person'],
    ['not-canonical', 'the manifest is not canonical JSON'],
  ] as const)('does not believe a city whose answer has a fault: %s', async (fault, told) => {
    const { sandbox, origin } = await ready({ fault });

    expect((await sandbox.province.pullDossier(origin, story)).faults).toContain(told);
  });

  it('does nothing wrong that a city would grant, and tells what was said to each', async () => {
    const { sandbox, origin } = await ready();
    await sandbox.province.pullDossier(origin, story);

    const said: Record<string, string> = {};
    for (const misdeed of misdeeds) {
      const { status, problem, given } = await sandbox.province.misbehave(origin, story, misdeed);
      said[misdeed] = `${status} ${problem?.replace('urn:test:', '')} ${given}`;
    }

    expect(said).toEqual({
      'wrong-person': '404 nothing false',
      'wrong-name': '404 nothing false',
      'unknown-conclusion': '404 nothing false',
      'wrong-provincial-number': '404 nothing false',
      replay: '401 replayed false',
      expired: '401 window false',
      'not-yet': '401 window false',
      'tampered-body': '401 digest false',
      'tampered-digest': '401 signature false',
      'tampered-path': '401 signature false',
      'uncovered-body': '401 malformed false',
      'without-nonce': '401 malformed false',
      'algorithm-named': '401 malformed false',
      'hmac-with-public-key': '401 signature false',
      'key-of-another': '401 signature false',
      'unknown-key': '401 key-unknown false',
      unsigned: '401 unsigned false',
      'purpose-of-another': '404 nothing false',
      'out-of-scope-item': '201 undefined false',
    });
  });

  it('asks for the history of a person, and again for a dossier that is gone', async () => {
    const { sandbox, origin } = await ready();

    expect(await sandbox.province.history(origin, story)).toMatchObject({ status: 200, history: { appraisals: [] } });
    expect(await sandbox.province.askAgain(origin, 'd-0')).toMatchObject({ status: 410, problem: 'urn:test:withdrawn' });
  });

  it('tells of a re-appraisal through its feed: opened without a conclusion, then final, as one record that changed', async () => {
    const { sandbox } = await ready();
    const rows = async () => {
      const reply = await postJson(
        `${sandbox.urls['provincial-appraisal']}/appraisal/lookup`,
        { AAC002: life.citizen.number },
        { user: secrets.provinceUser, password: secrets.provincePassword },
      );
      const { data } = reply.json as { data: { data: Record<string, string>[] } };
      return data.data.filter(({ ALA019 }) => ALA019 === '3');
    };

    const opened = await rows();
    await sandbox.advance(2);
    await sandbox.province.conclude(story, { grade: 6 });
    const concluded = await rows();

    const caseNo = life.file?.cases[0]?.caseNo;
    expect(opened).toMatchObject([
      { CITY_CASE_NO: caseNo, CASE_STATE: '03', ALC035: '', ALC034: '', ALA040: '', AAE036: '2026-11-23 09:00:00' },
    ]);
    expect(concluded).toMatchObject([
      {
        AAZ151: opened[0]?.AAZ151,
        CITY_CASE_NO: caseNo,
        CASE_STATE: '08',
        CONCLUSION_LEVEL: '2',
        ALA040: '06',
        ALC034: '20261125',
      },
    ]);
    expect(concluded[0]?.AAE036).toBe('2026-11-25 16:00:00');
  });

  it('changes the truth with what it concludes', async () => {
    const { sandbox, dir } = await ready();
    const rules = (truth: typeof sandbox.truth) => truth.expected.filter((item) => item.story === story).map(({ rule }) => rule);
    expect(rules(sandbox.truth)).toEqual([]);

    await sandbox.province.conclude(story, { grade: 6 });

    expect(rules(sandbox.truth)).toEqual(['benefit-without-conclusion']);
    expect(JSON.parse(await readFile(join(dir, 'truth.json'), 'utf8'))).toEqual(JSON.parse(JSON.stringify(sandbox.truth)));
  });

  it('says what it is going to do, each misdeed of at least one re-appraisal', async () => {
    const { sandbox } = await startSandbox();
    const planned = sandbox.truth.reappraisals;

    expect(planned.map((item) => [item.story, item.late, item.grade, item.afterwards])).toEqual(
      expect.arrayContaining([
        [story, false, 6, undefined],
        ['reappraised-to-the-same-grade', false, 7, undefined],
        ['reappraised-out-of-time', true, undefined, undefined],
        ['revoked-after-the-dossier', false, undefined, 'revoke'],
        ['supplemented-after-the-dossier', false, undefined, 'supplement'],
      ]),
    );
    expect(new Set(planned.flatMap((item) => item.misdeeds))).toEqual(new Set(misdeeds));
  });

  it('refuses to do what cannot be done', async () => {
    const { sandbox, origin } = await ready();
    const refused = { code: 'ERR_USAGE' };

    await expect(sandbox.province.openReappraisal(story)).rejects.toMatchObject(refused);
    await expect(sandbox.province.openReappraisal('overdue-on-the-75th-day')).rejects.toMatchObject(refused);
    await expect(sandbox.province.openReappraisal('nobody')).rejects.toMatchObject(refused);
    await expect(sandbox.province.conclude('reappraised-out-of-time', { grade: 5 })).rejects.toMatchObject(refused);
    await expect(sandbox.province.misbehave(origin, story, 'replay')).rejects.toMatchObject(refused);
  });
});

describe('keys of the sandbox', () => {
  it.each(algorithms)('are the same for the same seed and sign what they verify: %s', (algorithm) => {
    const [key, again, other] = [keyOf(1, 'k', algorithm), keyOf(1, 'k', algorithm), keyOf(2, 'k', algorithm)];
    const content = Buffer.from('to be signed');
    const signature = signBytes(key, content);

    expect(again).toEqual(key);
    expect(verifyBytes(key, content, signature)).toBe(true);
    expect(verifyBytes(key, Buffer.from('to be signed.'), signature)).toBe(false);
    expect(verifyBytes(other, content, signature)).toBe(false);
  });

  it('are read by what reads keys', () => {
    expect(createPrivateKey(keyOf(1, 'k', 'ecdsa-p256-sha256').secret).asymmetricKeyDetails).toEqual({
      namedCurve: 'prime256v1',
    });
    expect(createPrivateKey(keyOf(1, 'k', 'ed25519').secret).asymmetricKeyType).toBe('ed25519');
  });

  it('take SM2 with the user id everybody uses: a signature that openssl made (-sigopt distid:1234567812345678)', () => {
    const key = keyOf(1, 'k', 'sm2-sm3');

    expect(
      verifyBytes(
        key,
        Buffer.from('to be signed'),
        Buffer.from('MEYCIQDv7vs65H5QBJLX6LBIEm232Xa35EoTTUuI1L4Y/LeR3wIhAIrh4KBx/DjPbPe+s0+R/x7Rubdl52G4/0dp08q/wQnU', 'base64'),
      ),
    ).toBe(true);
  });
});

describe('documents of the sandbox', () => {
  it('are a PDF or a PNG with the hash the case names, and say that nobody in them is real', async () => {
    const { sandbox } = await startSandbox();
    const own = sandbox.scans.filter(({ caseNo }) => caseNo === life.file?.cases[0]?.caseNo);
    const named = new Map(life.file?.cases[0]?.documents.map((document) => [document.id, document]));

    expect(own.map(({ documentId }) => named.get(documentId)?.kind)).toEqual([
      'id-card',
      'application',
      'medical-record',
      'recognition-decision',
      'exam-report',
      'review-form',
      'conclusion',
    ]);
    for (const { documentId, sha256, path } of own) {
      const bytes = await readFile(path);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
      expect(named.get(documentId)?.sha256).toBe(sha256);
      expect(bytes.toString('latin1')).toContain('Nobody in it is real.');
      if (path.endsWith('.png')) {
        const data = bytes.subarray(bytes.indexOf('IDAT') + 4, bytes.indexOf('IEND') - 8);
        expect(inflateSync(data)).toHaveLength(216 * (1 + Math.ceil(342 / 8)));
        // The last chunk of every PNG, with its checksum.
        expect(bytes.subarray(-12).toString('hex')).toBe('0000000049454e44ae426082');
      } else expect(bytes.toString('latin1')).toMatch(/^%PDF-1\.4\n[\s\S]*startxref\n\d+\n%%EOF\n$/);
    }
  });
});

describe('canonical JSON of the province', () => {
  it('orders names by UTF-16 code units and writes numbers and texts as ECMAScript does (RFC 8785, section 3.2)', () => {
    const value = JSON.parse('{"€":1e21,"\\ud83d\\ude00":[1.0,-0],"a":"\\u000f\\"/","ﬀ":null,"b":{"z":true,"y":false}}');

    expect(canonical(value)).toBe('{"a":"\\u000f\\"/","b":{"y":false,"z":true},"€":1e+21,"😀":[1,0],"ﬀ":null}');
  });
});
