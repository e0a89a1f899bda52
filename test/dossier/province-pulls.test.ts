import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { toNodeListener } from '../../src/dossier/index.js';
import { createExchange } from '../../src/exchange.js';
import { misdeeds, type SandboxOptions } from '../../src/sandbox/index.js';
import { morning, startSandbox } from '../sandbox/harness.js';

/**
 * The simulated province against the city's real dossier service, over HTTP: two readings of RFC 9421, RFC 9530, RFC 8785 and of the seal that share
 * no code.
 */

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function ready(options: Partial<SandboxOptions> = {}) {
  const { sandbox, dir } = await startSandbox(options);
  const exchange = await createExchange(join(dir, 'yilian.config.yaml'), { now: () => morning });
  closers.push(() => exchange.close());
  await exchange.importCases([join(dir, 'cases.jsonl')]);
  await exchange.importDocuments(join(dir, 'scans'));
  const server = createServer(toNodeListener(exchange.dossierHandler()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve).closeAllConnections()));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { sandbox, dir, exchange, origin };
}

const story = 'reappraised-to-another-grade';

describe('the province', () => {
  it.each([
    { city: 'sm2-sm3', province: 'ecdsa-p256-sha256' },
    { city: 'ecdsa-p256-sha256', province: 'sm2-sm3' },
    { city: 'ed25519', province: 'ed25519' },
    { city: 'sm2-sm3', province: 'hmac-sha256' },
    { city: 'sm2-sm3', province: 'hmac-sm3' },
  ] as const)('pulls a dossier and finds all of it right: %j', async (algorithms) => {
    const { sandbox, exchange, origin } = await ready({ algorithms });
    await sandbox.province.openReappraisal(story);

    const pulled = await sandbox.province.pullDossier(origin, story);

    expect(pulled.faults).toEqual([]);
    expect(pulled.manifest?.checklist.map(({ kind, status }) => [kind, status])).toEqual([
      ['id-document', 'included'],
      ['application', 'included'],
      ['recognition-decision', 'included'],
      ['medical-records', 'included'],
      ['exam-reports', 'included'],
      ['review-form', 'included'],
      ['exam-identity-check', 'included'],
      ['conclusion', 'included'],
      ['deliveries', 'included'],
      ['prior-appraisals', 'included'],
      ['open-findings', 'withheld'],
    ]);
    expect(pulled.manifest).toMatchObject({ late: false, recipient: { partner: 'province' } });
    // The request, every document, and the receipt.
    expect(pulled.answers).toBe(pulled.documents.length + 2);
    expect(await exchange.audit.verify()).toMatchObject({ ok: true });
  });

  it('is told of an application out of time, and decides itself', async () => {
    const { sandbox, origin } = await ready();
    await sandbox.province.openReappraisal('reappraised-out-of-time');

    const { manifest, faults } = await sandbox.province.pullDossier(origin, 'reappraised-out-of-time');

    expect([manifest?.late, faults]).toEqual([true, []]);
  });

  it('gets nothing by anything wrong, and a signed answer each time', async () => {
    const { sandbox, origin } = await ready();
    await sandbox.province.openReappraisal(story);
    await sandbox.province.pullDossier(origin, story);

    const said: Record<string, string> = {};
    // Before a night has read the province's feed its numbers are not known, and cannot be wrong.
    for (const misdeed of misdeeds.filter((one) => one !== 'wrong-provincial-number')) {
      const { status, given, fault } = await sandbox.province.misbehave(origin, story, misdeed);
      said[misdeed] = `${status}${given ? ' given' : ''}${fault === undefined ? '' : ` ${fault}`}`;
    }

    expect(said).toEqual({
      'wrong-person': '404',
      'wrong-name': '404',
      'unknown-conclusion': '404',
      replay: '401',
      expired: '401',
      'not-yet': '401',
      'tampered-body': '401',
      'tampered-digest': '401',
      'tampered-path': '401',
      'uncovered-body': '401',
      'without-nonce': '401',
      'algorithm-named': '401',
      'hmac-with-public-key': '401',
      'key-of-another': '401',
      'unknown-key': '401',
      unsigned: '401',
      'purpose-of-another': '404',
      'out-of-scope-item': '201',
    });
  });

  it.each([
    ['revoke', undefined],
    ['supplement', 2],
  ] as const)('is told that a dossier is gone when the city changes its file: %s', async (change, version) => {
    const { sandbox, exchange, origin } = await ready();
    await sandbox.province.openReappraisal(story);
    const { manifest } = await sandbox.province.pullDossier(origin, story);

    await exchange.importCases([await sandbox.amend(story, change)]);
    const old = await sandbox.province.askAgain(origin, manifest?.id ?? '');

    expect([old.status, old.given, old.supersededBy?.version]).toEqual([410, false, version]);
    if (old.supersededBy !== undefined) expect((await sandbox.province.askAgain(origin, old.supersededBy.id)).status).toBe(200);
  });

  it('reads the history of the person from the city', async () => {
    const { sandbox, origin } = await ready();

    const told = await sandbox.province.history(origin, story);

    expect(told).toMatchObject({
      status: 200,
      history: { appraisals: [{ kind: 'first', conclusions: [{ level: 'city', grade: 4 }] }] },
    });
    expect(told.fault).toBeUndefined();
  });
});
